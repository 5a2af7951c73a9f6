"""Errors that readers meet: plain words in their language, an id that stands in the log, nothing of the machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from indexer.errors import IndexMissing
from service.app import create_app
from service.settings import ServiceSettings
from service.web.language import preferred

PYDANTIC = re.compile(r"\b(?:Input|Field|should be|valid|unable to parse|characters? at most)\b")


@pytest.fixture(scope="module")
def client(sample_index: Path) -> TestClient:
    return TestClient(create_app(ServiceSettings(index=sample_index)), raise_server_exceptions=False)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nirgends", 404, "not_found"),
        ("GET", "/vorlagen/nope", 404, "not_found"),
        ("DELETE", "/hilfe", 405, "not_allowed"),
        ("POST", "/", 413, "too_large"),
        ("GET", "/%1b[31mrot", 404, "not_found"),
    ],
)
def test_d17_an_error_page_says_what_to_do_and_has_an_id_that_stands_in_the_log(
    method: str, path: str, status: int, code: str, language: str, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    sent = b"question=" + b"a" * 200_000 if status == 413 else None
    response = client.request(method, path, content=sent, headers={"Accept-Language": language})
    page = LexborHTMLParser(response.text)
    assert (response.status_code, page.css_first("html").attributes["lang"]) == (status, language)
    assert page.css_first("title").text().startswith(page.css_first("h1").text())
    assert {link.attributes["href"] for link in page.css("main a")} == {"/", "/suche", "/hilfe"}
    (identifier,) = re.findall(r"\b[0-9a-f]{8}\b", page.css_first("main .quiet").text())
    assert f"error {identifier} {code} {status} {method} " in caplog.text
    assert "\x1b" not in caplog.text


def test_what_people_search_for_does_not_stand_in_the_log(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/api/v1/search", params={"q": "Kranichwiese", "limit": "viele"})
    assert "bad_parameter" in caplog.text
    assert "Kranichwiese" not in caplog.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"q": "x", "limit": "viele"}, "Die Angabe „limit“ muss eine ganze Zahl sein."),
        ({"q": "x", "limit": "0"}, "Die Angabe „limit“ muss mindestens 1 sein."),
        ({"q": "x", "date_from": "gestern"}, "Die Angabe „date_from“ muss ein Datum sein, zum Beispiel 2025-03-31."),
        ({"q": "x", "sort": "x"}, "Die Angabe „sort“ muss einer dieser Werte sein: 'relevance' oder 'date'."),
    ],
)
def test_a_value_that_does_not_fit_is_explained_in_our_words(query: dict[str, str], said: str, client: TestClient) -> None:
    german, english = (
        client.get("/api/v1/search", params=query, headers={"Accept-Language": language}).json() for language in ("de", "en")
    )
    assert german["detail"] == f"{said} Bitte berichtigen Sie sie."
    assert not PYDANTIC.search(german["detail"])
    assert english["detail"].endswith("Please correct it.")


def test_a_broken_index_tells_the_reader_nothing_of_the_machine_and_the_log_everything(
    sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(ServiceSettings(index=sample_index))

    def missing() -> None:
        raise IndexMissing(index=tmp_path)

    monkeypatch.setattr(app.state.runtime.public, "generation", missing)
    response = TestClient(app).get("/", headers={"Accept-Language": "de"})
    assert (response.status_code, response.headers["retry-after"]) == (503, "60")
    assert "Zurzeit nicht erreichbar" in response.text
    assert str(tmp_path) not in response.text
    assert str(tmp_path) in caplog.text


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("de;q=0.5, en;q=0.9", "en"),
        ("en;q=0.5, de;q=0.9", "de"),
        ("fr-FR, fr;q=0.9, en;q=0.2", "en"),
        ("en;q=0, fr", "de"),
        ("den, ende", "de"),
        ("en;q=abc, de;q=0.1", "de"),
        ("en, de", "en"),
    ],
)
def test_the_weights_of_accept_language_count(accepted: str, language: str) -> None:
    assert preferred(accepted) == language
