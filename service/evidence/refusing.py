"""What a refusal says: which words occur nowhere, what is missing, and of each near miss why it may fit and what it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.filters import ANY
from indexer.passages import searched_text
from service.drafts import Asked
from service.evidence.answerable import Lack
from service.evidence.finder import Evidence
from service.evidence.kinds import kind_of, meets, missing_label, proposed, says_unknown, unticked, years_of
from service.evidence.signals import held_by, holds, words_of
from service.texts import say

_NAMED = 3  # words that a reason names
_HELD, _MISSING = 0.6, 0.3  # how much of a word must be held to be called named, or not named
_PARTS = 2  # of a reason


def notices(asked: Asked, lack: Lack) -> Iterator[str]:
    question = asked.question
    filters = (*question.filters.body, question.filters.paper_type, question.filters.organization)
    if not asked.hits and question.filters != ANY:
        yield say("empty_filter", question.language, filters=" · ".join(filter(None, filters)) or "…")
    if question.terms_not_found and question.language == "de":  # an English word is rarely found in German papers
        yield say("terms_not_found", question.language, terms=", ".join(question.terms_not_found))
    if lack == "label":
        label = missing_label(question, (searched_text(hit.passage) for hit in asked.hits))
        yield say("lacks_label", question.language, label=label)
    elif lack != "evidence":
        yield say(f"lacks_{lack}", question.language)


def reason(asked: Asked, evidence: Evidence) -> str:
    """Why a unit may fit, and what it lacks, as a phrase."""
    other = list(_other(asked, evidence))  # a number of another year is no lack of a number
    said = [*other, *([] if other else _not_an_answer(asked, evidence)), *_words(asked, evidence)]
    return "; ".join(said[:_PARTS])


def _other(asked: Asked, evidence: Evidence) -> Iterator[str]:
    """Of another body or year than the question names."""
    question, language = asked.question, asked.question.language
    passage = evidence.unit.hit.passage
    paper = passage.document.paper
    named = {body for one in asked.names.bodies.named(question.text) for body in one.bodies}
    if named and paper.body and paper.body not in named:
        yield say("near_body", language, body=paper.body)
    years = years_of(question.text)
    found = years_of(evidence.unit.spoken) or years_of(passage.text) or ({str(paper.date.year)} if paper.date else set())
    if years and found and not years & found:
        yield say("near_year", language, found=", ".join(sorted(found)[:_NAMED]))


def _not_an_answer(asked: Asked, evidence: Evidence) -> Iterator[str]:
    """What stands there is a proposal, an empty form or column, or says that it is not known."""
    question, language, text = asked.question, asked.question.language, evidence.unit.text
    kind = kind_of(question)
    if unticked(text):
        yield say("near_unticked", language)
    elif says_unknown(text):
        yield say("near_unknown", language)
    elif kind in ("result", "votes") and proposed(evidence):
        yield say("near_proposal", language)
    elif kind in ("result", "votes") and re.search(r"\|\s*(?:\||$)", text):
        yield say("near_column", language)
    elif kind and not meets(question, kind, evidence):
        yield say(f"near_{kind}", language)


def _words(asked: Asked, evidence: Evidence) -> Iterator[str]:
    """Which words of the question are named there and which are not, the rarest first."""
    language = asked.question.language
    words = sorted(words_of(asked.generation, asked.question), key=lambda word: -word.weight)
    held = held_by(asked.generation, evidence)
    nowhere = asked.question.terms_not_found  # a word that is much like another is not that word
    named = [word.text for word in words if holds(word, held) >= _HELD and word.text not in nowhere][:_NAMED]
    missing = [word.text for word in words if holds(word, held) < _MISSING][:_NAMED]
    if named and missing and asked.question.asked_in == "de":
        yield say("near_words", language, named=_joined(named), missing=_joined(missing))
    elif named:
        yield say("near_named", language, named=_joined(named))
    else:
        yield say("near_meaning", language)


def _joined(words: list[str]) -> str:
    return ", ".join(f"„{word}“" for word in words)
