"""What several hosts keep together, on the primary of the server that holds the index: what one writes counts for all from the
next request on. While there is no primary nobody is let in by a key or a login; what is public is read from standbys meanwhile.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from pydantic import SecretStr

from indexer.database import Row
from indexer.errors import DatabaseUnusable
from indexer.postgres.pool import Connection, Server, server
from service.access.clock import Now
from service.errors import StateUnusable
from service.kept.records import KeptRow
from service.kept.tables import Statements

_PATIENCE = 2.0  # seconds that a request waits for a primary: meanwhile it holds a thread that others need
_CHANGES = """
SELECT sum(n_tup_del + n_tup_upd) FROM pg_stat_user_tables
WHERE schemaname = 'ratslotse' AND relname IN ('shares', 'judgements', 'judged')
"""

_WHERE = b"SET LOCAL search_path = ratslotse"

logger = logging.getLogger("ratslotse")

T = TypeVar("T")


class ServerTables:
    exist = True

    def __init__(self, primary: Server, name: str) -> None:
        """``name``: who wants to be alone is so among those who use the same."""
        self._server = primary
        self._alone = _WHERE + b"; SELECT pg_advisory_xact_lock(%d)" % zlib.crc32(f"ratslotse {name}".encode())

    def transact(self, work: Callable[[Statements], T], *, alone: bool = False) -> T:
        def done(connection: Connection) -> T:
            connection.execute(self._alone if alone else _WHERE)
            return work(_ServerStatements(connection))

        with _told():
            return self._server.write(done)


class _ServerStatements:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, query: str, values: Sequence[object] = ()) -> list[Row]:
        return self._executed(query, values).fetchall()

    def one(self, query: str, values: Sequence[object] = ()) -> Row | None:
        return self._executed(query, values).fetchone()

    def run(self, query: str, values: Sequence[object] = ()) -> int:
        return self._executed(query, values).rowcount

    def _executed(self, query: str, values: Sequence[object]) -> psycopg.Cursor[Row]:
        return self._connection.execute(query.replace("IN ?s", "= ANY(%s)").replace("?", "%s").encode(), values)


class ServerStores:
    """The hosts' clocks must agree to some seconds: logins end by them."""

    def __init__(self, address: SecretStr) -> None:
        self._server = server(address, _PATIENCE)
        self._changes: Row | None = None  # that were made when the tables were last written anew
        self.clock = Now()
        self.readers = ServerTables(self._server, "readers")
        self.logins = ServerTables(self._server, "logins")

    def kept(self, name: str) -> KeptRow:
        return KeptRow(ServerTables(self._server, name), name)

    def secret(self, name: str) -> bytes:
        query = "SELECT value FROM ratslotse.secrets WHERE name = %s"
        with _told():
            found = self._server.read(lambda connection: connection.execute(query, [name]).fetchone())
        if found is None:
            raise StateUnusable
        return bytes(found[0])

    def forgotten(self, tables: Statements) -> frozenset[str]:
        return frozenset(name[:12] for (names,) in tables.all("SELECT names FROM tombstones") for name in names)

    def tidy(self) -> None:
        """Writes the tables anew without what was deleted, which else lies about in their files. Raises StateUnusable."""

        def tidied(connection: Connection) -> None:
            changes = connection.execute(_CHANGES).fetchone()
            if changes != self._changes:
                connection.execute("VACUUM (FULL) ratslotse.shares, ratslotse.judgements, ratslotse.judged")
                self._changes = changes

        with _told():
            self._server.read(tidied, newest=True)


@contextmanager
def _told() -> Iterator[None]:
    """Raises StateUnusable, and tells the log why."""
    try:
        yield
    except (DatabaseUnusable, psycopg.Error) as error:
        logger.error("state_unusable: %s", error)
        raise StateUnusable from error
