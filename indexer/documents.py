"""One file as a document: what its text says of itself, and what of it could not be read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from indexer.domain import Document, File
from indexer.errors import BrokenFile, ReadError
from indexer.language import language_of
from indexer.papers import read_paper
from indexer.parsing.layout import LaidOut, page_list, pages_of
from indexer.parsing.sandbox import Reader


def read_document(reader: Reader, file: File) -> Document:
    """Raises a ReadError."""
    return document_of(file, reader.read(file.path, file.member))


def document_of(file: File, laid_out: LaidOut) -> Document:
    """The document of a file that was parsed. Raises a ReadError."""
    try:
        paper = read_paper(
            laid_out.text, laid_out.blocks, file_name=file.name, folder_body=file.folder_body, sidecar=file.sidecar
        )
    except ReadError:
        raise
    except Exception as error:  # an oddity of one paper must not cost the others
        raise BrokenFile(reason=f"{type(error).__name__}: {error}") from error
    identifier = hashlib.sha256(f"{file.source}/{file.name}".encode()).hexdigest()[:12]
    notes = (*_unread_pages(laid_out), *laid_out.notes)
    return Document(
        identifier, file, laid_out.text, laid_out.pages, laid_out.blocks, paper, notes, laid_out.boxes, language_of(laid_out.text)
    )


def _unread_pages(laid_out: LaidOut) -> Iterator[str]:
    """A note of the pages that hold something, and no text that could be read."""
    known = {code: pages_of(pages) for code, _, pages in (note.partition(":") for note in laid_out.notes)}
    accounted = known.get("blank_pages", set()) | known.get("pages_left_out", set())
    silent = [p.number for p in laid_out.pages if p.start == p.end and p.number not in accounted]
    if silent:
        yield f"pages_without_text:{page_list(silent)}"
