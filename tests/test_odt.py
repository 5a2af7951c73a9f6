"""OpenDocument text as LibreOffice writes it: headings, lists, tables, notes, forms. The files are written by hand."""

from __future__ import annotations

import io
import zipfile

import pytest

from indexer import errors
from indexer.parsing import parse

KINDS = ("office", "text", "table", "form")
NAMES = " ".join(f'xmlns:{kind}="urn:oasis:names:tc:opendocument:xmlns:{kind}:1.0"' for kind in KINDS)
NAMES += ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'


def content(body: str, root: str = "document-content") -> str:
    return f"<office:{root} {NAMES}><office:body><office:text>{body}</office:text></office:body></office:{root}>"


def packed(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        for name, text in parts.items():
            archive.writestr({"manifest": "META-INF/manifest.xml"}.get(name, f"{name}.xml"), text)
    return buffer.getvalue()


def blocks(data: bytes, name: str = "a.odt") -> list[tuple[str, int, str]]:
    laid_out = parse(data, name)
    return [(block.kind, block.level, laid_out.text[block.start : block.end]) for block in laid_out.blocks]


def odt(body: str) -> list[tuple[str, int, str]]:
    return blocks(packed(content=content(body)))


def p(text: str) -> str:
    return f"<text:p>{text}</text:p>"


BODY = (
    '<text:tracked-changes><text:changed-region><text:deletion><text:p>GELÖSCHT</text:p></text:deletion></text:changed-region>'
    '</text:tracked-changes><text:table-of-content><text:index-body><text:p>INHALT</text:p></text:index-body></text:table-of-content>'
    '<text:h text:outline-level="2">Ziele<text:change text:change-id="x"/> 2025</text:h>'
    + p("Ein <text:span>fetter</text:span><text:s text:c='2'/>Satz.<office:annotation><text:p>NOTIZ</text:p></office:annotation>"
        "<text:line-break/>Neue Zeile.")
    + f"<text:list><text:list-item>{p('eins')}"
    f"<text:list><text:list-item>{p('tief')}</text:list-item></text:list></text:list-item>"
    f"<text:list-item>{p('zwei')}</text:list-item></text:list>"
    f"<text:section>{p('Im Abschnitt.')}</text:section>"
)  # fmt: skip
READ = [
    ("heading", 2, "Ziele 2025"),
    ("paragraph", 0, "Ein fetter Satz."),
    ("paragraph", 0, "Neue Zeile."),
    ("list_item", 1, "eins"),
    ("list_item", 2, "tief"),
    ("list_item", 1, "zwei"),
    ("paragraph", 0, "Im Abschnitt."),
]


def test_headings_paragraphs_and_lists() -> None:
    assert odt(BODY) == READ


def test_a_file_of_one_piece_is_read_alike() -> None:
    assert blocks(content(BODY, "document").encode(), "a.fodt") == READ


def test_tables_with_heads_and_merged_cells() -> None:
    def cell(text: str, more: str = "") -> str:
        return f"<table:table-cell {more}>{p(text)}</table:table-cell>"

    rows_2, columns_2 = 'table:number-rows-spanned="2"', 'table:number-columns-spanned="2"'
    columns_many = 'table:number-columns-repeated="999999"'
    covered = "<table:covered-table-cell/>"
    rows = [
        f"<table:table-header-rows><table:table-row>{cell('Gremium')}{cell('Termin')}</table:table-row></table:table-header-rows>",
        f"<table:table-row>{cell('Kreistag', rows_2)}{cell('03.06.2024')}</table:table-row>",
        f"<table:table-row>{covered}{cell('04.06.2024')}</table:table-row>",
        f"<table:table-row>{cell('gesamt', columns_2)}{covered}</table:table-row>",
        f"<table:table-row>{cell('', columns_many)}</table:table-row>",
    ]
    frame = f"<table:table><table:table-row>{cell('Der Rat beschließt.')}</table:table-row></table:table>"
    assert odt(f"<table:table><table:table-column/>{''.join(rows)}</table:table>{frame}") == [
        ("table_head", 0, "Gremium | Termin"),
        ("table_row", 0, "Kreistag | 03.06.2024"),
        ("table_row", 0, "Kreistag | 04.06.2024"),
        ("table_row", 0, "gesamt"),
        ("paragraph", 0, "Der Rat beschließt."),
    ]


def test_notes_and_text_boxes_follow_their_paragraph() -> None:
    note = '<text:note text:note-class="{}"><text:note-citation>1</text:note-citation>'
    note += "<text:note-body>{}</text:note-body></text:note>"
    box = f"<draw:frame><draw:text-box>{p('Im Kasten.')}</draw:text-box></draw:frame>"
    body = p(f"Die Kosten{note.format('footnote', p('Stand 2024.'))} steigen.{box}") + p(
        f"Ende{note.format('endnote', p('Siehe dort.'))}."
    )
    assert [text for _, _, text in odt(body + p("Danach."))] == [
        "Die Kosten steigen.",
        "Im Kasten.",
        "Fußnote 1: Stand 2024.",
        "Ende.",
        "Endnote 1: Siehe dort.",
        "Danach.",
    ]


def test_a_picture_that_a_sentence_announces_is_a_gap() -> None:
    picture = p("<draw:frame><draw:image/></draw:frame>")
    laid_out = parse(packed(content=content(p("Die Ziele sind wie folgt:") + picture)), "a.odt")
    assert [block.gap for block in laid_out.blocks] == [True]


def test_ticked_boxes_are_readable() -> None:
    forms = '<office:forms><form:form><form:checkbox form:id="a" form:label="ja" form:current-state="checked"/>'
    forms += '<form:checkbox form:id="b" form:label="nein"/></form:form></office:forms>'
    assert odt(forms + p('Kosten: <draw:control draw:control="a"/><draw:control draw:control="b"/>')) == [
        ("paragraph", 0, "Kosten: ☒ ja ☐ nein")
    ]


def test_entities_are_not_expanded(tmp_path) -> None:
    (tmp_path / "secret").write_text("GEHEIM", encoding="utf-8")
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret"><!ENTITY a "aaaaa"><!ENTITY b "&a;&a;&a;">]>'
    for name, data in (
        ("a.odt", packed(content=doctype + content(p("x&e;&b;")))),
        ("a.fodt", (doctype + content(p("x&e;&b;"))).encode()),
    ):
        with pytest.raises(errors.BrokenFile, match="DOCTYPE"):
            parse(data, name)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (packed(content="<office:x"), errors.BrokenFile),
        (packed(content="<x/>"), errors.MislabelledFile),
        (packed(styles="<x/>"), errors.MislabelledFile),
        (packed(content="geheim", manifest="<manifest:encryption-data/>"), errors.EncryptedFile),
        (packed(content=content("x" * 3_000_000)), errors.TooMuchInside),
        (packed(content=content("<text:section>" * 300 + "</text:section>" * 300)), errors.BrokenFile),
        (b"PK\x03\x04 and no more", errors.BrokenFile),
        (b"%PDF-1.7", errors.MislabelledFile),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, error: type[errors.ReadError]) -> None:
    with pytest.raises(error):
        parse(data, "a.odt")
