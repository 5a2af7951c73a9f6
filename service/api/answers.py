"""``POST /api/v1/ask``"""

from __future__ import annotations

from fastapi import APIRouter

from service.api.dependencies import RuntimeDep
from service.api.schemas import AnswerFields, AskRequest
from service.api.views import answer_fields
from service.conversation import Turn
from service.questions import checked

router = APIRouter(prefix="/api/v1", tags=["answers"])


@router.post("/ask")
def ask(request: AskRequest, runtime: RuntimeDep) -> AnswerFields:
    """One cited answer, or the plain word that the documents do not say."""
    question = checked(request.question)
    history = [Turn(turn.question, turn.answer) for turn in request.history]
    filters = request.filters.filters()
    return answer_fields(runtime.answerer().answer(question, filters, request.language, request.ignore, history=history))
