"""Answers over the sample corpus with the default encoder: cited, checked, short, from the right body, or an honest no."""

from __future__ import annotations

import dataclasses

import pytest

from indexer.filters import Filters
from service.answers import Answerer
from service.checking import quoted_rightly


def test_a_list_is_answered_whole(sample_answerer: Answerer) -> None:
    answer = sample_answerer.answer("Welche acht Handlungsfelder betrachtet der Landkreis Börde?")
    assert answer.outcome == "answered"
    quote = answer.citations[0].quote
    assert quote.splitlines()[2:] == [
        "Bevölkerung",
        "Einkommen und Transferleistungen",
        "Arbeit und Beschäftigung",
        "Gesundheit und Pflege",
        "Teilhabe und Partizipation",
        "Integration",
        "Bildung und Erziehung",
        "Soziale Beratungslandschaft",
    ]


@pytest.mark.parametrize(
    "question",
    [
        "Wie hoch ist die Kreisumlage in Norderbrook?",
        "Welche Müllgebühren gelten im Landkreis Börde?",
        "Was steht im Kranichwiese-Vertrag?",
    ],
)
def test_what_no_public_paper_says_is_not_answered(question: str, sample_answerer: Answerer) -> None:
    answer = sample_answerer.answer(question)
    assert answer.outcome == "not_in_documents"
    assert not answer.statements
    assert not answer.citations
    assert answer.near_misses
    assert "nicht in den Unterlagen" in answer.text


@pytest.mark.parametrize("question", ["Was ist das?", "und und und", "Wer?", "What is it?"])
def test_words_of_asking_alone_are_not_answered(question: str, sample_answerer: Answerer) -> None:
    answer = sample_answerer.answer(question)
    assert answer.outcome == "not_a_question"
    assert not answer.statements


def test_words_found_nowhere_are_named(sample_answerer: Answerer) -> None:
    assert "Kreisumlage" in sample_answerer.answer("Wie hoch ist die Kreisumlage in Norderbrook?").text


def test_at_most_four_statements_each_with_its_citation(sample_answerer: Answerer) -> None:
    answer = sample_answerer.answer("Was plant der Kreis Norderbrook in seiner Sozialplanung?")
    assert 1 <= len(answer.statements) <= 4
    assert [statement.citations for statement in answer.statements] == [(c.number,) for c in answer.citations]
    assert [statement.text.removeprefix(statement.lead).strip() for statement in answer.statements] == [
        c.quote for c in answer.citations
    ]


def test_the_named_body_alone_is_searched(sample_answerer: Answerer) -> None:
    answer = sample_answerer.answer("Welche Handlungsfelder hat der Landkreis Aurental?")
    bodies = {c.passage.document.paper.body for c in (*answer.citations, *answer.near_misses)}
    assert bodies == {"Landkreis Aurental"}
    assert answer.coverage["bodies"] == ["Landkreis Aurental"]


def test_a_proposal_is_called_one(sample_answerer: Answerer) -> None:
    answer = sample_answerer.answer("Hat Darmstadt-Dieburg die strategische Sozialplanung beschlossen?")
    assert answer.citations
    assert [s for s in answer.statements if s.lead == "Beantragt:"]
    assert "ein Ergebnis steht nicht in den Unterlagen" in answer.text
    assert "Quelle" not in answer.text  # said once, where the proposal stands


def test_notes_on_sources_speak_of_what_is_cited_not_of_near_misses(sample_answerer: Answerer) -> None:
    answer = sample_answerer.answer("Gibt es im Aurental ein Freibad?")
    assert answer.outcome == "not_in_documents"
    assert any(miss.proposal for miss in answer.near_misses)
    assert "Quelle" not in answer.text


def test_a_refusal_never_calls_a_word_named_that_it_says_occurs_nowhere(sample_answerer: Answerer) -> None:
    answer = sample_answerer.answer("Welche Firma beschäftigt die wonungslotsen, die komen (Norderbrook)?")
    assert answer.outcome == "not_in_documents"
    assert "In keinem Dokument kommt vor: Firma, wonungslotsen, komen." in answer.notices
    assert not [miss for miss in answer.near_misses if "nennt „wonungslotsen“" in miss.reason]


def test_of_many_bodies_searched_the_number_is_told(sample_answerer: Answerer) -> None:
    answer = sample_answerer.answer("Was kostet ein Döner?")
    assert answer.notices[:2] == ("Das steht nicht in den Unterlagen.", "Durchsucht: 43 Dokumente von 7 Körperschaften.")


def test_the_same_question_has_the_same_answer(sample_answerer: Answerer) -> None:
    question = "Wie viele Plätze hat das Frauenhaus Brookhude?"
    first, second = (sample_answerer.answer(question) for _ in range(2))
    assert dataclasses.replace(first, id="") == dataclasses.replace(second, id="")


def test_a_filter_that_nothing_matches_says_so(sample_answerer: Answerer) -> None:
    answer = sample_answerer.answer("Welche Handlungsfelder?", Filters(body=("Landkreis Nirgendwo",)))
    assert answer.outcome == "not_in_documents"
    assert "Landkreis Nirgendwo" in answer.text
    assert "Filter" in answer.text


def test_the_answer_speaks_the_language_asked_for(sample_answerer: Answerer) -> None:
    assert "The documents do not say" in sample_answerer.answer("Wie hoch ist die Kreisumlage?", language="en").text


def test_a_quotation_that_was_altered_is_found_out(sample_answerer: Answerer) -> None:
    citation = sample_answerer.answer("Welche acht Handlungsfelder betrachtet Börde?").citations[0]
    assert quoted_rightly(sample_answerer.generation, citation)
    document = citation.passage.document
    forged = dataclasses.replace(document, text=document.text.replace("Integration", "Intrigation"))
    altered = dataclasses.replace(citation, passage=dataclasses.replace(citation.passage, document=forged))
    assert not quoted_rightly(sample_answerer.generation, altered)
    assert not quoted_rightly(sample_answerer.generation, dataclasses.replace(citation, start=citation.end))
