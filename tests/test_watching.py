"""``ratslotse index --watch``: what is put into a folder is found soon after, whatever happens in between."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.encoders import HashEncoder
from indexer.errors import RatslotseError
from indexer.search import search
from indexer.settings import Settings
from indexer.store import Collection
from service.watching import changes, pause, watch

DEADLINE = 120  # seconds


class Watching:
    """The real process, its lines read as they come."""

    def __init__(self, settings: Settings, *paths: Path) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("RATSLOTSE_")}
        command = [
            sys.executable,
            "-m",
            "service",
            "--index",
            str(settings.index),
            "index",
            "--watch",
            "--json",
            *map(str, paths),
        ]
        env = {**clean, "RATSLOTSE_ENCODER": "hash"}
        self.process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.reports: queue.Queue[str] = queue.Queue()
        self.said: queue.Queue[str] = queue.Queue()
        for stream, lines in ((self.process.stdout, self.reports), (self.process.stderr, self.said)):
            threading.Thread(target=lambda stream=stream, lines=lines: [lines.put(line) for line in stream], daemon=True).start()

    def report(self) -> dict[str, dict[str, int]]:
        """The next run that had something to tell."""
        return json.loads(self.reports.get(timeout=DEADLINE))

    def wait_for(self, words: str) -> None:
        while words not in self.said.get(timeout=DEADLINE):
            pass

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(DEADLINE)


@pytest.fixture
def watching(settings: Settings, folder: Path) -> Iterator[Watching]:
    started = Watching(settings, folder)
    yield started
    if started.process.poll() is None:
        started.process.kill()
    started.process.wait()
    for stream in (started.process.stdout, started.process.stderr):
        assert stream is not None
        stream.close()


def found(settings: Settings, word: str) -> set[str]:
    """The files with a passage found that holds the word."""
    hits = search(Collection(settings.index, "public").open(), HashEncoder(), word)
    return {hit.passage.document.file.name for hit in hits if word in hit.passage.text}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_new_file_is_found_a_removed_one_is_gone(
    watching: Watching, settings: Settings, folder: Path, number: signal.Signals
) -> None:
    assert watching.report()["books"]["ok"] == 5
    watching.wait_for("Warte auf Änderungen")
    (folder / "neu.txt").write_text("Die Seilbahn zum Schlossberg wird gebaut.", encoding="utf-8")
    assert watching.report()["books"] == {"found": 6, "ok": 1, "partial": 0, "failed": 0, "skipped": 0, "unchanged": 5}
    assert found(settings, "Seilbahn") == {"neu.txt"}
    watching.wait_for("Warte auf Änderungen")
    (folder / "neu.txt").unlink()
    assert watching.report()["books"]["found"] == 5
    assert found(settings, "Seilbahn") == set()
    assert watching.stop(number) == 0


def test_a_run_that_fails_does_not_end_the_watch(watching: Watching, settings: Settings, folder: Path) -> None:
    watching.report()
    watching.wait_for("Warte auf Änderungen")
    ledger = settings.index / "ledger.sqlite"
    kept = ledger.read_bytes()
    ledger.write_bytes(b"no database at all, only words")
    (folder / "neu.txt").write_text("Die Seilbahn zum Schlossberg wird gebaut.", encoding="utf-8")
    watching.wait_for("nicht benutzbar")
    ledger.write_bytes(kept)
    (folder / "neu.txt").write_text("Die Seilbahn zum Schlossberg wird 2027 gebaut.", encoding="utf-8")
    assert watching.report()["books"]["ok"] == 1
    assert found(settings, "Seilbahn") == {"neu.txt"}
    assert watching.stop() == 0


def test_an_index_inside_its_source_does_not_set_off_runs(tmp_path: Path, write) -> None:
    write(tmp_path, {"a.txt": "Die Brücke wird erneuert.", "index/.lock": ""})
    stop = threading.Event()
    looks = changes([tmp_path], tmp_path / "index", pytest.fail, stop)
    next(looks)
    write(tmp_path, {"index/public/CURRENT": "000001"})
    assert [next(looks) for _ in range(3)] == [False, False, False]
    write(tmp_path, {"b.txt": "Der Brunnen wird saniert."})
    assert any(next(looks) for _ in range(DEADLINE))
    stop.set()
    assert list(looks) == []


def test_a_folder_that_cannot_be_watched_is_told_and_looked_at_now_and_then(tmp_path: Path) -> None:
    told: list[RatslotseError] = []
    stop = threading.Event()
    runs: list[int] = []

    def run() -> bool:
        runs.append(1)
        stop.set()
        return True

    watch([tmp_path / "nirgends"], tmp_path / "index", run, told.append, stop)
    assert len(runs) == 1
    assert "WATCHFILES_FORCE_POLLING" in told[0].message("de")


def test_pauses_grow_while_something_fails_and_have_an_end() -> None:
    assert [pause(failed) for failed in (0, 1, 2, 3, 99)] == [600, 30, 60, 120, 600]
