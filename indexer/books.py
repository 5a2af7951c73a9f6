"""The books as the operator reads them, while a run may be writing them. Nothing is changed but a wish to read a file again."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import ForgottenFile, IndexMissing, IndexTooNew, IndexTooOld, IndexUnusable
from indexer.ledger import COLUMNS, PATIENCE, VERSION, Entry, entry_of


@dataclass(frozen=True)
class RunBooks:
    """One run of the indexer. Without ``finished`` it is at work or was killed; ``alive`` is its last sign of life."""

    number: int
    started: str
    alive: str
    finished: str | None
    outcome: str | None  # done, stopped (by the operator), failed
    generation: str | None
    books: Mapping[str, int]
    error: Mapping[str, str]  # by language


@dataclass(frozen=True)
class SourceBooks:
    """What is known of one source's files together."""

    source: str
    files: int
    pages: int
    recognised: int  # pages with text that was recognised (OCR)
    without_text: int  # pages

    @property
    def recognised_share(self) -> float:
        return self.recognised / self.pages if self.pages else 0.0


class Books:
    """What open_books() gives."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def unread(self) -> list[Entry]:
        """Every file that was not read, or not wholly."""
        query = f"SELECT {COLUMNS} FROM files WHERE result != 'ok' ORDER BY source, name"  # noqa: S608
        return [entry_of(row) for row in self._database.execute(query)]

    def files(self) -> list[tuple[str, str, str]]:
        """(source, name, SHA-256) of every file with a name, containers too; "" where it was not read."""
        entries = "SELECT source, name, sha256 FROM files WHERE sha256 != ''"
        hashed = "SELECT source, name, sha256 FROM hashes WHERE (source, name) NOT IN (SELECT source, name FROM files)"
        unread = f"SELECT source, name, '' FROM files WHERE sha256 = '' AND problems NOT LIKE '[[\"{ForgottenFile.code}\"%'"  # noqa: S608
        return list(self._database.execute(f"{entries} UNION {hashed} UNION {unread}"))

    def sources(self) -> list[SourceBooks]:
        query = (
            "SELECT source, count(*), sum(pages), sum(json_array_length(recognised)), sum(json_array_length(without_text)) "
            "FROM files GROUP BY source ORDER BY source"
        )
        return [SourceBooks(*row) for row in self._database.execute(query)]

    def runs(self, limit: int) -> list[RunBooks]:
        """The last runs, newest first."""
        query = (
            "SELECT number, started, alive, finished, outcome, generation, coalesce(books, '{}'), coalesce(error, '{}') "
            "FROM runs ORDER BY number DESC LIMIT ?"
        )
        found = self._database.execute(query, (limit,))
        return [RunBooks(*facts, json.loads(books), json.loads(error)) for (*facts, books, error) in found]  # type: ignore[call-arg]

    def marked(self) -> set[tuple[str, str]]:
        """(source, name) of the files that the next run reads again."""
        return set(self._database.execute("SELECT source, name FROM retries"))

    def mark(self, entries: Iterable[Entry]) -> None:
        """The next run reads these files again. Waits for a run that is just writing."""
        with self._database:
            rows = [(entry.source, entry.name) for entry in entries]
            self._database.executemany("INSERT OR REPLACE INTO retries (source, name) VALUES (?, ?)", rows)


@contextlib.contextmanager
def open_books(index: Path) -> Iterator[Books]:
    """The books of an index. Raises IndexMissing, IndexTooOld, IndexTooNew, IndexUnusable."""
    path = index / "ledger.sqlite"
    if not path.is_file():
        raise IndexMissing(index=index)
    # Not mode=ro: what a killed run left half written must be rolled back first.
    uri = f"{path.absolute().as_uri()}?mode=rw"
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE)) as database:
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version != VERSION:
                kind = IndexTooNew if version > VERSION else IndexTooOld
                raise kind(index=path, found=version, known=VERSION)
            yield Books(database)
    except sqlite3.Error as error:  # damaged, locked for long, or not to be written to
        raise IndexUnusable(index=path, reason=error) from error
