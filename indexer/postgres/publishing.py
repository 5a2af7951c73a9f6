"""A generation of a folder -> the server: all of it and that it is live in one transaction, so that no reader sees a half.

Vectors are shared by the generations of an index: only those of new passages are sent. They are the half-precision numbers of
the folder, so both give the same scores. A passage is told by the body of its document and the SHA-256 of encoder and text.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from psycopg import sql

from indexer.cache import vector_key
from indexer.database import open_sqlite
from indexer.generation import Generation, open_generation
from indexer.passages import searched_text
from indexer.postgres import names
from indexer.postgres.connecting import Connection
from indexer.postgres.copying import HALF, Half, copy, half, register_halfvec
from indexer.postgres.granting import grant

_PARTITIONS = 4  # of a table of vectors, by body
_REBUILT_FROM = 0.1  # this share of new vectors: a new table with a new HNSW index is sooner there than that many entries more
_LARGEST_DIMENSION = 4_000  # of which pgvector makes an HNSW index; beyond, every vector is scanned
_PART_BYTES = 8_000_000
_VECTORS_AT_ONCE = 4_096

TERMS, GRAMS = 0, 1  # kinds of lists
FILES = (
    "groups.npy",
    "documents.npy",
    "vocabulary.txt",
    *(f"lexical/{kind}/{name}" for kind in ("terms", "grams") for name in ("terms.txt", "offsets.npy", "starts.npy")),
)
_TABLES: dict[str, Sequence[tuple[str, str]]] = {
    "documents": [
        ("number", "int4"),
        *((name, "text") for name in ("id", "source", "name", "fingerprint", "title", "body", "paper_id", "paper_type")),
        *((name, "text") for name in ("reference_key", "date", "status")),
        *(("record", "json"), ("text", "text"), ("boxes", "bytea")),
    ],
    "reference_keys": [("key", "text"), ("looseness", "int4"), ("document", "int4")],
    "mentions": [("key", "text"), ("document", "int4")],
    "organizations": [("document", "int4"), ("name", "text"), ("consulted", "bool"), ("date", "text")],
}
_PLACED = [
    ("row", "int4"),
    ("document", "int4"),
    ("start", "int4"),
    ("end", "int4"),
    ("headings", "text"),
    ("body", "text"),
    ("key", "bytea"),
]


@dataclass(frozen=True)
class Published:
    """``vectors``: how many were sent."""

    number: str
    vectors: int


def publish(connection: Connection, index: str, folder: Path) -> Published:
    """Makes the generation in ``folder`` the live one of an index. Inside a transaction of the caller's, see connecting.alone."""
    generation = open_generation(folder)
    (number,) = _one(connection, "SELECT to_char(nextval('ratslotse.numbers'), 'FM000000')")
    schema = names.generation_schema(index, number)
    _make_schemas(connection, index, schema)
    connection.execute(_script("generation.sql"))
    _copy_tables(connection, schema, folder)
    _place_passages(connection, generation, folder)
    vectors, sent = _send_vectors(connection, index, number, generation)
    connection.execute(_script("indexes.sql"))
    connection.execute("UPDATE ratslotse.generations SET retired = now() WHERE index = %s AND retired IS NULL", [index])
    connection.execute(
        "INSERT INTO ratslotse.generations (index, number, schema, vectors, manifest, published) "
        "VALUES (%s, %s, %s, %s, %s, now())",
        [index, number, schema, vectors, (folder / "manifest.json").read_text(encoding="utf-8")],
    )
    connection.execute("UPDATE ratslotse.indexes SET live = %s WHERE name = %s", [number, index])
    grant(connection)
    return Published(number, sent)


def _make_schemas(connection: Connection, index: str, schema: str) -> None:
    """Makes both schemas, and what is not qualified from here on means the generation's."""
    of_index = names.index_schema(index)
    connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(of_index)))
    connection.execute("INSERT INTO ratslotse.indexes (name, schema) VALUES (%s, %s) ON CONFLICT DO NOTHING", [index, of_index])
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    (extension,) = _one(
        connection, "SELECT nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'vector'"
    )
    path = sql.SQL(", ").join(sql.Identifier(str(name)) for name in (schema, names.SHARED, extension))
    connection.execute(sql.SQL("SET LOCAL search_path TO {}").format(path))


def _copy_tables(connection: Connection, schema: str, folder: Path) -> None:
    with contextlib.closing(open_sqlite(folder / "passages.sqlite")) as database:
        for table, columns in _TABLES.items():
            listed = ", ".join(f'"{name}"' for name, _ in columns)
            rows: Iterator[Sequence[object]] = database.execute(f"SELECT {listed} FROM {table} ORDER BY rowid")  # noqa: S608
            if table == "organizations":
                rows = ((document, name, bool(consulted), date) for document, name, consulted, date in rows)
            copy(connection, sql.Identifier(schema, table), columns, rows, frozen=True)
    copy_lists(connection, schema, folder / "lexical")
    parts = [("name", "text"), ("part", "int4"), ("data", "bytea")]
    copy(connection, sql.Identifier(schema, "files"), parts, _parts(folder), frozen=True)


def copy_lists(connection: Connection, schema: str, folder: Path) -> None:
    """The posting lists that lexical.write made, into a table made in this transaction."""
    columns = [("kind", "int2"), ("number", "int4"), ("rows", "bytea"), ("weights", "bytea")]
    copy(connection, sql.Identifier(schema, "lists"), columns, _lists(folder), frozen=True)


def _lists(folder: Path) -> Iterator[tuple[int, int, memoryview, memoryview | None]]:
    for kind, name in ((TERMS, "terms"), (GRAMS, "grams")):
        starts = np.load(folder / name / "starts.npy", allow_pickle=False).tolist()
        rows = _mapped(folder / name / "rows.npy", "<i4")
        weights = _mapped(folder / name / "weights.npy", "<f4") if kind == TERMS else None
        for number, (start, end) in enumerate(pairwise(starts)):
            if start < end:
                yield kind, number, rows[start:end].data, None if weights is None else weights[start:end].data


def _mapped(path: Path, kind: str) -> npt.NDArray[Any]:
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False), kind)


def _parts(folder: Path) -> Iterator[tuple[str, int, bytes]]:
    for name in FILES:
        with (folder / name).open("rb") as file:
            part = 0
            while (data := file.read(_PART_BYTES)) or not part:
                yield name, part, data
                part += 1


def _place_passages(connection: Connection, generation: Generation, folder: Path) -> None:
    """The passages with what tells their vectors, in a table that goes with the transaction."""
    connection.execute(
        'CREATE TEMP TABLE placed (row integer, document integer, start integer, "end" integer, headings text, '
        'body text COLLATE "C", key bytea) ON COMMIT DROP'
    )
    with contextlib.closing(open_sqlite(folder / "passages.sqlite")) as database:
        copy(connection, sql.Identifier("placed"), _PLACED, _placed(database, generation))
    connection.execute("ANALYZE placed")


def _send_vectors(connection: Connection, index: str, number: str, generation: Generation) -> tuple[str, int]:
    """Fills passages. Returns the table of their vectors, and how many were sent."""
    dimension = int(generation.manifest["dimension"])
    name, new = _known_table(connection, index, generation)
    if not name or len(new) > _REBUILT_FROM * generation.passages:
        name = names.vectors_table(number)
        new = _rows(connection, sql.SQL("SELECT min(row) FROM placed GROUP BY body, key ORDER BY 1"))
    table = sql.Identifier(names.index_schema(index), name)
    is_new = name == names.vectors_table(number)
    if is_new:
        _make_vectors_table(connection, names.index_schema(index), name, dimension)
    register_halfvec(connection)
    of_row = dict(_keys(connection, new))
    columns = [("body", "text"), ("key", "bytea"), ("embedding", HALF)]
    copy(connection, table, columns, ((*of_row[row], vector) for row, vector in _halves(generation, new)))
    if is_new:  # else every body is taken for a rare one, and all its vectors are looked at instead of the HNSW index
        connection.execute(sql.SQL("ANALYZE {}").format(table))
    if is_new and dimension <= _LARGEST_DIMENSION:
        connection.execute(sql.SQL("CREATE INDEX ON {} USING hnsw (embedding halfvec_ip_ops)").format(table))
    connection.execute(
        sql.SQL(
            'INSERT INTO passages SELECT row, document, start, "end", headings, body, id FROM placed JOIN {} USING (body, key) '
            "ORDER BY row"
        ).format(table)
    )
    return name, len(new)


def _known_table(connection: Connection, index: str, generation: Generation) -> tuple[str, list[int]]:
    """The table of the live generation, if its encoder is the same, and a row for each vector that it lacks."""
    query = (
        "SELECT vectors FROM ratslotse.generations WHERE index = %s AND retired IS NULL "
        "AND manifest::json ->> 'encoder' = %s AND manifest::json ->> 'dimension' = %s"
    )
    values = [index, generation.manifest["encoder"], str(generation.manifest["dimension"])]
    found = connection.execute(query, values).fetchone()
    if not found:
        return "", []
    lacking = sql.SQL(
        "SELECT min(row) FROM placed WHERE NOT EXISTS "
        "(SELECT FROM {} v WHERE v.body = placed.body AND v.key = placed.key) GROUP BY body, key ORDER BY 1"
    )
    return found[0], _rows(connection, lacking.format(sql.Identifier(names.index_schema(index), found[0])))


def _rows(connection: Connection, query: sql.Composed | sql.SQL) -> list[int]:
    return [row for (row,) in connection.execute(query)]


def _keys(connection: Connection, rows: Sequence[int]) -> Iterator[tuple[int, tuple[str, bytes]]]:
    found = connection.execute("SELECT row, body, key FROM placed WHERE row = ANY(%s)", [list(rows)])
    return ((row, (body, key)) for row, body, key in found)


def _make_vectors_table(connection: Connection, schema: str, name: str, dimension: int) -> None:
    table = sql.Identifier(schema, name)
    connection.execute(
        sql.SQL(
            "CREATE TABLE {} (id bigint GENERATED ALWAYS AS IDENTITY, body text COLLATE {} NOT NULL, key bytea NOT NULL, "
            "embedding halfvec({}) NOT NULL, PRIMARY KEY (body, id), UNIQUE (body, key)) PARTITION BY HASH (body)"
        ).format(table, sql.Identifier("C"), sql.Literal(dimension))
    )
    for part in range(_PARTITIONS):
        of_part = sql.Identifier(schema, f"{name}_{part}")
        connection.execute(
            sql.SQL("CREATE TABLE {} PARTITION OF {} FOR VALUES WITH (MODULUS {}, REMAINDER {})").format(
                of_part, table, sql.Literal(_PARTITIONS), sql.Literal(part)
            )
        )
        # In the row itself, since no row is read without it; and nothing is asked by its statistics.
        storage = sql.SQL("PLAIN" if dimension <= _LARGEST_DIMENSION // 2 else "EXTERNAL")
        connection.execute(
            sql.SQL("ALTER TABLE {} ALTER embedding SET STORAGE {}, ALTER embedding SET STATISTICS 0").format(of_part, storage)
        )


def _placed(database: sqlite3.Connection, generation: Generation) -> Iterator[Sequence[object]]:
    encoder = str(generation.manifest["encoder"])
    documents = database.execute("SELECT number, coalesce(body, '') FROM documents ORDER BY number").fetchall()
    query = 'SELECT row, document, start, "end", headings FROM passages WHERE document = ? ORDER BY row'
    for number, body in documents:
        passages = generation.passages_of(generation.document(number))
        for found, passage in zip(database.execute(query, [number]), passages, strict=True):
            yield *found, body, vector_key(encoder, searched_text(passage))


def _halves(generation: Generation, rows: Sequence[int]) -> Iterator[tuple[int, Half]]:
    for start in range(0, len(rows), _VECTORS_AT_ONCE):
        some = rows[start : start + _VECTORS_AT_ONCE]
        for row, vector in zip(some, generation.vectors.of(np.array(some, np.int64)), strict=True):
            yield row, half(vector)


def _one(connection: Connection, query: str, values: Sequence[object] = ()) -> tuple[Any, ...]:
    found = connection.execute(query, values).fetchone()
    assert found is not None  # noqa: S101
    return found


def _script(name: str) -> str:
    return (files("indexer.postgres") / name).read_text(encoding="utf-8")
