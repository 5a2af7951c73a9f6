"""Hits are those of scoring every passage by the two formulas; filters leave the order alone; a number comes first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from indexer.build import build
from indexer.domain import Hit, Passage
from indexer.encoders import HashEncoder
from indexer.lexical import ExactLexical, idf
from indexer.passages import searched_text
from indexer.search import Filters, search
from indexer.settings import Settings
from indexer.store import Collection, Generation

QUESTIONS = [
    "Wie viele Kitaplätze fehlen im Landkreis Musterbach?",
    "Welche Nitratwerte hat das Trinkwasser?",
    "Wo hält die Buslinie 7?",
    "Kreisumlage",
    "Was kostet ein Flughafen auf dem Mond?",
    "How many places are missing?",
]
Keep = Callable[[Passage], bool]


def brute_force(generation: Generation, question: str, keep: Keep = lambda _: True) -> list[tuple[int, float, float, float]]:
    """(row, score, cosine, share) of every passage: cosine + 0.2 * BM25 / the highest BM25 there could be."""
    passages = [generation.passage(row) for row in range(generation.passages)]
    texts = [searched_text(passage) for passage in passages]
    cosines = HashEncoder().encode(texts, "passage") @ HashEncoder().encode([question], "query")[0]
    words = [generation.analyser.terms(text) for text in texts]
    terms = generation.analyser.terms(question)
    highest = sum(idf(len(words), sum(term in held for held in words)) * 1.9 for term in dict.fromkeys(terms))
    scores = ExactLexical(words).scores(terms, np.arange(len(words)))
    shares = scores / highest if highest else scores
    scored = [
        (row, float(cosine + 0.2 * share), float(cosine), float(share))
        for row, (cosine, share) in enumerate(zip(cosines, shares, strict=True))
        if keep(passages[row])
    ]
    return sorted(scored, key=lambda entry: (-round(entry[1], 6), entry[0]))


def assert_same(hits: Sequence[Hit], expected: Sequence[tuple[int, float, float, float]]) -> None:
    assert [hit.row for hit in hits] == [row for row, *_ in expected]
    for hit, (_, score, cosine, share) in zip(hits, expected, strict=True):
        assert (hit.score, hit.cosine, hit.lexical) == pytest.approx((score, cosine, share), abs=1e-5)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))


@pytest.fixture(scope="module")
def generation(built) -> Generation:
    return built.generation


@pytest.mark.parametrize("question", QUESTIONS)
def test_hits_are_those_of_scoring_every_passage(generation: Generation, question: str) -> None:
    assert_same(search(generation, HashEncoder(), question, limit=100), brute_force(generation, question))
    assert_same(search(generation, HashEncoder(), question, limit=3), brute_force(generation, question)[:3])


def test_a_hit_points_into_its_document(generation: Generation) -> None:
    hit = search(generation, HashEncoder(), "Wie viele Kitaplätze fehlen?")[0]
    assert "140 Kitaplätze" in hit.passage.text
    assert hit.passage.text == hit.passage.document.text[hit.passage.start : hit.passage.end]
    assert hit.passage.document.paper.reference == "2024/017"


def test_the_same_question_has_the_same_hits(generation: Generation, built) -> None:
    again = Collection(built.settings.index, "public").open()
    for question in QUESTIONS:
        assert search(generation, HashEncoder(), question) == search(again, HashEncoder(), question)


@pytest.mark.parametrize(
    ("filters", "keep"),
    [
        (Filters(body=("Landkreis Musterbach",)), lambda d: d.paper.body == "Landkreis Musterbach"),
        (Filters(body=("Landkreis Musterbach", "Landkreis Beispielheim")), lambda d: d.paper.body is not None),
        (Filters(paper_type="Mitteilungsvorlage"), lambda d: d.file.name.endswith("pflege.txt")),
        (Filters(organization="Jugendhilfeausschuss"), lambda d: d.file.name.endswith("kita.md")),
        (Filters(status="decided"), lambda d: d.file.name.endswith("kita.md")),
        (Filters(status="open"), lambda d: not d.file.name.endswith("kita.md")),
        (Filters(date_from=date(2023, 2, 1)), lambda d: d.paper.date is not None),
        (Filters(date_from=date(2023, 2, 2)), lambda d: d.file.name.endswith("kita.md")),
        (Filters(date_to=date(2023, 2, 1)), lambda d: d.file.name.endswith("bus.docx")),
        (Filters(date_from=date(2024, 5, 3), date_to=date(2024, 5, 3)), lambda d: d.file.name.endswith("kita.md")),
        (Filters(body=("Landkreis Beispielheim",), status="open"), lambda d: d.paper.body == "Landkreis Beispielheim"),
    ],
    ids=lambda value: str(value) if isinstance(value, Filters) else "",
)
@pytest.mark.parametrize("question", QUESTIONS[:2])
def test_filters_leave_the_order_and_the_scores_alone(generation: Generation, question: str, filters: Filters, keep) -> None:
    expected = brute_force(generation, question, lambda passage: keep(passage.document))
    assert expected
    assert_same(search(generation, HashEncoder(), question, filters, limit=100), expected)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(body=("Landkreis Nirgends",)),
        Filters(paper_type="Mitteilungsvorlage", status="decided"),
        Filters(date_from=date(2030, 1, 1)),
        Filters(organization="' OR 1=1 --"),
    ],
    ids=str,
)
def test_filters_that_nothing_meets_find_nothing(generation: Generation, filters: Filters) -> None:
    assert search(generation, HashEncoder(), QUESTIONS[0], filters) == []


@pytest.mark.parametrize(
    "question", ["Was steht in 2023/101?", "2023/0101", "DS 2023-101", "Wie viele Kitaplätze nennt die Drucksache 2023/101?"]
)
def test_the_paper_whose_number_is_named_comes_first(generation: Generation, question: str) -> None:
    hits = search(generation, HashEncoder(), question, limit=100)
    assert hits[0].passage.document.paper.reference == "2023/101"
    named = [hit.passage.document.paper.reference == "2023/101" for hit in hits]
    assert named == sorted(named, reverse=True)
    by_row = {row: score for row, score, *_ in brute_force(generation, question)}
    assert [hit.score for hit in hits] == pytest.approx([by_row[h.row] + n for h, n in zip(hits, named, strict=True)], abs=1e-5)


def test_a_named_paper_outside_the_filters_stays_outside(generation: Generation) -> None:
    hits = search(generation, HashEncoder(), "2023/101", Filters(body=("Landkreis Musterbach",)))
    assert hits
    assert all(hit.passage.document.paper.body == "Landkreis Musterbach" for hit in hits)


def test_equal_passages_come_in_the_order_of_rows(settings: Settings, tmp_path: Path, write) -> None:
    write(tmp_path / "gleich", {f"{n}.txt": "Die Sporthalle wird saniert." for n in range(9)})
    build(settings, [tmp_path / "gleich"])
    hits = search(Collection(settings.index, "public").open(), HashEncoder(), "Sporthalle", limit=5)
    assert [hit.row for hit in hits] == [0, 1, 2, 3, 4]


def test_an_empty_index_finds_nothing(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "leer").mkdir()
    build(settings, [tmp_path / "leer"])
    generation = Collection(settings.index, "public").open("hash-1")
    assert search(generation, HashEncoder(), QUESTIONS[0]) == []
    assert search(generation, HashEncoder(), "2024/017", Filters(status="open")) == []
