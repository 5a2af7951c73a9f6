"""A hit list as records to take along: one for each document, with the page and the address of its best passage."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np

from indexer.domain import Document, Passage
from indexer.search import Ranking
from indexer.status import Status, status_of
from service.api.views import document_url

MOST = 500  # documents in one list
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")  # what XML has no place for
_HERE = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True)
class Record:
    """``url`` is absolute; ``changed``: when something last happened to the paper, None if no day is known."""

    id: str
    number: str
    title: str
    date: date | None
    body: str
    kind: str
    status: Status | None  # None: it has no Beratungsfolge
    page: str
    url: str
    text: str  # of the passage
    changed: datetime | None


def records(hits: Ranking, base: str, most: int = MOST) -> list[Record]:
    """The documents of a ranking, in its order. ``base``: the address of the service, "https://rat.example"."""
    rows = hits.all_rows()
    first = np.sort(np.unique(hits.generation.columns.numbers_of(rows), return_index=True)[1])
    return [_record(hits.generation.passage(row), base) for row in rows[first[:most]].tolist()]


def _record(passage: Passage, base: str) -> Record:
    document, paper = passage.document, passage.document.paper
    return Record(
        id=document.id,
        number=paper.reference or "",
        title=" ".join(document.title.split()),
        date=paper.date,
        body=paper.body or "",
        kind=paper.paper_type or "",
        status=status_of(paper) if paper.consultations else None,
        page=document.page_at(passage.start).label,
        url=base + document_url(document, passage.start, passage.end),
        text=" ".join(passage.text.split()),
        changed=_changed(document),
    )


def _changed(document: Document) -> datetime | None:
    """The day of the paper, or of the last sitting that came to a result: what a reader of a feed waits for."""
    paper = document.paper
    days = [paper.date, *(step.date for step in paper.consultations if step.result)]
    last = max((day for day in days if day), default=None)
    return datetime.combine(last, time.min, _HERE) if last else None


def printable(text: str) -> str:
    """Without control characters, which files of the formats may not hold."""
    return _CONTROL.sub(" ", text)
