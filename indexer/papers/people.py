"""Who made a paper, and who signed it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from indexer.dates import DATE
from indexer.papers.kinds import VORLAGE
from indexer.papers.lines import EMPTY, INLINE_LABEL, Fields, Line, parts_of

OFFICE_LINE = re.compile(
    r"(?:\w+amt|(?:Amt|Referat) für .{3,60}|Dezernat [IVX\d]\w{0,3}\b.{0,80}"
    r"|(?:Dezernat für|Fachbereich|Fachdienst|Stabsstelle) .{3,80})$"
)
_COUNCIL_GROUP = r"(?:(?:(?:Gemeinde|Stadt|Kreis|Orts|Ortschafts|Bezirks|Rats)\w*)?[Ff]raktion|(?:OR|GR|KT)-Fraktion)"
_GROUP = re.compile(  # "CDU-Gemeinderatsfraktion", "Freie Wähler Kreistagsfraktion"
    rf"(?<![\w./|-])(?P<name>(?:(?:(?:DIE|Die)(?= [LPG])|FREIE|Freie|Soziale) )?"
    rf"(?!Die )[A-ZÄÖÜ][\w./|]*(?: ?/ ?(?:Die )?[A-ZÄÖÜ][\w.]*){{0,2}}"
    rf"(?:-| ){_COUNCIL_GROUP})(?:$|[\s,;)])"
)
_GROUP_LINE = re.compile(r"[A-ZÄÖÜ][\w./ |-]{1,75}[Ff]raktion$")
_ONLY_GROUP = re.compile(rf"(?:Die )?{_COUNCIL_GROUP}$")  # its name stands on the next line
_PARTY = re.compile(
    r"\b(?:SPD|CDU|CSU|FDP|AfD|ÖDP|ödp|BSW|FW|FWG|UWG|SSW|Volt|Grüne[nr]?|GRÜNE[NR]?|L(?:inke|INKE)|P(?:artei|ARTEI)|Freie Wähler"
    r"|FREIE WÄHLER|Piraten|PIRATEN|[Ff]raktion\w*|Gruppe)\b"
)
_FILED_BY = re.compile(
    r"(?:[Ii]nterfraktionelle[rn]? |[Gg]emeinsame[rn]? )?\w{0,12}(?:[Aa]ntrag|[Aa]nfrage)(?:en)?: (?P<names>.{2,100})$"
)
_LONGEST_GROUP = 40
_GROUPS = re.compile(
    r"Fraktion(?:en)? (?:von |der |des )?(?P<names>[A-ZÄÖÜ][^.;:]{1,120}?)"
    r"(?= bitte[nt]? | beantrag\w+ | stell\w+ |,? den nachfolg|$)"
)
_LONGEST_ORIGINATOR = 120

_NAME = r"[A-ZÄÖÜ][a-zäöüß]+(?:-[A-ZÄÖÜ][a-zäöüß]+)?"
PERSON = re.compile(
    r"(?:gez\.\s|i\. ?[VA]\.\s)?"
    rf"(?P<name>(?:(?:Prof\.|Dr\.)\s){{0,2}}{_NAME}(?:\s(?:von|van|de|zu|der|[A-ZÄÖÜ]\.))?(?:\s{_NAME}){{1,2}})$"
)
_POST = re.compile(
    r"(?:Erste[rn]? |Stellvertretende[rn]? )?(?:Landrat|Landrätin|Kreisrat|Kreisrätin|(?:Ober)?[Bb]ürgermeister(?:in)?"
    r"|Dezernent(?:in)?|Beigeordnete[rn]?|Stadtdirektor(?:in)?|Amtsleiter(?:in)?|Amtsleitung|Fachbereichsleit\w+"
    r"|Fachdienstleit\w+|Stadtrat|Stadträtin|Kämmerer|Kämmerin|Fraktionsvorsitzende[rn]?)\b"
)
_SIGNED = ("gez.", "i.")
_SIGNATURES_HEAD = re.compile(r"(?:unterzeichnet|gezeichnet|initiative)(?: von)?\s?:?$", re.IGNORECASE)


def read_originators(fields: Fields, head: Sequence[Line], opening: Sequence[Line]) -> tuple[str, ...]:
    """Offices and parliamentary groups that made the paper, as printed; else the groups that its text names."""
    found = [_plain(value) for value in fields["originator"] if len(value) <= _LONGEST_ORIGINATOR]
    parts = [_plain(part) for part in parts_of(head)]
    for part, following in pairwise([*parts, ""]):
        vorlage = VORLAGE.match(part)
        behind_kind = INLINE_LABEL.split(part[vorlage.end() :])[0].strip() if vorlage else ""
        if _ONLY_GROUP.match(part):
            found += named_groups(re.sub(r"\s?\S+@\S+", "", following))
        elif OFFICE_LINE.match(part) or _GROUP_LINE.match(part):
            found.append(part)
        elif filed := _FILED_BY.match(part):
            found += named_groups(filed["names"])
        elif OFFICE_LINE.match(behind_kind):
            found.append(behind_kind)
        elif len(part) <= _LONGEST_ORIGINATOR:
            found += [group["name"] for group in _GROUP.finditer(part)]
    return tuple(dict.fromkeys(name for name in found if not EMPTY.match(name))) or _groups(opening)


def _plain(part: str) -> str:
    return DATE.sub("", part).strip(" ,;")


def named_groups(names: str) -> list[str]:
    """The groups listed behind "Antrag:" or below "Stadtratsfraktion"; none if what stands there is a title.

    >>> named_groups("GRÜNE, SPD und Die Linke"), named_groups("Fahrradstraße am Bahnhof")
    (['GRÜNE', 'SPD', 'Die Linke'], [])
    """
    groups = [name.strip() for name in re.split(r",| und ", names) if name.strip()]
    return groups if all(_PARTY.search(group) and len(group) <= _LONGEST_GROUP for group in groups) else []


def _groups(opening: Sequence[Line]) -> tuple[str, ...]:
    """Parliamentary groups named in a motion's first sentence: "die Fraktionen von SPD, CDU und FDP bitten Sie"."""
    named = next((found["names"] for line in opening[:12] if (found := _GROUPS.search(line.text))), "")
    return tuple(group for name in re.split(r",| und ", named) if (group := name.strip()))


def read_signatories(tail: Sequence[Line]) -> tuple[str, ...]:
    """Persons at the end: beside a post ("Landrätin"), after "gez.", or listed under "Unterzeichnet von"."""
    found: list[str] = []
    is_listed = False
    texts = ["", *(line.text for line in tail if not line.cells), ""]
    for above, text, below in zip(texts, texts[1:], texts[2:], strict=False):
        person, post = PERSON.match(text), _POST.match(text)
        is_signed = is_listed or text.startswith(_SIGNED) or _is_post(above) or _is_post(below)
        if person and not post and is_signed:
            found.append(person["name"])
        elif post and len(text) <= 60 and (named := PERSON.match(text[post.end() :].strip())):
            found.append(named["name"])
        else:
            is_listed = _SIGNATURES_HEAD.match(text) is not None
    return tuple(dict.fromkeys(found))


def is_signature(text: str) -> bool:
    """Whether a line is a name, a post, or signed."""
    return bool(PERSON.match(text) or _POST.match(text) or text.startswith("gez."))


def _is_post(text: str) -> bool:
    """Whether a line names a post and nobody who holds it, and is no sentence."""
    if not _POST.match(text) or len(text) > 80 or text.endswith("."):
        return False
    return not PERSON.match(_POST.sub("", text).strip())
