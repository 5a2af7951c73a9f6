"""What the index knows, for ``ratslotse inspect``: generations, documents, the books, one document in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from indexer.access import reach, reaches
from indexer.books import RunBooks, SourceBooks, open_books
from indexer.domain import Document
from indexer.errors import BooksElsewhere, IndexMissing
from indexer.generation import Generation
from indexer.ledger import Entry
from indexer.parsing import lockdown
from indexer.postgres.connecting import shown
from indexer.reading_notes import heading
from indexer.records import paper_as_json
from indexer.retrying import is_temporary
from indexer.settings import Settings
from indexer.status import status_of
from indexer.store import Collection, collections, joints
from service.errors import NotFound

_RUNS = 10  # that the books show


def index_report(settings: Settings) -> dict[str, Any]:
    """Every index with its generation and who asks it, the documents of the collections, the books, and the locks of the
    process that reads."""
    root = index_folder(settings)
    opened = [(collection, collection.open()) for collection in collections(root)]
    if not opened:
        raise IndexMissing(index=root)
    readers = {reach(parts): roles for parts, roles in reaches(settings.roles).items()}
    return {
        "collections": [_index(*pair, readers) | {"documents": _documents(pair[1])} for pair in opened],
        "joint_indexes": [_index(joint, joint.open(), readers) for joint in joints(root) if joint.current()],
        "reader_lacks": lockdown.missing(),
    } | books_report(root, settings.language)


def index_folder(settings: Settings) -> Path:
    """Where the index is made and its books lie. Raises BooksElsewhere on a host that only answers from a server."""
    if settings.database is not None and not (settings.index / "ledger.sqlite").is_file():
        raise BooksElsewhere(index=settings.index, database=shown(settings.database.get_secret_value()))
    return settings.index


def books_report(root: Path, language: str) -> dict[str, Any]:
    """The last runs, what is known of each source, and every file that was not read, or not wholly, by reason.

    Raises IndexMissing if nothing was indexed yet.
    """
    with open_books(root) as books:
        unread, marked = books.unread(), books.marked()
        return {
            "runs": [_run(run, language) for run in books.runs(_RUNS)],
            "sources": [_source(source) for source in books.sources()],
            "reasons": _reasons(unread, language),
            "failures": [_failure(entry, language, marked) for entry in unread],
        }


def _run(run: RunBooks, language: str) -> dict[str, Any]:
    return asdict(run) | {"error": run.error.get(language, "")}


def _source(source: SourceBooks) -> dict[str, Any]:
    return asdict(source) | {"recognised_share": round(source.recognised_share, 3)}


def _reasons(unread: list[Entry], language: str) -> list[dict[str, Any]]:
    """The reasons with their numbers of files, the most frequent first. A file with several counts under the first."""
    counts = Counter((entry.result, entry.code) for entry in unread)
    return [
        {"result": result, "code": code, "reason": heading(code, language), "files": count}
        for (result, code), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def _failure(entry: Entry, language: str, marked: set[tuple[str, str]]) -> dict[str, Any]:
    return {
        "id": entry.id,
        "path": f"{entry.source}/{entry.name}",
        "source": entry.source,
        "name": entry.name,
        "result": entry.result,
        "code": entry.code,
        "codes": [problem.code for problem in entry.problems],
        "reason": entry.reason(language),
        "temporary": is_temporary(entry),
        "marked": (entry.source, entry.name) in marked,
        "pages": entry.pages,
        "pages_without_text": list(entry.without_text),
        "pages_recognised": list(entry.recognised),
        "recognised_share": round(len(entry.recognised) / entry.pages, 3) if entry.pages else 0.0,
        "size": entry.size,
        "sha256": entry.sha256,
        "parser": entry.parser,
        "read": entry.read,
        "seconds": entry.seconds,
        "attempts": entry.attempts,
        "since": entry.since,
    }


def retry(root: Path, wanted: str) -> None:
    """Marks one file, by its id, or all "temporary" ones to be read again by the next run. Raises NotFound, IndexMissing."""
    with open_books(root) as books:
        chosen = [entry for entry in books.unread() if entry.id == wanted or (wanted == "temporary" and is_temporary(entry))]
        if not chosen and wanted != "temporary":
            raise NotFound(what=wanted)
        books.mark(chosen)


def document_report(root: Path, wanted: str) -> dict[str, Any]:
    """One document by id or by (the end of) its file name. Raises NotFound, IndexMissing."""
    if not collections(root):
        raise IndexMissing(index=root)
    for collection in collections(root):
        generation = collection.open()
        for document in generation.documents():
            if wanted == document.id or f"/{document.file.name}".endswith(f"/{wanted}"):
                passages = [
                    {"id": p.id, "page": document.page_at(p.start).number, "headings": list(p.headings), "text": p.text}
                    for p in generation.passages_of(document)
                ]
                return _document(document) | {
                    "collection": collection.name,
                    "notes": list(document.notes),
                    "passages": passages,
                }
    raise NotFound(what=wanted)


def _index(index: Collection, generation: Generation, readers: Mapping[str, list[str]]) -> dict[str, Any]:
    manifest = {name: value for name, value in generation.manifest.items() if name != "files"}
    return {"name": index.name, "generation": generation.id, "roles": readers.get(index.name, []), "manifest": manifest}


def _documents(generation: Generation) -> list[dict[str, Any]]:
    return [_document(document) for document in generation.documents()]


def _document(document: Document) -> dict[str, Any]:
    facts = {
        "id": document.id,
        "file": f"{document.file.source}/{document.file.name}",
        "title": document.title,
        "pages": len(document.pages),
        "characters": len(document.text),
        "status": status_of(document.paper),
    }
    return facts | {"paper": paper_as_json(document.paper)}
