"""A document's text as a page shows it: headings, paragraphs, lists and tables, with a span of it marked.

Every text is a list of parts (text, marked) that the template loops over and escapes; no markup is built here. The marked
parts of a page, put together, are the characters of the span, block by block.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from indexer.domain import SURE, Block, Document, Page

_TOP_HEADING = 3  # the page's own sections are h2
_LAST_HEADING = 6
_CELL_BORDER = re.compile(r"(?:^| )\|(?: |$)")
_OWN_NUMBER = re.compile(r"[(§]*(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[ivxIVX]{1,4})[.)]\s|[-–•]\s")


@dataclass(frozen=True)
class Part:
    """A run of text. ``first``: the first marked one, which links point at. ``found``: the number of a word searched for."""

    text: str
    marked: bool = False
    first: bool = False
    found: int = 0


@dataclass(frozen=True)
class Heading:
    level: int  # 3 to 6, never deeper than one below the heading before
    parts: list[Part]
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True)
class Paragraph:
    """``gap``: it announces a list or figure of which nothing readable follows. ``doubtful``: a figure may be misread."""

    parts: list[Part]
    gap: bool
    doubtful: bool = False
    kind: Literal["paragraph"] = "paragraph"


@dataclass
class Item:
    """``numbered``: the text brings its own number or bullet, so the page adds none."""

    parts: list[Part]
    numbered: bool
    gap: bool
    doubtful: bool
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class ItemList:
    items: list[Item]
    kind: Literal["list"] = "list"


@dataclass(frozen=True)
class Table:
    """Rows of cells; ``context``: the heads were added to explain quoted rows, they are not part of the quotation."""

    heads: list[list[list[Part]]]
    rows: list[list[list[Part]]]
    context: bool = False
    doubtful: bool = False
    kind: Literal["table"] = "table"


Span = tuple[int, int]
Element = Heading | Paragraph | ItemList | Table


@dataclass(frozen=True)
class PageView:
    number: int
    label: str
    elements: list[Element]
    recognised: bool  # some of its text was read from a picture


class _Marker:
    """Cuts spans of a document's text at the borders of the marked span and of words found; knows which mark came first."""

    def __init__(self, document: Document, span: Span | None, found: Sequence[Span] = (), *, target: bool = True) -> None:
        """``found``: in order. ``target``: whether links may point at the first marked part."""
        self._text = document.text
        self._span = span or (0, 0)
        self._found = found
        self._seen = not target
        self._numbered = 0

    def parts(self, start: int, end: int) -> list[Part]:
        first = bisect_right(self._found, start, key=lambda span: span[1])
        last = bisect_left(self._found, end, key=lambda span: span[0])
        found = self._found[first:last]
        cuts = {start, end} | {min(max(edge, start), end) for span in (self._span, *found) for edge in span}
        return [self._part(a, b, any(s <= a and b <= e for s, e in found)) for a, b in pairwise(sorted(cuts))]

    def doubtful(self, block: Block) -> bool:
        """Whether text recognition is not sure of a figure in the block."""
        unsure = block.confidence is not None and block.confidence < SURE
        return unsure and any(character.isdigit() for character in self._text[block.start : block.end])

    def _part(self, start: int, end: int, found: bool) -> Part:
        marked = self._span[0] <= start and end <= self._span[1]
        first = marked and not self._seen
        self._seen = self._seen or marked
        self._numbered += found
        return Part(self._text[start:end], marked, first, self._numbered if found else 0)

    def cells(self, start: int, end: int) -> list[list[Part]]:
        """The cells of a table row. A border at either end is one of an empty cell."""
        cells, at = [], start
        for border in _CELL_BORDER.finditer(self._text[start:end]):
            cells.append(self.parts(at, start + border.start()))
            at = start + border.end()
        return [*cells, self.parts(at, end)]


def page_views(document: Document, span: Span | None = None, found: Sequence[Span] = ()) -> list[PageView]:
    """All pages of a document, those without text too."""
    marker, levels = _Marker(document, span, found), _Levels()
    return [_page_view(document, page, _blocks(document, page), marker, levels) for page in document.pages]


def page_view(document: Document, page: Page, span: Span | None, found: Sequence[Span] = (), *, target: bool) -> PageView:
    """One page by itself: of a paragraph that began on the page before, the rest."""
    blocks = [
        replace(b, start=max(b.start, page.start), end=min(b.end, page.end))
        for b in document.blocks
        if b.start < page.end and b.end > page.start
    ]
    return _page_view(document, page, blocks, _Marker(document, span, found, target=target), _Levels())


def _page_view(document: Document, page: Page, blocks: Sequence[Block], marker: _Marker, levels: _Levels) -> PageView:
    recognised = document.recognition(page.start, page.end) is not None
    return PageView(page.number, page.label, list(_elements(blocks, marker, levels)), recognised)


def quote_view(document: Document, start: int, end: int) -> list[Element]:
    """The quoted words in the form they have in the document; table rows under the heads of their columns."""
    blocks = [b for b in document.blocks if b.start < end and b.end > start]
    clipped = [replace(b, start=max(b.start, start), end=min(b.end, end), gap=False) for b in blocks]
    marker = _Marker(document, None)
    elements = list(_elements(clipped, marker, _Levels()))
    if blocks and blocks[0].kind == "table_row" and isinstance(elements[0], Table):
        heads = [marker.cells(b.start, b.end) for b in _heads_above(document, blocks[0])]
        elements[0] = replace(elements[0], heads=heads, context=bool(heads))
    return elements


def _heads_above(document: Document, row: Block) -> list[Block]:
    above = document.blocks[: document.blocks.index(row)]
    while above and above[-1].kind == "table_row":
        above = above[:-1]
    return list(above[-1:]) if above and above[-1].kind == "table_head" else []


def _blocks(document: Document, page: Page) -> list[Block]:
    return [b for b in document.blocks if b.page == page.number]


class _Levels:
    """Turns the levels of a file's headings, which may skip some, into an unbroken order."""

    def __init__(self) -> None:
        self._open: list[int] = []

    def shown(self, level: int) -> int:
        while self._open and self._open[-1] >= level:
            self._open.pop()
        self._open.append(level)
        return min(_TOP_HEADING + len(self._open) - 1, _LAST_HEADING)


def _elements(blocks: Sequence[Block], marker: _Marker, levels: _Levels) -> Iterator[Element]:
    i = 0
    while i < len(blocks):
        block, j = blocks[i], i + 1
        if block.kind == "heading":
            yield Heading(levels.shown(block.level), marker.parts(block.start, block.end))
        elif block.kind == "paragraph":
            yield Paragraph(marker.parts(block.start, block.end), block.gap, marker.doubtful(block))
        elif block.kind == "list_item":
            while j < len(blocks) and blocks[j].kind == "list_item":
                j += 1
            yield _item_list(blocks[i:j], marker)
        else:
            j = _table_end(blocks, i)
            yield _table(blocks[i:j], marker)
        i = j


def _table_end(blocks: Sequence[Block], i: int) -> int:
    """A table ends where something else begins, also a head after rows: that is another table's."""
    j = i + 1
    while j < len(blocks) and (
        blocks[j].kind == "table_row" or (blocks[j].kind == "table_head" and blocks[j - 1].kind == "table_head")
    ):
        j += 1
    return j


def _table(blocks: Sequence[Block], marker: _Marker) -> Table:
    cells = [(b.kind, marker.cells(b.start, b.end)) for b in blocks]
    doubtful = any(marker.doubtful(block) for block in blocks)
    heads, rows = ([row for kind, row in cells if kind == wanted] for wanted in ("table_head", "table_row"))
    return Table(heads, rows, doubtful=doubtful)


def _item_list(blocks: Sequence[Block], marker: _Marker) -> ItemList:
    top: list[Item] = []
    nested: list[tuple[int, list[Item]]] = [(blocks[0].level, top)]
    for block in blocks:
        while len(nested) > 1 and block.level < nested[-1][0]:
            nested.pop()
        level, items = nested[-1]
        if block.level > level and items:
            nested.append((block.level, items[-1].items))
            items = items[-1].items
        parts = marker.parts(block.start, block.end)
        numbered = bool(_OWN_NUMBER.match("".join(part.text for part in parts)))
        items.append(Item(parts, numbered, block.gap, marker.doubtful(block)))
    return ItemList(top)
