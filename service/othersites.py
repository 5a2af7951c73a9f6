"""Requests from pages of other sites: those that are allowed may read what they ask for, others are refused."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.embedding import ASKING, is_interface, preflight_headers, shared_headers
from service.errors import ForeignSite
from service.origins import foreign_origin
from service.problems import problem_response
from service.settings import ServiceSettings


class OtherSites:
    """Plain ASGI, so that streams pass through unbuffered."""

    def __init__(self, app: ASGIApp, settings: ServiceSettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_interface(scope["path"]):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = foreign_origin(headers)
        added = shared_headers(scope["path"], headers, self._settings)
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
            app = Response(status_code=204, headers=dict(preflight_headers(headers, self._settings)))
        await app(scope, receive, shared)
