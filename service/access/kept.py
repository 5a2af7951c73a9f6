"""A small file of JSON in the folder of what is kept, which the command line changes while the service reads it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from indexer.storage import sync_folder
from service.errors import StateUnusable

Content = dict[str, Any]


class KeptFile:
    """A change counts from the next request on: the file is read each time, and parsed when it is another one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._text = b""
        self._content: Content = {}

    def read(self) -> Content:
        """Empty if there is none. Raises StateUnusable: a file that cannot be read lets nobody in."""
        try:
            text = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StateUnusable from error
        if text != self._text:
            try:
                content = json.loads(text)
            except ValueError as error:
                raise StateUnusable from error
            if not isinstance(content, dict):
                raise StateUnusable
            self._text, self._content = text, content
        return self._content

    @contextmanager
    def changing(self) -> Iterator[Content]:
        """What the file holds, to be changed; written whole and at once, readable to its owner alone. Raises StateUnusable."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (self._path.parent / f".{self._path.name}.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                content: Content = json.loads(json.dumps(self.read()))
                yield content
                draft = self._path.with_name(f".{self._path.name}.new")
                draft.unlink(missing_ok=True)
                with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                    json.dump(content, file, ensure_ascii=False, indent=1)
                    file.flush()
                    os.fsync(file.fileno())
                draft.replace(self._path)
                sync_folder(self._path.parent)
        except OSError as error:
            raise StateUnusable from error
