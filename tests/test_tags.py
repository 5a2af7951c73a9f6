"""ETag, 304 and HEAD: right after a new generation, for each language, on everything that programs fetch again and again."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from indexer.build import build
from service.app import create_app
from service.settings import ServiceSettings

TEXT = "Landkreis Musterbach\n\nDrucksachen-Nr.: 2024/017\n\nDatum: 03.05.2024\n\nDie Brücke am Mühlbach wird erneuert."


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "papiere"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    return folder


@pytest.fixture
def client(tmp_path: Path, source: Path) -> TestClient:
    settings = ServiceSettings(index=tmp_path / "index", encoder="hash")
    build(settings, [source])
    return TestClient(create_app(settings))


def addresses(client: TestClient) -> dict[str, bool]:
    """What is fetched again and again, and whether a further paper changes it."""
    hit = client.get("/api/v1/search", params={"q": "Brücke"}).json()["hits"][0]
    document, paper = f"/api/v1/documents/{hit['document']['id']}", f"/api/v1/papers/{hit['paper']['id']}"
    same = dict.fromkeys((document, f"{document}/text", f"{document}/file", f"{document}/boxes?start=0&end=9", paper), False)
    listed = ("/api/v1/about", "/api/v1/bodies", "/api/v1/search?q=Br%C3%BCcke", "/suche.atom?q=Br%C3%BCcke")
    return same | dict.fromkeys(listed, True) | {"/api/v1/papers?reference=2024/017": False}


def test_d20_what_a_client_has_already_is_not_sent_again_until_it_changes(client: TestClient, source: Path) -> None:
    before = {path: client.get(path) for path in addresses(client)}
    for path, response in before.items():
        tag = response.headers["etag"]
        for sent in (tag, f'"x", W/{tag}', "*"):
            again = client.get(path, headers={"If-None-Match": sent})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), path
        assert "no-cache" in again.headers["cache-control"]
        assert client.get(path, headers={"If-None-Match": '"another"'}).content == response.content
    changing = addresses(client)
    (source / "b.txt").write_text(TEXT.replace("017", "018").replace("Mühlbach", "Weiher"), encoding="utf-8")
    build(client.app.state.runtime.settings, [source])
    for path, response in before.items():
        now = client.get(path, headers={"If-None-Match": response.headers["etag"]})
        assert now.status_code == (200 if changing[path] else 304), path


def test_d20_languages_have_tags_of_their_own(client: TestClient) -> None:
    for path in ("/api/v1/about?", "/suche.atom?q=Br%C3%BCcke&"):
        tags = {client.get(f"{path}language={language}").headers["etag"] for language in ("de", "en")}
        assert len(tags) == 2
    feeds = [client.get("/suche.atom?q=Br%C3%BCcke", headers={"Accept-Language": language}) for language in ("de", "en")]
    assert feeds[0].headers["etag"] != feeds[1].headers["etag"]
    assert "Accept-Language" in feeds[0].headers["vary"]


def test_d20_head_has_the_headers_of_get_and_no_body(client: TestClient) -> None:
    for path in addresses(client):
        told, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        kept = [{k: v for k, v in one.headers.items() if k != "date"} for one in (told, head)]
        assert kept[0] == kept[1], path
        assert client.head(path, headers={"If-None-Match": told.headers["etag"]}).status_code == 304


def test_errors_are_neither_tagged_nor_kept(client: TestClient) -> None:
    response = client.get("/api/v1/papers/unknown", headers={"If-None-Match": "*"})
    assert (response.status_code, response.headers["cache-control"]) == (404, "no-store")
    assert "etag" not in response.headers
    assert response.headers["vary"].startswith("Accept-Language")
