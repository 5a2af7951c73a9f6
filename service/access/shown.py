"""Which documents a response shows, noted where pages and answers name one, for the audit log."""

from __future__ import annotations

from contextvars import ContextVar

_noted: ContextVar[set[str] | None] = ContextVar("shown", default=None)


def begin() -> set[str]:
    """From here on what this request shows goes into the set that is returned, from threads and streams of it, too."""
    noted: set[str] = set()
    _noted.set(noted)
    return noted


def note(document: str) -> None:
    """``document``: the id of one whose text or title is about to be shown."""
    noted = _noted.get()
    if noted is not None:
        noted.add(document)
