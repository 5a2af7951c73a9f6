"""Posting lists of a generation, read when a question needs them; those read last are kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from psycopg import sql

from indexer.postgres.pool import Server
from indexer.postings import Floats, Int32s, List

_KEPT_BYTES = 64_000_000  # of each kind of list


class PostgresLists:
    """Safe to use from many threads. Raises DatabaseUnusable."""

    def __init__(self, server: Server, schema: str, kind: int) -> None:
        table = sql.Identifier(schema, "lists").as_string()
        self._query = f"SELECT number, rows, weights FROM {table} WHERE kind = {kind:d} AND number = ANY(%s)"  # noqa: S608
        self._server = server
        self._kept = _Kept(_KEPT_BYTES)

    def read(self, numbers: Sequence[int]) -> list[List]:
        found = self._kept.those(numbers)
        if missing := [number for number in numbers if number not in found]:
            read = self._server.read(lambda connection: connection.execute(self._query, [missing], binary=True).fetchall())
            fresh = {number: _as_arrays(rows, weights) for number, rows, weights in read}
            self._kept.keep(fresh)
            found |= fresh
        return [found[number] for number in numbers]


def _as_arrays(rows: bytes, weights: bytes | None) -> List:
    return np.frombuffer(rows, "<i4"), None if weights is None else np.frombuffer(weights, "<f4")


class _Kept:
    """What was used last, as much as fits."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lists: OrderedDict[int, List] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def those(self, numbers: Sequence[int]) -> dict[int, List]:
        with self._lock:
            found = {number: self._lists[number] for number in numbers if number in self._lists}
            for number in found:
                self._lists.move_to_end(number)
        return found

    def keep(self, lists: dict[int, List]) -> None:
        with self._lock:
            for number, one in lists.items():
                self._bytes += 0 if number in self._lists else _size(*one)
                self._lists[number] = one
            while self._bytes > self._limit:
                self._bytes -= _size(*self._lists.popitem(last=False)[1])


def _size(rows: Int32s, weights: Floats | None) -> int:
    return rows.nbytes + (0 if weights is None else weights.nbytes)
