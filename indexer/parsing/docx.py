"""Word (.docx) to blocks by python-docx: headings by style, lists by style or numbering, tables by cell.

Entity expansion and external entities are off in python-docx's XML parser; the unpacked size is limited here.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document as DocxDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from indexer.errors import BrokenFile, EncryptedFile
from indexer.parsing import packages
from indexer.parsing.layout import LaidOut, RawBlock, clean, lay_out, row_text

_COMPOUND_FILE = b"\xd0\xcf\x11\xe0"  # an encrypted .docx is no ZIP but an OLE file
_LARGEST = 200_000_000  # bytes unpacked; the bound of acceptance list A15
_RATIO = 100


def parse(data: bytes) -> LaidOut:
    if data.startswith(_COMPOUND_FILE):
        raise EncryptedFile
    packages.check(data)
    try:
        document = docx.Document(io.BytesIO(data))
        return lay_out(_blocks(document))
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        raise BrokenFile(reason=type(error).__name__) from error


def _blocks(document: DocxDocument) -> list[RawBlock]:
    found: list[RawBlock] = []
    for element in _unwrapped(document.element.body):
        if element.tag == qn("w:tbl"):
            found += _table(Table(element, document))
        elif element.tag == qn("w:p"):
            found += _paragraph(Paragraph(element, document))
    return found


def _unwrapped(parent: Any) -> Iterator[Any]:
    """The elements of a body or cell in order, also those inside content controls, which templates are full of."""
    for element in parent:
        if element.tag == qn("w:sdt"):
            content = element.find(qn("w:sdtContent"))
            yield from _unwrapped(content) if content is not None else ()
        else:
            yield element


def _text(element: Any) -> str:
    """All text below an element, inside links, content controls and tracked insertions, too; deleted text is not."""
    parts: list[str] = []
    for node in element.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:noBreakHyphen"), qn("w:p")):
        if node.tag == qn("w:t"):
            parts.append(node.text or "")
        elif node.tag != qn("w:p"):
            parts.append("-" if node.tag == qn("w:noBreakHyphen") else "\t" if node.tag == qn("w:tab") else "\n")
        elif node is not element:
            parts.append("\n")  # paragraphs of a cell
    return "".join(parts)


def _paragraph(paragraph: Paragraph) -> list[RawBlock]:
    full = _text(paragraph._p)
    text = clean(full)
    if not text:
        drawing = paragraph._p.find(f".//{qn('w:drawing')}") is not None
        return [RawBlock("paragraph", "", picture=True)] if drawing else []
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    if style.startswith(("Heading", "Überschrift")) or style in ("Title", "Titel"):
        digits = [int(c) for c in style if c.isdigit()]
        return [RawBlock("heading", text, level=digits[0] if digits else 1)]
    numbering = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    if style.startswith(("List", "Liste")) or numbering is not None:
        depth = numbering.find(qn("w:ilvl")) if numbering is not None else None
        return [RawBlock("list_item", text, level=1 + int(depth.get(qn("w:val"), 0) if depth is not None else 0))]
    return [RawBlock("paragraph", line) for line in full.split("\n") if clean(line)]


def _table(table: Table) -> list[RawBlock]:
    rows: list[RawBlock] = []
    for row in table.rows:
        cells: list[str] = []
        previous = None
        for cell in row.cells:
            if cell._tc is not previous:  # merged cells are reported once for each column they span
                cells.append(" ".join(_text(cell._tc).split()))
            previous = cell._tc
        if any(clean(cell) for cell in cells):
            head = not rows and len(cells) > 1 and not any(c.isdigit() for cell in cells for c in cell) and len(table.rows) > 1
            rows.append(RawBlock("table_head" if head else "table_row", row_text(cells)))
    return rows
