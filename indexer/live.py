"""Where readers find an index: in a folder, or on a PostgreSQL server."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from indexer import tombstones
from indexer.access import PUBLIC
from indexer.errors import DatabaseUnusable
from indexer.generation import Generation
from indexer.settings import Settings
from indexer.store import Collection
from indexer.tombstones import Forgotten


class LiveIndex(Protocol):
    """One index, as readers see it. ``name``: see access.reach."""

    name: str

    def current(self) -> str | None:
        """The number of the live generation. Raises DatabaseUnusable."""

    def open(self, encoder: str | None = None) -> Generation:
        """The live generation. ``encoder``: the name that the searches will use. Raises IndexProblem, EncoderMismatch."""


def wait_until_reachable(settings: Settings, tell: Callable[[DatabaseUnusable], None], pause: float = 5.0) -> None:
    """Hosts start in any order: a server that is not there yet is waited for. ``tell`` is called once."""
    index, told = live_index(settings, PUBLIC), False
    while True:
        try:
            index.current()
        except DatabaseUnusable as error:
            if not told:
                tell(error)
            told = True
            time.sleep(pause)
        else:
            return


def forgotten(settings: Settings) -> Forgotten:
    """What must not be shown again, as this host and, for all hosts, the server know it.

    Raises IndexUnusable, DatabaseUnusable.
    """
    here = tombstones.load(settings.state_folder)
    if settings.database is None:
        return here
    from indexer.postgres import forgotten as there
    from indexer.postgres.pool import server

    return Forgotten([*here.tombstones, *server(settings.database).read(there.load).tombstones])


def live_index(settings: Settings, name: str) -> LiveIndex:
    if settings.database is None:
        return Collection(settings.index, name)
    from indexer.postgres.opening import PostgresIndex  # only who has a server needs its client

    return PostgresIndex(settings.database, name)
