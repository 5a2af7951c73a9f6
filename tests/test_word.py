"""Word files as administrations make them: numbers, notes, forms, text boxes, tracked changes. The files are written by hand."""

from __future__ import annotations

import io
import zipfile

import pytest

from indexer import errors
from indexer.parsing import parse

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def word(body: str, name: str = "a.docx", **parts: str) -> list[tuple[str, str]]:
    """The blocks of a Word file with this body. ``parts``: the content of word/NAME.xml."""
    content = {"document": f"<w:body>{body}</w:body>", **parts}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, inner in content.items():
            archive.writestr(f"word/{part}.xml", f"<w:{part} {NAMES}>{inner}</w:{part}>")
    laid_out = parse(buffer.getvalue(), name)
    return [(block.kind, laid_out.text[block.start : block.end]) for block in laid_out.blocks]


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(content: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{content if content.startswith('<') else run(content)}</w:p>"


def table(*rows: list[str]) -> str:
    cells = ("".join(cell if cell.startswith("<w:tc>") else f"<w:tc>{p(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


STYLES = """<w:style w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:styleId="H2"><w:name w:val="heading 2"/><w:basedOn w:val="H1"/>
<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:styleId="Amt"><w:name w:val="Amtsüberschrift"/><w:basedOn w:val="H2"/></w:style>
<w:style w:styleId="Kreis"><w:name w:val="Kreis im Kreis"/><w:basedOn w:val="Kreis"/></w:style>
<w:style w:styleId="O"><w:name w:val="Abschnitt"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>"""
LEVEL = '<w:lvl w:ilvl="{}"><w:start w:val="1"/><w:numFmt w:val="{}"/><w:lvlText w:val="{}"/></w:lvl>'
NUMBERING = f"""<w:abstractNum w:abstractNumId="0">{LEVEL.format(0, "decimal", "%1")}{LEVEL.format(1, "decimal", "%1.%2")}</w:abstractNum>
<w:abstractNum w:abstractNumId="1">{LEVEL.format(0, "decimal", "%1.")}{LEVEL.format(1, "lowerLetter", "%2)")}</w:abstractNum>
<w:abstractNum w:abstractNumId="2">{LEVEL.format(0, "bullet", "·")}</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num><w:num w:numId="4"><w:abstractNumId w:val="1"/>
<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>"""  # noqa: E501


def style(name: str) -> str:
    return f'<w:pStyle w:val="{name}"/>'


def item(text: str, number: int, depth: int = 0) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')


def test_headings_bear_the_numbers_that_word_shows() -> None:
    body = p("Anlass", style("H1")) + p("Ziele", style("H1")) + p("Kinder", style("H2")) + p("Jugend", style("Amt"))
    body += p("Finanzen", style("H1")) + p("Kosten", style("H2")) + p("Nur gegliedert", style("O")) + p("Satz.", style("Kreis"))
    assert word(body, styles=STYLES, numbering=NUMBERING) == [
        ("heading", "1 Anlass"),
        ("heading", "2 Ziele"),
        ("heading", "2.1 Kinder"),
        ("heading", "2.2 Jugend"),
        ("heading", "3 Finanzen"),
        ("heading", "3.1 Kosten"),
        ("heading", "Nur gegliedert"),
        ("paragraph", "Satz."),
    ]


def test_list_items_bear_their_numbers_and_bullets_none() -> None:
    body = item("eins", 2) + item("erstens", 2, 1) + item("zweitens", 2, 1) + item("zwei", 2) + item("wieder", 2, 1)
    body += item("neu", 4) + item("weiter", 4) + item("Punkt", 3) + item("ohne", 0) + item("fremd", 77)
    assert [text for _, text in word(body, numbering=NUMBERING)] == [
        "1. eins",
        "a) erstens",
        "b) zweitens",
        "2. zwei",
        "a) wieder",
        "1. neu",
        "2. weiter",
        "Punkt",
        "ohne",
        "fremd",
    ]


def test_notes_follow_the_paragraph_that_refers_to_them() -> None:
    reference = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    body = p(run("Die Kosten steigen.") + reference.format(5) + run(" Weiter so.")) + p("Danach.")
    body += table(["Ort", "Kosten"], [f"<w:tc><w:p>{run('Weiler')}{reference.format(2)}</w:p></w:tc>", "5"])
    body += p(run("Ende.") + '<w:r><w:endnoteReference w:id="1"/></w:r>')
    notes = "".join(
        f'<w:footnote w:id="{n}">{p(t)}</w:footnote>' for n, t in ((0, "Strich"), (2, "Ohne Grunderwerb."), (5, "Stand 2024."))
    )
    assert word(body, footnotes=notes, endnotes=f'<w:endnote w:id="1">{p("Siehe Anlage.")}</w:endnote>') == [
        ("paragraph", "Die Kosten steigen. Weiter so."),
        ("paragraph", "Fußnote 1: Stand 2024."),
        ("paragraph", "Danach."),
        ("table_head", "Ort | Kosten"),
        ("table_row", "Weiler | 5"),
        ("paragraph", "Fußnote 2: Ohne Grunderwerb."),
        ("paragraph", "Ende."),
        ("paragraph", "Endnote 1: Siehe Anlage."),
    ]


def test_a_text_box_is_read_once_behind_its_paragraph() -> None:
    box = f"<w:txbxContent>{p('Im Kasten.')}</w:txbxContent>"
    both = f"<mc:Choice>{box}</mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
    twice = f"<w:r><mc:AlternateContent>{both}</mc:AlternateContent></w:r>"
    assert word(p(run("Vorher") + twice + run(" nachher."))) == [("paragraph", "Vorher nachher."), ("paragraph", "Im Kasten.")]


def test_what_was_deleted_hidden_or_only_commented_is_not_read() -> None:
    deleted = "<w:del><w:r><w:delText>GELÖSCHT</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>VERSCHOBEN</w:t></w:r></w:moveFrom>"
    added = f"<w:ins>{run('neu')}</w:ins>"
    hidden = run("VERBORGEN", "<w:vanish/>") + run("!", '<w:vanish w:val="0"/>')
    field = "<w:r><w:instrText>PAGE</w:instrText></w:r>"
    row = f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{p('WEG')}</w:tc><w:tc>{p('WEG')}</w:tc></w:tr></w:tbl>"
    assert word(p(run("Es gilt: ") + deleted + added + hidden + field) + row) == [("paragraph", "Es gilt: neu!")]


def test_ticked_boxes_and_fields_of_forms_are_readable() -> None:
    def control(state: int) -> str:
        return (
            f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{state}"/></w14:checkbox></w:sdtPr>'
            f"<w:sdtContent>{run('?')}</w:sdtContent></w:sdt>"
        )

    def old(inner: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{inner}</w:ffData></w:fldChar></w:r>'

    boxes = control(1) + run(" ja ") + control(0) + run(" nein")
    olds = old('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>') + run(" ja ")
    olds += old('<w:checkBox><w:default w:val="0"/></w:checkBox>') + run(" nein, Art: ")
    olds += old('<w:ddList><w:result w:val="1"/><w:listEntry w:val="Antrag"/><w:listEntry w:val="Anfrage"/></w:ddList>')
    prompt = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('Klicken Sie hier.')}</w:sdtContent></w:sdt>"
    symbols = '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>' + run(" öffentlich")
    assert [text for _, text in word(p(boxes) + p(olds) + p(run("Amt: ") + prompt) + p(symbols))] == [
        "☒ ja ☐ nein",
        "☒ ja ☐ nein, Art: Anfrage",
        "Amt:",
        "☒ öffentlich",
    ]


def test_tables_with_merged_cells_frames_and_tables_inside() -> None:
    merged = [f"<w:tc><w:tcPr><w:vMerge{v}/></w:tcPr>{p(t)}</w:tc>" for v, t in ((' w:val="restart"', "Kreistag"), ("", ""))]
    inner = f"<w:tc>{p('außen')}{table(['innen', 'Wert'], ['a', '1'])}</w:tc>"
    body = table(["Gremium", "Termin"], [merged[0], "03.06.2024"], [merged[1], "04.06.2024"]) + p("Rahmen:")
    body += (
        table([f"<w:tc>{p('Beschluss', style('O'))}{p('Der Rat beschließt.')}</w:tc>"]) + p("Innen:") + table([inner, "rechts"])
    )
    assert word(body, styles=STYLES) == [
        ("table_head", "Gremium | Termin"),
        ("table_row", "Kreistag | 03.06.2024"),
        ("table_row", "Kreistag | 04.06.2024"),
        ("paragraph", "Rahmen:"),
        ("heading", "Beschluss"),
        ("paragraph", "Der Rat beschließt."),
        ("paragraph", "Innen:"),
        ("table_row", "außen | rechts"),
        ("table_head", "innen | Wert"),
        ("table_row", "a | 1"),
    ]


def test_a_file_with_macros_is_read_and_its_macros_are_not() -> None:
    assert word(p("Ein Satz."), "a.docm", vbaProject="Sub AutoOpen") == [("paragraph", "Ein Satz.")]


def test_hostile_word_files_harm_nobody() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "word/document.xml", f"{bomb}<w:document {NAMES}><w:body><w:p><w:r><w:t>x&b;</w:t></w:r></w:p></w:body></w:document>"
        )
    with pytest.raises(errors.BrokenFile, match="DOCTYPE"):
        parse(buffer.getvalue(), "a.docx")
    assert word("<w:sdt><w:sdtContent>" * 100 + p("Tief.") + "</w:sdtContent></w:sdt>" * 100) == [("paragraph", "Tief.")]
    deep = "<w:tbl><w:tr><w:tc>" * 70 + p("Tief.") + "</w:tc></w:tr></w:tbl>" * 70
    assert word(deep) == []


@pytest.mark.parametrize("name", ["a.docx", "a.docm"])
def test_an_archive_that_is_no_word_file_is_mislabelled(name: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "Text")
    with pytest.raises(errors.MislabelledFile):
        parse(buffer.getvalue(), name)


def test_broken_xml_in_a_word_file_is_broken() -> None:
    with pytest.raises(errors.BrokenFile):
        word("<w:p>")
