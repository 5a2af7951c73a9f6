"""Where services keep things: small tables and records, in a folder or on a server that several hosts share."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from service.errors import StateFull, StateUnusable
from service.kept.folder import FolderStores
from service.kept.server import ServerStores
from service.kept.stores import Stores
from service.kept.tables import Statements
from tests.pg_server import free_port

Open = Callable[[], Stores]

_SHARE = ("kennung", "geheim", "[]", 5)


@pytest.fixture(params=["folder", "server"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens what is kept as another process, or host, would."""
    if request.param == "folder":
        return lambda: FolderStores(tmp_path / "state")
    url = request.getfixturevalue("server_of_hosts")
    return lambda: ServerStores(SecretStr(url))


def add(tables: Statements) -> None:
    tables.run("INSERT INTO shares VALUES (?, ?, ?, ?)", _SHARE)


def count(stores: Stores) -> int:
    found = stores.readers.transact(lambda tables: tables.one("SELECT count(*) FROM shares"))
    return int(found[0]) if found else -1


def test_what_one_writes_the_other_reads_at_once(opened: Open) -> None:
    one, other = opened(), opened()
    records = one.kept("probe"), other.kept("probe")
    assert [record.read() for record in records] == [{}, {}]
    for number in range(3):
        records[0].change(lambda content, number=number: content.update(number=number))  # type: ignore[misc]
        assert [record.read() for record in records] == [{"number": number}] * 2
    one.readers.transact(add)
    assert count(other) == 1
    assert other.kept("andere").read() == {}


def test_of_changes_at_the_same_time_none_is_lost(opened: Open) -> None:
    def more(_: int) -> None:
        opened().kept("probe").change(lambda content: content.update(number=content.get("number", 0) + 1))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(more, range(40)))
    assert opened().kept("probe").read() == {"number": 40}


def test_who_is_alone_sees_what_all_before_have_done(opened: Open) -> None:
    def one_of_ten(number: int) -> bool:
        def work(tables: Statements) -> bool:
            (found,) = tables.one("SELECT count(*) FROM shares") or (0,)
            if found < 10:
                tables.run("INSERT INTO shares VALUES (?, ?, ?, ?)", [str(number), "", "[]", 5])
            return bool(found < 10)

        return opened().readers.transact(work, alone=True)

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(one_of_ten, range(30))) == 10
    assert count(opened()) == 10


def test_what_fails_leaves_nothing(opened: Open) -> None:
    stores = opened()

    def fails(tables: Statements) -> None:
        add(tables)
        raise StateFull

    def spoils(content: dict[str, object]) -> None:
        content["half"] = True
        raise StateFull

    with pytest.raises(StateFull):
        stores.readers.transact(fails)
    with pytest.raises(StateFull):
        stores.kept("probe").change(spoils)
    assert count(stores) == 0
    assert stores.kept("probe").read() == {}


def test_queries_mean_the_same_on_both(opened: Open) -> None:
    def work(tables: Statements) -> object:
        for name in ("a", "b", "Ä", "%s"):
            tables.run("INSERT INTO judged VALUES (?, ?) ON CONFLICT DO NOTHING", [name, "x"])
        twice = tables.run("INSERT INTO judged VALUES (?, ?) ON CONFLICT DO NOTHING", ["a", "x"])
        gone = tables.one("DELETE FROM judged WHERE answer = ? RETURNING document", ["b"])
        none = tables.all("SELECT answer FROM judged WHERE answer IN ?s", [[]])
        some = tables.all("SELECT answer FROM judged WHERE answer IN ?s ORDER BY answer", [["a", "b", "Ä", "%s"]])
        return twice, gone, none, some, tables.run("DELETE FROM judged WHERE document IN ?s", [["x"]])

    assert opened().readers.transact(work) == (0, ("x",), [], [("%s",), ("a",), ("Ä",)], 3)


def test_tables_of_logins_hold_what_was_put_in(opened: Open) -> None:
    values = ["id", "maria", "verwaltung", "", "", "", 1.5, 2.25]
    tables = opened().logins
    tables.transact(lambda statements: statements.run("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values))
    assert tables.transact(lambda statements: statements.one("SELECT * FROM sessions")) == tuple(values)


def test_a_server_that_is_gone_is_told_as_a_disk_that_fails() -> None:
    gone = ServerStores(SecretStr(f"postgresql://127.0.0.1:{free_port()}/rat"))
    gone._server._patience = 0
    for use in (lambda: gone.kept("keys").read(), gone.tidy):
        with pytest.raises(StateUnusable):
            use()


def test_a_server_without_the_tables_is_told_so_in_the_log(database_url: str, caplog: pytest.LogCaptureFixture) -> None:
    stores = ServerStores(SecretStr(database_url))
    stores._server._patience = 0
    with pytest.raises(StateUnusable):
        stores.kept("keys").read()
    assert "kept" in caplog.text


def test_a_record_that_is_no_record_lets_nobody_in(server_of_hosts: str) -> None:
    with psycopg.connect(server_of_hosts) as connection:
        connection.execute("INSERT INTO ratslotse.kept VALUES ('keys', '[1', 'x')")
    with pytest.raises(StateUnusable):
        ServerStores(SecretStr(server_of_hosts)).kept("keys").read()


def test_all_hosts_sign_with_the_same_secrets_and_each_purpose_has_its_own(server_of_hosts: str) -> None:
    one, other = (ServerStores(SecretStr(server_of_hosts)) for _ in range(2))
    assert one.secret("answers") == other.secret("answers") != one.secret("sessions")
    assert len(one.secret("answers")) == 32
    with pytest.raises(StateUnusable):
        one.secret("andere")
