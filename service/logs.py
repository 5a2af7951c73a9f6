"""How the running service writes its log: lines of text, or of JSON for a log server.

One event is one line, its traceback aside, whose lines are indented: nothing that somebody sends can look like a line of ours. Of
an exception that is not ours only its kind and where it rose are told: its message may quote a question or a document.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import sys
import traceback
from datetime import UTC, datetime
from typing import Literal

from indexer.errors import RatslotseError, printable

_TOLD = (RatslotseError, OSError, sqlite3.Error)  # their messages name files and settings, never what was asked
_OURS = ("code", "id", "status", "where")  # given by incidents.py


def configure(form: Literal["text", "json"]) -> None:
    """Everything from warnings up goes to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(form))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # else a line for each try; what fails in the end has its own


def formatter(form: Literal["text", "json"]) -> logging.Formatter:
    return _Json() if form == "json" else _Text()


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = f"{_time(record)} {record.levelname} {record.name}: {printable(record.getMessage())}"
        return "\n".join([line, *(f"    {told}" for told in _trace(record))])


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {"time": _time(record), "level": record.levelname.lower(), "logger": record.name}
        fields["message"] = printable(record.getMessage())
        fields |= {name: getattr(record, name) for name in _OURS if hasattr(record, name)}
        if trace := _trace(record):
            fields["trace"] = trace
        return json.dumps(fields, ensure_ascii=False)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _trace(record: logging.LogRecord) -> list[str]:
    """The exception and what it came from, the latest first; of each where it rose, innermost last."""
    error = record.exc_info[1] if record.exc_info else None
    lines: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        said = f": {printable(error)}" if isinstance(error, _TOLD) else ""
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}{said}")
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines
