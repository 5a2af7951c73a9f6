"""A published generation of one index, read only, and the one place where rows and passages meet. In a folder it is

manifest.json        format, encoder, counts, the SHA-256 of every file
passages.sqlite      documents, their numbers and Gremien, passages
documents.npy        for each passage the number of its document; groups.npy: the first passage of its form
vectors.faiss        (and sketch.faiss) the passages by meaning; lexical/ by words; words/ what lexical/ is made from
"""

from __future__ import annotations

import errno
import hashlib
import json
import sqlite3
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer import storage
from indexer.database import Database, SqliteDatabase
from indexer.domain import Document, Passage
from indexer.duplicates import Groups
from indexer.errors import IndexDamaged, IndexTooNew, IndexTooOld, IndexUnusable
from indexer.filters import Columns
from indexer.german import Analyser
from indexer.kept_documents import Documents
from indexer.lexical import Bm25Index
from indexer.numbering import typed_keys
from indexer.references import reference_key
from indexer.vectors import FaissVectors, Mask, Rows, VectorIndex

FORMAT = 3
_REMEMBERED = 2_000  # conditions on documents, with what meets them
_PASSING = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})  # say nothing of the file


@dataclass(frozen=True)
class Parts:
    """What a generation is put together from, wherever it is kept. ``documents``: for each passage the number of its document."""

    manifest: Mapping[str, Any]
    published: str  # UTC, ISO 8601
    database: Database
    vectors: VectorIndex
    lexical: Bm25Index
    vocabulary: str
    documents: npt.NDArray[np.int32]
    groups: Groups


class Generation:
    """A published generation, read only. ``where``: its folder or address, as messages name it."""

    def __init__(self, collection: str, number: str, where: Path | str, parts: Parts) -> None:
        self.number = number
        self.id = f"{collection}/{number}"
        self.where = where
        self.manifest = parts.manifest
        self.published = parts.published
        self.database = parts.database
        self.passages = int(self.manifest["passages"])
        self.vectors = parts.vectors
        self.lexical = parts.lexical
        self.analyser = Analyser(_vocabulary(parts.vocabulary))
        self.groups = parts.groups
        self.columns = Columns(self.database, parts.documents)
        self._documents = Documents(self.database)
        # A function of the database, not of self: a cached method would keep a replaced generation alive.
        self._numbers = lru_cache(maxsize=_REMEMBERED)(partial(_numbers, self.database))

    def document(self, number: int) -> Document:
        return self._documents.those([number])[0]

    def find(self, identifier: str) -> Document | None:
        """The document with this id."""
        found = self.database.one("SELECT number FROM documents WHERE id = ?", [identifier])
        return self.document(found[0]) if found else None

    def holds(self, identifier: str) -> bool:
        """Whether there is a document with this id."""
        return self.database.one("SELECT 1 FROM documents WHERE id = ?", [identifier]) is not None

    def documents(self, where: str = "true", values: Sequence[object] = ()) -> list[Document]:
        """Documents by a condition on the table's columns, in the order of sources and names."""
        asked = tuple(tuple(value) if isinstance(value, list) else value for value in values)
        return self._documents.those(self._numbers(where, asked))

    def documents_at(self, numbers: Sequence[int]) -> list[Document]:
        """The documents with these numbers, in their order."""
        return self._documents.those(numbers)

    def texts(self, numbers: Sequence[int]) -> dict[int, str]:
        """The texts of the documents with these numbers; without making documents of them."""
        found = self.database.all("SELECT number, text FROM documents WHERE number IN ?s", [list(numbers)])
        return {number: text for number, text in found}  # noqa: C416 (rows are of any length)

    def passage(self, row: int) -> Passage:
        """The passage of a row of the vector or lexical index: the one place where the two meet."""
        return self.passages_at([row])[0]

    def passages_at(self, rows: Sequence[int]) -> list[Passage]:
        """The passages of some rows, in their order."""
        query = 'SELECT row, document, start, "end", headings FROM passages WHERE row IN ?s'
        found = {row: rest for row, *rest in self.database.all(query, [list(rows)])}
        documents = self._documents.those([found[row][0] for row in rows])
        return [_passage(document, *found[row][1:]) for document, row in zip(documents, rows, strict=True)]

    def document_id(self, row: int) -> str:
        """The id of the document that a row's passage stands in."""
        found = self.database.one("SELECT id FROM documents WHERE number = (SELECT document FROM passages WHERE row = ?)", [row])
        assert found is not None  # noqa: S101 (rows come from the index itself)
        return str(found[0])

    def passages_of(self, document: Document) -> list[Passage]:
        found = self.database.all(
            "SELECT row FROM passages JOIN documents ON number = document WHERE id = ? ORDER BY row", [document.id]
        )
        return self.passages_at([row for (row,) in found])

    def named(self, text: str, allowed: Mask | None = None) -> Rows:
        """Sorted rows of the papers whose numbers a text names, as typed or, where no paper has that number, looser.

        ``allowed``: the passages that count; a number of a paper outside them is as good as none.
        """
        found: list[int] = []
        matched: list[str] = []
        for key, loosest in sorted(typed_keys(text), key=lambda typed: -len(typed[0])):
            if any(longer.startswith(f"{key}/") for longer in matched):  # 2023/77 within 2023/77/1
                continue
            query = (
                "SELECT row FROM passages WHERE document IN (SELECT document FROM reference_keys WHERE key = ? AND looseness = ?)"
            )
            matches = (self.database.all(query, [key, looseness]) for looseness in range(loosest + 1))
            counted = ([row for (row,) in rows if allowed is None or allowed[row]] for rows in matches)
            if of_key := next(filter(None, counted), None):
                matched.append(key)
                found += of_key
        return np.unique(np.array(found, np.int64))


def open_generation(folder: Path) -> Generation:
    """Raises IndexDamaged, IndexTooNew or IndexTooOld; IndexUnusable if the system fails us, not the files."""
    manifest = not_too_old(checked_manifest(folder), folder)
    try:
        return _opened(folder, manifest)
    except (OSError, sqlite3.Error, RuntimeError) as error:  # the last from FAISS; the hashes were right
        raise IndexUnusable(index=folder, reason=error) from error


def _opened(folder: Path, manifest: Mapping[str, Any]) -> Generation:
    database = SqliteDatabase(folder / "passages.sqlite")
    try:
        parts = Parts(
            manifest,
            datetime.fromtimestamp((folder / "manifest.json").stat().st_mtime, UTC).isoformat(timespec="seconds"),
            database,
            FaissVectors.open(folder),
            Bm25Index.open(folder / "lexical", int(manifest["passages"])),
            (folder / "vocabulary.txt").read_text(encoding="utf-8"),
            _mapped(folder / "documents.npy"),
            _mapped(folder / "groups.npy"),
        )
        generation = Generation(folder.parents[1].name, folder.name, folder, parts)
    except BaseException:
        database.close()
        raise
    weakref.finalize(generation, database.close)
    return generation


def paper_id(document: Document) -> str:
    """One paper may have several files: they share body and number. Without a number a document is its own paper."""
    paper = document.paper
    if not paper.reference:
        return document.id
    return hashlib.sha256(f"{paper.body}\n{reference_key(paper.reference)}".encode()).hexdigest()[:12]


def _numbers(database: Database, where: str, values: tuple[object, ...]) -> list[int]:
    """What a paper belongs with is asked again and again, and never changes within a generation."""
    asked = [list(value) if isinstance(value, tuple) else value for value in values]
    found = database.all(f"SELECT number FROM documents WHERE {where} ORDER BY number", asked)  # noqa: S608
    return [number for (number,) in found]


def _passage(document: Document, start: int, end: int, headings: str) -> Passage:
    return Passage(document, start, end, tuple(json.loads(headings)))


def checksum(manifest: Mapping[str, Any]) -> str:
    """Of the manifest itself, its own field aside."""
    rest = {name: value for name, value in manifest.items() if name != "checksum"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def checked(manifest: Mapping[str, Any], where: Path | str) -> Mapping[str, Any]:
    """A manifest by itself. Raises IndexDamaged, IndexTooNew."""
    try:
        if int(manifest["format"]) > FORMAT:
            raise IndexTooNew(index=where, found=manifest["format"], known=FORMAT)
        if manifest["checksum"] != checksum(manifest):
            raise IndexDamaged(index=where, reason="manifest: SHA-256")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise IndexDamaged(index=where, reason=error) from error
    return manifest


def not_too_old(manifest: Mapping[str, Any], where: Path | str) -> Mapping[str, Any]:
    """Raises IndexTooOld."""
    if manifest["format"] < FORMAT:
        raise IndexTooOld(index=where, found=manifest["format"], known=FORMAT)
    return manifest


def checked_manifest(folder: Path) -> Mapping[str, Any]:
    """Raises IndexDamaged, IndexTooNew; IndexUnusable if the system is short of something."""
    try:
        manifest = checked(json.loads((folder / "manifest.json").read_text(encoding="utf-8")), folder)
        for name, expected in manifest["files"].items():
            if storage.sha256(folder / name) != expected:
                raise IndexDamaged(index=folder, reason=f"{name}: SHA-256")
        return manifest
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, OSError) and error.errno in _PASSING:
            raise IndexUnusable(index=folder, reason=error) from error
        raise IndexDamaged(index=folder, reason=error) from error


def _vocabulary(text: str) -> dict[str, int]:
    pairs = (line.split("\t") for line in text.splitlines())
    return {word: int(count) for word, count in pairs}


def _mapped(path: Path) -> npt.NDArray[np.int32]:
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
