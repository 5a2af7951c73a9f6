"""Operators of a search: how a text is read, and which passages meet it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.conditions import meeting, phrase_pattern
from indexer.domain import Consultation
from indexer.encoders import HashEncoder
from indexer.filters import ANY, Filters
from indexer.generation import Generation
from indexer.queries import Query, Term, parsed
from indexer.vectors import Mask
from service.errors import QuestionEmpty
from service.questions import LONGEST, checked
from service.searching import find, highlights
from service.web.texts.searching import EXAMPLES

PAPERS = {
    "fruehe": ("Die Frühen Hilfen im Kreis wachsen. Netzwerk Frühe\nHilfen: Kosten 900 Euro.", "2023-03-01", {}),
    "hort": ("Der Hort am Bach wird gebaut. Die Personalkosten steigen. Große Brü-\ncken entstehen.", "2022-08-01", {}),
    "kita": ("Die Kita am Berg braucht einen Neubau. Die Kosten trägt der Kreis.", "2024-05-02", {"reference": "2024/017"}),
    "krippe": ("Die Kita im Tal und der Hort erhalten Zuschüsse.", "2023-07-09", {"paper_type": "Antrag"}),
    "pflege": (
        "Pflege zu Hause wird gefördert, mehr Personal eingestellt.",
        "2021-01-05",
        {"name": "Haushalt der Pflege", "body": "Stadt Beispielheim"},
    ),
    "radweg": ("Der Radweg nach Aurental.", "2020-02-02", {"consultations": (Consultation("Ausschuss für Umwelt und Verkehr"),)}),
}


@pytest.fixture(scope="module")
def generation(make_document, make_index) -> Generation:
    common = {"body": "Landkreis Musterbach", "paper_type": "Beschlussvorlage"}
    documents = [
        make_document(f"{name}.txt", text, **common | {"date": date.fromisoformat(day)} | paper)
        for name, (text, day, paper) in PAPERS.items()
    ]
    return make_index(documents)


def names(generation: Generation, text: str) -> list[str]:
    hits = find(generation, HashEncoder(), text, ANY).hits()
    return sorted({hit.passage.document.file.name.removesuffix(".txt") for hit in hits})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"Frühe Hilfen"', ["fruehe"]),
        ('"fruehe hilfen"', ["fruehe"]),
        ('"FRÜHE  HILFEN"', ["fruehe"]),
        ("„frühe Hilfen“", ["fruehe"]),
        ('"Hilfen frühe"', []),
        ('"Frühe Hilf"', []),
        ('"große Brücken"', ["hort"]),
        ('"Grosse Bruecken"', ["hort"]),
        ("Kita UND Hort", ["krippe"]),
        ("Kita AND Hort", ["krippe"]),
        ("Kita UND Kosten", ["kita"]),
        ("Kita ODER Kosten", ["fruehe", "hort", "kita", "krippe"]),  # Kosten in Personalkosten
        ("Kita OR Radweg", ["kita", "krippe", "radweg"]),
        ("Hort ODER Kita UND Kosten", ["hort", "kita"]),
        ("Kita NICHT Hort", ["kita"]),
        ("Kita UND NICHT Hort", ["kita"]),
        ("Kita NOT Hort", ["kita"]),
        ("Kita UND -Hort", ["kita"]),
        ('Kita UND Hort -"im Tal"', []),
        ("Kitas UND Horte", ["krippe"]),  # inflected
        ("nummer:2024/017", ["kita"]),
        ("nummer:24/17", ["kita"]),
        ("titel:Pflege", ["pflege"]),
        ("titel:Hause", []),
        ('gremium:"Umwelt"', ["radweg"]),
        ('gremium:"Ausschuss für Umwelt"', ["radweg"]),
        ("koerperschaft:Beispielheim", ["pflege"]),
        ("Körperschaft:beispielheim", ["pflege"]),
        ("-koerperschaft:Musterbach", ["pflege"]),
        ("art:Antrag", ["krippe"]),
        ("jahr:2023", ["fruehe", "krippe"]),
        ("vor:2021", ["radweg"]),
        ("vor:2.2.2020", []),
        ("nach:2023-07", ["kita"]),
        ("nach:2020 vor:2022-08-01", ["pflege"]),
        ("year:2023 NOT type:Antrag", ["fruehe"]),
        ("gremium:Kreistag", []),
    ],
)
def test_what_a_search_demands_holds_for_every_hit_and_all_that_meet_it_are_hits(
    generation: Generation, text: str, found: list[str]
) -> None:
    assert names(generation, text) == found


@pytest.mark.parametrize(
    ("text", "as_words"),
    [
        ('die "Kita', ('"',)),
        ("UND Kita", ("UND",)),
        ("Kita ODER", ("ODER",)),
        ("NICHT", ("NICHT",)),
        ("Kita NICHT und", ("NICHT",)),
        ("jahr:bald Kita", ("jahr:bald",)),
        ("vor:31.2.2023", ("vor:31.2.2023",)),
        ("Wer und was oder nicht, um 16:30 Uhr - am Rathaus?", ()),
        ("https://rat.example/x", ()),
        ("gremium: Kreistag", ()),
    ],
)
def test_what_does_not_fit_is_read_as_words(text: str, as_words: tuple[str, ...]) -> None:
    query = parsed(text)
    assert (query.plain, query.words, query.as_words) == (True, text, as_words)


def test_words_beside_a_phrase_are_preferred_and_not_demanded() -> None:
    query = parsed('"frühe Hilfen" Kosten -Berlin')
    assert query == Query("frühe Hilfen Kosten", ((Term("phrase", "frühe Hilfen"),),), (Term("word", "Berlin"),), ("Kosten",))


def test_or_binds_closer_than_and() -> None:
    groups = parsed("Kita ODER Hort UND Kosten").demanded
    assert [[term.text for term in group] for group in groups] == [["Kita", "Hort"], ["Kosten"]]


def test_one_and_makes_every_word_demanded_but_stop_words() -> None:
    groups = parsed("die Kosten der Kita UND des Hortes").demanded
    assert [term.text for group in groups for term in group] == ["Kosten", "Kita", "Hortes"]


WORDS = st.sampled_from(
    [
        *("Kita", "Hort", "Kosten", "die", "UND", "ODER", "NICHT", "AND", "OR", "NOT", '"', "„", "“", "-Kita", "jahr:2023"),
        *("jahr:x", 'titel:"a', "-", ":", '-"Hort', "gremium:Rat", "nummer:1", "2024/017", "(", "\x00", "ſ", "ﬁ", "ß"),
    ]
)
TEXTS = st.one_of(st.text(max_size=LONGEST), st.lists(WORDS, max_size=60).map(" ".join))


@settings(max_examples=300, deadline=None)
@given(TEXTS)
@example('"' * 2_000)
@example("-" * 2_000)
@example("UND " * 500)
@example(" ".join(f'"{a} {b}"' for a in "abcdefghij" for b in "abcdefghij"))
@example("jahr:9999 nach:9999 vor:0001 vor:1")
def test_d11_any_text_has_a_reading_and_an_answer(generation: Generation, text: str) -> None:
    try:
        asked = checked(text[:LONGEST])
    except QuestionEmpty:
        return
    query = parsed(asked)
    within = meeting(query, generation)
    assert (within is None) == query.plain
    ranking = find(generation, HashEncoder(), asked, ANY)
    assert within is None or within[ranking.all_rows()].all()
    for hit in ranking.hits(0, 2):
        spans = highlights(generation, asked, hit.passage.text)
        assert spans == sorted(spans)
        assert all(a < b <= c for (_, a), (b, c) in zip([(0, -1), *spans], spans, strict=False))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["Kita", "Kosten", "Hort"]), st.sampled_from(["Kita", "Kosten", "Hort", '"der Hort"', "jahr:2023"]))
def test_with_and_without_make_up_the_whole(generation: Generation, one: str, other: str) -> None:
    def masks(text: str) -> Mask:
        within = meeting(parsed(text), generation)
        assert within is not None
        return within

    together, apart, whole = masks(f"{one} UND {other}"), masks(f"{one} UND NICHT {other}"), masks(f"{one} UND {one}")
    assert not (together & apart).any()
    assert np.array_equal(together | apart, whole)


def test_a_phrase_is_marked_whole_and_its_words_elsewhere_are_not(generation: Generation) -> None:
    text = "Netzwerk Frühe\nHilfen: Hilfen für Frühe. Kosten."
    spans = highlights(generation, '"frühe Hilfen" Kosten', text)
    assert [text[a:b] for a, b in spans] == ["Frühe\nHilfen", "Kosten"]


def test_a_number_is_marked_whole(generation: Generation) -> None:
    text = "Drucksache 2024/017 vom 5.5.2024, Blatt 17"
    assert [text[a:b] for a, b in highlights(generation, "2024/017", text)] == ["2024/017"]


def test_nothing_but_conditions_lists_documents_newest_first(generation: Generation) -> None:
    days = [hit.passage.document.paper.date for hit in find(generation, HashEncoder(), "nach:2021", ANY).hits()]
    assert days == sorted(days, reverse=True)
    assert len(days) == 4
    assert len(find(generation, HashEncoder(), "", Filters(body=("Stadt Beispielheim",)))) == 1


@pytest.mark.parametrize("phrase", ["§ 5 Abs. 2", "a+b (c)", "[x]", "\\d", "ß", "æ"])
def test_signs_of_a_phrase_mean_themselves(phrase: str) -> None:
    assert phrase_pattern(phrase).search(f"x {phrase} y")
    assert not phrase_pattern(phrase).search("5 Abs 2 aab c d")


@pytest.mark.parametrize(
    ("phrase", "text"), [("Bau-Kosten", "die Bau-\nKosten"), ("minus -5", "minus \u20135 Grad"), ("2 - 3", "2 -- 3")]
)
def test_any_hyphens_fit_those_of_a_phrase(phrase: str, text: str) -> None:
    assert phrase_pattern(phrase).search(text)
    assert not phrase_pattern(phrase).search(text.replace("-", "").replace("\u2013", ""))


@pytest.mark.parametrize("phrase", ["-" * 60 + "x", "a" + "-" * 60 + "x"])
def test_a_row_of_hyphens_is_not_tried_in_endless_ways(phrase: str) -> None:
    """Without an end to it this test would not come to its own."""
    assert not phrase_pattern(phrase).search("a" + "-" * 90 + " " + "-" * 100_000)


def test_every_example_of_the_help_has_an_operator() -> None:
    values = {"number": "2022/1", "organization": "Kreistag", "body": "Landkreis Musterbach", "paper_type": "Antrag"}
    for one in EXAMPLES:
        query = parsed(one.query.format(**values))
        assert not query.plain, one.query
        assert not query.as_words, one.query
