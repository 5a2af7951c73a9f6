"""What a PDF is read to: columns, tables, headings, lists, paragraphs in the order in which people read them."""

from __future__ import annotations

import io

import pypdf
import pytest
from drawing import BOLD, VERA, Drawing, blocks, prose, read, texts
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth

# Columns


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("shift", [0.0, 5.0], ids=["on one baseline", "on baselines of their own"])
def test_columns_are_read_one_after_the_other(count: int, shift: float) -> None:
    drawing = Drawing()
    drawing.text(60, 60, "Amtsblatt des Landkreises Aurental", 18, BOLD)
    width = 480 / count - 20
    columns = [f"Anfang {number}. {prose(70, 9 * number)} Ende {number}." for number in range(count)]
    for number, column in enumerate(columns):
        drawing.flow(60 + number * (width + 20), 100 + number * shift, width, column, 9)
    assert blocks(drawing) == [("heading", "Amtsblatt des Landkreises Aurental"), *(("paragraph", column) for column in columns)]


def test_text_across_the_page_stands_before_and_after_its_columns() -> None:
    drawing = Drawing()
    above, left, right, below = (f"Anfang {start}. {prose(40, start)} Ende." for start in (0, 7, 23, 31))
    y = drawing.flow(60, 80, 480, above)
    drawing.flow(60, y + 20, 225, left)
    y = drawing.flow(310, y + 20, 225, right)
    drawing.flow(60, y + 30, 480, below)
    assert texts(drawing) == [above, left, right, below]


def test_a_paragraph_goes_on_in_the_next_column() -> None:
    drawing = Drawing()
    text = prose(120)
    lines = simpleSplit(text, "Helvetica", 10, 225)
    drawing.lines(60, 80, lines[:9])
    drawing.lines(310, 80, lines[9:])
    assert texts(drawing) == [text]


def test_a_justified_paragraph_has_no_columns() -> None:
    drawing = Drawing()
    lines = ["Der Kreistag hat dem Plan", "am letzten Montag im Mai", "nach langer Beratung mit", "großer Mehrheit und ohne"]
    for number, line in enumerate(lines):
        blank = (150 - stringWidth(line.replace(" ", ""), "Helvetica", 10)) / line.count(" ")
        x = 60.0
        for word in line.split():
            drawing.text(x, 100 + 12 * number, word)
            x += stringWidth(word, "Helvetica", 10) + blank
    drawing.text(60, 148, "Gegenstimme zugestimmt.")
    assert texts(drawing) == [" ".join([*lines, "Gegenstimme zugestimmt."])]


# Tables


def test_a_ruled_table_has_its_head_its_rows_and_cells_of_several_lines() -> None:
    drawing = Drawing()
    drawing.text(60, 80, "Die Kosten stehen in dieser Tabelle.")
    drawing.grid((60, 260, 360, 460), (100, 120, 160, 180))
    for x, text in ((65, "Maßnahme"), (265, "Beginn"), (365, "Kosten")):
        drawing.text(x, 114, text, 10, BOLD)
    drawing.lines(65, 132, ("Ausbau der Strecke nach", "Weiler am Berg"))
    drawing.text(265, 132, "2025")
    drawing.right(455, 132, "1.200.000 €")
    drawing.text(65, 174, "Brücke | Steg")
    drawing.right(455, 174, "80.000 €")
    drawing.text(60, 220, "Darüber wird im Herbst entschieden.")
    assert blocks(drawing) == [
        ("paragraph", "Die Kosten stehen in dieser Tabelle."),
        ("table_head", "Maßnahme | Beginn | Kosten"),
        ("table_row", "Ausbau der Strecke nach Weiler am Berg | 2025 | 1.200.000 €"),
        ("table_row", "Brücke / Steg |  | 80.000 €"),
        ("paragraph", "Darüber wird im Herbst entschieden."),
    ]


def test_merged_cells_stand_where_they_begin() -> None:
    drawing = Drawing()
    for y in (100, 120, 140, 160, 180):
        drawing.rule(160 if y == 140 else 60, y, 460, y)
    for x in (60, 160, 360, 460):
        drawing.rule(x, 100, x, 180)
    drawing.rule(260, 120, 260, 180)
    for x, y, text in (
        (65, 114, "Ort"), (165, 114, "Plätze je Jahr"), (365, 114, "Träger"),
        (65, 134, "Musterbach"), (165, 134, "40"), (265, 134, "60"), (365, 134, "Kreis"),
        (165, 154, "10"), (265, 154, "20"), (365, 154, "Stadt"),
        (65, 174, "Weiler"), (165, 174, "5"), (265, 174, "7"), (365, 174, "Kreis"),
    ):  # fmt: skip
        drawing.text(x, y, text)
    assert blocks(drawing) == [
        ("table_head", "Ort | Plätze je Jahr |  | Träger"),
        ("table_row", "Musterbach | 40 | 60 | Kreis"),
        ("table_row", "| 10 | 20 | Stadt"),
        ("table_row", "Weiler | 5 | 7 | Kreis"),
    ]


def page_of_table(drawing: Drawing, ys: tuple[float, ...], rows: list[tuple[str, str, str]]) -> None:
    drawing.grid((60, 300, 400, 500), ys)
    for y, row in zip(ys, rows, strict=False):
        for x, text in zip((65, 305, 405), row, strict=True):
            drawing.text(x, y + 14, text)


def test_a_table_over_a_page_break_says_its_head_once() -> None:
    head = ("Gemeinde", "Einwohner", "Plätze")
    drawing = Drawing()
    page_of_table(drawing, (700, 720, 740, 760), [head, ("Aurach", "4100", "80"), ("Bergen", "2900", "55")])
    drawing.page()
    page_of_table(drawing, (60, 80, 100, 120), [head, ("Celtenheim", "1800", "30"), ("Dorfen", "900", "12")])
    drawing.text(60, 160, "Der Landkreis zahlt die Hälfte.")
    assert blocks(drawing) == [
        ("table_head", "Gemeinde | Einwohner | Plätze"),
        *(
            ("table_row", row)
            for row in ("Aurach | 4100 | 80", "Bergen | 2900 | 55", "Celtenheim | 1800 | 30", "Dorfen | 900 | 12")
        ),
        ("paragraph", "Der Landkreis zahlt die Hälfte."),
    ]


def test_a_table_without_lines_keeps_its_cells_and_right_aligned_figures() -> None:
    drawing = Drawing()
    drawing.text(60, 80, "Der Haushalt des Kreises entwickelt sich in den kommenden Jahren so:")
    rows = [
        ("Ertrag", "2024", "2025"), ("Kreisumlage", "41.200.000", "42.900.000"), ("Schlüsselzuweisungen", "9.100", "12.400.000"),
        ("Gebühren und Beiträge", "812.000", "7.500"), ("Zinsen", "3", "12"),
    ]  # fmt: skip
    for at, (name, first, second) in enumerate(rows):
        drawing.text(60, 110 + 16 * at, name)
        drawing.right(320, 110 + 16 * at, first)
        drawing.right(440, 110 + 16 * at, second)
    drawing.text(60, 220, "Die Umlage bleibt stabil.")
    got = blocks(drawing)
    assert [text for kind, text in got if kind.startswith("table")] == [" | ".join(row) for row in rows]
    assert [text for kind, text in got if kind == "paragraph"] == [
        "Der Haushalt des Kreises entwickelt sich in den kommenden Jahren so:",
        "Die Umlage bleibt stabil.",
    ]


# Headings


def test_headings_have_levels_by_size_and_weight() -> None:
    drawing = Drawing()
    drawing.text(60, 60, "Nahverkehrsplan", 20, BOLD)
    drawing.text(60, 100, "Angebot im ländlichen Raum", 14)
    y = drawing.flow(60, 130, 470, prose(60))
    drawing.text(60, y + 10, "Linien am Abend", 10, BOLD)
    drawing.flow(60, y + 30, 470, prose(60, 20))
    laid_out = read(drawing.pdf())
    assert [(laid_out.text[b.start : b.end], b.level) for b in laid_out.blocks if b.kind == "heading"] == [
        ("Nahverkehrsplan", 1),
        ("Angebot im ländlichen Raum", 2),
        ("Linien am Abend", 3),
    ]


def test_a_heading_of_two_lines_is_one() -> None:
    drawing = Drawing()
    drawing.lines(60, 60, ("Fortschreibung des Konzepts für die", "Kindertagesstätten im Aurental"), 16, BOLD)
    drawing.flow(60, 120, 470, prose(60))
    assert blocks(drawing)[0] == ("heading", "Fortschreibung des Konzepts für die Kindertagesstätten im Aurental")


def test_titles_of_the_outline_are_headings_whatever_their_type() -> None:
    drawing = Drawing()
    y = drawing.flow(60, 80, 470, prose(40))
    drawing.text(60, y + 14, "Wohnen im Alter")
    drawing.flow(60, y + 40, 470, prose(40, 11))
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(drawing.pdf()))
    part = writer.add_outline_item(title="Teil A", page_number=0)
    writer.add_outline_item(title="Wohnen im  Alter", page_number=0, parent=part)
    data = io.BytesIO()
    writer.write(data)
    laid_out = read(data.getvalue())
    (heading,) = [block for block in laid_out.blocks if block.kind == "heading"]
    assert (laid_out.text[heading.start : heading.end], heading.level) == ("Wohnen im Alter", 2)


def test_bold_words_in_a_sentence_are_no_heading() -> None:
    drawing = Drawing()
    drawing.text(60, 80, "Der Ausschuss stimmt").text(163, 80, "einstimmig", 10, BOLD).text(219, 80, "für den Plan und dankt.")
    drawing.flow(60, 92, 270, "Er bittet die Verwaltung um einen weiteren Bericht noch in diesem Jahr.")
    assert [kind for kind, _ in blocks(drawing)] == ["paragraph"]


# Lists


def test_items_by_bullet_and_number_keep_their_further_lines() -> None:
    drawing = Drawing()
    y = drawing.flow(60, 80, 400, "Die Verwaltung schlägt vor:")
    items = [
        "den Ausbau der Strecke nach Weiler im nächsten Jahr zu beginnen und dafür Mittel bereitzustellen",
        "die Brücke zu sanieren",
    ]
    for mark, text in zip("•-", items, strict=True):
        drawing.text(70, y, mark)
        y = drawing.flow(84, y, 260, text)
    y += 10
    for number, text in enumerate(items, start=1):
        drawing.text(70, y, f"{number}.")
        y = drawing.flow(84, y, 260, text)
    drawing.flow(60, y + 10, 400, "Der Kreistag stimmt zu.")
    assert blocks(drawing) == [
        ("paragraph", "Die Verwaltung schlägt vor:"),
        *(("list_item", text) for text in items),
        *(("list_item", f"{number}. {text}") for number, text in enumerate(items, start=1)),
        ("paragraph", "Der Kreistag stimmt zu."),
    ]


# What words are made of


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        ("Der Kreis fördert die Kinder-", "betreuung im Aurental.", "Der Kreis fördert die Kinderbetreuung im Aurental."),
        ("Zuständig ist das Jugend-", "und Sozialamt des Kreises.", "Zuständig ist das Jugend- und Sozialamt des Kreises."),
        ("Beteiligt ist auch Baden-", "Württemberg zu einem Drittel.", "Beteiligt ist auch Baden-Württemberg zu einem Drittel."),
        ("Der Ansatz steigt 2024/", "2025 um vier Prozent.", "Der Ansatz steigt 2024/2025 um vier Prozent."),
        (
            "Kinder\u00adbetreuung wird aus\u00ad",
            "gebaut, wie der Rat beschloss.",
            "Kinderbetreuung wird ausgebaut, wie der Rat beschloss.",
        ),
        ("Die ﬁnanzielle Lage ist", "nach der Pﬂegereform offen.", "Die finanzielle Lage ist nach der Pflegereform offen."),
    ],
    ids=["hyphen", "kept before und", "kept before a capital", "years", "soft hyphens", "ligatures"],
)
def test_words_are_whole(first: str, second: str, text: str) -> None:
    drawing = Drawing()
    drawing.lines(60, 80, (first, second), 10, VERA)
    assert texts(drawing) == [text]
