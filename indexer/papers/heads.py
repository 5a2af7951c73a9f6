"""Number, date, name and agenda item of a paper, as its head states them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import chain, dropwhile, pairwise, takewhile

from indexer.papers.kinds import names_kind
from indexer.papers.lines import DATE, INLINE_LABEL, Fields, Line, label_of, parse_date, parts_of
from indexer.papers.publicity import read_mark
from indexer.papers.steps import ITEM
from indexer.references import find_references

_NUMBER_OPENING = re.compile(r"\W*(?:(?:\w*vorlagen?|drucksachen?|antrag|anfrage|nr|nummer)\W{0,3}){0,3}", re.IGNORECASE)
_REFERRED_TO = re.compile(r" (?:vom|von|wird|wurde)\b")

_PLACE_AND_DATE = re.compile(rf"[A-ZÄÖÜ][\w()./ -]{{2,40}}, (?:den |der |am )?{DATE.pattern}\.?$")
_OFFICE_AND_DATE = re.compile(
    r"(?:Dezernat|Amt|Fachbereich|Fachdienst|Stabsstelle|Telefon|Tel\.|Auskunft|Az|Aktenzeichen)"
    rf".{{0,120}}?\s{DATE.pattern}$"
)
_DATE_ALONE = re.compile(rf"{DATE.pattern}$")

_NOT_A_NAME = re.compile(
    r"(?:gedruckt auf|an (?:den|die|das) |herrn?\b|frau\b|seite \d|tel\b|fax\b|rathaus|.*\b\d{5} [A-ZÄÖÜ]|postfach"
    r"|dr\. |\d{1,2}\. ?\w+\.? ?\d{4}$|www\.|der landrat|die landrätin|der (?:ober)?bürger|abonnement|beratung in"
    r"|öffentliche |nichtöffentliche |sitzung |punkt ?\d|niederschrift|gremium|\(?nicht|\S+@\S+)",
    re.IGNORECASE,
)
_ITEM_LINE = re.compile(r"(?:Tagesordnungspunkt|TOP)\b[\s:_.\dÖNöna-c]{0,12}")
_WHO_ASKS = re.compile(r"(?:Antrag|Anfrage): .{2,40}$")
_WHAT_IS_ASKED = re.compile(r"(?:Antrag|Anfrage): ?(.{10,})")
_LONGEST_NAME = 400  # characters; a longer one is cut at a word

_AGENDA_ITEMS = (
    re.compile(r"(?:Tagesordnungspunkt|TOP) ((?:[ÖN] ?)?\d[\d.]*\w?)$"),
    re.compile(r"Punkt (\d[\d.]*) der Tagesordnung"),
)


def read_reference(fields: Fields, head: Sequence[Line], kind: str | None) -> str | None:
    """The paper's own number: after its label, or alone on a line, or behind the kind in the title."""
    for value in fields["reference"]:
        found = find_references(f"Vorlage Nr. {value[:60]}")
        if found and found[0].start <= len("Vorlage Nr. ") + 3:
            return found[0].raw
    if kind == "Antwort":  # what stands in its title is the question's number
        return None
    for part in parts_of(head):
        found = find_references(f"| {part}")  # behind the bar, a bare "1/10" is not taken for a query
        if len(found) == 1 and _heads_the_paper(part[: found[0].start - 2], part[found[0].end - 2 :]):
            return found[0].raw
    return None


def _heads_the_paper(before: str, after: str) -> bool:
    """Whether a number between these stands alone, or behind its kind in a title that does not refer to it."""
    if not _NUMBER_OPENING.fullmatch(before):
        return False
    return not after.strip(" .|") or (before.strip() != "" and len(after) < 60 and not _REFERRED_TO.match(after))


def read_date(fields: Fields, top: Sequence[Line], tail: Sequence[Line]) -> date | None:
    """The paper's own date; never that of a sitting, of a receipt, or of a paper it refers to.

    Labelled; or behind a place ("Darmstadt, den 27.02.2020"); or closing an office's line; or alone on a line.
    """
    first, last = parts_of(top), parts_of(tail[-8:])
    labelled = (DATE.search(value[:40]) for value in fields["date"])
    printed = (
        pattern.match(part)
        for pattern, parts in (
            (_PLACE_AND_DATE, first),
            (_OFFICE_AND_DATE, first),
            (_DATE_ALONE, first),
            (_PLACE_AND_DATE, last),
            (_DATE_ALONE, last),
        )
        for part in parts
    )
    return next((day for match in chain(labelled, printed) if (day := parse_date(match))), None)


def read_name(fields: Fields, head: Sequence[Line], agenda: range) -> str | None:
    """The Betreff: labelled; below the TOP; behind "Antrag:"; beside the Beratungsfolge; below the number; on top."""
    name = (
        next(iter(fields["name"]), None)
        or _below_item(head)
        or _behind_kind(head)
        or (_beside_agenda(head, agenda) if agenda else _below_number(head) or _on_top(head))
    )
    return _tidy(name) or None if name else None


def _below_item(head: Sequence[Line]) -> str | None:
    items = (below for line, below in pairwise(head) if _ITEM_LINE.fullmatch(line.text))
    return next((below.text for below in items if _can_be_name(below)), None)


def _behind_kind(head: Sequence[Line]) -> str | None:
    return next((found[1] for line in head if (found := _WHAT_IS_ASKED.match(line.text))), None)


def _beside_agenda(head: Sequence[Line], agenda: range) -> str:
    """The lines right above the Beratungsfolge, or those right below it."""
    above = list(dropwhile(lambda line: _WHO_ASKS.match(line.text), reversed(head[: agenda.start])))
    lines = _names_among(above)[::-1] or _names_among(head[agenda.stop :])
    return " ".join(line.text for line in lines)


def _names_among(lines: Sequence[Line]) -> list[Line]:
    """The first lines that can be part of a name, as far as they go."""
    return list(takewhile(_can_be_name, lines[:4]))


def _below_number(head: Sequence[Line]) -> str | None:
    numbered = (below for line, below in pairwise(head) if len(line.text) < 60 and find_references(line.text))
    below = next(numbered, None)
    return below.text if below and _can_be_name(below) else None


def _on_top(head: Sequence[Line]) -> str | None:
    """The first line that can be a name, unless it is a sentence."""
    first = next((line.text for line in head[:12] if _can_be_name(line)), "")
    return first if len(first) <= 200 and not first.endswith((".", ":")) else None


def _can_be_name(line: Line) -> bool:
    return not (
        line.cells
        or line.item
        or len(line.text) < 6
        or INLINE_LABEL.match(line.text)
        or label_of(line.text)
        or _NOT_A_NAME.match(line.text)
        or names_kind(line.text)
        or find_references(line.text[:60])
        or _PLACE_AND_DATE.match(line.text)
        or line.text.endswith("fraktion")
        or read_mark(line.text) is not None
    )


def _tidy(name: str) -> str:
    """Without the next heading, ornaments and hyphenation: "Straßen- bau" but "Straßen- und Wegebau"."""
    name = re.sub(r"\s?Beratungsfolge(?: dieser Vorlage)?$", "", name)
    name = re.sub(r"(?<=[a-zäöüß])- (?=[a-zäöüß])(?!(?:und|oder|bzw|sowie)\b)", "", name.strip(" *:–-|"))
    return name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME].rsplit(" ", 1)[0] + " …"


def read_agenda_item(fields: Fields, head: Sequence[Line]) -> str | None:
    """The item of the sitting's agenda that the paper belongs to."""
    for value in fields["item"]:
        if item := ITEM.match(value):
            return item[0]
    items = (pattern.match(part) for part in parts_of(head) for pattern in _AGENDA_ITEMS)
    return next((item[1].rstrip(".") for item in items if item), None)
