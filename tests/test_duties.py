"""The pages of duty: the operator's files, what is told while they are missing, and that their Markdown can do no harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from service.app import create_app
from service.cli import main
from service.duties import NAMES, TEMPLATES, duty, incomplete, warnings
from service.settings import ServiceSettings
from service.web.duties import rendered
from service.web.rendering import FOOTER

HOSTILE = """# Impressum

#### Anschrift

<script>alert(1)</script> <b onclick="x()">fett</b> ![Bild](http://anderswo.example/x.png)

[a](javascript:alert(1)) [b](data:text/html,x) [c](//anderswo.example) [d](https://musterbach.example)
[e](/hilfe) [f](mailto:post@musterbach.example) [g](JaVaScRiPt:x) [h](vbscript:x)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An operator's folder in which everything is filled in."""
    for name in NAMES:
        for language in ("de", "en"):
            text = f"# Eigene Seite {name}\n\nLandkreis Musterbach, [Hilfe](/hilfe)."
            (tmp_path / f"{name}.{language}.md").write_text(text, encoding="utf-8")
    return tmp_path


def client(index: Path, pages: Path | None = None) -> TestClient:
    return TestClient(create_app(ServiceSettings(index=index, pages=pages)))


def tree(text: str) -> LexborHTMLParser:
    return LexborHTMLParser(text)


@pytest.mark.parametrize("language", ["de", "en"])
def test_c8_each_page_is_one_click_from_every_page(language: str, sample_index: Path) -> None:
    site = client(sample_index)
    for path in ("/", "/suche", "/hilfe", "/nirgends", "/impressum"):
        links = [link.attributes["href"] or "" for link in tree(site.get(f"{path}?language={language}").text).css("footer a")]
        assert {link.partition("?")[0] for link in links} >= {f"/{name}" for name in NAMES} | {"/hilfe", "/ueber"}
    for link in links:
        page = tree(site.get(link).text)
        assert page.css_first("html").attributes["lang"] == language
        assert (len(page.css("h1")), len(page.css("footer [aria-current]"))) == (1, 1)


def test_c8_while_placeholders_remain_the_page_names_them_and_readiness_says_incomplete(sample_index: Path) -> None:
    site = client(sample_index)
    note = tree(site.get("/impressum?language=de").text).css_first("main .note").text()
    assert "noch nicht vollständig" in note
    assert "Name der Körperschaft" in note
    site.app.state.runtime.public.models()  # type: ignore[attr-defined]
    ready = site.get("/health/ready")
    assert (ready.status_code, ready.json()["status"], ready.json()["pages"]) == (200, "ready", "incomplete")


def test_c8_the_operators_files_are_shown_and_then_nothing_is_missing(sample_index: Path, folder: Path) -> None:
    site = client(sample_index, folder)
    for name in NAMES:
        page = tree(site.get(f"/{name}?language=en").text)
        assert page.css_first("h1").text() == f"Eigene Seite {name}"
        assert page.css(".note") == []
        assert page.css_first(".duty a").attributes["href"] == "/hilfe?language=en"
    assert incomplete(folder) == []
    site.app.state.runtime.public.models()  # type: ignore[attr-defined]
    assert site.get("/health/ready").json()["pages"] == "complete"


def test_c8_a_changed_file_counts_at_once(sample_index: Path, folder: Path) -> None:
    site = client(sample_index, folder)
    (folder / "impressum.de.md").write_text("# Impressum\n\nTelefon: [[Telefonnummer]]", encoding="utf-8")
    assert "Telefonnummer" in tree(site.get("/impressum?language=de").text).css_first(".note").text()
    assert list(warnings(folder, "de")) == [
        "Seite /impressum (de): 1 Angaben sind offen. Bitte impressum.de.md im Ordner RATSLOTSE_PAGES ausfüllen."
    ]


def test_b31_the_operators_security_txt_is_where_people_look_for_it(sample_index: Path, folder: Path) -> None:
    assert client(sample_index, folder).get("/.well-known/security.txt").status_code == 404
    (folder / "security.txt").write_text("Contact: mailto:it@musterbach.example\n", encoding="utf-8")
    told = client(sample_index, folder).get("/.well-known/security.txt")
    assert (told.text, told.headers["content-type"]) == ("Contact: mailto:it@musterbach.example\n", "text/plain; charset=utf-8")
    assert client(sample_index).get("/.well-known/security.txt").status_code == 404


def test_c8_the_start_warns_of_each_page_that_is_missing(folder: Path) -> None:
    for name in ("impressum.en.md", "ki-hinweis.de.md"):
        (folder / name).unlink()
    assert [(line.split()[1], "RATSLOTSE_PAGES" in line) for line in warnings(folder, "en")] == [
        ("/impressum", True),
        ("/ki-hinweis", True),
    ]


def test_a_start_prints_the_warnings(sample_index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr("uvicorn.Server.run", lambda self, sockets: None)
    assert main(["--index", str(sample_index), "serve", "--port", "0"]) == 0
    assert len([line for line in capsys.readouterr().err.splitlines() if "RATSLOTSE_PAGES" in line]) == 2 * len(NAMES)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"a" * 300_000, None], ids=["no text", "empty", "large", "a folder"])
def test_a_file_that_cannot_be_used_counts_as_missing(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "impressum.de.md"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    assert not duty(tmp_path, "impressum", "de").own


@pytest.mark.parametrize("name", NAMES)
def test_the_templates_ask_for_the_same_in_both_languages(name: str) -> None:
    german, english = duty(None, name, "de"), duty(None, name, "en")
    assert len(german.missing) == len(english.missing) > 0
    assert german.text.count("\n#") == english.text.count("\n#")
    assert {path.name for path in TEMPLATES.iterdir()} == {f"{one}.{language}.md" for one in NAMES for language in ("de", "en")}


def test_b12_hostile_markdown_stays_text() -> None:
    title, body = rendered(HOSTILE)
    page = tree(str(body))
    assert title == "Impressum"
    assert not page.css("script, img, b, [onclick]")
    links = [link.attributes["href"] for link in page.css("a")]
    assert links == [
        "http://anderswo.example/x.png",  # no picture, a link that nobody follows unasked
        *("https://musterbach.example", "/hilfe", "mailto:post@musterbach.example"),
    ]
    assert [heading.tag for heading in page.css("h1, h2, h3, h4")] == ["h2"]


def test_c10_the_notice_on_ai_is_true_in_either_mode(sample_index: Path, folder: Path) -> None:
    quotes = client(sample_index, folder).get("/ki-hinweis?language=de").text
    settings = ServiceSettings(index=sample_index, pages=folder, llm_url="http://127.0.0.1:9/v1", llm_model="m")
    model = TestClient(create_app(settings)).get("/ki-hinweis?language=de").text
    assert "erzeugt keine KI Text" in quotes
    assert "Antworten formuliert ein Sprachmodell (KI)" in model
    assert "erzeugt keine KI Text" not in model
    assert all("Eigene Seite ki-hinweis" in page for page in (quotes, model))


def test_crawlers_are_kept_from_lists_of_hits_and_from_the_operator(sample_index: Path) -> None:
    response = client(sample_index).get("/robots.txt")
    assert response.headers["content-type"].startswith("text/plain")
    assert "Disallow: /betrieb" in response.text


def test_every_page_of_the_footer_has_a_name() -> None:
    assert len(dict(FOOTER)) == len(FOOTER) == 2 + len(NAMES)


@pytest.mark.parametrize("language", ["de", "en"])
def test_d11_every_live_example_of_the_help_finds_something(language: str, sample_index: Path) -> None:
    site = client(sample_index)
    page = tree(site.get(f"/hilfe?language={language}").text)
    searches = [link.attributes["href"] or "" for link in page.css("main a[href^='/suche?']")]
    asked = [field.attributes["value"] or "" for field in page.css("form.try input")]
    assert len(searches) >= 3
    assert len(asked) == 2
    for address in searches:
        assert tree(site.get(address).text).css(".hits a[href^='/dokumente/']"), address
    for question in asked:
        answer = site.post("/api/v1/ask", json={"question": question}).json()
        assert answer["outcome"] in ("answered", "partly_answered"), question
        assert answer["language"] == language
