"""What was forgotten (forgetting.py) and must not come back, whatever is read, restored or harvested again.

One file in the state folder, not in the index: it outlives an index that is removed and built anew. It holds digests alone, of
file names and of bytes. So it tells neither what stood in a document nor what its file was called; who guesses a name can check
the guess, no more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from indexer.database import Database
from indexer.domain import File
from indexer.errors import IndexUnusable
from indexer.parsing.archives import INSIDE
from indexer.storage import waiting_lock, write_atomically

FILE = "forgotten.jsonl"
_LOCK = ".forgotten.lock"


@dataclass(frozen=True)
class Tombstone:
    """Of one forgotten document and what went with it.

    ``id``: that of the document; ``names``: digests of source and name; ``contents``: SHA-256 of files; ``withheld``: digests
    of what papers are known by that were not public because of it, see build.known_by.
    """

    id: str
    made: str
    names: frozenset[str]
    contents: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()

    def joined(self, other: Tombstone) -> Tombstone:
        return Tombstone(
            self.id,
            min(self.made, other.made),
            self.names | other.names,
            self.contents | other.contents,
            self.withheld | other.withheld,
        )


class Forgotten:
    """The tombstones, as one question: is this file one of them?"""

    def __init__(self, tombstones: Iterable[Tombstone] = ()) -> None:
        by_id: dict[str, Tombstone] = {}
        for one in tombstones:
            by_id[one.id] = one.joined(by_id[one.id]) if one.id in by_id else one
        self.tombstones = tuple(sorted(by_id.values(), key=lambda one: (one.made, one.id)))
        self._names = frozenset[str]().union(*(one.names for one in self.tombstones))
        self._contents = frozenset[str]().union(*(one.contents for one in self.tombstones))
        self.ids = frozenset(name[:12] for name in self._names)  # of documents
        self._withheld = frozenset[str]().union(*(one.withheld for one in self.tombstones))

    def covers(self, source: str, name: str, sha256: str = "") -> bool:
        """Whether this file, or one that it lies in, was forgotten by its name, or any file of its bytes."""
        return sha256 in self._contents or any(name_digest(source, way) in self._names for way in ways(name))

    def covers_file(self, file: File) -> bool:
        return self.covers(file.source, file.name, file.sha256)

    def nameless(self, source: str, name: str) -> str:
        """What stands in the books in place of a forgotten file's name: the id of what was forgotten of it, or around it."""
        way = next((way for way in ways(name) if name_digest(source, way) in self._names), name)
        outer, inside, _ = way.rpartition(INSIDE)
        return f"{outer}{inside}[{name_digest(source, way)[:12]}]"

    def withholds(self, known_by: str) -> bool:
        """Whether papers known by this are not public because of a forgotten one."""
        return digest(known_by) in self._withheld

    def held_in(self, database: Database) -> bool:
        """Whether a generation holds any of them: it was published before, and put back by hand."""
        return bool(self.ids) and database.one("SELECT id FROM documents WHERE id IN ?s", [sorted(self.ids)]) is not None

    def __bool__(self) -> bool:
        return bool(self.tombstones)


def ways(name: str) -> Iterator[str]:
    """A file's name and those of the files it lies in.

    >>> list(ways("a.zip!/b.eml!/c.pdf"))
    ['a.zip', 'a.zip!/b.eml', 'a.zip!/b.eml!/c.pdf']
    """
    parts = name.split(INSIDE)
    return (INSIDE.join(parts[:end]) for end in range(1, len(parts) + 1))


def name_digest(source: str, name: str) -> str:
    """Begins with the id of the document."""
    return digest(f"{source}/{name}")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def load(folder: Path) -> Forgotten:
    """The list in a state folder; empty if there is none. Raises IndexUnusable: without it nothing may be published."""
    try:
        status = (folder / FILE).stat()
    except (FileNotFoundError, NotADirectoryError):
        return Forgotten()
    return _loaded(folder / FILE, (status.st_ino, status.st_size, status.st_mtime_ns))


@lru_cache(maxsize=1)  # runs ask after every file
def _loaded(path: Path, stamp: tuple[int, int, int]) -> Forgotten:  # noqa: ARG001 (the key of the cache)
    return load_file(path)


def remind(folder: Path) -> None:
    """Makes runs under way look at the list again (forgetting.Heeding), though nothing was added."""
    (folder / FILE).touch()


def load_file(path: Path) -> Forgotten:
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return Forgotten(_tombstone(values) for values in lines)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise IndexUnusable(index=path, reason=error) from error


def add(folder: Path, tombstones: Iterable[Tombstone]) -> None:
    """Kept from this moment on, also after a power cut."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with waiting_lock(folder / _LOCK):
        _write(folder, Forgotten([*load(folder).tombstones, *tombstones]))


def take_back(folder: Path, identifier: str) -> bool:
    """Whether there was a tombstone with this id. The next run reads its files again."""
    if not (folder / FILE).exists():
        return False
    with waiting_lock(folder / _LOCK):
        before = load(folder).tombstones
        left = [one for one in before if one.id != identifier]
        _write(folder, Forgotten(left))
    return len(left) < len(before)


def _write(folder: Path, forgotten: Forgotten) -> None:
    lists = ("names", "contents", "withheld")
    rows = [vars(one) | {name: sorted(getattr(one, name)) for name in lists} for one in forgotten.tombstones]
    write_atomically(folder / FILE, "".join(json.dumps(row) + "\n" for row in rows))


def _tombstone(values: dict[str, object]) -> Tombstone:
    lists = {}
    for name in ("names", "contents", "withheld"):
        listed = values[name]
        if not isinstance(listed, list) or not all(isinstance(one, str) and len(one) == 64 for one in listed):
            raise ValueError(f"{name}: {listed}")
        lists[name] = frozenset(listed)
    return Tombstone(str(values["id"]), str(values["made"]), **lists)
