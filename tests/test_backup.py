"""A12: index and state as one file, also while a run writes; back whole and checked, without what was forgotten since."""

from __future__ import annotations

import gzip
import io
import json
import random
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from indexer import storage
from indexer.build import build
from indexer.errors import (
    BackupExists,
    BackupUnusable,
    FolderNotEmpty,
    ForgottenUnknown,
    IndexMissing,
    IndexTooNew,
    RatslotseError,
)
from indexer.forgetting import forget
from indexer.generation import FORMAT
from indexer.store import Collection, collections
from service.audit import audit, verify
from service.backup import writing
from service.backup.restoring import restore
from service.backup.writing import backup
from service.cli import main
from service.settings import ServiceSettings
from tests.long.backups import restored_while_writing
from tests.test_incremental import live

CANARY = "Kanarienvogelweide"
Members = list[tuple[tarfile.TarInfo, bytes]]


@pytest.fixture(scope="module")
def saved(built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The backup of an index with a state; nobody changes it."""
    root = tmp_path_factory.mktemp("saved")
    settings = ServiceSettings(index=built.settings.index, encoder="hash", state=root / "state")
    audit(root / "state", "login", "k")
    with closing(sqlite3.connect(root / "state" / "keys.sqlite")) as database:
        database.executescript("CREATE TABLE keys (name TEXT); INSERT INTO keys VALUES ('Käthe')")
    (root / "state" / ".half").write_text("x")
    backup(settings, root / "a.tar")
    return root / "a.tar"


@pytest.fixture
def settings(tmp_path: Path) -> ServiceSettings:
    return ServiceSettings(index=tmp_path / "index", encoder="hash")


def digests(index: Path) -> dict[str, str]:
    return {one.name: one.open().manifest["digest"] for one in collections(index)}


def test_a12_what_is_restored_is_what_was_saved(built, saved: Path, settings: ServiceSettings, tmp_path: Path) -> None:
    done = restore(settings, saved, tmp_path / "back", "none")
    assert done.files > 20
    index, state = tmp_path / "back" / "index", tmp_path / "back" / "state"
    assert live(index) == live(built.settings.index)
    assert verify(state).fault is None
    with closing(sqlite3.connect(state / "keys.sqlite")) as database:
        assert database.execute("SELECT name FROM keys").fetchall() == [("Käthe",)]
    assert not list((tmp_path / "back").rglob(".half"))
    assert state.stat().st_mode & 0o77 == 0
    assert {path.name for path in (tmp_path / "back").iterdir()} == {"index", "state"}
    before = digests(index)
    report = build(settings.model_copy(update={"index": index}), [built.source])
    assert (report.books()["unchanged"], digests(index)) == (5, before)


def test_nothing_is_overwritten(built, saved: Path, settings: ServiceSettings, tmp_path: Path) -> None:
    with pytest.raises(BackupExists):
        backup(settings.model_copy(update={"index": built.settings.index}), saved)
    (tmp_path / "back").mkdir()
    (tmp_path / "back" / "x").touch()
    with pytest.raises(FolderNotEmpty):
        restore(settings, saved, tmp_path / "back", "none")
    with pytest.raises(IndexMissing):
        backup(settings, tmp_path / "b.tar")
    assert not (tmp_path / "b.tar").exists()


def test_what_was_forgotten_since_must_be_known(saved: Path, settings: ServiceSettings, tmp_path: Path) -> None:
    for named in (None, str(tmp_path / "nowhere")):
        with pytest.raises(ForgottenUnknown):
            restore(settings, saved, tmp_path / "back", named)
    assert not (tmp_path / "back").exists()


@pytest.mark.usefixtures("quick")
def test_a12_b8_an_older_backup_comes_back_without_what_was_forgotten_since(settings: ServiceSettings, tmp_path: Path) -> None:
    folder = tmp_path / "amt"
    folder.mkdir()
    (folder / "a.md").write_text(f"# {CANARY}\n\nDie {CANARY} in Musterbach wird gesperrt.", encoding="utf-8")
    (folder / "b.md").write_text("# Brücke\n\nDie Brücke in Beispielheim wird saniert.", encoding="utf-8")
    build(settings, [folder])
    backup(settings, tmp_path / "a.tar")
    forget(settings, ("amt", "a.md"), lambda: None)

    done = restore(settings, tmp_path / "a.tar", tmp_path / "back", None)
    assert done.removed.indexes == {"public": 1}
    shutil.copytree(settings.state_folder, tmp_path / "kept")
    shutil.rmtree(settings.state_folder)  # the machine was lost, the list was kept elsewhere
    restore(settings, tmp_path / "a.tar", tmp_path / "back2", str(tmp_path / "kept" / "forgotten.jsonl"))
    for root in (tmp_path / "back", tmp_path / "back2"):
        here = settings.model_copy(update={"index": root / "index", "state": root / "state"})
        build(here, [folder])  # the original is still there
        assert [d.file.name for d in Collection(here.index, "public").open().documents()] == ["b.md"]
        bytes_of = [path.read_bytes().lower() for path in root.rglob("*") if path.is_file()]
        assert not any(CANARY.lower().encode() in content for content in bytes_of)


@pytest.mark.usefixtures("quick")
def test_a12_backups_while_a_run_writes(tmp_path: Path) -> None:
    assert restored_while_writing(tmp_path, times=3, seed=7) == 3


def rewritten(saved: Path, to: Path, change: Callable[[Members], None]) -> Path:
    with tarfile.open(saved) as tar:
        members = [(member, tar.extractfile(member).read()) for member in tar.getmembers()]  # type: ignore[union-attr]
    change(members)
    with tarfile.open(to, "w", format=tarfile.GNU_FORMAT) as tar:
        for member, content in members:
            if member.isreg():
                member.size = len(content)
            tar.addfile(member, io.BytesIO(content) if member.isreg() else None)
    return to


def with_manifest(members: Members, change: Callable[[dict], None]) -> None:
    manifest = json.loads(members[0][1])
    change(manifest)
    members[0] = (members[0][0], json.dumps(manifest).encode())


def renamed(name: str) -> Callable[[Members], None]:
    """The second file under another name, in the manifest, too."""

    def change(members: Members) -> None:
        before = members[1][0].name
        members[1][0].name = name
        with_manifest(members, lambda m: m.update(files={name if n == before else n: v for n, v in m["files"].items()}))

    return change


def as_link(kind: bytes) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        members[1][0].type = kind
        members[1][0].linkname = "/etc/passwd"

    return change


HOSTILE: dict[str, Callable[[Members], None]] = {
    "up": renamed("index/../../x"),
    "up at the end": renamed("state/.."),
    "absolute": renamed("/etc/x"),
    "elsewhere": renamed("papiere/x"),
    "hidden": renamed("state/.lock"),
    "backslash": renamed("state/..\\x"),
    "control": renamed("state/a\nb"),
    "very long": renamed("state/" + "a" * 400),
    "symbolic link": as_link(tarfile.SYMTYPE),
    "hard link": as_link(tarfile.LNKTYPE),
    "device": as_link(tarfile.CHRTYPE),
    "pipe": as_link(tarfile.FIFOTYPE),
    "folder": as_link(tarfile.DIRTYPE),
    "twice": lambda members: members.append(members[1]),
    "one more": lambda members: members.append((tarfile.TarInfo("state/new"), b"x")),
    "one less": lambda members: members.pop(),
    "other order": lambda members: members.insert(1, members.pop()),
    "no manifest": lambda members: members.pop(0),
    "other content": lambda members: members.__setitem__(1, (members[1][0], b"000002\n")),
    "other length": lambda members: members.__setitem__(1, (members[1][0], b"0")),
    "huge": lambda members: with_manifest(members, lambda m: m["files"].update({"state/zero": {"size": 1 << 60, "sha256": ""}})),
    "negative": lambda members: with_manifest(members, lambda m: m["files"].update({"state/zero": {"size": -9, "sha256": ""}})),
    "no list": lambda members: with_manifest(members, lambda m: m.update(files=[])),
    "format 0": lambda members: with_manifest(members, lambda m: m.update(format=0)),
    "no JSON": lambda members: members.__setitem__(0, (members[0][0], b"[" * 100_000)),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_archive_is_refused_and_nothing_is_left(
    kind: str, saved: Path, settings: ServiceSettings, tmp_path: Path
) -> None:
    archive = rewritten(saved, tmp_path / "b.tar", HOSTILE[kind])
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BackupUnusable):
        restore(settings, archive, tmp_path / "back", "none")
    assert sorted(tmp_path.rglob("*")) == before


def test_what_is_no_backup_is_refused(saved: Path, settings: ServiceSettings, tmp_path: Path) -> None:
    endless = tarfile.TarInfo("manifest.json")
    endless.type, endless.size = tarfile.XHDTYPE, 1 << 40  # a header of a terabyte
    for content in (
        b"",
        b"x" * 5000,
        gzip.compress(saved.read_bytes()),
        saved.read_bytes()[:-20_000],
        endless.tobuf() + b"x" * 4096,
    ):
        (tmp_path / "b.tar").write_bytes(content)
        with pytest.raises(BackupUnusable):
            restore(settings, tmp_path / "b.tar", tmp_path / "back", "none")
    assert not (tmp_path / "back").exists()


def test_any_flipped_bit_is_found_or_does_not_matter(
    built, saved: Path, settings: ServiceSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.os, "fsync", lambda _: None)
    whole, chance, refused = saved.read_bytes(), random.Random(3), 0
    wanted = live(built.settings.index)
    for _ in range(30):
        content = bytearray(whole)
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        (tmp_path / "b.tar").write_bytes(content)
        try:
            restore(settings, tmp_path / "b.tar", tmp_path / "back", "none")
        except RatslotseError:
            refused += 1
        else:  # a date, an owner, the padding
            assert live(tmp_path / "back" / "index") == wanted
            shutil.rmtree(tmp_path / "back")
    assert refused > 20


def test_a_backup_of_a_newer_program_is_refused(saved: Path, settings: ServiceSettings, tmp_path: Path) -> None:
    newer = rewritten(saved, tmp_path / "b.tar", lambda members: with_manifest(members, lambda m: m.update(format=FORMAT + 9)))
    with pytest.raises(IndexTooNew):
        restore(settings, newer, tmp_path / "back", "none")


def test_a_run_that_publishes_while_files_are_opened_does_not_mix_generations(
    built, settings: ServiceSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(built.settings.index, settings.index)
    known, seen = writing.checked_manifest, []

    def published_meanwhile(folder: Path) -> object:
        seen.append(folder.name)
        if len(seen) == 1:
            collection = Collection(settings.index, "public")
            opened = collection.open()
            collection.publish(collection.documents()[0], opened.vectors.of(np.arange(opened.passages)), "hash-1")
        return known(folder)

    monkeypatch.setattr(writing, "checked_manifest", published_meanwhile)
    backup(settings, tmp_path / "a.tar")
    assert seen == ["000001", "000002"]


def test_backup_and_restore_on_the_command_line(
    built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RATSLOTSE_ENCODER", "hash")
    monkeypatch.setenv("RATSLOTSE_INDEX", str(built.settings.index))
    monkeypatch.setenv("RATSLOTSE_STATE", str(tmp_path / "state"))
    assert main(["backup", str(tmp_path / "a.tar")]) == 0
    assert main(["restore", str(tmp_path / "a.tar"), "--into", str(tmp_path / "back")]) == 1
    assert "--forgotten none" in capsys.readouterr().err
    assert main(["restore", str(tmp_path / "a.tar"), "--into", str(tmp_path / "back"), "--forgotten", "none", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["removed"] == 0
    lines = (tmp_path / "back" / "state" / "audit.jsonl").read_text().splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["backup", "restore"]
    assert verify(tmp_path / "back" / "state").fault is None
