"""Times that a question names: "seit 2021", "letztes Jahr", "im Juli 2022", "zwischen 2019 und 2021", "since 2021".

A bare year is none: "Haushalt 2024" may stand in a paper of 2023.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from indexer.dates import DATE, MONTHS, parse_date

_ENGLISH = "January February March April May June July August September October November December".split()
_MONTHS = {name.lower(): number % 12 + 1 for number, name in enumerate([*MONTHS, *_ENGLISH])}
_YEAR = r"(?P<{}>(?:19|20)\d\d)(?![\w/.-]\d)"
_IN_MONTH = re.compile(rf"\b(?P<month>{'|'.join(_MONTHS)})\s+{_YEAR.format('year')}", re.IGNORECASE)
_FROM = re.compile(rf"\b(?:seit|ab|since|from)\s+(?:dem\s+)?(?:Jahr\s+|Anfang\s+)?{_YEAR.format('year')}", re.IGNORECASE)
_AFTER = re.compile(rf"\b(?:nach|after)\s+(?:dem\s+Jahr\s+)?{_YEAR.format('year')}", re.IGNORECASE)
_UNTIL = re.compile(rf"\b(?:bis|until|up to)\s+(?:zum\s+Jahr\s+|Ende\s+)?{_YEAR.format('year')}", re.IGNORECASE)
_BEFORE = re.compile(rf"\b(?:vor|before)\s+(?:dem\s+Jahr\s+)?{_YEAR.format('year')}", re.IGNORECASE)
_BETWEEN = re.compile(
    rf"\b(?:zwischen|von|between|from)\s+{_YEAR.format('first')}\s*(?:und|bis|and|to|-|–)\s*{_YEAR.format('last')}"
    rf"|\b(?:Jahren|years)\s+{_YEAR.format('first2')}\s*(?:und|bis|and|to|-|–)\s*{_YEAR.format('last2')}",
    re.IGNORECASE,
)
_IN_YEAR = re.compile(rf"\b(?:im\s+Jahre?|im\s+Laufe\s+des\s+Jahres|in|in the year)\s+{_YEAR.format('year')}", re.IGNORECASE)
_RELATIVE = re.compile(
    r"\b(?:(?P<last>letzte[nrsm]?|vergangene[nrsm]?|vorige[nrsm]?|last)|(?P<this>diese[nrsm]?|laufende[nrsm]?|this))\s+"
    r"(?:(?P<year>Jahre?s?|year)|(?P<month>Monate?s?|month))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Period:
    """From ``start`` to ``end``, both included; None: open. ``said`` are the words that name it."""

    start: date | None
    end: date | None
    said: str

    def holds(self, day: date) -> bool:
        return (self.start is None or day >= self.start) and (self.end is None or day <= self.end)


def period_of(text: str, today: date) -> Period | None:
    """The first time that a text names; longer expressions go before the shorter ones inside them.

    >>> period_of("Welche Anträge gab es seit 2021?", date(2024, 5, 1))
    Period(start=datetime.date(2021, 1, 1), end=None, said='seit 2021')
    """
    found = sorted(_periods(text, today), key=lambda period: (text.index(period.said), -len(period.said)))
    return found[0] if found else None


def _periods(text: str, today: date) -> Iterator[Period]:
    for match in _BETWEEN.finditer(text):
        first, last = match["first"] or match["first2"], match["last"] or match["last2"]
        yield Period(date(int(first), 1, 1), date(int(last), 12, 31), match.group())
    for match in DATE.finditer(text):
        if day := parse_date(match):
            yield Period(day, day, match.group())
    for match in _IN_MONTH.finditer(text):
        year, month = int(match["year"]), _MONTHS[match["month"].lower()]
        yield Period(date(year, month, 1), _last_day(year, month), match.group())
    for pattern, after, until in ((_FROM, 0, None), (_AFTER, 1, None), (_UNTIL, None, 0), (_BEFORE, None, -1), (_IN_YEAR, 0, 0)):
        for match in pattern.finditer(text):
            year = int(match["year"])
            start = None if after is None else date(year + after, 1, 1)
            yield Period(start, None if until is None else date(year + until, 12, 31), match.group())
    for match in _RELATIVE.finditer(text):
        yield _relative(match, today)


def _relative(match: re.Match[str], today: date) -> Period:
    if match["year"]:
        year = today.year - bool(match["last"])
        return Period(date(year, 1, 1), date(year, 12, 31), match.group())
    first = today.replace(day=1)
    if match["last"]:
        first = (first - timedelta(days=1)).replace(day=1)
    return Period(first, _last_day(first.year, first.month), match.group())


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
