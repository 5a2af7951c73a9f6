"""Requests from pages of other sites: those that are allowed may read what the widget asks for, others are refused."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.embedding import ASKING, SHARED, shared_headers
from service.errors import ForeignSite
from service.origins import foreign_origin
from service.problems import problem_response

_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "content-type",
    "Access-Control-Max-Age": "600",
}


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
            app = problem_response(Request(scope), ForeignSite())
        elif preflight and added:
            app = Response(status_code=204, headers=dict(_PREFLIGHT))
        await app(scope, receive, shared)
