"""What the search page says beside its hits, and that the interface for programs says the same."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from indexer.domain import Consultation
from service.app import create_app
from service.settings import ServiceSettings
from service.web.search_form import SearchForm

BODIES = ("Landkreis Musterbach", "Stadt Aurental")


@pytest.fixture(scope="module")
def client(make_document, make_index) -> TestClient:
    documents = [
        make_document(
            f"{n}.txt",
            f"Der Jugendhilfeausschuss berät Fall {n}: Ausbau der Kita Nummer {n} und frühe Hilfen am Ort{n}.",
            name=f"Kita {n}",
            reference=f"{2020 + n % 4}/{100 + n}",
            date=date(2020 + n % 4, 1 + n % 12, 1),
            body=BODIES[n % 3 == 0],
            paper_type="Antrag" if n % 5 else "Beschlussvorlage",
            consultations=(Consultation("Kreistag", result="beschlossen" if n % 2 else None),),
        )
        for n in range(1, 41)
    ]
    generation = make_index(documents)
    return TestClient(create_app(ServiceSettings(index=generation.where.parents[2], encoder="hash")))


def page(client: TestClient, language: str = "de", **params: str) -> LexborHTMLParser:
    response = client.get("/suche", params=params, headers={"Accept-Language": language})
    assert response.status_code == 200
    return LexborHTMLParser(response.text)


def total(tree: LexborHTMLParser) -> int:
    found = re.search(r"(\d+) Fundstellen? in (\d+)", tree.css_first("main").text())
    return int(found[2]) if found else 0


def test_d10_a_facet_counts_what_its_filter_then_shows(client: TestClient) -> None:
    for query in (
        {"q": "Kita Ausbau"},
        {"q": "Kita Ausbau", "body": BODIES[0]},
        {"q": "Kita NICHT Ort7"},
        {"paper_type": "Antrag"},
    ):
        links = page(client, **query).css(".facets a")
        assert links
        for link in links:
            shown = page(client, **_query(link.attributes["href"]))
            assert f"({total(shown)})" in link.text(), link.text()


def _query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def test_d10_every_filter_is_a_chip_that_takes_it_away(client: TestClient) -> None:
    active = {"body": BODIES[0], "year": "2021", "date_from": "2021-02-01", "date_to": "2021-12-01", "status": "decided"}
    chips = page(client, q="Kita", **active).css("a.chip")
    assert len(chips) == len(active)
    assert "ab 01.02.2021 – Filter entfernen" in [chip.text() for chip in chips]
    for chip in chips:
        left = _query(chip.attributes["href"])
        assert left.pop("q") == "Kita"
        assert len(left) == len(active) - 1
        assert left.items() <= active.items()


@pytest.mark.parametrize(
    ("first", "last", "years"), [("2022-01-01", "", {2022, 2023}), ("1.1.2021", "31.12.2021", {2021}), ("", "2020-12-31", {2020})]
)
def test_a_period_is_kept_in_the_address_and_narrows(client: TestClient, first: str, last: str, years: set[int]) -> None:
    tree = page(client, q="Kita", date_from=first, date_to=last)
    shown = {int(year) for facts in tree.css(".hits .facts") for year in re.findall(r"\.\d\d\.(\d{4})", facts.text())}
    assert shown == years


def test_a_number_alone_offers_its_paper_and_leaves_out_what_does_not_name_it(client: TestClient) -> None:
    for typed in ("2021/101", "DS 2021/101", "101/2021", "21/101"):
        tree = page(client, q=typed)
        assert tree.css_first(".jump a").text() == "Zur Vorlage 2021/101 (Landkreis Musterbach)"
        assert client.get(tree.css_first(".jump a").attributes["href"]).status_code == 200
        assert [h.text() for h in tree.css(".hits h3")] == ["Kita 1"]
    assert not page(client, q="Kita 2021").css(".jump")


def test_an_unknown_word_is_offered_in_another_spelling_and_not_searched_for_by_itself(client: TestClient) -> None:
    tree = page(client, q="Jugendhilfeauschuss Ort5", body=BODIES[0])
    (link,) = tree.css(".jump a")
    assert link.text() == "Jugendhilfeausschuss Ort5"
    assert _query(link.attributes["href"]) == {"q": "Jugendhilfeausschuss Ort5", "body": BODIES[0]}
    assert tree.css_first("#q").attributes["value"] == "Jugendhilfeauschuss Ort5"
    assert client.get("/api/v1/search", params={"q": "Jugendhilfeauschuss"}).json()["did_you_mean"] == "Jugendhilfeausschuss"


def test_the_page_says_how_a_search_with_operators_was_read(client: TestClient) -> None:
    tree = page(client, q='"frühe Hilfen" Ausbau ODER Anbau -Ort7 gremium:Kreistag und so "')
    assert [line.text() for line in tree.css(".read li")] == [
        "verlangt: genau „frühe Hilfen“",
        "verlangt: „Ausbau“ oder „Anbau“",
        "verlangt: Gremium „Kreistag“",
        "ohne: „Ort7“",
        'als gewöhnlicher Text gelesen: "',
    ]
    assert page(client, "en", q="Kita UND Ort7").css_first(".read li").text() == "demanded: “Kita”"
    assert not page(client, q="Kita und Hort").css(".read")


def test_where_conditions_leave_nothing_the_words_alone_are_a_link(client: TestClient) -> None:
    (link,) = page(client, q='"Kita Ausbau" UND Hilfen').css(".note a")
    assert _query(link.attributes["href"]) == {"q": "Kita Ausbau Hilfen"}
    assert total(page(client, q="Kita Ausbau Hilfen")) > 0


def test_programs_search_alike(client: TestClient) -> None:
    found = client.get("/api/v1/search", params={"q": '"frühe Hilfen am Ort7" "', "limit": 50}).json()
    assert [hit["paper"]["reference"] for hit in found["hits"]] == ["2023/107"]
    assert found["as_words"] == ['"']
    listed = client.get("/api/v1/search", params={"body": BODIES[1], "limit": 50}).json()
    days = [hit["paper"]["date"] for hit in listed["hits"]]
    assert len(days) == 13
    assert days == sorted(days, reverse=True)
    assert client.get("/api/v1/search").status_code == 422
    description = client.get("/api/v1/openapi.json").json()["paths"]["/api/v1/search"]["get"]["description"]
    assert all(word in description for word in ("UND", "ODER", "NICHT", "gremium:"))


def test_examples_of_operators_lead_to_hits_or_are_no_links(client: TestClient) -> None:
    links = page(client).css(".examples a")
    assert len(links) >= 6
    for link in links:
        assert total(page(client, **_query(link.attributes["href"]))) > 0, link.text()


def test_the_order_is_a_link_that_keeps_the_rest(client: TestClient) -> None:
    (link,) = page(client, q="Kita", body=BODIES[0], seite="2").css(".order a")
    assert _query(link.attributes["href"]) == {"q": "Kita", "body": BODIES[0], "sort": "date"}


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["q", "body", "year", "date_from", "date_to", "sort", "seite", "status", "aehnlich"]),
        st.text(max_size=60),
    )
)
def test_any_address_has_a_form(query: dict[str, str]) -> None:
    form = SearchForm.read(query)
    form.filters()
    assert SearchForm.read(_query(form.url(seite=form.seite))).filters() == form.filters()
