"""The rows of a sheet or CSV file as blocks: title lines, the head of the columns, rows. Shared by sheets.py and csv.py."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from indexer.parsing.layout import RawBlock, clean, row_text

_MOST_ROWS = 20_000
_MOST_CELLS = 200_000
_VALUE = re.compile(r"(?=.*\d)[-+(]?[\d.,:/\s-]+\)?\s?(?:%|€|EUR|Euro)?$")
_YEAR = re.compile(r"(?:19|20)\d\d$")


@dataclass
class Limits:
    """What of a file is still to be read; counts what is left out. ``kept`` is to be asked once for each row."""

    rows: int = field(default=_MOST_ROWS)
    cells: int = field(default=_MOST_CELLS)
    left_out: int = 0

    def kept(self, row: Sequence[object]) -> bool:
        if self.rows <= 0 or self.cells < len(row):
            self.left_out += 1
            return False
        self.rows -= 1
        self.cells -= len(row)
        return True

    @property
    def notes(self) -> tuple[str, ...]:
        return (f"rows_left_out:{self.left_out}",) if self.left_out else ()


def table_blocks(rows: Iterable[Sequence[str]], limits: Limits) -> list[RawBlock]:
    """Lines of one cell above the table are its title; its first row is the head if it names columns and rows follow.

    Empty rows and columns are dropped.
    """
    kept = [[clean(cell) for cell in row] for row in rows if any(map(str.strip, row)) and limits.kept(row)]
    width = max(map(len, kept), default=0)
    used = sorted({at for row in kept for at, cell in enumerate(row) if cell})
    filled = [[row[at] if at < len(row) else "" for at in used] for row in kept] if len(used) < width else kept
    return list(_blocks([row for row in filled if any(row)]))


def _blocks(rows: Sequence[Sequence[str]]) -> Iterator[RawBlock]:
    start = next((at for at, row in enumerate(rows) if sum(map(bool, row)) > 1), len(rows))
    for row in rows[:start]:
        yield RawBlock("paragraph", " ".join(filter(None, row)))
    for at, row in enumerate(rows[start:], start):
        head = at == start and at + 1 < len(rows) and _names_columns(row)
        yield RawBlock("table_head" if head else "table_row", row_text(row))


def _names_columns(row: Sequence[str]) -> bool:
    """Whether a row holds words, and no figures but years."""
    return any(re.search(r"[^\W\d_]", cell) for cell in row) and not any(
        _VALUE.match(cell) and not _YEAR.match(cell) for cell in row
    )
