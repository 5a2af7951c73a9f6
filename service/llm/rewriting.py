"""A follow-up question as one that stands alone, by a language model: for where the rules of a conversation are unsure.

What comes back is a question, and one made of the conversation: else None, and the reader's own words are asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing

from indexer.german import Analyser
from service.conversation.turns import Turn
from service.llm.facts import facts_of
from service.llm.generators import Generator
from service.llm.plain import sentence_of, visible
from service.llm.prompting import Prompts
from service.llm.wordmatch import Bag, new_words, said
from service.questions import LONGEST, Language


async def standalone(
    generator: Generator, analyser: Analyser, question: str, language: Language, turns: Sequence[Turn]
) -> str | None:
    """The question with what it leaves out filled in from the turns. Raises GeneratorFailed."""
    text = ""
    async with aclosing(generator.stream(Prompts().rewrite(question, language, turns))) as pieces:
        async for piece in pieces:
            text += piece
            if len(text) > LONGEST:
                return None
    line = " ".join(visible(text).split())
    # sentence_of refuses addresses and markup; it takes no questions, so it is shown one without its mark.
    plain = sentence_of(line.rstrip("?"))
    if plain is None or not line.endswith("?") or plain.text.rstrip(".") != line.rstrip("? "):
        return None
    told = "\n".join([question, *(f"{turn.question}\n{turn.answer}" for turn in turns)])
    known = {value for fact in facts_of(told) for value in fact.values}
    invented = any(not fact.values & known for fact in facts_of(line))
    names = [word for word in new_words(said(line, "de"), Bag(told, analyser), "de") if word.noun]
    return None if invented or names else line
