"""What the index knows, for ``ratslotse inspect``: generations, documents, what was not read, one document in full."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from indexer.domain import Document
from indexer.errors import IndexMissing
from indexer.generation import Generation
from indexer.ledger import Ledger
from indexer.parsing import lockdown
from indexer.records import paper_as_json
from indexer.status import status_of
from indexer.store import Collection, collections
from service.errors import NotFound


def index_report(root: Path) -> dict[str, Any]:
    """Every collection with its generation and documents, every file that was not read or not wholly, and the reader's locks."""
    opened = [(collection, collection.open()) for collection in collections(root)]
    if not opened:
        raise IndexMissing(index=root)
    ledger = Ledger(root / "ledger.sqlite")
    unread = [
        {"path": f"{source}/{name}", "result": result, "reason": reason} for source, name, result, reason in ledger.unread()
    ]
    ledger.close()
    return {"collections": [_collection(*pair) for pair in opened], "failures": unread, "reader_lacks": lockdown.missing()}


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


def _collection(collection: Collection, generation: Generation) -> dict[str, Any]:
    manifest = {name: value for name, value in generation.manifest.items() if name != "files"}
    documents = [_document(document) for document in generation.documents()]
    return {"name": collection.name, "generation": generation.id, "manifest": manifest, "documents": documents}


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
