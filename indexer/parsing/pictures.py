"""Pictures of pages (PNG, JPEG, TIFF with several pages) to blocks: nothing but text recognition."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import islice

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from indexer.errors import BrokenFile, NoRecognition, TooManyPixels
from indexer.parsing import ocr
from indexer.parsing.layout import LaidOut, lay_out, page_list
from indexer.parsing.pages.assembly import blocks_of
from indexer.parsing.pages.words import Sheet
from indexer.parsing.rulings import rulings

_FORMATS = ("PNG", "JPEG", "TIFF")
_MOST_PIXELS = 100_000_000  # of one page: A4 at 300 dots an inch has 9 million
_MOST_PAGES = 500
_WIDTH = 595.0  # points: a page is taken for A4, whatever its dots


Image.MAX_IMAGE_PIXELS = None  # Pillow's own bound, below which a page may still be large; ours is told page by page


def parse(data: bytes, beat: Callable[[], None]) -> LaidOut:
    if ocr.available() is None:
        raise NoRecognition
    sheets: list[Sheet] = []
    failed: list[int] = []
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            for number, page in enumerate(_pages(picture), start=1):
                beat()
                try:
                    sheets.append(_sheet(page, number, beat))
                except ocr.RecognitionFailed:
                    failed.append(number)
                    sheets.append(Sheet(number, 1, 1, ()))
            count = getattr(picture, "n_frames", 1)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise BrokenFile(reason=type(error).__name__) from error
    found = {
        "ocr_pages": [sheet.number for sheet in sheets if sheet.words],
        "ocr_failed": failed,
        "pages_left_out": range(_MOST_PAGES + 1, count + 1),
    }
    notes = [f"{code}:{page_list(pages)}" for code, pages in found.items() if pages]
    return lay_out(blocks_of(sheets), [str(number) for number in range(1, count + 1)], notes)


def page_of(data: bytes, number: int) -> Image.Image:
    """One page, upright. Raises BrokenFile or TooManyPixels."""
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            page = next(islice(_pages(picture), number - 1, None), None)
            if page is None:
                raise BrokenFile(reason=f"Seite / page {number}")
            page.load()
            return page.copy()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise BrokenFile(reason=type(error).__name__) from error


def _pages(picture: Image.Image) -> Iterator[Image.Image]:
    """The pages of a picture, upright. Raises TooManyPixels before one is unpacked."""
    for page in islice(ImageSequence.Iterator(picture), _MOST_PAGES):
        if page.width * page.height > _MOST_PIXELS:
            raise TooManyPixels(width=page.width, height=page.height, limit=_MOST_PIXELS // 1_000_000)
        yield ImageOps.exif_transpose(page)


def _sheet(page: Image.Image, number: int, beat: Callable[[], None]) -> Sheet:
    page = ocr.fitted(page)
    scale = _WIDTH / page.width
    width, height = _WIDTH, page.height * scale
    words = ocr.recognise(page, scale)
    turns = ocr.quarter_turns(page, words)
    if turns:
        beat()
        page = page.rotate(-90 * turns, expand=True)
        words = ocr.recognise(page, scale)
    if turns % 2:
        width, height = height, width
    level, across = rulings(page, scale)
    return Sheet(number, width, height, words, level, across, turns=turns)
