"""From sources to a published index.

1. List each source's files; keep the document of every file that is unchanged, read the others in the child process.
2. Put each document into its collection: a source's own, or ``internal`` for a paper of a public source that is not public.
3. Cut passages, take known vectors from the cache, encode the rest, write a generation beside the live one, publish it.

The live generation is never touched; a run that dies leaves it as it was and the next one goes on where it stopped: what was
read is kept (unfinished.py), and so are the vectors (cache.py).
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from indexer.cache import EmbeddingCache
from indexer.domain import Document, File, Passage
from indexer.encoders import encode_texts, encoder_name, load_encoder
from indexer.errors import BrokenFile, NestedSource, RatslotseError, ReadError, RunStopped, SourceError
from indexer.generation import paper_id
from indexer.ledger import Entry, Ledger
from indexer.papers import read_paper
from indexer.parsing.layout import LaidOut, page_list, pages_of
from indexer.parsing.sandbox import Reader
from indexer.passages import passages_of, searched_text
from indexer.reading_notes import Problem, pages_noted, problem_of, problems_of
from indexer.retrying import Conditions, attempts, conditions, is_due, with_end
from indexer.settings import Settings
from indexer.sources import Unread
from indexer.sources.folder import FolderSource
from indexer.sources.hashes import Hashes
from indexer.storage import writer_lock
from indexer.store import INTERNAL, PUBLIC, Collection, collections
from indexer.unfinished import Unfinished
from indexer.vectors import Matrix
from indexer.writing import digest

Progress = Callable[[str, int, int], None]  # stage "read" or "encode", done, total; may raise RunStopped
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


@dataclass(frozen=True)
class _Run:
    settings: Settings
    ledger: Ledger
    unfinished: Unfinished
    conditions: Conditions
    before: dict[tuple[str, str], Document]
    progress: Progress


def build(
    settings: Settings,
    paths: Sequence[Path],
    access: str | None = None,
    progress: Progress = lambda *_: None,
) -> Report:
    """Reads the folders or files, publishes what changed. Documents of sources not named stay as they are.

    ``access``: the collection of these sources; None: as declared before, else public.
    Raises SourceError, NestedSource, IndexBusy, UnknownEncoder; a file that cannot be read is an entry of the report.
    ``progress`` is called after each file and each batch of passages; if it raises RunStopped, what was done so far is kept.
    """
    for path in paths:
        if not path.exists():  # before anything is written
            raise SourceError(path=path)
    with writer_lock(settings.index), contextlib.closing(Ledger(settings.index / "ledger.sqlite")) as ledger:
        number = ledger.begin()
        try:
            report = _build(settings, ledger, paths, access, _with_signs_of_life(progress, ledger, number))
        except BaseException as error:
            told = {language: error.message(language) for language in ("de", "en")} if isinstance(error, RatslotseError) else {}
            stopped = isinstance(error, (RunStopped, KeyboardInterrupt))
            ledger.finish(number, "stopped" if stopped else "failed", error=told or {"de": repr(error), "en": repr(error)})
            raise
        ledger.finish(number, "done", report.generation, report.books())
        return report


def _with_signs_of_life(progress: Progress, ledger: Ledger, number: int) -> Progress:
    last = time.monotonic()

    def told(stage: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _ALIVE_SECONDS:
            ledger.alive(number)
            last = time.monotonic()
        progress(stage, done, total)

    return told


def _build(settings: Settings, ledger: Ledger, paths: Sequence[Path], access: str | None, progress: Progress) -> Report:
    root = settings.index
    before, intact = _published(root)
    declared = dict(ledger.sources())
    wanted = {path: access or declared.get(path, PUBLIC) for path in (path.resolve() for path in paths)}
    _refuse_nesting(declared | wanted)
    if not intact:  # what a fallback holds may be old: every source that is still there is read again
        wanted = {path: name for path, name in declared.items() if path.exists()} | wanted
    with contextlib.closing(Unfinished(root / "unfinished.sqlite")) as unfinished:
        run = _Run(settings, ledger, unfinished, conditions(settings), before, progress)
        sources = [_source(run, path, name) for path, name in wanted.items()]
        named = {source.name for source in sources}
        unfinished.keep_sources(ledger.present())
        documents = [d for (source, _), d in before.items() if source not in named]
        entries: dict[str, list[Entry]] = {}
        heeded = {source.name: ledger.marks(source.name) for source in sources}
        for source in sources:
            read, entries[source.name] = _read_source(run, source, heeded[source.name].keys())
            documents += read
        _publish(run, documents)
        for source in sources:
            ledger.record(source.name, entries[source.name], heeded[source.name].values())
            ledger.remember(source.name, source.hashes.found)
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


def _published(root: Path) -> tuple[dict[tuple[str, str], Document], bool]:
    """The documents of the live generations, by source and name, and whether every collection was intact."""
    found: dict[tuple[str, str], Document] = {}
    intact = True
    for collection in collections(root):
        documents, live = collection.documents()
        intact &= live
        found.update({(document.file.source, document.file.name): document for document in documents})
    return found, intact


def _source(run: _Run, path: Path, access: str) -> FolderSource:
    largest = run.settings.file_megabytes * 1_000_000
    name = run.ledger.declare(path, access)
    return FolderSource(path, access, largest, name, run.settings.index, Hashes(run.ledger.hashes(name)))


def _read_source(run: _Run, source: FolderSource, marked: Set[str]) -> tuple[list[Document], list[Entry]]:
    """``marked``: names of the files that are read again in any case."""
    listed = list(source.files())
    files = [file for file in listed if isinstance(file, File)]
    run.unfinished.keep_only(source.name, {file.name: file.fingerprint for file in files})
    past = run.ledger.entries(source.name) | run.unfinished.entries(source.name)
    known = {file.name: None if file.name in marked else _known(run, file, past.get(file.name)) for file in files}
    results = {one.name: _unread(source.name, one) for one in listed if isinstance(one, Unread)}
    results |= {name: found for name, found in known.items() if found is not None}
    with Reader(run.settings.file_seconds, run.settings.reader_megabytes) as reader:
        results |= _read_files(run, reader, [file for file in files if file.name not in results], past)
    in_order = [results[one.name] for one in listed]
    return [document for document, _ in in_order if document], [entry for _, entry in in_order]


_Read = tuple[Document | None, Entry]


def _unread(source: str, file: Unread) -> _Read:
    return None, Entry(source, file.name, "skipped" if file.skipped else "failed", (problem_of(file.error),))


def _known(run: _Run, file: File, past: Entry | None) -> _Read | None:
    """What is known of a file that need not be read again."""
    if past is None or is_due(past, run.conditions):
        return None
    if past.result == "failed":
        return (None, past) if past.fingerprint == file.fingerprint else None
    unpublished = run.unfinished.document(file.source, file.name)
    document = unpublished or run.before.get((file.source, file.name))
    if document is None or document.file.fingerprint != file.fingerprint or document.file.path != file.path:
        return None
    return document, replace(_with_pages(past, document), result=past.result if unpublished else "unchanged")


def _read_files(run: _Run, reader: Reader, files: Sequence[File], past: Mapping[str, Entry]) -> dict[str, _Read]:
    results: dict[str, _Read] = {}
    for done, file in enumerate(files, start=1):
        document, entry = results[file.name] = _read_file(run, reader, file, past.get(file.name))
        run.unfinished.put(entry, document)
        run.progress("read", done, len(files))
    return results


def _read_file(run: _Run, reader: Reader, file: File, past: Entry | None) -> _Read:
    started = time.monotonic()
    document: Document | None = None
    problems: tuple[Problem, ...] = ()
    try:
        document = read_document(reader, file)
    except ReadError as error:
        problems = (problem_of(error),)
    tries = attempts(past, file.fingerprint, run.conditions)
    entry = Entry(
        file.source,
        file.name,
        "failed",
        with_end(problems, tries),
        **asdict(run.conditions),
        size=file.size,
        sha256=file.sha256,
        fingerprint=file.fingerprint,
        read=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - started, 3),
        attempts=tries,
    )
    return document, _with_pages(entry, document) if document else entry


def _with_pages(entry: Entry, document: Document) -> Entry:
    """The entry of a file that was read, wholly or in part: what its document says of its pages."""
    file, pages = document.file, len(document.pages)
    problems = problems_of(document.notes, pages)
    return replace(
        entry,
        result="partial" if problems else "ok",
        problems=problems,
        pages=pages,
        without_text=pages_noted(document.notes, "pages_without_text", pages),
        recognised=pages_noted(document.notes, "ocr_pages", pages),
        size=file.size,
        sha256=file.sha256,
        fingerprint=file.fingerprint,
    )


def read_document(reader: Reader, file: File) -> Document:
    """One file as a document. Raises a ReadError."""
    laid_out = reader.read(file.path)
    try:
        paper = read_paper(
            laid_out.text, laid_out.blocks, file_name=file.name, folder_body=file.folder_body, sidecar=file.sidecar
        )
    except ReadError:
        raise
    except Exception as error:  # an oddity of one paper must not cost the others
        raise BrokenFile(reason=f"{type(error).__name__}: {error}") from error
    identifier = hashlib.sha256(f"{file.source}/{file.name}".encode()).hexdigest()[:12]
    notes = (*_unread_pages(laid_out), *laid_out.notes)
    return Document(identifier, file, laid_out.text, laid_out.pages, laid_out.blocks, paper, notes, laid_out.boxes)


def _unread_pages(laid_out: LaidOut) -> Iterator[str]:
    """A note of the pages that hold something, and no text that could be read."""
    known = {code: pages_of(pages) for code, _, pages in (note.partition(":") for note in laid_out.notes)}
    accounted = known.get("blank_pages", set()) | known.get("pages_left_out", set())
    silent = [p.number for p in laid_out.pages if p.start == p.end and p.number not in accounted]
    if silent:
        yield f"pages_without_text:{page_list(silent)}"


def collection_of(document: Document, withheld: Set[str] = frozenset()) -> str:
    """A paper of a public source that is marked non-public, or marked contradictorily, is never public.

    ``withheld``: ids of papers of which any file bears such a mark: the others (Anlagen, most often) follow it.
    """
    hidden = document.paper.public is False or (bool(document.paper.reference) and paper_id(document) in withheld)
    return INTERNAL if document.file.access == PUBLIC and hidden else document.file.access


def _publish(run: _Run, documents: Iterable[Document]) -> None:
    """Publishes every collection whose documents changed; public first, so that a withdrawn paper is gone before all else."""
    root = run.settings.index
    for published in collections(root):
        published.tidy()
    by_collection: dict[str, list[Document]] = {name: [] for name in (PUBLIC, *(c.name for c in collections(root)))}
    ordered = sorted(documents, key=lambda d: (d.file.source, d.file.name))
    withheld = {paper_id(document) for document in ordered if document.paper.public is False}
    for document in ordered:
        by_collection.setdefault(collection_of(document, withheld), []).append(document)
    name = encoder_name(run.settings)
    changed = {n: found for n, found in by_collection.items() if Collection(root, n).digest() != digest(found, name)}
    ready = {collection: _encoded(run, collection, name, found) for collection, found in changed.items()}
    for collection in sorted(ready, key=lambda c: (c != PUBLIC, c)):
        passages, vectors = ready[collection]
        Collection(root, collection).publish(changed[collection], passages, vectors, name)


def _encoded(run: _Run, collection: str, encoder: str, documents: Sequence[Document]) -> tuple[list[Passage], Matrix]:
    passages = [passage for document in documents for passage in passages_of(document)]
    texts = [searched_text(passage) for passage in passages]
    with contextlib.closing(EmbeddingCache(run.settings.index / collection / "embeddings.sqlite", encoder)) as cache:
        vectors = encode_texts(
            lambda: load_encoder(run.settings), texts, cache, lambda done, total: run.progress("encode", done, total)
        )
        cache.keep_only(texts)
    return passages, vectors
