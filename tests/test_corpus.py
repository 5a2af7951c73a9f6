"""The sample corpus and its gold questions: consistent with what is read, and the questions everybody asks first."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from indexer.domain import Document
from indexer.parsing import ocr
from service.answers import Answerer

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "corpus"
QUESTIONS = [json.loads(line) for line in (CORPUS / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
FIELDS = {"id", "question", "language", "answer_facts", "document", "page", "quote", "answerable", "type", "previous"}


def collapsed(text: str) -> str:
    """White space and cell borders aside: the reader of PDFs does not see them yet."""
    return " ".join(text.replace("|", " ").split())


@pytest.fixture(scope="module")
def documents(sample_answerer: Answerer) -> dict[str, Document]:
    return {document.file.name: document for document in sample_answerer.generation.documents()}


def test_there_are_thirty_documents_of_seven_bodies_in_five_formats(documents: dict[str, Document]) -> None:
    assert len(documents) >= 30
    assert len({document.paper.body for document in documents.values()}) == 7
    assert len({document.file.media_type for document in documents.values()}) == 5


def test_every_question_has_the_fields_and_an_id_of_its_own() -> None:
    assert len(QUESTIONS) >= 60
    assert all(set(question) == FIELDS for question in QUESTIONS)
    assert max(Counter(question["id"] for question in QUESTIONS).values()) == 1


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q["answerable"]], ids=lambda q: q["id"])
def test_the_gold_quote_stands_on_its_page(question: dict[str, object], documents: dict[str, Document]) -> None:
    if question["document"] not in documents:
        assert ocr.available() is None
        pytest.skip(f"{question['document']} is a scan, and Tesseract is not installed")
    document = documents[str(question["document"])]
    page = next(page for page in document.pages if page.number == question["page"])
    assert collapsed(str(question["quote"])) in collapsed(document.text[page.start : page.end])


def test_questions_without_an_answer_name_no_document() -> None:
    silent = [question for question in QUESTIONS if not question["answerable"]]
    assert len(silent) >= 10
    assert all(q["document"] is None and q["quote"] is None and not q["answer_facts"] for q in silent)


@pytest.mark.parametrize(
    ("question", "picture"),
    [
        ("Welche Handlungsfelder hat Konstanz priorisiert?", "steht nicht im Text"),
        ("Which Handlungsfelder has Konstanz prioritised?", "is not in the text"),
    ],
)
def test_priorities_of_konstanz(question: str, picture: str, sample_answerer: Answerer) -> None:
    answer = sample_answerer.answer(question)
    text = " ".join(citation.quote for citation in answer.citations)
    assert "Sechs" in text
    assert "Priorität 1" in text
    assert "vier" in text
    assert "Priorität 2" in text
    assert "Personal" in text
    assert {citation.passage.document.paper.body for citation in answer.citations} == {"Landkreis Konstanz"}
    assert picture in answer.text
    assert "Bevölkerung" not in answer.text  # the first of Börde's eight


def test_every_quotation_is_the_stored_text_at_its_offsets(sample_answerer: Answerer) -> None:
    checked = 0
    for question in QUESTIONS:
        answer = sample_answerer.answer(question["question"])
        for citation in (*answer.citations, *answer.near_misses):
            document = sample_answerer.generation.find(citation.passage.document.id)
            assert document is not None
            assert document.text[citation.start : citation.end] == citation.quote
            checked += 1
    assert checked > len(QUESTIONS)


# Invented for the two non-public papers, and in no other document.
HIDDEN = ("Kranichwiese", "Silberreihernest")


def test_words_of_non_public_papers_occur_in_no_public_file(sample_index: Path, documents: dict[str, Document]) -> None:
    hidden = [path.name for path in CORPUS.rglob("*") if "nichtoeffentlich" in path.name and path.suffix != ".toml"]
    assert len(hidden) == 2
    assert not [name for name in documents if "nichtoeffentlich" in name]
    for word in HIDDEN:
        assert holding(sample_index / "internal", word)  # so the next line can fail
        assert not holding(sample_index / "public", word)


def holding(folder: Path, word: str) -> list[Path]:
    """The files with these letters in them, in any case."""
    return [path for path in folder.rglob("*") if path.is_file() and word.lower().encode() in path.read_bytes().lower()]
