"""Words laid over the text of a page, such as a watermark or a stamp: among its lines they would tear them to pieces."""

from __future__ import annotations

from collections.abc import Sequence, Set
from statistics import median

from indexer.parsing.pages.words import Word, around
from indexer.parsing.stamps import may_be_stamp

_LARGER = 1.5  # times the usual type
_MOST = 20  # words of overlays on a page; more are its text
_LONGEST = 8  # words of a stamp
_FEWEST_LETTERS = 2


def without_overlays(words: Sequence[Word], turned: Sequence[Sequence[Word]], oblique: Set[int]) -> tuple[list[Word], list[Word]]:
    """The words of the text, and the stamps. ``turned``: runs of words that are not level, ``oblique`` the ids of those askew."""
    stamped = [run for run in turned if len(run) <= _LONGEST and may_be_stamp(_text(run))]
    gone = {id(word) for run in stamped for word in run}
    rest = [word for word in (*words, *(word for run in turned for word in run)) if id(word) not in gone]
    usual = median(word.size for word in rest) if rest else 0
    over = [word for word in rest if id(word) in oblique or word.size >= _LARGER * usual]
    lines = {_line(word) for word in over if _lies_on_others(word, rest)} if len(over) <= _MOST else set()
    over = [word for word in over if _line(word) in lines]  # of two words, one may lie on a single line of text
    gone = {id(word) for word in over}
    marks = [run for run in ([word for word in over if id(word) not in oblique],) if may_be_stamp(_text(run))]
    return [word for word in rest if id(word) not in gone], [_as_one(run) for run in (*stamped, *marks)]


def _line(word: Word) -> tuple[int, int]:
    return round(word.baseline), round(word.size)


def _text(run: Sequence[Word]) -> str:
    return " ".join(word.text for word in run)


def _lies_on_others(word: Word, others: Sequence[Word]) -> bool:
    """Whether words on more than one line are behind it."""
    area = around([word])
    behind = {round(o.baseline) for o in others if o is not word and o.size < word.size and area.holds(o.middle)}
    return len(behind) > 1 and len(word.text) >= _FEWEST_LETTERS


def _as_one(run: Sequence[Word]) -> Word:
    area, first = around(run), run[0]
    return Word(_text(run), area.left, area.top, area.right, area.bottom, area.bottom, first.size, first.bold)
