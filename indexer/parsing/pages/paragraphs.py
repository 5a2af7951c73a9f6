"""Lines of one column to headings, list items and paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from indexer.domain import BlockKind
from indexer.parsing.pages.words import Composer, Line, Sheet, Word
from indexer.parsing.text import BULLET, ENDS_IN_DATE, NUMBERED, NUMBERED_HEADING, OPEN_ENDED, SECTION, TERMINAL, looks_like_date

_LONGEST_HEADING = 160  # characters
_LARGER = 1.12  # times the body's size: larger type heads something
_FEW, _MANY = 3, 6  # lines that end at one place
_WHOLE = 0.6  # of the width: a few lines that end before it do not end for want of room
_SMALLER = 0.9  # smaller type is a note
_ENDED = re.compile(r"[.!?:;][\"”“»«')\]]*$")
_KEEPS_HYPHEN = re.compile(r"(?:und|oder|bzw\.?|sowie|beziehungsweise|als|bis)\b")


@dataclass(frozen=True)
class Style:
    """The type of a document. ``body``: the size of most of its text; ``larger``: sizes above it, the largest first."""

    body: float
    larger: tuple[float, ...]
    body_is_bold: bool = False

    def level(self, line: Line) -> int | None:
        """The level of a heading in the line's type; None if that is the body's."""
        for level, size in enumerate(self.larger, start=1):
            if line.size >= size * 0.97:
                return level
        return len(self.larger) + 1 if line.bold and not self.body_is_bold else None


@dataclass(frozen=True)
class Paragraph:
    """Lines that belong together. ``full``: the last one reaches the right edge, so that the text may go on elsewhere."""

    lines: tuple[Line, ...]
    sheet: Sheet
    kind: BlockKind  # heading, paragraph or list_item
    level: int = 0
    gap: bool = False  # a wide gap stands above it
    full: bool = False
    aside: bool = False  # in a box beside the text

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


def style_of(lines: Sequence[Line]) -> Style:
    """What type a document is set in, by the letters in each size."""
    letters: dict[float, int] = {}
    bold = 0
    for line in lines:
        length = len(line.text)
        letters[round(line.size, 1)] = letters.get(round(line.size, 1), 0) + length
        bold += length * line.bold
    if not letters:
        return Style(10.0, ())
    body = max(letters, key=lambda size: letters[size])
    total = sum(letters.values())
    larger: list[float] = []
    for size in sorted((s for s in letters if s >= _LARGER * body and letters[s] < 0.3 * total), reverse=True):
        if not larger or size < 0.94 * larger[-1]:
            larger.append(size)
    return Style(body, tuple(larger[:4]), bold > 0.6 * total)


def paragraphs_of(lines: Sequence[Line], sheet: Sheet, style: Style, bound: float | None = None) -> list[Paragraph]:
    """The paragraphs of one column, from top to bottom. ``bound``: the right edge of the page's text, if that is the column's."""
    if not lines:
        return []
    right = _right_edge(lines, bound)
    pitch = _pitch(lines)
    groups = [[lines[0]]]
    for before, line in pairwise(lines):
        if _starts(groups[-1], before, line, right, pitch, style):
            groups.append([line])
        else:
            groups[-1].append(line)
    result: list[Paragraph] = []
    for at, group in enumerate(groups):
        above = groups[at - 1][-1] if at else None
        gap = above is not None and group[0].baseline - above.baseline > 2.6 * max(pitch, group[0].size)
        result.append(_paragraph(group, at, groups, sheet, style, gap, right))
    return result


def _right_edge(lines: Sequence[Line], bound: float | None) -> float:
    """How far the lines go before they are broken: as far as some of them do, else as far as the longest.

    ``bound``: that of the page. A few lines that end far from it are short by themselves: a head, an address, a list.
    """
    edges = sorted((line.area.right for line in lines), reverse=True)
    left, near = min(line.area.left for line in lines), 0.5 * lines[0].size

    def shared(by: int) -> float | None:
        return next((first for first, last in zip(edges, edges[by - 1 :], strict=False) if first - last <= near), None)

    few, many = shared(_FEW), shared(_MANY)
    if bound is None:
        return edges[0] if few is None else few
    if few is not None and few >= left + _WHOLE * (bound - left):
        return few
    return max(bound, edges[0]) if many is None else many


def _pitch(lines: Sequence[Line]) -> float:
    """The usual distance of two baselines: of the closer half of them, for paragraphs are set apart; no more than two lines'."""
    steps = sorted(b.baseline - a.baseline for a, b in pairwise(lines) if b.baseline - a.baseline > 0.5 * b.size)
    size = median(line.size for line in lines)
    return min(median(steps[: (len(steps) + 1) // 2]), 2.5 * size) if steps else 1.2 * size


def _starts(group: Sequence[Line], before: Line, line: Line, right: float, pitch: float, style: Style) -> bool:
    """Whether a line starts a paragraph."""
    step = line.baseline - before.baseline
    same_type = abs(line.size - before.size) <= 0.12 * max(line.size, before.size) and line.bold == before.bold
    if step > 1.32 * pitch and step > 1.3 * max(line.size, before.size):
        return True
    if _is_item(line.text):
        return True
    if not same_type:  # bold words may close or open a line of a paragraph, large type never does
        return abs(line.size - before.size) > 0.12 * max(line.size, before.size) or _room_left(before, line, right) or line.bold
    if style.level(line) is not None and style.level(line) == style.level(before) and not NUMBERED_HEADING.match(line.text):
        return False  # a heading of two lines
    if line.text[:1].islower() and not _ENDED.search(before.text) and not line.text.startswith("gez."):
        return False
    if _is_item(group[0].text) and line.area.left < _text_left(group[0]) - 0.6 * line.size:
        return not _fills(before, line, right)
    indent = line.area.left - before.area.left
    if len(group) > 1 and indent > 0.9 * line.size and before.text.endswith((".", "!", "?", ":")):
        return True
    return SECTION.match(line.text) is not None or _room_left(before, line, right)


def _fills(before: Line, line: Line, right: float) -> bool:
    return not _room_left(before, line, right)


def _room_left(before: Line, line: Line, right: float) -> bool:
    """Whether the first word of a line had found room on the line before: then that was broken on purpose."""
    first = line.words[0]
    room = right - before.area.right - 0.28 * line.size
    return room > first.right - first.left + 0.15 * line.size and not before.text.endswith("-")


def _text_left(line: Line) -> float:
    """Where the text of a list item begins, behind its mark."""
    return line.words[1].left if len(line.words) > 1 else line.area.left


def _is_item(text: str) -> bool:
    return text.startswith(("☐", "☒")) or bool(BULLET.match(text)) or (bool(NUMBERED.match(text)) and not looks_like_date(text))


def _paragraph(
    group: Sequence[Line], at: int, groups: Sequence[Sequence[Line]], sheet: Sheet, style: Style, gap: bool, right: float
) -> Paragraph:
    lines = tuple(group)
    text = " ".join(line.text for line in lines)
    full = right - lines[-1].area.right < 6 * lines[-1].size
    neighbours = [" ".join(line.text for line in groups[i]) for i in (at - 1, at + 1) if 0 <= i < len(groups)]
    level = _heading_level(text, lines, neighbours, sheet, style)
    if level is not None:
        return Paragraph(lines, sheet, "heading", level, gap)
    if _is_item(text):
        return Paragraph(lines, sheet, "list_item", 1, gap, full)
    return Paragraph(lines, sheet, "paragraph", 0, gap, full)


def _heading_level(text: str, lines: Sequence[Line], neighbours: Sequence[str], sheet: Sheet, style: Style) -> int | None:
    """The level of a heading, None if the lines are none: by the outline, by their type, by their words."""
    if (listed := sheet.titles.get(heading_key(text))) is not None:
        return listed
    if len(text) > _LONGEST_HEADING or not any(character.isalpha() for character in text) or BULLET.match(text):
        return None
    by_type = style.level(lines[0])
    beside_items = any(_is_item(neighbour) for neighbour in neighbours)
    if beside_items and _is_item(text):
        return None
    larger = by_type is not None and by_type <= len(style.larger)
    numbered = NUMBERED_HEADING.match(text)
    if SECTION.match(text):
        return by_type or 2
    if larger and not text.endswith((",", ";")):
        return by_type
    plain = not TERMINAL.search(text) and not OPEN_ENDED.search(text) and not ENDS_IN_DATE.search(text)
    if by_type is not None and len(lines) <= 2 and plain and not looks_like_date(text) and any(c.islower() for c in text):
        return numbered.group(1).count(".") + by_type if numbered else by_type
    if numbered and plain and len(lines) == 1 and len(text) <= 110 and not beside_items and "." in text[:4]:
        return len(style.larger) + 1 + numbered.group(1).count(".")
    return None


def heading_key(text: str) -> str:
    """What a heading and its entry in the outline share."""
    return "".join(character for character in text.casefold() if character.isalnum())


def is_note(paragraph: Paragraph, style: Style) -> bool:
    """A footnote: small type, with its number in front."""
    return paragraph.lines[0].size < _SMALLER * style.body and paragraph.text[:1].isdigit()


def compose(composer: Composer, words: Sequence[Word], *, after: Word | None = None, cell: bool = False) -> None:
    """Adds words in reading order; a hyphen at the end of a line goes where the next word starts small.

    ``after``: the word that was added last, on another page or in another column.
    """
    before = after
    for word in words:
        broken = before is not None and (before is after or is_broken(before, word))
        joint = "" if before is None else joint_of(before.text, word.text) if broken else _blank(before, word)
        composer.add(replace(word, text=word.text.replace("|", "/")) if cell else word, joint)
        before = word


def _blank(before: Word, word: Word) -> str:
    """Between two words of a line: nothing if they touch, as the parts of CO₂ do; a raised figure is a footnote's."""
    touches = word.left - before.right < 0.08 * word.size
    return "" if touches and word.baseline >= before.baseline - 0.1 * before.size else " "


def is_broken(before: Word, word: Word) -> bool:
    """Whether a word starts a new line (or column, or page)."""
    return word.left < before.left or word.baseline - before.baseline > 0.6 * before.size


def joint_of(before: str, after: str) -> str:
    """What stands between two words where a line ended: "-" takes the hyphen away.

    >>> joint_of("Jugend-", "hilfe"), joint_of("Jugend-", "und"), joint_of("Baden-", "Württemberg"), joint_of("der", "Rat")
    ('-', ' ', '', ' ')
    """
    if len(before) < 2 or not before.endswith("-") or not before[-2].isalpha():
        return "" if before.endswith(("/", "-")) and len(before) > 2 and before[-2].isdigit() and after[:1].isdigit() else " "
    if after[:1].islower():
        return " " if _KEEPS_HYPHEN.match(after) else "-"
    return "" if after[:1].isalnum() else " "


def without_mark(paragraph: Paragraph) -> Iterator[Word]:
    """The words of a list item without its bullet; a number stays, for it is referred to."""
    words = [word for line in paragraph.lines for word in line.words]
    bullet = paragraph.kind == "list_item" and BULLET.match(words[0].text + " x") and not words[0].text[-1:].isalnum()
    yield from words[1:] if bullet and len(words) > 1 else words
