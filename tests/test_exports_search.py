"""Lists and feeds of a search: titles are hostile, formats are kept, everything in a list is what the search found."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
import python_calamine
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from fastapi.testclient import TestClient
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.build import build
from service.app import create_app
from service.list_formats import cell
from service.settings import ServiceSettings

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = {
    "formel": '=HYPERLINK("http://boese.example","Klick")',
    "minus": "-2+3+cmd|' /C calc'!A0",
    "klammer": "Kosten} \\input{/etc/passwd} 100 % & mehr_ #1 ~^$",
    "markup": '<script>alert(1)</script> &amp; ]]> "Zitat"; neu',
    "at": "@SUM(1+1)*cmd",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    root = tmp_path_factory.mktemp("exports")
    folder = root / "papiere" / "Landkreis Musterbach"
    folder.mkdir(parents=True)
    for number, (name, title) in enumerate(HOSTILE.items(), start=1):
        (folder / f"{name}.txt").write_text(f"Der Radweg am Ufer, Fall {name}.", encoding="utf-8")
        sidecar = {"name": title, "reference": f"2024/{number:03}", "paperType": "Antrag", "date": f"2024-0{number}-01"}
        if name == "minus":
            sidecar["consultation"] = [{"organization": "Kreistag", "result": "beschlossen", "date": "2024-11-05"}]
        lines = "".join(json.dumps({"file": f"{name}.txt", **sidecar}) + "\n")
        with (folder / "manifest.jsonl").open("a", encoding="utf-8") as manifest:
            manifest.write(lines)
    (folder / "ohne.txt").write_text("Der Radweg ohne Datum.", encoding="utf-8")
    settings = ServiceSettings(index=root / "index", encoder="hash")
    build(settings, [root / "papiere"])
    return TestClient(create_app(settings))


def rows(client: TestClient, **params: str) -> list[dict[str, str]]:
    response = client.get("/suche.csv", params={"q": "Radweg", **params}, headers={"Accept-Language": "de"})
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def test_a_list_holds_every_document_found_with_its_place(client: TestClient) -> None:
    found = rows(client)
    assert len(found) == len(HOSTILE) + 1
    assert {row["Nummer"] for row in found} == {"", *(f"2024/00{n}" for n in range(1, 6))}
    dated = next(row for row in found if row["Nummer"] == "2024/002")
    assert (dated["Datum"], dated["Körperschaft"], dated["Art"], dated["Stand"], dated["Seite"]) == (
        "2024-02-01", "Landkreis Musterbach", "Antrag", "beschlossen", "1",
    )  # fmt: skip
    assert client.get(dated["Adresse"]).status_code == 200
    assert len(rows(client, date_from="2024-03-01")) == 3


def test_b11_no_cell_of_a_table_begins_a_formula(client: TestClient) -> None:
    values = [value for row in rows(client) for value in row.values()]
    assert not [value for value in values if re.match(r"\s*[=+\-@\t\r]", value)]
    assert f"'{HOSTILE['formel']}" in values


@given(st.text())
@example("\t=1")
@example(" =1")
@example("\r@x")
@example("'")
def test_b11_a_cell_stays_text_whatever_it_holds(text: str) -> None:
    written = cell(text)
    assert not re.match(r"\s*[=+\-@\t\r]", written)
    assert written in (text, f"'{text}") or re.search(r"[\x00-\x1f\x7f\ufffe\uffff]", text)


def test_an_excel_file_holds_the_same_as_texts(client: TestClient) -> None:
    content = client.get("/suche.xlsx", params={"q": "Radweg"}, headers={"Accept-Language": "de"}).content
    sheet = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert sheet[0] == list(rows(client)[0])
    assert sorted(row[1] for row in sheet[1:]) == sorted(row["Titel"].removeprefix("'") for row in rows(client))
    assert b"<f>" not in content


def test_bibtex_is_balanced_and_keeps_every_sign(client: TestClient) -> None:
    text = client.get("/suche.bib", params={"q": "Radweg"}).text
    depth = 0
    for sign in re.sub(r"\\[#$%&_{}]", "", text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0
    assert len(re.findall(r"^@techreport\{rats\w+,$", text, re.MULTILINE)) == len(HOSTILE) + 1
    assert r"title = {{Kosten\} \textbackslash{}input\{/etc/passwd\} 100 \% \& mehr\_ \#1" in text


def test_csl_json_has_the_fields_of_its_schema(client: TestClient) -> None:
    items = client.get("/suche.json", params={"q": "Radweg"}).json()
    assert len({item["id"] for item in items}) == len(items) == len(HOSTILE) + 1
    texts = {"id", "type", "title", "number", "publisher", "genre", "status", "page", "URL", "language"}
    for item in items:
        assert item["type"] == "report"
        assert set(item) <= texts | {"issued", "author"}
        assert all(isinstance(item[name], str) for name in texts & set(item))
    dated = [item["issued"]["date-parts"] for item in items if "issued" in item]
    assert [2024, 2, 1] in [parts for (parts,) in dated]
    assert {item["title"] for item in items} >= set(HOSTILE.values())


def entries(client: TestClient, **params: str) -> tuple[ElementTree.Element, list[ElementTree.Element]]:
    response = client.get("/suche.atom", params={"q": "Radweg", **params})
    assert response.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(response.content)  # noqa: S314
    return feed, feed.findall(f"{ATOM}entry")


def test_d13_a_feed_has_what_rfc_4287_demands(client: TestClient) -> None:
    feed, found = entries(client)
    for element in (feed, *found):  # exactly one of each: 4.1.1, 4.1.2
        for name in ("id", "title", "updated"):
            (one,) = element.findall(f"{ATOM}{name}")
            assert one.text
        urn = element.find(f"{ATOM}id").text
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", urn)
        assert datetime.fromisoformat(element.find(f"{ATOM}updated").text).tzinfo
    assert feed.find(f"{ATOM}author/{ATOM}name").text
    assert len({entry.find(f"{ATOM}id").text for entry in found}) == len(found)
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert client.get(links["self"]).content == client.get("/suche.atom", params={"q": "Radweg"}).content
    assert parse_qs(urlsplit(links["alternate"]).query) == {"q": ["Radweg"]}
    for entry in found:
        (link,) = entry.findall(f"{ATOM}link")
        assert client.get(link.get("href")).status_code == 200
        assert [child.tag for child in entry if child.tag not in ALLOWED] == []


ALLOWED = {f"{ATOM}{name}" for name in ("id", "title", "updated", "link", "author", "category", "summary")}


def test_a_feed_is_newest_first_by_what_happened_last_and_leaves_out_what_has_no_day(client: TestClient) -> None:
    feed, found = entries(client)
    days = [entry.find(f"{ATOM}updated").text[:10] for entry in found]
    assert days == ["2024-11-05", "2024-05-01", "2024-04-01", "2024-03-01", "2024-01-01"]  # the first by its decision
    assert feed.find(f"{ATOM}updated").text[:10] == days[0]


def test_ids_of_a_feed_stay_and_do_not_depend_on_the_search(client: TestClient) -> None:
    one, others = (entries(client)[1], entries(client, sort="date", paper_type="Antrag")[1])
    assert {e.find(f"{ATOM}id").text for e in one} == {e.find(f"{ATOM}id").text for e in others}
    assert entries(client)[0].find(f"{ATOM}id").text != entries(client, paper_type="Antrag")[0].find(f"{ATOM}id").text


def test_d13_rss_says_the_same_and_has_what_its_specification_demands(client: TestClient) -> None:
    response = client.get("/suche.rss", params={"q": "Radweg"})
    assert response.headers["content-type"].startswith("application/rss+xml")
    root = ElementTree.fromstring(response.content)  # noqa: S314
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root
    for name in ("title", "link", "description"):
        assert channel.findtext(name)
    items, found = channel.findall("item"), entries(client)[1]
    assert [item.findtext("guid") for item in items] == [entry.findtext(f"{ATOM}id") for entry in found]
    assert [item.findtext("title") for item in items] == [entry.findtext(f"{ATOM}title") for entry in found]
    for item, entry in zip(items, found, strict=True):
        assert parsedate_to_datetime(item.findtext("pubDate")) == datetime.fromisoformat(entry.findtext(f"{ATOM}updated"))
        assert client.get(item.findtext("link")).status_code == 200
        assert "<" not in item.findtext("description")
    assert {item.find("guid").get("isPermaLink") for item in items} == {"false"}


def test_b11_titles_in_a_feed_are_text(client: TestClient) -> None:
    titles = {entry.find(f"{ATOM}title").text.partition(": ")[2] for entry in entries(client)[1]}
    assert titles == set(HOSTILE.values())


def test_filters_alone_make_a_list_and_a_feed(client: TestClient) -> None:
    assert len(entries(client, q="", paper_type="Antrag")[1]) == len(HOSTILE)
    assert len(rows(client, q="", paper_type="Antrag")) == len(HOSTILE)


@pytest.mark.parametrize("path", ["/suche.csv", "/suche.xlsx", "/suche.bib", "/suche.json", "/suche.atom", "/suche.rss"])
def test_without_a_search_there_is_no_list(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 422
    assert "Es wurde nichts eingegeben" in response.text or "Nothing was entered" in response.text


def test_unknown_kinds_of_lists_are_not_there(client: TestClient) -> None:
    assert client.get("/suche.exe", params={"q": "Radweg"}).status_code == 404


def test_addresses_are_those_of_the_operator_behind_a_proxy(client: TestClient, tmp_path: Path) -> None:
    inner = client.app.state.runtime.settings  # type: ignore[attr-defined]
    outside = TestClient(create_app(inner.model_copy(update={"public_url": "https://rat.example"})))
    assert all(row["Adresse"].startswith("https://rat.example/dokumente/") for row in rows(outside))
    urls = re.findall(r'href="([^"]+)"', outside.get("/suche.atom", params={"q": "Radweg"}).text)
    assert urls
    assert all(url.startswith("https://rat.example/") for url in urls)


def test_d13_browsers_find_the_search_and_the_feed(client: TestClient) -> None:
    page = client.get("/suche", params={"q": "Radweg"}).text
    assert re.search(
        r'<link rel="search" type="application/opensearchdescription\+xml" title="Ratslotse" href="/opensearch.xml', page
    )
    assert re.search(r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="/suche.atom\?q=Radweg', page)
    root = ElementTree.fromstring(client.get("/opensearch.xml").content)  # noqa: S314
    space = root.tag.removesuffix("OpenSearchDescription")
    assert [child.tag.removeprefix(space) for child in root][:2] == ["ShortName", "Description"]
    assert 0 < len(root.find(f"{space}ShortName").text) <= 16
    for url in root.findall(f"{space}Url"):
        response = client.get(url.get("template").replace("{searchTerms}", "Radweg"))
        assert response.status_code == 200
        assert response.headers["content-type"].partition(";")[0] == url.get("type")


def test_d14_a_csl_processor_makes_a_bibliography_of_the_list(client: TestClient) -> None:
    items = client.get("/suche.json", params={"q": "Radweg"}).json()
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    made = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
    for item in items:
        made.register(Citation([CitationItem(item["id"])]))
    text = "\n".join(map(str, made.bibliography()))
    assert all(f"Antrag 2024/00{n}. Landkreis Musterbach, p. 1. Available at: http" in text for n in range(1, 6))
    assert text.count("Landkreis Musterbach (2024) ") == len(HOSTILE)
