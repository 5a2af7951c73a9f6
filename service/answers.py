"""From a question to a cited answer, without a language model: statements that rest on checked quotations.

question -> understood -> passages -> the first way of answering that knows questions of its kind -> checked and numbered
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Literal, get_args

from indexer.domain import Hit
from indexer.encoders import Encoder
from indexer.filters import ANY, Filters
from indexer.generation import Generation
from indexer.rerankers import Reranker, reranked
from indexer.search import Ranking, ranked
from indexer.vectors import Vector
from service.checking import quoted_rightly
from service.conversation.referring import refers
from service.conversation.smalltalk import small_talk
from service.conversation.turns import Turn, stand_alone
from service.drafts import Asked, Citation, Draft, NearMiss, Outcome, Said, Way
from service.questions import Language, Names, Question, Understood, bodies, language_of, preferred, understand
from service.texts import say
from service.ways.counting import counting
from service.ways.decisions import decisions, of_proposals
from service.ways.onebody import told_apart
from service.ways.parts import in_parts
from service.ways.quoting import Quoting
from service.ways.records import records
from service.ways.versions import with_versions
from service.ways.whichbodies import which_bodies

PASSAGES = 12  # that are looked into
_NAMED = 3  # bodies; of more their number says enough


@dataclass(frozen=True)
class Statement:
    """``text`` begins with ``lead``; what follows is the quotation (support "quoted") or a sentence of ours ("checked")."""

    text: str
    citations: tuple[int, ...]
    support: Literal["quoted", "checked", "unsupported"] = "quoted"
    lead: str = ""


@dataclass(frozen=True)
class Answer:
    """What is said, what it rests on, and what was searched. ``near_misses`` only where the documents do not answer."""

    id: str
    generation: str
    outcome: Outcome
    question: Question
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    near_misses: tuple[NearMiss, ...]
    coverage: dict[str, object]
    notices: tuple[str, ...]
    hits: tuple[Hit, ...] = ()  # that it was made from
    wordable: bool = False  # see Draft
    mode: Literal["quotes", "generated"] = "quotes"  # "generated": worded by a language model, see asking.py

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
        self._names = Names(generation)
        self._quoting = Quoting(encoder)

    @property
    def _ways(self) -> tuple[Way, ...]:
        """Asked in turn before quotations are looked for. Not kept: with methods of its own an answerer would keep itself and its
        generation, files and memory, until a collector of garbage comes by."""
        return (
            counting,
            partial(which_bodies, ask=self._asked_anew, answering=self._quoting),
            partial(in_parts, ask=self._asked_anew, answering=self._drafted),
            decisions,
            records,
        )

    def answer(
        self,
        text: str,
        filters: Filters = ANY,
        language: Language | None = None,
        ignored: Collection[Understood] = (),
        today: date | None = None,
        history: Sequence[Turn] = (),
    ) -> Answer:
        """The answer to one question. ``language`` None: that of the question. ``ignored``: see questions.py.

        ``history``: the turns before, oldest first; ``question.text`` of the answer is the question as understood with them.
        """
        today = today or date.today()
        if talk := small_talk(text, self._names):
            question = understand(text, self._names, filters, language or talk.language, ignored, today)
            return self._composed(question, (), Draft("not_a_question", notices=(say(f"talk_{talk.kind}", question.language),)))
        if language is None and language_of(text) == "en":
            language = "en"  # "And in Musterbach?" may be put into a German question
        text = stand_alone(text, history, self._names, today, chosen=bool(filters.body))
        question = understand(text, self._names, filters, language, ignored, today)
        if not (question.terms or question.bodies or question.period or question.references):  # "Was ist das?"
            return self._composed(question, (), Draft("not_a_question", notices=(say("talk_unclear", question.language),)))
        asked = self._asked(question, today)
        return self._composed(question, asked.hits, self._drafted(asked))

    def _asked(self, question: Question, today: date) -> Asked:
        query = self._encoder.encode([question.text], "query")[0]
        hits = self._ranked(question, query).hits(0, PASSAGES)
        return Asked(question, self._names, query, _of_named_papers(hits), hits, today)

    def _asked_anew(self, asked: Asked, text: str, filters: Filters) -> Asked:
        """The same question in other words and with other filters."""
        question = asked.question
        anew = understand(text, self._names, filters, question.language, question.ignored, asked.today)
        return self._asked(anew, asked.today)

    def _drafted(self, asked: Asked) -> Draft:
        for way in self._ways:
            if draft := way(asked):
                return draft
        return of_proposals(asked, with_versions(asked, told_apart(asked, self._quoting(asked))))

    def is_unsure(self, text: str, history: Sequence[Turn]) -> bool:
        """Whether a question refers to the turns before it and nothing is found there to fill in."""
        return refers(text, long=False) and stand_alone(text, history, self._names, date.today()) == text

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

    def _composed(self, question: Question, hits: Sequence[Hit], draft: Draft) -> Answer:
        """The draft with its quotations checked; a statement of which one is wrong is left out."""
        said = [one for one in draft.said if all(quoted_rightly(self.generation, c) for c in one.citations)]
        statements, citations = _numbered(said)
        near = tuple(
            replace(citation, number=number)
            for number, citation in enumerate((c for c in draft.near if quoted_rightly(self.generation, c)), start=1)
        )
        outcome = draft.outcome if statements or draft.outcome == "not_a_question" else "not_in_documents"
        covered = self._coverage(question)
        notices = list(_silent(question.language, covered)) if outcome == "not_in_documents" and covered["documents"] else []
        notices += [*draft.notices, *warnings(statements, citations, question.language, draft.wordable)]
        return Answer(
            id=uuid.uuid4().hex,
            generation=self.generation.id,
            outcome=outcome,
            question=question,
            statements=tuple(statements),
            citations=citations,
            near_misses=near,
            coverage=covered,
            notices=tuple(dict.fromkeys(notices)),
            hits=tuple(hits),
            wordable=draft.wordable,
        )

    def _coverage(self, question: Question) -> dict[str, object]:
        """What was searched: the documents within the filters, their bodies, and when the newest was read."""
        count = int(self.generation.columns.matching(question.filters).sum())
        searched = list(question.filters.body) or bodies(self.generation)
        return {"documents": count, "bodies": searched, "updated": self.generation.published}


def _numbered(said: Sequence[Said]) -> tuple[list[Statement], tuple[Citation, ...]]:
    """Statements with their citations numbered from 1 in the order of reading; the same place bears one number."""
    numbers: dict[tuple[str, int, int], Citation] = {}
    statements = []
    for one in said:
        cited = []
        for citation in one.citations:
            place = (citation.passage.document.id, citation.start, citation.end)
            cited.append(numbers.setdefault(place, replace(citation, number=len(numbers) + 1)).number)
        text = f"{one.lead} {one.citations[0].quote}".strip() if one.text is None else one.text
        support: Literal["quoted", "checked"] = "quoted" if one.text is None else "checked"
        statements.append(Statement(text, tuple(cited), support, one.lead))
    return statements, tuple(numbers.values())


def warnings(statements: Sequence[Statement], citations: Sequence[Citation], language: Language, wordable: bool) -> Iterator[str]:
    """What a reader must know of a source: the list goes on, it only proposes, it was recognised in a picture.

    That it only proposes need not be said of a statement that begins so, nor of what code has counted or read in the record
    (not ``wordable``): there nothing is told as decided.
    """
    unsaid = {n for s in statements if wordable or s.support == "quoted" for n in s.citations if not _says_voice(s, citations)}
    for key, concerned in (
        ("list_continues", [c for c in citations if c.continues]),
        ("proposal", [c for c in citations if c.proposal and c.number in unsaid]),
        ("recognised", [c for c in citations if c.recognition is not None]),
        ("doubtful", [c for c in citations if c.doubtful]),
    ):
        if concerned:
            numbers = ", ".join(str(c.number) for c in concerned)
            sources = say("sources" if len(concerned) > 1 else "source", language, numbers=numbers)
            yield say(key, language, sources=sources)


def _says_voice(statement: Statement, citations: Sequence[Citation]) -> bool:
    """Whether a statement begins with the words that call its quotation a proposal."""
    found = citations[statement.citations[0] - 1].voice
    return found is not None and statement.lead.endswith(tuple(say(f"led_{found}", language) for language in get_args(Language)))


def _silent(language: Language, covered: dict[str, object]) -> Iterator[str]:
    searched: list[str] = covered["bodies"]  # type: ignore[assignment]
    count = covered["documents"]
    scope = say("scope_one" if count == 1 else "scope", language, count=count)
    if len(searched) > _NAMED:
        scope = say("scope_bodies", language, scope=scope, count=len(searched))
    elif searched:
        scope = f"{scope} ({', '.join(searched)})"
    yield say("not_in_documents", language)
    yield say("searched", language, scope=scope)


def _of_named_papers(hits: Sequence[Hit]) -> list[Hit]:
    """If the question names papers by number and they are there, only those answer."""
    return [hit for hit in hits if hit.named] or list(hits)
