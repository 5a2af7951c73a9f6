"""The viewer without a browser: pages with boxes, the text beside them, searching inside, one page for the panel."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from drawing import Drawing, prose
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from indexer.build import build
from service.app import create_app
from service.settings import ServiceSettings

QUOTE = "Der Steg am Mühlbach wird im Frühjahr erneuert."
OVER = "Die Kosten trägt der Landkreis gemeinsam mit der"
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    folder = tmp_path_factory.mktemp("betrachter") / "papiere" / "Landkreis Musterbach"
    folder.mkdir(parents=True)
    drawing = Drawing()
    for page in range(1, 301):
        drawing.text(60, 60, f"Abschnitt {page}", 16, "Helvetica-Bold").flow(60, 90, 470, prose(60, page))
        if page == 7:
            drawing.text(60, 400, QUOTE)
        if page == 9:
            drawing.lines(60, 780, [OVER + " Stadt Aurach und"])
        if page == 10:
            drawing.text(60, 30, "mit dem Land.")
        drawing.page()
    (folder / "plan.pdf").write_bytes(drawing.pdf())
    (folder / "notiz.txt").write_text(f"Notiz\n\n{QUOTE}\n\nDie Stege im Kreis. Zwei Stegbrücken.", encoding="utf-8")
    settings = ServiceSettings(index=folder.parents[1] / "index", encoder="hash")
    build(settings, [folder.parent])
    return TestClient(create_app(settings), headers={"Accept-Language": "de"})


def source(client: TestClient, name: str) -> tuple[str, str]:
    """Address and text."""
    hits = client.get("/api/v1/search", params={"q": "Steg Mühlbach", "limit": 50}).json()["hits"]
    one = next(hit["document"]["id"] for hit in hits if hit["document"]["file_name"] == name)
    return f"/dokumente/{one}", client.get(f"/api/v1/documents/{one}/text").text


def link(client: TestClient, name: str, words: str = QUOTE) -> str:
    address, text = source(client, name)
    start = text.index(words)
    return f"{address}?start={start}&end={start + len(words)}"


def html(client: TestClient, address: str) -> LexborHTMLParser:
    response = client.get(address)
    assert response.status_code == 200, response.text
    return LexborHTMLParser(response.text)


def words(page: LexborHTMLParser, css: str) -> list[str]:
    return [" ".join(node.text().split()) for node in page.css(css)]


def test_d3_a_citation_opens_the_original_at_its_page_with_the_words_framed_and_marked(client: TestClient) -> None:
    page = html(client, link(client, "plan.pdf"))
    assert "Seite 7" in page.css_first("h2#text").text()
    (picture,) = page.css(".sheet img")
    assert "/pages/7?width=" in str(picture.attributes["src"])
    assert len(page.css("svg rect#zitat")) == 1
    assert words(page, ".viewer mark") == [QUOTE]
    assert "umrandet" in str(picture.attributes["alt"])


def test_long_documents_load_one_page(client: TestClient) -> None:
    response = client.get(source(client, "plan.pdf")[0])
    assert len(response.content) < 60_000
    assert len(LexborHTMLParser(response.text).css("img")) == 1


def test_the_many_pages_of_a_text_are_folded_away(client: TestClient) -> None:
    page = html(client, source(client, "plan.pdf")[0] + "?ansicht=text")
    assert "300 Seiten" in page.css_first("details:has(nav.pages) > summary").text()
    assert page.css_first("details nav.pages a[href='#seite-300']") is not None


def test_both_views_are_plain_links_and_keep_the_words(client: TestClient) -> None:
    page = html(client, link(client, "plan.pdf"))
    original, text = page.css(".views a")
    assert (original.attributes.get("aria-current"), text.attributes.get("aria-current")) == ("true", None)
    as_text = html(client, str(text.attributes["href"]))
    assert not as_text.css("img")
    assert words(as_text, "mark#zitat") == [QUOTE]
    assert len(as_text.css("section.page")) == 300
    back = html(client, str(as_text.css(".views a")[0].attributes["href"]))
    assert back.css("svg rect#zitat")


def test_pages_are_turned_by_links_and_by_number(client: TestClient) -> None:
    page = html(client, link(client, "plan.pdf"))
    before, after = (str(page.css_first(f".paging a[rel={rel}]").attributes["href"]) for rel in ("prev", "next"))
    for address, number in ((before, 6), (after, 8)):
        other = html(client, address)
        assert f"/pages/{number}?" in str(other.css_first(".sheet img").attributes["src"])
        (back,) = other.css(".quoted a")
        assert parse_qs(urlsplit(str(back.attributes["href"])).query)["seite"] == ["7"]
    form = page.css_first("form.go-to")
    kept = {str(field.attributes["name"]): field.attributes["value"] for field in form.css("input[type=hidden]")}
    jumped = client.get(source(client, "plan.pdf")[0], params=kept | {"seite": "200"})
    assert "/pages/200?" in jumped.text


@pytest.mark.parametrize("page", ["0", "301", "-1", "x", "", "9" * 30])
def test_an_impossible_page_is_the_first(client: TestClient, page: str) -> None:
    shown = html(client, f"{source(client, 'plan.pdf')[0]}?seite={page}")
    assert "/pages/1?" in str(shown.css_first(".sheet img").attributes["src"])


def test_words_that_go_on_on_the_next_page_are_framed_and_marked_on_both(client: TestClient) -> None:
    address, text = source(client, "plan.pdf")
    start = text.index(OVER)
    end = text.index("mit dem Land.") + len("mit dem Land.")
    marked = []
    for page in (9, 10):
        shown = html(client, f"{address}?start={start}&end={end}&seite={page}")
        assert shown.css("svg rect")
        marked.append(" ".join(words(shown, "section.page mark")))
    assert marked[0].startswith(OVER)
    assert marked[1].endswith("mit dem Land.")
    assert " ".join(marked).split() == text[start:end].split()


def test_a_search_inside_finds_other_forms_and_parts_and_counts_them(client: TestClient) -> None:
    page = html(client, f"{source(client, 'notiz.txt')[0]}?q=Stege")
    assert words(page, "mark.found") == ["Steg", "Stege", "Stegbrücken"]
    assert "3 Fundstellen für „Stege“" in page.css_first("[role=status]").text()
    assert page.css_first("#fund-1").text() == "Steg"


def test_a_search_inside_leads_to_its_pages_and_frames_the_words(client: TestClient) -> None:
    address, _ = source(client, "plan.pdf")
    page = html(client, f"{address}?q=Steg")
    assert "/pages/7?" in str(page.css_first(".sheet img").attributes["src"])
    assert len(page.css("svg rect.found")) == 1
    assert words(page, ".hits-inside nav a") == ["Seite 7 (1)"]
    ended = str(page.css(".hits-inside > p a")[0].attributes["href"])
    assert not html(client, ended).css(".found")
    nothing = html(client, f"{address}?q=Zeppelin")
    assert "kommt in diesem Dokument nicht vor" in nothing.css_first("[role=status]").text()


def test_words_that_are_gone_are_said_to_be_gone(client: TestClient) -> None:
    page = html(client, link(client, "notiz.txt").replace("?", "?wording=dasgibts.40.0123abcd&"))
    assert "stehen nicht mehr in diesem Dokument" in page.css_first("main").text()
    assert not page.css("mark")


def test_the_panel_takes_in_one_page_and_can_stand_alone(client: TestClient) -> None:
    address = link(client, "plan.pdf").replace("?", "/seite?")
    alone = html(client, address)
    part = client.get(address + "&teil=1").text
    assert alone.css("h1")
    assert "<html" not in part
    for page in (alone, LexborHTMLParser(part)):
        assert "/pages/7?" in str(page.css_first(".sheet img").attributes["src"])
        assert page.css("svg rect#zitat")
        assert [urlsplit(str(a.attributes["href"])).path[-2:] for a in page.css(".paging a")] == ["/6", "/8"]
        opened = html(client, str(page.css_first(".leaf-open").attributes["href"]))
        assert words(opened, ".viewer mark") == [QUOTE]
        as_text = html(client, str(page.css(".views a")[1].attributes["href"]))
        assert words(as_text, "mark#zitat") == [QUOTE]


def test_a_file_without_pages_is_shown_as_text(client: TestClient) -> None:
    for address in (link(client, "notiz.txt"), link(client, "notiz.txt").replace("?", "/seite?")):
        page = html(client, address + "&ansicht=original")
        assert words(page, "mark") == [QUOTE]
        assert not page.css("img")


def test_an_original_that_is_gone_leaves_the_text(tmp_path: Path) -> None:
    path = tmp_path / "papiere" / "plan.pdf"
    path.parent.mkdir()
    path.write_bytes(Drawing().text(60, 80, QUOTE).pdf())
    settings = ServiceSettings(index=tmp_path / "index", encoder="hash")
    build(settings, [path.parent])
    client = TestClient(create_app(settings))
    address = link(client, "plan.pdf")
    assert html(client, address).css("img")
    path.unlink()
    page = html(client, address)
    assert not page.css("img")
    assert words(page, "mark") == [QUOTE]


@pytest.mark.parametrize("name", ["q", "seite", "ansicht", "start", "wording"])
def test_what_an_address_says_stays_text(client: TestClient, name: str) -> None:
    for path in ("", "/seite"):
        response = client.get(source(client, "plan.pdf")[0] + path, params={name: HOSTILE, "end": "5"})
        assert "<script>alert" not in response.text


def test_every_link_of_the_viewer_keeps_the_language(client: TestClient) -> None:
    page = html(client, link(client, "plan.pdf") + "&q=Steg&language=en")
    for node in page.css(".viewer a[href^='/dokumente']"):
        assert "language=en" in str(node.attributes["href"])
    for form in page.css(".viewer form"):
        assert form.css_first("input[name=language]").attributes["value"] == "en"
