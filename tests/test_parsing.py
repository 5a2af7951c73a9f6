"""What each parser makes of a file: blocks in reading order, pages, and for a file that cannot be read the reason."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pypdf
import pytest
from broken_files import main_part_made, sound_docx
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from indexer import errors
from indexer.parsing import MEDIA_TYPES, media_type, parse
from indexer.parsing.layout import LaidOut

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def parsed(path: Path) -> LaidOut:
    return parse(path.read_bytes(), path.name)


def blocks(path: Path) -> list[tuple[str, str]]:
    laid_out = parsed(path)
    return [(block.kind, laid_out.text[block.start : block.end]) for block in laid_out.blocks]


def text_blocks(tmp_path: Path, content: str | bytes, name: str = "a.txt") -> list[tuple[str, str]]:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return blocks(path)


def pages(laid_out: LaidOut) -> list[str]:
    return [laid_out.text[page.start : page.end].strip() for page in laid_out.pages]


# Plain text


def test_text_has_headings_paragraphs_lists_and_tables(tmp_path: Path) -> None:
    content = """Beschlussvorschlag

Der Kreistag beschließt den Plan.
Er gilt ab 2025.

Begründung

Geplant sind:
- ein Radweg
- eine Brücke
1. erstens

| Ort | Kosten |
|---|---|
| Weiler | 5 |

2.1 Weitere Schritte
"""
    assert text_blocks(tmp_path, content) == [
        ("heading", "Beschlussvorschlag"),
        ("paragraph", "Der Kreistag beschließt den Plan."),
        ("paragraph", "Er gilt ab 2025."),
        ("heading", "Begründung"),
        ("paragraph", "Geplant sind:"),
        ("list_item", "ein Radweg"),
        ("list_item", "eine Brücke"),
        ("list_item", "1. erstens"),
        ("table_head", "Ort | Kosten"),
        ("table_row", "Weiler | 5"),
        ("heading", "2.1 Weitere Schritte"),
    ]


def test_lines_broken_at_a_fixed_width_are_joined_and_their_hyphens_resolved(tmp_path: Path) -> None:
    content = """Der Landkreis fördert im kommenden Jahr den Ausbau der Kinder-
tagesstätten mit einem Zuschuss. Die Sozial- und die Jugendhilfe-
planung legen gemeinsam fest, in welchen Orten die neuen Plätze
entstehen, und berichten dem Ausschuss.
"""
    assert text_blocks(tmp_path, content) == [
        (
            "paragraph",
            "Der Landkreis fördert im kommenden Jahr den Ausbau der Kindertagesstätten mit einem Zuschuss. Die Sozial- und die "
            "Jugendhilfeplanung legen gemeinsam fest, in welchen Orten die neuen Plätze entstehen, und berichten dem Ausschuss.",
        )
    ]


def test_cells_parted_by_tabs_are_a_table(tmp_path: Path) -> None:
    assert text_blocks(tmp_path, "Gremium\tTermin\nKreistag\t03.06.2024\n") == [
        ("table_head", "Gremium | Termin"),
        ("table_row", "Kreistag | 03.06.2024"),
    ]


def test_a_line_that_begins_with_a_date_is_no_list_item(tmp_path: Path) -> None:
    assert text_blocks(tmp_path, "Die Sitzung war gut.\n\n4. Juli 2025 im Rathaus.")[1][0] == "paragraph"


def test_form_feeds_part_pages(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Erste Seite.\f\fDritte Seite.", encoding="utf-8")
    assert pages(parsed(tmp_path / "a.txt")) == ["Erste Seite.", "", "Dritte Seite."]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ending", [".txt", ".html", ".md"])
def test_encodings_are_recognised(tmp_path: Path, encoding: str, ending: str) -> None:
    content = "„Größe“ der Straße – 5 €."
    assert text_blocks(tmp_path, content.encode(encoding), f"a{ending}") == [("paragraph", content)]


# Markdown


def test_markdown(tmp_path: Path) -> None:
    content = (
        "# Titel\n\nEin **fetter** [Verweis](http://x).\n\n## Teil\n\n- a\n  - b\n\n"
        "| A | B |\n|---|---|\n| x | 1 |\n\n<b>roh</b>\n"
    )
    assert text_blocks(tmp_path, content, "a.md") == [
        ("heading", "Titel"),
        ("paragraph", "Ein fetter Verweis."),
        ("heading", "Teil"),
        ("list_item", "a"),
        ("list_item", "b"),
        ("table_head", "A | B"),
        ("table_row", "x | 1"),
        ("paragraph", "<b>roh</b>"),
    ]


# HTML

ARTICLE = "Der Kreistag beschließt den Haushalt des Jahres 2025."


@pytest.mark.parametrize(
    "frame",
    [
        "<nav>MENÜ</nav><main><p>{}</p></main><footer>MENÜ</footer>",
        "<header>MENÜ</header><div id='content'><p>{}</p></div><aside>MENÜ</aside>",
        "<div class='breadcrumb'>MENÜ</div><p>{}</p><ul class='nav'><li>MENÜ</li></ul>",
        "<div role='navigation'>MENÜ</div><article><p>{}</p></article>",
        "<p>{}</p><script>MENÜ</script><style>MENÜ</style><template>MENÜ</template><div hidden>MENÜ</div>",
        "<p>{}</p><button>MENÜ</button><select><option>MENÜ</option></select>",
    ],
)
def test_navigation_and_scripts_are_left_out(tmp_path: Path, frame: str) -> None:
    assert text_blocks(tmp_path, f"<html><body>{frame.format(ARTICLE)}</body></html>", "a.html") == [("paragraph", ARTICLE)]


def test_html_has_headings_lists_and_tables(tmp_path: Path) -> None:
    content = """<body><h1>Titel</h1><p>Ein <b>Satz</b>.<br>Noch&nbsp;einer.</p><h3>Teil</h3>
    <ul><li>a<ul><li>b</li></ul></li></ul><table><thead><tr><th>Ort</th><th>Kosten</th></tr></thead><tbody><tr><td>Weiler</td><td>5</td></tr></tbody></table></body>"""
    laid_out = text_blocks(tmp_path, content, "a.html")
    assert laid_out == [
        ("heading", "Titel"),
        ("paragraph", "Ein Satz."),
        ("paragraph", "Noch einer."),
        ("heading", "Teil"),
        ("list_item", "a"),
        ("list_item", "b"),
        ("table_head", "Ort | Kosten"),
        ("table_row", "Weiler | 5"),
    ]
    assert [block.level for block in parsed(tmp_path / "a.html").blocks] == [1, 0, 0, 3, 1, 2, 0, 0]


def test_a_declared_encoding_is_used(tmp_path: Path) -> None:
    content = '<head><meta charset="{}"></head><body><p>Größe der Straße</p></body>'
    for charset in ("utf-8", "windows-1252", "iso-8859-1", "gibtsnicht"):
        data = content.format(charset).encode("utf-8" if charset == "utf-8" else "cp1252")
        assert text_blocks(tmp_path, data, "a.html") == [("paragraph", "Größe der Straße")]


def test_deeply_nested_html_is_read_as_running_text(tmp_path: Path) -> None:
    deep = "<div>" * 20_000 + "tief"
    assert text_blocks(tmp_path, f"<body><p>{ARTICLE}</p>{deep}", "a.html") == [("paragraph", ARTICLE), ("paragraph", "tief")]


def test_a_picture_speaks_by_its_description(tmp_path: Path) -> None:
    assert text_blocks(tmp_path, '<p>Karte: <img alt="Lageplan der Brücke"></p>', "a.html") == [
        ("paragraph", "Karte: Lageplan der Brücke")
    ]


@pytest.mark.skipif(not (DATA / "munich-html").is_dir(), reason=f"the development data is not at {DATA}")
def test_a_real_council_page_is_read_without_its_menu() -> None:
    (path,) = (DATA / "munich-html").glob("*.html")
    text = parsed(path).text
    assert "Sitzungsvorlage" in text
    assert "Impressum" not in text


# Word


def test_word_has_headings_lists_and_tables(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("Titel", 0)
    word.add_heading("Teil", 2)
    word.add_paragraph("Geplant sind:")
    word.add_paragraph("ein Radweg", style="List Bullet")
    word.add_paragraph("erstens", style="List Number")
    table = word.add_table(3, 2)
    for row, values in zip(table.rows, [("Ort", "Kosten"), ("Weiler", "5"), ("gesamt", "gesamt")], strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
    table.cell(2, 1).text = ""
    table.cell(2, 0).merge(table.cell(2, 1))
    word.save(str(tmp_path / "a.docx"))
    assert blocks(tmp_path / "a.docx") == [
        ("heading", "Titel"),
        ("heading", "Teil"),
        ("paragraph", "Geplant sind:"),
        ("list_item", "ein Radweg"),
        ("list_item", "1. erstens"),
        ("table_head", "Ort | Kosten"),
        ("table_row", "Weiler | 5"),
        ("table_row", "gesamt"),
    ]


def word_with_part(path: Path, name: str, data: bytes) -> Path:
    docx.Document().save(str(path))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return path


def test_a_word_file_that_unpacks_to_a_multiple_is_refused(tmp_path: Path) -> None:
    bomb = word_with_part(tmp_path / "a.docx", "word/footnotes.xml", bytes(30_000_000))
    with pytest.raises(errors.TooMuchInside, match="gepackt"):
        parsed(bomb)


def test_entities_in_a_word_file_are_not_expanded(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("GEHEIM", encoding="utf-8")
    word = docx.Document()
    word.add_paragraph("Ein Satz MARKE.")
    buffer = io.BytesIO()
    word.save(buffer)
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(tmp_path / "a.docx", "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "word/document.xml":
                doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>'.encode()
                data = data.replace(b"<w:document", doctype + b"<w:document", 1).replace(b"MARKE", b"&e;")
            new.writestr(entry, data)
    with pytest.raises(errors.BrokenFile, match="DOCTYPE"):
        parsed(tmp_path / "a.docx")


# PDF


def test_a_pdf_has_pages_without_their_headers_and_numbers(tmp_path: Path, make_pdf) -> None:
    sheets = [[f"Satz {word} steht hier.", "", "Noch einer."] for word in ("eins", "zwei", "drei")]
    laid_out = parsed(make_pdf(tmp_path / "a.pdf", sheets, header="Landkreis Musterbach", numbered=True))
    assert [page.number for page in laid_out.pages] == [1, 2, 3]
    assert "Musterbach" not in laid_out.text
    assert "Seite" not in laid_out.text
    assert all(f"Satz {word} steht hier." in page for word, page in zip(("eins", "zwei", "drei"), pages(laid_out), strict=True))
    assert all(laid_out.pages[block.page - 1].start <= block.start for block in laid_out.blocks)


def test_the_header_of_a_single_page_is_kept(tmp_path: Path, make_pdf) -> None:
    assert "Musterbach" in parsed(make_pdf(tmp_path / "a.pdf", [["Ein Satz steht hier."]], header="Landkreis Musterbach")).text


def test_printed_page_labels_are_kept(tmp_path: Path, make_pdf) -> None:
    writer = pypdf.PdfWriter(clone_from=make_pdf(tmp_path / "a.pdf", [["Vorwort des Landrats."], ["Erster Teil."], ["Mehr."]]))
    writer.set_page_label(0, 0, style="/r")
    writer.set_page_label(1, 2, style="/D")
    writer.write(tmp_path / "b.pdf")
    assert [page.label for page in parsed(tmp_path / "b.pdf").pages] == ["i", "1", "2"]


def encrypted(tmp_path: Path, make_pdf, user: str) -> Path:
    writer = pypdf.PdfWriter(clone_from=make_pdf(tmp_path / "a.pdf", [["Ein Satz steht hier."]]))
    writer.encrypt(user_password=user, owner_password="besitzer", algorithm="AES-256")
    writer.write(tmp_path / "b.pdf")
    return tmp_path / "b.pdf"


def test_a_pdf_with_a_password_is_refused(tmp_path: Path, make_pdf) -> None:
    with pytest.raises(errors.EncryptedFile):
        parsed(encrypted(tmp_path, make_pdf, "geheim"))


def test_a_pdf_that_only_its_owner_may_change_is_read(tmp_path: Path, make_pdf) -> None:
    assert parsed(encrypted(tmp_path, make_pdf, "")).text == "Ein Satz steht hier."


def scan(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("L", (200, 100), 128)), 50, 500)
    canvas.showPage()


def test_a_page_that_is_only_a_picture_has_an_empty_span(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), invariant=1)
    scan(canvas)
    canvas.drawString(60, 700, "Ein Satz steht hier.")
    canvas.save()
    assert pages(parsed(tmp_path / "a.pdf")) == ["", "Ein Satz steht hier."]


def test_a_scan_has_no_text(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), invariant=1)
    scan(canvas)
    canvas.save()
    assert parsed(tmp_path / "a.pdf").text == ""  # the reader makes it NoText, see test_sandbox.py


@pytest.mark.parametrize("damage", ["cut", "nonsense", "zeros"])
def test_a_damaged_pdf_is_broken(tmp_path: Path, make_pdf, damage: str) -> None:
    path = make_pdf(tmp_path / "a.pdf", [["Ein Satz steht hier."]])
    whole = path.read_bytes()
    path.write_bytes(
        {"cut": whole[:90], "nonsense": b"%PDF-1.7\n" + b"nonsense " * 50, "zeros": b"%PDF-1.7" + bytes(500)}[damage]
    )
    with pytest.raises(errors.ReadError) as caught:
        parsed(path)
    assert isinstance(caught.value, (errors.BrokenFile, errors.NoText))


# What a file says it is


@pytest.mark.parametrize("ending", sorted(MEDIA_TYPES))
@pytest.mark.parametrize("content", [b"", b"\n \r\n", b"\xef\xbb\xbf"], ids=["no bytes", "white space", "byte order mark"])
def test_an_empty_file_is_empty(tmp_path: Path, ending: str, content: bytes) -> None:
    with pytest.raises(errors.EmptyFile):
        text_blocks(tmp_path, content, f"a{ending}")


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.pdf", b"Nur Text.", "other"),
        ("a.pdf", b"PK\x03\x04...", ".zip"),
        ("a.docx", b"%PDF-1.7 ...", ".pdf"),
        ("a.txt", b"%PDF-1.7 ...", ".pdf"),
        ("a.html", b"PK\x03\x04...", ".zip"),
        ("a.md", b"\x89PNG\r\n", ".png"),
        ("a.txt", b"\x7fELF\x02\x01", "ELF"),
        ("a.txt", b"Text mit\0Null", "binary"),
        ("a.docx", b"<html>", "other"),
    ],
)
def test_a_wrong_ending_is_named_with_what_was_found(tmp_path: Path, name: str, content: bytes, found: str) -> None:
    with pytest.raises(errors.MislabelledFile) as caught:
        text_blocks(tmp_path, content, name)
    assert found in caught.value.message("en")


def test_a_damaged_word_file_is_broken(tmp_path: Path) -> None:
    with pytest.raises(errors.BrokenFile):
        text_blocks(tmp_path, b"PK\x03\x04 and no more", "a.docx")


def test_an_encrypted_word_file_is_told_from_a_wrong_ending(tmp_path: Path) -> None:
    with pytest.raises(errors.EncryptedFile):
        text_blocks(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.docx")


def test_an_unknown_ending_is_refused_with_the_known_ones() -> None:
    for name in ("a.doc", "Makefile", "a.pdf.exe"):
        with pytest.raises(errors.UnsupportedFormat, match=r"\.docx, .*\.pdf"):
            media_type(Path(name))
    assert media_type(Path("A.PDF")) == "application/pdf"


def test_a_number_alone_heads_a_section_and_among_others_is_an_item(tmp_path: Path) -> None:
    text = "Das Konzept liegt vor.\n\n1. Ausgangslage\n\nEs fehlen Plätze.\n\nGeplant ist:\n\n1. Umbau\n2. Neubau\n"
    assert text_blocks(tmp_path, text, "a.txt") == [
        ("paragraph", "Das Konzept liegt vor."),
        ("heading", "1. Ausgangslage"),
        ("paragraph", "Es fehlen Plätze."),
        ("paragraph", "Geplant ist:"),
        ("list_item", "1. Umbau"),
        ("list_item", "2. Neubau"),
    ]


def test_a_page_nested_absurdly_deep_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tief.html"
    path.write_text("<main>" + "<div>" * 200_000 + "Text", encoding="utf-8")
    with pytest.raises(errors.BrokenFile, match="Ebenen"):
        parsed(path)
    path.write_text("<main>" + "<div>Text</div>" * 200_000, encoding="utf-8")
    assert parsed(path).blocks


WORD = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"

BAD_SPAN = f"""<w:document {WORD}><w:body><w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc><w:tcPr><w:gridSpan/></w:tcPr><w:p/></w:tc>
</w:tr></w:tbl></w:body></w:document>""".encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<a/>",
        b"<w:document/>",
        f"<w:document {WORD}/>".encode(),
    ],
)
def test_a_word_file_with_a_part_that_is_no_document_is_broken(content: bytes) -> None:
    with pytest.raises(errors.BrokenFile):
        parse(main_part_made(sound_docx(), lambda _: content), "a.docx")


@pytest.mark.parametrize("span", [b"Span/", b'Span w:val="1000000"/'])
def test_a_cell_that_says_to_be_absurdly_wide_is_one_cell(span: bytes) -> None:
    content = BAD_SPAN.replace(b"Span/", span).replace(b"<w:p/>", b"<w:p><w:r><w:t>breit</w:t></w:r></w:p>")
    assert parse(main_part_made(sound_docx(), lambda _: content), "a.docx").text == "breit"
