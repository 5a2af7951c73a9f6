"""What a reader asked the search for, as its address says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import get_args
from urllib.parse import urlencode

from indexer.filters import Filters
from indexer.status import Status

FILTERS = ("body", "paper_type", "organization", "status", "year", "date_from", "date_to")


@dataclass(frozen=True)
class SearchForm:
    """Values that mean nothing are dropped: a mistyped link still shows a result. ``aehnlich``: id of a paper."""

    q: str = ""
    body: str = ""
    paper_type: str = ""
    organization: str = ""
    status: str = ""
    year: str = ""
    date_from: str = ""
    date_to: str = ""
    sort: str = ""
    aehnlich: str = ""
    seite: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> SearchForm:
        values = {name: query.get(name, "").strip() for name in ("q", *FILTERS, "sort", "aehnlich")}
        values["status"] = values["status"] if values["status"] in get_args(Status) else ""
        values["year"] = values["year"] if re.fullmatch(r"[12][0-9]{3}", values["year"]) else ""
        values["sort"] = "date" if values["sort"] == "date" else ""
        values |= {name: str(_day(values[name]) or "") for name in ("date_from", "date_to")}
        page = query.get("seite", "")
        return cls(**values, seite=max(1, int(page)) if re.fullmatch(r"[0-9]{1,4}", page) else 1)

    @property
    def asks(self) -> bool:
        """Whether there is anything to search for; a filter alone lists what meets it."""
        return bool(self.q or self.active() or self.aehnlich)

    def active(self) -> dict[str, str]:
        return {name: value for name in FILTERS if (value := getattr(self, name))}

    def filters(self) -> Filters:
        year = int(self.year) if self.year else None
        firsts = [day for day in (_day(self.date_from), date(year, 1, 1) if year else None) if day]
        lasts = [day for day in (_day(self.date_to), date(year, 12, 31) if year else None) if day]
        return Filters(
            (self.body,) if self.body else (),
            self.paper_type or None,
            self.organization or None,
            self.status or None,
            max(firsts, default=None),
            min(lasts, default=None),
        )

    def url(self, path: str = "/suche", **changed: str | int) -> str:
        """The address of this search with changes; without a page number unless one is given."""
        values = {"q": self.q, **self.active(), "sort": self.sort, "aehnlich": self.aehnlich} | changed
        return f"{path}?" + urlencode({name: value for name, value in values.items() if value})


def _day(text: str) -> date | None:
    """A day as browsers send it, or as people write it where the browser has no calendar.

    >>> _day("2024-05-01") == _day("1.5.2024"), _day("bald")
    (True, None)
    """
    if match := re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", text):
        text = f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}"
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None
