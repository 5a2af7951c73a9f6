"""``POST /api/v1/ask``: the answer at once, or as a stream of events."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from fastapi.sse import format_sse_event

from service.api.contract import ASKING, TOO_MANY, problems
from service.api.dependencies import LibraryDep
from service.api.schemas import AnswerFields, AskRequest
from service.api.views import answer_fields, event_fields
from service.asking import Event, answered, events, put
from service.conversation.turns import Turn
from service.errors import AllBusy, ForeignSite, Unexpected, problem
from service.incidents import incident
from service.questions import Language, checked
from service.rates import CountedRoute, counted
from service.streaming import EventStream, wants_stream, while_there

router = APIRouter(prefix="/api/v1", tags=["answers"], route_class=CountedRoute)

_STREAM = """The answer, or with `Accept: text/event-stream` the same as events. Each has a name and one line of JSON:

- `interpretation`: how the question was understood (`id`, `generation`, `language`, `interpretation`)
- `sources`: the places found (`citations`, `near_misses`, `coverage`)
- `statement`, any number of times: a checked statement (`text`, `citations`, `support`) and the places it cites (`sources`)
- `final`: the whole answer. It replaces all that came before, which may have been withdrawn.
- `error`, in place of `final`: a problem as in application/problem+json

Exactly one `final` or `error` ends the stream. Comments (lines that begin with a colon) keep the connection alive."""
_EXAMPLE = """event: statement
data: {"text": "Der Zuschuss beträgt 4.000 Euro.", "citations": [1], "support": "quoted", "sources": [{"number": 1}]}

event: final
data: {"id": "5f0c", "outcome": "answered", "text": "Der Zuschuss beträgt 4.000 Euro. [1]"}

"""
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": _STREAM, "content": {EventStream.media_type: {"schema": {"type": "string"}, "example": _EXAMPLE}}},
    **problems(*ASKING, TOO_MANY, ForeignSite(), AllBusy()),
}


@router.post(
    "/ask", dependencies=[counted("ask", None)], summary="Ask a question", response_model=AnswerFields, responses=_RESPONSES
)
async def ask(asked: AskRequest, request: Request, library: LibraryDep) -> AnswerFields | Response:
    """One cited answer, or the plain word that the documents do not say."""
    text = checked(asked.question)
    turns = [Turn(turn.question, turn.answer) for turn in asked.history]
    asking = put(library, text, turns, asked.filters.filters(), asked.language, asked.ignore)
    quotations, _, writer = await while_there(request.receive, asking)
    if wants_stream(request):
        return EventStream(_lines(events(quotations, writer), quotations.question.language))
    return answer_fields(await while_there(request.receive, answered(quotations, writer)))


async def _lines(told: AsyncGenerator[Event, None], language: Language) -> AsyncGenerator[bytes, None]:
    """The events as they are sent."""
    try:
        async with aclosing(told):
            async for event in told:
                yield format_sse_event(event=event.name, data_str=event_fields(event).model_dump_json())
    except Exception as fault:
        happened = incident(Unexpected(), language, "POST /api/v1/ask", fault)
        body = problem(happened.code, happened.title, happened.status, happened.detail, happened.identifier)
        yield format_sse_event(event="error", data_str=json.dumps(body))
