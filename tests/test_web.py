"""The pages without a browser: what they say, that hostile text stays text, that marks are the quoted words."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser, LexborNode

from indexer.build import build
from indexer.domain import Block, BlockKind, Document, File, Page, Paper
from service.app import create_app
from service.settings import ServiceSettings
from service.web import texts
from service.web.texts import TEXTS
from service.web.viewing import Heading, ItemList, Table, page_views, quote_view

PAGES = ("/", "/suche", "/suche?q=Br%C3%BCcke", "/hilfe", "/ueber", "/nirgends")
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">'
PAPERS = {
    "Landkreis Musterbach/bruecke.md": f"""# Brücke {HOSTILE} am Mühlbach

Landkreis Musterbach · Drucksachen-Nr.: 2024/017

Die Brücke am Mühlbach wird 2025 erneuert. Drei Abschnitte sind geplant:

- Abbruch der alten Brücke
- Neubau der Pfeiler {HOSTILE}
- Asphalt und Geländer

| Abschnitt | Kosten |
|---|---|
| Abbruch | 90.000 Euro |

Die Lage zeigt folgende Abbildung:

![](lage.png)

Der Kreistag berät im Herbst.
""",
    "Landkreis Beispielheim/brunnen.txt": "Landkreis Beispielheim\n\nDer Brunnen am Weiher wird saniert.",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    root = tmp_path_factory.mktemp("web")
    for name, text in PAPERS.items():
        path = root / "papiere" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    settings = ServiceSettings(index=root / "index", encoder="hash")
    build(settings, [root / "papiere"])
    return TestClient(create_app(settings))


def html(text: str) -> LexborHTMLParser:
    return LexborHTMLParser(text)


def document(client: TestClient, words: str) -> tuple[str, str]:
    """(id, text) of the document a search finds first."""
    identifier = client.get("/api/v1/search", params={"q": words}).json()["hits"][0]["document"]["id"]
    return identifier, client.get(f"/api/v1/documents/{identifier}/text").text


def marked(client: TestClient, quote: str) -> list[str]:
    identifier, text = document(client, "Brücke Mühlbach")
    start = text.index(quote)
    page = html(client.get(f"/dokumente/{identifier}?start={start}&end={start + len(quote)}").text)
    assert len(page.css("#zitat")) == 1
    return [mark.text() for mark in page.css("mark")]


def test_a_question_is_answered_below_the_form_which_keeps_it(client: TestClient) -> None:
    page = html(client.post("/", data={"question": "Wann wird die Brücke am Mühlbach erneuert?"}).text)
    assert "Wann wird die Brücke" in page.css_first("textarea").text()
    answer = page.css_first("#antwort")
    assert "Die Brücke am Mühlbach wird 2025 erneuert." in answer.text()
    links = [link.attributes["href"] or "" for link in answer.css("a[href^='/dokumente/']")]
    assert links
    assert all(client.get(link).status_code == 200 for link in links)


def test_no_cache_on_the_way_keeps_an_answer_but_the_browser_may(client: TestClient) -> None:
    # With "no-store" Chromium ends the way back from a cited document in ERR_CACHE_MISS; see tests/browser.
    assert client.post("/", data={"question": "Brücke"}).headers["cache-control"] == "private, no-cache"


def test_the_marked_words_are_the_quoted_ones(client: TestClient) -> None:
    assert marked(client, "Die Brücke am Mühlbach wird 2025 erneuert.") == ["Die Brücke am Mühlbach wird 2025 erneuert."]


def test_a_quoted_list_is_marked_item_by_item(client: TestClient) -> None:
    quote = f"Abbruch der alten Brücke\nNeubau der Pfeiler {HOSTILE}\nAsphalt und Geländer"
    assert marked(client, quote) == quote.split("\n")


@pytest.mark.parametrize("span", ["start=-5&end=3", "start=9&end=2", "start=x&end=y", "start=0&end=99999999", "start=5"])
def test_an_impossible_span_marks_nothing(span: str, client: TestClient) -> None:
    identifier, _ = document(client, "Brücke Mühlbach")
    response = client.get(f"/dokumente/{identifier}?{span}")
    assert response.status_code == 200
    assert not html(response.text).css("mark")


def test_what_a_picture_hides_is_said_in_its_place(client: TestClient) -> None:
    identifier, _ = document(client, "Brücke Mühlbach")
    page = client.get(f"/dokumente/{identifier}", headers={"Accept-Language": "de"}).text
    assert "Abbildung ohne lesbaren Text" in page


def test_no_part_of_the_site_takes_the_words_of_another() -> None:
    keys = [key for part in texts._PARTS for key in part]
    assert len(keys) == len(set(keys)) == len(TEXTS)


def test_hostile_documents_and_questions_stay_text(client: TestClient) -> None:
    identifier, _ = document(client, "Brücke Mühlbach")
    pages = [
        client.get(f"/dokumente/{identifier}").text,
        client.get("/suche", params={"q": HOSTILE}).text,
        client.post("/", data={"question": HOSTILE}).text,
        client.post("/", data={"question": "Was wird an den Pfeilern gebaut?", "body": HOSTILE}).text,
        client.get(f"/{HOSTILE}").text,
    ]
    for page in pages:
        tree = html(page)
        assert not tree.css("script:not([src^='/static/'])")
        assert not [node for node in tree.css("img") if node.attributes.get("src") == "x"]
        assert not [node for node in tree.css("*") if any(name.startswith("on") for name in node.attributes)]


@pytest.mark.parametrize("path", PAGES)
def test_pages_load_nothing_from_elsewhere_and_run_nothing_inline(path: str, client: TestClient) -> None:
    tree = html(client.get(path).text)
    assert not tree.css("[style], style, script:not([src])")
    for node in tree.css("[src], link[href]"):
        assert (node.attributes.get("src") or node.attributes.get("href") or "").startswith("/")
    assert not [node for node in tree.css("a[href]") if re.match(r"(?:https?:)?//", node.attributes["href"] or "")]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_page_speaks_the_language_asked_for_and_has_one_heading(path: str, language: str, client: TestClient) -> None:
    separator = "&" if "?" in path else "?"
    tree = html(client.get(f"{path}{separator}language={language}").text)
    assert tree.css_first("html").attributes["lang"] == language
    assert len(tree.css("h1")) == 1
    assert len(tree.css("main")) == 1
    kept = [node.attributes["href"] or "" for node in tree.css("header a[href^='/']")]
    assert all("language=" in link for link in kept)


@pytest.mark.parametrize(("question", "said"), [("", "Bitte stellen Sie eine Frage"), ("a" * 5000, "5000 Zeichen")])
def test_a_bad_question_comes_back_with_the_form(question: str, said: str, client: TestClient) -> None:
    response = client.post("/", data={"question": question}, headers={"Accept-Language": "de"})
    assert response.status_code == 422
    page = html(response.text)
    assert said in page.css_first("[role=alert]").text()
    assert page.css_first("textarea").text().strip() == question


@pytest.mark.parametrize("path", ["/dokumente/nope", "/vorlagen/nope", "/nirgends", "/dokumente/..%2f..%2fetc"])
def test_what_is_not_there_is_a_page_with_a_way_on(path: str, client: TestClient) -> None:
    response = client.get(path, headers={"Accept-Language": "de"})
    assert response.status_code == 404
    assert html(response.text).css_first("h1").text() in ("Nicht gefunden", "Diese Seite gibt es nicht")
    assert html(response.text).css("main a[href]")


def test_search_shows_hits_with_their_place_and_marks_the_words(client: TestClient) -> None:
    tree = html(client.get("/suche", params={"q": "Brücke"}).text)
    assert {mark.text() for mark in tree.css("main mark")} == {"Brücke"}
    assert tree.css("main a[href^='/dokumente/']")


def test_a_filter_without_hits_says_what_to_do(client: TestClient) -> None:
    response = client.get("/suche", params={"q": "Brücke", "body": "Landkreis Nirgendwo"}, headers={"Accept-Language": "de"})
    assert response.status_code == 200
    assert not html(response.text).css("main a[href^='/dokumente/']")
    assert "Filter" in response.text


def test_a_paper_shows_its_documents(client: TestClient) -> None:
    (paper,) = client.get("/api/v1/papers", params={"reference": "2024/017"}).json()
    page = html(client.get(f"/vorlagen/{paper['id']}").text)
    assert "2024/017" in page.css_first("main").text()
    assert page.css("main a[href^='/dokumente/']")


def test_a_paper_shows_what_names_it_and_its_versions(sample_index: Path) -> None:
    client = TestClient(create_app(ServiceSettings(index=sample_index)))
    (motion,) = client.get("/api/v1/papers", params={"reference": "2024/131"}).json()
    page = html(client.get(f"/vorlagen/{motion['id']}").text)
    links = {link.text(): link.attributes["href"] for link in page.css("section[aria-labelledby=genannt-in] a")}
    assert any("2024/131-1" in text for text in links)
    assert all(client.get(str(address)).status_code == 200 for address in links.values())
    hits = client.get("/api/v1/search", params={"q": "Sozialplanung Aurental", "paper_type": "Sozialplanung"}).json()["hits"]
    versions = html(client.get(f"/vorlagen/{hits[0]['paper']['id']}").text).css("section[aria-labelledby=fassungen] li")
    assert [("30.05.2022" in one.text(), "neueste Fassung" in one.text()) for one in versions] == [(True, False), (False, True)]


def test_no_page_sets_a_cookie(client: TestClient) -> None:
    for path in PAGES:
        assert "set-cookie" not in client.get(path).headers
    assert "set-cookie" not in client.post("/", data={"question": "Brücke"}).headers


def test_static_files_are_kept_and_named_by_their_content(client: TestClient) -> None:
    sheet = html(client.get("/").text).css_first("link[rel=stylesheet]").attributes["href"] or ""
    response = client.get(sheet)
    assert response.headers["content-type"].startswith("text/css")
    assert "immutable" in response.headers["cache-control"]
    assert not re.search(r"url\(|@import", response.text)
    older = client.get(f"/static/0a0a0a0a/{sheet.rpartition('/')[2]}")  # a page that was opened before an update
    assert older.text == response.text
    assert older.headers["cache-control"] == "no-cache"


def test_files_beside_the_static_ones_are_out_of_reach(client: TestClient) -> None:
    for path in ("/static/../pages.py", "/static/..%2fpages.py", "/static/%2e%2e/pages.py", "/static//etc/passwd"):
        assert client.get(path).status_code == 404


def test_b13_one_module_alone_makes_markup_of_text() -> None:
    sinks = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|parseFromString|createContextualFragment|\beval\(|new Function"
    )
    static = Path(__file__).resolve().parents[1] / "service" / "web" / "static"
    assert [one.name for one in static.glob("*.js") if re.search(sinks, one.read_text(encoding="utf-8"))] == ["fragments.js"]


def test_the_catalogue_has_both_languages_for_every_text() -> None:
    templates = (Path(__file__).resolve().parents[1] / "service" / "web" / "templates").glob("*.html")
    for template in templates:
        words = re.sub(r"{[{%#].*?[}%#]}|<[^>]*>", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"[A-Za-zÄÖÜäöü]{3,}", words), f"{template.name} has text of its own: {words.split()}"


def test_both_languages_of_a_text_take_the_same_values() -> None:
    for key, both in TEXTS.items():
        german, english = ({name for _, name, _, _ in string.Formatter().parse(text)} for text in both)
        assert german == english, key


def made(*blocks: tuple[BlockKind, int, str]) -> Document:
    """A document of one page with these blocks (kind, level, text), one a line."""
    laid_out, at = [], 0
    for kind, level, text in blocks:
        laid_out.append(Block(kind, level, 1, at, at + len(text)))
        at += len(text) + 1
    text = "\n".join(block[2] for block in blocks)
    file = File("s", "a.txt", Path("a.txt"), "text/plain", "", "", len(text), "public")
    return Document("d", file, text, (Page(1, "1", 0, len(text)),), tuple(laid_out), Paper())


def test_headings_of_a_document_never_skip_a_level() -> None:
    kinds = [("heading", level, "x") for level in (2, 4, 6, 6, 4, 1, 9)]
    (page,) = page_views(made(*kinds))  # type: ignore[arg-type]
    assert [element.level for element in page.elements if isinstance(element, Heading)] == [3, 4, 5, 5, 4, 3, 4]


def test_empty_cells_of_a_row_stay_in_their_columns() -> None:
    (page,) = page_views(made(("table_head", 0, "A | B | C"), ("table_row", 0, "| x |"), ("table_row", 0, "1 |  | 3")))
    (table,) = page.elements
    assert isinstance(table, Table)
    assert [["".join(p.text for p in cell) for cell in row] for row in table.rows] == [["", "x", ""], ["1", "", "3"]]


def test_a_quoted_row_stands_under_the_heads_of_its_columns() -> None:
    document = made(("table_head", 0, "Jahr | Betrag"), ("table_row", 0, "2025 | 1 €"), ("table_row", 0, "2026 | 2 €"))
    row = document.blocks[2]
    (table,) = quote_view(document, row.start, row.end)
    assert isinstance(table, Table)
    assert table.context
    assert [cell[0].text for cell in table.heads[0]] == ["Jahr", "Betrag"]
    assert [cell[0].text for cell in table.rows[0]] == ["2026", "2 €"]


def test_items_of_a_deeper_level_stand_below_the_item_before() -> None:
    (page,) = page_views(made(*[("list_item", level, name) for level, name in ((1, "a"), (2, "b"), (2, "c"), (1, "d"))]))  # type: ignore[arg-type]
    (outer,) = page.elements
    assert isinstance(outer, ItemList)
    assert [(item.parts[0].text, [inner.parts[0].text for inner in item.items]) for item in outer.items] == [
        ("a", ["b", "c"]),
        ("d", []),
    ]


# What was understood, and how to take it back: plain forms, no script

TOLD = "Welche Beschlussvorlage des Jugendhilfeausschusses nennt Kitaplätze, die in Musterbach seit 2021 fehlen?"
BODY, TIME, BACK = "In allen Körperschaften fragen", "Zeit nicht beachten", "Doch beachten"


@pytest.fixture(scope="module")
def small(built) -> TestClient:
    client = TestClient(create_app(ServiceSettings(index=built.settings.index, encoder="hash")))
    client.headers["Accept-Language"] = "de"
    return client


def asked(client: TestClient, data: Mapping[str, str | list[str]], path: str = "/") -> LexborNode:
    """How the question was understood, as the page shows it."""
    response = client.post(path, data=data)
    assert response.status_code == 200
    return html(response.text).css_first(".understood")


def buttons(understood: LexborNode) -> list[str]:
    return [button.text().strip() for button in understood.css(".undo")]


def pressed(client: TestClient, understood: LexborNode, button: str) -> LexborNode:
    """What a browser sends when the button is pressed, and what comes back."""
    address, sent = form_of(understood, button)
    return asked(client, sent, address)


def form_of(understood: LexborNode, button: str) -> tuple[str, dict[str, str | list[str]]]:
    (form,) = (form for form in understood.css("form") if button in form.text())
    assert (form.attributes["method"], len(form.css("button[type=submit]"))) == ("post", 1)
    fields = [(field.attributes["name"] or "", field.attributes["value"] or "") for field in form.css("input")]
    sent = {name: [value for other, value in fields if other == name] for name, _ in fields}
    return (form.attributes["action"] or "").partition("#")[0], dict(sent)


def test_what_the_question_names_is_shown_with_a_button_each(small: TestClient) -> None:
    understood = asked(small, {"question": TOLD})
    assert buttons(understood) == [BODY, TIME]
    for said in ("Nur gesucht in den Unterlagen von: Landkreis Musterbach.", "seit 2021 (01.01.2021 – …)", "Aufzählung"):
        assert said in understood.text()
    assert "3 Dokumente" in understood.text()


def test_body_and_time_are_taken_away_one_by_one_and_come_back_together(small: TestClient) -> None:
    both = asked(small, {"question": TOLD})
    without_body = pressed(small, both, BODY)
    assert buttons(without_body) == [TIME, BACK]
    assert "Gesucht in allen Unterlagen." in without_body.text()
    assert "nicht beachtet: die genannte Körperschaft." in " ".join(without_body.text().split())
    assert "5 Dokumente" in without_body.text()
    neither = pressed(small, without_body, TIME)
    assert buttons(neither) == [BACK]
    assert "die genannte Körperschaft, die genannte Zeit." in " ".join(neither.text().split())
    for page in (without_body, neither):
        assert pressed(small, page, BACK).text() == both.text()


def test_the_question_survives_every_button_unchanged(small: TestClient) -> None:
    question = 'Was heißt "Kita" & <b>Sonnenhang</b> in Musterbach seit 2021?'
    page = html(small.post("/", data={"question": question}).text)
    for button in (BODY, TIME, BACK):
        address, sent = form_of(page.css_first(".understood"), button)
        page = html(small.post(address, data=sent).text)
        assert page.css_first("textarea").text().strip() == question
        assert not page.css("#antwort b")


def test_a_question_that_names_nothing_has_nothing_to_take_away(small: TestClient) -> None:
    understood = asked(small, {"question": "Kurzzeitpflege"})
    assert buttons(understood) == []
    assert not understood.css("a")


def test_what_is_no_part_of_a_question_cannot_be_taken_away(small: TestClient) -> None:
    both = asked(small, {"question": TOLD})
    assert asked(small, {"question": TOLD, "ignore": ["everything", "<script>"]}).text() == both.text()


def test_the_buttons_keep_the_language_of_the_page(small: TestClient) -> None:
    understood = asked(small, {"question": TOLD}, "/?language=en")
    assert buttons(understood) == ["Ask in all bodies", "Disregard the time"]
    assert buttons(pressed(small, understood, "Ask in all bodies")) == ["Disregard the time", "Regard it again"]


def test_kind_and_gremium_narrow_the_question_and_give_it_back(small: TestClient) -> None:
    tree = asked(small, {"question": TOLD})
    choices = [form for form in tree.css(".understood form") if form.css("input[name=paper_type], input[name=organization]")]
    assert [form.css_first("button").text() for form in choices] == ["Beschlussvorlage", "Jugendhilfeausschuss"]
    for form in choices:
        narrowed = asked(small, sent(form))
        told = narrowed.css_first(".understood").text()
        assert f"Nur gesucht in: {form.css_first('button').text()}." in told
        assert "Überall suchen" in told
        assert "Durchsucht: 1 Dokument," in told


def sent(form: LexborNode) -> dict[str, str | list[str]]:
    """What a browser sends for a form."""
    fields: dict[str, str | list[str]] = {}
    for field in form.css("input"):
        name, value = str(field.attributes["name"]), str(field.attributes["value"])
        fields[name] = [*fields.get(name, []), value] if name == "ignore" else value
    return fields


def test_near_duplicates_are_folded_below_the_best_of_them(tmp_path: Path) -> None:
    (tmp_path / "papiere").mkdir()
    for n in range(54):
        (tmp_path / "papiere" / f"bescheid{n:02}.txt").write_text(
            f"Bescheid {n}\n\nAuf Ihren Antrag hin bewilligen wir für den Umbau des Gebäudes aus Mitteln der Dorferneuerung "
            f"einen einmaligen Zuschuss von {n}00 Euro. Die Auszahlung erfolgt nach Vorlage prüffähiger Rechnungen im Jahr.",
            encoding="utf-8",
        )
    settings = ServiceSettings(index=tmp_path / "index", encoder="hash")
    build(settings, [tmp_path / "papiere"])
    client = TestClient(create_app(settings))
    tree = html(client.get("/suche", params={"q": "Dorferneuerung"}, headers={"Accept-Language": "de"}).text)
    assert len(tree.css("ol.hits > li")) == 1
    details = tree.css_first("ol.hits details")
    assert details.css_first("summary").text() == "53 fast gleiche Stellen"
    assert "open" not in details.attributes
    links = [link.attributes["href"] or "" for link in details.css("a")]
    assert len(set(links)) == 50  # the best of them
    assert "und 3 weitere" in details.text()
    for link in links[:3]:
        assert html(client.get(link).text).css("mark")


def test_a_hit_of_its_own_kind_has_nothing_to_unfold(client: TestClient) -> None:
    assert not html(client.get("/suche", params={"q": "Brücke"}).text).css("ol.hits details")


SAME = {"Origin": "http://testserver"}


def hidden(page: LexborHTMLParser, form: str) -> dict[str, list[str]]:
    """What a form carries along."""
    fields: dict[str, list[str]] = {}
    for field in page.css(f"{form} input[type=hidden]"):
        fields.setdefault(str(field.attributes["name"]), []).append(field.attributes["value"] or "")
    return fields


def test_a_follow_up_is_asked_below_the_answer_and_shown_as_understood(client: TestClient) -> None:
    first = html(client.post("/", data={"question": "Was wird in Musterbach erneuert?"}, headers=SAME).text)
    turns = hidden(first, "form.ask")
    assert turns["turn_question"] == ["Was wird in Musterbach erneuert?"]
    second = html(client.post("/", data={**turns, "question": "Und in Beispielheim?"}, headers=SAME).text)
    assert "Was wird in Musterbach erneuert?" in second.css_first(".turns").text()
    assert second.css_first(".understood-question q").text() == "Was wird in Beispielheim erneuert?"
    assert second.css_first("form.edit textarea").text().strip() == "Was wird in Beispielheim erneuert?"
    assert hidden(second, "form.ask")["turn_question"] == [
        "Was wird in Musterbach erneuert?",
        "Was wird in Beispielheim erneuert?",
    ]


def test_the_question_as_understood_can_be_changed_and_is_then_taken_as_it_is(client: TestClient) -> None:
    turns = {"turn_question": ["Was wird in Musterbach erneuert?"], "turn_answer": ["Die Brücke."]}
    page = html(client.post("/", data={**turns, "question": "Und was kostet das?"}, headers=SAME).text)
    fields = hidden(page, "form.edit")
    assert fields["turn_question"] == turns["turn_question"]  # the turns before it, without itself
    again = html(client.post("/", data={**fields, "question": "Was kostet das Geländer?"}, headers=SAME).text)
    assert again.css_first("form.edit textarea").text().strip() == "Was kostet das Geländer?"


def test_turns_stay_text_and_are_bounded(client: TestClient) -> None:
    turns = {"turn_question": [HOSTILE] * 12, "turn_answer": [HOSTILE + "x" * 4_000] * 12}
    text = client.post("/", data={**turns, "question": "Wann wird die Brücke erneuert?"}, headers=SAME).text
    assert "<script>" not in text
    assert "onerror=" not in text.replace("onerror=&#34;", "")
    page = html(text)
    assert len(page.css(".turns li")) <= 6
    assert all(len(field) <= 1_500 for field in hidden(page, "form.ask")["turn_answer"])


def test_turns_that_another_site_sends_are_not_shown_as_ours(client: TestClient) -> None:
    data = {
        "turn_question": ["Stimmt es?"],
        "turn_answer": ["Das Rathaus ist verkauft."],
        "question": "Wann wird die Brücke erneuert?",
    }
    for headers in ({"Origin": "http://boese.example"}, {"Sec-Fetch-Site": "cross-site"}, {}):
        text = client.post("/", data=data, headers=headers).text
        assert "Rathaus" not in text
        assert "Die Brücke am Mühlbach" in text


def test_the_number_of_a_source_leads_to_its_paper(client: TestClient) -> None:
    page = html(client.post("/", data={"question": "Wann wird die Brücke am Mühlbach erneuert?"}, headers=SAME).text)
    link = page.css_first(".sources .facts a")
    assert "2024/017" in link.text()
    address = str(link.attributes["href"])
    assert address.startswith("/vorlagen/")
    assert "2024/017" in html(client.get(address).text).css_first("main").text()


def test_small_talk_is_answered_without_sources_and_makes_no_turn(client: TestClient) -> None:
    page = html(client.post("/", data={"question": "Bist du ein Mensch?"}, headers=SAME).text)
    answer = page.css_first("#antwort").text()
    assert "kein Mensch" in answer
    assert "Antwort eines Programms" in answer
    assert "wörtlich aus den Unterlagen" not in answer
    assert not page.css("form.edit")
    assert not hidden(page, "form.ask")
