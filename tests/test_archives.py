"""Files inside files: every member of an archive is a document of its own, and no archive harms more than itself."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from indexer import errors
from indexer.build import Report, build
from indexer.domain import Document
from indexer.parsing import archives, sandbox
from indexer.parsing.archives import Handed, Unpacker, harmless_name
from indexer.parsing.sandbox import Reader
from indexer.settings import Settings
from indexer.store import Collection
from service.app import create_app
from service.settings import ServiceSettings

TEXT = "Der Radweg am Mühlbach wird 2025 gebaut."


def handed(path: Path) -> Handed:
    return Handed(path.name, (path.stat().st_ino, path.stat().st_mtime_ns), path.read_bytes)


def zipped(members: Mapping[str, str | bytes] | list[tuple[str, str | bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items() if isinstance(members, Mapping) else members:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def listed(tmp_path: Path, data: bytes, name: str = "a.zip") -> dict[str, str]:
    """The members by name, with the code of what is wrong with each."""
    (tmp_path / name).write_bytes(data)
    members = Unpacker().members(handed(tmp_path / name))
    return {"!/".join(member.way): member.error.code if member.error else "" for member in members}


def results(report: Report) -> dict[str, str]:
    return {entry.name: entry.result for entry in report.entries}


def document(settings: Settings, name: str) -> Document:
    (found,) = [d for d in Collection(settings.index, "public").open().documents() if d.file.name == name]
    return found


# In the index


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    folder = tmp_path / "papiere" / "Landkreis Musterbach"
    folder.mkdir(parents=True)
    inner = zipped({"Tief.txt": TEXT + " Tief."})
    bad = {"kaputt.pdf": b"%PDF-1.7 nonsense", "bild.pptx": b"PK", "innen.zip": inner}
    (folder / "archiv.zip").write_bytes(zipped({"Anlage 1.txt": TEXT, "Ordner/Anlage 2.txt": TEXT + " Neu.", **bad}))
    (folder / "archiv.toml").write_text('reference = "2024/017"\n', encoding="utf-8")
    return tmp_path / "papiere"


ARCHIVE = "Landkreis Musterbach/archiv.zip"


def test_each_member_is_a_document_in_the_books_under_its_own_name(settings: Settings, packed: Path) -> None:
    report = build(settings, [packed])
    assert results(report) == {
        f"{ARCHIVE}!/Anlage 1.txt": "ok",
        f"{ARCHIVE}!/Ordner/Anlage 2.txt": "ok",
        f"{ARCHIVE}!/innen.zip!/Tief.txt": "ok",
        f"{ARCHIVE}!/kaputt.pdf": "failed",
        f"{ARCHIVE}!/bild.pptx": "skipped",
    }
    found = document(settings, f"{ARCHIVE}!/innen.zip!/Tief.txt")
    assert found.file.member == ("innen.zip", "Tief.txt")
    assert found.file.path.name == "archiv.zip"
    assert found.file.folder_body == "Landkreis Musterbach"
    assert found.paper.reference == "2024/017"
    assert found.file.size == len((TEXT + " Tief.").encode())


def test_an_unchanged_archive_is_not_read_again(settings: Settings, packed: Path, monkeypatch: pytest.MonkeyPatch, write) -> None:
    path = packed / ARCHIVE
    path.write_bytes(zipped({"Anlage 1.txt": TEXT, "bild.pptx": b"PK"}))
    build(settings, [packed])
    with monkeypatch.context() as patched:
        patched.setattr(sandbox.subprocess, "Popen", lambda *_, **__: pytest.fail("a reading process was started"))
        again = build(settings, [packed])
    assert results(again) == {f"{ARCHIVE}!/Anlage 1.txt": "unchanged", f"{ARCHIVE}!/bild.pptx": "skipped"}
    assert again.entries[-1].reason
    path.write_bytes(zipped({"Anlage 2.txt": TEXT}))
    assert results(build(settings, [packed])) == {f"{ARCHIVE}!/Anlage 2.txt": "ok"}
    path.unlink()
    path.with_suffix(".toml").unlink()
    assert results(build(settings, [packed], allow_empty=True)) == {}
    assert not Collection(settings.index, "public").open().documents()


def test_a_member_that_failed_is_tried_again_and_the_others_are_kept(settings: Settings, packed: Path) -> None:
    first, second = build(settings, [packed]), build(settings, [packed])
    changes = {name: (result, results(second)[name]) for name, result in results(first).items()}
    assert set(changes.values()) == {("ok", "unchanged"), ("failed", "failed"), ("skipped", "skipped")}


def test_an_archive_that_cannot_be_opened_or_is_empty_stands_in_the_books_itself(
    settings: Settings, tmp_path: Path, write
) -> None:
    write(tmp_path / "p", {"a.zip": b"PK\x03\x04 nonsense", "b.zip": zipped({}), "c.zip": "Text", "gut.txt": TEXT})
    report = build(settings, [tmp_path / "p"])
    assert results(report) == {"a.zip": "failed", "b.zip": "failed", "c.zip": "failed", "gut.txt": "ok"}
    assert all(entry.reason for entry in report.entries if entry.result == "failed")


def test_a_folder_cannot_pass_for_the_inside_of_an_archive(settings: Settings, tmp_path: Path, write) -> None:
    write(tmp_path / "p", {"a.zip": zipped({"x.txt": TEXT}), "a.zip!/x.txt": "Ein anderer Satz.", "Neu!/x.txt": "Noch einer."})
    assert set(results(build(settings, [tmp_path / "p"]))) == {"a.zip!/x.txt", "a.zip\\x21/x.txt", "Neu!/x.txt"}


# Names


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.txt", "etc/passwd.txt"),
        ("/absolut.txt", "absolut.txt"),
        ("C:\\Vorlagen\\a.txt", "Vorlagen/a.txt"),
        ("a\u202etxt.pdf.txt", "atxt.pdf.txt"),
        ("zwei\nZeilen.txt", "zweiZeilen.txt"),
        ("ordner!/a.txt", "ordner_/a.txt"),
        ("x" * 300 + ".txt", "x" * 196 + ".txt"),
        ("..", "ohne Namen"),
    ],
)
def test_names_are_made_harmless(name: str, shown: str) -> None:
    assert harmless_name(name) == shown


def test_members_of_the_same_name_stay_apart(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped([("a.txt", "eins"), ("./a.txt", "zwei"), ("a.txt", "drei")])
    assert listed(tmp_path, data) == {"a.txt": "", "a (2).txt": "", "a (3).txt": ""}
    unpacker = Unpacker()
    assert [unpacker.extract(handed(tmp_path / "a.zip"), (n,)) for n in ("a.txt", "a (2).txt", "a (3).txt")] == [
        b"eins",
        b"zwei",
        b"drei",
    ]


def test_names_in_umlauts_are_read_whoever_wrote_them(tmp_path: Path) -> None:
    data = zipped({"Übersicht.txt": TEXT})
    assert listed(tmp_path, data) == {"Übersicht.txt": ""}
    unmarked = bytearray(data)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = unmarked.index(magic) + offset
        unmarked[at : at + 2] = struct.pack("<H", struct.unpack("<H", unmarked[at : at + 2])[0] & ~0x800)
    assert listed(tmp_path, bytes(unmarked)) == {"Übersicht.txt": ""}
    as_windows = bytes(unmarked).replace("Übersicht".encode(), b"\x9abersicht_"[:10])
    assert listed(tmp_path, as_windows) == {"Übersicht_.txt": ""}


def test_what_systems_put_into_archives_is_left_out(tmp_path: Path) -> None:
    junk = {"__MACOSX/._a.txt": "x", ".DS_Store": "x", "ordner/": "", "Thumbs.db": "x", ".git/a.txt": "x"}
    assert listed(tmp_path, zipped({"a.txt": TEXT, **junk})) == {"a.txt": ""}


# Hostile archives


def test_a_bomb_costs_itself_only(tmp_path: Path) -> None:
    assert listed(tmp_path, zipped({"bombe.txt": bytes(30_000_000), "gut.txt": TEXT})) == {
        "bombe.txt": "too_much_inside",
        "gut.txt": "",
    }


def test_an_archive_beyond_the_limits_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(errors.TooMuchInside, match="10001"):
        listed(tmp_path, zipped({f"{n}.txt": "" for n in range(10_001)}))
    lying = zipped({"a.txt": b"x" * 1000}).replace(struct.pack("<I", 1000), struct.pack("<I", 300_000_000))
    with pytest.raises(errors.TooMuchInside, match="300000000"):
        listed(tmp_path, lying)
    monkeypatch.setattr(archives, "LARGEST", 100)
    with pytest.raises(errors.TooMuchInside):
        listed(tmp_path, zipped({"a.zip": zipped({"a.txt": "x" * 80}), "b.txt": "x" * 60}))


def test_the_list_of_a_million_entries_is_not_even_read(tmp_path: Path) -> None:
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 46_000_000, 0, 0)
    with pytest.raises(errors.TooMuchInside, match="1000000"):
        listed(tmp_path, b"PK\x03\x04" + (b"PK\x01\x02" + bytes(42)) * 1_000_000 + end)


def test_archives_in_archives_are_opened_twice_and_no_deeper(tmp_path: Path) -> None:
    deep = zipped({"c.zip": zipped({"c.txt": TEXT}), "b.txt": TEXT})
    assert listed(tmp_path, zipped({"b.zip": deep, "a.txt": TEXT})) == {
        "b.zip!/c.zip": "nested_deep",
        "b.zip!/b.txt": "",
        "a.txt": "",
    }
    quine = zipped({"kaputt.zip": b"PK\x03\x04", "a.txt": TEXT})
    assert listed(tmp_path, quine) == {"kaputt.zip": "broken", "a.txt": ""}


def test_an_encrypted_member_says_so(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": TEXT, "b.txt": TEXT}))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + offset] |= 1
    assert listed(tmp_path, bytes(data)) == {"a.txt": "encrypted", "b.txt": ""}


def test_a_damaged_member_says_so(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": TEXT, "b.txt": TEXT}))
    data[40] ^= 0xFF
    assert listed(tmp_path, bytes(data)) == {"a.txt": "broken", "b.txt": ""}


# In the reading process


def test_members_are_listed_read_and_extracted_in_the_reading_process(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.txt": TEXT, "b.zip": zipped({"c.txt": TEXT + " Noch einer."}), "d.doc": "x"}))
    with Reader(60, 1024) as reader:
        found = reader.members(path)
        assert [(m.way, m.size) for m in found] == [
            (("a.txt",), len(TEXT.encode())),
            (("b.zip", "c.txt"), len(TEXT.encode()) + 12),
            (("d.doc",), 0),
        ]
        assert isinstance(found[-1].error, errors.UnsupportedFormat)
        assert reader.read(path, ("b.zip", "c.txt")).text == f"{TEXT} Noch einer."
        assert reader.extract(path, ("a.txt",)).decode() == TEXT
        for way in (("x.txt",), ("b.zip", "x.txt"), ("a.txt", "x.txt")):
            with pytest.raises(errors.ReadError):
                reader.extract(path, way)
        assert reader.read(path, ("a.txt",)).text == TEXT


# In the service


def test_the_original_of_a_member_is_the_member_itself(settings: Settings, packed: Path) -> None:
    build(settings, [packed])
    client = TestClient(create_app(ServiceSettings(**settings.model_dump())))
    inner = document(settings, f"{ARCHIVE}!/innen.zip!/Tief.txt")
    response = client.get(f"/api/v1/documents/{inner.id}/file")
    assert response.status_code == 200
    assert response.text == f"{TEXT} Tief."
    assert response.headers["content-disposition"] == "attachment; filename*=UTF-8''Tief.txt"
    assert response.headers["content-type"].startswith("text/plain")
    assert client.get(f"/api/v1/documents/{inner.id}").json()["file_name"] == "Tief.txt"
    assert client.get(f"/api/v1/documents/{inner.id}").json()["language"] is None
    for changed in (zipped({"innen.zip": zipped({"Tief.txt": "Anders."})}), zipped({}), b"PK"):
        (packed / ARCHIVE).write_bytes(changed)
        assert client.get(f"/api/v1/documents/{inner.id}/file").status_code == 410


def test_an_archive_with_sidecars_is_not_read_without_them(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "papiere").mkdir()
    (tmp_path / "papiere" / "a.zip").write_bytes(zipped({"v.txt": TEXT, "v.toml": "public = false"}))
    (entry,) = build(settings, [tmp_path / "papiere"]).entries
    assert (entry.name, entry.result, entry.code) == ("a.zip", "failed", "sidecar")
    assert "entpacken" in entry.reason("de")
