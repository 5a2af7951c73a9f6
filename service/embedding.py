"""The widget on other sites: which of them may ask from their pages (CORS), and which may frame the chat.

No credentials are ever allowed: there is none to send. The widget's own files may be loaded from everywhere (web/pages.py):
they hold nothing that is not public, and what they ask for is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import ForeignSite, problem
from service.headers import HEADERS
from service.origins import foreign_origin
from service.web.language import language_of_request

SHARED = frozenset(f"/api/v1/{name}" for name in ("about", "ask", "search", "suggest"))  # what the widget asks
ASKING = "/api/v1/ask"  # it makes work, so a page of a site that is not allowed is refused, not only kept from reading

WIDGET_FILE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}  # headers of its own files
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "content-type",
    "Access-Control-Max-Age": "600",
}


def shared_headers(path: str, headers: Headers, allowed: frozenset[str]) -> Mapping[str, str]:
    """What lets the page of an allowed site read the response; nothing for all others."""
    origin = foreign_origin(headers)
    return {"Access-Control-Allow-Origin": origin} if path in SHARED and origin in allowed and origin is not None else {}


def framed_by(allowed: frozenset[str]) -> Mapping[str, str]:
    """Security headers of a page that allowed sites may show in a frame."""
    name = "Content-Security-Policy"
    ancestors = " ".join(sorted(allowed)) or "'none'"
    return {name: HEADERS[name].replace("frame-ancestors 'none'", f"frame-ancestors {ancestors}")}


class OtherSites:
    """Plain ASGI, so that streams pass through unbuffered."""

    def __init__(self, app: ASGIApp, allowed: frozenset[str]) -> None:
        self._app = app
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in SHARED:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = foreign_origin(headers)
        added = shared_headers(scope["path"], headers, self._allowed)
        preflight = scope["method"] == "OPTIONS" and "access-control-request-method" in headers

        async def shared(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = MutableHeaders(scope=message)
                told.add_vary_header("Origin")
                told.update(added)
            await send(message)

        app = self._app
        if origin is not None and not added and (preflight or scope["path"] == ASKING):
            app = _refusal(Request(scope))
        elif preflight and added:
            app = Response(status_code=204, headers=dict(_PREFLIGHT))
        await app(scope, receive, shared)


def _refusal(request: Request) -> Response:
    language = language_of_request(request)
    error = ForeignSite()
    title = error.title_en if language == "en" else error.title_de
    body = problem(error.code, title, error.status, error.message(language))
    return JSONResponse(body, error.status, media_type="application/problem+json")
