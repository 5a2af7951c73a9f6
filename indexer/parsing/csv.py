"""CSV to blocks: one table. The delimiter is found out; what has none is a list of lines. Cells stay as they are written."""

from __future__ import annotations

import csv
from itertools import islice

from indexer.errors import BrokenFile
from indexer.parsing import text
from indexer.parsing.layout import LaidOut, lay_out
from indexer.parsing.tables import Limits, table_blocks

_DELIMITERS = ";\t,|"
_SAMPLE = 50  # lines
_LONGEST_CELL = 1_000_000  # characters


def parse(data: bytes) -> LaidOut:
    lines = text.decode(data).splitlines(keepends=True)
    stated = lines[0].strip() if lines else ""
    if stated.lower().startswith("sep=") and len(stated) == 5:  # spreadsheet programs say so
        delimiter, lines = stated[-1], lines[1:]
    else:
        delimiter = _delimiter(lines)
    if not delimiter:
        return lay_out(text.blocks_of([line.rstrip("\r\n") for line in lines]))
    limits = Limits()
    csv.field_size_limit(_LONGEST_CELL)
    try:
        return lay_out(table_blocks(csv.reader(lines, delimiter=delimiter), limits), notes=limits.notes)
    except csv.Error as error:
        raise BrokenFile(reason=f"CSV: {error}") from error


def _delimiter(lines: list[str]) -> str:
    """The one that parts the first lines most evenly into most cells; a comma may be one of decimals, so it comes late."""
    sample = [line for line in islice(lines, _SAMPLE) if line.strip()]
    best, most = "", 0.0
    for delimiter in _DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=delimiter)]
        except csv.Error:
            continue
        wide = [width for width in widths if width > 1]
        usual = max(set(wide), key=wide.count, default=0)
        evenness = wide.count(usual) / len(widths) if widths else 0.0
        if evenness >= 0.5 and evenness > most + 0.1:
            best, most = delimiter, evenness
    return best
