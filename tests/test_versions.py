"""What documents say of one thing in several ways: the newest version first, contradictions told with both sources."""

from __future__ import annotations

from datetime import date

import pytest

from indexer.encoders import HashEncoder
from service.answers import Answer, Answerer

MUSTERBACH, BEISPIELHEIM = "Landkreis Musterbach", "Landkreis Beispielheim"
PLACES = "Im Frauenhaus am Mühlbach stehen für Schutz suchende Frauen {} Plätze bereit."
OPENING = "Das Begegnungszentrum Sonnenhang in Altweiler öffnet am {} seine Türen."


@pytest.fixture
def ask(make_index, make_document):
    def ask(question: str, *papers: tuple[str, dict[str, object]]) -> Answer:
        made = [make_document(f"d{i}", text, **({"body": MUSTERBACH} | fields)) for i, (text, fields) in enumerate(papers)]
        return Answerer(make_index(made), HashEncoder()).answer(question)

    return ask


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


def told(answer: Answer) -> bool:
    return any("widersprechen sich" in notice for notice in answer.notices)


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Wie viele Plätze hat das Frauenhaus am Mühlbach?", PLACES.format("zwölf"), PLACES.format("vierzehn")),
        ("Wie viele Plätze hat das Frauenhaus am Mühlbach?", PLACES.format(12), PLACES.format(14)),
        ("Wann öffnet das Begegnungszentrum Sonnenhang?", OPENING.format("19.09.2017"), OPENING.format("19.09.2018")),
        ("Wann öffnet das Begegnungszentrum Sonnenhang?", OPENING.format("14. Mai 2025"), OPENING.format("21. Mai 2025")),
    ],
)
def test_two_figures_for_one_thing_are_told_with_both_sources(question: str, one: str, other: str, ask) -> None:
    first = (one, {"name": "Erster Bericht", "date": date(2023, 1, 1)})
    second = (other, {"name": "Zweiter Bericht", "date": date(2024, 1, 1)})
    answer = ask(question, first, second)
    assert answer.outcome == "answered"
    assert quotes(answer)[:2] == [other, one]  # the newer first
    assert any("Zweiter Bericht (01.01.2024)" in n and "Erster Bericht (01.01.2023)" in n for n in answer.notices)


@pytest.mark.parametrize(
    "other",
    [
        PLACES.format(12),  # the same
        "Im Jahr 2022 standen im Frauenhaus am Mühlbach für Schutz suchende Frauen 14 Plätze bereit.",  # of another time
        "Im Frauenhaus am Mühlbach stehen für Schutz suchende Frauen 14 Betreuerinnen und 30 Betten bereit.",  # of other things
        "Das Pflegeheim am Mühlbach hat 14 Plätze.",
    ],
)
def test_other_figures_of_other_things_are_no_contradiction(other: str, ask) -> None:
    answer = ask("Wie viele Plätze hat das Frauenhaus am Mühlbach?", (PLACES.format(12), {}), (other, {}))
    assert PLACES.format(12) in quotes(answer)
    assert not told(answer)


def test_another_body_does_not_contradict(ask) -> None:
    question = "Wie viele Plätze hat das Frauenhaus am Mühlbach in Musterbach?"
    answer = ask(question, (PLACES.format(12), {}), (PLACES.format(14), {"body": BEISPIELHEIM}))
    assert quotes(answer) == [PLACES.format(12)]
    assert not told(answer)


def test_a_form_that_many_papers_fill_in_is_no_contradiction(ask) -> None:
    papers = [(PLACES.format(number), {"reference": f"2024/{number}"}) for number in (112, 114, 116, 118)]
    assert not told(ask("Wie viele Plätze hat das Frauenhaus am Mühlbach?", *papers))


def test_a_question_about_a_time_is_answered_for_that_time(ask) -> None:
    papers = [(PLACES.format(n), {"date": date(2000 + n, 1, 1)}) for n in (12, 14)]
    assert not told(ask("Wie viele Plätze hatte das Frauenhaus am Mühlbach im Jahr 2012?", *papers))


def test_of_several_versions_the_newest_comes_first_and_each_is_named(ask) -> None:
    old = (
        "Das Wohnheim Aurental hat 40 Plätze.",
        {"name": "Sozialplanung 2022", "paper_type": "Sozialplanung", "date": date(2022, 5, 1)},
    )
    new = (
        "Das Wohnheim Aurental hat nun 55 Plätze.",
        {"name": "Fortschreibung 2024 der Sozialplanung", "paper_type": "Sozialplanung", "date": date(2024, 5, 1)},
    )
    answer = ask("Wie viele Plätze hat das Wohnheim Aurental?", old, new)
    assert [statement.lead for statement in answer.statements] == [
        "Fortschreibung 2024 der Sozialplanung (01.05.2024):",
        "Sozialplanung 2022 (01.05.2022):",
    ]


def test_where_only_an_older_version_answers_the_newer_is_named(ask) -> None:
    old = (
        "Das Wohnheim Aurental hat 40 Plätze.",
        {"name": "Sozialplanung 2022", "paper_type": "Sozialplanung", "date": date(2022, 5, 1)},
    )
    new = (
        "Die Jugendarbeit wird gestärkt.",
        {"name": "Sozialplanung 2024", "paper_type": "Sozialplanung", "date": date(2024, 5, 1)},
    )
    answer = ask("Wie viele Plätze hat das Wohnheim Aurental?", old, new)
    assert quotes(answer) == ["Das Wohnheim Aurental hat 40 Plätze."]
    assert any("neuere Fassung: Sozialplanung 2024 (01.05.2024)" in notice for notice in answer.notices)


def test_a_question_without_a_body_says_whose_each_fact_is(ask) -> None:
    one = ("Die Kreisumlage beträgt 41 Prozent.", {"body": MUSTERBACH})
    other = ("Die Kreisumlage beträgt 38 Prozent.", {"body": BEISPIELHEIM})
    answer = ask("Wie hoch ist die Kreisumlage?", one, other)
    assert {statement.lead for statement in answer.statements} == {f"{MUSTERBACH}:", f"{BEISPIELHEIM}:"}


def test_a_place_that_one_body_alone_knows_tells_which_is_meant(ask) -> None:
    one = ("Das Freibad in Altweiler kostet 4 Euro Eintritt.", {"body": MUSTERBACH})
    other = ("Das Freibad kostet 5 Euro Eintritt.", {"body": BEISPIELHEIM})
    answer = ask("Was kostet der Eintritt ins Freibad in Altweiler?", one, other)
    assert [c.passage.document.paper.body for c in answer.citations] == [MUSTERBACH]
