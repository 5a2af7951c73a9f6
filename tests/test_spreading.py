"""``ratslotse index --dask``: real workers make the index that a local run makes, whatever happens to them meanwhile."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dask
import pytest
from dask_cluster import Cluster, certificates

from indexer import tombstones
from indexer.build import Report, build
from indexer.encoders import HashEncoder
from indexer.errors import (
    DaskMissing,
    ReadError,
    RunStopped,
    SchedulerMissing,
    UnreadablePath,
    WorkersDiffer,
    WorkersFailed,
    WorkersMissing,
)
from indexer.forgetting import Heeding
from indexer.parsing import sandbox
from indexer.parsing.sandbox import Reader
from indexer.settings import Settings
from indexer.spreading import cluster as spreading
from indexer.spreading import tasks
from indexer.spreading.cluster import workers_at
from indexer.store import Collection
from indexer.unfinished import Unfinished
from service.cli import main
from service.terminal import Bars

POISON = "gift.txt"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with Cluster(tmp_path_factory.mktemp("dask")) as started:
        yield started


@pytest.fixture
def many(tmp_path: Path, write) -> Path:
    """A folder of 40 short papers."""
    text = "Landkreis Musterbach\n\nVorlage {0}\n\nDer Kreistag berät über das Vorhaben {0}; es kostet {0}00 Euro."
    write(tmp_path / "viele", {f"vorlage {number}.txt": text.format(number) for number in range(40)})
    return tmp_path / "viele"


@pytest.fixture
def local(tmp_path: Path) -> Settings:
    return Settings(index=tmp_path / "local" / "index", encoder="hash")


def manifest(settings: Settings, collection: str = "public") -> dict[str, Any]:
    """With the checksum of every file of the generation."""
    return dict(Collection(settings.index, collection).open().manifest)


def spread(cluster: Cluster, settings: Settings, source: Path, progress: Callable[..., None] = lambda *_: None) -> Report:
    with workers_at(cluster.address, settings) as hands:
        return build(settings, [source], progress=progress, hands=hands)


def unpublished(settings: Settings, source: str) -> list[str]:
    with contextlib.closing(Unfinished(settings.index / "unfinished.sqlite")) as unfinished:
        return sorted(unfinished.entries(source))


# The same index


def test_every_kind_of_file_is_read_as_by_a_local_run(
    cluster: Cluster, settings: Settings, local: Settings, folder: Path, write, make_pdf
) -> None:
    make_pdf(folder / "bericht.pdf", [["Landkreis Musterbach", "", "Die Brücke wird gesperrt."], ["Seite zwei"]])
    write(folder, {"leer.txt": "", "kaputt.pdf": b"%PDF-1.7 nonsense", "tabelle.pptx": "x"})
    write(folder, {"geheim.txt": "Landkreis Musterbach\n\nNichtöffentliche Vorlage\n\nDer Preis beträgt 5 Euro."})
    write(folder, {"falsch.txt": "Ein Satz.", "falsch.toml": "date = 'gestern'"})
    with zipfile.ZipFile(folder / "archiv.zip", "w") as archive:
        archive.write(folder / "bericht.pdf", "Anlage.pdf")
        archive.writestr("innen/kaputt.docx", b"PK nonsense")
    with cluster.workers(1):
        first = spread(cluster, settings, folder)
        again = spread(cluster, settings, folder)
    expected = build(local, [folder])
    assert first.books() == expected.books()
    assert first.books()["failed"] > 2
    for language in ("de", "en"):
        assert first.of("failed", language) == expected.of("failed", language)
    assert [manifest(settings, name) for name in ("public", "internal")] == [
        manifest(local, name) for name in ("public", "internal")
    ]
    assert again.books()["unchanged"] == first.books()["ok"]
    assert again.generation == first.generation


def test_a_killed_worker_costs_nothing_but_its_batch(
    cluster: Cluster, settings: Settings, local: Settings, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int, int]] = []
    monkeypatch.setattr("indexer.encoders.BATCH", 1)  # so that there are many batches of passages, too
    with cluster.workers(3) as workers:
        doomed = {"read": workers[0], "encode": workers[1]}

        def progress(stage: str, done: int, total: int) -> None:
            told.append((stage, done, total))
            if done and stage in doomed:
                os.killpg(doomed.pop(stage).pid, signal.SIGKILL)

        report = spread(cluster, settings, many, progress)
        assert not doomed
    assert report.books() == {"found": 40, "ok": 40, "partial": 0, "failed": 0, "skipped": 0, "unchanged": 0}
    names = [document.file.name for document in Collection(settings.index, "public").open().documents()]
    assert sorted(names) == sorted(path.name for path in many.iterdir())
    for stage in ("read", "encode"):
        counts = [done for kind, done, _ in told if kind == stage]
        assert counts == sorted(counts)
        assert (stage, counts[-1], counts[-1]) in told
    build(local, [many])
    assert manifest(settings) == manifest(local)


def test_a_file_that_kills_workers_is_booked_as_failed_and_its_neighbours_are_read(
    cluster: Cluster, settings: Settings, folder: Path, write
) -> None:
    write(folder, {POISON: "Ein Satz."})
    with cluster.workers(1, f"dies:{POISON}", nanny=True):
        report = spread(cluster, settings, folder)
    assert report.books() | {"ok": report.books()["found"] - 1, "failed": 1} == report.books()
    (failure,) = report.of("failed", "en")
    assert failure["path"] == f"papiere/{POISON}"
    assert "workers died repeatedly" in failure["reason"]
    (entry,) = [entry for entry in report.entries if entry.result == "failed"]
    assert entry.code == "stopped"  # tried again by the next two runs, and then no more
    assert entry.attempts == 1


def test_a_run_that_is_stopped_keeps_what_came_back(
    cluster: Cluster, settings: Settings, local: Settings, many: Path, tmp_path: Path
) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        if done >= 10:
            raise RunStopped

    with cluster.workers(2):
        with pytest.raises(RunStopped):
            spread(cluster, settings, many, stop)
        kept = unpublished(settings, "viele")
        assert len(kept) == 10
        reads: list[int] = []
        spread(cluster, settings, many, lambda stage, done, total: reads.append(total) if stage == "read" else None)
    assert set(reads) == {30}
    build(local, [many])
    assert manifest(settings) == manifest(local)


def test_ctrl_c_ends_a_run_whose_workers_are_busy(
    cluster: Cluster,
    settings: Settings,
    many: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Not one batch comes back."""
    monkeypatch.setenv("RATSLOTSE_INDEX", str(settings.index))
    monkeypatch.setenv("RATSLOTSE_ENCODER", "hash")
    monkeypatch.setattr(Bars, "show", lambda *_: signal.raise_signal(signal.SIGINT))
    with cluster.workers(1, f"waits:{tmp_path / 'go'}"):
        assert main(["index", "--dask", cluster.address, str(many)]) == 1
        (tmp_path / "go").touch()
    assert "[run_stopped]" in capsys.readouterr().err


def test_what_is_forgotten_while_a_worker_reads_it_is_not_kept(
    cluster: Cluster, settings: Settings, many: Path, tmp_path: Path
) -> None:
    secret = "vorlage 7.txt"
    heed = Heeding(settings)

    def progress(stage: str, done: int, total: int) -> None:
        if not (tmp_path / "go").exists():  # nothing came back yet
            name = tombstones.name_digest("viele", secret)
            tombstones.add(settings.state_folder, [tombstones.Tombstone(name[:12], "", frozenset({name}))])
            heed()
            (tmp_path / "go").touch()
        heed()
        if stage == "encode":
            raise RunStopped

    with cluster.workers(1, f"waits:{tmp_path / 'go'}"), pytest.raises(RunStopped):
        spread(cluster, settings, many, progress)
    assert len(unpublished(settings, "viele")) == 39
    assert secret not in unpublished(settings, "viele")


# Who may work


@pytest.mark.parametrize("trick", ["other", "turns"])
def test_a_worker_of_another_version_is_refused(cluster: Cluster, settings: Settings, many: Path, trick: str) -> None:
    with cluster.workers(1, trick), pytest.raises(WorkersDiffer) as told:
        spread(cluster, settings, many)
    assert "ratslotse 0.0.1" in told.value.message("en")
    assert "encoder" not in told.value.message("en")
    assert Collection(settings.index, "public").current() is None
    assert unpublished(settings, "viele") == []


def test_no_vector_of_another_model_is_taken(
    cluster: Cluster, settings: Settings, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cluster.workers(1):
        monkeypatch.setattr(HashEncoder, "name", "hash-2")  # here; the worker has its own
        with pytest.raises(WorkersDiffer, match="encoder hash-1"):
            spread(cluster, settings, many)


def test_only_settings_that_are_no_secret_travel() -> None:
    from service.settings import ServiceSettings

    settings = ServiceSettings(operator_password="geheim geheim", llm_key="sk-geheim", passage_prompt="passage: ")
    terms = tasks.terms_of(settings)
    assert "geheim" not in repr(terms)
    assert ("passage_prompt", "passage: ") in terms


def test_a_model_that_is_a_folder_is_told_by_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "modell", {"weights": "1"})
    terms = tasks.terms_of(Settings(encoder="modell"))
    assert dict(terms)["encoder"] == str(tmp_path / "modell")
    before = tasks.made_of(terms)
    write(tmp_path / "modell", {"weights": "2"})
    assert tasks.made_of(terms)["encoder"] != before["encoder"]


# What may be missing


def test_no_scheduler(settings: Settings, many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreading, "_CONNECTING", 0.5)
    for address in ("tcp://127.0.0.1:1", "unsinn://"):
        with pytest.raises(SchedulerMissing) as told, workers_at(address, settings):
            pass
        assert address in told.value.message("en")


def test_no_worker(cluster: Cluster, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreading, "_CONNECTING", 0.5)
    with pytest.raises(WorkersMissing, match="dask worker"), workers_at(cluster.address, settings):
        pass


def test_a_run_that_loses_its_last_worker_ends_and_keeps_its_work(
    cluster: Cluster, settings: Settings, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreading, "_PATIENCE", 0.1)
    monkeypatch.setattr(spreading, "_LOOK", 0.1)
    with cluster.workers(1) as workers:

        def progress(stage: str, done: int, total: int) -> None:
            if done == 2:
                os.killpg(workers[0].pid, signal.SIGKILL)

        with pytest.raises(WorkersMissing):
            spread(cluster, settings, many, progress)
    assert unpublished(settings, "viele")


def test_a_run_that_loses_its_scheduler_ends_and_keeps_its_work(settings: Settings, many: Path, tmp_path: Path) -> None:
    (tmp_path / "dask").mkdir()
    with Cluster(tmp_path / "dask") as cluster, cluster.workers(1), pytest.raises(SchedulerMissing, match="tcp://"):
        spread(cluster, settings, many, lambda _, done, __: cluster.stop() if done else None)
    assert unpublished(settings, "viele")


def test_without_the_package_the_extra_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(DaskMissing, match=r"ratslotse\[dask\]"), workers_at("tcp://127.0.0.1:1", settings):
        pass


def test_workers_that_cannot_encode_end_the_run_and_what_was_read_is_kept(
    cluster: Cluster, settings: Settings, many: Path
) -> None:
    with cluster.workers(1, "weak"), pytest.raises(WorkersFailed, match="MemoryError"):
        spread(cluster, settings, many)
    assert len(unpublished(settings, "viele")) == 40


# On the wire


def test_tls_is_as_the_configuration_of_dask_says(
    settings: Settings, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dask").mkdir()
    monkeypatch.setattr(spreading, "_CONNECTING", 3.0)
    configuration = certificates(tmp_path / "dask")
    with Cluster(tmp_path / "dask", configuration, ("--protocol", "tls")) as cluster, cluster.workers(1):
        assert cluster.address.startswith("tls://")
        with pytest.raises(SchedulerMissing), workers_at(cluster.address, settings):  # without a certificate
            pass
        with dask.config.set(configuration):
            report = spread(cluster, settings, folder)
    assert report.books()["ok"] == report.books()["found"]


def test_a_file_that_was_handed_over_is_read_by_the_locked_process(tmp_path: Path, write) -> None:
    write(tmp_path, {"gut.txt": "Ein Satz steht hier."})
    data = sandbox.contents(tmp_path / "gut.txt")
    with Reader(60, 1024) as reader:
        assert reader.read_bytes("gut.txt", data) == reader.read(tmp_path / "gut.txt")
        with pytest.raises(ReadError):
            reader.read_bytes("kaputt.pdf", data)
        assert reader.read_bytes("gut.txt", data).text == "Ein Satz steht hier."
    os.mkfifo(tmp_path / "rohr.txt")
    with pytest.raises(UnreadablePath):
        sandbox.contents(tmp_path / "rohr.txt")
