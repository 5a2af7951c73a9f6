"""Steps of a Beratungsfolge whose cells ran together, as PDF readers leave it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from indexer.dates import DATE, parse_date
from indexer.domain import Consultation
from indexer.papers.steps import COUNCIL, ITEM, RESULT, ROLE, STEP_MARK

_HEAD_WORDS = re.compile(
    r"(?:⊕|\W|Beratungsfolge|dieser Vorlage|Gremium|Gremien|Sitzungstermin|Sitzungsdatum|Termin|Datum|Sitzung|TOP"
    r"|Status|Stand|Ergebnis|nö|ö|Abstimmungsergebnis|Ergebnisse|Abstimmung|Zuständigkeit|Öffentlichkeitsstatus|Öffentlichkeit"
    r"|Beratungsart|Beschluss|Ja|Nein|Enthalt(?:ung(?:en)?)?|N|Ö)(?=\W|$)\W*"
)
_BROKEN_ROLE = re.compile(rf"(?P<role>(?:Beratung und )?Beschluss-)(?P<result>\s(?:{RESULT.pattern}).*)?$", re.IGNORECASE)
_NO_DATE = re.compile(rf"(?P<council>{COUNCIL.pattern})\s(?P<role>fassung|{ROLE.pattern})$")
_NAME_BELOW = re.compile(r"(?:^|\s)(und [A-ZÄÖÜ][\w-]+(?:\s[A-ZÄÖÜ]\w+)?)$")
_NAME_BELOW_BREAK = re.compile(  # behind "und" or ","; what follows it is the result of the next row, begun above it
    r"(?:^|\s)(?!Einstimmig|Mehrheit|Enthaltung|Stimme|Beschluss|Ja\b|Nein\b)([A-ZÄÖÜ][a-zäöüß]{3,}(?: und [A-ZÄÖÜ]\w+)?)(?=\s|$)"
)
_COLUMN_TITLES = re.compile(r"\b(?:Gremium|Gremien) (?:Termin|Datum|Sitzungstermin|Sitzungsdatum|Sitzung)\b")
_LONGEST_TITLES = 600
_LONGEST_ORGANIZATION = 200
_LONGEST_RESULT = 120


def steps_of_text(text: str) -> list[Consultation]:
    """What stands between two dates is parted.

    "Gremium Termin TOP ö nö Gemeinderat 28.06.2022 11 X Personalausschuss 02.02.2023 1 X": behind a date come item,
    mark, role and result of its step, then the next council's name. Which column an X stands in is lost, so it says
    nothing.
    """
    titles = list(_COLUMN_TITLES.finditer(text, 0, _LONGEST_TITLES))
    start = titles[-1].start() if titles else 0  # the paper's name may have run into them
    while words := _HEAD_WORDS.match(text, start):
        start = words.end()
    has_item, text = "TOP" in text[:start], text[start:]
    dates = list(DATE.finditer(text))
    steps: list[Consultation] = []
    if dates and not text[: dates[0].start()].strip():  # the date comes first, as in "Termin Gremium"
        return _steps_behind_dates(text, dates)
    before = text[: dates[0].start()].strip() if dates else ""
    above = _Above()
    for found, following in zip(dates, [*dates[1:], None], strict=False):
        own, after = _parted(text[found.end() : following.start()]) if following else (text[found.end() :], "")
        if role := ROLE.match(before):  # a broken one: "Beratung und Beschluss- / Rat 15.03.2018 / fassung"
            before, above = before[role.end() :].strip(), replace(above, role=role[0])
        own, below = _cut_off(own.strip(), last=following is None)
        if COUNCIL.search(before) and len(before) <= _LONGEST_ORGANIZATION:
            step, left = _step(before, parse_date(found), own, above, has_item=has_item)
            steps.append(step)
            above = replace(below, result=below.result or left)
            if below.council:
                steps.append(_step(below.council, None, "", replace(above, result=""), has_item=False)[0])
        before = after
    return steps


@dataclass(frozen=True)
class _Above:
    """What stands above the line of the next step's date: a cell with more lines than the date's begins there.

    ``council``: the next step has no date.
    """

    role: str = ""
    result: str = ""
    council: str = ""


def _cut_off(own: str, *, last: bool) -> tuple[str, _Above]:
    """A step's cells without what belongs to the next one: "Beratung und Beschluss- 20 Ja-Stimmen, zwei"."""
    undated = _NO_DATE.search(own) if last else None
    council, role = (undated["council"], undated["role"]) if undated else ("", "")
    own = own[: undated.start()].strip() if undated else own
    if broken := _BROKEN_ROLE.search(own):
        return own[: broken.start()].strip(), _Above(broken["role"], (broken["result"] or "").strip(), council)
    if undated and role != "fassung":
        return own, _Above(role, "", council)
    return (f"{own} {undated[0]}".strip() if undated else own), _Above()


def _steps_behind_dates(text: str, dates: Sequence[re.Match[str]]) -> list[Consultation]:
    """Each date with what follows it: the council, then role, mark and result."""
    steps: list[Consultation] = []
    for found, following in zip(dates, [*dates[1:], None], strict=False):
        row = text[found.end() : following.start() if following else len(text)].strip()
        ends = [match.start() for form in (ROLE, STEP_MARK, RESULT) if (match := form.search(row))]
        organization = row[: min(ends, default=len(row))].strip()
        if COUNCIL.search(organization) and len(organization) <= _LONGEST_ORGANIZATION:
            steps.append(_step(organization, parse_date(found), row[len(organization) :].strip(), _Above(), has_item=False)[0])
    return steps


def _parted(gap: str) -> tuple[str, str]:
    """What stands between two dates: the rest of the step before, and the council of the step behind."""
    council = COUNCIL.search(gap)
    return (gap[: council.start()], gap[council.start() :].strip()) if council else (gap, "")


def _step(organization: str, day: date | None, own: str, above: _Above, *, has_item: bool) -> tuple[Consultation, str]:
    """The step, and what of its cells belongs to the next one."""
    item = ITEM.match(own) if has_item else None
    own = own[item.end() :].strip() if item else own
    organization, own = _rejoined(re.sub(r"\s\d{1,2}\.\s?[/-]$", "", organization), own)  # "04./05.04.2023"
    role = ROLE.search(own)
    rest = f"{own[: role.start()]}{own[role.end() :]}".strip() if role else own
    left = ""
    if organization.endswith((" und", ",")):
        if below := _NAME_BELOW_BREAK.search(rest):
            organization, rest, left = f"{organization} {below[1]}", rest[: below.start()], rest[below.end() :].strip()
    elif below := _NAME_BELOW.search(rest):
        organization, rest = f"{organization} {below[1]}", rest[: below.start()]
    role_name = role[0] if role else above.role
    if role_name.endswith("-"):
        role_name, rest = f"{role_name[:-1]}fassung", rest.removeprefix("fassung").removesuffix("fassung")
    rest = f"{above.result} {rest.strip()}".strip()
    mark, result = STEP_MARK.search(rest), RESULT.search(rest)
    step = Consultation(
        organization,
        day,
        None if mark is None else not mark["not"],
        role_name or None,
        rest[result.start() :][:_LONGEST_RESULT].strip(" .") if result else None,
        item[0] if item else None,
    )
    return step, left


def _rejoined(organization: str, own: str) -> tuple[str, str]:
    """A name broken at the row's date: "Wirtschaftsförde- / 10.12.2019 / rung, Marketing"."""
    if not (organization.endswith("-") and own[:1].islower()):
        return organization, own
    role = ROLE.search(own)
    cut = role.start() if role else len(own)
    return organization[:-1] + own[:cut].strip(), own[cut:]
