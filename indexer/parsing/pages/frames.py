"""Page headers, footers and page numbers: what stands at the same place of many pages is no text of the paper.

One that may mark the paper as non-public is kept once, as a stamp.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from indexer.parsing.pages.words import Line, Picture, Sheet, Word, lines_of
from indexer.parsing.stamps import may_be_stamp

_EDGE = 4  # lines at the top and at the bottom of a page that may be its header and footer
_NEAR = 4.0  # points by which the place of a header may differ between pages
_PAGE_NUMBER = re.compile(
    r"(?:[-–]\s*)?(?:Seite|S\.|Blatt|Page)?\s*(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:von|/|of)\s*\d{1,4})?(?:\s*[-–])?", re.IGNORECASE
)
_NUMBERED_PAGE = re.compile(r"\b(?:Seite|Blatt|Page) \d{1,4}(?: (?:von|of) \d{1,4})?$|^(?:Seite|Blatt|Page) \d{1,4}\b")
_DIGITS = re.compile(r"\d+")
_SECTION_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?\s+[A-ZÄÖÜ]|§")
_ROMAN = re.compile(r"(?<![A-Za-z])[ivxl]{1,6}(?![A-Za-z])")
_FEW_PAGES = 5  # from here on a header may differ from page to page


def without_frames(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets without page headers, footers, page numbers, and pictures that recur, such as the arms of a letterhead."""
    edges = [list(_edges(sheet)) for sheet in sheets]
    kept: list[Sheet] = []
    told: set[str] = set()
    for sheet, own in zip(sheets, edges, strict=True):
        others = [page for page in edges if page is not own]
        lines = [edge.line for edge in _frame(own, others)]
        frame = {id(word) for line in lines for word in line.words}
        words: list[Word] = [word for word in sheet.words if id(word) not in frame]
        stamps = [line.words for line in lines if may_be_stamp(line.text)] + [(word,) for word in sheet.stamps]
        new = {_key(" ".join(word.text for word in stamp)): stamp for stamp in stamps}
        stamped = [word for key, stamp in new.items() if key not in told for word in stamp]
        told |= new.keys()
        kept.append(replace(sheet, words=words, pictures=_not_recurring(sheet, sheets), stamps=stamped))
    framed = any(sheet.words or any(picture.words for picture in sheet.pictures) for sheet in kept)
    return (
        kept
        if framed
        else [replace(sheet, words=whole.words, stamps=whole.stamps) for sheet, whole in zip(kept, sheets, strict=True)]
    )


@dataclass(frozen=True)
class _Edge:
    """A line near the edge of a page: 1 is the first, -1 the last; ``place`` is its distance from that edge in points."""

    line: Line
    at: int
    place: float
    key: str
    page: int


def _edges(sheet: Sheet) -> Iterator[_Edge]:
    lines = lines_of(sheet.words)
    half = min(_EDGE, (len(lines) + 1) // 2)
    for at, line in enumerate(lines[:half], start=1):
        yield _Edge(line, at, line.baseline, _key(line.text), sheet.number)
    below = min(_EDGE, len(lines) - half)
    for at, line in enumerate(lines[len(lines) - below :]):
        yield _Edge(line, at - below, sheet.height - line.baseline, _key(line.text), sheet.number)


def _frame(own: Sequence[_Edge], others: Sequence[Sequence[_Edge]]) -> Iterator[_Edge]:
    """The lines of a page's frame: from the edge on, as long as they are of its kind."""
    for side in (1, -1):
        edges = sorted((edge for edge in own if edge.at * side > 0), key=lambda edge: abs(edge.at))
        yield from takewhile(lambda edge: _is_frame(edge, own, others), edges)


def _is_frame(edge: _Edge, own: Sequence[_Edge], others: Sequence[Sequence[_Edge]]) -> bool:
    is_number = _PAGE_NUMBER.fullmatch(edge.line.text) or _NUMBERED_PAGE.search(edge.line.text)
    if is_number and (_stands_off(edge, own) or len(own) == 1):  # a lone figure close to the text belongs to it
        return True
    pages = len(others) + 1
    same = 1 + sum(any(_says_the_same(edge, other) and _near(edge, other) for other in page) for page in others)
    if pages > 1 and same >= max(2, pages / 3 if pages > _FEW_PAGES else pages / 2):
        return True
    return pages >= _FEW_PAGES and _stands_off(edge, own) and _place_recurs(edge, others)


def _key(text: str) -> str:
    """What a header's text has in common from page to page: its page number differs, that of a section does not."""
    return text if _SECTION_NUMBER.match(text) else _ROMAN.sub("#", _DIGITS.sub("#", text))


def _says_the_same(one: _Edge, other: _Edge) -> bool:
    """Whether two lines differ in nothing but the page number: other figures that differ are what the pages are about."""
    if one.key != other.key:
        return False
    pairs = zip(_DIGITS.findall(one.line.text), _DIGITS.findall(other.line.text), strict=False)
    return all(a == b or (max(len(a), len(b)) < 6 and int(b) - int(a) == other.page - one.page) for a, b in pairs)


def _near(one: _Edge, other: _Edge) -> bool:
    return one.at * other.at > 0 and abs(one.place - other.place) <= _NEAR


def _stands_off(edge: _Edge, own: Sequence[_Edge]) -> bool:
    """Whether a line is the outermost and clearly apart from the text."""
    if abs(edge.at) != 1:
        return False
    neighbour = next((other for other in own if other.at == 2 * edge.at), None)
    if neighbour is None:
        return False
    return abs(neighbour.line.baseline - edge.line.baseline) > 2.2 * max(edge.line.size, neighbour.line.size)


def _place_recurs(edge: _Edge, others: Sequence[Sequence[_Edge]]) -> bool:
    """Whether most pages have a line of the same type at this very place, whatever it says: it names the chapter."""

    def alike(other: _Edge) -> bool:
        return other.at == edge.at and abs(other.place - edge.place) <= 1 and abs(other.line.size - edge.line.size) <= 0.5

    return sum(any(alike(other) and _stands_off(other, page) for other in page) for page in others) >= 0.6 * len(others)


def _not_recurring(sheet: Sheet, sheets: Sequence[Sheet]) -> list[Picture]:
    def count(picture: Picture) -> int:
        return sum(any(_alike(picture, other) for other in page.pictures) for page in sheets)

    often = max(2, len(sheets) / 2)
    return [p for p in sheet.pictures if count(p) < often or p.area.height > sheet.height / 3 or _is_stamp(p)]


def _is_stamp(picture: Picture) -> bool:
    return may_be_stamp(" ".join(word.text for word in picture.words))


def _alike(one: Picture, other: Picture) -> bool:
    a, b = one.area, other.area
    return all(abs(x - y) <= 2 for x, y in ((a.left, b.left), (a.top, b.top), (a.right, b.right), (a.bottom, b.bottom)))
