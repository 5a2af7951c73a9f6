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
from indexer.errors import BadEndpoint, MirrorBusy, MirrorUnusable, NoMirror, OutOfTime, ServerGone, TooManyDeletions
from indexer.forgetting import forget
from indexer.harvest.client import Clock
from indexer.harvest.run import HarvestReport, Order, harvest
from indexer.settings import Settings
from indexer.storage import writer_lock
from indexer.store import Collection
from service.drafts import Citation

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
                | {
                    "result": "mehrheitlich beschlossen",
                    "resolutionText": "Der Pflegestützpunkt wird eröffnet.\n1. Sitz ist Adorf.",
                },
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
        one(
            "paper", 2, name="Schülerbeförderung", reference="2024/012", date="2024-01-16", consultation=[consultation(3, 12, 1)]
        ),
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


def test_the_result_of_a_motion_is_no_motion(mirror: Harvester, settings: Settings) -> None:
    mirror.server.lists["paper"][f"{ORIGIN}/paper/2"]["paperType"] = "Antrag"
    mirror.run()
    build(settings, [mirror.root])
    generation = Collection(settings.index, "public").open()
    record = next(document for document in generation.documents() if document.paper.paper_type == "Antrag")
    passage = generation.passages_of(record)[0]
    end = record.text.index("vertagt")
    assert not Citation(1, passage, end, end + 7).proposal


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


# Runs after the first


def test_a_second_run_asks_for_changes_only_and_touches_nothing(mirror: Harvester) -> None:
    mirror.run()
    before = {path: path.stat().st_mtime_ns for path in mirror.root.rglob("*") if path.is_file() and path.name[0] != "."}
    mirror.server.requests.clear()
    report = mirror.run()
    assert (report.full, report.notes.objects["new"], report.notes.files["unchanged"]) == (False, 0, 8)
    assert mirror.server.counted("/download/") == 0
    lists = [path for path, _ in mirror.server.requests if "/list/" in path]
    assert lists
    assert all("modified_since=2024-06-01T00%3A00%3A00Z" in path for path in lists)
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_full_run_asks_for_each_file_and_leaves_the_unchanged_ones(mirror: Harvester) -> None:
    mirror.run()
    before = {path: path.stat().st_mtime_ns for path in mirror.root.rglob("*.txt")}
    mirror.server.requests.clear()
    mirror.server.files["/download/5.txt"] = b"Der Radweg nach Bedorf ist 5 km lang."  # nobody announced it
    report = mirror.run(full=True)
    assert (report.notes.files["unchanged"], report.notes.files["changed"]) == (7, 1)
    asked = [headers for path, headers in mirror.server.requests if "/download/" in path]
    assert all("If-None-Match" in headers for headers in asked)
    assert len([path for path, time in before.items() if path.stat().st_mtime_ns != time]) == 1
    assert "5 km" in mirror.text()


def test_a_full_walk_comes_by_itself_after_some_days(mirror: Harvester) -> None:
    assert [mirror.run().full for _ in range(9)] == [True, False, False, False, False, False, False, True, False]


def test_a_changed_paper_and_a_new_file_arrive_with_the_next_run(mirror: Harvester) -> None:
    mirror.run()
    paper = mirror.server.lists["paper"][f"{ORIGIN}/paper/5"]
    paper |= {"name": "Radwege nach Bedorf", "modified": "2024-06-02T12:00:00+00:00"}
    paper["auxiliaryFile"] = [file_of(7, "Lageplan")]
    mirror.server.files["/download/7.txt"] = b"Der Lageplan zeigt den Radweg."
    report = mirror.run()
    assert (report.notes.objects["changed"], report.notes.files["new"]) == (1, 1)
    assert mirror.note("Lageplan zeigt")["name"] == "Radwege nach Bedorf – Lageplan"
    assert mirror.note("Radweg nach Bedorf ist")["name"] == "Radwege nach Bedorf"


def test_a_result_reaches_the_paper_although_only_the_meeting_changed(mirror: Harvester) -> None:
    mirror.run()
    meeting = mirror.server.lists["meeting"][f"{ORIGIN}/meeting/1"]
    meeting["agendaItem"][1]["result"] = "einstimmig beschlossen"
    meeting["modified"] = "2024-06-02T12:00:00+00:00"
    mirror.run()
    assert mirror.note("# Schülerbeförderung")["consultation"][0]["result"] == "einstimmig beschlossen"


def test_a_consultation_changed_without_its_paper_is_found_where_the_server_lists_consultations(mirror: Harvester) -> None:
    mirror.server.quirks.add("parts_listed")
    mirror.run()
    changed = mirror.server.lists["paper"][f"{ORIGIN}/paper/2"]["consultation"][0]
    changed |= {"role": "Anhörung", "modified": "2024-06-02T12:00:00+00:00"}
    report = mirror.run()
    assert (report.full, report.notes.objects["changed"]) == (False, 1)
    assert mirror.note("# Schülerbeförderung")["consultation"][0]["role"] == "Anhörung"


def test_a_consultation_removed_without_a_trace_is_found_by_the_full_walk(mirror: Harvester) -> None:
    mirror.run()
    mirror.server.lists["paper"][f"{ORIGIN}/paper/2"]["consultation"] = []
    mirror.run()
    assert "consultation" in mirror.note("# Schülerbeförderung")
    mirror.run(full=True)
    assert "consultation" not in mirror.note("# Schülerbeförderung")


# Deletions


def test_b8_no_new_harvest_brings_a_forgotten_file_back(
    mirror: Harvester, settings: Settings, tmp_path: Path, clock: FakeClock
) -> None:
    def held() -> list[str]:
        documents = Collection(settings.index, "public").open().documents()
        return [document.text for document in documents if "Der Radweg nach Bedorf ist" in document.text]

    mirror.run()
    build(settings, [mirror.root])
    (document,) = [d for d in Collection(settings.index, "public").open().documents() if d.text in held()]
    forget(settings, (document.file.source, document.file.name), lambda: None)
    assert held() == []

    shutil.rmtree(mirror.root)  # the mirror is made anew, then another one, then the server has another edition
    mirror.run()
    other = Harvester(mirror.server, tmp_path / "anderer", clock)
    other.run()
    assert "Der Radweg nach Bedorf ist 4 km lang." in other.text()
    build(settings, [mirror.root, other.root])
    assert held() == []
    mirror.server.files["/download/5.txt"] = b"Der Radweg nach Bedorf ist 5 km lang."
    mirror.run(full=True)
    assert "5 km" in mirror.text()
    report = build(settings, [mirror.root])
    assert (held(), report.books()["skipped"]) == ([], 1)


def test_a_deleted_paper_leaves_no_trace_but_its_id(mirror: Harvester, settings: Settings) -> None:
    mirror.run()
    build(settings, [mirror.root])
    mirror.server.delete("paper", f"{ORIGIN}/paper/5", "2024-06-02T12:00:00+00:00")
    report = mirror.run()
    assert (report.notes.objects["deleted"], report.notes.files["deleted"]) == (1, 1)
    assert "Radweg" not in mirror.text()
    assert not [path for path in mirror.root.rglob("*") if path.is_file() and b"Radweg" in path.read_bytes()]
    build(settings, [mirror.root])
    assert not [d for d in Collection(settings.index, "public").open().documents() if "Radweg" in d.text]


def test_what_a_full_walk_no_longer_names_is_deleted(mirror: Harvester) -> None:
    mirror.run()
    del mirror.server.lists["paper"][f"{ORIGIN}/paper/5"]
    mirror.run()
    assert "Radweg" in mirror.text()
    mirror.run(full=True)
    assert "Radweg" not in mirror.text()


def test_a_deleted_paper_does_not_come_back_by_an_outdated_list(mirror: Harvester) -> None:
    mirror.run()
    paper = dict(mirror.server.lists["paper"][f"{ORIGIN}/paper/5"])
    mirror.server.delete("paper", f"{ORIGIN}/paper/5", "2024-06-02T12:00:00+00:00")
    mirror.run()
    mirror.server.lists["paper"][paper["id"]] = paper | {"modified": "2024-06-01T12:00:00+00:00"}
    mirror.run()
    assert "Radweg" not in mirror.text()
    mirror.server.stubs.clear()
    mirror.server.lists["paper"][paper["id"]] = paper | {"modified": "2024-06-04T12:00:00+00:00"}  # published again
    mirror.run()
    assert "Radweg" in mirror.text()


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_withdrawn_file_is_deleted(mirror: Harvester, status: int) -> None:
    mirror.run()
    mirror.server.faults["/download/5.txt"] = [(status, {}, b"")]
    report = mirror.run(full=True)
    assert (report.notes.files["deleted"], report.notes.failures) == (1, {})
    assert "4 km" not in mirror.text()
    assert "# Radwege" in mirror.text()


def test_a_paper_that_became_members_only_is_deleted(mirror: Harvester) -> None:
    mirror.server.quirks |= {"no_next_no_page", "parts_listed"}  # so that papers are asked for one by one
    mirror.server.page_size = 10
    mirror.run()
    mirror.server.page_size = 5
    mirror.server.faults["/paper/6"] = [(401, {}, b"")]
    mirror.run(full=True)
    assert "Kreisumlage" not in mirror.text()
    assert "Radweg" in mirror.text()


def test_a_file_that_failed_for_the_moment_stays(mirror: Harvester) -> None:
    mirror.run()
    mirror.server.faults["/download/5.txt"] = [(500, {}, b"")] * 4
    report = mirror.run(full=True)
    assert list(report.notes.failures) == [f"{mirror.server.base}/file/5"]
    assert "4 km" in mirror.text()


def test_too_many_deletions_stop_the_run_before_any(mirror: Harvester) -> None:
    for number in range(10, 30):
        mirror.server.lists["paper"][f"{ORIGIN}/paper/{number}"] = one("paper", number, name=f"Vorlage {number}")
    mirror.run()
    before = mirror.files()
    for number in range(10, 20):
        del mirror.server.lists["paper"][f"{ORIGIN}/paper/{number}"]
    with pytest.raises(TooManyDeletions, match=r"10 von 30 .*--allow-deletions"):
        mirror.run(full=True)
    assert mirror.files() == before
    report = mirror.run(full=True, allow_deletions=True)
    assert report.notes.objects["deleted"] == 10


def test_too_many_withdrawn_files_stop_the_run_before_any(mirror: Harvester) -> None:
    mirror.run()
    before = mirror.files()
    mirror.server.files.clear()
    with pytest.raises(TooManyDeletions, match="8 von 8 Dateien"):
        mirror.run(full=True)
    assert mirror.files() == before


def test_a_paper_that_becomes_non_public_is_marked_although_its_file_fails(mirror: Harvester) -> None:
    mirror.run()
    paper = mirror.server.lists["paper"][f"{ORIGIN}/paper/5"]
    paper |= {"public": False, "modified": "2024-06-02T12:00:00+00:00"}
    paper["mainFile"]["modified"] = "2024-06-02T12:00:00+00:00"
    mirror.server.faults["/download/5.txt"] = [(500, {}, b"")] * 4
    mirror.run()
    assert mirror.note("Radweg nach Bedorf")["public"] is False


# Oddities of servers

QUIRKS = [
    "404_for_empty",
    "plus_in_next",
    "filter_lost",
    "no_next",
    "modified_today",
    "auxiliary_as_object",
    "control_characters",
    "blank_strings",
    "double_slashes",
    "references",
    "no_modified",
    "no_pagination",
    "parts_listed",
]


@pytest.mark.parametrize("quirk", QUIRKS)
def test_an_odd_server_gives_the_same_mirror(quirk: str, mirror: Harvester, tmp_path: Path, clock: FakeClock) -> None:
    mirror.run()
    plain = mirror.files()
    odd = Harvester(mirror.server, tmp_path / "seltsam", clock)
    mirror.server.quirks = {quirk}
    reports = [odd.run(), odd.run(), odd.run(full=True)]
    assert [report.notes.failures for report in reports] == [{}, {}, {}]
    assert [report.notes.objects["changed"] + report.notes.objects["deleted"] for report in reports] == [0, 0, 0]
    assert sorted(odd.files()) == sorted(plain)
    assert odd.files() == plain


@pytest.mark.parametrize("quirk", ["plus_in_next", "filter_lost"])
def test_the_filter_stands_on_every_page(quirk: str, mirror: Harvester) -> None:
    mirror.run()
    for number in (2, 3, 4, 5):
        mirror.server.lists["paper"][f"{ORIGIN}/paper/{number}"]["modified"] = "2024-06-02T12:00:00+00:00"
    mirror.server.quirks = {quirk}
    mirror.server.requests.clear()
    report = mirror.run()
    assert report.notes.objects["unchanged"] == 4
    assert mirror.server.counted("page=2&modified_since=2024-06-01T00%3A00%3A00Z") == 1


@pytest.mark.parametrize("quirk", ["endless_pages", "no_next_no_page"])
def test_a_list_that_repeats_itself_ends_and_deletes_nothing(quirk: str, mirror: Harvester) -> None:
    mirror.run()
    before = mirror.files()
    mirror.server.quirks = {quirk}
    mirror.server.requests.clear()
    report = mirror.run(full=True)
    assert any("cut short" in error.message("en") for error in report.notes.failures.values())
    assert len(mirror.server.requests) < 40
    assert mirror.files() == before


def test_html_with_status_200_costs_that_object_only(mirror: Harvester) -> None:
    mirror.server.quirks = {"references", "bare_html"}  # each part is asked for, and none is JSON
    failures = mirror.run().notes.failures
    assert len(failures) == 8
    assert {error.details["reason"] for error in failures.values()} == {"kein JSON / no JSON: HTML"}
    mirror.server.quirks = set()
    assert mirror.run().notes.failures == {}  # what failed is asked for again, although nothing changed
    page = (200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><title>Anmeldung</title>")
    mirror.server.faults["/download/5.txt"] = [page]
    mirror.server.lists["paper"][f"{ORIGIN}/paper/5"]["mainFile"]["mimeType"] = "application/pdf"
    reasons = [error.details["reason"] for error in mirror.run(full=True).notes.failures.values()]
    assert reasons == ["HTML statt der Datei / HTML instead of the file"]
    assert "4 km" in mirror.text()


def test_a_list_that_failed_is_read_again_from_the_same_time(mirror: Harvester) -> None:
    mirror.run()
    mirror.server.lists["paper"][f"{ORIGIN}/paper/5"] |= {"name": "Radschnellwege", "modified": "2024-06-02T12:00:00+00:00"}
    mirror.server.faults["/list/paper"] = [(500, {}, b"")] * 4
    assert len(mirror.run().notes.failures) == 1
    mirror.clock.days(3)
    assert mirror.run().notes.objects["changed"] == 1
    assert "Radschnellwege" in mirror.text()


def test_a_bad_object_and_a_dangling_link_cost_themselves_only(mirror: Harvester) -> None:
    papers = mirror.server.lists["paper"]
    papers["kaputt"] = {"id": 7, "name": "ohne Adresse"}
    papers["text"] = {"id": f"{ORIGIN}/paper/8", "name": {"de": 1}, "consultation": "x", "auxiliaryFile": [3], "date": "gestern"}
    papers[f"{ORIGIN}/paper/2"]["consultation"].append(consultation(9, 99, 99))
    report = mirror.run()
    assert [error.code for error in report.notes.failures.values()] == ["unusable"]
    assert {name.rsplit("/", 2)[-2] for name in report.notes.missing} == {"agendaItem", "meeting"}
    assert "Kreisumlage" in mirror.text()


def test_a_list_that_is_not_there_costs_itself_only(mirror: Harvester) -> None:
    mirror.server.faults["/list/meeting"] = [(403, {}, b"")] * 2
    assert [mirror.run().full for _ in range(2)] == [True, False]
    assert "Kreisumlage" in mirror.text()
    mirror.run(full=True)
    assert "# Kreistag, Sitzung" in mirror.text()


def test_one_body_can_be_given_and_a_page_that_is_no_oparl_is_refused(mirror: Harvester, tmp_path: Path) -> None:
    assert mirror.run(url=f"{mirror.server.base}/body").notes.objects["seen"] == 10
    mirror.root = tmp_path / "anderer"
    for path in ("/nirgends", "/list/paper", "/download/5.txt"):
        with pytest.raises(BadEndpoint):
            mirror.run(url=f"{mirror.server.base}{path}")
        shutil.rmtree(mirror.root)


# Politeness and faults


def test_requests_are_spaced_and_name_a_contact(mirror: Harvester) -> None:
    report = mirror.run()
    assert mirror.clock.slept == pytest.approx([0.2] * (report.requests - 1))
    agents = {headers["User-Agent"] for _, headers in mirror.server.requests}
    assert len(agents) == 1
    assert agents.pop().startswith("Ratslotse/")
    assert mirror.server.requests[0][1]["User-Agent"].endswith("(+ris@musterbach.example)")


@pytest.mark.parametrize(
    ("fault", "waited"),
    [
        ((429, {"Retry-After": "90"}, b""), 90),
        ((503, {"Retry-After": "Sun, 02 Jun 2024 00:10:00 GMT"}, b""), 590),
        ((500, {}, b""), 1),
        ((200, {}, b""), 1),  # breaks off in the middle
        ((200, {}, b"<html>Wartung"), 1),
    ],
    ids=["429", "503", "500", "cut off", "no JSON"],
)
def test_a_passing_fault_is_waited_for(mirror: Harvester, fault: Any, waited: float) -> None:
    mirror.server.faults["/list/paper"] = [fault]
    report = mirror.run()
    assert (report.notes.failures, report.notes.objects["new"]) == ({}, 10)
    assert max(mirror.clock.slept) == pytest.approx(waited, abs=10 if waited > 100 else 0.1)


def test_a_server_that_stays_away_ends_the_run_and_the_next_goes_on(mirror: Harvester) -> None:
    for name in ("2", "3", "4", "5", "6"):
        mirror.server.faults[f"/download/{name}.txt"] = [(503, {}, b"")] * 4
    with pytest.raises(ServerGone, match="5 Anfragen"):
        mirror.run()
    assert "# Radwege" in mirror.text()
    report = mirror.run()
    assert (report.full, report.notes.failures) == (True, {})
    assert "Kreisumlage" in mirror.text()


def test_an_interrupted_walk_does_not_fetch_again_what_it_has(mirror: Harvester) -> None:
    """Objects that a list only refers to cost a request each."""
    mirror.server.quirks = {"bare_lists"}
    mirror.server.faults["/download/1.txt"] = [(503, {"Retry-After": "500"}, b"")]
    mirror.settings = Settings(harvest_hours=0.1)
    with pytest.raises(OutOfTime, match=r"0\.1 Stunden"):
        mirror.run()
    assert mirror.server.counted("/paper/1") == 1
    mirror.server.requests.clear()
    mirror.settings = Settings()
    assert mirror.run().notes.failures == {}
    assert mirror.server.counted("/paper/1") == 0
    assert "Kreisumlage" in mirror.text()


# Where requests may go


@pytest.mark.parametrize(
    "link",
    [
        "http://localhost:1/x.txt",  # the same machine by another name, another port
        "http://169.254.169.254/latest/meta-data",
        "http://2130706433/x.txt",
        "http://[::ffff:127.0.0.1]/x.txt",
        "http://files.example/x.txt",
        "file:///etc/passwd",
        "ftp://127.0.0.1/x.txt",
        "http://user:secret@{host}/download/6.txt",
        "http://" + "a" * 3000,
        "http://[",
    ],
)
def test_a_link_that_leads_elsewhere_is_not_followed(link: str, mirror: Harvester) -> None:
    host = mirror.server.base.removeprefix("http://")
    paper = mirror.server.lists["paper"][f"{ORIGIN}/paper/5"]
    paper["mainFile"]["downloadUrl"] = link.format(host=host)
    mirror.server.faults["/download/6.txt"] = [(302, {"Location": link.format(host=host)}, b"")]
    report = mirror.run()
    assert {name.rsplit("/", 1)[-1] for name in report.notes.failures} == {"5", "6"}
    assert mirror.server.counted("/download/6.txt") == 1


def test_a_redirect_inside_the_host_is_followed_and_one_in_circles_ends(mirror: Harvester) -> None:
    mirror.server.faults["/download/5.txt"] = [(302, {"Location": "/download/6.txt"}, b"")]
    mirror.server.faults["/download/4.txt"] = [(302, {"Location": "4.txt"}, b"")] * 20
    report = mirror.run()
    assert [name.rsplit("/", 1)[-1] for name in report.notes.failures] == ["4"]
    assert mirror.text().count("Die Kreisumlage") == 2


def test_another_host_is_asked_only_if_it_is_allowed(mirror: Harvester) -> None:
    with running(OparlServer("", {}, {"/bericht.txt": b"Vom anderen Rechner."})) as other:
        mirror.server.lists["paper"][f"{ORIGIN}/paper/5"]["mainFile"]["downloadUrl"] = f"{other.base}/bericht.txt"
        assert "fremder Rechner" in next(iter(mirror.run().notes.failures.values())).message("de")
        assert other.requests == []
        name = other.base.removeprefix("http://")
        assert mirror.run(full=True, allow_hosts=[name]).notes.failures == {}
    assert "Vom anderen Rechner." in mirror.text()


def test_a_file_beyond_the_limit_is_not_kept(mirror: Harvester) -> None:
    mirror.settings = Settings(file_megabytes=1)
    mirror.server.files["/download/5.txt"] = b"x" * 1_100_000
    report = mirror.run()
    assert [error.details["reason"] for error in report.notes.failures.values()] == ["> 1 MB"]
    assert "xxxx" not in mirror.text()


# The folder


def test_a_run_killed_at_any_moment_leaves_a_mirror_that_the_next_run_completes(server: OparlServer, tmp_path: Path) -> None:
    whole, broken = (Harvester(server, tmp_path / name, FakeClock()) for name in ("ganz", "gestorben"))
    whole.run()
    for nth in range(1, 14):  # dies before its nth rename
        script = (
            "import os, sys, pathlib; real = pathlib.Path.replace; left = [int(sys.argv[3])]\n"
            "def replace(self, target):\n"
            "    left[0] -= 1\n"
            "    return os.kill(os.getpid(), 9) if left[0] == 0 else real(self, target)\n"
            "pathlib.Path.replace = replace\n"
            "from indexer.harvest.run import Order, harvest; from indexer.settings import Settings\n"
            "harvest(Settings(harvest_rate=100), Order(sys.argv[1], pathlib.Path(sys.argv[2])))\n"
        )
        done = subprocess.run([sys.executable, "-c", script, server.url, str(broken.root), str(3 * nth)], check=False)
        assert done.returncode in (0, -9)
        for path in broken.root.rglob("*.txt"):  # no file without its notes
            assert path.name in (path.parent / "manifest.jsonl").read_text()
        if done.returncode == 0:
            break
    assert broken.run().notes.failures == {}
    assert broken.files() == whole.files()


def test_a_folder_with_other_things_is_left_alone(mirror: Harvester) -> None:
    mirror.root.mkdir()
    (mirror.root / "steuer.pdf").write_bytes(b"%PDF-")
    with pytest.raises(NoMirror):
        mirror.run()
    assert [path.name for path in mirror.root.iterdir()] == ["steuer.pdf"]


def test_the_mirror_of_another_server_is_left_alone(mirror: Harvester) -> None:
    mirror.run()
    before = mirror.files()
    with pytest.raises(NoMirror, match=mirror.server.url):
        mirror.run(url=f"{mirror.server.base}/body")
    assert mirror.files() == before


def test_a_full_disk_is_told_and_the_next_run_goes_on(mirror: Harvester, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("indexer.harvest.mirror.write_atomically", full)
        with pytest.raises(MirrorUnusable, match="No space left"):
            mirror.run()
    assert mirror.run().notes.failures == {}
    assert "Kreisumlage" in mirror.text()


def test_two_runs_at_once_do_not_meet(mirror: Harvester) -> None:
    mirror.run()
    with writer_lock(mirror.root), pytest.raises(MirrorBusy):
        mirror.run()


# The command


def run_cli(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("RATSLOTSE_")}
    env = {**clean, "RATSLOTSE_HARVEST_RATE": "100"}
    command = [sys.executable, "-m", "service", "harvest", "oparl", *map(str, arguments)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done


def test_the_command_reports_what_it_did(server: OparlServer, tmp_path: Path) -> None:
    done = run_cli(server.url, "--into", tmp_path / "spiegel", "--json")
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert report | {"requests": 0} == {
        "full": True,
        "requests": 0,
        "objects": {"seen": 10, "new": 10, "changed": 0, "unchanged": 0, "deleted": 0},
        "files": {"seen": 8, "new": 8, "changed": 0, "unchanged": 0, "deleted": 0, "missing": 0, "failed": 0},
        "failed": 0,
        "failures": [],
        "missing": [],
    }
    server.lists["paper"]["kaputt"] = {"id": 7}
    del server.files["/download/5.txt"]
    done = run_cli(server.url, "--into", tmp_path / "spiegel", "--full")
    assert done.returncode == 3
    assert "gescheitert: " in done.stdout
    assert "Dateien: gesehen 8, neu 0, geändert 0, unverändert 7, gelöscht 1" in done.stdout
    assert f"ratslotse index {tmp_path / 'spiegel'}" in done.stdout


def test_the_command_names_the_remedy_when_it_fails(server: OparlServer, tmp_path: Path) -> None:
    done = run_cli("ftp://ris.musterbach.example", "--into", tmp_path / "spiegel")
    assert (done.returncode, "OParl-Systems" in done.stderr) == (1, True)
    assert not (tmp_path / "spiegel").exists()
    assert run_cli(server.url).returncode == 2
