"""Times that a question names: "seit 2021", "letztes Jahr", "im Juli 2022", "vom 1. März bis 30. Juni 2021", "since 2021".

A bare year is none: "Haushalt 2024" may stand in a paper of 2023.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from indexer.dates import MONTHS

_ENGLISH = "January February March April May June July August September October November December".split()
_NUMBERS = {name.lower(): number % 12 + 1 for number, name in enumerate([*MONTHS, *_ENGLISH])}
_MONTH = f"(?:{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
# Not the beginning of a greater number, a Drucksachen number or a school year, and not a count: "ab 2000 Euro".
_YEAR = r"(?:19|20)\d\d(?!\d|[/.-]\d|\s*(?:€|Euro|EUR|Einwohner|Fälle|Personen|Kinder|Plätze|Stück|Meter|m²|km|Prozent|%))"
_POINT = rf"(?:\d{{1,2}}\.\s?(?:\d{{1,2}}\.\s?|{_MONTH}\s){_YEAR}|\d{{4}}-\d\d-\d\d(?!\d)|{_MONTH}\s{_YEAR}|{_YEAR})"
_OPEN_POINT = rf"(?:{_POINT}|\d{{1,2}}\.\s?(?:\d{{1,2}}\.|{_MONTH})|{_MONTH})"  # its year may stand behind "bis"
_FILLER = r"(?:(?:dem|den|zum|der|the)\s+)?(?:(?:Jahre?n?|Anfang|Ende|Beginn)\s+)?"
_TO = r"\s*(?:und|bis(?:\s+zum)?|and|to|until|–|-)\s*"

_RANGE = re.compile(
    rf"\b(?:(?:zwischen|von|vom|between|from)\s+{_FILLER}(?P<first>{_OPEN_POINT})|(?:Jahren|years)\s+(?P<first2>{_YEAR})"
    rf"|(?P<first3>{_YEAR})(?=\s*(?:bis|–|-)\s*(?:19|20)\d\d)){_TO}{_FILLER}(?P<last>{_POINT})",
    re.IGNORECASE,
)
_ONE_SIDED = re.compile(
    rf"\b(?:(?P<since>seit|ab|since|from)|(?P<after>nach|after)|(?P<until>bis|until|up\s+to)|(?P<before>vor|before))\s+"
    rf"{_FILLER}(?P<point>{_POINT})",
    re.IGNORECASE,
)
_IN_YEAR = re.compile(rf"\b(?:im\s+(?:Laufe\s+des\s+)?Jahre?s?|in|in\s+the\s+year)\s+(?P<point>{_YEAR})", re.IGNORECASE)
_AT = re.compile(rf"(?<![\d.])(?P<point>(?=\d{{1,2}}\.|{_MONTH}\b|\d{{4}}-){_POINT})", re.IGNORECASE)
_RELATIVE = re.compile(
    r"\b(?:(?P<last>letzte[nrsm]?|vergangene[nrsm]?|vorige[nrsm]?|last)|(?P<this>diese[nrsm]?|laufende[nrsm]?|this))\s+"
    r"(?:(?P<year>Jahre?s?|year)|(?P<month>Monate?s?|month))\b",
    re.IGNORECASE,
)
_PARTS = re.compile(
    rf"(?:(?P<day>\d{{1,2}})\.\s?)?(?:(?P<number>\d{{1,2}})\.\s?|(?P<name>{_MONTH})\s?)?(?P<year>(?:19|20)\d\d)?", re.IGNORECASE
)


@dataclass(frozen=True)
class Period:
    """From ``start`` to ``end``, both included; None: open. ``said`` are the words that name it."""

    start: date | None
    end: date | None
    said: str


def period_of(text: str, today: date) -> Period | None:
    """The first time that a text names; at one place the longest expression.

    >>> period_of("Welche Anträge gab es seit 2021?", date(2024, 5, 1))
    Period(start=datetime.date(2021, 1, 1), end=None, said='seit 2021')
    """
    spans = ((match.start(), -match.end(), _period(match, today)) for match in _matches(text))
    found = sorted(((start, end, period) for start, end, period in spans if period), key=lambda entry: entry[:2])
    return found[0][2] if found else None


def _matches(text: str) -> Iterator[re.Match[str]]:
    for pattern in (_RANGE, _ONE_SIDED, _IN_YEAR, _AT, _RELATIVE):
        yield from pattern.finditer(text)


def _period(match: re.Match[str], today: date) -> Period | None:
    """None if a day of it is in no calendar."""
    said = match.group()
    if match.re is _RELATIVE:
        return _relative(match, today)
    if match.re is _RANGE:
        last = _days(match["last"])
        first = _days(match["first"] or match["first2"] or match["first3"], last and last[0].year)
        return Period(min(first[0], last[0]), max(first[1], last[1]), said) if first and last else None
    days = _days(match["point"])
    if days is None:
        return None
    start, end = days
    if match.re is not _ONE_SIDED:
        return Period(start, end, said)
    if match["since"]:
        return Period(start, None, said)
    if match["after"]:
        return Period(end + timedelta(days=1), None, said)
    return Period(None, end if match["until"] else start - timedelta(days=1), said)


def _days(point: str, year: int | None = None) -> tuple[date, date] | None:
    """First and last day of a year, month or day; ``year`` where it names none."""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", point):
            return date.fromisoformat(point), date.fromisoformat(point)
        parts = _PARTS.fullmatch(point.strip())
        if parts is None or not (parts["year"] or year):
            return None
        of_year = int(parts["year"] or year or 0)
        if not (parts["number"] or parts["name"]):
            return date(of_year, 1, 1), date(of_year, 12, 31)
        month = _NUMBERS[parts["name"].lower()] if parts["name"] else int(parts["number"])
        if parts["day"]:
            return date(of_year, month, int(parts["day"])), date(of_year, month, int(parts["day"]))
        return date(of_year, month, 1), _last_day(of_year, month)
    except ValueError:  # 31.02.2022
        return None


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
