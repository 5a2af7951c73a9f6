"""The kind of a paper: printed in its head, or told by how it is worded."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.bodies import without_letterhead
from indexer.papers.lines import Fields, Line

_KINDS = (  # the first that matches a line's beginning wins; the line may go on as the second pattern says
    (
        r"(?:dringlichkeits|tisch|ergänzungs)?"
        r"((?:beschluss|mitteilungs|informations|berichts|kenntnisnahme|antrags|entscheidungs)vorlage)\b",
        r"",
    ),
    (r"(?:\w+ )?(?:ergänzungs-?\s?/\s?)?(änderungsantrag)\b", r""),
    (r"((?:änderungs-?\s?/\s?)?ergänzungsantrag)\b", r""),
    (r"(auszug)\b", r"\s(?:aus (?:de[mr]|einer) |[-–] )"),
    (r"((?:zuwendungs|bewilligungs|förder)bescheid)\b", r"\s?(?:$|nr|\d|über |für |vom |zu[rm]? )"),
    (
        r"(niederschrift|sitzungsprotokoll|ergebnisprotokoll|protokoll)",
        r"\s?(?:\S{0,8}\d|über|der|zur|des|zum|sitzung|öffentlich|nicht|$)",
    ),
    (r"(stellungnahme)\b", r"\s?(?:$|zu[rm]? |der |des )"),
    (r"(antwort|beantwortung)\b", r"\s?(?:$|auf |zu[rm]? |der |des )"),
    (
        r"(?:(?:schriftliche|mündliche|kleine|große|interfraktionelle) )?(?:ergänzungs|zusatz)?(anfrage)\b",
        r"\s?(?:$|:|de[rs] |von |gemäß|nach |zu[rm]? |nr|\S{0,5}\d)",
    ),
    (
        r"(?:(?:interfraktioneller|gemeinsamer|eil-?) ?)?(antrag)\b",
        r"\s?(?:$|:|de[rs] |von |gemäß|nach |zu[rm]? |nr|an |\S{0,5}\d)",
    ),
    (r"(?:\w+ )?(einladung)\b", r"\s?(?:$|zu[rm]? )"),
    (r"(?:öffentliche |amtliche )?(bekanntmachung)\b", r"\s?(?:$|de[rs] |über )"),
)
_OTHER_NAMES = {
    "Sitzungsprotokoll": "Niederschrift",
    "Ergebnisprotokoll": "Niederschrift",
    "Protokoll": "Niederschrift",
    "Beantwortung": "Antwort",
}
_SHORT_KINDS = {"mitteilung": "Mitteilungsvorlage", "information": "Informationsvorlage"}  # only behind a label
_PUBLICITY_WORD = r"(?:(?:nicht)?[- ]?öffentliche[rs]? )?"
_KIND_PATTERNS = [re.compile(rf"{_PUBLICITY_WORD}{kind}{more}", re.IGNORECASE) for kind, more in _KINDS]
VORLAGE = _KIND_PATTERNS[0]

_ANSWER = re.compile(r"\bIhre[rn]? Anfrage.{0,200}?(?:\bbeantworte ich|\bzur Beantwortung)", re.DOTALL)
_WORDINGS = (
    (re.compile(r"^Inhalt der Mitteilung|^Mitteilungsinhalt", re.MULTILINE), "Mitteilungsvorlage"),
    (
        re.compile(
            r"(?:bitten|beantrag\w+)[^.]{0,60}(?:nachfolgend|folgend|nachstehend)\w{0,3} Antrag"
            r"|stell\w+[^.]{0,60}folgenden Antrag"
        ),
        "Antrag",
    ),
    (re.compile(r"^Anfrage Nr", re.MULTILINE), "Anfrage"),
    (re.compile(r"\bBeschluss de[sr] [^,\n]{3,110}? vom\b.{0,20}\s(?:Nichtö|Ö)ffentliche Sitzung"), "Beschlussvorlage"),
    (re.compile(r"(?:Kreistag|Stadtrat|Gemeinderat|Rat|Ausschuss) (?:möge|wolle) beschließen"), "Antrag"),
    (
        re.compile(r"^Beschluss(?:vorschlag|antrag|empfehlung)(?:\s\(\w+\))?\s?:?$", re.MULTILINE | re.IGNORECASE),
        "Beschlussvorlage",
    ),
)
_UPDATE = r"(?:\d{1,2}\. )?(?:Fortschreibung (?:\d{4} )?(?:de[rs] )?)?"
_WORKS = (  # a document that is the thing itself; only as the title
    (re.compile(r"(?:\d+\. )?\w*[Ss]atzung (?:und Bekanntmachung |)(?:de[sr]|über|zur|vom)\b"), "Satzung"),
    (re.compile(r"(?:Doppelh|[Hh])aushaltsplan (?:de[sr]|für|\d{4})"), "Haushaltsplan"),
    (re.compile(rf"{_UPDATE}(?:\w+en? )?Sozial\w{{0,20}}plan(?:ung)?\b"), "Sozialplanung"),
    (
        re.compile(
            rf"{_UPDATE}(?:\w+en? )?(?:Pflege|Jugendhilfe|Teilhabe|Alten|Psychiatrie|Kindertagesstätten|Schulentwicklungs)"
            r"\w{0,20}plan(?:ung|s|es)?\b"
        ),
        "Fachplanung",
    ),
)
WORKS = frozenset(kind for _, kind in _WORKS)


def read_kind(opening: Sequence[Line], head: Sequence[Line], fields: Fields) -> str | None:
    """The kind printed in the head, after its label or in a line that begins with it; else told by the wording."""
    text = "\n".join(line.text for line in opening)
    if _ANSWER.search(text):  # the letter's subject is the question: "Schriftliche Anfrage gemäß § 68"
        return "Antwort"
    candidates = [part for line in head[:30] for part in map(without_letterhead, line.parts) if len(part) < 160]
    labelled = fields["type"]  # "Art: Öffentlicher Vorgang", "Typ: Beschlussvorlage"
    if labelled and (kind := _SHORT_KINDS.get(labelled[0].casefold())):
        return kind
    printed = (_printed(part.lstrip("-–*# ")) for part in [*labelled, *candidates])
    told = (kind for wording, kind in _WORDINGS if wording.search(text))
    work = (kind for part in candidates[:3] for form, kind in _WORKS if form.match(part))
    return next((kind for kind in printed if kind), None) or next(told, None) or next(work, None)


def names_kind(text: str) -> bool:
    """Whether a line begins with a kind, and so is no title."""
    return _printed(text) is not None


def _printed(text: str) -> str | None:
    for pattern in _KIND_PATTERNS:
        if found := pattern.match(text):
            kind = found[1].title()
            return _OTHER_NAMES.get(kind, kind)
    return None
