"""Work for a reader who may leave, which then ends at once; and a response that is a stream of events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing, suppress
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

Result = TypeVar("Result")

HEARTBEAT = 15.0  # seconds; proxies cut connections that are silent for long


class ReaderLeft(Exception):
    """Nobody waits for the result any more."""


async def while_there(receive: Receive, work: Coroutine[Any, Any, Result]) -> Result:
    """The result of the work. Raises ReaderLeft as soon as the reader is gone; the work has then been cancelled and has ended."""
    working, leaving = asyncio.create_task(work), asyncio.create_task(_left(receive))
    try:
        await asyncio.wait([working, leaving], return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ReaderLeft
        return working.result()
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class EventStream(StreamingResponse):
    """Server-sent events, with a comment now and then that keeps the line open. Proxies are told not to collect them."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[bytes, None]) -> None:
        super().__init__(events, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._events = events

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        with suppress(ReaderLeft):
            await while_there(receive, self._sent(send))

    async def _sent(self, send: Send) -> None:
        beats = asyncio.create_task(_beats(send))
        try:
            async with aclosing(self._events):  # also if sending is what ends
                await self.stream_response(send)
        finally:
            beats.cancel()


def wants_stream(request: Request) -> bool:
    """Whether the reader accepts events in place of one whole answer."""
    accepted = request.headers.get("accept", "").split(",")
    return any(kind.partition(";")[0].strip().lower() == EventStream.media_type for kind in accepted)


async def _beats(send: Send) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT)
        await send({"type": "http.response.body", "body": b": \n\n", "more_body": True})
