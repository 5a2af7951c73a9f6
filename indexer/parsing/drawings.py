"""What is drawn on a page of a PDF besides its words: ruled lines and pictures; and how its coordinates become the shown ones."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as c

from indexer.parsing.pages.words import Area, Picture

_MOST_SEGMENTS = 30_000  # of drawn lines; more is a drawing, not a table
_MOST_OBJECTS = 100_000  # of a page; forms may hold one another
_DEEPEST = 6  # nested forms
_HAIR = 2.5  # points: a filled rectangle as thin as that is a line

Turn = Callable[[float, float], tuple[float, float]]


def area_of(turn: Turn, left: float, bottom: float, right: float, top: float) -> Area:
    (x0, y0), (x1, y1) = turn(left, bottom), turn(right, top)
    return Area(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def drawn_on(
    page: pdfium.PdfPage, turn: Turn
) -> tuple[list[tuple[float, float, float]], list[tuple[float, float, float]], list[Picture], bool]:
    """Horizontal lines, vertical lines, pictures, and whether anything at all is drawn."""
    drawn = False
    level: list[tuple[float, float, float]] = []
    across: list[tuple[float, float, float]] = []
    pictures: list[Picture] = []
    every = _objects(page.raw, c.FPDFPage_CountObjects, c.FPDFPage_GetObject, (1, 0, 0, 1, 0, 0), 0)
    for raw, matrix in islice(every, _MOST_OBJECTS):
        kind = c.FPDFPageObj_GetType(raw)
        if kind == c.FPDF_PAGEOBJ_IMAGE and (bounds := _bounds(raw, matrix, turn)) is not None:
            pictures.append(Picture(bounds))
        drawn |= kind in (c.FPDF_PAGEOBJ_PATH, c.FPDF_PAGEOBJ_SHADING)
        if kind == c.FPDF_PAGEOBJ_PATH and len(level) + len(across) < _MOST_SEGMENTS:
            for (x0, y0), (x1, y1) in _segments(raw, matrix, turn):
                if abs(y1 - y0) <= 1 < abs(x1 - x0):
                    level.append(((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
                elif abs(x1 - x0) <= 1 < abs(y1 - y0):
                    across.append(((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return level, across, pictures, drawn


Matrix = tuple[float, float, float, float, float, float]


def _objects(holder: Any, count: Any, get: Any, matrix: Matrix, depth: int) -> Iterator[tuple[Any, Matrix]]:
    """Page objects, those inside forms too, with the matrix that leads from theirs to the page's coordinates."""
    for index in range(count(holder)):
        raw = get(holder, index)
        if not raw:
            continue
        if c.FPDFPageObj_GetType(raw) == c.FPDF_PAGEOBJ_FORM:
            if depth < _DEEPEST:
                inner = _times(_matrix(raw), matrix)
                yield from _objects(raw, c.FPDFFormObj_CountObjects, c.FPDFFormObj_GetObject, inner, depth + 1)
        else:
            yield raw, matrix


def _matrix(raw: Any) -> Matrix:
    matrix = c.FS_MATRIX()
    c.FPDFPageObj_GetMatrix(raw, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(m: Matrix, n: Matrix) -> Matrix:
    """First m, then n (PDF 32000-1, 8.3.4)."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _moved(x: float, y: float, m: Matrix) -> tuple[float, float]:
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def _bounds(raw: Any, matrix: Matrix, turn: Turn) -> Area | None:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not c.FPDFPageObj_GetBounds(raw, left, bottom, right, top):
        return None
    low, high = _moved(left.value, bottom.value, matrix), _moved(right.value, top.value, matrix)
    return area_of(turn, *low, *high)


def _segments(raw: Any, matrix: Matrix, turn: Turn) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight strokes of a path; a thin filled rectangle is one stroke, not four."""
    bounds = _bounds(raw, matrix, turn)
    if bounds is None:
        return
    if bounds.height <= _HAIR or bounds.width <= _HAIR:
        middle = (bounds.left + bounds.right) / 2, (bounds.top + bounds.bottom) / 2
        if bounds.width >= bounds.height:
            yield (bounds.left, middle[1]), (bounds.right, middle[1])
        else:
            yield (middle[0], bounds.top), (middle[0], bounds.bottom)
        return
    own = _times(_matrix(raw), matrix)
    first: tuple[float, float] | None = None
    last: tuple[float, float] | None = None
    for index in range(min(c.FPDFPath_CountSegments(raw), 2_000)):
        segment = c.FPDFPath_GetPathSegment(raw, index)
        x, y = ctypes.c_float(), ctypes.c_float()
        if not c.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        point = turn(*_moved(x.value, y.value, own))
        kind = c.FPDFPathSegment_GetType(segment)
        if kind == c.FPDF_SEGMENT_MOVETO:
            first = point
        elif kind == c.FPDF_SEGMENT_LINETO and last is not None:
            yield last, point
        last = point
        if c.FPDFPathSegment_GetClose(segment) and first is not None:
            yield last, first
            last = first
