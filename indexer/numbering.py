"""The ways in which people shorten or turn a Drucksachen number, for looking it up.

A body numbers "2022/200"; people type "22/200", "200/2022", "200". So a paper is stored under its key and under looser ones,
and a looser one counts only where no paper has the number as it was typed. See references.py for keys.

Looseness  0 the key itself
           1 two-digit year, components turned round, without the letters of a prefix, term or body
           2 the running number alone
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from indexer.references import OTHER_NUMBER_BEFORE, SUFFIX, find_references, reference_key

_YEAR = re.compile(r"(?:19|20)\d\d")
_ROMAN = re.compile(r"[ivxlc]+")
# Numbers as people type them into a search, anywhere in the text; what they may be is looked up.
_TYPED = re.compile(
    r"(?<![\w.,/–-])(?:[A-Z]{1,4}[ ./-]{0,2})?\d{1,6}(?:\s?[/–-]\s?(?:\d{1,6}|[A-Za-z]{1,6}\.?\s?\d{0,6})){1,4}"
    rf"{SUFFIX}(?![\w/]|[.,]\d)"
)
_LABEL = r"(?i:\b(?:drucksachen?|drs|ds|[a-zäöüß]{0,25}vorlagen?|antrag|anfrage)\b[.\s-]{0,3}(?:n(?:umme)?rn?\b)?[.:\s]{0,3})"
_COUNT = r"(?:[A-Z]{1,4}[ /-]?)?\d{1,6}(?![\w/]|[.,–-]\d)"
_RUNNING = re.compile(rf"{_LABEL}({_COUNT})((?:(?:,|\s(?:und|oder|sowie))\s{_COUNT})*)")
_SMALL = re.compile(r"\d{1,2}")  # "Vorlage 2 Wochen später": such a number counts only where nothing follows it
_END = re.compile(r"\s*(?:[?!.,;:)]|$)")
_OTHER_BEFORE = re.compile(
    r"(?:\d|(?i:\b(?:am|vom|seit|bis|ab|im|zum|von|jahre?n?|flur|flurstücke?|hausnummer|\w*haushalt\w*|\w*jahr\w*)))\s+$"
)
_LONGEST_RANGE = 10  # years
_YEAR_RANGE = re.compile(r"(?:19|20)(\d\d)\s?[/–-]\s?(\d\d)")  # 2022/23
_PLAIN = re.compile(r"(?:[\w\s/–-]|(?<=[Nn]r)[.:]|(?<=[Nn]r\.):|(?<=rs)\.|\.(?=/))+")  # no "§ 5", "10 €", "16:30", "24.12."
_NOTHING_ELSE = re.compile(r"(?:(?:[a-z]{1,6}/){0,2}\d+(?:/|$)){1,4}(?:[a-z]{1,6})?")
_LONGEST_LETTERS = 6
_TERM = "wp"  # Wahlperiode: its number counts no paper
_LONGEST_NUMBER = 60  # characters
_SHORTEST = 4  # digits of a number that stands without a word like "Vorlage"


def keys_of(reference: str) -> list[tuple[str, int]]:
    """(key, looseness) under which a paper with this number is found, each key once.

    >>> keys_of("2022/200")
    [('2022/200', 0), ('22/200', 1), ('200/2022', 1), ('200/22', 1), ('200', 2)]
    >>> keys_of("2362-2019/DaDi")
    [('2362/2019/dadi', 0), ('2362/19/dadi', 1), ('2362/2019', 1), ('2362/19', 1), ('2019/2362', 1), ('19/2362', 1), ('2362', 2)]
    """
    key = reference_key(reference)
    found = {key: 0} if key else {}
    for looser in _looser(key.split("/")) if key else ():
        found.setdefault("/".join(looser), 1)
    if running := _running_number(key.split("/")):
        found.setdefault(running, 2)
    return list(found.items())


def typed_keys(text: str) -> list[tuple[str, int]]:
    """(key, highest looseness at which it may match) of the numbers that a question or a search names, by position.

    The running number alone counts behind a word like "Vorlage", or where it is all that was typed.

    >>> typed_keys("Was steht in DS 22/200 vom 13.06.2022?"), typed_keys("Vorlage 117"), typed_keys("Haushalt 2024/2025")
    ([('22/200', 1)], [('117', 2)], [])
    """
    found = {reference.key: 1 for reference in find_references(text)}
    if is_only_a_number(text):
        found[reference_key(text)] = 2
    for match in _RUNNING.finditer(text):
        if not _SMALL.fullmatch(match[1]) or match[2] or _END.match(text, match.end()):
            for number in re.findall(_COUNT, match[1] + match[2]):
                found[reference_key(number)] = 2
    for match in _TYPED.finditer(text):
        if _is_number(match.group(), text[: match.start()]):
            found.setdefault(reference_key(match.group()), 1)
    return list(found.items())


def is_only_a_number(text: str) -> bool:
    """Whether a text may be the number of a paper and nothing else.

    >>> is_only_a_number("DS 22/200"), is_only_a_number("117"), is_only_a_number("Haushalt 2024")
    (True, True, False)
    """
    plain = len(text) < _LONGEST_NUMBER and _PLAIN.fullmatch(text.strip(" ?!."))
    return bool(plain and _NOTHING_ELSE.fullmatch(reference_key(text)))


def _is_number(typed: str, before: str) -> bool:
    """Whether it may be a paper's: no year range, no "10-16" (Jahre, Uhr), nothing that the words before make a date or a law."""
    parts = re.findall(r"\d+", typed)
    is_range = "/" not in typed and not re.search("[A-Za-z]", typed)
    if sum(map(len, parts)) < _SHORTEST + is_range or all(map(_YEAR.fullmatch, parts)):
        return False
    if (years := _YEAR_RANGE.fullmatch(typed)) and 0 < int(years[2]) - int(years[1]) <= _LONGEST_RANGE:
        return False
    return not (_OTHER_BEFORE.search(before) or OTHER_NUMBER_BEFORE.search(before[-40:]))


def _looser(parts: list[str]) -> Iterator[list[str]]:
    plain = [part for part in parts if part.isdigit()]
    of_term = {_TERM, *_term_numbers(parts)}
    without_term = [part for part in parts if not _ROMAN.fullmatch(part) and part not in of_term]
    counted = [part for part in without_term if part.isdigit()]
    for form in (parts, without_term, plain, counted):
        short = [part[2:].lstrip("0") or "0" if _YEAR.fullmatch(part) else part for part in form]
        for turned in (form, short):
            if len(turned) > 1:
                yield turned
        if len(form) == 2:
            yield form[::-1]
            yield short[::-1]
    if len(parts) > 2 and not parts[0].isdigit():
        yield parts[1:]
    if len(parts) > 2 and not parts[-2].isdigit() and parts[-2] != _TERM:
        yield parts[-2:]


def _running_number(parts: list[str]) -> str | None:
    """The component that counts the papers: behind the last letters if numbers stand there, and of those the longest.

    Years, terms and the count of an "1. Ergänzung" are none; of two as long the first is it, since what follows counts parts.
    """
    if len(parts) > 2 and len(parts[-1]) > _LONGEST_LETTERS and not parts[-1].isdigit():
        parts = parts[:-2]
    terms = _term_numbers(parts)
    letters = [place for place, part in enumerate(parts) if not part.isdigit() and part != _TERM and not _ROMAN.fullmatch(part)]
    behind = parts[letters[-1] + 1 :] if letters and letters[-1] > 0 else parts
    for some in (behind, parts):
        numbers = [part for part in some if part.isdigit() and not _YEAR.fullmatch(part) and part not in terms]
        if numbers:
            return max(numbers, key=len)
    return None


def _term_numbers(parts: list[str]) -> set[str]:
    """The number of a Wahlperiode: behind "WP", or the end of one behind its first year: 2021-26/0257."""
    spans = {parts[1]} if len(parts) > 2 and _YEAR.fullmatch(parts[0]) and len(parts[1]) == 2 else set()
    return spans | {part for before, part in pairwise(parts) if before == _TERM}
