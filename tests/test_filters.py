"""Filters and facets say what a plain loop over the documents says."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.domain import Consultation, Document, Paper
from indexer.filters import ANY, Filters
from indexer.generation import Generation
from indexer.status import status_of

BODIES = ("Landkreis Ahlen", "Stadt Berge", "Ö-Gemeinde", None)
TYPES = ("Antrag", "Beschlussvorlage", None)
COMMITTEES = ("Kreistag", "Sozialausschuss", "Jugendhilfeausschuss")
RESULTS = ("beschlossen", "abgelehnt", "vertagt", "zur Kenntnis genommen", None)
DAYS = (date(2021, 12, 31), date(2022, 1, 1), date(2023, 6, 5), date(2024, 2, 29), None)


@pytest.fixture(scope="module")
def documents(make_document) -> list[Document]:
    """Sixty papers of any mixture; some have two passages, one has the same Gremium twice and as its author."""
    chance = random.Random(4)

    def paper(number: int) -> Document:
        steps = [Consultation(name, result=chance.choice(RESULTS)) for name in chance.sample(COMMITTEES, chance.randrange(3))]
        return make_document(
            f"{number:02}",
            "\n\n".join(["Ein Satz zum Vorhaben. " * 40] * chance.randint(1, 2)),
            body=chance.choice(BODIES),
            paper_type=chance.choice(TYPES),
            date=chance.choice(DAYS),
            consultations=tuple(steps),
            originators=tuple(chance.sample(("Dezernat II", "Kreistag"), chance.randrange(3))),
        )

    twice = make_document(
        "60", "Ein Satz.", consultations=(Consultation("Kreistag"), Consultation("Kreistag")), originators=("Kreistag",)
    )
    return [*map(paper, range(60)), twice]


@pytest.fixture(scope="module")
def generation(documents: Sequence[Document], make_index) -> Generation:
    made = make_index(documents)
    assert made.passages > len(documents)
    return made


def meets(paper: Paper, filters: Filters) -> bool:
    gremien = {step.organization for step in paper.consultations} | set(paper.originators)
    return (
        (not filters.body or paper.body in filters.body)
        and filters.paper_type in (None, paper.paper_type)
        and filters.status in (None, status_of(paper))
        and (filters.organization is None or filters.organization in gremien)
        and (filters.date_from is None or (paper.date is not None and paper.date >= filters.date_from))
        and (filters.date_to is None or (paper.date is not None and paper.date <= filters.date_to))
    )


def maybe(values: Sequence[object]) -> st.SearchStrategy:
    return st.none() | st.sampled_from([value for value in values if value is not None])


FILTERS = st.builds(
    Filters,
    body=st.lists(st.sampled_from([*BODIES[:3], "Nirgends"]), max_size=3).map(tuple),
    paper_type=maybe([*TYPES, "Satzung", ""]),
    organization=maybe([*COMMITTEES, "Dezernat II", "' OR 1=1 --"]),
    status=maybe(["decided", "rejected", "postponed", "noted", "open", "unknown"]),
    date_from=maybe([*DAYS, date(1, 1, 1)]),
    date_to=maybe([*DAYS, date(9999, 12, 31)]),
)


@settings(deadline=None)
@given(filters=FILTERS)
def test_a_mask_is_what_a_loop_over_the_documents_says(
    generation: Generation, documents: Sequence[Document], filters: Filters
) -> None:
    assert generation.columns.matching(filters).tolist() == [meets(document.paper, filters) for document in documents]
    passages = [generation.passage(row).document.paper for row in range(generation.passages)]
    assert generation.columns.rows(filters).tolist() == [meets(paper, filters) for paper in passages]


def test_no_condition_leaves_everything_and_one_of_two_bodies_is_enough(generation: Generation) -> None:
    assert generation.columns.rows(ANY).all()
    both = generation.columns.rows(Filters(body=BODIES[:2]))
    assert (
        both == (generation.columns.rows(Filters(body=BODIES[:1])) | generation.columns.rows(Filters(body=BODIES[1:2])))
    ).all()


@settings(deadline=None)
@given(filters=FILTERS)
def test_facets_count_each_document_once_most_frequent_first(
    generation: Generation, documents: Sequence[Document], filters: Filters
) -> None:
    facets = generation.columns.facets(np.flatnonzero(generation.columns.rows(filters)))
    papers = [document.paper for document in documents if meets(document.paper, filters)]
    values = {
        "body": [paper.body for paper in papers],
        "paper_type": [paper.paper_type for paper in papers],
        "organization": [name for paper in papers for name in {step.organization for step in paper.consultations}],
        "status": [status_of(paper) for paper in papers],
        "year": [str(paper.date.year) if paper.date else None for paper in papers],
    }
    assert list(facets) == list(values)
    for name, found in values.items():
        counts = Counter(value for value in found if value is not None)
        assert facets[name] == sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def test_the_same_passage_twice_counts_its_document_once(generation: Generation) -> None:
    once = generation.columns.facets(np.array([3]))
    assert generation.columns.facets(np.array([3, 3])) == once
    assert all(count == 1 for counts in once.values() for _, count in counts)


def test_the_values_of_a_column_are_listed_sorted_without_the_missing_ones(
    generation: Generation, documents: Sequence[Document]
) -> None:
    assert generation.columns.names("body") == sorted(BODIES[:3])
    assert generation.columns.names("paper_type") == ["Antrag", "Beschlussvorlage"]
    assert generation.columns.names("year") == ["2021", "2022", "2023", "2024"]
    assert generation.columns.names("status") == sorted({status_of(document.paper) for document in documents})
    assert generation.columns.organizations() == sorted(COMMITTEES)


def test_newest_come_first_and_those_without_a_date_last(generation: Generation) -> None:
    rows = np.random.default_rng(2).permutation(generation.passages)
    days = [generation.passage(int(row)).document.paper.date for row in rows]
    expected = sorted(range(len(rows)), key=lambda place: -(days[place] or date(1, 1, 1)).toordinal())
    assert generation.columns.newest_first(rows).tolist() == expected


def test_more_documents_than_one_query_holds_are_counted_too(make_document, make_index) -> None:
    step = (Consultation("Kreistag"),)
    generation = make_index([make_document(f"{n:04}", "Ein Satz.", consultations=step) for n in range(1201)])
    assert generation.columns.facets(np.arange(generation.passages))["organization"] == [("Kreistag", 1201)]


def test_an_index_without_documents_has_no_values(make_index) -> None:
    generation = make_index([])
    columns = generation.columns
    assert columns.rows(Filters(status="open")).tolist() == []
    assert columns.names("body") == columns.organizations() == []
    assert columns.facets(np.zeros(0, np.int64)) == {
        name: [] for name in ("body", "paper_type", "organization", "status", "year")
    }
