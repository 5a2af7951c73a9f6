"""Example questions: only those whose answer stands in the papers, of different kinds and bodies."""

from __future__ import annotations

from datetime import date

import pytest

from indexer.domain import Consultation
from indexer.encoders import HashEncoder
from indexer.generation import Generation
from service.answers import Answerer
from service.examples import MOST, examples
from tests.conftest import MakeDocument, MakeIndex

MINUTES = (
    "Niederschrift 4. Sitzung des Kreistages\n\n3. Juni 2024, 16:00 Uhr\n\n"
    "Punkt 5 der Tagesordnung: Bau der Radwege am Mühlbach\n\nVorlage: 2024/017\n\n"
    "Beschluss:\n\nDer Kreistag beschließt den Bau der Radwege am Mühlbach.\n\n"
    "Abstimmungsergebnis:\n\nEinstimmige Zustimmung (39 JA)"
)
DECIDED = """Landkreis Musterbach

Bau der Radwege am Mühlbach

Drucksachen-Nr. 2024/017

Beschlussvorschlag:

Der Kreistag beschließt den Bau der Radwege am Mühlbach."""
MOTION = """Gemeinde Beispielheim

Mehr Bänke auf dem Marktplatz

Antrag 2024/9

Antragsteller: Fraktion Bunte Liste

Die Gemeinde möge zwölf Bänke auf dem Marktplatz aufstellen."""


@pytest.fixture(scope="module")
def made(make_document: MakeDocument, make_index: MakeIndex) -> Generation:
    step = Consultation("Kreistag", date(2024, 6, 3), True, "Entscheidung", "einstimmig beschlossen")
    decided = {"paper_type": "Beschlussvorlage", "date": date(2024, 5, 3), "body": "Landkreis Musterbach"}
    motion = {"paper_type": "Antrag", "date": date(2024, 2, 1), "body": "Gemeinde Beispielheim"}
    of_it = {"name": "Bau der Radwege am Mühlbach", "reference": "2024/017", "body": "Landkreis Musterbach"}
    return make_index(
        [
            make_document("auszug", MINUTES, paper_type="Niederschrift", consultations=(step,), **of_it),
            make_document(
                "radwege", DECIDED, name="Bau der Radwege am Mühlbach", reference="2024/017", consultations=(step,), **decided
            ),
            make_document(
                *("baenke", MOTION),
                name="Mehr Bänke auf dem Marktplatz (Antrag)",
                reference="2024/9",
                **{"originators": ("Fraktion Bunte Liste",), **motion},
            ),
            # A title that no question can hold, and one whose decision no text tells.
            make_document(
                "kurz", "Abc\n\nEs wurde beschlossen.", name="Abc", reference="2024/3", consultations=(step,), **decided
            ),
            make_document(
                "leer", "Ohne Inhalt.", name="Sanierung der Turnhalle Nord", reference="2024/4", consultations=(step,), **decided
            ),
        ]
    )


@pytest.fixture(scope="module")
def answerer(made: Generation) -> Answerer:
    return Answerer(made, HashEncoder())


def test_d7_each_example_is_answered_from_the_paper_it_names(answerer: Answerer) -> None:
    found = examples(answerer, "de", lambda: True)
    assert "Was wurde zu „Bau der Radwege am Mühlbach“ beschlossen?" in found
    assert "Wer hat den Antrag „Mehr Bänke auf dem Marktplatz“ gestellt?" in found
    assert len(found) <= MOST
    for question in found:
        answer = answerer.answer(question)
        assert answer.outcome == "answered"
        assert answer.citations[0].passage.document.title.split(" (")[0] in question


def test_what_no_text_tells_is_no_example(answerer: Answerer) -> None:
    told = " ".join(examples(answerer, "de", lambda: True))
    assert "Turnhalle" not in told
    assert "Abc" not in told


def test_examples_speak_the_language_of_the_page(answerer: Answerer) -> None:
    found = examples(answerer, "en", lambda: True)
    assert "Who submitted the motion “Mehr Bänke auf dem Marktplatz”?" in found
    assert all(answerer.answer(question, language="en").outcome == "answered" for question in found)


def test_an_index_of_which_no_question_can_be_made_has_no_examples(make_document: MakeDocument, make_index: MakeIndex) -> None:
    empty = make_index([make_document("eins", "Ein Satz."), make_document("zwei", "Noch ein Satz.", name="X")])
    assert examples(Answerer(empty, HashEncoder()), "de", lambda: True) == ()


def test_a_service_that_is_stopped_asks_no_more(answerer: Answerer) -> None:
    assert examples(answerer, "de", lambda: False) == ()
