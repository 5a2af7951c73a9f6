"""The ruled lines in the picture of a page: long, thin runs of dark dots, level or upright."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image

from indexer.parsing.pages.grids import Stroke

_DARK = 140  # of 255
_SHORTEST = 28.0  # points; no stroke of a letter is as long
_THICKEST = 4.0  # points; what is thicker is a bar or a picture
_MOST = 2_000  # lines of one direction: more is a hatching

Bits = npt.NDArray[np.bool_]


def rulings(picture: Image.Image, points_per_pixel: float) -> tuple[list[Stroke], list[Stroke]]:
    """Level and upright lines in points from the upper left corner: (place, from, to)."""
    dark = np.asarray(picture.convert("L")) < _DARK
    return _strokes(dark, points_per_pixel), _strokes(dark.T, points_per_pixel)


def _strokes(dark: Bits, scale: float) -> list[Stroke]:
    """The level lines. A line that is tilted by a dot or two is still one: rows beside each other count together."""
    thick = dark.copy()
    thick[1:] |= dark[:-1]
    thick[:-1] |= dark[1:]
    open_: list[tuple[int, int, int, int]] = []  # first row, last row, from, to
    done: list[tuple[int, int, int, int]] = []
    for row in range(len(thick)):
        runs = list(_runs(thick[row], int(_SHORTEST / scale)))
        grown: list[tuple[int, int, int, int]] = []
        for start, end in runs:
            at = next((i for i, (_, last, a, b) in enumerate(open_) if last == row - 1 and start < b and end > a), None)
            first, _, a, b = open_.pop(at) if at is not None else (row, row, start, end)
            grown.append((first, row, min(start, a), max(end, b)))
        done += open_
        open_ = grown
        if len(done) > _MOST:
            return []
    thin = (one for one in [*done, *open_] if (one[1] - one[0] - 1) * scale <= _THICKEST)
    return [((first + last + 1) / 2 * scale, start * scale, end * scale) for first, last, start, end in thin]


def _runs(row: Bits, shortest: int) -> Iterator[tuple[int, int]]:
    """Where a row is dark for at least so many dots."""
    edges = np.flatnonzero(np.diff(row, prepend=False, append=False))
    starts, ends = edges[::2], edges[1::2]
    for at in np.flatnonzero(ends - starts >= shortest).tolist():
        yield int(starts[at]), int(ends[at])
