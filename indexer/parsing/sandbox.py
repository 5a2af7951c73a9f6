"""Parses files in a child process with limits on time and memory, so that a bad file costs itself only."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from indexer import errors
from indexer.domain import Block, Page
from indexer.parsing.layout import LaidOut

_FILES_PER_CHILD = 500  # then a fresh one: parsers leak


class Reader:
    """Reads files one by one: ``with Reader(seconds, megabytes) as reader: reader.read(path)``."""

    def __init__(self, seconds: float, megabytes: int) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._child: subprocess.Popen[bytes] | None = None
        self._files = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()

    def read(self, path: Path) -> LaidOut:
        """The file's text, pages and blocks. Raises a ReadError; after one the reader is ready for the next file."""
        child = self._running()
        assert child.stdin is not None  # noqa: S101 (both are pipes)
        assert child.stdout is not None  # noqa: S101
        try:
            child.stdin.write(json.dumps({"path": str(path)}).encode() + b"\n")
            child.stdin.flush()
            answer = json.loads(self._line(child.stdout.fileno()))
        except (OSError, ValueError, _Late) as error:
            late = isinstance(error, _Late)
            self._stop()
            raise errors.ReaderStopped(
                reason="zu langsam / too slow" if late else "Leseprozess beendet / reader died",
                seconds=f"{self._seconds:g}",
            ) from error
        if "error" in answer:
            raise _error(answer["error"], answer["details"])
        return _laid_out(answer)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._files >= _FILES_PER_CHILD:
            self._stop()
        if self._child is None or self._child.poll() is not None:
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
        parts: list[bytes] = []
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while not (parts and parts[-1].endswith(b"\n")):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise _Late
                part = os.read(stream, 1 << 20)
                if not part:
                    raise BrokenPipeError
                parts.append(part)
        return b"".join(parts)

    def _stop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None


class _Late(Exception):
    pass


def _error(code: str, details: dict[str, str]) -> errors.ReadError:
    kinds = {kind.code: kind for kind in errors.ReadError.__subclasses__()}
    return kinds.get(code, errors.BrokenFile)(**details)


def _laid_out(answer: dict[str, list[dict[str, object]]]) -> LaidOut:
    """The child's answer as values, checked: spans lie inside the text, pages follow each other."""
    text = str(answer["text"])
    pages = tuple(Page(**page) for page in answer["pages"])  # type: ignore[arg-type]
    blocks = tuple(Block(**block) for block in answer["blocks"])  # type: ignore[arg-type]
    spans = [(page.start, page.end) for page in pages] + [(block.start, block.end) for block in blocks]
    if not pages or not all(0 <= start <= end <= len(text) for start, end in spans):
        raise errors.BrokenFile(reason="spans outside the text")
    return LaidOut(text, pages, blocks)
