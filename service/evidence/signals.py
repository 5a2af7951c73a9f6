"""What tells an answered question from a near miss: numbers that answerable.py weighs.

A word of the question is held by a text that has it, a kindred word ("priorisiert", "Priorität"), the same but for a typing
error, or, in part, the parts of a compound; it weighs what it is rare. None of the signals needs more than what retrieval and
evidence have found already.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import OSA

from indexer.domain import Hit
from indexer.generation import Generation
from indexer.lexical import Bag
from indexer.passages import searched_text
from indexer.vectors import Rows
from service.evidence.finder import Evidence
from service.evidence.kinds import counted, kind_of, meets, says_unknown, years_of
from service.evidence.wanted import wanted
from service.questions import Question

UNITS = 4  # that would be quoted
_PASSAGES = 3  # that are looked at whole
_STEM, _KINDRED = 6, 0.6  # letters that kindred words begin with, and the share of the longer one
_ONE_ERROR, _TWO_ERRORS = 6, 10  # letters from which so many typing errors are forgiven
_IN_PARTS = 0.8  # what all parts of a compound are worth beside the compound
_BESIDE = 5  # words between a number and what it counts, at most
_DISTINCTIVE = 2  # words: the rarest of the question
_ALONE = 0.05  # margin where no other paper was found
_NOT_ASKED = 0.5  # of a signal that does not concern the question
_WORD = re.compile(r"\d+(?:[.,:/\-]\d+)+|\w+(?:['’-]\w+)*")


class Signals(NamedTuple):
    """All but the first four and the last in [0, 1]; "weight" is the share of the question's words, weighted by rarity."""

    meaning: float  # cosine of the best unit
    passage_meaning: float  # cosine of the best passage
    ahead: float  # by how much that is above the mean of those looked into
    margin: float  # score of the best passage less that of the best of another paper
    lexical: float  # the best passage's share of the score no passage can exceed
    agree: float  # whether the best passage by meaning is among the best two by words
    unit: float  # weight that the best unit holds with its heading, title, number and date
    passage: float  # weight that the best passage holds
    paper: float  # weight that the best unit's paper holds anywhere
    here: float  # weight that any of the papers searched holds: a word may be known elsewhere, but not in this county
    absent: float  # the same of the noun that is held least
    focus: float  # whether the units hold what is asked about: the first noun ("Wie viele Kinder", "Welche Firma")
    times: float  # whether the years of the question are those of the evidence
    known: float  # 0 where one of the units says that it is not known
    open: float  # 1 where no kind of answer is asked for that could be looked for; then of the next four 0.5
    near: float  # weight in the unit that holds a number, date … as asked for
    tied: float  # the same of the rarest words, without the paper's title
    focus_near: float  # whether that unit holds what is asked about
    beside: float  # whether a number stands beside what is counted
    kinds: float  # share of the kinds of answer wanted (wanted.py) that the best of the units hold together
    score: float  # log-odds of the best unit, see finder.py


@dataclass(frozen=True)
class Word:
    """A word of the question as typed, its terms, the whole word first, and its weight."""

    text: str
    terms: tuple[str, ...]
    weight: float


def words_of(generation: Generation, question: Question) -> list[Word]:
    """The words that tell what is asked: without stop words, words of asking and the names of bodies."""
    wanted = set(question.terms)
    found: dict[tuple[str, ...], Word] = {}
    for match in _WORD.finditer(question.text):
        terms = tuple(dict.fromkeys(generation.analyser.terms(match.group())))
        if terms and wanted.issuperset(terms):
            found.setdefault(terms, Word(match.group(), terms, generation.lexical.idf(terms[0])))
    return list(found.values())


def signals(generation: Generation, question: Question, found: Sequence[Evidence], hits: Sequence[Hit]) -> Signals:
    """``found`` and ``hits``, both best first, are not empty."""
    words = words_of(generation, question)
    nouns = [word for word in words if _is_noun(word, question)]
    focus = nouns[0] if nouns else None
    best = found[:UNITS]
    held = [held_by(generation, evidence) for evidence in best]
    cosines = [hit.cosine for hit in hits]
    searched = np.flatnonzero(generation.columns.rows(question.filters))
    near, tied, focus_near, beside = _of_the_kind(generation, question, words, focus, best)
    return Signals(
        meaning=max(evidence.cosine for evidence in found),
        passage_meaning=max(cosines),
        ahead=max(cosines) - sum(cosines) / len(cosines),
        margin=_margin(generation, hits),
        lexical=max(hit.lexical for hit in hits),
        agree=_agree(hits),
        unit=max(share(words, terms) for terms in held),
        passage=max(share(words, _terms(generation, searched_text(hit.passage))) for hit in hits[:_PASSAGES]),
        paper=_share_in(generation, words, _rows_of_paper(generation, best[0].unit.hit)),
        here=_share_in(generation, words, searched),
        absent=min((_share_in(generation, [noun], searched) for noun in nouns), default=1.0),
        focus=max(holds(focus, terms) for terms in held) if focus else _NOT_ASKED,
        times=max(_times(question, evidence) for evidence in best),
        known=float(not any(says_unknown(evidence.unit.text) for evidence in best)),
        open=float(kind_of(question) is None),
        near=near,
        tied=tied,
        focus_near=focus_near,
        beside=beside,
        kinds=_kinds(question, best),
        score=found[0].score,
    )


def _kinds(question: Question, best: Sequence[Evidence]) -> float:
    asked = wanted(question.text)
    return len(frozenset().union(*(evidence.kinds for evidence in best))) / len(asked) if asked else _NOT_ASKED


def share(words: Sequence[Word], held: set[str]) -> float:
    """The weight of the words that are held."""
    total = sum(word.weight for word in words)
    return sum(word.weight * holds(word, held) for word in words) / total if total else 0.0


def holds(word: Word, held: set[str]) -> float:
    """In [0, 1]: 1 for the word itself, less for a kindred one and for the parts of a compound."""
    whole, *parts = word.terms
    in_parts = _IN_PARTS * sum(_nearness(part, held) for part in parts) / len(parts) if parts else 0.0
    return max(_nearness(whole, held), in_parts)


def held_by(generation: Generation, evidence: Evidence) -> set[str]:
    """The terms of a unit with its heading and its paper's title, number and date."""
    passage = evidence.unit.hit.passage
    paper = passage.document.paper
    day = f"{paper.date:%d.%m.%Y}" if paper.date else ""
    around = (evidence.unit.spoken, passage.document.title, *passage.headings[-3:], day, paper.reference or "")
    return _terms(generation, "\n".join(around))


def _is_noun(word: Word, question: Question) -> bool:
    """German nouns have a capital; the first word of a question has one too."""
    return question.asked_in == "de" and word.text[0].isupper() and not question.text.startswith(word.text)


def _nearness(term: str, held: set[str]) -> float:
    if term in held:
        return 1.0
    if len(term) < _STEM or not term.isalpha():
        return 0.0
    errors = 2 if len(term) >= _TWO_ERRORS else 1
    alike = (other for other in held if other.isalpha() and abs(len(other) - len(term)) <= errors)
    if len(term) >= _ONE_ERROR and any(OSA.distance(term, other, score_cutoff=errors) <= errors for other in alike):
        return 1.0
    kindred = (other for other in held if other[:_STEM] == term[:_STEM])
    found = max((_common(term, other) / max(len(term), len(other)) for other in kindred), default=0.0)
    return found if found >= _KINDRED else 0.0


def _common(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _terms(generation: Generation, text: str) -> set[str]:
    return set(generation.analyser.terms(text))


def _rows_of_paper(generation: Generation, hit: Hit) -> Rows:
    papers = generation.columns.papers_of(np.arange(generation.passages))
    return np.flatnonzero(papers == papers[hit.row])


def _share_in(generation: Generation, words: Sequence[Word], rows: Rows) -> float:
    """The weight of the words that some of these passages hold."""
    terms = {term for word in words for term in word.terms}
    return share(words, {term for term in terms if generation.lexical.scores(Bag({term: 1}), rows).any()})


def _margin(generation: Generation, hits: Sequence[Hit]) -> float:
    papers = generation.columns.papers_of(np.array([hit.row for hit in hits])).tolist()
    others = [hit.score for hit, paper in zip(hits, papers, strict=True) if paper != papers[0]]
    return hits[0].score - max(others) if others else _ALONE


def _agree(hits: Sequence[Hit]) -> float:
    by_meaning = max(hits, key=lambda hit: hit.cosine)
    return float(by_meaning in sorted(hits, key=lambda hit: -hit.lexical)[:2])


def _times(question: Question, evidence: Evidence) -> float:
    """The share of the question's years that the unit names; those of its passage and paper count less."""
    years = years_of(question.text)
    if not years:
        return 1.0
    passage = evidence.unit.hit.passage
    paper = passage.document.paper
    days = (paper.date, *(step.date for step in paper.consultations))
    around = set(re.findall(r"(?:19|20)\d\d", searched_text(passage))) | {str(day.year) for day in days if day}
    said = years_of(evidence.unit.text)
    return sum(1.0 if year in said else 0.7 if year in around else 0.0 for year in years) / len(years)


def _of_the_kind(
    generation: Generation, question: Question, words: Sequence[Word], focus: Word | None, best: Sequence[Evidence]
) -> tuple[float, float, float, float]:
    """(near, tied, focus_near, beside), each the best of the units that hold the kind of answer asked for."""
    kind = kind_of(question)
    if kind is None:
        return (_NOT_ASKED,) * 4
    meeting = [evidence for evidence in best if meets(question, kind, evidence)]
    rare = sorted(words, key=lambda word: -word.weight)[:_DISTINCTIVE]
    near = max((share(words, held_by(generation, e)) for e in meeting), default=0.0)
    tied = max((share(rare, _terms(generation, e.unit.spoken)) for e in meeting), default=0.0)
    if focus is None:
        return near, tied, _NOT_ASKED, _NOT_ASKED
    focus_near = max((holds(focus, held_by(generation, e)) for e in meeting), default=0.0)
    beside = float(any(_beside(generation, focus, e) for e in meeting)) if kind == "number" else _NOT_ASKED
    return near, tied, focus_near, beside


def _beside(generation: Generation, focus: Word, evidence: Evidence) -> bool:
    unit, text = evidence.unit, evidence.unit.text
    if unit.kind != "sentence":
        return holds(focus, _terms(generation, unit.spoken)) >= _KINDRED
    places = [match for match in _WORD.finditer(text) if holds(focus, _terms(generation, match.group())) >= _KINDRED]
    return any(_words_between(text, number, place) <= _BESIDE for number in counted(text) for place in places)


def _words_between(text: str, one: re.Match[str], other: re.Match[str]) -> int:
    return len(text[min(one.end(), other.end()) : max(one.start(), other.start())].split())
