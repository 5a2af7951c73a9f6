"""The pages of a document to its blocks: each page's parts in reading order, joined again where a page or column broke them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from indexer.domain import CELL_SEPARATOR
from indexer.parsing.layout import RawBlock
from indexer.parsing.pages.columns import Column, parts_of
from indexer.parsing.pages.frames import without_frames
from indexer.parsing.pages.grids import Grid, grids_of, words_of
from indexer.parsing.pages.paragraphs import (
    Paragraph,
    Style,
    compose,
    is_note,
    paragraphs_of,
    style_of,
    without_mark,
)
from indexer.parsing.pages.words import Area, Composer, Picture, Sheet, Word, around, lines_of

_LONG_CELL = 80  # words: a cell as long as that holds text, not a value
_FEW_WORDS = 3  # a box around fewer is one to tick
_PAGE = 0.5  # of the page's area: a picture as large as that is a scan
_SIDE = 0.7  # of the text's width: a box narrower than that stands beside the text
_ENDED = re.compile(r"[.!?:;][\"”“»«')\]]*$")


@dataclass(frozen=True)
class TableRow:
    """A row of a table. ``parts``: its cells' words, once for each page that it stands on. ``table``: what rows of one share."""

    parts: tuple[tuple[Sheet, tuple[tuple[Word, ...], ...]], ...]
    table: tuple[int, ...]
    head: bool = False
    first: bool = False

    @property
    def text(self) -> str:
        return CELL_SEPARATOR.join(" ".join(word.text for word in cell) for _, cells in self.parts for cell in cells)


@dataclass(frozen=True)
class Joined:
    """Paragraphs that are one, broken by the end of a column or page."""

    parts: tuple[Paragraph, ...]


Item = TableRow | Joined | Picture


def blocks_of(sheets: Sequence[Sheet]) -> list[RawBlock]:
    """The blocks of a document; words that were recognised in a picture stand where it does, never within the text around."""
    framed = [_with_scan(sheet) for sheet in without_frames(sheets)]
    style = style_of([line for sheet in framed for line in lines_of(sheet.words)])
    items: list[tuple[Item, int]] = []
    for sheet in framed:
        own = [*_text(sheet.stamps, (), sheet, style), *_joined_columns(list(_items(sheet, style)))]
        items = _joined_pages(items, own, sheet, style)
    return [_block(item, page) for item, page in items]


def _with_scan(sheet: Sheet) -> Sheet:
    """A picture as large as the page is the page: its words and those beside them are one text."""
    scans = [p for p in sheet.pictures if p.area.width * p.area.height > _PAGE * sheet.width * sheet.height and p.words]
    words = [*sheet.words, *(word for scan in scans for word in scan.words)]
    return replace(sheet, words=words, pictures=[picture for picture in sheet.pictures if picture not in scans])


def _items(sheet: Sheet, style: Style) -> Iterator[Item]:
    """What stands on a page, in reading order. Tables part the text above them from the text below; boxes come last."""
    rest, waiting = list(sheet.words), list(sheet.pictures)
    boxes: list[list[Word]] = []
    for number, grid in enumerate(grids_of(sheet)):
        inside = [word for word in rest if grid.area.holds(word.middle)]
        if grid.columns == 1:
            if len(inside) >= _FEW_WORDS and grid.area.width < _SIDE * around(sheet.words).width:
                boxes.append(inside)
                rest = _without(rest, inside)
            continue
        above = [word for word in rest if word.middle[1] < grid.area.top]
        pictures = [picture for picture in waiting if picture.area.top < grid.area.top]
        yield from _text(above, pictures, sheet, style)
        yield from _rows_of_grid(grid, inside, sheet, style, number)
        waiting = [picture for picture in waiting if picture not in pictures]
        rest = _without(rest, [*inside, *above])
    yield from _text(rest, waiting, sheet, style)
    for box in boxes:
        for item in _text(box, (), sheet, style):
            yield Joined(tuple(replace(part, aside=True) for part in item.parts)) if isinstance(item, Joined) else item


def _without(words: Sequence[Word], taken: Sequence[Word]) -> list[Word]:
    gone = {id(word) for word in taken}
    return [word for word in words if id(word) not in gone]


def _text(words: Sequence[Word], pictures: Sequence[Picture], sheet: Sheet, style: Style) -> Iterator[Item]:
    """Text without ruled lines, and among it the pictures, each above what stands below it."""
    waiting = sorted(pictures, key=lambda picture: picture.area.top)
    bound = around(sheet.words).right if words and words[0] in sheet.words else None
    rows = 0
    before: object = None
    for part in parts_of(words):
        if isinstance(part, Column):
            for paragraph in paragraphs_of(part.lines, sheet, style, None if part.beside else bound):
                above = [picture for picture in waiting if _is_above(picture, paragraph.lines[0].area)]
                waiting = [picture for picture in waiting if picture not in above]
                for picture in above:
                    yield from _picture(picture, sheet, style)
                yield Joined((paragraph,))
        else:
            rows += not isinstance(before, type(part))
            opens = isinstance(before, Column)
            yield TableRow(((sheet, part.cells),), (sheet.number, -rows, len(part.cells)), first=opens)
        before = part
    for picture in waiting:
        yield from _picture(picture, sheet, style)


def _is_above(picture: Picture, area: Area) -> bool:
    beside = picture.area.right < area.left or picture.area.left > area.right
    return picture.area.top < area.top and not beside


def _picture(picture: Picture, sheet: Sheet, style: Style) -> Iterator[Item]:
    """The words of a picture, or the picture that says nothing. However large its words, they head nothing around it."""
    words = [replace(word, size=min(word.size, style.body)) for word in picture.words]
    yield from _text(words, (), sheet, style) if words else (picture,)


def _rows_of_grid(grid: Grid, words: Sequence[Word], sheet: Sheet, style: Style, number: int) -> Iterator[Item]:
    filled = {cell: tuple(_in_lines(words_of(cell, words))) for cell in grid.cells}
    table = (sheet.number, number, grid.columns, round(grid.area.left), round(grid.area.right))
    first = True
    several = sum(len({cell.column for cell in grid.cells if cell.row == row and filled[cell]}) > 1 for row in range(grid.rows))
    for row in range(grid.rows):
        own = [cell for cell in grid.cells if cell.row == row]
        held = [filled[cell] for cell in own if filled[cell]]
        if not held:
            continue
        alone = len(held) == 1 and (several < 2 or len(held[0]) > 15)
        if alone or any(len(cell) > _LONG_CELL for cell in held):
            for cell in held:
                yield from _text(cell, (), sheet, style)
            continue
        cells: list[tuple[Word, ...]] = [()] * grid.columns
        for one in own:
            cells[one.column] = filled[one]
        parts = (sheet, tuple(cells))
        head = first and len(held) > 1 and several > 1 and _reads_as_head(held)
        yield TableRow((parts,), table, head, first)
        first = False


def _reads_as_head(cells: Iterable[Sequence[Word]]) -> bool:
    words = [word for cell in cells for word in cell]
    return all(word.bold for word in words) or not any(character.isdigit() for word in words for character in word.text)


def _in_lines(words: Sequence[Word]) -> Iterator[Word]:
    for line in lines_of(words):
        yield from line.words


def _joined_columns(items: Sequence[Item]) -> list[Item]:
    """A paragraph that ends at the foot of a column goes on at the head of the next."""
    result: list[Item] = []
    for item in items:
        before = result[-1] if result else None
        if isinstance(before, Joined) and isinstance(item, Joined):
            last, first = before.parts[-1], item.parts[0]
            if first.lines[0].area.top < last.lines[-1].area.top and _goes_on(last, first):
                result[-1] = Joined((*before.parts, *item.parts))
                continue
        result.append(item)
    return result


def _joined_pages(items: list[tuple[Item, int]], own: Sequence[Item], sheet: Sheet, style: Style) -> list[tuple[Item, int]]:
    """The items with those of one more page."""
    following = list(own)
    last = next((at for at in range(len(items) - 1, -1, -1) if not _is_note(items[at][0], style)), None)
    if last is not None and following:
        (before, page), first = items[last], following[0]
        if isinstance(before, Joined) and isinstance(first, Joined) and _goes_on(before.parts[-1], first.parts[0]):
            notes = items[last + 1 :]  # they stay with their page, whose text ends within the paragraph
            items = [*items[:last], *notes, (Joined((*before.parts, *first.parts)), page)]
            del following[0]
        elif isinstance(before, TableRow) and isinstance(first, TableRow) and before.table[2:] == first.table[2:]:
            following = _joined_tables(items, last, following)
    return [*items, *((item, sheet.number) for item in following)]


def _joined_tables(items: list[tuple[Item, int]], last: int, following: list[Item]) -> list[Item]:
    """A table that goes on on the next page: its head is not said again, a broken row becomes whole."""
    row, page = items[last]
    first = following[0]
    if not isinstance(row, TableRow) or not isinstance(first, TableRow):
        return following
    heads = {item.text for item, _ in items if isinstance(item, TableRow) and item.table == row.table and item.head}
    if first.text in heads:
        following = following[1:]
        first = following[0] if following and isinstance(following[0], TableRow) else replace(first, parts=())
    if first.parts and not first.parts[0][1][0] and any(first.parts[0][1]):
        items[last] = replace(row, parts=(*row.parts, *first.parts)), page
        following = following[1:]
    own = first.table
    return [
        replace(item, table=row.table, head=False, first=False) if isinstance(item, TableRow) and item.table == own else item
        for item in following
    ]


def _is_note(item: Item, style: Style) -> bool:
    """A footnote, a box or a picture: what a paragraph at the foot of a page may go on behind."""
    return isinstance(item, Picture) or (isinstance(item, Joined) and (item.parts[0].aside or is_note(item.parts[0], style)))


def _goes_on(before: Paragraph, after: Paragraph) -> bool:
    if (
        before.kind == "heading"
        or before.aside != after.aside
        or after.kind != "paragraph"
        or not before.full
        or _ENDED.search(before.text)
    ):
        return False
    return abs(before.lines[-1].size - after.lines[0].size) <= 0.1 * after.lines[0].size


def _block(item: Item, page: int) -> RawBlock:
    if isinstance(item, Picture):
        return RawBlock("paragraph", "", page, picture=True)
    if isinstance(item, TableRow):
        return _row_block(item, page)
    first = item.parts[0]
    composer = Composer(first.sheet)
    words = [list(without_mark(part)) for part in item.parts]
    for at, (part, own) in enumerate(zip(item.parts, words, strict=True)):
        composer.turn(part.sheet)
        compose(composer, own, after=words[at - 1][-1] if at else None)
    return composer.block(first.kind, page, first.level, break_before=first.gap)


def _row_block(row: TableRow, page: int) -> RawBlock:
    composer = Composer(row.parts[0][0])
    columns = max(len(cells) for _, cells in row.parts)
    for column in range(columns):
        if column:
            composer.separate(CELL_SEPARATOR)
        before: Word | None = None
        for sheet, cells in row.parts:
            composer.turn(sheet)
            if column < len(cells) and cells[column]:
                compose(composer, cells[column], after=before, cell=True)
                before = cells[column][-1]
    return composer.block("table_head" if row.head else "table_row", page, break_before=row.first)
