"""Every vector index gives the ranks and the scores of brute force."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from indexer.vectors import ExactVectors, FaissVectors, Matrix, RowScore, Vector, VectorIndex

ROWS, DIMENSION = 300, 24
Make = Callable[[Matrix], VectorIndex]


def matrix(rows: int = ROWS, seed: int = 7) -> Matrix:
    vectors = np.random.default_rng(seed).normal(size=(rows, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def brute_force(vectors: Matrix, query: Vector, limit: int, allowed: list[int] | None = None) -> list[RowScore]:
    rows = range(len(vectors)) if allowed is None else allowed
    scored = [(row, float(sum(float(a) * float(b) for a, b in zip(vectors[row], query, strict=True)))) for row in rows]
    return sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:limit]


def assert_same(found: list[RowScore], expected: list[RowScore]) -> None:
    assert [row for row, _ in found] == [row for row, _ in expected]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-6)


@pytest.fixture(params=[ExactVectors, FaissVectors.build], ids=["exact", "faiss"])
def make(request: pytest.FixtureRequest) -> Make:
    return request.param


@pytest.mark.parametrize("limit", [1, 10, ROWS, 5 * ROWS])
def test_ranks_and_scores_are_those_of_brute_force(make: Make, limit: int) -> None:
    vectors, query = matrix(), matrix(1, seed=8)[0]
    assert_same(make(vectors).nearest(query, limit), brute_force(vectors, query, limit))


@pytest.mark.parametrize("share", [0.0, 0.01, 0.1, 0.11, 0.5, 1.0], ids=lambda share: f"{share:.0%}")
@pytest.mark.parametrize("limit", [5, ROWS])
def test_a_filter_leaves_the_ranking_of_the_allowed_rows(make: Make, share: float, limit: int) -> None:
    vectors, query = matrix(), matrix(1, seed=8)[0]
    allowed = np.sort(np.random.default_rng(3).choice(ROWS, int(share * ROWS), replace=False)).astype(np.int64)
    assert_same(make(vectors).nearest(query, limit, allowed), brute_force(vectors, query, limit, allowed.tolist()))


@pytest.mark.parametrize("limit", [3, 20, 150])
@pytest.mark.parametrize("filtered", [False, True])
def test_equal_scores_come_in_the_order_of_rows(make: Make, limit: int, filtered: bool) -> None:
    vectors = matrix()
    equal = np.arange(1, ROWS, 2)
    vectors[equal] = vectors[0]
    allowed = np.arange(100, ROWS, dtype=np.int64) if filtered else None
    expected = [row for row in (equal if filtered else np.array([0, *equal])) if not filtered or row >= 100][:limit]
    found = make(vectors).nearest(vectors[0], limit, allowed)
    assert [row for row, _ in found[: len(expected)]] == [int(row) for row in expected]


def test_scores_of_chosen_rows_come_in_their_order(make: Make) -> None:
    vectors, query = matrix(), matrix(1, seed=8)[0]
    rows = np.array([5, 0, 299, 5], np.int64)
    expected = [dict(brute_force(vectors, query, ROWS))[row] for row in rows.tolist()]
    assert make(vectors).scores(query, rows).tolist() == pytest.approx(expected, abs=1e-6)
    assert len(make(vectors).scores(query, np.zeros(0, np.int64))) == 0


def test_an_empty_index_finds_nothing(make: Make) -> None:
    index = make(np.zeros((0, DIMENSION), np.float32))
    assert index.nearest(matrix(1)[0], 5) == []
    assert index.nearest(matrix(1)[0], 5, np.zeros(0, np.int64)) == []


def test_a_saved_index_answers_as_before(tmp_path: Path) -> None:
    vectors, query = matrix(), matrix(1, seed=8)[0]
    before = FaissVectors.build(vectors)
    before.save(tmp_path / "vectors.faiss")
    after = FaissVectors.open(tmp_path / "vectors.faiss")
    assert after.nearest(query, 20) == before.nearest(query, 20)
    before.save(tmp_path / "again.faiss")
    assert (tmp_path / "again.faiss").read_bytes() == (tmp_path / "vectors.faiss").read_bytes()
