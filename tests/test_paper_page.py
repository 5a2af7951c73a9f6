"""The page of a paper: its Beratungsfolge with holes, proofs and what is to come; Anlagen, versions, links."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser, LexborNode

from indexer.build import build
from indexer.domain import Document, File, Paper
from indexer.references import reference_key
from indexer.store import Collection
from service.app import create_app
from service.settings import ServiceSettings
from service.web.papers import is_called, paper_view

PAPERS = {
    "2025-040 Vorlage.md": """Landkreis Musterbach

# Neubau der Rettungswache am Mühlbach

Drucksachen-Nr.: 2025/040

| Gremium | Termin | Ö/N | Zuständigkeit | Ergebnis |
|---|---|---|---|---|
| Bauausschuss | 03.03.2025 | N | Vorberatung | |
| Sozialausschuss | 10.03.2025 | Ö | Vorberatung | einstimmig empfohlen |
| Finanzausschuss | 17.03.2025 | Ö | Vorberatung | vertagt |
| Kreistag | 31.03.2025 | Ö | Entscheidung | |

## Beschlussvorschlag

Der Kreistag beschließt den Neubau. Grundlage ist die Vorlage 2024/011, siehe auch 2019/999.

## Anlagen

Anlage 1: Lageplan der Rettungswache

Anlage 2: Kostenschätzung 2025
""",
    "2025-040 Anlage Lageplan der Rettungswache.txt": """Landkreis Musterbach
Drucksachen-Nr.: 2025/040
Anlage

Lageplan der Rettungswache

Die Wache steht an der Kreisstraße 7.
""",
    "2024-011.txt": "Landkreis Musterbach\nDrucksachen-Nr.: 2024/011\n\nBedarfsplan für den Rettungsdienst\n\nZu klein.",
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> ServiceSettings:
    root = tmp_path_factory.mktemp("vorlagen")
    (root / "papiere").mkdir()
    for name, text in PAPERS.items():
        (root / "papiere" / name).write_text(text, encoding="utf-8")
    settings = ServiceSettings(index=root / "index", encoder="hash")
    build(settings, [root / "papiere"])
    return settings


@pytest.fixture(scope="module")
def client(settings: ServiceSettings) -> TestClient:
    return TestClient(create_app(settings))


def page(client: TestClient, reference: str, language: str = "de") -> LexborHTMLParser:
    papers = client.get("/api/v1/papers", params={"reference": reference}).json()
    return LexborHTMLParser(client.get(f"/vorlagen/{papers[0]['id']}?language={language}").text)


def words(node: LexborNode) -> str:
    return " ".join(node.text().split())


def test_the_beratungsfolge_is_a_list_in_order_with_its_holes(client: TestClient) -> None:
    steps = [words(step) for step in page(client, "2025/040").css("ol.timeline > li")]
    assert steps == [
        "03.03.2025 Bauausschuss · Vorberatung · nichtöffentliche Sitzung"
        " Nichtöffentlich beraten. Der Inhalt steht nicht in den Unterlagen.",
        "10.03.2025 Sozialausschuss · Vorberatung Empfohlen: einstimmig empfohlen"
        " Beleg: Neubau der Rettungswache am Mühlbach, Seite 1",
        "17.03.2025 Finanzausschuss · Vorberatung Vertagt oder verwiesen: vertagt"
        " Beleg: Neubau der Rettungswache am Mühlbach, Seite 1",
        "31.03.2025 Kreistag · Entscheidung Kein Ergebnis in den Unterlagen.",
    ]


def test_steps_to_come_are_told_from_past_ones_by_the_day_of_the_request(settings: ServiceSettings) -> None:
    generation = Collection(settings.index, "public").open()
    documents = generation.documents("reference_key = ?", [reference_key("2025/040")])
    states = {
        day: [step.state for step in paper_view(generation, documents, day).steps]
        for day in (date(2025, 3, 3), date(2025, 3, 31), date(2025, 4, 1))
    }
    assert states == {
        date(2025, 3, 3): ["planned", "told", "told", "planned"],
        date(2025, 3, 31): ["hidden", "told", "told", "planned"],
        date(2025, 4, 1): ["hidden", "told", "told", "silent"],
    }


def test_the_proof_of_a_result_opens_the_words_that_say_so(client: TestClient) -> None:
    proof = page(client, "2025/040").css_first(".told .proof a").attributes["href"] or ""
    marked = LexborHTMLParser(client.get(proof.partition("#")[0]).text).css("mark")
    assert "einstimmig empfohlen" in " ".join(mark.text() for mark in marked)


def test_the_gremium_leads_to_a_search_for_its_papers(client: TestClient) -> None:
    link = page(client, "2025/040").css_first(".told .who a").attributes["href"] or ""
    assert "organization=Sozialausschuss" in link
    assert LexborHTMLParser(client.get(link).text).css("main a[href^='/dokumente/']")


def test_d13_each_gremium_of_a_paper_and_its_body_have_a_feed(client: TestClient) -> None:
    shown = page(client, "2025/040")
    offered = {link.attributes["title"]: link.attributes["href"] for link in shown.css('link[type="application/atom+xml"]')}
    names = ["Bauausschuss", "Sozialausschuss", "Finanzausschuss", "Kreistag", "Landkreis Musterbach"]
    assert list(offered) == [f"Ratslotse: {name}" for name in names]
    linked = {words(link): link.attributes["href"] for link in shown.css('main a[href^="/suche.atom"]')}
    assert list(linked) == names
    for address in (*offered.values(), *linked.values()):
        assert "2025/040" in client.get(str(address)).text


def test_an_anlage_is_linked_where_it_is_there_and_said_to_be_missing_where_not(client: TestClient) -> None:
    plan, costs = page(client, "2025/040").css("section[aria-labelledby=anlagen] li")
    assert "an der Kreisstraße 7" in client.get(plan.css_first("a").attributes["href"] or "").text
    assert words(costs) == "Kostenschätzung 2025 (nicht in den Unterlagen)"


def test_papers_named_are_linked_or_said_to_be_missing(client: TestClient) -> None:
    named = [words(one) for one in page(client, "2025/040").css("section[aria-labelledby=genannt] li")]
    assert named == ["2024/011 Bedarfsplan für den Rettungsdienst", "2019/999 (nicht in den Unterlagen)"]
    assert "2025/040" in words(page(client, "2024/011").css_first("section[aria-labelledby=genannt-in]"))


def test_a_paper_leads_to_the_search_for_similar_ones(client: TestClient) -> None:
    (paper,) = client.get("/api/v1/papers", params={"reference": "2025/040"}).json()
    links = [link.attributes["href"] for link in page(client, "2025/040").css(".actions a")]
    assert links == [f"/suche?aehnlich={paper['id']}&language=de"]


def test_c6_german_words_of_an_english_page_are_marked_as_german(client: TestClient) -> None:
    english = page(client, "2025/040", "en")
    assert english.css_first("h1").attributes["lang"] == "de"
    assert {node.attributes["lang"] for node in english.css(".timeline q, .timeline .who span")} == {"de"}
    assert "Discussed in private. The content is not in the documents." in english.css_first(".hidden").text()


def test_d6_a_superseded_version_says_so_at_the_top_and_the_newest_does_not(sample_index: Path) -> None:
    client = TestClient(create_app(ServiceSettings(index=sample_index)))
    hits = client.get("/api/v1/search", params={"q": "Sozialplanung Aurental", "paper_type": "Sozialplanung"}).json()["hits"]
    paper = client.get(f"/api/v1/papers/{hits[0]['paper']['id']}").json()
    notes = {
        version["newest"]: LexborHTMLParser(client.get(f"/vorlagen/{version['id']}?language=de").text).css("h1 + .note")
        for version in paper["versions"]
    }
    newest = next(version["id"] for version in paper["versions"] if version["newest"])
    assert notes[True] == []
    assert "Diese Fassung ist überholt." in notes[False][0].text()
    assert notes[False][0].css_first("a").attributes["href"] == f"/vorlagen/{newest}?language=de"


@pytest.mark.parametrize(
    ("name", "file_name", "called"),
    [
        ("Anlage 1", "2025-040_Anlage_1.pdf", True),
        ("Anlage 1", "2025-040_Anlage_11.pdf", False),
        ("Kostenschätzung 2025", "Kostenschätzung 2024.pdf", False),
        ("Kostenschätzung", "KOSTENSCHAETZUNG.PDF", True),
        ("–", "Anlage.pdf", False),
    ],
)
def test_a_name_means_a_document_only_if_all_its_words_and_figures_are_there(name: str, file_name: str, called: bool) -> None:
    file = File("s", file_name, Path(file_name), "text/plain", "", "", 0, "public")
    assert is_called(Document("d", file, "", (), (), Paper()), name) is called
