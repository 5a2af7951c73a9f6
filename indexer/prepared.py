"""A document with all that is made from it alone: made when it is read, taken over from the generation while it stays."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
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
        cut = _cut(database)
        return [_taken_over(cut[number], *row) for number, row in enumerate(found)], manifest


def _cut(database: sqlite3.Connection) -> Mapping[int, list[tuple[int, int, str]]]:
    """Start, end and headings of the passages by the number of their document."""
    found: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for number, *passage in database.execute('SELECT document, start, "end", headings FROM passages ORDER BY row'):
        found[number].append(tuple(passage))
    return found


def _taken_over(cut: list[tuple[int, int, str]], identifier: str, record: str, text: str, boxes: bytes) -> Prepared:
    document = records.loads(identifier, record, text, boxes)
    found = tuple(Passage(document, start, end, tuple(json.loads(headings))) for start, end, headings in cut)
    return Prepared(document, _digest(record, text, boxes), found)


def _digest(record: str, text: str, boxes: bytes) -> str:
    return hashlib.sha256(b"\0".join((record.encode(), text.encode(), boxes))).hexdigest()
