"""PDF files for tests, drawn line by line; and what they are read to."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from PIL import Image
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from indexer.parsing import parse
from indexer.parsing.layout import LaidOut

WIDTH, HEIGHT = 595.0, 842.0
BOLD = "Helvetica-Bold"
VERA = "Vera"  # comes with reportlab: a font with Unicode map and ligatures

WORDS = (
    "Der Kreistag berät über den Ausbau der Radwege im Süden des Kreises und über deren Kosten; die Verwaltung legt dazu einen "
    "Bericht vor, der alle Gemeinden nennt und die Reihenfolge der Arbeiten erklärt, damit jede Kommune rechtzeitig planen kann. "
    "Die Mittel stehen bereit, sobald das Land seinen Anteil bewilligt hat, und der Bau beginnt an der Brücke über die Aurach. "
).split()


def prose(count: int, start: int = 0) -> str:
    """Running text of so many words."""
    return " ".join(WORDS[(start + at) % len(WORDS)] for at in range(count))


class Drawing:
    """A file in the making. Places are in points from the upper left corner of the page; ``y`` is a baseline."""

    def __init__(self, width: float = WIDTH, height: float = HEIGHT) -> None:
        if VERA not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(VERA, "Vera.ttf"))
        self.height = height
        self._data = io.BytesIO()
        self.canvas = Canvas(self._data, pagesize=(width, height), invariant=1)

    def text(self, x: float, y: float, text: str, size: float = 10, font: str = "Helvetica") -> Drawing:
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, self.height - y, text)
        return self

    def right(self, x: float, y: float, text: str, size: float = 10, font: str = "Helvetica") -> Drawing:
        self.canvas.setFont(font, size)
        self.canvas.drawRightString(x, self.height - y, text)
        return self

    def lines(
        self, x: float, y: float, lines: Iterable[str], size: float = 10, font: str = "Helvetica", step: float = 0
    ) -> float:
        """Draws the lines one below the other; the next baseline."""
        for line in lines:
            self.text(x, y, line, size, font)
            y += step or 1.2 * size
        return y

    def flow(self, x: float, y: float, width: float, text: str, size: float = 10, font: str = "Helvetica") -> float:
        """Draws the text broken to the width; the next baseline."""
        return self.lines(x, y, simpleSplit(text, font, size, width), size, font)

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> Drawing:
        self.canvas.setLineWidth(0.5)
        self.canvas.line(x0, self.height - y0, x1, self.height - y1)
        return self

    def grid(self, xs: Sequence[float], ys: Sequence[float]) -> Drawing:
        """All the lines of a table."""
        for y in ys:
            self.rule(xs[0], y, xs[-1], y)
        for x in xs:
            self.rule(x, ys[0], x, ys[-1])
        return self

    def picture(self, picture: Image.Image, x: float, y: float, width: float, height: float) -> Drawing:
        """Draws a picture with its upper left corner at x, y."""
        self.canvas.drawImage(ImageReader(picture), x, self.height - y - height, width, height)
        return self

    def page(self) -> Drawing:
        self.canvas.showPage()
        return self

    def pdf(self) -> bytes:
        self.canvas.save()
        return self._data.getvalue()


def read(data: bytes, name: str = "a.pdf") -> LaidOut:
    return parse(data, name)


def blocks(drawn: Drawing | bytes) -> list[tuple[str, str]]:
    """Kind and text of each block."""
    laid_out = read(drawn.pdf() if isinstance(drawn, Drawing) else drawn)
    return [(block.kind, laid_out.text[block.start : block.end]) for block in laid_out.blocks]


def texts(drawn: Drawing | bytes) -> list[str]:
    return [text for _, text in blocks(drawn)]
