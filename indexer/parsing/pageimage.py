"""A page as a picture: what a reader sees who opens the original. Drawn in the reading process only: files are hostile.

Its upper left corner and its edges are those that boxes.py measures from.
"""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image

from indexer.errors import BrokenFile
from indexer.parsing import media_type, pdf, pictures

_LONGEST = 4  # times the width; a page that is longer still is drawn narrower
_QUALITY = 80  # of WebP: small type has no visible halo


def draw(data: bytes, name: str, page: int, width: int) -> bytes:
    """Page ``page`` (from 1) as WebP, ``width`` dots wide. Raises a ReadError."""
    if media_type(Path(name)) == "application/pdf":
        picture = _of_pdf(data, page, width)
    else:
        picture = _fitted(pictures.page_of(data, page), width)
    written = io.BytesIO()
    picture.convert("RGB").save(written, "WEBP", quality=_QUALITY, method=2)
    return written.getvalue()


def _of_pdf(data: bytes, number: int, width: int) -> Image.Image:
    """With what stands in form fields. Scripts of the file never run: this build of pdfium knows no JavaScript."""
    document = pdf.opened(data)
    try:
        if number > len(document):
            raise BrokenFile(reason=f"Seite / page {number}")
        document.init_forms()
        page = document[number - 1]
        across, down = page.get_size()
        whole = width - 0.01  # pdfium rounds up
        scale = min(whole / max(1.0, across), _LONGEST * whole / max(1.0, down))
        drawn: Image.Image = page.render(scale=scale).to_pil()
        return drawn
    except pdfium.PdfiumError as error:
        raise BrokenFile(reason=type(error).__name__) from error
    finally:
        document.close()


def _fitted(picture: Image.Image, width: int) -> Image.Image:
    height = min(round(picture.height * width / picture.width), _LONGEST * width)
    size = max(1, round(picture.width * height / picture.height)), max(1, height)
    return picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
