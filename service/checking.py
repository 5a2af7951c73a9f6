"""Nothing is shown as quoted that does not stand in the stored text, character by character, where the citation says."""

from __future__ import annotations

from typing import Protocol

from indexer.domain import Passage
from indexer.generation import Generation


class Quotation(Protocol):
    @property
    def passage(self) -> Passage: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def quote(self) -> str: ...


def quoted_rightly(generation: Generation, citation: Quotation) -> bool:
    """Whether the document's text, read anew from the index, holds the quote at its offsets."""
    found = generation.database.one(
        "SELECT substr(text, ?, ?) FROM documents WHERE id = ?",
        [citation.start + 1, citation.end - citation.start, citation.passage.document.id],
    )
    return found is not None and bool(citation.quote) and found[0] == citation.quote
