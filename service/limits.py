"""How large a request may be. Refused before anything of it is read."""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from service.errors import TooLarge
from service.problems import problem_response

LARGEST_BODY = 100_000  # bytes: a question with its history


class SmallRequests:
    """Refuses bodies of more than LARGEST_BODY bytes by their announced length; a body must announce it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            length = headers.get("content-length", "0")
            if "transfer-encoding" in headers or not length.isdecimal() or int(length[:20]) > LARGEST_BODY:
                response = problem_response(Request(scope), TooLarge(limit=LARGEST_BODY // 1000))
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)
