"""Who made a paper, and who signed it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.dates import DATE
from indexer.papers.kinds import VORLAGE
from indexer.papers.lines import EMPTY, INLINE_LABEL, Fields, Line, parts_of

OFFICE_LINE = re.compile(
    r"(?:\w+amt|(?:Amt|Referat) für .{3,60}|Dezernat [IVX\d]\w{0,3}\b.{0,80}"
    r"|(?:Dezernat für|Fachbereich|Fachdienst|Stabsstelle) .{3,80})$"
)
_GROUP_LINE = re.compile(r"[A-ZÄÖÜ][\w./ -]{1,75}[Ff]raktion$")
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
    for part in map(_plain, parts_of(head)):
        vorlage = VORLAGE.match(part)
        behind_kind = INLINE_LABEL.split(part[vorlage.end() :])[0].strip() if vorlage else ""
        if OFFICE_LINE.match(part) or _GROUP_LINE.match(part):
            found.append(part)
        elif OFFICE_LINE.match(behind_kind):
            found.append(behind_kind)
    return tuple(dict.fromkeys(name for name in found if not EMPTY.match(name))) or _groups(opening)


def _plain(part: str) -> str:
    return DATE.sub("", part).strip(" ,;")


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
