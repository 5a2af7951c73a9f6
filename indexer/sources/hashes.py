"""SHA-256 of files. A file is read again only if its size, one of its times or its inode changed since it was hashed."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from pathlib import Path

_SETTLED = 2_000_000_000  # nanoseconds; file systems keep times as coarse as this


class Hashes:
    """``known`` and ``found``: by the name of a file, what stat said of it and its SHA-256.

    A file changed so recently that it could change again without another time is hashed, and not remembered.
    """

    def __init__(self, known: Mapping[str, tuple[str, str]] | None = None) -> None:
        self._known = known or {}
        self._settled = time.time_ns() - _SETTLED
        self.found: dict[str, tuple[str, str]] = {}

    def of(self, name: str, path: Path, status: os.stat_result) -> str:
        """``status``: of the file, from before this call. Raises OSError."""
        stamp = f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_dev} {status.st_ino}"
        known, sha256 = self._known.get(name, ("", ""))
        if known != stamp:
            with path.open("rb") as opened:
                sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
        if max(status.st_mtime_ns, status.st_ctime_ns) < self._settled:
            self.found[name] = stamp, sha256
        return sha256
