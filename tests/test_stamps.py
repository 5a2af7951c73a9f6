"""Page headers and footers are no text of a paper; one that marks it as non-public still withholds it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import reportlab
from drawing import Drawing, prose, read
from PIL import Image, ImageDraw, ImageFont

from indexer.papers import read_paper
from indexer.parsing import ocr

VERA_FILE = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OPEN = " ".join(
    f'xmlns:{kind}="urn:oasis:names:tc:opendocument:xmlns:{kind}:1.0"' for kind in ("office", "text", "style", "table", "drawing")
)
MARKS = ["Nichtöffentlich", "Streng vertraulich", "n i c h t ö f f e n t l i c h", "Status: N"]


def public(data: bytes, name: str) -> bool | None:
    laid_out = read(data, name)
    return read_paper(laid_out.text, laid_out.blocks, file_name=name).public


def drawn(head: str, foot: str, pages: int = 3) -> bytes:
    drawing = Drawing()
    for number in range(1, pages + 1):
        drawing.text(60, 40, head, 9)
        drawing.flow(60, 90, 470, f"{prose(60, 7 * number)} Ende.")
        drawing.text(60, 810, foot.format(number), 9)
        drawing.page()
    return drawing.pdf()


def zipped(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return buffer.getvalue()


def docx(head: str) -> bytes:
    document = f"<w:document {WORD}><w:body><w:p><w:r><w:t>Der Kreistag berät.</w:t></w:r></w:p></w:body></w:document>"
    header = f"<w:hdr {WORD}><w:p><w:r><w:t>{head}</w:t></w:r></w:p></w:hdr>"
    return zipped(word__document=document, word__header2=header)


def odt(head: str) -> bytes:
    content = f"<office:document-content {OPEN}><office:body><office:text><text:p>Der Kreistag berät.</text:p>"
    styles = f"<office:document-styles {OPEN}><office:master-styles><style:master-page><style:header><text:p>{head}"
    return zipped(
        content=f"{content}</office:text></office:body></office:document-content>",
        styles=f"{styles}</text:p></style:header></style:master-page></office:master-styles></office:document-styles>",
    )


def rtf(head: str) -> bytes:
    return rb"{\rtf1\ansi\ansicpg1252{\header \pard " + head.encode("cp1252") + rb"\par}\pard Der Kreistag ber\'e4t.\par}"


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize(("make", "name"), [(docx, "a.docx"), (odt, "a.odt"), (rtf, "a.rtf")])
def test_a_mark_in_the_page_header_of_an_office_file_withholds_it(make, name: str, mark: str) -> None:
    assert public(make(mark), name) is False
    assert public(make("Landkreis Musterbach"), name) is None
    assert "Landkreis Musterbach" not in read(make("Landkreis Musterbach"), name).text


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("pages", [2, 6])
def test_a_mark_at_the_head_of_each_page_withholds_a_pdf(mark: str, pages: int) -> None:
    assert public(drawn(mark, "", pages), "a.pdf") is False


@pytest.mark.parametrize(
    "foot",
    ["Vertraulich", "Nichtöffentlich - Seite {} von 3", "Gemeinde Musterbach - Nichtöffentliche Vorlage 24/17 - Seite {}"],
)
def test_a_mark_at_the_foot_of_each_page_withholds_a_pdf(foot: str) -> None:
    assert public(drawn("Landkreis Musterbach", foot), "a.pdf") is False


def test_a_mark_in_the_frame_is_said_once_and_the_rest_not_at_all() -> None:
    text = read(drawn("Landkreis Musterbach", "Nichtöffentlich, Seite {}"), "a.pdf").text
    assert text.startswith("Nichtöffentlich, Seite 1\n\n")
    assert text.count("Nichtöffentlich") == 1
    assert "Musterbach" not in text


def stamped(stamp: str, x: float, angle: float, size: float, paragraph: str) -> bytes:
    """A page of text and a stamp that is turned."""
    drawing = Drawing()
    drawing.flow(60, 90, 470, paragraph)
    drawing.canvas.saveState()
    drawing.canvas.translate(x, 520)
    drawing.canvas.rotate(angle)
    drawing.canvas.setFont("Helvetica-Bold", size)
    drawing.canvas.drawString(0, 0, stamp)
    drawing.canvas.restoreState()
    return drawing.page().pdf()


@pytest.mark.parametrize(("x", "angle", "size"), [(200, 45, 50), (150, 0, 40), (30, 90, 14), (580, -90, 14), (200, -30, 40)])
@pytest.mark.parametrize("stamp", ["VERTRAULICH", "Nichtöffentlich", "Nicht öffentlich"])
def test_a_turned_stamp_withholds_a_page_and_leaves_its_text_whole(stamp: str, x: float, angle: float, size: float) -> None:
    paragraph = f"{prose(300)} Ende."
    data = stamped(stamp, x, angle, size, paragraph)
    assert public(data, "a.pdf") is False
    assert read(data).text == f"{stamp}\n\n{paragraph}"


@pytest.mark.parametrize("angle", [0, 45])
def test_a_watermark_is_no_text_and_tears_none(angle: float) -> None:
    paragraph = f"{prose(300)} Ende."
    assert read(stamped("ENTWURF", 200, angle, 50, paragraph)).text == paragraph


def test_a_word_that_stands_on_its_side_in_no_text_is_kept_whole() -> None:
    assert "Gesamtkosten" in read(stamped("Gesamtkosten", 30, 90, 10, f"{prose(60)} Ende.")).text


WATERMARK = (
    '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textpath string="VERTRAULICH"/></v:shape></w:pict></w:r>'
)


def test_a_watermark_of_word_withholds_the_paper() -> None:
    assert public(docx(f"</w:t></w:r>{WATERMARK}<w:r><w:t>"), "a.docx") is False


@pytest.mark.parametrize(
    "page",
    [
        "<header><p>Nichtöffentlich</p></header><main>{}</main>",
        "<aside>Status: nichtöffentlich</aside><main>{}</main>",
        "<main><div class='sidebar'>Status: nichtöffentlich</div>{}</main>",
        "<table><tr><td>Status:</td><td>nichtöffentlich</td></tr></table><div id='content'>{}</div>",
        "<div class='kopf'>Nichtöffentliche Vorlage</div><div>{}</div>",
        "{}<footer>Vertraulich</footer>",
    ],
)
def test_a_mark_beside_the_main_part_of_a_web_page_withholds_it(page: str) -> None:
    paper = f"<h1>Ausbau der Radwege</h1><p>{prose(200)}</p>"
    assert public(page.format(paper).encode(), "a.html") is False


def test_a_menu_that_leads_to_what_is_not_public_marks_no_page() -> None:
    menu = "<nav>Intern</nav><ul><li><a>Nichtöffentliche Sitzungen</a></li></ul><form>Interner Bereich: vertraulich</form>"
    page = f"{menu}<main><h1>Ausbau der Radwege</h1><p>{prose(200)}</p></main><footer>Kreis Musterbach</footer>"
    assert public(page.encode(), "a.html") is None


@pytest.mark.parametrize("mark", ["Nichtoffentlich", "NICHTOFFENTLICH", "Nichtéffentlich", "nicht 6ffentlich"])
def test_a_mark_that_was_misread_is_one(mark: str) -> None:
    assert public(f"Beschlussvorlage\n\n{mark}\n\n{prose(30)}\n".encode(), "a.txt") is False


@pytest.mark.parametrize(("sensitivity", "said"), [("Company-Confidential", False), ("Private", False), ("Normal", None)])
def test_a_letter_sent_as_confidential_is_withheld(sensitivity: str, said: bool | None) -> None:
    letter = f"Subject: Radweg\nFrom: amt@musterbach.example\nSensitivity: {sensitivity}\n\nAnbei der Plan.\n"
    assert public(letter.encode(), "a.eml") is said


@pytest.mark.skipif(ocr.available() is None, reason="Tesseract is not installed")
@pytest.mark.parametrize("pages", [1, 3])
def test_a_stamp_that_is_a_picture_withholds_the_paper(pages: int) -> None:
    stamp = Image.new("L", (1000, 227), 255)
    ImageDraw.Draw(stamp).text((60, 50), "Nichtöffentlich", font=ImageFont.truetype(VERA_FILE, 80), fill=0)
    drawing = Drawing()
    for number in range(pages):
        drawing.flow(60, 190, 470, f"{prose(80, 7 * number)} Ende.")
        drawing.picture(stamp, 330, 40, 220, 50).page()
    assert public(drawing.pdf(), "a.pdf") is False
