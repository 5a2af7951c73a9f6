"""Which Körperschaften a text names: by full name, short name, inflection, abbreviation, or with a typing error.

All names come from the index: "Landkreis Altmoor (Leine)" is also "Altmoor", "Altmoorer", "LK Altmoor", "Altmor". Short
forms are the letters a body puts into its numbers ("17-2019/TaAu") and those of a double name ("Tannberg-Auen").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from indexer.generation import Generation
from indexer.german import fold, stem

_PREFIX = re.compile(r"^(?:[\w-]+ ){0,3}?[\w-]*(?:kreis|stadt|gemeinde|markt|region|verband)\s+(?=\S)", re.IGNORECASE)
_QUALIFIER = re.compile(r"\s+\([^)]*\)$")
_COUNTY = re.compile(r"(?:^|[\s-])(?:land)?kreis\b|kreis$", re.IGNORECASE)
_COUNTY_WORDS = re.compile(
    r"\b(?:(?:land)?kreis(?:es)?|lk|landrats?amt(?:e?s)?|(?:land)?kreisverwaltung|kreistag(?:e?s)?|county|district)\s+(?:of\s+)?$"
)
_TOWN_WORDS = re.compile(
    r"\b(?:[\w-]*stadt|[\w-]*gemeinde|markt|rathaus(?:es)?|(?:stadt|gemeinde)(?:rat(?:e?s)?|verwaltung)|town|city)\s+(?:of\s+)?$"
)
_STREET = re.compile(r"\s+(?:Straße|Str\.|Weg|Platz|Allee|Ring|Gasse|Ufer|Damm|Chaussee|Tor|Brücke)\b")  # "Landauer Straße"
_ENDINGS = ("", "s", "r", "rn", "er", "ern", "ers", "es", "'s", "’s")  # "Musterbacher", "Musterbach's"
_IN_EN = 6  # letters beyond which a name may lose its "en"; of shorter ones that makes words: "Singen", "Singer"
_LONGEST_ENDING = max(map(len, _ENDINGS))
_LETTERS = re.compile(r"[A-Za-zÄÖÜäöü]{4,}$")  # that a number ends with
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ONE_ERROR, _TWO_ERRORS = 6, 10  # letters of a name from which so many typing errors are forgiven


@dataclass(frozen=True)
class Named:
    """A body that a text names at text[start:end]; several bodies where the name leaves open which is meant."""

    bodies: tuple[str, ...]
    start: int
    end: int


def short_name(body: str) -> str:
    """The name people use: "Landkreis Altmoor (Leine)" -> "Altmoor"."""
    return _QUALIFIER.sub("", _PREFIX.sub("", body))


class BodyNames:
    """The bodies of one generation and what people call them."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._by_name: dict[str, list[str]] = {}
        for body in generation.columns.names("body"):
            self._by_name.setdefault(short_name(body).lower(), []).append(body)
        self._patterns = {short: _name_pattern(short) for short in self._by_name}
        self._folded = {short: fold(short) for short in self._by_name if len(short) >= _ONE_ERROR}
        self._abbreviations = _abbreviations(generation)

    def named(self, text: str) -> list[Named]:
        """By position; a short name that several bodies share stands for those that the word before it fits."""
        cased = text != text.lower()
        found = [
            Named(_fitting(text, match.start(), self._by_name[short]), *match.span())
            for short, pattern in self._patterns.items()
            for match in pattern.finditer(text)
            # "singen", "in engen Straßen": who writes capitals at all writes a name with one.
            if not (cased and match.group()[0].islower()) and not _STREET.match(text, match.end())
        ]
        for match in _WORD.finditer(text):
            if body := self._abbreviations.get(match.group().lower()):
                found.append(Named((body,), *match.span()))
        return sorted(_outermost(found) or self._mistyped(text), key=lambda named: named.start)

    def _mistyped(self, text: str) -> Iterator[Named]:
        """Words that no paper holds and that are a name but for a letter or two."""
        knows = self._generation.lexical.knows
        for match in _WORD.finditer(text):
            word = fold(match.group())
            if len(word) < _ONE_ERROR or knows(stem(word)):
                continue
            near = sorted((_errors(word, folded), short) for short, folded in self._folded.items())
            errors, short = near[0] if near else (99, "")
            alone = len(near) < 2 or near[1][0] > errors
            if alone and errors <= (2 if len(short) >= _TWO_ERRORS else 1):
                yield Named(_fitting(text, match.start(), self._by_name[short]), *match.span())


def _outermost(found: Sequence[Named]) -> list[Named]:
    """Without names inside longer ones: "Homburg" in "Bad Homburg"."""
    return [
        one
        for one in found
        if not any(o.start <= one.start and one.end <= o.end and (o.end - o.start) > (one.end - one.start) for o in found)
    ]


def _fitting(text: str, start: int, candidates: Sequence[str]) -> tuple[str, ...]:
    before = text[:start].lower()
    wrong_kind = (_COUNTY_WORDS.search(before), _TOWN_WORDS.search(before))
    return tuple(body for body in candidates if not wrong_kind[is_county(body)]) or tuple(candidates)


def _name_pattern(short: str) -> re.Pattern[str]:
    """The name as people write it: inflected, with ae for ä, with or without its hyphens."""
    spelled = re.escape(short).replace(r"\-", "[- ]").replace(r"\ ", "[- ]")
    for letter, other in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        spelled = spelled.replace(letter, f"(?:{letter}|{other})")
    forms = f"{spelled}(?:{'|'.join(map(re.escape, _ENDINGS))})"
    if short.lower().endswith("en") and len(short) > _IN_EN:  # "Grünhausen", "Grünhauser"; "Altmünchen", "Altmünchner"
        forms += f"|{spelled[:-2]}n?er[sn]?"
    return re.compile(rf"(?<![\w-])(?:{forms})(?![\w-])", re.IGNORECASE)


def _abbreviations(generation: Generation) -> dict[str, str]:
    """Short form -> body; only forms that stand for one body alone."""
    forms: dict[str, set[str]] = {}
    for body in generation.columns.names("body"):
        parts = short_name(body).split("-")
        if len(parts) > 1:
            forms.setdefault("".join(part[:2] for part in parts).lower(), set()).add(body)
    query = "SELECT DISTINCT body, reference_key FROM documents WHERE body IS NOT NULL AND reference_key IS NOT NULL"
    for body, key in generation.database.all(query):
        letters = _LETTERS.search(key)
        if letters and _stands_for(letters.group(), short_name(body).lower()):
            forms.setdefault(letters.group(), set()).add(body)
    return {form: bodies.pop() for form, bodies in forms.items() if len(bodies) == 1}


def _stands_for(letters: str, name: str) -> bool:
    """Whether a name holds the letters in this order, beginning with its own first: taau, tannberg-auen."""
    rest = iter(name)
    return letters[0] == name[0] and all(letter in rest for letter in letters)


def _errors(word: str, folded: str) -> int:
    """Letters left out, added, changed or swapped, between the word and the nearest form of the name."""
    if abs(len(word) - len(folded)) > _LONGEST_ENDING + 2:
        return 99
    return min(int(OSA.distance(word, folded + ending, score_cutoff=2)) for ending in _ENDINGS)


def is_county(body: str) -> bool:
    return bool(_COUNTY.search(_QUALIFIER.sub("", body)))
