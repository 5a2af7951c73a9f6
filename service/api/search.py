"""``GET /api/v1/search``: ranked passages with highlights, facets and cursor paging; ``GET /api/v1/bodies``."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from indexer.filters import ANY, Filters
from indexer.queries import parsed
from indexer.status import Status
from service.api.dependencies import LibraryDep
from service.api.schemas import BodyFields, FacetValue, SearchResponse, SuggestionFields, SuggestResponse
from service.api.views import hit_fields
from service.errors import BadParameter, CursorExpired
from service.questions import LONGEST, checked
from service.searching import find, highlights
from service.spelling import respelled

router = APIRouter(prefix="/api/v1", tags=["search"])


@router.get("/search")
def search(
    library: LibraryDep,
    q: str = "",
    body: Annotated[list[str] | None, Query()] = None,
    paper_type: str | None = None,
    organization: str | None = None,
    status: Status | None = None,
    date_from: date | None = None,
    date_to: date | None = None,
    sort: Literal["relevance", "date"] = "relevance",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
    cursor: str | None = None,
) -> SearchResponse:
    """Passages by meaning and by words. A Drucksachen number brings its paper to the top.

    In `q` quotation marks demand a phrase, `UND`/`AND` all words, `ODER`/`OR` one of two neighbours, `NICHT`/`NOT` or a leading
    minus that a word does not occur. Fields: `nummer:`, `titel:`, `gremium:`, `koerperschaft:`, `art:`, `jahr:`, `vor:`, `nach:`
    (in English `number:`, `title:`, `committee:`, `body:`, `type:`, `year:`, `before:`, `after:`). What does not fit this is read
    as words and named in `as_words`. Without `q` the documents that meet the filters are listed, newest first.
    """
    generation = library.generation()
    start = _offset(cursor, generation.id) if cursor else 0
    filters = Filters(tuple(body or ()), paper_type, organization, status, date_from, date_to)
    encoder, reranker = library.models()
    text = checked(q) if q or filters == ANY else ""
    hits = find(generation, encoder, text, filters, sort, reranker)
    facets = generation.columns.facets(hits.all_rows())
    page = hits.hits(start, start + limit)
    end = start + len(page)
    return SearchResponse(
        generation=generation.id,
        total=len(hits),
        hits=[hit_fields(generation, hit, highlights(generation, q, hit.passage.text)) for hit in page],
        facets={name: [FacetValue(value=v, count=n) for v, n in counts] for name, counts in facets.items()},
        next=_cursor(end, generation.id) if end < len(hits) else None,
        as_words=list(parsed(text).as_words),
        did_you_mean=respelled(generation, text, filters),
    )


@router.get("/suggest")
def suggest(library: LibraryDep, q: Annotated[str, Query(max_length=LONGEST)] = "") -> SuggestResponse:
    """Numbers and titles of papers, Gremien, headings and words of the index that begin like `q`; never what others asked."""
    suggester = library.suggester()
    found = suggester.suggestions(q) if suggester else []
    return SuggestResponse(suggestions=[SuggestionFields(text=one.text, kind=one.kind) for one in found])


@router.get("/bodies")
def bodies(library: LibraryDep) -> list[BodyFields]:
    """The Körperschaften of the index and how many documents each has."""
    query = "SELECT body, count(*) FROM documents WHERE body IS NOT NULL GROUP BY body ORDER BY body"
    return [BodyFields(name=name, documents=count) for name, count in library.generation().database.execute(query)]


def _cursor(offset: int, generation: str) -> str:
    return base64.urlsafe_b64encode(f"{offset} {generation}".encode()).decode().rstrip("=")


def _offset(cursor: str, generation: str) -> int:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        offset, made_for = base64.urlsafe_b64decode(padded).decode().split(" ")
        position = int(offset)
    except (binascii.Error, ValueError) as error:
        raise BadParameter(name="cursor", problem_de="ist nicht bekannt", problem_en="is not known") from error
    if made_for != generation:
        raise CursorExpired
    return max(0, position)
