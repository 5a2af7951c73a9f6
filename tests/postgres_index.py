"""Indexes on a PostgreSQL server, for tests."""

from __future__ import annotations

from functools import partial
from itertools import count
from pathlib import Path

import numpy as np
import psycopg
from psycopg import sql
from pydantic import SecretStr

from indexer.lexical import Bm25Index
from indexer.postgres.bringing import Server, publish_live
from indexer.postgres.lists import PostgresLists
from indexer.postgres.pool import server
from indexer.postgres.publishing import GRAMS, TERMS, copy_lists
from indexer.postgres.vectors import PostgresVectors
from indexer.postings import Postings
from indexer.store import Collection
from indexer.vectors import Matrix

_numbers = count(1)
_PARTS = 4
_KINDS = ((TERMS, "terms"), (GRAMS, "grams"))


def published(url: str, index: Collection) -> None:
    """The live generation of a folder becomes that of the server."""
    Server(url).run(partial(publish_live, index))


def listed(url: str, folder: Path, passages: int) -> Bm25Index:
    """The index that lexical.write made in a folder, its posting lists on the server."""
    schema = f"made{next(_numbers)}"
    with psycopg.connect(url) as connection:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        table = sql.Identifier(schema, "lists")
        connection.execute(sql.SQL("CREATE TABLE {} (kind smallint, number integer, rows bytea, weights bytea)").format(table))
        copy_lists(connection, schema, folder)
    return Bm25Index(*(_postings(url, schema, kind, folder / name) for kind, name in _KINDS), passages)


def _postings(url: str, schema: str, kind: int, folder: Path) -> Postings:
    arrays = (np.load(folder / f"{name}.npy") for name in ("offsets", "starts"))
    return Postings((folder / "terms.txt").read_bytes(), *arrays, PostgresLists(server(SecretStr(url)), schema, kind))


def stored(url: str, vectors: Matrix, exact_up_to: int | None = None, bodies: int = 3) -> PostgresVectors:
    """An index of these vectors; row i is of body i modulo ``bodies``. Beside them lie some of another generation."""
    schema = f"made{next(_numbers)}"
    rows, dimension = vectors.shape
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        connection.execute(sql.SQL("SET search_path TO {}, public").format(sql.Identifier(schema)))
        connection.execute(
            f"CREATE TABLE vectors (id bigint, body text, embedding halfvec({dimension}), PRIMARY KEY (body, id))"
            " PARTITION BY HASH (body)"
        )
        for part in range(_PARTS):
            connection.execute(
                f"CREATE TABLE vectors_{part} PARTITION OF vectors FOR VALUES WITH (MODULUS {_PARTS}, REMAINDER {part})"
            )
        connection.execute("CREATE TABLE passages (row integer PRIMARY KEY, body text, vector bigint)")
        names = [f"Landkreis {row % bodies}" for row in range(rows)]
        foreign = [(rows + i, names[i], -vectors[i]) for i in range(0, rows, 7)]
        with connection.cursor().copy("COPY vectors FROM STDIN") as copying:
            for number, body, vector in [*zip(range(rows), names, vectors, strict=True), *foreign]:
                copying.write_row((number, body, str(vector.tolist())))
        with connection.cursor().copy("COPY passages FROM STDIN") as copying:
            for row, body in enumerate(names):
                copying.write_row((row, body, row))
        connection.execute("CREATE INDEX ON vectors USING hnsw (embedding halfvec_ip_ops)")
        connection.execute("CREATE INDEX ON passages (vector)")
        connection.execute("ANALYZE vectors, passages")
    known = sorted(set(names))
    tables = (sql.Identifier(schema, "passages"), sql.Identifier(schema, "vectors"))
    of_rows = np.arange(rows, dtype=np.int32) % bodies
    return PostgresVectors(server(SecretStr(url)), *tables, "public", (known, of_rows), exact_up_to)
