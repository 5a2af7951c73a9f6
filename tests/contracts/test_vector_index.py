"""Every vector index gives the ranks and the scores of brute force.

The vectors are rounded to half precision before, so what an index stores is what brute force sees. The sketch may lose one
of fifty of the nearest; what it finds has exact scores, and a filter costs it nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from indexer.vectors import ExactVectors, FaissVectors, Mask, Matrix, RowScore, Vector, VectorIndex
from tests.pg_server import Server
from tests.postgres_index import stored

ROWS, DIMENSION = 300, 24
MANY, WIDE, QUERIES = 4000, 384, 40
Make = Callable[[Matrix], VectorIndex]

sketched = partial(FaissVectors.build, exact_up_to=0)


def normed(vectors: np.ndarray) -> Matrix:
    short = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return short.astype(np.float16).astype(np.float32)


def matrix(rows: int = ROWS, seed: int = 7) -> Matrix:
    return normed(np.random.default_rng(seed).normal(size=(rows, DIMENSION)))


def brute_force(vectors: Matrix, query: Vector, limit: int, allowed: Mask | None = None) -> list[RowScore]:
    scores = [float(score) for score in vectors.astype(np.float64) @ query.astype(np.float64)]
    rows = [row for row in range(len(vectors)) if allowed is None or allowed[row]]
    return [(row, scores[row]) for row in sorted(rows, key=lambda row: (-scores[row], row))[:limit]]


def assert_same(found: list[RowScore], expected: list[RowScore]) -> None:
    assert [row for row, _ in found] == [row for row, _ in expected]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-6)


def mask(rows: int, share: float) -> Mask:
    allowed = np.zeros(rows, bool)
    allowed[np.random.default_rng(3).choice(rows, round(share * rows), replace=False)] = True
    return allowed


@pytest.fixture(scope="module")
def url(postgres: Server) -> Iterator[str]:
    url = postgres.create()
    yield url
    postgres.drop(url)


@pytest.fixture(params=[ExactVectors, FaissVectors.build, stored], ids=["exact", "faiss", "postgres"])
def make(request: pytest.FixtureRequest) -> Make:
    return partial(stored, request.getfixturevalue("url")) if request.param is stored else request.param


@pytest.mark.parametrize("limit", [1, 10, ROWS, 5 * ROWS])
def test_ranks_and_scores_are_those_of_brute_force(make: Make, limit: int) -> None:
    vectors, query = matrix(), matrix(1, seed=8)[0]
    assert_same(make(vectors).nearest(query, limit), brute_force(vectors, query, limit))


@pytest.mark.parametrize("share", [0.0, 0.01, 0.1, 0.11, 0.5, 1.0], ids=lambda share: f"{share:.0%}")
@pytest.mark.parametrize("limit", [5, ROWS])
def test_a_filter_leaves_the_ranking_of_the_allowed_rows(make: Make, share: float, limit: int) -> None:
    vectors, query, allowed = matrix(), matrix(1, seed=8)[0], mask(ROWS, share)
    assert_same(make(vectors).nearest(query, limit, allowed), brute_force(vectors, query, limit, allowed))


@pytest.mark.parametrize("limit", [3, 20, 150])
@pytest.mark.parametrize("filtered", [False, True])
def test_equal_scores_come_in_the_order_of_rows(make: Make, limit: int, filtered: bool) -> None:
    vectors = matrix()
    vectors[1::2] = vectors[0]
    allowed = np.arange(ROWS) >= 100 if filtered else None
    expected = [row for row in (0, *range(1, ROWS, 2)) if allowed is None or allowed[row]][:limit]
    found = make(vectors).nearest(vectors[0], limit, allowed)
    assert [row for row, _ in found[: len(expected)]] == expected


def test_scores_of_chosen_rows_come_in_their_order(make: Make) -> None:
    vectors, query = matrix(), matrix(1, seed=8)[0]
    rows = np.array([5, 0, 299, 5], np.int64)
    expected = [dict(brute_force(vectors, query, ROWS))[row] for row in rows.tolist()]
    assert make(vectors).scores(query, rows).tolist() == pytest.approx(expected, abs=1e-6)
    assert len(make(vectors).scores(query, np.zeros(0, np.int64))) == 0


def test_the_vectors_of_chosen_rows_come_in_their_order(make: Make) -> None:
    vectors, rows = matrix(), np.array([5, 0, 299, 5], np.int64)
    assert np.array_equal(make(vectors).of(rows), vectors[rows])


@pytest.mark.parametrize("share", [1.0, 0.9], ids=lambda share: f"{share:.0%}")
def test_a_server_looks_at_more_vectors_than_it_is_told_rows_while_they_are_few(url: str, share: float) -> None:
    vectors, query, allowed = matrix(2500), matrix(1, seed=8)[0], mask(2500, share)
    index = stored(url, vectors)
    assert_same(index.nearest(query, 20, allowed), brute_force(vectors, query, 20, allowed))
    assert_same(index.nearest(query, 20), brute_force(vectors, query, 20))


def test_an_empty_index_finds_nothing(make: Make) -> None:
    index = make(np.zeros((0, DIMENSION), np.float32))
    assert index.nearest(matrix(1)[0], 5) == []
    assert index.nearest(matrix(1)[0], 5, np.zeros(0, bool)) == []


def test_half_precision_costs_less_than_a_thousandth_of_a_score() -> None:
    plain = np.random.default_rng(7).normal(size=(ROWS, WIDE)).astype(np.float32)
    plain /= np.linalg.norm(plain, axis=1, keepdims=True)
    rows = np.arange(ROWS)
    stored = FaissVectors.build(plain).scores(plain[3], rows)
    assert stored.tolist() == pytest.approx(ExactVectors(plain).scores(plain[3], rows).tolist(), abs=1e-3)


# The sketch in front, and the graph of a server


@pytest.fixture(scope="module")
def clustered() -> tuple[Matrix, Matrix]:
    """Vectors in heaps, with few strong directions and many weak ones as embeddings have, and queries near some of them."""
    chance = np.random.default_rng(5)
    spread = np.arange(1, WIDE + 1) ** -0.5
    turn = np.linalg.qr(chance.normal(size=(WIDE, WIDE)))[0]
    centres = chance.normal(size=(60, WIDE))[chance.integers(0, 60, MANY)]
    vectors = normed((centres + 0.9 * chance.normal(size=(MANY, WIDE))) * spread @ turn)
    near = chance.choice(MANY, QUERIES, replace=False)
    return vectors, normed(vectors[near] + 0.03 * chance.normal(size=(QUERIES, WIDE)))


@pytest.fixture(scope="module")
def ranked(clustered: tuple[Matrix, Matrix]) -> list[list[RowScore]]:
    """All vectors for each query, best first."""
    vectors, queries = clustered
    return [brute_force(vectors, query, MANY) for query in queries]


@pytest.fixture(scope="module")
def sketch(clustered: tuple[Matrix, Matrix]) -> FaissVectors:
    return sketched(clustered[0])


@pytest.fixture(scope="module")
def graph(url: str, clustered: tuple[Matrix, Matrix]) -> VectorIndex:
    return stored(url, clustered[0], exact_up_to=0)


@pytest.mark.parametrize("kind", ["sketch", "graph"])
@pytest.mark.parametrize("share", [1.0, 0.5, 0.1, 0.01, 0.001], ids=lambda share: f"{share:.1%}")
@pytest.mark.parametrize("limit", [10, 200])
def test_the_sketch_and_the_graph_find_98_of_100_with_their_own_scores(
    request: pytest.FixtureRequest,
    kind: str,
    clustered: tuple[Matrix, Matrix],
    ranked: list[list[RowScore]],
    share: float,
    limit: int,
) -> None:
    index: VectorIndex = request.getfixturevalue(kind)
    allowed = None if share == 1 else mask(MANY, share)
    there = wanted = 0
    for query, ranking in zip(clustered[1], ranked, strict=True):
        found, own = index.nearest(query, limit, allowed), dict(ranking)
        expected = [pair for pair in ranking if allowed is None or allowed[pair[0]]][:limit]
        assert len(found) == len(expected)
        assert allowed is None or all(allowed[row] for row, _ in found)
        assert [score for _, score in found] == pytest.approx([own[row] for row, _ in found], abs=1e-6)
        assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))
        there += len({row for row, _ in found} & {row for row, _ in expected})
        wanted += len(expected)
    assert there >= 0.98 * wanted


def test_a_filter_that_allows_no_row_finds_nothing(sketch: FaissVectors, clustered: tuple[Matrix, Matrix]) -> None:
    assert sketch.nearest(clustered[1][0], 10, np.zeros(MANY, bool)) == []


# On disk


@pytest.mark.parametrize("build", [FaissVectors.build, sketched], ids=["faiss", "sketch"])
def test_a_saved_index_answers_as_before(build: Make, clustered: tuple[Matrix, Matrix], tmp_path: Path) -> None:
    vectors, queries = clustered
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        index = build(vectors)
        index.save(tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == (["vectors.faiss"] if build == FaissVectors.build else ["sketch.faiss", "vectors.faiss"])
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in files)
    after = FaissVectors.open(tmp_path / "one")
    for query in queries:
        assert after.nearest(query, 20) == index.nearest(query, 20)
        assert after.nearest(query, 20, mask(MANY, 0.1)) == index.nearest(query, 20, mask(MANY, 0.1))
