"""Mirroring an OParl server: a real HTTP server on loopback, its oddities and faults, and what reaches folder and index."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from oparl_server import OparlServer, running

from indexer.build import build
from indexer.errors import BadEndpoint, MirrorBusy, NoMirror, OutOfTime, ServerGone, TooManyDeletions
from indexer.harvest.client import Clock
from indexer.harvest.run import HarvestReport, Order, harvest
from indexer.settings import Settings
from indexer.storage import writer_lock
from indexer.store import Collection

ORIGIN = "https://ris.musterbach.example"
LONG_AGO = "2024-01-01T00:00:00+00:00"


class FakeClock(Clock):
    """A clock that jumps instead of waiting."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.passed += seconds
        self.slept.append(seconds)

    def now(self) -> datetime:
        return datetime(2024, 6, 1, tzinfo=UTC) + timedelta(seconds=self.passed)

    def days(self, days: float) -> None:
        self.passed += days * 86_400


def one(kind: str, number: int | str, /, **fields: object) -> dict[str, Any]:
    schema = kind[0].upper() + kind[1:]
    base = {"id": f"{ORIGIN}/{kind}/{number}", "type": f"https://schema.oparl.org/1.1/{schema}", "modified": LONG_AGO}
    return base | fields


def file_of(number: int | str, name: str, **fields: object) -> dict[str, Any]:
    return one("file", number, name=name, mimeType="text/plain", downloadUrl=f"{ORIGIN}/download/{number}.txt", **fields)


def consultation(number: int | str, item: int | str | None, meeting: int, council: int = 1, **fields: object) -> dict[str, Any]:
    linked = {"agendaItem": f"{ORIGIN}/agendaItem/{item}"} if item else {}
    places = {"meeting": f"{ORIGIN}/meeting/{meeting}", "organization": [f"{ORIGIN}/organization/{council}"]}
    return one("consultation", number, **places, **linked, **fields)


def county() -> OparlServer:
    """Six papers, two meetings, two Gremien of a county that does not exist."""
    councils = [one("organization", 1, name="Kreistag"), one("organization", 2, name="Sozialausschuss")]
    meetings = [
        one(
            "meeting",
            1,
            name="Kreistag (öffentlich/nicht öffentlich)",
            start="2024-03-04T16:00:00+01:00",
            organization=[f"{ORIGIN}/organization/1"],
            invitation=file_of("e1", "Einladung"),
            agendaItem=[
                one("agendaItem", 11, number="1", order=1, name="Pflegestützpunkt im Nordkreis", public=True)
                | {"result": "mehrheitlich beschlossen", "resolutionText": "Der Pflegestützpunkt wird eröffnet.\n1. Sitz ist Adorf."},
                one("agendaItem", 12, number="2", order=2, name="Schülerbeförderung", public=True, result="vertagt"),
                one("agendaItem", 13, number="3", order=3, name="Grundstück Geheimwiese", public=False, result="Ankauf")
                | {"auxiliaryFile": [file_of("geheim", "Kaufvertrag")]},
            ],
        ),
        one(
            "meeting",
            2,
            name="Sozialausschuss",
            start="2024-02-12T17:00:00+01:00",
            organization=[f"{ORIGIN}/organization/2"],
            agendaItem=[one("agendaItem", 21, number="Ö 4", order=1, name="Pflegestützpunkt", public=True, result="empfohlen")],
        ),
    ]
    papers = [
        one(
            "paper",
            1,
            name="Pflegestützpunkt im Nordkreis",
            reference="2024/011",
            paperType="Beschlussvorlage",
            date="2024-01-15",
            originatorOrganization=[f"{ORIGIN}/organization/2"],
            mainFile=file_of(1, "Vorlage"),
            auxiliaryFile=[file_of(2, "Kostenplan")],
            consultation=[consultation(1, 21, 2, 2, role="Vorberatung"), consultation(2, 11, 1, role="Entscheidung")],
        ),
        one("paper", 2, name="Schülerbeförderung", reference="2024/012", date="2024-01-16", consultation=[consultation(3, 12, 1)]),
        one(
            "paper",
            3,
            name="Grundstücksankauf Geheimwiese",
            reference="2024/013",
            mainFile=file_of(3, "Vorlage"),
            consultation=[consultation(4, 13, 1)],
        ),
        one("paper", 4, name="Beratungsstellen", reference="2024/014", auxiliaryFile=[file_of(4, "Bericht zur Beratung")]),
        one("paper", 5, name="Radwege", reference="2024/015", mainFile=file_of(5, "Vorlage")),
        one("paper", 6, name="Haushalt", reference="2024/016", mainFile=file_of(6, "Vorlage")),
    ]
    texts = {
        "e1": "Einladung zur Sitzung des Kreistages",
        "1": "Der Pflegestützpunkt berät Angehörige im Nordkreis.",
        "2": "Die Personalkosten betragen 120.000 Euro.",
        "3": "Der Kaufpreis der Geheimwiese beträgt 90.000 Euro.",
        "4": "Drei Beratungsstellen sind geöffnet.",
        "5": "Der Radweg nach Bedorf ist 4 km lang.",
        "6": "Die Kreisumlage bleibt gleich.",
        "geheim": "Kaufvertrag über die Geheimwiese.",
    }
    files = {f"/download/{name}.txt": text.encode() for name, text in texts.items()}
    return OparlServer(ORIGIN, {"organization": councils, "meeting": meetings, "paper": papers}, files)


@pytest.fixture
def server() -> Iterator[OparlServer]:
    with running(county()) as served:
        yield served


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


class Harvester:
    def __init__(self, server: OparlServer, root: Path, clock: FakeClock) -> None:
        self.server, self.root, self.clock = server, root, clock
        self.settings = Settings(harvest_contact="ris@musterbach.example")

    def run(self, **order: Any) -> HarvestReport:
        self.clock.days(1)
        url = order.pop("url", self.server.url)
        return harvest(self.settings, Order(url, self.root, **order), clock=self.clock)

    def files(self) -> dict[str, bytes]:
        """What ``index`` would read, by path, numbers of servers apart."""
        found = (path for path in self.root.rglob("*") if path.is_file())
        shown = {path.relative_to(self.root).as_posix(): path for path in found}
        return {name: path.read_bytes() for name, path in shown.items() if not any(p.startswith(".") for p in name.split("/"))}

    def text(self) -> str:
        return "\n".join(f"{name}\n{content.decode()}" for name, content in sorted(self.files().items()))

    def notes(self) -> dict[str, dict[str, Any]]:
        """Sidecars by the file's content."""
        found = {}
        for manifest in self.root.rglob("manifest.jsonl"):
            for line in manifest.read_text().splitlines():
                entry = json.loads(line)
                if (manifest.parent / entry["file"]).is_file():
                    found[(manifest.parent / entry["file"]).read_text()] = entry
        return found

    def note(self, words: str) -> dict[str, Any]:
        return next(entry for text, entry in self.notes().items() if words in text)


@pytest.fixture
def mirror(server: OparlServer, tmp_path: Path, clock: FakeClock) -> Harvester:
    return Harvester(server, tmp_path / "spiegel", clock)


# What the mirror holds


def test_a_first_run_mirrors_papers_meetings_and_files(mirror: Harvester) -> None:
    report = mirror.run()
    assert (report.full, report.notes.failures, report.notes.missing) == (True, {}, {})
    assert (report.notes.objects["seen"], report.notes.objects["new"], report.notes.files["new"]) == (10, 10, 8)
    paths = list(mirror.files())
    assert all(path.startswith(("Landkreis Musterbach/Vorlagen/", "Landkreis Musterbach/Sitzungen/2024/")) for path in paths)
    note = mirror.note("berät Angehörige")
    assert note | {"file": ""} == {
        "file": "",
        "name": "Pflegestützpunkt im Nordkreis",
        "reference": "2024/011",
        "paperType": "Beschlussvorlage",
        "date": "2024-01-15",
        "body": "Landkreis Musterbach",
        "originatorOrganization": ["Sozialausschuss"],
        "consultation": [
            {
                "organization": "Sozialausschuss",
                "date": "2024-02-12",
                "public": True,
                "role": "Vorberatung",
                "result": "empfohlen",
                "agendaItem": "Ö 4",
            },
            {
                "organization": "Kreistag",
                "date": "2024-03-04",
                "public": True,
                "role": "Entscheidung",
                "result": "mehrheitlich beschlossen",
                "agendaItem": "1",
            },
        ],
    }
    assert mirror.note("Personalkosten")["name"] == "Pflegestützpunkt im Nordkreis – Kostenplan"
    assert mirror.note("Einladung zur Sitzung")["paperType"] == "Einladung"


def test_meetings_and_papers_become_text_without_what_is_not_public(mirror: Harvester) -> None:
    mirror.run()
    record = next(text for text in mirror.notes() if text.startswith("# Kreistag, Sitzung am 04.03.2024"))
    assert "| 1 | Pflegestützpunkt im Nordkreis (Vorlage 2024/011) | mehrheitlich beschlossen |" in record
    assert "Der Pflegestützpunkt wird eröffnet.\n\n1\\. Sitz ist Adorf." in record
    assert "Geheimwiese" not in record
    assert "Ankauf" not in record
    assert mirror.notes()[record]["paperType"] == "Sitzung"
    bare = next(text for text in mirror.notes() if text.startswith("# Schülerbeförderung"))  # a paper without any file
    assert "| Kreistag | 04.03.2024 | 2 | öffentlich | vertagt |" in bare


def test_what_is_only_on_non_public_items_is_marked(mirror: Harvester) -> None:
    mirror.run()
    assert mirror.note("Der Kaufpreis")["public"] is False
    assert mirror.note("# Grundstücksankauf")["public"] is False
    assert mirror.note("Kaufvertrag über")["public"] is False
    assert "Ankauf" not in json.dumps(mirror.note("Der Kaufpreis")["consultation"])
    assert "public" not in mirror.note("Radweg nach Bedorf")


def test_the_index_finds_results_and_hides_the_rest(mirror: Harvester, settings: Settings) -> None:
    mirror.run()
    report = build(settings, [mirror.root])
    assert (report.books()["failed"], report.books()["skipped"]) == (0, 0)
    documents = Collection(settings.index, "public").open().documents()
    assert not [document.file.name for document in documents if "Geheim" in document.text]
    sitting = next(d for d in documents if d.paper.paper_type == "Sitzung" and d.text.startswith("Kreistag"))
    assert "mehrheitlich beschlossen" in sitting.text
    assert sitting.paper.reference is None
    assert {document.paper.body for document in documents} == {"Landkreis Musterbach"}
    record = next(d for d in documents if d.file.name.endswith("00-angaben.md") and d.paper.reference == "2024/011")
    assert [step.result for step in record.paper.consultations] == ["empfohlen", "mehrheitlich beschlossen"]


@pytest.mark.parametrize(
    ("number", "name", "before"),
    [("N 3", "Vergabe", None), ("3", "Vergabe", "II. Nichtöffentlicher Teil"), ("NÖ 2", "Vergabe", None)],
)
def test_an_item_without_a_mark_is_not_public_by_its_number_or_the_part_it_stands_in(
    mirror: Harvester, number: str, name: str, before: str | None
) -> None:
    items = [one("agendaItem", 1, number="1", order=1, name="Eröffnung")]
    items += [one("agendaItem", 2, order=2, name=before)] if before else []
    mirror.server.lists["meeting"][f"{ORIGIN}/meeting/2"]["agendaItem"] = [
        *items,
        one("agendaItem", 3, number=number, order=3, name=name),
    ]
    mirror.run()
    assert "Eröffnung" in mirror.text()
    assert "Vergabe" not in mirror.text()


@pytest.mark.parametrize("mark", [False, "false", "nein", 0, "unbekannt"])
def test_an_unclear_mark_of_a_paper_means_not_public(mirror: Harvester, mark: object) -> None:
    mirror.server.lists["paper"][f"{ORIGIN}/paper/5"]["public"] = mark
    mirror.run()
    assert mirror.note("Radweg nach Bedorf")["public"] is False


def test_hostile_texts_and_names_stay_text(mirror: Harvester) -> None:
    paper = mirror.server.lists["paper"][f"{ORIGIN}/paper/5"]
    paper |= {"name": "[x](http://böse.example) <script> | # `a`", "reference": "../../../etc/2024\x00"}
    paper["mainFile"] |= {"name": "../../.toml", "fileName": "../manifest.jsonl"}
    mirror.server.body = "../Körper/schaft"
    mirror.run()
    record = next(text for text in mirror.notes() if "böse" in text)
    assert "\\[x\\](http://böse.example) \\<script\\> \\| \\# \\`a\\`" in record
    assert all((mirror.root / name).resolve().is_relative_to(mirror.root) for name in mirror.files())
    assert mirror.note("Radweg nach Bedorf")["file"].endswith(".txt")
    assert {path.name for path in mirror.root.iterdir() if not path.name.startswith(".")} == {"Körper_schaft"}
