"""Words of German papers as a search must see them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import lexical
from indexer.german import Analyser, analyse_plain, can_be_part, fold, grams, numbers, words
from indexer.words import read_words

PAPERS = [
    "Die Jugendhilfe arbeitet mit den Schulen zusammen.",
    "Die Schulsozialarbeit wird an drei Standorten ausgebaut.",
    "Prävention beginnt in der Familie.",
    "Die Kindertagesstätte Sonnenhang erhält eine Gruppe.",
    "Straßenbeleuchtung wird auf sparsame Lampen umgestellt.",
    "Die Kurzzeitpflege ist ausgelastet.",
    "Im Ausschuss wurde am 13.06.2022 berichtet.",
    "Gebühren richten sich nach § 5 Abs. 2 der Satzung, nicht nach § 5 Abs. 3.",
    "Die Satzung nennt in § 2 Abs. 5 die Gebühren vom 12.06.2022.",
    "Die Jugend wünscht sich einen Treff.",
    "Treffen der Jugend und Feste im Sommer.",
    "Hilfe im Alter: Arbeit und Ehrenamt.",
    "Die Hilfe für Obdachlose wird fortgesetzt, ebenso die Arbeit der Tafel.",
    "Tage der offenen Tür für Kinder.",
]


def share(one: str, other: str) -> bool:
    return bool(set(analyse_plain(one)) & set(analyse_plain(other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Plätze", "platz"),
        ("Häuser", "Haus"),
        ("Haushaltes", "Haushalt"),
        ("Straße", "STRASSE"),
        ("Beschlüsse", "Beschluss"),
        ("Hand\u00adlungs\u00adfeld", "Handlungsfeld"),
        ("Gebühren", "Gebu\u0308hr"),
        ("ﬁnanziell", "finanziell"),
        ("§ 5", "§5"),
        ("2024/017", "017"),
        ("13.06.2022", "2022"),
    ],
)
def test_two_ways_of_writing_meet(one: str, other: str) -> None:
    assert share(one, other)


@pytest.mark.parametrize(("one", "other"), [("Rat", "Rad"), ("Kita", "Kiosk"), ("2024/017", "2024/018 "), ("§ 5", "§ 6")])
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert set(analyse_plain(one)) != set(analyse_plain(other))


def test_joined_numbers_stay_whole_and_are_found_by_their_parts() -> None:
    assert analyse_plain("Drucksache 2024/017") == ["drucksach", "2024/017", "2024", "017"]
    assert list(words("1.250,00 € am 13.06.2022")) == ["1.250,00", "am", "13.06.2022"]


def test_words_that_say_nothing_are_left_out_in_both_languages() -> None:
    assert analyse_plain("Was ist mit der und the what of") == []


def test_a_compound_is_found_by_its_parts_and_by_itself() -> None:
    analyser = Analyser({"jugend": 5, "hilfe": 5, "ausschuss": 7, "verwaltung": 3, "gebühr": 2})
    assert analyser.split("jugendhilfeausschuss") == ("jugend", "hilfe", "ausschuss")
    assert analyser.split("verwaltungsgebühr") == ("verwaltung", "gebühr")
    terms = analyser.terms("Jugendhilfeausschuss")
    assert set(analyse_plain("Jugendhilfeausschuss Ausschuss Jugend Hilfe")) == set(terms)


def test_a_word_is_not_split_where_its_parts_are_rarer_than_itself() -> None:
    assert Analyser({"auflage": 9, "lage": 3}).split("auflage") == ()
    assert Analyser({"kreistag": 50, "kreis": 9, "sitzung": 4}).split("kreistag") == ()


def test_parts_are_words_of_some_length_that_say_something() -> None:
    assert [word for word in words("Haus Tor und 2024 diese B3 Kitas §5") if can_be_part(word)] == ["haus", "kitas"]


@pytest.mark.parametrize(
    ("one", "other", "token"),
    [
        ("Vorlage 2022/0200", "DS 2022-200", "#2022/200"),
        ("Sitzungsvorlage 20-26 / V 02282", "Vorlage 20-26/V02282", "#20/26/v/2282"),
        ("13.06.2022", "am 13. Juni 2022", "@2022-06-13"),
        ("2022-06-13", "13. 6. 2022", "@2022-06-13"),
        ("im Juni 2022", "1.6.2022", "@2022-06"),
        ("§ 5 Abs. 2 KAG", "§5 Absatz 2", "§5/2"),
        ("§ 5a (3)", "§§ 5a Absatz 3", "§5a/3"),
    ],
)
def test_two_ways_of_writing_a_number_give_one_token(one: str, other: str, token: str) -> None:
    assert token in numbers(one)
    assert token in numbers(other)
    assert token in Analyser({}).terms(one)
    assert Analyser({}).terms_of(token) == (token,)


@pytest.mark.parametrize("text", ["Haushalt 2024/2025", "31.02.2022", "§ 5", "1.250,00 Euro", "Juni", "Punkt 3. Mai"])
def test_other_numbers_give_none(text: str) -> None:
    assert numbers(text) == []


def test_a_day_and_its_month_each_count_once() -> None:
    assert sorted(numbers("am 13. Juni 2022")) == ["@2022-06", "@2022-06-13"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("rat", ["_rat", "rat_"]),
        ("ei", ["_ei_"]),
        ("größe", ["_gro", "gros", "ross", "osse", "sse_"]),
        ("praevention", ["_pra", "prav", "rave", "aven", "vent", "enti", "ntio", "tion", "ion_"]),
        ("quelle", ["_que", "quel", "uell", "elle", "lle_"]),
        ("und", []),
        ("2024", []),
        ("§5", []),
    ],
)
def test_runs_of_letters_are_marked_at_both_ends_and_know_no_umlaut(word: str, expected: list[str]) -> None:
    assert grams(next(words(word))) == expected


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Schnittstelle Jugend Hilfe", "Jugendhilfe"),
        ("Jugend-Hilfe", "Jugendhilfe"),
        ("jugendhilfen", "Jugendhilfe"),
        ("Schulsozialarbet", "Schulsozialarbeit"),
        ("Schulsozial-Arbeit", "Schulsozialarbeit"),
        ("Praevention", "Prävention"),
        ("PRÄVENTIONSKETTEN", "Prävention"),
        ("Kindertagestätte", "Kindertagesstätte"),
        ("Kindertages-Stätten", "Kindertagesstätte"),
        ("Strassenbeleuchtung", "Straßenbeleuchtung"),
        ("Beleuchtung der Straße", "Straßenbeleuchtung"),
        ("Kurzzeitpflegeplatz", "Kurzzeitpflege"),
        ("Was wurde am 13. Juni 2022 gesagt?", "13.06.2022"),
        ("§ 5 Absatz 2", "§ 5 Abs. 2"),
    ],
)
def test_what_people_type_finds_what_papers_write(typed: str, found: str, tmp_path: Path) -> None:
    table = read_words([[(1, text)] for text in PAPERS])
    analyser = Analyser(table.parts_of_compounds())
    lexical.write(table, analyser, tmp_path / "lexical")
    nearest = lexical.Bm25Index.open(tmp_path / "lexical", len(PAPERS)).nearest(lexical.bag_of(analyser, typed), 3)
    assert found in PAPERS[nearest[0][0]]


def test_a_very_long_word_is_taken_as_it_is() -> None:
    analyser = Analyser({"haus": 3, "halt": 3})
    assert analyser.split("haus" * 5000) == ()
    assert len(analyser.terms("haus" * 5000)) == 1


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    analyser = Analyser({"haus": 2, "halt": 2})
    terms = analyser.terms(text)
    assert all(term and not any(character.isspace() for character in term) for term in terms)
    assert analyser.terms(text) == terms
    assert fold(fold(text)) == fold(text) or not text.isascii()
