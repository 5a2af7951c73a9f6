"""An Anlage that is a document of its own: which paper it belongs to.

It bears the number of its Vorlage, so that it stands on the paper's page and is withheld with it. The number is printed beside
the word ("Anlage 2 zur Vorlage 2022/200") or stands in the file's name ("DS_18_2018_Anlage.pdf"); a number further down is
only one that the text speaks of. Often nothing but the sitting is printed: "Anlage 4 / Sozialausschuss 12.07.2023, TOP 6a".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.dates import DATE, parse_date
from indexer.domain import Consultation
from indexer.papers.lines import Line
from indexer.papers.steps import COUNCIL
from indexer.references import find_references

KIND = "Anlage"

_MARK = re.compile(
    r"\W{0,3}(?:Anlage|ANLAGE|Anl\.)\s?(?:Nr\.?\s?)?(?:\d{1,2}[a-z]?|[IVX]{1,4}|[A-Z])?\W{0,3}(?P<to>\bzu[rm]? .{3,120})?$"
)
_TO_PAPER = re.compile(r"\W{0,3}zu[rm]? (?:\w*[Vv]orlage|Drucksache|Drs\.?|DS|Antrag|Anfrage)\b.{0,60}$")
_SITTING = re.compile(
    rf"(?P<council>[A-ZÄÖÜ][\w, -]{{1,80}}?),? (?:am |vom )?{DATE.pattern}(?:,? TOP (?P<item>[ÖN]? ?\d{{1,3}}[\d.a-z]{{0,5}}))?$"
)
_ABBREVIATION = re.compile(r"[A-ZÄÖÜ]\w{0,7}[A-ZÄÖÜ]$")  # SozA, JHA, KT
_HEAD, _FOOT, _BESIDE = 10, 4, 3  # lines: where the mark stands, and how far from it the sitting

_NAME_MARK = re.compile(r"(?<![a-zäöü])(?:anlage|anl)(?![a-zäöü]{2})", re.IGNORECASE)
_NAME_NUMBER = re.compile(
    r"(?:^|[ _-])(?P<prefix>DS|Drs|Vorlage|Drucksache|V|zu)?[ _-]{0,2}(?P<first>\d{1,5})[_-](?P<second>\d{2,5})(?!\d)"
    r"(?:[ _-]{1,3}(?P<part>\d{1,2})\.[ _](?P<word>Erg(?:ä|ae)nzung|(?:Ä|Ae)nderung|Neufassung))?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Attached:
    """``reference``: the number of its paper, None if it is not said; ``steps``: the sittings printed beside the mark."""

    reference: str | None
    steps: tuple[Consultation, ...] = ()


def read_attached(lines: Sequence[Line], file_name: str) -> Attached | None:
    """None if neither the head, nor the foot, nor the file's name says that the document is an Anlage."""
    places = [*range(min(_HEAD, len(lines))), *range(max(_HEAD, len(lines) - _FOOT), len(lines))]
    marks = [at for at in places if not lines[at].cells and _MARK.match(lines[at].text)]
    by_name = _in_file_name(file_name)
    if not marks:
        return Attached(by_name) if by_name or _NAME_MARK.search(_stem(file_name)) else None
    printed = [lines[at].text for at in places if at in marks or _TO_PAPER.match(lines[at].text)]
    numbers = {found.key: found.raw for text in printed for found in find_references(f"| {text}")}
    near = {at for mark in marks for at in range(mark - _BESIDE, mark + _BESIDE + 1) if 0 <= at < len(lines)}
    steps = tuple(step for at in sorted(near) if (step := _sitting(lines[at].text)))
    return Attached(next(iter(numbers.values())) if len(numbers) == 1 else by_name if not numbers else None, steps)


def _sitting(text: str) -> Consultation | None:
    found = _SITTING.match(text)
    if not found or not (COUNCIL.match(found["council"]) or _ABBREVIATION.match(found["council"])):
        return None
    return Consultation(found["council"], parse_date(DATE.search(text)), agenda_item=found["item"])


def _stem(file_name: str) -> str:
    return file_name.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _in_file_name(file_name: str) -> str | None:
    """The number in the name of an Anlage's file, where slashes cannot be.

    >>> _in_file_name("b/DS_18_2018_Anlage_1.pdf"), _in_file_name("Anlage 1 zu 2022_200.pdf"), _in_file_name("2022_200.pdf")
    ('DS 18/2018', '2022/200', None)
    """
    stem = _stem(file_name)
    numbers = (n for n in _NAME_NUMBER.finditer(stem) if any(map(_YEAR.fullmatch, (n["first"], n["second"]))))
    found = next(numbers, None)
    if not _NAME_MARK.search(stem) or not found:
        return None
    prefix = "DS " if (found["prefix"] or "").casefold() == "ds" else ""
    suffix = f" {found['part']}. {found['word'].replace('ae', 'ä').replace('Ae', 'Ä')}" if found["part"] else ""
    return f"{prefix}{found['first']}/{found['second']}{suffix}"
