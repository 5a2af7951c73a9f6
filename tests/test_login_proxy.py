"""Readers whom a server in front names: only listed servers, by the address of the connection, in one plain header each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import ValidationError

from indexer.errors import SettingsError
from service.app import create_app
from service.settings import ServiceSettings
from tests.conftest import Guarded

LISTED, HERE = "10.20.0.5", "127.0.0.1"
NAMED = {"X-Remote-User": "maria", "X-Remote-Groups": "Kantine, Amt"}
Headers = list[tuple[str, str]]


@pytest.fixture(scope="module")
def settings(guarded: Guarded, tmp_path_factory: pytest.TempPathFactory) -> ServiceSettings:
    return ServiceSettings(
        index=guarded.index,
        encoder="hash",
        state=tmp_path_factory.mktemp("state"),
        roles=guarded.roles,
        login_roles={"Amt": "verwaltung", "Ausschüsse": "ausschuss"},
        proxy_addresses=f"{LISTED}, 2001:db8::/64",
    )


@pytest.fixture(scope="module")
def app(settings: ServiceSettings) -> FastAPI:
    return create_app(settings)


def get(app: FastAPI, peer: str, headers: Any, path: str = "/hilfe") -> Any:
    return TestClient(app, client=(peer, 50_000), headers={"Accept-Language": "de"}).get(path, headers=headers)


def test_a_listed_server_names_the_reader(app: FastAPI, guarded: Guarded) -> None:
    page = get(app, LISTED, NAMED, f"/dokumente/{guarded.papers['internal'][1]}")
    assert page.status_code == 200
    assert "Angemeldet: maria (Rolle: verwaltung)." in page.text
    assert page.headers["cache-control"] == "private, no-store"
    assert "set-cookie" not in page.headers
    assert "/abmelden" not in page.text  # the login is not ours to end


def test_listed_are_networks_and_addresses_in_either_form(app: FastAPI) -> None:
    for peer, trusted in [("2001:db8::7", True), ("2001:db9::7", False), (f"::ffff:{LISTED}", True), ("testclient", False)]:
        assert ("Angemeldet" in get(app, peer, NAMED).text) is trusted


def test_somebody_without_a_role_reads_as_everybody(app: FastAPI) -> None:
    without: list[dict[str, str]] = [{}, {"X-Remote-User": "maria"}, {"X-Remote-User": ""}]
    for headers in (*without, {"X-Remote-User": "maria", "X-Remote-Groups": "Kantine"}):
        page = get(app, LISTED, headers)
        assert page.status_code == 200
        assert "Angemeldet" not in page.text


def test_a_server_on_this_computer_may_still_tell_scheme_and_address(app: FastAPI) -> None:
    for peer, scheme in ((HERE, "https"), (LISTED, "http")):
        assert f"{scheme}://testserver/" in get(app, peer, {"X-Forwarded-Proto": "https"}, "/opensearch.xml").text


def test_groups_may_have_umlauts(app: FastAPI) -> None:
    headers = {"X-Remote-User": "maria", "X-Remote-Groups": "Ausschüsse".encode()}
    assert "Rolle: ausschuss" in get(app, LISTED, headers).text


def test_a_question_counts_only_from_a_page_of_this_site(app: FastAPI) -> None:
    client = TestClient(app, client=(LISTED, 50_000), headers=NAMED)
    assert client.post("/suche", data={"text": ""}).status_code == 403
    assert client.post("/suche", data={"text": ""}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 422


def test_programs_and_feeds_stay_public(app: FastAPI, guarded: Guarded) -> None:
    for path in ("/api/v1/search?q=Karmesin", "/suche.atom?q=Karmesin"):
        assert "nummer" not in get(app, LISTED, NAMED, path).text
        assert guarded.papers["internal"][1] not in get(app, LISTED, NAMED, path).text


def forged() -> Iterator[tuple[str, str, Headers]]:
    """What others send to pass for a listed server, and what a listed one lets through that others added."""
    own = list(NAMED.items())
    chains = [LISTED, f"{LISTED}, 203.0.113.9", f"203.0.113.9, {LISTED}", f"{HERE}, {LISTED}", f"{LISTED}:443", f" {LISTED} "]
    chains += [f"for={LISTED}", "2001:db8::7", "[2001:db8::7]", f"::ffff:{LISTED}", "unknown", "", "," * 50 + LISTED]
    ways = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP", "Via", "X-Original-For", "X-Host"]
    for peer, way, chain in product(("203.0.113.9", HERE), ways, chains):
        yield f"{peer} {way} {chain[:30]}", peer, [*own, (way, f"for={chain}" if way == "Forwarded" else chain)]
    variants = ["X_Remote_User", "X-Remote_User", "x_remote-user", "X_REMOTE_USER", "X-Remote-User", "x-REMOTE-user"]
    for name, value in product(variants, ("chef", "maria", "")):
        yield f"beside: {name} {value}", LISTED, [*own, (name, value)]
        yield f"before: {name} {value}", LISTED, [(name, value), *own]
    groups = ["X_Remote_Groups", "X-Remote_Groups", "x_remote-groups", "X-Remote-Groups"]
    for name in groups:
        yield f"beside: {name}", LISTED, [*own, (name, "Amt")]
    for name in (*variants[:4], "Remote-User", "X-Remote-User-", "X-Forwarded-User", "X-RemoteUser"):
        yield f"instead: {name}", LISTED, [(name, "maria"), ("X-Remote-Groups", "Amt")]
    users = ("(null)", "-", "NULL", "maria, chef", "maria;chef", "a" * 201, "maria=chef", "<maria>", "maria\x00", "None")
    for user in users:
        yield f"name: {user[:20]!r}", LISTED, [("X-Remote-User", user), ("X-Remote-Groups", "Amt")]
    for value in ("amt", "Amt Soziales", "Amt\xa0", "Am", "Amt;Kantine", "*", "verwaltung"):
        yield f"group: {value!r}", LISTED, [("X-Remote-User", "maria"), ("X-Remote-Groups", value)]


def test_b9_no_forged_header_is_believed(app: FastAPI) -> None:
    cases = list(forged())
    assert len(cases) >= 200
    for name, peer, headers in cases:
        page = get(app, peer, [(key.encode(), value.encode("latin-1")) for key, value in headers])
        assert page.status_code in (200, 400), name
        assert "Angemeldet" not in page.text, name


def test_b9_it_is_off_by_default(settings: ServiceSettings) -> None:
    off = create_app(settings.model_copy(update={"proxy_addresses": None, "login_roles": {}}))
    for peer in (LISTED, HERE):
        assert "Angemeldet" not in get(off, peer, NAMED).text
    assert ServiceSettings().host == HERE


@pytest.mark.parametrize("addresses", ["0.0.0.0/0", "::/0", "10.0.0.0/0", "proxy.example", "10.20.0.5/8", "10.20.0"])
def test_b9_a_list_that_lets_everybody_in_or_cannot_be_read_is_refused(addresses: str) -> None:
    with pytest.raises(ValidationError):
        ServiceSettings(proxy_addresses=addresses)


@pytest.mark.parametrize("header", ["Authorization", "Cookie", "Host", "X-Forwarded-For", "X-Remote-Groups"])
def test_b9_a_header_that_is_something_else_names_nobody(settings: ServiceSettings, header: str) -> None:
    with pytest.raises(SettingsError, match="RATSLOTSE_PROXY_"):
        create_app(settings.model_copy(update={"proxy_user_header": header}))
    with pytest.raises(ValidationError):
        ServiceSettings(proxy_user_header="X_Remote_User")


def test_what_cannot_be_audited_is_not_shown(settings: ServiceSettings, guarded: Guarded, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    app = create_app(settings.model_copy(update={"state": tmp_path / "state"}))
    hidden, public = guarded.papers["internal"], guarded.papers["public"]
    page = get(app, LISTED, NAMED, f"/dokumente/{hidden[1]}")
    assert page.status_code == 503
    assert hidden[0] not in page.text
    assert page.headers["cache-control"] == "private, no-store"
    assert get(app, LISTED, NAMED, f"/api/v1/documents/{hidden[1]}/text").status_code == 503
    assert get(app, LISTED, NAMED, f"/dokumente/{public[1]}").status_code == 200
