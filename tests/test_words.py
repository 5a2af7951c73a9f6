"""Words taken over from the generation before give, byte for byte, what reading every text anew gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import german, lexical
from indexer.words import Fields, Words, read_words


def files(folder: Path, passages: list[Fields], before: Path | None = None) -> tuple[Words, dict[str, bytes]]:
    """The table, read from the disk again, and the bytes of all files that are made from it."""
    folder.mkdir()
    known = Words.open(before / "words") if before else None
    table = read_words(passages, known)
    table.save(folder / "words")
    opened = Words.open(folder / "words")
    analyser = german.Analyser(opened.parts_of_compounds())
    lexical.write(opened, analyser, folder / "lexical", (known, before / "lexical") if known and before else None)
    return opened, {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.*"))}


TEXTS = st.lists(
    st.sampled_from(["Haus", "Halt", "Haushalt", "und", "Plan", "§ 5 Abs. 2", "DS 2024/017", "13. Juni 2022", "Straße"]),
    max_size=6,
)
PASSAGES = st.lists(st.lists(st.tuples(st.sampled_from([1, 2]), TEXTS.map(" ".join)), max_size=3), max_size=8)


@settings(deadline=None)
@given(editions=st.lists(PASSAGES, min_size=2, max_size=5))
def test_whatever_was_edited_the_table_and_the_index_are_as_if_read_anew(
    editions: list[list[Fields]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("editions")
    before: Path | None = None
    for number, passages in enumerate(editions):
        _, taken_over = files(root / f"{number}", passages, before)
        before = root / f"{number}"
        _, anew = files(root / f"{number}-anew", passages)
        assert taken_over == anew


def test_a_table_counts_each_word_by_the_weight_of_its_field() -> None:
    table = read_words([[(2, "Wald und Weg"), (1, "Wald 13.06.2022")], [], [(1, "Weg")]])
    held = [dict(zip(np.array(table.words)[row.indices], row.data.tolist(), strict=True)) for row in table.counts]
    assert held == [{"wald": 3, "und": 2, "weg": 2, "13.06.2022": 1, "@2022-06-13": 1, "@2022-06": 1}, {}, {"weg": 1}]
    assert table.parts_of_compounds() == {"wald": 1}
    assert list(table.words) == sorted(table.words, key=str.encode)


def test_a_weight_or_a_border_moved_is_another_text() -> None:
    editions = [[(1, "Wald"), (1, "Weg")], [(2, "Wald"), (1, "Weg")], [(1, "Wald Weg")], [(1, "Weg"), (1, "Wald")], [(1, "Wald")]]
    keys = {key.tobytes() for key in read_words(editions).keys}
    assert len(keys) == len(editions)


def test_a_word_that_occurs_very_often_does_not_overflow() -> None:
    table = read_words([[(2, "Wald " * 40_000)]])
    assert table.counts.toarray().tolist() == [[65_535]]


def test_a_new_paper_changes_how_compounds_of_old_ones_are_split(tmp_path: Path) -> None:
    old: list[Fields] = [[(1, "Die Talsperrenaufsicht berichtet.")]]
    new: list[Fields] = [*old, *([[(1, "Eine Aufsicht und zwei Talsperren.")]] * 2)]
    before, _ = files(tmp_path / "before", old)
    after, taken_over = files(tmp_path / "after", new, tmp_path / "before")
    assert taken_over == files(tmp_path / "anew", new)[1]
    for folder, table, found in (("before", before, []), ("after", after, [1, 2, 0])):
        analyser = german.Analyser(table.parts_of_compounds())
        index = lexical.Bm25Index.open(tmp_path / folder / "lexical", len(table.keys))
        hits = index.nearest(lexical.Bag(dict.fromkeys(analyser.terms("Aufsicht"), 1)), 5)
        assert [row for row, _ in hits] == found
