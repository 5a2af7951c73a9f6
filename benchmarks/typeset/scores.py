"""What a reader made of a paper, held against its truth.

The text is judged in one piece: everything in reading order, table cells row by row, aligned with what the reader says. An error
counts for the text or for the tables by the place in the truth where it stands. Not judged: white space, bullets, how a
footnote's mark is written, and where footnotes and text boxes stand, for which there is more than one right answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from benchmarks.typeset.parts import ANCHOR, Truth

Row = Sequence[str | None]
_BULLETS = re.compile(r"(?<!\S)[•–▪◦➢◆✓·‣●■▶\uf0b7\uf0a7-](?!\S)")
_LABEL = r"(?:(?<!\S)\[?[\d¹²³⁰⁴-⁹]{1,3}\]?[.:)]?\s*)?"  # the number before a footnote
_NEAR = 85  # of a hundred: how much of a footnote's or heading's text must be there for it to be found


@dataclass(frozen=True)
class Reading:
    """What a reader says of one paper. Readers that know nothing of tables, headings or lists leave them empty."""

    text: str
    rows: tuple[Row, ...] = ()
    headings: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()  # rows of tables that are heads
    labels: tuple[str, ...] = ()
    error: str = ""


@dataclass
class Score:
    """Counts that add up over papers."""

    counts: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Score) -> Score:
        return Score(self.counts + other.counts)

    def share(self, part: str, whole: str) -> float | None:
        return self.counts[part] / self.counts[whole] if self.counts[whole] else None


def normal(text: str) -> str:
    return " ".join(_BULLETS.sub(" ", text).split())


def score(truth: Truth, reading: Reading) -> Score:
    counts: Counter[str] = Counter()
    rest = without_floats(normal(reading.text), truth, counts)
    text, in_table = wanted(truth)
    for at, errors in enumerate(errors_at(text, rest)):
        place = "table" if in_table[at] else "text"
        counts[f"{place} errors"] += errors
    counts["text chars"] = in_table[:-1].count(False) - text.count(ANCHOR) + sum(len(normal(note)) for note in truth.floats)
    counts["table chars"] = in_table[:-1].count(True)
    counts["text errors"] += counts.pop("float errors", 0)
    counts.update(cells(truth, reading.rows))
    counts.update(found("headings", [p.text for p in truth.pieces if p.kind == "heading"], reading.headings, _neutral(truth)))
    counts.update(found("items", [p.text for p in truth.pieces if p.kind == "list_item"], reading.items, ()))
    heads = [" ".join(cell for cell in row if cell) for piece in truth.pieces for row in piece.rows[: piece.heads]]
    counts.update(found("heads", heads, reading.heads, heads))  # repeated on every page: neither right nor wrong
    counts.update(order(truth, rest))
    counts["leaked"] = sum(len(frame_lines(frame).findall(normal(reading.text))) for frame in truth.frames)
    if truth.labels:
        counts["labels"] = len(truth.labels)
        counts["labels right"] = sum(a == b for a, b in zip(truth.labels, reading.labels, strict=False))
    return Score(counts)


def _neutral(truth: Truth) -> list[str]:
    """What may be taken for a heading or not: letterheads, bold words that begin a paragraph."""
    return [p.text for p in truth.pieces if p.kind in ("display", "run_in")]


def wanted(truth: Truth) -> tuple[str, list[bool]]:
    """The text that should be read, and for each character (and the end) whether it belongs to a table."""
    text, in_table = "", []
    for piece in truth.pieces:
        part = normal(piece.text)
        if part:
            text += part + " "
            in_table += [piece.kind == "table"] * (len(part) + 1)
    return text.rstrip(), in_table


def errors_at(text: str, got: str) -> list[int]:
    """The number of errors at each character of the text, and at its end. What was inserted counts where it was.

    A footnote's mark is no character of the text: it may be missing, or anything of up to three characters.
    """
    inserted, other = [0] * (len(text) + 1), [0] * (len(text) + 1)
    for operation in Levenshtein.editops(text, got):
        (inserted if operation.tag == "insert" else other)[operation.src_pos] += 1
    for at, character in enumerate(text):
        if character == ANCHOR:
            inserted[at] = other[at] = 0
            inserted[at + 1] = max(0, inserted[at + 1] - 2)
    return [a + b for a, b in zip(inserted, other, strict=True)]


def without_floats(text: str, truth: Truth, counts: Counter[str]) -> str:
    """The reader's text after footnotes and text boxes were taken out of it, wherever they stood."""
    for note in map(normal, truth.floats):
        exact = re.search(_LABEL + re.escape(note), text)
        if exact:
            text = text[: exact.start()] + text[exact.end() :]
            continue
        near = fuzz.partial_ratio_alignment(note, text)
        if near is None or near.score < _NEAR:
            counts["float errors"] += len(note)
            continue
        start, end = _span(note, text, near.dest_start, near.dest_end)
        counts["float errors"] += Levenshtein.distance(note, text[start:end])
        text = re.sub(_LABEL + "$", "", text[:start]) + text[end:]
    return normal(text)


def _span(note: str, text: str, start: int, end: int) -> tuple[int, int]:
    """Where the note begins and ends: about there, at the places between which it looks most like itself."""
    ways = ((a, b) for a in range(max(0, start - 12), start + 13) for b in range(end - 12, min(len(text), end + 12) + 1))
    return min(ways, key=lambda way: Levenshtein.distance(note, text[way[0] : way[1]]))


def cells(truth: Truth, rows: Sequence[Row]) -> Mapping[str, int]:
    """Cells right: the same text in the same column of the row that stands for theirs, rows in their order.

    A table over several pages may come in pieces and with its head repeated.
    """
    told = [row for piece in truth.pieces for row in piece.rows]
    got = [tuple(normal(cell or "") for cell in row) for row in rows]
    best = [0] * (len(got) + 1)
    for row in told:
        line = [0]
        for at, candidate in enumerate(got):
            line.append(max(best[at + 1], line[at], best[at] + _same(row, candidate)))
        best = line
    return {"cells": sum(cell is not None for row in told for cell in row), "cells right": best[-1]}


def _same(row: Row, got: Sequence[str]) -> int:
    right = [normal(cell) for cell, other in zip(row, got, strict=False) if cell is not None and normal(cell) == other]
    return len(right) if any(right) else 0


def found(name: str, told: Iterable[str], got: Iterable[str], neutral: Iterable[str]) -> Mapping[str, int]:
    """How many were told, how many found, how many of these right."""
    left = Counter(_key(text) for text in told)
    expected, right, said = left.total(), 0, 0
    starts = [_key(text) for text in neutral]
    for key in map(_key, got):
        if left[key]:
            left[key] -= 1
            right += 1
            said += 1
        elif not any(start.startswith(key) for start in starts):
            said += 1
    return {name: expected, f"{name} right": right, f"{name} said": said}


_MARK = re.compile(r"^(?:\(?\d{1,2}[.)]|\(?[a-z]\)|[^\w\s(„\"]{1,2})\s+")


def _key(text: str) -> str:
    """A heading's or item's text without its mark, which a reader may keep or drop."""
    return _MARK.sub("", normal(text).replace(ANCHOR, "")).casefold()


def order(truth: Truth, text: str) -> Mapping[str, int]:
    """Of the neighbouring paragraphs of columns: how many follow each other in what was read."""
    pairs = [(normal(a.text), normal(b.text)) for a, b in pairwise(truth.pieces) if a.columns and b.columns]
    return {"neighbours": len(pairs), "in order": sum(_follows(a, b, text) for a, b in pairs)}


def _follows(first: str, second: str, text: str) -> bool:
    """Whether the second begins about where the first must end; a page number may stand between, hyphens may be left."""
    reach = len(first) + len(first) // 10 + 60
    starts = (match.start() for match in re.finditer(re.escape(first[:25]), text))
    return any(text.find(second[:25], start + 1, start + reach) >= 0 for start in starts)


def frame_lines(frame: str) -> re.Pattern[str]:
    """A page header or footer as it reads. A bare number is no line that can be told from others: it is not counted."""
    if not re.search(r"[^\W\d]", frame):
        return re.compile(r"(?!)")
    return re.compile(re.escape(normal(frame)).replace(r"\#", r"(?:\d+|[ivx]+)"))


def without_frames(text: str, truth: Truth) -> str:
    """The text without the lines that are page headers and footers: what a reader would be without them."""
    patterns = [re.compile(re.escape(" ".join(frame.split())).replace(r"\#", r"(?:\d+|[ivx]+)")) for frame in truth.frames]
    return "\n".join(line for line in text.splitlines() if not any(p.fullmatch(" ".join(line.split())) for p in patterns))
