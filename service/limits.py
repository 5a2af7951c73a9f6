"""How large a request may be. Refused before anything of it is read."""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from service.errors import TooLarge
from service.problems import problem_response

LARGEST_BODY = 100_000  # bytes: a question with its history
LARGER = {"/v1/chat/completions": 1_000_000}  # chat programs send the whole conversation each time


class SmallRequests:
    """Refuses bodies of more bytes than the path allows by their announced length; a body must announce it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            length = headers.get("content-length", "0")
            limit = LARGER.get(scope["path"], LARGEST_BODY)
            if "transfer-encoding" in headers or not length.isdecimal() or int(length[:20]) > limit:
                response = problem_response(Request(scope), TooLarge(limit=limit // 1000))
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)
