"""Connections to PostgreSQL: shared by a process, reads put again on another connection, writes only while that is safe."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors
from pydantic import SecretStr

from indexer.errors import DatabaseUnusable, SettingsError
from indexer.postgres.pool import Connection, Server, server
from tests.pg_server import free_port


@pytest.fixture
def opened(database_url: str) -> Iterator[Server]:
    found = Server(database_url, patience=0.5)
    yield found
    found.close()


def _number(connection: Connection) -> int:
    found = connection.execute("SELECT pg_backend_pid()").fetchone()
    assert found
    return int(found[0])


def _end(url: str, numbers: list[int]) -> None:
    with psycopg.connect(url) as other:
        other.execute("SELECT pg_terminate_backend(number, 5000) FROM unnest(%s::int[]) AS number", [numbers])


def test_a_process_shares_the_connections_to_an_address(database_url: str) -> None:
    one = server(SecretStr(database_url))
    assert server(SecretStr(database_url)) is one
    assert one.read(_number) == one.read(_number)


def test_connections_are_closed_when_nobody_needs_them(database_url: str) -> None:
    one = Server(database_url)
    number = one.read(_number)
    before = set(threading.enumerate())
    del one
    gc.collect()
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
    with psycopg.connect(database_url) as other:
        gone = other.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", [number]).fetchone()
    assert gone == (0,)


def test_a_read_is_put_again_when_its_connection_is_lost(opened: Server, database_url: str) -> None:
    _end(database_url, [opened.read(_number)])
    assert opened.read(lambda connection: connection.execute("SELECT 1").fetchone()) == (1,)


def test_a_read_of_the_newest_asks_the_primary(opened: Server) -> None:
    assert opened.read(lambda c: c.info.get_parameters()["target_session_attrs"], newest=True) == "read-write"


def test_what_a_standby_does_not_have_yet_is_asked_of_the_primary(opened: Server) -> None:
    asked: list[str] = []

    def work(connection: Connection) -> str:
        asked.append(connection.info.get_parameters().get("target_session_attrs", ""))
        if asked[-1] != "read-write":  # as a lagging standby answers
            raise errors.UndefinedTable("relation does not exist")
        return "found"

    assert opened.read(work) == "found"
    assert asked[-1] == "read-write"


def test_a_server_that_is_not_there_is_told_with_its_address_and_without_its_password() -> None:
    port = free_port()
    gone = Server(f"postgresql://clerk:geheim@127.0.0.1:{port}/rat?sslmode=disable", patience=0)
    with pytest.raises(DatabaseUnusable) as raised:
        gone.read(_number)
    told = raised.value.message("de")
    assert f"postgresql://127.0.0.1:{port}/rat" in told
    assert "refused" in told
    assert "geheim" not in told
    gone.close()


def test_several_hosts_may_be_named_and_one_of_them_be_gone(database_url: str) -> None:
    host = f"127.0.0.1:{free_port()},127.0.0.1"
    several = Server(database_url.replace("127.0.0.1", host))
    assert several.read(_number)
    assert several.write(_number)
    several.close()


@pytest.mark.parametrize(
    "address", ["postgresql://clerk:gehe/im@rat:1/x", "postgresql://clerk:1/gehe@rat:1/x", "postgresql://clerk:gehe@[rat/x"]
)
def test_an_address_that_nobody_understands_is_told_without_its_password(address: str) -> None:
    with pytest.raises(SettingsError) as raised:
        Server(address)
    assert "gehe" not in raised.value.message("en")


def test_what_takes_too_long_is_not_put_again(opened: Server) -> None:
    called: list[int] = []

    def slow(connection: Connection) -> None:
        called.append(1)
        connection.execute("SET statement_timeout = '10ms'")
        connection.execute("SELECT pg_sleep(10)")

    with pytest.raises(DatabaseUnusable, match="statement timeout"):
        opened.read(slow)
    assert len(called) == 1


def test_a_write_is_done_wholly_or_not_at_all(opened: Server) -> None:
    opened.write(lambda connection: connection.execute("CREATE TABLE notes (note text)"))

    def half(connection: Connection) -> None:
        connection.execute("INSERT INTO notes VALUES ('halb')")
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError):
        opened.write(half)
    assert opened.read(lambda connection: connection.execute("SELECT count(*) FROM notes").fetchone()) == (0,)


def test_a_write_whose_connection_is_lost_is_put_again(opened: Server, database_url: str) -> None:
    opened.write(lambda connection: connection.execute("CREATE TABLE notes (note text)"))
    lost: list[int] = []

    def work(connection: Connection) -> None:
        connection.execute("INSERT INTO notes VALUES ('einmal')")
        if not lost:
            lost.append(_number(connection))
            _end(database_url, lost)
        connection.execute("INSERT INTO notes VALUES ('zweimal')")

    opened.write(work)
    assert opened.read(lambda connection: connection.execute("SELECT note FROM notes").fetchall()) == [("einmal",), ("zweimal",)]


def test_a_write_that_may_have_been_committed_is_not_put_again(opened: Server, database_url: str) -> None:
    opened.write(lambda connection: connection.execute("CREATE TABLE notes (note text)"))
    called: list[int] = []

    def work(connection: Connection) -> None:
        called.append(1)
        connection.execute("INSERT INTO notes VALUES ('wer weiß')")
        _end(database_url, [_number(connection)])

    with pytest.raises(DatabaseUnusable):
        opened.write(work)
    assert len(called) == 1
