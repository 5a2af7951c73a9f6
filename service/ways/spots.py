"""Where a value of the structured record stands in the text of a paper, however it is written there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from indexer.dates import DATE, parse_date
from indexer.domain import Consultation, Document, Passage
from indexer.generation import Generation
from service.drafts import Citation

_HEAD = 60  # blocks


def row_of(generation: Generation, documents: Sequence[Document], step: Consultation) -> Citation | None:
    """The row of a Beratungsfolge that names a step's day and Gremium."""
    first = step.organization.split()[0].strip(",-") if step.organization else ""
    for document in documents:
        for block in document.blocks[:_HEAD]:
            text = document.text[block.start : block.end]
            if len(text) <= 400 and first in text and has_day(text, step.date):
                return cited(generation, document, block.start, block.end)
    return None


def has_day(text: str, day: date | None) -> bool:
    return day is not None and any(parse_date(found) == day for found in DATE.finditer(text))


def cited(generation: Generation, document: Document, start: int, end: int) -> Citation:
    """A citation of a place of a document, in the passage that holds its beginning."""
    passages = generation.passages_of(document)
    passage = next((p for p in passages if p.start <= start < p.end), Passage(document, start, end))
    return Citation(0, passage, start, end)
