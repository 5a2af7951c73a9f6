"""The bodies, times and numbers that a text names, and how to take them out or put others in their place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from indexer.dates import MONTHS
from indexer.references import find_references
from service.bodynames import Named, short_name
from service.periods import period_of
from service.questions import Names

Span = tuple[int, int]

_YEAR = re.compile(r"(?<![\w/.,-])(?:19|20)\d\d(?!\w|[/.,-]\d)")
_MONTH = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b(?!\s+(?:19|20)\d\d)")
_BEFORE_TIME = re.compile(r"\b(?:im|in|am|vom|des|dem|the)(?:\s+(?:Jahr|Jahre|Jahres|year))?\s+$", re.IGNORECASE)
_KIND = re.compile(
    r"\b(?:(?:Land)?kreis(?:es)?|LK|(?:Landeshaupt)?stadt|Gemeinde|Markt|Region|county|district|town|city)(?:\s+of)?\s+$",
    re.IGNORECASE,
)
_BEFORE_BODY = re.compile(r"\b(?:der|die|das|des|dem|den|im|in|vom|von|beim|bei|zum|zur|the)\s+$", re.IGNORECASE)
_BEFORE_CUT = re.compile(r"\b(?:in|im|aus|von|vom|bei|beim|für|seit|of|for|from|the|des|der)\s+$", re.IGNORECASE)
_PLAIN = {"im": "in", "vom": "von", "beim": "bei", "zum": "zu", "zur": "zu", "in": "in", "von": "von", "bei": "bei", "des": "von"}
_QUALIFIER = re.compile(r"\s*\([^()]*\)")


@dataclass(frozen=True)
class Mentions:
    """``bodies`` with the word for their kind and what follows in brackets: "Landkreis Altmoor (Leine)"."""

    bodies: tuple[tuple[Span, Named], ...]
    times: tuple[Span, ...]
    references: tuple[Span, ...]

    @property
    def body_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(body for _, named in self.bodies for body in named.bodies))

    @property
    def spans(self) -> tuple[Span, ...]:
        return (*(span for span, _ in self.bodies), *self.times, *self.references)


def mentions(text: str, names: Names, today: date) -> Mentions:
    numbers = tuple((one.start, one.end) for one in find_references(text))
    return Mentions(tuple((_widened(text, one), one) for one in names.bodies.named(text)), _times(text, today, numbers), numbers)


def _widened(text: str, named: Named) -> Span:
    kind = _KIND.search(text, 0, named.start)
    qualifier = _QUALIFIER.match(text, named.end)
    qualified = qualifier is not None and any(body.endswith(qualifier.group().strip()) for body in named.bodies)
    return kind.start() if kind else named.start, qualifier.end() if qualifier and qualified else named.end


def _times(text: str, today: date, numbers: Iterable[Span]) -> tuple[Span, ...]:
    spans = [match.span() for pattern in (_YEAR, _MONTH) for match in pattern.finditer(text)]
    spans = [span for span in spans if not _overlaps(span, numbers)]
    if period := period_of(text, today):
        at = text.find(period.said)
        spans = [span for span in spans if not _overlaps(span, [(at, at + len(period.said))])]
        spans.append((at, at + len(period.said)))
    wide = []
    for start, end in sorted(spans):
        before = _BEFORE_TIME.search(text, 0, start)
        wide.append((before.start() if before else start, end))
    return tuple(wide)


def _overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def without(text: str, spans: Iterable[Span], instead: str = "") -> str:
    """The text without some spans and the prepositions that led up to them."""
    for start, end in sorted(spans, reverse=True):
        before = _BEFORE_CUT.search(text, 0, start)
        text = f"{text[: before.start() if before else start]} {instead} {text[end:]}"
    return " ".join(text.split())


def called(body: str, names: Names) -> str:
    """The shortest name that means this body and no other."""
    short = short_name(body)
    found = names.bodies.named(short)
    return short if [one.bodies for one in found] == [(body,)] else _QUALIFIER.sub("", body)


def with_body(text: str, found: Mentions, body: str, names: Names) -> str:
    """The text with one body in the place of those it names, or added where it names none.

    "der Landkreis Altmoor" becomes "der Landkreis Tannberg", but "Wöhrsund" if that is a town: the article would be wrong.
    """
    name = called(body, names)
    if not found.bodies:
        return added(text, f"in {name}")
    (start, end), first = found.bodies[0]
    last_start, last_end = found.bodies[-1][0]
    if re.fullmatch(r"\s*(?:,|und|oder|sowie|and|or|bis|mit)*\s*", text[end:last_start]):
        end = max(end, last_end)
    typed = text[first.start : first.end]
    kind = text[start : first.start].strip()
    if typed[0].isupper() and typed.endswith(("er", "r")) and not any(short_name(b).endswith(typed[-2:]) for b in first.bodies):
        noun = re.compile(r"\s+([A-ZÄÖÜ][\w-]*)").match(text, end)  # "der Musterbacher Kreistag"
        if noun:
            return f"{text[:start]}{noun[1]} in {name}{text[noun.end() :]}"
    if kind and body.casefold().startswith(kind.casefold().removesuffix("es")):
        return f"{text[: first.start]}{short_name(body)}{text[end:]}"
    before = _BEFORE_BODY.search(text, 0, start)
    if before and kind:
        word = _PLAIN.get(before.group().strip().lower(), "")
        return f"{text[: before.start()]}{word} {name}{text[end:]}".replace("  ", " ")
    return f"{text[:start]}{name}{text[end:]}"


def with_time(text: str, found: Mentions, time: str) -> str:
    """The text with one time in the place of the first that it names, or with the time added."""
    if not found.times:
        return added(
            text,
            f"im Jahr {time}" if _YEAR.fullmatch(time) and not re.search(r"\b(?:how|what|which|when)\b", text, re.I) else time,
        )
    start, end = found.times[0]
    return f"{text[:start]}{time}{text[end:]}"


def with_year(text: str, found: Mentions, before: str, earlier: Mentions) -> str:
    """A month without a year gets that of the question before: "im April" -> "im April 2025"."""
    year = next((year.group() for start, end in earlier.times if (year := re.search(r"(?:19|20)\d\d", before[start:end]))), "")
    for start, end in found.times:
        if year and _MONTH.search(text[start:end]) and not re.search(r"\d{4}", text[start:end]):
            return f"{text[:end]} {year}{text[end:]}"
    return text


def added(text: str, more: str) -> str:
    """More words at the end of a question, before what stands in brackets there.

    >>> added("Was kostet die Brücke (Grünau)?", "im Jahr 2023")
    'Was kostet die Brücke im Jahr 2023 (Grünau)?'
    """
    body, mark = (text[:-1], text[-1]) if text[-1:] in "?!." else (text, "?")
    bracket = re.search(r"\s\([^()]*(?:\([^()]*\)[^()]*)*\)$", body)
    at = bracket.start() if bracket else len(body)
    return f"{body[:at]} {more}{body[at:]}{mark}"
