"""Every lexical index gives the ranks and scores of the BM25 formula, which is written out here once more."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.lexical import Bm25Index, ExactLexical, LexicalIndex, write

Passages = Sequence[Sequence[str]]
Make = Callable[[Passages], LexicalIndex]


def bm25(passages: Passages, query: Sequence[str], k1: float = 0.9, b: float = 0.4) -> list[float]:
    mean = sum(len(passage) for passage in passages) / len(passages)
    scores = []
    for passage in passages:
        score = 0.0
        for term in set(query):
            holding = sum(term in other for other in passages)
            rarity = math.log(1 + (len(passages) - holding + 0.5) / (holding + 0.5))
            frequency = list(passage).count(term)
            if frequency:
                score += rarity * frequency * (k1 + 1) / (frequency + k1 * (1 - b + b * len(passage) / mean))
        scores.append(score)
    return scores


def ranked(scores: Sequence[float], rows: Sequence[int], limit: int) -> list[int]:
    return sorted((row for row in rows if scores[row] > 0), key=lambda row: (-np.float32(scores[row]), row))[:limit]


def written(passages: Passages, folder: Path) -> Bm25Index:
    write(passages, folder)
    return Bm25Index(folder, len(passages))


@pytest.fixture
def corpus() -> list[list[str]]:
    chance = random.Random(11)
    words = [f"wort{n}" for n in range(40)] + ["größe", "§5", "2024/017", "straß", "a", "ab"]
    weights = [1 / (n + 1) for n in range(len(words))]
    return [chance.choices(words, weights, k=chance.randrange(0, 60)) for _ in range(120)]


@pytest.fixture(params=["exact", "bm25"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    return ExactLexical if request.param == "exact" else lambda passages: written(passages, tmp_path / "lexical")


QUERIES = [["wort0"], ["wort3", "größe", "wort3"], ["2024/017", "§5", "fehlt"], ["ab", "a", "wort39", "wort1", "wort2"]]


@pytest.mark.parametrize("query", QUERIES, ids=" ".join)
def test_ranks_and_scores_are_those_of_the_formula(make: Make, corpus: Passages, query: list[str]) -> None:
    index, expected = make(corpus), bm25(corpus, query)
    assert index.scores(query, np.arange(len(corpus))).tolist() == pytest.approx(expected, rel=1e-9)
    found = index.nearest(query, 25)
    assert [row for row, _ in found] == ranked(expected, range(len(corpus)), 25)
    assert [score for _, score in found] == pytest.approx([expected[row] for row, _ in found], rel=1e-6)


def test_a_filter_changes_no_score_and_no_order(make: Make, corpus: Passages) -> None:
    index, expected, allowed = make(corpus), bm25(corpus, QUERIES[1]), np.arange(1, 120, 3)
    found = index.nearest(QUERIES[1], 50, allowed)
    assert [row for row, _ in found] == ranked(expected, allowed.tolist(), 50)
    assert index.scores(QUERIES[1], allowed).tolist() == pytest.approx([expected[row] for row in allowed], rel=1e-9)
    assert index.nearest(QUERIES[1], 50, np.zeros(0, np.int64)) == []


def test_equal_scores_come_in_the_order_of_rows(make: Make) -> None:
    index = make([["a", "b"], ["b", "a"], ["c"], ["a", "b"], ["b", "a"]])
    assert [row for row, _ in index.nearest(["a"], 3)] == [0, 1, 3]


def test_unknown_words_and_no_words_find_nothing(make: Make, corpus: Passages) -> None:
    index = make(corpus)
    assert index.nearest(["nirgends"], 5) == []
    assert index.nearest([], 5) == []
    assert not index.scores(["nirgends"], np.arange(3)).any()


@pytest.mark.parametrize("passages", [[], [[], []]], ids=["no passages", "passages without words"])
def test_an_index_without_words_finds_nothing(make: Make, passages: Passages) -> None:
    assert make(passages).nearest(["a"], 5) == []


def test_only_indexed_terms_are_known(corpus: Passages, tmp_path: Path) -> None:
    index = written(corpus, tmp_path / "lexical")
    present = {term for passage in corpus for term in passage}
    assert all(index.knows(term) for term in present)
    assert not any(index.knows(term) for term in ("", "wort", "wort400", "~", "größ", "\n"))
    assert index.idf("fehlt") > max(index.idf(term) for term in present)


def test_the_same_passages_give_the_same_bytes(corpus: Passages, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(corpus, tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == ["offsets.npy", "rows.npy", "starts.npy", "terms.txt", "weights.npy"]
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in files)


TERMS = st.sampled_from(["haus", "halt", "plan", "kreis", "straße", "§5"])


@given(
    passages=st.lists(st.lists(TERMS, max_size=30), min_size=1, max_size=12),
    query=st.lists(TERMS | st.just("neu"), max_size=6),
)
def test_no_passage_exceeds_the_bound(
    passages: list[list[str]], query: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    index = written(passages, tmp_path_factory.mktemp("bound") / "lexical")
    scores = index.scores(query, np.arange(len(passages)))
    assert (scores >= 0).all()
    assert (scores <= index.bound(query)).all()
    assert bool(query) == (index.bound(query) > 0)
    assert scores.tolist() == pytest.approx(bm25(passages, query), rel=1e-9)
