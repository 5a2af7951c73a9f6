"""Rows in bulk: PostgreSQL's binary COPY, and half-precision vectors in it."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
from psycopg import sql
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format
from psycopg.types import TypeInfo

_HEAD = struct.Struct(">HH")  # of a halfvec as PostgreSQL sends it: dimension, 0; then the numbers, big-endian
HALF = "halfvec"


class Half(bytes):
    """A vector as PostgreSQL reads it."""


class _HalfDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Buffer) -> Buffer:
        return obj


def register_halfvec(connection: psycopg.Connection[Any]) -> None:
    """The type must be on the search path."""
    found = TypeInfo.fetch(connection, HALF)
    if found is None:
        raise LookupError(HALF)
    found.register(connection)
    connection.adapters.register_dumper(Half, type("_WithNumber", (_HalfDumper,), {"oid": found.oid}))


def half(vector: npt.NDArray[np.float32]) -> Half:
    return Half(_HEAD.pack(len(vector), 0) + vector.astype(">f2").tobytes())


def halves(data: bytes) -> npt.NDArray[np.float32]:
    return np.frombuffer(data, ">f2", offset=_HEAD.size).astype(np.float32)


def copy(
    connection: psycopg.Connection[Any],
    table: sql.Composable,
    columns: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[object]],
    frozen: bool = False,
) -> None:
    """``columns``: names and types. ``frozen``: the table was made in this transaction, and nothing of it changes any more."""
    names = sql.SQL(", ").join(sql.Identifier(name) for name, _ in columns)
    options = sql.SQL("FORMAT binary, FREEZE" if frozen else "FORMAT binary")
    with connection.cursor().copy(sql.SQL("COPY {} ({}) FROM STDIN ({})").format(table, names, options)) as copying:
        copying.set_types([kind for _, kind in columns])
        for row in rows:
            copying.write_row(row)
