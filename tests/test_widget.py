"""The widget's server side: exactly the sites allowed may ask from their pages, and frame the chat; nobody else."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient

from indexer.errors import SettingsError
from indexer.settings import load
from service.app import create_app
from service.headers import HEADERS
from service.settings import ServiceSettings

SITE = "https://www.landkreis.example"
OTHER = "http://intranet.example:8080"
ASKED = {"question": "Wo bieten Pflegeheime Kurzzeitpflege an?"}
TRICKS = [
    "null",
    "https://www.landkreis.example.evil.example",
    "https://evil.example/https://www.landkreis.example",
    "https://wwwxlandkreis.example",
    "https://evil-www.landkreis.example",
    "https://sub.www.landkreis.example",
    "https://landkreis.example",
    "http://www.landkreis.example",
    "https://www.landkreis.example:8443",
    "https://www.landkreis.example:443",
    "https://www.landkreis.example/",
    "https://www.landkreis.example, http://intranet.example:8080",
    "https://user@www.landkreis.example",
    "https://www.landkreis.example.",
    "HTTPS://WWW.LANDKREIS.EXAMPLE",
    "http://intranet.example",
    "http://intranet.example:80800",
    "https://*.example",
    "*",
    "",
    "file://",
]


@pytest.fixture(scope="module")
def client(built) -> TestClient:
    settings = ServiceSettings(index=built.settings.index, encoder="hash", widget_origins=f"{SITE}, {OTHER}")
    return TestClient(create_app(settings))


@pytest.fixture(scope="module")
def closed(built) -> TestClient:
    return TestClient(create_app(ServiceSettings(index=built.settings.index, encoder="hash")))


def cors(headers) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.startswith("access-control-")}


@pytest.mark.parametrize("site", [SITE, OTHER])
def test_b22_an_allowed_site_asks_and_reads_the_answer(client: TestClient, site: str) -> None:
    headers = {"Origin": site, "Sec-Fetch-Site": "cross-site"}
    answers = [
        client.post("/api/v1/ask", json=ASKED, headers=headers),
        client.post("/api/v1/ask", json=ASKED, headers=headers | {"Accept": "text/event-stream"}),
        client.get("/api/v1/search", params={"q": "Kurzzeitpflege"}, headers=headers),
        client.get("/api/v1/about", headers=headers),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert cors(answer.headers) == {"access-control-allow-origin": site}
        assert "Origin" in answer.headers["vary"]
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_b22_an_allowed_site_can_read_what_went_wrong(client: TestClient) -> None:
    too_large = client.post("/api/v1/ask", content=b"x" * 200_000, headers={"Origin": SITE})
    empty = client.post("/api/v1/ask", json={"question": ""}, headers={"Origin": SITE})
    for answer, status in ((too_large, 413), (empty, 422)):
        assert answer.status_code == status
        assert cors(answer.headers) == {"access-control-allow-origin": SITE}


def test_b22_an_allowed_site_can_read_a_fault_of_ours(built, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(ServiceSettings(index=built.settings.index, encoder="hash", widget_origins=SITE))
    monkeypatch.setattr(app.state.runtime.public, "generation", lambda: 1 / 0)
    answer = TestClient(app, raise_server_exceptions=False).get("/api/v1/about", headers={"Origin": SITE})
    assert answer.status_code == 500
    assert cors(answer.headers) == {"access-control-allow-origin": SITE}
    assert answer.headers["vary"] == "Accept-Language, Origin"


@pytest.mark.parametrize("origin", TRICKS)
def test_b22_any_other_origin_is_refused_and_reads_nothing(client: TestClient, origin: str) -> None:
    asked = client.post("/api/v1/ask", json=ASKED, headers={"Origin": origin})
    assert asked.status_code == 403
    assert asked.headers["content-type"] == "application/problem+json"
    assert asked.json()["type"] == "urn:ratslotse:problem:foreign_site"
    searched = client.get("/api/v1/search", params={"q": "Kurzzeitpflege"}, headers={"Origin": origin})
    for answer in (asked, searched):
        assert cors(answer.headers) == {}
        assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("origin", [SITE, *TRICKS])
def test_b22_without_the_setting_no_other_site_may_ask(closed: TestClient, origin: str) -> None:
    answer = closed.post("/api/v1/ask", json=ASKED, headers={"Origin": origin})
    assert (answer.status_code, cors(answer.headers)) == (403, {})


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://testserver"}, {"Sec-Fetch-Site": "same-origin", "Origin": "https://x"}]
)
def test_b22_programs_and_pages_of_our_own_go_on(client: TestClient, closed: TestClient, headers: dict[str, str]) -> None:
    for one in (client, closed):
        answer = one.post("/api/v1/ask", json=ASKED, headers=headers)
        assert (answer.status_code, cors(answer.headers)) == (200, {})


def test_b22_the_browser_s_word_counts_more_than_a_host_that_fits(client: TestClient) -> None:
    headers = {"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"}
    assert client.post("/api/v1/ask", json=ASKED, headers=headers).status_code == 403


def test_b22_two_origins_are_none(client: TestClient) -> None:
    answer = client.post("/api/v1/ask", json=ASKED, headers=[("Origin", SITE), ("Origin", SITE)])
    assert (answer.status_code, cors(answer.headers)) == (403, {})


def preflight(client: TestClient, path: str, origin: str):
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    return client.options(path, headers={"Origin": origin, **asked})


@pytest.mark.parametrize("path", ["/api/v1/ask", "/api/v1/search", "/api/v1/about"])
def test_b22_the_question_before_the_question(client: TestClient, path: str) -> None:
    answer = preflight(client, path, SITE)
    assert answer.status_code == 204
    assert cors(answer.headers) == {
        "access-control-allow-origin": SITE,
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "content-type",
        "access-control-max-age": "600",
    }
    for origin in TRICKS:
        refused = preflight(client, path, origin)
        assert (refused.status_code, cors(refused.headers)) == (403, {})


def test_b22_nothing_else_is_shared(client: TestClient) -> None:
    identifier = client.get("/api/v1/search", params={"q": "Kurzzeitpflege"}).json()["hits"][0]["document"]["id"]
    paths = ["/", "/suche?q=Pflege", "/einbetten", f"/api/v1/documents/{identifier}", f"/api/v1/documents/{identifier}/file"]
    for path in (*paths, "/api/v1/bodies", "/api/v1/openapi.json", "/health/ready", "/nirgends", "/static/x/style.css"):
        answer = client.get(path, headers={"Origin": SITE})
        assert cors(answer.headers) == {}
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-credentials" not in answer.headers
    assert preflight(client, "/api/v1/bodies", SITE).status_code == 403


def test_b13_only_the_page_for_frames_may_be_framed_and_only_by_allowed_sites(client: TestClient, closed: TestClient) -> None:
    policy = client.get("/einbetten").headers["content-security-policy"]
    assert policy == HEADERS["Content-Security-Policy"].replace("frame-ancestors 'none'", f"frame-ancestors {OTHER} {SITE}")
    for answer in (closed.get("/einbetten"), client.get("/"), client.get("/widget.js"), client.get("/hilfe")):
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_the_page_for_frames_is_a_form_without_scripts(client: TestClient) -> None:
    page = client.get("/einbetten", params={"body": "Landkreis Musterbach", "language": "en"}).text
    assert 'action="/?language=en#antwort" target="_blank"' in page
    assert 'name="body" value="Landkreis Musterbach"' in page
    assert 0 < page.find("An AI answers here, not a human.") < page.find("<textarea")  # C10: before the first input
    assert 'action="/suche"' in client.get("/einbetten?mode=search").text
    assert "<img" not in client.get("/einbetten", params={"body": "<img src=x>"}).text
    assert client.get("/einbetten?mode=x").status_code == 422


def test_d19_the_address_of_the_script_stays_and_its_files_are_kept(client: TestClient) -> None:
    stub = client.get("/widget.js")
    assert stub.headers["content-type"].startswith("text/javascript")
    assert stub.headers["cache-control"] == "public, max-age=600"
    assert client.get("/widget.js", headers={"If-None-Match": stub.headers["etag"]}).status_code == 304
    assert client.get("/widget.js", headers={"If-None-Match": '"older"'}).status_code == 200
    module = client.get(json.loads(stub.text.removeprefix("import ").removesuffix(";\n")))
    assert module.headers["cache-control"] == "public, max-age=31536000, immutable"
    for answer in (stub, module):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert "set-cookie" not in answer.headers


def test_c10_that_an_ai_answers_is_told_before_and_with_each_answer(client: TestClient) -> None:
    for language, word in (("de", "KI"), ("en", "AI")):
        assert word in client.get("/api/v1/about", params={"language": language}).json()["ai_notice"]
        for question in (ASKED["question"], "Hallo", "Wie hoch ist der Mount Everest?"):
            answer = client.post("/api/v1/ask", json={"question": question, "language": language}).json()
            assert word in answer["ai_notice"]


@pytest.mark.parametrize(
    "value",
    [
        "*",
        "https://*.landkreis.example",
        "null",
        "https://www.landkreis.example/",
        "https://www.landkreis.example/pfad",
        "www.landkreis.example",
        "HTTPS://www.landkreis.example",
        "https://Landkreis.example",
        "https://kreis-börde.example",
        "https://www.landkreis.example:443",
        "http://www.landkreis.example:80",
        "https://user@www.landkreis.example",
        "https://www.landkreis.example https://x.example",
        "https://www.landkreis.example; script-src *",
        "ftp://www.landkreis.example",
        f"{SITE}, https://*",
    ],
)
def test_an_origin_that_no_browser_would_send_stops_the_start(value: str) -> None:
    with pytest.raises(SettingsError, match="RATSLOTSE_WIDGET_ORIGINS"):
        load(ServiceSettings, {"RATSLOTSE_WIDGET_ORIGINS": value})


@pytest.mark.parametrize(
    ("value", "sites"),
    [
        ("", set()),
        (f" {SITE} ,,{OTHER}, ", {SITE, OTHER}),
        ("http://127.0.0.1:8080,http://[::1]:8080", {"http://127.0.0.1:8080", "http://[::1]:8080"}),
        ("https://xn--kreis-brde-p4a.example", {"https://xn--kreis-brde-p4a.example"}),
    ],
)
def test_origins_as_browsers_send_them_are_taken(value: str, sites: set[str]) -> None:
    assert load(ServiceSettings, {"RATSLOTSE_WIDGET_ORIGINS": value}).widget_sites == sites
