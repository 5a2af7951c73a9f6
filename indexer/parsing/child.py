"""The process that parses hostile files: ``python -m indexer.parsing.child MEGABYTES``. It can read, but write nothing.

One JSON line in ({"path"}), one JSON line out: {"text", "pages", "blocks", "boxes", "notes"} or {"error", "details"}, before it
any number of {"beat"} lines, which ask for more time. JSON and not pickle: what comes back from a parser is as untrusted as
what went in.
"""

from __future__ import annotations

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


def main() -> None:
    megabytes = int(sys.argv[1])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # a library that prints must not speak into the protocol
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        beat = partial(_answer, answers, {"beat": True})
        _answer(answers, _read(Path(json.loads(line)["path"]), beat))


def _read(path: Path, beat: Callable[[], None]) -> dict[str, object]:
    try:
        laid_out = parse(path.read_bytes(), path.name, beat)
        if not laid_out.text.strip():
            raise NoRecognition if any(note.startswith("ocr_missing") for note in laid_out.notes) else NoText
        return asdict(laid_out) | {"boxes": laid_out.boxes.hex()}
    except ReadError as error:
        return {"error": error.code, "details": error.details}
    except OSError as error:
        return {"error": UnreadablePath.code, "details": {"reason": error.strerror or type(error).__name__}}
    except MemoryError:
        return {"error": ReaderStopped.code, "details": {"reason": "zu viel Speicher / too much memory", "seconds": "-"}}
    except Exception as error:
        return {"error": BrokenFile.code, "details": {"reason": type(error).__name__}}


def _answer(answers: TextIO, answer: dict[str, object]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
