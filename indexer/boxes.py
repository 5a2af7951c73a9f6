"""Where words stand on their page, so that a quotation can be marked on the picture of the page.

Kept packed: a word costs a handful of bytes instead of hundreds. The reading process packs; it starts in a third of the time
without numpy, which is imported only where boxes are unpacked.
"""

from __future__ import annotations

import operator
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

SCALE = 10_000  # edges are in 1/10,000 of the page's width or height as it is shown, from its upper left corner
_FIELDS = 7
BYTES = 4 * _FIELDS  # of a box, unpacked


@dataclass(frozen=True)
class Box:
    """The characters ``start``..``end`` of the stored text stand here on page ``page`` (from 1)."""

    start: int
    end: int
    page: int
    left: int
    top: int
    right: int
    bottom: int


def pack(boxes: Iterable[Box]) -> bytes:
    """The boxes, sorted by ``start``, as bytes; none at all as b""."""
    columns = list(zip(*((b.start, b.end, b.page, b.left, b.top, b.right, b.bottom) for b in boxes), strict=True))
    steps = (map(operator.sub, column, (0, *column)) for column in columns)  # neighbours differ little: that packs well
    return zlib.compress(b"".join(struct.pack(f"<{len(columns[0])}i", *column) for column in steps), 6) if columns else b""


def boxes_of(packed: bytes, start: int, end: int) -> list[Box]:
    """The boxes that touch the characters start..end; those side by side on a line become one."""
    return boxes_of_each(packed, [(start, end)])[0]


def boxes_of_each(packed: bytes, spans: Iterable[tuple[int, int]]) -> list[list[Box]]:
    """The same for many spans, unpacked once."""
    if not packed:
        return [[] for _ in spans]
    import numpy as np

    table = np.cumsum(np.frombuffer(zlib.decompress(packed), "<i4").reshape(_FIELDS, -1).T, axis=0, dtype=np.int32)
    return [_merged(table[(table[:, 0] < end) & (table[:, 1] > start)].tolist()) for start, end in spans]


def _merged(rows: Iterable[list[int]]) -> list[Box]:
    merged: list[Box] = []
    for row in rows:
        box = Box(*row)
        before = merged[-1] if merged else None
        if before and _side_by_side(before, box):
            top, bottom = min(before.top, box.top), max(before.bottom, box.bottom)
            merged[-1] = Box(before.start, box.end, box.page, before.left, top, box.right, bottom)
        else:
            merged.append(box)
    return merged


def _side_by_side(before: Box, box: Box) -> bool:
    middle = (box.top + box.bottom) / 2
    return box.page == before.page and before.top <= middle <= before.bottom and 0 <= box.left - before.right <= SCALE // 25
