"""A connection that may write: to the primary, whichever of the hosts that is now."""

from __future__ import annotations

from typing import Any

import psycopg

_CONNECT_SECONDS = 5  # for each host
Connection = psycopg.Connection[tuple[Any, ...]]


def connect(url: str) -> Connection:
    return psycopg.connect(
        url,
        target_session_attrs="read-write",
        connect_timeout=_CONNECT_SECONDS,
        application_name="ratslotse index",
    )


def shown(url: str) -> str:
    """The address without what stands in it as user and password.

    >>> shown("postgresql://clerk:secret@db1,db2:5433/council?sslmode=require")
    'postgresql://db1,db2:5433/council'
    """
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('?')[0].rpartition('@')[2]}"
