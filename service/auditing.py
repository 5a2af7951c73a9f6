"""``ratslotse audit``: shows the audit log, or checks that it is as it was written."""

from __future__ import annotations

import argparse
import getpass
import json
from pathlib import Path
from typing import Any

from indexer.errors import printable
from service.audit import Event, audit, entries, verify
from service.settings import ServiceSettings

_DONE, _FAILED = 0, 1
_VERDICTS = {
    "de": {
        None: "Unverändert: {sound} Einträge, letzte Prüfsumme {head}",
        "changed": "VERÄNDERT: Eintrag {next} ist nicht, wie er geschrieben wurde; die {sound} davor sind es.",
        "moved": "VERÄNDERT: Nach Eintrag {sound} fehlt etwas, oder die Reihenfolge stimmt nicht.",
        "missing": "VERÄNDERT: Nach Eintrag {sound} fehlt der Rest. "
        "Fehlt nur der letzte (nach einem Absturz), trägt ihn das nächste Ereignis nach.",
        "added": "VERÄNDERT: Nach Eintrag {sound} wurde etwas angefügt.",
    },
    "en": {
        None: "Unchanged: {sound} entries, last hash {head}",
        "changed": "CHANGED: entry {next} is not as it was written; the {sound} before it are.",
        "moved": "CHANGED: something is missing after entry {sound}, or the order is wrong.",
        "missing": "CHANGED: after entry {sound} the rest is missing. "
        "If only the last one is (after a crash), the next event adds it.",
        "added": "CHANGED: something was appended after entry {sound}.",
    },
}


def noted(settings: ServiceSettings, event: Event, subjects: list[str]) -> None:
    """Appends what somebody did on the command line. Raises AuditUnusable."""
    audit(settings.state_folder, event, actor(), subjects)


def actor() -> str:
    """Who is at the command line."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # a user without a name, as in a container
        return "cli:?"


def run(options: argparse.Namespace, settings: ServiceSettings) -> int:
    folder = settings.state_folder
    if options.verify:
        return _verify(folder, settings.language, options.json)
    for entry in entries(folder):
        print(json.dumps(entry) if options.json else printable(_shown(entry)))
    return _DONE


def _verify(folder: Path, language: str, as_json: bool) -> int:
    verdict = verify(folder)
    if as_json:
        print(json.dumps(vars(verdict)))
    else:
        told = _VERDICTS[language][verdict.fault]
        print(told.format(sound=verdict.sound, next=verdict.sound + 1, head=verdict.head))
    return _DONE if verdict.fault is None else _FAILED


def _shown(entry: dict[str, Any]) -> str:
    return f"{entry['number']:6}  {entry['time']}  {entry['event']}  {entry['actor']}  {' '.join(map(str, entry['subjects']))}"
