"""``ratslotse migrate FROM TO``: an index from a folder to a PostgreSQL server, or back, or to another; nothing is encoded."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.errors import SettingsError, printable
from indexer.settings import SERVER
from service.settings import ServiceSettings

if TYPE_CHECKING:
    from indexer.postgres.moving import Place

_DONE = 0
_WORDS = {
    "de": {"there": "{target}: {name}, Prüfsumme {digest}", "next": "Zum Benutzen: RATSLOTSE_INDEX={target}"},
    "en": {"there": "{target}: {name}, digest {digest}", "next": "To use it: RATSLOTSE_INDEX={target}"},
}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser("migrate", help="bringt einen Index in einen Ordner oder auf einen PostgreSQL-Server")
    parser.add_argument("origin", metavar="VON", help="Ordner eines Index oder postgresql://…")
    parser.add_argument("target", metavar="NACH", help="Ordner oder postgresql://…; einer von beiden ist ein Server")
    parser.add_argument("--replace", action="store_true", help="ersetzt, was dort schon liegt")
    parser.set_defaults(command=_migrate)
    return parser


def _migrate(options: argparse.Namespace, settings: ServiceSettings) -> int:
    from indexer.postgres.moving import move
    from service.auditing import noted
    from service.terminal import Bars

    if not options.origin.startswith(SERVER) and not options.target.startswith(SERVER):
        raise SettingsError(
            name="migrate",
            problem_de="zwei Ordner",
            problem_en="two folders",
            remedy_de="Einen Ordner kopiert «cp -a». Erwartet wird wenigstens ein Server: postgresql://…",
            remedy_en="A folder is copied by 'cp -a'. At least one server is expected: postgresql://…",
        )
    noted(settings, "migrate", [])
    origin, target = _place(options.origin, settings), _place(options.target, settings)
    with Bars() as bars:
        moved = move(origin, target, options.replace, bars.show)
    if options.json:
        print(json.dumps({"target": target.name, "digests": moved}, indent=2))
    else:
        words = _WORDS[settings.language]
        for name, digest in moved.items():
            print(printable(words["there"].format(target=target.name, name=name, digest=digest[:12])))
        print(printable(words["next"].format(target=target.name)))
    return _DONE


def _place(named: str, settings: ServiceSettings) -> Place:
    from indexer.postgres.moving import FolderPlace, ServerPlace

    if named.startswith(SERVER):
        return ServerPlace(named)
    return FolderPlace(Path(named), settings.model_copy(update={"index": Path(named)}).state_folder)
