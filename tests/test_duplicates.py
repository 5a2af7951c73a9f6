"""Forms that differ in a number, a name, a date stand behind the best of them; nothing else does, and nothing is lost."""

from __future__ import annotations

import random

import numpy as np
import pytest

from indexer.duplicates import grouped
from indexer.encoders import HashEncoder
from indexer.filters import ANY
from indexer.search import search
from indexer.words import read_words
from service.searching import find

FORM = (
    "Zuwendungsbescheid Nr. {number} vom {day}. Auf Ihren Antrag bewilligt der Landkreis der Einrichtung {name} aus Mitteln des "
    "Förderprogramms für das laufende Haushaltsjahr einen einmaligen Zuschuss in Höhe von {sum} Euro zu den Kosten der "
    "Ausstattung. Die Auszahlung erfolgt nach Vorlage der Rechnungen. Der Verwendungsnachweis ist bis {until} einzureichen."
)
PLAIN = {"number": "24/7", "day": "03.05.2024", "name": "Sonnenhang", "sum": "1.200", "until": "31.12.2024"}
WORDS = FORM.replace("{name}", "Kita").replace(",", "").split()


def groups(*texts: str) -> list[int]:
    words = read_words([[(1, text)] for text in texts])
    return grouped(words, np.arange(len(texts), dtype=np.int32)).tolist()


@pytest.mark.parametrize(
    "change",
    [
        {"number": "24/8"},
        {"sum": "98.765,43"},
        {"day": "4. Juni 2025", "until": "1. März 2026"},
        {"name": "Mühlbach"},
        {"name": "Altes Rathaus", "number": "1", "sum": "7", "day": "2020", "until": "2021"},
    ],
    ids=str,
)
def test_forms_that_differ_in_a_number_a_date_a_name_are_one_group(change: dict[str, str]) -> None:
    assert groups(FORM.format(**PLAIN), "Etwas anderes.", FORM.format(**PLAIN | change)) == [0, 1, 0]


def test_the_order_of_words_does_not_matter_and_case_neither() -> None:
    turned = FORM.format(**PLAIN).split()
    random.Random(3).shuffle(turned)
    assert groups(FORM.format(**PLAIN), " ".join(turned).upper()) == [0, 0]


@pytest.mark.parametrize("share", [0.0, 0.2, 0.4, 0.5])
def test_passages_that_share_half_their_words_or_less_are_apart(share: float) -> None:
    kept = WORDS[: int(share * len(WORDS))]
    assert groups(FORM, " ".join(kept + [f"anderes{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(40)])) == [0, 1]


@pytest.mark.parametrize("texts", [("Ja.", "Ja."), ("Der Kreistag nimmt Kenntnis.",) * 3, ("1 2 3 4 " * 20,) * 2])
def test_short_passages_and_bare_figures_are_never_grouped(texts: tuple[str, ...]) -> None:
    assert groups(*texts) == list(range(len(texts)))


@pytest.mark.parametrize("texts", [(), ("",), ("", FORM, "")])
def test_passages_without_words_stand_for_themselves(texts: tuple[str, ...]) -> None:
    assert groups(*texts) == list(range(len(texts)))


def test_many_forms_among_many_passages_are_told_apart() -> None:
    chance = random.Random(1)
    vocabulary = ["".join(chance.choices("abcdefghij", k=7)) for _ in range(900)]
    texts = [" ".join(chance.sample(vocabulary, 60)) for _ in range(300)]
    forms = [" ".join([*texts[form].split(), chance.choice(vocabulary), str(n)]) for n in range(10) for form in range(20)]
    assert groups(*texts, *forms) == [*range(300), *(form for _ in range(10) for form in range(20))]


@pytest.fixture(scope="module")
def generation(make_document, make_index):
    names = "Sonnenhang Mühlbach Lindenhof Regenbogen Schatzinsel Zwergenland".split()
    forms = [
        make_document(
            name, FORM.format(**PLAIN | {"name": name, "sum": f"{n}.300", "number": f"24/{n + 7}"}), reference=f"2024/{n + 101}"
        )
        for n, name in enumerate(names)
    ]
    other = make_document("Kita", "Der Zuschuss für die Ausstattung der Kitas steigt im Haushaltsjahr.", reference="2023/7")
    return make_index([*forms, other])


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("Zuschuss Mühlbach", "Mühlbach"),
        ("Welchen Zuschuss erhält das Zwergenland für die Ausstattung?", "Zwergenland"),
        ("Zuwendungsbescheid Regenbogn", "Regenbogen"),
        ("Zuwendung von 2.300 Euro", "Lindenhof"),
        ("2024/105", "Schatzinsel"),
        ("Zuwendungsbescheid Mühlbach, Vorlage 24/103", "Lindenhof"),
    ],
)
def test_the_form_asked_for_is_shown_and_the_others_are_reached_through_it(generation, question: str, shown: str) -> None:
    hits = search(generation, HashEncoder(), question)
    form = next(hit for hit in hits if hit.passage.document.id != "Kita")
    assert form.passage.document.id == shown
    assert len(hits) == 2
    assert {generation.passage(row).document.id for row in form.alike} == {
        "Sonnenhang", "Mühlbach", "Lindenhof", "Regenbogen", "Schatzinsel", "Zwergenland"
    } - {shown}  # fmt: skip


def test_several_forms_that_are_named_are_all_shown(generation) -> None:
    hits = search(generation, HashEncoder(), "Vorlagen 2024/103, 2024/105")
    assert {hit.passage.document.id for hit in hits if hit.named} == {"Lindenhof", "Schatzinsel"}
    assert sum(1 + len(hit.alike) for hit in hits) == generation.passages


def test_one_form_in_hundreds_of_papers_leaves_the_other_papers_in_sight(make_index, make_document) -> None:
    forms = [make_document(f"form {n}", FORM.format(**PLAIN | {"number": f"24/{n}"})) for n in range(300)]
    others = [make_document(f"other {n}", f"Ein Zuschuss {n} für das Jugendhaus und den Verein {n}.") for n in range(5)]
    hits = find(make_index([*forms, *others]), HashEncoder(), "Zuschuss", ANY).hits()
    assert {hit.passage.document.file.name for hit in hits} >= {document.file.name for document in others}
    assert max(len(hit.alike) for hit in hits) == 299
