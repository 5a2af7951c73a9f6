"""Raw blocks to stored text: one clean text per document, in which every block and page has its span.

Stored text is what people read and quotations are checked against: NFC, no soft hyphens or control characters, white
space folded, one block a line, an empty line around headings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from indexer.boxes import Box, pack
from indexer.domain import CELL_SEPARATOR, Block, BlockKind, Page

_SPACE = re.compile(r"\s+")
# Kept: everything printable. Dropped: soft hyphen, zero-width and direction characters, tags, controls, lone surrogates.
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\U000e0000-\U000e007f\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]"
)
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
# A block that announces what follows it: "… wie folgt:", "Übersicht der Maßnahmen:", "siehe nachstehende Abbildung:".
_ANNOUNCES = re.compile(
    r"\b(?:wie folgt|folgende\w*|nachfolgende\w*|nachstehende\w*|im (?:überblick|einzelnen)|übersicht\w*|abbildung\w*"
    r"|schaubild\w*|grafik\w*|diagramm\w*|darstellung|as follows|following)\b[^.!?]{0,80}:$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class RawBlock:
    """A block as a parser found it. ``break_before``: empty lines or a picture stand between it and the one before.

    ``boxes``: where its words stand, by their place in ``text``, which then is clean already.
    """

    kind: BlockKind
    text: str
    page: int = 1
    level: int = 0
    break_before: bool = False
    picture: bool = False  # not text at all: a picture without a description; it only opens a gap
    boxes: tuple[Box, ...] = ()
    confidence: float | None = None  # see domain.Block


@dataclass(frozen=True)
class LaidOut:
    """What a parser makes of a file. ``boxes``: packed, see boxes.py; b"" where a kind of file has no pages.

    ``notes`` are codes with page numbers: ``ocr_pages:1,2`` (text recognised there), ``ocr_missing:1,2`` (pictures there that
    nothing recognised, for want of Tesseract), ``ocr_failed:1,2`` (it was tried), ``blank_pages:4`` (there is nothing on
    them), ``pages_left_out:5001-9000`` (over the limit), and ``rows_left_out:120``, the number of a table's rows over the limit.
    """

    text: str
    pages: tuple[Page, ...]
    blocks: tuple[Block, ...]
    boxes: bytes = b""
    notes: tuple[str, ...] = ()


def clean(text: str) -> str:
    """One line of readable text: NFC, ligatures resolved, invisible characters dropped, white space folded.

    >>> clean("Hand\u00adlungs\u200bfelder\u00a0 der  ﬁnanziellen\\n Lage")
    'Handlungsfelder der finanziellen Lage'
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text).translate(_LIGATURES))
    return _SPACE.sub(" ", text).strip()


def page_list(pages: Iterable[int]) -> str:
    """Page numbers as people write them, see the notes of LaidOut.

    >>> page_list([1, 2, 3, 7, 9, 10])
    '1-3,7,9-10'
    """
    spans: list[list[int]] = []
    for page in pages:
        if spans and page == spans[-1][1] + 1:
            spans[-1][1] = page
        else:
            spans.append([page, page])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def pages_of(listed: str) -> set[int]:
    """The pages of a list as ``page_list`` writes it."""
    spans = (span.partition("-") for span in listed.split(",") if span)
    return {page for first, _, last in spans for page in range(int(first), int(last or first) + 1)}


def row_text(cells: Iterable[str]) -> str:
    """A table row as text. A bar inside a cell would read as a cell border and becomes a slash."""
    return CELL_SEPARATOR.join(clean(cell).replace("|", "/") for cell in cells).strip()


def lay_out(raw: Sequence[RawBlock], labels: Sequence[str] = ("1",), notes: Sequence[str] = ()) -> LaidOut:
    """The stored text of the blocks. ``labels`` are the printed page labels, one for each page of the file."""
    cleaned = [b if b.boxes or b.kind.startswith("table") else replace(b, text=clean(b.text)) for b in raw]
    parts: list[str] = []
    blocks: list[Block] = []
    boxes: list[Box] = []
    page_starts: dict[int, int] = {}
    length = 0
    for i, block in enumerate(cleaned):
        if block.picture or not block.text.strip(" |"):
            continue
        if parts:
            gap = "\n\n" if _paragraph_break(blocks[-1], block) else "\n"
            parts.append(gap)
            length += len(gap)
        page_starts.setdefault(block.page, length)
        end = length + len(block.text)
        blocks.append(Block(block.kind, block.level, block.page, length, end, _is_gap(cleaned, i), block.confidence))
        parts.append(block.text)
        for box in block.boxes:
            boxes.append(replace(box, start=length + box.start, end=length + box.end))
            page_starts.setdefault(box.page, length + box.start)  # a paragraph may go on on the next page
        length = end
    return LaidOut("".join(parts), _pages(page_starts, labels, length), tuple(blocks), pack(boxes), tuple(notes))


def _paragraph_break(before: Block, after: RawBlock) -> bool:
    return before.kind != after.kind or after.kind in ("heading", "paragraph") or before.page != after.page


def _is_gap(raw: Sequence[RawBlock], i: int) -> bool:
    """Whether block i announces something of which nothing readable follows."""
    if raw[i].kind != "paragraph" or not _ANNOUNCES.search(raw[i].text):
        return False
    following = raw[i + 1] if i + 1 < len(raw) else None
    if following is None or following.picture or following.kind == "heading":
        return True
    return following.kind == "paragraph" and following.break_before


def _pages(starts: dict[int, int], labels: Sequence[str], length: int) -> tuple[Page, ...]:
    """Every page of the file, those without text as empty spans at the place where they would stand."""
    pages: list[Page] = []
    next_start = length
    for number in range(len(labels), 0, -1):
        start = starts.get(number, next_start)
        pages.append(Page(number, clean(labels[number - 1]) or str(number), start, next_start))
        next_start = start
    first = pages[-1]
    pages[-1] = replace(first, start=0)
    return tuple(reversed(pages))
