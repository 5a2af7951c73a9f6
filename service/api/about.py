"""``GET /api/v1/about``: what a reader must know before the first question: that an AI answers, and what it searches."""

from __future__ import annotations

from fastapi import APIRouter

from service.api.dependencies import LibraryDep
from service.api.schemas import Scope, ServiceFields
from service.questions import LONGEST, Language, bodies
from service.texts import notice_key, say

router = APIRouter(prefix="/api/v1", tags=["answers"])


@router.get("/about")
def about(library: LibraryDep, language: Language = "de") -> ServiceFields:
    """The notice that an AI answers, the documents it knows, the longest question it takes."""
    generation = library.generation()
    documents = generation.database.execute("SELECT count(*) FROM documents").fetchone()[0]
    return ServiceFields(
        ai_notice=say(notice_key(library.generator is not None), language),
        coverage=Scope(documents=documents, bodies=bodies(generation), updated=generation.published),
        longest_question=LONGEST,
    )
