"""Several bodies or papers asked for: one part each, from its own documents; one without evidence is named as such."""

from __future__ import annotations

import pytest

from indexer.encoders import HashEncoder
from service.answers import Answer, Answerer

MUSTERBACH, BEISPIELHEIM, AURENTAL = "Landkreis Musterbach", "Landkreis Beispielheim", "Landkreis Aurental"


@pytest.fixture(scope="module")
def answerer(make_index, make_document) -> Answerer:
    def paper(identifier: str, body: str, text: str, **fields: object):
        return make_document(identifier, text, body=body, **fields)

    return Answerer(
        make_index(
            [
                paper("m", MUSTERBACH, "Der Rufbus fährt im Landkreis werktags alle zwei Stunden.", reference="2023/101"),
                paper("m2", MUSTERBACH, "Das Frauenhaus hat zwölf Plätze.", reference="2023/102"),
                paper("b", BEISPIELHEIM, "Der Rufbus fährt nur am Samstag.", reference="2023/101"),
                paper("a", AURENTAL, "Der Brunnen am Weiher liefert Trinkwasser.", reference="17/2022"),
            ]
        ),
        HashEncoder(),
    )


def said(answer: Answer) -> list[tuple[str, str | None]]:
    """The lead of every statement with the body that it cites."""
    cited = {c.number: c.passage.document.paper.body for c in answer.citations}
    return [(statement.lead, cited[statement.citations[0]]) for statement in answer.statements]


def test_each_body_has_its_part_from_its_own_papers(answerer: Answerer) -> None:
    answer = answerer.answer("Wann fährt der Rufbus in Musterbach und Beispielheim?")
    assert answer.outcome == "answered"
    assert said(answer) == [(f"{MUSTERBACH}:", MUSTERBACH), (f"{BEISPIELHEIM}:", BEISPIELHEIM)]
    assert answer.statements[1].text == f"{BEISPIELHEIM}: Der Rufbus fährt nur am Samstag."


@pytest.mark.parametrize(
    "question",
    [
        "Worin unterscheiden sich der Rufbus in Musterbach und der in Aurental?",
        "Fährt der Rufbus in Musterbach öfter als in Aurental?",
        "Vergleiche den Rufbus von Aurental mit dem Rufbus von Musterbach!",
    ],
)
def test_a_body_without_evidence_is_named(question: str, answerer: Answerer) -> None:
    answer = answerer.answer(question)
    assert answer.outcome == "partly_answered"
    assert {lead for lead, _ in said(answer)} == {f"{MUSTERBACH}:"}
    assert f"{AURENTAL}: Dazu steht nichts in den Unterlagen." in answer.notices


def test_nothing_in_any_body_is_no_answer(answerer: Answerer) -> None:
    answer = answerer.answer("Welche Kreisumlage erheben Musterbach und Aurental?")
    assert (answer.outcome, answer.statements) == ("not_in_documents", ())


def test_each_paper_has_its_part(answerer: Answerer) -> None:
    answer = answerer.answer("Was steht zum Frauenhaus in Musterbach in den Vorlagen 2023/101 und 2023/102?")
    assert [lead for lead, _ in said(answer)] == ["2023/102:"]
    assert answer.outcome == "partly_answered"


def test_a_number_that_no_paper_bears_is_told(answerer: Answerer) -> None:
    answer = answerer.answer("Wie viele Plätze nennen 2023/102 und 2023/999?")
    assert answer.outcome == "partly_answered"
    assert "2023/999 ist nicht unter den Unterlagen." in answer.notices


def test_what_lies_between_two_bodies_is_one_question(answerer: Answerer) -> None:
    answer = answerer.answer("Fährt der Rufbus zwischen Musterbach und Aurental?")
    assert answer.statements
    assert not [notice for notice in answer.notices if notice.startswith(f"{AURENTAL}:")]  # as a part of its own would say


def test_the_parts_of_an_english_question_are_led_alike(answerer: Answerer) -> None:
    answer = answerer.answer("How do Rufbus Samstag hours in Musterbach and Beispielheim differ?")
    assert {lead for lead, _ in said(answer)} <= {f"{MUSTERBACH}:", f"{BEISPIELHEIM}:"}
    assert said(answer)


def test_which_bodies_have_something_is_asked_of_each(answerer: Answerer) -> None:
    answer = answerer.answer("Welche Landkreise haben einen Rufbus?")
    assert said(answer) == [(f"{BEISPIELHEIM}:", BEISPIELHEIM), (f"{MUSTERBACH}:", MUSTERBACH)]
    assert any("von 2 der 3 durchsuchten Körperschaften" in notice for notice in answer.notices)


def test_no_body_has_what_no_paper_names(answerer: Answerer) -> None:
    answer = answerer.answer("Welche Landkreise haben eine Pflegestrukturplanung?")
    assert (answer.outcome, answer.statements) == ("not_in_documents", ())
    assert any("von 0 der 3 durchsuchten Körperschaften" in notice for notice in answer.notices)
