"""What a page holds, whoever read it: words, ruled lines and pictures, in points from the upper left corner as it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from indexer.boxes import SCALE, Box
from indexer.domain import BlockKind
from indexer.parsing.layout import RawBlock, clean

_RAISED = 4  # letters of a raised or lowered word, a footnote's mark most often


@dataclass(frozen=True, slots=True)
class Word:
    """A word, clean (see layout.clean). ``size``: the height of its line of type; ``confidence``: of its recognition, 0 to 1."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    baseline: float
    size: float
    bold: bool = False
    confidence: float | None = None

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def holds(self, point: tuple[float, float], margin: float = 0) -> bool:
        return self.left - margin <= point[0] <= self.right + margin and self.top - margin <= point[1] <= self.bottom + margin


def around(words: Iterable[Word]) -> Area:
    """The smallest rectangle that holds the words."""
    held = list(words)
    return Area(min(w.left for w in held), min(w.top for w in held), max(w.right for w in held), max(w.bottom for w in held))


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on the page, with the words that were recognised in it."""

    area: Area
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One page. ``level``, ``across`` are its horizontal and vertical ruled lines: (place, from, to).

    ``titles``: the outline's entries that lead to this page, with their level. ``turns``: quarter turns clockwise by which it
    was turned to be read; words and sizes are of the turned page. ``stamps``: words of page headers that may be marks, see
    stamps.py.
    """

    number: int
    width: float
    height: float
    words: Sequence[Word]
    level: Sequence[tuple[float, float, float]] = ()
    across: Sequence[tuple[float, float, float]] = ()
    pictures: Sequence[Picture] = ()
    titles: dict[str, int] = field(default_factory=dict)
    turns: int = 0
    stamps: Sequence[Word] = ()


@dataclass(frozen=True)
class Line:
    """Words on one baseline, from left to right; never empty."""

    words: tuple[Word, ...]
    area: Area
    baseline: float
    size: float  # of most of its letters
    bold: bool  # all of its words

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


def line_of(words: Iterable[Word]) -> Line:
    ordered = tuple(sorted(words, key=lambda word: word.left))
    longest = max(ordered, key=lambda word: len(word.text))
    letters = [word for word in ordered if any(character.isalnum() for character in word.text)]
    bold = bool(letters) and all(word.bold for word in letters)
    return Line(ordered, around(ordered), longest.baseline, longest.size, bold)


def lines_of(words: Iterable[Word]) -> list[Line]:
    """The words by baseline, from top to bottom; a small raised figure belongs to the line it stands at."""
    rows: list[list[Word]] = []
    tops: list[tuple[float, float]] = []  # baseline and size of each row
    for word in sorted(words, key=lambda w: (-round(w.size), w.baseline)):  # large type first: what is small follows it
        fits = (at for at, (baseline, size) in enumerate(tops) if _on_line(word, baseline, size, rows[at]))
        at = min(fits, key=lambda at: abs(tops[at][0] - word.baseline), default=None)
        if at is None:
            rows.append([word])
            tops.append((word.baseline, word.size))
        else:
            rows[at].append(word)
    return sorted((line_of(row) for row in rows), key=lambda line: line.baseline)


def _on_line(word: Word, baseline: float, size: float, row: Sequence[Word]) -> bool:
    """Whether a word stands on a line, or raised or lowered at a word of it; large type beside small has lines of its own."""
    raised = baseline - word.baseline
    if abs(raised) <= 0.25 * min(size, word.size):
        return True
    if word.size >= 0.8 * size or not -0.2 * size <= raised <= 0.6 * size:
        return False
    return len(word.text) <= _RAISED and any(-0.1 * size <= word.left - other.right <= 0.6 * size for other in row)


class Composer:
    """Puts words together to the text of a block and notes where each stands in it."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._text = ""
        self._boxes: list[Box] = []
        self._sure: list[tuple[bool, float]] = []

    def add(self, word: Word, joint: str = " ") -> None:
        """Adds a word; ``joint`` stands between it and the one before. "-": the hyphen before it only broke the line."""
        if joint == "-":
            self._text = self._text[:-1]
            last = self._boxes[-1]
            self._boxes[-1] = replace(last, end=last.end - 1)
        else:
            self._text += joint
        start = len(self._text)
        self._text += word.text
        self._boxes.append(self._box(word, start))
        if word.confidence is not None:
            self._sure.append((any(c.isdigit() for c in word.text), word.confidence))

    def turn(self, sheet: Sheet) -> None:
        """What follows stands on another page."""
        self._sheet = sheet

    def separate(self, separator: str) -> None:
        """A separator between cells, also before the first word."""
        self._text += separator

    def block(self, kind: BlockKind, page: int, level: int = 0, *, break_before: bool = False) -> RawBlock:
        blank = len(self._text) - len(self._text.lstrip())
        boxes = tuple(replace(box, start=box.start - blank, end=box.end - blank) for box in self._boxes)
        return RawBlock(kind, self._text.strip(), page, level, break_before, False, boxes, self._confidence())

    def _confidence(self) -> float | None:
        """Of the least certain figure; without one the mean: a doubtful letter is seen, a doubtful figure is believed."""
        figures = [sure for is_figure, sure in self._sure if is_figure]
        if figures:
            return round(min(figures), 2)
        return round(sum(sure for _, sure in self._sure) / len(self._sure), 2) if self._sure else None

    def _box(self, word: Word, start: int) -> Box:
        x, y = SCALE / self._sheet.width, SCALE / self._sheet.height
        edges = (word.left * x, word.top * y, word.right * x, word.bottom * y)
        left, top, right, bottom = (min(max(round(edge), 0), SCALE) for edge in edges)
        for _ in range(self._sheet.turns):  # back to the page as it is shown
            left, top, right, bottom = top, SCALE - right, bottom, SCALE - left
        return Box(start, start + len(word.text), self._sheet.number, left, top, right, bottom)


def cleaned(text: str) -> list[str]:
    """The words of a run of characters, clean; glyphs of symbol fonts as what they show."""
    return clean(text.translate(_SYMBOLS)).split()


_SYMBOLS = str.maketrans(
    # Wingdings and Symbol, which PDF files map to the private use area: boxes, ticks, bullets, arrows
    dict.fromkeys("\uf06f\uf0a8\uf071\uf072\u274f\u2751\u25a1\u25fb\u2750", "☐")
    | dict.fromkeys("\uf0fe\uf0fd\uf078\uf053\u2612", "☒")
    | dict.fromkeys("\uf0fc\u2713\u2714", "✓")
    | dict.fromkeys("\uf0b7\uf0a7\uf06c\uf076\uf0d8\uf09f\uf0b2", "•")
    | dict.fromkeys("\uf0e0\uf0e8", "→")
    | {"\uf02d": "-", "\uf0be": "-"}
)
