"""Small tables, asked in SQL that SQLite and PostgreSQL both understand: see indexer/database.py. Here those of SQLite.

Of a file, what is deleted is gone byte by byte: its pages are overwritten (secure_delete) and given back (VACUUM).
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from indexer.database import Database, Row, executed
from service.errors import StateUnusable

_PATIENCE = 5.0  # seconds that a writer waits for another

logger = logging.getLogger("ratslotse")

T = TypeVar("T")


class Statements(Database, Protocol):
    """What is done inside one transaction."""

    def run(self, query: str, values: Sequence[object] = ()) -> int:
        """How many rows it changed."""


class Tables(Protocol):
    """Safe to use from many threads and processes."""

    @property
    def exist(self) -> bool:
        """Whether anything was ever stored; if not, looking need not make a file."""

    def transact(self, work: Callable[[Statements], T], *, alone: bool = False) -> T:
        """What ``work`` returns; what it does is kept wholly or not at all. It may be called anew after it was in vain.

        ``alone``: nobody else who asks for it does anything meanwhile. Raises StateUnusable.
        """


class SqliteTables:
    """Opened anew for each use: a full or lost disk is then told to whoever wants to store something, and to nobody else."""

    def __init__(self, path: Path, schema: str) -> None:
        self._path = path
        self._schema = schema

    @property
    def exist(self) -> bool:
        return self._path.exists()

    def transact(self, work: Callable[[Statements], T], *, alone: bool = False) -> T:  # noqa: ARG002 (here everybody is)
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.touch(mode=0o600)  # the folder may be one that others read
            with closing(sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)) as connection:
                connection.execute("PRAGMA secure_delete = ON")
                connection.execute("PRAGMA temp_store = MEMORY")
                connection.executescript(self._schema)
                before = connection.total_changes
                with _transaction(connection) as statements:
                    result = work(statements)
                if connection.total_changes != before and self._has_gaps(connection):
                    connection.execute("VACUUM")
                return result
        except (OSError, sqlite3.Error) as error:
            logger.error("state_unusable: %s: %s", self._path, error)
            raise StateUnusable from error

    @staticmethod
    def _has_gaps(connection: sqlite3.Connection) -> bool:
        (free,) = connection.execute("PRAGMA freelist_count").fetchone()
        return bool(free)


class MemoryTables:
    """Gone with the process."""

    exist = True

    def __init__(self, schema: str) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._connection.executescript(schema)
        self._lock = threading.Lock()

    def transact(self, work: Callable[[Statements], T], *, alone: bool = False) -> T:  # noqa: ARG002
        with self._lock, _transaction(self._connection) as statements:
            return work(statements)


class _SqliteStatements:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self, query: str, values: Sequence[object] = ()) -> list[Row]:
        return executed(self._connection, query, values).fetchall()

    def one(self, query: str, values: Sequence[object] = ()) -> Row | None:
        found: list[Row] = executed(self._connection, query, values).fetchall()  # all, so that DELETE … RETURNING ends
        return found[0] if found else None

    def run(self, query: str, values: Sequence[object] = ()) -> int:
        return executed(self._connection, query, values).rowcount


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[Statements]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield _SqliteStatements(connection)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
