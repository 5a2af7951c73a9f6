"""Tables with ruled lines: where the lines cross there are cells, and in the cells there are words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indexer.parsing.pages.words import Area, Sheet, Word

_TOUCH = 3.0  # points: lines as near as that meet
_SAME = 3.5  # points: lines as near as that are one border
_MOST_LINES = 4_000  # of a page; a map or a plan has more and is no table

Stroke = tuple[float, float, float]  # place, from, to


@dataclass(frozen=True)
class Cell:
    """A cell with the rows and columns it covers (from 0, the last one included)."""

    area: Area
    row: int
    column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class Grid:
    """A ruled table: its cells by row and column; with a single one it is a box around text."""

    area: Area
    rows: int
    columns: int
    cells: tuple[Cell, ...]


def grids_of(sheet: Sheet) -> list[Grid]:
    """The ruled tables and boxes of a page, from top to bottom.

    Lines around a single row or column only adorn what is read rightly without them.
    """
    if len(sheet.level) + len(sheet.across) > _MOST_LINES:
        return []
    level, across = _merged(sheet.level), _merged(sheet.across)
    found = [grid for group in _connected(level, across) if (grid := _grid(*group)) is not None]
    return sorted(found, key=lambda grid: grid.area.top)


def words_of(cell: Cell, words: Iterable[Word]) -> list[Word]:
    return [word for word in words if cell.area.holds(word.middle)]


def _merged(strokes: Iterable[Stroke]) -> list[Stroke]:
    """Strokes that overlap or touch end to end as one."""
    result: list[Stroke] = []
    for place, start, end in sorted((round(place, 1), start, end) for place, start, end in strokes):
        near = (at for at in range(len(result) - 1, max(-1, len(result) - 40), -1) if place - result[at][0] <= 1.5)
        at = next((at for at in near if start <= result[at][2] + _TOUCH and end >= result[at][1] - _TOUCH), None)
        if at is None:
            result.append((place, start, end))
        else:
            other, from_, to = result[at]
            result[at] = (other, min(start, from_), max(end, to))
    return result


def _connected(level: Sequence[Stroke], across: Sequence[Stroke]) -> list[tuple[list[Stroke], list[Stroke]]]:
    """Lines that meet each other, group by group."""
    parent = list(range(len(level) + len(across)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for i, (y, left, right) in enumerate(level):
        for j, (x, top, bottom) in enumerate(across, start=len(level)):
            if left - _TOUCH <= x <= right + _TOUCH and top - _TOUCH <= y <= bottom + _TOUCH:
                parent[root(i)] = root(j)
    groups: dict[int, tuple[list[Stroke], list[Stroke]]] = {}
    for at, stroke in enumerate([*level, *across]):
        groups.setdefault(root(at), ([], []))[at >= len(level)].append(stroke)
    return [group for group in groups.values() if len(group[0]) >= 2 and group[1]]


def _places(values: Iterable[float]) -> list[float]:
    """The values in order, those close together as one."""
    result: list[float] = []
    for value in sorted(values):
        if not result or value - result[-1] > _SAME:
            result.append(value)
    return result


def _grid(level: Sequence[Stroke], across: Sequence[Stroke]) -> Grid | None:
    """The cells between the lines; None if they enclose nothing, or but one row or column."""
    ys = _places([y for y, _, _ in level])
    sides = min(left for _, left, _ in level), max(right for _, _, right in level)
    xs = _places([x for x, _, _ in across] + list(sides))
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 1 or columns < 1 or rows * columns > 20_000 or (rows == 1) != (columns == 1):
        return None
    cells = _cells(xs, ys, level, across)
    if (len(cells) == 1) != (rows == 1):
        return None
    return Grid(Area(xs[0], ys[0], xs[-1], ys[-1]), rows, columns, tuple(cells))


def _cells(xs: Sequence[float], ys: Sequence[float], level: Sequence[Stroke], across: Sequence[Stroke]) -> list[Cell]:
    """The rectangles between the lines, joined where no line parts them."""
    rows, columns = len(ys) - 1, len(xs) - 1
    taken = [[False] * columns for _ in range(rows)]
    found: list[Cell] = []

    def wall_right(row: int, column: int) -> bool:
        middle = (ys[row] + ys[row + 1]) / 2
        return any(abs(x - xs[column + 1]) <= _SAME and top - 1 <= middle <= bottom + 1 for x, top, bottom in across)

    def wall_below(row: int, column: int) -> bool:
        middle = (xs[column] + xs[column + 1]) / 2
        return any(abs(y - ys[row + 1]) <= _SAME and left - 1 <= middle <= right + 1 for y, left, right in level)

    for row in range(rows):
        for column in range(columns):
            if taken[row][column]:
                continue
            last_column, last_row = column, row
            while last_column + 1 < columns and not wall_right(row, last_column) and not taken[row][last_column + 1]:
                last_column += 1
            while last_row + 1 < rows and not any(wall_below(last_row, at) for at in range(column, last_column + 1)):
                last_row += 1
            for down in range(row, last_row + 1):
                for right in range(column, last_column + 1):
                    taken[down][right] = True
            area = Area(xs[column], ys[row], xs[last_column + 1], ys[last_row + 1])
            found.append(Cell(area, row, column, last_row, last_column))
    return found
