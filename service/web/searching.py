"""A page of search results: hits with snippets, facets and paging as plain links."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args
from urllib.parse import urlencode

from indexer.domain import Hit, Passage
from indexer.encoders import Encoder
from indexer.filters import Filters
from indexer.generation import Generation
from indexer.rerankers import Reranker
from indexer.status import Status
from service.api.views import ALIKE, document_url
from service.questions import checked
from service.searching import find, highlights
from service.web.answering import Source, source
from service.web.texts import Texts
from service.web.texts.searching import EXAMPLES
from service.web.viewing import Part

PER_PAGE = 10
_FILTERS = ("body", "paper_type", "organization", "status", "year")
_SNIPPET = 320  # characters
_VALUES = 8  # of a facet that are shown


@dataclass(frozen=True)
class SearchForm:
    """What the reader asked for. Values that mean nothing are dropped: a mistyped link still shows a result."""

    q: str = ""
    body: str = ""
    paper_type: str = ""
    organization: str = ""
    status: str = ""
    year: str = ""
    sort: str = ""
    seite: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> SearchForm:
        values = {name: query.get(name, "").strip() for name in ("q", *_FILTERS, "sort")}
        values["status"] = values["status"] if values["status"] in get_args(Status) else ""
        values["year"] = values["year"] if re.fullmatch(r"[12][0-9]{3}", values["year"]) else ""
        values["sort"] = "date" if values["sort"] == "date" else ""
        page = query.get("seite", "")
        return cls(**values, seite=max(1, int(page)) if re.fullmatch(r"[0-9]{1,4}", page) else 1)

    def active(self) -> dict[str, str]:
        return {name: value for name in _FILTERS if (value := getattr(self, name))}

    def filters(self) -> Filters:
        year = int(self.year) if self.year else None
        return Filters(
            (self.body,) if self.body else (),
            self.paper_type or None,
            self.organization or None,
            self.status or None,
            date(year, 1, 1) if year else None,
            date(year, 12, 31) if year else None,
        )

    def url(self, **changed: str | int) -> str:
        """The address of this search with changes; without a page number unless one is given."""
        values = {"q": self.q, **self.active(), "sort": self.sort} | changed
        return "/suche?" + urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True)
class AlikeView:
    source: Source
    page: str
    url: str


@dataclass(frozen=True)
class HitView:
    source: Source
    page: str
    url: str
    snippet: list[Part]
    alike: list[AlikeView]  # near-duplicates that this hit stands for, the best of them
    alike_total: int
    recognised: bool  # some of it was read from a picture


@dataclass(frozen=True)
class FacetLink:
    text: str
    count: int
    url: str


@dataclass(frozen=True)
class SearchView:
    total: int
    documents: int
    first: int
    hits: list[HitView]
    page: int
    pages: int
    facets: list[tuple[str, list[FacetLink]]]  # name of the filter, its values
    active: list[FacetLink]  # links that take one filter away

    @property
    def last(self) -> int:
        return self.first + len(self.hits) - 1


def search_view(generation: Generation, models: tuple[Encoder, Reranker | None], form: SearchForm, t: Texts) -> SearchView:
    """Raises QuestionEmpty, QuestionTooLong."""
    sort: Literal["relevance", "date"] = "date" if form.sort else "relevance"
    encoder, reranker = models
    found = find(generation, encoder, checked(form.q), form.filters(), sort, reranker)
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(form.seite, pages)
    start = (page - 1) * PER_PAGE
    return SearchView(
        total=len(found),
        documents=len(generation.columns.documents_of(found.all_rows())),
        first=start + 1,
        hits=[_hit_view(generation, form.q, hit, t) for hit in found.hits(start, start + PER_PAGE)],
        page=page,
        pages=pages,
        facets=_facets(generation.columns.facets(found.all_rows()), form, t),
        active=[FacetLink(_shown(name, value, t), 0, form.url(**{name: ""})) for name, value in form.active().items()],
    )


def examples(generation: Generation, t: Texts) -> list[tuple[str, str, str]]:
    """Searches for the help page: (search, what it does, its address)."""
    query = "number IN (SELECT number FROM documents WHERE reference_key IS NOT NULL ORDER BY date DESC LIMIT 1)"
    newest = generation.documents(query)
    values = {"number": newest[0].paper.reference} if newest else {}
    shown = []
    for one in EXAMPLES:
        with suppress(KeyError):  # an index without numbers has no example of them
            text = one.query.format(**values)
            shown.append((text, one.explained[t.language == "en"], SearchForm(q=text).url()))
    return shown


def _facets(found: Mapping[str, list[tuple[str, int]]], form: SearchForm, t: Texts) -> list[tuple[str, list[FacetLink]]]:
    """Only what would narrow the result further: filters not yet set, with more than one value."""
    open_ones = [(name, values) for name, values in found.items() if name not in form.active() and len(values) > 1]
    return [
        (name, [FacetLink(_shown(name, v, t), n, form.url(**{name: v})) for v, n in values[:_VALUES]])
        for name, values in open_ones
    ]


def _shown(name: str, value: str, t: Texts) -> str:
    return t(f"status_{value}") if name == "status" else value


def _hit_view(generation: Generation, query: str, hit: Hit, t: Texts) -> HitView:
    passage = hit.passage
    document = passage.document
    return HitView(
        source=source(document, t),
        page=document.page_at(passage.start).label,
        url=document_url(document, passage.start, passage.end),
        snippet=snippet(passage.text, highlights(generation, query, passage.text)),
        alike=[_alike(generation.passage(row), t) for row in hit.alike[:ALIKE]],
        alike_total=len(hit.alike),
        recognised=document.recognition(passage.start, passage.end) is not None,
    )


def _alike(passage: Passage, t: Texts) -> AlikeView:
    document = passage.document
    page = document.page_at(passage.start).label
    return AlikeView(source(document, t), page, document_url(document, passage.start, passage.end))


def snippet(text: str, spans: Sequence[tuple[int, int]], length: int = _SNIPPET) -> list[Part]:
    """The stretch of a text that holds most highlighted words, cut between words, its lines set apart by points.

    >>> [(part.text, part.marked) for part in snippet("Der Bus fährt.", [(4, 7)])]
    [('Der ', False), ('Bus', True), (' fährt.', False)]
    """
    start, end = _window(text, spans, length)
    parts = [Part("… ")] if start else []
    at = start
    for span_start, span_end in spans:
        if start <= span_start and span_end <= end:
            parts += [Part(text[at:span_start]), Part(text[span_start:span_end], marked=True)]
            at = span_end
    parts += [Part(text[at:end])]
    parts += [Part(" …")] if end < len(text) else []
    return [Part(re.sub(r"\n+", " · ", part.text), part.marked) for part in parts if part.text]


def _window(text: str, spans: Sequence[tuple[int, int]], length: int) -> tuple[int, int]:
    if len(text) <= length:
        return 0, len(text)
    starts = [max(0, start - 60) for start, _ in spans] or [0]
    best = max(starts, key=lambda s: (sum(s <= a and b <= s + length for a, b in spans), -s))
    if best:  # begin after a space
        best = text.find(" ", best) + 1 or best
    end = len(text) if best + length >= len(text) else text.rfind(" ", best, best + length)
    return best, end if end > best else best + length
