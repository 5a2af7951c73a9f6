"""The gate that every request passes: who asks, may they do this, and what must be written down before they see it."""

from __future__ import annotations

from asyncio import to_thread

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from indexer.errors import RatslotseError
from service.access import shown
from service.access.clock import passing
from service.access.control import Access
from service.access.errors import KeyRefused, SessionEnded
from service.access.readers import ANONYMOUS
from service.access.scopes import UNASKED, check_scope
from service.errors import ForeignForm, TooMany
from service.origins import same_origin
from service.problems import problem_response
from service.rates import count
from service.runtime import Runtime
from service.streaming import wants_stream

_STILL = 0.5  # seconds of a stream after which a reader's right is looked at again
_READING = ("GET", "HEAD", "OPTIONS")


class Gate:
    """Plain ASGI, so that streams pass through unbuffered."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(UNASKED):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        told = _Told(request, self._access, send)
        try:
            shows = "authorization" in request.headers or "cookie" in request.headers  # only then what is kept of them is read
            reader = await to_thread(self._access.reader, request) if shows else self._access.reader(request)
            check_scope(reader, scope["path"])
            if reader.kind == "login" and scope["method"] not in _READING and not same_origin(request.headers):
                raise ForeignForm
        except RatslotseError as error:
            if isinstance(error, KeyRefused | SessionEnded):
                error = _counted(error, request)
            response = problem_response(request, error)
            if isinstance(error, SessionEnded) and not wants_stream(request):  # the page around the stream is then asked for anew
                response.headers.append("Set-Cookie", self._access.sessions.forget)
            await response(scope, receive, told)
            return
        request.state.reader = told.reader = reader
        if reader.sees_hidden:
            told.shown = shown.begin()
        await self._app(scope, receive, told)
        await told.end(scope, receive)


def _counted(refusal: RatslotseError, request: Request) -> RatslotseError:
    """A key or cookie that is no good counts for the address, as reading does without one; too many are told only that."""
    try:
        count("read", request, ANONYMOUS)
    except TooMany as error:
        return error
    return refusal


class _Told:
    """What the reader is sent: kept by no cache if it may hold what is not public, and audited before it leaves."""

    def __init__(self, request: Request, access: Access, send: Send) -> None:
        self.reader = ANONYMOUS
        self.shown: set[str] = set()
        self._request = request
        self._access = access
        self._send = send
        self._audited: set[str] = set()
        self._checked = passing()
        self._begun = False
        self._refusal: RatslotseError | None = None

    async def __call__(self, message: Message) -> None:
        if self._refusal is None and self.shown > self._audited:
            try:
                await to_thread(self._audit)
            except RatslotseError as error:
                self._refusal = error
        if self._begun and self.reader.sees_hidden and passing() - self._checked > _STILL:
            self._checked = passing()
            if await to_thread(self._access.reader, self._request) != self.reader:
                raise KeyRefused
        if self._refusal is not None:
            if self._begun:
                raise self._refusal  # the stream breaks off
            return  # end() answers instead
        if message["type"] == "http.response.start":
            self._begun = True
            headers = MutableHeaders(scope=message)
            headers.add_vary_header("Authorization")
            headers.add_vary_header("Cookie")
            if self.reader.sees_hidden or self.reader.kind == "login":
                headers["Cache-Control"] = "private, no-store"
        await self._send(message)

    async def end(self, scope: Scope, receive: Receive) -> None:
        if self._refusal is not None and not self._begun:
            response = problem_response(self._request, self._refusal)
            response.headers["Cache-Control"] = "private, no-store"
            await response(scope, receive, self._send)

    def _audit(self) -> None:
        """Raises AuditUnusable: what cannot be written down is not shown."""
        new = set(self.shown) - self._audited
        runtime: Runtime = self._request.app.state.runtime
        hidden = sorted(one for one in new if not runtime.public.holds(one))
        if hidden:
            self._access.audit("access", self.reader.name, hidden)
        self._audited |= new
