"""What an answer said and where it stands, in a form that the page carries and brings back: signed, so that the server exports
and stores only its own answers.

A record holds the program's and the model's own words, but of documents only places, each with a digest of the words there. The
words are read from the live index whenever the record is used. So what was withdrawn meanwhile is in no record.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from service.drafts import Citation, NearMiss, Outcome
from service.questions import Language
from service.web.answering import AnswerView

Kind = Literal["quoted", "program", "generated"]  # who worded a statement


class Place(BaseModel):
    """Words of a document. ``words``: their digest. ``reason``: of a near miss, see drafts.py."""

    model_config = ConfigDict(frozen=True)

    document: str
    start: int
    end: int
    words: str
    reason: str = ""


class Sentence(BaseModel):
    """A statement. ``text`` is its lead alone if the words are quoted: the first place has them."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    text: str
    places: tuple[int, ...]  # numbers from 1 into the record's places


class Record(BaseModel):
    """One answer. ``basis``: the documents it was made from, which its notices may speak of, too."""

    model_config = ConfigDict(frozen=True)

    id: str
    language: Language
    outcome: Outcome
    asked: str
    question: str  # as understood
    sentences: tuple[Sentence, ...]
    places: tuple[Place, ...]
    near: tuple[Place, ...]
    basis: tuple[str, ...]
    notices: tuple[str, ...]
    scope: tuple[str, ...]  # what was searched, and how the question was understood
    made: datetime
    model: str = ""  # the language model's name, if it worded the answer

    @property
    def generated(self) -> bool:
        return any(sentence.kind == "generated" for sentence in self.sentences)


def record_of(view: AnswerView, asked: str, model: str | None, now: datetime) -> Record:
    """The record of an answer as the page shows it."""
    answer = view.answer
    cited: list[Citation] = [*answer.citations, *answer.near_misses]
    used = [citation.passage for citation in cited] + [hit.passage for hit in answer.hits]
    worded: Kind = "generated" if answer.mode == "generated" else "program"
    return Record(
        id=answer.id,
        language=answer.question.language,
        outcome=answer.outcome,
        asked=asked,
        question=answer.question.text,
        sentences=tuple(
            Sentence(kind="quoted", text=one.lead, places=one.citations)
            if one.support == "quoted"
            else Sentence(kind=worded, text=one.text, places=one.citations)
            for one in answer.statements
        ),
        places=tuple(_place(citation) for citation in answer.citations),
        near=tuple(_place(miss) for miss in answer.near_misses),
        basis=tuple(dict.fromkeys(passage.document.id for passage in used)),
        notices=tuple(view.notices),
        scope=tuple(view.scope),
        made=now.replace(microsecond=0),
        model=(model or "") if answer.mode == "generated" else "",
    )


def _place(citation: Citation) -> Place:
    reason = citation.reason if isinstance(citation, NearMiss) else ""
    words = digest(citation.quote)
    return Place(document=citation.passage.document.id, start=citation.start, end=citation.end, words=words, reason=reason)


def digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:24]
