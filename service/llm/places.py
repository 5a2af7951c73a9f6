"""The places of a passage that a sentence can rest on: sentences, list items, lists, table rows; each with what speaks for it.

A sentence that begins with "Dort" or "Er" says nothing alone: it is one place together with the sentence before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.domain import CELL_SEPARATOR, Block, Passage
from indexer.sentences import sentence_spans
from service.bodynames import short_name
from service.drafts import Citation

_REFERS = re.compile(
    r"(?:er|sie|es(?! gibt| gab)|ihm|ihr(?:e[nrms]?)?|ihnen|sein(?:e[nrms]?)?|dies(?:e[nrms]?)?"
    r"|jene[nrms]?|das (?=ist|war|sind|wird|hat)|dort|da(?:von|mit"
    r"|für|zu|rin|rauf|ran|nach|bei|gegen|durch|rüber|runter)|hier(?:für|zu|von|mit|bei)|beide[nr]?"
    r"|letztere[nr]?|erstere[nr]?|dessen|deren"
    r"|(?:\w+ ){1,3}(?:davon|dafür|darin|dazu|damit|daran|darauf|hierfür|hiervon|dort)|zudem|außerdem|ferner|deshalb|daher"
    r"|it|they|he|she|this|these|that|those|there(?! (?:is|are|was|were))|both|its|their|his|her)\b",
    re.IGNORECASE,
)
_THING = re.compile(r"(?:Der|Die|Das|Den|Dem|Des) ([A-ZÄÖÜ][\w-]{3,})")
_LONGEST_LIST = 160  # words of a list that is one place


@dataclass(frozen=True)
class Place:
    """``passage.document.text[start:end]``. ``heading`` stands over it and may be told with it; ``context`` names its paper."""

    passage: Passage
    start: int
    end: int
    heading: str
    context: str
    columns: tuple[str, ...] = ()  # of a table row

    @property
    def text(self) -> str:
        return self.passage.document.text[self.start : self.end]

    @property
    def cells(self) -> list[str]:
        return self.text.split(CELL_SEPARATOR.rstrip()) if self.columns else []

    @property
    def citation(self) -> Citation:
        return Citation(0, self.passage, self.start, self.end)


def refers_back(sentence: str) -> bool:
    """Whether a sentence's first word means something of the sentence before."""
    return bool(_REFERS.match(sentence.lstrip("„“\"'( ")))


def places_of(passage: Passage) -> Iterator[Place]:
    """In reading order. A question stands over what follows it, as in the answer to an Anfrage."""
    document = passage.document
    context = _context(passage)
    heading = "\n".join(passage.headings[-2:])
    columns: tuple[str, ...] = ()
    blocks = [b for b in document.blocks if b.start < passage.end and b.end > passage.start]
    for number, block in enumerate(blocks):
        text = document.text[block.start : block.end]
        if block.kind == "heading":
            heading, columns = text, ()
        elif block.kind == "table_head":
            columns = tuple(cell.strip() for cell in text.split(CELL_SEPARATOR.strip()))
        elif block.kind == "table_row":
            yield Place(passage, block.start, block.end, heading, context, columns)
        elif block.kind == "list_item":
            yield from _sentences(passage, block, "\n".join((heading, _introduction(passage, blocks, number))), context)
            if number and blocks[number - 1].kind != "list_item":
                yield from _list(passage, blocks, number, heading, context)
        else:
            columns = ()
            yield from _sentences(passage, block, heading, context)
            *_, (start, end) = sentence_spans(document.text, block.start, block.end)
            heading = document.text[start:end] if document.text[end - 1] == "?" else heading


def _sentences(passage: Passage, block: Block, heading: str, context: str) -> Iterator[Place]:
    text = passage.document.text
    before: int | None = None
    for start, end in sentence_spans(text, max(block.start, passage.start), min(block.end, passage.end)):
        if text[end - 1] == "?":
            heading, before = text[start:end], None
            continue
        linked = before is not None and refers_back(text[start:end])
        if not linked:
            yield Place(passage, start, end, heading, context)
        if before is not None and (linked or _takes_up(text[before:start], text[start:end])):
            yield Place(passage, before, end, heading, context)
        before = start


def _takes_up(before: str, sentence: str) -> bool:
    """Whether a sentence begins with a thing of the one before: "... den Änderungsantrag ... Der Änderungsantrag wird ..."."""
    thing = _THING.match(sentence)
    return thing is not None and re.search(rf"(?<!\w){re.escape(thing[1][:-1])}", before) is not None


def _introduction(passage: Passage, blocks: list[Block], number: int) -> str:
    """The paragraph that introduces the list of the item ``number``."""
    first = next((b for b in reversed(blocks[:number]) if b.kind != "list_item"), None)
    return passage.document.text[first.start : first.end] if first is not None and first.kind == "paragraph" else ""


def _list(passage: Passage, blocks: list[Block], number: int, heading: str, context: str) -> Iterator[Place]:
    """The whole list from its first item on, with the sentence that introduces it."""
    text = passage.document.text
    start = blocks[number].start
    if blocks[number - 1].kind == "paragraph":
        *_, (start, _) = sentence_spans(text, max(blocks[number - 1].start, passage.start), blocks[number - 1].end)
    last = number
    while last + 1 < len(blocks) and blocks[last + 1].kind == "list_item":
        last += 1
    end = min(blocks[last].end, passage.end)
    if last > number and len(text[start:end].split()) <= _LONGEST_LIST:
        yield Place(passage, start, end, heading, context)


def _context(passage: Passage) -> str:
    """What a sentence may call its source by: title, kind, number, body, authors, headings."""
    paper = passage.document.paper
    named = (passage.document.title, paper.paper_type, paper.reference, paper.body, *paper.originators, *passage.headings)
    short = short_name(paper.body) if paper.body else ""
    day = f"{paper.date:%d.%m.%Y}" if paper.date else ""
    return "\n".join(filter(None, (*named, short, f"{short}er" if short else "", day)))
