"""Two clocks. Days, for what expires on one, by the machine's clock; time that passes, by one that nobody can set."""

from __future__ import annotations

import time
from collections.abc import Callable


def passing() -> float:
    """Seconds since the machine was started, those it slept included. Setting its clock does not change them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Now:
    """Seconds since 1970. A clock that is put back does not revive what has expired: time goes on from where it was at the start.

    A clock that was wrong only while it ran ahead is believed again once it is right.
    """

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = passing) -> None:
        self._wall = wall
        self._steady = steady
        self._start = wall() - steady()

    def __call__(self) -> int:
        return int(max(self._wall(), self._start + self._steady()))
