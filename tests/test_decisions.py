"""What was decided: from results and minutes with the words that say so; from a proposal alone it is called one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from indexer.domain import Block, Consultation, Document
from indexer.encoders import HashEncoder
from service.answers import Answer, Answerer
from service.proposals import voice

BODY = "Landkreis Musterbach"
TODAY = date(2024, 9, 1)
Ask = Callable[[Sequence[Document], str], Answer]

VORLAGE = (
    "Landkreis Musterbach\n\nBeschlussvorlage\n\nDrucksachen-Nr. 2024/031\n\nBetreff: Zuschuss für das Hallenbad\n\n"
    "Gremium Termin TOP ö nö Ergebnis\n\nKreistag 03.06.2024 5 x{result}\n\n"
    "Beschlussvorschlag:\n\nDer Kreistag beschließt den Zuschuss für das Hallenbad in Höhe von 12.000 Euro.\n\n"
    "Sachverhalt:\n\nDas Hallenbad ist seit 1971 in Betrieb und braucht eine neue Pumpe."
)
EXTRACT = (
    "Niederschrift 4. Sitzung des Kreistages\n\n3. Juni 2024, 16:00 Uhr\n\n"
    "Punkt 5 der Tagesordnung: Zuschuss für das Hallenbad\n\nVorlage: 2024/031\n\n"
    "Beschluss:\n\nDer Kreistag beschließt den Zuschuss für das Hallenbad in Höhe von 10.000 Euro.\n\n"
    "Abstimmungsergebnis:\n\n{vote}\n\nKreisrat Beispiel dankt dem Förderverein für seine Arbeit."
)
KREISTAG = Consultation("Kreistag", date(2024, 6, 3))


@pytest.fixture
def ask(make_index) -> Ask:
    def asking(documents: Sequence[Document], question: str) -> Answer:
        return Answerer(make_index(documents), HashEncoder()).answer(question, today=TODAY)

    return asking


@pytest.fixture
def paper(make_document):
    def make(identifier: str, text: str, **fields: object) -> Document:
        known = {"name": "Zuschuss für das Hallenbad", "reference": "2024/031", "body": BODY, "consultations": (KREISTAG,)}
        made: Document = make_document(identifier, text, **(known | fields))
        return made

    return make


def vorlage(paper, result: str = "") -> Document:
    made: Document = paper("vorlage", VORLAGE.format(result=result), paper_type="Beschlussvorlage")
    headings = ("Beschlussvorschlag:", "Sachverhalt:")
    blocks = [Block("heading", 2, b.page, b.start, b.end) if made.text[b.start : b.end] in headings else b for b in made.blocks]
    return Document(**{**vars(made), "blocks": tuple(blocks)})


def extract(paper, vote: str) -> Document:
    made: Document = paper("auszug", EXTRACT.format(vote=vote), paper_type="Niederschrift")
    return made


@pytest.mark.parametrize(
    "question",
    [
        "Hat der Kreistag den Zuschuss für das Hallenbad beschlossen?",
        "Wie hat der Kreistag über 2024/031 abgestimmt?",
        "Wann wurde der Zuschuss für das Hallenbad beschlossen?",
        "Welches Gremium hat über den Zuschuss für das Hallenbad entschieden?",
        "Was ist aus dem Zuschuss für das Hallenbad geworden?",
    ],
)
def test_minutes_tell_the_decision_with_gremium_day_and_wording(question: str, ask: Ask, paper) -> None:
    answer = ask([vorlage(paper), extract(paper, "Einstimmige Zustimmung (39 JA)")], question)
    assert answer.outcome == "answered"
    assert answer.statements[0].text == "Beschlossen (Kreistag, 3. Juni 2024): Einstimmige Zustimmung (39 JA)"
    cited = [answer.citations[n - 1].quote for n in answer.statements[0].citations]
    assert cited[0] == "Einstimmige Zustimmung (39 JA)"
    assert any("Kreistages" in quote and "3. Juni 2024" in quote for quote in cited)
    assert "10.000 Euro" in answer.statements[1].text  # as adopted
    assert "12.000 Euro" not in answer.text  # as proposed


def test_a_rejection_and_a_question_in_english(ask: Ask, paper) -> None:
    documents = [vorlage(paper), extract(paper, "Mehrheitlich abgelehnt")]
    answer = ask(documents, "Was the Zuschuss Hallenbad adopted?")
    assert answer.statements[0].text == "Rejected (Kreistag, 3 June 2024): Mehrheitlich abgelehnt"


def test_from_a_vorlage_alone_it_is_only_proposed(ask: Ask, paper) -> None:
    answer = ask([vorlage(paper)], "Hat der Kreistag den Zuschuss für das Hallenbad beschlossen?")
    assert answer.outcome == "partly_answered"
    assert "ein Ergebnis steht nicht in den Unterlagen" in answer.statements[0].text
    assert answer.statements[1].lead == "Vorgeschlagen:"
    assert not [s for s in answer.statements if s.lead.startswith(("Beschlossen", "Ergebnis"))]


def test_the_row_of_the_beratungsfolge_is_the_place_of_its_result(ask: Ask, paper) -> None:
    answer = ask([vorlage(paper, " einstimmig beschlossen")], "Wurde der Zuschuss für das Hallenbad beschlossen?")
    assert answer.statements[0].text.startswith("Beschlossen (Kreistag, 3. Juni 2024): Kreistag 03.06.2024 5 x")


def test_what_only_the_record_says_is_told_apart(ask: Ask, paper) -> None:
    made = vorlage(paper)
    steps = (Consultation("Kreistag", date(2024, 6, 3), role="Entscheidung", result="mehrheitlich beschlossen"),)
    recorded = Document(**{**vars(made), "paper": type(made.paper)(**{**vars(made.paper), "consultations": steps})})
    answer = ask([recorded], "Wurde der Zuschuss für das Hallenbad beschlossen?")
    assert answer.outcome == "partly_answered"
    assert [n for n in answer.notices if "vermerkt für Kreistag, 3. Juni 2024: „mehrheitlich beschlossen“" in n]
    assert not [s for s in answer.statements if "mehrheitlich" in s.text]


def test_the_count_of_votes_is_missed_where_it_is_not_printed(ask: Ask, paper) -> None:
    documents = [vorlage(paper), extract(paper, "Mehrheitliche Zustimmung")]  # with a date and an item, which count nothing
    answer = ask(documents, "Mit wie vielen Stimmen wurde der Zuschuss Hallenbad beschlossen?")
    assert answer.outcome == "partly_answered"
    assert "Wie viele Stimmen es waren, steht dort nicht." in answer.notices


def test_the_council_of_another_place_is_not_answered_for(ask: Ask, paper) -> None:
    answer = ask(
        [extract(paper, "Einstimmige Zustimmung")], "Hat der Gemeinderat in Beispielheim den Zuschuss Hallenbad beschlossen?"
    )
    assert not [s for s in answer.statements if s.lead.startswith("Beschlossen")]


def test_a_quoted_proposal_says_so_and_what_became_of_it(ask: Ask, paper) -> None:
    answer = ask([vorlage(paper), extract(paper, "Einstimmige Zustimmung")], "Zuschuss Hallenbad 12.000 Euro")
    leads = {answer.citations[s.citations[0] - 1].quote: s.lead for s in answer.statements}
    assert leads["Der Kreistag beschließt den Zuschuss für das Hallenbad in Höhe von 12.000 Euro."] == "Vorgeschlagen:"
    assert leads["Einstimmige Zustimmung"] == "Beschlossen (Kreistag, 3. Juni 2024):"


def test_names_and_titles_of_a_motion_ask_for_nothing(paper) -> None:
    text = "Antrag: Pumpe für das Hallenbad\n\nWir bitten um eine neue Pumpe.\n\nWaltraud Beispielmann, Fraktionsvorsitzende"
    motion: Document = paper("antrag", text, paper_type="Antrag")
    title, request, name = ((b.start, b.end) for b in motion.blocks)
    assert (voice(motion, *title), voice(motion, *request), voice(motion, *name)) == (None, "moved", None)
