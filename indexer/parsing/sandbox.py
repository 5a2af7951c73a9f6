"""Parses files in a child process with limits on time and memory, so that a bad file costs itself only."""

from __future__ import annotations

import base64
import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from indexer import errors
from indexer.boxes import boxes_of
from indexer.domain import Block, Page
from indexer.parsing.archives import Member
from indexer.parsing.layout import LaidOut

_Answer = TypeVar("_Answer")
_LONGEST_ANSWER = 256_000_000  # bytes
_BEAT = {"beat": True}
_FILES_PER_CHILD = 500  # then a fresh one: parsers leak


class Reader:
    """Reads files one by one: ``with Reader(seconds, megabytes) as reader: reader.read(path)``."""

    def __init__(self, seconds: float, megabytes: int) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._child: subprocess.Popen[bytes] | None = None
        self._files = 0
        self._ahead = b""  # what the child said after the line that was read

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()

    def read(self, path: Path, member: tuple[str, ...] = ()) -> LaidOut:
        """The text, pages and blocks of a file, or of a member inside it. Raises a ReadError.

        After one the reader is ready for the next file; the same holds of ``members`` and ``extract``.
        """
        return self._ask("read", path, member, _laid_out)

    def members(self, path: Path) -> list[Member]:
        """The files inside a container, at all depths. Raises a ReadError."""
        return self._ask("list", path, (), lambda answer: [_member(listed) for listed in answer["members"]])

    def extract(self, path: Path, member: tuple[str, ...]) -> bytes:
        """The bytes of a file inside a container. Raises a ReadError."""
        return self._ask("extract", path, member, lambda answer: base64.b64decode(answer["bytes"], validate=True))

    def _ask(self, do: str, path: Path, member: tuple[str, ...], checked: Callable[[Any], _Answer]) -> _Answer:
        child = self._running()
        assert child.stdin is not None  # noqa: S101 (both are pipes)
        assert child.stdout is not None  # noqa: S101
        try:
            child.stdin.write(json.dumps({"do": do, "path": str(path), "member": member}).encode() + b"\n")
            child.stdin.flush()
            answer = _BEAT
            while answer == _BEAT:  # a page more is done: the time runs anew
                answer = json.loads(self._line(child.stdout.fileno()))
        except (OSError, ValueError, RecursionError, _Late) as error:
            self._stop()
            raise self._stopped(str(error) if isinstance(error, _Late) else "Leseprozess beendet / reader died") from error
        try:
            if "error" in answer:
                raise _error(answer)
            return checked(answer)
        except (TypeError, KeyError, ValueError, AttributeError) as error:  # no parser of ours answers so
            self._stop()
            raise self._stopped("unverständliche Antwort / no valid answer") from error

    def _stopped(self, reason: str) -> errors.ReaderStopped:
        return errors.ReaderStopped(reason=reason, seconds=f"{self._seconds:g}")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._files >= _FILES_PER_CHILD:
            self._stop()
        if self._child is not None and self._child.poll() is not None:
            self._stop()
        if self._child is None:
            self._files = 0
            self._child = subprocess.Popen(  # noqa: S603 (our own module under our own interpreter)
                [sys.executable, "-I", "-m", "indexer.parsing.child", str(self._megabytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"LANG": "C.UTF-8", "PATH": os.defpath},  # the parser needs nothing of ours, so it gets nothing
            )
        self._files += 1
        return self._child

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
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None
            self._ahead = b""


class _Late(Exception):
    """The child took too long or said too much."""


def _error(answer: Any) -> errors.ReadError:
    kinds = {kind.code: kind for kind in errors.ReadError.__subclasses__()}
    return kinds[answer["error"]](**answer["details"])


def _member(listed: Any) -> Member:
    way = tuple(str(name) for name in listed["way"])
    if not way or int(listed["size"]) < 0:
        raise ValueError("a member without a name")
    return Member(way, int(listed["size"]), str(listed["sha256"]), _error(listed) if "error" in listed else None)


def _laid_out(answer: Any) -> LaidOut:
    """The child's answer as values: spans lie inside the text. A wrong shape raises whatever it raises."""
    text = str(answer["text"])
    pages = tuple(Page(**page) for page in answer["pages"])
    blocks = tuple(Block(**block) for block in answer["blocks"])
    spans = [(page.start, page.end) for page in pages] + [(block.start, block.end) for block in blocks]
    if not pages or not all(0 <= start <= end <= len(text) for start, end in spans):
        raise ValueError("spans outside the text")
    notes = tuple(str(note) for note in answer["notes"])
    return LaidOut(text, pages, blocks, _checked_boxes(bytes.fromhex(answer["boxes"]), len(text), len(pages)), notes)


def _checked_boxes(packed: bytes, length: int, pages: int) -> bytes:
    for box in boxes_of(packed, 0, length + 1):
        if not (0 <= box.start <= box.end <= length and 1 <= box.page <= pages):
            raise ValueError("a box outside the text")
    return packed
