"""The search: its page, lists and feeds of what it finds, and what browsers need to offer it.

A search stands in its address, so that it can be kept and shared. A text that similar papers are looked for by does not.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, Response

from service import feeds, list_formats
from service.api.dependencies import LibraryDep, RuntimeDep
from service.errors import NotFound, QuestionEmpty, QuestionTooLong
from service.library import Library
from service.listing import MOST, Record, records
from service.questions import bodies, whole
from service.rates import CountedRoute, counted
from service.similar import LONGEST
from service.tags import tagged
from service.web.language import language_of_request, with_language
from service.web.rendering import page, site_address
from service.web.search_form import SearchForm
from service.web.searching import SearchView, examples, ranking_of, search_view, similar_text_view, similar_view
from service.web.texts import Texts

router = APIRouter(include_in_schema=False, route_class=CountedRoute)

_LISTS: dict[str, tuple[str, Callable[[list[Record], Texts], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", list_formats.as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", list_formats.as_xlsx),
    "bib": ("application/x-bibtex; charset=utf-8", list_formats.as_bibtex),
    "json": ("application/vnd.citationstyles.csl+json", list_formats.as_csl),
}
_FEEDS = {"/suche.atom": ("application/atom+xml", feeds.atom), "/suche.rss": ("application/rss+xml", feeds.rss)}


@router.get("/suche", dependencies=[counted("search")])
def search(request: Request, library: LibraryDep) -> Response:
    """Ranked passages, or papers similar to one; without words or filters just the form."""
    generation = library.generation()
    t = Texts(language_of_request(request))
    form = SearchForm.read(request.query_params)
    status, error, result = 200, "", None
    try:
        if form.aehnlich:
            result = similar_view(generation, form, t)
        elif form.asks:
            result = search_view(generation, library.models(), form, t)
    except (QuestionEmpty, QuestionTooLong) as problem:
        status, error = problem.status, problem.message(t.language)
    return _page(request, library, form, result, error, status)


@router.post("/suche", dependencies=[counted("search")])
def similar_to_text(request: Request, library: LibraryDep, text: Annotated[str, Form()] = "") -> Response:
    """Papers like a text, which is neither kept nor logged."""
    t = Texts(language_of_request(request))
    text = whole(text).replace("\r\n", "\n")  # browsers count a line break once and send it as two characters
    problem: QuestionEmpty | QuestionTooLong | None = None
    if not any(map(str.isalnum, text)):
        problem = QuestionEmpty()
    elif len(text) > LONGEST:
        problem = QuestionTooLong(length=len(text), limit=LONGEST)
    if problem:
        message = problem.message(t.language)
        return _page(request, library, SearchForm(), None, status=problem.status, text=text[:LONGEST], text_error=message)
    result = similar_text_view(library.generation(), library.models(), text, SearchForm(), t)
    return _page(request, library, SearchForm(), result, text=text)


def _page(
    request: Request,
    library: Library,
    form: SearchForm,
    result: SearchView | None,
    error: str = "",
    status: int = 200,
    text: str = "",
    text_error: str = "",
) -> Response:
    generation = library.generation()
    return page(
        request,
        "search.html",
        status=status,
        private=request.method == "POST",
        values={
            "form": form,
            "result": result,
            "bodies": bodies(generation),
            "types": generation.columns.names("paper_type"),
            "error": error,
            "text": text,
            "text_error": text_error,
            "longest": LONGEST,
            "most": MOST,
            "lists": list(_LISTS),
            "examples": [] if form.asks or text else examples(generation, Texts(language_of_request(request))),
            "scripts": ["search.js", "panel.js", "card.js"],
        },
    )


@router.get("/suche.atom", dependencies=[counted("search")])
@router.get("/suche.rss", dependencies=[counted("search")])
def feed(request: Request, library: LibraryDep) -> Response:
    """The papers that a search finds, those first that something happened to last."""
    path = request.url.path
    media_type, written = _FEEDS[path]
    t = Texts(language_of_request(request))
    form = SearchForm.read(request.query_params)
    generation = library.generation()
    base = site_address(request)
    found = records(ranking_of(generation, library.models(), form), base)
    shown = " · ".join(filter(None, (form.q, *form.active().values())))
    link = base + with_language(form.url(), "en" if t.language == "en" else None)
    own = base + with_language(form.url(path), "en" if t.language == "en" else None)
    published = datetime.fromisoformat(generation.published)
    content = written(found, t("feed_title", search=shown), own, link, published, t)
    return tagged(request, Response(content, media_type=media_type, headers=_HEADERS))


@router.get("/suche.{kind}", dependencies=[counted("export", "file")])
def download(request: Request, library: LibraryDep, kind: str) -> Response:
    """The documents of a search, at most MOST, as a file."""
    if kind not in _LISTS:
        raise NotFound(what=request.url.path)
    media_type, written = _LISTS[kind]
    form = SearchForm.read(request.query_params)
    found = records(ranking_of(library.generation(), library.models(), form), site_address(request))
    headers = {"Content-Disposition": f'attachment; filename="ratslotse.{kind}"'}
    return Response(written(found, Texts(language_of_request(request))), media_type=media_type, headers=_HEADERS | headers)


@router.get("/suche/vorschlaege", dependencies=[counted("suggest")])
def suggestions(runtime: RuntimeDep, q: str = "") -> Response:
    """Suggestions in the form that browsers ask for."""
    suggester = runtime.public.suggester()
    found = suggester.suggestions(q) if suggester else []
    return JSONResponse([q, [one.text for one in found]], media_type="application/x-suggestions+json")


@router.get("/opensearch.xml")
def opensearch(request: Request) -> Response:
    """How a browser can search here from its address bar."""
    content = feeds.description(site_address(request), Texts(language_of_request(request)))
    return Response(content, media_type="application/opensearchdescription+xml", headers=_HEADERS)


_HEADERS = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
