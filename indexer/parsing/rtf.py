"""Rich Text (.rtf) to blocks: by striprtf to lines, and those as plain text. Notes and bullets are prepared for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from striprtf.striprtf import rtf_to_text

from indexer.errors import BrokenFile
from indexer.parsing.layout import LaidOut, lay_out
from indexer.parsing.stamps import stamps_of
from indexer.parsing.text import blocks_of

_LARGEST = 20_000_000  # characters without pictures
_DEEPEST = 1000  # groups in groups
_BINARY = re.compile(r"\\bin(\d{1,9}) ?")
_PICTURE = re.compile(r"\{(?:\\\*)?\\(?:pict|objdata|themedata|datastore)\b[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")
_BULLET = re.compile(r"\{\\listtext\b[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")
_OUTLINE = re.compile(r"\\outlinelevel([0-8]) ?")
_HEADING_STYLE = re.compile(r"\{\\s(\d{1,4})\\[^{}]*(?:\b[Hh]eading|berschrift) ([1-9])[^{};]*;")
_STYLED = re.compile(r"\\s(\d{1,4})(?!\d) ?")
_PARAGRAPH = re.compile(r"\\(pard|intbl|row|par)(?![a-z]) ?")
_FRAME = re.compile(r"\{\\(?:header|footer)[lrf]?(?![a-z])")
_NOTE = re.compile(r"\{\\footnote\b")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)


def parse(data: bytes) -> LaidOut:
    source = _without_binary(data.decode("latin-1"))  # ASCII, if it is what it says; bytes beyond are the library's to decode
    source = _PICTURE.sub("", source)
    source = _with_headings(source)
    source = _BULLET.sub(lambda bullet: bullet[0].replace("\\tab", " "), source)  # a tab would part cells
    if len(source) > _LARGEST or _depth(source) > _DEEPEST:
        raise BrokenFile(reason="RTF: zu groß oder zu tief / too large or too deep")
    try:
        text = _plain(_with_notes(_with_whole_cells(source)))
        frames = [line for group in _frames(source) for line in _plain(group).splitlines()]
    except (ValueError, LookupError, AttributeError, TypeError, OverflowError) as error:
        raise BrokenFile(reason=type(error).__name__) from error
    return lay_out([*stamps_of(frames), *blocks_of([_row(line) for line in text.splitlines()])])


def _plain(source: str) -> str:
    text: str = rtf_to_text(source, errors="replace")  # type: ignore[no-untyped-call]
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # characters beyond 16 bits come in halves


def _frames(source: str) -> Iterator[str]:
    """Page headers and footers, which the library drops, each as a text of its own."""
    start = source[: source.find("{", 1)]  # the character set
    for found in _FRAME.finditer(source):
        yield f"{start}{source[found.end() : _group_end(source, found.start()) - 1]}}}"


def _without_binary(source: str) -> str:
    """Raw bytes of pictures may hold anything, braces, too."""
    parts, at = [], 0
    while found := _BINARY.search(source, at):
        parts.append(source[at : found.start()])
        at = found.end() + int(found[1])
    return "".join((*parts, source[at:]))


def _depth(source: str) -> int:
    depth = deepest = 0
    for brace in _BRACE.finditer(source):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        deepest = max(deepest, depth)
    return deepest


def _with_headings(source: str) -> str:
    """Marks, which text.py knows, before headings: paragraphs of a style so called, or else of an outline level."""
    levels = {style: min(int(level), 6) for style, level in _HEADING_STYLE.findall(source)}
    if levels:
        return _STYLED.sub(lambda style: style[0] + ("#" * levels[style[1]] + " " if style[1] in levels else ""), source)
    return _OUTLINE.sub(lambda level: "#" * min(int(level[1]) + 1, 6) + " ", source)


def _with_whole_cells(source: str) -> str:
    """Paragraphs inside a table's cell on one line, for a line is a row then."""
    in_table = False
    parts, at = [], 0
    for word in _PARAGRAPH.finditer(source):
        if word[1] != "par":
            in_table = word[1] == "intbl"
        elif in_table:
            parts += [source[at : word.start()], " "]
            at = word.end()
    return "".join((*parts, source[at:]))


def _with_notes(source: str) -> str:
    """Each note behind the paragraph that refers to it; the library would drop it."""
    parts: list[str] = []
    notes: list[str] = []
    at = number = 0
    while found := _NOTE.search(source, at):
        end = _group_end(source, found.start())
        paragraph, mark, rest = source[at : found.start()].partition("\\par")
        parts += [paragraph, *notes, mark + rest] if mark and notes else [paragraph + mark + rest]
        notes = [] if mark else notes
        number += 1
        notes.append(f"\\par Fu\\'dfnote {number}: {source[found.end() : end - 1]}")
        at = end
    paragraph, mark, rest = source[at:].partition("\\par")
    return "".join((*parts, paragraph, *notes, mark, rest))


def _group_end(source: str, start: int) -> int:
    depth = 0
    for brace in _BRACE.finditer(source, start):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0:
            return brace.end()
    return len(source)


def _row(line: str) -> str:
    """A table row, of which the library ends each cell with a bar; it may end with white space."""
    cells = line.rstrip()
    return f"|{cells}" if cells.endswith("|") else line
