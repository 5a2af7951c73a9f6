"""The chat: a question and its answer below the turns before it, as a page or as the events of a stream.

A question is sent by POST, so that it stands in no address, history or log. The stream holds pieces of the same page, made by
the same templates: a browser with JavaScript puts them in as they come (static/chat.js), any other gets the page.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from fastapi.sse import format_sse_event
from pydantic import BaseModel

from indexer.errors import RatslotseError
from indexer.filters import Filters
from indexer.generation import Generation
from service.access.readers import reader_of
from service.answers import Answer
from service.api.dependencies import LibraryDep
from service.asking import Event, Writer, answered, events, put
from service.conversation.turns import Turn
from service.errors import QuestionEmpty, QuestionTooLong, Unexpected
from service.incidents import incident
from service.library import Library
from service.questions import LONGEST, Understood, bodies, checked
from service.rates import CountedRoute, counted
from service.streaming import EventStream, wants_stream, while_there
from service.web.answering import answer_view, source
from service.web.conversing import turn_of, turns_of
from service.web.exports.tools import AnswerTools
from service.web.language import chosen_language, language_of_request
from service.web.rendering import page, piece
from service.web.texts import Texts

router = APIRouter(include_in_schema=False, route_class=CountedRoute)
_RECENT = 5  # papers shown on the start page
_NAMED_BODIES = 6  # that the start page names
_PIECES = {"interpretation": "opening.html", "sources": "sources.html", "statement": "statement.html", "final": "answer.html"}


class AskForm(BaseModel):
    """What a form of the chat sends.

    ``as_is``: the question stands alone already; it is the one that the page showed as understood, perhaps changed.
    """

    question: str = ""
    body: str = ""
    paper_type: str = ""
    organization: str = ""
    ignore: list[str] = []
    turn_question: list[str] = []
    turn_answer: list[str] = []
    turn_token: list[str] = []
    as_is: str = ""

    @property
    def narrowed(self) -> dict[str, str]:
        """What the reader chose to search in."""
        return {"body": self.body, "paper_type": self.paper_type, "organization": self.organization}

    @property
    def filters(self) -> Filters:
        body = (self.body,) if self.body else ()
        return Filters(body=body, paper_type=self.paper_type or None, organization=self.organization or None)

    @property
    def ignored(self) -> list[Understood]:
        return [one for one in get_args(Understood) if one in self.ignore]


@router.get("/", dependencies=[counted("read")])
def start(request: Request, library: LibraryDep) -> Response:
    """The empty form, what it searches, questions that have an answer and a few documents to begin with."""
    generation = library.generation()
    examples = library.examples(language_of_request(request))
    return _ask_page(request, generation, {"examples": examples, "recent": _recent(generation, request)})


@router.post("/", dependencies=[counted("ask", None)])
async def ask(request: Request, library: LibraryDep, form: Annotated[AskForm, Form()]) -> Response:
    """The answer below the turns before it. It speaks the question's language unless one was chosen."""
    turns = turns_of(request, form.turn_question, form.turn_answer, form.turn_token)
    if wants_stream(request):
        return EventStream(_lines(request, library, form, turns))
    try:
        text = checked(form.question)
    except (QuestionEmpty, QuestionTooLong) as error:
        problem, status = error.message(language_of_request(request)), error.status
        values = {"question": form.question, "body": form.body, "error": problem, "turns": turns, "next_turns": turns}
        return await run_in_threadpool(lambda: _ask_page(request, library.generation(), values, status))
    quotations, generation, writer = await while_there(request.receive, _put(request, library, form, text, turns))
    answer = await while_there(request.receive, answered(quotations, writer))
    shown = _shown(request, answer, generation, form, text, turns)
    return await run_in_threadpool(lambda: _ask_page(request, generation, {"body": form.body} | shown))


async def _put(
    request: Request, library: Library, form: AskForm, text: str, turns: Sequence[Turn]
) -> tuple[Answer, Generation, Writer | None]:
    """As asking.put; a question that stands alone takes nothing from the turns before it."""
    return await put(library, text, [] if form.as_is else turns, form.filters, chosen_language(request), form.ignored)


def _shown(
    request: Request, answer: Answer, generation: Generation, form: AskForm, asked: str, turns: Sequence[Turn]
) -> dict[str, Any]:
    """What answer.html and its parts are made from."""
    texts = Texts(answer.question.language)
    view = answer_view(answer, generation, texts)
    tools: AnswerTools = request.app.state.tools
    reader = reader_of(request)
    return {
        "answer": view,
        "answer_texts": texts,
        "narrowed": form.narrowed,
        "asked": asked,
        "turns": turns,
        "next_turns": [*turns, *turn_of(answer, tools.token(view, asked, reader.reach), reader)],
        "limit": LONGEST,
    }


async def _lines(request: Request, library: Library, form: AskForm, turns: Sequence[Turn]) -> AsyncGenerator[bytes, None]:
    """The events as they are sent: each a line of JSON with a piece of the page as ``html``; one final or error is the end."""
    try:
        text = checked(form.question)
        quotations, generation, writer = await _put(request, library, form, text, turns)
        async with aclosing(events(quotations, writer)) as told:
            async for event in told:
                shown = _shown(request, event.answer, generation, form, text, turns)
                yield _event(event.name, await run_in_threadpool(_fields, request, event, shown))
    except RatslotseError as error:
        yield _event("error", _problem(request, error))
    except Exception as fault:
        yield _event("error", _problem(request, Unexpected(), fault))


def _fields(request: Request, event: Event, shown: dict[str, Any]) -> dict[str, object]:
    """``said``: what a screen reader is told at the end, in the language of the page."""
    answer, t = event.answer, shown["answer_texts"]
    if event.statement is not None:
        shown["statement"] = shown["answer"].statements[answer.statements.index(event.statement)]
    fields: dict[str, object] = {"html": piece(request, _PIECES[event.name], t, shown), "language": t.language}
    if event.name == "final":
        page_texts = Texts(language_of_request(request))
        fields["turns"] = piece(request, "turn_fields.html", t, {"turns": shown["next_turns"]})
        fields["said"] = (
            page_texts.count("said_complete", len(answer.citations))
            if answer.citations
            else page_texts("said_refused" if answer.outcome == "not_in_documents" else "said_talk")
        )
    return fields


def _problem(request: Request, error: RatslotseError, fault: BaseException | None = None) -> dict[str, object]:
    """``refused``: the question itself is the problem; the form says so."""
    t = Texts(language_of_request(request))
    told = incident(error, t.language, f"POST {request.url.path}", fault)
    refused = isinstance(error, QuestionEmpty | QuestionTooLong)
    html = piece(request, "problem.html", t, {"message": told.detail, "refused": refused, "identifier": told.identifier})
    return {"html": html, "language": t.language, "said": told.detail, "refused": refused}


def _event(name: str, fields: Mapping[str, object]) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(fields))


def _ask_page(request: Request, generation: Generation, values: Mapping[str, object], status: int = 200) -> Response:
    t = Texts(language_of_request(request))
    known = bodies(generation)
    empty = {
        "question": "",
        "error": "",
        "answer": None,
        "answer_texts": t,
        "turns": (),
        "next_turns": (),
        "examples": (),
        "recent": (),
    }
    shown = empty | {"body": ""} | dict(values)
    return page(
        request,
        "ask.html",
        status=status,
        private=request.method == "POST",
        values=shown
        | {
            "body": shown["body"] if shown["body"] in known else "",
            "bodies": known,
            "limit": LONGEST,
            "scope": _scope(generation, known, t),
            "generation": f"{reader_of(request).mark}/{generation.id}",  # a conversation is shown again to who had it
            "scripts": ["chat.js", "panel.js", "card.js", "tools.js"],
        },
    )


def _scope(generation: Generation, known: list[str], t: Texts) -> str:
    count = generation.columns.documents
    names = ", ".join(known[:_NAMED_BODIES])
    if len(known) > _NAMED_BODIES:
        names = t("and_more", names=names, count=len(known) - _NAMED_BODIES)
    key = "scope" if known else "scope_no_bodies"
    return t(key, documents=t.count("documents", count), bodies=names, updated=t.moment(generation.published))


def _recent(generation: Generation, request: Request) -> list[object]:
    t = Texts(language_of_request(request))
    newest = generation.documents(
        "number IN (SELECT min(number) FROM documents WHERE reference_key IS NOT NULL AND date IS NOT NULL "
        "AND date <= ? GROUP BY paper_id ORDER BY max(date) DESC, min(number) LIMIT ?)",
        [str(datetime.now(UTC).date()), _RECENT],
    )
    return [source(d, t) for d in sorted(newest, key=lambda d: str(d.paper.date), reverse=True)]
