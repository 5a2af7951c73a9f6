"""The live generation of an index on a server.

What every question needs (terms, groups of near-duplicates) is read once and held in memory; documents, passages, posting lists
and vectors stay on the server.
"""

from __future__ import annotations

import hashlib
import io
import json
import threading
import time
from collections.abc import Mapping
from datetime import UTC
from typing import Any

import numpy as np
import numpy.typing as npt
from psycopg import errors, sql
from pydantic import SecretStr

from indexer.errors import DatabaseUnusable, EncoderMismatch, IndexDamaged, IndexMissing
from indexer.generation import Generation, Parts, checked, not_too_old
from indexer.lexical import Bm25Index
from indexer.postgres.database import PostgresDatabase
from indexer.postgres.lists import PostgresLists
from indexer.postgres.names import index_schema
from indexer.postgres.pool import Connection, server
from indexer.postgres.publishing import GRAMS, TERMS
from indexer.postgres.vectors import PostgresVectors
from indexer.postings import Postings

_LOOKED = 1.0  # seconds that what was looked up last is believed: requests cost no round trip for it
_NOTHING_THERE = (errors.UndefinedTable, errors.InvalidSchemaName)
_LIVE = "SELECT live, pg_is_in_recovery() FROM ratslotse.indexes WHERE name = %s"
_OPENED = (
    "SELECT g.number, g.schema, g.vectors, g.manifest, g.published, "
    "(SELECT nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'vector'), "
    "pg_is_in_recovery() "
    "FROM ratslotse.indexes i JOIN ratslotse.generations g ON g.index = i.name AND g.number = i.live WHERE i.name = %s"
)


class PostgresIndex:
    """One index on a server. Safe to use from many threads. ``exact_up_to``: see vectors.py."""

    def __init__(self, address: SecretStr, name: str, exact_up_to: int | None = None) -> None:
        """Raises SettingsError if nobody could understand the address."""
        self.name = name
        self._server = server(address)
        self._exact_up_to = exact_up_to
        self._lock = threading.Lock()
        self._seen: str | None = None
        self._failure: DatabaseUnusable | None = None
        self._until = 0.0

    def current(self) -> str | None:
        """The number of the live generation, as it was at most a second ago. Raises DatabaseUnusable."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._failure = None
                try:
                    self._seen = self._looked_up()
                except DatabaseUnusable as error:  # those who waited for this one need not wait for another
                    self._failure = error
                self._until = time.monotonic() + _LOOKED
            if self._failure:
                raise self._failure.with_traceback(None)
            return self._seen

    def open(self, encoder: str | None = None) -> Generation:
        """The live generation. ``encoder``: the name that the searches will use.

        Raises IndexMissing, IndexDamaged, IndexTooNew, IndexTooOld, EncoderMismatch, DatabaseUnusable.
        """
        number, schema, vectors, text, published, extension = self._server.read(self._found)
        where = f"{self._server.shown} {self.name}/{number}"
        manifest = not_too_old(checked(json.loads(text), where), where)
        if encoder is not None and manifest["encoder"] != encoder:
            raise EncoderMismatch(index=where, built_with=manifest["encoder"], asked_for=encoder)
        database = PostgresDatabase(self._server, schema)
        files = self._files(schema, manifest, where)
        documents = _array(files["documents.npy"])
        parts = Parts(
            manifest,
            published.astimezone(UTC).isoformat(timespec="seconds"),
            database,
            PostgresVectors(
                self._server,
                sql.Identifier(schema, "passages"),
                sql.Identifier(index_schema(self.name), vectors),
                extension,
                _bodies(database, documents),
                self._exact_up_to,
            ),
            Bm25Index(self._postings(schema, files, TERMS), self._postings(schema, files, GRAMS), int(manifest["passages"])),
            files["vocabulary.txt"].decode(),
            documents,
            _array(files["groups.npy"]),
        )
        return Generation(self.name, number, where, parts)

    def _looked_up(self) -> str | None:
        """What is known already never becomes older because a standby lags behind: then the primary decides."""
        if self._seen is not None:
            found, _ = self._server.read(self._live)
            if found is not None and found >= self._seen:
                return found
        found, from_standby = self._server.read(self._live, newest=True)
        if from_standby and (found or "") < (self._seen or ""):
            return self._seen
        return found

    def _live(self, connection: Connection) -> tuple[str | None, bool]:
        """The number, and whether it comes from a standby."""
        try:
            found = connection.execute(_LIVE, [self.name]).fetchone()
        except _NOTHING_THERE:
            found = None
        return found or (None, connection.info.parameter_status("in_hot_standby") == "on")

    def _found(self, connection: Connection) -> tuple[Any, ...]:
        """Not from a standby that lags behind the server that told what is live: then another one is asked."""
        try:
            found = connection.execute(_OPENED, [self.name]).fetchone()
        except _NOTHING_THERE:
            found = None
        if found is None and self._seen is None:
            raise IndexMissing(index=self._server.shown)
        if found is None or (found[-1] and found[0] < (self._seen or "")):
            raise errors.UndefinedTable(f"{self.name}: not there yet")
        return found[:-1]

    def _files(self, schema: str, manifest: Mapping[str, Any], where: str) -> dict[str, bytes]:
        """Part by part, as none is read in one go. Raises IndexDamaged if one differs from what was published."""
        table = sql.Identifier(schema, "files").as_string()
        parts = self._server.read(lambda c: c.execute(f"SELECT name, part FROM {table} ORDER BY name, part").fetchall())  # noqa: S608
        found: dict[str, bytearray] = {name: bytearray() for name, _ in parts}
        query = f"SELECT data FROM {table} WHERE name = %s AND part = %s"  # noqa: S608
        for name, part in parts:
            [(data,)] = self._server.read(lambda c, at=(name, part): c.execute(query, at, binary=True).fetchall())  # type: ignore[misc]
            found[name] += data
        for name, content in found.items():
            if hashlib.sha256(content).hexdigest() != manifest["files"].get(name):
                raise IndexDamaged(index=where, reason=f"{name}: SHA-256")
        return {name: bytes(content) for name, content in found.items()}

    def _postings(self, schema: str, files: Mapping[str, bytes], kind: int) -> Postings:
        folder = f"lexical/{'terms' if kind == TERMS else 'grams'}"
        lists = PostgresLists(self._server, schema, kind)
        offsets, starts = _array(files[f"{folder}/offsets.npy"]), _array(files[f"{folder}/starts.npy"])
        return Postings(files[f"{folder}/terms.txt"], offsets, starts, lists)


def _array(data: bytes) -> npt.NDArray[Any]:
    return np.asarray(np.load(io.BytesIO(data), allow_pickle=False))


def _bodies(database: PostgresDatabase, documents: npt.NDArray[np.int32]) -> tuple[list[str], npt.NDArray[np.int32]]:
    """The names of the bodies, and for each passage the place of its own among them."""
    names = [name for (name,) in database.all("SELECT coalesce(body, '') FROM documents ORDER BY number")]
    known = sorted(set(names))
    places = {name: place for place, name in enumerate(known)}
    return known, np.array([places[name] for name in names], np.int32)[documents]
