"""Search as people use it: the hits that tell something, by relevance or date, and the words to highlight in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import numpy as np

from indexer.conditions import meeting, phrase_pattern
from indexer.encoders import Encoder
from indexer.filters import ANY, Filters
from indexer.generation import Generation
from indexer.german import numbers, words
from indexer.numbering import is_only_a_number, typed_keys
from indexer.queries import Query, parsed
from indexer.rerankers import Reranker, reranked
from indexer.search import DEPTH, Ranking, among, folded, ranked, unranked
from indexer.vectors import Mask, Vector

Sort = Literal["relevance", "date"]

# As deep as any filter could look, so that the counts of the facets are those that the filters then show.
_DEPTH = 5 * DEPTH
_NEARLY = 0.03  # of cosine; the encoder spreads related and unrelated passages over about 0.1
_ENOUGH = 0.1  # of the query's words, by rarity; a syllable in common is less
_WORD = re.compile(r"(?<!§)§+\s*\d+[a-z]?|\d+(?:[.,:/\-]\d+)+|\w+")


def find(
    generation: Generation,
    encoder: Encoder,
    text: str,
    filters: Filters,
    sort: Sort = "relevance",
    reranker: Reranker | None = None,
) -> Ranking:
    """The hits that tell something: with words of the query, or nearly as near in meaning as the best; near-duplicates folded.

    What a query demands (see indexer/queries.py) holds for every hit, and everything for which it holds is one. Without words
    to rank by: the first passage of each document that meets conditions and filters, newest first.
    By date: newest first, those without a date last, equal dates by relevance.
    """
    query = parsed(text)
    within = meeting(query, generation)
    if not any(map(str.isalnum, query.words)):
        return _newest_first(_listed(generation, filters, within))
    vector = encoder.encode([query.words], "query")[0]
    hits = folded(found(generation, vector, query, filters, sort, _DEPTH, within))
    return hits if sort == "date" else reranked(hits, query.words, reranker)


def found(
    generation: Generation,
    vector: Vector,
    query: Query,
    filters: Filters,
    sort: Sort = "relevance",
    depth: int = DEPTH,
    within: Mask | None = None,
) -> Ranking:
    """As ``find``, with the query's vector and the passages that meet its conditions at hand; near-duplicates unfolded."""
    ranking = ranked(generation, vector, query.words, filters, depth=depth, within=within)
    if query.listed:
        hits = ranking
    else:
        # Of all passages: a filter must not change what counts.
        nearest = _nearest(generation, vector) if filters != ANY or within is not None else ranking.cosines.max(initial=-1)
        telling = ranking.named | (ranking.lexical >= _ENOUGH) | (ranking.cosines >= nearest - _NEARLY)
        if ranking.named.any() and is_only_a_number(query.words):
            return _of_number(ranking, query.words, sort)
        hits = ranking.chosen(np.flatnonzero(telling))
    return _newest_first(hits) if sort == "date" else hits


def _listed(generation: Generation, filters: Filters, within: Mask | None) -> Ranking:
    allowed = among(generation, filters, within)
    rows = np.arange(generation.passages) if allowed is None else np.flatnonzero(allowed)
    return unranked(generation, generation.columns.firsts(rows))


def _newest_first(hits: Ranking) -> Ranking:
    return hits.chosen(hits.generation.columns.newest_first(hits.rows))


def _of_number(ranking: Ranking, text: str, sort: Sort) -> Ranking:
    """Where nothing but a paper was asked for: this paper from its beginning, then the passages that name it."""
    lexical = ranking.generation.lexical
    naming = np.isin(ranking.rows, np.concatenate([lexical.rows(f"#{key}") for key, _ in typed_keys(text)]))
    order = np.lexsort((np.where(ranking.named, ranking.rows, 0), ~ranking.named))
    hits = ranking.chosen(order[(ranking.named | naming)[order]])
    return _newest_first(hits) if sort == "date" else hits


def _nearest(generation: Generation, query: Vector) -> float:
    return max((score for _, score in generation.vectors.nearest(query, 1)), default=-1.0)


def highlights(generation: Generation, query: str | Query, text: str) -> list[tuple[int, int]]:
    """Spans of the words of ``text`` that share a term with the query, compound parts included; phrases as a whole.

    ``query``: read already, where there are many texts.
    """
    read = parsed(query) if isinstance(query, str) else query
    phrases = [match.span() for phrase in read.phrases for match in phrase_pattern(phrase).finditer(text)]
    wanted = set(_terms(generation, _without(read.words, read.phrases)))
    found = list(_WORD.finditer(text)) if wanted else []
    alike = {word: not wanted.isdisjoint(generation.analyser.terms(word)) for word in {match.group() for match in found}}
    return _merged(sorted(phrases + [match.span() for match in found if alike[match.group()]]))


def _terms(generation: Generation, text: str) -> Iterator[str]:
    """The terms of a text; of joined numbers only the whole: 2022/200 is not to be seen in every date of 2022."""
    for word in words(text):
        found = generation.analyser.terms_of(word)
        yield from found[:1] if word[0].isdigit() and "." not in word else found
    yield from numbers(text)


def _without(text: str, phrases: list[str]) -> str:
    for phrase in phrases:
        text = text.replace(phrase, " ", 1)
    return text


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted spans, those that overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
