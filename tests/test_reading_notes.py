"""What the notes of a reader mean to people: each missing page is told once, with the remedy."""

from __future__ import annotations

import pytest

from indexer import errors
from indexer.ledger import Entry
from indexer.reading_notes import Problem, as_said, heading, pages_noted, problem_of, problems_of


def sentences(*notes: str, pages: int = 10, language: str = "de") -> list[str]:
    return [problem.message(language) for problem in problems_of(notes, pages)]


@pytest.mark.parametrize(
    ("note", "german", "english"),
    [
        ("pages_without_text:3,4", "ohne lesbaren Text: 3–4. Bitte", "without readable text: 3–4. Please"),
        ("ocr_missing:1,2,9", "Seiten 1–2, 9. Bitte installieren (apt-get install tesseract-ocr", "pages 1–2, 9. Please install"),
        ("ocr_failed:5", "ohne Ergebnis: Seiten 5. Bitte", "in vain: pages 5. Please"),
        ("rows_left_out:1200", "1200 Zeilen sind nicht gelesen. Bitte", "1200 rows were not read. Please"),
        ("pages_left_out:5001-9000", "Seiten 5001–9000. Bitte die Datei teilen", "pages 5001–9000. Please split"),
    ],
)
def test_what_is_missing_is_told_with_the_remedy(note: str, german: str, english: str) -> None:
    assert german in sentences(note)[0]
    assert english in sentences(note, language="en")[0]


def test_a_page_is_told_once_with_the_best_reason() -> None:
    told = sentences("pages_without_text:1,2,3", "ocr_missing:1", "ocr_failed:2")
    assert len(told) == 3
    assert "Text: 3." in told[2]
    assert len(sentences("pages_without_text:1", "ocr_missing:1")) == 1


def test_recognised_pages_are_nothing_missing() -> None:
    assert sentences("ocr_pages:1,2") == []
    assert pages_noted(["ocr_pages:1,2", "ocr_missing:3"], "ocr_pages", 10) == (1, 2)


@pytest.mark.parametrize("note", ["pages_without_text:0-99999999999", "pages_without_text:x,-1,{pages}", "unknown:1", "", ":"])
def test_notes_of_a_broken_reader_do_no_harm(note: str) -> None:
    assert sentences(note) == []


def test_a_huge_run_of_pages_ends_with_the_document() -> None:
    assert pages_noted(["ocr_pages:1-999999999"], "ocr_pages", 3) == (1, 2, 3)


def test_long_lists_of_pages_are_cut() -> None:
    assert as_said(list(range(1, 200, 2))).endswith("39, …")


def test_every_read_error_has_a_heading_and_its_own_sentence() -> None:
    for kind in errors.ReadError.__subclasses__():
        assert heading(kind.code, "de") != kind.code
        assert heading(kind.code, "de") != heading(kind.code, "en")
    error = errors.TooLarge(megabytes=9, limit=5)
    for language in ("de", "en"):
        assert problem_of(error).message(language) == error.message(language)


def test_an_entry_says_all_its_reasons() -> None:
    problems = (problem_of(errors.ReaderStopped(reason="zu langsam", seconds=60)), Problem("given_up", {"attempts": "3"}))
    reason = Entry("papiere", "a.pdf", "failed", problems).reason("de")
    assert "RATSLOTSE_FILE_SECONDS" in reason
    assert "Nach 3 Versuchen" in reason
