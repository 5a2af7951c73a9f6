"""Links to words outlive a new reading of their document: the words are found again, or it is said that they are gone."""

from __future__ import annotations

import random
import re
from pathlib import Path

from drawing import Drawing, prose
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from indexer.build import build
from service.app import create_app
from service.settings import ServiceSettings
from service.spans import place, wording

TEXT = "Der Kreistag berät.\nDie Kinderbetreuung am Mühlbach kostet 90.000 Euro. Sie beginnt 2025.\nDie Kinder warten."
QUOTE = "Die Kinderbetreuung am Mühlbach kostet 90.000 Euro."


def named(text: str, words: str) -> tuple[str, str, str]:
    start = text.index(words)
    return str(start), str(start + len(words)), wording(words)


def found(text: str, link: tuple[str, str, str]) -> str | None:
    span = place(text, *link).span
    return text[slice(*span)] if span else None


def test_words_that_moved_are_found_again() -> None:
    assert found("Ein neuer Kopf der Seite.\n" + TEXT, named(TEXT, QUOTE)) == QUOTE


def test_words_are_the_same_with_other_blanks_hyphens_and_accents() -> None:
    other = "x\n\nDIE Kinder-\nbetreuung  am Mu\u0308hlbach | kostet 90.000 Euro netto."
    assert found(other, named(TEXT, QUOTE)) == other[3:-7]


def test_of_the_same_words_twice_the_nearer_ones_are_meant() -> None:
    text = f"{QUOTE} " * 30
    start = text.index(QUOTE, 900)
    moved = place("Kopf. " + text, str(start), str(start + len(QUOTE)), wording(QUOTE))
    assert moved.span == (start + 6, start + 6 + len(QUOTE))


def test_words_that_are_gone_are_said_to_be_lost() -> None:
    assert place(TEXT.replace("90.000", "95.000"), *named(TEXT, QUOTE)).lost
    assert not place(TEXT, *named(TEXT, QUOTE)).lost


def test_a_link_without_wording_marks_its_span_and_an_impossible_one_nothing() -> None:
    assert place(TEXT, "4", "12", "").span == (4, 12)
    for start, end in (("-1", "5"), ("9", "9"), ("5", "4"), ("0", "99999"), ("x", "y"), ("", ""), ("٣", "٩")):
        assert place(TEXT, start, end, "") == place(TEXT, start, end, "not a wording") == place("", None, None, None)


@given(st.text(max_size=60), st.text(min_size=1, max_size=60), st.text(max_size=60))
def test_whatever_stands_around_them_words_are_found_or_have_no_letter(before: str, words: str, after: str) -> None:
    text = before + words + after
    span = place(text, str(len(text)), str(len(text) + 1), wording(words)).span
    assert span is None if not wording(words) else wording(text[slice(*span or (0, 0))]) == wording(words)


@given(st.text(max_size=200), st.text(max_size=9), st.text(max_size=9), st.text(max_size=30))
def test_no_address_is_an_error(text: str, start: str, end: str, worded: str) -> None:
    span = place(text, start, end, worded).span
    assert span is None or 0 <= span[0] < span[1] <= len(text)


def test_d4_no_link_dies_over_twenty_readings(tmp_path: Path) -> None:
    """Each time every document begins otherwise, so that all its words move, and one document comes and goes."""
    chance = random.Random(4)
    source = tmp_path / "papiere"
    source.mkdir()
    bodies = [" ".join(f"Maßnahme {n}.{k} kostet {chance.randrange(10**6)} Euro." for k in range(12)) for n in range(4)]

    def write(turn: int) -> None:
        head = prose(turn * 3, turn)
        for n, body in enumerate(bodies):
            (source / f"{n}.txt").write_text(f"{head}\n\n{body}", encoding="utf-8")
        drawing = Drawing()
        drawing.flow(60, drawing.flow(60, 80, 470, head or "Kopf") + 30, 470, bodies[0])
        (source / "druck.pdf").write_bytes(drawing.pdf())
        extra = source / "gast.txt"
        extra.unlink(missing_ok=True) if turn % 2 else extra.write_text("Ein Gast.", encoding="utf-8")

    settings = ServiceSettings(index=tmp_path / "index", encoder="hash")
    write(0)
    build(settings, [source])
    client = TestClient(create_app(settings))
    links: list[tuple[str, str]] = []
    for hit in client.get("/api/v1/search", params={"q": "Maßnahme Euro", "limit": 50}).json()["hits"]:
        one, text = hit["document"]["id"], client.get(f"/api/v1/documents/{hit['document']['id']}/text").text
        for match in re.finditer(r"Maßnahme \d\.\d+ kostet \d+ Euro\.", text):
            start, end, words = str(match.start()), str(match.end()), wording(match.group())
            links.append((f"/dokumente/{one}?start={start}&end={end}&wording={words}&ansicht=text", match.group()))
    assert len(set(links)) >= 60
    for turn in range(1, 21):
        write(turn)
        build(settings, [source])
        for link, words in chance.sample(sorted(set(links)), 12):
            marks = LexborHTMLParser(client.get(link).text).css("mark")
            assert " ".join(mark.text() for mark in marks) == words, f"reading {turn}: {link}"
