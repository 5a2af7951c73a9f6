"""What the reading process answered, as values. A hostile file may have taken it over: nothing it says is believed unseen."""

from __future__ import annotations

import zlib
from typing import Any

from pydantic import TypeAdapter

from indexer import errors
from indexer.boxes import BYTES, boxes_of
from indexer.domain import Block, Page
from indexer.parsing.layout import LaidOut

_PAGES = TypeAdapter(tuple[Page, ...])
_BLOCKS = TypeAdapter(tuple[Block, ...])
_LONGEST_DETAIL = 500  # characters
_HIGHEST_LEVEL = 1000  # of headings and lists


def laid_out(answer: Any) -> LaidOut:
    """The file as it was read. Raises the ReadError that the answer tells, or whatever a wrong shape raises."""
    if "error" in answer:
        raise error_of(answer)
    text, notes = str(answer["text"]), tuple(str(note) for note in answer["notes"])
    pages, blocks = _PAGES.validate_python(answer["pages"]), _BLOCKS.validate_python(answer["blocks"])
    for words in (text, *notes, *(page.label for page in pages)):
        words.encode()  # no lone surrogates
    if [page.number for page in pages] != list(range(1, len(pages) + 1)) or not pages:
        raise ValueError("pages that are not numbered")
    _check_spans(pages, len(text))
    _check_spans(blocks, len(text))
    for block in blocks:
        sure = block.confidence is None or 0 <= block.confidence <= 1
        if not (sure and 1 <= block.page <= len(pages) and 0 <= block.level <= _HIGHEST_LEVEL):
            raise ValueError("a block that cannot be")
    return LaidOut(text, pages, blocks, _boxes(bytes.fromhex(answer["boxes"]), len(text), len(pages)), notes)


def error_of(answer: Any) -> errors.ReadError:
    kinds = {kind.code: kind for kind in errors.ReadError.__subclasses__()}
    return kinds[answer["error"]](**{name: str(value)[:_LONGEST_DETAIL] for name, value in answer["details"].items()})


def _check_spans(parts: tuple[Page, ...] | tuple[Block, ...], length: int) -> None:
    """Inside the text, one after the other."""
    at = 0
    for part in parts:
        if not at <= part.start <= part.end <= length:
            raise ValueError("a span outside the text")
        at = part.end


def _boxes(packed: bytes, length: int, pages: int) -> bytes:
    """Checked as they will be used; there is at most one for each character."""
    if not packed:
        return packed
    most = BYTES * (length + 1)
    if len(zlib.decompressobj().decompress(packed, most + 1)) > most:
        raise ValueError("more boxes than characters")
    for box in boxes_of(packed, 0, length + 1):
        if not (0 <= box.start <= box.end <= length and 1 <= box.page <= pages):
            raise ValueError("a box outside the text")
    return packed
