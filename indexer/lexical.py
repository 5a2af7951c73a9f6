"""Passages by their words: BM25F over terms, and runs of letters for what no term reaches.

    score(passage) = sum over the query's terms of idf(t) * tf * (k1 + 1) / (tf + k1 * (1 - b + b * len / mean))
                   + GRAM_WEIGHT * sum over the query's runs of letters that the passage holds of idf(g)
    idf(t)         = ln(1 + (N - df + 0.5) / (df + 0.5))

tf and len count a word of the title or of a heading more than once (Robertson, Zaragoza & Taylor 2004, "Simple BM25 Extension
to Multiple Weighted Fields"); k1 0.9, b 0.4. A run of letters that more than a tenth of the passages hold tells nothing and
is left out. Like the vector index this one knows rows, not passages.

``bound`` is what a passage would score that held every term endlessly often and every run of letters (unknown ones count with
the largest idf): score / bound lies in [0, 1] and can be compared between questions.

Scores are float64 sums, rarest first, so they are the same on every machine. Ranks are exact while the lists to be read hold
at most _READ rows together. Beyond, the rarest are read whole and choose _CANDIDATES rows, for which the rest is looked up.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from indexer import german
from indexer.parts import Parts, find_parts, kept_rows
from indexer.postings import Postings, write_postings
from indexer.vectors import Mask, Rows, RowScore, best
from indexer.words import Words

K1, B = 0.9, 0.4
GRAM_WEIGHT = 0.2
COMMON, FEW = 0.1, 10  # runs of letters in more passages than this share, and than this number, are left out
_READ = 1_000_000  # rows; of a million synthetic passages the best ten are found for 99.8 %, the best 200 for 98.8 %
_CANDIDATES = 1_000


@dataclass(frozen=True)
class Bag:
    """What a text holds: terms with their weighted counts, and runs of letters. Of a query only which ones."""

    terms: Mapping[str, int]
    grams: Sequence[str] = ()


def bag_of(analyser: german.Analyser, text: str) -> Bag:
    """A question, or a text whose words all weigh the same."""
    grams = dict.fromkeys(gram for word in german.words(text) for gram in german.grams(word))
    return Bag(Counter(analyser.terms(text)), tuple(grams))


class LexicalIndex(Protocol):
    def nearest(self, query: Bag, limit: int, allowed: Mask | None = None) -> list[RowScore]: ...
    def scores(self, query: Bag, rows: Rows) -> npt.NDArray[np.float64]: ...


def idf(passages: int, holding: int) -> float:
    """How much a term tells that ``holding`` of ``passages`` passages hold; largest for an unknown term."""
    return math.log(1 + (passages - holding + 0.5) / (holding + 0.5))


def is_common(passages: int, holding: int) -> bool:
    """Whether a run of letters is left out."""
    return holding > max(FEW, COMMON * passages)


class ExactLexical:
    """The formula, passage by passage: the reference for tests."""

    def __init__(self, passages: Sequence[Bag]) -> None:
        self._passages = passages
        self._lengths = [sum(passage.terms.values()) for passage in passages]
        self._mean = sum(self._lengths) / max(1, len(passages))

    def nearest(self, query: Bag, limit: int, allowed: Mask | None = None) -> list[RowScore]:
        rows = np.arange(len(self._passages)) if allowed is None else np.flatnonzero(allowed)
        scores = self.scores(query, rows)
        return best(rows[scores > 0], scores[scores > 0].astype(np.float32), limit)

    def scores(self, query: Bag, rows: Rows) -> npt.NDArray[np.float64]:
        total = len(self._passages)
        scores = np.zeros(len(rows))
        for term in query.terms:
            rarity = idf(total, sum(term in passage.terms for passage in self._passages))
            for i, row in enumerate(rows):
                tf = self._passages[row].terms.get(term, 0)
                scores[i] += rarity * tf * (K1 + 1) / (tf + _norm(self._lengths[row], self._mean)) if tf else 0
        for gram in dict.fromkeys(query.grams):
            holding = sum(gram in passage.grams for passage in self._passages)
            held = np.array([gram in self._passages[row].grams for row in rows], float)
            scores += 0 if is_common(total, holding) else GRAM_WEIGHT * idf(total, holding) * held
        return scores


class Bm25Index:
    """Over lists of rows, wherever they are kept."""

    def __init__(self, terms: Postings, grams: Postings, passages: int) -> None:
        self._terms = terms
        self._grams = grams
        self._passages = passages

    @classmethod
    def open(cls, folder: Path, passages: int) -> Bm25Index:
        """From the files that ``write`` made, memory-mapped."""
        return cls(Postings.open(folder / "terms"), Postings.open(folder / "grams"), passages)

    def nearest(self, query: Bag, limit: int, allowed: Mask | None = None) -> list[RowScore]:
        lists = self._lists(query)
        if allowed is not None and np.count_nonzero(allowed) <= _CANDIDATES:
            rows = np.flatnonzero(allowed)
            found = _looked_up(lists, rows)
            return best(rows[found > 0], found[found > 0].astype(np.float32), limit)
        # At least the rarest: otherwise a question of one frequent word would find nothing.
        whole = max(1, int(np.searchsorted(np.cumsum([len(one.rows) for one in lists]), _READ, "right")))
        scores = self._summed(lists[:whole])
        if allowed is not None:
            scores[~allowed] = 0
        rows = np.flatnonzero(scores > 0)
        found = scores[rows]
        if whole < len(lists):
            if len(rows) > _CANDIDATES:
                rows = np.sort(rows[np.argpartition(-found, _CANDIDATES)[:_CANDIDATES]])
            found = scores[rows] + _looked_up(lists[whole:], rows)
        return best(rows, found.astype(np.float32), limit)

    def scores(self, query: Bag, rows: Rows) -> npt.NDArray[np.float64]:
        return _looked_up(self._lists(query), rows)

    def idf(self, term: str) -> float:
        """See the function idf; an unknown term has the largest."""
        return idf(self._passages, self._terms.holding(term) or 0)

    def rows(self, term: str) -> Rows:
        """All passages that hold a term, ascending."""
        found = self._terms.find([term]).get(term)
        return np.zeros(0, np.int64) if found is None else found[0].astype(np.int64)

    def knows(self, term: str) -> bool:
        return self._terms.holding(term) is not None

    def knows_beginning(self, letters: str) -> bool:
        """Whether any term begins so."""
        return self._terms.knows_beginning(letters)

    def bound(self, query: Bag) -> float:
        """The score no passage can exceed; above 0 for any query with terms."""
        return sum(map(self.idf, query.terms)) * (K1 + 1) + sum(self._gram_idf(g) for g in dict.fromkeys(query.grams))

    def _gram_idf(self, gram: str) -> float:
        holding = self._grams.holding(gram)
        return 0 if holding == 0 else GRAM_WEIGHT * idf(self._passages, holding or 0)  # 0: known, and common

    def _lists(self, query: Bag) -> list[_List]:
        """Of each term and run of letters that is known, shortest first."""
        return sorted(self._unsorted_lists(query), key=lambda found: len(found.rows))

    def _unsorted_lists(self, query: Bag) -> Iterator[_List]:
        for term, found in self._terms.find(query.terms).items():
            yield _List(*found, self.idf(term))
        for gram, found in self._grams.find(query.grams).items():
            yield _List(*found, self._gram_idf(gram))

    def _summed(self, lists: Sequence[_List]) -> npt.NDArray[np.float64]:
        if not lists:
            return np.zeros(self._passages)
        contributions = [found.contributions(slice(None)) for found in lists]
        rows = np.concatenate([found.rows for found in lists])
        return np.bincount(rows, np.concatenate(contributions), self._passages).astype(np.float64, copy=False)


class _List(NamedTuple):
    """The rows that hold a term, the weights they give it (None: 1 each), and the factor it has in this query."""

    rows: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32] | None
    factor: float

    def contributions(self, at: npt.NDArray[np.int64] | slice) -> npt.NDArray[np.float64]:
        if self.weights is None:
            return np.full(len(self.rows[at]), self.factor)
        return self.weights[at].astype(np.float64) * self.factor


def _looked_up(lists: Sequence[_List], rows: Rows) -> npt.NDArray[np.float64]:
    """What the lists contribute to the scores of these rows."""
    wanted = rows.astype(np.int32)
    scores = np.zeros(len(rows))
    for found in lists:
        at = np.minimum(np.searchsorted(found.rows, wanted), len(found.rows) - 1)
        scores += np.where(found.rows[at] == wanted, found.contributions(at), 0)
    return scores


def write(words: Words, analyser: german.Analyser, folder: Path, before: tuple[Words, Path] | None = None) -> None:
    """Writes the files of a Bm25Index over the passages of a table of words.

    ``before``: the table and the folder of an index made alike; what is known of the words that stay is taken over.
    """
    folder.mkdir()
    rows = kept_rows(words, before[0]) if before else None

    def parts(name: str, parts_of: german.Parts) -> Parts:
        return find_parts(words.words, parts_of, Parts.open(before[1] / name) if before else None, rows)

    terms = parts("terms", analyser.terms_of)
    table = terms.table()
    lengths = np.asarray(words.counts.astype(np.float64) @ np.asarray(table.sum(axis=1)))
    mean = float(lengths.mean()) if len(lengths) else 0.0
    norms = np.array([_norm(length, mean) for length in lengths.tolist()])

    def weights(tf: npt.NDArray[np.int32], rows: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:
        return np.asarray(tf * (K1 + 1) / (tf + norms[rows]), np.float32)

    write_postings(folder / "terms", terms.names, words.counts, table, weights)
    terms.save(folder / "terms")
    grams = parts("grams", lambda word: tuple(dict.fromkeys(german.grams(word))))
    total = len(norms)
    write_postings(
        folder / "grams", grams.names, words.counts, grams.table(), leave_out=lambda holding: is_common(total, holding)
    )
    grams.save(folder / "grams")


def _norm(length: float, mean: float) -> float:
    return K1 * (1 - B + B * length / mean) if mean else K1
