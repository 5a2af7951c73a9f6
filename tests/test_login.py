"""Logging in by OpenID Connect, against a provider on this computer that keeps to the rules or breaks one of them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from fastapi import FastAPI
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from indexer.errors import SettingsError
from service.access.oidc import Provider
from service.access.sessions import IDLE, LONGEST
from service.app import create_app
from service.cli import main
from service.kept.stores import open_stores
from service.settings import ServiceSettings
from tests.conftest import Guarded
from tests.oidc_server import CLIENT, SECRET, OidcServer, rsa_key, running

SITE = "http://127.0.0.1:8000"
SAME = {"Sec-Fetch-Site": "same-origin"}
FOREIGN = rsa_key("erster")  # somebody else's, under the provider's name for its own


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcServer]:
    with running() as one:
        yield one


@pytest.fixture(scope="module")
def settings(provider: OidcServer, guarded: Guarded, tmp_path_factory: pytest.TempPathFactory) -> ServiceSettings:
    return ServiceSettings(
        index=guarded.index,
        encoder="hash",
        state=tmp_path_factory.mktemp("state"),
        roles=guarded.roles,
        public_url=SITE,
        oidc_issuer=provider.address,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        login_roles={"Amt": "verwaltung", "Ausschuss": "ausschuss"},
    )


@pytest.fixture(scope="module")
def app(settings: ServiceSettings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def client(app: FastAPI, settings: ServiceSettings, provider: OidcServer) -> TestClient:
    """A browser that has not logged in, at a provider that is as it should be."""
    provider.reset()
    app.state.access.provider = Provider(settings, open_stores(settings))
    return TestClient(app, base_url=SITE, follow_redirects=False, headers={"Accept-Language": "de"})


def begun(client: TestClient, target: str = "/hilfe") -> str:
    """The address at our service that the provider sends the reader back to."""
    there = client.get("/anmelden", params={"zurueck": target}).headers["location"]
    return str(httpx.get(there).headers["location"])


def login(client: TestClient) -> httpx.Response:
    return client.get(begun(client))  # type: ignore[return-value]


def is_in(client: TestClient) -> bool:
    return "Angemeldet: " in client.get("/hilfe").text


def test_who_logs_in_sees_what_their_role_may_see_and_is_told_so(client: TestClient, guarded: Guarded) -> None:
    hidden, public = guarded.papers["internal"][1], guarded.papers["public"][1]
    assert client.get(f"/dokumente/{hidden}").status_code == 404
    response = login(client)
    assert (response.status_code, response.headers["location"]) == (303, "/hilfe")
    page = client.get(f"/dokumente/{hidden}")
    assert "Karmesin" in page.text
    assert "Angemeldet: maria (Rolle: verwaltung)." in page.text
    assert "Sie sehen auch nicht öffentliche Unterlagen" in page.text
    assert page.headers["cache-control"] == "private, no-store"
    assert {"Authorization", "Cookie"} <= set(re.split(r",\s*", page.headers["vary"]))
    assert client.get(f"/dokumente/{public}").status_code == 200
    assert client.get(f"/dokumente/{guarded.papers['sozialausschuss'][1]}").status_code == 404


def test_without_a_login_no_cookie_is_set_and_the_page_offers_one(client: TestClient) -> None:
    page = client.get("/suche?q=Plan")
    assert "set-cookie" not in page.headers
    assert 'href="/anmelden?zurueck=/suche%3Fq%3DPlan"' in page.text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: TestClient, settings: ServiceSettings) -> None:
    cookies = login(client).headers.get_list("set-cookie")
    session = next(one for one in cookies if one.startswith("ratslotse="))
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(session.split("; "))
    assert any(one.startswith("ratslotse_anmeldung=; Max-Age=0") for one in cookies)
    safe = create_app(settings.model_copy(update={"public_url": "https://rat.musterbach.example"}))
    cookie = safe.state.access.sessions.begin("maria", "verwaltung", "")
    assert cookie.startswith("__Host-ratslotse=")
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Lax; Secure")


@pytest.mark.parametrize(
    "target", ["//fremd.example", "/\\fremd.example", "https://fremd.example", "fremd", "/a\r\nb", "", "/" * 1100]
)
def test_a_login_leads_to_a_page_of_this_site_only(client: TestClient, target: str) -> None:
    assert client.get(begun(client, target)).headers["location"] == "/"


def bent(name: str, change: Callable[[Any], Any]) -> Callable[[OidcServer], None]:
    return lambda provider: provider.bend.update({name: change})


def claims(**changes: Any) -> Callable[[OidcServer], None]:
    """None: the claim is missing. "now" in front: seconds from now."""
    return bent("claims", lambda said: {k: v for k, v in (said | changes).items() if v is not None})


def now(seconds: float) -> float:
    return int(time.time()) + seconds


def signed(make: Callable[[dict[str, Any], dict[str, Any]], str]) -> Callable[[OidcServer], None]:
    return lambda provider: setattr(provider, "sign", make)


def part(value: object) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unsigned(alg: str) -> Callable[[OidcServer], None]:
    return signed(lambda header, said: f"{part(header | {'alg': alg})}.{part(said)}.")


def hmac_with(secret: Callable[[OidcServer], bytes]) -> Callable[[OidcServer], None]:
    def bend(provider: OidcServer) -> None:
        def sign(header: dict[str, Any], said: dict[str, Any]) -> str:
            text = f"{part(header | {'alg': 'HS256'})}.{part(said)}"
            return f"{text}.{part(hmac.digest(key, text.encode(), 'sha256'))}"

        key = secret(provider)
        provider.sign = sign

    return bend


def forged(**header: Any) -> Callable[[OidcServer], None]:
    return signed(lambda honest, said: jwt.encode(honest | header, said, FOREIGN))


def tampered(provider: OidcServer) -> None:
    def bend(answer: dict[str, Any]) -> dict[str, Any]:
        head, _, signature = answer["id_token"].split(".")
        said = {"iss": provider.address, "aud": CLIENT, "sub": "1", "iat": now(0), "exp": now(300), "roles": ["Amt"]}
        return answer | {"id_token": f"{head}.{part(said)}.{signature}"}

    provider.bend["token"] = bend


def extended(provider: OidcServer) -> None:
    def sign(header: dict[str, Any], said: dict[str, Any]) -> str:
        text = f"{part(header | {'crit': ['zukunft'], 'zukunft': 1})}.{part(said)}"
        return f"{text}.{part(private.sign(text.encode(), PKCS1v15(), SHA256()))}"

    private = cast(RSAKey, provider.key).private_key
    provider.sign = sign


def known_secret(provider: OidcServer) -> None:
    """A symmetric key among the published ones."""
    key = OctKey.import_key(b"x" * 32, {"kid": "geteilt"})
    provider.bend["keys"] = lambda said: {"keys": [*said["keys"], key.as_dict()]}
    provider.sign = lambda header, said: jwt.encode(header | {"alg": "HS256", "kid": "geteilt"}, said, key, algorithms=["HS256"])


def of_another_use(provider: OidcServer) -> None:
    provider.bend["keys"] = lambda said: {"keys": [one | {"use": "enc"} for one in said["keys"]]}


BAD_TOKENS: dict[str, Callable[[OidcServer], None]] = {
    "alg none": unsigned("none"),
    "alg None": unsigned("None"),
    "alg missing": signed(lambda header, said: f"{part({'kid': header['kid']})}.{part(said)}."),
    "signature empty": unsigned("RS256"),
    "HS256 with the public key": hmac_with(lambda provider: provider.key.as_pem(private=False)),
    "HS256 with the client's secret": hmac_with(lambda _: SECRET.encode().ljust(32, b"-")),
    "HS256 with a published key": known_secret,
    "a key of another use": of_another_use,
    "another's key under a known name": forged(),
    "another's key under an unknown name": forged(kid="fremd"),
    "another's key without a name": signed(lambda header, said: jwt.encode({"alg": header["alg"]}, said, FOREIGN)),
    "another's key brought along": forged(jwk=FOREIGN.as_dict(private=False)),
    "another's key at an address": forged(jku="https://fremd.example/keys"),
    "an extension that must be known": extended,
    "words changed after signing": tampered,
    "encrypted": signed(lambda *_: "a.b.c.d.e"),
    "two parts": signed(lambda header, said: f"{part(header)}.{part(said)}"),
    "no token": signed(lambda *_: "kein Token"),
    "claims that are a list": signed(lambda header, _: f"{part(header)}.{part([1])}.{part(b'x')}"),
    "another issuer": claims(iss="https://fremd.example"),
    "the issuer with a slash": bent("claims", lambda said: said | {"iss": said["iss"] + "/"}),
    "no issuer": claims(iss=None),
    "another audience": claims(aud="anderes-programm"),
    "no audience": claims(aud=None),
    "an audience that begins alike": claims(aud=f"{CLIENT}-zwei"),
    "two audiences, for nobody in particular": claims(aud=[CLIENT, "anderes-programm"]),
    "two audiences, for the other": claims(aud=[CLIENT, "anderes-programm"], azp="anderes-programm"),
    "for another party": claims(azp="anderes-programm"),
    "an audience that is a number": claims(aud=[1]),
    "expired": bent("claims", lambda said: said | {"iat": now(-900), "exp": now(-61)}),
    "no expiry": claims(exp=None),
    "expiry as text": claims(exp="nie"),
    "expiry that is no number": claims(exp=float("nan")),
    "expiry true": claims(exp=True),
    "issued in the future": bent("claims", lambda said: said | {"iat": now(120)}),
    "no time of issue": claims(iat=None),
    "not yet valid": bent("claims", lambda said: said | {"nbf": now(120)}),
    "no nonce": claims(nonce=None),
    "another nonce": claims(nonce="von-anderswo"),
    "nobody": claims(sub=None),
    "an empty name": claims(sub=""),
    "a name that is a number": claims(sub=4711),
    "another access token": claims(at_hash=part(hashlib.sha256(b"anderer").digest()[:16])),
    "no ID token": bent("token", lambda said: {k: v for k, v in said.items() if k != "id_token"}),
    "an ID token that is a number": bent("token", lambda said: said | {"id_token": 1}),
    "an answer that is a page": bent("token", lambda _: "<html>Anmeldung erfolgreich</html>"),
    "an answer that is a list": bent("token", lambda _: [1]),
    "an error": bent("token", lambda _: {"error": "invalid_grant"}),
    "no role": claims(roles=None),
    "another role": claims(roles=["Gast"]),
    "a role that begins alike": claims(roles=["Amt2", "am", "amt"]),
    "roles in a table": claims(roles={"Amt": True}),
}


@pytest.mark.parametrize("case", BAD_TOKENS)
def test_b10_what_a_provider_must_not_say_is_not_believed(client: TestClient, provider: OidcServer, case: str) -> None:
    BAD_TOKENS[case](provider)
    response = login(client)
    assert response.status_code == 403
    assert not any(one.startswith("ratslotse=") for one in response.headers.get_list("set-cookie"))
    assert not is_in(client)


def changed_answer(**changes: str | None) -> Callable[[TestClient, str], httpx.Response]:
    def ask(client: TestClient, back: str) -> Any:
        query = dict(parse_qsl(urlsplit(back).query)) | changes
        return client.get(f"/anmelden/zurueck?{urlencode({k: v for k, v in query.items() if v is not None})}")

    return ask


def twice(name: str) -> Callable[[TestClient, str], httpx.Response]:
    def ask(client: TestClient, back: str) -> Any:
        return client.get(f"{back}&{name}={parse_qs(urlsplit(back).query)[name][0]}")

    return ask


def swapped(name: str) -> Callable[[TestClient, str], httpx.Response]:
    """With the parameter of a login of the same person that began before."""

    def ask(client: TestClient, back: str) -> Any:
        other = parse_qs(urlsplit(begun(TestClient(client.app, base_url=SITE, follow_redirects=False))).query)[name][0]
        return changed_answer(**{name: other})(client, back)

    return ask


def without_ticket(client: TestClient, back: str) -> Any:
    return TestClient(client.app, base_url=SITE, follow_redirects=False).get(back)


def two_tickets(client: TestClient, back: str) -> Any:
    ticket = client.cookies["ratslotse_anmeldung"]
    fresh = TestClient(client.app, base_url=SITE, follow_redirects=False)
    return fresh.get(back, headers={"Cookie": f"ratslotse_anmeldung={ticket}; ratslotse_anmeldung={ticket}"})


def replayed(client: TestClient, back: str) -> Any:
    fresh = TestClient(client.app, base_url=SITE, follow_redirects=False, cookies=dict(client.cookies))
    assert client.get(back).status_code == 303
    client.cookies.clear()
    return fresh.get(back)


def too_late(client: TestClient, back: str) -> Any:
    provider: Provider = client.app.state.access.provider  # type: ignore[attr-defined]
    clock = provider._clock
    provider._clock = lambda: clock() + 601
    return client.get(back)


BAD_ANSWERS: dict[str, Callable[[TestClient, str], httpx.Response]] = {
    "no state": changed_answer(state=None),
    "another state": changed_answer(state="von-anderswo"),
    "the state of another login": swapped("state"),
    "state twice": twice("state"),
    "no code": changed_answer(code=None),
    "an unknown code": changed_answer(code="erfunden"),
    "the code of another login": swapped("code"),
    "code twice": twice("code"),
    "an error": changed_answer(error="access_denied"),
    "another issuer": changed_answer(iss="https://fremd.example"),
    "another browser": without_ticket,
    "two tickets": two_tickets,
    "a second time": replayed,
    "too late": too_late,
}


@pytest.mark.parametrize("case", BAD_ANSWERS)
def test_b10_an_answer_counts_once_in_the_browser_that_asked_for_it(client: TestClient, case: str) -> None:
    response = BAD_ANSWERS[case](client, begun(client))
    assert response.status_code == 403
    assert not any(one.startswith("ratslotse=") for one in response.headers.get_list("set-cookie"))
    assert not is_in(client)


def test_b10_a_provider_that_promises_its_name_must_give_it(client: TestClient, provider: OidcServer) -> None:
    provider.bend["document"] = lambda said: said | {"authorization_response_iss_parameter_supported": True}
    assert login(client).status_code == 403
    provider.bend["answer"] = lambda said: said | {"iss": provider.address}
    assert login(client).status_code == 303


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://fremd.example"},
        {"token_endpoint": None},
        {"jwks_uri": "ftp://fremd.example"},
        {"authorization_endpoint": 1},
    ],
    ids=str,
)
def test_b10_a_provider_of_another_name_is_not_asked(client: TestClient, provider: OidcServer, change: dict[str, Any]) -> None:
    provider.bend["document"] = lambda said: said | change
    response = client.get("/anmelden")
    assert response.status_code == 503
    assert "set-cookie" not in response.headers


def test_a_provider_that_is_gone_is_told_and_reading_goes_on(client: TestClient, settings: ServiceSettings, app: FastAPI) -> None:
    app.state.access.provider = Provider(settings.model_copy(update={"oidc_issuer": "http://127.0.0.1:9"}), open_stores(settings))
    response = client.get("/anmelden")
    assert (response.status_code, response.headers["retry-after"]) == (503, "60")
    assert client.get("/hilfe").status_code == 200


def test_b10_a_new_key_of_the_provider_counts_and_one_it_took_back_does_not(client: TestClient, provider: OidcServer) -> None:
    assert login(client).status_code == 303
    old = provider.key
    provider.key = ECKey.generate_key("P-256", {"kid": "zweiter", "use": "sig"}, private=True)
    assert login(client).status_code == 303
    provider.sign = lambda _, said: jwt.encode({"alg": "RS256", "kid": old.kid}, said, old)
    assert login(client).status_code == 403
    asked = provider.asked.count("/keys")
    for _ in range(3):  # nobody can make us ask the provider for keys all the time
        assert login(client).status_code == 403
    assert provider.asked.count("/keys") == asked
    provider.key = old


@pytest.mark.parametrize("change", [{"exp": -30}, {"iat": 30}, {"nbf": 30}], ids=str)
def test_b10_clocks_may_differ_by_a_minute(client: TestClient, provider: OidcServer, change: dict[str, int]) -> None:
    provider.bend["claims"] = lambda said: said | {name: now(seconds) for name, seconds in change.items()}
    assert login(client).status_code == 303


def test_roles_may_lie_inside_a_claim_and_the_first_of_the_settings_counts(
    client: TestClient, provider: OidcServer, settings: ServiceSettings, app: FastAPI
) -> None:
    app.state.access.provider = Provider(settings.model_copy(update={"oidc_claim": "realm_access.roles"}), open_stores(settings))
    provider.person = {"sub": "1", "realm_access": {"roles": ["Ausschuss", "Amt", "offline_access"]}}
    assert login(client).status_code == 303
    assert "Angemeldet: 1 (Rolle: verwaltung)." in client.get("/hilfe").text


def test_b10_logging_out_ends_the_login_wherever_its_cookie_is(client: TestClient, provider: OidcServer) -> None:
    login(client)
    copied = TestClient(client.app, base_url=SITE, cookies=dict(client.cookies), headers={"Accept-Language": "de"})
    assert is_in(copied)
    assert client.post("/abmelden").status_code == 403  # no page of this site sent it
    assert client.post("/abmelden", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.get("/abmelden").status_code == 405
    assert is_in(client)
    page = client.post("/abmelden", headers=SAME)
    assert "Sie sind abgemeldet" in page.text
    assert "Angemeldet: " not in page.text
    assert f'href="{provider.address}/end_session?id_token_hint=' in page.text
    assert not client.cookies
    ended = copied.get("/hilfe")
    assert ended.status_code == 401
    assert "Ihre Anmeldung ist beendet" in ended.text
    assert ended.headers["set-cookie"].startswith("ratslotse=; ")
    assert "Max-Age=0" in ended.headers["set-cookie"]


def test_b22_nothing_is_changed_for_who_is_logged_in_unless_a_page_of_this_site_asks(client: TestClient) -> None:
    login(client)
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://fremd.example"}):
        for path in ("/", "/suche", "/antwort/export", "/antwort/teilen", "/antwort/urteil", "/abmelden"):
            assert client.post(path, data={"question": "Plan?"}, headers=headers).status_code == 403, path
    assert client.post("/", data={"question": "Plan Karmesin?"}, headers=SAME).status_code == 200


def test_b10_a_new_login_takes_a_new_name_and_ends_the_old_one(client: TestClient) -> None:
    login(client)
    before = dict(client.cookies)
    login(client)
    assert client.cookies["ratslotse"] != before["ratslotse"]
    assert TestClient(client.app, base_url=SITE, cookies=before).get("/hilfe").status_code == 401


def test_b10_a_name_of_a_session_cannot_be_made_up(client: TestClient) -> None:
    login(client)
    good = client.cookies["ratslotse"]
    name, _, signature = good.partition(".")
    for value in ("x", name, f"{name}.{signature[:-1]}", f"{name[:-1]}.{signature}", f"{good}x", f".{signature}", "ü"):
        fresh = TestClient(client.app, base_url=SITE)
        assert fresh.get("/hilfe", headers={"Cookie": f"ratslotse={value}".encode()}).status_code == 401
    doubled = TestClient(client.app, base_url=SITE).get("/hilfe", headers={"Cookie": f"ratslotse={good}; ratslotse={good}"})
    assert doubled.status_code == 401


@pytest.mark.parametrize(("steps", "lasts"), [([IDLE - 1] * 3, True), ([IDLE + 1], False), ([IDLE - 60] * 11, False)])
def test_a24_a_login_ends_when_nobody_uses_it_and_after_a_working_day(
    client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch, steps: list[int], lasts: bool
) -> None:
    sessions = app.state.access.sessions
    passed = [sessions._clock()]
    monkeypatch.setattr(sessions, "_clock", lambda: passed[0])
    login(client)
    monkeypatch.setattr(time, "time", lambda: 4e9)  # nobody's clock makes a login longer or shorter
    assert sum(steps) > LONGEST or lasts or len(steps) == 1
    statuses = []
    for step in steps:
        passed[0] += step
        statuses.append(client.get("/hilfe").status_code)
    assert (401 not in statuses) is lasts


def test_b5_a_login_that_the_operator_ends_is_over_with_the_next_request(
    client: TestClient, settings: ServiceSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RATSLOTSE_STATE", str(settings.state))
    for arguments, over in ((["other"], False), (["maria"], True), ([], True)):
        login(client)
        main(["logins", "end", *arguments])
        assert (client.get("/hilfe").status_code == 401) is over
        client.cookies.clear()


def test_b24_logins_stand_in_the_log_questions_do_not(
    client: TestClient, provider: OidcServer, settings: ServiceSettings, guarded: Guarded
) -> None:
    log = Path(settings.state_folder) / "audit.jsonl"
    log.unlink(missing_ok=True)
    (log.parent / "audit.head").unlink(missing_ok=True)
    login(client)
    hidden = guarded.papers["internal"][1]
    client.get(f"/dokumente/{hidden}")
    client.get(f"/dokumente/{guarded.papers['public'][1]}")
    client.post("/", data={"question": "Was kostet der Plan Karmesin?"}, headers=SAME)
    client.post("/abmelden", headers=SAME)
    changed_answer(state="falsch")(client, begun(client))  # anybody can send that, as often as they like
    provider.bend["claims"] = lambda said: said | {"roles": []}
    login(client)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(line["event"], line["actor"]) for line in lines] == [
        *(("login", "maria"), ("access", "maria"), ("access", "maria"), ("logout", "maria"), ("login_refused", "4711"))
    ]
    assert lines[1]["subjects"] == lines[2]["subjects"] == [hidden]
    assert "Karmesin" not in log.read_text()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"oidc_client_id": None}, "OIDC_CLIENT_ID"),
        ({"oidc_issuer": None, "oidc_client_id": None}, "OIDC_CLIENT_SECRET"),
        ({"oidc_issuer": "http://sso.musterbach.example"}, "OIDC_ISSUER"),
        ({"public_url": None}, "PUBLIC_URL"),
        ({"public_url": "http://rat.musterbach.example"}, "PUBLIC_URL"),
        ({"login_roles": {}}, "LOGIN_ROLES"),
        ({"login_roles": {"Amt": "unbekannt"}}, "LOGIN_ROLES"),
        ({"proxy_addresses": "127.0.0.1"}, "PROXY_ADDRESSES"),
    ],
    ids=str,
)
def test_settings_that_contradict_each_other_stop_it(settings: ServiceSettings, changes: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError, match=f"RATSLOTSE_{named}"):
        create_app(settings.model_copy(update=changes))
