"""Number and agenda item of a paper, as its head states them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.papers.lines import Fields, Line, parts_of
from indexer.papers.steps import ITEM
from indexer.references import find_references

_NUMBER_OPENING = re.compile(r"\W*(?:(?:\w*vorlagen?|drucksachen?|antrag|anfrage|nr|nummer)\W{0,3}){0,3}", re.IGNORECASE)
_REFERRED_TO = re.compile(r" (?:vom|von|wird|wurde)\b")
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
    for part in parts_of(head):
        found = find_references(f"| {part}")  # behind the bar, a bare "1/10" is not taken for a query
        if len(found) == 1 and _heads_the_paper(part[: found[0].start - 2], part[found[0].end - 2 :], kind):
            return found[0].raw
    return None


def _heads_the_paper(before: str, after: str, kind: str | None) -> bool:
    """Whether a number between these stands alone, or behind its kind in a title that does not refer to it."""
    if kind == "Antwort":  # what stands in its title, or behind a word, is the question's number
        return not before.strip() and not after.strip(" .|")
    if not _NUMBER_OPENING.fullmatch(before):
        return False
    return not after.strip(" .|") or (before.strip() != "" and len(after) < 60 and not _REFERRED_TO.match(after))


def read_agenda_item(fields: Fields, head: Sequence[Line]) -> str | None:
    """The item of the sitting's agenda that the paper belongs to."""
    for value in fields["item"]:
        if item := ITEM.match(value):
            return item[0]
    items = (pattern.match(part) for part in parts_of(head) for pattern in _AGENDA_ITEMS)
    return next((item[1].rstrip(".") for item in items if item), None)
