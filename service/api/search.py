"""``GET /api/v1/search``: ranked passages with highlights, facets and cursor paging; ``GET /api/v1/bodies``."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from indexer.filters import Filters
from indexer.status import Status
from service.api.dependencies import RuntimeDep
from service.api.schemas import BodyFields, FacetValue, SearchResponse
from service.api.views import hit_fields
from service.errors import BadParameter, CursorExpired
from service.questions import checked
from service.searching import find, highlights

router = APIRouter(prefix="/api/v1", tags=["search"])


@router.get("/search")
def search(
    runtime: RuntimeDep,
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
    """Passages by meaning and by words. A Drucksachen number brings its paper to the top."""
    generation = runtime.generation()
    start = _offset(cursor, generation.id) if cursor else 0
    filters = Filters(tuple(body or ()), paper_type, organization, status, date_from, date_to)
    encoder, reranker = runtime.models()
    hits = find(generation, encoder, checked(q), filters, sort, reranker)
    facets = generation.columns.facets(hits.all_rows())
    page = hits.hits(start, start + limit)
    end = start + len(page)
    return SearchResponse(
        generation=generation.id,
        total=len(hits),
        hits=[hit_fields(generation, hit, highlights(generation, q, hit.passage.text)) for hit in page],
        facets={name: [FacetValue(value=v, count=n) for v, n in counts] for name, counts in facets.items()},
        next=_cursor(end, generation.id) if end < len(hits) else None,
    )


@router.get("/bodies")
def bodies(runtime: RuntimeDep) -> list[BodyFields]:
    """The Körperschaften of the index and how many documents each has."""
    query = "SELECT body, count(*) FROM documents WHERE body IS NOT NULL GROUP BY body ORDER BY body"
    return [BodyFields(name=name, documents=count) for name, count in runtime.generation().database.execute(query)]


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
