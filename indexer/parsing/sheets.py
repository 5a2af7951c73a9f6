"""Spreadsheets (.xlsx, .xlsm, .xls, .ods) to blocks by calamine: each visible sheet a heading and its table.

Values are what the program that saved the file computed last; formulas and macros are not run. Dates and numbers are
written as in German: 31.12.2025, 1234,5.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from indexer.errors import BrokenFile, EncryptedFile
from indexer.parsing import packages
from indexer.parsing.layout import LaidOut, RawBlock, lay_out
from indexer.parsing.tables import Limits, table_blocks


def parse(data: bytes) -> LaidOut:
    if data.startswith(b"PK"):
        packages.check(data)
    limits = Limits()
    found: list[RawBlock] = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for sheet in book.sheets_metadata:
            if sheet.visible == SheetVisibleEnum.Visible:
                table = table_blocks(_rows(book.get_sheet_by_name(sheet.name)), limits)
                found += [RawBlock("heading", sheet.name, level=2), *table] if table else []
    except PasswordError as error:
        raise EncryptedFile from error
    except (CalamineError, OSError, ValueError) as error:
        raise BrokenFile(reason=type(error).__name__) from error
    return lay_out(found, notes=limits.notes)


def _rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    """The rows; a cell merged with those below it is repeated in each row, so that each can be read alone."""
    merged = {(first, column): last for (first, column), (last, _) in sheet.merged_cell_ranges or () if last > first}
    columns = {column for _, column in merged}
    top, left = sheet.start or (0, 0)
    held: dict[int, tuple[int, str]] = {}  # by column: the last row that a merged cell reaches, and its text
    for at, values in enumerate(sheet.iter_rows(), start=top):
        row = [_written(value) for value in values]
        for column in columns:
            inside = column - left
            if not 0 <= inside < len(row):
                continue
            if (at, column) in merged:
                held[column] = merged[at, column], row[inside]
            elif not row[inside] and at <= held.get(column, (-1, ""))[0]:
                row[inside] = held[column][1]
        yield row


def _written(value: object) -> str:
    """
    >>> [_written(value) for value in (1234.0, 0.1 + 0.2, -1234.5, True, datetime.date(2025, 12, 31))]
    ['1234', '0,3', '-1234,5', 'ja', '31.12.2025']
    """
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",") if abs(value) < 1e15 else f"{value:g}"
    if isinstance(value, datetime.datetime):
        return f"{value:%d.%m.%Y}" if value.time() == datetime.time() else f"{value:%d.%m.%Y %H:%M}"
    if isinstance(value, datetime.date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    return str(value)
