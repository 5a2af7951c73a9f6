"""What stands side by side without ruled lines: columns of running text, or the cells of a table.

A strip without words that goes down several lines parts them. Whether the parts are columns to be read one after the other
or cells to be read line by line is told by how they are filled: running text fills its column line after line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from indexer.parsing.pages.words import Line, Word, line_of, lines_of

_MARK = re.compile(r"[•▪■□◦●○☐☒✓→➢*·–—-]|\(?\d{1,2}[.)]|\(?[a-zA-Z][.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?|§+|Abs\.|TOP|Ö|N|zu")
_NARROW = 0.7  # times the size of type: a strip must be as wide as that everywhere
_SOON = 4  # lines within which there must be words on both sides of a strip
_WIDE = 3.5  # times the size of type: a gap as wide as that in a line parts cells, whatever stands around it

Strip = tuple[float, float]  # left and right edge of a stretch without words


@dataclass(frozen=True)
class Row:
    """A line of a table without ruled lines: the words of its cells."""

    cells: tuple[tuple[Word, ...], ...]


@dataclass(frozen=True)
class Column:
    """Lines to be read one after the other. ``beside``: other columns stand beside them."""

    lines: tuple[Line, ...]
    beside: bool = False


def parts_of(words: Iterable[Word]) -> list[Column | Row]:
    """The words in reading order: columns of lines, and the rows of tables between them."""
    lines = lines_of(words)
    parts: list[Column | Row] = []
    pending: list[Line] = []

    def flush() -> None:
        if pending:
            parts.append(Column(tuple(pending)))
            pending.clear()

    at = 0
    while at < len(lines):
        band = _band(lines, at)
        if band is not None:
            flush()
            end, strips = band
            parts += _read_band(lines[at:end], strips)
            at = end
        elif len(cells := _cells(lines[at], [gap for gap in _gaps(lines[at]) if gap[1] - gap[0] > _WIDE * lines[at].size])) > 1:
            flush()
            parts.append(Row(cells))
            at += 1
        else:
            pending.append(lines[at])
            at += 1
    flush()
    return parts


def _gaps(line: Line) -> list[Strip]:
    """Gaps between words that may part columns; not those behind the mark of a list item."""
    found: list[Strip] = []
    blanks = [word.left - before.right for before, word in pairwise(line.words)]
    if len(blanks) > 1 and max(blanks) - min(blanks) < 0.15 * max(blanks):
        return []  # a justified line, drawn out
    for at, (before, word) in enumerate(pairwise(line.words)):
        wide = word.left - before.right >= 0.75 * line.size
        if wide and not (at == 0 and _MARK.fullmatch(before.text)):
            found.append((before.right, word.left))
    return found


def _free(line: Line) -> list[Strip]:
    """Where a line has no words, also left and right of it; the mark of a list item belongs to its text."""
    edges = [-1e6, *(edge for word in line.words for edge in (word.left, word.right)), 1e6]
    if len(line.words) > 1 and _MARK.fullmatch(line.words[0].text):
        del edges[2:4]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _narrowed(strips: Sequence[Strip], free: Sequence[Strip], least: float) -> list[Strip]:
    """What is left of each strip where a further line is free; those that become too narrow go."""
    cut = ((max(a, c), min(b, d)) for a, b in strips for c, d in free)
    return [strip for strip in cut if strip[1] - strip[0] >= least]


def _band(lines: Sequence[Line], start: int) -> tuple[int, list[Strip]] | None:
    """The lines from ``start`` on that stand in columns: where they end, and the strips between the columns."""
    gapless = not _gaps(lines[start])
    if start and gapless and _is_close(lines[start - 1], lines[start]):
        return None  # the last line of a paragraph
    end, strips = _strips(lines, start)
    if gapless and any(len(_strips(lines, at)[1]) > len(strips) for at in range(start + 1, min(start + _SOON, end))):
        return None  # text above the columns, which hides some of the strips between them
    while strips and end > start + 1 and _only_left(lines[end - 1], strips) and not _is_close(lines[end - 2], lines[end - 1]):
        end -= 1  # text below the columns, of the page's whole width
    return (end, strips) if strips else None


def _strips(lines: Sequence[Line], start: int) -> tuple[int, list[Strip]]:
    """The strips without words that go down from line ``start`` and part something, and the line that ends them."""
    strips = [strip for strip in _free(lines[start]) if strip[1] - strip[0] >= _NARROW * lines[start].size]
    end = start + 1
    while end < len(lines):
        left = _narrowed(strips, _free(lines[end]), _NARROW * lines[end].size)
        stood = [strip for strip in strips if _parts(lines[start:end], strip)]
        if not left or (stood and not any(a <= c and d <= b for a, b in stood for c, d in left)):
            break
        strips = left
        end += 1
        if end - start == _SOON:
            strips = [strip for strip in strips if _has_both(lines[start:end], strip)]
    return end, [strip for strip in strips if _parts(lines[start:end], strip)]


def _has_both(rows: Sequence[Line], strip: Strip) -> bool:
    return any(row.area.left < strip[0] for row in rows) and any(row.area.right > strip[1] for row in rows)


def _is_close(above: Line, below: Line) -> bool:
    return below.baseline - above.baseline <= 1.6 * below.size


def _only_left(line: Line, strips: Sequence[Strip]) -> bool:
    return line.area.right <= strips[0][1]


def _parts(rows: Sequence[Line], strip: Strip) -> bool:
    """Whether a strip parts something: words on both sides in several lines, or side by side in lines of their own.

    The fewer the lines, the wider it must be: a wide blank may stand above another by chance.
    """
    if strip[0] < -1e5 or strip[1] > 1e5:
        return False
    left = [row for row in rows if row.area.left < strip[0]]
    right = [row for row in rows if row.area.right > strip[1]]
    both = sum(row.area.left < strip[0] and row.area.right > strip[1] for row in rows)
    width, size = strip[1] - strip[0], rows[0].size
    if both >= 2 and width >= size * (2.0 if both == 2 else 1.4 if both < 5 else 1.0 if both < 8 else 0.5):
        return True
    if len(left) < 3 or len(right) < 3:
        return False
    top = max(left[0].baseline, right[0].baseline)
    bottom = min(left[-1].baseline, right[-1].baseline)
    beside = min(sum(top <= row.baseline <= bottom for row in side) for side in (left, right))
    return beside >= 2 and width >= size


def _cells(line: Line, strips: Sequence[Strip]) -> tuple[tuple[Word, ...], ...]:
    """The words of a line between the strips; a cell may be empty."""
    edges = [(left + right) / 2 for left, right in strips]
    cells: list[list[Word]] = [[] for _ in range(len(edges) + 1)]
    for word in line.words:
        cells[sum(word.middle[0] > edge for edge in edges)].append(word)
    return tuple(tuple(cell) for cell in cells)


def _is_running(cells: Sequence[Sequence[Word]]) -> bool:
    """Whether a column's lines are those of running text: several, of several words, most of them as wide as the column."""
    full = [line_of(cell) for cell in cells if cell]
    if len(full) < 2:
        return False
    width = max(line.area.right for line in full) - min(line.area.left for line in full)
    filled = sum(line.area.width >= 0.75 * width for line in full)
    return median(len(line.words) for line in full) >= 3 and filled >= 0.5 * len(full)


def _read_band(rows: Sequence[Line], strips: Sequence[Strip]) -> list[Column | Row]:
    cells = [_cells(row, strips) for row in rows]
    both = sum(sum(bool(cell) for cell in row) > 1 for row in cells)
    if both < 0.4 * len(rows) or all(_is_running(column) for column in zip(*cells, strict=True)):
        filled = (column for column in zip(*cells, strict=True) if any(column))
        return [Column(tuple(line_of(cell) for cell in column if cell), beside=True) for column in filled]
    first = next(at for at, row in enumerate(cells) if sum(bool(cell) for cell in row) > 1)
    above, rows = rows[:first], rows[first:]  # a title over the table is no row of it
    strips = _strips_of_table(rows)
    table = _joined_rows(rows, _without_hollow([_cells_of_table(row, strips) for row in rows]))
    return [*([Column(tuple(above))] if above else []), *table]


def _strips_of_table(rows: Sequence[Line]) -> list[Strip]:
    """The strips between a table's columns; a head that stands over two of them may cross one."""
    allowed = 0 if len(rows) < 6 else max(1, len(rows) // 8)
    edges = sorted([(w.left, 1) for row in rows for w in row.words] + [(w.right, -1) for row in rows for w in row.words])
    strips: list[Strip] = []
    covered, opened = 0, None
    for place, step in edges:
        covered += step
        if covered <= allowed and opened is None:
            opened = place
        elif covered > allowed and opened is not None:
            strips.append((opened, place))
            opened = None
    return [strip for strip in strips if _parts(rows, strip)]


def _cells_of_table(line: Line, strips: Sequence[Strip]) -> tuple[tuple[Word, ...], ...]:
    """The words of a row by column; those that stand together over two columns belong to the first."""
    groups = [[line.words[0]]]
    for before, word in pairwise(line.words):
        apart = word.left - before.right >= 0.45 * line.size
        if apart and any(before.right < strip[1] and word.left > strip[0] for strip in strips):
            groups.append([word])
        else:
            groups[-1].append(word)
    edges = [-1e6, *(edge for strip in strips for edge in strip), 1e6]
    columns = list(zip(edges[::2], edges[1::2], strict=True))
    cells: list[list[Word]] = [[] for _ in columns]
    for group in groups:
        touched = (at for at, (left, right) in enumerate(columns) if group[0].left < right - 1 and group[-1].right > left + 1)
        middle = (group[0].left + group[-1].right) / 2
        cells[next(touched, sum(middle > strip[0] for strip in strips))] += group
    return tuple(tuple(cell) for cell in cells)


def _without_hollow(rows: Sequence[tuple[tuple[Word, ...], ...]]) -> list[tuple[tuple[Word, ...], ...]]:
    """The rows with neighbouring columns made one of which no row fills both: a head stands beside its figures."""
    result = list(rows)
    column = 0
    while column + 1 < len(result[0]):
        if any(row[column] and row[column + 1] for row in result):
            column += 1
        else:
            result = [(*row[:column], row[column] + row[column + 1], *row[column + 2 :]) for row in result]
    return result


def _joined_rows(lines: Sequence[Line], rows: Sequence[tuple[tuple[Word, ...], ...]]) -> list[Row]:
    """Table rows, each with the lines that its cells were broken into.

    A line with an empty first cell goes on with the row above it, and so does one that stands closer to it than rows do.
    """
    steps = [below.baseline - above.baseline for above, below in pairwise(lines)]
    tight = min(steps, default=0.0) * 1.15
    varied = bool(steps) and max(steps) > 1.35 * min(steps)
    joined: list[Row] = []
    for at, cells in enumerate(rows):
        near = at > 0 and steps[at - 1] <= max(tight, 1.45 * lines[at].size)
        goes_on = near and ((varied and steps[at - 1] <= tight) or not cells[0])
        if joined and goes_on and sum(bool(cell) for cell in cells) < len(cells):
            before = joined.pop()
            cells = tuple((*a, *b) for a, b in zip(before.cells, cells, strict=True))
        joined.append(Row(cells))
    return joined
