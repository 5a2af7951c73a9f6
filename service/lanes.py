"""Who is worked on next: of one reader one request of a kind, and of all readers few at once, so that each of them ends soon.

An allowance (quotas.py) may be used up at once, as a page with its pictures does. Without lanes a hundred searches of one reader
would stand before the next one's; with them each reader has one request in the queue, so that readers take turns.

Python computes in one thread at a time: many at once take longer together than one after the other, and a search of
milliseconds among answers takes as long as they do. So those that take long have places of their own. While a language
model writes, nobody holds a lane or place.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Literal

from service.errors import TooMany

Work = Literal["look", "answer", "file", "apart"]

# Compared in benchmarks/results/load.md. "apart": what the disk or another process works on, which has its own limits.
_PLACES: Mapping[Work, int] = {"look": 2, "answer": 1, "file": 1, "apart": 16}
_WAITING = 4  # times as many where the index is on a server: most of the time is spent waiting for it
_MOST = 64  # requests of a reader, worked on or waiting: a quarter of what the service takes from all (overload.py)
_SOON = 5  # seconds until a lane is most likely empty


class _Lane:
    def __init__(self) -> None:
        self.requests = 0
        self.first: dict[Work, asyncio.Lock] = defaultdict(asyncio.Lock)  # a slow picture holds up no search


class Lanes:
    """Used in the event loop alone."""

    def __init__(self, *, on_server: bool = False) -> None:
        self._lanes: dict[str, _Lane] = {}
        more = _WAITING if on_server else 1
        self._places = {work: asyncio.Semaphore(more * number) for work, number in _PLACES.items()}

    @asynccontextmanager
    async def place(self, who: str, work: Work) -> AsyncIterator[None]:
        """Waits until there is one. Raises TooMany if too many of the reader wait. ``who``: "" is nobody and has no lane."""
        async with self._lane(who, work), self._places[work]:
            yield

    @asynccontextmanager
    async def _lane(self, who: str, work: Work) -> AsyncIterator[None]:
        if not who:
            yield
            return
        lane = self._lanes.setdefault(who, _Lane())
        if lane.requests >= _MOST:
            raise TooMany(seconds=_SOON)
        lane.requests += 1
        try:
            async with lane.first[work]:
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
async def own_place(work: Work) -> AsyncIterator[None]:
    """A place for whoever asks. Raises TooMany."""
    lanes, who = _chosen.get() or (Lanes(), "")
    async with lanes.place(who, work):
        yield
