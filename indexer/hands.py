"""Who reads files and encodes passages: this process, or workers on other computers (spreading/)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from indexer.documents import read_document
from indexer.domain import Document, File
from indexer.encoders import Encoded, encode_here, load_encoder
from indexer.errors import ReadError
from indexer.parsing.sandbox import Reader
from indexer.settings import Settings

Waiting = Callable[[], None]  # called about once a second while others work; may raise RunStopped


@dataclass(frozen=True)
class Outcome:
    """What became of a file that was to be read. ``seconds``: that it took."""

    file: File
    found: Document | ReadError
    seconds: float


class Hands(Protocol):
    """Both yield what is done as soon as it is done, in any order."""

    def read(self, reader: Reader, files: Sequence[File], waiting: Waiting) -> Iterator[Outcome]: ...
    def encode(self, chunks: Sequence[Sequence[str]], waiting: Waiting) -> Encoded: ...


class Here:
    """This process does it, one after the other."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def read(self, reader: Reader, files: Sequence[File], waiting: Waiting) -> Iterator[Outcome]:  # noqa: ARG002 (never waits)
        for file in files:
            started = time.monotonic()
            try:
                found: Document | ReadError = read_document(reader, file)
            except ReadError as error:
                found = error
            yield Outcome(file, found, time.monotonic() - started)

    def encode(self, chunks: Sequence[Sequence[str]], waiting: Waiting) -> Encoded:  # noqa: ARG002
        return encode_here(lambda: load_encoder(self._settings), chunks)
