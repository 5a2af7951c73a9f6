"""The common way of answering: at most four quotations that answer by meaning, words and the kind of answer wanted.

passages -> units that answer -> are they enough? -> statements, each quoted character by character
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from indexer.domain import Block, Hit, Passage
from indexer.encoders import Encoder
from indexer.filters import ANY
from indexer.generation import Generation
from indexer.sentences import sentence_spans
from service.answerable import answers_at_all
from service.drafts import Asked, Citation, Draft, Said
from service.evidence import Evidence, EvidenceFinder, coverage
from service.questions import Question
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
        if not answers_at_all(generation, question, found, asked.hits):
            return _refused(asked, found)
        citations = [_cited(evidence) for evidence in _chosen(found)]
        gaps = _gaps(generation, question, citations, asked)
        notices = [
            say("gap", question.language, quote=_first_line(c.quote), document=c.passage.document.title, page=_page(c))
            for c in gaps
        ]
        return Draft(
            "partly_answered" if gaps else "answered", tuple(Said((citation,)) for citation in citations), tuple(notices)
        )


def _refused(asked: Asked, found: Sequence[Evidence]) -> Draft:
    question = asked.question
    filters = " · ".join(
        str(v) for v in (*question.filters.body, question.filters.paper_type, question.filters.organization) if v
    )
    notices = []
    if not asked.hits and question.filters != ANY:
        notices.append(say("empty_filter", question.language, filters=filters or "…"))
    if question.terms_not_found and question.language == "de":  # an English word is rarely found in German papers
        notices.append(say("terms_not_found", question.language, terms=", ".join(question.terms_not_found)))
    # A table row that shares no word with the question tells nobody anything.
    telling = [e for e in _distinct(found) if e.coverage > 0 or e.unit.kind in ("sentence", "list")]
    return Draft("not_in_documents", (), tuple(notices), tuple(_cited(evidence) for evidence in telling[:_NEAR_MISSES]))


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
