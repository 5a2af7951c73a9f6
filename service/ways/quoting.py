"""The common way of answering: at most four quotations that answer by meaning, words and the kind of answer wanted.

passages -> units that answer -> are they enough? -> statements, each quoted character by character
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.domain import Block, Hit
from indexer.encoders import Encoder
from indexer.generation import Generation
from indexer.german import words
from indexer.sentences import sentence_spans
from service.drafts import Asked, Citation, Draft, NearMiss, Said
from service.evidence.answerable import Lack, lacking
from service.evidence.finder import Evidence, EvidenceFinder, coverage
from service.evidence.kinds import proposed
from service.evidence.refusing import notices, reason
from service.evidence.signs import LEANS
from service.evidence.units import Unit
from service.evidence.wanted import wanted
from service.questions import Question
from service.texts import say

_STATEMENTS = 4
_WORDS = 120  # of an answer, about
_MARGIN = 4.5  # of log-odds that a further statement may be behind the best
_SAME = 0.8  # share of a statement's words that one before it holds: it would say the same again
_LONGEST_WITH_BEFORE = 60  # words of a sentence with the one that it leans on
_NEAR_MISSES = 3
# A sentence that begins so limits or completes the one before, which would mislead without it.
_COMPLETES = re.compile(
    r"(?:Gesondert|Ausgenommen|Allerdings|Jedoch|Zusätzlich|Außerdem|Zudem|Ferner|Darüber hinaus|Daneben|Hinzu komm|Davon|Hiervon"
    r"|Lediglich|Nicht (?:enthalten|berücksichtigt|eingerechnet))\b"
)


class Quoting:
    """A way of answering (see drafts.py): always a draft, "not_in_documents" where the evidence is thin."""

    def __init__(self, encoder: Encoder) -> None:
        self._finder = EvidenceFinder(encoder)

    def __call__(self, asked: Asked) -> Draft:
        generation, question = asked.generation, asked.question
        found = self._finder.find(generation, question, asked.query, asked.hits)
        lack = lacking(generation, question, found, asked.hits)
        # "Hat der Kreistag … beschlossen?", and it was proposed: that much can be said, with what is missing.
        proposal = lack == "result" and question.wants == "yes_no" and proposed(found[0])
        if lack and not proposal:
            return _refused(asked, found, lack)
        citations = chosen(found, question)
        gaps = _gaps(generation, question, citations, asked)
        missing = [*([say("lacks_result", question.language)] if proposal else []), *_announcements(gaps, asked)]
        said = tuple(Said((citation,)) for citation in citations)
        return Draft("partly_answered" if missing else "answered", said, tuple(missing), wordable=True)


def _refused(asked: Asked, found: Sequence[Evidence], lack: Lack) -> Draft:
    gaps = [hit for hit in asked.hits[:_NEAR_MISSES] if _gap_blocks(hit)] if lack == "names" else []
    announced = [Citation(0, hit.passage, block.start, block.end) for hit in gaps for block in _gap_blocks(hit)]
    # A table row that shares no word with the question tells nobody anything.
    telling = [e for e in _distinct(found) if e.coverage > 0 or e.unit.kind in ("sentence", "list")]
    return Draft(
        "not_in_documents",
        notices=(*notices(asked, lack), *_announcements(announced, asked)),
        near=tuple(NearMiss(**vars(cited(e, asked.question)), reason=reason(asked, e)) for e in telling[:_NEAR_MISSES]),
    )


def _announcements(gaps: Sequence[Citation], asked: Asked) -> list[str]:
    """What the papers announce and nothing readable follows."""
    return [
        say("gap", asked.question.language, quote=_first_line(c.quote), document=c.passage.document.title, page=_page(c))
        for c in gaps
    ]


def _distinct(found: Sequence[Evidence]) -> list[Evidence]:
    """Without units that overlap a better one, or that say the same words again (near-duplicate forms)."""
    kept: list[Evidence] = []
    for evidence in found:
        unit = evidence.unit
        if not any(
            (
                unit.hit.passage.document.id == k.unit.hit.passage.document.id
                and unit.start < k.unit.end
                and unit.end > k.unit.start
            )
            or unit.text == k.unit.text
            for k in kept
        ):
            kept.append(evidence)
    return kept


def chosen(found: Sequence[Evidence], question: Question) -> list[Citation]:
    """The best unit, and further ones that are not far behind and say something else, while the answer stays short."""
    kept: list[Unit] = []
    citations: list[Citation] = []
    left = _WORDS
    for evidence in _distinct(found):
        unit = evidence.unit
        if len(kept) == _STATEMENTS or evidence.score < found[0].score - _MARGIN:
            break
        if kept and any(_repeats(unit, before) for before in kept):
            continue
        whole, bare = cited(evidence, question), Citation(0, unit.hit.passage, unit.start, unit.end, unit.continues)
        fitting = next((c for c in (whole, bare) if len(c.quote.split()) <= left), None if kept else bare)
        if fitting and not any(_overlap(fitting, before) for before in citations):
            kept.append(unit)
            citations.append(fitting)
            left -= len(fitting.quote.split())
    return citations


def _overlap(one: Citation, other: Citation) -> bool:
    return one.passage.document.id == other.passage.document.id and one.start < other.end and other.start < one.end


def _repeats(unit: Unit, before: Unit) -> bool:
    """Nearly the same words, and no figure of its own: "41 Prozent" and "38 Prozent" are two statements."""
    said, known = set(words(unit.text)), set(words(before.text))
    return len(said & known) >= _SAME * len(said) and not any(word[0].isdigit() for word in said - known)


def cited(evidence: Evidence, question: Question) -> Citation:
    """The unit, as a sentence with the one before that it leans on and the one after that completes it."""
    unit = evidence.unit
    start, end = unit.start, unit.end
    if unit.kind == "sentence":
        start = _leant_on(unit)
        end = _completed(unit, question)
    return Citation(0, unit.hit.passage, start, end, unit.continues)


def _leant_on(unit: Unit) -> int:
    """Where the sentence before begins, if this one speaks of what that one names and both are short."""
    if not unit.before or not LEANS.match(unit.text) or len(f"{unit.before} {unit.text}".split()) > _LONGEST_WITH_BEFORE:
        return unit.start
    return unit.hit.passage.document.text.rindex(unit.before, 0, unit.start)


def _completed(unit: Unit, question: Question) -> int:
    """The end of the sentence that follows in the block, if it limits this one or adds a kind of answer that is asked too."""
    text = unit.hit.passage.document.text
    block = next(b for b in unit.hit.passage.document.blocks if b.start <= unit.start < b.end)
    for start, end in sentence_spans(text, unit.end, block.end):
        following = text[start:end]
        missing = [kind for kind in wanted(question.text) if not kind.held.search(unit.text)]
        adds = LEANS.match(following) and any(kind.held.search(following) for kind in missing)
        return end if adds or _COMPLETES.match(following) else unit.end
    return unit.end


def _gaps(generation: Generation, question: Question, citations: Sequence[Citation], asked: Asked) -> list[Citation]:
    """Announcements of the cited documents that nothing readable follows and that concern the question.

    Asked for a number, a day or a person, what is announced is no part of the answer.
    """
    if question.wants in ("number", "date", "person"):
        return []
    cited = {citation.passage.document.id for citation in citations}
    found = []
    for hit in asked.hits:
        document = hit.passage.document
        for block in _gap_blocks(hit) if document.id in cited else []:
            if coverage(generation, question.terms, document.text[block.start : block.end]) > 0:
                found.append(Citation(0, hit.passage, block.start, block.end))
    return found


def _gap_blocks(hit: Hit) -> list[Block]:
    return [b for b in hit.passage.document.blocks if b.gap and hit.passage.start <= b.start < hit.passage.end]


def _page(citation: Citation) -> str:
    return citation.passage.document.page_at(citation.start).label


def _first_line(quote: str) -> str:
    return quote if len(quote) <= 160 else quote[:160] + "…"
