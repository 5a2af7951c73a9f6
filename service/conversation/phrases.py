"""The noun phrases of a question, without a model: what it is about, and what in it can be put in another's place.

German nouns bear capitals, and prepositions, articles and adjectives lead up to them. In English, and where somebody writes
no capitals at all, every word counts that tells something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from indexer.german import STOP_WORDS, fold, stem
from indexer.references import find_references
from service.questions import ASKING, language_of

_TOKEN = re.compile(r"\d+(?:[.,:/-]\d+)*\.?(?=\s|\W|$)|[^\W_][\w'’]*(?:[-/*:][\w'’]+)*-?|[^\w\s]")
_CONTRACTED = {"im": "in", "ins": "in", "am": "an", "ans": "an", "beim": "bei", "vom": "von", "zum": "zu", "zur": "zu"}
_PREPOSITIONS = frozenset(
    """in an bei von zu für auf aus mit nach seit über unter vor zwischen gegen durch ohne um laut wegen trotz während neben
    hinter of for at on to with from about by under against""".split()
) | set(_CONTRACTED)
_ARTICLES = frozenset(
    """der die das den dem des ein eine einen einem einer eines kein keine keinen unser unsere welche welcher welches welchen
    diese dieser dieses diesem diesen alle allen viele vielen mehrere jede jeder jedes jeden beide beiden
    the a an this these that those which""".split()
)
_GENITIVE = frozenset(("der", "des", "dieser", "dieses", "einer", "eines", "und", "oder", "and", "or"))
_NUMERALS = frozenset("zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split())
_ADJECTIVE = re.compile(r"[a-zäöüß-]{2,}(?:e|en|er|es|em)$")
# Words that tell nothing of what a question is about, and finite verbs that may bear the capital of a sentence's beginning.
_EMPTY = frozenset(
    """thema frage antwort prozent euro uhr jahr jahre jahren jahres ende anfang beginn höhe zahl anzahl summe mal heute morgen
    gestern insgesamt davon derzeit aktuell bekannt dann denn eigentlich überhaupt genau bitte wann wohin je
    bekommt bekommen braucht gilt gelten kostet kosten zahlt geht gehen liegt liegen steht stimmt stimmte kommt kommen wollte
    wollten möchte musste mussten durfte dürfen darf plant fördert bleibt läuft macht machen gehört gehören hält heißt
    propose proposes proposed want wants wanted decide decides decided cost costs get gets need needs plan plans planned make
    makes made about long there supposed would could than""".split()
)
_LEADING = _PREPOSITIONS | _ARTICLES
_NOTHING = STOP_WORDS | ASKING | _EMPTY | _LEADING
_LONGEST_TOPIC = 14  # words


@dataclass(frozen=True)
class Phrase:
    """text[start:end]; its nouns with their adjectives begin at ``core``, before them ``lead``: prepositions and articles."""

    lead: tuple[str, ...]
    start: int
    core: int
    end: int

    @property
    def preposition(self) -> str:
        """Without its article: "im" -> "in"; "" if there is none."""
        first = self.lead[0] if self.lead else ""
        return uncontracted(first) if first in _PREPOSITIONS else ""


def uncontracted(preposition: str) -> str:
    return _CONTRACTED.get(preposition, preposition)


class _Token(NamedTuple):
    start: int
    end: int
    word: str
    lower: str


def phrases(text: str) -> Iterator[Phrase]:
    """The noun phrases of a text, each with what leads up to it.

    >>> text = "Wann wird die Brücke am alten Mühlbach erneuert?"
    >>> [(one.lead, text[one.core:one.end]) for one in phrases(text)]
    [(('die',), 'Brücke'), (('am',), 'alten Mühlbach')]
    """
    tokens = _tokens(text)
    is_noun = _nouns(text, tokens)
    at = 0
    while at < len(tokens):
        first = at
        while at < len(tokens) and tokens[at].lower in _LEADING and not is_noun[at]:
            at += 1
        core = at
        while at < len(tokens) and _is_adjective(tokens, at, core > first) and not is_noun[at]:
            at += 1
        if at == len(tokens) or not is_noun[at]:
            at = max(core, first + 1)
            continue
        while at < len(tokens) and is_noun[at]:
            at += 1
        lead = tuple(token.lower for token in tokens[first:core])
        yield Phrase(lead, tokens[first].start, tokens[core].start, tokens[at - 1].end)


def topic(text: str) -> list[str]:
    """What a text is about, in its own words: noun phrases, joined where one leads over to the next.

    >>> topic("Wie viele Schilder des historischen Rundgangs in Grünau sind beschädigt?")
    ['Schilder des historischen Rundgangs in Grünau']
    """
    joined: list[tuple[int, int]] = []
    for one in phrases(text):
        leads_over = bool(one.lead) and (one.lead[0] in _GENITIVE or one.preposition != "")
        between = text[joined[-1][1] : one.start].strip() if joined else "-"
        if joined and (between in ("und", "oder", "and", "or") or (not between and leads_over)):
            joined[-1] = (joined[-1][0], one.end)
        else:
            joined.append((one.core, one.end))
    return _shortened(list(dict.fromkeys(text[start:end] for start, end in joined)))


def _shortened(found: Sequence[str]) -> list[str]:
    """The first ones, while they are not too many words; of a very long one its beginning."""
    kept: list[str] = []
    left = _LONGEST_TOPIC
    for one in found:
        parts = one.split()
        if left > 0 and (len(parts) <= left or not kept):
            kept.append(" ".join(parts[:left]))
            left -= len(parts)
    return kept


def _tokens(text: str) -> list[_Token]:
    numbers = find_references(text)
    found = [_Token(one.start, one.end, one.raw, one.raw.lower()) for one in numbers]
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if not (numbers and any(one.start < end and start < one.end for one in numbers)):
            found.append(_Token(start, end, match.group(), match.group().lower()))
    return sorted(found)


def _nouns(text: str, tokens: Sequence[_Token]) -> list[bool]:
    every_word = language_of(text) == "en" or text[1:] == text[1:].lower()
    return [
        token.word[0].isdigit()
        or ((token.word[0].isupper() or (every_word and token.word[0].isalpha())) and token.lower not in _NOTHING)
        for token in tokens
    ]


def _is_adjective(tokens: Sequence[_Token], at: int, led: bool) -> bool:
    """Behind an article or a preposition, or a numeral anywhere; a noun has to follow, which the caller sees."""
    word = tokens[at].word
    return word in _NUMERALS or (led and word not in _NOTHING and bool(_ADJECTIVE.match(word)))


def words(text: str) -> Iterator[str]:
    """The words of a text that tell something, as typed."""
    return (token.word for token in _tokens(text) if token.word[0].isalnum() and token.lower not in _NOTHING)


def is_named_in(phrase: str, text: str) -> bool:
    """Whether a text holds all nouns of a phrase already, or all its words where it has no capitals."""
    telling = list(words(phrase))
    nouns = [word for word in telling if not word[0].islower()] or telling
    return {stem(fold(word)) for word in nouns} <= {stem(fold(word)) for word in words(text)}
