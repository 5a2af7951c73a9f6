"""OpenDocument text (.odt, .fodt) to blocks: headings, lists, tables, notes, text boxes, ticked boxes of forms.

Comments, deleted text, tables of contents and page headers (but see stamps.py) are left out. A note stands as a paragraph of
its own behind the one that refers to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from indexer.errors import EncryptedFile, MislabelledFile
from indexer.parsing import packages, zips
from indexer.parsing.layout import LaidOut, RawBlock, clean, lay_out, row_text
from indexer.parsing.stamps import stamps_of

_NAMESPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_OFFICE, _TEXT, _TABLE, _DRAW, _FORM = (_NAMESPACE % name for name in ("office", "text", "table", "drawing", "form"))
_FRAMES = [_NAMESPACE % "style" + f"{part}{which}" for part in ("header", "footer") for which in ("", "-left", "-first")]
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_UNREAD = frozenset(
    [f"{_OFFICE}annotation", f"{_OFFICE}forms", f"{_TEXT}tracked-changes", f"{_TEXT}hidden-text", f"{_TEXT}sequence-decls"]
    + [f"{_TEXT}{kind}" for kind in ("table-of-content", "illustration-index", "table-index", "alphabetical-index", "user-index")]
)
_AS_TEXT = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n", f"{_TEXT}s": " "}
_NOTE_NAMES = {"footnote": "Fußnote", "endnote": "Endnote"}
_TICKED, _OPEN = "☒", "☐"
_DEEPEST = 60  # nesting beyond it is no document
_WIDEST = 50  # columns that one cell may stand for


def parse(data: bytes) -> LaidOut:
    if not data.startswith(b"PK"):
        root = styles = packages.xml(data)
    else:
        with zips.opened(data) as archive:
            content, styled = (packages.part(archive, f"{name}.xml") for name in ("content", "styles"))
            manifest = packages.part(archive, "META-INF/manifest.xml") or b""
        if b"encryption-data" in manifest:
            raise EncryptedFile
        if content is None:
            raise MislabelledFile(ending=".odt", found=".zip")
        root = packages.xml(content)
        styles = packages.xml(styled) if styled else None
    body = root.find(f".//{_OFFICE}text")
    if body is None:
        raise MislabelledFile(ending=".odt", found="XML")
    reader = _Reader(body)
    frames = styles.iter(*_FRAMES) if styles is not None else ()
    lines = [block.text for frame in frames for block in reader.blocks(frame)]
    return lay_out([*stamps_of(lines), *reader.blocks(body)])


@dataclass
class _Inline:
    """What a paragraph or cell holds: its text, and what stands behind it."""

    parts: list[str] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    tables: list[Any] = field(default_factory=list)
    picture: bool = False

    @property
    def text(self) -> str:
        return "".join(self.parts)


class _Reader:
    def __init__(self, body: Any) -> None:
        boxes = body.iter(f"{_FORM}checkbox", f"{_FORM}radio")
        self._controls = {box.get(_ID) or box.get(f"{_FORM}id"): box for box in boxes}
        self._counted = dict.fromkeys(_NOTE_NAMES, 0)

    def blocks(self, parent: Any, listed: int = 0, depth: int = 0) -> list[RawBlock]:
        """``listed``: how deep in lists the parent is."""
        found: list[RawBlock] = []
        for element in parent if depth < _DEEPEST else ():
            tag = element.tag
            if tag == f"{_TEXT}h":
                level = element.get(f"{_TEXT}outline-level", "1")
                found += self._paragraph(element, RawBlock("heading", "", level=int(level) if level in "123456789" else 1), depth)
            elif tag == f"{_TEXT}p":
                found += self._paragraph(element, RawBlock("list_item" if listed else "paragraph", "", level=listed), depth)
            elif tag == f"{_TEXT}list":
                found += self.blocks(element, listed + 1, depth + 1)
            elif tag == f"{_TABLE}table":
                found += self._table(element, depth)
            elif tag not in _UNREAD:  # sections, list items, frames
                found += self.blocks(element, listed, depth + 1)
        return found

    def _paragraph(self, element: Any, block: RawBlock, depth: int) -> list[RawBlock]:
        inline = _Inline()
        self._read(element, inline, 0)
        lines = [line for line in inline.text.split("\n") if clean(line)]
        if block.kind != "paragraph" and lines:
            lines = [" ".join(lines)]
        found = [RawBlock(block.kind, line, level=block.level) for line in lines]
        if not found and inline.picture and not inline.boxes:
            found = [RawBlock("paragraph", "", picture=True)]
        return found + self._behind(inline, depth)

    def _behind(self, inline: _Inline, depth: int) -> list[RawBlock]:
        """The text boxes anchored in a paragraph or row, and the notes it refers to."""
        found = [block for box in inline.boxes for block in self.blocks(box, 0, depth + 1)]
        for note in inline.notes:
            kind = note.get(f"{_TEXT}note-class", "footnote")
            text = _Inline()
            self._read(note.find(f"{_TEXT}note-body"), text, 0)
            if kind in _NOTE_NAMES:
                self._counted[kind] += 1
                found.append(RawBlock("paragraph", f"{_NOTE_NAMES[kind]} {self._counted[kind]}: {clean(text.text)}"))
        return found

    def _read(self, element: Any, inline: _Inline, depth: int) -> None:
        """Collects what is seen of an element, in document order; its own text lies between its children."""
        if element is None or depth >= _DEEPEST:
            return
        inline.parts.append(element.text or "")
        for node in element:
            tag = node.tag
            if tag in _AS_TEXT:
                inline.parts.append(_AS_TEXT[tag])
            elif tag == f"{_TEXT}note":
                inline.notes.append(node)
            elif tag == f"{_DRAW}text-box":
                inline.boxes.append(node)
            elif tag == f"{_TABLE}table":
                inline.tables.append(node)
            elif tag == f"{_DRAW}control":
                inline.parts.append(self._control(node.get(f"{_DRAW}control")))
            elif tag not in _UNREAD:
                inline.picture |= tag in (f"{_DRAW}image", f"{_DRAW}object")
                self._read(node, inline, depth + 1)
                if tag in (f"{_TEXT}p", f"{_TEXT}h"):
                    inline.parts.append("\n")  # paragraphs of a cell or note
            inline.parts.append(node.tail or "")

    def _control(self, name: str | None) -> str:
        box = self._controls.get(name)
        if box is None:
            return ""
        state = box.get(f"{_FORM}current-state") or box.get(f"{_FORM}state") or box.get(f"{_FORM}current-selected")
        return f" {_TICKED if state in ('checked', 'true') else _OPEN} {box.get(f'{_FORM}label', '')} "

    def _table(self, table: Any, depth: int) -> list[RawBlock]:
        heads = {id(row) for group in table.iter(f"{_TABLE}table-header-rows") for row in group}
        rows = _rows(table)
        cells = [[cell for cell in row if cell.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")] for row in rows]
        if all(len(row) == 1 for row in cells):  # a frame around text
            return [block for row in cells for block in self.blocks(row[0], 0, depth + 1)]
        found: list[RawBlock] = []
        above: dict[int, tuple[int, str]] = {}  # by column: rows that a cell still reaches down, and its text
        for row, in_row in zip(rows, cells, strict=True):
            inline = _Inline()
            texts = self._cells(in_row, above, inline)
            if any(texts):
                marked = id(row) in heads
                head = not found and len(texts) > 1 and len(rows) > 1 and (marked or not re.search(r"\d", "".join(texts)))
                found.append(RawBlock("table_head" if head else "table_row", row_text(texts)))
            found += self._behind(inline, depth)
            found += [block for inner in inline.tables if depth < _DEEPEST for block in self._table(inner, depth + 1)]
        return found

    def _cells(self, cells: list[Any], above: dict[int, tuple[int, str]], inline: _Inline) -> list[str]:
        """The texts of a row's cells; of one merged with those above, the text of the first."""
        texts: list[str] = []
        column = 0
        for cell in cells:
            rest, text = above.get(column, (0, ""))
            if cell.tag == f"{_TABLE}covered-table-cell":
                if rest:
                    texts.append(text)
                    above[column] = (rest - 1, text)
                column += _count(cell, "number-columns-repeated")
                continue
            own = _Inline()
            self._read(cell, own, 0)
            inline.notes += own.notes
            inline.boxes += own.boxes
            inline.tables += own.tables
            repeated = _count(cell, "number-columns-repeated")
            texts += [clean(own.text)] * repeated
            above[column] = (_count(cell, "number-rows-spanned") - 1, clean(own.text))
            column += repeated
        return texts


def _rows(table: Any, depth: int = 0) -> list[Any]:
    found: list[Any] = []
    for child in table if depth < _DEEPEST else ():
        if child.tag == f"{_TABLE}table-row":
            found.append(child)
        elif child.tag in (f"{_TABLE}table-header-rows", f"{_TABLE}table-rows", f"{_TABLE}table-row-group"):
            found += _rows(child, depth + 1)
    return found


def _count(cell: Any, name: str) -> int:
    number = cell.get(f"{_TABLE}{name}", "1")
    return min(int(number), _WIDEST) if re.fullmatch(r"[1-9]\d{0,5}", number) else 1
