"""Markup, scripts and formulas in titles, texts and questions stay text in every place that shows them: pages, feeds, tables."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from indexer.build import build
from service.app import create_app
from service.settings import ServiceSettings

_CALL = "alert(1)"
_TAGS = (
    "script",
    "img src=x onerror",
    "svg onload",
    "iframe src",
    "body onload",
    "details open ontoggle",
    "math href",
    "object data",
)
_ENDS = ("", '">', "'>", "-->", "</title>", "</textarea>", "</style>", "]]>", "{{", "`")
MARKUP = [f"{end}<{tag}={_CALL}>" if tag != "script" else f"{end}<script>{_CALL}</script>" for tag in _TAGS for end in _ENDS]
OTHERS = [
    *(f"[Klick]({scheme}{_CALL})" for scheme in ("javascript:", "JaVaScRiPt:", "data:text/html,", "vbscript:", "java\tscript:")),
    *(
        "{{7*7}}",
        "${7*7}",
        "<%= 7*7 %>",
        "{% raw %}",
        "&lt;script&gt;",
        "&#x3c;script&#x3e;",
        "\u2028<script>",
        "<scr<script>ipt>",
    ),
    *('" autofocus onfocus="alert(1)', "' style='x:expression(alert(1))", "<a href=javascript:alert(1)>", "<base href=//evil>"),
    *("<meta http-equiv=refresh content=0>", "<link rel=stylesheet href=//evil>", "<form action=//evil>", "<!--#exec cmd=ls-->"),
]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=HYPERLINK(1)", "＝1+1", "＋1", " =1", "=cmd|' /C calc'!A0", "-2+3", "@x"]
PAYLOADS = [*MARKUP, *OTHERS, *FORMULAS]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    root = tmp_path_factory.mktemp("payloads")
    for number, payload in enumerate(PAYLOADS):
        path = root / "papiere" / f"{number}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            f"Landkreis Musterbach\n\nDie Brücke {number} wird saniert {payload} sagt die Verwaltung.", encoding="utf-8"
        )
        sidecar = {"name": payload, "reference": f"2024/{number + 1}", "date": "2024-05-03", "paperType": payload}
        lines = (f"{name} = {quoted(value)}" for name, value in sidecar.items())
        path.with_suffix(".toml").write_text("\n".join(lines), encoding="utf-8")
    settings = ServiceSettings(index=root / "index", encoder="hash", state=root / "state")
    build(settings, [root / "papiere"])
    return TestClient(create_app(settings))


def quoted(text: str) -> str:
    return '"' + "".join(one if one.isalnum() else f"\\U{ord(one):08x}" for one in text) + '"'


def complaints(html: str) -> Iterator[str]:
    """What of a page could run, load or lead elsewhere."""
    page = LexborHTMLParser(html)
    for node in page.css("*"):
        for name, value in node.attributes.items():
            value = (value or "").strip().lower()
            if name.startswith("on") or name == "style" or re.match(r"\W*(javascript|data|vbscript)\W*:", value):
                yield f"{node.tag} {name}={value}"
            if name in ("href", "src", "action") and re.match(r"[a-z]+:|//", value) and not value.startswith("http://testserver"):
                yield f"{node.tag} {name}={value}"
        if node.tag in ("script", "style") and node.text(deep=True).strip():
            yield node.html or ""
        if node.tag in ("iframe", "object", "embed", "base", "math"):
            yield node.html or ""


def test_b11_nothing_of_a_paper_or_a_question_is_markup_on_any_page(client: TestClient) -> None:
    shown = 0
    for number in range(len(PAYLOADS)):
        (paper,) = client.get("/api/v1/papers", params={"reference": f"2024/{number + 1}"}).json()
        document = paper["documents"][0]["id"]
        for path in (f"/vorlagen/{paper['id']}", f"/dokumente/{document}"):
            html = client.get(path).text
            assert not list(complaints(html)), (path, PAYLOADS[number])
            shown += PAYLOADS[number].strip() in LexborHTMLParser(html).text()
    assert shown > len(PAYLOADS), "the words themselves are to be read"


def test_b11_nothing_that_was_asked_is_markup_on_the_page_that_answers(client: TestClient) -> None:
    for payload in PAYLOADS[::3]:
        assert not list(complaints(client.get("/suche", params={"q": f"Brücke {payload}", "body": payload}).text)), payload
        assert not list(complaints(client.get("/suche", params={"q": "x", payload: payload}).text)), payload
    for payload in PAYLOADS[::9]:
        assert not list(complaints(client.post("/", data={"question": f"Wird die Brücke saniert {payload}?"}).text)), payload


def test_b11_feeds_and_tables_hold_the_same_words_as_text(client: TestClient) -> None:
    feed = ElementTree.fromstring(client.get("/suche.atom?date_from=1900-01-01").content)  # noqa: S314 (ours)
    assert {node.tag.partition("}")[2] for node in feed.iter()} <= {
        *("feed", "id", "title", "updated", "link", "author", "name", "entry", "category", "summary")
    }
    assert any("<script>" in (node.text or "") for node in feed.iter())
    table = client.get("/suche.csv?date_from=1900-01-01").content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(table), delimiter=";") for cell in row]
    assert len(cells) > 8 * len(PAYLOADS)
    assert not [cell for cell in cells if re.match(r"\s*[=+\-@\t\r＝＋－＠]", cell)]
    assert any(cell.startswith("'=") for cell in cells)


def test_b11_the_interface_is_never_taken_for_a_page(client: TestClient) -> None:
    for payload in PAYLOADS[::6]:
        for path in ("/api/v1/search", "/api/v1/suggest", f"/api/v1/papers/{quote(payload, safe='')}"):
            response = client.get(path, params={"q": payload, "language": payload})
            assert response.headers["content-type"] in ("application/json", "application/problem+json")
            assert response.headers["x-content-type-options"] == "nosniff"
