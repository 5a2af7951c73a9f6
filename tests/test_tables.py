"""Spreadsheets and CSV files: sheets, heads, rows, values as a German reader writes them. The files are written by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from indexer import errors
from indexer.build import build
from indexer.parsing import parse, tables
from indexer.parsing.layout import LaidOut
from indexer.settings import Settings

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DATE, TIME = 1, 2  # styles


def shown(laid_out: LaidOut) -> list[tuple[str, str]]:
    return [(block.kind, laid_out.text[block.start : block.end]) for block in laid_out.blocks]


def cell(at: str, value: object) -> str:
    if isinstance(value, tuple):
        return f'<c r="{at}" s="{value[1]}"><v>{value[0]}</v></c>'
    if isinstance(value, bool):
        return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        return f'<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>' if value else ""
    return f'<c r="{at}"><v>{value}</v></c>'


def xlsx(sheets: dict[str, Sequence[Sequence[object]]], hidden: str = "", merged: Sequence[str] = ()) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        listed, links = "", ""
        for number, (name, rows) in enumerate(sheets.items(), start=1):
            lines = (
                f'<row r="{at}">{"".join(cell(f"{chr(65 + n)}{at}", value) for n, value in enumerate(row))}</row>'
                for at, row in enumerate(rows, start=1)
            )
            ranges = "".join(f'<mergeCell ref="{ref}"/>' for ref in merged)
            body = f"<sheetData>{''.join(lines)}</sheetData>" + (f"<mergeCells>{ranges}</mergeCells>" if ranges else "")
            archive.writestr(f"xl/worksheets/sheet{number}.xml", f'<worksheet xmlns="{MAIN}">{body}</worksheet>')
            state = ' state="hidden"' if name == hidden else ""
            listed += f'<sheet name="{name}" sheetId="{number}" r:id="r{number}"{state}/>'
            links += f'<Relationship Id="r{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        links += f'<Relationship Id="rs" Type="{OFFICE}/styles" Target="styles.xml"/>'
        archive.writestr("xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>')
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>')
        formats = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs>'
        archive.writestr("xl/styles.xml", f'<styleSheet xmlns="{MAIN}">{formats}</styleSheet>')
        main = f'<Relationship Id="a" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{main}</Relationships>')
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types"/>')
    return buffer.getvalue()


def test_each_visible_sheet_is_a_heading_and_a_table() -> None:
    kita = [
        ["Plätze in Kitas"],
        [],
        ["Kita", "", "Plätze", "Stand"],
        ["Mühlbach", "", 40.0, (46022, DATE)],
        ["Weiler", "", 12.5, True],
    ]
    data = xlsx(
        {"Kitas": kita, "Rechnung": [["GEHEIM", 1]], "leer": [], "Schulen": [["Ort", 2024, 2025], ["Au", 3, 4]]}, "Rechnung"
    )
    assert shown(parse(data, "a.xlsx")) == [
        ("heading", "Kitas"),
        ("paragraph", "Plätze in Kitas"),
        ("table_head", "Kita | Plätze | Stand"),
        ("table_row", "Mühlbach | 40 | 31.12.2025"),
        ("table_row", "Weiler | 12,5 | ja"),
        ("heading", "Schulen"),
        ("table_head", "Ort | 2024 | 2025"),
        ("table_row", "Au | 3 | 4"),
    ]


def test_values_are_written_as_in_german() -> None:
    row = ["Wert", 1234567.0, -0.1, 0.30000000000000004, (46022.604166666664, TIME), "a | b", False]
    assert shown(parse(xlsx({"A": [row]}), "a.xlsx"))[1:] == [
        ("table_row", "Wert | 1234567 | -0,1 | 0,3 | 31.12.2025 14:30 | a / b | nein")
    ]


def test_a_merged_cell_stands_in_each_of_its_rows() -> None:
    rows = [["Gremium", "Termin"], ["Kreistag", "03.06.2024"], ["", "04.06.2024"], ["", "05.06.2024"]]
    assert [text for _, text in shown(parse(xlsx({"A": rows}, merged=["A2:A3"]), "a.xlsx"))][2:] == [
        "Kreistag | 03.06.2024",
        "Kreistag | 04.06.2024",
        "| 05.06.2024",
    ]


def test_an_open_document_sheet_is_read_alike() -> None:
    names = " ".join(f'xmlns:{k}="urn:oasis:names:tc:opendocument:xmlns:{k}:1.0"' for k in ("office", "text", "table"))
    head = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{t}</text:p></table:table-cell>' for t in ("Ort", "Stand")
    )
    row = '<table:table-cell office:value-type="float" office:value="7.5"><text:p>7,5</text:p></table:table-cell>'
    row += (
        '<table:table-cell office:value-type="date" office:date-value="2025-12-31"><text:p>31.12.25</text:p></table:table-cell>'
    )
    rows = f"<table:table-row>{head}</table:table-row><table:table-row>{row}</table:table-row>"
    sheet = f'<table:table table:name="Orte">{rows}</table:table>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        body = f"<office:body><office:spreadsheet>{sheet}</office:spreadsheet></office:body>"
        archive.writestr("content.xml", f"<office:document-content {names}>{body}</office:document-content>")
    assert shown(parse(buffer.getvalue(), "a.ods")) == [
        ("heading", "Orte"),
        ("table_head", "Ort | Stand"),
        ("table_row", "7,5 | 31.12.2025"),
    ]


CSV = 'Ort{0}Kosten{0}Anmerkung\nMühlbach{0}"1.234,50"{0}"mit\nUmbruch"\nWeiler{0}5{0}\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_csv_of_any_delimiter_and_encoding(delimiter: str, encoding: str) -> None:
    assert shown(parse(CSV.format(delimiter).encode(encoding), "a.csv")) == [
        ("table_head", "Ort | Kosten | Anmerkung"),
        ("table_row", "Mühlbach | 1.234,50 | mit Umbruch"),
        ("table_row", "Weiler | 5 |"),
    ]


def test_decimal_commas_do_not_part_cells() -> None:
    assert [text for _, text in shown(parse(b"Ort;Wert\nAu;1,5\nWeiler;2,5\n", "a.csv"))] == [
        "Ort | Wert",
        "Au | 1,5",
        "Weiler | 2,5",
    ]
    assert [text for _, text in shown(parse(b"sep=,\nOrt,Wert\nAu,1\n", "a.csv"))] == ["Ort | Wert", "Au | 1"]


def test_csv_without_cells_is_a_list_of_lines() -> None:
    assert [text for _, text in shown(parse(b"Ein Satz.\nNoch einer.\n", "a.csv"))] == ["Ein Satz.", "Noch einer."]


def test_a_table_beyond_the_limit_is_read_in_part_and_says_so(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "papiere").mkdir()
    rows = "".join(f"Ort {n};{n}\n" for n in range(20_100))
    (tmp_path / "papiere" / "a.csv").write_text(f"Ort;Wert\n{rows}", encoding="utf-8")
    (entry,) = build(settings, [tmp_path / "papiere"]).entries
    assert entry.result == "partial"
    assert "101" in entry.reason("de")
    monkeypatch.setattr(tables, "_MOST_ROWS", 3)
    assert parse(b"a;b\n1;2\n", "a.csv").notes == ()


def test_hostile_tables_harm_nobody() -> None:
    wide = parse(b"a;b\n1;2\n" + b"x;" * 300_000 + b"\n", "a.csv")
    assert wide.notes == ("rows_left_out:1",)
    assert len(parse(b"x" * 2_000_000, "a.csv").text) == 2_000_000
    with pytest.raises(errors.TooMuchInside):
        parse(xlsx({"A": [["x" * 9_000_000]]}), "a.xlsx")
    with pytest.raises(errors.BrokenFile):
        parse(b"PK\x03\x04 xl/workbook.xml", "a.xlsx")
    with pytest.raises(errors.EncryptedFile):
        parse(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx")
    with pytest.raises(errors.MislabelledFile, match=r"\.docx"):
        parse(b"PK\x03\x04 word/document.xml", "a.xlsx")
    with pytest.raises(errors.BrokenFile):
        parse(b"\xd0\xcf\x11\xe0" + bytes(600) + "Workbook".encode("utf-16-le"), "a.xls")
