"""The figures of a text, equal however they are written: numbers, sums, shares, dates, times of day, numbers of papers.

1,5 Mio. € = 1.500.000 Euro · 13.6.2022 = 13. Juni 2022 = June 13, 2022 · sechs = 6 = six · 16 Uhr = 16:00
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from indexer.references import find_references, reference_key

Kind = Literal["number", "ordinal", "money", "percent", "date", "time", "reference"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        "januar january jan|februar february feb febr|märz march mär mar maerz|april apr|mai may|juni june jun|juli july jul"
        "|august aug|september sept sep|oktober october okt oct|november nov|dezember december dez dec".split("|"),
        start=1,
    )
    for name in names.split()
}
_MONTH = rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"(?<![\d.,/-])(?:(?P<y1>{_YEAR})-(?P<m1>\d\d)-(?P<d1>\d\d)"
    rf"|(?P<d2>\d{{1,2}})\.[ ]?(?P<m2>\d{{1,2}})\.[ ]?(?P<y2>{_YEAR}|\d\d(?!\d|[.,]\d))?"
    rf"|(?P<d3>\d{{1,2}})(?:\.|st|nd|rd|th)?[ ]?(?:of )?(?P<m3>{_MONTH})(?:,?[ ](?P<y3>{_YEAR}))?"
    rf"|(?<!\w)(?P<m4>{_MONTH})[ ](?P<d4>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?[ ](?P<y4>{_YEAR}))?"
    rf"|(?<!\w)(?P<m5>{_MONTH})(?:[ ]of)?[ ](?P<y5>{_YEAR}))(?![\d])",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<![\d.,])(\d{1,2})(?:[:.](\d\d))?(?:\s?(Uhr\b|[ap]\.?m\b\.?|o['’]clock\b)|(?<=:\d\d)(?!\d))", re.IGNORECASE
)
_NUMBER = re.compile(
    r"(?<![\w.,])(?P<before>(?:[€$]|\bEUR"
    r"|\bTEUR)\s?)?(?P<figure>\d{1,3}(?:[.,\u00a0\u202f ]\d{3})+(?:[.,]\d{1,2})?(?![\d])|\d+(?:[.,]\d+)?)"
    r"(?P<half>½)?(?P<ordinal>\.(?=\s+[a-zäöüA-ZÄÖÜ])|(?:st|nd|rd|th)\b)?(?P<behind>[-\s]?(?:"
    r"(?P<scale>Mrd\b\.?|Milliarden?\b|billion\b|bn\b|Mio\b\.?|Millionen\b|Million\b|m(?=\s?€)|Tsd\b\.?"
    r"|tausend\b|thousand\b|T(?=€|EUR))?"
    r"[-\s]?(?P<unit>€|EUR\b|Euros?\b|%|Prozent\b|per\s?cent\b|v\.\s?H\.)?))",
    re.IGNORECASE,
)
_SCALES = {"mrd": 10**9, "milliard": 10**9, "mil": 10**6, "mio": 10**6, "m": 10**6, "bil": 10**9, "bn": 10**9, "tsd": 10**3}
# A run is looked at from its first character only: from each of them, long ones of digits and dots would take seconds.
_CODE = re.compile(r"(?<![\w./-])(?:[^\W\d]|[.-])*\d[\w.-]*/[\w./-]*\w")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PREFIX = re.compile(r"(?:§+|Nr\.|Nummer|No\.)\s*$")


def _small_numbers() -> dict[str, int]:
    """Number words of both languages, cardinal and ordinal. "ein" and "one" count nothing: they are articles."""
    ones = "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf "
    ones += "dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn"
    tens = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig".split()
    words = {word: number for number, word in enumerate(ones.split()) if number > 1}
    before = "ein zwei drei vier fünf sechs sieben acht neun".split()
    for ten, name in enumerate(tens, start=2):
        words[name] = ten * 10
        words |= {f"{one}und{name}": ten * 10 + number for number, one in enumerate(before, start=1)}
    words |= {"hundert": 100, "einhundert": 100, "zweihundert": 200, "dreihundert": 300, "fünfhundert": 500, "tausend": 1000}
    english = "zero one two three four five six seven eight nine ten eleven twelve "
    english += "thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
    words |= {word: number for number, word in enumerate(english.split()) if number > 1}
    for ten, name in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2):
        words[name] = ten * 10
        words |= {f"{name}-{one}": ten * 10 + number for number, one in enumerate(english.split()[:10]) if number}
    words |= {"hundred": 100, "thousand": 1000, "twice": 2, "thrice": 3, "dutzend": 12, "dozen": 12}
    ordinals = "erst zweit dritt viert fünft sechst siebt acht neunt zehnt elft zwölft".split()
    words |= {f"{o}{end}": n for n, o in enumerate(ordinals, start=1) for end in ("e", "en", "er", "es", "em", "ens", "mals")}
    english_ordinals = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
    return words | {word: number for number, word in enumerate(english_ordinals.split(), start=1)}


_WORDS = _small_numbers()
_TIMES = re.compile(r"(.+?)(?:mal|fach|fache|fachen|jährige?[nr]?|köpfige?[nr]?|monatige?[nr]?|stündige?[nr]?|tägige?[nr]?)$")
_ORDINAL = re.compile(r"\w+(?:t|st)(?:e|en|er|es|em|ens|mals)|first|second|third|\w+th")


@dataclass(frozen=True)
class Fact:
    """A figure at text[start:end]. ``values``: what it can mean; a date is its most exact form, "2022-06" is a month."""

    kind: Kind
    values: frozenset[str]
    start: int
    end: int


def facts_of(text: str) -> list[Fact]:
    """The figures of a text, in order.

    >>> [(f.kind, *sorted(f.values)) for f in facts_of("Am 13.6.2022 um 16 Uhr: 1,5 Mio. € für sechs Felder (DS 22/0457).")]
    [('date', '2022-06-13'), ('time', '16:00'), ('money', '1500000'), ('number', '6'), ('reference', '22/457')]
    """
    found = [*_references(text)]
    for pattern in (_dates, _times, _figures, _words):
        rest = _blanked(text, found)
        found += pattern(rest)
    return sorted(found, key=lambda fact: fact.start)


def forms(fact: Fact) -> frozenset[str]:
    """What a stated figure also states: the 13th of June 2022 is in June 2022 and in 2022."""
    if fact.kind != "date":
        return fact.values
    more = set(fact.values)
    for value in fact.values:
        year, _, rest = value.partition("-")
        if year and rest:
            more |= {year, f"{year}-{rest[:2]}"}
            if len(rest) > 2:
                more.add(f"-{rest}")
    return frozenset(more)


def is_year(fact: Fact) -> bool:
    return fact.kind == "number" and all(re.fullmatch(_YEAR, value) for value in fact.values)


def _blanked(text: str, found: list[Fact]) -> str:
    for fact in found:
        text = text[: fact.start] + "\0" * (fact.end - fact.start) + text[fact.end :]
    return text


def _references(text: str) -> Iterator[Fact]:
    spans = {(r.start, r.end): r.key for r in find_references(text)}
    for match in _CODE.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in spans):
            spans[match.span()] = reference_key(match.group())
    return (Fact("reference", frozenset({key}), start, end) for (start, end), key in spans.items())


def _dates(text: str) -> Iterator[Fact]:
    for match in _DATE.finditer(text):
        day = match["d1"] or match["d2"] or match["d3"] or match["d4"]
        month = match["m1"] or match["m2"] or match["m3"] or match["m4"] or match["m5"]
        year = match["y1"] or match["y2"] or match["y3"] or match["y4"] or match["y5"] or ""
        number = int(month) if month.isdigit() else _MONTHS[month.rstrip(".").lower()]
        if not 1 <= number <= 12 or (day and not 1 <= int(day) <= 31):
            continue
        year = f"20{year}" if len(year) == 2 else year
        yield Fact("date", frozenset({f"{year}-{number:02}" + (f"-{int(day):02}" if day else "")}), *match.span())


def _times(text: str) -> Iterator[Fact]:
    for match in _TIME.finditer(text):
        hour = int(match[1])
        if match[3] and match[3][0] in "pP" and hour < 12:
            hour += 12
        yield Fact("time", frozenset({f"{hour}:{match[2] or '00'}"}), *match.span())


def _figures(text: str) -> Iterator[Fact]:
    for match in _NUMBER.finditer(text):
        scale = (match["scale"] or "").lower().rstrip(".")
        factor = next((f for name, f in _SCALES.items() if scale.startswith(name)), 1000 if scale else 1)
        values = {_plain((value + (Decimal("0.5") if match["half"] else 0)) * factor) for value in _read(match["figure"])}
        unit = (match["unit"] or match["before"] or "").strip().lower()
        kind: Kind = "percent" if unit[:1] in ("%", "p", "v") and unit else "money" if unit else "number"
        if values:
            yield Fact(kind, frozenset(values), match.start(), len(text[: match.end()].rstrip(" -\u00a0\n")))


def _read(figure: str) -> Iterator[Decimal]:
    """The German and, where it differs, the English reading: "1.480" is 1480 or 1.48."""
    figure = re.sub(r"[\s\u00a0\u202f]", "", figure)
    for thousands, point in ((".", ","), (",", ".")):
        plain = figure.replace(thousands, "").replace(point, ".")
        grouped = re.fullmatch(rf"\d{{1,3}}(?:\{thousands}\d{{3}})+(?:\{point}\d+)?", figure)
        if thousands not in figure or grouped:
            try:
                yield Decimal(plain)
            except InvalidOperation:
                continue


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _words(text: str) -> Iterator[Fact]:
    for match in _WORD.finditer(text):
        word = match.group().lower()
        counted = _TIMES.fullmatch(word)
        number = _WORDS.get(word) or (_WORDS.get(counted[1]) if counted else None)
        if number is None:
            continue
        scale = re.match(r"\s(Millionen|million|Milliarden|billion|tausend|thousand)\b", text[match.end() :], re.IGNORECASE)
        factor = {"mil": 10**6, "bil": 10**9}.get(scale[1][:3].lower(), 1000) if scale else 1
        factor = 10**9 if scale and scale[1].lower().startswith("milliarde") else factor
        end = match.end() + (scale.end() if scale else 0)
        unit = re.match(r"\s?(€|EUR\b|Euros?\b|%|Prozent\b|per\s?cent\b)", text[end:], re.IGNORECASE)
        kind: Kind = "money" if unit else "ordinal" if _ORDINAL.fullmatch(word) else "number"
        kind = "percent" if unit and unit[1][0] in "%pP" else kind
        yield Fact(kind, frozenset({str(number * factor)}), match.start(), end + (unit.end() if unit else 0))
