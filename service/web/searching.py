"""A page of search results: hits with snippets, facets and paging as plain links, and how the search was read."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from indexer.conditions import meeting
from indexer.domain import Document, Hit, Passage
from indexer.encoders import Encoder
from indexer.generation import Generation, paper_id
from indexer.links import main_document
from indexer.numbering import is_only_a_number
from indexer.queries import Query, Term, parsed
from indexer.rerankers import Reranker
from indexer.search import Ranking
from service.api.views import ALIKE, document_url
from service.errors import NotFound
from service.questions import checked
from service.searching import find, highlights
from service.similar import like_paper, like_text
from service.spelling import respelled
from service.web.answering import Source, place_name, source
from service.web.search_form import SearchForm
from service.web.texts import Texts
from service.web.texts.searching import EXAMPLES
from service.web.viewing import Part

PER_PAGE = 10
_SNIPPET = 320  # characters
_VALUES = 8  # of a facet that are shown
_NUMBERED = 3  # papers of one number that a link is offered to

Models = tuple[Encoder, Reranker | None]


@dataclass(frozen=True)
class AlikeView:
    source: Source
    page: str
    url: str


@dataclass(frozen=True)
class HitView:
    source: Source
    name: str  # by which a reader would call its document
    page: str
    url: str
    similar_url: str
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
    """``papers``: those whose number was typed. ``similar``: what the hits are similar to, if that was asked."""

    total: int
    documents: int
    first: int
    hits: list[HitView]
    page: int = 1
    pages: int = 1
    facets: list[tuple[str, list[FacetLink]]] = field(default_factory=list)  # name of the filter, its values
    active: list[FacetLink] = field(default_factory=list)  # links that take one filter away
    read_as: list[str] = field(default_factory=list)  # how the search was read, where it is more than words
    respelled: FacetLink | None = None
    papers: list[FacetLink] = field(default_factory=list)
    similar: str = ""
    unconditional: str = ""  # address of the same words without conditions, where these left nothing

    @property
    def last(self) -> int:
        return self.first + len(self.hits) - 1


def ranking_of(generation: Generation, models: Models, form: SearchForm) -> Ranking:
    """All hits of a search. Raises QuestionEmpty, QuestionTooLong."""
    encoder, reranker = models
    text = checked(form.q) if form.q or not form.active() else ""
    return find(generation, encoder, text, form.filters(), "date" if form.sort else "relevance", reranker)


def search_view(generation: Generation, models: Models, form: SearchForm, t: Texts) -> SearchView:
    """Raises QuestionEmpty, QuestionTooLong."""
    found = ranking_of(generation, models, form)
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(form.seite, pages)
    start = (page - 1) * PER_PAGE
    rows = found.all_rows()
    query = parsed(form.q)
    return SearchView(
        total=len(found),
        documents=len(generation.columns.documents_of(rows)),
        first=start + 1,
        hits=[_hit_view(generation, form.q, hit, t) for hit in found.hits(start, start + PER_PAGE)],
        page=page,
        pages=pages,
        facets=_facets(generation.columns.facets(rows), form, t),
        active=_active(form, t),
        read_as=list(read_as(query, t)),
        unconditional="" if len(found) or query.plain or not query.words else form.url(q=query.words),
        respelled=_respelled(generation, form),
        papers=_numbered(generation, form.q, t),
    )


def similar_view(generation: Generation, form: SearchForm, t: Texts) -> SearchView:
    """Papers like the one that the form names. Raises NotFound."""
    documents = generation.documents("paper_id = ?", [form.aehnlich])
    if not documents:
        raise NotFound(what=form.aehnlich)
    words, found = like_paper(generation, documents, form.filters())
    return _similar(generation, words, found, t("similar_of", name=_full_name(main_document(documents), t)), form, t)


def similar_text_view(generation: Generation, models: Models, text: str, form: SearchForm, t: Texts) -> SearchView:
    """Papers like a text of the reader's."""
    words, found = like_text(generation, models[0], text, form.filters())
    return _similar(generation, words, found, t("similar_of_text"), form, t)


def _similar(generation: Generation, words: str, found: Ranking, what: str, form: SearchForm, t: Texts) -> SearchView:
    hits = [_hit_view(generation, words, hit, t) for hit in found.hits()]
    return SearchView(len(hits), len(hits), 1, hits, active=_active(form, t), similar=what)


def _full_name(document: Document, t: Texts) -> str:
    name, title = place_name(document, t), source(document, t).title
    return name if name == title else f"{name}, {title}"


def _active(form: SearchForm, t: Texts) -> list[FacetLink]:
    return [FacetLink(_shown(name, value, t), 0, form.url(**{name: ""})) for name, value in form.active().items()]


def _facets(found: Mapping[str, list[tuple[str, int]]], form: SearchForm, t: Texts) -> list[tuple[str, list[FacetLink]]]:
    """Only what would narrow the result further: filters not yet set, with more than one value."""
    open_ones = [(name, values) for name, values in found.items() if name not in form.active() and len(values) > 1]
    return [
        (name, [FacetLink(_shown(name, v, t), n, form.url(**{name: v})) for v, n in values[:_VALUES]])
        for name, values in open_ones
    ]


def _shown(name: str, value: str, t: Texts) -> str:
    if name in ("date_from", "date_to"):
        return t(f"shown_{name}", day=t.date(date.fromisoformat(value)))
    return t(f"status_{value}") if name == "status" else value


def read_as(query: Query, t: Texts) -> Iterator[str]:
    """How a search with operators was read, a line for each demand; nothing for one of mere words."""
    for group in query.demanded:
        yield t("read_demanded", terms=t("read_or").join(_term(term, t) for term in group))
    for term in query.excluded:
        yield t("read_excluded", terms=_term(term, t))
    if query.preferred:
        yield t("read_preferred", words=" ".join(query.preferred))
    if query.as_words:
        yield t("read_as_words", words=" ".join(query.as_words))


def examples(generation: Generation, t: Texts) -> list[tuple[str, str, str]]:
    """Searches that show the operators: (search, what it does, its address). No address where it would find nothing."""
    newest = "FROM documents WHERE reference_key IS NOT NULL ORDER BY date DESC NULLS LAST, number LIMIT 1"
    query = f"SELECT json_extract(record, '$.paper.reference') {newest}"
    columns = generation.columns
    known = {
        "number": [number for (number,) in generation.database.all(query)],
        "organization": columns.organizations(),
        **{name: columns.names(name) for name in ("body", "paper_type")},
    }
    values = {name: found[0] for name, found in known.items() if found}
    shown = []
    for one in EXAMPLES:
        with contextlib.suppress(KeyError):  # an index without Gremien has no example of them
            text = one.query.format(**values)
            meets = meeting(parsed(text), generation)
            url = SearchForm(q=text).url() if meets is None or meets.any() else ""
            shown.append((text, one.explained[t.language == "en"], url))
    return shown


def _term(term: Term, t: Texts) -> str:
    return t(f"read_{term.kind}", text=term.text)


def _respelled(generation: Generation, form: SearchForm) -> FacetLink | None:
    better = respelled(generation, form.q, form.filters())
    return FacetLink(better, 0, form.url(q=better)) if better else None


def _numbered(generation: Generation, text: str, t: Texts) -> list[FacetLink]:
    """Links to the papers whose number is all that was typed, if they are few."""
    if not is_only_a_number(text):
        return []
    numbers = generation.columns.documents_of(generation.named(text)).tolist()
    papers = {paper_id(document): document for document in map(generation.document, numbers)}
    if len(papers) > _NUMBERED:
        return []
    return [FacetLink(_paper_name(one, t), 0, f"/vorlagen/{identifier}") for identifier, one in papers.items()]


def _paper_name(document: Document, t: Texts) -> str:
    paper = document.paper
    return t("jump_paper_of" if paper.body else "jump_paper", number=paper.reference, body=paper.body)


def _hit_view(generation: Generation, query: str, hit: Hit, t: Texts) -> HitView:
    passage = hit.passage
    document = passage.document
    return HitView(
        source=source(document, t),
        name=place_name(document, t),
        page=document.page_at(passage.start).label,
        url=document_url(document, passage.start, passage.end),
        similar_url=SearchForm(aehnlich=paper_id(document)).url(),
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
