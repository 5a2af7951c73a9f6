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
from indexer.errors import IndexMissing
from indexer.generation import Generation, open_generation
from indexer.passages import searched_text
from indexer.postgres import names
from indexer.postgres.connecting import Connection, connect
from indexer.postgres.copying import HALF, Half, copy, half, register_halfvec
from indexer.postgres.migrating import migrate
from indexer.store import Collection

PUBLISHING_LOCK = 0x72617474
PARTS_OF_VECTORS = 4  # partitions, by body
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
        *((name, "text") for name in ("reference_key", "date", "status", "record", "text")),  # JSON is sent as text is
        ("boxes", "bytea"),
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
    """``vectors``: how many were new."""

    number: str
    vectors: int


def publish(connection: Connection, index: str, folder: Path) -> Published:
    """Makes the generation in ``folder`` the live one of an index. Inside the caller's transaction, which holds the lock."""
    generation = open_generation(folder)
    manifest = (folder / "manifest.json").read_text(encoding="utf-8")
    encoder, dimension = str(generation.manifest["encoder"]), int(generation.manifest["dimension"])
    vectors = names.vectors_table(encoder, dimension)
    (number,) = _one(connection, "SELECT to_char(nextval('ratslotse.numbers'), 'FM000000')")
    schema = names.generation_schema(index, str(number))
    _prepare(connection, index, schema)
    register_halfvec(connection)
    fresh = _make_vectors_table(connection, index, vectors, dimension)
    connection.execute(_script("generation.sql"))
    _copy_tables(connection, schema, folder)
    added = _copy_passages(connection, sql.Identifier(names.index_schema(index), vectors), generation, folder, encoder)
    if fresh and dimension <= _LARGEST_DIMENSION:
        connection.execute(
            sql.SQL("CREATE INDEX ON {} USING hnsw (embedding halfvec_ip_ops)").format(
                sql.Identifier(names.index_schema(index), vectors)
            )
        )
    connection.execute(_script("indexes.sql"))
    connection.execute("UPDATE ratslotse.generations SET retired = now() WHERE index = %s AND retired IS NULL", [index])
    connection.execute(
        "INSERT INTO ratslotse.generations (index, number, schema, vectors, manifest, published) "
        "VALUES (%s, %s, %s, %s, %s, now())",
        [index, number, schema, vectors, manifest],
    )
    connection.execute("UPDATE ratslotse.indexes SET live = %s WHERE name = %s", [number, index])
    grant(connection, index)
    return Published(str(number), added)


def _prepare(connection: Connection, index: str, schema: str) -> None:
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


def _make_vectors_table(connection: Connection, index: str, name: str, dimension: int) -> bool:
    """Whether it was not there."""
    table = sql.Identifier(names.index_schema(index), name)
    if _one(connection, "SELECT to_regclass(%s) IS NOT NULL", [table.as_string(connection)])[0]:
        return False
    connection.execute(
        sql.SQL(
            "CREATE TABLE {table} (id bigint GENERATED ALWAYS AS IDENTITY, body text COLLATE {c} NOT NULL, key bytea NOT NULL, "
            "embedding halfvec({dimension}) NOT NULL, PRIMARY KEY (body, id), UNIQUE (body, key)) PARTITION BY HASH (body)"
        ).format(table=table, c=sql.Identifier("C"), dimension=sql.Literal(dimension))
    )
    for part in range(PARTS_OF_VECTORS):
        of_part = sql.Identifier(names.index_schema(index), f"{name}_{part}")
        connection.execute(
            sql.SQL("CREATE TABLE {} PARTITION OF {} FOR VALUES WITH (MODULUS {}, REMAINDER {})").format(
                of_part, table, sql.Literal(PARTS_OF_VECTORS), sql.Literal(part)
            )
        )
        # Plain: at most 8 kB a row, and never read without them. No statistics: nothing is asked by them.
        connection.execute(
            sql.SQL("ALTER TABLE {} ALTER embedding SET STORAGE PLAIN, ALTER embedding SET STATISTICS 0").format(of_part)
        )
    return True


def _copy_tables(connection: Connection, schema: str, folder: Path) -> None:
    with contextlib.closing(open_sqlite(folder / "passages.sqlite")) as database:
        for table, columns in _TABLES.items():
            listed = ", ".join(f'"{name}"' for name, _ in columns)
            rows: Iterator[Sequence[object]] = database.execute(f"SELECT {listed} FROM {table} ORDER BY rowid")  # noqa: S608
            if table == "organizations":
                rows = ((document, name, bool(consulted), date) for document, name, consulted, date in rows)
            copy(connection, sql.Identifier(schema, table), columns, rows, frozen=True)
    lists = [("kind", "int2"), ("number", "int4"), ("rows", "bytea"), ("weights", "bytea")]
    copy(connection, sql.Identifier(schema, "lists"), lists, _lists(folder / "lexical"), frozen=True)
    parts = [("name", "text"), ("part", "int4"), ("data", "bytea")]
    copy(connection, sql.Identifier(schema, "files"), parts, _parts(folder), frozen=True)


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


def _copy_passages(connection: Connection, vectors: sql.Identifier, generation: Generation, folder: Path, encoder: str) -> int:
    connection.execute(
        'CREATE TEMP TABLE placed (row integer, document integer, start integer, "end" integer, headings text, '
        'body text COLLATE "C", key bytea) ON COMMIT DROP'
    )
    keys: list[Sequence[object]] = []

    def placed() -> Iterator[Sequence[object]]:
        with contextlib.closing(open_sqlite(folder / "passages.sqlite")) as database:
            for row in _placed(database, generation, encoder):
                keys.append(row[-2:])
                yield row

    copy(connection, sql.Identifier("placed"), _PLACED, placed())
    connection.execute("ANALYZE placed")
    query = sql.SQL(
        "SELECT min(row) FROM placed WHERE NOT EXISTS "
        "(SELECT FROM {} v WHERE v.body = placed.body AND v.key = placed.key) GROUP BY body, key ORDER BY 1"
    ).format(vectors)
    new = [int(row) for (row,) in connection.execute(query)]
    columns = [("body", "text"), ("key", "bytea"), ("embedding", HALF)]
    copy(connection, vectors, columns, ((*keys[row], vector) for row, vector in _halves(generation, new)))
    connection.execute(
        sql.SQL(
            'INSERT INTO passages SELECT row, document, start, "end", headings, body, id FROM placed JOIN {} USING (body, key) '
            "ORDER BY row"
        ).format(vectors)
    )
    return len(new)


def _placed(database: sqlite3.Connection, generation: Generation, encoder: str) -> Iterator[Sequence[object]]:
    documents = database.execute("SELECT number, id, coalesce(body, '') FROM documents ORDER BY number").fetchall()
    query = 'SELECT row, document, start, "end", headings FROM passages WHERE document = ? ORDER BY row'
    for number, _, body in documents:
        document = generation.document(number)
        passages = generation.passages_of(document)
        for found, passage in zip(database.execute(query, [number]), passages, strict=True):
            yield *found, body, vector_key(encoder, searched_text(passage))


def _halves(generation: Generation, rows: Sequence[int]) -> Iterator[tuple[int, Half]]:
    for start in range(0, len(rows), _VECTORS_AT_ONCE):
        some = rows[start : start + _VECTORS_AT_ONCE]
        for row, vector in zip(some, generation.vectors.of(np.array(some, np.int64)), strict=True):
            yield row, half(vector)


def grant(connection: Connection, index: str) -> None:
    """The group role of an index may read it, if there is such a role."""
    role = names.reading_role(index)
    if not _one(connection, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [role])[0]:
        return
    live = _one(connection, "SELECT schema FROM ratslotse.generations WHERE index = %s AND retired IS NULL", [index])[0]
    for schema in (names.index_schema(index), str(live)):
        for right in ("USAGE ON SCHEMA", "SELECT ON ALL TABLES IN SCHEMA"):
            connection.execute(sql.SQL("GRANT {} {} TO {}").format(sql.SQL(right), sql.Identifier(schema), sql.Identifier(role)))


def _one(connection: Connection, query: str, values: Sequence[object] = ()) -> tuple[Any, ...]:
    found = connection.execute(query, values).fetchone()
    assert found is not None  # noqa: S101
    return found


def _script(name: str) -> str:
    return (files("indexer.postgres") / name).read_text(encoding="utf-8")


def bring(url: str, index: Collection) -> Published | None:
    """The live generation of a folder to the server, unless it is there."""
    migrate(url)
    current = index.current()
    if current is None:
        raise IndexMissing(index=index.root)
    with connect(url) as connection, connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISHING_LOCK])
        query = "SELECT manifest::json ->> 'digest' FROM ratslotse.generations WHERE index = %s AND retired IS NULL"
        held = connection.execute(query, [index.name]).fetchone()
        if held and held[0] == index.digest():
            return None
        return publish(connection, index.name, index.folder / "generations" / current)
