"""Conditions on documents, answered from columns in memory: a filter costs a millisecond, however many documents meet it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from indexer.database import Database
from indexer.vectors import Mask, Rows


@dataclass(frozen=True)
class Filters:
    """Conditions on a passage's document; None: any. ``organization`` is a Gremium of its Beratungsfolge or its author."""

    body: tuple[str, ...] = ()  # any of these
    paper_type: str | None = None
    organization: str | None = None
    status: str | None = None
    date_from: date | None = None
    date_to: date | None = None


ANY = Filters()


class _Column:
    """A property with few values: a number for each document, -1 where it has none."""

    def __init__(self, values: Sequence[str | None]) -> None:
        self.names = sorted({value for value in values if value is not None})
        numbers = {name: number for number, name in enumerate(self.names)}
        self.codes = np.array([-1 if value is None else numbers[value] for value in values], np.int32)

    def is_any(self, names: Iterable[str]) -> Mask:
        return np.isin(self.codes, [self.names.index(name) for name in names if name in self.names])

    def counts(self, documents: Rows) -> Counter[str]:
        codes = self.codes[documents]
        found = np.bincount(codes[codes >= 0], minlength=len(self.names)).tolist()
        return Counter({name: count for name, count in zip(self.names, found, strict=True) if count})


class Columns:
    """What filters and facets ask of the documents of one generation; document n is row n of each column."""

    def __init__(self, database: Database, documents: npt.NDArray[np.int32]) -> None:
        """``documents``: for each passage the number of its document."""
        self._database = database
        self._documents = documents
        found = database.all("SELECT body, paper_type, status, date, paper_id FROM documents ORDER BY number")
        self.documents = len(found)
        bodies, types, states, dates, papers = zip(*found, strict=True) if found else ((),) * 5
        self._columns = {"body": _Column(bodies), "paper_type": _Column(types), "status": _Column(states)}
        self._columns["year"] = _Column([day[:4] if day else None for day in dates])
        self._papers = np.unique(np.array(papers, str), return_inverse=True)[1].astype(np.int32)
        self._days = np.array([date.fromisoformat(day).toordinal() if day else 0 for day in dates], np.int32)

    def names(self, column: str) -> list[str]:
        """The values that a column has, sorted. ``column``: body, paper_type, status or year."""
        return self._columns[column].names

    def organizations(self) -> list[str]:
        """The Gremien of all Beratungsfolgen, sorted."""
        query = "SELECT DISTINCT name FROM organizations WHERE consulted ORDER BY name"
        return [name for (name,) in self._database.all(query)]

    def matching(self, filters: Filters) -> Mask:
        """Which documents meet the conditions."""
        mask = np.ones(len(self._days), bool)
        if filters.body:
            mask &= self._columns["body"].is_any(filters.body)
        if filters.paper_type is not None:
            mask &= self._columns["paper_type"].is_any([filters.paper_type])
        if filters.status is not None:
            mask &= self._columns["status"].is_any([filters.status])
        if filters.organization is not None:
            found = self._database.all("SELECT document FROM organizations WHERE name = ?", [filters.organization])
            mask &= np.isin(np.arange(len(mask)), [number for (number,) in found])
        if filters.date_from is not None:
            mask &= self._days >= filters.date_from.toordinal()
        if filters.date_to is not None:
            mask &= (self._days > 0) & (self._days <= filters.date_to.toordinal())
        return mask

    def dealt_with(self, start: date | None, end: date | None) -> Mask:
        """Which documents are of that time, or were on the agenda of a sitting then. None: open; both ends are included."""
        first, last = start or date.min, end or date.max
        mask = (self._days >= first.toordinal()) & (self._days <= last.toordinal()) & (self._days > 0)
        query = "SELECT DISTINCT document FROM organizations WHERE date BETWEEN ? AND ?"
        mask[[number for (number,) in self._database.all(query, [str(first), str(last)])]] = True
        return mask

    def of(self, documents: Mask) -> Mask:
        """Which passages are of these documents."""
        return np.asarray(documents[self._documents])

    def rows(self, filters: Filters) -> Mask:
        """Which passages are of such documents."""
        return self.of(self.matching(filters))

    def documents_of(self, rows: Rows) -> Rows:
        """The documents of passages, each once, ascending."""
        return np.unique(self._documents[rows]).astype(np.int64)

    def numbers_of(self, rows: Rows) -> npt.NDArray[np.int32]:
        """The number of the document of each passage."""
        return self._documents[rows]

    def firsts(self, rows: Rows) -> Rows:
        """Of ascending rows the first of each document."""
        return rows[np.unique(self._documents[rows], return_index=True)[1]]

    def papers_of(self, rows: Rows) -> npt.NDArray[np.int32]:
        """A number for the paper of each passage, the same for all its documents."""
        return np.asarray(self._papers[self._documents[rows]])

    def facets(self, rows: Rows) -> dict[str, list[tuple[str, int]]]:
        """For each field its values among the passages' documents, most frequent first; a document counts once."""
        documents = self.documents_of(rows)
        counts = {name: self._columns[name].counts(documents) for name in ("body", "paper_type", "status", "year")}
        counts["organization"] = self._consulted(documents.tolist())
        order = ("body", "paper_type", "organization", "status", "year")
        return {name: sorted(counts[name].items(), key=lambda item: (-item[1], item[0])) for name in order}

    def newest_first(self, rows: Rows) -> npt.NDArray[np.int64]:
        """Places of the rows by the date of their document, those without one last, equal dates in the order given."""
        return np.argsort(-self._days[self._documents[rows]], kind="stable")

    def _consulted(self, documents: list[int]) -> Counter[str]:
        query = "SELECT DISTINCT document, name FROM organizations WHERE consulted AND document IN ?s"
        return Counter(name for _, name in self._database.all(query, [documents]))
