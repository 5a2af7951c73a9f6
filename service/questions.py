"""What is asked, without a model: language, the bodies and Drucksachen numbers it names, the terms no paper holds.

Bodies come from the index, never from code: a question that names one is answered from that body's papers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from indexer.references import find_references
from indexer.search import ANY, Filters
from indexer.store import Generation
from service.errors import QuestionEmpty, QuestionTooLong

Language = Literal["de", "en"]
Wanted = Literal["number", "date"]

LONGEST = 2_000  # characters of a question

_ENGLISH = frozenset(
    """the what which who whom whose when where why how many much is are was were does did do has have had of for and from with
    been by should would will can could there their about""".split()
)
_GERMAN = frozenset(
    """der die das den dem des ein eine einen einer was welche welcher welches welchen wer wen wem wann wo warum wie viele viel
    ist sind war waren hat haben hatte wurde wurden wird werden und für von vom mit im zum zur gibt über nach beim soll""".split()
)
# Words of asking, which papers need not hold to answer: "Wie hoch ist …", "Wie heißen …".
_ASKING = frozenset(
    """heißen heißt lauten lautet betragen beträgt hoch groß lang genau gibt nennen nenne genannt sagen sagt steht stehen
    name names named tell list show give say says""".split()
)
_ASKS_NUMBER = re.compile(r"\b(?:wie ?viele?r?|wie hoch|wie teuer|wie groß|was kostet|how (?:many|much|high))\b", re.IGNORECASE)
_ASKS_DATE = re.compile(r"\b(?:wann|bis wann|seit wann|an welchem tag|when|what date)\b", re.IGNORECASE)
_PREFIX = re.compile(
    r"^(?:Landkreis|Kreis|Landeshauptstadt|Hansestadt|Universitätsstadt|Kreisstadt|Stadt|Samtgemeinde|Verbandsgemeinde|Gemeinde"
    r"|Markt|Regionalverband|Region|Städteregion)\s+"
)
_QUALIFIER = re.compile(r"\s+\([^)]*\)$")
_COUNTY_WORDS = re.compile(r"\b(?:landkreis(?:es)?|kreis(?:es)?|lk|county|district)\s+(?:of\s+)?$")
_TOWN_WORDS = re.compile(r"\b(?:stadt|landeshauptstadt|gemeinde|town|city|markt)\s+(?:of\s+)?$")
_ENDINGS = ("", "s", "er", "ern", "ers", "es", "'s", "’s")  # "Musterbacher", "Musterbach's"
_WORD = re.compile(r"\d+(?:[.,:/\-]\d+)+|[\w'’-]+")


@dataclass(frozen=True)
class Question:
    """A question as understood. ``terms`` are the words that tell what is asked, bodies and stop words apart."""

    text: str
    language: Language  # that the answer speaks
    asked_in: Language
    filters: Filters
    terms: tuple[str, ...]
    terms_not_found: tuple[str, ...]  # words, as typed, that occur nowhere in the index
    references: tuple[str, ...]
    wants: Wanted | None = None  # what the answer must hold


def checked(text: str) -> str:
    """The text as a question can be. Raises QuestionEmpty, QuestionTooLong."""
    text = " ".join(text.encode("utf-8", "replace").decode().split())  # a lone surrogate is no text
    if not any(character.isalnum() for character in text):
        raise QuestionEmpty
    if len(text) > LONGEST:
        raise QuestionTooLong(length=len(text), limit=LONGEST)
    return text


def understand(text: str, generation: Generation, filters: Filters = ANY, language: Language | None = None) -> Question:
    """The question as understood against one index. Filters given by the user stay; a named body is added to them."""
    named, spans = _bodies(text, bodies(generation))
    if named and not filters.body:
        filters = replace(filters, body=tuple(named))
    asked = " ".join(word for word in _without(text, spans).split() if word.strip("?!.,:").lower() not in _ASKING)
    asked_in = language_of(text)
    references = tuple(reference.raw for reference in find_references(text))
    return Question(
        text=text,
        language=language or asked_in,
        asked_in=asked_in,
        filters=filters,
        terms=tuple(dict.fromkeys(generation.analyser.terms(asked))),
        terms_not_found=_unknown(asked, generation),
        references=references,
        wants=_wanted(text),
    )


def _wanted(text: str) -> Wanted | None:
    if _ASKS_NUMBER.search(text):
        return "number"
    return "date" if _ASKS_DATE.search(text) else None


def language_of(text: str) -> Language:
    """German unless more English than German function words say otherwise.

    >>> language_of("Which Handlungsfelder has Musterbach prioritised?"), language_of("Haushalt 2024")
    ('en', 'de')
    """
    found = [word.lower() for word in _WORD.findall(text)]
    return "en" if sum(w in _ENGLISH for w in found) > sum(w in _GERMAN for w in found) else "de"


def bodies(generation: Generation) -> list[str]:
    """The bodies of the index, by name."""
    found = generation.database.execute("SELECT DISTINCT body FROM documents WHERE body IS NOT NULL ORDER BY body")
    return [body for (body,) in found]


def short_name(body: str) -> str:
    """The name people use: "Landkreis Altmoor (Leine)" -> "Altmoor"."""
    return _QUALIFIER.sub("", _PREFIX.sub("", body))


def _bodies(text: str, known: Sequence[str]) -> tuple[list[str], list[tuple[int, int]]]:
    """The bodies a text names, and where. A short name that several bodies share names those that the word before fits."""
    by_name: dict[str, list[str]] = {}
    for body in known:
        by_name.setdefault(short_name(body).lower(), []).append(body)
    named: list[str] = []
    spans: list[tuple[int, int]] = []
    for short, candidates in by_name.items():
        for match in _name_pattern(short).finditer(text):
            before = text[: match.start()].lower()
            wrong_kind = (_COUNTY_WORDS.search(before), _TOWN_WORDS.search(before))
            fitting = [body for body in candidates if not wrong_kind[_is_county(body)]]
            named += [body for body in fitting or candidates if body not in named]
            spans.append(match.span())
    return named, spans


@lru_cache(maxsize=10_000)
def _name_pattern(short: str) -> re.Pattern[str]:
    """The name as people write it: inflected, with ae for ä, with or without its hyphens."""
    spelled = re.escape(short).replace(r"\-", "[- ]").replace(r"\ ", "[- ]")
    for letter, other in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        spelled = spelled.replace(letter, f"(?:{letter}|{other})")
    return re.compile(rf"(?<![\w-]){spelled}(?:{'|'.join(map(re.escape, _ENDINGS))})(?![\w-])", re.IGNORECASE)


def _is_county(body: str) -> bool:
    return "kreis" in body.lower()


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + " " + text[end:]
    return re.sub(r"\b(?:Landkreis(?:es)?|LK|Kreis(?:es)?|[Cc]ounty|[Dd]istrict)\s{2,}", " ", text)


def _unknown(text: str, generation: Generation) -> tuple[str, ...]:
    """The words of the question that no passage holds in any form."""
    missing = []
    for match in _WORD.finditer(text):
        terms = generation.analyser.terms(match.group())
        if terms and not any(_occurs(term, generation) for term in terms):
            missing.append(match.group())
    return tuple(dict.fromkeys(missing))


def _occurs(term: str, generation: Generation) -> bool:
    """Whether the index holds the term or, if it is long, one that begins with three quarters of it."""
    beginning = term[: max(6, -(-3 * len(term) // 4))]
    return generation.lexical.knows(term) or (len(term) > 6 and generation.lexical.knows_beginning(beginning))
