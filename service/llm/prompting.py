"""The messages that a language model is sent: prompts/*.j2, rendered strictly, with numbered and fenced sources.

A source is untrusted text. It stands between two lines that are drawn anew for each request, so nothing written into a document
can close it; invisible characters are taken out. What the model then writes is checked all the same (claims.py).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from indexer.domain import Passage
from indexer.generation import Generation
from service.answers import Answer
from service.checking import quoted_rightly
from service.conversation.turns import Turn
from service.drafts import Citation
from service.llm.generators import Message
from service.llm.plain import visible
from service.questions import Language
from service.texts import say

_FOLDER = Path(__file__).resolve().parents[2] / "prompts"
_SOURCES = 6
_WORDS = 900  # of all sources
_SENTENCES = 4
_TURNS = 4  # of a conversation
_TURN_WORDS = 150  # of an answer in it
_LONGEST_ABOUT = 300  # characters
NO_ANSWER: Mapping[Language, str] = {"de": "KEINE ANTWORT", "en": "NO ANSWER"}


@dataclass(frozen=True)
class Offered:
    """A passage that the model may cite by ``number``."""

    number: int
    passage: Passage


@dataclass(frozen=True)
class _Shown:
    number: int
    about: str
    text: str


class Prompts:
    """The templates, read once. Raises jinja2.UndefinedError for a variable that is not given."""

    def __init__(self) -> None:
        self._templates = Environment(  # noqa: S701 (what is rendered is no HTML, and escaped it would not be the document's words)
            loader=FileSystemLoader(_FOLDER), undefined=StrictUndefined, keep_trailing_newline=True
        )

    def answer(self, question: str, language: Language, offered: Sequence[Offered], fence: str | None = None) -> list[Message]:
        """What the model is asked. ``fence``: fixed in tests, else drawn."""
        shown = [_Shown(one.number, _about(one.passage, language), visible(one.passage.text)) for one in offered]
        return self._messages(
            "answer",
            {"language": language, "silent": NO_ANSWER[language], "most": _SENTENCES},
            {"question": visible(question), "sources": shown, "fence": fence or _fence(), "language": language},
        )

    def rewrite(self, question: str, language: Language, turns: Sequence[Turn], fence: str | None = None) -> list[Message]:
        """The same for a follow-up question and the turns before it, of which the last few are told."""
        told = [Turn(visible(t.question), _cut(visible(t.answer), _TURN_WORDS)) for t in turns[-_TURNS:]]
        return self._messages(
            "rewrite",
            {"language": language},
            {"question": visible(question), "turns": told, "fence": fence or _fence(), "language": language},
        )

    def _messages(self, task: str, system: Mapping[str, object], user: Mapping[str, object]) -> list[Message]:
        parts: tuple[tuple[Literal["system", "user"], Mapping[str, object]], ...] = (("system", system), ("user", user))
        return [Message(role, self._templates.get_template(f"{task}.{role}.j2").render(values).strip()) for role, values in parts]


def offered(generation: Generation, answer: Answer) -> list[Offered]:
    """What the model may cite: the passages quoted, then the best other ones; none that the generation does not hold."""
    passages = {
        passage.id: passage for passage in (*(c.passage for c in answer.citations), *(hit.passage for hit in answer.hits))
    }
    found: list[Offered] = []
    words = 0
    for passage in passages.values():
        words += len(passage.text.split())
        if found and (words > _WORDS or len(found) == _SOURCES):
            break
        if quoted_rightly(generation, Citation(0, passage, passage.start, passage.end)):
            found.append(Offered(len(found) + 1, passage))
    return found


def _about(passage: Passage, language: Language) -> str:
    """One line on where a passage stands; also whether it only proposes."""
    document, paper = passage.document, passage.document.paper
    day = f"{paper.date:%d.%m.%Y}" if paper.date else None
    parts = [document.title, paper.paper_type, paper.reference, paper.body, day, " > ".join(passage.headings)]
    if Citation(0, passage, passage.start, passage.end).proposal:
        parts.append(say("only_proposed", language))
    return " ".join(visible(" · ".join(part for part in parts if part)).split())[:_LONGEST_ABOUT]


def _fence() -> str:
    return f"=== {secrets.token_hex(8)} ==="


def _cut(text: str, words: int) -> str:
    return " ".join(text.split()[:words])
