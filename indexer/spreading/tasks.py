"""What a worker does for a run on another computer: it reads the files and encodes the texts that it is sent.

What it answers is plain data: strings, bytes, numbers. It raises nothing, it says what went wrong: of a task that raises, Dask
writes the arguments to its log, and these are papers.
"""

from __future__ import annotations

import hashlib
import platform
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.metadata import requires, version
from pathlib import Path

import numpy as np

import indexer
from indexer import records
from indexer.documents import document_of
from indexer.domain import File
from indexer.encoders import Encoder, encoder_name, load_encoder
from indexer.errors import ReadError
from indexer.parsing import ocr
from indexer.parsing.sandbox import Reader
from indexer.settings import Settings

_NEEDED = ("encoder", "query_prompt", "passage_prompt", "file_seconds", "reader_megabytes")  # none of them is secret
_ENCODING = threading.Lock()  # a worker of several threads reads several files at once, but holds one model

Terms = tuple[tuple[str, str | float | None], ...]  # the settings that reading and encoding depend on
Made = Mapping[str, str]  # what a computer reads and encodes with, and in which version
Sent = tuple[File, str, bytes]  # the name tells the kind of file: of one inside an archive, its own
Read = tuple[tuple[str, str, str, bytes] | tuple[str, dict[str, str]], float]  # a document as record, or an error; seconds
Answer = tuple[Made, list[Read] | bytes | None, str]  # what made it, the result, or why there is none


def terms_of(settings: Settings) -> Terms:
    found = settings.model_dump(include=set(_NEEDED))
    if (folder := Path(settings.encoder)).is_dir():
        found["encoder"] = str(folder.absolute())  # a worker runs elsewhere
    return tuple((name, found[name]) for name in _NEEDED)


def made_of(terms: Terms) -> Made:
    """What must be the same on all computers, else the index would depend on which of them did what."""
    return {**_installed(), "encoder": encoder_name(_settings(terms)), "tesseract": ocr.available() or "-"}


def read(terms: Terms, wanted: Made, batch: Sequence[Sent]) -> Answer:
    def work() -> list[Read]:
        settings = _settings(terms)
        with Reader(settings.file_seconds, settings.reader_megabytes) as reader:
            return [_read(reader, *sent) for sent in batch]

    return _answer(terms, wanted, work)


def encode(terms: Terms, wanted: Made, texts: Sequence[str]) -> Answer:
    """The result is the vectors' float32 bytes, in the order of the texts."""

    def work() -> bytes:
        with _ENCODING:
            return np.ascontiguousarray(_encoder(terms).encode(texts, "passage"), np.float32).tobytes()

    return _answer(terms, wanted, work)


def _answer(terms: Terms, wanted: Made, work: Callable[[], list[Read] | bytes]) -> Answer:
    mine: Made = {}
    try:
        mine = _mine(terms)
        return mine, work() if mine == wanted else None, ""
    except Exception as error:
        return mine, None, f"{type(error).__name__}: {error}"


def _read(reader: Reader, file: File, name: str, data: bytes) -> Read:
    started = time.monotonic()
    found: tuple[str, str, str, bytes] | tuple[str, dict[str, str]]
    try:
        document = document_of(file, reader.read_bytes(name, data))
        found = document.id, records.dumps(document), document.text, document.boxes
    except ReadError as error:
        found = error.code, error.details
    return found, time.monotonic() - started


def _settings(terms: Terms) -> Settings:
    return Settings.model_validate(dict(terms))


@cache
def _mine(terms: Terms) -> Made:
    """As the process began: what is installed while it runs is another version, and what it holds in memory stays the old one."""
    return made_of(terms)


@lru_cache(maxsize=1)
def _encoder(terms: Terms) -> Encoder:
    return load_encoder(_settings(terms))


@cache
def _installed() -> Made:
    """The packages that Ratslotse requires, and of itself the code, too: between two releases it changes without a new number."""
    root, code = Path(indexer.__file__).parent, hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        code.update(b"\0".join((path.relative_to(root).as_posix().encode(), path.read_bytes())))
    names = [re.split(r"[^\w.-]", line)[0] for line in requires("ratslotse") or () if "extra ==" not in line]
    packages = {name: version(name) for name in (*names, "distributed")}
    python = ".".join(platform.python_version_tuple()[:2])
    return {"ratslotse": f"{version('ratslotse')} ({code.hexdigest()[:12]})", "python": python, **packages}
