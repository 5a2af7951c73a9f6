"""``ratslotse index``: one run, or one after another with ``--watch``, and what they print."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.build import Report, build
from indexer.errors import IndexUnusable, RatslotseError, RunStopped, printable
from indexer.forgetting import Heeding
from indexer.parsing import ocr
from indexer.retrying import passes_soon
from indexer.spreading.cluster import workers_at
from service import watching
from service.settings import ServiceSettings
from service.stopping import Stopper
from service.terminal import Bars, report_lines

_WATCHING = {
    "de": "Warte auf Änderungen in {paths} (Strg+C beendet)",
    "en": "Waiting for changes in {paths} (Ctrl+C stops)",
}


@dataclass(frozen=True)
class Wanted:
    """``dask``: address of the scheduler whose workers read and encode; None: this process does."""

    paths: Sequence[Path]
    access: str | None
    allow_empty: bool = False
    dask: str | None = None


def once(settings: ServiceSettings, wanted: Wanted, as_json: bool) -> bool:
    """One run. Whether files failed. Raises RunStopped, a DaskError and what build() raises."""
    with Stopper(settings.language) as stopper:
        report = _run(settings, wanted, stopper)
    _print(report, settings.language, as_json, indent=2)
    return bool(report.of("failed"))


def watch(settings: ServiceSettings, wanted: Wanted, as_json: bool) -> None:
    """Runs until it is asked to stop. A run that fails is told, and tried again."""
    told: object = None

    def run() -> bool:
        nonlocal told
        ocr.available.cache_clear()  # Tesseract may have been installed since
        try:
            report = _run(settings, wanted, stopper)
        except (OSError, sqlite3.Error) as error:
            tell(IndexUnusable(index=settings.index, reason=error))
            return True
        except RatslotseError as error:
            tell(error)
            return not isinstance(error, RunStopped)
        if _news(report) != told:
            told = _news(report)
            _print(report, settings.language, as_json, indent=None)
        shown = _WATCHING[settings.language].format(paths=", ".join(map(str, wanted.paths)))
        print(printable(shown), file=sys.stderr, flush=True)
        return any(map(passes_soon, report.entries))

    def tell(error: RatslotseError) -> None:
        print(f"{error.message(settings.language)} [{error.code}]", file=sys.stderr, flush=True)

    with Stopper(settings.language) as stopper:
        watching.watch(wanted.paths, settings.index, run, tell, stopper.asked)


def _run(settings: ServiceSettings, wanted: Wanted, stopper: Stopper) -> Report:
    heed = Heeding(settings)
    spread = workers_at(wanted.dask, settings) if wanted.dask else contextlib.nullcontext()
    with Bars() as bars, spread as hands:

        def progress(stage: str, done: int, total: int) -> None:
            bars.show(stage, done, total)
            stopper.check()
            heed()

        return build(settings, wanted.paths, wanted.access, progress, wanted.allow_empty, hands)


def _news(report: Report) -> object:
    """What a run found, as far as it is worth a line: a new generation, or other files that are not wholly read."""
    unread = frozenset((entry.source, entry.name, entry.code) for entry in report.entries if entry.problems)
    return report.generation, report.not_public, unread


def _print(report: Report, language: str, as_json: bool, indent: int | None) -> None:
    if as_json:
        unread = {kind: report.of(result, language) for kind, result in _LISTS.items()}
        fields: dict[str, Any] = {"generation": report.generation, "books": report.books(), "not_public": report.not_public}
        print(json.dumps(fields | unread, ensure_ascii=False, indent=indent), flush=True)
    else:
        for line in report_lines(report, language):
            print(printable(line), flush=True)


_LISTS = {"failures": "failed", "partial": "partial", "skipped": "skipped"}
