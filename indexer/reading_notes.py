"""Why a file was not read, or what of it was not: codes with details, as the books keep them, and their sentences.

A code is that of a ReadError or of a note that a parser leaves on a document (parsing/layout.py). Every sentence says what
is missing and what to do about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from indexer.errors import ReadError

_INSTALL = "apt-get install tesseract-ocr tesseract-ocr-deu"
_SENTENCES: dict[str, tuple[str, str]] = {  # German, English
    "pages_without_text": (
        "Seiten ohne lesbaren Text: {pages}. Bitte im Original prüfen, ob dort etwas steht, und wenn ja, besser einscannen.",
        "Pages without readable text: {pages}. Please check in the original whether they hold any, and if so, scan them better.",
    ),
    "ocr_missing": (
        f"Eingescannt und nicht gelesen, weil Tesseract fehlt: Seiten {{pages}}. Bitte installieren ({_INSTALL}); "
        "der nächste Lauf liest die Datei von selbst noch einmal.",
        f"Scanned and not read, for want of Tesseract: pages {{pages}}. Please install it ({_INSTALL}); "
        "the next run reads the file again by itself.",
    ),
    "ocr_failed": (
        "Eingescannt, und die Texterkennung blieb ohne Ergebnis: Seiten {pages}. Bitte besser einscannen (300 dpi, gerade).",
        "Scanned, and text recognition tried in vain: pages {pages}. Please scan them better (300 dpi, straight).",
    ),
    "pages_left_out": (
        "Nicht gelesen, weil die Datei zu viele Seiten hat: Seiten {pages}. Bitte die Datei teilen.",
        "Not read, because the file has too many pages: pages {pages}. Please split the file.",
    ),
    "rows_left_out": (
        "Zu lange Tabelle: {pages} Zeilen sind nicht gelesen. Bitte auf mehrere Dateien verteilen.",
        "Table too long: {pages} rows were not read. Please split the file.",
    ),
    "given_up": (
        "Nach {attempts} Versuchen wird sie erst wieder gelesen, wenn sie oder die Grenze sich ändert.",
        "After {attempts} attempts it is read again only when it or the limit changes.",
    ),
}
_HEADINGS: dict[str, tuple[str, str]] = {
    "pages_without_text": ("Seiten ohne lesbaren Text", "Pages without readable text"),
    "ocr_missing": ("Eingescannt, Tesseract fehlt", "Scanned, no Tesseract"),
    "ocr_failed": ("Eingescannt, Texterkennung ohne Ergebnis", "Scanned, text recognition in vain"),
    "pages_left_out": ("Zu viele Seiten", "Too many pages"),
    "rows_left_out": ("Zu lange Tabelle", "Table too long"),
    "unreadable": ("Nicht lesbar", "Cannot be read"),
    "empty": ("Leer", "Empty"),
    "unsupported": ("Dateiart wird nicht gelesen", "Kind of file is not read"),
    "mislabelled": ("Endung passt nicht zum Inhalt", "Ending does not fit the content"),
    "broken": ("Beschädigt", "Damaged"),
    "encrypted": ("Mit Kennwort geschützt", "Protected by a password"),
    "forgotten": ("Vergessen", "Forgotten"),
    "not_as_read": ("Seit dem Einlesen geändert", "Changed since it was read"),
    "no_text": ("Kein lesbarer Text", "No readable text"),
    "no_recognition": ("Bild ohne Text, Tesseract fehlt", "Picture without text, no Tesseract"),
    "too_large": ("Zu groß", "Too large"),
    "too_many_pixels": ("Bild zu groß", "Picture too large"),
    "nested_deep": ("Zu tief verschachtelt", "Nested too deep"),
    "too_much_inside": ("Entpackt zu groß", "Too large when unpacked"),
    "path": ("Kann nicht geöffnet werden", "Cannot be opened"),
    "sidecar": ("Begleitdaten nicht verwendbar", "Sidecar cannot be used"),
    "stopped": ("Lesen abgebrochen (Zeit oder Speicher)", "Reading stopped (time or memory)"),
}
_LEFT_OUT = ("pages_left_out", "rows_left_out")  # no pages that the document has
_PARTLY = ("ocr_missing", "ocr_failed", *_LEFT_OUT, "pages_without_text")
_RANGE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")
_LISTED = 20  # runs of pages that a sentence names


@dataclass(frozen=True)
class Problem:
    """One reason why a file was not read, or not wholly."""

    code: str
    details: Mapping[str, str] = field(default_factory=dict)

    def message(self, language: str) -> str:
        """The sentence with its remedy."""
        if self.code in _SENTENCES:
            return _SENTENCES[self.code][language == "en"].format(**self.details)
        kind: type[ReadError] = next((kind for kind in ReadError.__subclasses__() if kind.code == self.code), ReadError)
        return kind(**{"reason": self.code, **self.details}).message(language)


def heading(code: str, language: str) -> str:
    """A few words for a group of files with this first reason."""
    return _HEADINGS.get(code, (code, code))[language == "en"]


def problem_of(error: ReadError) -> Problem:
    return Problem(error.code, error.details)


def problems_of(notes: Iterable[str], pages: int) -> tuple[Problem, ...]:
    """What the notes of a document of so many pages say was not read; each page is told once, with the best reason known."""
    listed = list(notes)
    told: set[int] = set()
    problems: list[Problem] = []
    for code in _PARTLY:
        if code in _LEFT_OUT:
            words = ", ".join(shown for note in listed for shown in _ranges(note, code))
        else:
            missing = set(pages_noted(listed, code, pages)) - (told if code == "pages_without_text" else set())
            told |= missing
            words = as_said(sorted(missing))
        problems += [Problem(code, {"pages": words})] if words else []
    return tuple(problems)


def pages_noted(notes: Iterable[str], code: str, pages: int) -> tuple[int, ...]:
    """The numbers of the pages that the notes with this code name, as far as the document has them."""
    named: set[int] = set()
    for note in notes:
        for shown in _ranges(note, code):
            first, _, last = shown.partition("–")
            named.update(range(max(1, int(first)), min(pages, int(last or first)) + 1))
    return tuple(sorted(named))


def as_said(numbers: Sequence[int]) -> str:
    """Page numbers as people write them.

    >>> as_said([1, 2, 3, 7])
    '1–3, 7'
    """
    starts = [n for before, n in pairwise([-1, *numbers]) if n != before + 1]
    ends = [n for n, after in pairwise([*numbers, -1]) if after != n + 1]
    runs = [str(a) if a == b else f"{a}–{b}" for a, b in zip(starts, ends, strict=True)]
    return ", ".join(runs[:_LISTED]) + (", …" if len(runs) > _LISTED else "")


def _ranges(note: str, code: str) -> list[str]:
    """Of a note with this code the pages and runs of pages. What a parser says is not trusted to be numbers."""
    found, _, listed = note.partition(":")
    if found != code:
        return []
    parts = (_RANGE.fullmatch(part) for part in listed.split(","))
    return [f"{part[1]}–{part[2]}" if part[2] else part[1] for part in parts if part]
