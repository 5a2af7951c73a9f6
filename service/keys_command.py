"""``ratslotse keys add|list|revoke`` and ``ratslotse logins end``: who may see more than the public, for programs and people."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

from indexer.access import ANONYMOUS
from indexer.errors import printable
from service.access.clock import Now
from service.access.errors import RoleUnknown
from service.access.keys import Key, Keys
from service.access.readers import SCOPES
from service.access.sessions import Logins
from service.audit import audit
from service.errors import AuditUnusable
from service.kept.stores import open_stores
from service.settings import ServiceSettings

_DONE = 0
_DAYS, _MOST_DAYS = 365, 3_650
_NAME = re.compile(r"[\w.@ -]{1,80}")
_WORDS = {
    "de": {
        "once": "Der Schlüssel, nur dieses eine Mal zu sehen:",
        "none": "Noch kein Schlüssel.",
        "good": "gilt bis {day}",
        "expired": "abgelaufen am {day}",
        "revoked": "widerrufen am {day}",
        "revoked_now": "Widerrufen, ab sofort: {name} (rl_{id})",
        "ended": "Beendet sind alle Anmeldungen von {name}.",
        "ended_all": "Alle Anmeldungen sind beendet.",
    },
    "en": {
        "once": "The key, to be seen only this once:",
        "none": "No key yet.",
        "good": "valid until {day}",
        "expired": "expired on {day}",
        "revoked": "revoked on {day}",
        "revoked_now": "Revoked, from now on: {name} (rl_{id})",
        "ended": "All logins of {name} have ended.",
        "ended_all": "All logins have ended.",
    },
}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> list[argparse.ArgumentParser]:
    keys = commands.add_parser("keys", help="Schlüssel für Programme: ausgeben, zeigen, widerrufen")
    ways = keys.add_subparsers(required=True, metavar="WAS")
    added = ways.add_parser("add", help="gibt einen neuen Schlüssel aus und zeigt ihn einmal")
    added.add_argument("name", type=_name, metavar="NAME", help="wofür er ist; steht im Protokoll")
    added.add_argument("--role", default=ANONYMOUS, metavar="ROLLE", help="aus RATSLOTSE_ROLES (sonst anonymous: Öffentliches)")
    added.add_argument("--scope", action="append", choices=SCOPES, help="wofür er gilt (mehrfach; ohne Angabe: alles)")
    added.add_argument("--days", type=_days, default=_DAYS, metavar="N", help=f"so lange gilt er (sonst {_DAYS})")
    added.set_defaults(command=_add)
    listed = ways.add_parser("list", help="zeigt alle Schlüssel, ohne ihren Text")
    listed.set_defaults(command=_list)
    revoked = ways.add_parser("revoke", help="widerruft einen Schlüssel; gilt ab der nächsten Anfrage")
    revoked.add_argument("which", metavar="NAME|ID", help="Name oder Kennung (rl_ und acht Zeichen)")
    revoked.set_defaults(command=_revoke)
    logins = commands.add_parser("logins", help="Anmeldungen von Personen")
    ended = logins.add_subparsers(required=True, metavar="WAS").add_parser("end", help="beendet sie, ab der nächsten Anfrage")
    ended.add_argument("name", nargs="?", metavar="NAME", help="nur die dieser Person (ohne Angabe: alle)")
    ended.set_defaults(command=_end)
    return [added, listed, revoked, ended]


def _add(options: argparse.Namespace, settings: ServiceSettings) -> int:
    known = [ANONYMOUS, *settings.roles]
    if options.role not in known:
        raise RoleUnknown(role=options.role, known=", ".join(known))
    keys = _keys(settings)
    key, text = keys.add(options.name, options.role, options.scope or SCOPES, options.days)
    try:
        audit(settings.state_folder, "key_added", key.name, [f"rl_{key.id}"])
    except AuditUnusable:  # a key that nobody accounts for is none
        keys.revoke(key.id)
        raise
    _tell(options, _fields(key) | {"key": text}, lambda: f"{_line(key, settings)}\n{_words(settings)['once']}\n{text}")
    return _DONE


def _list(options: argparse.Namespace, settings: ServiceSettings) -> int:
    keys = _keys(settings).all()
    lines = [_line(key, settings) for key in keys] or [_words(settings)["none"]]
    _tell(options, [_fields(key) for key in keys], lambda: "\n".join(lines))
    return _DONE


def _revoke(options: argparse.Namespace, settings: ServiceSettings) -> int:
    key = _keys(settings).revoke(options.which.removeprefix("rl_"))
    audit(settings.state_folder, "key_revoked", key.name, [f"rl_{key.id}"])
    _tell(options, _fields(key), lambda: _words(settings)["revoked_now"].format(name=key.name, id=key.id))
    return _DONE


def _end(options: argparse.Namespace, settings: ServiceSettings) -> int:
    Logins(open_stores(settings)).end(options.name)
    said = _words(settings)["ended" if options.name else "ended_all"]
    _tell(options, {"ended": options.name}, lambda: said.format(name=options.name))
    return _DONE


def _keys(settings: ServiceSettings) -> Keys:
    return Keys(open_stores(settings), Now())


def _words(settings: ServiceSettings) -> dict[str, str]:
    return _WORDS[settings.language]


def _tell(options: argparse.Namespace, fields: object, said: Callable[[], str]) -> None:
    if options.json:
        print(json.dumps(fields, ensure_ascii=False, indent=2))
    else:
        print("\n".join(map(printable, said().split("\n"))))


def _fields(key: Key) -> dict[str, object]:
    return {
        "id": f"rl_{key.id}",
        "name": key.name,
        "role": key.role,
        "scopes": list(key.scopes),
        "made": _moment(key.made),
        "expires": _moment(key.expires),
        "revoked": _moment(key.revoked) if key.revoked is not None else None,
    }


def _line(key: Key, settings: ServiceSettings) -> str:
    if key.revoked is not None:
        state, moment = "revoked", key.revoked
    else:
        state, moment = ("good" if Now()() < key.expires else "expired"), key.expires
    until = _words(settings)[state].format(day=_moment(moment)[:10])
    return f"rl_{key.id}  {key.name}  {key.role}  {','.join(key.scopes)}  {until}"


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _name(text: str) -> str:
    if not _NAME.fullmatch(text) or not text.strip():
        raise argparse.ArgumentTypeError("Buchstaben, Ziffern, . @ - und Leerzeichen / letters, digits, . @ - and spaces")
    return text


def _days(number: str) -> int:
    if not number.isdecimal() or not 1 <= int(number[:9]) <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"1 bis {_MOST_DAYS} / 1 to {_MOST_DAYS}")
    return int(number)
