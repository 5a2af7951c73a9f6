"""Papers on which marks are hard to place: columns, tables, turned and cropped pages, scans. Invented sentences."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Mapping

import pypdf
import pypdfium2 as pdfium
from PIL import Image, ImageFilter
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfgen.canvas import Canvas

_WIDTH, _HEIGHT = 595, 842
_TOWNS = "Auenbruck Birkholm Dornfeld Erlenau Fichtrode Grauental Hasselt Irmstadt Kalkum Lindach Mohnau Niederbach".split()
_MEASURES = ("die Schulsozialarbeit", "den Rufbus", "die Kurzzeitpflege", "das Familienzentrum", "die Schuldnerberatung")
_SCAN = 200 / 72  # dots a point


def papers(seed: int) -> Mapping[str, tuple[bytes, bytes | None]]:
    """Files by name, "KIND-N.pdf"; of a scan also the same page before it was one."""
    chance = random.Random(seed)
    made: dict[str, tuple[bytes, bytes | None]] = {}
    for n in range(3):
        made[f"columns-{n}.pdf"] = _columns(chance), None
        made[f"table-{n}.pdf"] = _table(chance), None
        made[f"turned-{n}.pdf"] = _turned(chance, (90, 180, 270)[n]), None
        made[f"cropped-{n}.pdf"] = _cropped(_prose(chance, 2), 30 + 20 * n), None
        page = (_prose, _columns)[n % 2](chance)
        made[f"scan-{n}.pdf"] = _scanned(page, chance), page
    return made


def _sentence(chance: random.Random) -> str:
    return (
        f"Die Gemeinde {chance.choice(_TOWNS)} erhält für {chance.choice(_MEASURES)} im Jahr {chance.randrange(2019, 2030)} "
        f"genau {chance.randrange(1000, 99_999)} Euro."
    )


def _lines(chance: random.Random, width: float) -> Iterator[str]:
    yield from simpleSplit(" ".join(_sentence(chance) for _ in range(200)), "Helvetica", 10, width)


def _begun(data: io.BytesIO) -> Canvas:
    canvas = Canvas(data, pagesize=(_WIDTH, _HEIGHT), invariant=1)
    canvas.setFont("Helvetica", 10)
    return canvas


def _prose(chance: random.Random, pages: int = 2) -> bytes:
    """Running text that goes on over the page break."""
    data = io.BytesIO()
    canvas, lines = _begun(data), _lines(chance, 470)
    for _ in range(pages):
        canvas.setFont("Helvetica", 10)
        for y in range(760, 80, -13):
            canvas.drawString(60, y, next(lines))
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def _columns(chance: random.Random) -> bytes:
    data = io.BytesIO()
    canvas, lines = _begun(data), _lines(chance, 215)
    for x in (60, 320):
        for y in range(760, 300, -13):
            canvas.drawString(x, y, next(lines))
    canvas.save()
    return data.getvalue()


def _table(chance: random.Random) -> bytes:
    data = io.BytesIO()
    canvas = _begun(data)
    xs, ys = (60, 180, 400, 535), range(760, 400, -24)
    rows = [("Gemeinde", "Maßnahme", "Betrag")]
    rows += [(chance.choice(_TOWNS), chance.choice(_MEASURES), f"{chance.randrange(1000, 99_999)} Euro") for _ in range(13)]
    for y, row in zip(ys, rows, strict=False):
        for x, cell in zip(xs, row, strict=False):
            canvas.drawString(x + 4, y - 16, cell)
    for y in ys:
        canvas.line(xs[0], y, xs[-1], y)
    for x in xs:
        canvas.line(x, ys[0], x, ys[-1])
    canvas.save()
    return data.getvalue()


def _turned(chance: random.Random, turn: int) -> bytes:
    """Drawn on its side, shown upright."""
    data = io.BytesIO()
    canvas = _begun(data)
    canvas.translate(*{90: (_WIDTH, 0), 180: (_WIDTH, _HEIGHT), 270: (0, _HEIGHT)}[turn])
    canvas.rotate(turn)
    canvas.setFont("Helvetica", 10)
    high = _HEIGHT if turn == 180 else _WIDTH
    for y, line in zip(range(high - 80, 80, -13), _lines(chance, 470), strict=False):
        canvas.drawString(60, y, line)
    canvas.save()
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data.getvalue()))
    writer.pages[0].rotate(turn)
    return _written(writer)


def _cropped(page: bytes, margin: float) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(page))
    for one in writer.pages:
        one.cropbox = pypdf.generic.RectangleObject((margin, margin / 2, _WIDTH - 20, _HEIGHT - margin))
    return _written(writer)


def _written(writer: pypdf.PdfWriter) -> bytes:
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def _scanned(page: bytes, chance: random.Random) -> bytes:
    """The pages as grey, slightly blurred pictures without any text."""
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=(_WIDTH, _HEIGHT), invariant=1)
    with pdfium.PdfDocument(page) as document:
        for one in document:
            picture: Image.Image = one.render(scale=_SCAN, grayscale=True).to_pil()
            picture = picture.filter(ImageFilter.GaussianBlur(0.4 + 0.3 * chance.random()))
            canvas.drawImage(ImageReader(picture), 0, 0, _WIDTH, _HEIGHT)
            canvas.showPage()
    canvas.save()
    return data.getvalue()
