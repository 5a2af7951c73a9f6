"""What a server holds is found as in the folder it came from: ranks, scores, filters, documents, answers; a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr

from indexer.encoders import Encoder, HashEncoder
from indexer.errors import DatabaseUnusable, EncoderMismatch, IndexDamaged, IndexMissing, IndexTooNew, IndexTooOld
from indexer.filters import ANY, Filters
from indexer.generation import Generation, checksum
from indexer.live import live_index
from indexer.postgres.opening import PostgresIndex
from indexer.search import folded, ranked, search
from indexer.settings import Settings
from indexer.store import Collection
from indexer.vectors import Vector
from service.answers import Answerer
from service.gold import read_gold
from tests.conftest import Built
from tests.pg_server import Server
from tests.postgres_index import published

GOLD = Path(__file__).resolve().parents[1] / "corpus" / "questions.jsonl"
QUESTIONS = [
    "Wie viele Kitaplätze fehlen im Landkreis Musterbach?",
    "Welche Nitratwerte hat das Trinkwasser?",
    "Wo hält die Buslinie 7?",
    "Was wurde zu 2024/017 beschlossen?",
    "Was kostet ein Flughafen auf dem Mond?",
]
FILTERS = [
    ANY,
    Filters(body=("Landkreis Beispielheim",)),
    Filters(paper_type="Beschlussvorlage"),
    Filters(organization="Jugendhilfeausschuss"),
    Filters(status="decided", date_from=date(2024, 1, 1), date_to=date(2024, 12, 31)),
    Filters(body=("Landkreis Nirgendwo",)),
]


@pytest.fixture(scope="module")
def url(postgres: Server, built: Built) -> Iterator[str]:
    url = postgres.create()
    published(url, Collection(built.settings.index, "public"))
    yield url
    postgres.drop(url)


@pytest.fixture(scope="module")
def remote(url: str) -> Generation:
    return PostgresIndex(SecretStr(url), "public").open("hash-1")


def _found(generation: Generation, question: str, filters: Filters) -> list[tuple[object, ...]]:
    return [
        (hit.row, hit.passage, hit.lexical, hit.named, hit.alike)
        for hit in search(generation, HashEncoder(), question, filters, limit=50)
    ]


# As in the folder


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_hits_are_those_of_the_folder(built: Built, remote: Generation, filters: Filters) -> None:
    for question in QUESTIONS:
        assert _found(remote, question, filters) == _found(built.generation, question, filters)


def test_scores_are_those_of_the_folder(built: Built, remote: Generation) -> None:
    rows = np.arange(remote.passages)
    for question in QUESTIONS:
        vector = HashEncoder().encode([question], "query")[0]
        local = built.generation.vectors.scores(vector, rows)
        assert remote.vectors.scores(vector, rows).tolist() == pytest.approx(local.tolist(), abs=1e-6)


def test_documents_and_passages_are_those_of_the_folder(built: Built, remote: Generation) -> None:
    assert remote.documents() == built.generation.documents()
    assert [remote.passage(row) for row in range(remote.passages)] == built.generation.passages_at(range(remote.passages))
    for document in remote.documents():
        assert remote.find(document.id) == document
        assert remote.passages_of(document) == built.generation.passages_of(document)
    assert remote.find("gibt es nicht") is None


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_facets_are_those_of_the_folder(built: Built, remote: Generation, filters: Filters) -> None:
    rows = np.flatnonzero(built.generation.columns.rows(filters))
    assert np.array_equal(np.flatnonzero(remote.columns.rows(filters)), rows)
    assert remote.columns.facets(rows) == built.generation.columns.facets(rows)


# The sample corpus with the default encoder


@pytest.fixture(scope="module")
def sample(postgres: Server, sample_index: Path) -> Iterator[str]:
    url = postgres.create()
    published(url, Collection(sample_index, "public"))
    yield url
    postgres.drop(url)


Asked = list[tuple[str, Vector]]


@pytest.fixture(scope="module")
def golden(e5: Encoder) -> Asked:
    """A tenth of the golden questions; benchmarks/postgres.py asks all."""
    questions = [one.question for one in read_gold(GOLD)[::10]]
    return list(zip(questions, e5.encode(questions, "query"), strict=True))


def _orders(generation: Generation, golden: Asked) -> list[list[int]]:
    return [folded(ranked(generation, vector, question)).rows.tolist() for question, vector in golden]


def test_golden_questions_are_ranked_alike(sample: str, sample_answerer: Answerer, e5: Encoder, golden: Asked) -> None:
    remote = PostgresIndex(SecretStr(sample), "public").open(e5.name)
    assert _orders(remote, golden) == _orders(sample_answerer.generation, golden)


def test_golden_questions_are_ranked_nearly_alike_by_the_graph(
    sample: str, sample_answerer: Answerer, e5: Encoder, golden: Asked
) -> None:
    local = _orders(sample_answerer.generation, golden)
    remote = _orders(PostgresIndex(SecretStr(sample), "public", exact_up_to=0).open(e5.name), golden)
    same = [len(set(a[:5]) & set(b[:5])) / len(a[:5]) for a, b in zip(local, remote, strict=True)]
    assert np.mean(same) >= 0.95


def test_golden_questions_are_answered_alike(sample: str, sample_answerer: Answerer, e5: Encoder, golden: Asked) -> None:
    remote = Answerer(PostgresIndex(SecretStr(sample), "public").open(e5.name), e5)
    for question, _ in golden[::5]:
        here, there = sample_answerer.answer(question), remote.answer(question)
        assert (there.statements, there.outcome) == (here.statements, here.outcome)


# Opening


def test_the_address_of_a_server_is_all_it_takes(url: str, built: Built) -> None:
    index = live_index(Settings(index=url, encoder="hash"), "public")
    generation = index.open("hash-1")
    assert (generation.id, generation.number) == (f"public/{index.current()}", index.current())
    assert generation.manifest == built.generation.manifest


def test_a_newly_published_generation_is_followed(database_url: str, built: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.postgres.opening._LOOKED", 3600.0)
    folder, index = Collection(built.settings.index, "public"), PostgresIndex(SecretStr(database_url), "public")
    assert index.current() is None
    published(database_url, folder)
    assert index.current() is None  # as it was a moment ago
    monkeypatch.setattr("indexer.postgres.opening._LOOKED", 0.0)
    index = PostgresIndex(SecretStr(database_url), "public")
    assert index.current() == index.open().number
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE ratslotse.indexes SET live = NULL")
    assert index.current() is None


def test_nothing_published_is_told(database_url: str, url: str) -> None:
    for address, name in ((database_url, "public"), (url, "internal")):
        with pytest.raises(IndexMissing):
            PostgresIndex(SecretStr(address), name).open()


def test_another_encoder_is_told(url: str) -> None:
    with pytest.raises(EncoderMismatch):
        PostgresIndex(SecretStr(url), "public").open("anderer")


@pytest.mark.parametrize(
    ("change", "error"),
    [({"format": 99}, IndexTooNew), ({"format": 1}, IndexTooOld), ({"passages": 1, "checksum": "0"}, IndexDamaged)],
    ids=["newer", "older", "changed"],
)
def test_a_manifest_that_does_not_fit_is_told(
    database_url: str, built: Built, change: dict[str, object], error: type[Exception]
) -> None:
    published(database_url, Collection(built.settings.index, "public"))
    manifest = dict(built.generation.manifest) | change
    manifest = manifest if "checksum" in change else manifest | {"checksum": checksum(manifest)}
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE ratslotse.generations SET manifest = %s", [json.dumps(manifest)])
    with pytest.raises(error):
        PostgresIndex(SecretStr(database_url), "public").open()


def test_files_that_are_not_those_published_are_told(database_url: str, built: Built) -> None:
    published(database_url, Collection(built.settings.index, "public"))
    with psycopg.connect(database_url) as connection:
        (schema,) = connection.execute("SELECT schema FROM ratslotse.generations").fetchone() or ("",)
        table = sql.Identifier(schema, "files")
        connection.execute(sql.SQL("UPDATE {} SET data = '' WHERE name = 'groups.npy'").format(table))
    with pytest.raises(IndexDamaged, match=r"groups\.npy"):
        PostgresIndex(SecretStr(database_url), "public").open()


def test_a_generation_that_was_dropped_is_told_and_no_other_table_is_read_for_it(database_url: str, built: Built) -> None:
    published(database_url, Collection(built.settings.index, "public"))
    generation = PostgresIndex(SecretStr(database_url), "public").open()
    generation.database._server._patience = 0
    with psycopg.connect(database_url) as connection:
        (schema,) = connection.execute("SELECT schema FROM ratslotse.generations").fetchone() or ("",)
        connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))
        connection.execute("CREATE TABLE public.documents (number int, text text)")
    with pytest.raises(DatabaseUnusable):
        generation.documents()
