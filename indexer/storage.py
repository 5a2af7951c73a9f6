"""How the index reaches the disk: everything synced before it is named, and named by one atomic rename."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.errors import IndexBusy


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_atomically(path: Path, text: str) -> None:
    """The file holds the old or the new text at every moment, also after a power cut."""
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def save_array(path: Path, values: npt.NDArray[Any]) -> None:
    """A file as numpy.save makes it. Given the file itself, numpy would not notice a disk that is full at its last bytes."""
    with path.open("wb") as file:
        np.save(SimpleNamespace(write=file.write), np.ascontiguousarray(values), allow_pickle=False)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def seal(folder: Path) -> None:
    """Syncs every file of a finished generation and makes it read-only."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
            path.chmod(0o444)
        else:
            sync_folder(path)
    sync_folder(folder)


def remove(folder: Path) -> None:
    """Deletes a folder of read-only files; what is open in a reader stays readable to it."""
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def writer_lock(root: Path) -> Iterator[None]:
    """One indexer at a time. The lock dies with its process, so a killed run leaves none behind. Raises IndexBusy."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise IndexBusy(index=root) from error
        yield


@contextmanager
def waiting_lock(path: Path) -> Iterator[None]:
    """The lock on this file, made if need be, once nobody else has it."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
