"""The stream of an OpenAI-compatible model, taken apart: bytes -> lines -> pieces of text. Its author is not trusted.

Each ``data:`` line is read as an event of its own, because these servers send one line an event; all other lines say nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

EVENT_STREAM = "text/event-stream"
LONGEST_LINE = 100_000  # bytes
_LARGEST = 5_000_000  # bytes of a whole stream: models that reason aloud send much that is not shown
_DONE = "[DONE]"
_CUT_SHORT = frozenset({"length", "content_filter", "tool_calls", "function_call", "error"})  # as reasons to finish


class Malformed(ValueError):
    """Not such a stream; says why, in both languages."""


@dataclass(frozen=True)
class Piece:
    """``last``: the model says that it has ended, and that it was not cut short."""

    text: str = ""
    last: bool = False


class Lines:
    """Whole lines of what was fed so far. Raises Malformed for a line or a stream that is too long, or that is not UTF-8."""

    def __init__(self) -> None:
        self._rest = b""
        self._size = 0

    def fed(self, chunk: bytes) -> Iterator[str]:
        self._size += len(chunk)
        if self._size > _LARGEST:
            raise Malformed(f"mehr als {_LARGEST} Bytes / more than {_LARGEST} bytes")
        *lines, self._rest = (self._rest + chunk).replace(b"\r", b"\n").split(b"\n")  # an empty line more does no harm
        for line in (*lines, self._rest):
            if len(line) > LONGEST_LINE:
                raise Malformed(f"eine Zeile mit mehr als {LONGEST_LINE} Bytes / a line of more than {LONGEST_LINE} bytes")
        for line in lines:
            try:
                yield line.decode()
            except UnicodeDecodeError as error:
                raise Malformed("kein UTF-8 / no UTF-8") from error


def piece(line: str) -> Piece:
    """What one line says. Raises Malformed.

    >>> piece('data: {"choices": [{"delta": {"content": "Der Zuschuss"}}]}')
    Piece(text='Der Zuschuss', last=False)
    >>> piece("data: [DONE]"), piece(": ping")
    (Piece(text='', last=True), Piece(text='', last=False))
    """
    name, _, value = line.removeprefix("\ufeff").partition(":")
    if name != "data":
        return Piece()
    if value.strip() == _DONE:
        return Piece(last=True)
    try:
        return _of_event(json.loads(value))
    except (ValueError, RecursionError) as error:
        raise error if isinstance(error, Malformed) else Malformed("kein JSON / no JSON") from error


def _of_event(event: object) -> Piece:
    if not isinstance(event, dict) or "error" in event:
        raise Malformed("meldet mittendrin einen Fehler / reports an error in the middle")
    choices = event.get("choices")
    if choices == [] or (choices is None and "usage" in event):  # statistics
        return Piece()
    match choices:
        case [{"delta": dict() as delta} as choice, *_]:
            text, finish = delta.get("content") or "", choice.get("finish_reason")
        case [{"finish_reason": str() as finish}, *_]:  # the last event of some servers
            text = ""
        case _:
            raise Malformed("ein unbekanntes Ereignis / an unknown event")
    if not isinstance(text, str) or not _encodable(text):
        raise Malformed("Text, der keiner ist / text that is none")
    if finish in _CUT_SHORT:
        raise Malformed(f"endet vorzeitig / ends early: {finish}")
    return Piece(text, last=bool(finish))


def _encodable(text: str) -> bool:
    """JSON can spell half a surrogate pair, which no response could carry on."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
