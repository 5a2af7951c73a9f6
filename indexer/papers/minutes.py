"""Minutes (Niederschrift, Auszug): who sat when, and what became of the papers on the agenda.

An extract is about one item: it belongs to the paper that the item names, and the result is the paper's. Minutes of a whole
sitting name many papers: each result goes to the paper of its item. An item that names two papers, or on which several votes
were taken, says nothing about either: which vote was whose is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate, pairwise, takewhile

from indexer.dates import DATE, parse_date
from indexer.domain import Consultation, Resolution
from indexer.papers.lines import Line, nominative
from indexer.papers.steps import COUNCIL, RESULT, counted_votes
from indexer.references import find_references, reference_key

KINDS = ("Niederschrift", "Auszug")

_OPENING = 14  # lines that tell of the sitting
_COUNCIL_SAT = re.compile(
    r"[Ss]itzung (?:de[sr] )?(?P<council>[A-ZÄÖÜ][\w-]+(?:(?:,| und| für(?: \w+e[rns]?)?|-)? ?[A-ZÄÖÜ][\w-]+)*?)"
    r"(?= am\b| vom\b| im\b|,? \d|,|$)"
)
_COUNCIL_CELL = re.compile(r"(?:Gremium|Sitzung)\s?:?$")
_ITEM = re.compile(
    r"(?:\d{1,3}\.\s)?(?P<word>Punkt|TOP|Tagesordnungspunkt)\s?:?\s?(?P<item>(?:[ÖN] ?)?\d{1,3}(?:\.\d{1,3}){0,3})\.?"
    r"(?P<rest>(?: der Tagesordnung)?\s?:?(?:\s.*)?)$"
)
_NUMBER_LABEL = re.compile(
    r"\b(?:\w*[Vv]orlagen?|Drucksachen?)(?:[ -]{1,2}Nr|[ -]?[Nn]ummer)?\.?\s?:|^\(?(?:Vorlage|Drucksachen?|DS|Drs\.)\s"
)
_LONGEST_NAMING = 12  # lines
_LONGEST_HEADING = 400  # characters of an item's first line that can name its paper
VOTE = re.compile(r"(?:Abstimmungs?(?:ergebnis)?|Beratungsergebnis|Ergebnis(?: der Abstimmung)?)\s?(?::\s?(?P<said>.*))?$")
RESOLVED = re.compile(r"Beschluss\s?(?::\s?(?P<said>.*))?$")
_NO_VOTE = re.compile(r"keine abstimmung\W*$", re.IGNORECASE)
_PASSED_ON = re.compile(
    r"Kenntnisnahme|Beratung im|(?:Verwiesen|Verweisung|Überwiesen) (?:in|an)|Vertag|Zurückgestellt|Zurückgezogen|Abgesetzt",
    re.IGNORECASE,
)
_TOOK_NOTE = re.compile(r"(?:Der|Die) [A-ZÄÖÜ][\w -]{2,60} (?P<said>nimmt [^.]{2,120} zur Kenntnis)")
_PASSED = re.compile(
    r"(?:ist|wird) (?:die|der) (?:Vorlage|Beschlussvorschlag|Drucksache|Satzung) (?P<said>(?:einstimmig|mehrheitlich) \w{6,14})"
    r"|Die (?:\w+ )?(?:Vorlage|Drucksache|Satzung) (?:wird|ist) (?P<said_of_it>(?:einstimmig|mehrheitlich) \w{6,14})"
)
_PREPARES = re.compile(r"empf(?:iehlt|ohlen)\b|Beschlussempfehlung|\bVorberatung$")
_LONGEST_RESULT = 160


@dataclass(frozen=True)
class Item:
    """An item of the agenda: its lines ``start:end``, the heading first, and the papers that it names."""

    start: int
    end: int
    references: tuple[str, ...]


@dataclass(frozen=True)
class Minutes:
    """``reference``: the paper an extract is about; ``resolutions``: those of minutes about several."""

    reference: str | None
    agenda_item: str | None
    steps: tuple[Consultation, ...]
    resolutions: tuple[Resolution, ...]


def read_minutes(lines: Sequence[Line], public: bool | None) -> Minutes:
    sitting = _sitting(lines[:_OPENING], public)
    items = list(_items(lines))
    if sitting is None:
        return Minutes(None, None, (), ())
    if len({item.split(".")[0] for item, _ in items}) <= 1:
        return _extract(sitting, items[0][0] if items else None, [line for _, part in items for line in part] or lines)
    found = (_resolution(replace(sitting, agenda_item=item), part) for item, part in items)
    return Minutes(None, None, (sitting,), tuple(resolution for one in found for resolution in one))


def items_of(lines: Sequence[Line]) -> list[Item]:
    """The items of minutes; of an extract, which is about one, all its lines from the first heading on."""
    found = list(_items(lines))
    if len({item.split(".")[0] for item, _ in found}) <= 1:
        start = len(lines) - sum(len(part) for _, part in found) if found else 0
        references = dict.fromkeys(raw for _, part in found or [("", list(lines))] for raw in _numbers(part))
        return [Item(start, len(lines), tuple(references))]
    ends = list(accumulate((len(part) for _, part in found), initial=len(lines) - sum(len(part) for _, part in found)))
    return [Item(start, end, tuple(_numbers(part))) for (_, part), start, end in zip(found, ends, ends[1:], strict=False)]


def _extract(sitting: Consultation, item: str | None, lines: Sequence[Line]) -> Minutes:
    step = _with_result(replace(sitting, agenda_item=item), lines)
    numbers = _numbers(lines)
    return Minutes(numbers[0] if len(numbers) == 1 else None, item, (step,), tuple(_rows_by_number(step, lines)))


def _resolution(sitting: Consultation, lines: Sequence[Line]) -> Iterator[Resolution]:
    numbers, step = _numbers(lines), _with_result(sitting, lines)
    if len(numbers) == 1 and step.result:
        yield Resolution(numbers[0], step)
    yield from _rows_by_number(sitting, lines)


def _sitting(opening: Sequence[Line], public: bool | None) -> Consultation | None:
    """Council and day, both from the opening lines; None if there is no council."""
    council = next(filter(None, map(_council, opening)), None)
    day: date | None = next(filter(None, (parse_date(DATE.search(line.text)) for line in opening)), None)
    return Consultation(nominative(council), day, True if public else None) if council else None


def _council(line: Line) -> str | None:
    if len(line.cells) == 2 and _COUNCIL_CELL.match(line.cells[0]) and COUNCIL.search(line.cells[1]):
        return line.cells[1].split(",")[0] if line.cells[0].startswith("Sitzung") else line.cells[1]
    sat = _COUNCIL_SAT.search(line.text)
    return sat["council"] if sat and COUNCIL.search(nominative(sat["council"])) else None


def _items(lines: Sequence[Line]) -> Iterator[tuple[str, list[Line]]]:
    """Each item of the agenda with its lines, the heading first; items that were called together are one."""
    starts: list[tuple[int, str]] = []
    for at, line in enumerate(lines):
        found = _ITEM.match(" ".join(line.cells) or line.text)
        if found and not (_is_result_of(found["rest"]) and found["item"] in (item for _, item in starts)):
            starts.append((at, found["item"]))
    ends = [*(at for at, _ in starts[1:]), len(lines)]
    called: list[Line] = []
    for (start, item), end in zip(starts, ends, strict=False):
        part = list(lines[start:end])
        if end < len(lines) and _only_called(part) and end - start > 1:
            called += part
            continue
        yield item.strip(), [*called, *part]
        called = []


def _is_result_of(rest: str) -> bool:
    """Whether what stands behind an item's number is no title: "TOP 14:", "TOP 14: Einstimmig (39 JA)", "TOP 5 Ja Nein"."""
    rest = rest.strip(" :")
    return not rest or RESULT.match(rest) is not None or re.match(r"Ja\b.*\bNein\b", rest) is not None


def _only_called(part: Sequence[Line]) -> bool:
    """Whether an item has a heading and its paper's number, but neither a text nor a result: the next is taken with it."""
    return bool(_numbers(part)) and not any(
        line.cells or line.text.endswith((".", "!", "?")) or VOTE.match(line.text) or RESOLVED.match(line.text)
        for line in part[1:]
    )


def _numbers(lines: Sequence[Line]) -> list[str]:
    """Papers named in the item's heading, or behind the word for a number before the resolution."""
    heading = [lines[0].text[:_LONGEST_HEADING]] if lines else []
    before = takewhile(lambda line: not (RESOLVED.match(line.text) or VOTE.match(line.text)), lines[1:_LONGEST_NAMING])
    labelled = [line.text[found.start() :] for line in before for found in [_NUMBER_LABEL.search(line.text)] if found]
    by_key = {found.key: found.raw for text in (*heading, *labelled) for found in find_references(f"| {text}")}
    return list(by_key.values())


def _with_result(step: Consultation, lines: Sequence[Line]) -> Consultation:
    prepares = any(_PREPARES.search(line.text) for line in lines)
    return replace(step, result=_result(lines), role="Vorberatung" if prepares else None)


def _result(lines: Sequence[Line]) -> str | None:
    """The vote if one was taken, else what the resolution says: "Kenntnisnahme …", "Beratung im Sozialausschuss …"."""
    votes = [*_below(lines, VOTE), *(votes for _, votes in vote_rows(lines))]
    told = [vote for vote in votes if not _NO_VOTE.match(vote)]
    if len(set(told)) > 1:
        return None
    passed_on = [said for said in _below(lines, RESOLVED) if _PASSED_ON.match(said)]
    sentences = [said for line in lines for pattern in (_PASSED, _TOOK_NOTE) if (said := _said(pattern.search(line.text)))]
    return next(iter([*told, *passed_on, *sentences, *votes]), None)


def _said(found: re.Match[str] | None) -> str:
    return next(filter(None, found.groups()), "") if found else ""


def _below(lines: Sequence[Line], label: re.Pattern[str]) -> Iterator[str]:
    """What stands behind a label, or on the line below it."""
    for line, following in pairwise([*lines, Line("")]):
        found = None if line.cells else label.match(line.text)
        said = (found["said"] or ("" if following.cells else following.text)) if found else ""
        if said:
            yield said[:_LONGEST_RESULT].strip(" .")


def vote_rows(lines: Sequence[Line]) -> Iterator[tuple[Line, str]]:
    """Rows of a table with the votes, each with its result."""
    heads: Line | None = None
    for line in lines:
        if not line.cells:
            heads = None
        elif heads is None:
            heads = line if {"ja", "nein"} <= {cell.casefold() for cell in line.cells} else None
        elif votes := counted_votes(heads, line):
            yield line, votes


def _rows_by_number(sitting: Consultation, lines: Sequence[Line]) -> Iterator[Resolution]:
    """A row of the votes that names a paper itself."""
    for row, votes in vote_rows(lines):
        named = {reference_key(found.raw): found.raw for found in find_references(f"| {row.cells[0]}")}
        for raw in named.values() if len(named) == 1 else ():
            yield Resolution(raw, replace(sitting, result=votes))
