"""Rows in bulk: PostgreSQL's binary COPY, and half-precision vectors in it."""

from __future__ import annotations

import re
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
_SENT = {"json": "text"}  # in the same form
_ZERO = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")  # as JSON spells it: after an even number of backslashes


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
        copying.set_types([_SENT.get(kind, kind) for _, kind in columns])
        for row in rows:
            copying.write_row([_without_zeros(value, kind) for value, (_, kind) in zip(row, columns, strict=True)])


def _without_zeros(value: object, kind: str) -> object:
    """PostgreSQL stores no character U+0000, and does not read JSON that spells one. File names and sidecars may hold it."""
    if kind == "text" and isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if kind == "json" and isinstance(value, str) and r"\u0000" in value:
        return _ZERO.sub(r"\1\\ufffd", value)
    return value
