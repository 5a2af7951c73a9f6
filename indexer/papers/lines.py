"""What all rules share: a paper as lines and cells, the end of its head and the fields named there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from indexer.dates import DATE
from indexer.domain import CELL_SEPARATOR, Block

_LONGEST_LINE = 600  # characters of a block that are read; heads and signatures are short
_JOINT = " · "  # joins the fields of a line: "Beschlussvorlage · Status: öffentlich"
_SPACED_OUT = re.compile(r"(?<!\w)(?:[^\W\d_] ){4,40}[^\W\d_](?!\w)")  # "B E S C H L U S S"
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2})?\.?\s")

SECTION = re.compile(  # what begins where the head ends
    r"(?:(?:[IVX]{1,4}|\d{1,2}|[A-Z])\.\s)?"
    r"(?:beschluss(?:vorschlag|antrag|empfehlung|entwurf|text|tenor)?|sachverhalt|sachdarstellung|sachstand|begründung"
    r"|problembeschreibung\S*|inhalt der mitteilung|mitteilungsinhalt|finanzielle auswirkungen|kurzfassung"
    r"|information|vortrag\b.{0,40}|stellungnahme|antwort|zusammenfassung|einleitung|vorbemerkung"
    r"|(?:ergänzende )?erläuterungen|erläuterung|vorberatung|anlagen?|bezug zum haushalt|abstimmungsergebnis)"
    r"(?:\s\([^)]{1,40}\))?\s?(?::.*)?$",
    re.IGNORECASE,
)
_SALUTATION = re.compile(
    r"Sehr geehrte|Ihrer Anfrage liegt|(?:Der|Die) \w+ (?:möge|wolle) beschließen"
    r"|\w{1,60}[Ff]raktion\b.{0,60} beantragt"
)

_LABELS = {
    "name": r"betreff|betrifft|betr\.|bezeichnung|titel|gegenstand|thema|vorlagentitel|beratungsgegenstand",
    "reference": r"(?:drucksachen?|vorlagen?|sitzungsvorlagen?|beschlussvorlagen?|ds|antrags?|anfragen?|\w{0,20}bescheid)"
    r"[ -]{0,2}(?:nr\b\.?|nummer)|drucksache|vorlage\.?",
    "date": r"datum|vorlagendatum|erstellungsdatum|erstellt am|ausgabedatum|verfasst am",
    "status": r"(?:öffentlichkeits)?status|öffentlichkeit|öffentlich|sitzungsart|behandlung|sitzungsstatus"
    r"|beratungsart|vertraulichkeit",
    "type": r"vorlagenart|art der vorlage|vorlagetyp|vorlagentyp|dokumentart|typ|art",
    "originator": r"organisationseinheit|dezernat|amt|fachbereich|fachdienst|fachgebiet|dienststelle|verantwortlich"
    r"|federführ\w{1,10}(?: \w{1,12})?|einreicher(?:/?-?in(?:nen)?)?|antragsteller(?:/?-?in(?:nen)?|innen)?"
    r"|fraktion(?:en)?|(?:zuständiges )?referat|geschäftsbereich|eigenbetrieb",
    "item": r"tagesordnungspunkt|top",
    "project": r"(?:für die )?maßnahme|vorhaben|projekt",
    "as_of": r"stand|redaktionsschluss",
    "other": r"telefon|telefax|tel\.?|fax|verfasser\S{0,5}|bearbeiter\S{0,5}|sachbearbeiter\S{0,5}|auskunft erteilt"
    r"|aktenzeichen|az\.?|e-?mail|eingang|anlagen?|termin|wahlperiode|freigabe|referent\S{0,3}"
    r"|vorsitz\w{0,5}|(?:sitzungs)?tag|beteiligt\w{0,3}|ansprechpartner\S{0,5}|ort|ihr zeichen",
}
_ANY_LABEL = "|".join(f"(?P<{field}>{form})" for field, form in _LABELS.items())
_LABEL_ONLY = re.compile(_ANY_LABEL, re.IGNORECASE)
INLINE_LABEL = re.compile(rf"(?<![\w.-])(?:{_ANY_LABEL})\s?:(?!//)", re.IGNORECASE)
LABEL_ORNAMENTS = " :⊕■*"
EMPTY = re.compile(r"[\W_]*$")

Fields = dict[str, list[str]]  # every field of _LABELS with its values in order


@dataclass(frozen=True)
class Line:
    """A block as the rules see it: one line, its cells if it is a table row."""

    text: str
    cells: tuple[str, ...] = ()
    item: bool = False  # a list item
    title: bool = False  # a heading of the highest level

    @property
    def parts(self) -> tuple[str, ...]:
        return self.cells or tuple(self.text.split(_JOINT))


def read_line(text: str, block: Block) -> Line:
    raw = unicodedata.normalize("NFC", text[block.start : min(block.end, block.start + _LONGEST_LINE)])
    raw = re.sub(r"\s+", " ", raw.replace("\u00ad", "")).strip()
    raw = _SPACED_OUT.sub(lambda spaced: spaced[0].replace(" ", ""), raw)
    is_row = block.kind in ("table_head", "table_row")
    cells = tuple(cell.strip() for cell in raw.split(CELL_SEPARATOR.strip())) if is_row else ()
    is_title = block.kind == "heading" and block.level == 1 and not _NUMBERED.match(raw)
    return Line(raw, cells, block.kind == "list_item", is_title)


def parts_of(lines: Iterable[Line]) -> list[str]:
    """What stands in the lines: the cells of rows, the text of others."""
    return [part for line in lines for part in line.parts if part]


def head_of(opening: Sequence[Line]) -> Sequence[Line]:
    """The lines up to the first section. In the first two lines, or below "Art", a section word is the kind."""
    for at, line in enumerate(opening):
        is_kind = at < 2 or label_of(opening[at - 1].text) == "type"
        if (SECTION.match(line.text) and not is_kind and not _is_role(opening, at)) or _SALUTATION.match(line.text):
            return opening[:at]
    return opening


def _is_role(opening: Sequence[Line], at: int) -> bool:
    """Whether the line is the role of a step, between the rows of a Beratungsfolge: "17.02.2025 öffentlich"."""
    is_role = opening[at].text == "Vorberatung" and DATE.match(opening[at - 1].text)
    return bool(is_role) and any(DATE.match(line.text) for line in opening[at + 1 : at + 5])


def label_of(text: str) -> str | None:
    """The field that a cell or line names, if it is nothing but a label."""
    match = _LABEL_ONLY.fullmatch(text.strip(LABEL_ORNAMENTS))
    return match.lastgroup if match else None


def read_fields(head: Sequence[Line]) -> Fields:
    """The values by field: "Label: value", a label with its value on the next line, a table's head over its row."""
    fields: Fields = {field: [] for field in _LABELS}
    for line, following in pairwise([*head, Line("")]):
        for field, value in _fields_of_columns(line, following) or _fields_of_line(line, following):
            if not EMPTY.match(value):
                fields[field].append(value)
    return fields


def _fields_of_columns(line: Line, following: Line) -> list[tuple[str, str]]:
    """The row below, by the labels of a table's head; one label alone makes no head."""
    if len(line.cells) != len(following.cells):
        return []
    labels = [label_of(cell) for cell in line.cells]
    found = [(label, value) for label, value in zip(labels, following.cells, strict=True) if label]
    return found if len(found) > 1 else []


def _fields_of_line(line: Line, following: Line) -> Iterator[tuple[str, str]]:
    after = [*line.parts[1:], ""] if line.cells else [""] * (len(line.parts) - 1) + [following.text]
    return chain.from_iterable(_fields_of_part(part, beside) for part, beside in zip(line.parts, after, strict=True))


def _fields_of_part(part: str, after: str) -> Iterator[tuple[str, str]]:
    """The fields in a line or cell. ``after`` is the value of a label at its end."""
    if label := label_of(part):
        yield label, _unless_label(after)
        return
    matches = list(INLINE_LABEL.finditer(part))
    ends = [*(match.start() for match in matches[1:]), len(part)]
    for match, end in zip(matches, ends, strict=False):
        value = part[match.end() : end].strip()
        yield match.lastgroup or "", value or (_unless_label(after) if end == len(part) else "")


def _unless_label(after: str) -> str:
    return "" if INLINE_LABEL.match(after) or label_of(after) else after


def nominative(council: str) -> str:
    """The name of a council in the nominative.

    >>> nominative("Kreistages"), nominative("Sozial- und Gesundheitsausschusses")
    ('Kreistag', 'Sozial- und Gesundheitsausschuss')
    """
    return re.sub(r"(?<![^\s-])(\S*?(?:tag|[Rr]at|[Aa]usschuss|[Bb]eirat|[Kk]reistag))e?s\b", r"\1", council.strip(), count=1)
