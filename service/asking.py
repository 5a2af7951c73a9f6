"""One question, from its quotations to the answer that is shown: as events, for readers who watch, or at once.

quotations -> interpretation, sources -> a statement each -> final

With a language model its checked sentences take the place of quotations. Whatever goes wrong there, the final answer is the
one of quotations, with a notice; so there is always exactly one end, and it stands for all that came before.
"""

from __future__ import annotations

import logging
from asyncio import to_thread
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from fastapi.concurrency import run_in_threadpool

from indexer.filters import ANY, Filters
from indexer.generation import Generation
from service.answers import Answer, Answerer, Statement
from service.conversation.turns import Turn
from service.errors import GeneratorFailed, GeneratorResting, ServiceError, TooLittleLeft
from service.lanes import own_place
from service.library import Library
from service.llm.generators import Generator
from service.llm.rewriting import standalone
from service.metrics import count_answer
from service.questions import Language, Understood, language_of
from service.texts import say

logger = logging.getLogger("ratslotse")


class Writer(Protocol):
    """``write``: the answer so far after each checked statement, mode "generated"; the last one is whole, notices included.

    Raises GeneratorFailed or TooLittleLeft.
    """

    def write(self, answer: Answer) -> AsyncGenerator[Answer, None]: ...


@dataclass(frozen=True)
class Event:
    """``answer``: as far as it is known by then. ``statement``: the one that is new."""

    name: Literal["interpretation", "sources", "statement", "final"]
    answer: Answer
    statement: Statement | None = None


async def events(quotations: Answer, writer: Writer | None) -> AsyncGenerator[Event, None]:
    yield Event("interpretation", quotations)
    yield Event("sources", quotations)
    final = quotations
    if writer is None or not _to_be_written(quotations):
        for statement in quotations.statements:
            yield Event("statement", quotations, statement)
    else:
        try:
            async with aclosing(writer.write(quotations)) as written:
                said = 0
                async for final in written:
                    for statement in final.statements[said:]:
                        yield Event("statement", final, statement)
                    said = len(final.statements)
            if not said:
                raise TooLittleLeft
            final = _with_notice(final, "generated")
        except (GeneratorFailed, TooLittleLeft) as error:
            final = _with_notice(quotations, _told(error))
        except Exception:  # the quotations are there, and no fault of the model's part is worth losing them
            logger.exception("model_unexpected")
            final = _with_notice(quotations, "model_unavailable")
    count_answer(final.outcome, final.mode)
    yield Event("final", final)


async def read_with(
    generator: Generator | None, answerer: Answerer, question: str, turns: Sequence[Turn]
) -> tuple[str, Sequence[Turn]]:
    """The question and the turns to answer it with.

    A follow-up that the rules of service/conversation leave as it is, though it refers to something before, is read by the model;
    it then stands alone. Without a model, or where its reading does not hold, they are what they were.
    """
    if generator is None or not turns:
        return question, turns
    async with own_place("answer"):
        unsure = await to_thread(answerer.is_unsure, question, turns)
    if not unsure:
        return question, turns
    try:
        found = await standalone(generator, answerer.generation.analyser, question, language_of(question), turns)
    except GeneratorFailed as error:
        _told(error)
        return question, turns
    return (found, ()) if found else (question, turns)


async def put(
    library: Library,
    text: str,
    turns: Sequence[Turn],
    filters: Filters = ANY,
    language: Language | None = None,
    ignored: Sequence[Understood] = (),
) -> tuple[Answer, Generation, Writer | None]:
    """A question put to a library: its quotations, the generation they come from, and who may word them anew."""
    answerer = await run_in_threadpool(library.answerer)
    question, history = await read_with(library.generator, answerer, text, turns)
    async with own_place("answer"):
        quotations = await run_in_threadpool(answerer.answer, question, filters, language, ignored, history=history)
    writer = await run_in_threadpool(library.writer, answerer.generation)  # it waits while a new generation is opened
    return quotations, answerer.generation, writer


async def answered(quotations: Answer, writer: Writer | None) -> Answer:
    """The final answer alone."""
    async with aclosing(events(quotations, writer)) as told:
        async for event in told:
            final = event.answer
    return final


def _to_be_written(answer: Answer) -> bool:
    return answer.outcome in ("answered", "partly_answered") and bool(answer.statements) and answer.wordable


def _told(error: ServiceError) -> str:
    """One line for the operator; the key of the notice for the reader."""
    level = logging.INFO if isinstance(error, GeneratorResting) else logging.WARNING  # the failures before it were told
    logger.log(level, "%s: %s", error.code, error.message("en"))
    return "model_not_used" if isinstance(error, TooLittleLeft) else "model_unavailable"


def _with_notice(answer: Answer, key: str) -> Answer:
    return replace(answer, notices=(*answer.notices, say(key, answer.question.language)))
