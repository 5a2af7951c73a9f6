"""The process that parses hostile files: ``python -m indexer.parsing.child MEGABYTES``. It can read, but write nothing.

One JSON line in: {"path", "member", "do"}. One JSON line out: {"text", "pages", "blocks", "boxes", "notes"} for "read",
{"members"} for "list", {"bytes"} for "extract", or {"error", "details"}; before it any number of {"beat"} lines, which ask
for more time. JSON and not pickle: what comes back from a parser is as untrusted as what went in.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TextIO

from indexer.errors import BrokenFile, NoRecognition, NoText, ReadError, ReaderStopped, UnreadablePath
from indexer.parsing import parse
from indexer.parsing.archives import Member, Unpacker


def main() -> None:
    megabytes = int(sys.argv[1])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # a library that prints must not speak into the protocol
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    unpacker = Unpacker()
    for line in sys.stdin:
        asked = json.loads(line)
        beat = partial(_answer, answers, {"beat": True})
        _answer(answers, _done(unpacker, asked["do"], Path(asked["path"]), tuple(asked["member"]), beat))


def _done(unpacker: Unpacker, do: str, path: Path, member: tuple[str, ...], beat: Callable[[], None]) -> dict[str, object]:
    try:
        if do == "list":
            return {"members": [_listed(found) for found in unpacker.members(path)]}
        if not member:
            unpacker.forget()
        data = unpacker.extract(path, member) if member else path.read_bytes()
        if do == "extract":
            return {"bytes": base64.b64encode(data).decode()}
        return _read(data, member[-1] if member else path.name, beat)
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
