"""Rights on the server: who may read the public index alone reads nothing of another, not even how much there is in it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors, sql
from pydantic import SecretStr

from indexer.postgres import bringing, names
from indexer.settings import Settings
from tests.conftest import Guarded
from tests.pg_server import Server

ROLES = ("ratslotse_read_public", "ratslotse_read_internal", "ratslotse_serve")


@pytest.fixture(scope="module")
def url(postgres: Server, guarded: Guarded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The guarded county on a server, brought by a plain login, first without the group roles, then with them: logins ``web``
    (public) and ``staff``."""
    url = postgres.create()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE ROLE writer LOGIN")
        database = sql.Identifier(url.rpartition("/")[2])
        connection.execute(sql.SQL("GRANT CREATE ON DATABASE {} TO writer").format(database))
    writer = SecretStr(url.replace("postgres@", "writer@"))
    state = tmp_path_factory.mktemp("state")
    settings = Settings(index=guarded.index, encoder="hash", roles=guarded.roles, database=writer, state=state)
    bringing.bring(settings, lambda *_: None)
    with psycopg.connect(url, autocommit=True) as connection:
        for role in ROLES:
            connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
        connection.execute("CREATE ROLE web LOGIN IN ROLE ratslotse_read_public, ratslotse_serve")
        connection.execute("CREATE ROLE staff LOGIN IN ROLE ratslotse_read_public, ratslotse_read_internal")
    bringing.bring(settings, lambda *_: None)
    yield url
    postgres.drop(url)
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        for role in ("web", "staff", "writer", *ROLES):
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def asked(url: str, login: str, query: str | sql.Composed) -> list[tuple]:
    with psycopg.connect(url.replace("postgres@", f"{login}@"), autocommit=True) as connection:
        return connection.execute(query if isinstance(query, sql.Composed) else query.encode()).fetchall()


def tables(url: str, like: str) -> list[tuple[str, str]]:
    found = asked(url, "postgres", "SELECT table_schema, table_name FROM information_schema.tables")
    return [(schema, table) for schema, table in found if schema.startswith(like)]


def test_a_login_for_the_public_index_reads_no_byte_of_another(url: str) -> None:
    others = [one for one in tables(url, "ratslotse/") if one[0].split("/")[1] != "public"]
    assert {schema.split("/")[1] for schema, _ in others} == {
        *("internal", "sozialausschuss", "internal+public", "public+sozialausschuss")
    }
    for one in others:
        for what in ("*", "count(*)", "tableoid"):
            with pytest.raises(errors.InsufficientPrivilege):
                asked(url, "web", sql.SQL("SELECT {} FROM {}").format(sql.SQL(what), sql.Identifier(*one)))
    assert asked(url, "web", "SELECT name FROM ratslotse.indexes") == [("public",)]
    assert asked(url, "web", "SELECT index FROM ratslotse.generations") == [("public",)]
    assert asked(url, "web", "SELECT count(*) FROM pg_stats WHERE schemaname LIKE 'ratslotse/internal%'") == [(0,)]


def test_it_reads_all_of_its_own_and_writes_nothing(url: str) -> None:
    for one in tables(url, "ratslotse/public"):
        if one[0].split("/")[1] == "public":
            asked(url, "web", sql.SQL("SELECT * FROM {}").format(sql.Identifier(*one)))
            with pytest.raises(errors.InsufficientPrivilege):
                asked(url, "web", sql.SQL("DELETE FROM {} RETURNING 1").format(sql.Identifier(*one)))
    assert {name for (name,) in asked(url, "staff", "SELECT name FROM ratslotse.indexes")} == {"public", "internal"}


def test_what_hosts_share_is_open_to_those_who_serve_alone(url: str) -> None:
    assert asked(url, "web", "DELETE FROM ratslotse.shares RETURNING 1") == []
    assert asked(url, "web", "SELECT * FROM ratslotse.tombstones") == []
    for login, table in (("staff", "shares"), ("staff", "kept"), ("web", "tombstones"), ("web", "version"), ("web", "indexes")):
        with pytest.raises(errors.InsufficientPrivilege):
            asked(url, login, f"DELETE FROM ratslotse.{table} RETURNING 1")  # noqa: S608


def test_names_that_are_too_long_for_postgresql_are_digests() -> None:
    long = "+".join(sorted(f"sammlung-{number:02}" for number in range(16)))
    for name in (names.generation_schema(long, "000001"), names.reading_role(long)):
        assert len(name.encode()) <= 63
    assert names.index_schema(long) != names.index_schema(long.replace("15", "16"))
    assert names.generation_schema("internal+public", "000007") == "ratslotse/internal+public/000007"
