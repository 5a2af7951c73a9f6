"""From sources to a published index.

1. List each source's files; keep the document of every file that is unchanged, with its passages; read the others in the child
   process and cut them into passages.
2. Put each document into its collection: a source's own, or ``internal`` for a paper of a public source that is not public.
3. Take known vectors from the cache, encode the rest, write a generation beside the live one, publish it.

The live generation is never touched; a run that dies leaves it as it was and the next one goes on where it stopped.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from indexer import parsing
from indexer.cache import EmbeddingCache
from indexer.domain import Document, File
from indexer.encoders import encode_texts, encoder_name, load_encoder
from indexer.errors import BrokenFile, NestedSource, ReadError, SourceError
from indexer.generation import paper_id
from indexer.ledger import Entry, Ledger
from indexer.papers import read_paper
from indexer.parsing.layout import LaidOut, page_list, pages_of
from indexer.parsing.sandbox import Reader
from indexer.passages import searched_text
from indexer.prepared import Prepared, prepare
from indexer.settings import Settings
from indexer.sources import Unread
from indexer.sources.folder import FolderSource
from indexer.sources.hashes import Hashes
from indexer.storage import writer_lock
from indexer.store import INTERNAL, PUBLIC, Collection, collections
from indexer.vectors import Matrix
from indexer.writing import digest

Progress = Callable[[str, int, int], None]  # stage "read" or "encode", done, total


@dataclass(frozen=True)
class Report:
    """The outcome of a run. ``found`` is the sum of the other books."""

    generation: str | None
    not_public: int  # documents that the index holds and the service does not serve
    entries: tuple[Entry, ...]

    def books(self) -> dict[str, int]:
        counts = Counter(entry.result for entry in self.entries)
        return {"found": len(self.entries)} | {kind: counts[kind] for kind in ("ok", "partial", "failed", "skipped", "unchanged")}

    def of(self, result: str) -> list[dict[str, str]]:
        return [{"path": f"{e.source}/{e.name}", "reason": e.reason} for e in self.entries if e.result == result]


@dataclass(frozen=True)
class _Run:
    settings: Settings
    ledger: Ledger
    before: dict[tuple[str, str], Prepared]
    digests: dict[str, str | None]  # of each collection, None where the live generation is damaged
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
    """
    for path in paths:
        if not path.exists():  # before anything is written
            raise SourceError(path=path)
    root = settings.index
    with writer_lock(root), contextlib.closing(Ledger(root / "ledger.sqlite")) as ledger:
        before, digests = _published(root)
        declared = dict(ledger.sources())
        wanted = {path: access or declared.get(path, PUBLIC) for path in (path.resolve() for path in paths)}
        _refuse_nesting(declared | wanted)
        if None in digests.values():  # what a fallback holds may be old: every source that is still there is read again
            wanted = {path: name for path, name in declared.items() if path.exists()} | wanted
        run = _Run(settings, ledger, before, digests, progress)
        sources = [_source(run, path, name) for path, name in wanted.items()]
        named = {source.name for source in sources}
        documents = [d for (source, _), d in before.items() if source not in named]
        entries: dict[str, list[Entry]] = {}
        for source in sources:
            read, entries[source.name] = _read_source(run, source)
            documents += read
        _publish(run, documents)
        for source in sources:
            ledger.record(source.name, entries[source.name], parsing.VERSION)
            ledger.remember(source.name, source.hashes.found)
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


def _source(run: _Run, path: Path, access: str) -> FolderSource:
    largest = run.settings.file_megabytes * 1_000_000
    name = run.ledger.declare(path, access)
    return FolderSource(path, access, largest, name, run.settings.index, Hashes(run.ledger.hashes(name)))


def _read_source(run: _Run, source: FolderSource) -> tuple[list[Prepared], list[Entry]]:
    files = list(source.files())
    versions = run.ledger.parser_versions(source.name)
    documents: list[Prepared] = []
    entries: list[Entry] = []
    with Reader(run.settings.file_seconds, run.settings.reader_megabytes) as reader:
        for done, file in enumerate(files, start=1):
            if isinstance(file, Unread):
                result = "skipped" if file.skipped else "failed"
                entries.append(Entry(source.name, file.name, result, file.error.message(run.settings.language)))  # type: ignore[arg-type]
            else:
                known = run.before.get((source.name, file.name)) if versions.get(file.name) == parsing.VERSION else None
                document, entry = _read_file(run, reader, file, known)
                entries.append(entry)
                documents += [document] if document else []
            run.progress("read", done, len(files))
    return documents, entries


def _read_file(run: _Run, reader: Reader, file: File, known: Prepared | None) -> tuple[Prepared | None, Entry]:
    before = known.document.file if known else None
    if known and before and before.fingerprint == file.fingerprint and before.path == file.path:
        return known, Entry(file.source, file.name, "unchanged", _reason(known.document, run.settings.language))
    try:
        document = read_document(reader, file)
    except ReadError as error:
        return None, Entry(file.source, file.name, "failed", error.message(run.settings.language))
    reason = _reason(document, run.settings.language)
    return prepare(document), Entry(file.source, file.name, "partial" if reason else "ok", reason)


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


def _reason(document: Document, language: str) -> str:
    """What of a document could not be read, "" if all of it was."""
    pages = next((note.partition(":")[2] for note in document.notes if note.startswith("pages_without_text")), "")
    if not pages:
        return ""
    if language == "en":
        return f"Pages without readable text (scan?): {pages}. Please add a text layer (OCR)."
    return f"Seiten ohne lesbaren Text (Scan?): {pages}. Bitte mit Texterkennung (OCR) neu erzeugen."


def collection_of(document: Document, withheld: Set[str] = frozenset()) -> str:
    """A paper of a public source that is marked non-public, or marked contradictorily, is never public.

    ``withheld``: ids of papers of which any file bears such a mark: the others (Anlagen, most often) follow it.
    """
    hidden = document.paper.public is False or (bool(document.paper.reference) and paper_id(document) in withheld)
    return INTERNAL if document.file.access == PUBLIC and hidden else document.file.access


def _publish(run: _Run, documents: Iterable[Prepared]) -> None:
    """Publishes every collection whose documents changed; public first, so that a withdrawn paper is gone before all else."""
    root = run.settings.index
    for published in collections(root):
        published.tidy()
    by_collection: dict[str, list[Prepared]] = {name: [] for name in (PUBLIC, *(c.name for c in collections(root)))}
    ordered = sorted(documents, key=lambda one: (one.document.file.source, one.document.file.name))
    withheld = {paper_id(one.document) for one in ordered if one.document.paper.public is False}
    for one in ordered:
        by_collection.setdefault(collection_of(one.document, withheld), []).append(one)
    name = encoder_name(run.settings)
    changed = {n: found for n, found in by_collection.items() if run.digests.get(n) != digest(found, name)}
    ready = {collection: _encoded(run, collection, name, found) for collection, found in changed.items()}
    for collection in sorted(ready, key=lambda c: (c != PUBLIC, c)):
        Collection(root, collection).publish(changed[collection], ready[collection], name)


def _encoded(run: _Run, collection: str, encoder: str, documents: Sequence[Prepared]) -> Matrix:
    texts = [searched_text(passage) for one in documents for passage in one.passages]
    with contextlib.closing(EmbeddingCache(run.settings.index / collection / "embeddings.sqlite", encoder)) as cache:
        vectors = encode_texts(
            lambda: load_encoder(run.settings), texts, cache, lambda done, total: run.progress("encode", done, total)
        )
        cache.keep_only(texts)
    return vectors
