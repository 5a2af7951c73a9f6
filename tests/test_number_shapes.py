"""Numbers as people write them in a question, and numbers that are none of a paper."""

from __future__ import annotations

import pytest

from indexer.numbering import keys_of, typed_keys


def names(question: str, number: str) -> bool:
    keys = dict(keys_of(number))
    return any(keys.get(key, 9) <= loosest for key, loosest in typed_keys(question))


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("Was steht in 22/200?", "2022/200"),
        ("Wer hat 22/200 beantragt?", "2022/200"),
        ("Kosten der 12/2019", "12/2019"),
        ("Wer kennt 24-SVV-1293?", "24/SVV/1293"),
        ("Stand zu 253130-02", "253130-02"),
        ("Was steht in 1246/V?", "DS/1246/V"),
        ("Vergleiche 2023/200 und 2024/131", "2024/131"),
        ("2024/003 oder 2023/101", "2023/101"),
    ],
)
def test_a_number_behind_a_short_word_is_seen(question: str, number: str) -> None:
    assert names(question, number)


@pytest.mark.parametrize("typed", ["01/0037", "1/37", "FB 01/0037", "Vorlage 01/0037"])
def test_the_term_behind_a_number_may_be_left_out(typed: str) -> None:
    assert names(typed, "FB 01/0037/WP17")


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("Was sagt die Verordnung (EU) 2016/679?", "2016/679"),
        ("Tel. 07621 410-5011", "410/5011"),
        ("Angebote für 12-19 Uhr", "12/2019"),
        ("Ferienprogramm für 10-16 Jahre", "10/2016"),
    ],
)
def test_law_telephone_and_ranges_name_no_paper(question: str, number: str) -> None:
    assert not names(question, number)


@pytest.mark.parametrize(
    ("question", "number"),
    [("Was steht in der Vorlage V 02282?", "20-26 / V 02282"), ("Kosten laut Drucksache SVV/1293", "24/SVV/1293")],
)
def test_letters_and_running_number_behind_a_word_for_a_paper(question: str, number: str) -> None:
    assert names(question, number)


@pytest.mark.parametrize(
    "typed",
    [
        *("§ 5", "10 €", "1.250 €", "16:30", "24.12.", "1,5 %"),
        *("Doppelhaushalt 2023/24", "Förderperiode 2021-27", "Flurstück 1234/5"),
        *("Die Vorlage 2 Wochen später", "Antrag 3 Fraktionen"),
    ],
)
def test_sums_times_ranges_and_counts_are_no_numbers_of_papers(typed: str) -> None:
    assert typed_keys(typed) == []


@pytest.mark.parametrize(
    ("reference", "running"),
    [
        ("DS 6/2019 2. Ergänzung", "6"),
        ("2022/5/1", "5"),
        ("2021-26/0007", "7"),
        ("20-26 / V 02282", "2282"),
        ("FB 01/0037/WP17", "37"),
        ("253130-02", "253130"),
        ("DS/1246/V", "1246"),
        ("060-XVI./2019", "60"),
        ("24/SVV/1293", "1293"),
    ],
)
def test_the_running_number_counts_papers_and_not_their_parts_or_terms(reference: str, running: str) -> None:
    assert [key for key, looseness in keys_of(reference) if looseness == 2] == [running]


def test_numbers_behind_one_word_are_all_seen() -> None:
    assert {("41", 2), ("105", 2)} <= set(typed_keys("Was steht in den Beschlussvorlagen 41 und 105?"))
