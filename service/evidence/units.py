"""A passage taken apart into what can be quoted: sentences, lists with their introduction, tables, rows, short lines.

A unit is never cut. What stands above it (a heading, column heads, the question it answers) is its heading: it speaks for the
unit without being part of the quotation, unless the unit is so short that it says nothing without it ("Einstimmig.").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from indexer.domain import Block, Document, Hit
from indexer.sentences import sentence_spans

UnitKind = Literal["sentence", "list", "item", "table", "row", "lines", "line", "heading"]

_LONGEST_LIST = 120  # words; of a longer list the beginning is quoted
_LONGEST_RUN = 40  # words of short lines that nothing announces: a signature, an address
_LONGEST_LINE = 12  # words of a line without full stop: a name, a place, a result, a key and its value
_SPOKEN = 160  # characters of a heading that speak for a unit
_TELLING = re.compile(r"[^\W\d_]{3}|\d{2}")  # not a page number, a tick or a rule
_PLACE_AND_DATE = re.compile(r"^[\w ()./-]{3,40}, (?:den |im |am )?\d{1,2}\.\s?(?:\d{1,2}\.|\w+ )\s?\d{4}$")
_SALUTATION = re.compile(r"^(?:sehr geehrte|liebe)\b.*,$", re.IGNORECASE)
_LONGEST_SALUTATION = 120  # characters


@dataclass(frozen=True)
class Unit:
    """A quotable piece of a passage: ``hit.passage.document.text[start:end]``."""

    hit: Hit
    kind: UnitKind
    start: int
    end: int
    heading: str
    continues: bool = False  # a list of which only the beginning is quoted
    before: str = ""  # the sentence before, in the same block

    @cached_property
    def text(self) -> str:
        return self.hit.passage.document.text[self.start : self.end]

    @property
    def spoken(self) -> str:
        """The unit with what stands above it: what it is compared by in meaning."""
        return f"{self.heading.rstrip(':')[:_SPOKEN]}: {self.text}" if self.heading else self.text


def units_of(hit: Hit) -> list[Unit]:
    """The units of a passage in reading order; those that reach beyond it belong to another passage."""
    return [u for u in _Reading(hit).units() if hit.passage.start <= u.start and u.end <= hit.passage.end]


class _Reading:
    """One passage while it is taken apart."""

    def __init__(self, hit: Hit) -> None:
        self.hit = hit
        self.document: Document = hit.passage.document
        self.blocks = [b for b in self.document.blocks if b.start < hit.passage.end and b.end > hit.passage.start]
        self.heading = hit.passage.headings[-1] if hit.passage.headings else ""

    def units(self) -> Iterator[Unit]:
        i = 0
        while i < len(self.blocks):
            run = self._run(i)
            if run[0].kind in ("table_head", "table_row"):
                yield from self._table(run)
            elif len(run) > 1 or run[0].kind == "list_item":
                yield from self._list(run)
            elif self._is_line(run[0]):
                yield from self._line(run[0], "line", self.heading)
            elif run[0].kind == "heading":
                self.heading = self._text(run[0])
                yield from self._line(run[0], "heading", "")
            else:
                yield from self._paragraph(run[0])
            i += len(run)

    def _run(self, i: int) -> Sequence[Block]:
        """What belongs together from block i on: a table, a list or short lines with what introduces them, or one block."""
        if self.blocks[i].kind in ("table_head", "table_row"):
            j = i + 1
            while j < len(self.blocks) and self.blocks[j].kind == "table_row":
                j += 1
            return self.blocks[i:j]
        members = self._members(i) if self._is_member(i) else []
        if not members and (following := self._members(i + 1)) and self._introduces(i, following):
            return self.blocks[i : i + 1 + len(following)]
        return members or self.blocks[i : i + 1]

    def _members(self, i: int) -> Sequence[Block]:
        """The list items, or else the short lines, from i on."""
        j = i
        if j < len(self.blocks) and self.blocks[j].kind == "list_item":
            while j < len(self.blocks) and self.blocks[j].kind == "list_item":
                j += 1
        else:
            while j < len(self.blocks) and self._is_short(j):
                j += 1
        return self.blocks[i:j]

    def _is_member(self, i: int) -> bool:
        return self.blocks[i].kind == "list_item" or self._is_short(i)

    def _is_short(self, i: int) -> bool:
        """A paragraph that is a line rather than a sentence; headings are, where three follow one another."""
        if self.blocks[i].kind == "heading":
            return len([b for b in self.blocks[max(0, i - 2) : i + 3] if b.kind == "heading"]) > 2
        return self._is_line(self.blocks[i])

    def _introduces(self, i: int, members: Sequence[Block]) -> bool:
        if self.blocks[i].kind == "heading":
            return members[0].kind == "paragraph"  # a list under a heading is quoted without it
        return members[0].kind == "list_item" or self._text(self.blocks[i]).endswith(":")

    def _table(self, run: Sequence[Block]) -> Iterator[Unit]:
        columns = self._text(run[0]) if run[0].kind == "table_head" else ""
        rows = [b for b in run if b.kind == "table_row"]
        whole = self._fitting(run, run[0].start)
        if len(rows) > 1 and len(whole) > 1:
            goes_on = len(whole) < len(run) or self._followed_by(run[-1], "table_row")
            yield self._unit("table", run[0].start, whole[-1].end, self.heading, goes_on)
        for row in rows:
            yield self._unit("row", row.start, row.end, columns or self.heading)

    def _list(self, run: Sequence[Block]) -> Iterator[Unit]:
        start, heading, introduction = run[0].start, self.heading, self.heading
        members = run
        if not self._is_line(run[0]) and run[0].kind != "list_item":
            members = run[1:]
            if run[0].kind == "heading":
                self.heading = introduction = self._text(run[0])
                heading = ""
            else:  # only its last sentence introduces the list
                *before, (start, _) = sentence_spans(self.document.text, run[0].start, run[0].end)
                yield from self._sentences(before)
                introduction = self.document.text[start : run[0].end]
        if sum(self._text(b)[-1] == "?" for b in members) > len(members) / 2:  # the questions of an Anfrage
            if run[0].kind == "paragraph":
                yield self._unit("sentence", start, run[0].end, heading)  # "Wir bitten bis zum 30. Mai um Antwort:"
            return
        fitting = self._fitting(members, start)
        if fitting and (len(members) > 1 or members is not run):
            goes_on = len(fitting) < len(members) or self._followed_by(members[-1], "list_item")
            if members[0].kind == "list_item":
                yield self._unit("list", start, fitting[-1].end, heading, goes_on)
            elif members is not run or len(self.document.text[start : run[-1].end].split()) <= _LONGEST_RUN:
                yield self._unit("lines", start, fitting[-1].end, heading)
        for member in members:
            if member.kind == "list_item" and self._text(member)[-1] != "?":
                yield self._unit("item", member.start, member.end, introduction)
            elif member.kind != "list_item":
                yield from self._line(member, "line", introduction)

    def _is_line(self, block: Block) -> bool:
        text = self._text(block)
        return block.kind == "paragraph" and text[-1] not in ".!?…:;," and len(text.split()) <= _LONGEST_LINE

    def _line(self, block: Block, kind: UnitKind, heading: str) -> Iterator[Unit]:
        text = self._text(block)
        bare = text.endswith(":") or _PLACE_AND_DATE.match(text) or (kind == "heading" and len(text.split()) == 1)
        if _TELLING.search(text) and not bare:
            yield self._unit(kind, block.start, block.end, heading)

    def _paragraph(self, block: Block) -> Iterator[Unit]:
        """Its sentences; a question among them stands over what follows it, as in the answer to an Anfrage."""
        within = (
            max(block.start, self.hit.passage.start),
            min(block.end, self.hit.passage.end),
        )  # a long block is cut into several
        spans = list(sentence_spans(self.document.text, *within))
        yield from self._sentences(spans)

    def _sentences(self, spans: Sequence[tuple[int, int]]) -> Iterator[Unit]:
        before = ""
        for start, end in spans:
            text = self.document.text[start:end]
            if text.endswith("?"):
                self.heading = text
            elif _TELLING.search(text) and self._is_whole(start, text):
                yield self._unit("sentence", start, end, self.heading, before=before)
            before = text

    def _is_whole(self, start: int, text: str) -> bool:
        """Not an announcement nor the rest of a sentence; what follows a salutation begins with a small letter."""
        if text[-1] in ":,":
            return False
        return not text[:1].islower() or bool(_SALUTATION.match(self._line_before(start)))

    def _line_before(self, start: int) -> str:
        above = self.document.text[max(0, start - _LONGEST_SALUTATION) : start].rstrip()
        return above.rsplit("\n", 1)[-1]

    def _fitting(self, run: Sequence[Block], start: int) -> Sequence[Block]:
        """Those that, from start on, are not too long together."""
        return [b for b in run if len(self.document.text[start : b.end].split()) <= _LONGEST_LIST]

    def _followed_by(self, block: Block, kind: str) -> bool:
        return any(b.kind == kind for b in self.document.blocks if block.end <= b.start <= block.end + 2)

    def _unit(self, kind: UnitKind, start: int, end: int, heading: str, continues: bool = False, before: str = "") -> Unit:
        return Unit(self.hit, kind, start, end, heading, continues, before)

    def _text(self, block: Block) -> str:
        return self.document.text[block.start : block.end]
