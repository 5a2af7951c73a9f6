"""What the viewer shows of a document: the pictures of its pages with boxes round the words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote as percent_encoded
from urllib.parse import urlencode

from indexer.boxes import Box, boxes_of, boxes_of_each
from indexer.domain import Document, Page
from indexer.parsing import PAGED
from service.pageimages import WIDTHS
from service.spans import place
from service.spans import wording as wording_of
from service.web.viewing import Span

_SHOWN_HASH = 16  # of the file, in the addresses of its pictures


@dataclass(frozen=True)
class View:
    """What an address asks for, checked. ``original``: pictures of the pages, else the text. ``lost``: see spans.py."""

    document: Document
    span: Span | None
    lost: bool
    original: bool
    q: str = ""

    @classmethod
    def read(cls, document: Document, named: tuple[str, str, str], view: str, q: str) -> View:
        """``named``: start, end and wording."""
        where = place(document.text, *named)
        return cls(document, where.span, where.lost, view != "text" and has_original(document), q)

    def url(self, page: int, *, original: bool | None = None, anchor: str = "ansicht") -> str:
        """The document at a page, in this view or the other."""
        given = self._query(self.original if original is None else original)
        query = {"seite": str(page)} | given | ({"q": self.q} if self.q else {})
        return f"{self._path()}?{urlencode(query)}#{anchor}"

    def without_search(self, page: int) -> str:
        return replace(self, q="").url(page)

    def page_url(self, page: int, *, original: bool | None = None) -> str:
        """The page by itself, in this view or the other."""
        query = urlencode(self._query(self.original if original is None else original))
        return f"{self._path()}/seite/{page}{'?' if query else ''}{query}"

    def fields(self) -> dict[str, str]:
        """What a form of the viewer carries on."""
        return self._query(self.original)

    def boxes_on(self, page: int) -> list[Box]:
        """Where the marked words stand on a page."""
        return [box for box in boxes_of(self.document.boxes, *self.span) if box.page == page] if self.span else []

    def pages_of(self, found: Sequence[Span]) -> list[tuple[Page, int]]:
        """The pages that hold words found, with how many."""
        counts = Counter(self.document.page_at(start).number for start, _ in found)
        return [(self.document.pages[number - 1], count) for number, count in sorted(counts.items())]

    def _path(self) -> str:
        return f"/dokumente/{percent_encoded(self.document.id)}"

    def _query(self, original: bool) -> dict[str, str]:
        query = {} if original or not has_original(self.document) else {"ansicht": "text"}
        if self.span is None:
            return query
        start, end = self.span
        words = wording_of(self.document.text[start:end])
        return {"start": str(start), "end": str(end)} | ({"wording": words} if words else {}) | query


@dataclass(frozen=True)
class OriginalPage:
    """The picture of a page. ``sizes``: (address, dots wide), small ones first. ``boxes`` of the marked words, ``found`` ones."""

    sizes: list[tuple[str, int]]
    boxes: list[Box]
    found: list[Box]

    @property
    def srcset(self) -> str:
        return ", ".join(f"{url} {width}w" for url, width in self.sizes)


def has_original(document: Document) -> bool:
    """Whether pages can be drawn: the format has some, and the file lies where it was, as large as it was."""
    file = document.file
    try:
        there = file.path.stat().st_size
    except OSError:
        return False
    return file.media_type in PAGED and (bool(file.member) or there == file.size)


def original_page(view: View, number: int, found: Sequence[Span]) -> OriginalPage:
    document = view.document
    address = f"/api/v1/documents/{percent_encoded(document.id)}/pages/{number}"
    version = document.file.sha256[:_SHOWN_HASH]
    page = document.pages[number - 1]
    here = [span for span in found if page.start <= span[0] < page.end]
    return OriginalPage(
        sizes=[(f"{address}?width={width}&v={version}", width) for width in WIDTHS],
        boxes=[_padded(box) for box in view.boxes_on(number)],
        found=[_padded(box) for boxes in boxes_of_each(document.boxes, here) for box in boxes],
    )


def _padded(box: Box) -> Box:
    """A hair larger, so that the frame does not stand on the letters."""
    return replace(box, left=box.left - 20, right=box.right + 20, top=box.top - 8, bottom=box.bottom + 8)
