"""Sentences of a language model in place of quotations; what is not the cited words themselves is left out."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from indexer.generation import Generation
from service.answers import Answer, Statement
from service.errors import TooLittleLeft
from service.generators import Generator, Message

_SENTENCE = re.compile(r"\s*(\S.*?)\s*\[(\d{1,3})\]\s*", re.DOTALL)  # with the mark that ends it
_TASK = (
    "Answer in the question's own language by sentences copied from the sources, each followed by its source's mark, as in [1]."
)


class Writer:
    """See asking.py."""

    def __init__(self, generation: Generation, generator: Generator) -> None:
        self.generation = generation
        self._generator = generator

    async def write(self, answer: Answer) -> AsyncGenerator[Answer, None]:
        sources = {citation.number: " ".join(citation.quote.split()) for citation in answer.citations}
        asked = "\n".join([answer.question.text, *(f"[{number}] {quote}" for number, quote in sources.items())])
        written = replace(answer, mode="generated", statements=())
        rest = ""
        async with aclosing(self._generator.stream([Message("system", _TASK), Message("user", asked)])) as pieces:
            async for piece in pieces:
                rest += piece
                while sentence := _SENTENCE.match(rest):
                    rest = rest[sentence.end() :]
                    text, number = " ".join(sentence[1].split()), int(sentence[2])
                    if text in sources.get(number, ""):
                        statement = Statement(text, (number,), "checked")
                        written = replace(written, statements=(*written.statements, statement))
                        yield written
        if not written.statements:
            raise TooLittleLeft
