"""Two documents of a body that say nearly the same with another figure: the newest counts, and the other is told.

quotation -> sentences of other documents that share its words -> those that differ in one date or one number alone

Told is only what is surely about the same: the rarest words agree, all other figures agree, and few documents have the
sentence (forms repeat it with ever new figures). Versions of one paper are told apart by age; two papers of which none
replaces the other contradict each other, and both are quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from indexer.domain import Document
from indexer.filters import Filters
from indexer.generation import Generation, paper_id
from indexer.german import analyse_plain, fold, numbers
from indexer.lexical import bag_of
from indexer.links import versions
from indexer.sentences import sentence_spans
from service.drafts import Asked, Citation, Draft, Said
from service.texts import say
from service.ways.parts import led

_LOOKED_INTO = 12  # passages
_SHARED = 4  # words that both sentences hold, at least
_ALIKE = 0.75  # share of the words of the poorer sentence, weighted by rarity, that the other holds too
_STATEMENTS = 4
_REPEATED = 2  # documents beside the quoted one with a like sentence: more are a form
_FIGURE = re.compile(
    r"\d+(?:[.,]\d+)*|\b(?:zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|(?:drei|vier|fünf|sech|sieb|acht|neun)zehn"
    r"|zwanzig|(?:drei|vier|fünf|sech|sieb|acht|neun)(?:ß|z)ig|hundert)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_TIME = re.compile(r"\b(?:(?:Mon|Diens|Donners|Frei|Sams|Sonn)tags?|Mittwochs?|Sonnabends?|Uhr)\b")
_DATE = re.compile(r"\d{1,2}\.\s?(?:\d{1,2}\.|[A-ZÄ][a-zä]+)\s?(?:19|20)\d\d")


@dataclass(frozen=True)
class _Facts:
    """What a sentence says: its words, its days, its years and its other figures with the word behind each."""

    words: frozenset[str]
    days: tuple[str, ...]
    years: frozenset[str]
    figures: tuple[tuple[str, str], ...]


def with_versions(asked: Asked, draft: Draft) -> Draft:
    """The draft with what other documents say otherwise; as it is if the question is about a time or a paper."""
    question = asked.question
    if not draft.said or question.period is not None or _YEAR.search(question.text) or question.references:
        return draft
    return _contradicted(asked, _by_age(asked, draft))


def _by_age(asked: Asked, draft: Draft) -> Draft:
    """The newest of several versions first, each with its name; where only an older one is quoted, that there is a newer."""
    document = draft.said[0].citations[0].passage.document
    known = [version.paper for version in reversed(versions(asked.generation, [document]))]
    ages = {paper_id(paper): age for age, paper in enumerate(known)}  # 0: the newest

    def age(said: Said) -> int:
        return ages.get(paper_id(said.citations[0].passage.document), len(ages))

    cited = {age(said) for said in draft.said} - {len(ages)}
    if len(cited) > 1:
        firsts = {age(said): said for said in reversed(draft.said) if age(said) in cited}
        ordered = [firsts[one] for one in sorted(firsts)]
        ordered += [said for said in draft.said if said not in ordered]
        return replace(
            draft, said=tuple(led(_named(said.citations[0]), said) if age(said) in cited else said for said in ordered)
        )
    if known and cited and cited != {0}:
        notice = say("newer_version", asked.question.language, newer=_titled(known[0]))
        return replace(draft, notices=(*draft.notices, notice))
    return draft


def _contradicted(asked: Asked, draft: Draft) -> Draft:
    """With the first sentence of another document that says the same with another figure, and that the two differ."""
    for place, said in enumerate(draft.said[:2]):
        quoted = said.citations[0]
        other = _otherwise(asked.generation, quoted) if said.text is None and not said.lead else None
        if other is None:
            continue
        both = sorted((quoted, other), key=lambda c: str(c.passage.document.paper.date or ""), reverse=True)
        told = [replace(said, citations=(citation,)) for citation in both]
        rest = [s for i, s in enumerate(draft.said) if i != place and not _same(s.citations[0], other)]
        notices = draft.notices
        if _of_one_paper(asked.generation, quoted, other):
            told = [led(_named(one.citations[0]), one) for one in told]
        else:
            notices += (say("contradiction", asked.question.language, one=_named(both[0]), other=_named(both[1])),)
        return replace(draft, said=(*rest[:place], *told, *rest[place:])[:_STATEMENTS], notices=notices)
    return draft


def _of_one_paper(generation: Generation, one: Citation, other: Citation) -> bool:
    """Whether they stand in versions of one paper."""
    identifier = paper_id(other.passage.document)
    return any(paper_id(version.paper) == identifier for version in versions(generation, [one.passage.document]))


def _same(one: Citation, other: Citation) -> bool:
    return one.passage.document.id == other.passage.document.id and one.start < other.end and other.start < one.end


def _otherwise(generation: Generation, quoted: Citation) -> Citation | None:
    """The sentence of another document that says the same with another figure, if just one or two documents have it."""
    document = quoted.passage.document
    facts = _facts(quoted.quote)
    if not (facts.days or facts.figures) or len(facts.words) < _SHARED or document.paper.body is None:
        return None
    allowed = generation.columns.rows(Filters(body=(document.paper.body,)))
    nearest = generation.lexical.nearest(bag_of(generation.analyser, " ".join(facts.words)), _LOOKED_INTO, allowed)
    found: dict[str, Citation] = {}
    like = set()
    for row, _ in nearest:
        for citation in _sentences(generation, row):
            other = citation.passage.document
            if other.id == document.id:
                continue
            its_facts = _facts(citation.quote)
            if not _alike(generation, facts, its_facts):
                continue
            like.add(other.id)
            if _differ(facts, its_facts):
                found.setdefault(other.id, citation)
    return next(iter(found.values()), None) if len(like) <= _REPEATED else None


def _sentences(generation: Generation, row: int) -> Iterator[Citation]:
    passage = generation.passage(row)
    document = passage.document
    for block in document.blocks:
        if block.kind in ("paragraph", "list_item") and passage.start <= block.start and block.end <= passage.end:
            for start, end in sentence_spans(document.text, block.start, block.end):
                yield Citation(0, passage, start, end)


def _facts(text: str) -> _Facts:
    plain = _DATE.sub(" ", text)
    found = list(_FIGURE.finditer(plain))
    figures = tuple((match.group(), _behind(plain, match.end())) for match in found if not _YEAR.fullmatch(match.group()))
    words = frozenset(analyse_plain(_FIGURE.sub(" ", _TIME.sub(" ", plain))))
    days = tuple(number for number in numbers(text) if number[0] == "@" and number.count("-") == 2)
    return _Facts(words, days, frozenset(_YEAR.findall(plain)), figures)


def _behind(text: str, end: int) -> str:
    """The word behind a figure: what it counts."""
    following = re.match(r"\W{0,3}([^\W\d_]+|%|€)", text[end:])
    return fold(following[1]) if following else ""


def _alike(generation: Generation, one: _Facts, other: _Facts) -> bool:
    common = one.words & other.words
    poorer = min(_weight(generation, one.words), _weight(generation, other.words))
    return len(common) >= _SHARED and _weight(generation, common) >= _ALIKE * poorer


def _weight(generation: Generation, words: frozenset[str]) -> float:
    return sum(map(generation.lexical.idf, words))


def _differ(one: _Facts, other: _Facts) -> bool:
    """Whether they differ in their only day, or in one figure that counts the same, and in nothing else."""
    if len(one.days) == len(other.days) == 1 and one.days != other.days:
        return _near(one.days[0], other.days[0]) and one.years == other.years
    if one.days != other.days or one.years != other.years or len(one.figures) != len(other.figures):
        return False
    unlike = [(a, b) for a, b in zip(one.figures, other.figures, strict=True) if a != b]
    return len(unlike) == 1 and unlike[0][0][1] == unlike[0][1][1] != ""


def _near(one: str, other: str) -> bool:
    """Days that may be meant to be one: of one year, or the same day of another."""
    return one[:5] == other[:5] or one[5:] == other[5:]


def _named(citation: Citation) -> str:
    return _titled(citation.passage.document)


def _titled(document: Document) -> str:
    """The document by title and date."""
    day = document.paper.date
    return document.title + (f" ({day:%d.%m.%Y})" if day else "")
