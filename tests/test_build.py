"""A run reads what changed, publishes it whole, and keeps its books; a run that dies costs nothing but its time."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.books import open_books
from indexer.build import Report, build
from indexer.encoders import HashEncoder
from indexer.errors import IndexBusy, NestedSource, NoSpace, SourceEmptied, SourceError
from indexer.generation import Generation
from indexer.search import search
from indexer.settings import Settings
from indexer.store import Collection

QUESTION = "Wie viele Plätze hat die Kita Sonnenhang?"
SECRET = "Grundstückskaufpreis"


def names(settings: Settings, collection: str = "public") -> set[str]:
    opened = Collection(settings.index, collection)
    return {document.file.name for document in opened.open().documents()} if opened.current() else set()


def digest(settings: Settings, collection: str = "public") -> str:
    return str(Collection(settings.index, collection).open().manifest["digest"])


def results(report: Report) -> dict[str, str]:
    return {entry.name: entry.result for entry in report.entries}


def answer(generation: Generation) -> list[tuple[str, int, float]]:
    return [(hit.passage.id, hit.row, hit.score) for hit in search(generation, HashEncoder(), QUESTION)]


def holding(folder: Path, word: str) -> list[Path]:
    """Files in whose bytes the word occurs, whatever its case."""
    forms = [form.encode(encoding) for form in (word, word.lower()) for encoding in ("utf-8", "utf-16-le")]
    return [path for path in folder.rglob("*") if path.is_file() and any(form in path.read_bytes() for form in forms)]


# The books


def test_every_file_found_is_in_one_book(settings: Settings, folder: Path, write, half_read) -> None:
    half_read(folder / "halb.pdf")
    write(folder, {"leer.txt": "", "kaputt.pdf": b"%PDF-1.7 nonsense", "tabelle.pptx": "x"})
    first, second = build(settings, [folder]), build(settings, [folder])
    assert first.books() == {"found": 9, "ok": 5, "partial": 1, "failed": 2, "skipped": 1, "unchanged": 0}
    assert second.books() == {"found": 9, "ok": 0, "partial": 0, "failed": 2, "skipped": 1, "unchanged": 6}
    assert [entry["path"] for entry in first.of("failed")] == ["papiere/kaputt.pdf", "papiere/leer.txt"]
    assert all(entry.reason for entry in first.entries if entry.result != "ok")
    assert "2" in first.of("partial")[0]["reason"]


def test_the_ledger_tells_later_what_was_not_read(settings: Settings, folder: Path, write, half_read) -> None:
    half_read(folder / "halb.pdf")
    write(folder, {"leer.txt": "", "tabelle.pptx": "x"})
    for _ in range(2):
        build(settings, [folder])
        with open_books(settings.index) as books:
            found = [(entry.source, entry.name, entry.result) for entry in books.unread()]
        assert found == [
            ("papiere", "halb.pdf", "partial"),
            ("papiere", "leer.txt", "failed"),
            ("papiere", "tabelle.pptx", "skipped"),
        ]


def test_one_bad_file_does_not_stop_the_run(settings: Settings, folder: Path, write) -> None:
    before = len(list(folder.rglob("*.*")))
    bad = {"a.pdf": b"%PDF-1.7", "b.docx": b"PK\x03\x04", "c.html": b"\x00\x01", "d.txt": b"", "e.pdf": "Text", "f.toml": "x"}
    write(folder, {**bad, "f.txt": "Text", "z.txt": "Der letzte Satz."})
    report = build(settings, [folder])
    assert {name for name, result in results(report).items() if result == "failed"} == {
        "a.pdf",
        "b.docx",
        "c.html",
        "d.txt",
        "e.pdf",
        "f.txt",
    }
    assert "z.txt" in names(settings)
    assert before == 7
    assert len(names(settings)) == 6


def test_progress_counts_every_file_and_passage(settings: Settings, folder: Path) -> None:
    calls: list[tuple[str, int, int]] = []
    report = build(settings, [folder], progress=lambda *call: calls.append(call))
    assert [call for call in calls if call[0] == "read"] == [("read", n, 5) for n in range(1, 6)]
    assert calls[-1] == ("encode", report_passages(settings), report_passages(settings))
    assert report.generation == "000001"


def report_passages(settings: Settings) -> int:
    return Collection(settings.index, "public").open().passages


def test_a_path_that_leads_nowhere_stops_the_run_before_it_writes(settings: Settings, folder: Path) -> None:
    with pytest.raises(SourceError, match="nirgends"):
        build(settings, [folder, folder / "nirgends"])
    assert not settings.index.exists()


# What changed


def test_an_unchanged_run_publishes_nothing(settings: Settings, folder: Path) -> None:
    build(settings, [folder])
    files = {path: path.stat().st_mtime_ns for path in (settings.index / "public" / "generations").rglob("*")}
    report = build(settings, [folder])
    assert report.books()["unchanged"] == report.books()["found"] == 5
    assert report.generation == "000001"
    assert {path: path.stat().st_mtime_ns for path in (settings.index / "public" / "generations").rglob("*")} == files


def test_a10_an_unchanged_run_writes_to_no_file_of_the_index_but_the_books(settings: Settings, folder: Path) -> None:
    def written() -> dict[str, tuple[int, int]]:
        files = [path for path in settings.index.rglob("*") if path.is_file() and not path.name.startswith((".lock", "ledger"))]
        return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}

    build(settings, [folder])
    before = written()
    assert len(before) > 20
    build(settings, [folder])
    assert written() == before


def test_a_changed_file_replaces_what_was_known_of_it(settings: Settings, folder: Path, write) -> None:
    build(settings, [folder])
    write(folder, {"Landkreis Musterbach/pflege.txt": "Die Sporthalle wird saniert."})
    report = build(settings, [folder])
    assert {name for name, result in results(report).items() if result == "ok"} == {"Landkreis Musterbach/pflege.txt"}
    live = Collection(settings.index, "public").open()
    assert not holding(live.where, "Kurzzeitpflege")
    assert holding(live.where, "Sporthalle")


def test_a_changed_sidecar_is_a_change(settings: Settings, folder: Path, write) -> None:
    build(settings, [folder])
    write(folder, {"Landkreis Musterbach/pflege.toml": 'reference = "2024/099"'})
    build(settings, [folder])
    papers = {d.file.name: d.paper for d in Collection(settings.index, "public").open().documents()}
    assert papers["Landkreis Musterbach/pflege.txt"].reference == "2024/099"


def test_a_deleted_file_is_forgotten(settings: Settings, folder: Path) -> None:
    build(settings, [folder])
    (folder / "Landkreis Musterbach" / "pflege.txt").unlink()
    report = build(settings, [folder])
    assert report.books()["found"] == 4
    assert "Landkreis Musterbach/pflege.txt" not in names(settings)
    assert not holding(Collection(settings.index, "public").open().where, "Kurzzeitpflege")


def test_a_renamed_file_is_known_by_its_new_name_only(settings: Settings, folder: Path) -> None:
    build(settings, [folder])
    (folder / "Landkreis Musterbach" / "pflege.txt").rename(folder / "neu.txt")
    report = build(settings, [folder])
    assert results(report)["neu.txt"] == "ok"
    assert "neu.txt" in names(settings)
    assert "Landkreis Musterbach/pflege.txt" not in names(settings)


def test_a_file_that_can_no_longer_be_read_is_no_longer_found(settings: Settings, folder: Path, write) -> None:
    build(settings, [folder])
    write(folder, {"Landkreis Musterbach/pflege.txt": ""})
    assert results(build(settings, [folder]))["Landkreis Musterbach/pflege.txt"] == "failed"
    assert "Landkreis Musterbach/pflege.txt" not in names(settings)


def test_a_second_source_leaves_the_first(settings: Settings, folder: Path, tmp_path: Path, write) -> None:
    build(settings, [folder])
    write(tmp_path / "weitere", {"a.txt": "Die Sporthalle wird saniert."})
    assert build(settings, [tmp_path / "weitere"]).books()["found"] == 1
    assert len(names(settings)) == 6
    build(settings, [folder])
    assert len(names(settings)) == 6


def test_two_sources_of_one_name_are_told_apart(settings: Settings, tmp_path: Path, write) -> None:
    write(tmp_path, {"eins/papiere/a.txt": "Die Sporthalle wird saniert.", "zwei/papiere/a.txt": "Der Radweg wird gebaut."})
    for source in ("eins", "zwei"):
        build(settings, [tmp_path / source / "papiere"])
    documents = Collection(settings.index, "public").open().documents()
    assert [document.file.source for document in documents] == ["papiere", "papiere-2"]
    assert len({document.id for document in documents}) == 2


def test_the_order_in_which_files_were_made_does_not_matter(settings: Settings, folder: Path, tmp_path: Path) -> None:
    build(settings, [folder])
    expected = digest(settings)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    aside = tmp_path / "aside"
    for seed in (1, 2):
        folder.rename(aside)
        random.Random(seed).shuffle(files)
        for path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(aside / path.relative_to(folder), path)
        shutil.rmtree(aside)
        other = Settings(index=tmp_path / f"index{seed}", encoder="hash")
        build(other, [folder])
        assert digest(other) == expected


# Who may see it


@pytest.mark.parametrize("mark", ["sidecar", "text"])
def test_a_paper_that_is_not_public_leaves_no_byte_in_the_public_index(
    settings: Settings, folder: Path, write, mark: str
) -> None:
    text = f"Landkreis Musterbach\n\nNichtöffentliche Beschlussvorlage\n\nDer {SECRET} beträgt 90.000 Euro.\n"
    write(folder, {"geheim.txt": text if mark == "text" else text.replace("Nichtöffentliche ", "")})
    if mark == "sidecar":
        write(folder, {"geheim.toml": "public = false"})
    build(settings, [folder])
    assert names(settings, "internal") == {"geheim.txt"}
    assert "geheim.txt" not in names(settings)
    assert holding(settings.index / "internal", SECRET)
    assert not holding(settings.index / "public", SECRET)
    assert not holding(settings.index / "public", "geheim.txt")


def test_a_paper_that_is_withdrawn_leaves_the_live_public_index(settings: Settings, folder: Path, write) -> None:
    write(folder, {"kauf.txt": f"Der {SECRET} beträgt 90.000 Euro."})
    build(settings, [folder])
    assert holding(settings.index / "public", SECRET)
    write(folder, {"kauf.toml": "public = false"})
    build(settings, [folder])
    assert names(settings, "internal") == {"kauf.txt"}
    assert "kauf.txt" not in names(settings)
    assert not holding(Collection(settings.index, "public").open().where, SECRET)
    (folder / "kauf.toml").unlink()
    build(settings, [folder])
    assert names(settings, "internal") == set()
    assert "kauf.txt" in names(settings)


def test_a_source_may_belong_to_another_collection(settings: Settings, folder: Path, tmp_path: Path, write) -> None:
    build(settings, [folder])
    before = digest(settings)
    write(tmp_path / "fraktion", {"a.txt": f"Der {SECRET} beträgt 90.000 Euro."})
    build(settings, [tmp_path / "fraktion"], access="fraktion")
    assert names(settings, "fraktion") == {"a.txt"}
    assert digest(settings) == before
    assert not holding(settings.index / "public", SECRET)


def test_a_source_that_changes_its_access_moves(settings: Settings, folder: Path) -> None:
    build(settings, [folder])
    build(settings, [folder], access="fraktion")
    assert names(settings) == set()
    assert len(names(settings, "fraktion")) == 5


# When it dies, and when two run


def test_a5_an_index_that_would_not_fit_is_refused_before_it_is_encoded(
    settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch, write
) -> None:
    first = build(settings, [folder])
    before = answer(Collection(settings.index, "public").open("hash-1"))
    write(folder, {"neu.txt": "Die Kita Sonnenhang hat 75 Plätze."})
    free = shutil.disk_usage(settings.index)
    with monkeypatch.context() as full:
        full.setattr("indexer.space.shutil.disk_usage", lambda _: free._replace(free=1_000_000 // 20))
        full.setattr("indexer.hands.load_encoder", lambda _: pytest.fail("encoded"))
        with pytest.raises(NoSpace) as caught:
            build(settings, [folder])
    assert "0 MB" in caught.value.message("de")
    assert Collection(settings.index, "public").current() == first.generation
    assert answer(Collection(settings.index, "public").open("hash-1")) == before
    assert build(settings, [folder]).books() == {"found": 6, "ok": 1, "partial": 0, "failed": 0, "skipped": 0, "unchanged": 5}


def test_a_second_run_at_the_same_time_is_refused(settings: Settings, folder: Path) -> None:
    refused: list[bool] = []

    def meanwhile(*_: object) -> None:
        with pytest.raises(IndexBusy):
            build(settings, [folder])
        refused.append(True)

    build(settings, [folder], progress=meanwhile)
    assert refused
    assert build(settings, [folder]).books()["unchanged"] == 5


# Counts the calls made by the modules that write, and dies by SIGKILL at the one it is told.
_RUN = """
import os, signal, sys
from pathlib import Path
from indexer.build import build
from indexer.settings import Settings
index, source, moment = sys.argv[1], sys.argv[2], int(sys.argv[3])
writing = ("build.py", "store.py", "storage.py", "cache.py", "ledger.py", "unfinished.py",
    "vectors.py", "writing.py", "postings.py")
count = 0
def step(frame, event, argument):
    global count
    if frame.f_code.co_filename.endswith(writing):
        count += 1
        if count == moment:
            os.kill(os.getpid(), signal.SIGKILL)
sys.setprofile(step)
build(Settings(index=index, encoder="hash"), [Path(source)])
sys.setprofile(None)
print(count)
"""


def run(index: Path, source: Path, moment: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _RUN, str(index), str(source), str(moment)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_run_killed_at_any_moment_leaves_the_index_whole(settings: Settings, folder: Path, tmp_path: Path, write) -> None:
    build(settings, [folder])
    before = answer(Collection(settings.index, "public").open("hash-1"))
    write(folder, {f"neu/{n}.txt": f"Vorlage {n}: Die Kita Sonnenhang erhält {n} Plätze." for n in range(10)})
    write(
        folder,
        {
            "Landkreis Musterbach/kita.md": "Die Kita Sonnenhang hat 75 Plätze.",
            "Landkreis Musterbach/pflege.toml": "public = false",
        },
    )
    whole = tmp_path / "whole"
    shutil.copytree(settings.index, whole)
    undisturbed = run(whole, folder, 0)
    assert undisturbed.returncode == 0, undisturbed.stderr
    steps = int(undisturbed.stdout)
    expected = {name: Collection(whole, name).open() for name in ("public", "internal")}
    after = answer(expected["public"])
    assert after != before
    chance = random.Random(20)
    moments = [chance.randrange(1 + steps * part // 20, 1 + steps * (part + 1) // 20) for part in range(20)]
    survivors = []
    for number, moment in enumerate(moments):
        index = tmp_path / f"killed{number}"
        shutil.copytree(settings.index, index)
        killed = run(index, folder, moment)
        assert killed.returncode == -signal.SIGKILL, f"moment {moment} of {steps}: {killed.stderr}"
        survivors.append(answer(Collection(index, "public").open("hash-1")))
        assert survivors[-1] in (before, after)
        build(Settings(index=index, encoder="hash"), [folder])
        for name, generation in expected.items():
            again = Collection(index, name).open("hash-1")
            assert again.manifest == generation.manifest, f"moment {moment} of {steps}"
            assert not [path for path in os.listdir(index / name / "generations") if path.startswith(".")]
        assert not holding(index / "public", "Kurzzeitpflege")  # of the paper that is public no more
    assert before in survivors
    assert after in survivors


# What the operator's disk and habits bring along


def test_two_folders_of_one_name_are_two_sources(settings: Settings, tmp_path: Path, write) -> None:
    write(tmp_path / "a" / "papiere", {"x.txt": "Die Brücke wird erneuert."})
    write(tmp_path / "b" / "papiere", {"x.txt": "Der Brunnen wird saniert."})
    build(settings, [tmp_path / "a" / "papiere", tmp_path / "b" / "papiere"])
    documents = Collection(settings.index, "public").open().documents()
    assert [document.file.source for document in documents] == ["papiere", "papiere-2"]


def test_file_names_that_are_no_utf8_are_read_and_kept_apart(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / os.fsdecode(b"b\xfcro")
    source.mkdir()
    for name in (b"\xff.txt", b"\xfe.txt"):
        (source / os.fsdecode(name)).write_text("Die Brücke wird erneuert.", encoding="utf-8")
    assert build(settings, [source]).books()["ok"] == 2
    assert build(settings, [source]).books()["unchanged"] == 2
    assert names(settings) == {r"\xff.txt", r"\xfe.txt"}


@pytest.mark.parametrize(
    "sidecar",
    [{"a.toml": "x = " + "[" * 100_000}, {"manifest.jsonl": '{"file": "a.txt", "x": ' + "[" * 100_000}, {"a.toml": 'name = "a'}],
    ids=["deep toml", "deep json", "broken toml"],
)
def test_a_bad_sidecar_costs_its_own_files_only(settings: Settings, tmp_path: Path, write, sidecar: dict[str, str]) -> None:
    write(tmp_path / "p" / "schlecht", {"a.txt": "Die Brücke wird erneuert.", **sidecar})
    write(tmp_path / "p" / "gut", {"b.txt": "Der Brunnen wird saniert."})
    report = build(settings, [tmp_path / "p"])
    assert [entry["path"] for entry in report.of("failed")] == ["p/schlecht/a.txt"]
    assert names(settings) == {"gut/b.txt"}


def test_a_damaged_index_is_built_anew_from_all_its_sources(settings: Settings, tmp_path: Path, write) -> None:
    write(tmp_path / "x", {"x.txt": "Die Brücke wird erneuert."})
    write(tmp_path / "y", {"y.txt": "Der Brunnen wird saniert."})
    build(settings, [tmp_path / "x"])
    build(settings, [tmp_path / "y"])
    damaged = settings.index / "public" / "generations" / "000002" / "vectors.faiss"
    damaged.chmod(0o644)
    damaged.write_bytes(b"x")
    build(settings, [tmp_path / "x"])
    assert names(settings) == {"x.txt", "y.txt"}
    assert Collection(settings.index, "public").open().number == "000003"


def test_a_folder_that_holds_the_index_does_not_index_it(tmp_path: Path, write) -> None:
    write(tmp_path, {"a.txt": "Die Brücke wird erneuert."})
    settings = Settings(index=tmp_path / "index", encoder="hash")
    for _ in range(2):
        assert build(settings, [tmp_path]).books()["found"] == 1


# A paper is public only if all of it is


def test_an_unmarked_anlage_of_a_non_public_paper_is_not_public_either(settings: Settings, tmp_path: Path, write) -> None:
    head = "Landkreis Musterbach\n\nVorlage Nr. 2024/090\n\n"
    write(
        tmp_path / "p",
        {
            "vorlage.txt": head + "Status: nichtöffentlich\n\nDas Grundstück wird erworben.",
            "anlage.txt": head + f"Anlage 1\n\nDer {SECRET} beträgt 480.000 Euro.",
        },
    )
    build(settings, [tmp_path / "p"])
    assert names(settings) == set()
    assert names(settings, "internal") == {"vorlage.txt", "anlage.txt"}
    assert not holding(settings.index / "public", SECRET)


def test_a_source_stays_in_its_collection_until_told_otherwise(settings: Settings, tmp_path: Path, write) -> None:
    write(tmp_path / "nb", {"a.txt": f"Der {SECRET} beträgt 90.000 Euro."})
    build(settings, [tmp_path / "nb"], access="fraktion")
    build(settings, [tmp_path / "nb"])
    assert names(settings, "fraktion") == {"a.txt"}
    assert not holding(settings.index / "public", SECRET)


@pytest.mark.parametrize("inner_first", [True, False])
def test_a_source_inside_another_of_a_different_collection_is_refused(
    settings: Settings, tmp_path: Path, write, inner_first: bool
) -> None:
    write(tmp_path / "p" / "nb", {"a.txt": f"Der {SECRET} beträgt 90.000 Euro."})
    steps = [(tmp_path / "p" / "nb", "fraktion"), (tmp_path / "p", "public")]
    (first, first_access), (second, second_access) = steps if inner_first else steps[::-1]
    build(settings, [first], access=first_access)
    with pytest.raises(NestedSource):
        build(settings, [second], access=second_access)


def test_a_source_that_is_suddenly_empty_is_taken_for_a_drive_that_is_not_connected(settings: Settings, folder: Path) -> None:
    build(settings, [folder])
    aside = folder.rename(folder.parent / "aside")
    folder.mkdir()
    with pytest.raises(SourceEmptied, match="allow-empty"):
        build(settings, [folder])
    assert len(Collection(settings.index, "public").open().documents()) == 5
    report = build(settings, [folder], allow_empty=True)
    assert report.books()["found"] == 0
    assert Collection(settings.index, "public").open().documents() == []
    aside.rename(folder.parent / "zurück")
