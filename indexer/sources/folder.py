"""A folder of files, with sidecars: ``paper.toml`` beside ``paper.pdf``, or ``manifest.jsonl`` with one line a file.

Sidecars bear OParl property names (name, reference, paperType, date, body, public, consultation …). They are no documents
themselves, nor are README and LICENSE files and hidden ones. Links that lead out of the folder are not followed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from indexer.bodies import body_names
from indexer.domain import File
from indexer.errors import BadSidecar, ReadError, SourceError, TooLarge, UnreadablePath, UnsupportedFormat
from indexer.parsing import media_type
from indexer.sources import MANIFEST, Unread
from indexer.sources.hashes import Hashes

_GOLD = "questions.jsonl"  # gold questions over the documents beside it
_LARGEST_SIDECAR = 10_000_000  # bytes
_CONTAINER_LIKE = re.compile(r"(\.(?:zip|eml|msg))!/", re.IGNORECASE)
_OF_SYSTEMS = ("thumbs.db", "desktop.ini")  # and "~$…", the locks of Word
_ACCOMPANYING = ("readme", "license", "licence", "lizenz")  # up to the first dot: README.md, LICENSE, README.de.md


class FolderSource:
    """The files of one folder (or one single file), in the order of their names."""

    def __init__(
        self,
        root: Path,
        access: str,
        largest: int,
        name: str | None = None,
        leave_out: Path | None = None,
        hashes: Hashes | None = None,
    ) -> None:
        """``largest``: bytes of the largest file that is read. ``leave_out``: a folder inside, such as the index itself.

        Raises SourceError if the path leads nowhere.
        """
        if not root.exists():
            raise SourceError(path=root)
        self.root = root.resolve()
        self.name = name or _readable(self.root.name)
        self.access = access
        self._largest = largest
        self._leave_out = leave_out.resolve() if leave_out else None
        self.hashes = hashes or Hashes()

    def files(self) -> Iterator[File | Unread]:
        manifests: dict[Path, dict[str, Mapping[str, object]] | BadSidecar] = {}
        for path in self._paths():
            if isinstance(path, OSError):
                folder = os.path.relpath(str(path.filename), self.root)
                yield Unread(_readable(folder), UnreadablePath(reason=path.strerror), skipped=False)
                continue
            manifest = manifests.get(path.parent)
            if manifest is None:
                manifest = manifests[path.parent] = _manifest(path.parent / MANIFEST)
            name = _own(_readable(path.relative_to(self.root if self.root.is_dir() else self.root.parent).as_posix()))
            try:
                yield self._file(path, name, manifest)
            except ReadError as error:
                yield Unread(name, error, skipped=isinstance(error, UnsupportedFormat))
            except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
                reason = error.strerror if isinstance(error, OSError) else str(error)
                yield Unread(name, UnreadablePath(reason=reason or type(error).__name__), skipped=False)

    def _paths(self) -> Iterator[Path | OSError]:
        """Paths of the files, and for each folder that cannot be listed the error: it must not pass for an empty one."""
        if not self.root.is_dir():
            yield self.root
            return
        unlisted: list[OSError] = []
        for folder, folders, names in os.walk(self.root, onerror=unlisted.append):
            folders[:] = sorted(n for n in folders if not n.startswith(".") and Path(folder, n) != self._leave_out)
            stems = Counter(Path(name).stem for name in names)
            for name in sorted(names):
                path = Path(folder, name)
                accompanying = (
                    name.startswith((".", "~$")) or name.lower() in _OF_SYSTEMS or name.lower().partition(".")[0] in _ACCOMPANYING
                )
                if not (accompanying or name in (MANIFEST, _GOLD) or (path.suffix == ".toml" and stems[path.stem] > 1)):
                    yield path
        yield from unlisted

    def _file(self, path: Path, name: str, manifest: dict[str, Mapping[str, object]] | BadSidecar) -> File:
        kind = media_type(path)
        if path.is_symlink() and self.root.is_dir() and not path.resolve().is_relative_to(self.root):
            raise UnreadablePath(reason="Verweis aus dem Ordner hinaus / link out of the folder")
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadablePath(reason="keine gewöhnliche Datei / not a regular file")
        size = status.st_size
        if size > self._largest:
            raise TooLarge(megabytes=size // 1_000_000 + 1, limit=self._largest // 1_000_000)
        if isinstance(manifest, BadSidecar):
            raise manifest
        notes = _as_json(path.name, {**manifest.get(path.name, {}), **_toml(path.with_suffix(".toml"), self.root)})
        sha256 = self.hashes.of(name, path, status)
        fingerprint = hashlib.sha256(f"{sha256}\n{notes}\n{self.access}".encode()).hexdigest()
        folders = (self.root.name, *path.parent.relative_to(self.root).parts) if self.root.is_dir() else (path.parent.name,)
        return File(
            source=self.name,
            name=name,
            path=path,
            media_type=kind,
            sha256=sha256,
            fingerprint=fingerprint,
            size=size,
            access=self.access,
            folder_body=_body([_readable(folder) for folder in folders]),
            sidecar=json.loads(notes),
        )


def _body(folders: Sequence[str]) -> str | None:
    """The deepest folder whose whole name is that of a body: "Landkreis Musterland", but not "Papiere 2024"."""
    for folder in reversed(folders):
        if any(found.start == 0 and found.end == len(folder) for found in body_names(folder)):
            return folder
    return None


def _readable(name: str) -> str:
    """A file name as text; bytes that are no UTF-8 are spelled out, so that different names stay different."""
    return os.fsencode(name).replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")


def _own(name: str) -> str:
    """A folder named "a.zip!" must not pass for what lies inside "a.zip"."""
    return _CONTAINER_LIKE.sub(r"\1\\x21/", name)


def _as_json(name: str, sidecar: Mapping[str, object]) -> str:
    """The properties in one form (dates as ISO 8601), to compare and to keep. Raises BadSidecar on text that is none."""
    notes = json.dumps(sidecar, sort_keys=True, default=str, ensure_ascii=False)
    try:
        notes.encode()
    except UnicodeEncodeError as error:
        raise BadSidecar(sidecar=name, reason="kein gültiger Text / no valid text") from error
    return notes


def _toml(path: Path, root: Path) -> dict[str, object]:
    try:
        if not path.is_file():
            return {}
    except OSError:  # the longest possible name, which .toml makes too long
        return {}
    if root.is_dir() and not path.resolve().is_relative_to(root):
        raise BadSidecar(sidecar=path.name, reason="Verweis aus dem Ordner hinaus / link out of the folder")
    if path.stat().st_size > _LARGEST_SIDECAR:
        raise BadSidecar(sidecar=path.name, reason=f"> {_LARGEST_SIDECAR} Bytes")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # ValueError: no TOML, no UTF-8, or a number without end
        raise BadSidecar(sidecar=path.name, reason=error) from error


def _manifest(path: Path) -> dict[str, Mapping[str, object]] | BadSidecar:
    """Each line's properties by the file it names. A line that cannot be used spoils the folder, not the run."""
    if not path.is_file():
        return {}
    if path.is_symlink() or path.stat().st_size > _LARGEST_SIDECAR:
        return BadSidecar(sidecar=path.name, reason=f"Verweis oder > {_LARGEST_SIDECAR} Bytes / link or too large")
    entries: dict[str, Mapping[str, object]] = {}
    try:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip():
                entry = json.loads(line)
                if not isinstance(entry, dict) or not isinstance(entry.get("file"), str):
                    return BadSidecar(sidecar=path.name, reason=f"Zeile/line {number}: {{'file': …}} fehlt/missing")
                entries[entry.pop("file")] = entry
    except (ValueError, RecursionError, OSError) as error:
        return BadSidecar(sidecar=path.name, reason=error)
    return entries
