"""Words that only propose: of a Beschlussvorschlag, of an Antrag, or in decision voice in a paper that reports no decision.

"Der Kreistag beschließt …" is how every Beschlussvorschlag is written. It tells what somebody wants decided, not what was.
"""

from __future__ import annotations

import re
from typing import Literal

from indexer.domain import Document
from indexer.papers.minutes import KINDS as MINUTES

Voice = Literal["proposed", "moved"]

_MOTIONS = ("Antrag", "Änderungsantrag", "Ergänzungsantrag")
_PROPOSAL = re.compile(
    r"\W*(?:\d+\.\s*)?(?:Beschluss(?:vorschlag|empfehlung|entwurf|antrag)|Antrag(?:stext)?\b|Vorschlag der Verwaltung"
    r"|Empfehlung der Verwaltung|Der Antrag)",
    re.IGNORECASE,
)
_RESOLUTION = re.compile(r"\W*Beschluss\s?:?$")
_AGENDA = re.compile(r"Beratungsfolge|Beratungsergebnis")
_COUNCIL = r"(?:[A-ZÄÖÜ][\w-]*(?:[Rr]at|tag|[Aa]usschuss|[Bb]eirat|versammlung)|Rat|Ausschuss|Magistrat|Senat)\b"
_DECISION_VOICE = re.compile(
    rf"(?:D(?:er|ie|as) {_COUNCIL}[^.]{{0,120}}?\b(?:beschließt|stimmt|beauftragt|nimmt|empfiehlt|möge|wolle|genehmigt|bewilligt"
    r"|billigt|ermächtigt|fasst|lehnt|bittet|fordert|beabsichtigt|spricht)\b"
    r"|(?:Die Verwaltung|Der (?:Ober)?[Bb]ürgermeister|Die Landrätin|Der Landrat) wird (?:beauftragt|ermächtigt|gebeten|aufgefordert))"
)
_STANDS_IN_FORCE = ("Satzung", "Haushaltsplan", "Sozialplanung", "Fachplanung", "Webseite", "Bekanntmachung", "Antwort")


def voice(document: Document, start: int, end: int) -> Voice | None:
    """Whether the words at start..end only propose, or, in a motion, only ask for."""
    kind = document.paper.paper_type or ""
    headings = [document.text[b.start : b.end] for b in document.blocks if b.kind == "heading" and b.start <= start]
    heading = headings[-1] if headings else ""
    if kind in MINUTES or _AGENDA.match(heading):  # which tell what became of it
        return None
    if kind in _MOTIONS:
        return "moved"
    if _PROPOSAL.match(heading):
        return "proposed"
    if kind in _STANDS_IN_FORCE:
        return None
    return "proposed" if _RESOLUTION.match(heading) or _DECISION_VOICE.search(document.text, start, end) else None


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
            if len(document.text[span[0] : span[1]].split()) <= _LONGEST:
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


_LONGEST = 100  # words of a proposal that are quoted
_LONGEST_BLOCK = 700
