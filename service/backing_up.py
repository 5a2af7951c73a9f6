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
        "backup_server": "Nicht darin ist, was auf dem Datenbankserver liegt: der Index, wie er gelesen wird, Schlüssel, "
        "Anmeldungen, geteilte Antworten, Rückmeldungen. Gesichert wird er mit pg_basebackup oder pg_dump (docs/skalierung.md).",
        "restore": "Wiederhergestellt in {into}: {files} Dateien vom {made}. "
        "Seither Vergessenes: {removed} Dokumente entfernt, je Index gezählt.",
        "next": "Zum Benutzen: ratslotse --index {into}/index serve (ohne RATSLOTSE_STATE; der Ordner state liegt daneben). "
        "Seit der Sicherung widerrufene Schlüssel gelten wieder: bitte mit «ratslotse keys list» prüfen.",
        "next_server": "Zum Benutzen: RATSLOTSE_INDEX={into}/index, RATSLOTSE_STATE={into}/state; das nächste «ratslotse index» "
        "gleicht den Datenbankserver an. An ihm wurde nichts verändert.",
    },
    "en": {
        "backup": "Saved: {path} ({megabytes} MB). The file also holds what is not public; please keep it accordingly.",
        "backup_server": "Not in it is what lies on the database server: the index as it is read, keys, logins, shared answers, "
        "judgements. It is backed up by pg_basebackup or pg_dump (docs/skalierung.md).",
        "restore": "Restored into {into}: {files} files of {made}. "
        "Forgotten since: {removed} documents removed, counted in each index.",
        "next": "To use it: ratslotse --index {into}/index serve (without RATSLOTSE_STATE; the folder state lies beside). "
        "Keys revoked since the backup are valid again: please check with 'ratslotse keys list'.",
        "next_server": "To use it: RATSLOTSE_INDEX={into}/index, RATSLOTSE_STATE={into}/state; the next 'ratslotse index' brings "
        "the database server in line. Nothing was changed there.",
    },
}


def run_backup(options: argparse.Namespace, settings: ServiceSettings) -> int:
    noted(settings, "backup", [])
    size = backup(settings, options.file)
    words = _WORDS[settings.language]
    lines = [words["backup"].format(path=options.file, megabytes=size // 1_000_000 + 1)]
    lines += [words["backup_server"]] if settings.database else []
    _print(options.json, {"path": str(options.file), "bytes": size}, *lines)
    return _DONE


def run_restore(options: argparse.Namespace, settings: ServiceSettings) -> int:
    words = _WORDS[settings.language]
    done = restore(settings, options.file, options.into, options.forgotten)
    audit(options.into / "state", "restore", actor())
    removed = sum(done.removed.indexes.values())
    told = {"into": str(options.into), "made": done.made, "files": done.files, "removed": removed}
    _print(
        options.json,
        told,
        words["restore"].format(**told),
        words["next_server" if settings.database else "next"].format(into=options.into),
    )
    return _DONE


def _print(as_json: bool, report: Mapping[str, Any], *lines: str) -> None:
    if as_json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for line in lines:
            print(printable(line))
