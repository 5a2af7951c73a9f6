"""A service over a PostgreSQL server answers every route as one over the folder does, and follows what is published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from fastapi.testclient import TestClient
from psycopg import sql

from indexer.access import reach
from indexer.encoders import HashEncoder
from indexer.errors import DatabaseUnusable
from indexer.live import wait_until_reachable
from indexer.passages import searched_text
from indexer.postgres.migrating import migrate
from indexer.postgres.opening import PostgresIndex
from indexer.store import Collection
from service.app import create_app
from service.cli import main
from service.settings import ServiceSettings
from tests.conftest import Built, read_here
from tests.interference import Pair
from tests.pg_server import Server
from tests.postgres_index import published
from tests.secret_county import NOW, ROLES, County

SEED, REQUESTS = 20260401, 150
ASKED = ("anonymous", "beide")
PASSWORD = "Schlüssel zum Rathaus"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    made = County(tmp_path_factory.mktemp("county"), SEED, public=24, hidden=12)
    with pytest.MonkeyPatch.context() as patch:
        read_here(patch)
        made.index(None)
    return made


@pytest.fixture(scope="module")
def url(postgres: Server, county: County) -> Iterator[str]:
    """All indexes of the folder, under the same numbers: answers tell these, and when they were published."""
    url = postgres.create()
    migrate(url)
    for name in {reach(ROLES[role]) for role in ASKED}:
        index = Collection(county.whole, name)
        with psycopg.connect(url) as connection:
            connection.execute("SELECT setval('ratslotse.numbers', %s, false)", [int(index.current() or 0)])
        published(url, index)
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE ratslotse.generations SET published = %s", [NOW])
    yield url
    postgres.drop(url)


@pytest.mark.parametrize("role", ASKED)
def test_every_route_answers_as_from_the_folder(county: County, url: str, role: str) -> None:
    with psycopg.connect(url) as connection:  # hosts share these; the other side's are drawn alike
        connection.execute("UPDATE ratslotse.secrets SET value = %s", [bytes(32)])
        connection.execute("DELETE FROM ratslotse.kept")
    with Pair(county, role, (county.whole, url)) as pair:
        asking = pair.asking(SEED)
        differences = {}
        for number, request in enumerate(asking.requests(REQUESTS)):
            answer, differs = pair.ask(number, request)
            asking.learn(request, answer)
            if differs:
                differences[f"{number} {request.method} {request.path}"] = differs
        assert differences == {}
        assert {status for found in asking.statuses.values() for status in found} >= {200, 404}
        assert not any(status in (500, 503) for found in asking.statuses.values() for status in found)


@pytest.fixture
def served(database_url: str, built: Built, tmp_path: Path) -> Iterator[TestClient]:
    published(database_url, Collection(built.settings.index, "public"))
    settings = ServiceSettings(index=database_url, encoder="hash", state=tmp_path, operator_password=PASSWORD)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        client.app.state.runtime.public.models()  # loaded: /health/ready says so
        yield client


def test_a_newly_published_generation_is_followed(served: TestClient, database_url: str, built: Built, tmp_path: Path) -> None:
    before = served.get("/api/v1/search?q=Kita").json()
    folder = Collection(tmp_path / "other", "public")
    kept = Collection(built.settings.index, "public").documents()[0][1:]
    vectors = HashEncoder().encode([searched_text(passage) for one in kept for passage in one.passages], "passage")
    folder.publish(kept, vectors, "hash-1")
    published(database_url, folder)
    served.app.state.runtime.public._index._until = 0.0  # a second later
    after = served.get("/api/v1/search?q=Kita").json()
    assert before["generation"] != after["generation"]
    assert served.get("/health/ready").json()["generation"] == after["generation"]


@pytest.mark.parametrize("told_by", ["option", "environment"])
def test_the_command_line_searches_on_a_server(
    told_by: str, database_url: str, built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    published(database_url, Collection(built.settings.index, "public"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RATSLOTSE_ENCODER", "hash")
    monkeypatch.setenv("RATSLOTSE_INDEX", database_url if told_by == "environment" else "index")
    options = ["--index", database_url] if told_by == "option" else []
    assert main([*options, "search", "Kita"]) == 0
    assert "Kita" in capsys.readouterr().out


def test_a_server_that_went_away_is_told_as_an_outage(served: TestClient, postgres: Server, database_url: str) -> None:
    assert served.get("/health/ready").json()["status"] == "ready"
    postgres.drop(database_url)
    try:
        index = served.app.state.runtime.public._index
        index._server._patience, index._until = 0, 0.0
        answer = served.get("/api/v1/search?q=Kita")
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:ratslotse:problem:database_unusable")
        assert (served.get("/health/ready").status_code, served.get("/health/ready").json()) == (503, {"status": "failed"})
        assert served.get("/health/live").status_code == 200
    finally:
        with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database_url.rpartition("/")[2])))


def test_the_books_are_where_files_are_read(served: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    answer = served.get("/api/v1/operator/books", auth=("betrieb", PASSWORD))
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:ratslotse:problem:books_elsewhere")


def test_serving_waits_for_a_server_that_is_not_there_yet(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([DatabaseUnusable(index="x", reason="starting"), DatabaseUnusable(index="x", reason="starting"), None])

    def current(_: PostgresIndex) -> None:
        if answer := next(answers):
            raise answer

    monkeypatch.setattr(PostgresIndex, "current", current)
    told: list[DatabaseUnusable] = []
    wait_until_reachable(ServiceSettings(index=database_url), told.append, pause=0)
    assert [error.details["reason"] for error in told] == ["starting"]
