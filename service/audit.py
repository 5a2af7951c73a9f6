"""The audit log: who logged in, opened what is not public, forgot a document, changed keys. A line an event, chained by hashes.

    {"number": 7, "time": …, "event": "forget", "actor": …, "subjects": [ids], "previous": hash of line 6, "hash": …}

A line's hash covers the one before, so no line can be changed, dropped, moved or put in unnoticed. ``audit.head`` holds the last
line once more, so that a shorter log is noticed, too. It is written first: what a crash cuts off, the next event completes.
Questions and names of documents never stand in the log.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from indexer.storage import waiting_lock, write_atomically
from service.errors import AuditUnusable

Event = (
    Literal["login", "login_refused", "logout", "key_added", "key_revoked", "access"]
    | Literal["forget", "forget_undone", "backup", "restore", "migrate"]
)
Fault = Literal["changed", "moved", "missing", "added"]

LOG, HEAD = "audit.jsonl", "audit.head"
LOCK = ".audit.lock"
_FIRST = "0" * 64  # what the first line follows
_FIELDS = {"number", "time", "event", "actor", "subjects", "previous", "hash"}


@dataclass(frozen=True)
class Verdict:
    """``sound``: lines from the first that are as they were written; ``head``: the hash of the last of them.

    ``fault``: what is wrong with the next line; None if there is none, and none is missing.
    """

    sound: int
    head: str
    fault: Fault | None


def audit(folder: Path, event: Event, actor: str, subjects: Iterable[str] = ()) -> None:
    """Appends an event, on the disk when this returns. ``folder``: of the state; ``actor``: a name of a login or a key;
    ``subjects``: ids of documents or keys, never what they are called.

    Raises AuditUnusable. What must be accounted for is then not done: access to what is not public is refused.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with waiting_lock(folder / LOCK):
            last = _head(folder)
            if last is not None:
                _completed(folder / LOG, _dumped(last))
            line = _line(last, event, actor, subjects)
            write_atomically(folder / HEAD, line.decode())
            _append(folder / LOG, line)
    except (OSError, ValueError) as error:
        raise AuditUnusable(reason=error) from error


def entries(folder: Path) -> Iterator[dict[str, Any]]:
    """The lines that can be read, oldest first. Raises AuditUnusable."""
    return (entry for line in _lines(folder / LOG) if (entry := _parsed(line)) is not None)


def verify(folder: Path) -> Verdict:
    """Compares every line with its hash, with the one before, and the last one with the head. Raises AuditUnusable."""
    if not (folder / LOG).exists() and not (folder / HEAD).exists():
        return Verdict(0, _FIRST, None)
    try:
        with waiting_lock(folder / LOCK):
            last = _head(folder)
            return _verdict(_lines(folder / LOG), last["number"] if last else 0, last["hash"] if last else _FIRST)
    except ValueError:
        return Verdict(0, _FIRST, "changed")
    except OSError as error:
        raise AuditUnusable(reason=error) from error


def _verdict(lines: Iterable[bytes], count: int, head: str) -> Verdict:
    previous, number = _FIRST, 0
    for number, line in enumerate(lines, start=1):
        entry = _parsed(line)
        if number > count:
            return Verdict(number - 1, previous, "added")
        if entry is None or line != _dumped(entry) or entry["hash"] != _hash(entry):
            return Verdict(number - 1, previous, "changed")
        if (entry["number"], entry["previous"]) != (number, previous):
            return Verdict(number - 1, previous, "moved")
        previous = entry["hash"]
    if number < count:
        return Verdict(number, previous, "missing")
    return Verdict(number, previous, None if previous == head else "changed")


def _line(last: dict[str, Any] | None, event: Event, actor: str, subjects: Iterable[str]) -> bytes:
    entry: dict[str, Any] = {
        "number": last["number"] + 1 if last else 1,
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "event": event,
        "actor": actor,
        "subjects": list(subjects),
        "previous": last["hash"] if last else _FIRST,
    }
    return _dumped(entry | {"hash": _hash(entry)})


def _completed(path: Path, line: bytes) -> None:
    """Appends what is missing of the last line after a crash or on a disk that was full."""
    with path.open("a+b") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - len(line)))
        tail = file.read()
    if tail != line:
        begun = tail.rpartition(b"\n")[2]
        _append(path, line[len(begun) :] if line.startswith(begun) else b"\n" + line)


def _append(path: Path, line: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        written = os.write(descriptor, line)
        if written < len(line):
            raise OSError(f"{written} of {len(line)} bytes written")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _head(folder: Path) -> dict[str, Any] | None:
    """The last line as it was noted apart. Raises ValueError if it was changed."""
    if not (folder / HEAD).exists():
        return None
    line = (folder / HEAD).read_bytes()
    entry = _parsed(line)
    if entry is None or line != _dumped(entry) or entry["hash"] != _hash(entry):
        raise ValueError(f"{HEAD} was changed")
    return entry


def _lines(path: Path) -> Iterator[bytes]:
    try:
        if path.exists():
            with path.open("rb") as file:
                yield from file
    except OSError as error:
        raise AuditUnusable(reason=error) from error


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) and set(entry) == _FIELDS and type(entry["number"]) is int else None


def _dumped(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry).encode() + b"\n"


def _hash(entry: dict[str, Any]) -> str:
    rest = {name: value for name, value in entry.items() if name != "hash"}
    return hashlib.sha256(json.dumps(rest).encode()).hexdigest()
