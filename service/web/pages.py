"""The pages for people: plain HTML that needs neither JavaScript nor a cookie.

The chat is in chatting.py.
"""

from __future__ import annotations

import os
from datetime import date

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

from service.api.dependencies import LibraryDep
from service.api.views import paper_detail
from service.embedding import WIDGET_FILE
from service.errors import NotFound
from service.questions import Language
from service.rates import counted
from service.web.language import language_of_request
from service.web.papers import paper_view
from service.web.rendering import STATIC, page, static_version
from service.web.texts import Texts

router = APIRouter(include_in_schema=False)

_STATIC_SECONDS = 365 * 86_400  # addresses of static files change with their content


@router.get("/vorlagen/{identifier}", dependencies=[counted("read")])
def paper(request: Request, library: LibraryDep, identifier: str) -> Response:
    """A paper: its Beratungsfolge, its versions, its documents, the papers it names and those that name it."""
    generation = library.generation()
    documents = generation.documents("paper_id = ?", [identifier])
    if not documents:
        raise NotFound(what=identifier)
    view = paper_view(generation, documents, date.today())
    values = {"paper": paper_detail(generation, documents), "view": view}
    return page(request, "paper.html", values=values)


@router.get("/ueber")
def about(request: Request, library: LibraryDep) -> Response:
    t = Texts(language_of_request(request))
    return page(request, "text.html", values={"title": t("nav_about"), "sections": t.about(library.generator is not None)})


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
