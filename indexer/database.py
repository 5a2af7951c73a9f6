"""The tables of a generation, asked in SQL that SQLite and PostgreSQL both understand.

What differs between them stays out of the queries: values stand as ``?``, and ``IN ?s`` means any of a list.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

Row = tuple[Any, ...]
_ANY_OF = "IN ?s"


class Database(Protocol):
    """Safe to use from many threads."""

    def all(self, query: str, values: Sequence[object] = ()) -> list[Row]:
        """Every row. A value for ``IN ?s`` is a list of numbers or texts."""

    def one(self, query: str, values: Sequence[object] = ()) -> Row | None:
        """The first row, if there is any."""


class SqliteDatabase:
    """Read only, and without a lock: a published generation never changes."""

    def __init__(self, path: Path) -> None:
        self._connection = open_sqlite(path)

    def all(self, query: str, values: Sequence[object] = ()) -> list[Row]:
        return executed(self._connection, query, values).fetchall()

    def one(self, query: str, values: Sequence[object] = ()) -> Row | None:
        found: Row | None = executed(self._connection, query, values).fetchone()
        return found

    def close(self) -> None:
        self._connection.close()


def executed(connection: sqlite3.Connection, query: str, values: Iterable[object]) -> sqlite3.Cursor:
    """The query as SQLite takes it."""
    plain = [json.dumps(value) if isinstance(value, list) else value for value in values]
    return connection.execute(query.replace(_ANY_OF, "IN (SELECT value FROM json_each(?))"), plain)


def open_sqlite(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
