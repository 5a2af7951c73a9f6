"""Pictures of the pages of originals: drawn one at a time by a reading process, the last ones kept in memory.

The caller has found the document in what is public; here only the file's own hash counts. Nothing is written to a disk.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor

from indexer.domain import File
from indexer.errors import BrokenFile, EncryptedFile, NoText, ReadError, ReaderStopped, TooManyPixels
from indexer.parsing import PAGED
from indexer.parsing.sandbox import Reader
from service.errors import FileChanged, NoPageImage, PagesBusy

WIDTHS = (480, 800, 1200, 1800)  # dots: a telephone, a screen, finer ones

_SECONDS = 20.0  # longest for one page
_PATIENCE = 40.0  # seconds that a request waits
_MOST_WAITING = 12  # requests: others have threads of the same pool to run in
_MEMORY = 32_000_000  # bytes of kept pictures
_ERROR = 1_000  # bytes that a kept failure counts as
_ERROR_SECONDS = 600.0  # after which a page is tried again
_OWN_FAULTS = (BrokenFile, EncryptedFile, NoText, ReaderStopped, TooManyPixels)  # the same at the next try, most likely

_Key = tuple[tuple[int, ...], str, int, int]  # the file as it lies there, SHA-256 of what was read, page, width


class PageImages:
    """``image`` gives a page's picture; safe to call from many threads."""

    def __init__(self, seconds: float, megabytes: int) -> None:
        """``seconds``, ``megabytes``: limits of the reading process; for one page the time is shorter."""
        self._reader = Reader(min(seconds, _SECONDS), megabytes)
        weakref.finalize(self, self._reader.__exit__, None, None, None)
        self._thread = ThreadPoolExecutor(1, "page-images")  # one, always the same: the process dies with the thread
        self._lock = threading.Lock()
        self._kept: OrderedDict[_Key, bytes | tuple[float, ReadError]] = OrderedDict()
        self._size = 0
        self._under_way: dict[_Key, Future[bytes]] = {}
        self._waiting = 0
        self._dropped = 0  # times that all was

    def image(self, file: File, page: int, width: int) -> bytes:
        """A page as WebP. Raises FileChanged, NoPageImage, PagesBusy."""
        name = file.name.rsplit("/", 1)[-1]
        if file.media_type not in PAGED:
            raise NoPageImage(what=name, reason=file.media_type)
        try:
            return self._drawn(file, page, width)
        except _OWN_FAULTS as error:
            raise NoPageImage(what=name, reason=error.code) from error
        except (ReadError, OSError) as error:
            raise FileChanged(what=name) from error

    def forget(self) -> None:
        """Drops all that is kept."""
        with self._lock:
            self._kept.clear()
            self._size = 0
            self._dropped += 1

    def _drawn(self, file: File, page: int, width: int) -> bytes:
        status = os.stat(file.path)
        stamp = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
        key = (stamp, file.sha256, page, width)
        with self._lock:
            if (kept := self._of_before(key)) is not None:
                return kept
            future = self._under_way.get(key)
            if self._waiting >= _MOST_WAITING or (future is None and len(self._under_way) >= _MOST_WAITING):
                raise PagesBusy
            self._waiting += 1
            if future is None:
                future = self._under_way[key] = self._thread.submit(self._draw, key, file, self._dropped)
        try:
            return future.result(_PATIENCE)
        except TimeoutError as late:
            raise PagesBusy from late
        finally:
            with self._lock:
                self._waiting -= 1

    def _of_before(self, key: _Key) -> bytes | None:
        """What is kept. Raises the ReadError that is."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        self._kept.move_to_end(key)
        if isinstance(kept, bytes):
            return kept
        until, error = kept
        if until > time.monotonic():
            raise error.with_traceback(None)
        return None

    def _draw(self, key: _Key, file: File, dropped: int) -> bytes:
        _, sha256, page, width = key
        try:
            picture = self._reader.draw(file.path, file.member, sha256, page, width)
            self._keep(key, picture, dropped)
            return picture
        except _OWN_FAULTS as error:
            self._keep(key, (time.monotonic() + _ERROR_SECONDS, error), dropped)
            raise
        finally:
            with self._lock:
                del self._under_way[key]

    def _keep(self, key: _Key, what: bytes | tuple[float, ReadError], dropped: int) -> None:
        with self._lock:
            if dropped != self._dropped:  # asked for before: its paper may have been withdrawn since
                return
            self._size += _size(what) - _size(self._kept.pop(key, b""))
            self._kept[key] = what
            while self._size > _MEMORY:
                self._size -= _size(self._kept.popitem(last=False)[1])


def _size(kept: bytes | tuple[float, ReadError]) -> int:
    return len(kept) if isinstance(kept, bytes) else _ERROR
