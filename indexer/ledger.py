"""The books: which sources were declared, and what became of each of their files. For the operator, never for the service."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import quote_from_bytes, unquote_to_bytes

Result = Literal["ok", "partial", "failed", "skipped", "unchanged"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sources (name TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, access TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS files (
    source TEXT NOT NULL, name TEXT NOT NULL, result TEXT NOT NULL, reason TEXT NOT NULL,
    parser INTEGER NOT NULL, read TEXT NOT NULL,
    PRIMARY KEY (source, name)
);
"""


@dataclass(frozen=True)
class Entry:
    """What became of one file in one run. ``reason`` is empty for ok."""

    source: str
    name: str
    result: Result
    reason: str = ""


class Ledger:
    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path)
        self._database.executescript(_SCHEMA)

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

    def parser_versions(self, source: str) -> dict[str, int]:
        """By which version of the parsers each file of a source was read."""
        return dict(self._database.execute("SELECT name, parser FROM files WHERE source = ?", (source,)))

    def results(self, source: str) -> dict[str, str]:
        """What became of each file of a source, as kept: never "unchanged"."""
        return dict(self._database.execute("SELECT name, result FROM files WHERE source = ?", (source,)))

    def record(self, source: str, entries: Iterable[Entry], parser: int) -> None:
        """Replaces what is known of a source's files, in one transaction."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._database:
            before = dict(self._database.execute("SELECT name, read FROM files WHERE source = ?", (source,)))
            self._database.execute("DELETE FROM files WHERE source = ?", (source,))
            rows = [
                (source, e.name, _lasting(e), e.reason, parser, before.get(e.name, now) if e.result == "unchanged" else now)
                for e in entries
            ]
            self._database.executemany("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)", rows)

    def unread(self) -> list[tuple[str, str, str, str]]:
        """(source, name, result, reason) of every file that was not read, or not wholly."""
        query = "SELECT source, name, result, reason FROM files WHERE result != 'ok' ORDER BY source, name"
        return list(self._database.execute(query))

    def close(self) -> None:
        self._database.close()


def _lasting(entry: Entry) -> str:
    """What the books keep: "unchanged" is said of a run, a file that did not change is still read wholly or in part."""
    if entry.result == "unchanged":
        return "partial" if entry.reason else "ok"
    return entry.result
