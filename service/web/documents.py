"""The viewer: ``/dokumente/{id}`` shows a document page by page as it looks, or its text; ``…/seite/{n}`` one page of it, which
the panel beside an answer takes in.

Every state is in the address: the words a link marks, the page, the view, the words searched for.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from indexer.domain import Document
from indexer.generation import Generation
from indexer.german import can_be_part, fold, stem, words
from service.api.dependencies import LibraryDep
from service.api.documents import found
from service.errors import NotFound
from service.rates import counted
from service.searching import highlights
from service.web.answering import source
from service.web.language import language_of_request
from service.web.originals import View, has_original, original_page
from service.web.rendering import page
from service.web.texts import Texts
from service.web.viewing import page_view, page_views

router = APIRouter(include_in_schema=False)

_LONGEST_QUERY = 200
_MOST_MARKED = 2_000  # words of a document that are found
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"[0-9]{1,6}")

Given = Annotated[str, Query()]


@router.get("/dokumente/{identifier}", dependencies=[counted("read")])
def document(
    request: Request,
    library: LibraryDep,
    identifier: str,
    start: Given = "",
    end: Given = "",
    wording: Given = "",
    seite: Given = "",
    ansicht: Given = "",
    q: Given = "",
) -> Response:
    """The document with the words start..end marked. An impossible span marks nothing, an impossible page is the first."""
    generation = library.generation()
    one = found(library, identifier)
    view = View.read(one, (start, end, wording), ansicht, q.strip()[:_LONGEST_QUERY])
    hits = words_found(generation, view.q, one.text) if view.q else []
    number = _page_number(one, view, seite, hits)
    values = _values(request, one, view, number) | {
        "hits": len(hits),
        "hit_pages": view.pages_of(hits),
    }
    if view.original:
        pages = [page_view(one, one.pages[number - 1], view.span, hits, target=not view.boxes_on(number))]
        values |= {"original": original_page(view, number, hits)}
    else:
        pages = page_views(one, view.span, hits)
    return page(request, "document.html", values=values | {"pages": pages})


@router.get("/dokumente/{identifier}/seite", dependencies=[counted("read")])
@router.get("/dokumente/{identifier}/seite/{number}", dependencies=[counted("read")])
def document_page(
    request: Request,
    library: LibraryDep,
    identifier: str,
    number: str = "",
    start: Given = "",
    end: Given = "",
    wording: Given = "",
    ansicht: Given = "",
    teil: Given = "",
) -> Response:
    """One page, that of the marked words if none is named. ``teil``: without the frame of the site, for a page that is open."""
    one = found(library, identifier)
    view = View.read(one, (start, end, wording), ansicht, "")
    shown = _page_number(one, view, number, [])
    if number not in ("", str(shown)):
        raise NotFound(what=f"{one.title}, {number}")
    values = _values(request, one, view, shown) | {
        "part": bool(teil),
        "original": original_page(view, shown, []) if view.original else None,
        "page": page_view(one, one.pages[shown - 1], view.span, target=not view.original),
    }
    return page(request, "document_page.html", values=values)


def _values(request: Request, one: Document, view: View, number: int) -> dict[str, object]:
    unread = next((note.partition(":")[2] for note in one.notes if note.startswith("pages_without_text")), "")
    return {
        "source": source(one, Texts(language_of_request(request))),
        "document": one,
        "paper": one.paper,
        "view": view,
        "number": number,
        "label": one.pages[number - 1].label,
        "count": len(one.pages),
        "drawable": has_original(one),
        "quote_page": one.page_at(view.span[0]) if view.span else None,
        "file_name": one.file.name.rsplit("/", 1)[-1],
        "unread": unread.replace(",", ", "),
    }


def words_found(generation: Generation, query: str, text: str) -> list[tuple[int, int]]:
    """The words of a text that share a stem or a part with one of the query's, or hold one of them, in order."""
    parts = {form for word in words(query) for form in (word, stem(word)) if can_be_part(form)}
    found = list(_WORD.finditer(text)) if parts else []
    holding = {word: any(part in fold(word) for part in parts) for word in {match.group() for match in found}}
    inside = {match.span() for match in found if holding[match.group()]}
    return sorted(inside.union(highlights(generation, query, text)))[:_MOST_MARKED]


def _page_number(one: Document, view: View, asked: str, hits: list[tuple[int, int]]) -> int:
    """The page asked for, else that of the first word found, else of the marked words, else the first."""
    if _NUMBER.fullmatch(asked) and 1 <= int(asked) <= len(one.pages):
        return int(asked)
    at = hits[0][0] if hits else view.span[0] if view.span else 0
    return one.page_at(at).number if at else 1
