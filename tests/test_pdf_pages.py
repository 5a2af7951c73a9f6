"""PDF files page by page: frames, page breaks, boxes, form fields, turned and cropped pages, hidden words, damage, passwords."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdf
import pytest
from drawing import BOLD, Drawing, blocks, prose, read, texts
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, NumberObject, RectangleObject, TextStringObject
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth

from indexer import errors
from indexer.boxes import boxes_of
from indexer.parsing import pdf
from indexer.parsing.layout import LaidOut

SENTENCE = "Der Kreistag stimmt dem Ausbau der Radwege zu."


def changed(data: bytes, change: Callable[[pypdf.PdfWriter], object]) -> bytes:
    """The file after a change with pypdf."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    change(writer)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def page_texts(laid_out: LaidOut) -> list[str]:
    return [laid_out.text[page.start : page.end].strip() for page in laid_out.pages]


# Headers, footers and what goes on behind them


def framed(drawing: Drawing, number: int, body: str) -> None:
    drawing.text(60, 40, "Landkreis Aurental", 8).right(535, 40, "Nahverkehrsplan", 8)
    drawing.flow(60, 90, 470, body)
    drawing.text(60, 810, "Drucksache 2024/17", 8).right(535, 810, f"- {number} -", 8)
    drawing.page()


def test_headers_footers_and_page_numbers_are_no_text() -> None:
    drawing = Drawing()
    bodies = [f"Abschnitt {word}: {prose(50, 7 * at)} Ende." for at, word in enumerate(("eins", "zwei", "drei"))]
    for number, body in enumerate(bodies, start=1):
        framed(drawing, number, body)
    assert page_texts(read(drawing.pdf())) == bodies


def test_a_first_page_of_its_own_keeps_its_letterhead() -> None:
    drawing = Drawing()
    drawing.text(60, 40, "Landratsamt Aurental", 12, BOLD).text(60, 56, "Drucksache 2024/17", 9)
    drawing.flow(60, 120, 470, f"{prose(50)} Ende.")
    drawing.page()
    for number in (2, 3):
        framed(drawing, number, f"Seite mit Text {'ab'[number - 2]}. {prose(40, number)} Ende.")
    text = read(drawing.pdf()).text
    assert text.count("Landratsamt Aurental") == 1
    assert text.count("Drucksache 2024/17") == 1
    assert "Nahverkehrsplan" not in text
    assert "- 2 -" not in text


def test_what_stands_at_the_edge_of_one_page_only_is_text() -> None:
    drawing = Drawing()
    drawing.text(60, 40, "Landkreis Aurental", 8)
    drawing.flow(60, 90, 470, f"{prose(30)} Ende.")
    drawing.text(60, 810, "Drucksache 2024/17", 8)
    assert texts(drawing) == ["Landkreis Aurental", f"{prose(30)} Ende.", "Drucksache 2024/17"]


def test_a_lone_figure_close_to_the_text_is_no_page_number() -> None:
    drawing = Drawing()
    drawing.flow(60, 90, 470, f"{prose(30)} Ende.")
    drawing.text(60, 150, "Zahl der Plätze").text(60, 164, "45")
    assert texts(drawing)[1:] == ["Zahl der Plätze", "45"]


def test_a_paragraph_goes_on_over_the_footnote_of_its_page() -> None:
    drawing = Drawing()
    text = f"{prose(150)} Ende."
    lines = simpleSplit(text, "Helvetica", 10, 470)
    drawing.lines(60, 620, lines[:6])
    drawing.text(60, 770, "1 Beschluss des Kreistags vom Mai.", 7)
    drawing.page()
    drawing.lines(60, 80, lines[6:])
    laid_out = read(drawing.pdf())
    note, paragraph = laid_out.blocks
    assert laid_out.text[paragraph.start : paragraph.end] == text
    assert laid_out.text[note.start : note.end] == "1 Beschluss des Kreistags vom Mai."
    second = paragraph.start + len(" ".join(lines[:6])) + 1
    assert laid_out.pages[1].start == second  # the second page begins within the paragraph
    (box,) = boxes_of(laid_out.boxes, second, second + len(lines[6]))
    assert box.page == 2


def test_a_box_beside_the_text_is_read_after_it() -> None:
    drawing = Drawing()
    text = f"{prose(90)} Ende."
    drawing.flow(60, 80, 300, text)
    drawing.grid((390, 540), (72, 130))
    drawing.flow(396, 86, 138, "Die Sitzung am Montag beginnt um 17 Uhr.")
    assert blocks(drawing) == [("paragraph", text), ("paragraph", "Die Sitzung am Montag beginnt um 17 Uhr.")]


# Form fields and notes


def form(drawing: Drawing, ticked: bool) -> None:
    fields = drawing.canvas.acroForm
    drawing.text(60, 80, "Die Mittel liegen:")
    fields.checkbox(name="vor", x=160, y=drawing.height - 82, size=10, checked=ticked)
    drawing.text(174, 80, "vor")
    fields.checkbox(name="nicht", x=260, y=drawing.height - 82, size=10, checked=not ticked)
    drawing.text(274, 80, "nicht vor")


@pytest.mark.parametrize(("ticked", "told"), [(True, "☒ vor ☐ nicht vor"), (False, "☐ vor ☒ nicht vor")])
def test_boxes_say_what_is_ticked_at_their_place(ticked: bool, told: str) -> None:
    drawing = Drawing()
    form(drawing, ticked)
    assert read(drawing.pdf()).text.replace(" |", "") == f"Die Mittel liegen: {told}"


def test_radio_buttons_and_text_fields_are_read_where_they_stand() -> None:
    drawing = Drawing()
    fields = drawing.canvas.acroForm
    drawing.text(60, 80, "Antragsteller:")
    fields.textfield(name="wer", value="Sportverein Aurach 1920", x=140, y=drawing.height - 86, width=200, height=18, fontSize=10)
    for at, (value, name) in enumerate((("ja", "bewilligt"), ("nein", "abgelehnt"))):
        y = 110 + 20 * at
        fields.radio(name="was", value=value, selected=value == "nein", x=60, y=drawing.height - y - 2, size=10)
        drawing.text(76, y, name)
    assert texts(drawing) == ["Antragsteller: Sportverein Aurach 1920", "☐ bewilligt", "☒ abgelehnt"]


def note(flags: int = 0) -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/FreeText"),
            NameObject("/Rect"): ArrayObject(FloatObject(edge) for edge in (60, 680, 300, 696)),
            NameObject("/Contents"): TextStringObject("Vermerk: vertagt auf Mai"),
            NameObject("/F"): NumberObject(flags),
        }
    )


@pytest.mark.parametrize(
    ("flags", "seen"), [(0, True), (4, True), (2, False), (32, False)], ids=["", "print", "hidden", "no view"]
)
def test_a_note_typed_onto_the_page_is_read_unless_it_is_hidden(flags: int, seen: bool) -> None:
    plain = Drawing().text(60, 80, SENTENCE).pdf()
    got = texts(changed(plain, lambda writer: writer.add_annotation(0, note(flags))))
    assert got == [SENTENCE, "Vermerk: vertagt auf Mai"][: 1 + seen]


# Pages that are shown otherwise than they are written


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_as_it_is_shown(turn: int) -> None:
    """A drawing that lies on its side, and is turned upright by the viewer."""
    width, height = (842, 595) if turn % 180 else (595, 842)
    drawing = Drawing(595, 842)
    canvas = drawing.canvas
    canvas.translate(*{90: (595, 0), 180: (595, 842), 270: (0, 842)}[turn])
    canvas.rotate(turn)
    canvas.setFont("Helvetica", 10)
    canvas.drawString(60, height - 100, SENTENCE)
    canvas.drawString(60, height - 140, "Der zweite Satz steht darunter.")
    laid_out = read(changed(drawing.pdf(), lambda writer: writer.pages[0].rotate(turn)))
    assert laid_out.text.splitlines()[::2] == [SENTENCE, "Der zweite Satz steht darunter."]
    (box,) = boxes_of(laid_out.boxes, 0, len("Der"))
    assert (box.left, box.bottom) == (pytest.approx(10_000 * 60 / width, abs=5), pytest.approx(10_000 * 102 / height, abs=30))
    assert box.right - box.left == pytest.approx(10_000 * stringWidth("Der", "Helvetica", 10) / width, abs=5)


def test_a_cropped_page_shows_what_lies_inside() -> None:
    drawing = Drawing().text(60, 100, SENTENCE).text(60, 20, "Beschnitt außen")
    laid_out = read(
        changed(drawing.pdf(), lambda writer: setattr(writer.pages[0], "cropbox", RectangleObject((50, 442, 450, 792))))
    )
    assert laid_out.text == SENTENCE
    (box,) = boxes_of(laid_out.boxes, 0, len("Der"))
    assert (box.left, box.bottom) == (pytest.approx(10_000 * 10 / 400, abs=5), pytest.approx(10_000 * 52 / 350, abs=50))


# Words that are not to be seen


def test_words_that_nobody_sees_are_not_read() -> None:
    drawing = Drawing().text(60, 80, SENTENCE).text(60, 100, "winzig kleine Anweisung", 1).text(700, 120, "neben dem Blatt")
    text = drawing.canvas.beginText(60, drawing.height - 140)
    text.setTextRenderMode(3)
    text.textLine("unsichtbare Anweisung an die Maschine")
    drawing.canvas.drawText(text)
    assert texts(drawing) == [SENTENCE]


def test_a_blank_page_is_noted_as_blank() -> None:
    drawing = Drawing().text(60, 80, SENTENCE).page().page().text(60, 80, "Auf dem dritten Blatt steht dieser Satz.")
    laid_out = read(drawing.pdf())
    assert page_texts(laid_out) == [SENTENCE, "", "Auf dem dritten Blatt steht dieser Satz."]
    assert laid_out.notes == ("blank_pages:2",)


def test_labels_are_printed_ones_or_numbers() -> None:
    plain = Drawing().text(60, 80, SENTENCE).page().text(60, 80, "Auf dem zweiten Blatt steht dieser Satz.").pdf()

    def label(writer: pypdf.PdfWriter) -> None:
        writer.set_page_label(0, 0, style="/r", start=4)
        writer.set_page_label(1, 1, style="/D", prefix="A-")

    assert [(page.number, page.label) for page in read(plain).pages] == [(1, "1"), (2, "2")]
    assert [(page.number, page.label) for page in read(changed(plain, label)).pages] == [(1, "iv"), (2, "A-1")]


# Limits, passwords, damage


def test_pages_over_the_limit_are_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_MOST_PAGES", 2)
    drawing = Drawing()
    for word in ("eins", "zwei", "drei", "vier"):
        drawing.text(60, 80, f"Blatt Nummer {word} steht hier.").page()
    laid_out = read(drawing.pdf())
    assert laid_out.notes == ("pages_left_out:3-4",)
    assert page_texts(laid_out) == ["Blatt Nummer eins steht hier.", "Blatt Nummer zwei steht hier.", "", ""]


def test_a_file_without_pages_has_no_text() -> None:
    written = io.BytesIO()
    pypdf.PdfWriter().write(written)
    with pytest.raises(errors.NoText):
        read(written.getvalue())


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_a_password_is_asked_for_only_where_reading_needs_one(algorithm: str) -> None:
    plain = Drawing().text(60, 80, SENTENCE).pdf()

    def lock(user: str) -> bytes:
        return changed(plain, lambda writer: writer.encrypt(user, "besitzer", algorithm=algorithm))

    assert texts(lock("")) == [SENTENCE]
    with pytest.raises(errors.EncryptedFile):
        read(lock("geheim"))


@pytest.mark.parametrize("kept", ["no xref", "no trailer", "half the last stream"])
def test_a_file_that_is_cut_off_is_repaired(kept: str) -> None:
    drawing = Drawing()
    for word in ("eins", "zwei"):
        drawing.text(60, 80, f"Blatt Nummer {word} steht hier.").page()
    data = drawing.pdf()
    cut = {
        "no xref": data.rindex(b"xref\n0"),
        "no trailer": data.rindex(b"trailer"),
        "half the last stream": data.rindex(b"endstream") - 20,
    }
    assert "Blatt Nummer eins steht hier." in texts(data[: cut[kept]])


def test_bytes_before_the_file_are_passed_over() -> None:
    assert texts(b"\r\n\r\nMIME\r\n" + Drawing().text(60, 80, SENTENCE).pdf()) == [SENTENCE]
