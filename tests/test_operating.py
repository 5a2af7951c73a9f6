"""The operator's page: not there without a password, closed without the right one, and a button that does what it says."""

from __future__ import annotations

import base64
import os
import re
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from indexer.books import open_books
from indexer.build import build
from indexer.errors import SettingsError
from indexer.settings import load
from service.app import create_app
from service.settings import ServiceSettings

PASSWORD = "Schlüssel zum Rathaus"
HOSTILE = "<script>alert(1)</script>.pdf"
PATHS = ("/betrieb", "/api/v1/operator/books")


def credentials(password: str, user: str = "betrieb") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


RIGHT = credentials(PASSWORD)
FORM = RIGHT | {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, write, papers, half_read) -> tuple[Path, Path]:
    """A folder and its index."""
    root = tmp_path_factory.mktemp("operating")
    folder = papers(root / "papiere")
    write(folder, {HOSTILE.replace("/", "_"): b"%PDF-1.7 nonsense", "leer.txt": "", "bild.xyz": "x"})
    half_read(folder / "halb.pdf")
    build(ServiceSettings(index=root / "index", encoder="hash"), [folder])
    return folder, root / "index"


@pytest.fixture
def folder(made: tuple[Path, Path]) -> Path:
    return made[0]


@pytest.fixture
def index(made: tuple[Path, Path], tmp_path: Path) -> Path:
    """A copy of its own for each test."""
    return Path(shutil.copytree(made[1], tmp_path / "index"))


def client(index: Path, password: str | None = PASSWORD) -> TestClient:
    settings = ServiceSettings(index=index, encoder="hash", operator_password=password)
    return TestClient(create_app(settings), follow_redirects=False)


def marked(index: Path) -> set[str]:
    with open_books(index) as books:
        return {name for _, name in books.marked()}


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", PATHS)
def test_without_a_password_there_is_no_such_page(index: Path, method: str, path: str) -> None:
    opened = client(index, None)
    unknown = path.replace("betrieb", "nirgend").replace("operator", "whatever")
    found, expected = (opened.request(method, each, headers=FORM) for each in (path, unknown))
    assert found.status_code == expected.status_code == 404
    told = [re.sub(r"\b[0-9a-f]{8}\b", "", answer.text) for answer in (found, expected)]  # without the ids of the errors
    assert told[0].replace(path, unknown) == told[1]
    assert found.headers.keys() == expected.headers.keys()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        credentials("falsch"),
        credentials(""),
        credentials(PASSWORD + "x"),
        {"Authorization": "Basic ???"},
        {"Authorization": "Basic " + base64.b64encode(PASSWORD.encode()).decode()},
        {"Authorization": "Bearer " + PASSWORD.encode().hex()},
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", PATHS[0]), ("POST", PATHS[0]), ("GET", PATHS[1])])
def test_without_the_right_password_nothing_is_shown(index: Path, headers: dict[str, str], method: str, path: str) -> None:
    response = client(index).request(method, path, headers=headers, data={"file": "temporary"} if method == "POST" else None)
    assert response.status_code == 401
    wanted = "Bearer" if headers.get("Authorization", "").startswith("Bearer") else "Basic"  # a key is looked at before
    assert response.headers["www-authenticate"].startswith(f"{wanted} realm=")
    assert response.headers["cache-control"] == "no-store"
    assert "leer.txt" not in response.text


def test_the_page_shows_runs_reasons_and_shares(index: Path) -> None:
    response = client(index).get("/betrieb", headers=RIGHT)
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert "noindex" in response.headers["x-robots-tag"]
    page = LexborHTMLParser(response.text)
    said = " ".join(page.css_first("main").text().split())
    for expected in (
        "gefunden: 9",
        "gelesen: 5",
        "halb.pdf",
        "ohne lesbaren Text: 2",
        "leer.txt",
        "Die Datei ist leer",
        "bild.xyz",
    ):
        assert expected in said
    assert HOSTILE.replace("/", "_") in said
    assert not page.css("main script")
    assert {node.attributes.get("scope") for node in page.css("th")} == {"col", "row"}
    assert len(page.css("table")) == len(page.css("caption"))
    english = client(index).get("/betrieb?language=en", headers=RIGHT).text
    assert "The file is empty" in english


def test_the_same_as_json(index: Path) -> None:
    report = client(index).get("/api/v1/operator/books", headers=RIGHT).json()
    assert report["runs"][0]["books"] == {"found": 9, "ok": 5, "partial": 1, "failed": 2, "skipped": 1, "unchanged": 0}
    assert {failure["code"] for failure in report["failures"]} == {"empty", "broken", "unsupported", "pages_without_text"}
    assert sum(reason["files"] for reason in report["reasons"]) == len(report["failures"]) == 4
    assert "/api/v1/operator/books" not in client(index).get("/api/v1/openapi.json").json()["paths"]


def test_a_button_marks_a_file_for_the_next_run(index: Path, folder: Path) -> None:
    opened = client(index)
    page = LexborHTMLParser(opened.get("/betrieb", headers=RIGHT).text)
    row = next(row for row in page.css(".files > li") if "leer.txt" in row.text())
    button = row.css_first("button").attributes
    response = opened.post("/betrieb", data={button["name"]: button["value"]}, headers=FORM)
    assert (response.status_code, response.headers["location"]) == (303, "/betrieb")
    assert marked(index) == {"leer.txt"}
    assert "vorgemerkt" in opened.get("/betrieb", headers=RIGHT).text
    build(ServiceSettings(index=index, encoder="hash"), [folder])
    assert marked(index) == set()


def test_all_temporary_ones_at_once(index: Path) -> None:
    database = sqlite3.connect(index / "ledger.sqlite")
    database.execute("""UPDATE files SET problems = '[["stopped", {"reason": "x", "seconds": "60"}]]' WHERE name = 'leer.txt'""")
    database.commit()
    database.close()
    opened = client(index)
    assert "Alle vorübergehenden erneut versuchen (1)" in opened.get("/betrieb", headers=RIGHT).text
    assert opened.post("/betrieb", data={"file": "temporary"}, headers=FORM).status_code == 303
    assert marked(index) == {"leer.txt"}


def test_a_file_that_is_not_there_cannot_be_marked(index: Path) -> None:
    assert client(index).post("/betrieb", data={"file": "000000000000"}, headers=FORM).status_code == 404
    assert marked(index) == set()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://boese.example"}, 403),
        ({"Origin": "http://testserver.boese.example"}, 403),
        ({"Origin": "http://testserver"}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
    ],
)
def test_a_form_of_another_site_is_refused(index: Path, headers: dict[str, str], status: int) -> None:
    response = client(index).post("/betrieb", data={"file": "temporary"}, headers=RIGHT | headers)
    assert response.status_code == status


def test_a_mark_waits_while_the_books_are_written(index: Path) -> None:
    database = sqlite3.connect(index / "ledger.sqlite", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")

    def mark() -> None:
        with open_books(index) as books:
            books.mark(books.unread()[:1])

    marking = threading.Thread(target=mark)
    marking.start()
    marking.join(0.3)
    assert marking.is_alive()
    database.execute("COMMIT")
    database.close()
    marking.join(60)
    assert len(marked(index)) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_the_page_is_there_where_the_index_is_read_only(index: Path) -> None:
    (index / "ledger.sqlite").chmod(0o400)
    assert client(index).get("/betrieb", headers=RIGHT).status_code == 200


def test_books_that_cannot_be_read_are_told(index: Path) -> None:
    (index / "ledger.sqlite").write_bytes(b"no database at all, only words")
    response = client(index).get("/betrieb", headers=RIGHT)
    assert response.status_code == 503
    assert "nicht benutzbar" in response.text


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_password_too_short_is_refused_and_not_repeated(language: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(ServiceSettings, {"RATSLOTSE_OPERATOR_PASSWORD": "kurz&gut"})
    assert "RATSLOTSE_OPERATOR_PASSWORD" in caught.value.message(language)
    assert "kurz&gut" not in caught.value.message(language)
    assert load(ServiceSettings, {"RATSLOTSE_OPERATOR_PASSWORD": ""}).operator_password is None
