"""The common way of answering: at most four quotations that answer by meaning, words and the kind of answer wanted.

passages -> units that answer -> are they enough? -> statements, each quoted character by character
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from indexer.domain import Block, Hit, Passage
from indexer.encoders import Encoder
from indexer.generation import Generation
from indexer.sentences import sentence_spans
from service.answerable import Lack, lacking
from service.drafts import Asked, Citation, Draft, NearMiss, Said
from service.evidence import Evidence, EvidenceFinder, coverage
from service.kinds import proposed
from service.questions import Question
from service.refusing import notices, reason
from service.texts import say

_STATEMENTS = 4
_WORDS = 120  # of an answer, about
_MARGIN = 0.1  # how much worse than the best a further statement may be
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
        citations = [_cited(evidence) for evidence in _chosen(found)]
        gaps = _gaps(generation, question, citations, asked)
        missing = [*([say("lacks_result", question.language)] if proposal else []), *_announcements(gaps, asked)]
        said = tuple(Said((citation,)) for citation in citations)
        return Draft("partly_answered" if missing else "answered", said, tuple(missing))


def _refused(asked: Asked, found: Sequence[Evidence], lack: Lack) -> Draft:
    gaps = [hit for hit in asked.hits[:_NEAR_MISSES] if _gap_blocks(hit)] if lack == "names" else []
    announced = [Citation(0, hit.passage, block.start, block.end) for hit in gaps for block in _gap_blocks(hit)]
    # A table row that shares no word with the question tells nobody anything.
    telling = [e for e in _distinct(found) if e.coverage > 0 or e.unit.kind in ("sentence", "list")]
    return Draft(
        "not_in_documents",
        notices=(*notices(asked, lack), *_announcements(announced, asked)),
        near=tuple(NearMiss(**vars(_cited(e)), reason=reason(asked, e)) for e in telling[:_NEAR_MISSES]),
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


def _chosen(found: Sequence[Evidence]) -> Iterator[Evidence]:
    """The best unit, and further ones that are nearly as good, while the answer stays short."""
    best = found[0].score
    words = 0
    for number, evidence in enumerate(_distinct(found)):
        words += len(evidence.unit.text.split())
        if number == _STATEMENTS or evidence.score < best - _MARGIN or (number and words > _WORDS):
            return
        yield evidence


def _cited(evidence: Evidence) -> Citation:
    unit = evidence.unit
    end = _completed(unit.hit.passage, unit.start, unit.end) if unit.kind == "sentence" else unit.end
    return Citation(0, unit.hit.passage, unit.start, end, unit.continues)


def _completed(passage: Passage, start: int, end: int) -> int:
    """The end of the sentence that follows, if it limits or completes the one at start..end in the same block."""
    block = next(b for b in passage.document.blocks if b.start <= start < b.end)
    for next_start, next_end in sentence_spans(passage.document.text, end, block.end):
        return next_end if _COMPLETES.match(passage.document.text, next_start) else end
    return end


def _gaps(generation: Generation, question: Question, citations: Sequence[Citation], asked: Asked) -> list[Citation]:
    """Announcements of the cited documents that nothing readable follows and that concern the question."""
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
