"""``ratslotse forget``, ``audit``, ``backup``, ``restore``: their arguments. What they do is loaded when it is called."""

from __future__ import annotations

import argparse

from service.settings import ServiceSettings


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> list[argparse.ArgumentParser]:
    return [_add_forget(commands), _add_audit(commands)]


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
