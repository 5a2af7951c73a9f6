"""From sources to a published index.

1. List each source's files; keep the document of every file that is unchanged, with its passages; read the others in the child
   process and cut them into passages.
2. Put each document into its collection: a source's own, or ``internal`` for a paper of a public source that is not public.
3. Take known vectors from the cache, encode the rest, write a generation beside the live one, publish it (publishing.py).
4. Bring what changed to the PostgreSQL server, if the settings name one (postgres/).

The live generation is never touched; a run that dies leaves it as it was and the next one goes on where it stopped: what was
read is kept (unfinished.py), and so are the vectors (cache.py).
"""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from indexer import tombstones
from indexer.domain import Document
from indexer.errors import NestedSource, RatslotseError, RunStopped, SourceEmptied, SourceError
from indexer.generation import paper_id
from indexer.hands import Hands, Here
from indexer.ledger import Entry, Ledger
from indexer.parsing.archives import INSIDE
from indexer.prepared import Prepared
from indexer.publishing import bring_to_server, prepare_server, publish, was_cut_short
from indexer.reading import Progress, Run, read_source
from indexer.references import reference_key
from indexer.retrying import conditions
from indexer.settings import Settings
from indexer.sources.folder import FolderSource
from indexer.sources.hashes import Hashes
from indexer.storage import writer_lock
from indexer.store import INTERNAL, PUBLIC, Collection, collections
from indexer.unfinished import Unfinished

_ALIVE_SECONDS = 5.0  # between two signs of life in the ledger


@dataclass(frozen=True)
class Report:
    """The outcome of a run. ``found`` is the sum of the other books."""

    generation: str | None
    not_public: int  # documents that the index holds and the service does not serve
    entries: tuple[Entry, ...]

    def books(self) -> dict[str, int]:
        counts = Counter(entry.result for entry in self.entries)
        return {"found": len(self.entries)} | {kind: counts[kind] for kind in ("ok", "partial", "failed", "skipped", "unchanged")}

    def of(self, result: str, language: str = "de") -> list[dict[str, str]]:
        return [{"path": f"{e.source}/{e.name}", "reason": e.reason(language)} for e in self.entries if e.result == result]


def build(
    settings: Settings,
    paths: Sequence[Path],
    access: str | None = None,
    progress: Progress = lambda *_: None,
    allow_empty: bool = False,
    hands: Hands | None = None,
) -> Report:
    """Reads the folders or files, publishes what changed. Documents of sources not named stay as they are.

    ``access``: the collection of these sources; None: as declared before, else public.
    ``allow_empty``: a source without any file loses its documents; else that is taken for a drive that is not connected.
    ``hands``: who reads and encodes; None: this process.
    Raises SourceError, SourceEmptied, NestedSource, IndexBusy, NoSpace, UnknownEncoder, DatabaseUnusable, DatabaseUnfit; a file
    that cannot be read is an entry of the report.
    ``progress`` is called after each file and each batch of passages; if it raises RunStopped, what was done so far is kept.
    """
    for path in paths:
        if not path.exists():  # before anything is written
            raise SourceError(path=path)
    with writer_lock(settings.index), contextlib.closing(Ledger(settings.index / "ledger.sqlite")) as ledger:
        number = ledger.begin()
        try:
            told = _with_signs_of_life(progress, ledger, number)
            prepare_server(settings)
            report = _build(settings, ledger, paths, access, told, allow_empty, hands or Here(settings))
            bring_to_server(settings, told)
        except BaseException as error:
            said = {language: error.message(language) for language in ("de", "en")} if isinstance(error, RatslotseError) else {}
            stopped = isinstance(error, (RunStopped, KeyboardInterrupt))
            ledger.finish(number, "stopped" if stopped else "failed", error=said or {"de": repr(error), "en": repr(error)})
            raise
        ledger.finish(number, "done", report.generation, report.books())
        return report


def _still_withheld(entries: Iterable[Entry], before: Mapping[tuple[str, str], Prepared]) -> Iterator[Prepared]:
    """The non-public documents whose files cannot be read any more: without them, what was withheld with them would be public."""
    for entry in entries:
        known = before.get((entry.source, entry.name)) if entry.result == "failed" else None
        if known and known.document.file.access == PUBLIC and known.document.paper.public is False:
            yield known


def _with_signs_of_life(progress: Progress, ledger: Ledger, number: int) -> Progress:
    last = time.monotonic()

    def told(stage: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _ALIVE_SECONDS:
            ledger.alive(number)
            last = time.monotonic()
        progress(stage, done, total)

    return told


def _build(
    settings: Settings,
    ledger: Ledger,
    paths: Sequence[Path],
    access: str | None,
    progress: Progress,
    allow_empty: bool,
    hands: Hands,
) -> Report:
    root = settings.index
    before, digests = _published(root)
    declared = dict(ledger.sources())
    wanted = {path: access or declared.get(path, PUBLIC) for path in (path.resolve() for path in paths)}
    _refuse_nesting(declared | wanted)
    # What a fallback holds may be old, and what a killed run moved may be lost: every source that is still there is read again.
    if None in digests.values() or was_cut_short(root):
        wanted = {path: name for path, name in declared.items() if path.exists()} | wanted
    with contextlib.closing(Unfinished(root / "unfinished.sqlite")) as unfinished:
        forgotten = tombstones.load(settings.state_folder)
        run = Run(settings, ledger, unfinished, conditions(settings), before, progress, forgotten, hands)
        sources = [_source(run, path, name) for path, name in wanted.items()]
        named = {source.name for source in sources}
        unfinished.keep_sources(ledger.present())
        documents = [d for (source, _), d in before.items() if source not in named]
        entries: dict[str, list[Entry]] = {}
        marked: list[Document] = []
        heeded = {source.name: ledger.marks(source.name) for source in sources}
        for source in sources:
            read, entries[source.name], unread = read_source(run, source, heeded[source.name].keys())
            documents += [*read, *_still_withheld(entries[source.name], before)]
            marked += unread
            held = sum(name == source.name for name, _ in before)
            if held and not entries[source.name] and not allow_empty:
                raise SourceEmptied(path=source.root, count=held)
        _publish(run, documents, digests, marked)
        for source in sources:
            ledger.record(source.name, entries[source.name], heeded[source.name].values())
            found = source.hashes.found.items()
            ledger.remember(source.name, {n: known for n, known in found if not run.forgotten.covers(source.name, n, known[1])})
        unfinished.published(named)
    listed = tuple(entry for source in sources for entry in entries[source.name])
    return Report(Collection(root, PUBLIC).current(), _not_public(root), listed)


def _not_public(root: Path) -> int:
    return sum(int(c.open().manifest["documents"]) for c in collections(root) if c.name != PUBLIC)


def _refuse_nesting(sources: Mapping[Path, str]) -> None:
    """A source inside another of a different collection would stand in both. Raises NestedSource."""
    for inner, access in sources.items():
        for outer in inner.parents:
            if sources.get(outer, access) != access:
                raise NestedSource(path=inner, access=access, outer=outer, outer_access=sources[outer])


def _published(root: Path) -> tuple[dict[tuple[str, str], Prepared], dict[str, str | None]]:
    """The documents of the live generations, by source and name, and the digest of each collection."""
    found: dict[tuple[str, str], Prepared] = {}
    digests: dict[str, str | None] = {}
    for collection in collections(root):
        documents, digests[collection.name] = collection.documents()
        found.update({(one.document.file.source, one.document.file.name): one for one in documents})
    return found, digests


def _source(run: Run, path: Path, access: str) -> FolderSource:
    largest = run.settings.file_megabytes * 1_000_000
    name = run.ledger.declare(path, access)
    return FolderSource(path, access, largest, name, run.settings.index, Hashes(run.ledger.hashes(name)))


def collection_of(document: Document, withheld: Set[str] = frozenset()) -> str:
    """A paper of a public source that is marked non-public, or marked contradictorily, is never public.

    ``withheld``: what papers are known by of which any file bears such a mark: the others (Anlagen, most often) follow it.
    """
    hidden = document.paper.public is False or not withheld.isdisjoint(known_by(document))
    return INTERNAL if document.file.access == PUBLIC and hidden else document.file.access


def known_by(document: Document) -> Iterator[str]:
    """What the files of a numbered paper share. One that names no body may belong to any paper of its number in its source.

    An attachment belongs to its e-mail, whatever its number.
    """
    paper, (outer, *inner) = document.paper, document.file.name.split(INSIDE)
    for name in inner:
        yield _letter(document.file.source, outer)
        outer = f"{outer}{INSIDE}{name}"
    if paper.reference:
        yield paper_id(document)
        yield "\n".join((document.file.source, reference_key(paper.reference), "" if paper.body is None else "*"))


def withheld_of(documents: Iterable[Document]) -> set[str]:
    found: set[str] = set()
    for document in documents:
        if document.paper.public is False:
            found.add(_letter(document.file.source, document.file.name))
        if document.paper.public is False and document.paper.reference:
            key = "\n".join((document.file.source, reference_key(document.paper.reference), ""))
            found |= {paper_id(document), key} | ({f"{key}*"} if document.paper.body is None else set())
    return found


def _letter(source: str, name: str) -> str:
    return f"{source}\n{INSIDE}{name}"


def _publish(run: Run, documents: Iterable[Prepared], digests: Mapping[str, str | None], marked: Iterable[Document]) -> None:
    """Puts each document into its collection. ``digests``: see _published; ``marked``: of files that cannot be read."""
    contents: dict[str, list[Prepared]] = {name: [] for name in (PUBLIC, *digests)}
    ordered = sorted(documents, key=lambda one: (one.document.file.source, one.document.file.name))
    withheld = withheld_of([*(one.document for one in ordered), *marked])
    withheld |= {key for one in ordered for key in known_by(one.document) if run.forgotten.withholds(key)}
    for one in ordered:
        contents.setdefault(collection_of(one.document, withheld), []).append(one)
    publish(run, contents, digests)
