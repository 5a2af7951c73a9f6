"""``ratslotse forget``: removes a document from everything that is kept of it, and tells what was removed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from indexer.errors import printable
from indexer.forgetting import Removed, enforce, forget, known_files, meant, take_back
from indexer.live import forgotten
from indexer.store import Known
from indexer.tombstones import Tombstone, name_digest
from service.auditing import noted
from service.errors import NotFound
from service.kept.stores import open_stores
from service.settings import ServiceSettings
from service.web.exports.judgements import Judgements
from service.web.exports.shares import Shares
from service.web.exports.state import State

DONE, FAILED = 0, 1
_WORDS = {
    "de": {
        "gone": "Vergessen: {id}  {file}",
        "indexes": "Index {name}: {count} Dokumente",
        "kept": "unveröffentlicht Gelesenes: {unfinished}, Vektoren: {vectors}, Einträge der Bücher: {books}",
        "state": "geteilte Antworten: {shares}, Rückmeldungen: {judgements}",
        "original": "Das Original liegt noch hier, bitte selbst löschen: {path}",
        "ambiguous": "Mehrere Dateien heißen so. Bitte mit der Kennung wiederholen:",
        "waiting": "Ein Lauf schreibt gerade in den Index. Er entfernt das Dokument gleich; das Übrige folgt, wenn er endet …",
        "none": "Nichts wurde vergessen.",
        "undone": "Zurückgenommen: {id}. Der nächste Lauf liest die Datei wieder ein, wenn sie noch da ist.",
        "again": "Schon vergessen am {made}; was davon noch da war, ist entfernt.",
    },
    "en": {
        "gone": "Forgotten: {id}  {file}",
        "indexes": "Index {name}: {count} documents",
        "kept": "read, not yet published: {unfinished}, vectors: {vectors}, entries of the books: {books}",
        "state": "shared answers: {shares}, judgements: {judgements}",
        "original": "The original is still here, please delete it yourself: {path}",
        "ambiguous": "Several files are called that. Please repeat with the id:",
        "waiting": "A run is writing to the index. It removes the document soon; the rest follows when it ends …",
        "none": "Nothing was forgotten.",
        "undone": "Taken back: {id}. The next run reads the file again if it is still there.",
        "again": "Already forgotten on {made}; what was left of it is removed.",
    },
}


def run(options: argparse.Namespace, settings: ServiceSettings) -> int:
    words = _WORDS[settings.language]
    if options.list:
        return _print_list(settings, options.json)
    if options.undo:
        if not take_back(settings, options.undo):
            raise NotFound(what=options.undo)
        noted(settings, "forget_undone", [options.undo])
        _print({"undone": options.undo}, [words["undone"].format(id=options.undo)], options.json)
        return DONE
    return _forget(options.document, settings, options.json)


def _forget(wanted: str, settings: ServiceSettings, as_json: bool) -> int:
    words = _WORDS[settings.language]
    targets = meant(known_files(settings), wanted)
    if len(targets) > 1:
        _print_ambiguous(targets, words["ambiguous"], as_json)
        return FAILED
    before = [one for one in forgotten(settings).tombstones if one.id == wanted]
    if not targets and not before:
        raise NotFound(what=wanted)

    def waiting() -> None:
        print(words["waiting"], file=sys.stderr, flush=True)

    noted(settings, "forget", [name_digest(*targets[0])[:12] if targets else wanted])
    if targets:
        gone, removed = forget(settings, targets[0], waiting)
    else:
        gone, removed = [], enforce(settings, waiting)
    stored = forget_answers(settings)
    shown: list[str] = [] if gone else [words["again"].format(made=before[0].made)]
    shown += _lines(gone, removed, stored, words)
    _print(_report(gone, removed, stored), shown, as_json)
    return DONE


def forget_answers(settings: ServiceSettings) -> dict[str, int]:
    """Deletes the shared answers and the judgements that rest on forgotten documents."""
    stores = open_stores(settings)
    state = State(stores, lambda: datetime.now(UTC))
    ids = forgotten(settings).ids
    gone = {
        "shares": Shares(state, settings.share_days).forget(ids),
        "judgements": Judgements(state, settings.feedback_days).forget(ids),
    }
    stores.tidy()
    return gone


def _report(gone: Sequence[Known], removed: Removed, stored: dict[str, int]) -> dict[str, Any]:
    originals = [str(one.path) if _still_there(one) else None for one in gone]
    files = [
        {"id": one.id, "file": f"{one.source}/{one.name}", "original": original}
        for one, original in zip(gone, originals, strict=True)
    ]
    return {"files": files, "removed": asdict(removed) | stored}


def _still_there(one: Known) -> bool:
    return one.path is not None and one.path.exists()


def _lines(gone: Sequence[Known], removed: Removed, stored: dict[str, int], words: dict[str, str]) -> Iterator[str]:
    yield from (words["gone"].format(id=one.id, file=f"{one.source}/{one.name}") for one in gone)
    yield from (words["indexes"].format(name=name, count=count) for name, count in removed.indexes.items())
    yield words["kept"].format(**asdict(removed))
    yield words["state"].format(**stored)
    originals = dict.fromkeys(one.path for one in gone if _still_there(one))
    yield from (words["original"].format(path=path) for path in originals)


def _print_ambiguous(targets: Sequence[tuple[str, str]], told: str, as_json: bool) -> None:
    listed = [{"id": name_digest(*one)[:12], "file": "/".join(one)} for one in targets]
    if as_json:
        print(json.dumps({"ambiguous": listed}, ensure_ascii=False, indent=2))
    else:
        print(told, file=sys.stderr)
        for one in listed:
            print(printable(f"{one['id']}  {one['file']}"), file=sys.stderr)


def _print_list(settings: ServiceSettings, as_json: bool) -> int:
    found = forgotten(settings).tombstones
    listed = [_stone(one) for one in found]
    lines = [f"{one['id']}  {one['made']}  ({one['files']})" for one in listed]
    _print({"forgotten": listed}, lines or [_WORDS[settings.language]["none"]], as_json)
    return DONE


def _stone(one: Tombstone) -> dict[str, Any]:
    return {"id": one.id, "made": one.made, "files": len(one.names)}


def _print(report: dict[str, Any], lines: Sequence[str], as_json: bool) -> None:
    if as_json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for line in lines:
            print(printable(line))
