"""Where files come from. A source lists files with what is known about them before they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from indexer.domain import File
from indexer.errors import ReadError

MANIFEST = "manifest.jsonl"  # sidecars of a folder's files, a line each


@dataclass(frozen=True)
class Unread:
    """A file that is there and is not read. ``skipped``: not meant to be read; otherwise it failed."""

    name: str
    error: ReadError
    skipped: bool


class Source(Protocol):
    """``name`` is the first part of every document's id; ``access`` the collection its files belong to."""

    @property
    def name(self) -> str: ...
    @property
    def access(self) -> str: ...
    def files(self) -> Iterator[File | Unread]: ...
