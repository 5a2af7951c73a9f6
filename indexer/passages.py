"""A document's passages: what is searched, quoted from and shown as one hit.

By structure, not by count alone: a heading opens a passage once the one before has some length, a list stays with the
sentence that introduces it, a table with its head. About 120-200 words; a longer block is cut at sentences, items or rows,
and the later parts carry the introduction or the column heads in their heading path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.domain import Block, Document, Passage
from indexer.sentences import sentence_spans

VERSION = 1  # of the cutting: documents cut otherwise are cut anew

_ENOUGH = 60  # words after which a heading starts a new passage
_TARGET = 140  # words after which the next block does
_MOST = 200  # words
_MOST_TOKENS = 400  # of the encoder's 512; the rest is for the context
_LONGEST_HEADING = 120  # characters of a heading, or of an introduction that serves as one, in a context
_TITLE_WEIGHT, _HEADING_WEIGHT = 2, 1
_LONGEST_TITLE = 400  # characters; what is longer is no heading, whatever its style
_PIECE = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")


@dataclass(frozen=True)
class _Piece:
    """What is not to be cut: a sentence group, a list with its introduction, some rows of a table."""

    start: int
    end: int
    headings: tuple[str, ...]
    opens: bool = False  # a heading

    def cost(self, text: str) -> tuple[int, int]:
        piece = text[self.start : self.end]
        return len(piece.split()), estimated_tokens(piece)


def estimated_tokens(text: str) -> int:
    """About how many tokens the encoder sees, rather too many than too few: letters by four, digits by two, signs one by one.

    Capitals and letters beyond Latin count one each: abbreviations and other scripts are cut finely.

    >>> estimated_tokens("Handlungsfelder 2022 ...")
    9
    """
    total = 0
    for piece in _PIECE.findall(text):
        if not piece[0].isalpha():
            total += -(-len(piece) // 2) if piece[0].isdigit() else 1
        elif piece.isupper() or max(piece) > "\u024f":
            total += len(piece)
        else:
            total += -(-len(piece) // 4)
    return total


def passages_of(document: Document) -> list[Passage]:
    """The passages in reading order; together they cover every block."""
    found: list[Passage] = []
    current: list[_Piece] = []
    words = tokens = 0

    def close() -> None:
        nonlocal words, tokens
        if current:
            found.append(Passage(document, current[0].start, current[-1].end, current[0].headings))
        current.clear()
        words = tokens = 0

    for piece in _pieces(document):
        more_words, more_tokens = piece.cost(document.text)
        limit = _ENOUGH if piece.opens else _TARGET
        if current and (words >= limit or words + more_words > _MOST or tokens + more_tokens > _MOST_TOKENS):
            held = current.pop() if current[-1].opens and len(current) > 1 else None  # a heading goes with what follows
            close()
            if held is not None:
                current.append(held)
                words, tokens = held.cost(document.text)
        current.append(piece)
        words, tokens = words + more_words, tokens + more_tokens
    close()
    return found


def searched_fields(passage: Passage) -> list[tuple[int, str]]:
    """What a passage is searched by: whose paper, which, when, its title, the headings above, its own words.

    Each with the weight of a word in it for the lexical index. The first four are the context: in front of the passage for
    both indexes, and never part of a quotation.
    """
    paper = passage.document.paper
    date = f"{paper.date:%d.%m.%Y}" if paper.date else None
    kind = " ".join(part for part in (paper.paper_type, paper.reference) if part)
    head = " · ".join(part for part in (paper.body, kind, date) if part)
    headings = " > ".join(heading[:_LONGEST_HEADING] for heading in passage.headings[-3:])
    fields = [(1, head), (_TITLE_WEIGHT, passage.document.title[:160]), (_HEADING_WEIGHT, headings), (1, passage.text)]
    return [(weight, text) for weight, text in fields if text]


def searched_text(passage: Passage) -> str:
    """Context and passage: what the encoder is given."""
    *context, (_, text) = searched_fields(passage)
    return f"{' · '.join(part for _, part in context)}\n{text}"


def _pieces(document: Document) -> Iterator[_Piece]:
    path: list[tuple[int, str]] = []
    blocks = document.blocks
    i = 0
    while i < len(blocks):
        block = blocks[i]
        headings = tuple(title for _, title in path)
        if block.kind == "heading" and block.end - block.start <= _LONGEST_TITLE:
            yield _Piece(block.start, block.end, tuple(t for level, t in path if level < block.level), opens=True)
            path = [(level, title) for level, title in path if level < block.level]
            path.append((block.level, document.text[block.start : block.end]))
            i += 1
            continue
        group = _group(blocks, i)
        yield from _cut(document, group, headings)
        i += len(group)


def _group(blocks: Sequence[Block], i: int) -> Sequence[Block]:
    """The blocks from i on that belong together: a list with its introduction, a table, or one paragraph."""
    j = i + 1
    follower = blocks[j].kind if j < len(blocks) else None
    if blocks[i].kind in ("list_item",) or (blocks[i].kind == "paragraph" and follower == "list_item"):
        while j < len(blocks) and blocks[j].kind == "list_item":
            j += 1
    elif blocks[i].kind in ("table_head", "table_row"):
        while j < len(blocks) and blocks[j].kind == "table_row":
            j += 1
    return blocks[i:j]


def _cut(document: Document, group: Sequence[Block], headings: tuple[str, ...]) -> Iterator[_Piece]:
    """One piece if the group is short enough, else runs of sentences, items or rows that are."""
    text = document.text
    whole = _Piece(group[0].start, group[-1].end, headings)
    if _fits(whole, text):
        yield whole
        return
    spans = [span for block in group for span in _spans(block, text)]
    lead = text[group[0].start : group[0].end][:_LONGEST_HEADING]
    introduced = len(group) > 1 and group[0].kind in ("paragraph", "table_head")
    start, end = spans[0]
    path = headings
    for next_start, next_end in spans[1:]:
        if not _fits(_Piece(start, next_end, path), text):
            yield _Piece(start, end, path)
            start = next_start
            path = (*headings, lead) if introduced else headings
        end = next_end
    yield _Piece(start, end, path)


def _fits(piece: _Piece, text: str) -> bool:
    words, tokens = piece.cost(text)
    return words <= _MOST and tokens <= _MOST_TOKENS


def _spans(block: Block, text: str) -> Iterator[tuple[int, int]]:
    """The block, or where it alone is too long its sentences, or where one of them is too long stretches of words."""
    if _fits(_Piece(block.start, block.end, ()), text):
        yield block.start, block.end
        return
    for start, end in sentence_spans(text, block.start, block.end):
        if _fits(_Piece(start, end, ()), text):
            yield start, end
        else:
            yield from _stretches(text, start, end)


def _stretches(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    first = None
    words = tokens = last = 0
    for match in re.finditer(r"\S{1,400}", text[start:end]):
        cost = estimated_tokens(match.group())
        if first is not None and (words >= _MOST or tokens + cost > _MOST_TOKENS):
            yield start + first, start + last
            first, words, tokens = None, 0, 0
        first = match.start() if first is None else first
        words, tokens, last = words + 1, tokens + cost, match.end()
    if first is not None:
        yield start + first, start + last
