"""Scans and pictures: what Tesseract reads, what is noted where it cannot, and that it never is silence."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import reportlab
from drawing import BOLD, Drawing, read
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.ttfonts import TTFont

from indexer.boxes import boxes_of
from indexer.parsing import ocr, parse
from indexer.parsing.layout import LaidOut

VERA = str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")
needs_tesseract = pytest.mark.skipif(ocr.available() is None, reason="Tesseract or its German data is not installed")

LETTER = (
    "Der Kreistag hat in seiner Sitzung dem Ausbau der Radwege zugestimmt. "
    "Die Kosten betragen 4750 Euro und werden aus dem laufenden Haushalt bezahlt."
)
FIELDS = ("Gesundheit und Pflege", "Bildung und Betreuung", "Mobilität im Alter")
SENTENCE = "Auf diesem Blatt steht ein Satz über die Radwege."


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """What is known of the program is forgotten before and after: tests put others in its place."""
    ocr.available.cache_clear()
    yield
    ocr.available.cache_clear()


def picture_of(lines: tuple[str, ...], width: float, height: float, size: float = 12, scale: float = 300 / 72) -> Image.Image:
    """Lines of type as a picture of 300 dots an inch."""
    drawing = Drawing(width, height)
    drawing.lines(20, 1.5 * size, lines, size, step=1.5 * size)
    with pdfium.PdfDocument(drawing.pdf()) as document:
        return document[0].render(scale=scale, grayscale=True).to_pil()


def letter(size: float = 12) -> Image.Image:
    return picture_of(tuple(simpleSplit(LETTER, "Helvetica", size, 250)), 300, 160, size)


def scan(*pages: Image.Image) -> bytes:
    """A PDF whose pages are pictures."""
    drawing = Drawing(pages[0].width * 0.24, pages[0].height * 0.24)
    for page in pages:
        drawing.canvas.setPageSize((page.width * 0.24, page.height * 0.24))
        drawing.height = page.height * 0.24
        drawing.picture(page, 0, 0, page.width * 0.24, page.height * 0.24).page()
    return drawing.pdf()


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def in_one(laid_out: LaidOut) -> str:
    return " ".join(laid_out.text.split())


def noise(width: int, height: int) -> Image.Image:
    """A photograph: no two dots alike."""
    return Image.frombytes("L", (width // 8, height // 8), random.Random(7).randbytes(width // 8 * (height // 8))).resize(
        (width, height)
    )


def arms(width: int, height: int) -> Image.Image:
    """A coat of arms."""
    picture = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(picture)
    pen.polygon([(40, 20), (width - 40, 20), (width - 40, height // 2), (width // 2, height - 20), (40, height // 2)], 90, 0, 8)
    pen.ellipse((width // 3, 60, 2 * width // 3, 60 + width // 3), 200, 0, 6)
    return picture


def without_map(text: str) -> bytes:
    """A page of text by the numbers of its glyphs, in a font that does not say which letters these are."""
    face = TTFont("Vera", "Vera.ttf").face
    objects: list[bytes] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 160]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
    ]
    lines = simpleSplit(text, "Helvetica", 12, 220)
    shown = b"BT /F1 12 Tf 18 TL 20 140 Td "
    for line in lines:
        shown += b"<" + b"".join(b"%04X" % face.charToGlyph[ord(character)] for character in line) + b"> Tj T* "
    widths = b" ".join(b"%d [%d]" % (face.charToGlyph[ord(one)], face.charWidths[ord(one)]) for one in sorted(set(text)))
    font = Path(face.filename).read_bytes()
    objects += [
        b"<</Length %d>>stream\n%s ET\nendstream" % (len(shown) + 3, shown),
        b"<</Type/Font/Subtype/Type0/BaseFont/Ohne/Encoding/Identity-H/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Ohne/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/FontDescriptor 7 0 R/CIDToGIDMap/Identity/W[%s]>>" % widths,
        b"<</Type/FontDescriptor/FontName/Ohne/Flags 4/FontBBox[-200 -300 1300 1000]/ItalicAngle 0/Ascent 900/Descent -200"
        b"/CapHeight 700/StemV 80/FontFile2 8 0 R>>",
        b"<</Length %d/Length1 %d>>stream\n%s\nendstream" % (len(font), len(font), font),
    ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, held) for number, held in enumerate(objects, start=1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size 9>>\nstartxref\n0\n%%EOF"


# What is read


@needs_tesseract
def test_a_scanned_page_is_read_and_marked_with_its_confidence() -> None:
    laid_out = read(scan(letter()))
    assert in_one(laid_out) == LETTER
    assert laid_out.notes == ("ocr_pages:1",)
    assert all(block.confidence is not None and 0.5 < block.confidence <= 1 for block in laid_out.blocks)
    start = laid_out.text.index("Radwege")
    (box,) = boxes_of(laid_out.boxes, start, start + 7)
    assert 0 < box.left < box.right < 10_000
    assert 0 < box.top < box.bottom < 5_000


@needs_tesseract
@pytest.mark.parametrize("turn", [90, 180])
def test_a_scan_that_lies_on_its_side_is_read_and_marked_where_it_stands(turn: int) -> None:
    upright, turned = read(scan(letter())), read(scan(letter().rotate(turn, expand=True)))
    assert in_one(turned) == LETTER
    start, there = upright.text.index("Sitzung"), turned.text.index("Sitzung")
    (a,), (b,) = boxes_of(upright.boxes, start, start + 7), boxes_of(turned.boxes, there, there + 7)
    wanted = (
        (a.top, 10_000 - a.right, a.bottom, 10_000 - a.left)
        if turn == 90
        else tuple(10_000 - e for e in (a.right, a.bottom, a.left, a.top))
    )
    assert (b.left, b.top, b.right, b.bottom) == pytest.approx(wanted, abs=60)


def announced(picture: Image.Image) -> bytes:
    """A page of text that announces what a picture then shows."""
    drawing = Drawing().text(60, 60, "Konzept für Senioren", 16, BOLD)
    drawing.text(60, 100, "Der Kreistag hat das Konzept für Senioren im vergangenen Jahr beschlossen.")
    drawing.text(60, 140, "Die Handlungsfelder gestalten sich wie folgt:")
    drawing.picture(picture, 60, 160, 300, 120)
    return drawing.text(60, 320, "Die Verwaltung berichtet jedes Jahr über die Umsetzung.").pdf()


@needs_tesseract
def test_a_list_that_is_a_picture_becomes_text_where_it_stands() -> None:
    laid_out = read(announced(picture_of(FIELDS, 300, 120, 14)))
    found = [(laid_out.text[b.start : b.end], b.confidence is not None, b.gap) for b in laid_out.blocks]
    assert ("Die Handlungsfelder gestalten sich wie folgt:", False, False) in found
    places = [in_one(laid_out).index(field) for field in ("wie folgt:", *FIELDS, "Die Verwaltung berichtet")]
    assert places == sorted(places)
    assert all(any(field in text and sure for text, sure, _ in found) for field in FIELDS)
    assert laid_out.notes == ("ocr_pages:1",)


@needs_tesseract
@pytest.mark.parametrize("picture", [noise, arms])
def test_a_picture_without_letters_leaves_a_gap(picture) -> None:
    laid_out = read(announced(picture(1250, 500)))
    assert [laid_out.text[b.start : b.end] for b in laid_out.blocks if b.gap] == ["Die Handlungsfelder gestalten sich wie folgt:"]
    assert all(block.confidence is None for block in laid_out.blocks)
    assert laid_out.notes == ()


def test_a_logo_on_each_page_is_no_picture_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: None)
    drawing = Drawing()
    logo = picture_of(("Landkreis Aurental",), 200, 40, 14)
    for word in ("eins", "zwei", "drei"):
        drawing.picture(logo, 380, 20, 150, 30)
        drawing.text(60, 100, f"Auf Blatt {word} ist Folgendes zu den Radwegen beschlossen worden:")
        drawing.text(60, 112, f"Der Ausbau beginnt im Jahr {word}.").page()
    assert read(drawing.pdf()).notes == ()


@needs_tesseract
def test_pictures_as_files_are_read_page_by_page() -> None:
    page = letter()
    for kind, name in (("PNG", "a.png"), ("JPEG", "a.jpg")):
        laid_out = read(saved(page, kind), name)
        assert in_one(laid_out) == LETTER
        assert laid_out.notes == ("ocr_pages:1",)
    second = picture_of(("Zweites Blatt der Drucksache", "über die Radwege im Kreis"), 300, 160)
    blank = Image.new("L", page.size, 255)
    laid_out = read(saved(page, "TIFF", save_all=True, append_images=[blank, second]), "a.tif")
    sheets = [" ".join(laid_out.text[p.start : p.end].split()) for p in laid_out.pages]
    assert sheets == [LETTER, "", "Zweites Blatt der Drucksache über die Radwege im Kreis"]
    assert laid_out.notes == ("ocr_pages:1,3",)


@needs_tesseract
def test_letters_on_a_transparent_ground_are_read() -> None:
    black = Image.new("L", letter().size, 0)
    assert in_one(read(saved(Image.merge("LA", (black, letter().point(lambda grey: 255 - grey))), "PNG"), "a.png")) == LETTER


@needs_tesseract
def test_a_font_that_does_not_say_its_letters_is_read_as_a_picture() -> None:
    """The letters are drawn rightly, but the file gives no meaning to them."""
    laid_out = read(without_map(LETTER))
    assert in_one(laid_out) == LETTER
    assert laid_out.notes == ("ocr_pages:1",)


def test_a_scan_with_words_behind_it_is_read_by_them_and_marked() -> None:
    drawing = Drawing().picture(noise(400, 600), 0, 0, 595, 842)
    text = drawing.canvas.beginText(60, drawing.height - 100)
    text.setTextRenderMode(3)
    text.setFont("Helvetica", 12)
    text.textLine("Beschluss über die Radwege im Aurental")
    drawing.canvas.drawText(text)
    laid_out = read(drawing.pdf())
    assert laid_out.text == "Beschluss über die Radwege im Aurental"
    assert [block.confidence for block in laid_out.blocks] == [0.75]
    assert laid_out.notes == ("ocr_pages:1",)


@needs_tesseract
def test_a_ruled_table_in_a_scan_is_read_by_its_cells() -> None:
    rows = [
        ["Gremium", "Ergebnis der Beratung"],
        ["Ausschuss für\nSoziales", "einstimmig\nempfohlen"],
        ["Kreistag", "beschlossen"],
    ]
    picture = Image.new("L", (1240, 700), 255)
    pen = ImageDraw.Draw(picture)
    for number, row in enumerate(rows):
        top = 100 + 160 * number
        for column, text in enumerate(row):
            pen.rectangle((100 + 480 * column, top, 580 + 480 * column, top + 160), outline=0, width=3)
            pen.multiline_text((120 + 480 * column, top + 20), text, font=ImageFont.truetype(VERA, 34), fill=0)
    data = io.BytesIO()
    picture.save(data, "PNG")
    scan = parse(data.getvalue(), "a.png")
    assert [scan.text[block.start : block.end] for block in scan.blocks] == [
        "Gremium | Ergebnis der Beratung",
        "Ausschuss für Soziales | einstimmig empfohlen",
        "Kreistag | beschlossen",
    ]
