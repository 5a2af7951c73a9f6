"""The words that a statement rests on, and the drafts that ways of answering make of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from indexer.domain import SURE, Hit, Passage
from indexer.generation import Generation
from indexer.vectors import Vector
from service.proposals import Voice, voice
from service.questions import Names, Question

Outcome = Literal["answered", "partly_answered", "not_in_documents", "not_a_question"]


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
    def voice(self) -> Voice | None:
        """Whether the words only propose or ask for something, which decides nothing."""
        return voice(self.passage.document, self.start, self.end)

    @property
    def proposal(self) -> bool:
        return self.voice is not None


@dataclass(frozen=True)
class NearMiss(Citation):
    """Words that do not answer but come near. ``reason``: why they may fit after all, and what they lack, as a phrase."""

    reason: str = ""


@dataclass(frozen=True)
class Said:
    """One statement of a draft. Its citations bear no numbers yet.

    text  None: the first citation's quotation, with ``lead``, fixed words of ours that end in a colon, before it. Else a sentence
          of ours; its way of answering has checked that all it claims stands in the citations.
    """

    citations: tuple[Citation, ...]
    text: str | None = None
    lead: str = ""


@dataclass(frozen=True)
class Draft:
    """What a way of answering found: at most about four statements. ``near``: where the documents do not answer."""

    outcome: Outcome
    said: tuple[Said, ...] = ()
    notices: tuple[str, ...] = ()
    near: tuple[NearMiss, ...] = ()
    wordable: bool = False  # a language model may put it into words; what code has found out and worded stays as it is


@dataclass(frozen=True)
class Asked:
    """A question and what was retrieved for it: what a way of answering is given."""

    question: Question
    names: Names
    query: Vector  # of the question
    hits: Sequence[Hit]  # the best passages, best first; only those of a paper that the question names, if it is there
    all_hits: Sequence[Hit]  # the same, also when the question names a paper
    today: date

    @property
    def generation(self) -> Generation:
        return self.names.generation


Way = Callable[[Asked], Draft | None]  # None: not a question of its kind
