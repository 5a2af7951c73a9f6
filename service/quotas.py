"""How many requests one reader may send, so that no script slows the service for others. Without HTTP: see rates.py.

For each kind of request and each reader a bucket, which empties at the rate of the settings. In memory only, and bounded.
"""

from __future__ import annotations

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from service.errors import AllBusy, TooMany

Kind = Literal["ask", "search", "suggest", "read", "export", "share"]
RATES: Mapping[Kind, int] = {"ask": 30, "search": 120, "suggest": 600, "read": 600, "export": 30, "share": 30}
_SECONDS: Mapping[Kind, int] = {"share": 3600}  # in which so many are allowed; else a minute
_MINUTE = 60
_SOON = 5  # seconds until one of many answers has most likely been made
_MOST_READERS = 50_000  # that are remembered; the one unheard of for longest is forgotten first


def quotas(listed: str | None) -> dict[Kind, int]:
    """What "ask=60, search=0" says, with the defaults of the rest. Raises ValueError.

    >>> quotas("ask=60, search=0")["ask"], quotas(None)["search"]
    (60, 120)
    """
    found = dict(RATES)
    for part in filter(None, map(str.strip, (listed or "").split(","))):
        name, _, number = (piece.strip() for piece in part.partition("="))
        kind = next((kind for kind in get_args(Kind) if kind == name), None)
        if kind is None or not number.isdecimal() or int(number) > 1_000_000:
            raise ValueError(f"{part!r}: one of {', '.join(get_args(Kind))}, =, a number")
        found[kind] = int(number)
    return found


@dataclass(frozen=True)
class Allowance:
    """``left``: requests allowed at once. ``full``: seconds until all are. ``wait``: until the next one is; 0: this one was."""

    kind: Kind
    quota: int
    seconds: int
    left: int
    full: int
    wait: int

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers has them."""
        return {
            "RateLimit-Policy": f'"{self.kind}";q={self.quota};w={self.seconds}',
            "RateLimit": f'"{self.kind}";r={self.left};t={self.full}',
        }


class Rates:
    """Used in the event loop alone."""

    def __init__(self, allowed: Mapping[Kind, int], at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        """``at_once``: answers that are made at the same time, for all readers; one has at most half of them."""
        self._allowed = allowed
        self._at_once = at_once
        self._clock = clock
        self._empty: OrderedDict[tuple[Kind, str], float] = OrderedDict()  # when each bucket will be
        self._running: Counter[str] = Counter()

    def take(self, kind: Kind, who: str) -> Allowance | None:
        """Counts a request, unless it is one too many. None: such requests are not counted."""
        quota, seconds = self._allowed[kind], _SECONDS.get(kind, _MINUTE)
        if not quota or not who:
            return None
        now, each = self._clock(), seconds / quota
        empty = max(self._empty.pop((kind, who), now), now)
        fits = empty + each - now <= seconds + each / 1000
        if fits:
            empty += each
        self._empty[kind, who] = empty
        while len(self._empty) > _MOST_READERS:
            self._empty.popitem(last=False)
        left = math.floor((seconds - (empty - now)) / each + 0.001)
        wait = 0 if fits else math.ceil(empty + each - now - seconds)
        return Allowance(kind, quota, seconds, left, math.ceil(empty - now), wait)

    def begin(self, who: str) -> None:
        """An answer begins to be made. Raises AllBusy, TooMany."""
        if self._running.total() >= self._at_once:
            raise AllBusy
        if who and self._running[who] >= max(1, self._at_once // 2):
            raise TooMany(seconds=_SOON)
        self._running[who] += 1

    def end(self, who: str) -> None:
        self._running[who] -= 1
        if not self._running[who]:
            del self._running[who]
