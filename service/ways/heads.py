"""The words in a paper's head that name it: its number and its title, as they are printed there."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.domain import Block, Document
from indexer.generation import Generation
from indexer.german import words
from indexer.references import find_references, reference_key
from service.drafts import Citation
from service.ways.topics import Topic

_BLOCKS = 25  # in which number and title are looked for
_ALIKE = 0.5  # share of the title's words that a line must hold to be the title
_LONGEST = 40  # words of a line
_QUOTED = 80  # words of a block that is quoted for what it holds


def head_of(generation: Generation, document: Document) -> tuple[Citation, ...]:
    """The line of the number and that of the title, in the order printed; where neither is found, the first line."""
    blocks = [b for b in document.blocks[:_BLOCKS] if len(_text(document, b).split()) <= _LONGEST]
    found = {block.start: block for block in (_numbered(document, blocks), _titled(document, blocks)) if block}
    chosen = [found[start] for start in sorted(found)] or list(document.blocks[:1])
    return tuple(_lines(generation, document, chosen))


def line_with(generation: Generation, document: Document, topic: Topic, until: int | None = None) -> Citation | None:
    """The line, in the first ``until`` characters, that holds most words of a topic; None if none holds any."""
    blocks = [b for b in document.blocks if (until is None or b.start < until) and len(_text(document, b).split()) <= _QUOTED]
    shares = [(topic.share(_text(document, block)), -block.start, block) for block in blocks]
    share, _, block = max(shares, key=lambda entry: entry[:2], default=(0.0, 0, None))
    return next(_lines(generation, document, [block])) if block and share else None


def _text(document: Document, block: Block) -> str:
    return document.text[block.start : block.end]


def _numbered(document: Document, blocks: list[Block]) -> Block | None:
    """The first line that holds the paper's number."""
    key = reference_key(document.paper.reference or "")
    for block in blocks if key else ():
        line = _text(document, block)
        if any(reference.key == key for reference in find_references(line)) or (document.paper.reference or "") in line:
            return block
    return None


def _titled(document: Document, blocks: list[Block]) -> Block | None:
    """The line that shares most words with the title."""
    wanted = set(words(document.title))
    shares = [(_share(wanted, set(words(_text(document, b)))), -b.start, b) for b in blocks]
    share, _, block = max(shares, key=lambda entry: entry[:2], default=(0.0, 0, None))
    return block if share >= _ALIKE else None


def _share(wanted: set[str], held: set[str]) -> float:
    """How much of the smaller of two sets of words is common: a title in a record may be longer than the printed one."""
    common = len(wanted & held)
    return common / min(len(wanted), len(held)) if common > 1 or wanted == held else 0.0


def _lines(generation: Generation, document: Document, blocks: list[Block]) -> Iterator[Citation]:
    passages = generation.passages_of(document)
    for block in blocks:
        passage = next((p for p in passages if p.start <= block.start < p.end), passages[0])
        yield Citation(0, passage, block.start, block.end)
