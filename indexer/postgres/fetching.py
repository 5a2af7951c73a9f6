"""A generation of a server -> a folder. What is made from documents and vectors is made anew there; nothing is encoded."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from psycopg import IsolationLevel, sql
from psycopg.types.string import TextBinaryLoader

from indexer import writing
from indexer.errors import IndexMissing, IndexTooNew, IndexTooOld
from indexer.generation import FORMAT
from indexer.passages import searched_text
from indexer.postgres import names
from indexer.postgres.connecting import Connection
from indexer.postgres.copying import halves
from indexer.prepared import Prepared, as_they_stand
from indexer.store import Collection
from indexer.vectors import Matrix

_ROWS = 1_000  # that are fetched at a time


def fetch(into: Collection, connection: Connection) -> None:
    """The live generation of the index of that name, and its vectors for the runs to come.

    Raises IndexMissing, IndexTooNew, IndexTooOld.
    """
    name = into.name
    connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
    connection.adapters.register_loader("json", TextBinaryLoader)
    query = "SELECT schema, vectors, manifest FROM ratslotse.generations WHERE index = %s AND retired IS NULL"
    with connection.transaction():
        found = connection.execute(query, [name]).fetchone()
        if not found:
            raise IndexMissing(index=name)
        schema, table, manifest = found[0], found[1], json.loads(found[2])
        if manifest["format"] > FORMAT:
            raise IndexTooNew(index=name, found=manifest["format"], known=FORMAT)
        tables = sql.SQL(", ").join(sql.Identifier(schema, one) for one in ("documents", "passages"))
        connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(tables))  # it may be replaced, but stays
        documents = _documents(connection, schema)
        if writing.digest(documents, manifest["encoder"]) != manifest["digest"]:
            raise IndexTooOld(index=name, found=manifest["format"], known=FORMAT)
        vectors = _vectors(connection, schema, sql.Identifier(names.index_schema(name), table), manifest)
    into.publish(documents, vectors, manifest["encoder"])
    with contextlib.closing(into.cache(manifest["encoder"])) as cache:
        cache.put([searched_text(passage) for one in documents for passage in one.passages], vectors)


def _documents(connection: Connection, schema: str) -> list[Prepared]:
    documents = sql.SQL("SELECT id, record, text, boxes FROM {} ORDER BY number").format(sql.Identifier(schema, "documents"))
    passages = sql.SQL('SELECT document, start, "end", headings FROM {} ORDER BY row').format(sql.Identifier(schema, "passages"))
    return as_they_stand(_rows(connection, documents), _rows(connection, passages))


def _vectors(connection: Connection, schema: str, table: sql.Identifier, manifest: dict[str, Any]) -> Matrix:
    query = sql.SQL("SELECT row, embedding FROM {} p JOIN {} v ON p.vector = v.id AND p.body = v.body")
    found = np.zeros((manifest["passages"], manifest["dimension"]), np.float32)
    for row, vector in _rows(connection, query.format(sql.Identifier(schema, "passages"), table)):
        found[row] = halves(vector)
    return found


def _rows(connection: Connection, query: sql.Composed) -> Iterator[Sequence[Any]]:
    with connection.cursor(f"rows_{id(query)}", binary=True) as cursor:
        cursor.itersize = _ROWS
        yield from cursor.execute(query)
