"""Text recognition by Tesseract (https://tesseract-ocr.github.io/), a program of the system: picture in, words with places out.

It gets the picture through a pipe and answers through one, so that it works where no file may be written.
"""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from statistics import median

from PIL import Image

from indexer.parsing.pages.words import Word, cleaned

LANGUAGE = "deu"
DPI = 300  # what Tesseract is trained on
_SECONDS = 50  # for one picture; the time a file is given runs anew with each
_MOST_PIXELS = 30_000_000
_LONGEST_SIDE = 5_000  # dots; A3 at 300 an inch
_POOR = 0.5  # mean confidence below which the page may stand on its side
_SAME_TYPE = 0.2
_LEAST, _SPECK = 0.3, 3  # a few signs read with less confidence are specks of dirt
_LINE = ("block_num", "par_num", "line_num")  # columns of Tesseract's table that tell one line from another


class RecognitionFailed(Exception):
    """Tesseract gave up or took too long."""


@cache
def available() -> str | None:
    """Name and version of the program, "tesseract 5.3.0 deu"; None without it or without its German data."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    try:
        version = _said([program, "--version"])
        languages = _said([program, "--list-langs"])
    except (OSError, subprocess.SubprocessError):
        return None
    return f"{version.splitlines()[0]} {LANGUAGE}" if LANGUAGE in languages.split() else None


def _said(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, timeout=20, check=True, env=_environment())  # noqa: S603
    return (done.stdout or done.stderr).decode("utf-8", "replace")


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "TESSDATA_PREFIX") if name in os.environ}
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"} | kept


def recognise(picture: Image.Image, points_per_pixel: float, left: float = 0, top: float = 0) -> list[Word]:
    """The words of a picture in points; ``left``, ``top``: where its corner stands on the page. Raises RecognitionFailed."""
    table = _tesseract(picture, "--psm", "3", "tsv")
    try:
        lines = _lines(table, points_per_pixel, left, top)
    except (csv.Error, KeyError, TypeError, ValueError) as error:
        raise RecognitionFailed("no table of words") from error
    return _of_one_type([word for line in lines for word in _on_one_line(line)])


def _lines(table: str, scale: float, left: float, top: float) -> list[list[Word]]:
    """The words of each line. Raises what a table of another form raises first."""
    rows = csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
    if not {"level", *_LINE}.issubset(rows.fieldnames or ()):
        raise ValueError("no head")
    lines: dict[tuple[str, ...], list[Word]] = {}
    for row in rows:
        if row["level"] != "5":
            continue
        confidence = float(row["conf"])
        if not -1 <= confidence <= 100:  # -1: none
            raise ValueError("no confidence")
        line = lines.setdefault(tuple(row[name] for name in _LINE), [])
        line += _words(row, max(0.0, confidence) / 100, scale, left, top)
    return list(lines.values())


def _words(row: dict[str, str], confidence: float, scale: float, left: float, top: float) -> list[Word]:
    parts = cleaned((row["text"] or "").strip("|¦"))  # a ruled line beside a word
    letters = sum(c.isalnum() for c in row["text"] or "")
    if not parts or (confidence < _LEAST and letters <= _SPECK):
        return []
    x, y, width, height = (int(row[name]) * scale for name in ("left", "top", "width", "height"))
    step = width / len(parts)
    bottom = top + y + height
    return [
        Word(part, left + x + n * step, top + y, left + x + (n + 1) * step, bottom, bottom, height, False, confidence)
        for n, part in enumerate(parts)
    ]


def _on_one_line(line: list[Word]) -> list[Word]:
    """The words with one baseline and one size."""
    if not line:
        return []
    size = median(_type_size(word) for word in line)
    bottoms = sorted(word.bottom for word in line)
    baseline = bottoms[len(bottoms) // 2]
    return [replace(word, baseline=baseline, size=size) for word in line]


def _type_size(word: Word) -> float:
    """The size of type by the height of a word's picture, which depends on its letters: "an" is half as high as "Jagd".

    Parts of the size that usual text faces have: 0.52 small letters, 0.2 more what rises above them, 0.21 what hangs below.
    """
    rises = any(character.isupper() or character.isdigit() or character in "bdfhklßtäöü" for character in word.text)
    hangs = any(character in "gjpqyQ,;()" for character in word.text)
    return word.size / (0.52 + 0.2 * rises + 0.21 * hangs)


def _of_one_type(words: list[Word]) -> list[Word]:
    """The words with the usual size where theirs is near it: heights that are measured on letters vary."""
    usual = median(word.size for word in words) if words else 0
    return [replace(word, size=usual) if abs(word.size - usual) <= _SAME_TYPE * usual else word for word in words]


def fitted(picture: Image.Image) -> Image.Image:
    """The picture in grey on white, made smaller if it has more dots than are needed."""
    if picture.has_transparency_data:
        clear = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
    grey = picture.convert("L")
    grey.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    return grey


def mean_confidence(words: list[Word]) -> float:
    """Of all letters, 0 to 1."""
    weights = [(len(word.text), word.confidence or 0.0) for word in words]
    return sum(n * sure for n, sure in weights) / max(1, sum(n for n, _ in weights))


def quarter_turns(picture: Image.Image, words: list[Word]) -> int:
    """By how many quarter turns clockwise the picture must be turned to be read; 0 unless it was read poorly."""
    if words and mean_confidence(words) >= _POOR:
        return 0
    try:
        found = re.search(r"Rotate: (\d+)", _tesseract(picture, "--psm", "0", language="osd"))
    except RecognitionFailed:  # too few letters to tell
        return 0
    return int(found[1]) // 90 % 4 if found else 0


def _tesseract(picture: Image.Image, *options: str, language: str = LANGUAGE) -> str:
    program = shutil.which("tesseract")
    if program is None:
        raise RecognitionFailed("not installed")
    if picture.width * picture.height > _MOST_PIXELS:
        raise RecognitionFailed("too large")
    data = io.BytesIO()
    picture.convert("L").save(data, "PPM")
    command = [program, "stdin", "stdout", "-l", language, "--dpi", str(DPI), *options]
    try:
        done = subprocess.run(  # noqa: S603 (a program of the system, nothing of the file in its arguments)
            command, input=data.getvalue(), capture_output=True, timeout=_SECONDS, check=True, env=_environment()
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise RecognitionFailed(type(error).__name__) from error
    return done.stdout.decode("utf-8", "replace")
