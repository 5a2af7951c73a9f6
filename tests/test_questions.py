"""What is asked: language, bodies as people name them, numbers, words that no paper holds."""

from __future__ import annotations

import pytest

from indexer.build import build
from indexer.search import Filters
from indexer.settings import Settings
from indexer.store import Collection, Generation
from service.errors import QuestionEmpty, QuestionTooLong
from service.questions import LONGEST, checked, language_of, understand

BODIES = ("Landkreis Wöhrsund", "Stadt Wöhrsund", "Landkreis Altmoor (Leine)", "Landkreis Tannberg-Auen")


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    root = tmp_path_factory.mktemp("bodies")
    for body in BODIES:
        (root / "papiere" / body).mkdir(parents=True)
        text = f"{body}\n\nBericht\n\nDie Sozialplanung nennt acht Handlungsfelder. Der Kreistag berät im Herbst."
        (root / "papiere" / body / "bericht.txt").write_text(text, encoding="utf-8")
    settings = Settings(index=root / "index", encoder="hash")
    build(settings, [root / "papiere"])
    return Collection(settings.index, "public").open()


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("Welche Handlungsfelder hat Altmoor?", ["Landkreis Altmoor (Leine)"]),
        ("Welche Handlungsfelder hat der Landkreis Altmoor (Leine)?", ["Landkreis Altmoor (Leine)"]),
        ("Was plant der Altmoorer Kreistag?", ["Landkreis Altmoor (Leine)"]),
        ("Altmoors Sozialplanung", ["Landkreis Altmoor (Leine)"]),
        ("sozialplanung altmoor", ["Landkreis Altmoor (Leine)"]),
        ("Was plant Tannberg-Auen?", ["Landkreis Tannberg-Auen"]),
        ("Was plant Tannberg Auen?", ["Landkreis Tannberg-Auen"]),
        ("Was plant der Landkreis Woehrsund?", ["Landkreis Wöhrsund"]),
        ("Was plant die Stadt Wöhrsund?", ["Stadt Wöhrsund"]),
        ("Was plant Wöhrsund?", ["Landkreis Wöhrsund", "Stadt Wöhrsund"]),
        ("Altmoor oder Tannberg-Auen: wer plant mehr?", ["Landkreis Altmoor (Leine)", "Landkreis Tannberg-Auen"]),
        ("Was plant Altmoorweiler?", []),
        ("Welche Handlungsfelder gibt es?", []),
    ],
)
def test_a_named_body_becomes_the_filter(text: str, bodies: list[str], generation: Generation) -> None:
    assert sorted(understand(text, generation).filters.body) == sorted(bodies)


def test_a_filter_that_the_reader_set_stays(generation: Generation) -> None:
    chosen = Filters(body=("Stadt Wöhrsund",))
    assert understand("Was plant Altmoor?", generation, chosen).filters == chosen


def test_the_body_is_no_term_of_the_question(generation: Generation) -> None:
    with_body = understand("Welche Handlungsfelder hat der Landkreis Altmoor?", generation)
    assert with_body.terms == understand("Welche Handlungsfelder?", generation).terms


def test_words_that_no_paper_holds_are_named_as_typed(generation: Generation) -> None:
    question = understand("Wie hoch ist die Hundesteuer in Altmoor?", generation)
    assert question.terms_not_found == ("Hundesteuer",)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Welche Handlungsfelder gibt es?", "de"),
        ("Which Handlungsfelder are there?", "en"),
        ("Haushalt 2024", "de"),
        ("When did the Kreistag decide about the Haushalt?", "en"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "???", "…"])
def test_an_empty_question_is_told(text: str) -> None:
    with pytest.raises(QuestionEmpty):
        checked(text)


def test_a_question_of_5000_characters_is_told_with_the_limit() -> None:
    with pytest.raises(QuestionTooLong, match=str(LONGEST)):
        checked("a" * 5000)
