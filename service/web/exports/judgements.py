"""What readers think of answers, if the operator asked for it: with the question, without an address, for some days."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from typing import Literal

from indexer.database import Row
from service.errors import StateFull
from service.kept.tables import Statements
from service.list_formats import cell
from service.web.exports.records import Record
from service.web.exports.state import State

Verdict = Literal["up", "down"]
Reason = Literal["", "wrong", "incomplete", "misunderstood", "source", "other"]

WORDS = 500  # characters of a reader's own words
_MOST = 50_000  # judgements at a time
_DAY = 86_400
_KEEP = """
INSERT INTO judgements (answer, made, verdict, reason, words, question, outcome, mode) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (answer) DO UPDATE SET made = excluded.made, verdict = excluded.verdict, reason = excluded.reason,
    words = excluded.words, question = excluded.question, outcome = excluded.outcome, mode = excluded.mode
"""


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
        mode = "generated" if record.generated else "quotes"
        row = (record.id, self._state.now, verdict, reason, words, record.question, record.outcome, mode)

        def kept(tables: Statements) -> None:
            self._state.refuse_forgotten(tables, record.basis)
            self._sweep(tables)
            (count,) = tables.one("SELECT count(*) FROM judgements") or (0,)
            if count >= _MOST:
                raise StateFull
            tables.run(_KEEP, row)
            for document in record.basis:
                tables.run("INSERT INTO judged VALUES (?, ?) ON CONFLICT DO NOTHING", [record.id, document])

        self._state.tables.transact(kept, alone=True)

    def withdraw(self, record: Record) -> None:
        def withdrawn(tables: Statements) -> None:
            tables.run("DELETE FROM judgements WHERE answer = ?", [record.id])
            self._sweep(tables)

        if self._state.tables.exist:
            self._state.tables.transact(withdrawn, alone=True)

    def forget(self, documents: Iterable[str]) -> int:
        """Deletes what was said of answers that were made from these documents; returns how many."""

        def forgotten(tables: Statements) -> int:
            of_answers = "DELETE FROM judgements WHERE answer IN (SELECT answer FROM judged WHERE document IN ?s)"
            gone = tables.run(of_answers, [sorted(documents)])
            self._sweep(tables)
            return gone

        return self._state.tables.transact(forgotten, alone=True) if self._state.tables.exist else 0

    def newest(self) -> list[Judgement]:
        def unexpired(tables: Statements) -> list[Row]:
            self._sweep(tables)
            return tables.all("SELECT made, verdict, reason, words, question, outcome, mode FROM judgements ORDER BY made DESC")

        rows = self._state.tables.transact(unexpired, alone=True) if self._state.tables.exist else []
        return [Judgement(datetime.fromtimestamp(made, UTC).isoformat(), *rest) for made, *rest in rows]

    def sweep(self) -> None:
        if self._state.tables.exist:
            self._state.tables.transact(self._sweep, alone=True)

    def _sweep(self, tables: Statements) -> None:
        tables.run("DELETE FROM judgements WHERE made <= ?", [self._state.now - self._days * _DAY])
        tables.run("DELETE FROM judged WHERE answer NOT IN (SELECT answer FROM judgements)")


def as_csv(judgements: Iterable[Judgement]) -> str:
    """For a spreadsheet, with semicolons, as Excel in German parts cells: so none can begin a formula there, either."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";")
    writer.writerow([field.name for field in fields(Judgement)])
    for judgement in judgements:
        writer.writerow(cell(value) for value in astuple(judgement))
    return file.getvalue()
