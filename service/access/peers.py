"""Whose connection a request comes by, before what it says of its way is believed."""

from __future__ import annotations

import os

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware


class Peers:
    """Keeps the address of the connection as ``state["peer"]``; then a server in front on this computer, or one in uvicorn's
    FORWARDED_ALLOW_IPS, may tell the reader's address and scheme (X-Forwarded-For, X-Forwarded-Proto), as uvicorn has it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = ProxyHeadersMiddleware(app, os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1"))  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope.setdefault("state", {})["peer"] = (scope.get("client") or ("",))[0]
        await self._app(scope, receive, send)  # type: ignore[arg-type]
