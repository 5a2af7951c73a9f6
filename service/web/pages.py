"""The pages for people: plain HTML that needs neither JavaScript nor a cookie.

A question is sent by POST, so that it stands in no address, history or log.
"""

from __future__ import annotations

import os
from datetime import date
from typing import Annotated, get_args

from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

from indexer.filters import Filters
from indexer.generation import Generation
from service.api.dependencies import RuntimeDep
from service.api.views import paper_detail
from service.asking import answered, read_with
from service.embedding import WIDGET_FILE
from service.errors import NotFound, QuestionEmpty, QuestionTooLong
from service.questions import LONGEST, Language, Understood, bodies, checked
from service.streaming import while_there
from service.web.answering import answer_view, source
from service.web.conversing import turn_of, turns_of
from service.web.exports.tools import AnswerTools
from service.web.language import chosen_language, language_of_request
from service.web.papers import paper_view
from service.web.rendering import STATIC, page, static_version
from service.web.texts import Texts

router = APIRouter(include_in_schema=False)


_RECENT = 5  # papers shown on the start page
_NAMED_BODIES = 6  # that the start page names
_STATIC_SECONDS = 365 * 86_400  # addresses of static files change with their content


@router.get("/")
def start(request: Request, runtime: RuntimeDep) -> Response:
    """The empty form, what it searches, and a few documents to begin with."""
    return _ask_page(request, runtime.generation())


@router.post("/")
async def ask(
    request: Request,
    runtime: RuntimeDep,
    question: Annotated[str, Form()] = "",
    body: Annotated[str, Form()] = "",
    paper_type: Annotated[str, Form()] = "",
    organization: Annotated[str, Form()] = "",
    ignore: Annotated[list[str] | None, Form()] = None,
    turn_question: Annotated[list[str] | None, Form()] = None,
    turn_answer: Annotated[list[str] | None, Form()] = None,
    turn_token: Annotated[list[str] | None, Form()] = None,
    as_is: Annotated[str, Form()] = "",
) -> Response:
    """The answer below the turns before it. It speaks the question's language unless one was chosen.

    ``as_is``: the question stands alone already; it is the one that the page showed as understood, perhaps changed.
    """
    turns = turns_of(request, turn_question or [], turn_answer or [], turn_token or [])
    try:
        text = checked(question)
    except (QuestionEmpty, QuestionTooLong) as error:
        refused, message = error, error.message(language_of_request(request))

        def question_page() -> Response:
            values = {"error": message, "turns": turns, "next_turns": turns}
            return _ask_page(request, runtime.generation(), question, body, status=refused.status, **values)

        return await run_in_threadpool(question_page)
    ignored: list[Understood] = [one for one in get_args(Understood) if one in (ignore or ())]
    narrowed = {"body": body, "paper_type": paper_type, "organization": organization}
    filters = Filters(body=(body,) if body else (), paper_type=paper_type or None, organization=organization or None)
    answerer = await run_in_threadpool(runtime.answerer)
    read = read_with(runtime.generator, answerer, text, [] if as_is else turns)
    meant, history = await while_there(request.receive, read)
    quotations = await run_in_threadpool(
        lambda: answerer.answer(meant, filters, chosen_language(request), ignored, history=history)
    )
    generation = answerer.generation
    writer = await run_in_threadpool(runtime.writer, generation)  # it waits while a new generation is opened
    answer = await while_there(request.receive, answered(quotations, writer))

    def answer_page() -> Response:
        texts = Texts(answer.question.language)
        view = answer_view(answer, generation, texts)
        tools: AnswerTools = request.app.state.tools
        return _ask_page(
            request,
            generation,
            "",
            body,
            answer=view,
            answer_texts=texts,
            narrowed=narrowed,
            asked=text,
            turns=turns,
            next_turns=[*turns, *turn_of(answer, tools.token(view, text))],
        )

    return await run_in_threadpool(answer_page)


def _ask_page(
    request: Request, generation: Generation, question: str = "", body: str = "", *, status: int = 200, **values: object
) -> Response:
    t = Texts(language_of_request(request))
    known = bodies(generation)
    return page(
        request,
        "ask.html",
        status=status,
        private=request.method == "POST",
        values={
            "question": question,
            "body": body if body in known else "",
            "bodies": known,
            "limit": LONGEST,
            "scope": _scope(generation, known, t),
            "recent": _recent(generation, t),
            "answer": None,
            "turns": [],
            "next_turns": [],
            "answer_texts": t,
            "error": "",
            "scripts": ["panel.js", "card.js", "tools.js"],
        }
        | values,
    )


def _scope(generation: Generation, known: list[str], t: Texts) -> str:
    count = generation.database.execute("SELECT count(*) FROM documents").fetchone()[0]
    names = ", ".join(known[:_NAMED_BODIES])
    if len(known) > _NAMED_BODIES:
        names = t("and_more", names=names, count=len(known) - _NAMED_BODIES)
    key = "scope" if known else "scope_no_bodies"
    return t(key, documents=t.count("documents", count), bodies=names, updated=t.moment(generation.published))


def _recent(generation: Generation, t: Texts) -> list[object]:
    newest = generation.documents(
        "number IN (SELECT min(number) FROM documents WHERE reference_key IS NOT NULL AND date IS NOT NULL "
        "AND date <= date('now') GROUP BY paper_id ORDER BY max(date) DESC LIMIT ?)",
        [_RECENT],
    )
    return [source(d, t) for d in sorted(newest, key=lambda d: str(d.paper.date), reverse=True)]


@router.get("/vorlagen/{identifier}")
def paper(request: Request, runtime: RuntimeDep, identifier: str) -> Response:
    """A paper: its Beratungsfolge, its versions, its documents, the papers it names and those that name it."""
    generation = runtime.generation()
    documents = generation.documents("paper_id = ?", [identifier])
    if not documents:
        raise NotFound(what=identifier)
    view = paper_view(generation, documents, date.today())
    values = {"paper": paper_detail(generation, documents), "view": view}
    return page(request, "paper.html", values=values)


@router.get("/ueber")
def about(request: Request, runtime: RuntimeDep) -> Response:
    t = Texts(language_of_request(request))
    return page(request, "text.html", values={"title": t("nav_about"), "sections": t.about(runtime.generator is not None)})


@router.get("/favicon.ico")
def favicon() -> Response:
    """Browsers ask for this name unasked."""
    return FileResponse(STATIC / "favicon.svg", media_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"})


def error_page(request: Request, language: Language, status: int, title: str, detail: str, identifier: str) -> Response:
    """An error in the layout of the other pages, with a way on. ``identifier``: see incidents.py."""
    values = {"title": title, "detail": detail, "identifier": identifier}
    return page(request, "error.html", status=status, private=True, language=language, values=values)


class _KeptFiles(StaticFiles):
    """Static files under the address of their version, which browsers keep. An older version's address leads to the new files."""

    def get_path(self, scope: Scope) -> str:
        version, _, name = super().get_path(scope).replace(os.sep, "/").partition("/")
        scope["current"] = version == static_version()
        return name

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        kept = f"public, max-age={_STATIC_SECONDS}, immutable" if scope["current"] else "no-cache"
        response.headers["Cache-Control"] = kept
        if os.path.basename(full_path).startswith("widget"):
            response.headers.update(WIDGET_FILE)
        return response


def mount_static(app: FastAPI) -> None:
    app.mount("/static", _KeptFiles(directory=STATIC), name="static")
