"""Where a German sentence ends, and where a full stop is none."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Der Ausschuss tagt am 4. Juli 2025 im Rathaus.",
        "Siehe Abs. 2 Nr. 5 der Satzung, d. h. ab 2025.",
        "Dr. Muster und Hr. Beispiel stimmen zu.",
        "Die Kosten betragen ca. 1,2 Mio. Euro im Jahr.",
        "Die 3. Fortschreibung liegt vor.",
        "Herr A. Muster ist entschuldigt.",
        "Der Kreistag (vgl. S. 4 f.) stimmt zu.",
        "Die Verwaltung ... wartet ab.",
        "Im 2. Quartal wird gebaut.",
    ],
)
def test_one_sentence_stays_whole(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    "parts",
    [
        ["Der Rat tagt.", "Er stimmt zu."],
        ["Wird gebaut?", "Ja!", "Ab wann?"],
        ["Das war im Jahr 2022.", "Der Kreistag folgte."],
        ["„Wir bauen.“", "So die Landrätin."],
        ["Es kostet 5 Euro.", "Nr. 3 entfällt."],
        ["Das gilt (auch hier).", "Ende."],
    ],
    ids="|".join,
)
def test_sentences_are_parted(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts
    assert sentences("\n".join(parts)) == parts


def test_a_stretch_of_a_text_is_read_on_its_own() -> None:
    text = "Erster Satz. Zweiter Satz. Dritter Satz."
    assert [text[a:b] for a, b in sentence_spans(text, 6, 25)] == ["Satz.", "Zweiter Satz"]


@given(st.text(alphabet='aA1.!?…"“ \nß', max_size=60))
def test_spans_are_in_order_and_lose_nothing_but_white_space(text: str) -> None:
    spans = list(sentence_spans(text))
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
