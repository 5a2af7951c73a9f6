"""Brings a server to what the folder of an indexing host holds: index by index, what readers may see no longer first.

An index that is there already, by the digest of what it was made from, is left alone. So a run after one that failed here brings
what that one did not, though nothing changed in the folder. A connection that is lost on the way, as when the primary changes,
takes back what was not committed; it is done again on the server that may write then.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import psycopg
from psycopg import sql
from psycopg.errors import LockNotAvailable

from indexer import tombstones
from indexer.access import PUBLIC, is_joint, reach, reaches
from indexer.postgres import forgotten
from indexer.postgres.connecting import Connection, alone, connect, passes, telling
from indexer.postgres.granting import grant
from indexer.postgres.migrating import migrate
from indexer.postgres.publishing import publish
from indexer.postgres.tidying import remove, tidy
from indexer.reading import Progress
from indexer.settings import Settings
from indexer.store import Collection, collections, joints

PATIENCE = 120.0  # seconds from a lost connection on, in which another primary is looked for
_PAUSE = 1.0

T = TypeVar("T")


class Server:
    """As an indexing host writes to it. Everything raises IndexBusy, IndexTooNew, DatabaseUnfit, DatabaseUnusable."""

    def __init__(self, url: str) -> None:
        """Brings the tables that all indexes share up to date."""
        self._url = url
        migrate(url)

    def run(self, work: Callable[[Connection], T]) -> T:
        """What ``work`` makes of a connection. It may be called several times: it looks first what is done already."""
        until: float | None = None
        with telling(self._url):
            while True:
                try:
                    with connect(self._url) as connection:
                        return work(connection)
                except psycopg.Error as error:
                    # Once a connection was lost, what holds the lock may be what the server has not yet seen the end of.
                    waits = passes(error) or (until is not None and isinstance(error, LockNotAvailable))
                    until = until or time.monotonic() + PATIENCE
                    if not waits or time.monotonic() > until:
                        raise
                    time.sleep(_PAUSE)


def prepare(settings: Settings) -> None:
    """Before a run: tells at once what is wrong with the server, and learns from it what was forgotten."""
    _server(settings).run(lambda connection: forgotten.share(connection, settings.state_folder))


def bring(settings: Settings, progress: Progress) -> None:
    """``progress`` is called after each index."""
    server = _server(settings)
    readers = {reach(parts): len(roles) for parts, roles in reaches(settings.roles).items()}

    def begin(connection: Connection) -> list[Collection]:
        forgotten.share(connection, settings.state_folder)
        _remove_joints(connection, set(readers))
        return _changed(connection, settings, readers)

    changed = server.run(begin)
    for done, index in enumerate(changed, start=1):
        server.run(partial(publish_live, index))
        progress("upload", done, len(changed))
    ids = tombstones.load(settings.state_folder).ids
    server.run(lambda connection: _finish(connection, ids))


def take_back(settings: Settings, identifier: str) -> bool:
    """Whether there was a tombstone with this id."""
    return _server(settings).run(lambda connection: forgotten.take_back(connection, identifier))


def _server(settings: Settings) -> Server:
    assert settings.database is not None  # noqa: S101 (whoever calls has looked)
    return Server(settings.database.get_secret_value())


def publish_live(index: Collection, connection: Connection) -> None:
    """The live generation of a folder, unless the server has it."""
    with alone(connection):
        if live_digests(connection).get(index.name) != local_digest(index):
            publish(connection, index.name, index.folder / "generations" / (index.current() or ""))


def live_digests(connection: Connection) -> dict[str, str]:
    """What each index on the server was made from."""
    query = "SELECT index, manifest::json ->> 'digest' FROM ratslotse.generations WHERE retired IS NULL"
    return dict(connection.execute(query).fetchall())


def local_indexes(root: Path) -> list[Collection]:
    return [*collections(root), *(joint for joint in joints(root) if joint.current())]


def _changed(connection: Connection, settings: Settings, readers: dict[str, int]) -> list[Collection]:
    """In the order of publishing.py: what readers may see no longer goes first, where most read it before all else."""
    held = live_digests(connection)
    changed = [index for index in local_indexes(settings.index) if held.get(index.name) != local_digest(index)]

    def order(index: Collection) -> tuple[bool, bool, int, str]:
        loses = not _ids(connection, index.name) <= index.holds()
        return index.name != PUBLIC, not loses, -readers.get(index.name, 0), index.name

    return sorted(changed, key=order)


def _ids(connection: Connection, index: str) -> set[str]:
    found = connection.execute(
        "SELECT schema FROM ratslotse.generations WHERE index = %s AND retired IS NULL", [index]
    ).fetchone()
    if not found:
        return set()
    query = sql.SQL("SELECT id FROM {}").format(sql.Identifier(found[0], "documents"))
    return {identifier for (identifier,) in connection.execute(query)}


def local_digest(index: Collection) -> str:
    """As the manifest says. Whether it is right is checked when the generation is opened."""
    manifest = index.folder / "generations" / (index.current() or "") / "manifest.json"
    return str(json.loads(manifest.read_text(encoding="utf-8"))["digest"])


def _remove_joints(connection: Connection, needed: set[str]) -> None:
    for (name,) in connection.execute("SELECT name FROM ratslotse.indexes").fetchall():
        if is_joint(name) and name not in needed:
            remove(name, connection)


def _finish(connection: Connection, ids: frozenset[str]) -> None:
    tidy(connection, ids)
    with connection.transaction():
        grant(connection)
