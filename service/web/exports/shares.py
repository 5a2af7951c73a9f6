"""Shared answers: a link that nobody can guess, until its day or until it is revoked. Then it is as unknown as any other."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import ValidationError

from indexer.database import Row
from indexer.generation import Generation
from service.errors import StateFull
from service.kept.tables import Statements
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
        share = Share(secrets.token_urlsafe(16), secrets.token_urlsafe(16), _moment(self._state.now + self._days * _DAY))
        basis = {identifier for record in records for identifier in record.basis}

        def added(tables: Statements) -> None:
            self._state.refuse_forgotten(tables, basis)
            self._sweep(tables)
            (count,) = tables.one("SELECT count(*) FROM shares") or (0,)
            if count >= _MOST:
                raise StateFull
            row = (share.id, _digest(share.secret), _dumped(records), int(share.expires.timestamp()))
            tables.run("INSERT INTO shares VALUES (?, ?, ?, ?)", row)

        self._state.tables.transact(added, alone=True)
        self._swept = ""  # the answer may be older than its generation
        return share

    def find(self, identifier: str) -> tuple[list[Record], datetime] | None:
        found = self._found("SELECT records, expires FROM shares WHERE id = ?", identifier)
        records = _loaded(found[0]) if found else []
        return (records, _moment(found[1])) if found and records else None

    def has(self, identifier: str, secret: str) -> bool:
        """Whether there is such a link and this revokes it."""
        return self._found("SELECT id FROM shares WHERE id = ? AND secret = ?", identifier, _digest(secret)) is not None

    def revoke(self, identifier: str, secret: str) -> bool:
        return self._found("DELETE FROM shares WHERE id = ? AND secret = ? RETURNING id", identifier, _digest(secret)) is not None

    def forget(self, documents: Collection[str]) -> int:
        """Deletes every answer that was made from these documents; returns how many."""

        def forgotten(tables: Statements) -> int:
            shares = tables.all("SELECT id, records FROM shares")
            gone = [name for name, stored in shares if _rests_on(stored, documents)]
            return tables.run("DELETE FROM shares WHERE id IN ?s", [gone])

        return self._state.tables.transact(forgotten, alone=True) if self._state.tables.exist else 0

    def sweep(self, generation: Generation) -> None:
        """Deletes what has expired, and of the rest what rests on documents that were withdrawn or changed since."""
        if not self._state.tables.exist:
            return

        def unexpired(tables: Statements) -> list[Row]:
            self._sweep(tables)
            return tables.all("SELECT id, records FROM shares")

        shares = self._state.tables.transact(unexpired)
        if generation.id == self._swept:
            return
        # Reading documents takes its time, during which others may share, and sweep by a newer generation.
        left = [(_dumped([redacted(one, generation) for one in _loaded(stored)]), name, stored) for name, stored in shares]

        def written(tables: Statements) -> None:
            for now, name, before in left:
                if now != before:
                    tables.run("UPDATE shares SET records = ? WHERE id = ? AND records = ?", [now, name, before])

        self._state.tables.transact(written)
        self._swept = generation.id

    def _found(self, query: str, *values: str) -> Row | None:
        def found(tables: Statements) -> Row | None:
            self._sweep(tables)
            return tables.one(query, values)

        return self._state.tables.transact(found) if self._state.tables.exist else None

    def _sweep(self, tables: Statements) -> None:
        tables.run("DELETE FROM shares WHERE expires <= ?", [self._state.now])


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
