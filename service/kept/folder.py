"""What one host keeps: files in the folder of the settings; logins in this process, for as long as they last."""

from __future__ import annotations

import secrets
from pathlib import Path

from indexer import tombstones
from service.access.clock import passing
from service.kept.records import KeptFile
from service.kept.tables import MemoryTables, SqliteTables, Statements

_READERS = """
CREATE TABLE IF NOT EXISTS shares (
    id TEXT PRIMARY KEY, secret TEXT NOT NULL, records TEXT NOT NULL, expires INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS judgements (
    answer TEXT PRIMARY KEY, made INTEGER NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL, words TEXT NOT NULL,
    question TEXT NOT NULL, outcome TEXT NOT NULL, mode TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS judged (answer TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (answer, document)) WITHOUT ROWID;
"""
_LOGINS = """
CREATE TABLE sessions (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, proof TEXT NOT NULL,
    everybody TEXT NOT NULL, own TEXT NOT NULL, began REAL NOT NULL, seen REAL NOT NULL
);
CREATE TABLE begun (
    ticket TEXT PRIMARY KEY, state TEXT NOT NULL, nonce TEXT NOT NULL, verifier TEXT NOT NULL, target TEXT NOT NULL,
    began REAL NOT NULL
);
"""


class FolderStores:
    """After a restart all log in again, and no answer of before is known any more."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.clock = passing
        self.readers = SqliteTables(folder / "readers.sqlite", _READERS)
        self.logins = MemoryTables(_LOGINS)

    def kept(self, name: str) -> KeptFile:
        return KeptFile(self._folder / f"{name}.json")

    def secret(self, name: str) -> bytes:  # noqa: ARG002 (each has one of its own)
        return secrets.token_bytes(32)

    def forgotten(self, tables: Statements) -> frozenset[str]:  # noqa: ARG002
        return tombstones.load(self._folder).ids

    def tidy(self) -> None:
        """What was deleted is gone already, see SqliteTables."""
