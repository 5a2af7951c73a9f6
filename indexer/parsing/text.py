"""Plain text: lines to blocks. Also used for the lines of a PDF page.

German papers as text mix all habits: Markdown tables and stars, tabs between cells, bullets of odd fonts, lines broken at a
fixed width or not at all. Each rule below is a habit seen in published papers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.errors import MislabelledFile
from indexer.parsing.layout import LaidOut, RawBlock, clean, lay_out, row_text

BULLET = re.compile(r"^(\s*)(?:[-–—•▪■□◦●○\uf0b7\uf0a7\x7f*·]|[→⇒➢➤])(?:\s+|$)(?=\S|$)")
NUMBERED = re.compile(r"^(\s*)((?:\(?\d{1,2}|\(?[a-z])[.)])\s+(?=\S)")
NUMBERED_HEADING = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+(?=[A-ZÄÖÜ])")
_RULE = re.compile(r"^\s*[|\s:+=_*.-]*[-=_*.]{3}[|\s:+=_*.-]*$")
_MARKDOWN_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
TERMINAL = re.compile(r"[.!?…:;,][\"”“»«')\]]*$")
# The words that head the parts of a Vorlage, whatever stands around them.
SECTION = re.compile(
    r"^(?:beschluss(?:vorschlag|empfehlung|entwurf|text)?|sachverhalt|sachdarstellung|begründung|problembeschreibung.*|"
    r"finanzielle auswirkungen|auswirkungen.*|anlagen?(?:n?verzeichnis)?|beratungsfolge|vorberatung|"
    r"tagesordnung(?:spunkt)?|betreff|bezeichnung|"
    r"inhalt der mitteilung|bezug zum haushalt|stellungnahme|antwort|anfrage|antrag|ergebnis|"
    r"abstimmungsergebnis|zusammenfassung)\s*:?$",
    re.IGNORECASE,
)
OPEN_ENDED = re.compile(
    r"(?:,|\b(?:und|oder|sowie|von|vom|der|die|das|des|dem|den|für|mit|zur|zum|in|im|auf|aus|an|am|bei|durch|über|gemäß|ein|eine|einer|eines))$"
)
ENDS_IN_DATE = re.compile(r"\d{1,2}\.\s?(?:\d{1,2}\.|[A-ZÄ]\w+)\s?\d{4}$")
_MARKUP = re.compile(r"\*\*|__(?=\S)|(?<=\S)__")
_LONGEST_HEADING = 110


def parse(data: bytes) -> LaidOut:
    """A text file in UTF-8 (with or without mark), UTF-16 with mark, or Windows-1252. Form feeds separate pages."""
    text = decode(data)
    sheets = text.split("\f")
    blocks = [block for number, sheet in enumerate(sheets, start=1) for block in blocks_of(sheet.splitlines(), number)]
    return lay_out(blocks, [str(number) for number in range(1, len(sheets) + 1)])


def decode(data: bytes) -> str:
    """Text of unknown encoding; a stray bad byte in UTF-8 costs itself only. Raises MislabelledFile if the bytes are no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\0" in data:
        raise MislabelledFile(ending="Text", found="binär / binary")
    text = data.decode("utf-8-sig", "replace")
    broken = text.count("\ufffd")
    if broken and broken >= sum(character > "\x7f" for character in text) / 2:  # more broken than sound: not UTF-8 at all
        return data.decode("cp1252", "replace")
    return text


def blocks_of(lines: Sequence[str], page: int = 1) -> list[RawBlock]:
    """The blocks of one page's lines."""
    width = _wrap_width(lines)
    found: list[RawBlock] = []
    empty = 1  # empty lines before this one; the first line stands alone
    pending = 0  # length of the line before, 0 if nothing can be joined to it
    for number, raw in enumerate(lines):
        line = _MARKUP.sub("", raw.rstrip(" \r\n"))  # tabs stay: they are the empty cells at the end of a row
        if not line.strip():
            empty += 1
            continue
        if _RULE.match(line):
            pending = 0
            continue
        before = found[-1] if found else None
        block = _special(line, page, empty)
        if block is None and before is not None and _continues(before, line, pending, empty, width):
            found[-1] = _joined(before, line)
        elif block is None:
            follower = next((text for text in lines[number + 1 : number + 2]), "")
            found.append(_plain(line, page, empty, follower, width))
        else:
            found.append(block)
        pending, empty = len(raw.rstrip()), 0
    return _with_table_heads(_without_false_headings(found))


def _without_false_headings(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """A guessed heading heads something: before a list a long one introduces it, at the end a short one is a signature."""
    result = list(blocks)
    for i, block in enumerate(blocks):
        if _is_lone_number(blocks, i):
            result[i] = RawBlock("heading", block.text, block.page, 2)
        follower = blocks[i + 1].kind if i + 1 < len(blocks) else None
        introduces = follower == "list_item" and len(block.text.split()) > 4
        if block.kind == "heading" and block.level == 3 and (follower is None or introduces):
            result[i] = RawBlock("paragraph", block.text, block.page, 0, block.break_before)
    return result


def _is_lone_number(blocks: Sequence[RawBlock], i: int) -> bool:
    """ "1. Ausgangslage" among paragraphs is a heading; among other items it is one of a list."""
    beside = [blocks[j].kind for j in (i - 1, i + 1) if 0 <= j < len(blocks)]
    heads = i + 1 < len(blocks) and "list_item" not in beside
    return blocks[i].kind == "list_item" and heads and bool(NUMBERED_HEADING.match(blocks[i].text)) and _is_short(blocks[i].text)


def _is_short(text: str) -> bool:
    return len(text) <= _LONGEST_HEADING and not TERMINAL.search(text)


def _wrap_width(lines: Sequence[str]) -> int:
    """The width at which lines were broken, or 0 if each line is a paragraph: nine of ten lines are no longer than it."""
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip() and "\t" not in line and "|" not in line)
    if len(lengths) < 4 or lengths[-1] > 140:
        return 0
    width = lengths[int(0.9 * (len(lengths) - 1))]
    return width if width >= 45 else 0


def _special(line: str, page: int, empty: int) -> RawBlock | None:
    """Table rows, list items and Markdown headings, which show themselves by their marks."""
    stripped = line.strip()
    if heading := _MARKDOWN_HEADING.match(stripped):
        return RawBlock("heading", heading.group(2), page, len(heading.group(1)))
    if stripped.startswith("|") and stripped.count("|") >= 2:
        return RawBlock("table_row", row_text(stripped.removeprefix("|").removesuffix("|").split("|")), page, 0, empty > 1)
    if "\t" in stripped:
        return RawBlock("table_row", row_text(line.strip(" ").split("\t")), page, 0, empty > 1)
    if bullet := BULLET.match(line):
        if SECTION.match(line[bullet.end() :].strip()):
            return RawBlock("heading", line[bullet.end() :], page, 2)
        return RawBlock("list_item", line[bullet.end() :], page, 1 + min(len(bullet.group(1)), 1), empty > 1)
    if (numbered := NUMBERED.match(line)) and not looks_like_date(line):
        return RawBlock("list_item", stripped, page, 1 + min(len(numbered.group(1)), 1), empty > 1)
    return None


def looks_like_date(line: str) -> bool:
    return (
        re.match(
            r"\s*\d{1,2}\.\s*(?:\d|Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)",
            line,
        )
        is not None
    )


def _continues(before: RawBlock, line: str, pending: int, empty: int, width: int) -> bool:
    """Whether a line goes on with the block before it."""
    if before.kind in ("heading", "table_row") or not before.text:
        return False
    start = line.lstrip()[:1]
    if empty:  # a sentence torn apart by an empty line: it ends in "von" or a comma, and the next line is no heading
        return empty == 1 and before.kind == "paragraph" and bool(OPEN_ENDED.search(before.text)) and len(line) > 20
    if before.kind == "paragraph" and OPEN_ENDED.search(before.text):
        return True
    if not width:
        return start.islower() and not TERMINAL.search(before.text)
    if SECTION.match(line.strip()):
        return False
    return pending >= 0.6 * width or (start.islower() and not before.text.endswith((".", ":", "!", "?")))


def _joined(before: RawBlock, line: str) -> RawBlock:
    """Line-end hyphens go where the next line starts small; "Sozial-" + "und" keeps its hyphen."""
    text, addition = before.text.rstrip(), line.strip()
    if text.endswith("\ufffe") or (
        re.search(r"\w-$", text) and addition[:1].islower() and not re.match(r"(?:und|oder|bzw\.?|sowie)\b", addition)
    ):  # pdf readers' mark of a hyphen that only broke the line
        merged = text[:-1] + addition
    elif re.search(r"\w-$", text):
        merged = text + ("" if addition[:1].isupper() or addition[:1].isdigit() else " ") + addition
    else:
        merged = f"{text} {addition}"
    return RawBlock(before.kind, merged, before.page, before.level, before.break_before)


def _plain(line: str, page: int, empty: int, follower: str, width: int) -> RawBlock:
    """A heading or the first line of a paragraph. ``follower`` is the very next line, "" if that is empty."""
    text = line.strip()
    if SECTION.match(text):
        return RawBlock("heading", text, page, 2)
    if (numbered := NUMBERED_HEADING.match(text)) and len(text) <= _LONGEST_HEADING and not TERMINAL.search(text):
        return RawBlock("heading", text, page, numbered.group(1).count(".") + 1)
    if empty > 0 and not follower.strip() and _reads_as_heading(text, width):
        return RawBlock("heading", text, page, 3)
    return RawBlock("paragraph", text, page, 0, empty > 1)


def _reads_as_heading(text: str, width: int) -> bool:
    """Short, starts with a capital, ends in no punctuation, no "von", no date."""
    longest = min(_LONGEST_HEADING, int(0.9 * width)) if width else _LONGEST_HEADING
    return (
        len(text) <= longest
        and text[:1].isupper()
        and any(c.islower() for c in text)
        and not TERMINAL.search(text)
        and not OPEN_ENDED.search(text)
        and not ENDS_IN_DATE.search(text)
    )


def _with_table_heads(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """The first row of a table is its head if it has no digit and the table goes on below it."""
    result: list[RawBlock] = []
    for i, block in enumerate(blocks):
        first = block.kind == "table_row" and (i == 0 or blocks[i - 1].kind != "table_row" or block.break_before)
        goes_on = i + 1 < len(blocks) and blocks[i + 1].kind == "table_row" and not blocks[i + 1].break_before
        if first and goes_on and not any(c.isdigit() for c in block.text):
            block = RawBlock("table_head", block.text, block.page, 0, block.break_before)
        result.append(block)
    return [b for b in result if clean(b.text) or b.picture]
