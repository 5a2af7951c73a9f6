"""From words to hits: both rankings within the filters, their scores summed on one scale, near-duplicates behind one another.

A passage of the paper whose number the question names always comes before all others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from indexer.domain import Hit
from indexer.encoders import Encoder
from indexer.filters import ANY, Filters
from indexer.fusion import fused
from indexer.generation import Generation
from indexer.lexical import Bag, bag_of
from indexer.vectors import Mask, Rows, Vector

DEPTH = 200  # passages that each ranking hands to the fusion
_PREFERRED = 0.03  # added for passages of papers of the time that the question names
_PAPER = 0.3  # weight of the best passage of the same paper beside the passage's own score
_NAMED = 1.0  # added for passages of a paper that the question names by its number, so that scores tell it too

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ranking:
    """Rows, best first, with their scores: arrays of one length. Nothing is read from the disk before a hit is asked for.

    ``alike[i]``: rows of near-duplicates of row i that stand behind it and were folded into it.
    """

    generation: Generation
    rows: Rows
    scores: Floats
    cosines: Floats
    lexical: Floats
    named: Mask
    alike: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def all_rows(self) -> Rows:
        """With those that were folded in, each behind the one it was folded into."""
        pairs = zip(self.rows.tolist(), self.alike, strict=True)
        return np.array([row for first, others in pairs for row in (first, *others)], np.int64)

    def chosen(self, places: npt.NDArray[np.int64]) -> Ranking:
        """The hits at some places, in the order of the places."""
        return Ranking(
            self.generation,
            self.rows[places],
            self.scores[places],
            self.cosines[places],
            self.lexical[places],
            self.named[places],
            tuple(self.alike[i] for i in places.tolist()),
        )

    def hits(self, start: int = 0, end: int | None = None) -> list[Hit]:
        """Those from start to end, with their passages; ranks are counted from 1 over the whole ranking."""
        places = range(len(self))[start:end]
        rows = self.rows[start:end].tolist()
        return [
            Hit(
                passage,
                rows[i - places.start],
                i + 1,
                float(self.scores[i]),
                float(self.cosines[i]),
                float(self.lexical[i]),
                bool(self.named[i]),
                self.alike[i],
            )
            for i, passage in zip(places, self.generation.passages_at(rows), strict=True)
        ]


def search(generation: Generation, encoder: Encoder, text: str, filters: Filters = ANY, limit: int = 10) -> list[Hit]:
    """The best passages, best first; equal scores in the order of rows. At most ``2 * DEPTH`` and ``limit``."""
    return folded(ranked(generation, encoder.encode([text], "query")[0], text, filters)).hits(0, limit)


def ranked(
    generation: Generation,
    query: Vector,
    text: str,
    filters: Filters = ANY,
    preferred: Mask | None = None,
    *,
    numbers: bool = True,
    depth: int = DEPTH,
    within: Mask | None = None,
) -> Ranking:
    """As ``search``, with the question's vector at hand, without looking at a passage and with near-duplicates unfolded.

    ``preferred``: the passages of papers that the question's words put in front, without leaving out others.
    ``numbers``: whether numbers in the text name papers. ``depth``: passages that each ranking hands over.
    ``within``: the passages that count, beside the filters.
    """
    allowed = among(generation, filters, within)
    bag = bag_of(generation.analyser, text)
    named = generation.named(text, allowed) if numbers else np.zeros(0, np.int64)
    rows = _candidates(generation, query, bag, allowed, named, depth)
    cosines = generation.vectors.scores(query, rows).astype(np.float64)
    bound = generation.lexical.bound(bag)
    shares = generation.lexical.scores(bag, rows) / bound if bound else np.zeros(len(rows))
    own = np.isin(rows, named)
    scores = fused(cosines, shares) + _NAMED * own
    if preferred is not None:
        scores += _PREFERRED * preferred[rows]
    scores = with_their_paper(scores, generation.columns.papers_of(rows))
    order = np.lexsort((rows, -scores, ~own))
    return Ranking(generation, rows, scores, cosines, shares, own, ((),) * len(rows)).chosen(order)


def among(generation: Generation, filters: Filters, within: Mask | None = None) -> Mask | None:
    """The passages that meet the filters and are among some; None: all."""
    if filters == ANY:
        return within
    filtered = generation.columns.rows(filters)
    return filtered if within is None else filtered & within


def unranked(generation: Generation, rows: Rows) -> Ranking:
    """Passages that nothing was asked about: in the order of rows, without scores."""
    none = np.zeros(len(rows))
    return Ranking(generation, rows, none, none, none, np.zeros(len(rows), bool), ((),) * len(rows))


def _candidates(generation: Generation, query: Vector, bag: Bag, allowed: Mask | None, named: Rows, depth: int) -> Rows:
    dense = [row for row, _ in generation.vectors.nearest(query, depth, allowed)]
    lexical = [row for row, _ in generation.lexical.nearest(bag, depth, allowed)]
    return np.unique(np.array([*dense, *lexical, *named.tolist()], dtype=np.int64))


def with_their_paper(scores: Floats, papers: npt.NDArray[np.int32]) -> Floats:
    """Between passages that fit alike, the one whose paper fits better elsewhere comes first; a paper's best keeps its score."""
    codes, places = np.unique(papers, return_inverse=True)
    best = np.full(len(codes), -np.inf)
    np.maximum.at(best, places, scores)
    return np.asarray((scores + _PAPER * best[places]) / (1 + _PAPER))


def folded(ranking: Ranking) -> Ranking:
    """The first of each group of near-duplicates, with the others folded into it; passages asked for by number stay."""
    groups = ranking.generation.groups[ranking.rows]
    first: dict[int, int] = {}
    alike: dict[int, list[int]] = {}
    for place, (group, own) in enumerate(zip(groups.tolist(), ranking.named.tolist(), strict=True)):
        if own or group not in first:
            first.setdefault(group, place)
            alike[place] = []
        else:
            alike[first[group]].append(int(ranking.rows[place]))
    kept = ranking.chosen(np.array(list(alike), np.int64))
    return replace(kept, alike=tuple(map(tuple, alike.values())))
