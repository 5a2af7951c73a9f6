"""Which parts of a page are pictures of text, and what text recognition reads there.

A page without words, or whose font does not say which letters it shows, is recognised whole. On the others a picture of some
size that no words stand on is: the list that matters may be one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pypdfium2 as pdfium
from PIL import Image

from indexer.parsing import ocr
from indexer.parsing.layout import page_list
from indexer.parsing.pages.words import Area, Picture, Sheet, Word
from indexer.parsing.pdfium import Content
from indexer.parsing.rulings import rulings
from indexer.parsing.stamps import may_be_stamp

_FEW_LETTERS = 20  # a page with fewer is none of text: a stamp, a page number
_UNMAPPED = 0.2  # share of characters that are not known
_LEAST_SHARE = 0.015  # of the page's area: smaller pictures are ornaments
_LEAST_WIDTH, _LEAST_HEIGHT = 60.0, 18.0  # points
_MISSED_SHARE = 0.08  # a picture as large as that is missed if nothing can recognise it
_GUESSED = 0.4  # what is read in a picture with less is guessed, from the lettering of a logo, say
_READABLE = 0.6  # mean confidence of what was recognised in a picture
_LAYER = 0.75  # confidence of a scan's hidden words: somebody else's recognition, of unknown quality
_MOST_PICTURES = 12  # of one page
_MOST_PIXELS = 25_000_000


class Recogniser:
    """Completes the pages of one document; keeps account of what it did."""

    def __init__(self, document: pdfium.PdfDocument, beat: Callable[[], None]) -> None:
        self._document = document
        self._beat = beat
        self._recognised: list[int] = []
        self._missing: list[int] = []
        self._failed: list[int] = []
        self._blank: list[int] = []

    def notes(self) -> list[str]:
        """See layout.LaidOut."""
        kept = {
            "ocr_pages": self._recognised,
            "ocr_missing": self._missing,
            "ocr_failed": self._failed,
            "blank_pages": self._blank,
        }
        return [f"{code}:{page_list(pages)}" for code, pages in kept.items() if pages]

    def completed(self, content: Content) -> Sheet:
        """The page with the words of its pictures."""
        sheet = content.sheet
        whole = Area(0, 0, sheet.width, sheet.height)
        letters = sum(character.isalnum() for word in sheet.words for character in word.text)
        if content.unmapped > _UNMAPPED:
            return self._whole(replace(sheet, words=[], pictures=[Picture(whole)]))
        if letters >= _FEW_LETTERS:
            return self._pictures(sheet)
        if not sheet.pictures and not content.drawn:
            if not sheet.words:
                self._blank.append(sheet.number)
            return sheet
        if sum(len(word.text) for word in content.hidden) >= _FEW_LETTERS:
            self._recognised.append(sheet.number)
            return replace(sheet, words=[replace(word, confidence=_LAYER) for word in content.hidden], pictures=[])
        return self._whole(sheet)

    def _whole(self, sheet: Sheet) -> Sheet:
        whole = Area(0, 0, sheet.width, sheet.height)
        words, turns = self._read(sheet, whole, missed=True)
        if not words:
            return sheet
        picture, scale = self._drawn(sheet, whole)
        level, across = rulings(picture.rotate(-90 * turns, expand=True), scale)
        if turns % 2:
            sheet = replace(sheet, width=sheet.height, height=sheet.width)
        return replace(sheet, words=words, pictures=[], level=level, across=across, turns=turns)

    def _pictures(self, sheet: Sheet) -> Sheet:
        done: list[Picture] = []
        for number, picture in enumerate(sheet.pictures):
            area = _on_page(picture.area, sheet)
            if area.width < _LEAST_WIDTH or area.height < _LEAST_HEIGHT or _share(area, sheet) < _LEAST_SHARE:
                continue
            if sum(area.holds(word.middle) for word in sheet.words) > 2:  # text stands on it: a background
                continue
            words: list[Word] = []
            if number < _MOST_PICTURES:
                words, _ = self._read(sheet, area, missed=_share(area, sheet) >= _MISSED_SHARE)
                words = [word for word in words if (word.confidence or 0) >= _GUESSED]
            done.append(Picture(area, tuple(words) if _is_readable(words) else ()))
        return replace(sheet, pictures=done)

    def _read(self, sheet: Sheet, area: Area, *, missed: bool) -> tuple[list[Word], int]:
        """The words in an area, and the quarter turns after which they could be read (whole pages only)."""
        if ocr.available() is None:
            if missed:
                _add(self._missing, sheet.number)
            return [], 0
        self._beat()
        picture, scale = self._drawn(sheet, area)
        try:
            words, turns = ocr.recognise(picture, scale, area.left, area.top), 0
            if area.width == sheet.width and (turns := ocr.quarter_turns(picture, words)):
                self._beat()
                words = ocr.recognise(picture.rotate(-90 * turns, expand=True), scale)
        except ocr.RecognitionFailed:
            _add(self._failed, sheet.number)
            return [], 0
        if words and (area.width == sheet.width or _is_readable(words)):
            _add(self._recognised, sheet.number)
        return words, turns

    def _drawn(self, sheet: Sheet, area: Area) -> tuple[Image.Image, float]:
        """The area as a grey picture, and the points that a pixel of it is."""
        scale = ocr.DPI / 72
        scale = min(scale, (_MOST_PIXELS / max(1.0, area.width * area.height)) ** 0.5)
        page = self._document[sheet.number - 1]
        try:
            crop = (area.left, sheet.height - area.bottom, sheet.width - area.right, area.top)
            return page.render(scale=scale, crop=crop, grayscale=True).to_pil(), 1 / scale
        finally:
            page.close()


def _add(pages: list[int], number: int) -> None:
    if number not in pages:
        pages.append(number)


def _on_page(area: Area, sheet: Sheet) -> Area:
    left, right = max(0.0, area.left), min(sheet.width, area.right)
    top, bottom = max(0.0, area.top), min(sheet.height, area.bottom)
    return Area(left, top, max(left, right), max(top, bottom))


def _share(area: Area, sheet: Sheet) -> float:
    return area.width * area.height / max(1.0, sheet.width * sheet.height)


def _is_readable(words: list[Word]) -> bool:
    """Whether words were recognised, rather than letters seen in a photograph or a coat of arms; a stamp may be one word."""
    if may_be_stamp(" ".join(word.text for word in words)):
        return True
    sure = [w for w in words if (w.confidence or 0) >= _READABLE and sum(c.isalpha() for c in w.text) >= 3]
    return len(sure) >= 2 and ocr.mean_confidence(words) >= _READABLE
