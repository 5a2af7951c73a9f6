"""``ratslotse harvest oparl``: its arguments, and how the command line shows a run."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indexer.harvest.run import HarvestReport

_OBJECT_COUNTS = ("seen", "new", "changed", "unchanged", "deleted")
_FILE_COUNTS = (*_OBJECT_COUNTS, "missing", "failed")
_LISTED = 10  # of one kind; --json lists all

_WORDS = {
    "de": {
        "full": "vollständiger Durchgang",
        "increment": "Änderungen seit dem letzten Lauf",
        "requests": "Anfragen",
        "objects": "Objekte",
        "files": "Dateien",
        "seen": "gesehen",
        "new": "neu",
        "changed": "geändert",
        "unchanged": "unverändert",
        "deleted": "gelöscht",
        "missing": "verlinkt, nicht abrufbar",
        "failed": "gescheitert",
        "next": "Einlesen mit",
    },
    "en": {
        "full": "everything was read",
        "increment": "changes since the last run",
        "requests": "requests",
        "objects": "objects",
        "files": "files",
        "seen": "seen",
        "new": "new",
        "changed": "changed",
        "unchanged": "unchanged",
        "deleted": "deleted",
        "missing": "linked, not available",
        "failed": "failed",
        "next": "index it with",
    },
}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    harvested = commands.add_parser("harvest", help="spiegelt ein Ratsinformationssystem in einen Ordner, den index liest")
    oparl = harvested.add_subparsers(required=True, metavar="WAS").add_parser("oparl", help="über seine OParl-Schnittstelle")
    oparl.add_argument("url", metavar="URL", help="Adresse des OParl-Systems oder einer Körperschaft (Body)")
    oparl.add_argument("--into", type=Path, required=True, metavar="DIR", help="Ordner des Spiegels (neu, leer oder schon einer)")
    oparl.add_argument("--full", action="store_true", help="alles durchgehen, nicht nur Geändertes")
    oparl.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME", help="weiterer Rechner für Dateien (mehrfach)"
    )
    oparl.add_argument("--allow-deletions", action="store_true", help="auch sehr viele Löschungen ausführen")
    return oparl


def as_json(report: HarvestReport, language: str) -> dict[str, Any]:
    notes = report.notes
    return {
        "full": report.full,
        "requests": report.requests,
        "objects": {name: notes.objects[name] for name in _OBJECT_COUNTS},
        "files": {name: notes.files[name] for name in _FILE_COUNTS},
        "failed": len(notes.failures),
        "failures": report.failures(language),
        "missing": [{"id": name, "reason": reason} for name, reason in notes.missing.items()],
    }


def lines(report: HarvestReport, into: Path, language: str) -> Iterator[str]:
    words, shown = _WORDS[language], as_json(report, language)
    yield f"{words['full' if report.full else 'increment']}; {words['requests']}: {report.requests}"
    for what in ("objects", "files"):
        yield f"{words[what]}: " + ", ".join(f"{words[name]} {count}" for name, count in shown[what].items())
    for what, entries in (("failed", shown["failures"]), ("missing", shown["missing"])):
        yield from (f"{words[what]}: {entry['id']}: {entry['reason']}" for entry in entries[:_LISTED])
        if len(entries) > _LISTED:
            yield f"{words[what]}: + {len(entries) - _LISTED} (--json)"
    yield f"{words['next']}: ratslotse index {into}"
