"""Numbers as people print and type them: found, told from other numbers, and equal however they are written."""

from __future__ import annotations

import time

import pytest

from indexer.references import find_references, reference_key


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("DS 2022/200", "2022/200"),
        ("Drucksachen-Nr.: 2022/0200", "2022/200"),
        ("drucksache 2022-200", "2022/200"),
        ("Drs. 2022 / 200", "2022/200"),
        ("60-xvi/2019", "060-XVI./2019"),
        ("Vorlage 060/XVI/2019", "060-XVI./2019"),
        ("2021-26/257", "2021-26/0257"),
        ("2362/2019/DADI", "2362-2019/DaDi"),
        ("2018-StS-529", "2018/StS/0529"),
        ("24/svv/1293", "24/SVV/1293"),
        ("1246/V", "DS/1246/V"),
        ("12/2019", "DS 12/2019"),
        ("20-26/V2282", "20-26 / V 02282"),
        ("FB 1/37/WP 17", "FB 01/0037/WP17"),
        ("253130/2", "253130-02"),
        ("b335/2025", "B 335/2025"),
    ],
)
def test_a_number_typed_another_way_has_the_same_key(typed: str, printed: str) -> None:
    assert reference_key(typed) == reference_key(printed)


def test_different_numbers_have_different_keys() -> None:
    raws = [
        "2022/200",
        "22/200",
        "2022/20",
        "200/2022",
        "2022/200/1",
        "B 335/2025",
        "335/2025",
        "DS 105/2019 1. Ergänzung",
    ]
    assert len({reference_key(raw) for raw in raws}) == len(raws)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022/200", ["2022/200"]),
        ("Was steht in 060-XVI./2019?", ["060-XVI./2019"]),
        ("Drucksachen-Nr. 2021/081,", ["2021/081"]),
        ("(siehe 2021-26/0257).", ["2021-26/0257"]),
        ("zu 2362-2019/DaDi gehört", ["2362-2019/DaDi"]),
        ("2018/StS/0529 und 24/SVV/1293", ["2018/StS/0529", "24/SVV/1293"]),
        ("DS/1246/V.", ["DS/1246/V"]),
        ("in der ds 12/2019", ["ds 12/2019"]),
        ("Sitzungsvorlagen Nr.: 20-26 / V 02232", ["20-26 / V 02232"]),
        ("FB 01/0037/WP17", ["FB 01/0037/WP17"]),
        ("Vorlage 253130-02 wurde", ["253130-02"]),
        ("253130-02", ["253130-02"]),
        ("B 335/2025", ["B 335/2025"]),
        ("DS 105/2019 1. Ergänzung", ["DS 105/2019 1. Ergänzung"]),
        ("Vorlagen 12/2019, 13/2019 und 14/2019", ["12/2019", "13/2019", "14/2019"]),
        ("Vorlage 2024/2025", ["2024/2025"]),
        ("Worum geht es in 104/2018?", ["104/2018"]),
        ("Vorlage\u00a0Nr.\u00a02022/0592", ["2022/0592"]),
    ],
)
def test_numbers_of_every_family_are_found(text: str, expected: list[str]) -> None:
    found = find_references(text)
    assert [reference.raw for reference in found] == expected
    assert [text[reference.start : reference.end] for reference in found] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Planungszeitraum 2024/2025",
        "Kindergartenjahr 2018/2019",
        "Haushalt 2023/24",
        "Jahre 2018-2022",
        "2020-2026",
        "am 12.07.2022",
        "Vorlage vom 12.07.2022",
        "§ 12/2019",
        "Tel. 07621 410-5011",
        "Telefon 0228/253130-02",
        "Fax 089/233-25 235",
        "Az. 2022/200",
        "Aktenzeichen: 335/2025",
        "Az.: 10 A 335/2025",
        "Urteil 2 BvR 335/2019",
        "Verordnung (EU) 2016/679",
        "Richtlinie 2014/24/EU",
        "BGBl. I Nr. 335/2025",
        "2022/200 Euro",
        "253130-02 €",
        "DIN EN 1176/2017",
        "Bebauungsplan Nr. 123/2019",
        "Antrag 147 (Seite 252)",
        "24/7",
        "Produkt 11106.44310085",
    ],
)
def test_other_numbers_are_not_taken_for_drucksachen(text: str) -> None:
    assert find_references(text) == []


@pytest.mark.parametrize("unit", ["a ", "1", "1 ", "2022/", "DS ", "Vorlage ", "ABC/", "Nr. ", "_"])
def test_hostile_text_takes_no_longer_than_other_text(unit: str) -> None:
    started = time.process_time()
    find_references(unit * (100_000 // len(unit)))
    reference_key(unit * (100_000 // len(unit)))
    assert time.process_time() - started < 2  # seconds of computing for some 30 pages; exponential matching would take hours
