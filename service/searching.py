"""Search as people use it: the hits that tell something, by relevance or date, and the words to highlight in them."""

from __future__ import annotations

import re
from typing import Literal

import numpy as np

from indexer.encoders import Encoder
from indexer.filters import Filters
from indexer.generation import Generation
from indexer.rerankers import Reranker, reranked
from indexer.search import Ranking, ranked

_NEARLY = 0.03  # of cosine; the encoder spreads related and unrelated passages over about 0.1
_ENOUGH = 0.1  # of the query's words, by rarity; a syllable in common is less
_WORD = re.compile(r"§+\s*\d+[a-z]?|\d+(?:[.,:/\-]\d+)+|\w+")


def find(
    generation: Generation,
    encoder: Encoder,
    text: str,
    filters: Filters,
    sort: Literal["relevance", "date"] = "relevance",
    reranker: Reranker | None = None,
) -> Ranking:
    """The hits that tell something (at most twice DEPTH): with words of the query, or nearly as near in meaning as the best.

    By date: newest first, those without a date last, equal dates by relevance.
    """
    query = encoder.encode([text], "query")[0]
    found = ranked(generation, query, text, filters)
    nearest = max((score for _, score in generation.vectors.nearest(query, 1)), default=0.0)  # a filter changes not what counts
    hits = found.chosen(np.flatnonzero(found.named | (found.lexical >= _ENOUGH) | (found.cosines >= nearest - _NEARLY)))
    if sort == "date":
        return hits.chosen(generation.columns.newest_first(hits.rows))
    return reranked(hits, text, reranker)


def highlights(generation: Generation, query: str, text: str) -> list[tuple[int, int]]:
    """Spans of the words of ``text`` that share a term with the query, compound parts included."""
    wanted = set(generation.analyser.terms(query))
    return [m.span() for m in _WORD.finditer(text) if not wanted.isdisjoint(generation.analyser.terms(m.group()))]
