"""From a question to a cited answer, without a language model: at most four statements, each quoted character by character.

question -> understood -> passages -> units that answer -> are they enough? -> statements with citations -> checked
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from indexer.domain import SURE, Block, Hit, Passage
from indexer.encoders import Encoder
from indexer.filters import ANY, Filters
from indexer.generation import Generation
from indexer.rerankers import Reranker, reranked
from indexer.search import Ranking, ranked
from indexer.sentences import sentence_spans
from indexer.vectors import Vector
from service.answerable import answers_at_all
from service.checking import quoted_rightly
from service.evidence import Evidence, EvidenceFinder, coverage
from service.questions import Language, Names, Question, Understood, bodies, preferred, understand
from service.texts import say

Outcome = Literal["answered", "partly_answered", "not_in_documents"]

_PASSAGES = 8  # that are looked into
_STATEMENTS = 4
_WORDS = 120  # of an answer, about
_MARGIN = 0.1  # how much worse than the best a further statement may be
_NEAR_MISSES = 3
# A sentence that begins so limits or completes the one before, which would mislead without it.
_COMPLETES = re.compile(
    r"(?:Gesondert|Ausgenommen|Allerdings|Jedoch|Zusätzlich|Außerdem|Zudem|Ferner|Darüber hinaus|Daneben|Hinzu komm|Davon|Hiervon"
    r"|Lediglich|Nicht (?:enthalten|berücksichtigt|eingerechnet))\b"
)
_PROPOSAL = re.compile(r"^(?:Beschluss(?:vorschlag|empfehlung|entwurf)|Antrag)", re.IGNORECASE)


@dataclass(frozen=True)
class Citation:
    """The words a statement rests on: ``passage.document.text[start:end]``."""

    number: int
    passage: Passage
    start: int
    end: int
    continues: bool = False  # the list goes on in the document

    @property
    def quote(self) -> str:
        return self.passage.document.text[self.start : self.end]

    @property
    def recognition(self) -> float | None:
        """See Document.recognition."""
        return self.passage.document.recognition(self.start, self.end)

    @property
    def doubtful(self) -> bool:
        """Whether the words hold a figure that text recognition may have misread."""
        return (self.recognition or 1) < SURE and any(character.isdigit() for character in self.quote)

    @property
    def proposal(self) -> bool:
        """Whether the words stand in a proposal or motion, which decides nothing."""
        document = self.passage.document
        headings = [document.text[b.start : b.end] for b in document.blocks if b.kind == "heading" and b.start <= self.start]
        if headings and headings[-1] == "Beratungsfolge":  # what became of it
            return False
        if document.paper.paper_type in ("Antrag", "Änderungsantrag"):
            return True
        return bool(headings) and bool(_PROPOSAL.match(headings[-1]))


@dataclass(frozen=True)
class Statement:
    text: str
    citations: tuple[int, ...]
    support: Literal["quoted"] = "quoted"


@dataclass(frozen=True)
class Answer:
    """What is said, what it rests on, and what was searched. ``near_misses`` only where the documents do not answer."""

    id: str
    generation: str
    outcome: Outcome
    question: Question
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    near_misses: tuple[Citation, ...]
    coverage: dict[str, object]
    notices: tuple[str, ...]

    @property
    def text(self) -> str:
        """The answer as plain text with [1] marks."""
        said = [f"{s.text} {''.join(f'[{n}]' for n in s.citations)}" for s in self.statements]
        return "\n".join([*said, *self.notices])


class Answerer:
    """Answers questions over one generation of the index."""

    def __init__(self, generation: Generation, encoder: Encoder, reranker: Reranker | None = None) -> None:
        self.generation = generation
        self._encoder = encoder
        self._reranker = reranker
        self._finder = EvidenceFinder(encoder)
        self._names = Names(generation)

    def answer(
        self,
        text: str,
        filters: Filters = ANY,
        language: Language | None = None,
        ignored: Collection[Understood] = (),
    ) -> Answer:
        """The answer to one question. ``language`` None: that of the question. ``ignored``: see questions.py."""
        generation = self.generation
        question = understand(text, self._names, filters, language, ignored)
        query = self._encoder.encode([text], "query")[0]
        hits = _of_named_papers(self._ranked(question, query).hits(0, _PASSAGES))
        found = self._finder.find(generation, question, query, hits)
        base = Answer(
            *(uuid.uuid4().hex, generation.id, "not_in_documents", question, (), (), ()),
            coverage=self._coverage(question),
            notices=(),
        )
        if not answers_at_all(generation, question, found, hits):
            return self._refused(base, found, hits)
        return self._composed(base, found, hits)

    def ranking(self, text: str) -> Ranking:
        """The passages that a question is answered from, best first."""
        return self._ranked(understand(text, self._names), self._encoder.encode([text], "query")[0])

    def _ranked(self, question: Question, query: Vector) -> Ranking:
        """Near-duplicates unfolded: two forms of one kind may each hold a part of the answer."""
        found = ranked(
            self.generation,
            query,
            question.text,
            question.filters,
            preferred(question, self.generation),
            numbers="reference" not in question.ignored,
        )
        return reranked(found, question.text, self._reranker)

    def _composed(self, base: Answer, found: Sequence[Evidence], hits: Sequence[Hit]) -> Answer:
        citations = self._checked(_cited(evidence) for evidence in _chosen(found))
        if not citations:
            return self._refused(base, found, hits)
        statements = tuple(Statement(c.quote, (c.number,)) for c in citations)
        gaps = self._checked(_gaps(self.generation, base.question, citations, hits))
        language = base.question.language
        notices = [
            say("gap", language, quote=_first_line(c.quote), document=c.passage.document.title, page=_page(c)) for c in gaps
        ]
        if continued := [str(c.number) for c in citations if c.continues]:
            notices.append(say("list_continues", language, numbers=", ".join(continued)))
        if proposals := [str(c.number) for c in citations if c.proposal]:
            notices.append(say("proposal", language, numbers=", ".join(proposals)))
        notices += _recognised(citations, language)
        outcome: Outcome = "partly_answered" if gaps else "answered"
        return replace(base, outcome=outcome, statements=statements, citations=citations, notices=tuple(notices))

    def _refused(self, base: Answer, found: Sequence[Evidence], hits: Sequence[Hit]) -> Answer:
        question, language = base.question, base.question.language
        filters = " · ".join(
            str(v) for v in (*question.filters.body, question.filters.paper_type, question.filters.organization) if v
        )
        searched = ", ".join(base.coverage["bodies"])  # type: ignore[arg-type]
        count = base.coverage["documents"]
        scope = say("scope_one" if count == 1 else "scope", language, count=count)
        notices = [say("not_in_documents", language, scope=f"{scope} ({searched})" if searched else scope)]
        if not hits and base.question.filters != ANY:
            notices = [say("empty_filter", language, filters=filters or "…")]
        if question.terms_not_found and language == "de":  # an English word is rarely found in German papers
            notices.append(say("terms_not_found", language, terms=", ".join(question.terms_not_found)))
        # A table row that shares no word with the question tells nobody anything.
        telling = [e for e in _distinct(found) if e.coverage > 0 or e.unit.kind in ("sentence", "list")]
        near = self._checked(_cited(evidence) for evidence in telling[:_NEAR_MISSES])
        return replace(base, near_misses=near, notices=(*notices, *_recognised(near, language)))

    def _checked(self, citations: Iterable[Citation]) -> tuple[Citation, ...]:
        """Those that quote the stored text character by character, numbered from 1."""
        right = (citation for citation in citations if quoted_rightly(self.generation, citation))
        return tuple(replace(citation, number=number) for number, citation in enumerate(right, start=1))

    def _coverage(self, question: Question) -> dict[str, object]:
        """What was searched: the documents within the filters, their bodies, and when the newest was read."""
        count = int(self.generation.columns.matching(question.filters).sum())
        searched = list(question.filters.body) or bodies(self.generation)
        return {"documents": count, "bodies": searched, "updated": self.generation.published}


def _recognised(citations: Sequence[Citation], language: Language) -> list[str]:
    """Warnings about words that were recognised in a picture, and about figures among them that may be wrong."""
    read = [str(c.number) for c in citations if c.recognition is not None]
    doubtful = [str(c.number) for c in citations if c.doubtful]
    notices = [say("recognised", language, numbers=", ".join(read))] if read else []
    return notices + ([say("doubtful", language, numbers=", ".join(doubtful))] if doubtful else [])


def _of_named_papers(hits: Sequence[Hit]) -> list[Hit]:
    """If the question names papers by number and they are there, only those answer."""
    return [hit for hit in hits if hit.named] or list(hits)


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


def _gaps(generation: Generation, question: Question, citations: Sequence[Citation], hits: Sequence[Hit]) -> list[Citation]:
    """Announcements of the cited documents that nothing readable follows and that concern the question."""
    cited = {citation.passage.document.id for citation in citations}
    found = []
    for hit in hits:
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
