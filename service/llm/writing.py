"""A language model writes the answer; what is shown of it is what its sources bear, sentence by sentence.

quotations -> sources offered -> the model's text as it arrives -> plain sentences -> checked -> statements with exact quotations

An unsupported sentence is never shown, not even marked: a reader in a hurry reads past marks. How many were left out is told.
If too few are left, the quotations stand (TooLittleLeft). The model has no say in whether the documents answer at all.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace

from indexer.generation import Generation
from service.answers import Answer, Statement, warnings
from service.bodynames import BodyNames
from service.checking import quoted_rightly
from service.drafts import Citation
from service.errors import TooLittleLeft
from service.llm.claims import Borne, Checker
from service.llm.compared import Source
from service.llm.entailment import Entailment
from service.llm.generators import Generator
from service.llm.places import Place, refers_back
from service.llm.plain import Sentence, Splitter, sentence_of
from service.llm.prompting import NO_ANSWER, Offered, Prompts, offered
from service.questions import Language, speaks
from service.texts import say

_SHOWN = 4  # statements
_WORDS = 120  # of all statements, about
_READ = 16  # sentences of a model that are looked at
_CHARACTERS = 8_000  # of a model's text, what ends no sentence included
_LEFT = 0.5  # share of its sentences that must be borne: who invents half is not to be trusted with the rest

logger = logging.getLogger("ratslotse")


class Writer:
    """Writes over one generation of the index."""

    def __init__(self, generation: Generation, generator: Generator, entailment: Entailment | None = None) -> None:
        self._generation = generation
        self._generator = generator
        self._entailment = entailment
        self._prompts = Prompts()
        self._checker = Checker(generation.analyser, BodyNames(generation))

    async def write(self, answer: Answer) -> AsyncGenerator[Answer, None]:
        """The answer so far after each statement; the last one is complete. Raises GeneratorFailed, TooLittleLeft.

        For answers made of quotations: whether the documents answer at all, and what code has counted or looked up, is not the
        model's to say.
        """
        given = offered(self._generation, answer)
        draft = _Written(self._generation, answer, self._checker, given)
        messages = self._prompts.answer(answer.question.text, answer.question.language, given)
        async with aclosing(self._generator.stream(messages)) as text:  # an endless reply ends here
            async for sentence in _sentences(text):
                if await self._taken(draft, sentence):
                    yield draft.answer()
                if draft.full:
                    break
        logger.info("language model: %d statements, left out: %s", len(draft.statements), dict(draft.faults))
        if draft.too_little:
            raise TooLittleLeft
        if draft.faults:
            yield draft.answer(complete=True)

    async def _taken(self, draft: _Written, written: str) -> bool:
        sentence = sentence_of(written)
        borne = draft.checked(sentence)
        if sentence is None or borne is None:
            return False
        if self._entailment is not None:
            source = "\n".join(f"{place.heading}\n{place.text}".strip() for place in borne.places)
            if not await asyncio.to_thread(self._entailment.entails, source, sentence.text):
                draft.drop("entailment")
                return False
        draft.add(sentence.text, borne.places)
        return True


class _Written:
    """An answer as it grows."""

    def __init__(self, generation: Generation, answer: Answer, checker: Checker, given: Sequence[Offered]) -> None:
        self.statements: list[Statement] = []
        self.faults: Counter[str] = Counter()
        self._generation = generation
        self._answer = answer
        self._checker = checker
        self._sources: dict[int, list[Source]] = {one.number: checker.sources(one.passage) for one in given}
        self._citations: dict[tuple[str, int, int], Citation] = {}
        self._last: tuple[Place, ...] = ()  # of the sentence before; empty if it was left out
        self._read = 0

    @property
    def full(self) -> bool:
        words = sum(len(s.text.split()) for s in self.statements)
        return len(self.statements) == _SHOWN or words >= _WORDS or self._read >= _READ

    @property
    def too_little(self) -> bool:
        kept = len(self.statements)
        return not kept or kept < _LEFT * (kept + sum(self.faults.values()))

    def checked(self, sentence: Sentence | None) -> Borne | None:
        """Where a sentence is borne, None if it is left out."""
        self._read += 1
        if sentence is None:
            self.drop("no sentence")
            return None
        language = self._answer.question.language
        if sentence.text.rstrip(".").upper() in NO_ANSWER.values():
            return None
        if not speaks(sentence.text, language):
            self.drop("language")
            return None
        known = [number for number in sentence.marks if number in self._sources]
        if len(known) < len(sentence.marks):
            logger.info("language model: cited %s, offered 1 to %d", sentence.marks, len(self._sources))
        if not known:
            self.drop("unknown mark" if sentence.marks else "no mark")
            return None
        cited = [source for number in known for source in self._sources[number]]
        found = self._checker.borne(sentence.text, language, cited, self._answer.question.bodies)
        if not isinstance(found, Borne):
            self.drop(found)
            return None
        if refers_back(sentence.text) and not self._goes_on(found.places):
            self.drop("reference")
            return None
        return found

    def drop(self, fault: str) -> None:
        self.faults[fault] += 1
        self._last = ()

    def add(self, text: str, places: Sequence[Place]) -> None:
        numbers = []
        for place in places:
            key = (place.passage.document.id, place.start, place.end)
            citation = self._citations.setdefault(key, replace(place.citation, number=len(self._citations) + 1))
            if not quoted_rightly(self._generation, citation):
                raise AssertionError(f"{key}: not in the stored text")
            numbers.append(citation.number)
        self.statements.append(Statement(text, tuple(dict.fromkeys(numbers)), "checked"))
        self._last = tuple(places)

    def _goes_on(self, places: Sequence[Place]) -> bool:
        """Whether a sentence that refers to the one before rests on the same words or on those right behind."""
        return bool(self._last) and all(
            any(
                one.passage.document.id == place.passage.document.id and one.start <= place.start <= one.end + 2
                for one in self._last
            )
            for place in places
        )

    def answer(self, complete: bool = False) -> Answer:
        language = self._answer.question.language
        citations = tuple(self._citations.values())
        notices = [*_kept(self._answer, language), *warnings(self.statements, citations, language, wordable=True)]
        left_out = sum(self.faults.values())
        if complete and left_out:
            notices.append(say("left_out", language, count=left_out))
        return replace(
            self._answer, mode="generated", statements=tuple(self.statements), citations=citations, notices=tuple(notices)
        )


def _kept(answer: Answer, language: Language) -> Iterator[str]:
    """The notices that do not speak of the quotations by their numbers: those are numbered anew."""
    replaced = {*warnings(answer.statements, answer.citations, language, answer.wordable), say("proposal_open", language)}
    return (notice for notice in answer.notices if notice not in replaced)


async def _sentences(text: AsyncIterator[str]) -> AsyncIterator[str]:
    splitter = Splitter()
    characters = 0
    async for piece in text:
        characters += len(piece)
        for sentence in splitter.feed(piece[:_CHARACTERS]):
            yield sentence
        if characters > _CHARACTERS:
            return  # what is left of a sentence then was cut, and is none
    for sentence in splitter.end():
        yield sentence
