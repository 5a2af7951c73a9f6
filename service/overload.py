"""How much is done at once: more is refused at once with 503 and Retry-After, so that what was begun ends in time.

Limits of a single reader are another matter; these protect the machine from all of them together. Health and metrics are
always answered: who watches must see what is going on.
"""

from __future__ import annotations

import asyncio
import resource
import socket
from asyncio import TimerHandle, Transport

import uvicorn
from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from service.errors import Overloaded
from service.incidents import noted
from service.problems import problem_response

MOST = 256  # requests at once, open streams among them
_PATIENCE = 20.0  # seconds for the head of a first request, and again for its body
ACCEPTED = 8  # connections in one go, before anything else is done; asyncio also tries as often while no file can be opened
_KNOCKING = 1_024  # connections that wait to be accepted
_ALWAYS = ("/health/", "/metrics")
_FULL = "\r\n".join(
    (
        "HTTP/1.1 503 Service Unavailable",
        "Content-Length: 0",
        "Connection: close",
        *(f"{name}: {value}" for name, value in Overloaded.headers.items()),
        "\r\n",
    )
).encode()


class Overload:
    """Plain ASGI, so that streams pass through unbuffered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_ALWAYS):
            await self._app(scope, receive, send)
        elif self._under_way >= MOST:
            await problem_response(Request(scope), Overloaded())(scope, receive, send)
        else:
            self._under_way += 1
            try:
                await self._app(scope, _hurried(receive), send)
            finally:
                self._under_way -= 1


def _hurried(receive: Receive) -> Receive:
    """A body that does not arrive in time counts as a reader who left; once it is there, nothing hurries."""
    whole = False

    async def received() -> Message:
        nonlocal whole
        if whole:
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), _PATIENCE)
        except TimeoutError:
            return {"type": "http.disconnect"}
        whole = not message.get("more_body", False)
        return message

    return received


class Server(uvicorn.Server):
    """Lets more connections wait than it accepts in one go, for which asyncio knows one number only."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for one in sockets or ():
            one.listen(_KNOCKING)


class Connection(H11Protocol):
    """Closes a connection on which no request arrives; uvicorn itself does so only after the first one. One too many is refused:
    they may take a third of the files that the process may open, so that enough are left to answer with."""

    _silence: TimerHandle

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._silence = self.loop.call_later(_PATIENCE, self._close_if_silent)
        if len(self.connections) > resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 3:
            noted(Overloaded.code, Overloaded.status, "connection")
            transport.write(_FULL)
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._silence.cancel()
        super().connection_lost(exc)

    def _close_if_silent(self) -> None:
        if getattr(self, "cycle", None) is None:  # no request yet
            self.transport.close()
