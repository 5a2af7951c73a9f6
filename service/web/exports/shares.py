"""Shared answers: a link that nobody can guess, until its day or until it is revoked. Then it is as unknown as any other."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import ValidationError

from indexer.generation import Generation
from service.errors import StateFull
from service.web.exports.records import Place, Record
from service.web.exports.sheets import standing
from service.web.exports.state import State

_MOST = 10_000  # shared answers at a time

_DAY = 86_400


@dataclass(frozen=True)
class Share:
    """``secret``: revokes the link; only its digest is stored."""

    id: str
    secret: str
    expires: datetime


class Shares:
    def __init__(self, state: State, days: int) -> None:
        self._state = state
        self._days = days
        self._swept = ""  # the generation that all shares were compared with

    def add(self, records: Sequence[Record]) -> Share:
        """Raises AnswerUnknown, StateFull, StateUnusable."""
        self._state.refuse_forgotten(identifier for record in records for identifier in record.basis)
        share = Share(secrets.token_urlsafe(16), secrets.token_urlsafe(16), _moment(self._state.now + self._days * _DAY))
        with self._state.opened() as database:
            self._sweep(database)
            (count,) = database.execute("SELECT count(*) FROM shares").fetchone()
            if count >= _MOST:
                raise StateFull
            row = (share.id, _digest(share.secret), _dumped(records), int(share.expires.timestamp()))
            database.execute("INSERT INTO shares VALUES (?, ?, ?, ?)", row)
        self._swept = ""  # the answer may be older than its generation
        return share

    def find(self, identifier: str) -> tuple[list[Record], datetime] | None:
        if not self._state.exists:
            return None
        with self._state.opened() as database:
            self._sweep(database)
            found = database.execute("SELECT records, expires FROM shares WHERE id = ?", (identifier,)).fetchone()
        records = _loaded(found[0]) if found else []
        return (records, _moment(found[1])) if records else None

    def has(self, identifier: str, secret: str) -> bool:
        """Whether there is such a link and this revokes it."""
        return self._state.exists and self._counted("SELECT count(*) FROM shares WHERE id = ? AND secret = ?", identifier, secret)

    def revoke(self, identifier: str, secret: str) -> bool:
        if not self.has(identifier, secret):
            return False
        with self._state.opened() as database:
            database.execute("DELETE FROM shares WHERE id = ? AND secret = ?", (identifier, _digest(secret)))
        return True

    def forget(self, documents: Collection[str]) -> int:
        """Deletes every answer that was made from these documents; returns how many."""
        if not self._state.exists:
            return 0
        with self._state.opened() as database:
            shares = database.execute("SELECT id, records FROM shares").fetchall()
            gone = [(name,) for name, stored in shares if _rests_on(stored, documents)]
            database.executemany("DELETE FROM shares WHERE id = ?", gone)
        return len(gone)

    def sweep(self, generation: Generation) -> None:
        """Deletes what has expired, and of the rest what rests on documents that were withdrawn or changed since."""
        if not self._state.exists:
            return
        with self._state.opened() as database:
            self._sweep(database)
            shares = database.execute("SELECT id, records FROM shares").fetchall()
        if generation.id == self._swept:
            return
        # Reading documents takes its time, during which others may share.
        left = [(_dumped([redacted(one, generation) for one in _loaded(stored)]), name, stored) for name, stored in shares]
        with self._state.opened() as database:
            changed = [(now, name) for now, name, before in left if now != before]
            database.executemany("UPDATE shares SET records = ? WHERE id = ?", changed)
        self._swept = generation.id

    def _counted(self, query: str, identifier: str, secret: str) -> bool:
        with self._state.opened() as database:
            self._sweep(database)
            (count,) = database.execute(query, (identifier, _digest(secret))).fetchone()
        return bool(count)

    def _sweep(self, database: sqlite3.Connection) -> None:
        database.execute("DELETE FROM shares WHERE expires <= ?", (self._state.now,))


def redacted(record: Record, generation: Generation) -> Record:
    """The record without what it says on the strength of places that are gone; they do not come back, whatever is read later."""
    places, near = ([_kept(place, generation) for place in group] for group in (record.places, record.near))
    gone = any(generation.find(identifier) is None for identifier in record.basis)
    return record.model_copy(
        update={
            "places": tuple(places),
            "near": tuple(near),
            "sentences": tuple(
                one if all(places[number - 1].words for number in one.places) else one.model_copy(update={"text": ""})
                for one in record.sentences
            ),
            "notices": ("",) if gone and record.notices else record.notices,
        }
    )


def _rests_on(stored: str, documents: Collection[str]) -> bool:
    records = _loaded(stored)
    return not records or any(identifier in documents for record in records for identifier in record.basis)


def _kept(place: Place, generation: Generation) -> Place:
    if standing(place, generation.find(place.document)):
        return place
    return place.model_copy(update={"words": "", "reason": ""})


def _dumped(records: Sequence[Record]) -> str:
    return json.dumps([record.model_dump(mode="json") for record in records], ensure_ascii=False)


def _loaded(stored: str) -> list[Record]:
    """None of them if a version of this program stored them that had other fields: as good as expired."""
    try:
        return [Record.model_validate(one) for one in json.loads(stored)]
    except ValidationError:
        return []


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
