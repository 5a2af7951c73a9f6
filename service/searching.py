"""Search as people use it: hits, the words to highlight, and how the hits spread over bodies, kinds, states and years."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from indexer.domain import Hit
from indexer.encoders import Encoder
from indexer.search import DEPTH, Filters, ranked
from indexer.status import status_of
from indexer.store import Generation

_NEARLY = 0.03  # of cosine; the encoder spreads related and unrelated passages over about 0.1
_WORD = re.compile(r"§+\s*\d+[a-z]?|\d+(?:[.,:/\-]\d+)+|\w+")


def find(
    generation: Generation,
    encoder: Encoder,
    text: str,
    filters: Filters,
    sort: Literal["relevance", "date"] = "relevance",
) -> list[Hit]:
    """The hits that tell something (at most twice DEPTH): with a word of the query, or nearly as near in meaning as the best.

    By date: newest first, those without a date last, equal dates by relevance.
    """
    if not generation.passages:
        return []
    query = encoder.encode([text], "query")[0]
    (_, nearest), *_ = generation.vectors.nearest(query, 1)  # of all passages: a filter must not change what counts
    found = ranked(generation, query, text, filters, 2 * DEPTH)
    hits = [hit for hit in found if hit.named or hit.lexical > 0 or hit.cosine >= nearest - _NEARLY]
    if sort == "date":
        ordered = sorted(hits, key=lambda hit: (str(hit.passage.document.paper.date or ""), -hit.rank), reverse=True)
        hits = [replace(hit, rank=rank) for rank, hit in enumerate(ordered, start=1)]
    return hits


def highlights(generation: Generation, query: str, text: str) -> list[tuple[int, int]]:
    """Spans of the words of ``text`` that share a term with the query, compound parts included."""
    wanted = set(generation.analyser.terms(query))
    return [m.span() for m in _WORD.finditer(text) if not wanted.isdisjoint(generation.analyser.terms(m.group()))]


def facets(hits: Sequence[Hit]) -> dict[str, list[tuple[str, int]]]:
    """For each field its values among the hits' documents, most frequent first; a document counts once."""
    documents = {hit.passage.document.id: hit.passage.document for hit in hits}.values()
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("body", "paper_type", "organization", "status", "year")}
    for document in documents:
        paper = document.paper
        counts["body"].update([paper.body] if paper.body else [])
        counts["paper_type"].update([paper.paper_type] if paper.paper_type else [])
        counts["organization"].update({step.organization for step in paper.consultations})
        counts["status"].update([status_of(paper)])
        counts["year"].update([str(paper.date.year)] if paper.date else [])
    return {name: sorted(counter.items(), key=lambda item: (-item[1], item[0])) for name, counter in counts.items()}
