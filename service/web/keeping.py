"""Answers to take away: files, links to share, judgements. A form brings the signed record of the answer; see exports/."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import JSONResponse, Response

from service.access.errors import SharingRefused
from service.access.readers import ANONYMOUS, Reader
from service.api.dependencies import LibraryDep, ReaderDep, RuntimeDep
from service.errors import NotFound
from service.operator import check_origin
from service.questions import whole
from service.rates import CountedRoute, counted
from service.web.exports.judgements import WORDS, Judgements, Reason, Verdict
from service.web.exports.markdown import markdown
from service.web.exports.pdf import pdf
from service.web.exports.plain import plain
from service.web.exports.records import Record
from service.web.exports.shares import Shares
from service.web.exports.sheets import Sheet, sheet
from service.web.exports.tools import AnswerTools
from service.web.exports.word import word
from service.web.language import chosen_language, language_of_request, with_language
from service.web.rendering import environment, page, site_address
from service.web.texts import Texts

router = APIRouter(include_in_schema=False, route_class=CountedRoute)

Format = Literal["txt", "md", "docx", "pdf", "html"]
Tokens = Annotated[list[str] | None, Form()]

_PRIVATE = {"Cache-Control": "no-store"}
_HIDDEN = _PRIVATE | {"X-Robots-Tag": "noindex, nofollow, noarchive", "Referrer-Policy": "no-referrer"}
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _html(one: Sheet) -> bytes:
    """For the clipboard: no style, nothing that could be loaded."""
    return environment().get_template("sheet.html").render(sheet=one, t=Texts(one.language)).encode()


_WRITERS: dict[Format, tuple[str, Callable[[Sheet], bytes]]] = {
    "txt": ("text/plain; charset=utf-8", lambda one: plain(one).encode()),
    "md": ("text/markdown; charset=utf-8", lambda one: markdown(one).encode()),
    "docx": (_DOCX, word),
    "pdf": ("application/pdf", pdf),
    "html": ("text/html; charset=utf-8", _html),
}


@router.post("/antwort/export", dependencies=[counted("export", "file")])
def export(
    request: Request,
    library: LibraryDep,
    reader: ReaderDep,
    token: Annotated[str, Form()],
    format: Annotated[Format, Form()],
    earlier: Tokens = None,
    conversation: Annotated[str, Form()] = "",
) -> Response:
    """An answer as a file, with the earlier ones of the conversation if the reader wants them."""
    tools: AnswerTools = request.app.state.tools
    records = _records(tools, reader, token, earlier if conversation else None)
    made = sheet(records, library.generation(), tools.frame(site_address(request), reader))
    media_type, write = _WRITERS[format]
    name = f"auskunft-{made.moment:%Y-%m-%d}.{format}"
    headers = _PRIVATE | {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(write(made), media_type=media_type, headers=headers)


@router.post("/antwort/teilen", dependencies=[counted("share"), Depends(check_origin)])
def share(
    request: Request,
    reader: ReaderDep,
    token: Annotated[str, Form()],
    earlier: Tokens = None,
    conversation: Annotated[str, Form()] = "",
) -> Response:
    """Stores the answer and tells its link, once, with the one that revokes it. Everybody may follow it, so what it shows must
    be public."""
    tools: AnswerTools = request.app.state.tools
    shares = _shares(request)
    if reader.sees_hidden:
        raise SharingRefused
    stored = shares.add(_records(tools, reader, token, earlier if conversation else None))
    base = site_address(request)
    chosen = chosen_language(request)
    address = with_language(f"{base}/geteilt/{stored.id}", chosen)
    revoking = with_language(f"{base}/geteilt/{stored.id}/widerrufen/{stored.secret}", chosen)
    expires = Texts(language_of_request(request)).date(stored.expires.date())
    values = {"address": address, "revoking": revoking, "expires": expires}
    if _wants_json(request):
        return JSONResponse(values, headers=_HIDDEN)
    response = page(request, "shared_link.html", values=values)
    response.headers.update(_HIDDEN)
    return response


@router.get("/geteilt/{identifier}", dependencies=[counted("read")])
def shared(request: Request, runtime: RuntimeDep, identifier: str) -> Response:
    """A shared answer, its sources checked anew; whoever looks, as everybody may see it."""
    tools: AnswerTools = request.app.state.tools
    found = _shares(request).find(identifier)
    if found is None:
        raise NotFound(what=request.url.path)
    records, expires = found
    made = sheet(records, runtime.public.generation(), tools.frame(site_address(request), ANONYMOUS))
    texts = Texts(made.language)
    expiry = Texts(language_of_request(request)).date(expires.date())
    response = page(request, "shared.html", values={"sheet": made, "texts": texts, "expires": expiry})
    response.headers.update(_HIDDEN)
    return response


@router.get("/geteilt/{identifier}/widerrufen/{secret}", dependencies=[counted("read")])
def ask_to_revoke(request: Request, identifier: str, secret: str) -> Response:
    if not _shares(request).has(identifier, secret):
        raise NotFound(what=request.url.path)
    return _told(request, "revoke_title", "revoke_text", button="revoke_button")


@router.post("/geteilt/{identifier}/widerrufen/{secret}", dependencies=[counted("read"), Depends(check_origin)])
def revoke(request: Request, identifier: str, secret: str) -> Response:
    if not _shares(request).revoke(identifier, secret):
        raise NotFound(what=request.url.path)
    return _told(request, "revoke_title", "revoked")


@router.post("/antwort/urteil", dependencies=[counted("share"), Depends(check_origin)])
def judge(
    request: Request,
    reader: ReaderDep,
    token: Annotated[str, Form()],
    verdict: Annotated[Verdict | Literal["none"], Form()],
    reason: Annotated[Reason, Form()] = "",
    words: Annotated[str, Form(max_length=WORDS)] = "",
) -> Response:
    """Keeps what a reader thinks of an answer, or takes it away again."""
    tools: AnswerTools = request.app.state.tools
    record, judgements = tools.opened(token, reader.reach), _judgements(request)
    if verdict == "none":
        judgements.withdraw(record)
    else:
        judgements.keep(record, verdict, reason, whole(words).strip())
    key = "judged_withdrawn" if verdict == "none" else "judged"
    if _wants_json(request):
        return JSONResponse({"said": Texts(language_of_request(request))(key)}, headers=_PRIVATE)
    return _told(request, "judge_title", key, token=token if verdict != "none" else "")


def _records(tools: AnswerTools, reader: Reader, token: str, earlier: Sequence[str] | None) -> list[Record]:
    """The same answer is told once, wherever it comes."""
    records = [tools.opened(one, reader.reach) for one in [*(earlier or ()), token]]
    return list({record.id: record for record in records}.values())


def _shares(request: Request) -> Shares:
    tools: AnswerTools = request.app.state.tools
    if tools.shares is None:
        raise NotFound(what=request.url.path)
    return tools.shares


def _judgements(request: Request) -> Judgements:
    tools: AnswerTools = request.app.state.tools
    if tools.judgements is None:
        raise NotFound(what=request.url.path)
    return tools.judgements


def _told(request: Request, title: str, text: str, *, button: str = "", token: str = "") -> Response:
    """A small page that says what was done or asks whether it is to be done."""
    values = {"title": title, "text": text, "button": button, "token": token}
    response = page(request, "told.html", values=values)
    response.headers.update(_HIDDEN)
    return response


def _wants_json(request: Request) -> bool:
    return request.headers.get("accept", "") == "application/json"
