"""Puts a backup into an empty folder: checked byte by byte before anything has its name, and without what was forgotten since.

Nothing of an archive is trusted: its names must be of one plain form, its members regular files of the size and hash that the
manifest tells, all of them and no other.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer import live, tombstones
from indexer.errors import BackupUnusable, FolderNotEmpty, ForgottenUnknown, IndexTooNew
from indexer.forgetting import Removed, enforce
from indexer.generation import checked_manifest
from indexer.storage import sync_folder
from indexer.tombstones import Forgotten
from service.backup import FORMAT, MANIFEST, NAME
from service.forgetting import forget_answers
from service.settings import ServiceSettings

_DRAFT = ".restoring"
_CHUNK = 256 * 1024
_MOST_AT_ONCE = 32 * 1024 * 1024  # bytes of a header or of the manifest
_MOST_FILES = 100_000


@dataclass(frozen=True)
class Restored:
    """When the backup was made, how much was in it, and what of it was forgotten since and removed."""

    made: str
    files: int
    removed: Removed


def restore(settings: ServiceSettings, archive: Path, into: Path, forgotten: str | None) -> Restored:
    """``into`` gets ``index`` and ``state``. ``forgotten``: the file of what was forgotten since, "none" if nothing was, None:
    that of the present state folder, with what the server knows.

    Raises BackupUnusable, FolderNotEmpty, ForgottenUnknown, IndexTooNew; then ``into`` is as it was.
    """
    if into.exists() and (not into.is_dir() or {path.name for path in into.iterdir()} - {_DRAFT}):
        raise FolderNotEmpty(path=into)
    was_there = into.exists()
    draft = into / _DRAFT
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir(mode=0o700, parents=True)
        manifest = _unpacked(archive, draft)
        stones = _forgotten_since(settings, forgotten, str(manifest["made"]))
        restored = settings.model_copy(update={"index": draft / "index", "state": draft / "state", "database": None})
        _check_generations(restored.index)
        tombstones.add(restored.state_folder, stones.tombstones)
        removed = enforce(restored)
        forget_answers(restored)
        for path in sorted(draft.iterdir()):
            path.rename(into / path.name)
        draft.rmdir()
        sync_folder(into)
        return Restored(str(manifest["made"]), len(manifest["files"]), removed)
    except BaseException:
        shutil.rmtree(draft if was_there else into, ignore_errors=True)
        raise


def _forgotten_since(settings: ServiceSettings, named: str | None, made: str) -> Forgotten:
    if named == "none":
        return Forgotten()
    if not named and settings.database:
        return live.forgotten(settings)
    path = Path(named) if named else settings.state_folder / tombstones.FILE
    if not path.exists():
        raise ForgottenUnknown(path=path, made=made)
    return tombstones.load_file(path)


def _check_generations(index: Path) -> None:
    """Raises IndexDamaged, IndexTooNew."""
    for current in index.glob("*/CURRENT"):
        checked_manifest(current.parent / "generations" / current.read_text(encoding="utf-8").strip())


def _unpacked(archive: Path, draft: Path) -> dict[str, Any]:
    """The manifest, once every file of it is there. Raises BackupUnusable."""
    try:
        with _Sparing(archive.open("rb", buffering=0)) as file, tarfile.open(fileobj=file, mode="r:") as tar:
            first = _regular(tar.next())
            manifest = _manifest(_content(tar, first), first.name)
            files: dict[str, Any] = manifest["files"]
            free = shutil.disk_usage(draft).free
            if (needed := sum(one["size"] for one in files.values())) > free:
                raise BackupUnusable(path=archive, reason=f"{needed} Bytes, frei/free: {free}")
            for name in files:
                member = _regular(tar.next())
                if (member.name, member.size) != (name, files[name]["size"]):
                    raise ValueError(f"{member.name} / {name}")
                _unpack(tar, member, draft / name, files[name]["sha256"])
            if tar.next() is not None:
                raise ValueError(f"> {len(files)} Dateien / files")
            return manifest
    except (tarfile.TarError, ValueError, KeyError, TypeError, EOFError, RecursionError) as error:
        raise BackupUnusable(path=archive, reason=error) from error


def _manifest(content: bytes, name: str) -> dict[str, Any]:
    manifest = json.loads(content)
    if name != MANIFEST or int(manifest["format"]) < 1:
        raise ValueError(name)
    if int(manifest["format"]) > FORMAT:
        raise IndexTooNew(index=name, found=manifest["format"], known=FORMAT)
    files = manifest["files"]
    if not isinstance(files, dict) or len(files) > _MOST_FILES:
        raise ValueError(f"> {_MOST_FILES} Dateien / files")
    for path, one in files.items():
        if not NAME.fullmatch(path) or type(one["size"]) is not int or one["size"] < 0:
            raise ValueError(path)
    return {"made": str(manifest["made"]), "files": files}


def _regular(member: tarfile.TarInfo | None) -> tarfile.TarInfo:
    """No link, no device, no hole: a file."""
    if member is None:
        raise EOFError("Ende / end")
    if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or member.sparse is not None:
        raise ValueError(member.name)
    return member


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    if member.size > _MOST_AT_ONCE:
        raise ValueError(f"{member.name}: {member.size}")
    return b"".join(_chunks(tar, member))


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path, wanted: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    published = "generations" in path.parts
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in _chunks(tar, member):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o444 if published else 0o600)
    if digest.hexdigest() != wanted:
        raise ValueError(f"{member.name}: SHA-256")


def _chunks(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[bytes]:
    file = tar.extractfile(member)
    while file is not None and (chunk := file.read(_CHUNK)):
        yield chunk


class _Sparing(io.BufferedReader):
    """A file of which nobody reads very much at once: a header of an archive may claim any length."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or not 0 <= size <= _MOST_AT_ONCE:
            raise ValueError(f"{size} Bytes")
        return super().read(size)
