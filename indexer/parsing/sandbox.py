"""Parses files in a child process, locked in and with limits on time and memory, so that a bad file costs itself only.

The child opens no file of the user's: it gets each as an open descriptor. It is the head of a process group of its own, which is
killed as a whole, the programs it started (Tesseract) with it; the same happens if this process dies.
"""

from __future__ import annotations

import base64
import json
import os
import selectors
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from indexer import errors
from indexer.parsing.answers import error_of, laid_out
from indexer.parsing.archives import Member
from indexer.parsing.layout import LaidOut

_Answer = TypeVar("_Answer")
_LONGEST_ANSWER = 256_000_000  # bytes
_LONGEST = 240  # times the limit that a file may take, however many pages it says to have read
_BEAT = {"beat": True}
# The parser needs nothing of ours, so it gets nothing. One thread: others, started on import, would not be locked in.
_ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
_FILES_PER_CHILD = 500  # then a fresh one: parsers leak
_SECONDS_PER_CHILD = 1800  # the same; far below the child's own limit on computing time


class Reader:
    """Reads files one by one: ``with Reader(seconds, megabytes) as reader: reader.read(path)``."""

    def __init__(self, seconds: float, megabytes: int) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._child: subprocess.Popen[bytes] | None = None
        self._questions: socket.socket | None = None
        self._files = 0
        self._started = 0.0
        self._ahead = b""  # what the child said after the line that was read

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()

    def read(self, path: Path, member: tuple[str, ...] = ()) -> LaidOut:
        """The text, pages and blocks of a file, or of a member inside it. Raises a ReadError.

        After one the reader is ready for the next file; the same holds of ``members`` and ``extract``.
        """
        return self._ask("read", path, member, laid_out)

    def read_bytes(self, name: str, data: bytes) -> LaidOut:
        """The same of a file that was handed over; it is written to no disk. Raises a ReadError."""
        with os.fdopen(os.memfd_create("file", os.MFD_CLOEXEC), "wb", buffering=0) as file:
            while data:
                data = data[file.write(data) :]
            file.seek(0)
            return self._asked(file.fileno(), {"do": "read", "name": name, "member": ()}, laid_out)

    def members(self, path: Path) -> list[Member]:
        """The files inside a container, at all depths. Raises a ReadError."""
        return self._ask("list", path, (), lambda answer: [_member(listed) for listed in answer["members"]])

    def extract(self, path: Path, member: tuple[str, ...]) -> bytes:
        """The bytes of a file inside a container. Raises a ReadError."""
        return self._ask("extract", path, member, lambda answer: base64.b64decode(answer["bytes"], validate=True))

    def draw(self, path: Path, member: tuple[str, ...], sha256: str, page: int, width: int) -> bytes:
        """A page of a file as WebP, see pageimage.py. Raises a ReadError: NotAsRead if the file has another SHA-256."""
        return self._ask("draw", path, member, _webp, sha256=sha256, page=page, width=width)

    def _ask(self, do: str, path: Path, member: tuple[str, ...], checked: Callable[[Any], _Answer], **more: str | int) -> _Answer:
        with _Opened(path) as file:
            return self._asked(file, {"do": do, "name": path.name, "member": member, **more}, checked)

    def _asked(self, file: int, question: Mapping[str, object], checked: Callable[[Any], _Answer]) -> _Answer:
        child, questions = self._running()
        assert child.stdout is not None  # noqa: S101 (a pipe)
        try:
            socket.send_fds(questions, [json.dumps(question).encode() + b"\n"], [file])
            answer, last = _BEAT, time.monotonic() + _LONGEST * self._seconds
            while answer == _BEAT:  # a page more is done: the time runs anew
                answer = json.loads(self._line(child.stdout.fileno()))
                if time.monotonic() > last:
                    raise _Late("zu langsam / too slow")
        except (OSError, ValueError, RecursionError, _Late) as error:
            self._stop()
            raise self._stopped(str(error) if isinstance(error, _Late) else "Leseprozess beendet / reader died") from error
        try:
            if "error" in answer:
                raise error_of(answer)
            return checked(answer)
        except errors.ReadError:
            raise
        except Exception as error:  # no parser of ours answers so
            self._stop()
            raise self._stopped("unverständliche Antwort / no valid answer") from error

    def _stopped(self, reason: str) -> errors.ReaderStopped:
        return errors.ReaderStopped(reason=reason, seconds=f"{self._seconds:g}")

    def _running(self) -> tuple[subprocess.Popen[bytes], socket.socket]:
        old = self._files >= _FILES_PER_CHILD or time.monotonic() - self._started > _SECONDS_PER_CHILD
        if self._child is not None and (old or self._child.poll() is not None):
            self._stop()
        if self._child is None or self._questions is None:
            self._files = 0
            self._started = time.monotonic()
            self._questions, theirs = socket.socketpair()
            with theirs:
                self._child = subprocess.Popen(  # noqa: S603 (our own module under our own interpreter)
                    [sys.executable, "-I", "-m", "indexer.parsing.child", str(self._megabytes), str(os.getpid())],
                    stdin=theirs.fileno(),
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    cwd="/",
                    env=_ENVIRONMENT,
                    start_new_session=True,
                )
        self._files += 1
        return self._child, self._questions

    def _line(self, stream: int) -> bytes:
        """One line from the child, however long, within the time limit. Raises _Late or OSError."""
        deadline = time.monotonic() + self._seconds
        parts = [self._ahead]
        length = len(self._ahead)
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while b"\n" not in parts[-1]:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise _Late("zu langsam / too slow")
                part = os.read(stream, 1 << 20)
                if not part:
                    raise BrokenPipeError
                parts.append(part)
                length += len(part)
                if length > _LONGEST_ANSWER:
                    raise _Late("zu viel Text / too much text")
        line, _, self._ahead = b"".join(parts).partition(b"\n")
        return line

    def _stop(self) -> None:
        if self._questions is not None:
            self._questions.close()
            self._questions = None
        if self._child is not None:
            if self._child.poll() is None:  # the number is its own still; a dead one's group was killed by its guard
                os.killpg(self._child.pid, signal.SIGKILL)
            assert self._child.stdout is not None  # noqa: S101 (a pipe)
            self._child.stdout.close()
            self._child.wait()
            self._child = None
            self._ahead = b""


def contents(path: Path) -> bytes:
    """A regular file, as it is now. Raises UnreadablePath."""
    with _Opened(path) as file, os.fdopen(os.dup(file), "rb") as opened:
        try:
            return opened.read(os.fstat(file).st_size)  # one that grows meanwhile is not read for ever
        except OSError as error:
            raise errors.UnreadablePath(reason=error.strerror or type(error).__name__) from error


class _Opened:
    """A regular file, open for reading. Raises UnreadablePath, also for pipes and devices, without waiting for them."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> int:
        try:
            self._file = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as error:
            raise errors.UnreadablePath(reason=error.strerror or type(error).__name__) from error
        if not stat.S_ISREG(os.fstat(self._file).st_mode):
            os.close(self._file)
            raise errors.UnreadablePath(reason="keine gewöhnliche Datei / not a regular file")
        return self._file

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        os.close(self._file)


class _Late(Exception):
    """The child took too long or said too much."""


def _webp(answer: Any) -> bytes:
    data = base64.b64decode(answer["bytes"], validate=True)
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise ValueError("no WebP")
    return data


def _member(listed: Any) -> Member:
    way = tuple(str(name) for name in listed["way"])
    if not way or int(listed["size"]) < 0:
        raise ValueError("a member without a name")
    "".join(way).encode()  # no lone surrogates
    return Member(way, int(listed["size"]), str(listed["sha256"]), error_of(listed) if "error" in listed else None)
