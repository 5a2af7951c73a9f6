"""Writes the files of a generation. Names, and what reads them: generation.py."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer import german, lexical, numbering, passages, records, storage
from indexer.domain import Document, Passage
from indexer.duplicates import grouped
from indexer.generation import FORMAT, checksum, paper_id
from indexer.prepared import Prepared
from indexer.references import reference_key
from indexer.status import status_of
from indexer.vectors import FaissVectors, Matrix
from indexer.words import Words, read_words


def digest(documents: Sequence[Prepared], encoder: str) -> str:
    """What a generation is made from: equal digests, equal generations."""
    versions = (FORMAT, german.VERSION, passages.VERSION, encoder)
    made_from = [[one.document.id, one.digest] for one in documents]
    return hashlib.sha256(json.dumps([versions, made_from]).encode()).hexdigest()


def write(folder: Path, prepared: Sequence[Prepared], vectors: Matrix, encoder: str, before: Path | None = None) -> None:
    """Writes all files of a generation into an empty folder. ``before``: a generation whose analysis can be taken over."""
    documents = [one.document for one in prepared]
    found = [passage for one in prepared for passage in one.passages]
    _write_database(folder / "passages.sqlite", documents, found)
    numbers = _numbers(documents, found)
    storage.save_array(folder / "documents.npy", numbers)
    known = Words.open(before / "words") if before else None
    words = read_words((passages.searched_fields(passage) for passage in found), known)
    words.save(folder / "words")
    storage.save_array(folder / "groups.npy", grouped(words, numbers))
    counts = words.parts_of_compounds()
    lines = "".join(f"{word}\t{count}\n" for word, count in counts.items())
    (folder / "vocabulary.txt").write_text(lines, encoding="utf-8")
    lexical.write(words, german.Analyser(counts), folder / "lexical", (known, before / "lexical") if known and before else None)
    FaissVectors.build(vectors).save(folder)
    hashes = {path.relative_to(folder).as_posix(): storage.sha256(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    manifest = {
        "format": FORMAT,
        "encoder": encoder,
        "dimension": int(vectors.shape[1]),
        "analyser": german.VERSION,
        "cutting": passages.VERSION,
        "digest": digest(prepared, encoder),
        "documents": len(documents),
        "passages": len(found),
        "files": hashes,
    }
    manifest["checksum"] = checksum(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def _numbers(documents: Sequence[Document], found: Sequence[Passage]) -> npt.NDArray[np.int32]:
    numbers = {document.id: number for number, document in enumerate(documents)}
    return np.array([numbers[passage.document.id] for passage in found], np.int32)


def _write_database(path: Path, documents: Sequence[Document], found: Sequence[Passage]) -> None:
    database = sqlite3.connect(path)
    with database:
        schema = (files("indexer") / "schema.sql").read_text(encoding="utf-8")
        database.executescript(f"BEGIN;\n{schema}")  # one transaction with all that follows, not one a table
        numbers = {document.id: number for number, document in enumerate(documents)}
        columns = [_columns(number, document) for number, document in enumerate(documents)]
        database.executemany(f"INSERT INTO documents VALUES ({', '.join('?' * 15)})", columns)  # noqa: S608
        database.executemany("INSERT INTO reference_keys VALUES (?, ?, ?)", _reference_keys(documents))
        database.executemany("INSERT INTO mentions VALUES (?, ?)", _mentions(documents))
        database.executemany("INSERT INTO organizations VALUES (?, ?, ?, ?)", _organizations(documents))
        rows = (
            (row, numbers[p.document.id], p.start, p.end, json.dumps(p.headings, ensure_ascii=False))
            for row, p in enumerate(found)
        )
        database.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?)", rows)
    database.close()


def _columns(number: int, document: Document) -> tuple[object, ...]:
    file, paper = document.file, document.paper
    key = reference_key(paper.reference) if paper.reference else None
    return (
        *(
            number,
            document.id,
            file.source,
            file.name,
            file.fingerprint,
            document.title,
            paper.body,
            paper_id(document),
        ),
        *(
            paper.paper_type,
            key,
            str(paper.date) if paper.date else None,
            status_of(paper),
            records.dumps(document),
            document.text,
            document.boxes,
        ),
    )


def _reference_keys(documents: Sequence[Document]) -> Iterator[tuple[str, int, int]]:
    for number, document in enumerate(documents):
        for key, looseness in numbering.keys_of(document.paper.reference or ""):
            yield key, looseness, number


def _mentions(documents: Sequence[Document]) -> Iterator[tuple[str, int]]:
    for number, document in enumerate(documents):
        named = (*document.paper.related, *(told.reference for told in document.paper.resolutions))
        yield from dict.fromkeys((reference_key(raw), number) for raw in named)


def _organizations(documents: Sequence[Document]) -> Iterator[tuple[int, str, bool, str | None]]:
    """(document, name, whether it is a Gremium of the Beratungsfolge rather than the author, day of its sitting)."""
    for number, document in enumerate(documents):
        steps = document.paper.consultations
        yield from dict.fromkeys((number, s.organization, True, str(s.date) if s.date else None) for s in steps)
        consulted = {step.organization for step in steps}
        yield from ((number, name, False, None) for name in dict.fromkeys(document.paper.originators) if name not in consulted)
