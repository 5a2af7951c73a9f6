"""The tools that models of others may use: search, fetch, ask, list_bodies. All of them read, none changes anything.

What they give is data: passages and answers with their places, no instructions.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from indexer import links
from indexer.domain import Hit
from indexer.filters import ANY
from indexer.generation import paper_id
from service.access import readers
from service.access.readers import reader_of
from service.api.schemas import AnswerFields, BodyFields, FilterFields, PageFields, PaperDetail, PaperFields, Scope, Turn
from service.api.search import bodies
from service.api.views import document_detail, document_url, paper_detail, paper_fields
from service.asking import answered, put
from service.conversation import turns
from service.doors.told import answer_at, told
from service.errors import NotFound
from service.library import Library
from service.questions import LONGEST, Language, checked
from service.quotas import Kind
from service.searching import Sort, find
from service.texts import notice_key, say
from service.web.exports.tools import AnswerTools
from service.web.rendering import site_address

_PIECE = 20_000  # characters of a document in one result


class SearchArguments(FilterFields):
    query: str = Field("", description="words, a Drucksachen number, or operators; empty: list what meets the filters")
    sort: Sort = Field("relevance", description="date: newest first")
    limit: int = Field(10, ge=1, le=50)
    offset: int = Field(0, ge=0, le=100_000, description="results to leave out, for the next page")


class Found(BaseModel):
    """A passage. ``id``: of its document, for fetch; ``start`` and ``end`` are offsets into the document's text."""

    id: str
    title: str
    url: str = Field(description="page of the document with the passage marked")
    text: str
    page: int
    page_label: str
    start: int
    end: int
    paper: PaperFields
    recognition: float | None = Field(
        description="confidence, 0 to 1, of text recognised in a picture; null: the file's own text"
    )


class SearchResult(BaseModel):
    generation: str
    total: int = Field(description="passages found")
    results: list[Found] = Field(description="best first")


class FetchArguments(BaseModel):
    model_config = {"extra": "forbid"}

    id: str = Field(max_length=200, description="of a document or paper, from search or ask")
    start: int = Field(0, ge=0, le=1_000_000_000, description="offset of the first character")


class FetchResult(BaseModel):
    """``text`` is the document's own, from ``start`` to ``end`` of ``total`` characters."""

    id: str
    title: str
    url: str
    text: str
    start: int
    end: int
    total: int
    next: int | None = Field(description="start of the next piece; null: this is the last")
    pages: list[PageFields] = Field(description="those that the piece shows something of")
    paper: PaperDetail = Field(description="number, kind, date, body, Beratungsfolge with results, other documents")


class AskArguments(FilterFields):
    question: str = Field(description=f"in German or English, at most {LONGEST} characters")
    history: list[Turn] = Field([], max_length=20, description="the turns before, oldest first: the question may lean on them")
    language: Language | None = Field(None, description="of the answer's own words; default: the question's")


class NoArguments(BaseModel):
    model_config = {"extra": "forbid"}


class BodiesResult(BaseModel):
    bodies: list[BodyFields]
    coverage: Scope
    ai_notice: str


@dataclass(frozen=True)
class Call:
    """One call of a tool: what its reader may see, and the request it came with."""

    request: Request
    library: Library
    language: Language

    @property
    def site(self) -> str:
        return site_address(self.request)


@dataclass(frozen=True)
class Tool:
    """``use`` gives the result as data and, where JSON is not the best text for it, as text. German and English in that order.

    ``scope``: what a key must be for; ``kind``: as what a call is counted.
    """

    name: str
    title: tuple[str, str]
    description: tuple[str, str]
    takes: type[BaseModel]
    gives: type[BaseModel]
    use: Callable[[Call, Any], Awaitable[tuple[BaseModel, str | None]]]
    scope: readers.Scope
    kind: Kind


async def _search(call: Call, asked: SearchArguments) -> tuple[SearchResult, None]:
    return await run_in_threadpool(_found, call, asked), None


def _found(call: Call, asked: SearchArguments) -> SearchResult:
    generation, filters = call.library.generation(), asked.filters()
    encoder, reranker = call.library.models()
    text = checked(asked.query) if asked.query or filters == ANY else ""
    hits = find(generation, encoder, text, filters, asked.sort, reranker)
    page = hits.hits(asked.offset, asked.offset + asked.limit)
    return SearchResult(generation=generation.id, total=len(hits), results=[_hit(hit, call.site) for hit in page])


def _hit(hit: Hit, site: str) -> Found:
    passage = hit.passage
    document, page = passage.document, passage.document.page_at(passage.start)
    return Found(
        id=document.id,
        title=document.title,
        url=site + document_url(document, passage.start, passage.end),
        text=passage.text,
        page=page.number,
        page_label=page.label,
        start=passage.start,
        end=passage.end,
        paper=paper_fields(document),
        recognition=document.recognition(passage.start, passage.end),
    )


async def _fetch(call: Call, asked: FetchArguments) -> tuple[FetchResult, None]:
    return await run_in_threadpool(_fetched, call, asked), None


def _fetched(call: Call, asked: FetchArguments) -> FetchResult:
    """Raises NotFound. A paper stands for its main document."""
    generation = call.library.generation()
    document = generation.find(asked.id)
    documents = generation.documents("paper_id = ?", [paper_id(document) if document else asked.id])
    if not documents:
        raise NotFound(what=asked.id)
    document = document or links.main_document(documents)
    total = len(document.text)
    start, end = min(asked.start, total), min(asked.start + _PIECE, total)
    return FetchResult(
        id=document.id,
        title=document.title,
        url=call.site + document_url(document),
        text=document.text[start:end],
        start=start,
        end=end,
        total=total,
        next=end if end < total else None,
        pages=[page for page in document_detail(document).pages if page.start < end and page.end > start],
        paper=paper_detail(generation, documents),
    )


async def _ask(call: Call, asked: AskArguments) -> tuple[AnswerFields, str]:
    """The text is the answer as chat programs show it: with marks, sources and the notice on AI."""
    text = checked(asked.question)
    before = [turns.Turn(turn.question, turn.answer) for turn in asked.history]
    quotations, generation, writer = await put(call.library, text, before, asked.filters(), asked.language)
    answer = await answered(quotations, writer)
    tools: AnswerTools = call.request.app.state.tools
    shown = await run_in_threadpool(told, answer, text, generation, tools, call.site, reader_of(call.request))
    return answer_at(answer, call.site), shown.text


async def _list_bodies(call: Call, _: NoArguments) -> tuple[BodiesResult, None]:
    return await run_in_threadpool(_bodies, call), None


def _bodies(call: Call) -> BodiesResult:
    generation = call.library.generation()
    known = bodies(call.library)
    count = generation.columns.documents
    covered = Scope(documents=count, bodies=[body.name for body in known], updated=generation.published)
    notice = say(notice_key(call.library.generator is not None), call.language)
    return BodiesResult(bodies=known, coverage=covered, ai_notice=notice)


TOOLS = (
    Tool(
        "search",
        ("Ratsunterlagen durchsuchen", "Search council documents"),
        (
            "Findet Textstellen in Vorlagen, Drucksachen, Niederschriften und Sozialplanungen, nach Sinn und nach Wörtern; eine "
            "Drucksachennummer führt zu ihrer Vorlage. Jede Stelle mit Wortlaut, Seite und Adresse.",
            "Finds passages in council papers, minutes and social planning reports, by meaning and by words; the number of a "
            "paper leads to it. Each passage with its exact words, page and address. The documents are German.",
        ),
        SearchArguments,
        SearchResult,
        _search,
        "search",
        "search",
    ),
    Tool(
        "fetch",
        ("Ratsunterlage lesen", "Read a council document"),
        (
            f"Der Text eines Dokuments oder einer Vorlage, je {_PIECE} Zeichen, mit Seiten, Beratungsfolge und Ergebnissen.",
            f"The text of a document or paper, {_PIECE} characters at a time, with pages, order of deliberation and results.",
        ),
        FetchArguments,
        FetchResult,
        _fetch,
        "documents",
        "read",
    ),
    Tool(
        "ask",
        ("Ratslotse fragen", "Ask Ratslotse"),
        (
            "Beantwortet eine Frage aus den Ratsunterlagen: jede Aussage mit Fundstelle und Zitat, oder das klare Wort, dass es "
            "dort nicht steht. Die Antwort stammt von einer KI.",
            "Answers a question from the council documents: every statement with its place and quotation, or the plain word that "
            "they do not say. The answer is made by an AI.",
        ),
        AskArguments,
        AnswerFields,
        _ask,
        "ask",
        "ask",
    ),
    Tool(
        "list_bodies",
        ("Körperschaften nennen", "List bodies"),
        (
            "Die Landkreise, Städte und Gemeinden, deren Unterlagen hier stehen, und wie viele es sind.",
            "The counties and towns whose documents are here, and how many each has.",
        ),
        NoArguments,
        BodiesResult,
        _list_bodies,
        "search",
        "read",
    ),
)
