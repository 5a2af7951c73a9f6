"""Readers: each request comes from one and sees what their role may see. Who shows nothing is anonymous: what is public."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fastapi import Request

from indexer import access
from service.access.errors import ScopeMissing

Scope = Literal["ask", "search", "documents"]
SCOPES: tuple[Scope, ...] = ("ask", "search", "documents")


@dataclass(frozen=True)
class Reader:
    """``name``: for the audit log, "" if nobody is known; of keys it is unique. ``collections``: those that the role may see.

    ``scopes``: what a key is for; people may do everything. ``mark``: changes with every login, "" without one.
    """

    kind: Literal["anonymous", "key", "login"]
    name: str
    role: str
    collections: frozenset[str]
    scopes: frozenset[Scope] = frozenset(SCOPES)
    mark: str = ""

    @property
    def reach(self) -> str:
        """The name of the index that answers them."""
        return access.reach(self.collections)

    @property
    def sees_hidden(self) -> bool:
        """Whether they may see papers that are not public."""
        return self.reach != access.PUBLIC

    def demand(self, scope: Scope) -> None:
        """Raises ScopeMissing if this is a key for something else."""
        if scope not in self.scopes:
            raise ScopeMissing(scope=scope)


ANONYMOUS = Reader("anonymous", "", access.ANONYMOUS, frozenset({access.PUBLIC}))


def reader_of(request: Request) -> Reader:
    """Whom a request comes from, as gate.py found out."""
    reader: Reader = getattr(request.state, "reader", ANONYMOUS)
    return reader
