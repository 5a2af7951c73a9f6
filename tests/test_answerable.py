"""When the papers do not answer: what is no answer of the kind asked for, what a refusal says, and why near misses may fit."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from indexer.domain import Hit, Passage
from indexer.encoders import HashEncoder
from service.answers import Answer, Answerer
from service.evidence.answerable import NEEDED, lacking
from service.evidence.finder import Evidence, units_of
from service.evidence.kinds import Kind, kind_of, meets, missing_label, says_unknown
from service.evidence.signals import holds, share, words_of
from service.questions import Names, understand
from service.texts import say

VOTES = "Wie hat der Kreistag über das Freibad abgestimmt?"


def answer(make_index, make_document, question: str, text: str, /, **paper: object) -> Answer:  # type: ignore[no-untyped-def]
    generation = make_index([make_document("papier.txt", text, **paper)])
    return Answerer(generation, HashEncoder()).answer(question, today=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Wie viele Kinder besuchen die Kita?", "number"),
        ("In wie vielen Orten gibt es ein Freibad?", "number"),
        ("Wie hoch sind die Müllgebühren in Musterbach?", "amount"),
        ("Was hat der Umbau des Rathauses gekostet?", "amount"),
        ("Welche laufenden Kosten verursacht das Freibad?", "amount"),
        ("Welcher Anteil der Kinder isst in der Schule?", "share"),
        ("Welche Firma baut die Brücke?", "firm"),
        ("Wann öffnet das Freibad?", "date"),
        ("Wer leitet das Jugendamt?", "person"),
        ("Wie viele Gegenstimmen gab es zum Haushalt?", "votes"),
        ("With how many votes was the budget adopted?", "votes"),
        (VOTES, "result"),
        ("Hat der Kreistag das Freibad beschlossen?", "result"),
        ("Wie heißen die drei Handlungsfelder?", "names"),
        ("Warum schließt das Freibad?", None),
    ],
)
def test_the_kind_of_answer_that_is_asked_for(question: str, kind: Kind | None, built) -> None:  # type: ignore[no-untyped-def]
    assert kind_of(understand(question, Names(built.generation))) == kind


@pytest.mark.parametrize(
    ("question", "text", "met"),
    [
        ("Wie viele Kinder kommen?", "Im Hort werden 45 Kinder betreut.", True),
        ("Wie viele Kinder kommen?", "Am 3. Mai 2024 wurde um 11 Uhr der Hort nach § 5 eröffnet.", False),
        ("Wie viele Gäste kamen 2024?", "Im Jahr 2019 kamen 800 Gäste.", False),
        ("Wie viele Gäste kamen 2019?", "Im Jahr 2019 kamen 800 Gäste.", True),
        ("Was kostet der Umbau?", "Der Umbau kostet 40.000 Euro.", True),
        ("Was kostet der Umbau?", "Der Umbau dauert 40 Wochen und ist nötig.", False),
        (VOTES, "Der Kreistag stimmte mit 20 Ja-Stimmen und 3 Nein-Stimmen zu.", True),
        (VOTES, "Der Kreistag soll am 3. Mai 2024 beraten, was aus dem Freibad wird.", False),
        ("Wie viele Gegenstimmen gab es?", "Der Antrag wurde mehrheitlich angenommen.", False),
        ("Wie viele Gegenstimmen gab es?", "Der Antrag wurde einstimmig angenommen.", True),
        ("Wie hat der Kreistag am 12.05.2025 abgestimmt?", "Der Kreistag hat am 13.06.2023 einstimmig beschlossen.", False),
        ("Was hat der Bauausschuss empfohlen?", "Der Sozialausschuss hat das Freibad einstimmig empfohlen.", False),
        ("Was kostet der Umbau?", "☐ Der Ausschuss gewährt einen Zuschuss von 500 Euro.", False),
        ("Was kostet der Umbau?", "☒ Der Ausschuss gewährt einen Zuschuss von 500 Euro.", True),
        ("Wie heißen die Orte?", "Es gibt fünf Orte, in denen gebaut wird.", False),
        ("Wie heißen die Orte?", "Gebaut wird in Auendorf, Bergheim und Calbach.", True),
    ],
)
def test_what_holds_an_answer_of_that_kind(question, text, met, built, make_document) -> None:  # type: ignore[no-untyped-def]
    asked = understand(question, Names(built.generation))
    kind = kind_of(asked)
    assert kind is not None
    document = make_document("papier.txt", text)
    (unit,) = units_of(Hit(Passage(document, 0, len(document.text)), 0, 1, 0.9, 0.9, 0.5))
    assert meets(asked, kind, Evidence(unit, 1.0, 0.9, 0.5)) is met


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Die Kosten sind der Verwaltung noch nicht bekannt.", True),
        ("Dazu liegen der Stadt keine Zahlen vor.", True),
        ("Die Kosten betragen 500 Euro und sind bekannt.", False),
    ],
)
def test_a_paper_that_says_itself_that_it_does_not_know(text: str, unknown: bool) -> None:
    assert says_unknown(text) is unknown


def test_words_are_held_in_other_forms_with_an_error_and_in_parts(make_index, make_document) -> None:  # type: ignore[no-untyped-def]
    text = "Die Kreisumlage bleibt. Die Plätze in der Pflege sind knapp."
    generation = make_index([make_document(f"{n}.txt", f"{text} Das ist Papier {n}.") for n in range(3)])
    asked = understand("Wie hoch ist die Kreisumlgae, und wer zahlt Pflegeplätze?", Names(generation))
    words = {word.text: word for word in words_of(generation, asked)}
    held = set(generation.analyser.terms(text))
    assert holds(words["Kreisumlgae"], held) == 1.0
    assert 0 < holds(words["Pflegeplätze"], held) < 1
    assert holds(words["zahlt"], held) == 0.0
    assert 0 < share(list(words.values()), held) < 1


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_can_be_said_to_be_missing(kind: Kind) -> None:
    assert say(f"near_{kind}", "de") != say(f"near_{kind}", "en")
    if kind in NEEDED:
        assert say(f"lacks_{kind}", "de") != say(f"lacks_{kind}", "en")


def test_no_firm_is_said_to_be_missing(make_index, make_document) -> None:  # type: ignore[no-untyped-def]
    text = "Die Brücke über den Mühlbach wird im Jahr 2027 gebaut, weil die alte nicht mehr trägt."
    refused = answer(make_index, make_document, "Welche Firma baut die Brücke über den Mühlbach?", text)
    assert refused.outcome == "not_in_documents"
    assert "nennen keine Firma" in refused.text
    assert "nennt keine Firma" in refused.near_misses[0].reason


def test_a_vote_column_that_is_empty_is_no_result(make_index, make_document) -> None:  # type: ignore[no-untyped-def]
    text = "Freibad Aurental\n\nKreistag, 12.05.2025, Ja, Nein, Enthaltung:\n\nDas Freibad liegt in Aurental und ist alt."
    refused = answer(make_index, make_document, VOTES, text)
    assert refused.outcome == "not_in_documents"
    assert "Ein Ergebnis dazu steht nicht in den Unterlagen." in refused.text


def test_what_was_only_proposed_is_not_said_to_be_decided(sample_answerer: Answerer) -> None:
    found = sample_answerer.answer("Wie hat der Kreistag in Rotenburg (Wümme) über das Sozialkonzept abgestimmt?")
    assert found.outcome == "partly_answered"
    assert "steht nicht in den Unterlagen" in found.statements[0].text
    assert not any(statement.lead.startswith("Beschlossen") for statement in found.statements)


def test_a_list_that_is_announced_but_not_readable_is_no_answer(sample_answerer: Answerer) -> None:
    found = sample_answerer.answer("Wie heißen die zehn Handlungsfelder der Konstanzer Sozialstrategie?")
    assert found.outcome == "not_in_documents"
    assert "Eine Aufzählung dazu steht nicht im lesbaren Text." in found.text


def test_near_misses_say_what_they_name_and_what_they_lack(sample_answerer: Answerer) -> None:
    found = sample_answerer.answer("Wie viele Fahrgäste hatte der Rufbus Aurflitzer im Jahr 2019?")
    assert found.near_misses
    assert all(miss.reason for miss in found.near_misses)
    reasons = " ".join(miss.reason for miss in found.near_misses)
    assert "anderes Jahr" in reasons or "aber nicht „Fahrgäste“" in reasons


def test_with_another_encoder_words_decide(make_index, make_document) -> None:  # type: ignore[no-untyped-def]
    text = "Das Freibad Aurental öffnet im Mai, weil dann das Wasser warm genug ist."
    assert answer(make_index, make_document, "Warum öffnet das Freibad Aurental im Mai?", text).outcome == "answered"
    assert answer(make_index, make_document, "Warum schließt die Bücherei Beispielheim?", text).outcome == "not_in_documents"


def test_without_evidence_there_is_no_answer(built) -> None:  # type: ignore[no-untyped-def]
    question = understand("Was kostet der Umbau?", Names(built.generation))
    assert lacking(built.generation, question, [], []) == "evidence"


@pytest.mark.parametrize(
    ("question", "text", "label"),
    [
        ("Welche Felder haben Priorität 1?", "Die Felder Pflege und Bildung werden betrachtet.", "Priorität 1"),
        ("Welche Felder haben Priorität 1?", "Die Felder mit Priorität 1 sind Pflege und Bildung.", None),
        ("Wann beginnt der Bauabschnitt II?", "Die Bauabschnitte I und II beginnen 2026.", None),
        ("Wann beginnt der Bauabschnitt II?", "Der Bauabschnitt III beginnt 2026.", "Bauabschnitt II"),
        ("Was steht in der Vorlage 12/2024?", "Die Vorlage nennt Kosten.", None),
        ("Was kostet das ab 1. Mai 2024?", "Es kostet 3 Euro.", None),
    ],
)
def test_one_among_several_must_be_named(question: str, text: str, label: str | None, make_index, make_document) -> None:
    names = Names(make_index([make_document("papier.txt", text)]))
    assert missing_label(understand(question, names), [text]) == label


def test_a_refusal_names_what_is_not_there(make_index, make_document) -> None:
    text = "Betrachtet wurden die Handlungsfelder Pflege, Bildung und Verkehr im Landkreis Musterbach."
    found = answer(make_index, make_document, "Welche Handlungsfelder haben Priorität 1?", text)
    assert found.outcome == "not_in_documents"
    assert say("lacks_label", "de", label="Priorität 1") in found.notices
