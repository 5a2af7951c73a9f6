"""PDF to blocks by pypdf: the text of each page, its lines joined to paragraphs, page headers and footers left out."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Callable, Sequence

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from indexer.errors import BrokenFile, EncryptedFile, NoText
from indexer.parsing.layout import LaidOut, RawBlock, clean, lay_out
from indexer.parsing.text import blocks_of

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings name bytes of the file, nothing an operator can mend

_EDGE = 3  # lines at the top and bottom of a page that may be its header and footer
_PAGE_NUMBER = re.compile(r"^(?:-\s*)?(?:Seite|S\.|Page)?\s*\d{1,4}(?:\s*(?:von|/|of)\s*\d{1,4})?(?:\s*-)?$", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")


def parse(data: bytes, beat: Callable[[], None]) -> LaidOut:  # noqa: ARG001
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise EncryptedFile
        sheets = [page.extract_text().splitlines() for page in reader.pages]
        labels = list(reader.page_labels)
    except (FileNotDecryptedError, DependencyError) as error:
        raise EncryptedFile from error
    except EncryptedFile:
        raise
    except (
        PyPdfError,
        ArithmeticError,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        OSError,
        RecursionError,
    ) as error:
        # pypdf meets damaged files with whatever Python raises first; each of these has been seen.
        raise BrokenFile(reason=type(error).__name__) from error
    if not sheets:
        raise NoText
    blocks: list[RawBlock] = []
    for number, lines in enumerate(_without_frames(sheets), start=1):
        blocks += blocks_of(lines, number)
    return lay_out(blocks, labels)


def _without_frames(sheets: Sequence[Sequence[str]]) -> list[list[str]]:
    """The lines of each page without page numbers and without edge lines that recur, digits aside, on most pages."""
    seen = Counter(key for lines in sheets for key in {_frame_key(line) for _, line in _edges(lines)})
    often = max(2, (len(sheets) + 1) // 2)
    kept: list[list[str]] = []
    for lines in sheets:
        frame = {
            at
            for at, line in _edges(lines)
            if _PAGE_NUMBER.match(clean(line)) or (len(sheets) > 1 and seen[_frame_key(line)] >= often)
        }
        kept.append([line for at, line in enumerate(lines) if at not in frame])
    return kept


def _edges(lines: Sequence[str]) -> list[tuple[int, str]]:
    """The first and last lines with text, as (position, line)."""
    full = [(at, line) for at, line in enumerate(lines) if line.strip()]
    return full if len(full) <= 2 * _EDGE else full[:_EDGE] + full[-_EDGE:]


def _frame_key(line: str) -> str:
    return _DIGITS.sub("#", clean(line))
