"""Which passages meet what a query demands: its terms looked up in one generation. The query itself: queries.py.

A word occurs where its stem does, inside of compounds too ("Kosten" in "Baukosten"), or, if no passage holds it, where all parts
of it do. A phrase is looked for in the text, after its words; of very common words only the passages that fit best are read.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache, reduce

import numpy as np

from indexer.filters import Filters
from indexer.generation import Generation
from indexer.german import STOP_WORDS, stem, words
from indexer.lexical import bag_of
from indexer.queries import Query, Term, period
from indexer.vectors import Mask, Rows

_MOST_READ = 2_000  # passages that are read for the phrases of a query
_AT_ONCE = 32  # documents whose texts are held
_HYPHENS = "-\u00ad\u2010\u2011\u2012\u2013"
_WITHIN = f"(?:[{_HYPHENS}]\\s*)?"  # between two letters: a soft hyphen, or one at the end of a line
_RUN = re.compile(f"[{_HYPHENS}]+")
_RUN_IN_TEXT = f"(?<![{_HYPHENS}])[{_HYPHENS}]++"  # whole, of any length: a row of them is never tried in several ways
_SPELLINGS = re.compile(r"ae|oe|ue|ss|[äöüß]")
_SPELLED = {
    **dict.fromkeys(("ae", "ä"), "(?:ä|ae)"),
    **dict.fromkeys(("oe", "ö"), "(?:ö|oe)"),
    **dict.fromkeys(("ue", "ü"), "(?:ü|ue)"),
    **dict.fromkeys(("ss", "ß"), "(?:ß|ss)"),
}


def meeting(query: Query, generation: Generation) -> Mask | None:
    """The passages that meet all demands and hold nothing excluded; None: any does."""
    if query.plain:
        return None
    terms = [*(term for group in query.demanded for term in group), *query.excluded]
    most = _MOST_READ // max(1, sum(term.kind == "phrase" for term in terms))
    allowed = np.ones(generation.passages, bool)
    for group in query.demanded:
        allowed &= reduce(np.logical_or, (_holding(term, generation, most) for term in group))
    for term in query.excluded:
        allowed &= ~_holding(term, generation, most)
    return allowed


def _holding(term: Term, generation: Generation, most: int) -> Mask:
    """``most``: passages that are read for a phrase."""
    if term.kind == "word":
        return reduce(np.logical_and, (_with_word(word, generation) for word in _telling(term.text)))
    if term.kind == "phrase":
        return _mask(_with_phrase(term.text, generation, most), generation.passages)
    return generation.columns.of(_documents(term, generation))


def _telling(text: str) -> list[str]:
    return [word for word in words(text) if word not in STOP_WORDS]


def _with_word(word: str, generation: Generation) -> Mask:
    whole, *parts = generation.analyser.terms_of(word)
    lexical, passages = generation.lexical, generation.passages
    if lexical.knows(whole) or not parts:
        return _mask(lexical.rows(whole), passages)
    return reduce(np.logical_and, (_mask(lexical.rows(part), passages) for part in parts))


def _mask(rows: Rows, length: int) -> Mask:
    mask = np.zeros(length, bool)
    mask[rows] = True
    return mask


def _with_phrase(text: str, generation: Generation, most: int) -> Rows:
    pattern = phrase_pattern(text)
    lexical, passages = generation.lexical, generation.passages
    candidates = np.ones(passages, bool)
    for word in _telling(text):
        whole, *parts = generation.analyser.terms_of(word)
        if not lexical.knows(whole):  # a hyphen at the end of a line may part it in the text
            continue
        found = _mask(lexical.rows(whole), passages)
        if parts:
            found |= reduce(np.logical_and, (_mask(lexical.rows(part), passages) for part in parts))
        candidates &= found
    rows = np.flatnonzero(candidates)
    if len(rows) > most:
        best = lexical.nearest(bag_of(generation.analyser, text), most, candidates)
        rows = np.sort(np.array([row for row, _ in best] or rows[:most], np.int64))
    return np.array([row for row, passage in _texts(rows, generation) if pattern.search(passage)], np.int64)


def _texts(rows: Rows, generation: Generation) -> Iterator[tuple[int, str]]:
    """The texts of passages, each document read once, some at a time."""
    query = 'SELECT row, start, "end", document FROM passages WHERE row IN ?s ORDER BY document, row'
    passages = generation.database.all(query, [rows.tolist()])
    documents = list(dict.fromkeys(document for *_, document in passages))
    texts: dict[int, str] = {}
    for row, start, end, document in passages:
        if document not in texts:
            at = bisect_left(documents, document)
            texts = generation.texts(documents[at : at + _AT_ONCE])
        yield row, texts[document][start:end]


@lru_cache(maxsize=256)
def phrase_pattern(text: str) -> re.Pattern[str]:
    """Finds a phrase in a text as it stands there, whatever the case, the line breaks and the way of writing umlauts.

    >>> bool(phrase_pattern("große Haeuser").search("Die Große\\nHäu-\\nser"))
    True
    """
    body = r"\s+".join(_word(word) for word in text.lower().split())
    return re.compile(rf"(?<!\w){body}(?!\w)" if text[-1].isalnum() else rf"(?<!\w){body}", re.IGNORECASE)


def _word(word: str) -> str:
    """A pattern for a word: any hyphens where it has some, perhaps at the end of a line."""
    before, *parts = (_WITHIN.join(_letters(part)) for part in _RUN.split(word))
    return before + "".join(_RUN_IN_TEXT + (rf"\s*{part}" if part else "") for part in parts)


def _letters(part: str) -> Iterator[str]:
    """A pattern for each letter, either spelling of an umlaut."""
    at = 0
    for match in _SPELLINGS.finditer(part):
        yield from map(re.escape, part[at : match.start()])
        yield _SPELLED[match.group()]
        at = match.end()
    yield from map(re.escape, part[at:])


def _documents(term: Term, generation: Generation) -> Mask:
    """Which documents a field chooses."""
    columns = generation.columns
    if term.kind == "number":
        return _mask(columns.documents_of(generation.named(term.text)), columns.documents)
    if term.kind == "title":
        return _mask(_titled(term.text, generation), columns.documents)
    if term.kind in ("organization", "body", "paper_type"):
        names = columns.organizations() if term.kind == "organization" else columns.names(term.kind)
        meant = [name for name in names if _named(term.text, name, generation)]
        none = np.zeros(columns.documents, bool)
        return reduce(np.logical_or, (columns.matching(_filter(term.kind, name)) for name in meant), none)
    first, last = _days(term)
    return columns.matching(Filters(date_from=first, date_to=last))


def _days(term: Term) -> tuple[date | None, date | None]:
    """The first and the last day that fits; "before" and "after" leave out the period itself."""
    found = period(term.text)
    assert found is not None  # noqa: S101 (queries.py makes no such term without a period)
    if term.kind == "before":
        return None, found[0] - timedelta(days=1)
    return (found[1] + timedelta(days=1), None) if term.kind == "after" else found


def _filter(kind: str, name: str) -> Filters:
    if kind == "body":
        return Filters(body=(name,))
    return Filters(organization=name) if kind == "organization" else Filters(paper_type=name)


def _titled(text: str, generation: Generation) -> Rows:
    """The documents whose title holds the words: of those that hold them anywhere, since a title is searched with its text."""
    every = np.ones(generation.passages, bool)
    rows = np.flatnonzero(reduce(np.logical_and, (_with_word(word, generation) for word in _telling(text)), every))
    documents = generation.columns.documents_of(rows)
    query = "SELECT number, title FROM documents WHERE number IN ?s"
    titles = generation.database.all(query, [documents.tolist()])
    return np.array([number for number, title in titles if _named(text, title, generation)], np.int64)


def _named(text: str, name: str, generation: Generation) -> bool:
    """Whether all words of a text occur in a name, in any inflection and as parts of compounds."""
    return set(generation.analyser.terms(name)).issuperset(map(stem, _telling(text)))
