"""``POST /api/v1/ask``"""

from __future__ import annotations

from fastapi import APIRouter

from service.api.dependencies import RuntimeDep
from service.api.schemas import AnswerFields, AskRequest, answer_fields
from service.questions import checked

router = APIRouter(prefix="/api/v1", tags=["answers"])


@router.post("/ask")
def ask(request: AskRequest, runtime: RuntimeDep) -> AnswerFields:
    """One cited answer, or the plain word that the documents do not say."""
    question = checked(request.question)
    return answer_fields(runtime.answerer().answer(question, request.filters.filters(), request.language))
