"""Rich Text: its encodings, tables, notes and lists, and files that are none."""

from __future__ import annotations

import pytest

from indexer import errors
from indexer.parsing import parse

HEAD = rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset238 Arial CE;}}"
HEAD += rb"{\info{\title GEHEIM}}{\header KOPF}"


def rtf(body: bytes) -> list[tuple[str, str]]:
    laid_out = parse(HEAD + body + b"}", "a.rtf")
    return [(block.kind, laid_out.text[block.start : block.end]) for block in laid_out.blocks]


def test_characters_of_all_spellings() -> None:
    body = rb"Der Rat beschlie\'dft den Plan f\u252\'fcr M\u252?hlbach \endash  5 \'80.\par "
    body += rb"{\f1 \'e8esk\'fd text} hier.\par \u-10179?\u-8704? da.\par"
    assert [text for _, text in rtf(body)] == ["Der Rat beschließt den Plan für Mühlbach – 5 €.", "český text hier.", "😀 da."]


def test_headings_lists_tables_and_notes() -> None:
    body = rb"""\pard\s2\outlinelevel1\b Radweg am M\'fchlbach\b0\par
\pard\b Beschlussvorschlag\b0\par
\pard Die Kosten steigen.{\super\chftn}{\footnote \pard\plain {\super\chftn} Stand {2024}.} Weiter so.\par
{\listtext\'b7\tab}eins\par
{\listtext 2.\tab}zwei\par
{\*\shppict{\pict\pngblip\bin5 {}}{{}}
\trowd\cellx100\cellx200\pard\intbl Ort\cell Kosten\cell\row
\trowd\pard\intbl Weiler\par \pard\intbl am Berg\cell 5\cell\row
\pard Ende.\par"""
    assert rtf(body) == [
        ("heading", "Radweg am Mühlbach"),
        ("heading", "Beschlussvorschlag"),
        ("paragraph", "Die Kosten steigen. Weiter so."),
        ("paragraph", "Fußnote 1: Stand 2024."),
        ("list_item", "eins"),
        ("list_item", "2. zwei"),
        ("table_head", "Ort | Kosten"),
        ("table_row", "Weiler am Berg | 5"),
        ("paragraph", "Ende."),
    ]


def test_paragraphs_of_heading_styles_are_headings() -> None:
    styles = rb"{\stylesheet{\s0 Normal;}{\s1\sbasedon0\outlinelevel0 heading 1;}{\s22\sb240 \'dcberschrift 2;}}"
    assert rtf(styles + rb"\pard\plain \s1\sb240\outlinelevel0{Titel}\par \pard\s22 Teil\par \pard\s0 Ein Satz.\par") == [
        ("heading", "Titel"),
        ("heading", "Teil"),
        ("paragraph", "Ein Satz."),
    ]


def test_hostile_files_harm_nobody() -> None:
    with pytest.raises(errors.BrokenFile):
        rtf(b"{" * 5000 + b"tief")
    with pytest.raises(errors.MislabelledFile):
        parse(b"Nur Text.", "a.rtf")
    with pytest.raises(errors.MislabelledFile):
        parse(HEAD + b"Text}", "a.txt")
    assert parse(rb"{\rtf1 Satz. \ansicpg99999 {\footnote offen \bin999999999 x", "a.rtf").text.startswith("Satz.")
