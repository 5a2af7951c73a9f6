"""A12: an index of an older format is renewed by the next run; one of a newer format is refused and stays as it is.

formats/ holds, for each older format, the index that the last program of that format made of formats/papiere.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from indexer.build import build
from indexer.errors import IndexTooNew, IndexTooOld
from indexer.forgetting import forget
from indexer.generation import FORMAT, checksum
from indexer.settings import Settings
from indexer.store import Collection, collections
from service.backup.restoring import restore
from service.backup.writing import backup
from service.settings import ServiceSettings
from tests.test_incremental import live

FORMATS = Path(__file__).parent / "formats"

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FORMATS / "papiere", tmp_path / "papiere"))


@pytest.fixture(params=range(1, FORMAT))
def old(request: pytest.FixtureRequest, settings: Settings, papers: Path) -> Settings:
    """An index of each older format, as if made of these papers."""
    with tarfile.open(FORMATS / f"index-{request.param}.tar.xz") as tar:
        tar.extractall(settings.index.parent, filter="data")
    with closing(sqlite3.connect(settings.index / "ledger.sqlite")) as ledger, ledger:
        ledger.execute("UPDATE sources SET path = ?", (quote(str(papers)),))
    return settings


def every_byte(index: Path) -> dict[str, bytes]:
    """Of the collections; the books note that a run was tried."""
    return {path.relative_to(index).as_posix(): path.read_bytes() for path in index.glob("*/**/*") if path.is_file()}


def test_a12_an_older_index_is_told_and_renewed_by_the_next_run(old: Settings, papers: Path, tmp_path: Path) -> None:
    before = every_byte(old.index)
    with pytest.raises(IndexTooOld, match="ratslotse index"):
        Collection(old.index, "public").open()
    assert every_byte(old.index) == before
    build(old, [papers])
    anew = Settings(index=tmp_path / "anew" / "index", encoder="hash")
    build(anew, [papers])
    assert live(old.index) == live(anew.index)
    assert set(live(old.index)) == {"internal", "public"}


def test_a12_an_older_index_can_be_saved_restored_and_forgotten_from(old: Settings, tmp_path: Path) -> None:
    settings = ServiceSettings(**old.model_dump())
    backup(settings, tmp_path / "a.tar")
    forget(old, ("papiere", "kita.md"), lambda: None)
    assert [d.file.name for d in Collection(old.index, "public").open().documents()] == ["pflege.txt"]
    restore(settings, tmp_path / "a.tar", tmp_path / "back", None)
    for root in (old.index, tmp_path / "back" / "index"):
        assert not any(b"Kitapl" in path.read_bytes() for path in root.rglob("*") if path.is_file())


def test_a12_a_newer_index_is_refused_and_nothing_of_it_changes(settings: Settings, papers: Path, tmp_path: Path) -> None:
    build(settings, [papers])
    path = Collection(settings.index, "public").open().where / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8")) | {"format": FORMAT + 1}
    path.chmod(0o644)
    path.write_text(json.dumps(manifest | {"checksum": checksum(manifest)}), encoding="utf-8")
    before = every_byte(settings.index)
    (papers / "neu.md").write_text("# Neu\n\nDie Brücke in Beispielheim wird saniert.", encoding="utf-8")
    for attempt in (
        lambda: Collection(settings.index, "public").open(),
        lambda: build(settings, [papers]),
        lambda: forget(settings, ("papiere", "kita.md"), lambda: None),
        lambda: backup(ServiceSettings(**settings.model_dump()), tmp_path / "a.tar"),
    ):
        with pytest.raises(IndexTooNew):
            attempt()
        assert every_byte(settings.index) == before


def test_a12_newer_books_are_refused_and_nothing_of_them_changes(settings: Settings, papers: Path) -> None:
    build(settings, [papers])
    ledger = settings.index / "ledger.sqlite"
    with closing(sqlite3.connect(ledger)) as database:
        database.execute("PRAGMA user_version = 99")
    before = every_byte(settings.index) | {"ledger": ledger.read_bytes()}
    with pytest.raises(IndexTooNew):
        build(settings, [papers])
    with pytest.raises(IndexTooNew):
        forget(settings, ("papiere", "kita.md"), lambda: None)
    assert every_byte(settings.index) | {"ledger": ledger.read_bytes()} == before


def test_every_older_format_has_a_sample() -> None:
    assert {path.name for path in FORMATS.glob("*.xz")} == {f"index-{number}.tar.xz" for number in range(1, FORMAT)}


def test_a10_a_run_without_a_change_writes_nothing(settings: Settings, papers: Path) -> None:
    def written() -> dict[str, tuple[int, int]]:
        files = [path for path in settings.index.glob("*/**/*") if path.is_file()]
        return {str(path): (path.stat().st_mtime_ns, path.stat().st_ino) for path in files}

    build(settings, [papers])
    before, live_before = written(), {one.name: one.current() for one in collections(settings.index)}
    assert build(settings, [papers]).books()["unchanged"] == 3
    assert (written(), {one.name: one.current() for one in collections(settings.index)}) == (before, live_before)


def test_a10_the_order_in_which_files_and_sources_come_does_not_matter(settings: Settings, papers: Path, tmp_path: Path) -> None:
    other = tmp_path / "archiv"
    shutil.copytree(papers, other)
    (other / "neu.md").write_text("# Neu\n\nDie Brücke in Beispielheim wird saniert.", encoding="utf-8")
    build(settings, [papers, other])
    shuffled = Settings(index=tmp_path / "shuffled" / "index", encoder="hash")
    names = sorted(path.name for path in other.iterdir())
    for name in reversed(names):  # files that come one after the other, the last first
        (other / name).rename(tmp_path / name)
    (tmp_path / names[-1]).rename(other / names[-1])
    build(shuffled, [other])
    for name in reversed(names[:-1]):
        (tmp_path / name).rename(other / name)
        build(shuffled, [other])
    build(shuffled, [papers])
    assert live(settings.index) == live(shuffled.index)
