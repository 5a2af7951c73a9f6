"""``POST /api/v1/ask``"""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter

from service.api.dependencies import RuntimeDep
from service.api.schemas import AnswerFields, AskRequest
from service.api.views import answer_fields
from service.questions import checked
from service.texts import say

router = APIRouter(prefix="/api/v1", tags=["answers"])


@router.post("/ask")
def ask(request: AskRequest, runtime: RuntimeDep) -> AnswerFields:
    """One cited answer, or the plain word that the documents do not say."""
    question = checked(request.question)
    answer = runtime.answerer().answer(question, request.filters.filters(), request.language, request.ignore)
    if request.history:
        answer = replace(answer, notices=(*answer.notices, say("history", answer.question.language)))
    return answer_fields(answer)
