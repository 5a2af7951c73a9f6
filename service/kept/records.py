"""Small records of JSON, which the command line changes while services read them: a file, or a row of a table.

A change counts from the next request on: the record is read each time, and parsed when it is another one.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from indexer.storage import sync_folder
from service.errors import StateUnusable
from service.kept.tables import Statements, Tables

Content = dict[str, Any]
T = TypeVar("T")

_WRITE = """
INSERT INTO kept (name, content, mark) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET content = excluded.content, mark = excluded.mark
"""


class Kept(Protocol):
    def read(self) -> Content:
        """Empty if there is none. Raises StateUnusable: what cannot be read lets nobody in."""

    def change(self, work: Callable[[Content], T]) -> T:
        """What ``work`` returns, which changes what it is given; one at a time, written whole at once. Raises StateUnusable."""


class KeptFile:
    """Readable to its owner alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._text = b""
        self._content: Content = {}

    def read(self) -> Content:
        try:
            text = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StateUnusable from error
        if text != self._text:
            self._text, self._content = text, _parsed(text)
        return self._content

    def change(self, work: Callable[[Content], T]) -> T:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (self._path.parent / f".{self._path.name}.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                content: Content = json.loads(json.dumps(self.read()))
                result = work(content)
                draft = self._path.with_name(f".{self._path.name}.new")
                draft.unlink(missing_ok=True)
                with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                    json.dump(content, file, ensure_ascii=False, indent=1)
                    file.flush()
                    os.fsync(file.fileno())
                draft.replace(self._path)
                sync_folder(self._path.parent)
                return result
        except OSError as error:
            raise StateUnusable from error


class KeptRow:
    """``mark``: random, another one with each change; by it a service knows what it has parsed."""

    def __init__(self, tables: Tables, name: str) -> None:
        self._tables = tables
        self._name = name
        self._known: tuple[str, Content] = ("", {})

    def read(self) -> Content:
        mark, content = self._known
        query = "SELECT mark, CASE WHEN mark <> ? THEN content END FROM kept WHERE name = ?"
        found = self._tables.transact(lambda tables: tables.one(query, [mark, self._name]))
        if found is None:
            return {}
        if found[1] is not None:
            content = _parsed(found[1])
            self._known = (found[0], content)
        return content

    def change(self, work: Callable[[Content], T]) -> T:
        def changed(tables: Statements) -> T:
            found = tables.one("SELECT content FROM kept WHERE name = ?", [self._name])
            content = _parsed(found[0]) if found else {}
            result = work(content)
            tables.run(_WRITE, [self._name, json.dumps(content, ensure_ascii=False), secrets.token_hex(16)])
            return result

        return self._tables.transact(changed, alone=True)


def _parsed(text: str | bytes) -> Content:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise StateUnusable from error
    if not isinstance(content, dict):
        raise StateUnusable
    return content
