"""The allowance of each reader, counted by the routes, and by the gate where it refuses: by key or login, else by address.

Never logged. See quotas.py. Requests from this computer itself, which no server in front sent on, are not counted: there all
readers would be one.
"""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from fastapi import Depends, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.access.readers import Reader, reader_of
from service.api.dependencies import ReaderDep
from service.errors import TooMany
from service.lanes import Work, choose, own_place
from service.quotas import Allowance, Kind, Rates

_NETWORK = 64  # bits of an IPv6 address: one household or office has all that begin so


def who_asks(request: Request, reader: Reader) -> str:
    """Whom a request counts for: a key, a login, else an address or network; "": nobody.

    The address is that of the connection, or the one that a trusted server in front tells.
    """
    if reader.kind != "anonymous":
        return f"{reader.kind} {reader.name}"
    try:
        address = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_loopback:
        return ""
    return str(address) if address.version == 4 else str(ipaddress.ip_network((address, _NETWORK), strict=False))


@dataclass(frozen=True)
class _Counted:
    kind: Kind
    work: Work | None

    async def __call__(self, request: Request, reader: ReaderDep) -> AsyncIterator[None]:
        if not hasattr(request.state, "allowance"):
            count(self.kind, request, reader)
        if self.work is None:
            yield
            return
        async with own_place(self.work):
            yield


def counted(kind: Kind, work: Work | None = "look") -> Any:
    """A dependency of routes: counts requests of a kind, which then wait in their reader's lane. Raises TooMany; of kind "ask"
    also AllBusy. ``work`` None: they wait later, where they are worked on, or for somebody else."""
    return Depends(_Counted(kind, work), scope="function")


class CountedRoute(APIRoute):
    """A route with a body: its requests are counted before that is read, so that to be refused costs the service little."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        kind = next((one.dependency.kind for one in self.dependencies if isinstance(one.dependency, _Counted)), None)

        async def counted_first(request: Request) -> Response:
            if kind:
                count(kind, request, reader_of(request))
            return await handle(request)

        return counted_first


def count(kind: Kind, request: Request, reader: Reader) -> None:
    """Counts a request of a kind; to be called in the event loop. Raises TooMany; of kind "ask" also AllBusy."""
    held: Rates = request.app.state.rates
    who = who_asks(request, reader)
    choose(request.app.state.lanes, who)
    allowance = held.take(kind, who)
    request.state.allowance = allowance
    if allowance is not None and allowance.wait:
        raise TooMany(seconds=allowance.wait)
    if kind == "ask":
        held.begin(who)
        request.state.answering = who


class RateHeaders:
    """Tells each reader what is left of the allowance that the route counted, and that the answer has ended."""

    def __init__(self, app: ASGIApp, rates: Rates) -> None:
        self._app = app
        self._rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state: dict[str, Any] = scope.setdefault("state", {})

        async def told(message: Message) -> None:
            allowance: Allowance | None = state.get("allowance")
            if message["type"] == "http.response.start" and allowance is not None:
                headers = MutableHeaders(scope=message)
                headers.update(allowance.headers)
                if allowance.wait:
                    headers["Retry-After"] = str(allowance.wait)
            await send(message)

        try:
            await self._app(scope, receive, told)
        finally:
            if "answering" in state:
                self._rates.end(state["answering"])
