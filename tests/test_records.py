"""Questions about a paper itself: said only with the place in its text that holds the value."""

from __future__ import annotations

from datetime import date

import pytest

from indexer.domain import Consultation, Document
from indexer.encoders import HashEncoder
from service.answers import Answer, Answerer

TEXT = (
    "Landkreis Musterbach\n\nMitteilungsvorlage\n\nDrucksachen-Nr. 2024/044\n\nDatum: 08.07.2024\n\n"
    "Fraktion Neue Mitte Musterbach\n\nBetreff: Bericht zur Radwegplanung\n\nGremium Termin TOP\n\nKreistag 18.10.2024 4\n\n"
    "Sachverhalt:\n\nDie Radwegplanung schreitet voran, siehe Drucksache 2023/101.\n\n"
    "Anlagen:\n\nÜbersichtskarte der Radwege\n\ngez. Erika Beispiel"
)


@pytest.fixture
def paper(make_document) -> Document:
    made: Document = make_document(
        "bericht",
        TEXT,
        name="Bericht zur Radwegplanung",
        reference="2024/044",
        paper_type="Mitteilungsvorlage",
        date=date(2024, 7, 8),
        body="Landkreis Musterbach",
        originators=("Fraktion Neue Mitte",),
        consultations=(Consultation("Kreistag", date(2024, 10, 18)),),
        signatories=("Erika Beispiel",),
        attachments=("Übersichtskarte der Radwege",),
        related=("2023/101",),
    )
    return made


def ask(make_index, paper: Document, question: str, today: date = date(2024, 9, 1)) -> Answer:
    return Answerer(make_index([paper]), HashEncoder()).answer(question, today=today)


@pytest.mark.parametrize(
    ("question", "text", "quote"),
    [
        ("Von wann ist die Drucksache 2024/044?", "Die Drucksache 2024/044 ist vom 8. Juli 2024.", "Datum: 08.07.2024"),
        (
            "Welche Drucksachennummer hat der Bericht zur Radwegplanung?",
            "Die Nummer von „Bericht zur Radwegplanung“ ist 2024/044.",
            "Drucksachen-Nr. 2024/044",
        ),
        ("Who signed paper 2024/044?", "Paper 2024/044 is signed by Erika Beispiel.", "gez. Erika Beispiel"),
        (
            "Welche Anlagen hat 2024/044?",
            "Die Drucksache 2024/044, Anlagen: Übersichtskarte der Radwege",
            "Übersichtskarte der Radwege",
        ),
        (
            "Wann ist die nächste Sitzung zu 2024/044?",
            "Die Drucksache 2024/044, nächste Sitzung: Kreistag, 18. Oktober 2024.",
            "Kreistag 18.10.2024 4",
        ),
        (
            "Auf welche früheren Drucksachen verweist 2024/044?",
            "Die Drucksache 2024/044 nennt 2023/101.",
            "Die Radwegplanung schreitet voran, siehe Drucksache 2023/101.",
        ),
    ],
)
def test_a_field_is_told_with_its_place(question: str, text: str, quote: str, make_index, paper: Document) -> None:
    answer = ask(make_index, paper, question)
    assert (answer.outcome, answer.statements[0].text) == ("answered", text)
    assert answer.citations[0].quote == quote


def test_a_sitting_that_is_over_is_not_the_next(make_index, paper: Document) -> None:
    answer = ask(make_index, paper, "Wann ist die nächste Sitzung zu 2024/044?", date(2024, 12, 1))
    assert not [s for s in answer.statements if s.support == "checked"]


def test_what_the_text_does_not_hold_is_not_said(make_index, paper: Document, make_document) -> None:
    other = make_document("b", "Ein Bericht zur Radwegplanung ohne jedes Datum.", **(vars(paper.paper) | {"signatories": ()}))
    answer = ask(make_index, other, "Von wann ist die Drucksache 2024/044?")
    assert not [s for s in answer.statements if s.support == "checked"]


def test_two_committees_of_one_day_are_told_apart(make_index, paper: Document, make_document) -> None:
    day = date(2024, 10, 18)
    rows = f"Ausschuss für Verkehr {day:%d.%m.%Y} 2\n\nAusschuss für Soziales {day:%d.%m.%Y} 5"
    steps = (Consultation("Ausschuss für Soziales", day), Consultation("Ausschuss für Kultur", day))
    agenda = make_document(
        "folge",
        TEXT.replace("Kreistag 18.10.2024 4", rows),
        **{**vars(paper.paper), "name": "Bericht zur Radwegplanung", "consultations": steps},
    )
    said = ask(make_index, agenda, "Welche Gremien beraten die Drucksache 2024/044?")
    quotes = [citation.quote for citation in said.citations]
    assert "Ausschuss für Soziales 18.10.2024 5" in quotes
    assert not any("Kultur" in statement.text for statement in said.statements)  # no row of its own, and no other one instead


def test_a_kind_is_not_found_within_another_word(make_index, make_document) -> None:
    asking = make_document(
        "antrag",
        "Landkreis Musterbach\n\nAntragsteller: Erika Beispiel\n\nDrucksache 2024/045\n\nWir bitten um einen Radweg.",
        name="Radweg",
        reference="2024/045",
        paper_type="Antrag",
        body="Landkreis Musterbach",
    )
    said = ask(make_index, asking, "Was für ein Dokument ist die Drucksache 2024/045?")
    assert not [s for s in said.statements if s.support == "checked"]
