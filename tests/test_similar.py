"""Papers like another one, or like a text of the reader's."""

from __future__ import annotations

import logging

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from indexer.encoders import HashEncoder
from indexer.filters import ANY, Filters
from indexer.generation import Generation, paper_id
from service.app import create_app
from service.settings import ServiceSettings
from service.similar import LONGEST, like_paper, like_text

BUS = "Die Buslinie {n} fährt künftig häufiger. Der Fahrplan wird dichter, die Haltestellen werden barrierefrei."
BODY = "Landkreis Musterbach"


@pytest.fixture(scope="module")
def generation(make_document, make_index) -> Generation:
    texts = {
        "bus7": (BUS.format(n=7) + "\n\n" + BUS.format(n=7).replace("künftig", "bald"), "Buslinie 7", "2023/10", BODY),
        "bus7-1": (BUS.format(n=7), "Buslinie 7", "2023/10/1", BODY),  # its next version
        "bus9": ("Für die Buslinie 9 gilt ein dichter Fahrplan. Drei Haltestellen kommen hinzu.", "Buslinie 9", "2024/4", BODY),
        "bus9-anlage": ("Anlage: Fahrplan der Buslinie 9 mit allen Haltestellen.", "Fahrplan", "2024/4", BODY),
        "kita": ("Die Kita am Berg erhält einen Anbau.", "Kita am Berg", "2024/5", BODY),
        "bus-fern": ("Buslinie und Fahrplan in Aurental, barrierefreie Haltestellen.", "Bus", "2024/6", "Stadt Aurental"),
    }
    return make_index(
        [
            make_document(f"{name}.txt", text, name=title, reference=number, body=body)
            for name, (text, title, number, body) in texts.items()
        ]
    )


def names(ranking) -> list[str]:
    return [hit.passage.document.file.name.removesuffix(".txt") for hit in ranking.hits()]


def test_d14_papers_like_a_paper_come_once_each_without_itself_and_its_versions(generation: Generation) -> None:
    paper = generation.documents("name = ?", ["bus7.txt"])
    words, found = like_paper(generation, paper, ANY)
    assert "fahrplan" in words.split()
    assert set(names(found)[:2]) < {"bus9", "bus9-anlage", "bus-fern"}
    assert not {"bus7", "bus7-1"} & set(names(found))
    papers = [paper_id(hit.passage.document) for hit in found.hits()]
    assert len(set(papers)) == len(papers) == 3
    assert names(found)[-1] == "kita"


def test_d14_papers_like_a_text(generation: Generation) -> None:
    draft = "Entwurf: Die Buslinie 9 soll einen dichteren Fahrplan mit mehr Haltestellen erhalten. " * 30
    _, found = like_text(generation, HashEncoder(), draft, ANY)
    assert names(found)[0] in ("bus9", "bus9-anlage")
    assert names(like_text(generation, HashEncoder(), draft, Filters(body=("Stadt Aurental",)))[1]) == ["bus-fern"]


def test_an_empty_index_has_nothing_similar(make_index) -> None:
    assert names(like_text(make_index([]), HashEncoder(), "Bus", ANY)[1]) == []


@pytest.fixture(scope="module")
def client(generation: Generation) -> TestClient:
    return TestClient(create_app(ServiceSettings(index=generation.where.parents[2], encoder="hash")))


def test_the_page_shows_papers_similar_to_one_and_links_to_it(client: TestClient, generation: Generation) -> None:
    tree = LexborHTMLParser(client.get("/suche", params={"q": "Kita Anbau"}, headers={"Accept-Language": "de"}).text)
    link = next(a.attributes for a in tree.css(".hits a") if "aehnlich=" in (a.attributes["href"] or ""))
    assert link["aria-label"].startswith("Ähnliche Vorlagen zu: ")
    shown = LexborHTMLParser(client.get(link["href"], headers={"Accept-Language": "de"}).text)
    assert shown.css_first("#treffer").text().startswith("Ähnlich wie: ")
    assert len(shown.css(".hits > li")) >= 3
    assert client.get("/suche", params={"aehnlich": "nirgends"}).status_code == 404


def test_b25_a_pasted_text_is_compared_and_neither_kept_nor_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        response = client.post(
            "/suche", data={"text": "Geheimplan Zirbelnuss: Buslinie 9, Fahrplan"}, headers={"Accept-Language": "de"}
        )
    tree = LexborHTMLParser(response.text)
    assert "Buslinie 9" in tree.css_first(".hits").text() or "Fahrplan" in tree.css_first(".hits").text()
    assert "Geheimplan Zirbelnuss" in tree.css_first("textarea").text()
    assert "Der Text wird nicht gespeichert." in tree.css_first("#text-hinweis").text()
    assert response.headers["cache-control"] == "private, no-cache"
    assert "Zirbelnuss" not in caplog.text
    assert not [a for a in tree.css("a") if "Zirbelnuss" in (a.attributes.get("href") or "")]


@pytest.mark.parametrize(
    ("text", "told"), [("", "nichts eingegeben"), (" -\n", "nichts eingegeben"), ("a" * (LONGEST + 1), "20001 Zeichen")]
)
def test_a_text_that_cannot_be_compared_is_refused_with_a_reason(client: TestClient, text: str, told: str) -> None:
    response = client.post("/suche", data={"text": text}, headers={"Accept-Language": "de"})
    assert response.status_code == 422
    assert told in response.text
    assert len(LexborHTMLParser(response.text).css("#fehler")) == 1


def test_the_longest_text_is_compared(client: TestClient) -> None:
    text = ("Straße für Bürger.\r\n" * (LONGEST // 19)).ljust(LONGEST + LONGEST // 19, "x")
    assert client.post("/suche", data={"text": text}).status_code == 200


def test_a_text_with_half_a_character_is_compared_without_it(client: TestClient) -> None:
    """A form may name a charset that can spell such a half, which no page could write."""
    part = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nRadweg +2AA- Berg\r\n--b--\r\n'
    response = client.post("/suche", content=part, headers={"Content-Type": "multipart/form-data; boundary=b; charset=utf-7"})
    assert response.status_code == 200
