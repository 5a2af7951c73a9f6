"""``ratslotse forget``, ``audit``, ``backup``, ``restore``: their arguments. What they do is loaded when it is called."""

from __future__ import annotations

import argparse
from pathlib import Path

from service.settings import ServiceSettings


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> list[argparse.ArgumentParser]:
    return [_add_forget(commands), _add_audit(commands), _add_backup(commands), _add_restore(commands)]


def _add_forget(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser("forget", help="entfernt ein Dokument sofort und für immer aus allem, was Ratslotse aufbewahrt")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("document", nargs="?", metavar="DOCUMENT", help="Kennung oder Dateiname, auch von E-Mail oder Archiv")
    what.add_argument("--list", action="store_true", help="zeigt, was vergessen wurde: Kennungen und Tage, keine Namen")
    what.add_argument("--undo", metavar="KENNUNG", help="nimmt es zurück; der nächste Lauf liest die Datei wieder ein")
    parser.set_defaults(command=_forget)
    return parser


def _forget(options: argparse.Namespace, settings: ServiceSettings) -> int:
    from service import forgetting

    return forgetting.run(options, settings)


def _add_audit(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser("audit", help="zeigt das Protokoll der Zugriffe und Eingriffe")
    parser.add_argument("--verify", action="store_true", help="prüft, ob es unverändert ist")
    parser.set_defaults(command=_audit)
    return parser


def _audit(options: argparse.Namespace, settings: ServiceSettings) -> int:
    from service import auditing

    return auditing.run(options, settings)


def _add_backup(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser("backup", help="sichert Index und Ablage in eine Datei, auch während eines Laufs")
    parser.add_argument("file", type=Path, metavar="DATEI", help="neue Datei (tar)")
    parser.set_defaults(command=_backup)
    return parser


def _backup(options: argparse.Namespace, settings: ServiceSettings) -> int:
    from service import backing_up

    return backing_up.run_backup(options, settings)


def _add_restore(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser("restore", help="stellt eine Sicherung in einem leeren Ordner wieder her, ohne Vergessenes")
    parser.add_argument("file", type=Path, metavar="DATEI", help="was backup schrieb")
    parser.add_argument("--into", type=Path, required=True, metavar="DIR", help="neuer oder leerer Ordner")
    parser.add_argument(
        "--forgotten", metavar="DATEI", help="forgotten.jsonl des letzten Standes (sonst die in RATSLOTSE_STATE); none: keine"
    )
    parser.set_defaults(command=_restore)
    return parser


def _restore(options: argparse.Namespace, settings: ServiceSettings) -> int:
    from service import backing_up

    return backing_up.run_restore(options, settings)
