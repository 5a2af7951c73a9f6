"""Passages by their words: BM25 (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework"), k1 0.9, b 0.4.

    score(passage) = sum over the query's distinct terms of idf(t) * tf * (k1 + 1) / (tf + k1 * (1 - b + b * len / mean))
    idf(t)         = ln(1 + (N - df + 0.5) / (df + 0.5))

Like the vector index it knows rows, not passages. Scores are float64 sums in the order of the query's terms, so they are
the same on every machine. ``bound`` is what a passage would score that held every term endlessly often (unknown terms count
with the largest idf): score / bound lies in [0, 1] and can be compared between questions.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from indexer.vectors import Rows, RowScore, best

K1, B = 0.9, 0.4
FILES = ("terms.txt", "offsets.npy", "rows.npy", "weights.npy", "starts.npy")


class LexicalIndex(Protocol):
    def nearest(self, terms: Sequence[str], limit: int, allowed: Rows | None = None) -> list[RowScore]: ...
    def scores(self, terms: Sequence[str], rows: Rows) -> npt.NDArray[np.float64]: ...


def idf(passages: int, holding: int) -> float:
    """How much a term tells that ``holding`` of ``passages`` passages hold; largest for an unknown term."""
    return math.log(1 + (passages - holding + 0.5) / (holding + 0.5))


class ExactLexical:
    """The formula, passage by passage: the reference for tests."""

    def __init__(self, passages: Sequence[Sequence[str]]) -> None:
        self._counts = [Counter(terms) for terms in passages]
        self._mean = sum(map(len, passages)) / max(1, len(passages))

    def nearest(self, terms: Sequence[str], limit: int, allowed: Rows | None = None) -> list[RowScore]:
        rows = np.arange(len(self._counts)) if allowed is None else allowed
        scores = self.scores(terms, rows)
        return best(rows[scores > 0], scores[scores > 0].astype(np.float32), limit)

    def scores(self, terms: Sequence[str], rows: Rows) -> npt.NDArray[np.float64]:
        total = len(self._counts)
        scores = np.zeros(len(rows))
        for term in dict.fromkeys(terms):
            rarity = idf(total, sum(term in counts for counts in self._counts))
            for i, row in enumerate(rows):
                tf = self._counts[row][term]
                scores[i] += rarity * tf * (K1 + 1) / (tf + _norm(self._counts[row].total(), self._mean)) if tf else 0
        return scores


class Bm25Index:
    """Postings in sorted arrays, memory-mapped: for term i the rows and their weights from starts[i] to starts[i + 1]."""

    def __init__(self, folder: Path, passages: int) -> None:
        self._terms = (folder / "terms.txt").read_bytes()
        self._offsets = np.load(folder / "offsets.npy", mmap_mode="r", allow_pickle=False)
        self._rows = np.load(folder / "rows.npy", mmap_mode="r", allow_pickle=False)
        self._weights = np.load(folder / "weights.npy", mmap_mode="r", allow_pickle=False)
        self._starts = np.load(folder / "starts.npy", mmap_mode="r", allow_pickle=False)
        self._passages = passages

    def nearest(self, terms: Sequence[str], limit: int, allowed: Rows | None = None) -> list[RowScore]:
        scores = self._accumulated(terms)
        rows = np.flatnonzero(scores) if allowed is None else allowed[scores[allowed] > 0]
        return best(rows, scores[rows].astype(np.float32), limit)

    def scores(self, terms: Sequence[str], rows: Rows) -> npt.NDArray[np.float64]:
        return np.asarray(self._accumulated(terms)[rows])

    def idf(self, term: str) -> float:
        """See the function idf; an unknown term has the largest."""
        found = self._find(term)
        return idf(self._passages, 0 if found is None else int(self._starts[found + 1] - self._starts[found]))

    def knows(self, term: str) -> bool:
        return self._find(term) is not None

    def knows_beginning(self, letters: str) -> bool:
        """Whether any term begins so."""
        at = self._first_from(letters.encode())
        return at < len(self._offsets) - 1 and self._term(at).startswith(letters.encode())

    def bound(self, terms: Sequence[str]) -> float:
        """The score no passage can exceed; above 0 for any query with terms."""
        return sum(self.idf(term) for term in dict.fromkeys(terms)) * (K1 + 1)

    def _accumulated(self, terms: Sequence[str]) -> npt.NDArray[np.float64]:
        scores = np.zeros(self._passages)
        for term in dict.fromkeys(terms):
            found = self._find(term)
            if found is not None:
                start, end = int(self._starts[found]), int(self._starts[found + 1])
                scores[self._rows[start:end]] += self.idf(term) * self._weights[start:end]
        return scores

    def _find(self, term: str) -> int | None:
        """The term's number."""
        at = self._first_from(term.encode())
        return at if at < len(self._offsets) - 1 and self._term(at) == term.encode() else None

    def _first_from(self, wanted: bytes) -> int:
        """The number of the first term that is not below this one, by bisection of the sorted bytes."""
        low, high = 0, len(self._offsets) - 1
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self._term(middle) < wanted else (low, middle)
        return low

    def _term(self, number: int) -> bytes:
        return self._terms[self._offsets[number] : self._offsets[number + 1] - 1]


def write(passages: Sequence[Sequence[str]], folder: Path) -> None:
    """Writes the files of a Bm25Index over the passages' terms (row i: passages[i])."""
    folder.mkdir()
    encoded = sorted({term.encode() for terms in passages for term in terms})
    numbers = {term.decode(): number for number, term in enumerate(encoded)}
    counts = [sorted((numbers[term], tf) for term, tf in Counter(terms).items()) for terms in passages]
    mean = sum(map(len, passages)) / max(1, len(passages))
    term_of = np.fromiter((number for row in counts for number, _ in row), np.int64)
    tf = np.fromiter((tf for row in counts for _, tf in row), np.float64)
    row_of = np.repeat(np.arange(len(passages), dtype=np.int32), [len(row) for row in counts])
    norms = np.array([_norm(len(terms), mean) for terms in passages])
    weights = tf * (K1 + 1) / (tf + norms[row_of])
    order = np.argsort(term_of, kind="stable")  # rows stay ascending within a term
    starts = np.searchsorted(term_of[order], np.arange(len(encoded) + 1))
    offsets = np.cumsum([0, *(len(term) + 1 for term in encoded)])
    (folder / "terms.txt").write_bytes(b"".join(term + b"\n" for term in encoded))
    for name, array in (("offsets", offsets), ("rows", row_of[order]), ("weights", weights[order]), ("starts", starts)):
        np.save(folder / f"{name}.npy", np.ascontiguousarray(array), allow_pickle=False)


def _norm(length: int, mean: float) -> float:
    return K1 * (1 - B + B * length / mean) if mean else K1
