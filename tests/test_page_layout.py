"""Pages with words at places: lines, columns, ruled tables, frames and hyphens, each by itself with words set by hand."""

from __future__ import annotations

import pytest

from indexer.parsing.pages.assembly import blocks_of
from indexer.parsing.pages.columns import Column, parts_of
from indexer.parsing.pages.frames import without_frames
from indexer.parsing.pages.grids import grids_of, words_of
from indexer.parsing.pages.paragraphs import joint_of
from indexer.parsing.pages.words import Area, Picture, Sheet, Word, cleaned, lines_of


def word(text: str, left: float, baseline: float, size: float = 10, width: float = 0, *, bold: bool = False) -> Word:
    """A word as wide as its letters are on average."""
    right = left + (width or 0.5 * size * len(text))
    return Word(text, left, baseline - 0.8 * size, right, baseline + 0.2 * size, baseline, size, bold)


def line(text: str, left: float, baseline: float, size: float = 10) -> list[Word]:
    """Words with blanks of a quarter of their size between them."""
    words: list[Word] = []
    for part in text.split():
        words.append(word(part, left, baseline, size))
        left = words[-1].right + 0.25 * size
    return words


def sheet(number: int, *lines: list[Word], **more: object) -> Sheet:
    return Sheet(number, 595, 842, [one for words in lines for one in words], **more)


def said(words: list[Word]) -> str:
    return " ".join(one.text for one in words)


# Lines


def test_words_on_one_baseline_are_a_line_from_left_to_right() -> None:
    words = [word("zwei", 100, 50.5), word("unten", 60, 62), word("eins", 60, 50)]
    assert [one.text for one in lines_of(words)] == ["eins zwei", "unten"]


def test_a_small_raised_figure_belongs_to_its_line() -> None:
    words = [*line("Der Beschluss", 60, 62), word("1", 126, 58, 6), *line("liegt darüber", 60, 50)]
    assert [one.text for one in lines_of(words)] == ["liegt darüber", "Der Beschluss 1"]


def test_a_line_has_the_type_of_its_longest_word_and_is_bold_if_all_of_it_is() -> None:
    mixed, bold = lines_of(
        [word("Beschlussvorschlag", 60, 50, 14), word("a", 200, 50, 9), word("Titel", 60, 80, bold=True), word("–", 90, 80)]
    )
    assert (mixed.size, mixed.bold) == (14, False)
    assert bold.bold  # a dash is neither


# Columns


def parts(*lines: list[Word]) -> list[str | list[str]]:
    """A column as its text, a row as the texts of its cells."""
    return [
        " ".join(one.text for one in part.lines) if isinstance(part, Column) else [said(list(cell)) for cell in part.cells]
        for part in parts_of([one for words in lines for one in words])
    ]


LEFT = (
    "Der Kreistag berät über den",
    "Ausbau aller Radwege im Kreis",
    "und legt die Mittel dafür an",
    "die richtige Stelle im Plan.",
)
RIGHT = (
    "Im Süden fehlen Brücken und",
    "Stege, deren Bau bald beginnt",
    "sobald das Land zugestimmt hat",
    "und die Mittel verfügbar sind",
)


@pytest.mark.parametrize("shift", [0.0, 4.0, 6.0])
def test_columns_are_read_one_by_one_wherever_their_baselines_are(shift: float) -> None:
    left = [line(text, 60, 100 + 12 * at) for at, text in enumerate(LEFT)]
    right = [line(text, 300, 100 + shift + 12 * at) for at, text in enumerate(RIGHT)]
    assert parts(*left, *right) == [" ".join(LEFT), " ".join(RIGHT)]


def test_a_title_over_some_of_the_columns_hides_no_strip() -> None:
    columns = [[line(text, left, 140 + 12 * at) for at, text in enumerate(LEFT)] for left in (40, 220, 400)]
    title = line("Amtsblatt des Landkreises Aurental", 40, 100, 18)
    assert parts(title, *(one for column in columns for one in column)) == [
        "Amtsblatt des Landkreises Aurental",
        *[" ".join(LEFT)] * 3,
    ]


def test_short_values_side_by_side_are_rows() -> None:
    rows = [
        line(name, 60, 100 + 14 * at) + line(value, 300, 100 + 14 * at)
        for at, (name, value) in enumerate((("Mühlbach", "40"), ("Sonnenhang", "60"), ("Altes Rathaus", "7")))
    ]
    assert parts(*rows) == [["Mühlbach", "40"], ["Sonnenhang", "60"], ["Altes Rathaus", "7"]]


def test_the_mark_of_an_item_is_no_column() -> None:
    items = [[word("•", 60, 100 + 12 * at), *line(text, 90, 100 + 12 * at)] for at, text in enumerate(LEFT)]
    assert parts(*items) == [" ".join(f"• {text}" for text in LEFT)]


# Ruled tables


def level(*ys: float, left: float = 60, right: float = 360) -> list[tuple[float, float, float]]:
    return [(y, left, right) for y in ys]


def test_cells_are_between_the_lines_and_joined_where_none_parts_them() -> None:
    across = [(60, 100, 160), (160, 120, 160), (360, 100, 160)]
    (grid,) = grids_of(sheet(1, level=level(100, 120, 140, 160), across=across))
    assert (grid.rows, grid.columns) == (3, 2)
    assert [(cell.row, cell.column, cell.last_column) for cell in grid.cells] == [
        (0, 0, 1), (1, 0, 0), (1, 1, 1), (2, 0, 0), (2, 1, 1)
    ]  # fmt: skip
    words = [word("links", 70, 134), word("rechts", 170, 134), word("unten", 70, 154)]
    assert [[one.text for one in words_of(cell, words)] for cell in grid.cells] == [[], ["links"], ["rechts"], ["unten"], []]


def test_a_line_drawn_in_pieces_is_one() -> None:
    pieces = [(y, left, left + 100) for y in (100, 120, 140) for left in (60.0, 160.5, 261.0)]
    (grid,) = grids_of(sheet(1, level=pieces, across=[(x, 100, 140) for x in (60, 200, 361)]))
    assert (grid.rows, grid.columns, len(grid.cells)) == (2, 2, 4)


def test_lines_that_enclose_nothing_are_no_table() -> None:
    assert grids_of(sheet(1, level=level(100, 700))) == []
    assert grids_of(sheet(1, across=[(60, 100, 700)])) == []
    assert grids_of(sheet(1, level=level(100, 120), across=[(60, 300, 400), (360, 300, 400)])) == []


def test_a_drawing_of_thousands_of_lines_is_no_table() -> None:
    assert grids_of(sheet(1, level=level(*range(5000)), across=[(60, 0, 5000), (360, 0, 5000)])) == []


# Frames


def framed(number: int, body: str, head: str = "Landkreis Aurental") -> Sheet:
    rows = [line(f"{body} {name}", 60, 100 + 12 * at) for at, name in enumerate("Anfang Mitte Schluss Ende Rest".split())]
    return sheet(number, line(head, 60, 40), *rows, line(f"Seite {number}", 300, 810))


def test_what_recurs_at_the_edge_of_pages_is_dropped() -> None:
    bodies = ["Haushalt", "Radwege", "Pflege"]
    for kept, body in zip(without_frames([framed(n, body) for n, body in enumerate(bodies, start=1)]), bodies, strict=True):
        assert {one.text for one in kept.words} == {body, "Anfang", "Mitte", "Schluss", "Ende", "Rest"}


def test_a_chapter_in_the_header_may_differ_from_page_to_page() -> None:
    heads = ["Einleitung", "Bestand", "Bedarf", "Ziele", "Kosten", "Ausblick"]
    bare = without_frames([framed(n, "abcdef"[n - 1] * 5, head) for n, head in enumerate(heads, start=1)])
    assert not {one.text for kept in bare for one in kept.words} & set(heads)
    assert all(len(kept.words) == 10 for kept in bare)


def test_figures_that_differ_from_page_to_page_are_text() -> None:
    """Pages of one form: what is filled in stands at the same place on each."""
    pages = [framed(n, f"Ansatz {amount} Euro") for n, amount in ((1, 400), (2, 7300), (3, 52))]
    assert [
        said(list(kept.words)).count(amount) for kept, amount in zip(without_frames(pages), ("400", "7300", "52"), strict=True)
    ] == [5, 5, 5]


def test_what_one_page_says_is_kept() -> None:
    (kept,) = without_frames([framed(1, "Haushalt")])
    assert "Aurental" in {one.text for one in kept.words}
    assert "Seite" not in {one.text for one in kept.words}


def test_pages_that_are_all_alike_are_no_frames_around_nothing() -> None:
    alike = [sheet(n, line("Der Kreistag stimmt dem Ausbau zu.", 60, 100)) for n in (1, 2)]
    assert [said(list(kept.words)) for kept in without_frames(alike)] == ["Der Kreistag stimmt dem Ausbau zu."] * 2


def test_a_numbered_section_at_the_head_of_each_page_is_kept() -> None:
    bare = without_frames([framed(n, "abc"[n - 1] * 5, f"{n}. Abschnitt") for n in (1, 2, 3)])
    assert ["Abschnitt" in {one.text for one in kept.words} for kept in bare] == [True, True, True]


def test_pictures_that_recur_are_ornaments_and_scans_are_not() -> None:
    logo, scan, chart = Area(400, 20, 500, 60), Area(0, 0, 595, 842), Area(60, 300, 400, 500)
    sheets = [sheet(n, pictures=[Picture(logo), Picture(scan), *([Picture(chart)] if n == 2 else [])]) for n in (1, 2, 3)]
    assert [[picture.area for picture in kept.pictures] for kept in without_frames(sheets)] == [[scan], [scan, chart], [scan]]


# Words


@pytest.mark.parametrize(
    ("before", "after", "joint"),
    [
        ("Kinder-", "betreuung", "-"),
        ("Jugend-", "und", " "),
        ("Ein-", "bis", " "),
        ("Jugend-", "unterricht", "-"),
        ("Baden-", "Württemberg", ""),
        ("E-", "Bus", ""),
        ("2024/", "2025", ""),
        ("2024-", "2025", ""),
        ("–", "der", " "),
        ("-", "der", " "),
        ("Rat", "und", " "),
        ("Haushalts-", "(plan)", " "),
    ],
)
def test_words_at_the_end_of_a_line_are_joined(before: str, after: str, joint: str) -> None:
    assert joint_of(before, after) == joint


def test_signs_of_symbol_fonts_are_what_they_show() -> None:
    assert cleaned("\uf0fe\uf0a8\uf0b7") == ["☒☐•"]


def test_small_parts_that_touch_are_one_word_and_raised_figures_are_not() -> None:
    formula = [word("CO", 60, 50, width=12), word("2", 72, 52, 6), *line("sinkt weiter", 90, 50)]
    note = [*line("Der Beschluss", 60, 100), word("1", 127.5, 96, 6)]
    assert [block.text for block in blocks_of([sheet(1, formula, note)])] == ["CO2 sinkt weiter", "Der Beschluss 1"]


def test_what_is_read_in_a_picture_heads_nothing() -> None:
    large = tuple(line("Bildung und Betreuung", 60, 200, 16))
    rows = [line(f"{text} und so weiter bis zum Ende", 60, 100 + 12 * at) for at, text in enumerate(LEFT)]
    page = sheet(1, *rows, pictures=[Picture(Area(50, 170, 300, 260), large)])
    assert [block.kind for block in blocks_of([page])] == ["paragraph", "paragraph"]
    assert "heading" in [block.kind for block in blocks_of([sheet(1, *rows, list(large))])]
