"""Of one reader's requests few are worked on at once; the others wait in a lane of their own, so that nobody else waits for them.

An allowance (quotas.py) may be used up at once, as a page with its pictures does. All readers together share the processor, so
without lanes a hundred searches of one would stand before the next one's. While a language model writes, nobody holds a lane.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar

from service.errors import TooMany

_AT_ONCE = 1  # worked on: whoever comes next shares the processor with one request of each reader
_MOST = 64  # worked on or waiting: a quarter of what the service takes from all (overload.py)
_SOON = 5  # seconds until a lane is most likely empty


class _Lane:
    def __init__(self) -> None:
        self.requests = 0
        self.places = asyncio.Semaphore(_AT_ONCE)


class Lanes:
    """Used in the event loop alone."""

    def __init__(self) -> None:
        self._lanes: dict[str, _Lane] = {}

    @asynccontextmanager
    async def place(self, who: str) -> AsyncIterator[None]:
        """Waits until there is one. Raises TooMany if too many wait. ``who``: "" is nobody and never waits."""
        if not who:
            yield
            return
        lane = self._lanes.setdefault(who, _Lane())
        if lane.requests >= _MOST:
            raise TooMany(seconds=_SOON)
        lane.requests += 1
        try:
            async with lane.places:
                yield
        finally:
            lane.requests -= 1
            if not lane.requests:
                del self._lanes[who]


_chosen: ContextVar[tuple[Lanes, str] | None] = ContextVar("lane", default=None)


def choose(lanes: Lanes, who: str) -> None:
    """Whose lane ``own_place`` waits in from here on, in this request."""
    _chosen.set((lanes, who))


@asynccontextmanager
async def own_place() -> AsyncIterator[None]:
    """A place in the lane of whoever asks. Raises TooMany."""
    lanes, who = _chosen.get() or (Lanes(), "")
    async with lanes.place(who):
        yield
