"""Records as CSV, Excel, BibTeX and CSL-JSON. Titles are hostile: no cell is a formula, no brace ends a BibTeX field early."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import xlsxwriter

from service.listing import Record, printable
from service.web.texts import Texts

Columns = Sequence[tuple[str, Callable[[Record], str]]]

# What a spreadsheet takes for a formula, also behind blanks; an apostrophe in front makes it a text.
_FORMULA = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")
_BIBTEX = {
    **{sign: f"\\{sign}" for sign in "#$%&_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_LONGEST_CELL = 32_000  # characters; the format allows little more
_WIDTHS = (14, 60, 12, 26, 22, 26, 8, 60)  # characters of the columns


def columns(t: Texts) -> Columns:
    """The heads in the reader's language, and what stands below them."""
    return (
        (t("list_number"), lambda one: one.number),
        (t("list_title"), lambda one: one.title),
        (t("list_date"), lambda one: one.date.isoformat() if one.date else ""),
        (t("list_body"), lambda one: one.body),
        (t("list_kind"), lambda one: one.kind),
        (t("list_status"), lambda one: t(f"status_{one.status}") if one.status else ""),
        (t("list_page"), lambda one: one.page),
        (t("list_url"), lambda one: one.url),
    )


def as_csv(records: Sequence[Record], t: Texts) -> bytes:
    """With semicolons and a byte order mark, as Excel in German reads it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([head for head, _ in columns(t)])
    writer.writerows([[cell(value(one)) for _, value in columns(t)] for one in records])
    return out.getvalue().encode("utf-8-sig", "replace")


def cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> cell("=1+1"), cell("Kita"), cell("-")
    ("'=1+1", 'Kita', "'-")
    """
    text = printable(text)
    return f"'{text}" if _FORMULA.match(text) else text


def as_xlsx(records: Sequence[Record], t: Texts) -> bytes:
    """Every cell is a text: nothing is read as a formula or a link."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(t("list_sheet"))
        bold = book.add_format({"bold": True})
        for at, (head, value) in enumerate(columns(t)):
            sheet.set_column(at, at, _WIDTHS[at])
            sheet.write_string(0, at, head, bold)
            for row, one in enumerate(records, start=1):
                sheet.write_string(row, at, printable(value(one))[:_LONGEST_CELL])
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def as_bibtex(records: Sequence[Record], t: Texts) -> bytes:
    return "\n".join(_bibtex(one, t) for one in records).encode("utf-8", "replace")


def _bibtex(one: Record, t: Texts) -> str:
    fields = {
        "title": f"{{{_escaped(one.title)}}}",
        "institution": _escaped(one.body),
        "number": _escaped(one.number),
        "type": _escaped(one.kind),
        "year": str(one.date.year) if one.date else "",
        "date": one.date.isoformat() if one.date else "",
        "pages": _escaped(one.page),
        "note": _escaped(t(f"status_{one.status}")) if one.status else "",
        "url": one.url,
        "langid": "german",
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@techreport{{rats{re.sub('[^0-9A-Za-z]', '', one.id)},\n{lines}}}\n"


def _escaped(text: str) -> str:
    return "".join(_BIBTEX.get(sign, sign) for sign in " ".join(printable(text).split()))


def as_csl(records: Sequence[Record], t: Texts) -> bytes:
    """CSL-JSON, which Zotero, Citavi and pandoc read."""
    return json.dumps([_csl(one, t) for one in records], ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _csl(one: Record, t: Texts) -> Mapping[str, Any]:
    fields = {
        "id": one.id,
        "type": "report",
        "title": one.title,
        "number": one.number,
        "author": [{"literal": one.body}] if one.body else None,
        "publisher": one.body,
        "genre": one.kind,
        "issued": {"date-parts": [[one.date.year, one.date.month, one.date.day]]} if one.date else None,
        "status": t(f"status_{one.status}") if one.status else "",
        "page": one.page,
        "URL": one.url,
        "language": "de",
    }
    return {name: value for name, value in fields.items() if value}
