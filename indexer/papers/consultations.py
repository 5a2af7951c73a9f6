"""The Beratungsfolge: where it stands in the head, and what the text adds to its steps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from indexer.dates import DATE, parse_date
from indexer.domain import CELL_SEPARATOR, Consultation
from indexer.papers.lines import Line, nominative, parts_of
from indexer.papers.running_steps import steps_of_text
from indexer.papers.steps import COUNCIL, RESULT, ROLE, is_column, is_rest_of_step, steps_of_table

_AGENDA_HEAD = re.compile(
    r"(?:\W{0,3}Beratungsfolge\b.*"
    r"|.*\b(?:Gremium|Gremien|Ausschuss)\b.{0,40}\b(?:Termin|Datum|Sitzung\w*|Sitzungstermin)\b.*"
    r"|.*\b(?:Termin|Datum|Sitzungstermin)\b.{0,12}\b(?:Gremium|Beratungsfolge)\b.*)$"
)
_ROW_DATE = re.compile(r"(?<!vom )(?<!am )(?<!zum )(?<!bis )(?<!ab )(?<![\d.])\d{1,2}\.\d{1,2}\.\d{4}(?!\d)(?!\.$)")
_UNDATED_ROW = re.compile(rf"{COUNCIL.pattern} (?:fassung|{ROLE.pattern})$")  # the last one's day is not known yet
_LONGEST_AGENDA = 40  # lines
_LONGEST_ROW = 4  # lines

_PLANNED = re.compile(
    r"für die (?:nächste )?(?:(?P<sitting>[A-ZÄÖÜ]\w{2,40}?)s?sitzung"
    r"|Sitzung de[sr] (?P<council>[A-ZÄÖÜ][^.,\d]{2,80}?)) am "
)
_MEANT_FOR = re.compile(  # a motion's head: "Kreistag, 15.07.2024", "Vorgesehen: Sitzung des Kreistages am 15.07.2024"
    rf"(?:\w{{4,20}}: )?(?:(?P<sitting>Sitzung de[sr] )|(?=Kreistag|Rat\b|\w{{2,30}}(?:rat|ausschuss)\b))"
    rf"(?P<council>[A-ZÄÖÜ][^.,:\d]{{2,80}}?)(?(sitting) am|,) {DATE.pattern}$"
)
_MADE_FOR = re.compile(  # "Beschluss des Sozialausschusses vom 15.07.2024 Öffentliche Sitzung", which is a form's head
    rf"\bBeschluss de[sr] (?P<council>[A-ZÄÖÜ]\w{{2,40}}(?:ausschusses|rate?s|tage?s|versammlung)(?: de[sr] [^,]{{3,60}}?)?) vom"
    rf"(?: {DATE.pattern})?\W{{1,3}}(?P<not>[Nn]icht)?\s?-?[Öö]ffentliche Sitzung"
)
_SAT = re.compile(r"Sitzung (?:de[sr] )?(?P<council>[A-ZÄÖÜ][^.\d]{2,120}?) (?:vom|am) ")
_LONGEST_REPORT = 160  # characters of the line that says what a sitting resolved
_LATEST_RESULT = 40  # where in it the result begins


def read_agenda(head: Sequence[Line]) -> tuple[list[Consultation], range]:
    """The steps of the Beratungsfolge and the lines of the head that hold it."""
    start = next((at for at, line in enumerate(head) if _AGENDA_HEAD.match(line.text) or _is_list_of_results(head, at)), None)
    if start is None:
        return [], range(0)
    if head[start].cells:
        end = next((at for at in range(start, len(head)) if not head[at].cells), len(head))
        return steps_of_table(head[start:end]), range(start, end)
    end = _end_of_running_agenda(head, start)
    text = " ".join(line.text.replace(CELL_SEPARATOR, " ") for line in head[start:end])
    return steps_of_text(text), range(start, end)


def _is_list_of_results(head: Sequence[Line], at: int) -> bool:
    """A heading of a web page, with the day of a sitting below it."""
    return head[at].text == "Ergebnisse" and at + 1 < len(head) and DATE.fullmatch(head[at + 1].text) is not None


def _end_of_running_agenda(head: Sequence[Line], start: int) -> int:
    """Behind the last dated row; rows without a date between two dated ones are wrapped names."""
    end = start + 1
    while end < len(head) and is_column(head[end].text):  # the columns' heads, each on a line of its own
        end += 1
    dated = [at for at, line in enumerate(head[: start + _LONGEST_AGENDA]) if at >= start and _ROW_DATE.search(line.text)]
    for at in dated:
        if at - end > _LONGEST_ROW:
            break
        end = at + 1
    if dated and DATE.fullmatch(head[dated[0]].text) and not COUNCIL.match(head[dated[0] - 1].text):
        end += 1  # the date comes first: behind the last one there stands its council
    while dated and end < len(head) and (is_rest_of_step(head[end].text) or _UNDATED_ROW.match(head[end].text)):
        end += 1
    if not dated and end < len(head) and _AGENDA_HEAD.match(head[end].text):  # a title, then the columns' heads
        end += 1
    return end


def with_results(steps: Sequence[Consultation], opening: Sequence[Line], motion: Sequence[Line] = ()) -> tuple[Consultation, ...]:
    """The steps, with results that a section "Vorberatung" reports and with the sitting a motion is meant for.

    ``motion``: the head, if the paper is a motion.
    """
    known = list(steps)
    if not steps:
        meant = (_MEANT_FOR.match(part) for part in parts_of(motion))
        known += [Consultation(nominative(found["council"]), parse_date(found)) for found in meant if found]
    for line, following in pairwise([*opening, Line("")]):
        if reported := _reported(line.text, following.text):
            _add_result(known, reported)
        elif not steps and (planned := _planned(line.text) or _made_for(f"{line.text} {following.text}")):
            known += [planned] if planned not in known else []
    return tuple(known)


def _reported(text: str, following: str) -> Consultation | None:
    """What a line says of an earlier sitting: "Sitzung des Sozialausschusses vom 12.03.2022", its result below."""
    sat, result = _SAT.match(text), RESULT.search(following)
    if not sat or not result or len(following) > _LONGEST_REPORT or result.start() > _LATEST_RESULT:
        return None
    day = parse_date(DATE.match(text, sat.end()))
    return Consultation(nominative(sat["council"]), day, result=following.rstrip(" ."))


def _add_result(known: list[Consultation], reported: Consultation) -> None:
    for at, step in enumerate(known):
        if (step.organization, step.date) == (reported.organization, reported.date):
            known[at] = replace(step, result=step.result or reported.result)
            return
    known.append(reported)


def _made_for(text: str) -> Consultation | None:
    found = _MADE_FOR.search(text)
    return Consultation(nominative(found["council"]), parse_date(DATE.search(found[0])), not found["not"]) if found else None


def _planned(text: str) -> Consultation | None:
    planned = _PLANNED.search(text)
    day = parse_date(DATE.match(text, planned.end())) if planned else None
    return Consultation(nominative(planned["sitting"] or planned["council"]), day) if planned and day else None
