"""Words of German papers as a search must see them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.german import Analyser, analyse_plain, fold, vocabulary, words


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


def test_the_vocabulary_counts_texts_not_occurrences() -> None:
    assert vocabulary(["Haus Haus Wald", "Haus und 2024 Tor"]) == {"haus": 2, "wald": 1}


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
