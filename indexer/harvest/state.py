"""What the mirror knows: objects, files, what was deleted. One SQLite file in the mirror, hidden from ``index``.

Deleted content is overwritten (secure_delete), and of a deleted object only its id stays, so that an outdated list does not
bring it back.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Literal

from indexer.harvest.client import Stamps
from indexer.harvest.objects import MODELS, Kind, Meeting, Organization, Paper

Change = Literal["new", "changed", "unchanged"]

_TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS bodies (id TEXT PRIMARY KEY, name TEXT NOT NULL, folder TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS objects (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL, url TEXT NOT NULL, json TEXT NOT NULL, walk TEXT NOT NULL,
    folder TEXT);
CREATE TABLE IF NOT EXISTS failed (id TEXT PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL, url TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deleted (id TEXT PRIMARY KEY, stamp TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS files (
    owner TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, notes TEXT NOT NULL, stamp TEXT NOT NULL, etag TEXT,
    last_modified TEXT, PRIMARY KEY (owner, id));
CREATE TABLE IF NOT EXISTS missing (owner TEXT NOT NULL, id TEXT NOT NULL, stamp TEXT NOT NULL, PRIMARY KEY (owner, id));
"""


@dataclass(frozen=True)
class Held:
    """A file of the mirror. ``owner``: the paper or meeting; ``stamp``: its version as the owner states it."""

    owner: str
    id: str
    name: str  # in the owner's folder
    notes: str  # its line of the manifest, as JSON
    stamp: str = ""
    etag: str | None = None
    last_modified: str | None = None

    def stamps(self) -> Stamps:
        return Stamps(self.etag, self.last_modified)

    def with_notes(self, notes: str) -> Held:
        return replace(self, notes=notes)


class State:
    """The state of one mirror. Changes count once ``commit`` was called."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)
        self._db.execute("PRAGMA secure_delete = ON")
        self._db.executescript(_TABLES)
        self.commit = self._db.commit
        self.close = self._db.close

    def fact(self, name: str) -> str | None:
        found = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return found and str(found[0])

    def note(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def unnote(self, name: str) -> None:
        self._db.execute("DELETE FROM facts WHERE name = ?", (name,))

    def body(self, identifier: str) -> tuple[str, str] | None:
        """Name and folder."""
        found = self._db.execute("SELECT name, folder FROM bodies WHERE id = ?", (identifier,)).fetchone()
        return found and (str(found[0]), str(found[1]))

    def put_body(self, identifier: str, name: str, folder: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO bodies VALUES (?, ?, ?)", (identifier, name, folder))

    def body_folders(self) -> set[str]:
        return {str(folder) for (folder,) in self._db.execute("SELECT folder FROM bodies")}

    def put(self, kind: Kind, body: str, url: str, value: Organization | Meeting | Paper, walk: str) -> Change:
        text = value.model_dump_json(exclude_defaults=True)
        found = self._db.execute("SELECT json FROM objects WHERE id = ?", (value.id,)).fetchone()
        self._db.execute(
            "INSERT INTO objects VALUES (?, ?, ?, ?, ?, ?, NULL) "
            "ON CONFLICT (id) DO UPDATE SET json = excluded.json, url = excluded.url, walk = excluded.walk",
            (value.id, kind, body, url, text, walk),
        )
        return ("unchanged" if found[0] == text else "changed") if found else "new"

    def walk_of(self, identifier: str) -> str | None:
        """The walk that put the object last."""
        found = self._db.execute("SELECT walk FROM objects WHERE id = ?", (identifier,)).fetchone()
        return found and str(found[0])

    def ids(self, kind: Kind, body: str | None = None) -> list[str]:
        query = "SELECT id FROM objects WHERE kind = ? AND (? IS NULL OR body = ?) ORDER BY id"
        return [str(identifier) for (identifier,) in self._db.execute(query, (kind, body, body))]

    def kind_of(self, identifier: str) -> Kind | None:
        found = self._db.execute("SELECT kind FROM objects WHERE id = ?", (identifier,)).fetchone()
        return next((kind for kind in MODELS if found and found[0] == kind), None)

    def where(self, identifier: str) -> tuple[str, str, str | None]:
        """Body, address and folder of an object."""
        query = "SELECT body, url, folder FROM objects WHERE id = ?"
        found: tuple[str, str, str | None] = self._db.execute(query, (identifier,)).fetchone()
        return found

    def put_folder(self, identifier: str, folder: str) -> None:
        self._db.execute("UPDATE objects SET folder = ? WHERE id = ?", (folder, identifier))

    def failed(self, kind: Kind, body: str) -> list[str]:
        """Addresses of objects that could not be read in an earlier run."""
        return [str(url) for (url,) in self._db.execute("SELECT url FROM failed WHERE kind = ? AND body = ?", (kind, body))]

    def put_failed(self, identifier: str, kind: Kind, body: str, url: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO failed VALUES (?, ?, ?, ?)", (identifier, kind, body, url))

    def drop_failed(self, identifier: str) -> None:
        self._db.execute("DELETE FROM failed WHERE id = ?", (identifier,))

    def organizations(self) -> dict[str, str]:
        """Names by id."""
        found = (Organization.model_validate_json(text) for text in self._json("organization"))
        return {o.id: name for o in found if (name := o.name or o.shortName)}

    def meetings(self) -> Iterator[Meeting]:
        return (Meeting.model_validate_json(text) for text in self._json("meeting"))

    def papers(self) -> Iterator[Paper]:
        return (Paper.model_validate_json(text) for text in self._json("paper"))

    def _json(self, kind: Kind) -> list[str]:
        return [str(text) for (text,) in self._db.execute("SELECT json FROM objects WHERE kind = ? ORDER BY id", (kind,))]

    def bury(self, identifier: str, stamp: str) -> None:
        """Forgets all of an object but its id."""
        self._db.execute("DELETE FROM objects WHERE id = ?", (identifier,))
        self._db.execute("DELETE FROM files WHERE owner = ?", (identifier,))
        self._db.execute("DELETE FROM missing WHERE owner = ?", (identifier,))
        self._db.execute("INSERT OR REPLACE INTO deleted VALUES (?, ?)", (identifier, stamp))

    def buried(self, identifier: str) -> str | None:
        """The stamp of the deletion, None if there was none."""
        found = self._db.execute("SELECT stamp FROM deleted WHERE id = ?", (identifier,)).fetchone()
        return found and str(found[0])

    def raise_up(self, identifier: str) -> None:
        self._db.execute("DELETE FROM deleted WHERE id = ?", (identifier,))

    def files(self, owner: str) -> list[Held]:
        return [Held(*row) for row in self._db.execute("SELECT * FROM files WHERE owner = ? ORDER BY name", (owner,))]

    def count_files(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM files WHERE stamp <> ''").fetchone()[0])

    def put_files(self, files: Iterable[Held]) -> None:
        self._db.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", map(astuple, files))

    def missing(self, owner: str) -> dict[str, str]:
        """Files that the server names and does not give: id -> stamp when it was asked."""
        return dict(self._db.execute("SELECT id, stamp FROM missing WHERE owner = ?", (owner,)).fetchall())

    def put_missing(self, owner: str, identifier: str, stamp: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO missing VALUES (?, ?, ?)", (owner, identifier, stamp))

    def drop_file(self, file: Held) -> None:
        self._db.execute("DELETE FROM files WHERE owner = ? AND id = ?", (file.owner, file.id))


def as_line(notes: dict[str, object]) -> str:
    return json.dumps(notes, ensure_ascii=False, sort_keys=True, default=str)
