"""The name of a paper: its Betreff, or the line that stands as its title.

A title is never a letterhead, a council, a field of the head, a mark, a bare kind or a whole sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import dropwhile, pairwise, takewhile

from indexer.bodies import without_letterhead
from indexer.dates import DATE
from indexer.papers.dates import PLACE_AND_DATE
from indexer.papers.kinds import names_kind
from indexer.papers.lines import INLINE_LABEL, Fields, Line, label_of
from indexer.papers.people import OFFICE_LINE, named_groups
from indexer.papers.publicity import read_mark
from indexer.papers.steps import COUNCIL
from indexer.references import find_references

_NOT_A_NAME = re.compile(
    r"(?:gedruckt auf|anlage ?\w{0,3}\W*$"
    r"|an (?:den|die|das|herrn?|frau|landr\w+) |herrn?\b|frau\b|seite \d|tel\b|fax\b|rathaus|.*\b\d{5} [A-ZÄÖÜ]"
    r"|postfach|dr\. |\d{1,2}\. ?\w+\.? ?\d{4}$|www\.|der landrat|die landrätin|der (?:ober)?bürger|abonnement|beratung in"
    r"|öffentliche |nichtöffentliche |sitzung |punkt ?\d|niederschrift|gremium|\(?nicht|\S+@\S+|fraktion |(?:die )?fraktionen )",
    re.IGNORECASE,
)
_GROUP = re.compile(r"[^:(]{3,60}(?: [-–|]|,) \w{0,20}[Ff]raktion\b[^:]{0,40}$")
_COUNCIL_ONLY = re.compile(
    rf"(?:[A-ZÄÖÜ]\w{{2,30}}-?(?:,| und) ){{0,3}}(?:{COUNCIL.pattern})(?: (?:für|des|der|und) .{{1,120}})?$"
)
_ITEM_LINE = re.compile(r"(?:Tagesordnungspunkt|TOP)\b[\s:_.\dÖNöna-c]{0,12}")
_WHO_ASKS = re.compile(r"(?:\w{0,12}(?:[Aa]ntrag|[Aa]nfrage)): .{2,40}$")
_WHAT_IS_ASKED = re.compile(r"(?i:(?:änderungs|ergänzungs|zusatz)?(?:antrag|anfrage)): ?(.{10,})")
_SITTING_KINDS = ("Niederschrift", "Auszug", "Einladung", "Bekanntmachung")  # named by their sitting
_SITTING = re.compile(r"(?:zur?|über|aus|des|der|für) ")
_SITTING_ENDS = re.compile(r",? (?:um )?\d{1,2}[:.]\d\d Uhr.*$")
_WORD = re.compile(r"[^\W\d_]{3,}")
_ATTACHED_TO = re.compile(r"\s(?:- )?Anlage(?: \d{1,2})? zu(?:r|m)? (?:Drucksache|Vorlage|Antrag|DS)\b.*$")
_RUN_IN_LABEL = re.compile(
    r"\s(?:Tag|Datum|Drucksache|Vorlage|(?:Drucksachen|Vorlagen)-?(?:Nr\.?|[Nn]ummer))$"
)  # the next cell's
_GRANT = re.compile(r"(?:Entscheidung über die )?Gewährung eine[sr] (?:Zuschusses|Zuwendung|Förderung)\b")
_RESOLUTION_BEHIND = re.compile(r"\sBeschluss de[sr] .*$")
_BEGINNING = re.compile(r"\W{0,3}[A-ZÄÖÜ\d]")
_ABBREVIATED = re.compile(r"(?:\b\w{1,3}|[Ss]tr)\.$")
_LONGEST_SENTENCE = 80  # characters of a title that ends with a full stop
_LONGEST_NAME = 400  # characters; a longer one is cut at a word


def read_name(fields: Fields, head: Sequence[Line], agenda: range, kind: str | None) -> str | None:
    """The Betreff: labelled; the headline; below the TOP; beside the Beratungsfolge; below the number; on top."""
    is_grant = (kind is not None and kind.endswith("bescheid")) or any(_GRANT.match(line.text) for line in head[:12])
    subject = [_RESOLUTION_BEHIND.sub("", value) for value in fields["project"]] if is_grant else ()
    name = next(iter([*fields["name"], *subject]), None)
    if name is None and kind in _SITTING_KINDS:
        name = _headline(head[:12]) or _of_sitting(head)
    elif name is None:
        name = (
            _behind_kind(head)
            or _headline(head[:12])
            or _below_item(head)
            or (_answer(head) if kind == "Antwort" else None)
            or (_beside_agenda(head, agenda) if agenda else _below_number(head) or _on_top(head))
        )
    return _tidy(name) or None if name else None


def _headline(head: Sequence[Line]) -> str | None:
    """The first heading of the highest level. It may be an office's page, or begin with a kind and say more than that."""
    for line in head:
        text = _first_part(line)
        says_more = names_kind(text) and len(_WORD.findall(text)) > 1
        if line.title and (_can_be_name(line) or says_more or OFFICE_LINE.match(text)):
            return text
    return None


def _of_sitting(head: Sequence[Line]) -> str | None:
    """ "Niederschrift über die 3. Sitzung des …", on one line or two."""
    for line, following in pairwise([*head, Line("")]):
        text = without_letterhead(line.text)
        if names_kind(text) and not line.cells:
            joined = f"{text} {following.text}" if _SITTING.match(following.text) else text
            if len(_WORD.findall(joined)) > 1:
                return _without_run_in_label(_SITTING_ENDS.sub("", joined), following)
    return None


def _answer(head: Sequence[Line]) -> str | None:
    """ "Antwort auf die Anfrage 2024/1: Wartezeiten" """
    for line, following in pairwise([*head, Line("")]):
        if ": " in line.text and not line.cells and names_kind(line.text) and not _is_sentence(line.text):
            return _without_run_in_label(line.text, following)
    return None


def _without_run_in_label(text: str, following: Line) -> str:
    """A title with which the label of a table's first cell ran together; the cell's value follows."""
    has_value = find_references(following.text) or DATE.search(following.text)
    return _RUN_IN_LABEL.sub("", text) if has_value else text


def _below_item(head: Sequence[Line]) -> str | None:
    items = (below for line, below in pairwise(head) if _ITEM_LINE.fullmatch(line.text))
    return next((below.text for below in items if _can_be_name(below)), None)


def _behind_kind(head: Sequence[Line]) -> str | None:
    asked = (found[1] for line in head if (found := _WHAT_IS_ASKED.match(line.text)))
    return next((name for name in asked if not named_groups(name)), None)


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
    """The first line that can be a name, unless it is a sentence; no value of a label."""
    lines = (line for above, line in pairwise([Line(""), *head[:12]]) if label_of(above.text) in (None, "name"))
    first = next((_first_part(line) for line in lines if _can_be_name(line, sentences=True)), "")
    return first if not _is_sentence(first) and not first.endswith((".", ":")) else None


def _first_part(line: Line) -> str:
    return _ATTACHED_TO.sub("", line.parts[0])


def _is_sentence(text: str) -> bool:
    return len(text) > _LONGEST_NAME or (len(text) > _LONGEST_SENTENCE and text.endswith(".") and not _ABBREVIATED.search(text))


def _can_be_name(line: Line, *, sentences: bool = False) -> bool:
    text = _first_part(line)
    return not (
        line.cells
        or line.item
        or len(text) < 6
        or not _BEGINNING.match(text)
        or (not sentences and _is_sentence(text))
        or INLINE_LABEL.match(text)
        or label_of(text)
        or _NOT_A_NAME.match(text)
        or OFFICE_LINE.match(text)
        or _GROUP.match(text)
        or _COUNCIL_ONLY.match(text)
        or names_kind(text)
        or find_references(text[:60])
        or PLACE_AND_DATE.match(text)
        or text.endswith("fraktion")
        or read_mark(text) is not None
        or not without_letterhead(text)
    )


def _tidy(name: str) -> str:
    """Without the next heading, ornaments and hyphenation: "Straßen- bau" but "Straßen- und Wegebau"."""
    name = re.sub(r"\s?Beratungsfolge(?: dieser Vorlage)?$|\s(?:Der|Die) \w+ (?:möge|wolle) beschließen\W*$", "", name)
    name = re.sub(r"(?<=[a-zäöüß])- (?=[a-zäöüß])(?!(?:und|oder|bzw|sowie)\b)", "", name.strip(" *:–-|"))
    return name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME].rsplit(" ", 1)[0] + " …"
