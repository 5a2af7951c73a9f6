"""Make the PDF, DOCX and scanned files of ``corpus/sample`` from the texts beside this script.

Usage: ``python tests/sample/make_sample.py [TARGET]`` (default: ``corpus/sample`` of this checkout).
Needs reportlab, python-docx and pillow. Running it twice gives identical bytes.

A source is ``source/<body>/<name>.<kind>.txt``, where kind is ``pdf``, ``docx`` or ``scan`` (a PDF that
holds only the picture of a page). A form, ``<name>.<kind>.form.txt``, is filled once for each line of
``<name>.jsonl``; the key ``file`` names the result, the others replace ``<<key>>`` in the form.

The markup of a source, one block per paragraph, blocks parted by blank lines::

    @header text   @footer text     running head and foot (first lines of the file)
    # Title  ## Section  ### Sub    headings
    | a | b |                       table rows, the first one is the head
    - item                          list items
    ! line                          lines of a picture (PDF only): no text, but the picture of one
    ===                             page break
    {shy} {nbsp}                    soft hyphen, no-break space
    a line ending in a backslash    keeps its line break
"""

import json
import random
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
import reportlab
from docx.document import Document
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Image as Picture
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

HERE = Path(__file__).resolve().parent
FIXED = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
FONT = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
SHY, NBSP = "\u00ad", "\u00a0"

# Long words and where a line may break inside them; the PDFs hyphenate at these places as real ones do.
BREAKS = (
    "Hand-lungs-feld", "Sozial-pla-nung", "Fort-schrei-bung", "Kurz-zeit-pflege", "Tages-pflege", "Bedarfs-gemein",
    "Schuld-ner-be-ra-tung", "Be-schluss-vor-schlag", "Zu-wen-dung", "Be-ratungs-stelle", "Gesund-heit", "Verwal-tung",
    "Nach-bar-schafts", "Maß-nahme", "Fach-kräfte", "Sozial-raum", "Haus-halts", "Woh-nungs", "Kinder-tages",
    "Träger-schaft", "Ein-wohn", "Land-kreis", "Kreis-tag", "Aus-schuss", "ins-gesamt", "Ju-gend-li-che",
    "Senio-ren", "Pflege-be-dürf-ti-ge", "Ab-stim-mung", "Be-völ-ke-rung", "Ent-wick-lung", "statio-nä-re", "Be-ratung",
)  # fmt: skip


@dataclass(frozen=True)
class Block:
    """One piece of a source: its kind (title, section, sub, text, item, table, picture, break) and its text or rows."""

    kind: str
    text: str = ""
    rows: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """A parsed source text."""

    header: str
    footer: str
    blocks: list[Block]


def parse(text: str) -> Source:
    """Read the markup described at the top of this module."""
    text = text.replace("{shy}", SHY).replace("{nbsp}", NBSP)
    marks = {"@header": "", "@footer": ""}
    lines = text.splitlines()
    while lines and lines[0].startswith("@"):
        mark, _, value = lines.pop(0).partition(" ")
        marks[mark] = value
    blocks = [block for part in "\n".join(lines).split("\n\n") for block in _blocks(part.strip("\n"))]
    return Source(marks["@header"], marks["@footer"], blocks)


def _blocks(part: str) -> Iterator[Block]:
    """Turn one paragraph of the source into blocks."""
    headings = {"# ": "title", "## ": "section", "### ": "sub"}
    lines = part.splitlines()
    if not lines:
        return
    if part == "===":
        yield Block("break")
    elif part.startswith("|"):
        yield Block("table", rows=[[cell.strip() for cell in line.strip("|").split("|")] for line in lines])
    elif part.startswith("- "):
        yield from (Block("item", item.replace("\n", " ")) for item in part[2:].split("\n- "))
    elif part.startswith("! "):
        yield Block("picture", "\n".join(line.removeprefix("! ") for line in lines))
    elif (mark := part.partition(" ")[0] + " ") in headings:
        yield Block(headings[mark], part[len(mark) :].replace("\n", " "))
    else:
        yield Block("text", part.replace("\\\n", "\0").replace("\n", " ").replace("\0", "\n"))


def _breakable(text: str) -> str:
    """Put soft hyphens into the long words of BREAKS."""
    for word in BREAKS:
        soft = word.replace("-", SHY)
        text = text.replace(word.replace("-", ""), soft)
        text = text.replace(word.replace("-", "").lower(), soft.lower())
    return text


def _styles() -> dict[str, ParagraphStyle]:
    """Give the paragraph styles of the PDFs."""
    base: dict[str, Any] = {"fontName": "Helvetica", "fontSize": 10, "leading": 13, "spaceAfter": 5}
    base["embeddedHyphenation"] = 1  # break at soft hyphens
    bold = base | {"fontName": "Helvetica-Bold"}
    return {
        "text": ParagraphStyle("text", **base),
        "item": ParagraphStyle("item", **base | {"leftIndent": 12, "bulletIndent": 2}),
        "cell": ParagraphStyle("cell", **base | {"fontSize": 8.5, "leading": 10.5, "spaceAfter": 0}),
        "head": ParagraphStyle("head", **bold | {"fontSize": 8.5, "leading": 10.5, "spaceAfter": 0}),
        "title": ParagraphStyle("title", **bold | {"fontSize": 14, "leading": 18, "spaceAfter": 8}),
        "section": ParagraphStyle("section", **bold | {"fontSize": 11.5, "leading": 15, "spaceBefore": 6}),
        "sub": ParagraphStyle("sub", **bold | {"spaceBefore": 3}),
    }


def _inline(text: str) -> str:
    """Escape a text for reportlab; tick boxes come from the symbol font, which is all the base fonts offer."""
    text = escape(_breakable(text)).replace("\n", "<br/>")
    for box, sign in (("☐", "❏"), ("☒", "✘")):
        text = text.replace(box, f'<font name="ZapfDingbats">{sign}</font>')
    return text


def _flowable(block: Block, styles: dict[str, ParagraphStyle], width: float) -> Any:
    """Make the reportlab object for a block."""
    if block.kind == "break":
        return PageBreak()
    if block.kind == "item":
        return Paragraph(_inline(block.text), styles["item"], bulletText="•")
    if block.kind == "picture":
        picture = _diagram(block.text.split("\n"))
        return Picture(_as_png(picture), width=0.8 * width, height=0.8 * width * picture.height / picture.width)
    if block.kind != "table":
        return Paragraph(_inline(block.text), styles[block.kind])
    cells = [[Paragraph(_inline(c), styles["cell" if n else "head"]) for c in row] for n, row in enumerate(block.rows)]
    widths = _widths(block.rows, width)
    grid = [("GRID", (0, 0), (-1, -1), 0.4, colors.grey), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    return Table(cells, colWidths=widths, repeatRows=1, style=[*grid, ("BOTTOMPADDING", (0, 0), (-1, -1), 4)])


def _diagram(lines: list[str]) -> Image.Image:
    """A picture of the lines as a presentation has them: one coloured bar each."""
    picture = Image.new("RGB", (1100, 90 * len(lines) + 20), "white")
    pen = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(FONT), 34)
    for number, line in enumerate(lines):
        top = 20 + 90 * number
        pen.rounded_rectangle((10, top, 1090, top + 70), radius=14, fill=(214, 230, 240), outline=(60, 110, 140), width=3)
        pen.text((40, top + 14), line, font=font, fill=(15, 35, 50))
    return picture


def _as_png(picture: Image.Image) -> BytesIO:
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    buffer.seek(0)
    return buffer


def _widths(rows: list[list[str]], width: float) -> list[float]:
    """Share the width among the columns by the length of their longest cells."""
    longest = [min(40, max(13, *(len(row[n]) for row in rows))) for n in range(len(rows[0]))]
    return [width * share / sum(longest) for share in longest]


def write_pdf(source: Source, path: Path) -> None:
    """Write a PDF with a text layer."""

    def frame(canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(20 * mm, 284 * mm, source.header)
        canvas.drawString(20 * mm, 12 * mm, source.footer)
        canvas.drawRightString(190 * mm, 12 * mm, f"Seite {document.page}")

    margins = {"leftMargin": 20 * mm, "rightMargin": 20 * mm, "topMargin": 20 * mm, "bottomMargin": 20 * mm}
    document = SimpleDocTemplate(str(path), pagesize=A4, invariant=1, title=path.stem, **margins)
    styles, story = _styles(), []
    for block in source.blocks:
        story.append(_flowable(block, styles, document.width))
        if block.kind == "table":
            story.append(Spacer(1, 6))
    document.build(story, onFirstPage=frame, onLaterPages=frame)


def write_docx(source: Source, path: Path) -> None:
    """Write a Word file."""
    document = docx.Document()
    properties = document.core_properties
    properties.created = properties.modified = FIXED
    properties.author, properties.title, properties.revision = "Beispielkorpus", path.stem, 1
    document.sections[0].header.paragraphs[0].text = source.header
    document.sections[0].footer.paragraphs[0].text = source.footer
    for block in source.blocks:
        _add(document, block)
    buffer = BytesIO()
    document.save(buffer)
    _write_fixed_zip(buffer, path)


def _add(document: Document, block: Block) -> None:
    """Append a block to a Word file."""
    levels = {"title": 1, "section": 2, "sub": 3}
    if block.kind == "break":
        document.add_page_break()
    elif block.kind in levels:
        document.add_heading(block.text, levels[block.kind])
    elif block.kind == "table":
        table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
        for row in block.rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    else:
        document.add_paragraph(block.text, style="List Bullet" if block.kind == "item" else None)


def _write_fixed_zip(buffer: BytesIO, path: Path) -> None:
    """Copy a zip archive with all its time stamps set to one moment."""
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, FIXED.timetuple()[:6])
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(info, old.read(name))


def write_scan(source: Source, path: Path) -> None:
    """Write a PDF whose only content is the slightly tilted, speckled picture of a page."""
    picture = _typed_page(source).rotate(0.7, resample=Image.Resampling.BICUBIC, fillcolor=255)
    chance = random.Random(18)
    for _ in range(900):
        spot = (chance.randrange(picture.width), chance.randrange(picture.height))
        picture.putpixel(spot, chance.choice((40, 90, 140)))
    picture = picture.point([value // 64 * 85 for value in range(256)])
    canvas = Canvas(str(path), pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle(path.stem)
    canvas.drawImage(ImageReader(picture), 0, 0, *A4)
    canvas.save()


def _typed_page(source: Source) -> Image.Image:
    """Draw the blocks of a source on a grey-scale page at 150 dots per inch."""
    picture = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(picture)
    fonts = {"title": ImageFont.truetype(str(FONT), 32), "text": ImageFont.truetype(str(FONT), 23)}
    top = 110
    for block in source.blocks:
        font = fonts["title" if block.kind == "title" else "text"]
        text = "\n".join("    ".join(row) for row in block.rows) or block.text
        for line in _wrapped(text, font):
            pen.text((120, top), line, font=font, fill=25)
            top += int(font.size * 1.45)
        top += 16
    return picture


def _wrapped(text: str, font: ImageFont.FreeTypeFont) -> Iterator[str]:
    """Break a text into lines that fit on the page."""
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            if line and font.getlength(f"{line} {word}") > 1000:
                yield line
                line = word
            else:
                line = f"{line} {word}" if line else word
        yield line


WRITERS = {"pdf": (write_pdf, ".pdf"), "docx": (write_docx, ".docx"), "scan": (write_scan, ".pdf")}


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """Give (stem of the result, source text) for a source file; a form gives several."""
    text = path.read_text(encoding="utf-8")
    if not path.name.endswith(".form.txt"):
        yield path.name.rsplit(".", 2)[0], text
        return
    for line in path.with_name(path.name.split(".")[0] + ".jsonl").read_text(encoding="utf-8").splitlines():
        values: dict[str, str] = json.loads(line)
        filled = text
        for key, value in values.items():
            filled = filled.replace(f"<<{key}>>", value)
        yield values["file"], filled


def main(target: Path) -> None:
    """Write every file of the sample that is not plain text."""
    for path in sorted((HERE / "source").glob("*/*.txt")):
        kind = path.name.removesuffix(".txt").removesuffix(".form").rsplit(".", 1)[1]
        write, suffix = WRITERS[kind]
        folder = target / path.parent.name
        folder.mkdir(parents=True, exist_ok=True)
        for stem, text in texts(path):
            write(parse(text), folder / f"{stem}{suffix}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent.parent / "corpus" / "sample")
