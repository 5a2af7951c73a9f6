"""The glossary: one frozen type per station of the data path. Imports nothing of ours; read this first.

    File -> Document (Pages, Blocks, Paper) -> Passage -> Hit -> Citation (service/drafts.py)

Names follow OParl 1.1 (https://oparl.org/spezifikation/): Body = Körperschaft, Organization = Gremium, Paper = Vorlage,
Consultation = one step of the Beratungsfolge. Every position is a character offset into ``Document.text``; a text is
never copied along the path, so a quotation can be checked against its document character by character.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

BlockKind = Literal["heading", "paragraph", "list_item", "table_head", "table_row"]

SURE = 0.85  # confidence of text recognition below which a figure is doubtful
CELL_SEPARATOR = " | "  # between the cells of a table row in the stored text


@dataclass(frozen=True)
class File:
    """One published file as found in a source. ``name`` is its path inside the source, with forward slashes.

    A file inside another (a ZIP archive, an e-mail) is called "archiv.zip!/Anlage 1.pdf": ``path`` and ``fingerprint`` are
    those of the outer file, ``member`` is the way to it inside, all else is its own.
    """

    source: str
    name: str
    path: Path
    media_type: str
    sha256: str  # of the file's bytes
    fingerprint: str  # of the file's bytes and its sidecar: what must stay for the file to count as unchanged
    size: int  # bytes
    access: str  # the collection its source declares, e.g. "public"
    folder_body: str | None = None  # body named by a folder on the way to the file
    sidecar: Mapping[str, object] = field(default_factory=dict)  # OParl property names; overrules what the text says
    member: tuple[str, ...] = ()  # see parsing/archives.py


@dataclass(frozen=True)
class Page:
    """One page of a document: number from 1, the label printed on it, and its span in the stored text."""

    number: int
    label: str
    start: int
    end: int


@dataclass(frozen=True)
class Block:
    """A heading, paragraph, list item or table row. ``level`` is 1.. for headings and nesting of list items, else 0.

    A table row's text is its cells joined by ``CELL_SEPARATOR``. ``gap`` marks a block that announces a list or
    figure of which nothing readable follows (often a picture). ``confidence``, 0 to 1, is that of text recognition (OCR),
    of the least certain figure in the block or, without figures, of all its words; None: the text is the file's own.
    """

    kind: BlockKind
    level: int
    page: int
    start: int
    end: int
    gap: bool = False
    confidence: float | None = None


@dataclass(frozen=True)
class Consultation:
    """One step of a Beratungsfolge. ``public`` None: not stated. ``result`` None: not stated, which is no consent."""

    organization: str
    date: date | None = None
    public: bool | None = None
    role: str | None = None  # Vorberatung, Entscheidung, Anhörung, Kenntnisnahme
    result: str | None = None
    agenda_item: str | None = None


@dataclass(frozen=True)
class Resolution:
    """What minutes say became of a paper they name."""

    reference: str
    step: Consultation


@dataclass(frozen=True)
class Paper:
    """What the head of a Vorlage says. A field that the paper does not state is None or empty; nothing is guessed."""

    name: str | None = None  # Betreff
    reference: str | None = None  # Drucksachen-Nr. as printed
    paper_type: str | None = None
    date: date | None = None
    body: str | None = None
    public: bool | None = None  # None: no mark; False: nichtöffentlich or marked contradictorily
    originators: tuple[str, ...] = ()  # Dezernat, Amt, Fraktion
    agenda_item: str | None = None
    consultations: tuple[Consultation, ...] = ()
    signatories: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    related: tuple[str, ...] = ()  # numbers of other papers it names
    resolutions: tuple[Resolution, ...] = ()  # of minutes: the results of the papers on the agenda


@dataclass(frozen=True)
class Document:
    """A file that was read: its stored text and what is known about it. ``id`` is stable while name and source are."""

    id: str
    file: File
    text: str
    pages: tuple[Page, ...]
    blocks: tuple[Block, ...]
    paper: Paper
    notes: tuple[str, ...] = ()  # codes of what could not be read, e.g. "pages_without_text:3,4"; see parsing/layout.py
    boxes: bytes = field(default=b"", repr=False)  # where the words stand on their pages; see boxes.py
    language: str | None = None  # ISO 639-1

    @property
    def title(self) -> str:
        """The Betreff, or the first line, or the file name: never empty."""
        first = next((self.text[b.start : b.end] for b in self.blocks), "")
        return self.paper.name or first[:160] or self.file.name.rsplit("/", 1)[-1]

    def recognition(self, start: int, end: int) -> float | None:
        """The confidence of text recognition (OCR) for the characters start..end; None: they are the file's own text."""
        found = [b.confidence for b in self.blocks if b.confidence is not None and b.start < end and b.end > start]
        return min(found, default=None)

    def page_at(self, offset: int) -> Page:
        """The page that holds the character at ``offset``."""
        return next((p for p in reversed(self.pages) if p.start <= offset), self.pages[0])


@dataclass(frozen=True)
class Passage:
    """A stretch of a document that is searched as one: whole blocks, 120-200 words, with its heading path."""

    document: Document
    start: int
    end: int
    headings: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.document.id}-{self.start}-{self.end}"

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]


@dataclass(frozen=True)
class Hit:
    """A passage found, with its scores. ``score`` is the fused one; ``cosine`` in [-1, 1]; ``lexical`` in [0, 1]."""

    passage: Passage
    row: int
    rank: int  # from 1
    score: float
    cosine: float
    lexical: float
    named: bool = False  # the query names its paper by number
    alike: tuple[int, ...] = ()  # rows of near-duplicates, which stand behind it
