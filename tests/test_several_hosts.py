"""Services that share a PostgreSQL server are one: what is done at one host counts at the other with the next request."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from selectolax.lexbor import LexborHTMLParser

from indexer import tombstones
from indexer.errors import BackupElsewhere, IndexForgotten
from indexer.postgres import granting
from indexer.postgres.bringing import prepare
from indexer.store import Collection
from indexer.tombstones import Tombstone, name_digest
from service.access.sessions import IDLE
from service.app import create_app
from service.backup.restoring import restore
from service.backup.writing import backup
from service.cli import main
from service.forgetting import forget_answers
from service.kept.server import ServerStores
from service.settings import ServiceSettings
from service.web.exports.judgements import Judgement
from tests.conftest import Built
from tests.oidc_server import CLIENT, SECRET, OidcServer, running

SITE = "http://127.0.0.1:8000"
SAME = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "de"}
QUESTION = "Wie viele Kitaplätze fehlen im Landkreis Musterbach?"


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcServer]:
    with running() as one:
        yield one


@dataclass
class Host:
    settings: ServiceSettings
    app: Any
    client: TestClient

    def token(self) -> str:
        page = LexborHTMLParser(self.client.post("/", data={"question": QUESTION}).text)
        return page.css_first(".tools input[name=token]").attributes["value"] or ""

    def shared(self, token: str) -> tuple[str, str]:
        """Paths of a shared answer and of its revocation."""
        told = self.client.post("/antwort/teilen", data={"token": token}, headers={"Accept": "application/json"}).json()
        return urlsplit(told["address"]).path, urlsplit(told["revoking"]).path

    def judgements(self) -> list[Judgement]:
        return list(self.app.state.tools.judgements.newest())


Hosts = tuple[Host, ...]
_OVER = ["401", "200"]  # the first one takes the cookie away


@pytest.fixture
def hosts(built: Built, server_of_hosts: str, provider: OidcServer, tmp_path: Path) -> Hosts:
    provider.reset()

    def host(name: str) -> Host:
        settings = ServiceSettings(
            index=built.settings.index,
            database=server_of_hosts,
            encoder="hash",
            state=tmp_path / name,
            share_days=7,
            feedback=True,
            roles={"verwaltung": frozenset({"public"})},
            public_url=SITE,
            oidc_issuer=provider.address,
            oidc_client_id=CLIENT,
            oidc_client_secret=SECRET,
            login_roles={"Amt": "verwaltung"},
        )
        app = create_app(settings)
        return Host(settings, app, TestClient(app, base_url=SITE, follow_redirects=False, headers=SAME))

    one, other = host("eins"), host("zwei")
    other.client._cookies = one.client._cookies  # both are the same site for a browser
    return one, other


@pytest.fixture
def command(hosts: Hosts, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """The command line at the first host."""
    settings = hosts[0].settings
    monkeypatch.setenv("RATSLOTSE_INDEX", str(settings.index))
    monkeypatch.setenv("RATSLOTSE_STATE", str(settings.state))
    monkeypatch.setenv("RATSLOTSE_DATABASE", settings.database.get_secret_value())  # type: ignore[union-attr]

    def run(*arguments: str) -> str:
        assert main([*arguments]) == 0
        return capsys.readouterr().out

    return run


def statuses(hosts: Hosts, path: str, **headers: str) -> list[int]:
    return [host.client.get(path, headers=headers).status_code for host in hosts]


def test_a_key_counts_at_every_host_and_nowhere_once_it_is_revoked(hosts: Hosts, command: Any) -> None:
    key = command("keys", "add", "Kreisarchiv").split()[-1]
    assert statuses(hosts, "/api/v1/bodies", Authorization=f"Bearer {key}") == [200, 200]
    command("keys", "revoke", "Kreisarchiv")
    assert statuses(hosts, "/api/v1/bodies", Authorization=f"Bearer {key}") == [401, 401]


def test_an_answer_of_one_host_is_shared_at_another_and_revoked_at_the_first(hosts: Hosts) -> None:
    one, other = hosts
    address, revoking = other.shared(one.token())
    assert all("140 Kitaplätze" in host.client.get(address).text for host in hosts)
    assert one.client.post(revoking).status_code == 200
    assert statuses(hosts, address) == [404, 404]


def test_a_judgement_is_seen_and_taken_back_at_every_host(hosts: Hosts) -> None:
    one, other = hosts
    token = one.token()
    one.client.post("/antwort/urteil", data={"token": token, "verdict": "up"})
    other.client.post("/antwort/urteil", data={"token": token, "verdict": "down", "words": "Doch nicht\0"})
    assert [(found.verdict, found.words) for found in one.judgements()] == [("down", "Doch nicht?")]
    one.client.post("/antwort/urteil", data={"token": token, "verdict": "none"})
    assert other.judgements() == []


def test_what_is_forgotten_takes_shared_answers_and_judgements_with_it_at_every_host(hosts: Hosts, command: Any) -> None:
    one, other = hosts
    token = one.token()
    address, _ = one.shared(token)
    other.client.post("/antwort/urteil", data={"token": token, "verdict": "up"})
    basis = one.app.state.tools.opened(token, "public").basis
    digests = [name_digest(file.source, file.name) for file in Collection(one.settings.index, "public").files()]
    stone = Tombstone(basis[0], "2026-01-01", frozenset(digest for digest in digests if digest[:12] in basis))
    tombstones.add(one.settings.state_folder, [stone])
    prepare(one.settings)
    shutil.rmtree(one.settings.state_folder)  # all hosts know it from the server
    assert forget_answers(one.settings) == {"shares": 1, "judgements": 1}
    assert basis[0] in command("forget", "--list")
    assert statuses(hosts, address) == [404, 404]
    assert other.judgements() == []
    assert [host.client.post("/antwort/teilen", data={"token": token}).status_code for host in hosts] == [410, 410]
    assert other.client.post("/antwort/urteil", data={"token": token, "verdict": "up"}).status_code == 410


def test_what_has_expired_is_deleted_by_any_host_and_by_all_of_them(hosts: Hosts) -> None:
    address, _ = hosts[0].shared(hosts[0].token())
    with psycopg.connect(hosts[0].settings.database.get_secret_value()) as connection:  # type: ignore[union-attr]
        connection.execute("UPDATE ratslotse.shares SET expires = 5")
    for host in hosts:
        host.app.state.tools._sweep(host.app.state.runtime)
    with psycopg.connect(hosts[0].settings.database.get_secret_value()) as connection:  # type: ignore[union-attr]
        assert connection.execute("SELECT count(*) FROM ratslotse.shares").fetchone() == (0,)
    assert statuses(hosts, address) == [404, 404]


def login(begun: Host, ended: Host) -> httpx.Response:
    """The reader goes to the provider from one host and comes back to another."""
    there = begun.client.get("/anmelden", params={"zurueck": "/hilfe"}).headers["location"]
    return ended.client.get(httpx.get(there).headers["location"])  # type: ignore[return-value]


def seen(hosts: Hosts) -> list[str]:
    pages = [host.client.get("/hilfe") for host in hosts]
    return ["in" if "Angemeldet: maria" in page.text else str(page.status_code) for page in pages]


def test_a_login_begun_at_one_host_ends_at_another_and_counts_at_both(hosts: Hosts) -> None:
    response = login(*hosts)
    assert (response.status_code, response.headers["location"]) == (303, "/hilfe")
    assert seen(hosts) == ["in", "in"]


def test_a_ticket_is_good_once_at_all_hosts_together(hosts: Hosts) -> None:
    one, other = hosts
    there = one.client.get("/anmelden").headers["location"]
    ticket = one.client.cookies["ratslotse_anmeldung"]
    back = httpx.get(there).headers["location"]
    assert other.client.get(back).status_code == 303
    one.client.cookies.clear()
    one.client.cookies.set("ratslotse_anmeldung", ticket)
    assert one.client.get(back).status_code == 403


def test_logging_out_at_one_host_ends_the_login_at_both(hosts: Hosts) -> None:
    login(*hosts)
    cookie = {"Cookie": f"ratslotse={hosts[0].client.cookies['ratslotse']}"}
    assert hosts[0].client.post("/abmelden").status_code == 200
    hosts[0].client.cookies.clear()
    assert [host.client.get("/hilfe", headers=cookie).status_code for host in hosts] == [401, 401]


def test_the_operator_ends_logins_at_all_hosts(hosts: Hosts, command: Any) -> None:
    login(*hosts)
    command("logins", "end", "otto")
    assert seen(hosts) == ["in", "in"]
    command("logins", "end", "maria")
    assert seen(hosts[::-1]) == _OVER


def test_a_login_that_nobody_uses_ends_at_all_hosts(hosts: Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    login(*hosts)
    clock = hosts[0].app.state.access.sessions._clock
    for passed, expected in ((IDLE - 60, ["in", "in"]), (2 * IDLE - 180, ["in", "in"]), (3 * IDLE, _OVER)):
        for host in hosts:
            monkeypatch.setattr(host.app.state.access.sessions, "_clock", lambda passed=passed: clock() + passed)
        assert seen(hosts[::-1]) == expected


def test_who_reads_the_database_cannot_use_what_is_in_it(hosts: Hosts, command: Any) -> None:
    key = command("keys", "add", "Kreisarchiv").split()[-1]
    _, revoking = hosts[0].shared(hosts[0].token())
    login(*hosts)
    hosts[0].client.get("/anmelden")
    cookies = hosts[0].client.cookies
    with psycopg.connect(hosts[0].settings.database.get_secret_value()) as connection:  # type: ignore[union-attr]
        tables = ("kept", "shares", "sessions", "begun")
        found = str([connection.execute(f"SELECT * FROM ratslotse.{name}").fetchall() for name in tables])  # noqa: S608
    for secret in (key.split("_", 2)[2], revoking.rpartition("/")[2], cookies["ratslotse"][:40], cookies["ratslotse_anmeldung"]):
        assert len(secret) >= 20
        assert secret not in found


def test_while_there_is_no_primary_nobody_is_let_in_and_everybody_reads(hosts: Hosts, command: Any) -> None:
    key = command("keys", "add", "Kreisarchiv").split()[-1]
    login(*hosts)
    address, _ = hosts[0].shared(hosts[0].token())
    for host in hosts:
        host.app.state.access.keys._kept._tables._server = _Gone()
        host.app.state.access.sessions._tables._server = _Gone()
        host.app.state.tools.shares._state.tables._server = _Gone()
    assert statuses(hosts, "/api/v1/bodies", Authorization=f"Bearer {key}") == [503, 503]
    assert seen(hosts) == ["503", "503"]
    hosts[0].client.cookies.clear()
    assert statuses(hosts, address) == [503, 503]
    assert statuses(hosts, "/api/v1/bodies") == [200, 200]
    page = hosts[0].client.post("/", data={"question": QUESTION})
    assert "140 Kitaplätze" in page.text


class _Gone:
    def write(self, *_: object) -> None:
        raise psycopg.OperationalError("connection refused")


def test_a_backup_says_what_is_not_in_it_and_where_there_is_nothing_to_back_up(
    hosts: Hosts, command: Any, tmp_path: Path
) -> None:
    assert "pg_basebackup" in command("backup", str(tmp_path / "a.tar"))
    with pytest.raises(BackupElsewhere, match="pg_basebackup"):
        backup(hosts[0].settings.model_copy(update={"index": tmp_path / "nothing"}), tmp_path / "b.tar")
    assert not (tmp_path / "b.tar").exists()


def test_a_backup_is_put_back_without_what_the_server_knows_as_forgotten(hosts: Hosts, tmp_path: Path) -> None:
    one, other = hosts
    backup(one.settings, tmp_path / "a.tar")
    gone = Collection(one.settings.index, "public").files()[0]
    digest = name_digest(gone.source, gone.name)
    tombstones.add(one.settings.state_folder, [Tombstone(digest[:12], "2026-01-01", frozenset({digest}))])
    prepare(one.settings)
    assert restore(other.settings, tmp_path / "a.tar", tmp_path / "back", None).removed.indexes == {"public": 1}


def test_no_host_opens_an_index_that_holds_what_is_forgotten(hosts: Hosts) -> None:
    """As after the server was put back to a day before, and the list of what was forgotten was not."""
    gone = Collection(hosts[0].settings.index, "public").files()[0]
    digest = name_digest(gone.source, gone.name)
    stone = (digest[:12], "2026-01-01", [digest], [], [])
    with psycopg.connect(hosts[0].settings.database.get_secret_value()) as connection:  # type: ignore[union-attr]
        connection.execute("INSERT INTO ratslotse.tombstones VALUES (%s, %s, %s, %s, %s)", stone)
    with pytest.raises(IndexForgotten):
        create_app(hosts[1].settings)


@pytest.fixture
def api_host(server_of_hosts: str) -> Iterator[str]:
    """The URL for a login to which the operator gave the role of API hosts."""
    with psycopg.connect(server_of_hosts, autocommit=True) as connection:
        made = connection.execute("SELECT FROM pg_roles WHERE rolname = 'ratslotse_serve'").fetchone() is None
        if made:
            connection.execute("CREATE ROLE ratslotse_serve")
        connection.execute("CREATE ROLE api_host LOGIN IN ROLE ratslotse_serve")
        granting.grant(connection)
        yield server_of_hosts.replace("postgres@", "api_host@")
        connection.execute("DROP ROLE api_host; DROP OWNED BY ratslotse_serve")
        if made:
            connection.execute("DROP ROLE ratslotse_serve")


def test_the_role_of_api_hosts_may_do_all_that_they_need_and_no_more(api_host: str, caplog: pytest.LogCaptureFixture) -> None:
    stores = ServerStores(SecretStr(api_host))
    stores.kept("keys").change(lambda content: content.update(keys=[]))
    stores.readers.transact(lambda tables: tables.run("INSERT INTO shares VALUES ('a', 'b', '[]', 5)"))
    stores.readers.transact(lambda tables: tables.run("DELETE FROM shares"), alone=True)
    stores.logins.transact(lambda tables: tables.run("DELETE FROM sessions"))
    assert stores.readers.transact(stores.forgotten) == frozenset()
    assert len(stores.secret("answers")) == 32
    with caplog.at_level(logging.INFO):
        stores.tidy()
    assert not caplog.records
    with psycopg.connect(api_host) as connection:
        for refused in ("DELETE FROM ratslotse.secrets", "DELETE FROM ratslotse.tombstones", "DROP TABLE ratslotse.kept"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(refused)
