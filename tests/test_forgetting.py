"""B8, C15: what is forgotten is gone at once, byte by byte, and nothing brings it back but the one who forgot it."""

from __future__ import annotations

import json
import shutil
import threading
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from indexer import forgetting as removing
from indexer import tombstones
from indexer.build import build
from indexer.errors import IndexForgotten, IndexUnusable, RunStopped
from indexer.forgetting import Heeding, enforce, forget, known_files, meant
from indexer.settings import Settings
from indexer.store import Collection, collections, joints
from service.app import create_app
from service.cli import main
from service.forgetting import forget_answers
from service.library import Library
from service.settings import ServiceSettings
from tests.test_incremental import live
from tests.test_sharing import SAME, Service

CANARY = "Kanarienvogelweide"
OTHER = "# Brücke\n\nDie Brücke in Beispielheim wird saniert."


@pytest.fixture
def amt(tmp_path: Path) -> Path:
    folder = tmp_path / "amt"
    folder.mkdir()
    (folder / "a.md").write_text(f"# {CANARY}\n\nDie {CANARY} in Musterbach wird gesperrt.", encoding="utf-8")
    (folder / "b.md").write_text(OTHER, encoding="utf-8")
    return folder


def traces(root: Path, canary: str = CANARY) -> list[str]:
    """The files below the index and the state that hold a canary, in their bytes or in their names."""
    found = [path for part in ("index", "state", "ablage") for path in (root / part).rglob("*")]
    wanted = canary.lower()
    return [
        path.relative_to(root).as_posix()
        for path in found
        if wanted in path.name.lower() or (path.is_file() and wanted.encode() in path.read_bytes().lower())
    ]


def names(settings: Settings) -> dict[str, list[str]]:
    return {one.name: [d.file.name for d in one.open().documents()] for one in collections(settings.index)}


def forgotten(settings: Settings, wanted: str) -> removing.Removed:
    (target,) = meant(known_files(settings), wanted)
    return forget(settings, target, lambda: None)[1]


def test_b8_real_files_leave_no_byte_and_do_not_come_back(settings: Settings, folder: Path, tmp_path: Path) -> None:
    letter = EmailMessage()
    letter["Subject"], letter["From"], letter["To"] = "Anfrage", "a@musterbach.example", "b@musterbach.example"
    letter.set_content(f"Sehr geehrte Damen und Herren, es geht um {CANARY}A.")
    letter.add_attachment(f"Die {CANARY}B steht in der Anlage.".encode(), "text", "plain", filename="anlage.txt")
    (folder / "post.eml").write_bytes(bytes(letter))
    with zipfile.ZipFile(folder / "akten.zip", "w") as archive:
        archive.writestr("eins.txt", f"Die {CANARY}C steht in der ersten Akte.")
        archive.writestr(f"{CANARY}D.txt", "Die zweite Akte nennt keinen Vogel.")
        archive.writestr("drei.txt", "Die dritte Akte bleibt.")
    shutil.copy(folder / "Landkreis Musterbach" / "haushalt.pdf", folder / f"{CANARY}E.pdf")
    build(settings, [folder])
    assert traces(tmp_path)

    for wanted, left in (
        ("anlage.txt", "ACDE"),
        ("post.eml", "CDE"),
        (f"{CANARY}D.txt", "CE"),
        ("eins.txt", "E"),
        (f"{CANARY}E.pdf", ""),
    ):
        forgotten(settings, wanted)
        held = {letter for letter in "ABCDE" if traces(tmp_path, CANARY + letter)}
        assert held == set(left), wanted
    assert traces(tmp_path, "dritte Akte")
    assert "Landkreis Musterbach/haushalt.pdf" not in names(settings)["public"]  # the same bytes

    (folder / "akten.zip").rename(folder / "umbenannt.zip")
    report = build(settings, [folder])  # the originals are still there
    assert not traces(tmp_path)
    assert "umbenannt.zip!/drei.txt" in names(settings)["public"]
    assert report.books()["skipped"] == 5  # the e-mail, two members, two copies of the PDF
    assert {entry.code for entry in report.entries if entry.result == "skipped"} == {"forgotten"}

    forgotten(settings, "umbenannt.zip")
    assert not traces(tmp_path, "umbenannt")
    assert build(settings, [folder]).books()["skipped"] == 4
    assert not traces(tmp_path, "dritte Akte")


@pytest.mark.usefixtures("quick")
class TestAtOnce:
    def test_b8_a_changed_edition_a_copy_and_an_index_built_anew_stay_without_it(
        self, settings: Settings, amt: Path, tmp_path: Path
    ) -> None:
        build(settings, [amt])
        shutil.copytree(settings.index, tmp_path / "old")
        forgotten(settings, "a.md")
        assert not traces(tmp_path)
        shutil.copy(amt / "a.md", amt / "kopie.md")
        (amt / "a.md").write_text(f"{OTHER} Auch hier: {CANARY}.", encoding="utf-8")
        build(settings, [amt])
        assert names(settings)["public"] == ["b.md"]
        shutil.rmtree(settings.index)
        build(settings, [amt])
        assert names(settings)["public"] == ["b.md"]
        assert not traces(tmp_path)

        shutil.rmtree(settings.index)  # an old copy put back by hand: no reader sees it, and the next run mends it
        (tmp_path / "old").rename(settings.index)
        service = ServiceSettings(index=settings.index, encoder="hash")
        with pytest.raises(IndexForgotten):
            Library(service, "public", None, None)  # type: ignore[arg-type]
        build(settings, [])
        assert names(settings)["public"] == ["b.md"]

    def test_b8_no_file_is_read_nothing_encoded_and_the_index_is_as_if_built_without(
        self, settings: Settings, amt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings = settings.model_copy(update={"roles": {"verwaltung": frozenset({"public", "internal"})}})
        (amt / "c.md").write_text("Nichtöffentliche Vorlage\n\nZwei Stellen im Bauamt werden besetzt.", encoding="utf-8")
        build(settings, [amt])
        with monkeypatch.context() as patched:
            patched.setattr(removing, "load_encoder", lambda _: pytest.fail("encoded"))
            (settings.index / "public" / "embeddings.sqlite").unlink()  # then from the live generation
            removed = forgotten(settings, "a.md")
        assert (removed.indexes, removed.books) == ({"public": 1, "internal+public": 1}, 1)
        assert not traces(tmp_path)
        (amt / "a.md").unlink()
        anew = settings.model_copy(update={"index": tmp_path / "anew" / "index"})
        build(anew, [amt])
        assert live(settings.index) == live(anew.index)
        assert set(live(anew.index)) == {"public", "internal", "internal+public"}
        before = {one.name: one.current() for one in (*collections(settings.index), *joints(settings.index))}
        build(settings, [amt])
        assert {one.name: one.current() for one in (*collections(settings.index), *joints(settings.index))} == before

    def test_b8_undone_it_is_read_again(self, settings: Settings, amt: Path) -> None:
        build(settings, [amt])
        forgotten(settings, "a.md")
        (stone,) = tombstones.load(settings.state_folder).tombstones
        assert tombstones.take_back(settings.state_folder, stone.id)
        assert not tombstones.take_back(settings.state_folder, stone.id)
        assert build(settings, [amt]).books()["skipped"] == 0
        assert names(settings)["public"] == ["a.md", "b.md"]

    def test_c15_what_was_withheld_because_of_it_does_not_become_public(self, settings: Settings, amt: Path) -> None:
        (amt / "v.md").write_text("Nichtöffentliche Beschlussvorlage\n\nDrucksachen-Nr.: 2024/017\n\nPersonal", encoding="utf-8")
        (amt / "w.md").write_text("Anlage\n\nDrucksachen-Nr.: 2024/017\n\nListe der Stellen", encoding="utf-8")
        build(settings, [amt])
        assert names(settings)["internal"] == ["v.md", "w.md"]
        forgotten(settings, "v.md")
        (amt / "b.md").unlink()
        build(settings, [amt])
        assert names(settings) == {"internal": ["w.md"], "public": ["a.md"]}

    def test_b8_a_run_under_way_heeds_it_and_forgetting_waits_for_that_run(
        self, settings: Settings, amt: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        build(settings, [amt])
        waits = threading.Event()
        published: list[list[str]] = []
        publish = Collection.publish

        def watched(self: Collection, documents, vectors, encoder: str) -> str:
            published.append([one.document.file.name for one in documents])
            return publish(self, documents, vectors, encoder)

        thread = threading.Thread(target=forget, args=(settings, ("amt", "a.md"), waits.set))

        def progress(stage: str, done: int, total: int) -> None:
            if stage == "encode" and not waits.is_set():
                thread.start()
                assert waits.wait(30)

        monkeypatch.setattr(Collection, "publish", watched)
        (amt / "c.md").write_text("# Neu\n\nDie Sporthalle in Aurental wird saniert.", encoding="utf-8")
        build(settings, [amt], progress=progress)
        thread.join(30)
        assert published == [["b.md", "c.md"]]
        assert not traces(tmp_path)

    def test_b8_readers_need_not_wait_for_the_end_of_a_run(self, settings: Settings, amt: Path, tmp_path: Path) -> None:
        build(settings, [amt])
        waits = threading.Event()
        thread = threading.Thread(target=forget, args=(settings, ("amt", "a.md"), waits.set))
        heed = Heeding(settings)
        seen: list[list[str]] = []

        def progress(stage: str, done: int, total: int) -> None:
            if not seen:
                thread.start()
                assert waits.wait(30)
            heed()
            seen.append(names(settings)["public"])

        (amt / "c.md").write_text("# Neu\n\nDie Sporthalle in Aurental wird saniert.", encoding="utf-8")
        build(settings, [amt], progress=progress)
        thread.join(30)
        assert len(seen) > 1
        assert all(one == ["b.md"] for one in seen)
        assert names(settings)["public"] == ["b.md", "c.md"]
        assert not traces(tmp_path)

    def test_b8_what_is_forgotten_before_a_run_comes_to_it_is_not_kept(
        self, settings: Settings, amt: Path, tmp_path: Path
    ) -> None:
        (amt / "a.md").rename(amt / "z.md")
        heed = Heeding(settings)

        def progress(stage: str, done: int, total: int) -> None:
            if (stage, done) == ("read", 1):
                name = tombstones.name_digest("amt", "z.md")
                tombstones.add(settings.state_folder, [tombstones.Tombstone(name[:12], "", frozenset({name}))])
            heed()
            if stage == "encode":
                raise RunStopped

        with pytest.raises(RunStopped):
            build(settings, [amt], progress=progress)
        assert not traces(tmp_path)

    def test_b8_what_a_stopped_run_has_read_is_forgotten_with_it(self, settings: Settings, amt: Path, tmp_path: Path) -> None:
        build(settings, [amt / "b.md"])

        def stop(stage: str, done: int, total: int) -> None:
            if stage == "encode" and done == total:
                raise RunStopped

        with pytest.raises(RunStopped):
            build(settings, [amt], progress=stop)
        assert traces(tmp_path) == ["index/unfinished.sqlite"]
        (settings.index / "ledger.sqlite").touch()
        removed = forget(settings, ("amt", "a.md"), lambda: None)[1]
        assert (removed.unfinished, removed.vectors) == (1, 1)
        assert not traces(tmp_path)

    def test_b8_cut_off_after_its_tombstone_it_is_finished_by_the_next_try(
        self, settings: Settings, amt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        build(settings, [amt])
        with monkeypatch.context() as patched:
            patched.setattr(Collection, "publish", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
            with pytest.raises(OSError, match="disk full"):
                forgotten(settings, "a.md")
        assert enforce(settings).indexes == {"public": 1}
        assert not traces(tmp_path)

    def test_a_list_that_cannot_be_read_stops_the_run_and_the_service(self, settings: Settings, amt: Path) -> None:
        build(settings, [amt])
        settings.state_folder.mkdir()
        for content in (b"\xff", b"{}", b'{"id": "1", "made": "", "names": "x", "contents": [], "withheld": []}', b"[" * 9000):
            (settings.state_folder / tombstones.FILE).write_bytes(content)
            with pytest.raises(IndexUnusable):
                build(settings, [amt])
            with pytest.raises(IndexUnusable):
                create_app(ServiceSettings(index=settings.index, encoder="hash"))


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("RATSLOTSE_ENCODER", "hash")
    monkeypatch.setenv("RATSLOTSE_INDEX", str(settings.index))

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


@pytest.mark.usefixtures("quick")
def test_forget_on_the_command_line(run: Run, settings: Settings, amt: Path, tmp_path: Path) -> None:
    (amt / "c").mkdir()
    (amt / "c" / "a.md").write_text("# Weg\n\nDer Weg am Weiher bleibt gesperrt.", encoding="utf-8")
    build(settings, [amt])
    code, _, told = run("forget", "a.md")
    assert code == 1
    assert [line.split()[1] for line in told.splitlines()[1:]] == ["amt/a.md", "amt/c/a.md"]
    identifier = told.splitlines()[1].split()[0]
    code, out, _ = run("forget", "a.md", "--json")
    assert (code, json.loads(out)["ambiguous"][0]["id"]) == (1, identifier)

    code, out, _ = run("forget", identifier, "--json")
    report = json.loads(out)
    assert code == 0
    assert report["files"] == [{"id": identifier, "file": "amt/a.md", "original": str(amt / "a.md")}]
    assert report["removed"]["indexes"] == {"public": 1}
    code, out, _ = run("forget", "--list")
    assert (code, out.split()[0]) == (0, identifier)
    assert CANARY not in out
    assert "Schon vergessen" in run("forget", identifier)[1]
    assert run("forget", "nichts.md")[0] == 1
    assert run("forget", "--undo", "nichts")[0] == 1
    assert run("forget", "--undo", identifier)[0] == 0
    assert run("forget", "--list")[1].strip() == "Nichts wurde vergessen."


def test_b8_b5_the_service_shows_it_no_more_at_the_next_request(tmp_path: Path) -> None:
    service = Service(tmp_path)
    client: TestClient = service.client
    document = client.get("/api/v1/search", params={"q": "Mühlbach"}).json()["hits"][0]["document"]["id"]
    address, _ = service.shared()
    token = service.token()
    assert service.judge(token, words="Mühlbach, sehr gut") == 200
    assert client.get(address).status_code == 200
    assert "Mühlbach".encode() in service.stored()

    forgotten(service.settings, "bruecke.txt")
    assert forget_answers(service.settings) == {"shares": 1, "judgements": 1}
    assert client.get(f"/api/v1/documents/{document}").status_code == 404
    assert client.get(address).status_code == 404
    assert client.post("/antwort/teilen", data={"token": token}, headers=SAME).status_code == 410
    assert service.judge(token) == 410
    assert not traces(tmp_path, "Mühlbach")
