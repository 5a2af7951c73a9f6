"""One index on disk, of a collection or a joint one: immutable generations, and CURRENT, which names the live one.

    index/public/CURRENT                     "000042"
    index/public/generations/000042/         see generation.py

A generation is written beside the live one, synced, then named by one atomic rename. A reader checks every file's hash
against the manifest before it opens one, and falls back to the generation before if the live one is damaged.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from indexer import german, storage, writing
from indexer.access import COLLECTION_NAME as COLLECTION_NAME
from indexer.access import INTERNAL as INTERNAL
from indexer.access import PUBLIC as PUBLIC
from indexer.access import is_joint
from indexer.cache import EmbeddingCache
from indexer.database import open_sqlite
from indexer.errors import EncoderMismatch, IndexDamaged, IndexMissing, IndexTooOld, SettingsError
from indexer.generation import FORMAT, Generation, checked_manifest, open_generation
from indexer.prepared import Prepared, documents_of
from indexer.tombstones import name_digest
from indexer.vectors import Matrix


@dataclass(frozen=True)
class Known:
    """A file of which something is kept. ``path``: where the original lay; None if only the books know the file."""

    source: str
    name: str
    sha256: str
    path: Path | None = None

    @property
    def id(self) -> str:
        return name_digest(self.source, self.name)[:12]


class Collection:
    """The generations of one access class, or of several together (see access.reach), below the index folder."""

    def __init__(self, root: Path, name: str) -> None:
        """Raises SettingsError on a name that is no plain folder name."""
        if not COLLECTION_NAME.fullmatch(name) and not is_joint(name):
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

        ``encoder``: the name that the searches will use. Raises IndexMissing, IndexDamaged, IndexTooNew, IndexTooOld,
        EncoderMismatch, IndexUnusable.
        """
        current = self.current()
        if current is None:
            raise IndexMissing(index=self.root)
        older = sorted((n for n in self._numbers() if n < current), reverse=True)
        damage: IndexDamaged | None = None
        for number in (current, *older):
            try:
                generation = open_generation(self.folder / "generations" / number)
            except IndexDamaged as error:
                damage = damage or error
                continue
            except IndexTooOld:
                if number == current:
                    raise
                continue
            if encoder is not None and generation.manifest["encoder"] != encoder:
                raise EncoderMismatch(index=self.root, built_with=generation.manifest["encoder"], asked_for=encoder)
            return generation
        raise damage or IndexMissing(index=self.root)

    def passages(self) -> int:
        """How many the live generation says it holds; 0 if there is none."""
        try:
            manifest = (self.folder / "generations" / (self.current() or "") / "manifest.json").read_text(encoding="utf-8")
            return int(json.loads(manifest)["passages"])
        except (OSError, ValueError, KeyError, TypeError):
            return 0

    def documents(self) -> tuple[list[Prepared], str | None]:
        """What the live generation holds, and what it was made from (see writing.digest).

        If that is damaged, what the one before holds, and None. Also of an older format: what was read then need not be
        read again. Raises IndexTooNew.
        """
        current = self.current() or ""
        for number in (current, *sorted((n for n in self._numbers() if n < current), reverse=True)):
            with contextlib.suppress(IndexDamaged):
                found, manifest = documents_of(self.folder / "generations" / number)
                return found, str(manifest["digest"]) if number == current else None
        return [], None

    def files(self) -> list[Known]:
        """The files of every generation that is still there and can be read."""
        query = "SELECT source, name, json_extract(record, '$.file.sha256'), json_extract(record, '$.file.path') FROM documents"
        found: dict[Known, None] = {}
        for number in self._numbers():
            file = self.folder / "generations" / number / "passages.sqlite"
            with contextlib.suppress(sqlite3.Error), contextlib.closing(open_sqlite(file)) as database:
                for source, name, sha256, path in database.execute(query):
                    found[Known(source, name, sha256, Path(os.fsdecode(unquote_to_bytes(path))))] = None
        return list(found)

    def cache(self, encoder: str) -> EmbeddingCache:
        return EmbeddingCache(self.folder / "embeddings.sqlite", encoder)

    def digest(self) -> str | None:
        """What the live generation was made from (see writing.digest), None if it is damaged. Raises IndexTooNew."""
        with contextlib.suppress(IndexDamaged):
            return str(checked_manifest(self.folder / "generations" / (self.current() or ""))["digest"])
        return None

    def holds(self) -> set[str]:
        """The ids of the documents that the live generation holds; none if it cannot be read."""
        return self._documents(self.current() or "") or set()

    def remove(self) -> None:
        """At once for readers: without CURRENT there is no index, whatever becomes of its files."""
        (self.folder / "CURRENT").unlink(missing_ok=True)
        storage.remove(self.folder)

    def publish(self, documents: Sequence[Prepared], vectors: Matrix, encoder: str) -> str:
        """Writes the next generation and makes it live. Returns its number.

        ``vectors``: a row for each passage, in the order of ``documents`` and of each document's passages.
        """
        generations = self.folder / "generations"
        generations.mkdir(parents=True, exist_ok=True)
        self.tidy()
        number = f"{max((int(n) for n in self._numbers()), default=0) + 1:06d}"
        draft = generations / f".{number}"
        draft.mkdir()
        writing.write(draft, documents, vectors, encoder, self._analysed())
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
            with contextlib.closing(open_sqlite(path)) as database:
                return {identifier for (identifier,) in database.execute("SELECT id FROM documents")}
        except sqlite3.Error:
            return None

    def _analysed(self) -> Path | None:
        """The live generation, if its analysis is of the kind that is made now, and can be relied on."""
        folder = self.folder / "generations" / (self.current() or "")
        with contextlib.suppress(IndexDamaged):
            manifest = checked_manifest(folder)
            return folder if (manifest["format"], manifest["analyser"]) == (FORMAT, german.VERSION) else None
        return None

    def _numbers(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "generations").glob("[0-9]*"))


def collections(root: Path) -> list[Collection]:
    """The collections below an index folder that have a live generation; joint indexes are made from them, and none of them."""
    return [Collection(root, p.parent.name) for p in sorted(root.glob("*/CURRENT")) if COLLECTION_NAME.fullmatch(p.parent.name)]


def joints(root: Path) -> list[Collection]:
    """The joint indexes below an index folder, or what is left of them."""
    return [Collection(root, path.name) for path in sorted(root.glob("*+*")) if path.is_dir() and is_joint(path.name)]
