"""The widget for other sites: its address that never changes, and the chat as a page that those sites may frame."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.api.dependencies import LibraryDep, RuntimeDep
from service.embedding import WIDGET_FILE, framed_by
from service.questions import LONGEST, bodies
from service.rates import counted
from service.texts import notice_key, say
from service.web.language import language_of_request
from service.web.rendering import page, static_url, static_version

router = APIRouter(include_in_schema=False)

_SCRIPT_SECONDS = 600  # a host's pages follow an update within ten minutes


@router.get("/widget.js")
def script(request: Request) -> Response:
    """The module that sites name. It leads to the files of this version, which browsers keep for good."""
    tag = f'"{static_version()}"'
    headers = {**WIDGET_FILE, "Cache-Control": f"public, max-age={_SCRIPT_SECONDS}", "ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(f'import "{static_url("widget.js")}";\n', media_type="text/javascript", headers=headers)


@router.get("/einbetten", dependencies=[counted("read")])
def frame(
    request: Request, runtime: RuntimeDep, library: LibraryDep, mode: Literal["chat", "search"] = "chat", body: str = ""
) -> Response:
    """The widget in a page of its own, for sites that allow no scripts: they show it in an iframe.

    Without JavaScript it is a form, whose answer opens in a tab of its own.
    """
    known = bodies(library.generation())
    notice = say(notice_key(library.generator is not None), language_of_request(request))
    values = {"mode": mode, "body": body if body in known else "", "limit": LONGEST, "notice": notice}
    response = page(request, "embed.html", values=values)
    response.headers.update(framed_by(runtime.settings.widget_sites))
    return response
