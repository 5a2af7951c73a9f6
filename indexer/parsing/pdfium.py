"""What pdfium says of a page: its words with their type and places, ruled lines, pictures, form fields.

pypdfium2's raw interface, whose names are those of https://pdfium.googlesource.com/pdfium/+/main/public/ (fpdf_text.h,
fpdf_edit.h, fpdf_annot.h). Everything is turned to points from the upper left corner of the page as it is shown.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as c

from indexer.parsing.drawings import Turn, area_of, drawn_on
from indexer.parsing.pages.overlays import without_overlays
from indexer.parsing.pages.words import Area, Sheet, Word, cleaned

_MOST_CHARACTERS = 200_000  # of a page
_SMALLEST = 2.0  # points: smaller type is there to be searched, not to be read
_INVISIBLE = 3  # text render mode
_LEVEL = 0.1  # sine of the angle up to which a line is level


@dataclass(frozen=True)
class Content:
    """A page as pdfium has it. ``hidden``: words that are not drawn, as text recognition puts them behind a scan.

    ``unmapped``: the share of characters for which the file does not say which they are.
    """

    sheet: Sheet
    hidden: tuple[Word, ...]
    unmapped: float
    drawn: bool  # whether anything but words and pictures is on the page


def read_page(document: pdfium.PdfDocument, number: int, titles: dict[str, int]) -> Content:
    """Page ``number`` (from 1)."""
    page = document[number - 1]
    try:
        width, height = page.get_size()
        turn = _turn(page, width, height)
        found = _words(page, turn, Area(0, 0, width, height))
        hidden, unmapped = found.hidden, found.unmapped
        shown, stamps = without_overlays(found.level, found.turned, found.oblique)
        shown += _fields(document, page, turn)
        level, across, pictures, drawn = drawn_on(page, turn)
        sheet = Sheet(number, width, height, shown, level, across, pictures, titles, stamps=stamps)
        return Content(sheet, tuple(hidden), unmapped, drawn)
    finally:
        page.close()


def _turn(page: pdfium.PdfPage, width: float, height: float) -> Turn:
    """From the page's own coordinates to the shown ones; rotation and crop box are pdfium's to know."""
    fine = 100_000

    def shown(x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        c.FPDF_PageToDevice(page.raw, 0, 0, fine, fine, 0, x, y, across, down)
        return across.value / fine * width, down.value / fine * height

    (x0, y0), (x1, y1), (x2, y2) = shown(0, 0), shown(1000, 0), shown(0, 1000)
    a, b, d, e = (x1 - x0) / 1000, (y1 - y0) / 1000, (x2 - x0) / 1000, (y2 - y0) / 1000
    return lambda x, y: (x0 + a * x + d * y, y0 + b * x + e * y)


class _Type:
    """How the characters of one text object look; ``size`` in points."""

    def __init__(self, text: Any, index: int, raw: int | None) -> None:
        flags = ctypes.c_int()
        name = ctypes.create_string_buffer(128)
        c.FPDFText_GetFontInfo(text, index, name, 128, flags)
        weight = c.FPDFText_GetFontWeight(text, index)
        self.bold = weight >= 600 or any(mark in name.value.lower() for mark in (b"bold", b"black", b"heavy"))
        matrix = c.FS_MATRIX()
        c.FPDFText_GetMatrix(text, index, matrix)
        self.angle = math.atan2(matrix.b, matrix.a)
        self.size = c.FPDFText_GetFontSize(text, index) * max(math.hypot(matrix.a, matrix.b), math.hypot(matrix.c, matrix.d))
        self.hidden = raw is not None and c.FPDFTextObj_GetTextRenderMode(raw) == _INVISIBLE


@dataclass
class _Found:
    """``level``: the words that are shown on level lines; ``turned``: runs of others; ``oblique``: the ids of those askew."""

    level: list[Word] = field(default_factory=list)
    turned: list[list[Word]] = field(default_factory=list)
    oblique: set[int] = field(default_factory=set)
    hidden: list[Word] = field(default_factory=list)
    unmapped: float = 0.0

    def add(self, words: list[Word], slope: float, *, hidden: bool, goes_on: bool) -> None:
        """``slope``: the sine of the angle to a level line."""
        if hidden or abs(slope) < _LEVEL:
            (self.hidden if hidden else self.level).extend(words)
            return
        if not goes_on or not self.turned:
            self.turned.append([])
        self.turned[-1] += words
        if abs(slope) < 1 - _LEVEL:
            self.oblique |= {id(word) for word in words}


def _words(page: pdfium.PdfPage, turn: Turn, sheet: Area) -> _Found:
    """The words of a page, and the share of unmapped characters."""
    text_page = page.get_textpage()
    text = text_page.raw
    found = _Found()
    unmapped = seen = 0
    run = _Run()
    before: float | None = None

    def close() -> None:
        nonlocal before
        if words := list(run.words(turn)):
            on_page = [word for word in words if sheet.holds(word.middle, 2) and word.size >= _SMALLEST]
            found.add(on_page, slope := run.slope(turn), hidden=run.hidden, goes_on=before == slope)
            before = slope
        run.clear()

    looks: dict[int, _Type] = {}
    for index in range(min(text_page.count_chars(), _MOST_CHARACTERS)):
        code = c.FPDFText_GetUnicode(text, index)
        if code in (0x20, 0x0A, 0x0D, 0x09, 0xA0) or c.FPDFText_IsGenerated(text, index) == 1:
            close()
            continue
        seen += 1
        unmapped += c.FPDFText_HasUnicodeMapError(text, index) == 1
        raw = c.FPDFText_GetTextObject(text, index)
        key = ctypes.cast(raw, ctypes.c_void_p).value or 0
        if key not in looks:
            looks[key] = _Type(text, index, raw if raw else None)
        place = _Place(text, index)
        if not run.fits(place, looks[key]):
            close()
        run.add("-" if code in (0x02, 0xFFFE) else _character(code), place, looks[key])
    close()
    text_page.close()
    found.unmapped = unmapped / max(1, seen)
    return found


def _character(code: int) -> str:
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"


class _Place:
    """Where a character stands, in the page's own coordinates."""

    def __init__(self, text: Any, index: int) -> None:
        x, y = ctypes.c_double(), ctypes.c_double()
        c.FPDFText_GetCharOrigin(text, index, x, y)
        self.origin = x.value, y.value
        box = c.FS_RECTF()
        c.FPDFText_GetLooseCharBox(text, index, box)
        self.box = box.left, box.bottom, box.right, box.top


class _Run:
    """Characters side by side: a word, or a few that only a thin blank joins."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.hidden = False
        self._size = self._angle = 0.0
        self._text = ""
        self._places: list[_Place] = []
        self._bold = 0

    def fits(self, place: _Place, looks: _Type) -> bool:
        """Whether a character goes on where the last one ended."""
        if not self._places:
            return True
        last = self._places[-1]
        height = max(last.box[3] - last.box[1], last.box[2] - last.box[0], 1.0)
        (x0, y0), (x1, y1) = last.origin, place.origin
        along = (x1 - x0) * math.cos(self._angle) + (y1 - y0) * math.sin(self._angle)
        off = abs(-(x1 - x0) * math.sin(self._angle) + (y1 - y0) * math.cos(self._angle))
        same_type = abs(looks.size - self._size) <= 0.15 * self._size and abs(looks.angle - self._angle) < _LEVEL
        alike = looks.hidden == self.hidden and same_type
        return alike and off < 0.3 * height and -0.5 * height < along < 2.5 * height

    def add(self, character: str, place: _Place, looks: _Type) -> None:
        self.hidden, self._size, self._angle = looks.hidden, looks.size, looks.angle
        self._text += character
        self._places.append(place)
        self._bold += looks.bold

    def slope(self, turn: Turn) -> float:
        """The sine of the angle to a level line of the page as it is shown; 0 in lines that are upside down."""
        (x0, y0), (x1, y1) = turn(0, 0), turn(math.cos(self._angle), math.sin(self._angle))
        return round((y0 - y1) / (math.hypot(x1 - x0, y1 - y0) or 1), 2)

    def words(self, turn: Turn) -> Iterator[Word]:
        if not self._places:
            return
        edges = [area_of(turn, *place.box) for place in self._places]
        left, top = min(e.left for e in edges), min(e.top for e in edges)
        right, bottom = max(e.right for e in edges), max(e.bottom for e in edges)
        baseline = turn(*self._places[0].origin)[1]
        parts = cleaned(self._text[:-1] + "-" if self._text.endswith("\u00ad") else self._text)  # drawn, so it broke a line
        for number, part in enumerate(parts):  # nearly always one
            step = (right - left) / max(1, len(parts))
            yield Word(
                part,
                left + number * step,
                top,
                left + (number + 1) * step,
                bottom,
                baseline,
                self._size,
                2 * self._bold > len(self._places),
            )


def _fields(document: pdfium.PdfDocument, page: pdfium.PdfPage, turn: Turn) -> list[Word]:
    """What stands in form fields: a box ticked or not, a field's text. Text extraction leaves both out."""
    found: list[Word] = []
    form = document.formenv.raw if document.formenv else None
    for index in range(min(c.FPDFPage_GetAnnotCount(page.raw), 5_000)):
        note = c.FPDFPage_GetAnnot(page.raw, index)
        if not note:
            continue
        try:
            hidden = c.FPDFAnnot_GetFlags(note) & (c.FPDF_ANNOT_FLAG_HIDDEN | c.FPDF_ANNOT_FLAG_NOVIEW)
            text = "" if hidden else _field_text(form, note)
            if text:
                edges = c.FS_RECTF()
                c.FPDFAnnot_GetRect(note, edges)
                found += _filled(text, area_of(turn, edges.left, edges.bottom, edges.right, edges.top))
        finally:
            c.FPDFPage_CloseAnnot(note)
    return found


def _field_text(form: Any, note: Any) -> str:
    kind = c.FPDFAnnot_GetSubtype(note)
    if kind == c.FPDF_ANNOT_FREETEXT:
        return _string(lambda buffer, size: c.FPDFAnnot_GetStringValue(note, b"Contents", buffer, size))
    if kind != c.FPDF_ANNOT_WIDGET or form is None:
        return ""
    field = c.FPDFAnnot_GetFormFieldType(form, note)
    if field in (c.FPDF_FORMFIELD_CHECKBOX, c.FPDF_FORMFIELD_RADIOBUTTON):
        return "☒" if c.FPDFAnnot_IsChecked(form, note) else "☐"
    if field in (c.FPDF_FORMFIELD_TEXTFIELD, c.FPDF_FORMFIELD_COMBOBOX, c.FPDF_FORMFIELD_LISTBOX):
        return _string(lambda buffer, size: c.FPDFAnnot_GetFormFieldValue(form, note, buffer, size))
    return ""


def _string(read: Callable[[Any, int], int]) -> str:
    """A string that pdfium writes as UTF-16 into a buffer of the size it asks for."""
    size = read(None, 0)
    if not 2 < size <= 200_000:
        return ""
    buffer = (c.FPDF_WCHAR * (size // 2 + 1))()
    read(buffer, size)
    return bytes(buffer)[: size - 2].decode("utf-16-le", "replace")


def _filled(text: str, area: Area) -> list[Word]:
    """The words of a field, side by side in its area; lines one below the other."""
    lines = [parts for line in text.splitlines() if (parts := cleaned(line))]
    height = area.height / max(1, len(lines))
    words: list[Word] = []
    for row, parts in enumerate(lines):
        step = area.width / (sum(map(len, parts)) + len(parts))
        left = area.left
        top = area.top + row * height
        size = min(height, 12.0) if len(lines) > 1 or height > 20 else height
        for part in parts:
            right = left + step * len(part)
            below = 0.0 if part in "☐☒" else 0.22 * size  # a box stands on the line of its text
            words.append(Word(part, left, top, right, top + height, top + height - below, size))
            left = right + step
    return words
