"""A published generation of one collection: its files, read only, and the one place where rows and passages meet.

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
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer import records, storage
from indexer.domain import Document, Passage
from indexer.duplicates import Groups
from indexer.errors import IndexDamaged, IndexTooNew, IndexTooOld, IndexUnusable
from indexer.filters import Columns
from indexer.german import Analyser
from indexer.lexical import Bm25Index
from indexer.numbering import typed_keys
from indexer.references import reference_key
from indexer.vectors import FaissVectors, Mask, Rows

FORMAT = 3
_PASSING = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})  # say nothing of the file


class Generation:
    """A published generation, read only."""

    def __init__(self, folder: Path) -> None:
        """Raises IndexDamaged, IndexTooNew or IndexTooOld; IndexUnusable if the system fails us, not the files."""
        self.folder = folder
        self.manifest = checked_manifest(folder)
        if self.manifest["format"] < FORMAT:
            raise IndexTooOld(index=folder, found=self.manifest["format"], known=FORMAT)
        try:
            self._open(folder)
        except (OSError, sqlite3.Error, RuntimeError) as error:  # the last from FAISS; the hashes were right
            raise IndexUnusable(index=folder, reason=error) from error

    def _open(self, folder: Path) -> None:
        self.number = folder.name
        self.id = f"{folder.parents[1].name}/{folder.name}"
        self.published = datetime.fromtimestamp((folder / "manifest.json").stat().st_mtime, UTC).isoformat(timespec="seconds")
        self.database = open_database(folder / "passages.sqlite")
        weakref.finalize(self, self.database.close)
        self.passages = int(self.manifest["passages"])
        self.vectors = FaissVectors.open(folder)
        self.lexical = Bm25Index(folder / "lexical", self.passages)
        self.analyser = Analyser(_read_vocabulary(folder / "vocabulary.txt"))
        self.groups: Groups = _mapped(folder / "groups.npy")
        self.columns = Columns(self.database, _mapped(folder / "documents.npy"))
        # A function of the database, not of self: a cached method would keep a replaced generation alive.
        self.document = lru_cache(maxsize=512)(partial(_document, self.database))

    def find(self, identifier: str) -> Document | None:
        """The document with this id."""
        found = self.database.execute("SELECT number FROM documents WHERE id = ?", (identifier,)).fetchone()
        return self.document(found[0]) if found else None

    def documents(self, where: str = "1", values: Sequence[object] = ()) -> list[Document]:
        """Documents by a condition on the table's columns, in the order of sources and names."""
        found = self.database.execute(f"SELECT number FROM documents WHERE {where} ORDER BY number", tuple(values))  # noqa: S608
        return [self.document(number) for (number,) in found.fetchall()]

    def passage(self, row: int) -> Passage:
        """The passage of a row of the vector or lexical index: the one place where the two meet."""
        found = self.database.execute('SELECT document, start, "end", headings FROM passages WHERE row = ?', (row,)).fetchone()
        return Passage(self.document(found[0]), found[1], found[2], tuple(json.loads(found[3])))

    def document_id(self, row: int) -> str:
        """The id of the document that a row's passage stands in."""
        query = "SELECT id FROM documents WHERE number = (SELECT document FROM passages WHERE row = ?)"
        return str(self.database.execute(query, (row,)).fetchone()[0])

    def passages_of(self, document: Document) -> list[Passage]:
        found = self.database.execute(
            "SELECT row FROM passages JOIN documents ON number = document WHERE id = ? ORDER BY row", (document.id,)
        )
        return [self.passage(row) for (row,) in found.fetchall()]

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
            matches = (self.database.execute(query, (key, looseness)).fetchall() for looseness in range(loosest + 1))
            counted = ([row for (row,) in rows if allowed is None or allowed[row]] for rows in matches)
            if of_key := next(filter(None, counted), None):
                matched.append(key)
                found += of_key
        return np.unique(np.array(found, np.int64))


def paper_id(document: Document) -> str:
    """One paper may have several files: they share body and number. Without a number a document is its own paper."""
    paper = document.paper
    if not paper.reference:
        return document.id
    return hashlib.sha256(f"{paper.body}\n{reference_key(paper.reference)}".encode()).hexdigest()[:12]


def open_database(path: Path) -> sqlite3.Connection:
    """Read only, and without a lock: a published generation never changes."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def _document(database: sqlite3.Connection, number: int) -> Document:
    found = database.execute("SELECT id, record, text, boxes FROM documents WHERE number = ?", (number,)).fetchone()
    return records.loads(*found)


def checksum(manifest: Mapping[str, Any]) -> str:
    """Of the manifest itself, its own field aside."""
    rest = {name: value for name, value in manifest.items() if name != "checksum"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def checked_manifest(folder: Path) -> Mapping[str, Any]:
    """Raises IndexDamaged, IndexTooNew; IndexUnusable if the system is short of something."""
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if int(manifest["format"]) > FORMAT:
            raise IndexTooNew(index=folder, found=manifest["format"], known=FORMAT)
        if manifest["checksum"] != checksum(manifest):
            raise IndexDamaged(index=folder, reason="manifest.json: SHA-256")
        for name, expected in manifest["files"].items():
            if storage.sha256(folder / name) != expected:
                raise IndexDamaged(index=folder, reason=f"{name}: SHA-256")
        return manifest
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, OSError) and error.errno in _PASSING:
            raise IndexUnusable(index=folder, reason=error) from error
        raise IndexDamaged(index=folder, reason=error) from error


def _read_vocabulary(path: Path) -> dict[str, int]:
    pairs = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return {word: int(count) for word, count in pairs}


def _mapped(path: Path) -> npt.NDArray[np.int32]:
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
