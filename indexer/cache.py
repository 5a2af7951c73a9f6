"""Vectors of texts already encoded: (encoder, text) -> vector, so that an unchanged passage is never encoded twice."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

PATIENCE = 60.0  # seconds a writer waits for another, or for a backup
_AT_ONCE = 500  # keys a query


class EmbeddingCache:
    """An SQLite file of (key, float32 bytes). Every put is committed: what was encoded survives a kill."""

    def __init__(self, path: Path, encoder: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._encoder = encoder
        self._database = sqlite3.connect(path, timeout=PATIENCE)
        self._database.execute("PRAGMA secure_delete = ON")
        self._database.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")

    def get(self, texts: Sequence[str]) -> dict[int, npt.NDArray[np.float32]]:
        """Vectors by the position of their text; texts never encoded are left out."""
        keys = [self._key(text) for text in texts]
        known: dict[bytes, bytes] = {}
        for start in range(0, len(keys), _AT_ONCE):
            part = keys[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(part))
            known.update(self._database.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", part))  # noqa: S608
        return {i: np.frombuffer(known[key], np.float32) for i, key in enumerate(keys) if key in known}

    def put(self, texts: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
        rows = [(self._key(text), vector.tobytes()) for text, vector in zip(texts, vectors, strict=True)]
        with self._database:
            self._database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def keep_only(self, texts: Sequence[str]) -> None:
        """Forgets every other vector: a deleted paper leaves nothing behind."""
        with self._database:
            self._database.execute("CREATE TEMP TABLE kept (key BLOB PRIMARY KEY) WITHOUT ROWID")
            self._database.executemany("INSERT OR IGNORE INTO kept VALUES (?)", ((self._key(text),) for text in texts))
            self._database.execute("DELETE FROM vectors WHERE key NOT IN (SELECT key FROM kept)")
            self._database.execute("DROP TABLE kept")

    def forget(self, texts: Sequence[str]) -> int:
        """Returns how many of them it held."""
        with self._database:
            keys = [(self._key(text),) for text in texts]
            return self._database.executemany("DELETE FROM vectors WHERE key = ?", keys).rowcount

    def close(self) -> None:
        self._database.close()

    def _key(self, text: str) -> bytes:
        return vector_key(self._encoder, text)


def vector_key(encoder: str, text: str) -> bytes:
    """What tells vectors apart: 32 bytes."""
    return hashlib.sha256(f"{encoder}\n{text}".encode()).digest()
