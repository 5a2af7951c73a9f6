"""The little that is stored for readers: shared answers and judgements, each until its day; a file beside the index.

What is deleted is gone from the file byte by byte: its pages are overwritten (secure_delete) and given back (VACUUM).
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from indexer import tombstones
from service.errors import AnswerUnknown, StateUnusable

Clock = Callable[[], datetime]

_PATIENCE = 5.0  # seconds that a writer waits for another
_SCHEMA = """
CREATE TABLE IF NOT EXISTS shares (
    id TEXT PRIMARY KEY, secret TEXT NOT NULL, records TEXT NOT NULL, expires INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS judgements (
    answer TEXT PRIMARY KEY, made INTEGER NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL, words TEXT NOT NULL,
    question TEXT NOT NULL, outcome TEXT NOT NULL, mode TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS judged (answer TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (answer, document)) WITHOUT ROWID;
"""

logger = logging.getLogger("ratslotse")


class State:
    """Opened anew for each use: a full or lost disk is then told to whoever wants to store something, and to nobody else."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._file = folder / "readers.sqlite"
        self.clock = clock

    @property
    def exists(self) -> bool:
        return self._file.exists()

    @property
    def now(self) -> int:
        return int(self.clock().timestamp())

    def refuse_forgotten(self, documents: Iterable[str]) -> None:
        """Nothing is stored of an answer that was made from documents which were forgotten since. Raises AnswerUnknown."""
        if not tombstones.load(self._folder).ids.isdisjoint(documents):
            raise AnswerUnknown

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """Raises StateUnusable. What is done inside is kept wholly or not at all."""
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file.touch(mode=0o600)  # the folder may be one that others read
            with closing(sqlite3.connect(self._file, timeout=_PATIENCE, isolation_level=None)) as database:
                database.execute("PRAGMA secure_delete = ON")
                database.execute("PRAGMA temp_store = MEMORY")
                database.executescript(_SCHEMA)
                database.execute("BEGIN IMMEDIATE")
                before = database.total_changes
                try:
                    yield database
                except BaseException:
                    database.execute("ROLLBACK")
                    raise
                database.execute("COMMIT")
                if database.total_changes != before and self._has_gaps(database):
                    database.execute("VACUUM")
        except (OSError, sqlite3.Error) as error:
            logger.error("state_unusable: %s: %s", self._file, error)
            raise StateUnusable from error

    @staticmethod
    def _has_gaps(database: sqlite3.Connection) -> bool:
        (free,) = database.execute("PRAGMA freelist_count").fetchone()
        return bool(free)
