"""Real OParl data replayed as servers: the first run, real changes, deletions, down to the index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from oparl_server import OparlServer, running
from oparl_shared import CHANGES, KARLSRUHE, NORDSTEMMEN, add_changes, karlsruhe, lines, nordstemmen

from indexer.build import build
from indexer.domain import Document
from indexer.harvest.client import Clock
from indexer.harvest.run import HarvestReport, Order, harvest
from indexer.settings import Settings
from indexer.store import collections

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
    found = documents(settings)
    assert {paper["reference"] for paper in papers} <= {document.paper.reference for document in found}
    sittings = [document for document in found if document.paper.paper_type == "Sitzung"]
    assert sittings
    assert [document for document in sittings if document.paper.reference] == []
    assert [document for document in sittings if "instimmig" in document.text]


def test_real_changes_are_followed_also_those_that_the_paper_does_not_announce(tmp_path: Path) -> None:
    """84 states of 12 papers in 22 readings; 19 of the 72 changes leave the paper's own time stamp as it was."""
    server = karlsruhe(papers=0)
    states = add_changes(server)
    server.quirks = {"parts_listed"}
    clock, root = ReplayClock(), tmp_path / "spiegel"
    papers = server.lists["paper"]
    silent = 0
    with running(server):
        for seen, together in groupby(states, key=lambda state: state["seen"]):
            for state in together:
                paper = state["object"]
                silent += paper["id"] in papers and papers[paper["id"]]["modified"] == paper["modified"]
                papers[paper["id"]] = paper
            clock.time = datetime.fromisoformat(seen).astimezone(UTC)
            report = harvest(Settings(harvest_rate=100, harvest_full_days=99), Order(server.url, root), clock=clock)
            assert report.notes.failures == {}
        harvest(SETTINGS, Order(server.url, tmp_path / "neu"), clock=clock)
        fresh, followed = contents(tmp_path / "neu"), contents(root)
        report = harvest(SETTINGS, Order(server.url, root, full=True), clock=clock)
    assert (silent, len(papers)) == (19, 12)
    assert followed == fresh
    assert (report.full, report.notes.objects["changed"], contents(root) == fresh) == (True, 0, True)


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
    found = documents(settings)
    assert len(found) > 12
    assert doomed["reference"] not in {document.paper.reference for document in found}
    assert not [path for path in root.rglob("manifest.jsonl") if f'"{doomed["reference"]}"' in path.read_text(encoding="utf-8")]


def documents(settings: Settings) -> list[Document]:
    return [document for collection in collections(settings.index) for document in collection.open().documents()]


def contents(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file() and path.name[0] != "."
    }
