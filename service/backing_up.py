"""``ratslotse backup`` and ``restore``: what they print."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from indexer.errors import printable
from service.audit import audit
from service.auditing import actor, noted
from service.backup.restoring import restore
from service.backup.writing import backup
from service.settings import ServiceSettings

_DONE = 0
_WORDS = {
    "de": {
        "backup": "Gesichert: {path} ({megabytes} MB). Die Datei enthält auch Nichtöffentliches; bitte entsprechend verwahren.",
        "restore": "Wiederhergestellt in {into}: {files} Dateien vom {made}. "
        "Seither Vergessenes: {removed} Dokumente entfernt, je Index gezählt.",
        "next": "Zum Benutzen: ratslotse --index {into}/index serve (ohne RATSLOTSE_STATE; der Ordner state liegt daneben). "
        "Seit der Sicherung widerrufene Schlüssel gelten wieder: bitte mit «ratslotse keys list» prüfen.",
    },
    "en": {
        "backup": "Saved: {path} ({megabytes} MB). The file also holds what is not public; please keep it accordingly.",
        "restore": "Restored into {into}: {files} files of {made}. "
        "Forgotten since: {removed} documents removed, counted in each index.",
        "next": "To use it: ratslotse --index {into}/index serve (without RATSLOTSE_STATE; the folder state lies beside). "
        "Keys revoked since the backup are valid again: please check with 'ratslotse keys list'.",
    },
}


def run_backup(options: argparse.Namespace, settings: ServiceSettings) -> int:
    noted(settings, "backup", [])
    size = backup(settings, options.file)
    told = {"path": str(options.file), "bytes": size}
    _print(options.json, told, _WORDS[settings.language]["backup"].format(path=options.file, megabytes=size // 1_000_000 + 1))
    return _DONE


def run_restore(options: argparse.Namespace, settings: ServiceSettings) -> int:
    words = _WORDS[settings.language]
    done = restore(settings, options.file, options.into, options.forgotten)
    audit(options.into / "state", "restore", actor())
    removed = sum(done.removed.indexes.values())
    told = {"into": str(options.into), "made": done.made, "files": done.files, "removed": removed}
    _print(options.json, told, words["restore"].format(**told), words["next"].format(into=options.into))
    return _DONE


def _print(as_json: bool, report: Mapping[str, Any], *lines: str) -> None:
    if as_json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for line in lines:
            print(printable(line))
