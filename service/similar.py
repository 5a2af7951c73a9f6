"""Papers like another paper, or like a text that is at hand: by the mean of its passages' vectors and its most telling words.

The text is only looked at: it is neither kept nor logged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from indexer import links
from indexer.domain import Document
from indexer.encoders import Encoder
from indexer.filters import Filters
from indexer.generation import Generation, paper_id
from indexer.german import STOP_WORDS, stem, words
from indexer.search import Ranking, ranked
from indexer.vectors import Mask, Matrix, Rows

LONGEST = 20_000  # characters of a text
_MOST = 20  # papers
_WORDS = 40  # the most telling ones of a text
_PIECES = 8  # of a text that are encoded, evenly spread
_PIECE = 140  # words, as many as a passage has
_DEPTH = 500


def like_paper(generation: Generation, documents: Sequence[Document], filters: Filters) -> tuple[str, Ranking]:
    """Its words, and the best passage of each similar paper; the paper itself and its versions are left out."""
    rows = _rows(generation, documents)
    versions = [version.paper for version in links.versions(generation, documents)]
    own = {paper_id(document) for document in (*documents, *versions)}
    within = ~generation.columns.of(_papers(generation, own))
    text = telling_words(generation, (document.text for document in documents))
    return text, _best_of_each_paper(generation, generation.vectors.of(rows), text, filters, within)


def like_text(generation: Generation, encoder: Encoder, text: str, filters: Filters) -> tuple[str, Ranking]:
    """The words of a text, and the best passage of each similar paper."""
    told = telling_words(generation, [text])
    return told, _best_of_each_paper(generation, encoder.encode(_pieces(text), "passage"), told, filters, None)


def telling_words(generation: Generation, texts: Iterable[str]) -> str:
    """The words that tell a text from others: often in it, seldom elsewhere."""
    counts = Counter(word for text in texts for word in words(text) if word not in STOP_WORDS and len(word) > 2)
    known = [word for word in counts if word.isalpha() and generation.lexical.knows(stem(word))]
    known.sort(key=lambda word: (-(1 + np.log(counts[word])) * generation.lexical.idf(stem(word)), word))
    return " ".join(known[:_WORDS])


def _best_of_each_paper(generation: Generation, vectors: Matrix, text: str, filters: Filters, within: Mask | None) -> Ranking:
    mean = vectors.mean(axis=0)
    length = float(np.linalg.norm(mean))
    hits = ranked(generation, mean / (length or 1), text, filters, numbers=False, depth=_DEPTH, within=within)
    first = np.sort(np.unique(generation.columns.papers_of(hits.rows), return_index=True)[1])
    return hits.chosen(first[:_MOST].astype(np.int64))


def _rows(generation: Generation, documents: Sequence[Document]) -> Rows:
    query = "SELECT row FROM passages JOIN documents ON number = document WHERE id IN ?s ORDER BY row"
    found = generation.database.all(query, [[document.id for document in documents]])
    return np.array([row for (row,) in found], np.int64)


def _papers(generation: Generation, identifiers: Iterable[str]) -> Mask:
    query = "SELECT number FROM documents WHERE paper_id IN ?s"
    mask = np.zeros(generation.columns.documents, bool)
    mask[[number for (number,) in generation.database.all(query, [list(identifiers)])]] = True
    return mask


def _pieces(text: str) -> list[str]:
    found = text.split()
    pieces = [" ".join(found[at : at + _PIECE]) for at in range(0, len(found), _PIECE)]
    step = max(1, -(-len(pieces) // _PIECES))
    return pieces[::step]
