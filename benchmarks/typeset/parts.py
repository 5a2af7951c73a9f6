"""What a document is made of, and the truth that follows from it alone.

In texts ``**`` encloses bold words, ``{…}`` a footnote, ``\\n`` is a line break.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

NOTE = re.compile(r"\{([^}]*)\}")
ANCHOR = "\ue000"  # stands in the truth where a footnote's mark stands; how a reader writes it is not judged
_SOFT = "\u00ad"
_LIGATURES = str.maketrans({"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff"})


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 1
    bold_only: bool = False  # in the size of the text


@dataclass(frozen=True)
class Para:
    text: str
    style: Literal["body", "letterhead", "right", "small", "caption"] = "body"


@dataclass(frozen=True)
class Items:
    """A list. ``marks`` by level: a bullet, or "1.", "a)", "(1)" for counted ones. ``typed``: marks are text with a tab."""

    items: tuple[tuple[int, str], ...]
    marks: tuple[str, ...]
    typed: bool = False

    def marked(self) -> Iterator[tuple[int, str, str]]:
        """Level, mark as printed, text."""
        counts: list[int] = []
        for level, text in self.items:
            counts = [*counts[:level], *([0] * (level - len(counts)))]
            counts[level - 1] += 1
            yield level, _counted(self.marks[level - 1], counts[level - 1]), text


def counted(mark: str) -> str:
    """The kind of numbering a mark stands for: "1", "a", or "" for a bullet."""
    return next((kind for kind in "1a" if kind in mark), "")


def _counted(mark: str, number: int) -> str:
    return {"1": mark.replace("1", str(number)), "a": mark.replace("a", chr(96 + number)), "": mark}[counted(mark)]


@dataclass(frozen=True)
class Grid:
    """A table. ``rules``: all lines, rows only, none, or shaded rows. A cell None is covered by the cell to its left."""

    rows: tuple[tuple[str | None, ...], ...]
    widths: tuple[float, ...]
    heads: int = 1
    rules: Literal["all", "rows", "none", "shaded"] = "all"
    right: tuple[int, ...] = ()  # columns set flush right


@dataclass(frozen=True)
class Columns:
    count: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Note:
    """A text box beside the text (``margin``) or within it. Where it stands in reading order is not judged."""

    text: str
    margin: bool


@dataclass(frozen=True)
class Placed:
    """Text frames on the first page, as desktop publishing sets them, in reading order; drawn in the opposite order."""

    frames: tuple[tuple[float, float, float, tuple[Part, ...]], ...]  # left, top, width in cm, and what is in it


@dataclass(frozen=True)
class Picture:
    """Coloured bars without any text."""

    width: float
    height: float


@dataclass(frozen=True)
class Turn:
    """A new page, of another kind."""

    page: Literal["Standard", "Landscape", "Roman"] = "Standard"
    number: int = 0  # numbering starts again here; 0: goes on


Part = Heading | Para | Items | Grid | Columns | Note | Placed | Picture | Turn


@dataclass(frozen=True)
class Look:
    font: str
    size: float
    heading_font: str
    heading_sizes: tuple[float, float, float]
    margin: float
    leading: int  # per cent
    space: float  # points after a paragraph
    indent: float  # cm of a list level
    padding: float  # cm in a table's cells
    gutter: float  # cm between columns
    justified: bool
    hyphenated: bool
    tagged: bool


@dataclass(frozen=True)
class Paper:
    name: str
    what: str
    look: Look
    parts: tuple[Part, ...]
    header: str = ""
    footer: str = ""  # "#" is the number of the page, "##" the number of pages
    labels: tuple[str, ...] = ()  # page labels to be written into the PDF
    scanned: bool = False  # belongs to the pages that are also read by OCR


@dataclass(frozen=True)
class Piece:
    """A stretch of the truth in reading order: ``text``, for tables ``rows`` as well."""

    kind: Literal["heading", "run_in", "display", "paragraph", "list_item", "table"]
    text: str
    rows: tuple[tuple[str | None, ...], ...] = ()  # None: covered by the cell to the left
    heads: int = 0
    columns: bool = False


@dataclass(frozen=True)
class Truth:
    name: str
    what: str
    pieces: tuple[Piece, ...]
    floats: tuple[str, ...]  # footnotes and text boxes
    frames: tuple[str, ...]  # page header and footer, "#" for a number
    labels: tuple[str, ...]
    scanned: bool


def truth_of(paper: Paper) -> Truth:
    pieces = tuple(_pieces(paper.parts, columns=False))
    floats = tuple(_floats(paper.parts))
    frames = tuple(plain(line).replace("##", "#") for line in (paper.header, paper.footer) if line)
    return Truth(paper.name, paper.what, pieces, floats, frames, paper.labels, paper.scanned)


def plain(text: str) -> str:
    """A text as it reads: without markup, white space single, ligatures resolved."""
    text = NOTE.sub(ANCHOR, text).replace("**", "").replace(_SOFT, "").translate(_LIGATURES)
    return " ".join(text.split())


def _pieces(parts: Sequence[Part], columns: bool) -> Iterator[Piece]:
    for part in parts:
        if isinstance(part, Heading):
            yield Piece("heading", plain(part.text), columns=columns)
        elif isinstance(part, Para):
            kinds = {"letterhead": "display", "body": "run_in" if part.text.startswith("**") else "paragraph"}
            yield Piece(kinds.get(part.style, "paragraph"), plain(part.text), columns=columns)  # type: ignore[arg-type]
        elif isinstance(part, Items):
            for _, mark, text in part.marked():
                yield Piece("list_item", f"{mark} {plain(text)}", columns=columns)
        elif isinstance(part, Grid):
            rows = tuple(tuple(None if cell is None else plain(cell) for cell in row) for row in part.rows)
            yield Piece("table", " ".join(cell for row in rows for cell in row if cell), rows, part.heads, columns)
        elif isinstance(part, Columns):
            yield from _pieces(part.parts, columns=True)
        elif isinstance(part, Placed):
            for *_, inside in part.frames:
                yield from _pieces(inside, columns=True)


def _floats(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Note):
            yield plain(part.text)
        elif isinstance(part, Columns):
            yield from _floats(part.parts)
        elif isinstance(part, Heading | Para):
            yield from map(plain, NOTE.findall(part.text))
        elif isinstance(part, Items):
            for _, text in part.items:
                yield from map(plain, NOTE.findall(text))
