"""The pages for people: plain HTML that needs neither JavaScript nor a cookie.

The chat is in chatting.py.
"""

from __future__ import annotations

import os

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

from service.api.dependencies import RuntimeDep
from service.api.documents import found
from service.api.views import paper_detail
from service.errors import NotFound, QuestionEmpty, QuestionTooLong
from service.questions import Language, bodies
from service.web.answering import source
from service.web.language import language_of_request
from service.web.rendering import STATIC, page, static_version
from service.web.searching import SearchForm, search_view
from service.web.texts import Texts
from service.web.viewing import checked_span, page_views

router = APIRouter(include_in_schema=False)

_STATIC_SECONDS = 365 * 86_400  # addresses of static files change with their content


@router.get("/suche")
def search(request: Request, runtime: RuntimeDep) -> Response:
    """Ranked passages; without words just the form."""
    generation = runtime.generation()
    t = Texts(language_of_request(request))
    form = SearchForm.read(request.query_params)
    status, error, result = 200, "", None
    if form.q:
        try:
            result = search_view(generation, runtime.models(), form, t)
        except (QuestionEmpty, QuestionTooLong) as problem:
            status, error = problem.status, problem.message(t.language)
    types = generation.columns.names("paper_type")
    values = {"form": form, "result": result, "bodies": bodies(generation), "types": types, "error": error}
    return page(request, "search.html", status=status, values=values)


@router.get("/dokumente/{identifier}")
def document(
    request: Request, runtime: RuntimeDep, identifier: str, start: str | None = None, end: str | None = None
) -> Response:
    """A document's text with the words start..end marked; an impossible span marks nothing."""
    one = found(runtime, identifier)
    t = Texts(language_of_request(request))
    span = checked_span(one, start, end)
    unread = next((note.partition(":")[2] for note in one.notes if note.startswith("pages_without_text")), "")
    return page(
        request,
        "document.html",
        values={
            "source": source(one, t),
            "document": one,
            "paper": one.paper,
            "pages": page_views(one, span),
            "quote_page": one.page_at(span[0]).label if span else "",
            "file_name": one.file.name.rsplit("/", 1)[-1],
            "unread": unread.replace(",", ", "),
        },
    )


@router.get("/vorlagen/{identifier}")
def paper(request: Request, runtime: RuntimeDep, identifier: str) -> Response:
    """A paper: its Beratungsfolge, its versions, its documents, the papers it names and those that name it."""
    generation = runtime.generation()
    documents = generation.documents("paper_id = ?", [identifier])
    if not documents:
        raise NotFound(what=identifier)
    return page(request, "paper.html", values={"paper": paper_detail(generation, documents)})


@router.get("/hilfe")
def help_page(request: Request) -> Response:
    t = Texts(language_of_request(request))
    return page(request, "text.html", values={"title": t("nav_help"), "sections": t.help})


@router.get("/ueber")
def about(request: Request, runtime: RuntimeDep) -> Response:
    t = Texts(language_of_request(request))
    return page(request, "text.html", values={"title": t("nav_about"), "sections": t.about(runtime.generator is not None)})


@router.get("/favicon.ico")
def favicon() -> Response:
    """Browsers ask for this name unasked."""
    return FileResponse(STATIC / "favicon.svg", media_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"})


def error_page(request: Request, language: Language, status: int, title: str, detail: str) -> Response:
    """An error in the layout of the other pages, with a way on."""
    if status == 405:  # the framework's own words are English
        t = Texts(language)
        title, detail = t("error_405"), t("error_405_detail")
    values = {"title": title, "detail": detail, "error_status": status}
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
        return response


def mount_static(app: FastAPI) -> None:
    app.mount("/static", _KeptFiles(directory=STATIC), name="static")
