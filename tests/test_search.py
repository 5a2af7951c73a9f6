"""Hits are those of scoring every passage by the two formulas; filters leave the order alone; a number comes first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from indexer.build import build
from indexer.domain import Hit, Passage
from indexer.encoders import HashEncoder
from indexer.filters import Filters
from indexer.generation import Generation
from indexer.german import words
from indexer.lexical import Bag, ExactLexical, bag_of, idf, is_common
from indexer.passages import searched_fields, searched_text
from indexer.search import ranked, search
from indexer.settings import Settings
from indexer.store import Collection

QUESTIONS = [
    "Wie viele Kitaplätze fehlen im Landkreis Musterbach?",
    "Welche Nitratwerte hat das Trinkwasser?",
    "Wo hält die Buslinie 7?",
    "Kreisumlage",
    "Was kostet ein Flughafen auf dem Mond?",
    "How many places are missing?",
]
FORM = (
    "Auf Ihren Antrag hin bewilligen wir für den Umbau des Gebäudes aus Mitteln der Dorferneuerung einen einmaligen Zuschuss. "
    "Die Auszahlung erfolgt nach Vorlage prüffähiger Rechnungen. Beginnen Sie bitte nicht vor Zugang dieses Bescheids."
)
Keep = Callable[[Passage], bool]
Scored = tuple[int, float, float, float, tuple[int, ...]]  # row, score, cosine, share, rows folded in


def shares(generation: Generation, passages: Sequence[Passage], question: str) -> list[float]:
    """The lexical score of each passage, divided by that of one which held everything endlessly often."""
    bags = []
    for passage in passages:
        terms: Counter[str] = Counter()
        grams: list[str] = []
        for weight, text in searched_fields(passage):
            bag = bag_of(generation.analyser, text)
            terms.update({term: weight * count for term, count in bag.terms.items()})
            grams += bag.grams
        bags.append(Bag(terms, grams))
    query = bag_of(generation.analyser, question)
    bound = 1.9 * sum(idf(len(bags), sum(term in bag.terms for bag in bags)) for term in query.terms)
    for gram in query.grams:
        holding = sum(gram in bag.grams for bag in bags)
        bound += 0 if is_common(len(bags), holding) else 0.2 * idf(len(bags), holding)
    scores = ExactLexical(bags).scores(query, np.arange(len(bags)))
    return (scores / bound if bound else scores).tolist()


def brute_force(generation: Generation, question: str, keep: Keep = lambda _: True, named: Sequence[str] = ()) -> list[Scored]:
    """Every passage: cosine + 0.2 * share, + 1 for those of named papers; then forms behind the best of them.

    Vectors are stored in half precision. Two passages are of one form if they share four fifths of their words.
    """
    passages = [generation.passage(row) for row in range(generation.passages)]
    stored = HashEncoder().encode([searched_text(passage) for passage in passages], "passage").astype(np.float16)
    cosines = stored.astype(np.float64) @ HashEncoder().encode([question], "query")[0]
    scored = [
        (row, float(cosine + 0.2 * share + (passages[row].document.paper.reference in named)), float(cosine), share)
        for row, (cosine, share) in enumerate(zip(cosines, shares(generation, passages, question), strict=True))
        if keep(passages[row])
    ]
    shown: dict[int, tuple[float, float, float]] = {}
    alike: dict[int, list[int]] = {}
    for row, *numbers in sorted(scored, key=lambda entry: (-round(entry[1], 6), entry[0])):
        best = next((other for other in shown if same_form(passages[row], passages[other])), None)
        if best is None or passages[row].document.paper.reference in named:
            shown[row], alike[row] = tuple(numbers), []
        else:
            alike[best].append(row)
    return [(row, *numbers, tuple(alike[row])) for row, numbers in shown.items()]


def same_form(one: Passage, other: Passage) -> bool:
    first, second = (
        {word for _, text in searched_fields(passage) for word in words(text) if word[0].isalpha()} for passage in (one, other)
    )
    return min(len(first), len(second)) >= 20 and len(first & second) >= 0.8 * len(first | second)


def assert_same(hits: Sequence[Hit], expected: Sequence[Scored]) -> None:
    assert [(hit.row, hit.alike) for hit in hits] == [(row, alike) for row, *_, alike in expected]
    for hit, (_, score, cosine, share, _) in zip(hits, expected, strict=True):
        assert (hit.score, hit.cosine, hit.lexical) == pytest.approx((score, cosine, share), abs=1e-6)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))


@pytest.fixture(scope="module")
def generation(built) -> Generation:
    return built.generation


@pytest.fixture(scope="module")
def forms(make_document, make_index) -> Generation:
    """Seven grants of one form, two with the same number, and four papers of other kinds."""
    places = ("Ahlen", "Berge", "Cappel", "Dorla", "Emstal", "Fritzlar", "Gudensberg")
    papers = [
        make_document(f"form{n}", f"{FORM} Ort: {place}. Betrag: {n + 2} 000 Euro.", reference=f"2024/{n // 2 + 1:03}")
        for n, place in enumerate(places)
    ]
    texts = (
        "Die Brücke bei Ahlen wird erneuert.",
        FORM[:120],
        "Zuschuss für Rechnungen der Sportvereine.",
        "Kein Bescheid.",
    )
    papers += [make_document(f"paper{n}", text, reference=f"2023/{n + 1:03}") for n, text in enumerate(texts)]
    return make_index(papers)


@pytest.mark.parametrize("question", QUESTIONS)
def test_hits_are_those_of_scoring_every_passage(generation: Generation, question: str) -> None:
    assert_same(search(generation, HashEncoder(), question, limit=100), brute_force(generation, question))
    assert_same(search(generation, HashEncoder(), question, limit=3), brute_force(generation, question)[:3])


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Zuschuss für den Umbau", ()),
        ("Was bewilligt der Bescheid für Emstal?", ()),
        ("Bescheid Gudenzberg", ()),
        ("Wofür gibt es nach 2024/002 Geld?", ("2024/002",)),
        ("2024/003, 2023/001", ("2024/003", "2023/001")),
        ("Brücke in Berge, DS 2024-4", ("2024/004",)),
    ],
)
def test_forms_stand_behind_the_best_of_them_but_for_those_that_are_named(
    forms: Generation, question: str, named: tuple[str, ...]
) -> None:
    expected = brute_force(forms, question, named=named)
    hits = search(forms, HashEncoder(), question, limit=100)
    assert_same(hits, expected)
    assert len(hits) < forms.passages == sum(1 + len(hit.alike) for hit in hits)
    assert [hit.named for hit in hits] == [hit.passage.document.paper.reference in named for hit in hits]


def test_a_ranking_is_read_in_stretches(forms: Generation) -> None:
    ranking = ranked(forms, HashEncoder().encode(["Zuschuss"], "query")[0], "Zuschuss")
    whole = ranking.hits()
    assert len(ranking) == len(whole) >= 4
    assert [hit for start in range(0, len(whole), 2) for hit in ranking.hits(start, start + 2)] == whole
    assert ranking.hits(len(whole)) == []
    backwards = ranking.chosen(np.arange(len(whole))[::-1]).hits()
    assert [(hit.row, hit.alike) for hit in backwards] == [(hit.row, hit.alike) for hit in reversed(whole)]
    assert [hit.rank for hit in backwards] == [hit.rank for hit in whole]


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
        (Filters(status="proposed"), lambda d: d.file.name.endswith("wasser.html")),
        (Filters(status="open"), lambda d: not d.file.name.endswith(("kita.md", "wasser.html"))),
        (Filters(date_from=date(2023, 2, 1)), lambda d: d.paper.date is not None),
        (Filters(date_from=date(2023, 2, 2)), lambda d: d.file.name.endswith("kita.md")),
        (Filters(date_to=date(2023, 2, 1)), lambda d: d.file.name.endswith("bus.docx")),
        (Filters(date_from=date(2024, 5, 3), date_to=date(2024, 5, 3)), lambda d: d.file.name.endswith("kita.md")),
        (Filters(body=("Landkreis Beispielheim",), status="open"), lambda d: d.file.name.endswith("bus.docx")),
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
    named = [hit.named for hit in hits]
    assert named == [hit.passage.document.paper.reference == "2023/101" for hit in hits] == sorted(named, reverse=True)
    assert_same(hits, brute_force(generation, question, named=["2023/101"]))


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


def test_a_number_means_a_paper_within_the_filters(make_index, make_document) -> None:
    papers = [
        make_document("genau", "Der Radweg.", reference="22/200", body="Stadt Altmoor"),
        make_document("kurz", "Die Brücke.", reference="2022/200", body="Stadt Neumoor"),
        make_document("nennt", "Siehe DS 22/200, DS 22/200.", reference="2023/1", body="Stadt Neumoor"),
    ]
    generation = make_index(papers)
    assert search(generation, HashEncoder(), "DS 22/200")[0].passage.document.paper.reference == "22/200"
    within = search(generation, HashEncoder(), "DS 22/200", Filters(body=("Stadt Neumoor",)))
    assert (within[0].passage.document.paper.reference, within[0].named) == ("2022/200", True)
