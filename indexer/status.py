"""Where a paper stands, from the results of its Beratungsfolge alone. A Beschlussvorschlag is no decision."""

from __future__ import annotations

import re
from typing import Literal

from indexer.domain import Paper

Status = Literal["decided", "recommended", "rejected", "postponed", "noted", "open"]

_RESULTS: tuple[tuple[Status, re.Pattern[str]], ...] = (
    ("rejected", re.compile(r"abgelehnt|ablehn|zurückgewiesen|keine mehrheit", re.IGNORECASE)),
    (
        "postponed",
        re.compile(r"vertagt|zurückgestellt|abgesetzt|verwiesen|zurückgezogen|nicht behandelt", re.IGNORECASE),
    ),
    (
        "decided",
        re.compile(r"beschlossen|zugestimmt|zustimmung|angenommen|einstimmig|mehrheit|empfohlen", re.IGNORECASE),
    ),
    ("noted", re.compile(r"kenntnis", re.IGNORECASE)),
)
_PREPARES = re.compile(r"vorberat|empfehl|anhörung", re.IGNORECASE)


def status_of(paper: Paper) -> Status:
    """The state after the last step that has a result; "open" if none has. A consent that only prepares is "recommended"."""
    told = [step for step in paper.consultations if step.result]
    if not told:
        return "open"
    last = max(told, key=lambda step: str(step.date or ""))
    for status, pattern in _RESULTS:
        if pattern.search(last.result or ""):
            prepares = _PREPARES.search(f"{last.role or ''} {last.result}")
            return "recommended" if status == "decided" and prepares else status
    return "open"
