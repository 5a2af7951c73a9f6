"""The books: each file in one of them with its reason; what passes by itself is tried again; nothing that was read is lost."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from indexer import hands
from indexer.books import RunBooks, open_books
from indexer.build import Report, build
from indexer.domain import Document, File
from indexer.errors import IndexTooNew, IndexTooOld, ReadError, ReaderStopped, RunStopped, UnreadablePath
from indexer.ledger import VERSION, Entry, Ledger
from indexer.parsing import ocr
from indexer.parsing.sandbox import Reader
from indexer.retrying import conditions
from indexer.settings import Settings
from indexer.store import Collection

Reading = Callable[[File, Document], Document]


def results(report: Report) -> dict[str, str]:
    return {entry.name: entry.result for entry in report.entries}


def unread(settings: Settings) -> dict[str, Entry]:
    with open_books(settings.index) as books:
        return {entry.name: entry for entry in books.unread()}


def last_run(settings: Settings) -> RunBooks:
    with open_books(settings.index) as books:
        return books.runs(1)[0]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were really read, in order; they can be made to fail by name: see ``reading``."""
    return reading(monkeypatch, lambda _, document: document)


def reading(monkeypatch: pytest.MonkeyPatch, change: Reading) -> list[str]:
    names: list[str] = []
    original = hands.read_document

    def read_document(reader: Reader, file: File) -> Document:
        names.append(file.name)
        return change(file, original(reader, file))

    monkeypatch.setattr(hands, "read_document", read_document)
    return names


def failing(error: ReadError, name: str) -> Reading:
    def change(file: File, document: Document) -> Document:
        if file.name == name:
            raise error
        return document

    return change


# Balance

CONTENTS = {
    "gut.txt": b"Die Sporthalle wird saniert.",
    "gut.md": b"# Radweg\n\nDer Radweg wird gebaut.",
    "leer.txt": b"",
    "kaputt.pdf": b"%PDF-1.7 nonsense",
    "falsch.pdf": b"\x89PNG\r\n\x1a\n",
    "fremd.xyz": b"x",
    "kaputt.docx": b"PK\x03\x04",
}
TREES = st.dictionaries(
    st.tuples(st.sampled_from(["", "a/", "a/b/", "Landkreis Musterbach/"]), st.integers(0, 3), st.sampled_from(sorted(CONTENTS))),
    st.booleans(),  # whether it changes before the second run
    max_size=8,
)


@hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(tree=TREES)
def test_the_books_balance_for_any_tree(tree: dict[tuple[str, int, str], bool]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, settings = Path(folder, "papiere"), Settings(index=Path(folder, "index"), encoder="hash")
        source.mkdir()
        for run in (1, 2):
            for (parent, number, name), changes in tree.items():
                path = source / parent / f"{number}{name}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(CONTENTS[name] + (b"\n\nNeu." if changes and run == 2 and CONTENTS[name] else b""))
            report = build(settings, [source])
            books = report.books()
            assert books["found"] == len(tree) == sum(count for kind, count in books.items() if kind != "found")
            assert all(entry.problems for entry in report.entries if entry.result in ("partial", "failed", "skipped"))
            assert last_run(settings).books == books
        good = [key for key in tree if key[2].startswith("gut")]
        assert books["unchanged"] == sum(not tree[key] for key in good)
        assert books["ok"] == sum(tree[key] for key in good)
        assert set(unread(settings)) == {"".join(map(str, key)) for key in tree if key not in good}


# What the books say


def test_an_entry_has_its_facts(settings: Settings, tmp_path: Path, write, half_read) -> None:
    write(tmp_path / "p", {"gut.txt": "Die Sporthalle wird saniert."})
    path = half_read(tmp_path / "p" / "halb.pdf")
    build(settings, [tmp_path / "p"])
    entry = unread(settings)["halb.pdf"]
    assert (entry.result, entry.code, entry.pages, entry.without_text) == ("partial", "pages_without_text", 2, (2,))
    assert entry.size == path.stat().st_size
    assert len(entry.sha256) == 64
    assert entry.read
    assert entry.since
    assert entry.parser == conditions(settings).parser
    assert "2" in entry.reason("de")
    assert "Pages without" in entry.reason("en")


def test_recognised_pages_are_counted_and_are_no_failure(settings: Settings, folder: Path, monkeypatch) -> None:
    reading(monkeypatch, lambda file, d: replace(d, notes=("ocr_pages:1,2",)) if file.name.endswith("haushalt.pdf") else d)
    assert build(settings, [folder]).books()["ok"] == 5
    with open_books(settings.index) as books:
        (source,) = books.sources()
    assert (source.files, source.pages, source.recognised) == (5, 6, 2)
    assert source.recognised_share == pytest.approx(1 / 3)


def test_since_is_when_a_file_first_ended_like_this(settings: Settings, folder: Path, write) -> None:
    write(folder, {"leer.txt": ""})
    build(settings, [folder])
    path = settings.index / "ledger.sqlite"
    database = sqlite3.connect(path)
    database.execute("UPDATE files SET since = '2001-01-01T00:00:00+00:00'")
    database.commit()
    build(settings, [folder])
    assert unread(settings)["leer.txt"].since.startswith("2001")
    write(folder, {"leer.txt": b"\x89PNG\r\n\x1a\n"})
    build(settings, [folder])
    assert not unread(settings)["leer.txt"].since.startswith("2001")
    database.close()


# Tried again, or not


def test_what_lies_in_the_file_itself_is_not_read_again_and_still_counts(
    settings: Settings, folder: Path, write, read: list[str]
) -> None:
    write(folder, {"leer.txt": "", "kaputt.pdf": b"%PDF-1.7 nonsense"})
    first = build(settings, [folder])
    read.clear()
    second = build(settings, [folder])
    assert read == []
    assert second.of("failed") == first.of("failed")
    assert second.books() == {"found": 7, "ok": 0, "partial": 0, "failed": 2, "skipped": 0, "unchanged": 5}
    write(folder, {"leer.txt": "Jetzt mit Text."})
    assert results(build(settings, [folder]))["leer.txt"] == "ok"
    assert read == ["leer.txt"]


def test_a_newer_parser_tries_what_failed_again(settings: Settings, folder: Path, write, read: list[str], monkeypatch) -> None:
    write(folder, {"kaputt.pdf": b"%PDF-1.7 nonsense"})
    build(settings, [folder])
    read.clear()
    monkeypatch.setattr("indexer.parsing.VERSION", 1000)
    build(settings, [folder])
    assert "kaputt.pdf" in read
    assert len(read) == 6


def test_a_disk_error_is_tried_again_every_time(settings: Settings, folder: Path, monkeypatch) -> None:
    name = "Landkreis Musterbach/pflege.txt"
    with monkeypatch.context() as broken:
        names = reading(broken, failing(UnreadablePath(reason="EIO"), name))
        for _ in range(5):
            assert results(build(settings, [folder]))[name] == "failed"
        assert names.count(name) == 5
    assert results(build(settings, [folder]))[name] == "ok"


def test_a_reader_that_had_to_be_stopped_is_tried_in_three_runs_and_when_the_limit_changes(
    settings: Settings, folder: Path, monkeypatch
) -> None:
    name = "Landkreis Musterbach/pflege.txt"
    names = reading(monkeypatch, failing(ReaderStopped(reason="zu langsam", seconds=60), name))
    for _ in range(5):
        report = build(settings, [folder])
    assert names.count(name) == 3
    assert "Nach 3 Versuchen" in report.of("failed")[0]["reason"]
    build(settings.model_copy(update={"file_seconds": 120}), [folder])
    assert names.count(name) == 4


def test_without_tesseract_pages_wait_for_it(settings: Settings, folder: Path, monkeypatch) -> None:
    name = "Landkreis Musterbach/haushalt.pdf"
    monkeypatch.setattr(ocr, "available", lambda: None)
    names = reading(monkeypatch, lambda file, d: replace(d, notes=("ocr_missing:2",)) if file.name == name else d)
    for _ in range(2):
        report = build(settings, [folder])
    assert names.count(name) == 1
    assert results(report)[name] == "unchanged"
    assert "apt-get install tesseract-ocr" in unread(settings)[name].reason("de")
    monkeypatch.setattr(ocr, "available", lambda: "tesseract 5.3.0 deu")
    for _ in range(2):
        build(settings, [folder])
    assert names.count(name) == 2
    assert len(names) == 6


def test_the_operator_may_have_any_file_read_again_once(settings: Settings, folder: Path, write, read: list[str]) -> None:
    write(folder, {"kaputt.pdf": b"%PDF-1.7 nonsense"})
    build(settings, [folder])
    with open_books(settings.index) as books:
        books.mark([unread(settings)["kaputt.pdf"]])
    read.clear()
    for _ in range(2):
        build(settings, [folder])
    assert read == ["kaputt.pdf"]


def test_a_mark_set_while_a_run_is_under_way_waits_for_the_next(settings: Settings, folder: Path, write, read) -> None:
    write(folder, {"kaputt.pdf": b"%PDF-1.7 nonsense"})
    build(settings, [folder])
    write(folder, {"neu.txt": "Der Radweg wird gebaut."})

    def meanwhile(*_: object) -> None:
        with open_books(settings.index) as books:
            books.mark([unread(settings)["kaputt.pdf"]])

    build(settings, [folder], progress=meanwhile)
    read.clear()
    build(settings, [folder])
    assert read == ["kaputt.pdf"]


# A run that ends early


def stopping_after(files: int) -> Callable[[str, int, int], None]:
    def progress(stage: str, done: int, total: int) -> None:
        if stage == "read" and done == files:
            raise RunStopped

    return progress


def test_the_run_after_a_stopped_one_reads_only_the_rest(settings: Settings, folder: Path, write, read: list[str]) -> None:
    write(folder, {"kaputt.pdf": b"%PDF-1.7 nonsense"})
    with pytest.raises(RunStopped):
        build(settings, [folder], progress=stopping_after(4))
    assert last_run(settings).outcome == "stopped"
    assert len(read) == 4
    report = build(settings, [folder])
    assert sorted(read) == sorted({*read})
    assert report.books() == {"found": 6, "ok": 5, "partial": 0, "failed": 1, "skipped": 0, "unchanged": 0}
    assert not list(settings.index.glob("unfinished*"))
    whole = settings.model_copy(update={"index": settings.index.with_name("whole")})
    build(whole, [folder])
    digests = [Collection(each.index, "public").open().manifest["digest"] for each in (settings, whole)]
    assert digests[0] == digests[1]


def test_nothing_of_a_file_removed_after_a_stopped_run_is_left(settings: Settings, folder: Path, read: list[str]) -> None:
    with pytest.raises(RunStopped):
        build(settings, [folder], progress=stopping_after(5))
    assert b"Kurzzeitpflege" in (settings.index / "unfinished.sqlite").read_bytes()
    (folder / "Landkreis Musterbach" / "pflege.txt").unlink()
    (folder / "neu.txt").write_text("Der Radweg wird gebaut.", encoding="utf-8")
    with pytest.raises(RunStopped):
        build(settings, [folder], progress=stopping_after(1))
    assert all(b"Kurzzeitpflege" not in path.read_bytes() for path in settings.index.rglob("*") if path.is_file())


def test_a_torn_store_of_what_was_read_costs_time_only(settings: Settings, folder: Path) -> None:
    with pytest.raises(RunStopped):
        build(settings, [folder], progress=stopping_after(3))
    (settings.index / "unfinished.sqlite").write_bytes(b"torn")
    assert build(settings, [folder]).books()["ok"] == 5


# Ctrl-C pressed in a terminal reaches the whole process group, the reading child too.
_INTERRUPTED = """
import os, signal, sys
from service import cli, terminal
shown = terminal.Bars.show
def show(self, stage, done, total):
    shown(self, stage, done, total)
    if (stage, done) == ("read", 3):
        for _ in range(int(sys.argv[1])):
            os.killpg(0, getattr(signal, sys.argv[2]))
terminal.Bars.show = show
sys.exit(cli.main(sys.argv[3:]))
"""


@pytest.mark.parametrize(("times", "name"), [(1, "SIGINT"), (1, "SIGTERM"), (2, "SIGINT")])
def test_ctrl_c_ends_in_order_and_the_next_run_goes_on(
    settings: Settings, folder: Path, times: int, name: str, read: list[str]
) -> None:
    arguments = ["--index", str(settings.index), "index", str(folder), "--json"]
    command = [sys.executable, "-c", _INTERRUPTED, str(times), name, *arguments]
    env = {"PATH": "/usr/bin:/bin", "RATSLOTSE_ENCODER": "hash"}
    done = subprocess.run(command, capture_output=True, text=True, env=env, start_new_session=True, check=False)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert "Traceback" not in done.stderr
    assert ("macht dort weiter" in done.stderr) == (times == 1)
    assert last_run(settings).outcome == "stopped"
    assert build(settings, [folder]).books()["ok"] == 5
    assert len(read) == 2


def test_a_killed_run_loses_no_file_it_has_read(settings: Settings, folder: Path, read: list[str]) -> None:
    command = [sys.executable, "-c", _INTERRUPTED, "1", "SIGKILL", "--index", str(settings.index), "index", str(folder)]
    env = {"PATH": "/usr/bin:/bin", "RATSLOTSE_ENCODER": "hash"}
    done = subprocess.run(command, capture_output=True, env=env, start_new_session=True, check=False)
    assert done.returncode == -signal.SIGKILL
    killed = last_run(settings)
    assert (killed.outcome, killed.finished) == (None, None)
    build(settings, [folder])
    assert len(read) == 2


# Ledgers of other versions


def _old_ledger(path: Path, folder: Path) -> None:
    database = sqlite3.connect(path)
    database.executescript("""
        CREATE TABLE sources (name TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, access TEXT NOT NULL);
        CREATE TABLE files (source TEXT NOT NULL, name TEXT NOT NULL, result TEXT NOT NULL, reason TEXT NOT NULL,
            parser INTEGER NOT NULL, read TEXT NOT NULL, PRIMARY KEY (source, name));
        PRAGMA user_version = 0;
    """)
    parser = conditions(Settings()).parser
    papers = [path for path in folder.rglob("*") if path.suffix in (".md", ".txt", ".pdf", ".docx", ".html")]
    names = [path.relative_to(folder).as_posix() for path in papers]
    rows = [("papiere", name, "ok", "", parser, "2026-01-01T00:00:00+00:00") for name in names]
    database.executemany("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)", rows)
    database.execute("INSERT INTO files VALUES ('papiere', 'weg.pdf', 'failed', 'Kaputt.', 1, '2026-01-01T00:00:00+00:00')")
    database.execute("INSERT INTO sources VALUES ('papiere', ?, 'public')", (str(folder),))
    database.commit()
    database.close()


def test_a_ledger_of_the_first_version_is_taken_over(settings: Settings, folder: Path, read: list[str]) -> None:
    build(settings, [folder])
    path = settings.index / "ledger.sqlite"
    path.unlink()
    _old_ledger(path, folder)
    with pytest.raises(IndexTooOld), open_books(settings.index):
        pass
    ledger = Ledger(path)
    assert ledger.sources() == [(folder, "public")]
    ledger.close()
    assert unread(settings)["weg.pdf"].reason("de") == "Kaputt."
    read.clear()
    assert build(settings, [folder]).books()["unchanged"] == 5
    assert read == []


def test_a_ledger_of_a_later_version_is_left_alone(settings: Settings, folder: Path) -> None:
    build(settings, [folder])
    database = sqlite3.connect(settings.index / "ledger.sqlite")
    database.execute(f"PRAGMA user_version = {VERSION + 1}")
    database.close()
    with pytest.raises(IndexTooNew):
        build(settings, [folder])
    with pytest.raises(IndexTooNew), open_books(settings.index):
        pass


def test_a_run_that_fails_says_why(settings: Settings, folder: Path) -> None:
    def progress(*_: object) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        build(settings, [folder], progress=progress)
    run = last_run(settings)
    assert (run.outcome, run.books) == ("failed", {})
    assert "disk full" in run.error["de"]
