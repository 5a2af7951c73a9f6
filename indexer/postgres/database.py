"""The tables of one generation on a server, asked in the SQL of indexer/database.py."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from psycopg import sql

from indexer.database import Row
from indexer.postgres.names import SHARED
from indexer.postgres.pool import Connection, Server


class PostgresDatabase:
    """Safe to use from many threads. Raises DatabaseUnusable."""

    def __init__(self, server: Server, schema: str) -> None:
        self._server = server
        # Nothing else is searched: no table of that name anywhere else can be taken for the generation's.
        self._path = sql.SQL("{}, {}").format(sql.Identifier(schema), sql.Identifier(SHARED)).as_string()

    def all(self, query: str, values: Sequence[object] = ()) -> list[Row]:
        def work(connection: Connection) -> list[Row]:
            if connection.path != self._path:
                connection.execute(f"SET search_path TO {self._path}")
                connection.path = self._path
            return connection.execute(_translated(query), list(values), binary=True).fetchall()

        return self._server.read(work)

    def one(self, query: str, values: Sequence[object] = ()) -> Row | None:
        return next(iter(self.all(query, values)), None)


@lru_cache(maxsize=512)
def _translated(query: str) -> str:
    return query.replace("%", "%%").replace("IN ?s", "= ANY(%s)").replace("?", "%s")
