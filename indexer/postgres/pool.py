"""Connections to PostgreSQL, shared by a process: reads go to any server of a cluster, standbys first, writes to its primary.

A read that meets a lost connection, a server shutting down or starting, or a standby that lags behind (a table is not there yet)
is put again, on another connection, in the end to the primary, for some seconds. A write is one transaction; it is put again only
as long as it cannot have been committed.
"""

from __future__ import annotations

import atexit
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, cycle, repeat
from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.string import TextBinaryLoader, TextLoader
from psycopg_pool import ConnectionPool, PoolTimeout
from pydantic import SecretStr

from indexer.errors import DatabaseUnusable, SettingsError
from indexer.postgres.connecting import shown

PATIENCE = 8.0  # seconds that a read, or a write that was not sent, is put again
_BRIEF = 1.0  # the same after that was in vain: whoever asks next need not wait as long to hear it
_PAUSES = (0.0, 0.05, 0.1, 0.2)  # seconds before putting it again; the last one from then on
_WAIT = 1.0  # seconds for a connection
_READERS, _WRITERS = 16, 4  # connections, at most
_LIFETIME = 600.0  # seconds of a connection: when a standby comes back, it gets its share again
_CONNECTING = {
    "connect_timeout": 3,
    "tcp_user_timeout": 5_000,  # ms: a host that vanished without a word
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "application_name": "ratslotse",
}
_SESSION = (
    "SET statement_timeout = '30s'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s';"
    # The index of vectors is looked into until enough of the allowed ones are found; see vectors.py.
    "SET hnsw.iterative_scan = 'relaxed_order'; SET hnsw.max_scan_tuples = 100000"
)
# Another server, or the same one a moment later, may answer. The last two: a standby that lags behind.
_PASSING = (errors.OperationalError, errors.ReadOnlySqlTransaction, errors.UndefinedTable, errors.InvalidSchemaName)
_LASTING = (errors.QueryCanceled, errors.InsufficientPrivilege)

T = TypeVar("T")


class Connection(psycopg.Connection[tuple[Any, ...]]):
    """``path``: the search_path that was set last; ``walked``: how many candidates a walk of the HNSW index keeps."""

    path = ""
    walked = 0


Work = Callable[[Connection], T]


class Server:
    """The servers of one address. Safe to use from many threads. Use ``server``, which shares the connections."""

    def __init__(self, address: str, patience: float = PATIENCE) -> None:
        """Connects when first asked. Raises SettingsError if nobody could understand the address."""
        given = _understood(address)
        self.shown = shown(address)
        self._patience = patience
        self._down = False
        self._address = _CONNECTING | given
        self._reads = _pool(self._address | {"target_session_attrs": "prefer-standby", "load_balance_hosts": "random"}, _READERS)
        self._writes = _pool(self._address | {"target_session_attrs": "read-write"}, _WRITERS)
        weakref.finalize(self, _close_aside, self._reads, self._writes).atexit = False

    def close(self) -> None:
        _close(self._reads, self._writes)

    def read(self, work: Work[T], newest: bool = False) -> T:
        """What ``work`` makes of a connection, on which each statement stands for itself. It may be called several times.

        ``newest``: of the primary, as long as it can be reached. Raises DatabaseUnusable.
        """
        # Twice where it belongs; then the other kind in turn, for what only the primary has, or cannot tell just now.
        first, second = (self._writes, self._reads) if newest else (self._reads, self._writes)
        pools = chain([first, first], cycle([second, first]))

        def attempt() -> T:
            with _borrowed(next(pools)) as connection:
                return work(connection)

        return self._patiently(attempt)

    def write(self, work: Work[T]) -> T:
        """What ``work`` makes of a connection to the primary, in one transaction. It may be called several times, and all but
        the last without effect. Raises DatabaseUnusable; then it may, rarely, have been committed all the same."""
        worked = False

        def attempt() -> T:
            nonlocal worked
            with _borrowed(self._writes) as connection, connection.transaction():
                worked = False
                result = work(connection)
                worked = True  # from here on it may have been committed
            return result

        return self._patiently(attempt, lambda: not worked)

    def _patiently(self, attempt: Callable[[], T], may_be_put_again: Callable[[], bool] = lambda: True) -> T:
        until = time.monotonic() + (_BRIEF if self._down else self._patience)
        for pause in chain(_PAUSES, repeat(_PAUSES[-1])):
            time.sleep(pause)
            try:
                result = attempt()
            except (*_PASSING, *_LASTING) as error:
                if isinstance(error, _LASTING) or not may_be_put_again() or time.monotonic() >= until:
                    self._down = not isinstance(error, _LASTING)
                    raise self._unusable(error) from error
            else:
                self._down = False
                return result
        raise AssertionError("unreachable")

    def _unusable(self, error: psycopg.Error) -> DatabaseUnusable:
        if isinstance(error, PoolTimeout):  # which tells only how long it waited
            error = _why_not(self._address) or error
        return DatabaseUnusable(index=self.shown, reason=error.diag.message_primary or str(error).partition("\n")[0])


_servers: weakref.WeakValueDictionary[tuple[str, float], Server] = weakref.WeakValueDictionary()
_lock = threading.Lock()


def server(address: SecretStr, patience: float = PATIENCE) -> Server:
    """The one of this process; its connections are closed when nobody holds it any more. Raises SettingsError."""
    key = (address.get_secret_value(), patience)
    with _lock:
        found = _servers.get(key)
        if found is None:
            found = _servers[key] = Server(*key)
        return found


@atexit.register
def _close_all() -> None:
    for one in list(_servers.values()):
        one.close()


@contextmanager
def _borrowed(pool: ConnectionPool[Connection]) -> Iterator[Connection]:
    """One that broke is not given back, nor are those that were made before it: they have most likely lost the same server."""
    pool.open()
    with pool.connection() as connection:
        try:
            yield connection
        except errors.OperationalError:
            if connection.broken:
                pool.drain()
            raise


def _pool(parameters: dict[str, Any], size: int) -> ConnectionPool[Connection]:
    return ConnectionPool(
        make_conninfo("", **parameters),
        connection_class=Connection,
        kwargs={"autocommit": True, "prepare_threshold": 2},
        configure=_configure,
        min_size=0,
        max_size=size,
        open=False,
        timeout=_WAIT,
        max_lifetime=_LIFETIME,
        reconnect_timeout=0,  # whoever waits tries again; pauses that double would outlast a failover
        num_workers=2,
    )


def _configure(connection: Connection) -> None:
    _read_json_as_text(connection)
    connection.execute(_SESSION)


def _read_json_as_text(connection: Connection) -> None:
    """As SQLite keeps it."""
    connection.adapters.register_loader("json", TextLoader)
    connection.adapters.register_loader("json", TextBinaryLoader)


def _close(*pools: ConnectionPool[Connection]) -> None:
    for pool in pools:
        pool.close()


def _close_aside(*pools: ConnectionPool[Connection]) -> None:
    """The garbage collector may call this in a thread of the pools, or where one of their locks is held."""
    threading.Thread(target=_close, args=pools).start()


def _understood(address: str) -> dict[str, Any]:
    try:
        given = dict(conninfo_to_dict(address))
    except psycopg.ProgrammingError:  # its message may quote the password
        given = {"port": "?"}
    ports = str(given.get("port") or "0").split(",")
    # A character of the password that was not written as %XX: part of it would pass for a port or a database, and be told.
    if not all(port.isdecimal() for port in ports) or "@" in str(given.get("dbname")):
        raise SettingsError(
            name="RATSLOTSE_DATABASE",
            problem_de="keine Adresse, die PostgreSQL versteht",
            problem_en="no address that PostgreSQL understands",
            remedy_de="Erwartet: postgresql://NAME:KENNWORT@HOST:PORT/DATENBANK; Sonderzeichen im Kennwort als %XX.",
            remedy_en="Expected: postgresql://NAME:PASSWORD@HOST:PORT/DATABASE; special characters of the password as %XX.",
        )
    return given


def _why_not(parameters: dict[str, Any]) -> psycopg.Error | None:
    """Why there is no connection; None: now there is one."""
    try:
        Connection.connect(make_conninfo("", **parameters)).close()
    except psycopg.Error as error:
        return error
    return None
