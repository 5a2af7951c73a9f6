"""The books as a run keeps them: which sources were declared, what became of each of their files, and every run.

For the operator. The service reads them (books.py) only for the operator's page; no reader's request opens them.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import quote_from_bytes, unquote_to_bytes

from indexer.errors import ForgottenFile, IndexTooNew
from indexer.reading_notes import Problem
from indexer.tombstones import Forgotten

Result = Literal["ok", "partial", "failed", "skipped", "unchanged"]
Outcome = Literal["done", "stopped", "failed"]

VERSION = 1
PATIENCE = 30.0  # seconds a writer waits for another
# Version 0 kept a sentence instead of codes; its rows are taken over, so that what was read is not read again.
_FROM_0 = """
BEGIN;
CREATE TABLE IF NOT EXISTS sources (name TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, access TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS files (source TEXT, name TEXT, result TEXT, reason TEXT, parser INTEGER, read TEXT);
ALTER TABLE files RENAME TO old_files;
CREATE TABLE files (
    source TEXT NOT NULL, name TEXT NOT NULL, result TEXT NOT NULL, problems TEXT NOT NULL,
    parser INTEGER NOT NULL, recogniser TEXT NOT NULL, limits TEXT NOT NULL,
    pages INTEGER NOT NULL, without_text TEXT NOT NULL, recognised TEXT NOT NULL,
    size INTEGER NOT NULL, sha256 TEXT NOT NULL, fingerprint TEXT NOT NULL,
    read TEXT NOT NULL, seconds REAL NOT NULL, attempts INTEGER NOT NULL, since TEXT NOT NULL,
    PRIMARY KEY (source, name)
) WITHOUT ROWID;
INSERT INTO files SELECT source, name, result,
    CASE reason WHEN '' THEN '[]' ELSE json_array(json_array('unreadable', json_object('reason', reason))) END,
    parser, '', '', 0, '[]', '[]', 0, '', '', read, 0, 1, read FROM old_files;
DROP TABLE old_files;
CREATE TABLE runs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, started TEXT NOT NULL, alive TEXT NOT NULL, finished TEXT,
    outcome TEXT, generation TEXT, books TEXT, error TEXT
);
CREATE TABLE IF NOT EXISTS hashes (
    source TEXT NOT NULL, name TEXT NOT NULL, stamp TEXT NOT NULL, sha256 TEXT NOT NULL,
    PRIMARY KEY (source, name)
);
CREATE TABLE retries (mark INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT, name TEXT, UNIQUE (source, name));
PRAGMA user_version = 1;
COMMIT;
"""
COLUMNS = (
    "source, name, result, problems, parser, recogniser, limits, pages, without_text, recognised, "
    "size, sha256, fingerprint, read, seconds, attempts, since"
)
_RUNS_KEPT = 1000


@dataclass(frozen=True)
class Entry:
    """What became of one file. ``problems`` is empty for ok; a file that was never opened has no more than these."""

    source: str
    name: str
    result: Result
    problems: tuple[Problem, ...] = ()
    parser: int = 0
    recogniser: str = ""  # that read its pictures, with version; "" for none
    limits: str = ""  # of time and memory under which it was read
    pages: int = 0
    without_text: tuple[int, ...] = ()  # numbers of pages
    recognised: tuple[int, ...] = ()  # numbers of pages with text that was recognised (OCR)
    size: int = 0
    sha256: str = ""
    fingerprint: str = ""
    read: str = ""  # when
    seconds: float = 0  # it took
    attempts: int = 1
    since: str = ""  # when it first ended like this; the ledger knows

    @property
    def id(self) -> str:
        """Stable while source and name are; that of the file's document, too."""
        return hashlib.sha256(f"{self.source}/{self.name}".encode()).hexdigest()[:12]

    @property
    def code(self) -> str:
        """Of the first reason, "" if the file was read wholly."""
        return self.problems[0].code if self.problems else ""

    def reason(self, language: str) -> str:
        return " ".join(problem.message(language) for problem in self.problems)


class Ledger:
    """To be opened under the writer's lock."""

    def __init__(self, path: Path) -> None:
        """Takes over a ledger of an older version. Raises IndexTooNew."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, timeout=PATIENCE)
        self._database.execute("PRAGMA secure_delete = ON")
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            self.close()
            raise IndexTooNew(index=path, found=version, known=VERSION)
        if version == 0:
            self._database.executescript(_FROM_0)

    def declare(self, path: Path, access: str) -> str:
        """The name of the source at this path: its folder's, with a number if another source already bears it.

        Written at once, so that the name stays its own whatever becomes of the run.
        """
        key = quote_from_bytes(os.fsencode(path))
        with self._database:
            found = self._database.execute("SELECT name FROM sources WHERE path = ?", (key,)).fetchone()
            taken = {name for (name,) in self._database.execute("SELECT name FROM sources")}
            base = os.fsencode(path.name or "root").decode("utf-8", "backslashreplace")
            free = (name for name in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if name not in taken)
            name = str(found[0]) if found else next(free)
            self._database.execute("INSERT OR REPLACE INTO sources VALUES (?, ?, ?)", (name, key, access))
        return name

    def sources(self) -> list[tuple[Path, str]]:
        """Every source declared so far: (path, access)."""
        rows = self._database.execute("SELECT path, access FROM sources ORDER BY name")
        return [(Path(os.fsdecode(unquote_to_bytes(path))), access) for path, access in rows]

    def present(self) -> set[str]:
        """The names of the sources whose folder or file is there."""
        rows = self._database.execute("SELECT name, path FROM sources")
        return {name for name, path in rows if Path(os.fsdecode(unquote_to_bytes(path))).exists()}

    def entries(self, source: str) -> dict[str, Entry]:
        """What became of each file of a source when it was last read."""
        query = f"SELECT {COLUMNS} FROM files WHERE source = ?"  # noqa: S608
        return {entry.name: entry for entry in map(entry_of, self._database.execute(query, (source,)))}

    def marks(self, source: str) -> dict[str, int]:
        """The files of a source that the operator wants read again, each with the number of the mark."""
        return dict(self._database.execute("SELECT name, mark FROM retries WHERE source = ?", (source,)))

    def record(self, source: str, entries: Iterable[Entry], heeded: Collection[int] = ()) -> None:
        """Replaces what is known of a source's files, in one transaction. A mark set meanwhile stays for the next run."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._database:
            before = self.entries(source)
            self._database.execute("DELETE FROM files WHERE source = ?", (source,))
            rows = [row_of(_dated(_lasting(entry), before.get(entry.name), now)) for entry in entries]
            self._database.executemany(f"INSERT INTO files VALUES ({', '.join('?' * 17)})", rows)  # noqa: S608
            self._database.executemany("DELETE FROM retries WHERE mark = ?", [(mark,) for mark in heeded])
            gone = "source = ? AND name NOT IN (SELECT name FROM files WHERE source = ?)"
            self._database.execute(f"DELETE FROM retries WHERE {gone}", (source, source))  # noqa: S608

    def hashes(self, source: str) -> dict[str, tuple[str, str]]:
        """What is known of the bytes of a source's files; see sources/hashes.py."""
        rows = self._database.execute("SELECT name, stamp, sha256 FROM hashes WHERE source = ?", (source,))
        return {name: (stamp, sha256) for name, stamp, sha256 in rows}

    def remember(self, source: str, hashes: Mapping[str, tuple[str, str]]) -> None:
        with self._database:
            self._database.execute("DELETE FROM hashes WHERE source = ?", (source,))
            rows = [(source, name, *known) for name, known in hashes.items()]
            self._database.executemany("INSERT INTO hashes VALUES (?, ?, ?, ?)", rows)

    def forget(self, forgotten: Forgotten) -> list[Entry]:
        """Takes the names of forgotten files out, from freed pages too; the books then bear them without. Returns them."""
        query = f"SELECT {COLUMNS} FROM files"  # noqa: S608
        entries = [entry_of(row) for row in self._database.execute(query)]
        gone = [one for one in entries if forgotten.covers(one.source, one.name, one.sha256)]
        hashes = self._database.execute("SELECT source, name, sha256 FROM hashes").fetchall()
        names = {(one.source, one.name) for one in gone} | {row[:2] for row in hashes if forgotten.covers(*row)}
        with self._database:
            for table in ("files", "hashes", "retries"):
                self._database.executemany(f"DELETE FROM {table} WHERE source = ? AND name = ?", names)  # noqa: S608
            now = datetime.now(UTC).isoformat(timespec="seconds")
            told = ((one.source, forgotten.nameless(one.source, one.name)) for one in gone)
            rows = [row_of(replace(forgotten_entry(*one), since=now)) for one in told]
            self._database.executemany(f"INSERT OR REPLACE INTO files VALUES ({', '.join('?' * 17)})", rows)  # noqa: S608
        self._database.execute("VACUUM")
        return gone

    def begin(self) -> int:
        """The number of a new run. One that was killed before it keeps no end."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._database:
            number = self._database.execute("INSERT INTO runs (started, alive) VALUES (?, ?)", (now, now)).lastrowid
            self._database.execute("DELETE FROM runs WHERE number <= ?", ((number or 0) - _RUNS_KEPT,))
        return number or 0

    def alive(self, run: int) -> None:
        """The run is still at work."""
        with self._database:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self._database.execute("UPDATE runs SET alive = ? WHERE number = ?", (now, run))

    def finish(
        self,
        run: int,
        outcome: Outcome,
        generation: str | None = None,
        books: Mapping[str, int] | None = None,
        error: Mapping[str, str] | None = None,
    ) -> None:
        """``error``: by language."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._database:
            self._database.execute(
                "UPDATE runs SET alive = ?, finished = ?, outcome = ?, generation = ?, books = ?, error = ? WHERE number = ?",
                (now, now, outcome, generation, json.dumps(books or {}), json.dumps(error or {}), run),
            )

    def close(self) -> None:
        self._database.close()


def forgotten_entry(source: str, nameless: str) -> Entry:
    """That a file was forgotten; what it is called does not stand in the books."""
    return Entry(source, nameless, "skipped", (Problem(ForgottenFile.code),))


def row_of(entry: Entry) -> tuple[object, ...]:
    """The entry as values of SQLite, in the order of the table's columns."""
    problems = json.dumps([[problem.code, dict(problem.details)] for problem in entry.problems])
    lists = (json.dumps(entry.without_text), json.dumps(entry.recognised))
    values = (entry.source, entry.name, entry.result, problems, entry.parser, entry.recogniser, entry.limits, entry.pages)
    rest = (entry.size, entry.sha256, entry.fingerprint, entry.read, entry.seconds, entry.attempts, entry.since)
    return (*values, *lists, *rest)


def entry_of(row: tuple[object, ...]) -> Entry:
    source, name, result, problems, parser, recogniser, limits, pages, without_text, recognised, *rest = row
    found = tuple(Problem(code, details) for code, details in json.loads(str(problems)))
    lists = (tuple(json.loads(str(without_text))), tuple(json.loads(str(recognised))))
    return Entry(source, name, result, found, parser, recogniser, limits, pages, *lists, *rest)  # type: ignore[arg-type]


def _lasting(entry: Entry) -> Entry:
    """What the books keep: "unchanged" is said of a run, a file that did not change is still read wholly or in part."""
    return replace(entry, result="partial" if entry.problems else "ok") if entry.result == "unchanged" else entry


def _dated(entry: Entry, before: Entry | None, now: str) -> Entry:
    same = before is not None and before.result == entry.result and _codes(before) == _codes(entry)
    return replace(entry, since=before.since if same and before else now)


def _codes(entry: Entry) -> list[str]:
    return [problem.code for problem in entry.problems]
