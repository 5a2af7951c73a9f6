"""What was forgotten, kept on the server as well as in the folder of the indexing host: API hosts heed it there.

What one of them does not know it learns from the other, so a list that was lost on one side does not let a document come back.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from indexer import tombstones
from indexer.postgres.connecting import Connection, alone
from indexer.tombstones import Forgotten, Tombstone

_LISTS = ("names", "contents", "withheld")


def share(connection: Connection, folder: Path) -> None:
    """Both hold afterwards what either held. Nothing is written where nothing is new."""
    with alone(connection):
        there, here = load(connection), tombstones.load(folder)
        both = Forgotten([*there.tombstones, *here.tombstones]).tombstones
        if set(both) != set(here.tombstones):
            tombstones.add(folder, there.tombstones)
        _put(connection, set(both) - set(there.tombstones))


def add(known: Forgotten, connection: Connection) -> None:
    with alone(connection):
        there = load(connection).tombstones
        _put(connection, set(Forgotten([*there, *known.tombstones]).tombstones) - set(there))


def load(connection: Connection) -> Forgotten:
    found = connection.execute("SELECT id, made, names, contents, withheld FROM ratslotse.tombstones")
    return Forgotten(Tombstone(identifier, made, *map(frozenset, lists)) for identifier, made, *lists in found)


def take_back(connection: Connection, identifier: str) -> bool:
    """Whether there was a tombstone with this id."""
    return bool(connection.execute("DELETE FROM ratslotse.tombstones WHERE id = %s", [identifier]).rowcount)


def _put(connection: Connection, stones: Iterable[Tombstone]) -> None:
    for one in stones:
        connection.execute(
            "INSERT INTO ratslotse.tombstones (id, made, names, contents, withheld) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (id) DO UPDATE SET (made, names, contents, withheld) = "
            "(excluded.made, excluded.names, excluded.contents, excluded.withheld)",
            [one.id, one.made, *(sorted(getattr(one, name)) for name in _LISTS)],
        )
