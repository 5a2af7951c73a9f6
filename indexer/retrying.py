"""Which files are read again although they have not changed.

A newer parser reads everything again. What failed for a reason that passes by itself (the disk, a time limit, Tesseract not
installed) is tried again by the next run; what lies in the file itself is not, until the file changes or the operator asks.
"""

from __future__ import annotations

from dataclasses import dataclass

from indexer import parsing
from indexer.ledger import Entry
from indexer.parsing import ocr
from indexer.reading_notes import Problem
from indexer.settings import Settings

MOST_ATTEMPTS = 3  # runs that try a file which the reader had to be stopped at
_PASSING = frozenset({"path"})
_STOPPED = "stopped"
_FOR_RECOGNISER = frozenset({"ocr_missing", "ocr_failed", "no_recognition", "no_text"})
TEMPORARY = _PASSING | {_STOPPED, "ocr_missing", "no_recognition"}


@dataclass(frozen=True)
class Conditions:
    """What the reading of a file depends on besides the file. ``recogniser``: "" if there is none."""

    parser: int
    recogniser: str
    limits: str


def conditions(settings: Settings) -> Conditions:
    limits = f"{settings.file_seconds:g} s, {settings.reader_megabytes} MB"
    return Conditions(parsing.VERSION, ocr.available() or "", limits)


def is_due(entry: Entry, now: Conditions) -> bool:
    """Whether an unchanged file is read again."""
    codes = {problem.code for problem in entry.problems}
    if entry.parser != now.parser or codes & _PASSING:
        return True
    if codes & _FOR_RECOGNISER and now.recogniser not in ("", entry.recogniser):
        return True
    return _STOPPED in codes and (entry.attempts < MOST_ATTEMPTS or entry.limits != now.limits)


def is_temporary(entry: Entry) -> bool:
    """Whether the reason may pass without anybody changing the file."""
    codes = {problem.code for problem in entry.problems}
    return bool(codes & TEMPORARY) and "given_up" not in codes


def passes_soon(entry: Entry) -> bool:
    """Whether it is worth trying again within minutes: Tesseract does not appear as suddenly as a disk does."""
    codes = {problem.code for problem in entry.problems}
    return bool(codes & (_PASSING | {_STOPPED})) and "given_up" not in codes


def attempts(before: Entry | None, fingerprint: str, now: Conditions) -> int:
    """How often these bytes were read under these conditions, this time included."""
    if before is None or before.fingerprint != fingerprint:
        return 1
    same = (before.parser, before.recogniser, before.limits) == (now.parser, now.recogniser, now.limits)
    return before.attempts + 1 if same else 1


def with_end(problems: tuple[Problem, ...], tries: int) -> tuple[Problem, ...]:
    """The problems, and that nothing more is tried by itself where that is so."""
    if tries >= MOST_ATTEMPTS and any(problem.code == _STOPPED for problem in problems):
        return *problems, Problem("given_up", {"attempts": str(tries)})
    return problems
