"""Where a value of the structured record stands in the text of a paper, however it is written there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import chain

from indexer.dates import DATE, parse_date
from indexer.domain import Consultation, Document, Passage
from indexer.generation import Generation
from indexer.german import fold
from service.drafts import Citation
from service.ways.gremien import names_gremium, same_gremium

_HEAD = 60  # blocks


def row_of(generation: Generation, documents: Sequence[Document], step: Consultation) -> Citation | None:
    """The row of a Beratungsfolge that names a step's day and Gremium: its whole name, else a shorter one that it goes by."""
    rows = [
        (document, block, text)
        for document in documents
        for block in document.blocks[:_HEAD]
        if len(text := document.text[block.start : block.end]) <= 400 and has_day(text, step.date)
    ]
    whole = (row for row in rows if holds_words(row[2], step.organization))
    shorter = (row for row in rows if any(same_gremium(name, step.organization) for name in names_gremium(row[2])))
    found = next(chain(whole, shorter), None)
    return cited(generation, found[0], found[1].start, found[1].end) if found else None


def holds_words(text: str, words: str) -> bool:
    """Whether all words of a value stand in a text, which may hold others between them.

    Not the first alone: that one day both the "Ausschuss für Soziales" and the "Ausschuss für Verkehr" sat is common.

    >>> holds_words("Ausschuss für Verkehr | 3.3.2024", "Ausschuss für Soziales"), holds_words("Der Rat, am 3.3.2024", "Rat")
    (False, True)
    """
    return _words(words) <= _words(text)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", fold(text)))


def has_day(text: str, day: date | None) -> bool:
    return day is not None and any(parse_date(found) == day for found in DATE.finditer(text))


def cited(generation: Generation, document: Document, start: int, end: int) -> Citation:
    """A citation of a place of a document, in the passage that holds its beginning."""
    passages = generation.passages_of(document)
    passage = next((p for p in passages if p.start <= start < p.end), Passage(document, start, end))
    return Citation(0, passage, start, end)
