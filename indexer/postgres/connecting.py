"""A connection that may write: to the primary, whichever of the hosts that is now; and what can go wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors

from indexer.errors import DatabaseUnfit, DatabaseUnusable, IndexBusy, RatslotseError

_PARAMETERS: dict[str, Any] = {
    "target_session_attrs": "read-write",
    "application_name": "ratslotse index",
    "connect_timeout": 5,  # seconds, for each host
    "tcp_user_timeout": 30_000,  # ms: a host that vanished without a word
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
}
# The server ends a transaction, and with it its lock, when our host is gone without a word. An index of vectors takes long.
_SESSION = (
    "SET lock_timeout = '30s'; SET statement_timeout = '6h'; SET idle_in_transaction_session_timeout = '10min'; "
    "SET client_connection_check_interval = '10s'; SET tcp_keepalives_idle = 60; SET tcp_keepalives_interval = 10; "
    "SET tcp_keepalives_count = 6"
)
_WRITING = 0x72617477  # any number that all versions of the program agree on
_PASSING = (
    errors.AdminShutdown,
    errors.CrashShutdown,
    errors.CannotConnectNow,
    errors.IdleInTransactionSessionTimeout,
    errors.ReadOnlySqlTransaction,  # of what was the primary
    errors.SerializationFailure,
    errors.DeadlockDetected,
)

Connection = psycopg.Connection[tuple[Any, ...]]


def connect(url: str) -> Connection:
    """Raises psycopg.Error."""
    connection = psycopg.connect(url, autocommit=True, **_PARAMETERS)
    try:
        connection.execute(_SESSION)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def alone(connection: Connection) -> Iterator[None]:
    """A transaction; of all writers of a database one at a time is inside. The lock ends with it, however it ends."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITING])
        yield


def passes(error: psycopg.Error) -> bool:
    """Whether another server, or the same one a little later, may do it."""
    if error.sqlstate is None:  # the client's own: it reaches no server, or lost it
        return isinstance(error, psycopg.OperationalError)
    return error.sqlstate.startswith("08") or isinstance(error, _PASSING)


@contextmanager
def telling(url: str) -> Iterator[None]:
    """Turns what the server says into IndexBusy, DatabaseUnfit or DatabaseUnusable."""
    try:
        yield
    except psycopg.Error as error:
        raise _told(error, url) from error


def _told(error: psycopg.Error, url: str) -> RatslotseError:
    # Its first line alone: what follows may hold values.
    reason = error.diag.message_primary or str(error).partition("\n")[0]
    if isinstance(error, errors.LockNotAvailable):
        return IndexBusy(index=shown(url))
    if isinstance(error, errors.InsufficientPrivilege):
        return DatabaseUnfit(
            index=shown(url),
            problem_de=f"Dem Zugang fehlt ein Recht ({reason})",
            problem_en=f"The login lacks a right ({reason})",
            remedy_de="Wer einliest, braucht CREATE auf der Datenbank und muss Eigentümer der Schemata ratslotse… sein.",
            remedy_en="Whoever indexes needs CREATE on the database and must own the schemas ratslotse….",
        )
    return DatabaseUnusable(index=shown(url), reason=reason)


def shown(url: str) -> str:
    """The address without what stands in it as user and password.

    >>> shown("postgresql://clerk:secret@db1,db2:5433/council?sslmode=require")
    'postgresql://db1,db2:5433/council'
    """
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('?')[0].rpartition('@')[2]}"
