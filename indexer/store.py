"""One collection on disk: immutable generations, and CURRENT, which names the live one.

    index/public/CURRENT                     "000042"
    index/public/generations/000042/         manifest.json, passages.sqlite, vectors.faiss, vocabulary.txt, lexical/

A generation is written beside the live one, synced, then named by one atomic rename. A reader checks every file's hash
against the manifest before it opens one, and falls back to the generation before if the live one is damaged.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import sqlite3
import weakref
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from indexer import german, lexical, passages, records, storage
from indexer.domain import Document, Passage
from indexer.errors import EncoderMismatch, IndexDamaged, IndexMissing, IndexTooNew, SettingsError
from indexer.german import Analyser
from indexer.lexical import Bm25Index
from indexer.references import reference_key
from indexer.status import status_of
from indexer.vectors import FaissVectors, Matrix, Rows

FORMAT = 1
PUBLIC = "public"
INTERNAL = "internal"
COLLECTION_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")


class Generation:
    """A published generation, read only."""

    def __init__(self, folder: Path) -> None:
        """Raises IndexDamaged or IndexTooNew."""
        self.folder = folder
        self.manifest = _checked_manifest(folder)
        self.number = folder.name
        self.id = f"{folder.parents[1].name}/{folder.name}"
        self.published = datetime.fromtimestamp((folder / "manifest.json").stat().st_mtime, UTC).isoformat(timespec="seconds")
        self.database = _open_database(folder / "passages.sqlite")
        weakref.finalize(self, self.database.close)
        self.passages = int(self.manifest["passages"])
        self.vectors = FaissVectors.open(folder / "vectors.faiss")
        self.lexical = Bm25Index(folder / "lexical", self.passages)
        self.analyser = Analyser(_read_vocabulary(folder / "vocabulary.txt"))
        # A function of the database, not of self: a cached method would keep a replaced generation alive.
        self.document = lru_cache(maxsize=512)(partial(_document, self.database))

    def find(self, identifier: str) -> Document | None:
        """The document with this id."""
        found = self.database.execute("SELECT number FROM documents WHERE id = ?", (identifier,)).fetchone()
        return self.document(found[0]) if found else None

    def documents(self, where: str = "1", values: Sequence[object] = ()) -> list[Document]:
        """Documents by a condition on the table's columns, in the order of sources and names."""
        found = self.database.execute(f"SELECT number FROM documents WHERE {where} ORDER BY number", tuple(values))  # noqa: S608
        return [self.document(number) for (number,) in found.fetchall()]

    def passage(self, row: int) -> Passage:
        """The passage of a row of the vector or lexical index: the one place where the two meet."""
        found = self.database.execute('SELECT document, start, "end", headings FROM passages WHERE row = ?', (row,)).fetchone()
        return Passage(self.document(found[0]), found[1], found[2], tuple(json.loads(found[3])))

    def passages_of(self, document: Document) -> list[Passage]:
        found = self.database.execute(
            "SELECT row FROM passages JOIN documents ON number = document WHERE id = ? ORDER BY row", (document.id,)
        )
        return [self.passage(row) for (row,) in found.fetchall()]

    def rows(self, where: str, values: Sequence[object]) -> Rows:
        """Sorted rows of the passages of the documents that meet a condition on the table's columns."""
        query = f"SELECT row FROM passages WHERE document IN (SELECT number FROM documents WHERE {where}) ORDER BY row"  # noqa: S608
        return np.fromiter((row for (row,) in self.database.execute(query, tuple(values))), np.int64)


class Collection:
    """The generations of one access class below the index folder."""

    def __init__(self, root: Path, name: str) -> None:
        """Raises SettingsError on a name that is no plain folder name."""
        if not COLLECTION_NAME.fullmatch(name):
            raise SettingsError(
                name=f"--access {name}",
                problem_de="kein Name einer Sammlung",
                problem_en="no name of a collection",
                remedy_de="Erlaubt sind Kleinbuchstaben, Ziffern und Bindestrich.",
                remedy_en="Lower case letters, digits and hyphen are allowed.",
            )
        self.root = root
        self.folder = root / name
        self.name = name

    def current(self) -> str | None:
        """The number of the live generation."""
        try:
            return (self.folder / "CURRENT").read_text(encoding="utf-8").strip() or None
        except (FileNotFoundError, NotADirectoryError):
            return None

    def open(self, encoder: str | None = None) -> Generation:
        """The live generation, or the one before if that is damaged.

        ``encoder``: the name that the searches will use. Raises IndexMissing, IndexDamaged, IndexTooNew, EncoderMismatch.
        """
        current = self.current()
        if current is None:
            raise IndexMissing(index=self.root)
        older = sorted((n for n in self._numbers() if n < current), reverse=True)
        damage: IndexDamaged | None = None
        for number in (current, *older):
            try:
                generation = Generation(self.folder / "generations" / number)
            except IndexDamaged as error:
                damage = damage or error
                continue
            if encoder is not None and generation.manifest["encoder"] != encoder:
                raise EncoderMismatch(index=self.root, built_with=generation.manifest["encoder"], asked_for=encoder)
            return generation
        raise damage or IndexMissing(index=self.root)

    def publish(self, documents: Sequence[Document], found: Sequence[Passage], vectors: Matrix, encoder: str) -> str:
        """Writes the next generation and makes it live. Returns its number.

        Row i of ``vectors`` belongs to ``found[i]``; both in the order of ``documents``.
        """
        generations = self.folder / "generations"
        generations.mkdir(parents=True, exist_ok=True)
        self.tidy()
        number = f"{max((int(n) for n in self._numbers()), default=0) + 1:06d}"
        draft = generations / f".{number}"
        draft.mkdir()
        _write(draft, documents, found, vectors, encoder)
        storage.seal(draft)
        draft.rename(generations / number)
        storage.sync_folder(generations)
        storage.write_atomically(self.folder / "CURRENT", number + "\n")
        self.tidy()
        return number

    def tidy(self) -> None:
        """Removes what dead runs left, and old generations: all but the one before, and that one too if it holds a
        document that the live one does not: a withdrawn paper must not come back as a fallback."""
        current = self.current()
        for draft in (self.folder / "generations").glob(".*"):
            storage.remove(draft)
        if current is None:
            return
        live = self._documents(current)
        older = [number for number in self._numbers() if number != current]
        for number in older:
            held = self._documents(number)
            withdrawn = held is None or (live is not None and not held <= live)
            if number != older[-1] or withdrawn:
                storage.remove(self.folder / "generations" / number)

    def _documents(self, number: str) -> set[str] | None:
        """The ids of a generation's documents, None if it cannot be read."""
        path = self.folder / "generations" / number / "passages.sqlite"
        try:
            with contextlib.closing(_open_database(path)) as database:
                return {identifier for (identifier,) in database.execute("SELECT id FROM documents")}
        except sqlite3.Error:
            return None

    def _numbers(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "generations").glob("[0-9]*"))


def collections(root: Path) -> list[Collection]:
    """The collections below an index folder that have a live generation."""
    return [Collection(root, p.parent.name) for p in sorted(root.glob("*/CURRENT")) if COLLECTION_NAME.fullmatch(p.parent.name)]


def paper_id(document: Document) -> str:
    """One paper may have several files: they share body and number. Without a number a document is its own paper."""
    paper = document.paper
    if not paper.reference:
        return document.id
    return hashlib.sha256(f"{paper.body}\n{reference_key(paper.reference)}".encode()).hexdigest()[:12]


def digest(documents: Sequence[Document], encoder: str) -> str:
    """What a generation is made from: equal digests, equal generations."""
    versions = (FORMAT, german.VERSION, passages.VERSION, encoder)
    made_from = [[d.id, d.file.fingerprint, hashlib.sha256(records.dumps(d).encode()).hexdigest()] for d in documents]
    return hashlib.sha256(json.dumps([versions, made_from]).encode()).hexdigest()


def _write(folder: Path, documents: Sequence[Document], found: Sequence[Passage], vectors: Matrix, encoder: str) -> None:
    _write_database(folder / "passages.sqlite", documents, found)
    texts = [passages.searched_text(passage) for passage in found]
    counts = german.vocabulary(texts)
    lines = "".join(f"{word}\t{count}\n" for word, count in sorted(counts.items()))
    (folder / "vocabulary.txt").write_text(lines, encoding="utf-8")
    analyser = Analyser(counts)
    lexical.write([analyser.terms(text) for text in texts], folder / "lexical")
    FaissVectors.build(vectors).save(folder / "vectors.faiss")
    hashes = {path.relative_to(folder).as_posix(): storage.sha256(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    manifest = {
        "format": FORMAT,
        "encoder": encoder,
        "dimension": int(vectors.shape[1]),
        "analyser": german.VERSION,
        "digest": digest(documents, encoder),
        "documents": len(documents),
        "passages": len(found),
        "files": hashes,
    }
    manifest["checksum"] = _checksum(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def _write_database(path: Path, documents: Sequence[Document], found: Sequence[Passage]) -> None:
    database = sqlite3.connect(path)
    with database:
        database.executescript((files("indexer") / "schema.sql").read_text(encoding="utf-8"))
        numbers = {document.id: number for number, document in enumerate(documents)}
        columns = [_columns(number, document) for number, document in enumerate(documents)]
        database.executemany(f"INSERT INTO documents VALUES ({', '.join('?' * 14)})", columns)  # noqa: S608
        database.executemany("INSERT INTO organizations VALUES (?, ?)", _organizations(documents))
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
        ),
    )


def _organizations(documents: Sequence[Document]) -> Iterator[tuple[int, str]]:
    for number, document in enumerate(documents):
        names = [step.organization for step in document.paper.consultations] + list(document.paper.originators)
        yield from ((number, name) for name in dict.fromkeys(names))


def _open_database(path: Path) -> sqlite3.Connection:
    """Read only, and without a lock: a published generation never changes."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def _document(database: sqlite3.Connection, number: int) -> Document:
    found = database.execute("SELECT id, record, text FROM documents WHERE number = ?", (number,)).fetchone()
    return records.loads(*found)


def _checksum(manifest: Mapping[str, Any]) -> str:
    """Of the manifest itself, its own field aside."""
    rest = {name: value for name, value in manifest.items() if name != "checksum"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _checked_manifest(folder: Path) -> Mapping[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if int(manifest["format"]) > FORMAT:
            raise IndexTooNew(index=folder, found=manifest["format"], known=FORMAT)
        if manifest["checksum"] != _checksum(manifest):
            raise IndexDamaged(index=folder, reason="manifest.json: SHA-256")
        for name, expected in manifest["files"].items():
            if storage.sha256(folder / name) != expected:
                raise IndexDamaged(index=folder, reason=f"{name}: SHA-256")
        return manifest
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise IndexDamaged(index=folder, reason=error) from error


def _read_vocabulary(path: Path) -> dict[str, int]:
    pairs = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return {word: int(count) for word, count in pairs}
