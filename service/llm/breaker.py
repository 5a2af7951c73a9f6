"""Spares a server that fails, and readers the wait for it: after failures in a row it is asked only now and then."""

from __future__ import annotations

from collections.abc import Callable

_MOST = 3  # failures in a row
_REST = 10.0  # seconds between two attempts after that: so soon is it noticed that the server is back


class Breaker:
    """``permits`` before each attempt, ``succeeded`` or ``failed`` after it; one that is cancelled counts as neither."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._failures = 0
        self._next = 0.0

    def permits(self) -> bool:
        """Once open, one attempt per rest, whether or not the one before has ended: a server may hang for long."""
        if self._failures < _MOST:
            return True
        if self._now() < self._next:
            return False
        self._next = self._now() + _REST
        return True

    def failed(self) -> None:
        self._failures += 1
        if self._failures == _MOST:
            self._next = self._now() + _REST

    def succeeded(self) -> None:
        self._failures = 0
