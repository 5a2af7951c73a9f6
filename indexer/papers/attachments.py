"""What a paper is joined to: its attachments, and other papers that it names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.papers.lines import EMPTY, SECTION, Line
from indexer.papers.people import PERSON
from indexer.references import find_references, reference_key

_HEADING = re.compile(r"\W{0,3}Anlagen?(?:verzeichnis)?\s?(?:\(n\))?\s?(?::(?P<first>.*)|$)")
_NUMBERED = re.compile(r"(?:Anlage|Anl\.)\s?(?:\d{1,2}[a-z]?|[IVX]{1,4})?\s?[-–:.]?\s?(?P<title>.*)$")
_NO_ATTACHMENT = ("", "keine", "ohne", "entfällt")
_MOST_LINES = 30
_LONGEST_TITLE = 200


def read_attachments(lines: Sequence[Line]) -> tuple[str, ...]:
    """Titles listed under the last heading "Anlagen", without "Anlage 1 -"; "Anlage 1" stays if there is no title."""
    headings = ((at, found) for at in reversed(range(len(lines))) if (found := _HEADING.match(lines[at].text)))
    start, heading = next(headings, (0, None))
    if heading is None:
        return ()
    listed = [(heading["first"] or "").strip()]
    for line in lines[start + 1 : start + 1 + _MOST_LINES]:
        if SECTION.match(line.text) or EMPTY.match(line.text) or PERSON.match(line.text):
            break
        if len(line.text) > _LONGEST_TITLE:
            break
        listed.append(line.text)
    titles = (_title(text) for text in listed)
    return tuple(dict.fromkeys(title for title in titles if title.casefold().strip(" .-/") not in _NO_ATTACHMENT))


def _title(text: str) -> str:
    if numbered := _NUMBERED.match(text):
        return numbered["title"].strip() or text
    return re.sub(r"^\(?\d{1,2}[.)]\s", "", text)


def read_related(text: str, own: str | None) -> tuple[str, ...]:
    """Numbers of other papers in the order of their appearance, each once."""
    own_key = reference_key(own) if own else ""
    by_key: dict[str, str] = {}
    for found in find_references(text):
        if found.key != own_key:
            by_key.setdefault(found.key, found.raw)
    return tuple(by_key.values())
