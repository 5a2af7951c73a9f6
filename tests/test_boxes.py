"""Where a quotation stands on its page: packed and unpacked, and checked on the drawn page itself."""

from __future__ import annotations

import io
import random
import re
from itertools import pairwise

import numpy as np
import pypdf
import pypdfium2 as pdfium
import pytest
from drawing import BOLD, VERA, Drawing, prose, read
from hypothesis import given
from hypothesis import strategies as st

from indexer.boxes import SCALE, Box, boxes_of, pack

_EDGE = st.integers(0, SCALE)


@st.composite
def many_boxes(draw: st.DrawFn) -> list[Box]:
    """Boxes in the order of the text, each on a page of its own so that none is merged."""
    boxes: list[Box] = []
    start = 0
    for number in range(draw(st.integers(0, 30))):
        start += draw(st.integers(0, 500))
        end = start + draw(st.integers(1, 40))
        left, right = sorted((draw(_EDGE), draw(_EDGE)))
        top, bottom = sorted((draw(_EDGE), draw(_EDGE)))
        boxes.append(Box(start, end, 2 * number + draw(st.integers(1, 2)), left, top, right, bottom))
        start = end
    return boxes


@given(many_boxes(), st.integers(0, 5_000), st.integers(0, 5_000))
def test_boxes_come_back_as_they_were_packed(boxes: list[Box], one: int, other: int) -> None:
    start, end = sorted((one, other))
    assert boxes_of(pack(boxes), start, end) == [box for box in boxes if box.start < end and box.end > start]


def test_no_boxes_are_no_bytes() -> None:
    assert pack([]) == b""
    assert boxes_of(b"", 0, 10) == []


def test_neighbours_on_a_line_become_one_box() -> None:
    side_by_side = [Box(0, 3, 1, 1000, 1000, 1300, 1100), Box(4, 9, 1, 1350, 1010, 2000, 1120)]
    below = Box(10, 12, 1, 1000, 1200, 1200, 1300)
    far = Box(13, 20, 1, 3000, 1200, 3900, 1300)
    next_page = Box(21, 25, 2, 3950, 1200, 4100, 1300)
    packed = pack([*side_by_side, below, far, next_page])
    assert boxes_of(packed, 0, 25) == [Box(0, 9, 1, 1000, 1000, 2000, 1120), below, far, next_page]
    assert boxes_of(packed, 5, 11) == [side_by_side[1], below]
    assert boxes_of(packed, 9, 10) == []


def test_a_word_costs_few_bytes() -> None:
    words: list[Box] = []
    for n in range(4_000):
        left, top = 800 * (n % 10), 150 * (n // 10 % 40)
        words.append(Box(8 * n, 8 * n + 7, 1 + n // 400, left, top, left + 700, top + 120))
    assert len(pack(words)) < 8 * len(words)


# On the page

ZOOM = 2.0


def drawn(document: pdfium.PdfDocument, page: int) -> np.ndarray:
    """The page's dots that are dark."""
    return document[page - 1].render(scale=ZOOM, grayscale=True).to_numpy().squeeze() < 160


def found(document: pdfium.PdfDocument, number: int, phrase: str) -> tuple[float, float, float, float]:
    """Where pdfium's own search sees a phrase, in dots of the drawn page: left, top, right, bottom."""
    page = document[number - 1]
    text = page.get_textpage()
    first, count = text.search(phrase, match_case=True).get_next()
    boxes = [text.get_charbox(first + at) for at in range(count) if not phrase[at].isspace()]
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    bottom, top = min(box[1] for box in boxes), max(box[3] for box in boxes)
    height = page.get_height()
    return left * ZOOM, (height - top) * ZOOM, right * ZOOM, (height - bottom) * ZOOM


def marked(boxes: list[Box], dark: np.ndarray, page: int) -> np.ndarray:
    mask = np.zeros_like(dark)
    height, width = dark.shape
    for box in boxes:
        if box.page == page:
            rows = slice(round(box.top * height / SCALE), round(box.bottom * height / SCALE))
            mask[rows, round(box.left * width / SCALE) : round(box.right * width / SCALE)] = True
    return mask


def check(data: bytes, phrases: list[tuple[str, int]]) -> None:
    """The box of each phrase must hold its dark dots and hardly others; it stands on one line of the page given with it."""
    laid_out = read(data)
    with pdfium.PdfDocument(data) as document:
        pages = {page: drawn(document, page) for _, page in phrases}
        for phrase, page in phrases:
            dark = pages[page]
            start = laid_out.text.index(phrase)
            (box,) = boxes_of(laid_out.boxes, start, start + len(phrase))
            assert box.page == page
            left, top, right, bottom = found(document, page, phrase)
            own = np.zeros_like(dark)
            own[int(top) : int(bottom) + 1, int(left) : int(right) + 1] = True
            mask = marked([box], dark, page)
            assert (dark & own).sum() > 20
            assert (dark & own & mask).sum() >= 0.97 * (dark & own).sum(), "the words are marked"
            assert (dark & mask & ~own).sum() <= 0.05 * (dark & mask).sum(), "nothing else is"


def paper(seed: int) -> tuple[bytes, list[tuple[str, int]]]:
    """A file of some pages in many types and places, and the marked words on them, which differ from all others."""
    chance = random.Random(seed)
    drawing = Drawing()
    phrases: list[tuple[str, int]] = []
    for page in range(1, 4):
        for line in range(12):
            name = "".join(chance.choice("abcdefghiklmnoprstuvwz") for _ in range(7)).capitalize()
            phrase = f"Ort {name} {chance.randrange(10_000)}"
            before, after = prose(chance.randrange(1, 5), chance.randrange(60)), prose(2, chance.randrange(60))
            y = 60 + 62 * line
            drawing.text(
                chance.randrange(30, 120),
                y,
                f"{before} {phrase} {after}",
                chance.choice((8, 10, 12, 17)),
                chance.choice((VERA, BOLD, "Times-Italic")),
            )
            phrases.append((phrase, page))
        drawing.page()
    return drawing.pdf(), phrases


@pytest.mark.parametrize("seed", range(4))
def test_a_quotation_is_marked_where_it_stands(seed: int) -> None:
    check(*paper(seed))


def turned(data: bytes, by: int) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    for page in writer.pages:
        page.rotate(by)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def lying(turn: int) -> bytes:
    """A page that is drawn on its side and shown upright."""
    drawing = Drawing()
    drawing.canvas.translate(*{90: (595, 0), 180: (595, 842), 270: (0, 842)}[turn])
    drawing.canvas.rotate(turn)
    height = 595 if turn % 180 else 842
    drawing.canvas.setFont("Helvetica", 12)
    for line in range(3):
        drawing.canvas.drawString(60 + 40 * line, height - 80 - 60 * line, f"In Zeile {line} steht Aurach{line} an der Donau.")
    return turned(drawing.pdf(), turn)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_on_a_turned_page_the_marked_dots_are_those_of_the_words(turn: int) -> None:
    data = lying(turn)
    laid_out = read(data)
    with pdfium.PdfDocument(data) as document:
        dark = drawn(document, 1)
    every = marked(boxes_of(laid_out.boxes, 0, len(laid_out.text)), dark, 1)
    assert dark.sum() == (dark & every).sum()
    for line in range(3):
        start = laid_out.text.index(f"Aurach{line}")
        (box,) = boxes_of(laid_out.boxes, start, start + 7)
        rows, columns = np.nonzero(dark & marked([box], dark, 1))
        left, right = columns.min() / ZOOM, columns.max() / ZOOM
        assert 60 + 40 * line < left < right < 60 + 40 * line + 150
        assert abs(rows.max() / ZOOM - (80 + 60 * line)) < 2
        assert 35 < right - left < 50  # "Aurach0" in 12 points


def test_a_quotation_over_lines_columns_and_pages_has_a_box_on_each_line() -> None:
    drawing = Drawing()
    lines = [
        "Der Kreistag beschließt nach langer",
        "Beratung den Ausbau der Radwege im",
        "ganzen Gebiet des Kreises Aurental",
        "und stellt Mittel bereit, wobei alle",
    ]
    other = [
        "Gemeinden davon nichts zahlen, denn",
        "das hat der Kreis so zugesagt, weil",
        "die Lage ihrer Haushalte angespannt",
        "ist und auch im kommenden Jahr noch",
    ]
    drawing.lines(60, 80, lines[:3])
    drawing.lines(300, 80, [lines[3], *other[:2]])
    drawing.page()
    drawing.lines(60, 80, other[2:])
    laid_out = read(drawing.pdf())
    text = " ".join([*lines, *other])
    assert laid_out.text == text
    quote = "Radwege im ganzen Gebiet des Kreises Aurental und stellt Mittel bereit, wobei alle Gemeinden"
    start = text.index(quote)
    boxes = boxes_of(laid_out.boxes, start, start + len(quote))
    assert [text[box.start : box.end] for box in boxes] == ["Radwege im", lines[2], lines[3], "Gemeinden"]
    assert [round(box.left * 595 / SCALE) >= 300 for box in boxes] == [False, False, True, True]
    assert all(a.bottom <= b.bottom for a, b in pairwise(boxes[:2]))
    start = text.index("weil die Lage")
    assert [(text[box.start : box.end], box.page) for box in boxes_of(laid_out.boxes, start, start + 13)] == [
        ("weil", 1),
        ("die Lage", 2),
    ]


def test_a_word_that_a_hyphen_broke_has_both_its_places() -> None:
    drawing = Drawing()
    drawing.lines(60, 80, ("Der Kreis fördert die Kinder-", "betreuung im Aurental."))
    laid_out = read(drawing.pdf())
    word = re.search("Kinderbetreuung", laid_out.text)
    assert word is not None
    first, second = boxes_of(laid_out.boxes, *word.span())
    assert [laid_out.text[box.start : box.end] for box in (first, second)] == ["Kinder", "betreuung"]
    assert first.left > second.left
    assert first.bottom <= second.bottom


def test_cells_and_items_are_marked_without_their_marks_and_bars() -> None:
    drawing = Drawing().grid((60, 200, 340), (100, 130, 160))
    for x, y, text in ((65, 120, "Ort"), (205, 120, "Plätze"), (65, 150, "Aurach"), (205, 150, "40")):
        drawing.text(x, y, text)
    drawing.text(60, 200, "•").text(72, 200, "der Umbau der alten Schule")
    data = drawing.pdf()
    check(data, [(phrase, 1) for phrase in ("Aurach", "Plätze", "der Umbau der alten Schule")])
    laid_out = read(data)
    start = laid_out.text.index("Aurach | 40")
    assert [laid_out.text[box.start : box.end] for box in boxes_of(laid_out.boxes, start, start + 11)] == ["Aurach", "40"]
