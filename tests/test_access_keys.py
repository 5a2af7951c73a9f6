"""Keys of programs: kept hashed, shown once, for some things, for some time; revoked from the next request on."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from service.access.clock import Now
from service.access.keys import Keys
from service.app import create_app
from service.cli import main
from service.kept.stores import open_stores
from service.settings import ServiceSettings
from tests.conftest import Built

DAY = 86_400


@pytest.fixture(params=["folder", "server"])
def settings(request: pytest.FixtureRequest, built: Built, tmp_path: Path) -> ServiceSettings:
    url = request.getfixturevalue("server_of_hosts") if request.param == "server" else None
    return ServiceSettings(index=built.settings.index, database=url, encoder="hash", state=tmp_path / "state")


def break_keys(settings: ServiceSettings) -> None:
    if settings.database:
        with psycopg.connect(settings.database.get_secret_value()) as connection:
            connection.execute("UPDATE ratslotse.kept SET content = '{', mark = 'x'")
    else:
        (settings.state_folder / "keys.json").write_text("{")


def stored(settings: ServiceSettings) -> bytes:
    if settings.database:
        with psycopg.connect(settings.database.get_secret_value()) as connection:
            return str(connection.execute("SELECT * FROM ratslotse.kept").fetchall()).encode()
    return b"".join(path.read_bytes() for path in settings.state_folder.rglob("*") if path.is_file())


@pytest.fixture
def client(settings: ServiceSettings) -> TestClient:
    return TestClient(create_app(settings))


@pytest.fixture
def command(settings: ServiceSettings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setenv("RATSLOTSE_INDEX", str(settings.index))
    monkeypatch.setenv("RATSLOTSE_DATABASE", settings.database.get_secret_value() if settings.database else "")
    monkeypatch.setenv("RATSLOTSE_STATE", str(settings.state))

    def run(*arguments: str) -> Any:
        code = main([*arguments, "--json"])
        said = capsys.readouterr()
        return json.loads(said.out) if code == 0 else said.err

    return run


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def status(client: TestClient, key: str, path: str = "/api/v1/bodies") -> int:
    return client.get(path, headers=bearer(key)).status_code


def test_b10_a_key_is_shown_once_and_kept_hashed(command: Any, settings: ServiceSettings) -> None:
    made = command("keys", "add", "Kreisarchiv")
    found = stored(settings)
    assert made["key"].startswith(f"{made['id']}_")
    assert made["key"].encode() not in found
    assert made["key"].split("_", 2)[2].encode() not in found
    assert made["id"].removeprefix("rl_").encode() in found
    assert "key" not in command("keys", "list")[0]
    if not settings.database:
        assert stat.S_IMODE((settings.state_folder / "keys.json").stat().st_mode) == 0o600


def test_b10_a_key_is_good_until_it_is_revoked_by_name_or_id(command: Any, client: TestClient) -> None:
    first, second = command("keys", "add", "Kreisarchiv"), command("keys", "add", "Presse")
    assert [status(client, one["key"]) for one in (first, second)] == [200, 200]
    command("keys", "revoke", "Kreisarchiv")
    assert [status(client, one["key"]) for one in (first, second)] == [401, 200]
    command("keys", "revoke", second["id"])
    assert status(client, second["key"]) == 401
    assert [one["revoked"] is not None for one in command("keys", "list")] == [True, True]
    assert "Kreisarchiv" in command("keys", "revoke", "Kreisarchiv")  # none that is still good
    assert command("keys", "add", "Kreisarchiv")["id"] != first["id"]  # the name is free again


def test_b10_a_key_that_is_no_good_is_told_so_and_never_taken_for_nobody(command: Any, client: TestClient) -> None:
    key = command("keys", "add", "Kreisarchiv")["key"]
    flipped = key[:-2] + ("A" if key[-2] != "A" else "B") + key[-1]
    wrong = [
        "",
        "x",
        flipped,
        key[:-1],
        key + "A",
        key.upper(),
        key.replace("rl_", "rl-"),
        f"{key} {key}",
        "rl_00000000_" + "A" * 43,
    ]
    given = [f"Bearer {one}" for one in wrong] + [key, f"Token {key}", f"Bearer,{key}", "Digest x", "bearer"]
    for one in given:
        for path in ("/api/v1/bodies", "/api/v1/search?q=Kita", "/hilfe", "/"):
            answer = client.get(path, headers={"Authorization": one})
            assert answer.status_code == 401, one
            assert answer.headers["www-authenticate"].startswith('Bearer realm="Ratslotse", error="invalid_token"')
            assert answer.headers["cache-control"] == "no-store"
    told = client.get("/api/v1/bodies", headers=bearer("x"))
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["type"] == "urn:ratslotse:problem:key_refused"
    twice = client.get("/api/v1/bodies", headers=[("Authorization", f"Bearer {key}"), ("Authorization", f"Bearer {key}")])
    assert twice.status_code == 401
    assert status(client, key) == 200


def test_b10_a_key_is_good_for_its_scopes_only(command: Any, client: TestClient) -> None:
    key = command("keys", "add", "Suche", "--scope", "search")["key"]
    assert status(client, key, "/api/v1/search?q=Kita") == 200
    answer = client.post("/api/v1/ask", json={"question": "Kita?"}, headers=bearer(key))
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:ratslotse:problem:scope_missing"
    assert "insufficient_scope" in answer.headers["www-authenticate"]
    assert status(client, key, "/api/v1/documents/x") == 403
    assert status(client, key, "/hilfe") == 200


def test_a24_keys_expire_and_a_clock_put_back_revives_none(settings: ServiceSettings) -> None:
    wall, steady = [1_700_000_000.0], [50.0]
    keys = Keys(open_stores(settings), Now(lambda: wall[0], lambda: steady[0]))
    key, text = keys.add("Probe", "anonymous", ["ask"], days=30)
    good = lambda: keys.is_good(key)  # noqa: E731
    assert good()
    wall[0] += 400 * DAY  # set ahead by mistake, and put right
    assert not good()
    wall[0] -= 400 * DAY
    assert good()
    wall[0] = 2**31 + 5  # 2038
    assert not good()
    wall[0] = 1_700_000_000.0 + 30 * DAY
    steady[0] += 30 * DAY
    assert not good()
    wall[0] -= DAY  # put back once it has expired
    assert not good()
    assert keys.find(text) == key


def test_a_role_that_is_not_in_the_settings_gets_no_key_and_loses_those_it_has(
    command: Any, settings: ServiceSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "RATSLOTSE_ROLES" in command("keys", "add", "Amt", "--role", "verwaltung")
    monkeypatch.setenv("RATSLOTSE_ROLES", "verwaltung=public")
    key = command("keys", "add", "Amt", "--role", "verwaltung")["key"]
    with_role = settings.model_copy(update={"roles": {"verwaltung": frozenset({"public"})}})
    assert status(TestClient(create_app(with_role)), key) == 200
    assert status(TestClient(create_app(settings)), key) == 401
    assert "Amt" in command("keys", "add", "Amt")  # the name is in use


def test_keys_that_cannot_be_read_let_nobody_in(command: Any, settings: ServiceSettings, client: TestClient) -> None:
    key = command("keys", "add", "Kreisarchiv")["key"]
    break_keys(settings)
    assert status(client, key) == 503
    assert client.get("/api/v1/bodies").status_code == 200


def test_b24_keys_made_and_revoked_and_a_revoked_one_used_stand_in_the_log(
    command: Any, settings: ServiceSettings, client: TestClient
) -> None:
    made = command("keys", "add", "Kreisarchiv")
    command("keys", "revoke", "Kreisarchiv")
    assert status(client, made["key"]) == 401
    lines = [json.loads(line) for line in (settings.state_folder / "audit.jsonl").read_text().splitlines()]
    assert [(line["event"], line["actor"], line["subjects"]) for line in lines] == [
        (event, "Kreisarchiv", [made["id"]]) for event in ("key_added", "key_revoked", "login_refused")
    ]
