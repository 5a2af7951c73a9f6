"""Real OParl data replayed as servers: the first run, real changes, deletions, down to the index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from oparl_server import OparlServer, running
from oparl_shared import CHANGES, KARLSRUHE, NORDSTEMMEN, add_changes, karlsruhe, lines, nordstemmen

from indexer.build import build
from indexer.harvest.client import Clock
from indexer.harvest.run import HarvestReport, Order, harvest
from indexer.settings import Settings
from indexer.store import Collection

pytestmark = pytest.mark.skipif(
    not (KARLSRUHE.is_dir() and CHANGES.is_dir() and NORDSTEMMEN.is_dir()), reason="shared/data/oparl-* is not beside the project"
)
SETTINGS = Settings(harvest_rate=100)
Objects = list[dict[str, Any]]


class ReplayClock(Clock):
    """The time at which the mirror that was recorded saw a change."""

    def __init__(self) -> None:
        self.time = datetime(2026, 7, 18, 18, 50, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@pytest.fixture(scope="module", params=[karlsruhe, nordstemmen])
def mirrored(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, HarvestReport, Objects]]:
    """A part of a slice, harvested: the mirror, the report, the papers."""
    server: OparlServer = request.param(papers=12)
    root = tmp_path_factory.mktemp("spiegel") / "mirror"
    with running(server):
        yield root, harvest(SETTINGS, Order(server.url, root)), list(server.lists["paper"].values())


def test_real_papers_and_meetings_reach_the_index_with_their_results(
    mirrored: tuple[Path, HarvestReport, Objects], tmp_path: Path
) -> None:
    root, report, papers = mirrored
    assert report.notes.failures == {}
    settings = Settings(index=tmp_path / "index", encoder="hash")
    assert build(settings, [root]).books()["failed"] == 0
    found = [d for name in ("public", "internal") for d in Collection(settings.index, name).open().documents()]
    assert {paper["reference"] for paper in papers} <= {document.paper.reference for document in found}
    sittings = [document for document in found if document.paper.paper_type == "Sitzung"]
    assert sittings
    assert [document for document in sittings if document.paper.reference] == []
    assert [document for document in sittings if "instimmig" in document.text]


def test_real_changes_are_followed_and_the_silent_ones_by_the_full_walk(tmp_path: Path) -> None:
    """84 states of 12 papers; 19 of the 72 changes leave the paper's own time stamp as it was."""
    server = karlsruhe(papers=0)
    states = add_changes(server)
    clock, root = ReplayClock(), tmp_path / "spiegel"
    silent = 0
    with running(server):
        for state in states:
            paper = state["object"]
            known = server.lists["paper"].get(paper["id"])
            silent += known is not None and known["modified"] == paper["modified"]
            server.lists["paper"][paper["id"]] = paper
            if known is None and len(server.lists["paper"]) == 12:
                harvest(SETTINGS, Order(server.url, root), clock=clock)
        clock.time = datetime(2026, 8, 13, 16, tzinfo=UTC)
        report = harvest(SETTINGS, Order(server.url, root, full=True), clock=clock)
        again = harvest(SETTINGS, Order(server.url, tmp_path / "neu"), clock=clock)
    assert silent == 19
    assert (report.notes.failures, again.notes.failures) == ({}, {})
    assert contents(root) == contents(tmp_path / "neu")


def test_announced_deletions_reach_disk_and_index(tmp_path: Path) -> None:
    server = karlsruhe(papers=12)
    clock, root = ReplayClock(), tmp_path / "spiegel"
    settings = Settings(index=tmp_path / "index", encoder="hash")
    with running(server):
        harvest(SETTINGS, Order(server.url, root), clock=clock)
        build(settings, [root])
        for stub in lines(CHANGES / "papers.deleted.jsonl"):  # 268 papers that were never here: nothing happens
            server.stubs[stub["id"]] = ("paper", stub)
        doomed = next(paper for paper in server.lists["paper"].values() if paper["auxiliaryFile"])
        server.delete("paper", doomed["id"], "2026-07-18T20:00:00+02:00")
        clock.time += timedelta(hours=12)
        report = harvest(SETTINGS, Order(server.url, root), clock=clock)
    assert (report.full, report.notes.objects["deleted"], report.notes.failures) == (False, 1, {})
    build(settings, [root])
    found = [d for name in ("public", "internal") for d in Collection(settings.index, name).open().documents()]
    assert len(found) > 12
    assert doomed["reference"] not in {document.paper.reference for document in found}
    assert not [path for path in root.rglob("manifest.jsonl") if f'"{doomed["reference"]}"' in path.read_text(encoding="utf-8")]


def contents(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file() and path.name[0] != "."
    }
