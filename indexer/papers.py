"""What the head of a paper says: number, kind, date, body, publicity, Beratungsfolge.

Each field has a rule of its own; a field that no rule finds stays empty. Words and tables are those of German county
and town papers (Vorlage, Antrag, Niederschrift …), whatever software made them.

Publicity is read most carefully: one non-public mark anywhere makes a paper non-public, and "öffentlich" counts only
where it can be nothing but a mark. The sidecar overrules the text, except that it cannot lift a non-public mark.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from indexer.bodies import document_body
from indexer.domain import CELL_SEPARATOR, Block, Consultation, Paper
from indexer.errors import BadSidecar
from indexer.references import find_references, reference_key

_HEAD_BLOCKS = 60
_TAIL_BLOCKS = 30
_LONGEST_LINE = 600  # characters of a block that are read; heads and signatures are short

_MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
_DATE = re.compile(
    rf"(?<![\d.])(?:(?P<d>\d{{1,2}})\.\s?(?:(?P<m>\d{{1,2}})\.|(?P<n>{'|'.join(_MONTHS)}))\s?(?P<y>\d{{4}})"
    rf"|(?P<iso>\d{{4}}-\d\d-\d\d))(?!\d)"
)


@dataclass(frozen=True)
class _Line:
    """A block as the rules see it: one line, its cells if it is a table row."""

    text: str
    cells: tuple[str, ...] = ()
    item: bool = False  # a list item

    @property
    def parts(self) -> tuple[str, ...]:
        return self.cells or (self.text,)


def read_paper(
    text: str,
    blocks: Sequence[Block],
    *,
    file_name: str,
    folder_body: str | None = None,
    sidecar: Mapping[str, object] = MappingProxyType({}),
) -> Paper:
    """The paper as its text says, overruled by the sidecar. Raises BadSidecar on a value of a wrong type."""
    lines = [_line(text, block) for block in blocks]
    opening, tail = lines[:_HEAD_BLOCKS], lines[-_TAIL_BLOCKS:]
    head = _head(opening)
    kind = _kind(opening, head)
    is_minutes = kind in ("Niederschrift", "Auszug")
    steps, agenda = _agenda(head)
    free = [line for at, line in enumerate(head) if at not in agenda]
    fields = _fields(free)
    raw = None if is_minutes else _reference(fields, free, kind)
    consultations = _with_results(steps, opening)
    paper = Paper(
        name=_name(fields, head, agenda),
        reference=raw,
        paper_type=kind or _kind_by_structure(file_name, raw, consultations),
        date=_date(fields, free, tail, is_minutes),
        body=document_body(_cells(opening[:25]), _cells(tail), text, folder_body),
        public=_public(free, lines, fields, consultations),
        originators=_originators(fields, free) or tuple(_groups(opening)),
        agenda_item=_agenda_item(fields, free),
        consultations=consultations,
        signatories=_signatories(tail),
        attachments=_attachments(lines),
        related=_related(text, raw),
    )
    return _overruled(paper, sidecar, file_name)


def _line(text: str, block: Block) -> _Line:
    raw = unicodedata.normalize("NFC", text[block.start : min(block.end, block.start + _LONGEST_LINE)])
    raw = re.sub(r"\s+", " ", raw.replace("\u00ad", "")).strip()
    is_row = block.kind in ("table_head", "table_row")
    cells = tuple(cell.strip() for cell in raw.split(CELL_SEPARATOR.strip())) if is_row else ()
    return _Line(raw, cells, block.kind == "list_item")


def _cells(lines: Sequence[_Line]) -> list[str]:
    return [part for line in lines for part in line.parts if part]


def _parse_date(found: re.Match[str] | None) -> date | None:
    if found is None:
        return None
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        month = _MONTHS.index(found["n"]) + 1 if found["n"] else int(found["m"])
        return date(int(found["y"]), month, int(found["d"]))
    except ValueError:  # 31.02.2022
        return None


# --- the head and its fields ---------------------------------------------------------------------------------------

_SECTION = re.compile(  # what begins where the head ends
    r"(?:(?:[IVX]{1,4}|\d{1,2}|[A-Z])\.\s)?(?:beschluss(?:vorschlag|antrag|empfehlung|entwurf|text|tenor)?"
    r"|sachverhalt|sachdarstellung|sachstand"
    r"|begründung|problembeschreibung\S*|inhalt der mitteilung|mitteilungsinhalt|finanzielle auswirkungen|kurzfassung"
    r"|information|vortrag\b.{0,40}"
    r"|stellungnahme|antwort|zusammenfassung|einleitung|vorbemerkung|ergänzende erläuterungen|erläuterung(?:en)?"
    r"|vorberatung|anlagen?"
    r"|bezug zum haushalt|abstimmungsergebnis)(?:\s\([^)]{1,40}\))?\s?(?::.*)?$",
    re.IGNORECASE,
)
_SALUTATION = re.compile(
    r"Sehr geehrte|Ihrer Anfrage liegt|(?:Der|Die) \w+ (?:möge|wolle) beschließen"
    r"|\w{1,60}[Ff]raktion\b.{0,60} beantragt"
)

_LABELS = {
    "name": r"betreff|betrifft|betr\.|bezeichnung|titel|gegenstand|thema|vorlagentitel|beratungsgegenstand",
    "reference": r"(?:drucksachen?|vorlagen?|sitzungsvorlagen?|beschlussvorlagen?|ds|antrags?"
    r"|anfragen?)[ -]{0,2}(?:nr\b\.?|nummer)|drucksache",
    "date": r"datum|vorlagendatum|erstellungsdatum|erstellt am|ausgabedatum|verfasst am",
    "status": r"(?:öffentlichkeits)?status|öffentlichkeit|öffentlich|sitzungsart|behandlung|sitzungsstatus"
    r"|beratungsart|vertraulichkeit",
    "type": r"vorlagenart|art der vorlage|vorlagetyp|vorlagentyp|dokumentart|typ|art",
    "originator": r"organisationseinheit|dezernat|amt|fachbereich|fachdienst|fachgebiet|dienststelle|verantwortlich"
    r"|federführ\w{1,10}(?: \w{1,12})?"
    r"|einreicher(?:/?-?in(?:nen)?)?|antragsteller(?:/?-?in(?:nen)?|innen)?|fraktion(?:en)?|(?:zuständiges )?referat"
    r"|geschäftsbereich|eigenbetrieb",
    "item": r"tagesordnungspunkt|top",
    "other": r"telefon|telefax|tel\.?|fax|verfasser\S{0,5}|bearbeiter\S{0,5}|sachbearbeiter\S{0,5}|auskunft erteilt"
    r"|aktenzeichen|az\.?|e-?mail|eingang"
    r"|anlagen?|termin|wahlperiode|freigabe|referent\S{0,3}|für die maßnahme|vorsitz\w{0,5}|stand|beteiligt\w{0,3}"
    r"|ansprechpartner\S{0,5}|ort|ihr zeichen",
}
_LABEL_NAME = re.compile("|".join(f"(?P<{name}>{form})" for name, form in _LABELS.items()), re.IGNORECASE)
_INLINE_LABEL = re.compile(rf"(?<![\w.-])(?:{'|'.join(_LABELS.values())})\s?:(?!//)", re.IGNORECASE)
_EMPTY = re.compile(r"[\W_]*$")


def _head(opening: Sequence[_Line]) -> list[_Line]:
    """The lines up to the first section. A section word in the first two lines is the kind ("Stellungnahme")."""
    end = next(
        (at for at, line in enumerate(opening) if (at > 1 and _SECTION.match(line.text)) or _SALUTATION.match(line.text)),
        len(opening),
    )
    return list(opening[:end])


def _label(text: str) -> str | None:
    """The field that a cell or line names, if it is nothing but a label."""
    match = _LABEL_NAME.fullmatch(text.strip(" :⊕■*"))
    return match.lastgroup if match else None


def _fields(head: Sequence[_Line]) -> list[tuple[str, str]]:
    """(field, value) in order: "Label: value", a label with its value on the next line, a table's head over its row."""
    found: list[tuple[str, str]] = []
    for at, line in enumerate(head):
        following = head[at + 1] if at + 1 < len(head) else _Line("")
        labels = [_label(cell) for cell in line.cells]
        if len([label for label in labels if label]) > 1 and len(following.cells) == len(labels):
            found += [(label, value) for label, value in zip(labels, following.cells, strict=True) if label]
            continue
        for column, part in enumerate(line.parts):
            beside = line.cells[column + 1] if column + 1 < len(line.cells) else ""
            found += _inline(part, beside or (following.text if not line.cells else ""))
    return [(label, value) for label, value in found if not _EMPTY.match(value)]


def _inline(part: str, after: str) -> Iterator[tuple[str, str]]:
    if label := _label(part):
        if not _INLINE_LABEL.match(after) and not _label(after):
            yield label, after
        return
    matches = list(_INLINE_LABEL.finditer(part))
    for match, following in zip(matches, [*matches[1:], None], strict=False):
        label = _label(match[0])
        value = part[match.end() : following.start() if following else len(part)].strip()
        if label:
            yield (
                label,
                value or (after if following is None and not _INLINE_LABEL.match(after) and not _label(after) else ""),
            )


def _first(fields: Sequence[tuple[str, str]], label: str) -> str | None:
    return next((value for name, value in fields if name == label), None)


# --- kind, number, date, name --------------------------------------------------------------------------------------

_KINDS = (  # the first that matches a line's beginning wins; the line may go on as the second pattern says
    (
        r"(?:dringlichkeits|tisch|ergänzungs)?(?P<k>(?:beschluss|mitteilungs|informations|berichts|kenntnisnahme|antrags"
        r"|entscheidungs)vorlage)\b",
        r"",
    ),
    (
        r"(?:\w+ )?(?:ergänzungs-?\s?/\s?)?(?P<k>änderungsantrag)\b|(?P<k2>änderungs-?\s?/\s?ergänzungsantrag)\b"
        r"|(?P<k3>ergänzungsantrag)\b",
        r"",
    ),
    (r"(?P<k>auszug)\b", r"\saus (?:de[mr]|einer) "),
    (
        r"(?P<k>niederschrift|sitzungsprotokoll|ergebnisprotokoll|protokoll)",
        r"\s?(?:\d|über|der|zur|des|zum|sitzung"
        r"|öffentlich|nicht|$)",
    ),
    (r"(?P<k>stellungnahme)\b", r"\s?(?:$|zu[rm]? |der |des )"),
    (r"(?P<k>antwort|beantwortung)\b", r"\s?(?:$|auf |zu[rm]? |der |des )"),
    (
        r"(?:(?:schriftliche|mündliche|kleine|große|interfraktionelle) )?(?:ergänzungs"
        r"|zusatz)?(?P<k>anfrage)\b",
        r"\s?(?:$|:|de[rs] |von |gemäß|nach |zu[rm]? |nr|\S{0,5}\d)",
    ),
    (
        r"(?:(?:interfraktioneller|gemeinsamer|eil-?) ?)?(?P<k>antrag)\b",
        r"\s?(?:$|:|de[rs] |von |gemäß|nach |zu[rm]? "
        r"|nr|an |\S{0,5}\d)",
    ),
    (r"(?:\w+ )?(?P<k>einladung)\b", r"\s?(?:$|zu[rm]? )"),
    (r"(?:öffentliche |amtliche )?(?P<k>bekanntmachung)\b", r"\s?(?:$|de[rs] |über )"),
)
_KIND_NAMES = {
    "sitzungsprotokoll": "Niederschrift",
    "ergebnisprotokoll": "Niederschrift",
    "protokoll": "Niederschrift",
    "beantwortung": "Antwort",
}
_PUBLICITY_WORD = r"(?:(?:nicht)?[- ]?öffentliche[rs]? )?"
_KIND_PATTERNS = [re.compile(rf"{_PUBLICITY_WORD}(?:{form}){more}", re.IGNORECASE) for form, more in _KINDS]
_ANSWERS = re.compile(r"\bIhre[rn]? Anfrage.{0,200}?(?:\bbeantworte ich|\bzur Beantwortung)", re.DOTALL)
_KIND_BY_WORDING = (
    (re.compile(r"^Inhalt der Mitteilung|^Mitteilungsinhalt", re.MULTILINE), "Mitteilungsvorlage"),
    (
        re.compile(
            r"(?:bitten|beantrag\w+)[^.]{0,60}(?:nachfolgend|folgend|nachstehend)\w{0,3} Antrag"
            r"|stell\w+[^.]{0,60}folgenden Antrag"
        ),
        "Antrag",
    ),
    (re.compile(r"^Anfrage Nr", re.MULTILINE), "Anfrage"),
    (re.compile(r"(?:Kreistag|Stadtrat|Gemeinderat|Rat|Ausschuss) (?:möge|wolle) beschließen"), "Antrag"),
    (
        re.compile(r"^Beschluss(?:vorschlag|antrag|empfehlung)(?:\s\(\w+\))?\s?:?$", re.MULTILINE | re.IGNORECASE),
        "Beschlussvorlage",
    ),
)
_WORK = re.compile(  # a document that is the thing itself; only as the title
    r"(?:\d+\. )?(?P<satzung>(?:\w+)?satzung) (?:de[sr]|über|zur|vom)\b"
    r"|(?P<haushalt>(?:Doppel)?[Hh]aushaltsplan) (?:de[sr]|für|\d{4})"
    r"|(?:\w+e )?(?P<plan>(?:Sozial|Pflege|Jugendhilfe|Teilhabe|Alten|Psychiatrie|Kindertagesstätten"
    r"|Schulentwicklungs)\w{0,20}plan(?:ung)?)\b"
)


def _kind(opening: Sequence[_Line], head: Sequence[_Line]) -> str | None:
    """The kind printed in the head, in a line that begins with it or after its label; else told by the wording."""
    candidates = [part for line in head[:30] for part in line.parts if len(part) < 160]
    labelled = _first(_fields(head[:30]), "type")
    text = "\n".join(line.text for line in opening)
    if _ANSWERS.search(text):  # the letter's subject is the question: "Schriftliche Anfrage gemäß § 68"
        return "Antwort"
    for part in [labelled or "", *candidates]:
        for pattern in _KIND_PATTERNS:
            if found := pattern.match(part.lstrip("-–*# ")):
                word = next(value for value in found.groupdict().values() if value).casefold()
                return _KIND_NAMES.get(word, re.sub(r"(?<=/)\s?\w", lambda m: m[0].upper(), word.capitalize()))
    return _kind_by_wording(text) or _work(candidates[:3])


def _kind_by_wording(text: str) -> str | None:
    for wording, kind in _KIND_BY_WORDING:
        if wording.search(text):
            return kind
    return None


def _work(candidates: Sequence[str]) -> str | None:
    for part in candidates:
        if found := _WORK.match(part):
            if found["satzung"]:
                return "Satzung"
            return (
                "Haushaltsplan"
                if found["haushalt"]
                else ("Sozialplanung" if found["plan"].startswith("Sozial") else "Fachplanung")
            )
    return None


def _kind_by_structure(file_name: str, reference: str | None, steps: Sequence[Consultation]) -> str | None:
    """A page of a web site is one that has no trait of a paper."""
    is_page = file_name.lower().endswith((".html", ".htm")) and not reference and not steps
    return "Webseite" if is_page else None


def _reference(fields: Sequence[tuple[str, str]], head: Sequence[_Line], kind: str | None) -> str | None:
    """The paper's own number: after its label, or alone on a line, or behind the kind in the title."""
    for value in (value for name, value in fields if name == "reference"):
        found = find_references(f"Vorlage Nr. {value[:60]}")
        if found and found[0].start <= len("Vorlage Nr. ") + 3:
            return found[0].raw
    for part in _cells(head) if kind != "Antwort" else ():
        found = find_references(f"| {part}")  # behind the bar, a bare "1/10" is not taken for a query
        if len(found) == 1 and _heads_the_paper(part[: found[0].start - 2], part[found[0].end - 2 :]):
            return found[0].raw
    return None


def _heads_the_paper(before: str, after: str) -> bool:
    """Whether a number between these stands alone, or behind its kind in a title that does not refer to it."""
    if not _NUMBER_OPENING.fullmatch(before):
        return False
    return not after.strip(" .|") or (before.strip() != "" and len(after) < 60 and not _REFERRED_TO.match(after))


_NUMBER_OPENING = re.compile(r"\W*(?:(?:\w*vorlagen?|drucksachen?|antrag|anfrage|nr|nummer)\W{0,3}){0,3}", re.IGNORECASE)
_REFERRED_TO = re.compile(r" (?:vom|von|wird|wurde)\b")
_PLACE_AND_DATE = re.compile(rf"[A-ZÄÖÜ][\w()./ -]{{2,40}}, (?:den |der |am )?{_DATE.pattern}\.?$")
_OFFICE_AND_DATE = re.compile(
    rf"(?:Dezernat|Amt|Fachbereich|Fachdienst|Stabsstelle|Telefon|Tel\.|Auskunft|Az|Aktenzeichen).{{0,120}}?\s{_DATE.pattern}$"
)


def _date(fields: Sequence[tuple[str, str]], head: Sequence[_Line], tail: Sequence[_Line], is_minutes: bool) -> date | None:
    """The paper's own date; never that of a sitting, of a receipt, or of a paper it refers to.

    Labelled; or behind a place ("Darmstadt, den 27.02.2020"); or closing an office's line; or alone on a line. Minutes
    name their sitting at the top, so only their end is read.
    """
    for value in (value for name, value in fields if name == "date"):
        if found := _parse_date(_DATE.search(value[:40])):
            return found
    top = [] if is_minutes else _cells(head)
    end = _cells(tail[-8:])
    alone = re.compile(rf"{_DATE.pattern}$")
    for pattern, parts in (
        (_PLACE_AND_DATE, top),
        (_OFFICE_AND_DATE, top),
        (alone, top),
        (_PLACE_AND_DATE, end),
        (alone, end),
    ):
        for part in parts:
            if found := _parse_date(pattern.match(part)):
                return found
    return None


_NOT_A_NAME = re.compile(
    r"(?:gedruckt auf|an (?:den|die|das) |herrn?\b|frau\b|seite \d|tel\b|fax\b|rathaus|.*\b\d{5} [A-ZÄÖÜ]|postfach"
    r"|dr\. |\d{1,2}\. ?\w+\.? ?\d{4}$|www\.|der landrat|die landrätin|der (?:ober)?bürger"
    r"|abonnement|beratung in|öffentliche |nichtöffentliche |sitzung |punkt ?\d|niederschrift|gremium|\(?nicht"
    r"|\S+@\S+)",
    re.IGNORECASE,
)


def _name(fields: Sequence[tuple[str, str]], head: Sequence[_Line], agenda: range) -> str | None:
    """The Betreff: labelled; below the TOP; right above the Beratungsfolge, or
    right below it; below the number; on top.
    """
    labelled = _first(fields, "name")
    if labelled:
        return _tidy(labelled)
    for at, line in enumerate(head[:-1]):
        if re.fullmatch(r"(?:Tagesordnungspunkt|TOP)\b[\s:_.\dÖNöna-c]{0,12}", line.text) and _can_be_name(head[at + 1]):
            return _tidy(head[at + 1].text)
    if antrag := next((m[1] for line in head if (m := re.match(r"(?:Antrag|Anfrage): ?(.{10,})", line.text))), None):
        return _tidy(antrag)
    if agenda:
        lines = list(reversed(head[: agenda.start]))
        while lines and re.match(r"(?:Antrag|Anfrage): .{2,40}$", lines[0].text):  # who asks, not what
            lines.pop(0)
        above = _run(lines)
        named = list(reversed(above)) or _run(head[agenda.stop :])
        return _tidy(" ".join(named)) or None
    numbered = next((at for at, line in enumerate(head[:-1]) if find_references(line.text) and len(line.text) < 60), None)
    if numbered is not None and (below := _run(head[numbered + 1 : numbered + 2])):
        return _tidy(below[0])
    first = next((line.text for line in head[:12] if _can_be_name(line)), None)
    return _tidy(first) if first and len(first) <= 200 and not first.endswith((".", ":")) else None


def _run(lines: Sequence[_Line]) -> list[str]:
    """The first lines that can be part of a name, as far as they go."""
    found: list[str] = []
    for line in lines[:4]:
        if not _can_be_name(line):
            break
        found.append(line.text)
    return found


def _can_be_name(line: _Line) -> bool:
    return not (
        line.cells
        or line.item
        or len(line.text) < 6
        or _INLINE_LABEL.match(line.text)
        or _label(line.text)
        or _NOT_A_NAME.match(line.text)
        or any(pattern.match(line.text) for pattern in _KIND_PATTERNS)
        or find_references(line.text[:60])
        or _PLACE_AND_DATE.match(line.text)
        or re.search(r"fraktion$", line.text)
        or _mark(line.text) is not None
    )


def _tidy(name: str) -> str:
    name = re.sub(r"\s?Beratungsfolge(?: dieser Vorlage)?$", "", name)
    name = re.sub(r"(?<=[a-zäöüß])- (?=[a-zäöüß])(?!(?:und|oder|bzw|sowie)\b)", "", name.strip(" *:–-|"))
    return name if len(name) <= 400 else name[:400].rsplit(" ", 1)[0] + " …"


# --- publicity -----------------------------------------------------------------------------------------------------

_NOT_PUBLIC = r"(?:nicht\s?[-–/]?\s?|non-)(?:ö|oe)ffentlich"
_NOUN = (
    r"(?:\w*sitzung\w*|\w*vorlagen?|\w*drucksachen?|\w*beratung|behandlung|teil|anlagen?|unterlagen?|\w*dokument\w*"
    r"|vorgang"
    r"|niederschrift|protokoll|antrag|anfrage|tagesordnung\w*|fassung|mitteilung)"
)
_CONFIDENTIAL = r"(?:streng |absolut )?(?:vertraulich|geheim|intern|verschlusssache|vs\s?[-–]\s?nfd)"
_NOT_PUBLIC_MARK = re.compile(
    rf"\b{_NOT_PUBLIC}(?:(?=\W*$|\s?[.,;:)(/|–-]|\s(?-i:[A-ZÄÖÜ\d]))|e[rsnm]?(?:\W*$"
    rf"|\s{_NOUN}\b))"  # not: "nichtöffentliche Schulen"
    rf"|(?:^|[(\[|]|\s[–-])\W*{_CONFIDENTIAL}(?=\W*$|\s?[)\]|–,:!-])|\bvertrauliche[rsnm]?\s{_NOUN}\b|^\W*n\.?\s?ö\.?\W*$"
    r"|\bnur für den (?:internen |dienstlichen )?(?:dienst)?gebrauch|\bnicht für die öffentlichkeit"
    r"|\bunter ausschluss der öffentlichkeit"
    r"|\bnicht zur veröffentlichung",
    re.IGNORECASE,
)
_PUBLIC_MARK = re.compile(  # the whole line: "Ausschuss für öffentliche Einrichtungen" is no mark
    rf"\W*öffentlich\W*$|\W*öffentliche[rs]? {_NOUN}\W*$|.*\bin öffentlicher sitzung\W*$|.*\b(?-i:Öffentliche Sitzung)$"
    r"|(?:\w*vorlage|antrag|anfrage|drucksache|niederschrift)\W{1,4}öffentlich\W*$",
    re.IGNORECASE,
)
_BOX = re.compile(r"(☒|☑|✓|✔|\[x\]|\(x\)|☐|□|❏|\[ ?\]|\( ?\))", re.IGNORECASE)
_ANSWER = re.compile(
    r"\W*(?P<not>nicht[ -]{0,3})?öffentlich(?:keit)?\s?(?:\([^)]{1,12}\))?\s?:\s?(?P<said>ja|nein)\W*$", re.IGNORECASE
)
_SPACED = re.compile(r"\W*(?:\w ){5,40}\w\W*")


def _mark(part: str) -> bool | None:
    """What a line or cell says of itself: public (True), not public (False), or nothing (None).

    >>> [_mark(part) for part in ("öffentlich", "Nicht-öffentliche Sitzung", "Ausschuss für öffentliche Einrichtungen")]
    [True, False, None]
    """
    if _SPACED.fullmatch(part):  # "n i c h t ö f f e n t l i c h"
        part = part.replace(" ", "")
    if answer := _ANSWER.match(part):
        negated, agreed = bool(answer["not"]), answer["said"].casefold() == "ja"
        return None if negated and not agreed else agreed and not negated
    if _BOX.search(part) and re.search("öffentlich", part, re.IGNORECASE):
        return _ticked(part)
    if _NOT_PUBLIC_MARK.search(part):
        return False
    return True if len(part) <= 160 and _PUBLIC_MARK.match(part) else None


def _ticked(part: str) -> bool:
    """A line of boxes; each stands before its word if the line begins with one, else behind it. Unticked: not "
    "public."""
    pieces = [piece.strip() for piece in _BOX.split(part)]
    words = pieces[0::2] if pieces[0] else pieces[2::2]
    ticked = [
        re.search(_NOT_PUBLIC, word, re.IGNORECASE) is None
        for word, box in zip(words, pieces[1::2], strict=False)
        if re.search("öffentlich", word, re.IGNORECASE) and re.search(r"[☒☑✓✔x]", box, re.IGNORECASE)
    ]
    return bool(ticked) and all(ticked)


def _status(value: str) -> bool | None:
    """The value behind "Status:", where single letters count as well.

    >>> [_status(value) for value in ("Ö", "N", "öffentlich", "nicht öffentlich", "nein", "in Bearbeitung")]
    [True, False, True, False, False, None]
    """
    if _mark(value) is False or re.match(r"(?:n|nö|n\.\s?ö\.?|nein|nicht\b.*|nur\b.*)\W*$", value, re.IGNORECASE):
        return False
    said_public = re.match(r"(?:öffentlich(?:\b|e[rs]? )|(?:ö|ja)\W*$)", value, re.IGNORECASE)
    return True if said_public and not re.search(_NOT_PUBLIC, value, re.IGNORECASE) else None


def _public(
    head: Sequence[_Line], lines: Sequence[_Line], fields: Sequence[tuple[str, str]], steps: Sequence[Consultation]
) -> bool | None:
    """False if anything marks the paper non-public, True if a mark says public, None without a mark.

    Marks stand in the head; a line of text that is nothing but a non-public mark counts anywhere in the document. The
    steps of the Beratungsfolge carry marks of their own: they speak for the paper only if all agree.
    """
    marks = [_mark(part) for part in _cells(head)]
    marks += [_status(value) for name, value in fields if name == "status"]
    marks += [_mark(line.text) for line in lines if not line.cells and len(line.text) <= 40 and _mark(line.text) is False]
    by_step = {step.public for step in steps}
    if len(by_step) == 1:
        marks += by_step
    if False in marks:
        return False
    return True if True in marks else None


# --- Beratungsfolge ------------------------------------------------------------------------------------------------

_AGENDA_HEAD = re.compile(
    r"(?:\W{0,3}Beratungsfolge\b.*|.*\b(?:Gremium|Gremien|Ausschuss)\b.{0,40}\b(?:Termin|Datum|Sitzung\w*"
    r"|Sitzungstermin)\b.*"
    r"|.*\b(?:Termin|Datum|Sitzungstermin)\b.{0,12}\b(?:Gremium|Beratungsfolge)\b.*)$"
)
_ROW_DATE = re.compile(r"(?<!vom )(?<!am )(?<!zum )(?<!bis )(?<!ab )(?<![\d.])\d{1,2}\.\d{1,2}\.\d{4}(?!\d)(?!\.$)")
_HEAD_WORDS = re.compile(
    r"(?:⊕|\W|Beratungsfolge|dieser Vorlage|Gremium|Gremien|Sitzungstermin|Sitzungsdatum|Termin|Datum|Sitzung|TOP"
    r"|Status|Stand|Ergebnis|nö|ö"
    r"|Abstimmungsergebnis|Abstimmung|Zuständigkeit|Öffentlichkeitsstatus|Öffentlichkeit|Beratungsart|Beschluss|Ja"
    r"|Nein|Enthalt(?:ung(?:en)?)?|N|Ö)(?=\W|$)\W*"
)
_COUNCIL = re.compile(
    r"(?:[A-ZÄÖÜ][\w-]{0,40}(?:ausschu(?:ss|ß)|beirat|rat|kommission|versammlung|vorstand|tag|vertretung|gremium"
    r"|fraktion\w*)\b"
    r"|(?:Rat|Ausschuss|Ausschuß|Beirat|Kommission|Senat|Magistrat|AG)\b)"
)
_ROLE = re.compile(
    r"(?:Beratung und (?:Empfehlung|Beschlussfassung|Beschluss-)|Vorberatung|Entscheidung|Anhörung|Kenntnisnahme"
    r"|Beschlussfassung"
    r"|Beschluss-|Empfehlung|Beratung|Information)(?!\w)"
)
_RESULT = re.compile(
    r"(?:ein|mehr)(?:stimmig|heitlich)\w*(?:/ja|/nein| \w{4,20}(?:en|t)\b)?|\d{1,3}[ -]?(?:Ja|Nein)\b.{0,80}"
    r"|(?:zur )?Kenntnis(?: |ge)genommen"
    r"|(?:un)?(?:ge|ver)ändert beschlossen|vorberaten|empfohlen|zugestimmt|angenommen|abgelehnt|beschlossen|vertagt"
    r"|zurückgestellt|zurückgezogen"
    r"|abgesetzt|verwiesen|erledigt|keine abstimmung",
    re.IGNORECASE,
)
_STEP_MARK = re.compile(rf"(?P<n>{_NOT_PUBLIC}|\bn\.?ö\.?(?!\w)|(?-i:\bN\b))|(?P<p>öffentlich|(?-i:\bÖ\b))", re.IGNORECASE)
_ITEM = re.compile(r"(?:TOP )?(?:[ÖNöna] ?)?\d{1,3}(?:\.\d{1,3}){0,3}(?![\w.])")
_WRAPPED_NAME = {  # the end of a council's name that stands below its row; True: the name breaks off with "und" or ","
    False: re.compile(r"(?:^|\s)(und [A-ZÄÖÜ][\w-]+(?:\s[A-ZÄÖÜ]\w+)?)$"),
    True: re.compile(r"(?:^|\s)([A-ZÄÖÜ][a-zäöüß]{3,}(?: und [A-ZÄÖÜ]\w+)?)$"),
}
_COLUMNS = {
    "organization": r"gremium|gremien|beratungsfolge|ausschuss",
    "date": r"termin|datum|sitzung\w*",
    "item": r"top|tagesordnungspunkt",
    "public": r"status|öffentlichkeit|ö/n|öffentlich/nicht\s?öffentlich",
    "ö": r"ö|öffentlich",
    "nö": r"nö|n|nicht\s?-?öffentlich",
    "role": r"zuständigkeit|beratungsart|stand|art|rolle|aktion|zweck",
    "result": r"ergebnis|abstimmung|abstimmungsergebnis|beratungsergebnis|beschluss",
    "Ja": r"ja",
    "Nein": r"nein",
    "Enthaltungen": r"enthalt\w*\.?",
}


def _agenda(head: Sequence[_Line]) -> tuple[list[Consultation], range]:
    """The steps of the Beratungsfolge and the lines of the head that hold it."""
    start = next((at for at, line in enumerate(head) if _AGENDA_HEAD.match(line.text)), None)
    if start is None:
        return [], range(0)
    if head[start].cells:
        end = next((at for at in range(start, len(head)) if not head[at].cells), len(head))
        return _steps_of_table(head[start:end]), range(start, end)
    dated = [at for at in range(start, min(start + 40, len(head))) if _ROW_DATE.search(head[at].text)]
    end = start + 1
    for at in dated:
        if at - end > 4:
            break
        end = at + 1
    if not dated:
        end = start + 1 + (len(head) > start + 1 and bool(_AGENDA_HEAD.match(head[start + 1].text)))
    text = " ".join(line.text.replace(CELL_SEPARATOR, " ") for line in head[start:end])
    return _steps_of_text(text), range(start, end)


def _steps_of_table(rows: Sequence[_Line]) -> list[Consultation]:
    """A step for each row with a council; columns by their heads, and by what a cell holds where heads are missing."""
    columns: dict[int, str] = {}
    steps: list[Consultation] = []
    for row in rows:
        named = {at: name for at, cell in enumerate(row.cells) if (name := _column(cell))}
        if named and not _DATE.search(row.text):
            columns |= named
            continue
        cells = {columns.get(at, ""): cell for at, cell in enumerate(row.cells) if cell}
        rest = [cell for cell in row.cells if cell and not _DATE.search(cell) and not _is_step_mark(cell)]
        organization = next((cell for cell in rest if _COUNCIL.search(cell)), None)
        if organization is None and (row.text != (named_by_head := cells.get("organization", "")) and _DATE.search(row.text)):
            organization = named_by_head or next((cell for cell in rest if len(cell) > 3 and not cell[0].isdigit()), None)
        if organization:
            steps.append(
                Consultation(
                    organization,
                    _parse_date(_DATE.search(row.text)),
                    _row_is_public(row, cells),
                    role=cells.get("role") or next((cell for cell in rest if _ROLE.match(cell)), None),
                    result=_row_result(cells, [cell for cell in rest if cell != organization]),
                    agenda_item=cells.get("item")
                    or next((cell for cell in rest if re.fullmatch(r"(?:TOP )?[ÖN] ?\d[\d.]*", cell)), None),
                )
            )
    return steps


def _column(cell: str) -> str | None:
    plain = cell.strip(" :⊕*").casefold()
    return next((name for name, form in _COLUMNS.items() if re.fullmatch(form, plain)), None)


def _is_step_mark(cell: str) -> bool:
    return _STEP_MARK.fullmatch(cell.strip(" ()")) is not None or cell.casefold() == "x"


def _row_is_public(row: _Line, cells: Mapping[str, str]) -> bool | None:
    """By a mark in any cell, or by a cross under "ö" or "nö"; contradictory is non-public."""
    found = [match for cell in row.cells if (match := _STEP_MARK.fullmatch(cell.strip(" ()")))]
    if cells.get("nö") or any(match["n"] for match in found):
        return False
    return True if cells.get("ö") or found else None


def _row_result(cells: Mapping[str, str], rest: Sequence[str]) -> str | None:
    """As printed; counted votes as "23 Ja, 2 Nein". An empty cell is no result."""
    votes = [f"{cells[name]} {name}" for name in ("Ja", "Nein", "Enthaltungen") if re.fullmatch(r"\d{1,3}", cells.get(name, ""))]
    printed = cells.get("result") or next((cell for cell in rest if _RESULT.match(cell)), None)
    return ", ".join(votes) or (None if printed is None or _EMPTY.match(printed) else printed)


def _steps_of_text(text: str) -> list[Consultation]:
    """Steps of a table whose cells ran together, as PDF readers leave it: what stands between two dates is parted.

    "Gremium Termin TOP ö nö Gemeinderat 28.06.2022 11 X Personalausschuss 02.02.2023 1 X": behind a date come item,
    mark, role and result of its step, then the next council's name. Which column an X stands in is lost, so it says
    nothing.
    """
    start = 0
    while words := _HEAD_WORDS.match(text, start):
        start = words.end()
    has_item, text = "TOP" in text[:start], text[start:]
    dates = list(_DATE.finditer(text))
    steps: list[Consultation] = []
    before = text[: dates[0].start()].strip() if dates else ""
    role_above = ""
    for at, found in enumerate(dates):
        gap = text[found.end() : dates[at + 1].start() if at + 1 < len(dates) else len(text)]
        council = _COUNCIL.search(gap) if at + 1 < len(dates) else None
        own, following = (gap[: council.start()], gap[council.start() :].strip()) if council else (gap, "")
        organization, role_above = _without_role_above(before, role_above)
        if _COUNCIL.search(organization) and len(organization) <= 200:
            step, role_above = _step(organization, _parse_date(found), own, role_above, has_item=has_item)
            steps.append(step)
        before = following
    return steps


def _without_role_above(before: str, role_above: str) -> tuple[str, str]:
    """A role broken over two lines may stand above its row: "Beratung und Beschluss- / Rat 15.03.2018 / fassung"."""
    role = _ROLE.match(before)
    return (before[role.end() :].strip(), role[0]) if role else (before, role_above)


def _step(organization: str, day: date | None, own: str, role_above: str, *, has_item: bool) -> tuple[Consultation, str]:
    """The step, and a broken role at the end of its text that belongs to the next one."""
    own = own.strip()
    broken = re.search(r"(?:Beratung und )?Beschluss-$", own)
    own = own[: broken.start()].strip() if broken else own
    item = _ITEM.match(own) if has_item else None
    own = own[item.end() :].strip() if item else own
    role = _ROLE.search(own)
    if organization.endswith("-") and own[:1].islower():  # "Wirtschaftsförde- / 10.12.2019 / rung, Marketing"
        cut = role.start() if role else len(own)
        organization, own = organization[:-1] + own[:cut].strip(), own[cut:]
    rest = f"{own[: role.start()]}{own[role.end() :]}".strip() if role else own
    if wrapped := _WRAPPED_NAME[organization.endswith((" und", ","))].search(rest):
        organization, rest = f"{organization} {wrapped[1]}", rest[: wrapped.start()]
    role_name = role[0] if role else role_above
    if role_name.endswith("-"):
        role_name, rest = f"{role_name[:-1]}fassung", rest.removesuffix("fassung")
    mark, result = _STEP_MARK.search(rest), _RESULT.search(rest)
    step = Consultation(
        organization,
        day,
        None if mark is None else not mark["n"],
        role_name or None,
        rest[result.start() :][:120].strip(" .") if result else None,
        item[0] if item else None,
    )
    return step, broken[0] if broken else ""


_PLANNED = re.compile(
    r"für die (?:nächste )?(?:(?P<c>[A-ZÄÖÜ]\w{2,40}?)s?sitzung|Sitzung de[sr] (?P<s>[A-ZÄÖÜ][^.,\d]{2,80}?)) am "
)
_SAT = re.compile(r"Sitzung (?:de[sr] )?(?P<c>[A-ZÄÖÜ][^.\d]{2,120}?) (?:vom|am) ")


def _with_results(steps: Sequence[Consultation], opening: Sequence[_Line]) -> tuple[Consultation, ...]:
    """The steps, with results that a section "Vorberatung" reports and with the sitting a motion is meant for."""
    known = list(steps)
    for at, line in enumerate(opening):
        sat, planned = _SAT.match(line.text), _PLANNED.search(line.text)
        following = opening[at + 1].text if at + 1 < len(opening) else ""
        if sat and len(following) <= 160 and (said := _RESULT.search(following)) and said.start() <= 40:
            day = _parse_date(_DATE.match(line.text, sat.end()))
            step = Consultation(_council(sat["c"]), day, result=following.rstrip(" ."))
            same = next((i for i, old in enumerate(known) if (old.organization, old.date) == (step.organization, day)), None)
            if same is None:
                known.append(step)
            elif known[same].result is None:
                known[same] = replace(known[same], result=step.result)
        elif planned and not steps and (day := _parse_date(_DATE.match(line.text, planned.end()))):
            known.append(Consultation(_council(planned["c"] or planned["s"]), day))
    return tuple(known)


def _council(name: str) -> str:
    """Nominative: "Kreistages" -> "Kreistag", "Sozialausschusses" -> "Sozialausschuss"."""
    return re.sub(r"^(\S+?(?:tag|rat|ausschuss|beirat))(?:e?s)\b", r"\1", name.strip())


# --- people, attachments, other papers -----------------------------------------------------------------------------

_OFFICE_LINE = re.compile(
    r"(?:\w+amt|Amt für .{3,60}|Dezernat [IVX\d]\w{0,3}\b.{0,80}|Dezernat für .{3,80}|Fachbereich .{3,80}"
    r"|Fachdienst .{3,80}"
    r"|Stabsstelle .{3,80}|Referat für .{3,60})$"
)
_GROUPS = re.compile(
    r"Fraktion(?:en)? (?:von |der |des )?(?P<names>[A-ZÄÖÜ][^.;:]{1,120}?)"
    r"(?= bitte[nt]? | beantrag\w+ | stell\w+ |,? den nachfolg|$)"
)
_GROUP_LINE = re.compile(r"[A-ZÄÖÜ][\w./ -]{1,60}-?(?:[Gg]emeinderats|[Ss]tadtrats|[Kk]reistags)?-?[Ff]raktion$")


def _originators(fields: Sequence[tuple[str, str]], head: Sequence[_Line]) -> tuple[str, ...]:
    """Offices and parliamentary groups that made the paper, as printed."""
    found = [_DATE.sub("", value).strip(" ,;") for name, value in fields if name == "originator" and len(value) <= 120]
    for part in _cells(head):
        plain = _DATE.sub("", part).strip(" ,;")
        behind_kind = next((plain[m.end() :].strip() for pattern in _KIND_PATTERNS[:1] if (m := pattern.match(plain))), "")
        behind_kind = _INLINE_LABEL.split(behind_kind)[0].strip()
        if _OFFICE_LINE.match(plain) or _GROUP_LINE.match(plain):
            found.append(plain)
        elif _OFFICE_LINE.match(behind_kind):
            found.append(behind_kind)
    return tuple(dict.fromkeys(value for value in found if value and not _EMPTY.match(value)))


def _groups(opening: Sequence[_Line]) -> list[str]:
    """Parliamentary groups named in a motion's first sentence: "die Fraktionen von SPD, CDU und FDP bitten Sie"."""
    for line in opening[:12]:
        if named := _GROUPS.search(line.text):
            return [group for name in re.split(r",| und ", named["names"]) if (group := name.strip())]
    return []


def _agenda_item(fields: Sequence[tuple[str, str]], head: Sequence[_Line]) -> str | None:
    for value in [value for name, value in fields if name == "item"]:
        if item := _ITEM.match(value):
            return item[0]
    patterns = (r"(?:Tagesordnungspunkt|TOP) ((?:[ÖN] ?)?\d[\d.]*\w?)$", r"Punkt (\d[\d.]*) der Tagesordnung")
    return next((m[1].rstrip(".") for part in _cells(head) for pattern in patterns if (m := re.match(pattern, part))), None)


_PERSON = re.compile(
    r"(?:gez\.\s|i\. ?[VA]\.\s)?(?P<name>(?:(?:Prof\.|Dr\.)\s){0,2}[A-ZÄÖÜ][a-zäöüß]+(?:-[A-ZÄÖÜ][a-zäöüß]+)?"
    r"(?:\s(?:von|van|de|zu|der|[A-ZÄÖÜ]\.))?(?:\s[A-ZÄÖÜ][a-zäöüß]+(?:-[A-ZÄÖÜ][a-zäöüß]+)?){1,2})$"
)
_POST = re.compile(
    r"(?:(?:Erste[rn]? |Stellvertretende[rn]? )?(?:Landrat|Landrätin|Kreisrat|Kreisrätin"
    r"|(?:Ober)?[Bb]ürgermeister(?:in)?|Dezernent(?:in)?"
    r"|Beigeordnete[rn]?|Stadtdirektor(?:in)?|Amtsleiter(?:in)?|Amtsleitung|Fachbereichsleit\w+|Fachdienstleit\w+"
    r"|Stadtrat|Stadträtin|Kämmerer|Kämmerin"
    r"|Fraktionsvorsitzende[rn]?))\b"
)


def _signatories(tail: Sequence[_Line]) -> tuple[str, ...]:
    """Persons at the end: beside a post ("Landrätin"), after "gez.", or listed under "Unterzeichnet von"."""
    found: list[str] = []
    listed = False
    texts = [line.text for line in tail if not line.cells]
    for at, text in enumerate(texts):
        person, post = _PERSON.match(text), _POST.match(text)
        around = [*texts[max(0, at - 1) : at], *texts[at + 1 : at + 2]]
        if person and not post and (listed or text.startswith(("gez.", "i.")) or any(_is_post(other) for other in around)):
            found.append(person["name"])
        elif post and len(text) <= 60 and (named := _PERSON.match(text[post.end() :].strip())):
            found.append(named["name"])
        else:
            listed = bool(re.match(r"(?:unterzeichnet|gezeichnet|initiative)(?: von)?\s?:?$", text, re.IGNORECASE))
    return tuple(dict.fromkeys(found))


def _is_post(text: str) -> bool:
    return (
        _POST.match(text) is not None
        and len(text) <= 80
        and not text.endswith(".")
        and not _PERSON.match(_POST.sub("", text).strip())
    )


_ATTACHMENTS = re.compile(r"\W{0,3}Anlagen?(?:n?verzeichnis)?\s?(?:\(n\))?\s?:?\s*(?P<rest>.*)$")
_ATTACHMENT = re.compile(r"(?:Anlage|Anl\.)\s?(?P<n>\d{1,2}[a-z]?|[IVX]{1,4})?\s?[-–:.]?\s?(?P<title>.*)$")


def _attachments(lines: Sequence[_Line]) -> tuple[str, ...]:
    """Titles listed under the last heading "Anlagen", without "Anlage 1 -"; "Anlage 1" stays if there is no title."""
    start = next((at for at in range(len(lines) - 1, -1, -1) if _is_attachments_head(lines[at].text)), None)
    if start is None:
        return ()
    found: list[str] = []
    rest = re.split(r"[:]", lines[start].text, maxsplit=1)
    listed = [rest[1].strip()] if len(rest) == 2 and rest[1].strip() else []
    for line in lines[start + 1 : start + 31]:
        if _SECTION.match(line.text) or _EMPTY.match(line.text) or len(line.text) > 200 or _PERSON.match(line.text):
            break
        listed.append(line.text)
    for text in listed:
        part = _ATTACHMENT.match(text)
        title = (part["title"].strip() or text) if part else re.sub(r"^\(?\d{1,2}[.)]\s", "", text)
        if title.casefold().strip(" .-/") not in ("", "keine", "ohne", "entfällt"):
            found.append(title)
    return tuple(dict.fromkeys(found))


def _is_attachments_head(text: str) -> bool:
    return re.match(r"\W{0,3}Anlagen?(?:n?verzeichnis)?\s?(?:\(n\))?\s?(?::|$)", text) is not None


def _related(text: str, own: str | None) -> tuple[str, ...]:
    """Numbers of other papers in the order of their appearance, each once."""
    own_key = reference_key(own) if own else ""
    by_key = {found.key: found.raw for found in reversed(find_references(text)) if found.key != own_key}
    return tuple(reversed(by_key.values()))


# --- sidecar -------------------------------------------------------------------------------------------------------


def _overruled(paper: Paper, sidecar: Mapping[str, object], file_name: str) -> Paper:
    """The paper with the fields that the sidecar states. A blank string or null states nothing (OParl servers send "
    "both)."""
    stated = {name: value for name, value in sidecar.items() if value is not None and value not in ("", [])}
    source = _Sidecar(stated, file_name)
    originators = source.texts("originatorOrganization") or source.texts("underDirectionOf")
    steps = [_consultation(_Sidecar(step, file_name)) for step in source.objects("consultation")]
    public = source.flag("public")
    return replace(
        paper,
        name=source.text("name") or paper.name,
        reference=source.text("reference") or paper.reference,
        paper_type=source.text("paperType") or paper.paper_type,
        date=source.day("date") or paper.date,
        body=source.text("body") or paper.body,
        public=False if False in (paper.public, public) else (paper.public if public is None else public),
        originators=tuple(originators) or paper.originators,
        consultations=tuple(steps) or paper.consultations,
        related=tuple(raw for raw in paper.related if reference_key(raw) != reference_key(source.text("reference") or "")),
    )


def _consultation(step: _Sidecar) -> Consultation:
    return Consultation(
        organization=", ".join(step.texts("organization")),
        date=step.day("date"),
        public=step.flag("public"),
        role=step.text("role"),
        result=step.text("result"),
        agenda_item=step.text("agendaItem"),
    )


@dataclass(frozen=True)
class _Sidecar:
    """Typed access to the values beside a file. Each method raises BadSidecar on a value of another type."""

    values: Mapping[str, object]
    file_name: str

    def _bad(self, name: str, wanted: str) -> BadSidecar:
        return BadSidecar(sidecar=self.file_name, reason=f"{name}: {wanted}")

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            raise self._bad(name, "Text erwartet / text expected")
        return " ".join(value.split()) or None if value else None

    def texts(self, name: str) -> list[str]:
        value = self.values.get(name)
        items: list[object] = value if isinstance(value, list) else [] if value is None else [value]
        texts = [item for item in items if isinstance(item, str)]
        if len(texts) < len(items):
            raise self._bad(name, "Text oder Liste von Texten erwartet / text or list of texts expected")
        return [text for text in texts if text.strip()]

    def flag(self, name: str) -> bool | None:
        value = self.values.get(name)
        if value is None or isinstance(value, bool):
            return value
        raise self._bad(name, "true oder false erwartet / true or false expected")

    def day(self, name: str) -> date | None:
        value = self.text(name)
        try:
            return date.fromisoformat(value[:10]) if value else None
        except ValueError:
            raise self._bad(name, "Datum JJJJ-MM-TT erwartet / date YYYY-MM-DD expected") from None

    def objects(self, name: str) -> list[Mapping[str, object]]:
        value = self.values.get(name, [])
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return list(value)
        raise self._bad(name, "Liste von Objekten erwartet / list of objects expected")
