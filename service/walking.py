"""A list that is being paged through when a new generation comes: it goes on in its order, among what is still there.

The order is that of the generation before, which the library keeps a while; whatever is shown, counted or filtered comes from the
live one. So a walk is complete and without doubles, and a paper that was withdrawn or changed meanwhile is not in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from indexer.domain import Hit
from indexer.generation import Generation
from indexer.search import Ranking
from indexer.vectors import Mask, Rows


@dataclass(frozen=True)
class Walk:
    """``hits``: of the live generation. ``places[i]``: where hit i stands in the list that the walk began with, from 0."""

    hits: Ranking
    places: npt.NDArray[np.int64]

    def page(self, start: int, limit: int) -> tuple[list[Hit], int | None]:
        """Hits from a place on, and the place where the next page starts; None: there is none."""
        first = int(np.searchsorted(self.places, start))
        end = first + limit
        hits = [replace(hit, rank=int(self.places[hit.rank - 1]) + 1) for hit in self.hits.hits(first, end)]
        return hits, int(self.places[end]) if end < len(self.places) else None


def begun(hits: Ranking) -> Walk:
    return Walk(hits, np.arange(len(hits)))


def carried(hits: Ranking, live: Generation, allowed: Mask | None) -> Walk:
    """The same list among what the live generation still holds. ``allowed``: its passages that meet the conditions; None: all.

    Of near-duplicates the first one that is still there stands for the others.
    """
    there = _rows_now(hits.generation, live)
    if allowed is not None:
        there[(there >= 0) & ~allowed[there]] = -1
    groups = [[int(there[row]) for row in (first, *others)] for first, others in zip(hits.rows.tolist(), hits.alike, strict=True)]
    left = [[row for row in group if row >= 0] for group in groups]
    places = np.array([place for place, group in enumerate(left) if group], np.int64)
    rows = np.array([group[0] for group in left if group], np.int64)
    alike = tuple(tuple(group[1:]) for group in left if group)
    return Walk(replace(hits.chosen(places), generation=live, rows=rows, alike=alike), places)


def _rows_now(before: Generation, live: Generation) -> Rows:
    """For each passage of a generation its row in the live one; -1: its document is gone or is no longer the same."""
    now = np.full(before.passages, -1, np.int64)
    if before.manifest["cutting"] != live.manifest["cutting"]:
        return now
    known = {identity: (first, count) for identity, first, count in _documents(live)}
    for identity, first, count in _documents(before):
        first_now, count_now = known.get(identity, (0, 0))
        if count == count_now:
            now[first : first + count] = np.arange(first_now, first_now + count)
    return now


def _documents(generation: Generation) -> list[tuple[tuple[str, str], int, int]]:
    """What each document is, by id and file, with its first passage and their count: they stand together."""
    numbers = generation.columns.numbers_of(np.arange(generation.passages))
    query = "SELECT id, fingerprint FROM documents ORDER BY number"
    identities = [(str(identifier), str(file)) for identifier, file in generation.database.all(query)]
    counts = np.bincount(numbers, minlength=len(identities))
    firsts = np.cumsum(counts) - counts
    return list(zip(identities, firsts.tolist(), counts.tolist(), strict=True))
