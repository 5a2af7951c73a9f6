"""What a run has read and not published yet, so that a run that dies costs the file it was at and no other.

An SQLite file at the root of the index, beside the collections and never served. A run that publishes removes what it read
from it; a run that begins first removes what is no longer in its source as it was.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Mapping
from pathlib import Path

from indexer import records
from indexer.domain import Document
from indexer.ledger import COLUMNS, Entry, entry_of, row_of
from indexer.tombstones import Forgotten

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS files ({COLUMNS}, id TEXT, record TEXT, text TEXT, boxes BLOB, PRIMARY KEY (source, name));
"""


class Unfinished:
    """Files by source and name: their entry in the books and, if they could be read, their document."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: sqlite3.Connection | None = None
        if path.exists():
            try:
                self._database.execute("SELECT count(*) FROM files").fetchone()
            except sqlite3.DatabaseError:  # a power cut; what it held is read again
                self._remove()

    @property
    def _database(self) -> sqlite3.Connection:
        """Made when first needed: a run that reads nothing writes nothing."""
        if self._open is None:
            self._open = sqlite3.connect(self._path)
            self._open.execute("PRAGMA synchronous = OFF")  # survives a kill; after a power cut it is thrown away
            self._open.execute("PRAGMA secure_delete = ON")
            self._open.executescript(_SCHEMA)
        return self._open

    def put(self, entry: Entry, document: Document | None) -> None:
        """Kept from this moment on."""
        held = (document.id, records.dumps(document), document.text, document.boxes) if document else (None, None, None, None)
        row = (*row_of(entry), *held)
        with self._database as database:
            database.execute(f"INSERT OR REPLACE INTO files VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608

    def entries(self, source: str) -> dict[str, Entry]:
        if not self._path.exists():
            return {}
        rows = self._database.execute(f"SELECT {COLUMNS} FROM files WHERE source = ?", (source,))  # noqa: S608
        return {entry.name: entry for entry in map(entry_of, rows)}

    def document(self, source: str, name: str) -> Document | None:
        if not self._path.exists():
            return None
        query = "SELECT id, record, text, boxes FROM files WHERE source = ? AND name = ? AND id IS NOT NULL"
        found = self._database.execute(query, (source, name)).fetchone()
        return records.loads(*found) if found else None

    def keep_only(self, source: str, fingerprints: Mapping[str, str]) -> None:
        """Forgets the files of a source that are gone or have changed."""
        gone = [name for name, entry in self.entries(source).items() if fingerprints.get(name) != entry.fingerprint]
        self._forget("source = ? AND name = ?", [(source, name) for name in gone])

    def keep_sources(self, names: Collection[str]) -> None:
        """Forgets every other source."""
        if self._path.exists():
            held = {source for (source,) in self._database.execute("SELECT DISTINCT source FROM files")}
            self.published(held - set(names))

    def published(self, sources: Collection[str]) -> None:
        """Forgets what is in the index now; the last to go takes the file along."""
        self._forget("source = ?", [(source,) for source in sources])

    def forget(self, forgotten: Forgotten) -> list[Document]:
        """Returns the documents that were held of forgotten files."""
        if not self._path.exists():
            return []
        rows = self._database.execute("SELECT source, name, sha256, id, record, text, boxes FROM files").fetchall()
        gone = [row for row in rows if forgotten.covers(*row[:3])]
        self._forget("source = ? AND name = ?", [row[:2] for row in gone])
        return [records.loads(*row[3:]) for row in gone if row[3] is not None]

    def _forget(self, where: str, which: list[tuple[str, ...]]) -> None:
        if not which or not self._path.exists():
            return
        with self._database as database:
            database.executemany(f"DELETE FROM files WHERE {where}", which)  # noqa: S608
        if not self._database.execute("SELECT EXISTS (SELECT 1 FROM files)").fetchone()[0]:
            self._remove()

    def _remove(self) -> None:
        self.close()
        for path in (self._path, self._path.with_name(f"{self._path.name}-journal")):
            path.unlink(missing_ok=True)

    def close(self) -> None:
        if self._open is not None:
            with contextlib.suppress(sqlite3.Error):
                self._open.close()
            self._open = None
