"""A language model's text as it arrives -> plain sentences, each with the marks of the sources it cites.

Models write Markdown, HTML, links and invisible characters, and documents can make them. Nothing of it is shown: what can be
taken off a sentence is taken off, and a sentence with an address in it is no sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from indexer.sentences import sentence_spans

_LONGEST = 700  # characters of a sentence; what does not end by then is none
_HIDDEN = re.compile(r"<(script|style|think|svg|iframe)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_IMAGE = re.compile(r"!\[[^\]]*\]\s?(?:\([^)]*\)?|\[[^\]]*\])")
_LINK = re.compile(r"\[([^\]]*)\]\s?\([^)]*\)?")
_TAG = re.compile(r"<[^<>]{0,400}>|<[a-zA-Z/!|][^<>]*$")
_MARKUP = re.compile(r"(?m)^\s*(?:[-*+•>#]+|\d{1,2}[.)]|\|)\s+|[*_`~#|]{2,}|(?<!\w)[*_`~]|[*_`~](?!\w)")
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}:)?//|\b(?:javascript|vbscript|data|file|mailto|blob)\s*:|\bwww\.|\bxn--|&#?\w+;|@\w"
    r"|\b[a-z0-9-]+\.(?:de|com|net|org|eu|io|info|example|test|xyz|dev|app|at|ch|ru|cn|co|biz|me|onion)\b",
    re.IGNORECASE,
)
_MARK = re.compile(r"\[\s*(?:(?:Quellen?|Sources?|Nr\.?)\s*)?(\d{1,6}(?:\s*(?:[,;]|und|and|-|–)\s*\d{1,6})*)\s*\]", re.IGNORECASE)
_BRACKETED = re.compile(r"\[[^\]\n]{0,60}\]|【[^】\n]{0,60}】")
_MARKS_BEHIND = re.compile(r"([.!?…])[ \t]*((?:\[[^\]\n]{0,60}\][ \t]*)+)")  # "So ist es. [1]"
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Sentence:
    """Plain text that ends in a full stop, and the numbers it cites, as the model wrote them."""

    text: str
    marks: tuple[int, ...]


class Splitter:
    """Sentences of a text that arrives in pieces; a line's end ends a sentence as well."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, piece: str) -> Iterator[str]:
        """The sentences that are complete, marks behind them included, as the model wrote them."""
        self._rest = _MARKS_BEHIND.sub(r" \2\1 ", self._rest + visible(piece))
        spans = list(sentence_spans(self._rest)) if re.search(r"[.!?…\n]", self._rest) else []
        ends = [end for (_, end), (start, _) in pairwise(spans) if self._rest[start] != "["]
        lines = [m.end() for m in re.finditer(r"\n(?=\s*[^\s\[])", self._rest)]
        start = 0
        for end in sorted({*ends, *lines}):
            if self._rest[start:end].strip():
                yield self._rest[start:end]
            start = end
        self._rest = self._rest[start:]
        if len(self._rest) > _LONGEST:
            yield self._rest
            self._rest = ""

    def end(self) -> Iterator[str]:
        """What is left when the text has ended."""
        rest, self._rest = self._rest, ""
        yield from (rest[start:end] for start, end in sentence_spans(_MARKS_BEHIND.sub(r" \2\1 ", rest)))


def visible(text: str) -> str:
    """Without control characters, invisible ones and those that turn the direction; line ends stay.

    >>> visible("Pflege\u200bplan\\u202e \\U000e0041[1]")
    'Pflegeplan [1]'
    """
    text = unicodedata.normalize("NFC", text.replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n"))
    kept = (c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cn", "Cs"))
    return "".join(kept)


def sentence_of(written: str) -> Sentence | None:
    """What a model wrote, without markup; None if nothing remains, or if it is a question, a heading or holds an address.

    >>> sentence_of("- **Der Plan** gilt bis 2027 [1][2, 3].")
    Sentence(text='Der Plan gilt bis 2027.', marks=(1, 2, 3))
    >>> sentence_of("Mehr unter [diesem Link](https://beispiel.example/?d=geheim) [1].")
    """
    if len(written) > _LONGEST or _ADDRESS.search(written):
        return None
    text = _LINK.sub(r"\1", _IMAGE.sub(" ", _HIDDEN.sub(" ", written)))
    text = _TAG.sub(" ", text)
    marks = tuple(dict.fromkeys(int(n) for mark in _MARK.finditer(text) for n in _numbers(mark[1])))
    text = _SPACE.sub(" ", _MARKUP.sub(" ", _BRACKETED.sub(" ", text))).strip()
    text = re.sub(r"\s+([.,;:!?…])", r"\1", text).strip(" -–|")
    if not text or text[-1] in "?:" or not any(c.isalpha() for c in text) or "<" in text or ">" in text:
        return None
    return Sentence(text if text[-1] in '.!…”“"' else f"{text}.", marks)


def _numbers(listed: str) -> Iterator[int]:
    """ "1, 3" -> 1 3; of a range its ends, for no more can be meant with a handful of sources."""
    yield from map(int, re.findall(r"\d+", listed))
