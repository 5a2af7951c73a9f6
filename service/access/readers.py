"""Readers: each request comes from one and sees what their role may see. Who shows nothing is anonymous: what is public."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fastapi import Request

from indexer.store import PUBLIC

ANONYMOUS_ROLE = "anonymous"


@dataclass(frozen=True)
class Reader:
    """``name``: for the audit log, "" if nobody is known. ``collections``: those that the reader's role may see."""

    kind: Literal["anonymous", "key", "login"]
    name: str
    role: str
    collections: frozenset[str]


ANONYMOUS = Reader("anonymous", "", ANONYMOUS_ROLE, frozenset({PUBLIC}))


def reader_of(_: Request) -> Reader:
    """Whom a request comes from."""
    return ANONYMOUS
