"""Writes a backup while the service answers and a run may be writing.

Published generations never change: the files of the live ones are opened first, and stay readable even if a run removes them.
SQLite files are copied by SQLite itself. So each collection is as it was published once, the state as it was at one moment.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from indexer.errors import BackupElsewhere, BackupExists, IndexBusy, IndexDamaged, IndexMissing
from indexer.generation import checked_manifest
from indexer.storage import sha256, sync_folder, waiting_lock
from service.audit import LOCK
from service.backup import FORMAT, MANIFEST, NAME
from service.settings import ServiceSettings

_TRIES = 20  # until no generation was published while the files were opened
_SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True)
class _Part:
    """A member to be written. The hash is known before the bytes are read once more to be written."""

    name: str
    file: IO[bytes]
    size: int
    sha256: str


def backup(settings: ServiceSettings, target: Path) -> int:
    """Writes the file, which is there whole or not at all; returns its size.

    With a server only what this host has besides: the folder it indexes in, its state. Raises BackupExists, BackupElsewhere,
    IndexMissing, IndexDamaged.
    """
    if settings.database and not _live(settings.index):
        raise BackupElsewhere(index=settings.index)
    if target.exists():
        raise BackupExists(path=target)
    with (
        tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".backup-") as work,
        contextlib.ExitStack() as opened,
    ):
        parts = [*_generations(settings.index, opened), *_copies(settings, Path(work), opened)]
        draft = Path(work) / "backup.tar"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            _write(file, parts)
            os.fsync(file.fileno())
        draft.rename(target)
        sync_folder(target.absolute().parent)
    return target.stat().st_size


def _write(file: IO[bytes], parts: list[_Part]) -> None:
    made = datetime.now(UTC).isoformat(timespec="seconds")
    files = {part.name: {"size": part.size, "sha256": part.sha256} for part in parts}
    manifest = json.dumps({"format": FORMAT, "made": made, "files": files}, indent=1).encode()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as tar:
        tar.addfile(_member(MANIFEST, len(manifest)), io.BytesIO(manifest))
        for part in parts:
            tar.addfile(_member(part.name, part.size), part.file)


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    member.mode = 0o600
    return member


def _generations(index: Path, opened: contextlib.ExitStack) -> list[_Part]:
    """The files of all live generations, those that were live together."""
    for _ in range(_TRIES):
        with contextlib.ExitStack() as held, contextlib.suppress(FileNotFoundError):
            live = _live(index)
            if not live:
                raise IndexMissing(index=index)
            parts = [part for name, number in live.items() for part in _generation(index / name, number, held)]
            if _live(index) == live:
                opened.push(held.pop_all())
                return parts
    raise IndexBusy(index=index)


def _live(index: Path) -> dict[str, str]:
    return {path.parent.name: path.read_text(encoding="utf-8").strip() for path in sorted(index.glob("*/CURRENT"))}


def _generation(folder: Path, number: str, held: contextlib.ExitStack) -> Iterator[_Part]:
    base = folder / "generations" / number
    within = f"index/{folder.name}"
    current = number.encode() + b"\n"
    yield _Part(f"{within}/CURRENT", io.BytesIO(current), len(current), hashlib.sha256(current).hexdigest())
    try:
        known = checked_manifest(base)["files"]
    except IndexDamaged:
        if base.exists():
            raise
        raise FileNotFoundError(base) from None  # replaced by a run that is just publishing
    for name, digest in [*known.items(), ("manifest.json", sha256(base / "manifest.json"))]:
        yield _opened(f"{within}/generations/{number}/{name}", base / name, digest, held)


def _opened(name: str, path: Path, digest: str, held: contextlib.ExitStack) -> _Part:
    file = held.enter_context(path.open("rb"))
    return _Part(name, file, os.fstat(file.fileno()).st_size, digest)


def _copies(settings: ServiceSettings, work: Path, opened: contextlib.ExitStack) -> Iterator[_Part]:
    """The kept vectors, the books and the state, each a copy of one moment."""
    index, state = settings.index, settings.state_folder
    wanted = [path for path in (*sorted(index.glob("*/embeddings.sqlite")), index / "ledger.sqlite") if path.exists()]
    copied = [(f"index/{path.relative_to(index).as_posix()}", _copy(path, work / f"i{n}")) for n, path in enumerate(wanted)]
    if state.exists():
        with waiting_lock(state / LOCK):
            kept = [path for path in sorted(state.rglob("*")) if path.is_file() and not path.is_symlink() and _lasts(path)]
            copied += [(f"state/{p.relative_to(state).as_posix()}", _copy(p, work / f"s{n}")) for n, p in enumerate(kept)]
    for name, path in copied:
        if NAME.fullmatch(name):  # what is hidden is a lock or half written
            yield _opened(name, path, sha256(path), opened)


def _lasts(path: Path) -> bool:
    return not path.name.endswith(("-journal", "-wal", "-shm"))


def _copy(path: Path, to: Path) -> Path:
    with path.open("rb") as file:
        is_database = file.read(len(_SQLITE)) == _SQLITE
    if not is_database:
        shutil.copyfile(path, to)
        return to
    # Not mode=ro: what a killed run left half written must be rolled back first.
    with (
        contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as source,
        contextlib.closing(sqlite3.connect(to)) as copy,
    ):
        source.backup(copy)
    return to
