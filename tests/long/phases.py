"""Four phases of an index's life, to be disturbed: what it was before, what it must be afterwards, and fifty questions.

A phase is made once; each disturbed run works on a copy of the index before it, in a child made by fork: nothing is imported
anew, so a round costs tenths of a second. Afterwards another child, which knows nothing of the run, looks at what is left.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

import indexer.reading
from indexer import parsing
from indexer.build import build
from indexer.encoders import HashEncoder
from indexer.generation import Generation
from indexer.parsing.layout import LaidOut
from indexer.search import search
from indexer.settings import Settings
from indexer.store import Collection, collections

NAMES = ("first", "increment", "delete", "reindex")
_WORDS = "Kita Brücke Radweg Schulbus Pflege Wasser Haushalt Turnhalle Museum Feuerwehr".split()
_SPOTS = "Mühlbach Sonnenhang Altstadt Weiher Bahnhof".split()
QUESTIONS = [f"Was kostet {word} {spot}?" for word in _WORDS for spot in _SPOTS]

Answers = dict[str, list[object]]  # by collection, of QUESTIONS


class ReaderHere:
    """Reads in the same process: the one that reads hostile files takes longer to start than all else takes."""

    def __init__(self, *_: object) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...

    def read(self, path: Path, member: tuple[str, ...] = ()) -> LaidOut:
        return parsing.parse(path.read_bytes(), path.name)


REAL_READER = indexer.reading.Reader


@dataclass(frozen=True)
class Phase:
    """``before``: the index as the run finds it; ``after``: as an undisturbed run leaves it."""

    name: str
    source: Path
    before: Path
    after: Path
    old: Answers
    new: Answers

    def run(self, index: Path) -> None:
        index_here(self.source, index)

    def copy(self, index: Path) -> Path:
        shutil.copytree(self.before, index)
        return index


def make(root: Path, name: str) -> Phase:
    """The phase of that name, in a folder of its own below ``root``."""
    indexer.reading.Reader = ReaderHere
    source, before, after = root / name / "papiere", root / name / "before", root / name / "after"
    for folder in (source, before):
        folder.mkdir(parents=True)
    if name != "first":
        write_papers(source, range(12))
        _run_apart(source, before)
    _EDITS[name](source)
    shutil.copytree(before, after)
    _run_apart(source, after)
    return Phase(name, source, before, after, answers(before), answers(after))


def index_here(source: Path, index: Path) -> None:
    """One run in this process."""
    build(Settings(index=index, encoder="hash"), [source])


def _run_apart(source: Path, index: Path) -> None:
    assert finish(forked(lambda: index_here(source, index))) == 0


def write_papers(source: Path, numbers: range, more: str = "") -> None:
    for number in numbers:
        word, spot = _WORDS[number % len(_WORDS)], _SPOTS[number % len(_SPOTS)]
        text = (
            f"Landkreis Musterbach\n\n# {word} {spot}\n\nDrucksachen-Nr.: 2024/{number:03}\n\n## Kosten\n\n"
            f"Die Maßnahme {word} am Standort {spot} kostet {number + 1}.000 Euro.{more}\n\n- {spot}: {number} Plätze\n"
        )
        (source / f"{number:02}.md").write_text(text, encoding="utf-8")
    if 3 in numbers:
        (source / "03.toml").write_text("public = false", encoding="utf-8")


def _increment(source: Path) -> None:
    write_papers(source, range(12, 16))
    write_papers(source, range(5, 7), " Der Betrag wurde erhöht.")
    (source / "01.toml").write_text("public = false", encoding="utf-8")  # withdrawn


def _delete(source: Path) -> None:
    for number in (0, 3, 7, 11):
        (source / f"{number:02}.md").unlink()


_EDITS: dict[str, Callable[[Path], None]] = {
    "first": lambda source: write_papers(source, range(12)),
    "increment": _increment,
    "delete": _delete,
    "reindex": lambda source: write_papers(source, range(12), " Stand: heute."),
}


def answers(index: Path) -> Answers:
    """What the live generations answer, to the last bit of each score."""
    return {one.name: _answers(one.open("hash-1")) for one in collections(index)}


def _answers(generation: Generation) -> list[object]:
    encoder = HashEncoder()
    return [[(hit.passage.id, hit.passage.text, hit.score) for hit in search(generation, encoder, q)] for q in QUESTIONS]


def violations(phase: Phase, index: Path) -> list[str]:
    """What does not hold after a disturbed run, then after another run that nobody disturbs."""
    found = _unwhole(phase, index)
    phase.run(index)
    for collection in collections(phase.after):
        expected = dict(collection.open().manifest)
        now = Collection(index, collection.name)
        if now.current() is None or dict(now.open("hash-1").manifest) != expected:
            found.append(f"{collection.name}: another generation than that of an undisturbed run")
        generations = sorted(path.name for path in (now.folder / "generations").iterdir())
        if len(generations) > 2 or any(name.startswith(".") for name in generations):
            found.append(f"{collection.name}: left behind: {generations}")
        if _keys(now.folder) != _keys(collection.folder):
            found.append(f"{collection.name}: other vectors are kept")
    if (index / "unfinished.sqlite").exists():
        found.append("unfinished.sqlite is still there")
    with contextlib.closing(sqlite3.connect(index / "ledger.sqlite")) as ledger:
        found += [f"ledger: {row}" for row in ledger.execute("PRAGMA integrity_check") if row != ("ok",)]
    return found


def _unwhole(phase: Phase, index: Path) -> list[str]:
    """The store as a reader finds it: each collection is whole, and the one before or the one after."""
    found = []
    for name in {*phase.old, *phase.new}:
        collection = Collection(index, name)
        if collection.current() is None:
            found += [f"{name}: gone"] if name in phase.old else []
            continue
        generation = collection.open("hash-1")
        if generation.number != collection.current():
            found.append(f"{name}: {collection.current()} cannot be opened")
        counts = {
            "documents": generation.columns.documents,
            "passages": generation.database.one("SELECT count(*) FROM passages")[0],
        }
        if counts != {field: generation.manifest[field] for field in counts}:
            found.append(f"{name}: counts {counts} are not those of the manifest")
        rows = {
            len(generation.vectors.of(np.arange(generation.passages))),
            *(len(np.load(generation.where / n)) for n in ("documents.npy", "groups.npy")),
        }
        lexical = np.load(generation.where / "lexical" / "terms" / "rows.npy")
        if rows | {int(lexical.max(initial=-1)) + 1} != {counts["passages"]}:
            found.append(f"{name}: {counts['passages']} passages, {rows} rows, words up to row {lexical.max(initial=-1)}")
        if _answers(generation) not in (phase.old.get(name), phase.new.get(name)):
            found.append(f"{name}: answers are neither those before nor those after")
    return found


def _keys(folder: Path) -> set[bytes]:
    with contextlib.closing(sqlite3.connect(folder / "embeddings.sqlite")) as database:
        return {key for (key,) in database.execute("SELECT key FROM vectors")}


def forked(work: Callable[[], int | None]) -> int:
    """Runs ``work`` in a child with a process group of its own; its process id."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        os.setsid()
        code = work() or 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def finish(child: int) -> int:
    """The exit code of the child, -9 if it was killed."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def checked(phase: Phase, index: Path) -> list[str]:
    """``violations`` as a process that knows nothing of the run sees them. Removes the index."""
    told = index.with_name(f"{index.name}.txt")
    code = finish(forked(lambda: told.write_text("\n".join(violations(phase, index)), encoding="utf-8") and None))
    found = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    told.unlink(missing_ok=True)
    shutil.rmtree(index)
    return found + ([f"the process that looks ended with {code}"] if code else [])
