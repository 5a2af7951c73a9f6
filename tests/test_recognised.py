"""Words that were read from a picture are told as such wherever they appear, and doubtful figures among them with a warning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from indexer.domain import Document
from indexer.encoders import HashEncoder
from indexer.passages import passages_of, searched_text
from indexer.prepared import prepare
from indexer.store import Collection
from service.app import create_app
from service.drafts import Citation
from service.settings import ServiceSettings

TEXT = "Der Seniorenbus hält an 24 Haltestellen der Laubhöhe."


@pytest.fixture
def scanned(make_document):
    """A document of one sentence, whose words were recognised with this confidence; None: its own text."""

    def make(confidence: float | None, text: str = TEXT) -> Document:
        document: Document = make_document("bus.txt", text)
        return replace(document, blocks=tuple(replace(block, confidence=confidence) for block in document.blocks))

    return make


@pytest.fixture
def served(tmp_path: Path):
    def serve(documents: Sequence[Document]) -> TestClient:
        prepared = [prepare(document) for document in documents]
        texts = [searched_text(passage) for one in prepared for passage in one.passages]
        Collection(tmp_path, "public").publish(prepared, HashEncoder().encode(texts, "passage"), HashEncoder.name)
        return TestClient(create_app(ServiceSettings(index=tmp_path, encoder="hash")))

    return serve


def citation(document: Document) -> Citation:
    (passage,) = passages_of(document)
    return Citation(1, passage, passage.start, passage.end)


@pytest.mark.parametrize(
    ("confidence", "text", "doubtful"),
    [
        (None, TEXT, False),
        (0.95, TEXT, False),
        (0.6, TEXT, True),
        (0.6, "Der Seniorenbus hält an vielen Haltestellen.", False),  # misread letters are seen, figures are believed
    ],
)
def test_a_figure_read_without_certainty_is_doubtful(scanned, confidence: float | None, text: str, doubtful: bool) -> None:
    quoted = citation(scanned(confidence, text))
    assert (quoted.recognition, quoted.doubtful) == (confidence, doubtful)


@pytest.mark.parametrize(("confidence", "warnings"), [(None, []), (0.95, ["OCR"]), (0.6, ["OCR", "Zahl nicht sicher"])])
def test_an_answer_warns_of_what_was_read_from_a_picture(scanned, served, confidence: float | None, warnings: list[str]) -> None:
    client = served([scanned(confidence)])
    answer = client.post("/api/v1/ask", json={"question": "An wie vielen Haltestellen hält der Seniorenbus?"}).json()
    cited = [*answer["citations"], *answer["near_misses"]]
    assert cited
    assert all(one["recognition"] == confidence and one["doubtful"] == (len(warnings) == 2) for one in cited)
    told = [warning for warning in ("OCR", "Zahl nicht sicher") if warning in answer["notice"]]
    assert told == warnings


@pytest.mark.parametrize(("confidence", "marks"), [(None, []), (0.95, ["Texterkennung"]), (0.6, ["Texterkennung"])])
def test_hits_say_what_was_read_from_a_picture(scanned, served, confidence: float | None, marks: list[str]) -> None:
    client = served([scanned(confidence)])
    (hit,) = client.get("/api/v1/search", params={"q": "Seniorenbus"}).json()["hits"]
    assert hit["passage"]["recognition"] == confidence
    page = client.get("/suche", params={"q": "Seniorenbus"}).text
    assert [mark for mark in ("Texterkennung",) if f">{mark}<" in page] == marks


@pytest.mark.parametrize(("confidence", "marks"), [(None, 0), (0.95, 1), (0.6, 2)])
def test_the_page_of_a_document_says_it_too(scanned, served, confidence: float | None, marks: int) -> None:
    document = scanned(confidence)
    page = served([document]).get(f"/dokumente/{document.id}").text
    assert ("mit Texterkennung (OCR)" in page) + ("Zahl unsicher gelesen" in page) == marks
