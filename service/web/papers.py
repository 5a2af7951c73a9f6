"""A paper as its page shows it: the Beratungsfolge as a timeline with its holes, Anlagen, documents, versions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from unicodedata import normalize
from urllib.parse import urlencode

from indexer import links
from indexer.domain import Consultation, Document
from indexer.generation import Generation, paper_id
from indexer.status import outcome_of
from service.api.views import document_url
from service.drafts import Citation
from service.ways.gremien import same_gremium
from service.ways.results import Kind, Result, kind_of, results, steps_of
from service.web.answering import shortened
from service.web.search_form import SearchForm

_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})  # casefold writes ß out

State = Literal["told", "hidden", "silent", "planned"]


@dataclass(frozen=True)
class PlaceView:
    """Where a document says so."""

    title: str
    page: str
    url: str


@dataclass(frozen=True)
class StepView:
    """One step. ``state``: told with its result; hidden, as it was not public; silent, without a result; planned: to come."""

    organization: str
    search_url: str
    day: date | None
    role: str | None
    agenda_item: str | None
    public: bool | None
    state: State
    words: str  # the result as it is printed
    kind: Kind | Literal["postponed"]
    place: PlaceView | None


@dataclass(frozen=True)
class DocumentView:
    title: str
    file_name: str
    paper_type: str | None
    pages: int
    url: str
    file_url: str


@dataclass(frozen=True)
class AttachmentView:
    """An Anlage that the paper names; ``url`` empty: no such document is there."""

    name: str
    url: str


@dataclass(frozen=True)
class NewerView:
    reference: str | None
    name: str
    date: date | None
    url: str


@dataclass(frozen=True)
class FeedView:
    """What is new of a Gremium or body."""

    name: str
    url: str


@dataclass(frozen=True)
class PaperView:
    steps: list[StepView]
    attachments: list[AttachmentView]
    documents: list[DocumentView]  # the one that speaks for the paper first
    newer: NewerView | None  # the newest version, if it is another
    feeds: list[FeedView]


def paper_view(generation: Generation, documents: Sequence[Document], today: date) -> PaperView:
    """``today``: what tells steps to come from past ones."""
    main = links.main_document(documents)
    told = results(generation, documents)
    named = [name for document in (main, *documents) for name in document.paper.attachments]
    return PaperView(
        steps=[_step(step, main.paper.body, told, today) for step in _dated(steps_of(generation, documents))],
        attachments=[_attachment(name, main, documents) for name in dict.fromkeys(named)],
        documents=[_document(one) for one in sorted(documents, key=lambda one: one is not main)],
        newer=_newer(generation, documents),
        feeds=list(_feeds(steps_of(generation, documents), main.paper.body or "")),
    )


def _feeds(steps: Sequence[Consultation], body: str) -> Iterator[FeedView]:
    for name in dict.fromkeys(step.organization for step in steps):
        yield FeedView(name, SearchForm(organization=name, body=body).url("/suche.atom"))
    if body:
        yield FeedView(body, SearchForm(body=body).url("/suche.atom"))


def _newer(generation: Generation, documents: Sequence[Document]) -> NewerView | None:
    newest = next((version.paper for version in links.versions(generation, documents) if version.newest), None)
    if newest is None or paper_id(newest) == paper_id(documents[0]):
        return None
    return NewerView(newest.paper.reference, newest.title, newest.paper.date, f"/vorlagen/{paper_id(newest)}")


def _dated(steps: Sequence[Consultation]) -> Iterator[Consultation]:
    """The steps without those that say nothing but a Gremium which has a step with a day: it is that step, printed before."""
    days = {step.organization for step in steps if step.date}
    return (step for step in steps if step.date or step.result or step.organization not in days)


def _step(step: Consultation, body: str | None, told: Sequence[Result], today: date) -> StepView:
    alike = [result for result in told if result.date == step.date and same_gremium(result.organization, step.organization)]
    result = next((one for one in alike if one.places), next(iter(alike), None))
    words = step.result or (result.words if result else "")
    coming = step.date is not None and step.date >= today
    return StepView(
        organization=step.organization,
        search_url="/suche?" + urlencode({"q": step.organization, "organization": step.organization, "body": body or ""}),
        day=step.date,
        role=step.role,
        agenda_item=step.agenda_item,
        public=step.public,
        state="told" if words else "planned" if coming else "hidden" if step.public is False else "silent",
        words=words,
        kind=_kind(words, step, result),
        place=_place(result.places[0]) if result and result.places else None,
    )


def _kind(words: str, step: Consultation, result: Result | None) -> Kind | Literal["postponed"]:
    kind = result.kind if result else kind_of(words, step.role or "")
    return "postponed" if kind == "result" and outcome_of(replace(step, result=words)) == "postponed" else kind


def _place(citation: Citation) -> PlaceView:
    document = citation.passage.document
    label = document.page_at(citation.start).label
    return PlaceView(shortened(document.title), label, document_url(document, citation.start, citation.end))


def _document(document: Document) -> DocumentView:
    return DocumentView(
        title=document.title,
        file_name=document.file.name.rsplit("/", 1)[-1],
        paper_type=document.paper.paper_type,
        pages=len(document.pages),
        url=document_url(document),
        file_url=f"/api/v1/documents/{document.id}/file",
    )


def _attachment(name: str, main: Document, documents: Sequence[Document]) -> AttachmentView:
    found = next((one for one in documents if one is not main and is_called(one, name)), None)
    return AttachmentView(name, document_url(found) if found else "")


def is_called(document: Document, name: str) -> bool:
    """Whether a document's title or file name holds all words and figures of a name."""
    words = _words(name)
    file_name = document.file.name.rsplit("/", 1)[-1].rpartition(".")[0]
    return bool(words) and (words <= _words(document.title) or words <= _words(file_name))


def _words(text: str) -> set[str]:
    """Umlauts written out, as file names have them.

    >>> sorted(_words("Kostenschätzung_2025"))
    ['2025', 'kostenschaetzung']
    """
    return set(re.findall(r"[^\W_]+", normalize("NFC", text).casefold().translate(_WRITTEN_OUT)))
