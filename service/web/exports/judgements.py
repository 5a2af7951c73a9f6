"""What readers think of answers, if the operator asked for it: with the question, without an address, for some days."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from typing import Literal

from service.errors import StateFull
from service.list_formats import cell
from service.web.exports.records import Record
from service.web.exports.state import State

Verdict = Literal["up", "down"]
Reason = Literal["", "wrong", "incomplete", "misunderstood", "source", "other"]

WORDS = 500  # characters of a reader's own words
_MOST = 50_000  # judgements at a time
_DAY = 86_400


@dataclass(frozen=True)
class Judgement:
    made: str  # ISO time
    verdict: str
    reason: str
    words: str
    question: str
    outcome: str
    mode: str  # "generated" if a language model worded the answer, else "quotes"


class Judgements:
    def __init__(self, state: State, days: int) -> None:
        self._state = state
        self._days = days

    def keep(self, record: Record, verdict: Verdict, reason: Reason, words: str) -> None:
        """One for each answer, the last one. Raises AnswerUnknown, StateFull, StateUnusable."""
        self._state.refuse_forgotten(record.basis)
        mode = "generated" if record.generated else "quotes"
        row = (record.id, self._state.now, verdict, reason, words, record.question, record.outcome, mode)
        with self._state.opened() as database:
            self._sweep(database)
            (count,) = database.execute("SELECT count(*) FROM judgements").fetchone()
            if count >= _MOST:
                raise StateFull
            database.execute("INSERT OR REPLACE INTO judgements VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            basis = [(record.id, document) for document in record.basis]
            database.executemany("INSERT OR IGNORE INTO judged VALUES (?, ?)", basis)

    def withdraw(self, record: Record) -> None:
        if self._state.exists:
            with self._state.opened() as database:
                database.execute("DELETE FROM judgements WHERE answer = ?", (record.id,))
                self._sweep(database)

    def forget(self, documents: Iterable[str]) -> int:
        """Deletes what was said of answers that were made from these documents; returns how many."""
        if not self._state.exists:
            return 0
        with self._state.opened() as database:
            of_answers = "DELETE FROM judgements WHERE answer IN (SELECT answer FROM judged WHERE document = ?)"
            gone = database.executemany(of_answers, [(document,) for document in documents]).rowcount
            self._sweep(database)
        return gone

    def newest(self) -> list[Judgement]:
        if not self._state.exists:
            return []
        with self._state.opened() as database:
            self._sweep(database)
            query = "SELECT made, verdict, reason, words, question, outcome, mode FROM judgements ORDER BY made DESC"
            rows = database.execute(query).fetchall()
        return [Judgement(datetime.fromtimestamp(made, UTC).isoformat(), *rest) for made, *rest in rows]

    def sweep(self) -> None:
        if self._state.exists:
            with self._state.opened() as database:
                self._sweep(database)

    def _sweep(self, database: sqlite3.Connection) -> None:
        database.execute("DELETE FROM judgements WHERE made <= ?", (self._state.now - self._days * _DAY,))
        database.execute("DELETE FROM judged WHERE answer NOT IN (SELECT answer FROM judgements)")


def as_csv(judgements: Iterable[Judgement]) -> str:
    """For a spreadsheet, with semicolons, as Excel in German parts cells: so none can begin a formula there, either."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";")
    writer.writerow([field.name for field in fields(Judgement)])
    for judgement in judgements:
        writer.writerow(cell(value) for value in astuple(judgement))
    return file.getvalue()
