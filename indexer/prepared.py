"""A document with all that is made from it alone: made when it is read, taken over from the generation while it stays."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer import passages, records
from indexer.database import open_sqlite
from indexer.domain import Document, Passage
from indexer.generation import FORMAT, checked_manifest


@dataclass(frozen=True)
class Prepared:
    """``digest`` tells documents apart, whatever differs in them."""

    document: Document
    digest: str
    passages: tuple[Passage, ...]


def prepare(document: Document) -> Prepared:
    found = tuple(passages.passages_of(document))
    return Prepared(document, _digest(records.dumps(document), document.text, document.boxes), found)


def documents_of(folder: Path) -> tuple[list[Prepared], Mapping[str, Any]]:
    """The documents of a generation and its manifest. Raises IndexDamaged or IndexTooNew.

    Of an older format, or cut otherwise than now, too: then what was read is taken over, and prepared anew.
    """
    manifest = checked_manifest(folder)
    with contextlib.closing(open_sqlite(folder / "passages.sqlite")) as database:
        held = {column for _, column, *_ in database.execute("PRAGMA table_info(documents)")}
        boxes = "boxes" if "boxes" in held else "x''"  # none before format 3
        found = database.execute(f"SELECT id, record, text, {boxes} FROM documents ORDER BY number")  # noqa: S608
        if (manifest["format"], manifest.get("cutting")) != (FORMAT, passages.VERSION):
            return [prepare(records.loads(*row)) for row in found], manifest
        cut = database.execute('SELECT document, start, "end", headings FROM passages ORDER BY row')
        return as_they_stand(found, cut), manifest


def as_they_stand(documents: Iterable[Sequence[Any]], passages: Iterable[Sequence[Any]]) -> list[Prepared]:
    """From rows of a generation: id, record, text and boxes of its documents; number of the document, start, end and headings
    of its passages. Both in their order."""
    cut: dict[int, list[Sequence[Any]]] = defaultdict(list)
    for number, *passage in passages:
        cut[number].append(passage)
    return [_taken_over(cut[number], *row) for number, row in enumerate(documents)]


def _taken_over(cut: Iterable[Sequence[Any]], identifier: str, record: str, text: str, boxes: bytes) -> Prepared:
    document = records.loads(identifier, record, text, boxes)
    found = tuple(Passage(document, start, end, tuple(json.loads(headings))) for start, end, headings in cut)
    return Prepared(document, _digest(record, text, boxes), found)


def _digest(record: str, text: str, boxes: bytes) -> str:
    return hashlib.sha256(b"\0".join((record.encode(), text.encode(), boxes))).hexdigest()
