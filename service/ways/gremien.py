"""Names of Gremien: which mean the same one, and which a question names."""

from __future__ import annotations

import re

from indexer.papers.lines import nominative

ASSEMBLY = re.compile(
    r"(?:(?:Samtgemeinde|Gemeinde|Stadt|Markt)?rat|Kreistag|Ratsversammlung|Stadtverordnetenversammlung|Bürgerschaft)"
    r"\b",
    re.IGNORECASE,
)
_COMMITTEE_END = re.compile(r"s?-?ausschuss.*|-? (?:und|,).*")
_NAMED = re.compile(
    r"\b(?:[A-ZÄÖÜ][\w-]*(?:ausschuss|ausschuß|beirat|versammlung|kommission)(?:es)?|Kreistag(?:e?s)?|Magistrats?|Senats?"
    r"|(?:Gemeinde|Stadt|Orts|Ortschafts|Bezirks|Samtgemeinde)rat(?:e?s)?|Rat(?:e?s)?)\b"
)
_IN_ENGLISH = (
    (re.compile(r"\b(?:district|county) council\b", re.IGNORECASE), "Kreistag"),
    (re.compile(r"\b(?:city|town|municipal|parish)? ?council\b", re.IGNORECASE), "Rat"),
)


def same_gremium(one: str, other: str) -> bool:
    """Whether two names mean one Gremium: the council by any of its names, a committee by the beginning of its own.

    >>> same_gremium("Hauptausschuss", "Haupt- und Finanzausschuss"), same_gremium("Rat", "Gemeinderat")
    (True, True)
    >>> same_gremium("Ortsrat", "Ortsrat Aurental"), same_gremium("Ortsrat", "Rat")
    (True, False)
    """
    first, second = sorted((nominative(name).casefold().strip() for name in (one, other)), key=len)
    if first == second or (ASSEMBLY.match(first) and ASSEMBLY.match(second)):
        return True
    if first in re.split(r"[^\w-]+", second):
        return first not in ("rat", "ausschuss")
    stems = [_COMMITTEE_END.sub("", name) for name in (first, second)]
    return "ausschuss" in first and "ausschuss" in second and bool(stems[0]) and stems[0] == stems[1]


def names_gremium(text: str) -> list[str]:
    """The Gremien that a text names, in the nominative; English words for the council as well.

    >>> names_gremium("Wie fiel das Votum des Gemeinderats aus?"), names_gremium("How did the district council vote?")
    (['Gemeinderat'], ['Kreistag'])
    """
    found = [nominative(match.group()) for match in _NAMED.finditer(text)]
    return found + [name for pattern, name in _IN_ENGLISH if pattern.search(text)][:1]
