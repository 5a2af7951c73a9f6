"""Whoever types the number of a paper, in whatever way, finds that paper first; other numbers name no paper."""

from __future__ import annotations

import pytest

from indexer.encoders import HashEncoder
from indexer.filters import Filters
from indexer.generation import Generation
from indexer.numbering import keys_of, typed_keys
from indexer.search import search

# Number as printed -> how people type it: one from each family of German counties and cities.
SPELLINGS = {
    "2022/200": "2022/200|2022-200|2022–200|2022 / 200|2022/0200|22/200|22-200|200/2022|200/22|200-2022|200 / 2022",
    "060-XVI./2019": "060-XVI./2019|60-XVI/2019|060-xvi./2019|60/XVI/2019|60/2019|2019/60|60/XVI/19|60-2019",
    "2021-26/0257": "2021-26/0257|2021-26/257|2021/26/257|21-26/257|2021–26/0257|21/26/0257|2021-26 / 0257|2021-26-0257",
    "2362-2019/DaDi": "2362-2019/DaDi|2362-2019/dadi|2362/2019/DaDi|2362-2019|2362/2019|2362-19|2362/19|2019/2362|2362-2019 DaDi",
    "2018/StS/0529": "2018/StS/0529|2018/sts/529|2018-StS-0529|18/StS/529|2018/529|18/529|529/2018|2018/STS/529",
    "24/SVV/1293": "24/SVV/1293|24/svv/1293|24-SVV-1293|24 / SVV / 1293|24/1293|1293/24|24-1293|24/SVV/01293",
    "DS/1246/V": "DS/1246/V|ds/1246/v|1246/V|1246-V|DS 1246/V|DS/01246/V|DS-1246-V|1246/v",
    "DS 12/2019": "DS 12/2019|12/2019|ds 12/2019|DS 012/2019|DS 12-2019|12-2019|DS 12/19|2019/12|DS12/2019",
    "20-26 / V 02282": "20-26 / V 02282|20-26/V 02282|20-26/V02282|20-26 / V 2282|20-26-V-02282|20-26/v 02282|20-26/2282",
    "FB 01/0037/WP17": "FB 01/0037/WP17|FB 1/37/WP17|fb 01/0037/wp17|01/0037/WP17|FB01/0037/WP17|FB 01-0037-WP17",
    "253130-02": "253130-02|253130/02|253130-2|253130 - 02|253130/2|253130–02",
    "B 335/2025": "B 335/2025|b 335/2025|B335/2025|335/2025|335-2025|B 335/25|335/25|2025/335|B 0335/2025",
}
TYPED = [(number, typed) for number, spellings in SPELLINGS.items() for typed in spellings.split("|")]
NEAR = "2022/201 2023/201 2022/020 061-XVI./2019 2021-26/0258 2361-2018/DaDi 24/SVV/1294 1247/V 13/2019 253131-02".split()


@pytest.fixture(scope="module")
def generation(make_document, make_index) -> Generation:
    """A paper for each number; for each another that tells of it at length; and some with numbers close by."""
    own = [make_document(f"own {n}", f"Der Antrag wird beraten. Fall {i}.", reference=n) for i, n in enumerate(SPELLINGS)]
    telling = [
        make_document(f"other {n}", f"Vorlage {n} wurde vertagt. Zu {n} gibt es Fragen. Siehe {n}.", reference=f"2017/{i + 901}")
        for i, n in enumerate(SPELLINGS)
    ]
    return make_index([*telling, *own, *(make_document(f"near {n}", "Ein anderes Vorhaben.", reference=n) for n in NEAR)])


def first(generation: Generation, question: str) -> str | None:
    hit = search(generation, HashEncoder(), question, limit=1)[0]
    return hit.passage.document.paper.reference if hit.named else None


@pytest.mark.parametrize(
    "question",
    [
        "{}",
        "Vorlage {}",
        "vorlage nr. {}",
        "Drucksachen-Nr.: {}",
        "Was steht in der Vorlage {}?",
        "Kosten laut Drucksache {}",
        "Wie wurde über {} abgestimmt?",
        "Beschluss {}, Beratungsfolge",
    ],
)
@pytest.mark.parametrize(("number", "typed"), TYPED)
def test_the_paper_itself_comes_first(generation: Generation, number: str, typed: str, question: str) -> None:
    assert first(generation, question.format(typed)) == number


@pytest.mark.parametrize(
    ("number", "typed"),
    [
        ("2022/200", "200"),
        ("2022/200", "2022 200"),
        ("060-XVI./2019", "060 XVI 2019"),
        ("2021-26/0257", "0257"),
        ("2362-2019/DaDi", "2362"),
        ("2018/StS/0529", "StS/0529"),
        ("24/SVV/1293", "SVV 1293"),
        ("DS/1246/V", "DS 1246"),
        ("20-26 / V 02282", "V 02282"),
        ("20-26 / V 02282", "2282"),
        ("253130-02", "253130"),
        ("B 335/2025", "335"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "Vorlage ", "Drucksache Nr. "])
def test_the_running_number_is_enough_where_nothing_else_is_typed(
    generation: Generation, number: str, typed: str, prefix: str
) -> None:
    assert first(generation, prefix + typed) == number


@pytest.mark.parametrize("question", ["Was kostet Vorlage 253130?", "Wann kam die Drucksache 0529?", "Zu Antrag 1293 bitte"])
def test_the_running_number_counts_in_a_question_behind_a_word_for_a_paper(generation: Generation, question: str) -> None:
    assert first(generation, question) in ("253130-02", "2018/StS/0529", "24/SVV/1293")


@pytest.mark.parametrize("question", ["Werden 200 Plätze gebaut?", "335 Kinder und 12 Gruppen", "Raum 2282", "im Jahr 1293"])
def test_a_number_without_such_a_word_is_only_a_number(generation: Generation, question: str) -> None:
    assert first(generation, question) is None


# What names no paper, and what names several


@pytest.fixture(scope="module")
def tempting(make_document, make_index) -> Generation:
    """Papers whose numbers look like years, months, sums."""
    numbers = "23/2024 24/2025 12/2024 01/2024 5/2024 2024/26 20/2024 1000/2000 12/2005 2005/24".split()
    return make_index([make_document(number, "Ein Vorhaben.", reference=number) for number in numbers])


@pytest.mark.parametrize(
    "question",
    [
        "Haushalt 2024/2025",
        "Haushaltsplan 2024/25",
        "Schuljahr 2023/24",
        "das Kita-Jahr 2024/25",
        "im Jahr 2024/25",
        "von 2023/24 bis 2024/25",
        "im Zeitraum 2020-2024",
        "Zahlen 2020–2024",
        "Jahre 2024/2026",
        "12.05.2024",
        "am 12.5.2024",
        "vom 01.05.2024 bis 12.05.2024",
        "seit 12/2024",
        "ab 01/2024 gültig",
        "5. Mai 2024",
        "2024-12-05",
        "1.000/2.000 Euro",
        "1.000,00 Euro",
        "rund um die Uhr, 24/7",
    ],
)
def test_years_dates_sums_and_other_numbers_name_no_paper(tempting: Generation, question: str) -> None:
    assert tempting.named(question).tolist() == []


def named(generation: Generation, question: str) -> list[str]:
    return [generation.passage(row).document.id for row in generation.named(question).tolist()]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("2022/200", ["2022"]),
        ("22/200", ["22"]),
        ("21/200", ["2021"]),
        ("DS 200/2021", ["2021"]),
        ("Vorlage 200", ["2021", "2022", "22"]),
        ("200", ["2021", "2022", "22"]),
        ("B 7/2020", ["B"]),
        ("7/2020", ["A", "B"]),
        ("2022/200, 21/200", ["2021", "2022"]),
        ("2022/999", []),
        ("2023/5", ["Anlage", "Vorlage"]),
    ],
)
def test_a_short_form_names_every_paper_it_may_mean_a_full_one_its_own(
    make_document, make_index, question: str, expected: list[str]
) -> None:
    numbers = {"2022": "2022/200", "2021": "2021/200", "22": "22/200", "A": "A 7/2020", "B": "B 7/2020"}
    numbers |= {"Vorlage": "2023/5", "Anlage": "2023/005"}
    generation = make_index([make_document(name, "Ein Vorhaben.", reference=number) for name, number in numbers.items()])
    assert sorted(named(generation, question)) == sorted(expected)


def test_two_bodies_may_share_a_number_and_a_filter_tells_them_apart(make_document, make_index) -> None:
    papers = [make_document(body, f"Ein Vorhaben in {body}.", reference="2022/200", body=body) for body in ("Ahlen", "Berge")]
    generation = make_index(papers)
    assert named(generation, "DS 22/200") == ["Ahlen", "Berge"]
    (hit,) = search(generation, HashEncoder(), "DS 22/200", Filters(body=("Berge",)))
    assert (hit.passage.document.paper.body, hit.named) == ("Berge", True)


@pytest.mark.parametrize("number", SPELLINGS)
def test_a_number_has_each_key_once_and_itself_as_the_strictest(number: str) -> None:
    keys = keys_of(number)
    assert len(dict(keys)) == len(keys)
    assert {looseness for _, looseness in keys} == {0, 1, 2}
    assert [looseness for _, looseness in keys] == sorted(looseness for _, looseness in keys)
    assert keys[0] == (typed_keys(f"Vorlage {number}")[0][0], 0)


@pytest.mark.parametrize("text", ["", "kein Aktenzeichen", "/", "§ 5", "0", "/" * 1000, "9" * 1000, "1/" * 1000, "a/1/" * 999])
def test_no_text_is_too_odd(text: str) -> None:
    assert all(key and looseness in (0, 1, 2) for key, looseness in [*keys_of(text), *typed_keys(text)])
