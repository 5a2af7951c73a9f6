"""The process that parses hostile files: ``python -m indexer.parsing.child MEGABYTES PARENT``. It is locked in (lockdown.py).

Standard input is a socket: one JSON line in ({"do", "name", "member"}) with the open file beside it. One JSON line out: {"text",
"pages", "blocks", "boxes", "notes"} for "read", {"members"} for "list", {"bytes"} for "extract" and for "draw" (which is also
given "page", "width" and the "sha256" that the file must have), or {"error", "details"}; before it any number of {"beat"} lines,
which ask for more time. JSON and not pickle: what comes back from a parser is as untrusted as what went in.
"""

from __future__ import annotations

import base64
import hashlib
import importlib
import json
import os
import socket
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any, BinaryIO, TextIO

from indexer.errors import BrokenFile, NoRecognition, NotAsRead, NoText, ReadError, ReaderStopped, UnreadablePath
from indexer.parsing import parse
from indexer.parsing.archives import Handed, Member, Unpacker
from indexer.parsing.lockdown import lock

_LONGEST_QUESTION = 65536


def main() -> None:
    megabytes, parent = (int(argument) for argument in sys.argv[1:])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # a library that prints must not speak into the protocol
    questions = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=0)
    lock(megabytes, parent)
    beat = partial(_answer, answers, {"beat": True})
    unpacker = Unpacker()
    while True:
        question, descriptors, _, _ = socket.recv_fds(questions, _LONGEST_QUESTION, 1)
        if not question:
            return
        asked = json.loads(question)
        with os.fdopen(descriptors[0], "rb") as file:
            _answer(answers, _done(unpacker, asked, _handed(file, asked["name"]), beat))


def _handed(file: BinaryIO, name: str) -> Handed:
    status = os.fstat(file.fileno())
    stamp = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    return Handed(name, stamp, partial(file.read, status.st_size))  # one that grows meanwhile is not read for ever


def _done(unpacker: Unpacker, asked: Any, file: Handed, beat: Callable[[], None]) -> dict[str, object]:
    do, member = asked["do"], tuple(asked["member"])
    try:
        if do == "list":
            return {"members": [_listed(found) for found in unpacker.members(file)]}
        if not member:
            unpacker.forget()
        data = unpacker.extract(file, member) if member else file.read()
        name = member[-1] if member else file.name
        if do == "draw":
            if hashlib.sha256(data).hexdigest() != asked["sha256"]:
                raise NotAsRead
            draw = importlib.import_module("indexer.parsing.pageimage").draw
            data = draw(data, name, asked["page"], asked["width"])
        if do in ("extract", "draw"):
            return {"bytes": base64.b64encode(data).decode()}
        return _read(data, name, beat)
    except ReadError as error:
        return {"error": error.code, "details": error.details}
    except OSError as error:
        return {"error": UnreadablePath.code, "details": {"reason": error.strerror or type(error).__name__}}
    except MemoryError:
        return {"error": ReaderStopped.code, "details": {"reason": "zu viel Speicher / too much memory", "seconds": "-"}}
    except Exception as error:
        return {"error": BrokenFile.code, "details": {"reason": type(error).__name__}}


def _listed(member: Member) -> dict[str, object]:
    wrong = {"error": member.error.code, "details": member.error.details} if member.error else {}
    return {"way": member.way, "size": member.size, "sha256": member.sha256} | wrong


def _read(data: bytes, name: str, beat: Callable[[], None]) -> dict[str, object]:
    laid_out = parse(data, name, beat)
    if not laid_out.text.strip():
        raise NoRecognition if any(note.startswith("ocr_missing") for note in laid_out.notes) else NoText
    return asdict(laid_out) | {"boxes": laid_out.boxes.hex()}


def _answer(answers: TextIO, answer: dict[str, object]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
