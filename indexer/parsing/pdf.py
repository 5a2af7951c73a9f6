"""PDF to blocks: words with their places by pdfium, put in order by ``pages/``; what is a picture goes to text recognition.

pypdf opens what pdfium refuses and writes it anew: damaged files, mostly.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable

import pypdfium2 as pdfium
from pypdf import PdfReader, PdfWriter
from pypdf.errors import FileNotDecryptedError, PyPdfError

from indexer.errors import BrokenFile, EncryptedFile, NoText
from indexer.parsing.layout import LaidOut, lay_out, page_list
from indexer.parsing.pages.assembly import blocks_of
from indexer.parsing.pages.paragraphs import heading_key
from indexer.parsing.pages.words import Sheet
from indexer.parsing.pdfium import read_page
from indexer.parsing.scans import Recogniser

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings name bytes of the file, nothing an operator can mend

_MOST_PAGES = 5_000
_BEAT = 50  # pages after which more time is asked for
_CATALOGUE = re.compile(rb"\b(\d{1,8})\s+(\d{1,5})\s+obj\b[^>]{0,500}?/Type\s*/Catalog\b")


def parse(data: bytes, beat: Callable[[], None]) -> LaidOut:
    document = opened(data)
    try:
        document.init_forms()
        count = len(document)
        if count == 0:
            raise NoText
        labels = [document.get_page_label(index) or str(index + 1) for index in range(count)]
        titles = _titles(document)
        recogniser = Recogniser(document, beat)
        sheets: list[Sheet] = []
        for number in range(1, min(count, _MOST_PAGES) + 1):
            sheets.append(recogniser.completed(read_page(document, number, titles.get(number, {}))))
            if number % _BEAT == 0:
                beat()
        left_out = [f"pages_left_out:{page_list(range(_MOST_PAGES + 1, count + 1))}"] if count > _MOST_PAGES else []
        return lay_out(blocks_of(sheets), labels, [*recogniser.notes(), *left_out])
    except pdfium.PdfiumError as error:
        raise BrokenFile(reason=type(error).__name__) from error
    finally:
        document.close()


def opened(data: bytes) -> pdfium.PdfDocument:
    """The document, with the empty password if it is encrypted. Raises EncryptedFile, NoText or BrokenFile."""
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError:  # its reason may be that of an earlier file
        pass
    for mended in (_completed, _rewritten):
        try:
            return pdfium.PdfDocument(mended(data))
        except pdfium.PdfiumError as error:
            reason = type(error).__name__
    raise BrokenFile(reason=reason)


def _completed(data: bytes) -> bytes:
    """The file with a trailer, which names the catalogue: what breaks off has lost it."""
    catalogues = _CATALOGUE.findall(data)
    if b"startxref" in data or not catalogues:
        return data
    return data + b"\ntrailer<</Root %s %s R>>\nstartxref\n0\n%%%%EOF\n" % catalogues[-1]


def _rewritten(data: bytes) -> bytes:
    """The file as pypdf understands it. Raises EncryptedFile, NoText or BrokenFile."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise EncryptedFile
        if not reader.pages:
            raise NoText
        written = io.BytesIO()
        PdfWriter(clone_from=reader).write(written)
        return written.getvalue()
    except FileNotDecryptedError as error:
        raise EncryptedFile from error
    except (PyPdfError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, OSError, RecursionError) as error:
        # pypdf meets damaged files with whatever Python raises first; each of these has been seen.
        raise BrokenFile(reason=type(error).__name__) from error


def _titles(document: pdfium.PdfDocument) -> dict[int, dict[str, int]]:
    """The outline: for each page the keys of its headings, with their level."""
    found: dict[int, dict[str, int]] = {}
    for entry in document.get_toc(max_depth=6):
        target = entry.get_dest()
        page = target.get_index() if target else None
        if page is not None:
            found.setdefault(page + 1, {})[heading_key(entry.get_title())] = entry.level + 1
    return found
