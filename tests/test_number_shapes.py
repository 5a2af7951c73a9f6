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
