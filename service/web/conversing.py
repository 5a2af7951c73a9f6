"""The turns of a conversation, which the page itself carries in hidden fields: nothing is stored anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat

from fastapi import Request

from service.access.readers import Reader, reader_of
from service.answers import Answer
from service.conversation.turns import Turn
from service.errors import ForeignForm
from service.operator import check_origin
from service.questions import LONGEST, whole

_KEPT = 6  # turns
_ANSWER = 1_500  # characters of an answer


@dataclass(frozen=True)
class KeptTurn(Turn):
    """A turn with its signed record, so that a whole conversation can be exported; "" if the form brought none."""

    token: str = ""


def turns_of(request: Request, questions: Sequence[str], answers: Sequence[str], tokens: Sequence[str] = ()) -> list[KeptTurn]:
    """The turns that a form carries, the last ones. None if another site sent it: its words would be shown as our answers.

    Nor those of an answer to readers of another reach: whoever has logged out meanwhile begins anew.
    """
    try:
        check_origin(request)
    except ForeignForm:
        return []
    turns = [
        KeptTurn(_text(question, LONGEST), _text(answer, _ANSWER), token if token.isascii() else "")
        for question, answer, token in zip(questions, answers, chain(tokens, repeat("")), strict=False)
    ]
    tools, reach = request.app.state.tools, reader_of(request).reach
    return [turn for turn in turns[-_KEPT:] if not turn.token or tools.fits(turn.token, reach)]


def turn_of(answer: Answer, token: str, reader: Reader) -> Iterator[KeptTurn]:
    """The turn that an answer makes; small talk makes none, nor does an answer that is not public and has no record."""
    if answer.outcome != "not_a_question" and (token or not reader.sees_hidden):
        yield KeptTurn(answer.question.text, _text(answer.text, _ANSWER), token)


def _text(text: str, longest: int) -> str:
    text = whole(text)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
