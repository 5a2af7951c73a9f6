"""The stored text: every block and page has its exact span, nothing invisible remains."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.parsing.layout import LaidOut, RawBlock, clean, lay_out, row_text


def texts(laid_out: LaidOut) -> list[str]:
    return [laid_out.text[block.start : block.end] for block in laid_out.blocks]


def test_spans_give_back_every_block() -> None:
    laid_out = lay_out(
        [RawBlock("heading", "Titel", level=1), RawBlock("paragraph", " Ein  Satz. "), RawBlock("list_item", "eins", level=1)]
    )
    assert texts(laid_out) == ["Titel", "Ein Satz.", "eins"]
    assert [(block.kind, block.level) for block in laid_out.blocks] == [("heading", 1), ("paragraph", 0), ("list_item", 1)]


def test_items_and_rows_stand_line_by_line_paragraphs_apart() -> None:
    raw = [RawBlock("paragraph", "a"), RawBlock("paragraph", "b"), RawBlock("list_item", "c"), RawBlock("list_item", "d")]
    assert lay_out(raw).text == "a\n\nb\n\nc\nd"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Hand\u00adlungs\u200bfeld", "Handlungsfeld"),
        ("a\u00a0 \tb\n c", "a b c"),
        ("e\u0301tude", "étude"),
        ("ﬁnanziell", "finanziell"),
        ("\u202egnuztiS\u202c", "gnuztiS"),
        ("Rat\x00haus\x1b", "Rathaus"),
        ("\ufeffText\ufffe", "Text"),
        ("x\U000e0041y", "xy"),
        ("\ud800z", "z"),
        ("👍 5 €", "👍 5 €"),
    ],
    ids=ascii,
)
def test_invisible_characters_are_dropped(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_a_bar_inside_a_cell_is_no_cell_border() -> None:
    assert row_text(["a|b", " c ", ""]) == "a/b | c |"


def test_blocks_without_text_are_left_out() -> None:
    raw = [RawBlock("paragraph", " \u200b"), RawBlock("table_row", " | | "), RawBlock("heading", ""), RawBlock("paragraph", "da")]
    assert texts(lay_out(raw)) == ["da"]


ANNOUNCEMENT = "Die Kosten verteilen sich wie folgt:"


@pytest.mark.parametrize(
    ("following", "gap"),
    [
        ([], True),
        ([RawBlock("paragraph", "", picture=True)], True),
        ([RawBlock("heading", "Fazit", level=2)], True),
        ([RawBlock("paragraph", "Danach.", break_before=True)], True),
        ([RawBlock("paragraph", "Danach.")], False),
        ([RawBlock("list_item", "eins", level=1)], False),
        ([RawBlock("table_row", "a | 1")], False),
    ],
    ids=["end", "picture", "heading", "break", "paragraph", "list", "table"],
)
def test_an_announcement_without_what_it_announces_is_a_gap(following: list[RawBlock], gap: bool) -> None:
    assert lay_out([RawBlock("paragraph", ANNOUNCEMENT), *following]).blocks[0].gap is gap


def test_pages_follow_each_other_and_empty_ones_are_kept() -> None:
    raw = [RawBlock("paragraph", "eins", page=2), RawBlock("paragraph", "zwei", page=4)]
    laid_out = lay_out(raw, ["i", "ii", "1", "2", "3"])
    assert [page.label for page in laid_out.pages] == ["i", "ii", "1", "2", "3"]
    assert [page.number for page in laid_out.pages if page.start == page.end] == [1, 3, 5]
    assert [laid_out.text[page.start : page.end].strip() for page in laid_out.pages] == ["", "eins", "", "zwei", ""]


KINDS = st.sampled_from(["heading", "paragraph", "list_item", "table_head", "table_row"])
BLOCKS = st.builds(RawBlock, kind=KINDS, text=st.text(max_size=30), page=st.integers(1, 4), picture=st.booleans())


@given(st.lists(BLOCKS, max_size=12).map(lambda blocks: sorted(blocks, key=lambda block: block.page)))
def test_whatever_a_parser_finds_the_spans_hold(raw: list[RawBlock]) -> None:
    raw = [
        RawBlock(b.kind, row_text([b.text]) if b.kind.startswith("table") else b.text, b.page, 0, False, b.picture) for b in raw
    ]
    laid_out = lay_out(raw, ["1", "2", "3", "4"])
    expected = [clean(b.text) for b in raw if not b.picture and clean(b.text).strip(" |")]
    assert texts(laid_out) == expected
    assert unicodedata.is_normalized("NFC", laid_out.text)
    assert laid_out.pages[0].start == 0
    assert laid_out.pages[-1].end == len(laid_out.text)
    assert all(before.end == after.start for before, after in pairwise(laid_out.pages))
    assert all(laid_out.pages[b.page - 1].start <= b.start <= b.end <= laid_out.pages[b.page - 1].end for b in laid_out.blocks)
