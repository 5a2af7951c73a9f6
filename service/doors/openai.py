"""Ratslotse as a model of the OpenAI interface, for chat programs and libraries: ``/v1/models``, ``/v1/chat/completions``.

The last message of the user is the question, those before it are the turns of the talk. What else a client sends to steer a
model (system messages, temperature, length) changes nothing: what is said rests on the documents alone.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from indexer.generation import Generation
from service.access.readers import reader_of
from service.answers import Answer
from service.api.dependencies import LibraryDep
from service.asking import Event, answered, events, put
from service.conversation.smalltalk import PROMPT
from service.conversation.turns import Turn
from service.doors.openai_errors import error_body
from service.doors.origin import not_from_elsewhere
from service.doors.told import RULE, Told, answer_at, told, untold
from service.errors import NotOffered, Unexpected, UnknownModel
from service.incidents import incident
from service.library import Library
from service.questions import LONGEST, checked
from service.rates import CountedRoute, counted
from service.runtime import Runtime
from service.streaming import EventStream, while_there
from service.texts import notice_key, say
from service.web.exports.tools import AnswerTools
from service.web.language import language_of_request
from service.web.rendering import site_address

router = APIRouter(prefix="/v1", include_in_schema=False, route_class=CountedRoute)

MODEL = "ratslotse"
_TURNS = 20
_ANSWER = 10_000  # characters of an earlier answer


class Part(BaseModel):
    type: str
    text: str | None = None


class Message(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """Raises NotOffered if there is anything but text."""
        if not isinstance(self.content, list):
            return self.content or ""
        for part in self.content:
            if part.type not in ("text", "refusal"):
                raise NotOffered(name=part.type)
        return "\n".join(part.text or "" for part in self.content)


class StreamOptions(BaseModel):
    include_usage: bool = False


class ResponseFormat(BaseModel):
    type: str


class ChatRequest(BaseModel):
    """What it knows nothing of is disregarded, as clients send much that only means something to other models."""

    model: str
    messages: list[Message] = Field(min_length=1)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = None
    tools: list[Any] | None = None
    functions: list[Any] | None = None
    response_format: ResponseFormat | None = None
    modalities: list[str] | None = None
    logprobs: bool | None = None

    def refuse_what_is_not_offered(self) -> None:
        """Raises UnknownModel, NotOffered: a client that needs it must know that it is not there."""
        if self.model != MODEL:
            raise UnknownModel(model=self.model[:100])
        other = {
            "n": (self.n or 1) != 1,
            "tools": bool(self.tools),
            "functions": bool(self.functions),
            "response_format": self.response_format is not None and self.response_format.type != "text",
            "modalities": self.modalities is not None and self.modalities != ["text"],
            "logprobs": bool(self.logprobs),
        }
        for name, wanted in other.items():
            if wanted:
                raise NotOffered(name=name)

    @property
    def question(self) -> str:
        """The last message of the user. What a chat program wants of a model for itself need not be read to its end."""
        text = next((one.text for one in reversed(self.messages) if one.role == "user"), "")
        return checked(text[:LONGEST] if PROMPT.match(text) else text)

    @property
    def turns(self) -> list[Turn]:
        """The questions before it, each with what was answered."""
        found: list[Turn] = []
        for message in self.messages:
            if message.role == "user":
                found.append(Turn(message.text, ""))
            elif message.role == "assistant" and found and not found[-1].answer:
                found[-1] = Turn(found[-1].question, untold(message.text)[:_ANSWER])
        return found[:-1][-_TURNS:]


@router.get("/models", dependencies=[counted("read")])
def models(request: Request, library: LibraryDep) -> dict[str, object]:
    return {"object": "list", "data": [_model(request, library)]}


@router.get("/models/{name}", dependencies=[counted("read")])
def model(request: Request, library: LibraryDep, name: str) -> dict[str, object]:
    if name != MODEL:
        raise UnknownModel(model=name[:100])
    return _model(request, library)


def _model(request: Request, library: Library) -> dict[str, object]:
    """``description``: that an AI answers, and how."""
    runtime: Runtime = request.app.state.runtime
    published = datetime.fromisoformat(library.generation().published)
    return {
        "id": MODEL,
        "object": "model",
        "created": int(published.timestamp()),
        "owned_by": runtime.settings.operator_name or MODEL,
        "description": say(notice_key(library.generator is not None), language_of_request(request)),
    }


@dataclass(frozen=True)
class _Chat:
    """One request on its way to an answer."""

    request: Request
    asked: str
    generation: Generation
    usage: bool  # whether a stream ends by telling it

    def told(self, answer: Answer) -> Told:
        tools: AnswerTools = self.request.app.state.tools
        return told(answer, self.asked, self.generation, tools, site_address(self.request), reader_of(self.request))


@router.post("/chat/completions", dependencies=[Depends(not_from_elsewhere), counted("ask", None)])
async def complete(asked: ChatRequest, request: Request, library: LibraryDep) -> Response:
    """One cited answer, or the plain word that the documents do not say."""
    asked.refuse_what_is_not_offered()
    text = asked.question
    quotations, generation, writer = await while_there(request.receive, put(library, text, asked.turns))
    chat = _Chat(request, text, generation, bool(asked.stream_options and asked.stream_options.include_usage))
    if asked.stream:
        return EventStream(_lines(chat, events(quotations, writer), quotations))
    answer = await while_there(request.receive, answered(quotations, writer))
    return JSONResponse(await run_in_threadpool(_completion, chat, answer))


def _completion(chat: _Chat, answer: Answer) -> dict[str, object]:
    shown = chat.told(answer)
    message = {"role": "assistant", "content": shown.text, "refusal": None, "annotations": _annotations(shown)}
    return {
        **_head(answer, "chat.completion"),
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": _usage(chat.asked, shown.text),
        MODEL: _whole(chat, answer),
    }


async def _lines(chat: _Chat, happening: AsyncGenerator[Event, None], first: Answer) -> AsyncGenerator[bytes, None]:
    """The chunks as they are sent; one [DONE] or error ends them."""
    head = _head(first, "chat.completion.chunk") | ({"usage": None} if chat.usage else {})
    try:
        async with aclosing(_choices(chat, happening)) as choices:
            async for fields in choices:
                yield _line(head | fields)
        yield b"data: [DONE]\n\n"
    except Exception as fault:
        told_of = incident(Unexpected(), first.question.language, "POST /v1/chat/completions", fault)
        yield _line(error_body(told_of))


async def _choices(chat: _Chat, happening: AsyncGenerator[Event, None]) -> AsyncGenerator[dict[str, object], None]:
    """Statement by statement, each after its check, then notices and sources, then the whole answer as data.

    Where quotations stand in for a model that failed on the way, they follow what was said: a stream takes nothing back.
    """
    said, before = "", ""  # since the last withdrawal, and until then
    yield _delta({"role": "assistant", "content": "", "refusal": None})
    async with aclosing(happening):
        async for event in happening:
            if event.name in ("interpretation", "sources"):
                continue
            answer = event.answer
            shown = await run_in_threadpool(chat.told, answer)
            text = shown.text if event.name == "final" else shown.begun
            if not text.startswith(said):
                withdrawn = f"\n\n{RULE}\n\n*{say('withdrawn', answer.question.language)}*\n\n"
                yield _delta({"content": withdrawn})
                said, before = "", before + said + withdrawn
            if text != said:
                yield _delta({"content": text[len(said) :]})
            said = text
    yield _delta({"annotations": _annotations(shown, len(before))}, "stop") | {MODEL: _whole(chat, answer)}
    if chat.usage:
        yield {"choices": [], "usage": _usage(chat.asked, before + said)}


def _head(answer: Answer, kind: str) -> dict[str, object]:
    return {"id": f"chatcmpl-{answer.id}", "object": kind, "created": int(time.time()), "model": MODEL}


def _delta(delta: Mapping[str, object], finish: str | None = None) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]}


def _line(fields: Mapping[str, object]) -> bytes:
    return f"data: {json.dumps(fields)}\n\n".encode()


def _annotations(shown: Told, offset: int = 0) -> list[dict[str, object]]:
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": offset + mark.start,
                "end_index": offset + mark.end,
                "title": mark.title,
                "url": mark.address,
            },
        }
        for mark in shown.marks
    ]


def _usage(asked: str, said: str) -> dict[str, int]:
    """In words: there is nothing here that counts tokens, and nothing to pay for."""
    read, written = len(asked.split()), len(said.split())
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def _whole(chat: _Chat, answer: Answer) -> dict[str, object]:
    return answer_at(answer, site_address(chat.request)).model_dump(mode="json")
