"""The lexical index over texts, with what the analyser makes of them."""

from __future__ import annotations

import numpy as np
import pytest

from indexer import german, lexical
from indexer.lexical import Bm25Index, ExactLexical, bag_of, write
from indexer.words import read_words


def indexed(texts, folder):
    words = read_words([[(1, text)] for text in texts])
    analyser = german.Analyser(words.parts_of_compounds())
    write(words, analyser, folder)
    return Bm25Index.open(folder, len(texts)), analyser


def test_a_part_that_a_word_has_twice_counts_twice_in_the_length_as_in_the_frequency(tmp_path):
    texts = ["am 10.10.2010", "Wald und Bach", "Wald"]
    index, analyser = indexed(texts, tmp_path / "lexical")
    exact = ExactLexical([bag_of(analyser, text) for text in texts])
    rows = np.arange(3)
    for query in ("Wald", "10.10.2010"):
        bag = bag_of(analyser, query)
        assert index.scores(bag, rows).tolist() == pytest.approx(exact.scores(bag, rows).tolist(), rel=1e-6)


def test_a_word_in_very_many_passages_is_found_all_the_same(tmp_path, monkeypatch):
    index, analyser = indexed(["Wald"] * 30 + ["Bach"] * 30, tmp_path / "lexical")
    monkeypatch.setattr(lexical, "_READ", 20)  # stands for an index of more than 2,000,000 passages
    assert len(index.nearest(bag_of(analyser, "Wald"), 10)) == 10
