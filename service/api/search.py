"""``GET /api/v1/search``: ranked passages with highlights, facets and cursor paging; ``GET /api/v1/bodies``."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic.json_schema import SkipJsonSchema

from indexer.conditions import meeting
from indexer.filters import ANY, Filters
from indexer.generation import Generation
from indexer.queries import parsed
from indexer.search import among
from indexer.status import Status
from service.api.contract import ASKING, TOO_MANY, problems
from service.api.dependencies import LibraryDep, RuntimeDep
from service.api.schemas import BodyFields, FacetValue, SearchResponse, SuggestionFields, SuggestResponse
from service.api.views import hit_fields
from service.errors import BadParameter, CursorExpired
from service.library import Library
from service.questions import LONGEST, checked
from service.rates import counted
from service.searching import find, highlights
from service.spelling import respelled
from service.tags import TaggedRoute
from service.walking import begun, carried

router = APIRouter(prefix="/api/v1", tags=["search"], route_class=TaggedRoute)

Null = SkipJsonSchema[None]  # a parameter that is left out; null cannot be sent


@router.get(
    "/search",
    dependencies=[counted("search")],
    summary="Search passages",
    responses=problems(*ASKING, TOO_MANY, CursorExpired()),
)
def search(
    library: LibraryDep,
    q: Annotated[str, Query(description=f"words and operators, at most {LONGEST} characters", examples=["Frauenhaus"])] = "",
    body: Annotated[list[str] | Null, Query(description="any of these Körperschaften", examples=[["Kreis Norderbrook"]])] = None,
    paper_type: Annotated[str | Null, Query(description="kind of paper, as in the facets", examples=["Beschlussvorlage"])] = None,
    organization: Annotated[str | Null, Query(description="a Gremium or author, as in the facets", examples=["Kreistag"])] = None,
    status: Annotated[Status | Null, Query(description="what came of the paper", examples=["decided"])] = None,
    date_from: Annotated[date | Null, Query(description="first day of the paper's date", examples=["2020-01-01"])] = None,
    date_to: Annotated[date | Null, Query(description="last day of the paper's date", examples=["2030-12-31"])] = None,
    sort: Annotated[Literal["relevance", "date"], Query(description="date: newest first", examples=["relevance"])] = "relevance",
    limit: Annotated[int, Query(ge=1, le=50, description="hits of a page", examples=[5])] = 10,
    cursor: Annotated[str | Null, Query(description="`next` of the page before, with all else as it was")] = None,
) -> SearchResponse:
    """Passages by meaning and by words. A Drucksachen number brings its paper to the top.

    In `q` quotation marks demand a phrase, `UND`/`AND` all words, `ODER`/`OR` one of two neighbours, `NICHT`/`NOT` or a leading
    minus that a word does not occur. Fields: `nummer:`, `titel:`, `gremium:`, `koerperschaft:`, `art:`, `jahr:`, `vor:`, `nach:`
    (in English `number:`, `title:`, `committee:`, `body:`, `type:`, `year:`, `before:`, `after:`). What does not fit this is read
    as words and named in `as_words`. Without `q` the documents that meet the filters are listed, newest first.

    `next` leads to the next page. If the documents change meanwhile, the list goes on as it began, without what was withdrawn,
    for up to 15 minutes; then 410 says to begin anew.
    """
    generation = library.generation()
    start, began = _position(cursor, library, generation) if cursor else (0, generation)
    filters = Filters(tuple(body or ()), paper_type, organization, status, date_from, date_to)
    encoder, reranker = library.models()
    text = checked(q) if q or filters == ANY else ""
    query = parsed(text)
    walk = begun(find(began, encoder, text, filters, sort, reranker))
    if began is not generation:
        walk = carried(walk.hits, generation, among(generation, filters, meeting(query, generation)))
    facets = generation.columns.facets(walk.hits.all_rows())
    page, end = walk.page(start, limit)
    return SearchResponse(
        generation=generation.id,
        total=len(walk.hits),
        hits=[hit_fields(generation, hit, highlights(generation, query, hit.passage.text)) for hit in page],
        facets={name: [FacetValue(value=v, count=n) for v, n in counts] for name, counts in facets.items()},
        next=_cursor(end, began.id) if end is not None else None,
        as_words=list(query.as_words),
        did_you_mean=respelled(generation, text, filters),
    )


@router.get("/suggest", dependencies=[counted("suggest")], summary="Complete what is being typed", responses=problems(TOO_MANY))
def suggest(
    runtime: RuntimeDep,
    q: Annotated[str, Query(max_length=LONGEST, description="what has been typed", examples=["Frau"])] = "",
) -> SuggestResponse:
    """Numbers and titles of public papers, Gremien, headings and words that begin like `q`; never what others asked."""
    suggester = runtime.public.suggester()
    found = suggester.suggestions(q) if suggester else []
    return SuggestResponse(suggestions=[SuggestionFields(text=one.text, kind=one.kind) for one in found])


@router.get("/bodies", dependencies=[counted("read")], summary="List the Körperschaften", responses=problems(TOO_MANY))
def bodies(library: LibraryDep) -> list[BodyFields]:
    """The Körperschaften of the index and how many documents each has."""
    query = "SELECT body, count(*) FROM documents WHERE body IS NOT NULL GROUP BY body ORDER BY body"
    return [BodyFields(name=name, documents=count) for name, count in library.generation().database.all(query)]


def _cursor(offset: int, generation: str) -> str:
    return base64.urlsafe_b64encode(f"{offset} {generation}".encode()).decode().rstrip("=")


def _position(cursor: str, library: Library, generation: Generation) -> tuple[int, Generation]:
    """Where a page starts, and in which generation its list began. Raises BadParameter, CursorExpired."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        offset, made_for = base64.urlsafe_b64decode(padded).decode().split(" ")
        position = int(offset)
    except (binascii.Error, ValueError) as error:
        raise BadParameter(name="cursor", problem_de="ist nicht bekannt", problem_en="is not known") from error
    began = generation if made_for == generation.id else library.replaced(made_for)
    if began is None:
        raise CursorExpired
    return min(max(0, position), began.passages), began
