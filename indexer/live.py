"""Where readers find an index: in a folder, or on a PostgreSQL server."""

from __future__ import annotations

from typing import Protocol

from indexer.generation import Generation
from indexer.settings import Settings
from indexer.store import Collection


class LiveIndex(Protocol):
    """One index, as readers see it. ``name``: see access.reach."""

    name: str

    def current(self) -> str | None:
        """The number of the live generation. Raises DatabaseUnusable."""

    def open(self, encoder: str | None = None) -> Generation:
        """The live generation. ``encoder``: the name that the searches will use. Raises IndexProblem, EncoderMismatch."""


def live_index(settings: Settings, name: str) -> LiveIndex:
    if settings.database is None:
        return Collection(settings.index, name)
    from indexer.postgres.opening import PostgresIndex  # only who has a server needs its client

    return PostgresIndex(settings.database, name)
