"""What is asked, without a model: language, bodies, numbers, time, kind of paper, Gremium, kind of answer, unknown words.

Names come from the index, never from code. A named body narrows the search; a time puts the papers of that time in front,
since the answer may stand in another one; kind and Gremium are shown for the reader to narrow by. What was used can be undone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

from indexer.filters import ANY, Filters
from indexer.generation import Generation
from indexer.german import fold, stem, words
from indexer.vectors import Mask
from service.bodynames import BodyNames
from service.errors import QuestionEmpty, QuestionTooLong
from service.periods import Period, period_of

Language = Literal["de", "en"]
Wanted = Literal["number", "date", "decision", "person", "list", "yes_no"]
Understood = Literal["body", "period", "reference"]  # what a reader can take away

_MOST_NAMED = 20  # documents of named papers that are looked at to show their numbers
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
ASKING = frozenset(
    """heißen heißt lauten lautet betragen beträgt viel viele vieler oft hoch groß lang genau gibt
    nennen nenne genannt sagen sagt steht stehen
    name names named tell list show give say says""".split()
)
_ASKS: dict[Wanted, re.Pattern[str]] = {  # in this order: "Wie viele Personen" asks for a number
    "number": re.compile(
        r"\b(?:wie ?viele?r?|wie hoch|wie teuer|wie groß|wie oft|was kostet|how (?:many|much|high|often))\b", re.I
    ),
    "date": re.compile(r"\b(?:wann|bis wann|seit wann|an welchem tag|in welchem jahr|when|what date|which year)\b", re.I),
    "decision": re.compile(
        r"\b(?:wer|welche[sr]? gremium|who|which (?:body|committee))\b.*\b(?:entsch\w+|beschl\w+|stimm\w+|deci\w+)", re.I
    ),
    "person": re.compile(r"\b(?:wer|wen|wem|wessen|who|whom|whose)\b", re.I),
    "list": re.compile(r"\b(?:welche \w+e[nr]?\b|nenne\w*|liste\w*|which \w+s\b|name the)", re.I),
    "yes_no": re.compile(
        r"^(?:ist|sind|war|waren|wird|werden|wurde|wurden|hat|haben|gibt|kann|können|soll|darf|muss"
        r"|is|are|was (?:the|there|it|an?)|were|has|have|did|does|do|can|will)\b",
        re.I,
    ),
}
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
    references: tuple[str, ...]  # numbers of papers of the index that the text names, as printed there
    bodies: tuple[str, ...] = ()  # that the text names and the search is narrowed to
    period: Period | None = None
    paper_types: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    wants: Wanted | None = None  # what the answer must hold
    ignored: tuple[Understood, ...] = ()  # what the reader took away


class Names:
    """What the papers of one generation are called by: made once, asked with every question."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.bodies = BodyNames(generation)
        self.paper_types = {tuple(_stems(name)): name for name in generation.columns.names("paper_type")}
        self.organizations = {tuple(_stems(name)): name for name in generation.columns.organizations()}


def whole(text: str) -> str:
    """The text without lone surrogates and zeros, which JSON and some forms can spell, and nothing, or no database, can write."""
    return text.encode("utf-8", "replace").decode().replace("\0", "?")


def checked(text: str) -> str:
    """The text as a question can be. Raises QuestionEmpty, QuestionTooLong."""
    text = " ".join(whole(text).split())
    if not any(character.isalnum() for character in text):
        raise QuestionEmpty
    if len(text) > LONGEST:
        raise QuestionTooLong(length=len(text), limit=LONGEST)
    return text


def understand(
    text: str,
    names: Names,
    filters: Filters = ANY,
    language: Language | None = None,
    ignored: Collection[Understood] = (),
    today: date | None = None,
) -> Question:
    """The question as understood against one index. Filters given by the user stay; a named body is added to them."""
    found = names.bodies.named(text)
    named = tuple(dict.fromkeys(body for one in found for body in one.bodies))
    if filters.body or "body" in ignored:
        named = ()
    spans = [(one.start, one.end) for one in found]
    asked = " ".join(word for word in _without(text, spans).split() if word.strip("?!.,:").lower() not in ASKING)
    asked_in = language_of(text)
    stems = _stems(text)
    period = None if "period" in ignored else period_of(text, today or date.today())
    paper_types = tuple(dict.fromkeys(_named(stems, names.paper_types)))
    organizations = tuple(dict.fromkeys(_named(stems, names.organizations)))
    understood = set(_stems(" ".join((period.said if period else "", *paper_types, *organizations))))
    filters = replace(filters, body=named) if named else filters
    return Question(
        text=text,
        language=language or asked_in,
        asked_in=asked_in,
        filters=filters,
        terms=tuple(dict.fromkeys(names.generation.analyser.terms(asked))),
        terms_not_found=tuple(word for word in _unknown(asked, names.generation) if stem(fold(word)) not in understood),
        references=() if "reference" in ignored else _references(text, names.generation, filters),
        bodies=named,
        period=period,
        paper_types=paper_types,
        organizations=organizations,
        wants=next((kind for kind, pattern in _ASKS.items() if pattern.search(text)), None),
        ignored=tuple(one for one in get_args(Understood) if one in ignored),
    )


def preferred(question: Question, generation: Generation) -> Mask | None:
    """The passages of papers of the time that the question names; None if it names none.

    Kind and Gremium put nothing in front: the words stand in questions whose answer is in another paper ("Wer hat den Antrag
    gestellt?"), and preferring them lost a right passage in 2 of 111 questions (docs/retrieval.md).
    """
    if question.period is None:
        return None
    return generation.columns.of(generation.columns.dealt_with(question.period.start, question.period.end))


def _references(text: str, generation: Generation, filters: Filters) -> tuple[str, ...]:
    rows = generation.named(text, None if filters == ANY else generation.columns.rows(filters))
    documents = (generation.document(number) for number in generation.columns.documents_of(rows)[:_MOST_NAMED].tolist())
    return tuple(dict.fromkeys(document.paper.reference for document in documents if document.paper.reference))


def _stems(text: str) -> list[str]:
    return [stem(word) for word in words(text)]


def _named(stems: Sequence[str], names: Mapping[tuple[str, ...], str]) -> Iterator[str]:
    """The names whose words stand in the text one after the other, in any inflection; the longest at each place."""
    longest = max(map(len, names), default=0)
    at = 0
    while at < len(stems):
        for length in range(min(longest, len(stems) - at), 0, -1):
            if name := names.get(tuple(stems[at : at + length])):
                yield name
                at += length - 1
                break
        at += 1


def language_of(text: str) -> Language:
    """German unless more English than German function words say otherwise.

    >>> language_of("Which Handlungsfelder has Musterbach prioritised?"), language_of("Haushalt 2024")
    ('en', 'de')
    """
    found = [word.lower() for word in _WORD.findall(text)]
    return "en" if sum(w in _ENGLISH for w in found) > sum(w in _GERMAN for w in found) else "de"


def speaks(text: str, language: Language) -> bool:
    """Whether a sentence is in the language, as far as its function words tell; one without any may be.

    >>> speaks("Der Plan gilt bis 2027.", "en"), speaks("The plan is valid.", "en"), speaks("Le plan est valable.", "de")
    (False, True, True)
    """
    found = [word.lower() for word in _WORD.findall(text)]
    german, english = sum(w in _GERMAN for w in found), sum(w in _ENGLISH for w in found)
    return german >= english if language == "de" else english >= german


def bodies(generation: Generation) -> list[str]:
    """The bodies of the index, by name."""
    return generation.columns.names("body")


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + " " + text[end:]
    return re.sub(r"\b(?:Landkreis(?:es)?|LK|Kreis(?:es)?|[Cc]ounty|[Dd]istrict)\s{2,}", " ", text)


_COUNTS = ("wieviele", "pro")  # that no document holds them tells nobody anything


def _unknown(text: str, generation: Generation) -> tuple[str, ...]:
    """The words of the question that no passage holds in any form."""
    missing = []
    for match in _WORD.finditer(text):
        terms = generation.analyser.terms(match.group())
        if match.group().lower() not in _COUNTS and terms and not any(_occurs(term, generation) for term in terms):
            missing.append(match.group())
    return tuple(dict.fromkeys(missing))


def _occurs(term: str, generation: Generation) -> bool:
    """Whether the index holds the term or, if it is long, one that begins with three quarters of it."""
    beginning = term[: max(6, -(-3 * len(term) // 4))]
    return generation.lexical.knows(term) or (len(term) > 6 and generation.lexical.knows_beginning(beginning))
