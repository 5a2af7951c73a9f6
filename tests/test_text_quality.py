"""The scores by which readers are measured (benchmarks/typeset): a right reading has none, each error counts once."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.typeset.parts import ANCHOR, Grid, Heading, Items, Look, Note, Paper, Para, truth_of
from benchmarks.typeset.scores import Reading, score, without_frames

LOOK = Look("Sans", 11, "Sans", (16, 14, 12), 2, 100, 6, 0.5, 0.1, 0.8, False, False, False)
ROWS = (("Amt", "Leitung", "Stellen"), ("Tiefbau", "Herr Buß", ""), ("Schulen", "Frau Weiß", "3,5"))
PAPER = Paper(
    "paper",
    "",
    LOOK,
    (
        Heading("Ausbau der Straße"),
        Para("**Bedarf:** Die Zu\u00adﬂüsse steigen.{Vgl. Bericht 7.} Das kostet 12 Euro."),
        Items(((1, "Brücke"), (2, "Steg")), ("1.", "•")),
        Grid(ROWS, (3, 3, 3)),
        Note("Merksatz am Rand", margin=True),
        Para("Ende der Vorlage."),
    ),
    header="Kreis Musterbach",
    footer="Seite # von ##",
)
TRUTH = truth_of(PAPER)
RIGHT = Reading(
    "Ausbau der Straße\nBedarf: Die Zuflüsse steigen.1 Das kostet 12 Euro.\n1. Brücke\n• Steg\nAmt Leitung Stellen\n"
    "Tiefbau Herr Buß\nSchulen Frau Weiß 3,5\nEnde der\nVorlage.\nMerksatz am Rand\n1 Vgl. Bericht 7.",
    rows=ROWS,
    headings=("Ausbau der Straße",),
    items=("Brücke", "Steg"),
    heads=("Amt Leitung Stellen",),
)


def changed(old: str, new: str) -> Reading:
    assert old in RIGHT.text
    return replace(RIGHT, text=RIGHT.text.replace(old, new))


def errors(reading: Reading) -> tuple[int, int]:
    counts = score(TRUTH, reading).counts
    return counts["text errors"], counts["table errors"]


def test_a_right_reading_has_no_errors() -> None:
    counts = score(TRUTH, RIGHT).counts
    assert (counts["text errors"], counts["table errors"], counts["leaked"]) == (0, 0, 0)
    assert counts["cells right"] == counts["cells"] == 9
    for what in ("headings", "items", "heads"):
        assert counts[what] == counts[f"{what} right"] == counts[f"{what} said"] > 0


def test_the_truth_reads_as_printed() -> None:
    assert TRUTH.pieces[1].text == f"Bedarf: Die Zuflüsse steigen.{ANCHOR} Das kostet 12 Euro."
    assert [piece.text for piece in TRUTH.pieces if piece.kind == "list_item"] == ["1. Brücke", "• Steg"]
    assert TRUTH.floats == ("Vgl. Bericht 7.", "Merksatz am Rand")


def test_wrong_letters_count_where_they_stand() -> None:
    assert errors(changed("Zuflüsse", "Zuflusse")) == (1, 0)
    assert errors(changed("Herr Buß", "Herr Bus")) == (0, 1)
    assert errors(changed("kostet", "kos- tet")) == (2, 0)


def test_nothing_read_is_all_wrong() -> None:
    counts = score(TRUTH, Reading("")).counts
    assert (counts["text errors"], counts["table errors"]) == (counts["text chars"], counts["table chars"])
    assert counts["cells right"] == 0


def test_footnotes_and_boxes_may_stand_anywhere_but_must_be_there() -> None:
    moved = "Merksatz am Rand\n" + RIGHT.text.replace("\nMerksatz am Rand", "")
    assert errors(replace(RIGHT, text=moved)) == (0, 0)
    assert errors(changed("\n1 Vgl. Bericht 7.", "")) == (len("Vgl. Bericht 7."), 0)
    assert errors(changed("Vgl. Bericht 7.", "Vgl. Berichf 7.")) == (1, 0)


def test_marks_of_footnotes_are_not_judged() -> None:
    for mark in ("", "¹", "[1]", " 1"):
        assert errors(changed("steigen.1", f"steigen.{mark}")) == (0, 0)


def test_cells_must_stand_in_their_row_and_column() -> None:
    def right(*rows: tuple[str, ...]) -> int:
        return score(TRUTH, replace(RIGHT, rows=rows)).counts["cells right"]

    assert right(ROWS[0], ROWS[1], ROWS[0], ROWS[2]) == 9  # over two pages, the head repeated
    assert right(*(("", *row) for row in ROWS)) < 3
    assert right(ROWS[2], ROWS[1]) == 3
    assert right(ROWS[0], ("Tiefbau", "Herr", ""), ("", "Buß", ""), ROWS[2]) == 8


def test_page_frames_are_counted_and_can_be_dropped() -> None:
    leaked = changed("\n1. Brücke", "\nSeite 1 von 3\nKreis Musterbach\n1. Brücke")
    assert score(TRUTH, leaked).counts["leaked"] == 2
    assert without_frames(leaked.text, TRUTH) == RIGHT.text


def test_invented_headings_count_and_run_in_words_do_not() -> None:
    counts = score(TRUTH, replace(RIGHT, headings=("Ausbau der Straße", "Bedarf:", "Ende der"))).counts
    assert (counts["headings right"], counts["headings said"]) == (1, 2)
