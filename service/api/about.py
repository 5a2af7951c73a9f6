"""``GET /api/v1/about``: what a reader must know before the first question: that an AI answers, and what it searches."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.contract import TOO_MANY, problems
from service.api.dependencies import LibraryDep
from service.api.schemas import Scope, ServiceFields
from service.questions import LONGEST, Language, bodies
from service.rates import counted
from service.tags import TaggedRoute
from service.texts import notice_key, say

router = APIRouter(prefix="/api/v1", tags=["answers"], route_class=TaggedRoute)


@router.get(
    "/about", dependencies=[counted("read")], summary="What to know before the first question", responses=problems(TOO_MANY)
)
def about(
    library: LibraryDep, language: Annotated[Language, Query(description="of the notice", examples=["en"])] = "de"
) -> ServiceFields:
    """The notice that an AI answers, the documents it knows, the longest question it takes."""
    generation = library.generation()
    return ServiceFields(
        ai_notice=say(notice_key(library.generator is not None), language),
        coverage=Scope(documents=generation.columns.documents, bodies=bodies(generation), updated=generation.published),
        longest_question=LONGEST,
    )
