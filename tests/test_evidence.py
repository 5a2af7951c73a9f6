"""Which pieces of a passage can be quoted: whole sentences, lists with their introduction, table rows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from indexer.domain import Document, File, Hit, Paper, Passage
from indexer.encoders import HashEncoder
from indexer.parsing.layout import lay_out
from indexer.parsing.text import blocks_of
from service import evidence
from service.evidence import EvidenceFinder
from service.units import Unit, units_of


def units(text: str) -> list[Unit]:
    laid_out = lay_out(blocks_of(text.splitlines()))
    file = File("s", "n.txt", Path("n.txt"), "text/plain", "", "", 0, "public")
    document = Document("d", file, laid_out.text, laid_out.pages, laid_out.blocks, Paper())
    return units_of(Hit(Passage(document, 0, len(laid_out.text)), 0, 1, 0.0, 0.0, 0.0))


def quoted(text: str) -> list[str]:
    return [unit.text for unit in units(text)]


def test_sentences_of_a_paragraph() -> None:
    assert quoted("Der Ausschuss tagte am 4. Juli 2022. Er empfahl die Annahme.") == [
        "Der Ausschuss tagte am 4. Juli 2022.",
        "Er empfahl die Annahme.",
    ]


def test_a_list_is_quoted_with_the_sentence_that_introduces_it() -> None:
    found = units("Der Bericht liegt vor. Es gibt drei Felder:\n\n- Pflege\n- Wohnen\n- Arbeit")
    assert [unit.text for unit in found if unit.kind == "list"] == ["Es gibt drei Felder:\n\nPflege\nWohnen\nArbeit"]
    assert [unit.text for unit in found if unit.kind == "item"] == ["Pflege", "Wohnen", "Arbeit"]


def test_of_a_long_list_the_beginning_is_quoted_and_said_to_go_on() -> None:
    items = "\n".join(f"- Maßnahme {n} umfasst viele einzelne Schritte und mehrere Beteiligte" for n in range(40))
    (whole,) = [unit for unit in units(f"Folgende Maßnahmen sind geplant:\n\n{items}") if unit.kind == "list"]
    assert whole.continues
    assert len(whole.text.split()) <= 120
    assert whole.text.startswith("Folgende Maßnahmen sind geplant:")
    assert whole.text.endswith("Beteiligte")


def test_a_table_row_is_spoken_with_its_column_heads() -> None:
    found = units("| Kita | Plätze |\n|---|---|\n| Sonnenhang | 60 |")
    assert [(unit.kind, unit.text, unit.spoken) for unit in found] == [
        ("row", "Sonnenhang | 60", "Kita | Plätze: Sonnenhang | 60")
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Die Handlungsfelder gestalten sich wie folgt:",
        "zu nennen sind ferner die Träger der freien Wohlfahrtspflege.",
        "Musterbach, den 27.02.2020",
        "Wie viele Plätze gibt es?",
    ],
    ids=["announcement", "rest of a sentence", "place and date", "question"],
)
def test_what_is_no_answer_by_itself_is_not_quoted(line: str) -> None:
    assert line not in quoted(f"{line}\n\nDer Kreistag hat den Bericht zur Kenntnis genommen und dankt allen.")


def test_a_question_stands_over_its_answer() -> None:
    found = units("Wie viele Plätze hat das Haus?\n\nEs sind 16 Plätze in sieben Zimmern.")
    assert [(unit.heading, unit.text) for unit in found] == [
        ("Wie viele Plätze hat das Haus?", "Es sind 16 Plätze in sieben Zimmern.")
    ]


def test_a_short_result_is_quoted_under_its_heading() -> None:
    found = units("Vorberatung\n\nZur Kenntnis genommen.")
    assert [unit.spoken for unit in found] == ["Vorberatung: Zur Kenntnis genommen."]


def test_many_readers_at_once_get_the_right_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "_REMEMBERED", 5)  # so that one reader's texts push out another's
    encoder = HashEncoder()
    finder = EvidenceFinder(encoder)
    texts = [[f"Kita {(reader * step) % 30} am Mühlbach" for step in range(8)] for reader in range(200)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(finder._encoded, texts))
    for wanted, vectors in zip(texts, found, strict=True):
        np.testing.assert_array_equal(np.stack(vectors), encoder.encode(wanted, "passage"))
