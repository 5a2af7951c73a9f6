"""Example questions of the start page: made from the papers of one generation and shown only if they are answered from them.

a paper -> a question of each kind that fits it -> asked -> kept if the answer is whole, rests on that paper and holds what was
asked for. No language model is asked. Titles stand in quotation marks, so that no question needs their grammar.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from indexer.domain import Document
from indexer.generation import Generation, paper_id
from service.answers import Answer, Answerer
from service.questions import Language
from service.texts import say

MOST = 4
_TRIED = 32  # questions that are asked to find them
_OF_A_BODY = 8  # papers of a kind that are tried, the newest
_TITLE = re.compile(r"[A-ZÄÖÜ][^\"„“”«»_|/]{11,58}")
_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")
_PLURAL = re.compile(r"[A-ZÄÖÜ][a-zäöüß-]{4,24}(?:en|er|felder|ziele)")  # "Handlungsfelder": what a list lists
_LISTED = 3  # items that make a list worth asking for

_Proof = Callable[[Answer, Document], bool]


@dataclass(frozen=True)
class _Kind:
    """``where``: a condition on the table of documents. ``proof``: whether the answer holds what was asked for."""

    where: str
    questions: dict[Language, str]
    proof: _Proof


@dataclass(frozen=True)
class _Candidate:
    question: str
    document: Document
    proof: _Proof

    def holds(self, answer: Answer) -> bool:
        if answer.outcome != "answered" or not answer.citations:
            return False
        cited, number = answer.citations[0].passage.document, self.document.paper.reference
        own = paper_id(cited) == paper_id(self.document)
        minutes = number is not None and number in cited.text
        return (own or minutes) and self.proof(answer, self.document)


def examples(answerer: Answerer, language: Language, wanted: Callable[[], bool]) -> tuple[str, ...]:
    """Questions that the papers answer, of different kinds and bodies as far as there are; at most MOST.

    ``wanted`` is asked before each question: it takes seconds in all, and the service may be stopped meanwhile.
    """
    waiting = [list(_candidates(answerer.generation, kind, language)) for kind in _KINDS]
    found: list[_Candidate] = []
    tried = 0
    while any(waiting):
        for candidates in filter(None, waiting):
            if len(found) == MOST or tried == _TRIED or not wanted():
                return tuple(one.question for one in found)
            shown = Counter(one.document.paper.body for one in found)
            candidate = min(candidates, key=lambda one: shown[one.document.paper.body])
            candidates.remove(candidate)
            if paper_id(candidate.document) not in {paper_id(one.document) for one in found}:
                tried += 1
                found += [candidate] * candidate.holds(answerer.answer(candidate.question, language=language))
    return tuple(one.question for one in found)


def _candidates(generation: Generation, kind: _Kind, language: Language) -> Iterator[_Candidate]:
    today = str(datetime.now(UTC).date())
    newest = (
        "number IN (SELECT number FROM (SELECT number, row_number() OVER (PARTITION BY body ORDER BY date DESC, number) AS place "  # noqa: S608
        f"FROM documents WHERE date <= ? AND {kind.where}) WHERE place <= ?)"
    )
    for document in sorted(generation.documents(newest, [today, _OF_A_BODY]), key=lambda one: str(one.paper.date), reverse=True):
        title, listed = _title(document), _listed(document)
        if title and (listed or "{listed}" not in kind.questions[language]):
            question = kind.questions[language].format(title=title, listed=listed)
            yield _Candidate(question, document, kind.proof)


def _title(document: Document) -> str | None:
    """The title without what stands in brackets at its end, if a question can hold it."""
    title = " ".join(_BRACKETS.sub("", document.title).split())
    return title if _TITLE.fullmatch(title) and not title.isupper() else None


def _listed(document: Document) -> str | None:
    """The first heading of a single word that a list follows: what the list lists."""
    for number, block in enumerate(document.blocks):
        following = document.blocks[number + 1 : number + 2 + _LISTED]
        items = [one for one in following if one.kind == "list_item"]
        name = document.text[block.start : block.end].strip(" :.0123456789")
        if block.kind == "heading" and len(items) >= _LISTED and _PLURAL.fullmatch(name):
            return name
    return None


def _adopted(answer: Answer, _: Document) -> bool:
    language = answer.question.language
    return answer.statements[0].lead.startswith(say("led_decided", language, where="").rstrip(":"))


def _names_originator(answer: Answer, document: Document) -> bool:
    return any(name in answer.statements[0].text for name in document.paper.originators)


def _names_committees(answer: Answer, document: Document) -> bool:
    told = " ".join(one.text for one in answer.statements if one.support == "checked")
    return all(step.organization in told for step in document.paper.consultations)


def _lists(answer: Answer, _: Document) -> bool:
    one = answer.citations[0]
    blocks = one.passage.document.blocks
    return sum(b.kind == "list_item" and one.start <= b.start < one.end for b in blocks) >= _LISTED


_KINDS = (
    _Kind(
        "status = 'decided' AND paper_type LIKE '%vorlage'",
        {"de": "Was wurde zu „{title}“ beschlossen?", "en": "What was decided about “{title}”?"},
        _adopted,
    ),
    _Kind(
        "paper_type NOT LIKE 'Niederschrift%'",
        {"de": "Welche {listed} nennt „{title}“?", "en": "Which {listed} does “{title}” name?"},
        _lists,
    ),
    _Kind(
        "paper_type = 'Antrag'",
        {"de": "Wer hat den Antrag „{title}“ gestellt?", "en": "Who submitted the motion “{title}”?"},
        _names_originator,
    ),
    _Kind(
        "number IN (SELECT document FROM organizations WHERE consulted)",
        {"de": "Welche Gremien haben über „{title}“ beraten?", "en": "Which committees discussed “{title}”?"},
        _names_committees,
    ),
)
