"""Search as people use it: the hits that tell something, by relevance or date, and the words to highlight in them."""

from __future__ import annotations

import re
from typing import Literal

import numpy as np

from indexer.encoders import Encoder
from indexer.filters import ANY, Filters
from indexer.generation import Generation
from indexer.rerankers import Reranker, reranked
from indexer.search import DEPTH, Ranking, folded, ranked
from indexer.vectors import Vector

_NEARLY = 0.03  # of cosine; the encoder spreads related and unrelated passages over about 0.1
_ENOUGH = 0.1  # of the query's words, by rarity; a syllable in common is less
_FEW = 20  # hits
_WORD = re.compile(r"§+\s*\d+[a-z]?|\d+(?:[.,:/\-]\d+)+|\w+")


def find(
    generation: Generation,
    encoder: Encoder,
    text: str,
    filters: Filters,
    sort: Literal["relevance", "date"] = "relevance",
    reranker: Reranker | None = None,
) -> Ranking:
    """The hits that tell something: with words of the query, or nearly as near in meaning as the best; near-duplicates folded.

    By date: newest first, those without a date last, equal dates by relevance.
    """
    query = encoder.encode([text], "query")[0]
    hits = folded(found(generation, query, text, filters, sort))
    if len(hits) < _FEW:  # one form in hundreds of papers may have filled the ranking: look deeper
        hits = folded(found(generation, query, text, filters, sort, depth=5 * DEPTH))
    return hits if sort == "date" else reranked(hits, text, reranker)


def found(
    generation: Generation,
    query: Vector,
    text: str,
    filters: Filters,
    sort: Literal["relevance", "date"] = "relevance",
    depth: int = DEPTH,
) -> Ranking:
    """As ``find``, with the query's vector at hand, without a reranker and with near-duplicates unfolded."""
    ranking = ranked(generation, query, text, filters, depth=depth)
    # Of all passages: a filter must not change what counts.
    nearest = ranking.cosines.max(initial=-1) if filters == ANY else _nearest(generation, query)
    telling = ranking.named | (ranking.lexical >= _ENOUGH) | (ranking.cosines >= nearest - _NEARLY)
    hits = ranking.chosen(np.flatnonzero(telling))
    return hits.chosen(generation.columns.newest_first(hits.rows)) if sort == "date" else hits


def _nearest(generation: Generation, query: Vector) -> float:
    return max((score for _, score in generation.vectors.nearest(query, 1)), default=-1.0)


def highlights(generation: Generation, query: str, text: str) -> list[tuple[int, int]]:
    """Spans of the words of ``text`` that share a term with the query, compound parts included."""
    wanted = set(generation.analyser.terms(query))
    words = list(_WORD.finditer(text)) if wanted else []
    alike = {word: not wanted.isdisjoint(generation.analyser.terms(word)) for word in {match.group() for match in words}}
    return [match.span() for match in words if alike[match.group()]]
