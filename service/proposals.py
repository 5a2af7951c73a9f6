"""Words that only propose: of a Beschlussvorschlag, of an Antrag, or in decision voice in a paper that reports no decision.

"Der Kreistag beschließt …" is how every Beschlussvorschlag is written. It tells what somebody wants decided, not what was.
"""

from __future__ import annotations

import re
from typing import Literal

from indexer.dates import DATE
from indexer.domain import CELL_SEPARATOR, Document
from indexer.papers.lines import INLINE_LABEL, head_of, read_line
from indexer.papers.minutes import KINDS as MINUTES

Voice = Literal["proposed", "moved", "argued"]

_HEAD = 60  # blocks
_LONGEST_FIELD = 200  # characters
_SHORTEST, _LONGEST = 4, 100  # words of a proposal that are quoted; "Entfällt." is none
_LONGEST_LINE = 12  # words
_LONGEST_BLOCK = 700  # characters
MOTIONS = ("Antrag", "Änderungsantrag", "Ergänzungsantrag")
_PROPOSAL = re.compile(
    r"\W*(?:\d+\.\s*)?(?:Beschluss(?:vorschlag|empfehlung|entwurf|antrag)|Antrag(?:stext)?\b|Vorschlag der Verwaltung"
    r"|Empfehlung der Verwaltung|Vorgeschlagener Beschluss)",
    re.IGNORECASE,
)
_RESOLUTION = re.compile(r"\W*Beschluss\s?:?$")
_REASONS = re.compile(r"\W*(?:Begründung|Sachverhalt|Erläuterung)", re.IGNORECASE)
_AGENDA = re.compile(r"Beratungsfolge|Beratungsergebnis")
_COUNCIL = r"(?:[A-ZÄÖÜ][\w-]*(?:[Rr]at|tag|[Aa]usschuss|[Bb]eirat|versammlung)|Rat|Ausschuss|Magistrat|Senat)\b"
_DECISION_VOICE = re.compile(
    rf"(?:D(?:er|ie|as) {_COUNCIL}[^.]{{0,120}}?\b(?:beschließt|stimmt|beauftragt|nimmt|empfiehlt|möge|wolle|genehmigt|bewilligt"
    r"|billigt|ermächtigt|fasst|lehnt|bittet|fordert|beabsichtigt|spricht)\b"
    r"|(?:Die Verwaltung|Der (?:Ober)?[Bb]ürgermeister|Die Landrätin|Der Landrat) wird "
    r"(?:beauftragt|ermächtigt|gebeten|aufgefordert))"
)
_IN_FORCE = ("Satzung", "Haushaltsplan", "Sozialplanung", "Fachplanung", "Webseite", "Bekanntmachung", "Antwort")


def voice(document: Document, start: int, end: int) -> Voice | None:
    """Whether the words at start..end only propose; in a motion, whether they ask for something or argue for it."""
    kind = document.paper.paper_type or ""
    if kind in MINUTES or kind in _IN_FORCE:
        return None
    headings = [document.text[b.start : b.end] for b in document.blocks if b.kind == "heading" and b.start <= start]
    heading = headings[-1] if headings else ""
    if _AGENDA.match(heading) or _is_of_head(document, start, end):
        return None
    if kind in MOTIONS:
        if _is_line(document, start, end):
            return None
        return "argued" if _REASONS.match(heading) else "moved"
    if _PROPOSAL.match(heading):
        return "proposed"
    return "proposed" if _RESOLUTION.match(heading) or _DECISION_VOICE.search(document.text, start, end) else None


def _is_line(document: Document, start: int, end: int) -> bool:
    """Whether the words are a title, a name or an address, which ask for nothing: few, no sentence and no item of a list."""
    text = document.text[start:end].rstrip()
    few = len(text.split()) <= _LONGEST_LINE and text[-1:] not in ".:;!?"
    block = next((b for b in document.blocks if b.start <= start < b.end), None)
    return few and (block is None or block.kind != "list_item") and not _DECISION_VOICE.search(text)


def _is_of_head(document: Document, start: int, end: int) -> bool:
    """Whether the words are a line of a paper's head: a field, or a row of the Beratungsfolge, which says what became of it."""
    text = document.text[start:end]
    if end - start > _LONGEST_FIELD or not (DATE.search(text) or INLINE_LABEL.match(text) or CELL_SEPARATOR in text):
        return False
    lines = [read_line(document.text, block) for block in document.blocks[:_HEAD]]
    head = document.blocks[: len(head_of(lines))]
    return bool(head) and start < head[-1].end


def proposal_of(document: Document) -> tuple[int, int] | None:
    """The span of what a paper proposes: the blocks below its Beschlussvorschlag, or its first sentence in decision voice."""
    blocks = document.blocks
    for at, block in enumerate(blocks):
        text = document.text[block.start : block.end]
        if not (_PROPOSAL.match(text) or _RESOLUTION.match(text)) or len(text) > 80 or at + 1 == len(blocks):
            continue
        end = at + 1
        while end < len(blocks) and blocks[end].kind in ("paragraph", "list_item"):
            end += 1
        while end > at + 1:
            span = (blocks[at + 1].start, blocks[end - 1].end)
            if document.text[span[1] - 1] != ":" and _SHORTEST <= len(document.text[span[0] : span[1]].split()) <= _LONGEST:
                return span
            end -= 1
    return next(
        (
            (b.start, b.end)
            for b in blocks
            if b.kind in ("paragraph", "list_item")
            and b.end - b.start <= _LONGEST_BLOCK
            and _DECISION_VOICE.match(document.text, b.start, b.end)
        ),
        None,
    )
