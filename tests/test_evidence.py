"""Which pieces of a passage can be quoted: whole sentences, lists with their introduction, table rows."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from indexer.domain import Block, Document, File, Hit, Page, Paper, Passage
from indexer.encoders import HashEncoder
from indexer.parsing.layout import lay_out
from indexer.parsing.text import blocks_of
from indexer.search import ranked
from service.evidence import finder as finding
from service.evidence.finder import EvidenceFinder
from service.evidence.units import Unit, units_of
from service.evidence.wanted import wanted
from service.questions import Names, understand
from service.ways.quoting import chosen
from tests.conftest import MakeDocument, MakeIndex


def paragraphs(*texts: str) -> list[Unit]:
    """The units of paragraphs as a Word file has them, which no layout joins or takes for headings."""
    text = "\n\n".join(texts)
    starts = [text.index(one) for one in texts]
    blocks = tuple(Block("paragraph", 0, 1, start, start + len(one)) for start, one in zip(starts, texts, strict=True))
    return taken_apart(text, (Page(1, "1", 0, len(text)),), blocks)


def units(text: str) -> list[Unit]:
    laid_out = lay_out(blocks_of(text.splitlines()))
    return taken_apart(laid_out.text, laid_out.pages, laid_out.blocks)


def taken_apart(text: str, pages: tuple[Page, ...], blocks: tuple[Block, ...]) -> list[Unit]:
    file = File("s", "n.txt", Path("n.txt"), "text/plain", "", "", 0, "public")
    document = Document("d", file, text, pages, blocks, Paper())
    return units_of(Hit(Passage(document, 0, len(text)), 0, 1, 0.0, 0.0, 0.0))


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
    monkeypatch.setattr(finding, "_REMEMBERED", 5)  # so that one reader's texts push out another's
    encoder = HashEncoder()
    finder = EvidenceFinder(encoder)
    texts = [[f"Kita {(reader * step) % 30} am Mühlbach" for step in range(8)] for reader in range(200)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(finder._encoded, texts))
    for asked, vectors in zip(texts, found, strict=True):
        np.testing.assert_array_equal(np.stack(vectors), encoder.encode(asked, "passage"))


def test_names_below_an_announcement_are_quoted_with_it() -> None:
    (whole,) = [unit for unit in paragraphs("Unterzeichnet von:", "Alma Vogt", "Jonas Reuter") if unit.kind == "lines"]
    assert whole.text.split("\n\n") == ["Unterzeichnet von:", "Alma Vogt", "Jonas Reuter"]


def test_a_table_is_one_unit_beside_its_rows() -> None:
    found = units("| Kita | Plätze |\n|---|---|\n| Sonnenhang | 60 |\n| Mühlbach | 45 |")
    assert [unit.kind for unit in found] == ["table", "row", "row"]
    assert found[0].text.split() == "Kita | Plätze Sonnenhang | 60 Mühlbach | 45".split()


def test_what_follows_a_salutation_can_be_quoted() -> None:
    sentence = "auf Ihren Antrag bewilligt der Kreis eine Zuwendung von 900 Euro."
    assert [unit.text for unit in paragraphs("Sehr geehrte Damen und Herren,", sentence)] == [sentence]


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("Wer hat das beschlossen und wann?", {"date", "person", "decision"}),
        ("Bis wann muss der Verein abrechnen?", {"date", "deadline"}),
        ("Was kostet der Bürgerbus?", {"amount"}),
        ("Warum wurde die Kita geschlossen?", {"reason"}),
        ("Wie wurde abgestimmt?", {"vote"}),
        ("How many places are there?", {"number"}),
        ("Bürgerbus Musterbach", set()),
    ],
)
def test_the_kinds_of_answer_that_a_question_wants(question: str, kinds: set[str]) -> None:
    assert {kind.name for kind in wanted(question)} == kinds


@pytest.fixture(scope="module")
def quoted_first(make_document: MakeDocument, make_index: MakeIndex) -> Callable[[str], str]:
    """From a question to the quotation that would come first, over one paper."""
    text = """Der Bürgerbus ist ein Angebot für alle Ortsteile, die der Linienverkehr nicht erreicht.

Der Betrieb des Bürgerbusses beginnt am 4. Mai 2026. Er endet mit dem Fahrplanjahr.

Die Anschaffung des Bürgerbusses kostet 84.000 Euro.

Das Leitbild des Bürgerbusses wird einstimmig beschlossen. Es gilt ab dem 1. Juli 2026.

Betrieben wird der Bürgerbus vom Verein Mobil am Mühlbach. Dieser hat 40 Mitglieder."""
    generation, encoder = make_index([make_document("bus.txt", text)]), HashEncoder()
    finder, names = EvidenceFinder(encoder), Names(generation)

    def first(asked: str) -> str:
        question, query = understand(asked, names), encoder.encode([asked], "query")[0]
        found = finder.find(generation, question, query, ranked(generation, query, asked).hits())
        return chosen(found, question)[0].quote

    return first


@pytest.mark.parametrize(
    ("question", "held"),
    [
        ("Wann beginnt der Betrieb des Bürgerbusses?", "4. Mai 2026"),
        ("Was kostet die Anschaffung des Bürgerbusses?", "84.000 Euro"),
        ("Wie wurde über das Leitbild des Bürgerbusses abgestimmt?", "einstimmig"),
    ],
)
def test_the_first_statement_holds_the_kind_of_answer_asked_for(
    question: str, held: str, quoted_first: Callable[[str], str]
) -> None:
    assert held in quoted_first(question)


def test_a_following_sentence_that_answers_the_second_half_is_quoted_with_it(quoted_first: Callable[[str], str]) -> None:
    quote = quoted_first("Wie wurde über das Leitbild des Bürgerbusses abgestimmt und ab wann gilt es?")
    assert quote == "Das Leitbild des Bürgerbusses wird einstimmig beschlossen. Es gilt ab dem 1. Juli 2026."


def test_a_sentence_that_leans_on_the_one_before_is_quoted_with_it(quoted_first: Callable[[str], str]) -> None:
    quote = quoted_first("Wie viele Mitglieder hat der Betreiber?")
    assert quote == "Betrieben wird der Bürgerbus vom Verein Mobil am Mühlbach. Dieser hat 40 Mitglieder."


def test_of_the_questions_of_an_anfrage_only_what_introduces_them_is_quoted() -> None:
    found = quoted("Wir bitten bis zum 30. Mai um Antwort auf diese Fragen:\n\n1. Wie viele Plätze gibt es?\n2. Wer zahlt sie?")
    assert found == ["Wir bitten bis zum 30. Mai um Antwort auf diese Fragen:"]
