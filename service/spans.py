"""Links to words of a document that outlive a new reading of it.

A link names the span start..end and ``wording``: the first letters of the words, how many letters they have, and a short
hash of their beginning and end ("diebruck.9.5e3c7903"). Letters are compared without accents, case, spaces and signs, which
another version of a parser may set differently. If the words stand elsewhere now they are found again; if they are gone that
can be said.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

_FIRST = 8  # letters that a link spells out
_HASHED = 200  # letters at either end that the hash is made of: what a link asks for must not take long
_MOST_TRIED = 5_000  # places with the same first letters
_FORM = re.compile(r"([a-z0-9]{1,8})\.([0-9]{1,6})\.([0-9a-f]{8})")
_SIGNS = re.compile(r"[^a-z0-9]+")
_CLOSING = re.compile(r"(?:\s?[%€])?[.!?…)\]“”\"»]*")  # signs that end what the letters say
_DIGITS = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Place:
    """``span`` None: nothing to mark. ``lost``: the link named words that do not stand in the document any more."""

    span: tuple[int, int] | None
    lost: bool = False


def wording(text: str) -> str:
    """What a link says of the words; "" if they hold no letter, or a book of them.

    >>> wording("Die Brücke")
    'diebruck.9.5e3c7903'
    """
    letters = _plain(text)
    return f"{letters[:_FIRST]}.{len(letters)}.{_hash(letters)}" if 0 < len(letters) < 1_000_000 else ""


def place(text: str, start: str | None, end: str | None, worded: str | None) -> Place:
    """Where the words of a link stand in a text. Without ``worded`` at its span, if that lies in the text."""
    span = _span(text, start, end)
    form = _FORM.fullmatch(worded or "")
    if form is None or (span and wording(text[slice(*span)]) == worded):
        return Place(span)
    found = _found_again(text, form[1], int(form[2]), form[3], near=span[0] if span else 0)
    return Place(found, lost=found is None)


def _span(text: str, start: str | None, end: str | None) -> tuple[int, int] | None:
    if not (_DIGITS.fullmatch(start or "") and _DIGITS.fullmatch(end or "")):
        return None
    span = int(start or ""), int(end or "")
    return span if span[0] < span[1] <= len(text) else None


def _found_again(text: str, first: str, length: int, hashed: str, near: int) -> tuple[int, int] | None:
    """The same letters elsewhere; if they stand there several times, nearest to the old place."""
    letters, at = _letters(text)
    found: list[tuple[int, int]] = []
    begin = letters.find(first)
    for _ in range(_MOST_TRIED):
        if begin < 0 or len(letters) - begin < length:
            break
        if _hash(letters[begin : begin + length]) == hashed:
            last = at[begin + length - 1] + 1
            closing = _CLOSING.match(text, last)
            found.append((at[begin], closing.end() if closing else last))
        begin = letters.find(first, begin + 1)
    return min(found, key=lambda span: abs(span[0] - near), default=None)


def _letters(text: str) -> tuple[str, list[int]]:
    """The letters and figures of a text, plain and small, and where each stands in it."""
    plain = {character: _plain(character) for character in set(text)}
    at = [index for index, character in enumerate(text) for _ in plain[character]]
    return _plain(text), at


def _plain(text: str) -> str:
    return _SIGNS.sub("", unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode())


def _hash(letters: str) -> str:
    return hashlib.sha256((letters[:_HASHED] + letters[-_HASHED:]).encode()).hexdigest()[:8]
