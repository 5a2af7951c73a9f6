"""Word (.docx, .docm) to blocks: headings by style or outline level with their numbers, lists, tables, notes, text boxes.

Left out is what a reader of the printed paper does not see as its text: headers and footers (but see stamps.py), comments,
deleted and hidden text, prompts of empty form fields. A note stands as a paragraph of its own behind the one that refers to it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from indexer.errors import BrokenFile, MislabelledFile
from indexer.parsing import packages, zips
from indexer.parsing.layout import LaidOut, RawBlock, clean, lay_out, row_text
from indexer.parsing.stamps import stamps_of
from indexer.parsing.wordnumbers import Numbering, W, value

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_STRICT, _USUAL = b"http://purl.oclc.org/ooxml/wordprocessingml/main", W.strip("{}").encode()
_MAIN = re.compile(rb'Target="/?([^"]+)"[^>]*relationships/officeDocument"|relationships/officeDocument"[^>]*Target="/?([^"]+)"')
_WATERMARK = "{urn:schemas-microsoft-com:vml}textpath"
_FRAME = re.compile(r"/(?:header|footer)[^/]*\.xml$")
_UNSEEN = frozenset(
    f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "sdtPr", "commentReference")
) | {f"{_MC}Fallback"}  # the same once more for old readers
_AS_TEXT = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_TICKED, _OPEN = "☒", "☐"
_SYMBOLS = {"F0FE": _TICKED, "F0FD": _TICKED, "F052": _TICKED, "F078": _TICKED, "F0FC": "✓"} | dict.fromkeys(
    ("F06F", "F0A8", "F071", "F072", "F0A3"), _OPEN
)  # of the fonts Wingdings
_HEADING = re.compile(r"(?:heading|überschrift)\s?(\d)?", re.IGNORECASE)
_LIST = re.compile(r"(?:list|liste)\w*(?: \w+)*?(?: (\d))?$", re.IGNORECASE)
_NOTES = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}
_NOTE_NAMES = {"footnotes": "Fußnote", "endnotes": "Endnote"}
_DEEPEST = 60  # nesting beyond it is no document


def parse(data: bytes) -> LaidOut:
    with zips.opened(data) as archive:
        named = _MAIN.search(packages.part(archive, "_rels/.rels") or b"")
        main = (named[1] or named[2]).decode("utf-8", "replace") if named else "word/document.xml"
        root = _part(archive, main)
        if root is None:
            raise MislabelledFile(ending=".docx", found=".zip")
        folder = main.rpartition("/")[0]
        parts = {name: _part(archive, f"{folder}/{name}.xml") for name in ("styles", "numbering", *_NOTE_NAMES)}
        frames = [_part(archive, name) for name in archive.namelist() if _FRAME.search(name)]
    body = root.find(f"{W}body")
    if body is None:
        raise BrokenFile(reason="ohne Inhalt / without a body")
    word = _Word(parts)
    lines = [block.text for frame in frames for block in word.blocks(frame)]
    lines += [art.get("string", "") for frame in frames if frame is not None for art in frame.iter(_WATERMARK)]
    return lay_out([*stamps_of(lines), *word.blocks(body)])


def _part(archive: zipfile.ZipFile, name: str) -> Any | None:
    data = packages.part(archive, name)
    return None if data is None else packages.xml(data.replace(_STRICT, _USUAL))


@dataclass
class _Inline:
    """What a paragraph or cell holds: its text, and what stands behind it."""

    parts: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)  # (kind, id)
    boxes: list[Any] = field(default_factory=list)  # text boxes
    tables: list[Any] = field(default_factory=list)
    picture: bool = False

    @property
    def text(self) -> str:
        return "".join(self.parts)


class _Word:
    def __init__(self, parts: dict[str, Any]) -> None:
        styles = parts["styles"].iter(f"{W}style") if parts["styles"] is not None else ()
        self._styles = {style.get(f"{W}styleId"): style for style in styles}
        self._numbering = Numbering(parts["numbering"])
        self._notes = {
            (kind, note.get(f"{W}id")): note for kind in _NOTE_NAMES if parts[kind] is not None for note in parts[kind]
        }
        self._counted = dict.fromkeys(_NOTE_NAMES, 0)

    def blocks(self, parent: Any, depth: int = 0) -> list[RawBlock]:
        found: list[RawBlock] = []
        for element in _unwrapped(parent) if depth < _DEEPEST else ():
            if element.tag == f"{W}tbl":
                found += self._table(element, depth)
            elif element.tag == f"{W}p":
                found += self._paragraph(element, depth)
        return found

    def _paragraph(self, element: Any, depth: int) -> list[RawBlock]:
        inline = _Inline()
        _read(element, inline, 0)
        properties = element.find(f"{W}pPr")
        label, listed = self._number(properties)
        text = clean(inline.text)
        lines = [line for line in inline.text.split("\n") if clean(line)]
        if text and (level := self._heading_level(properties)):
            found = [RawBlock("heading", f"{label} {text}", level=level)]
        elif text and listed:
            found = [RawBlock("list_item", f"{label} {text}", level=listed)]
        elif text:
            found = [RawBlock("paragraph", line) for line in lines]
        else:
            found = [RawBlock("paragraph", "", picture=True)] if inline.picture and not inline.boxes else []
        return found + self._behind(inline, depth)

    def _behind(self, inline: _Inline, depth: int) -> list[RawBlock]:
        """The text boxes anchored in a paragraph or row, and the notes it refers to."""
        found = [block for box in inline.boxes for block in self.blocks(box, depth + 1)]
        for kind, name in inline.notes:
            note = _Inline()
            if (kind, name) in self._notes:
                _read(self._notes[kind, name], note, 0)
            self._counted[kind] += 1
            if text := clean(note.text):
                found.append(RawBlock("paragraph", f"{_NOTE_NAMES[kind]} {self._counted[kind]}: {text}"))
        return found

    def _chain(self, properties: Any) -> Iterator[Any]:
        """The properties of the paragraph and of its style, and of the styles that one is based on."""
        if properties is not None:
            yield properties
        name, seen = value(properties, "pStyle"), set[str]()
        while name in self._styles and name not in seen:
            seen.add(name)
            if (of_style := self._styles[name].find(f"{W}pPr")) is not None:
                yield of_style
            name = value(self._styles[name], "basedOn")

    def _style_names(self, properties: Any) -> Iterator[str]:
        name, seen = value(properties, "pStyle"), set[str]()
        while name in self._styles and name not in seen:
            seen.add(name)
            yield value(self._styles[name], "name")
            name = value(self._styles[name], "basedOn")

    def _heading_level(self, properties: Any) -> int:
        for name in self._style_names(properties):
            if heading := _HEADING.match(name):
                return int(heading[1] or 1)
            if name.lower() in ("title", "titel"):
                return 1
        outline = next((found for each in self._chain(properties) if (found := value(each, "outlineLvl"))), "")
        return int(outline) + 1 if outline in tuple("012345678") else 0

    def _number(self, properties: Any) -> tuple[str, int]:
        """The number before a paragraph, and how deep in a list it is; 0: in none."""
        for each in self._chain(properties):
            numbered = each.find(f"{W}numPr")
            if numbered is not None and value(numbered, "numId"):
                depth = value(numbered, "ilvl") or self._style_depth(properties)
                if value(numbered, "numId") == "0":  # the style's number is taken away
                    return "", 0
                at = int(depth) if depth in tuple("012345678") else 0
                return self._numbering.label(value(numbered, "numId"), at), at + 1
        style = next(self._style_names(properties), "")
        return ("", int(listed[1] or 1)) if (listed := _LIST.match(style)) else ("", 0)

    def _style_depth(self, properties: Any) -> str:
        depths = (value(each.find(f"{W}numPr"), "ilvl") for each in self._chain(properties))
        return next((depth for depth in depths if depth), "0")

    def _table(self, table: Any, depth: int) -> list[RawBlock]:
        rows = [row for row in _unwrapped(table) if row.tag == f"{W}tr" and row.find(f"{W}trPr/{W}del") is None]
        cells = [[cell for cell in _unwrapped(row) if cell.tag == f"{W}tc"] for row in rows]
        if all(len(row) == 1 for row in cells):  # a frame around text
            return [block for row in cells for block in self.blocks(row[0], depth + 1)]
        found: list[RawBlock] = []
        above: dict[int, str] = {}  # by column
        for row, in_row in zip(rows, cells, strict=True):
            inline = _Inline()
            texts = [_cell(cell, column, above, inline) for column, cell in _columns(in_row)]
            if any(texts):
                marked = row.find(f"{W}trPr/{W}tblHeader") is not None
                head = not found and len(texts) > 1 and len(rows) > 1 and (marked or not re.search(r"\d", "".join(texts)))
                found.append(RawBlock("table_head" if head else "table_row", row_text(texts)))
            found += self._behind(inline, depth)
            found += [block for inner in inline.tables if depth < _DEEPEST for block in self._table(inner, depth + 1)]
        return found


def _unwrapped(parent: Any) -> Iterator[Any]:
    """The elements of a body, row or cell in order, also those inside content controls, which templates are full of."""
    pending = list(reversed(parent)) if parent is not None else []
    while pending:
        element = pending.pop()
        if element.tag == f"{W}sdt" and element.find(f"{W}sdtPr/{W}showingPlcHdr") is not None:
            continue
        if element.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml", f"{W}smartTag"):
            pending += reversed(element)
        else:
            yield element


def _columns(cells: list[Any]) -> Iterator[tuple[int, Any]]:
    column = 0
    for cell in cells:
        yield column, cell
        span = value(cell.find(f"{W}tcPr"), "gridSpan")
        column += int(span) if re.fullmatch(r"[1-9]\d?", span) else 1


def _cell(cell: Any, column: int, above: dict[int, str], inline: _Inline) -> str:
    """The text of a cell; of one merged with those above, the text of the first. The rest goes to ``inline``."""
    merged = cell.find(f"{W}tcPr/{W}vMerge")
    if merged is not None and merged.get(f"{W}val") != "restart":
        return above.get(column, "")
    own = _Inline()
    _read(cell, own, 0)
    inline.notes += own.notes
    inline.boxes += own.boxes
    inline.tables += own.tables
    above[column] = clean(own.text)
    return above[column]


def _read(element: Any, inline: _Inline, depth: int) -> None:
    """Collects what is seen of an element, in document order."""
    for node in element if depth < _DEEPEST else ():
        tag = node.tag
        if tag in _UNSEEN or (tag == f"{W}r" and _is_hidden(node)):
            continue
        if tag in (f"{W}t", _MATH_TEXT):
            inline.parts.append(node.text or "")
        elif tag in _AS_TEXT:
            inline.parts.append(_AS_TEXT[tag])
        elif tag == f"{W}sym":
            inline.parts.append(_SYMBOLS.get(node.get(f"{W}char", "").upper(), ""))
        elif tag in _NOTES:
            inline.notes.append((_NOTES[tag], node.get(f"{W}id", "")))
        elif tag == f"{W}txbxContent":
            inline.boxes.append(node)
        elif tag == f"{W}tbl":
            inline.tables.append(node)
        elif tag == f"{W}sdt":
            _read_control(node, inline, depth)
        elif tag == f"{W}ffData":
            inline.parts.append(_form_field(node))
        else:
            inline.picture |= tag in (f"{W}drawing", f"{W}pict", f"{W}object")
            _read(node, inline, depth + 1)
            if tag == f"{W}p":
                inline.parts.append("\n")  # paragraphs of a cell or note


def _is_hidden(run: Any) -> bool:
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and vanish.get(f"{W}val") not in ("0", "false")


def _read_control(control: Any, inline: _Inline, depth: int) -> None:
    """A content control: a box, ticked or not; else its text, unless that is only the prompt."""
    properties = control.find(f"{W}sdtPr")
    box = properties.find(f"{_W14}checkbox/{_W14}checked") if properties is not None else None
    if box is not None:
        inline.parts.append(_TICKED if box.get(f"{_W14}val") in ("1", "true") else _OPEN)
    elif properties is None or properties.find(f"{W}showingPlcHdr") is None:
        _read(control, inline, depth + 1)


def _form_field(data: Any) -> str:
    """A field of an old form: a box, ticked or not, or what is chosen from a list. Filled text follows as text."""
    box, choice = data.find(f"{W}checkBox"), data.find(f"{W}ddList")
    if box is not None:
        states = [state.get(f"{W}val", "1") for name in ("checked", "default") if (state := box.find(f"{W}{name}")) is not None]
        return _TICKED if states and states[0] in ("1", "true", "on") else _OPEN
    if choice is not None:
        entries = [entry.get(f"{W}val", "") for entry in choice.iter(f"{W}listEntry")]
        chosen = value(choice, "result") or "0"
        return entries[int(chosen)] if re.fullmatch(r"\d{1,3}", chosen) and int(chosen) < len(entries) else ""
    return ""
