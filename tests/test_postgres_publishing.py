"""What is published to a PostgreSQL server is what the generation of the folder holds; a real server."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import psycopg
import pytest
from psycopg import sql
from psycopg.types.string import TextLoader
from pydantic import SecretStr

from indexer.cache import vector_key
from indexer.passages import searched_text
from indexer.postgres import names
from indexer.postgres.bringing import bring
from indexer.postgres.copying import halves
from indexer.postgres.publishing import FILES
from tests.conftest import Built
from tests.pg_server import Server

_TABLES = ("documents", "reference_keys", "mentions", "organizations")


@pytest.fixture(scope="module")
def url(postgres: Server, built: Built) -> Iterator[str]:
    """A database that holds the generation of ``built``; read it, never write to it."""
    url = postgres.create()
    bring(built.settings.model_copy(update={"database": SecretStr(url)}), lambda *_: None)
    yield url
    postgres.drop(url)


@pytest.fixture
def reader(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url) as connection:
        (schema,) = connection.execute("SELECT schema FROM ratslotse.generations WHERE retired IS NULL").fetchone()
        connection.execute(sql.SQL("SET search_path TO {}, ratslotse, public").format(sql.Identifier(schema)))
        connection.adapters.register_loader("json", TextLoader)
        yield connection


@pytest.fixture
def local(built: Built) -> Path:
    return built.settings.index / "public" / "generations" / "000001"


@pytest.mark.parametrize("table", _TABLES)
def test_the_tables_hold_the_same(reader: psycopg.Connection, local: Path, table: str) -> None:
    with closing(sqlite3.connect(local / "passages.sqlite")) as database:
        columns = [name for _, name, *_ in database.execute(f"PRAGMA table_info({table})")]
        listed = ", ".join(f'"{name}"' for name in columns)
        expected = database.execute(f"SELECT {listed} FROM {table}").fetchall()  # noqa: S608
    found = reader.execute(f"SELECT {listed} FROM {table}").fetchall()  # noqa: S608
    assert expected or table == "mentions"
    assert (len(found), set(found)) == (len(expected), set(expected))


def test_passages_hold_the_same_and_point_to_their_vectors(url: str, reader: psycopg.Connection, built: Built) -> None:
    generation = built.generation
    table = names.vectors_table("000001")
    vectors = sql.Identifier("ratslotse/public", table)
    query = sql.SQL(
        'SELECT row, document, start, "end", headings, p.body, key, embedding FROM passages p '
        "JOIN {} v ON p.vector = v.id AND p.body = v.body ORDER BY row"
    )
    found = reader.cursor(binary=True).execute(query.format(vectors)).fetchall()
    assert [row for row, *_ in found] == list(range(generation.passages))
    for row, document, start, end, headings, body, key, embedding in found:
        passage = generation.passage(row)
        assert generation.document(document).id == passage.document.id
        assert (start, end, json.loads(headings)) == (passage.start, passage.end, list(passage.headings))
        assert body == (passage.document.paper.body or "")
        assert key == vector_key(generation.manifest["encoder"], searched_text(passage))
        assert np.array_equal(halves(embedding), generation.vectors.of(np.array([row]))[0])


@pytest.mark.parametrize(("kind", "name"), [(0, "terms"), (1, "grams")])
def test_lists_are_equal_byte_by_byte(reader: psycopg.Connection, local: Path, kind: int, name: str) -> None:
    query = "SELECT number, rows, weights FROM lists WHERE kind = %s ORDER BY number"
    found = reader.execute(query, [kind]).fetchall()
    starts = np.load(local / "lexical" / name / "starts.npy")
    assert [number for number, *_ in found] == np.flatnonzero(np.diff(starts)).tolist()
    assert b"".join(rows for _, rows, _ in found) == np.load(local / "lexical" / name / "rows.npy").tobytes()
    if name == "terms":
        assert b"".join(weights for *_, weights in found) == np.load(local / "lexical" / name / "weights.npy").tobytes()
    else:
        assert {weights for *_, weights in found} == {None}


def test_small_files_lie_there_as_in_the_folder(reader: psycopg.Connection, local: Path) -> None:
    for name in FILES:
        parts = reader.execute("SELECT data FROM files WHERE name = %s ORDER BY part", [name]).fetchall()
        assert b"".join(data for (data,) in parts) == (local / name).read_bytes()


def test_the_manifest_is_that_of_the_folder(reader: psycopg.Connection, local: Path) -> None:
    found = reader.execute("SELECT i.live, g.manifest FROM ratslotse.indexes i JOIN ratslotse.generations g ON number = live")
    assert found.fetchall() == [("000001", (local / "manifest.json").read_text())]
