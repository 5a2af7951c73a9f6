"""Which files a folder holds, what is known of each before it is read, and what is refused."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from indexer.domain import File
from indexer.errors import SourceError
from indexer.sources import Unread
from indexer.sources.folder import FolderSource
from indexer.sources.hashes import Hashes

MEGABYTE = 1_000_000


def listed(root: Path, access: str = "public") -> dict[str, File | Unread]:
    found = list(FolderSource(root, access, MEGABYTE).files())
    assert len({file.name for file in found}) == len(found)
    return {file.name: file for file in found}


def file_in(root: Path, name: str = "a.txt", access: str = "public") -> File:
    file = listed(root, access)[name]
    assert isinstance(file, File), file
    return file


def unread_in(root: Path, name: str) -> Unread:
    file = listed(root)[name]
    assert isinstance(file, Unread), file
    return file


def test_files_come_in_the_order_of_their_names_with_forward_slashes(tmp_path: Path, write) -> None:
    write(tmp_path, {"b.txt": "x", "a/z.txt": "x", "a/b/c.md": "x", "A.txt": "x"})
    names = list(listed(tmp_path))
    assert sorted(names) == ["A.txt", "a/b/c.md", "a/z.txt", "b.txt"]
    assert list(listed(tmp_path)) == names


def test_readmes_licences_and_hidden_files_are_no_documents(tmp_path: Path, write) -> None:
    hidden = {".a.txt": "x", ".git/b.txt": "x", "README.md": "x", "readme.txt": "x", "LICENSE": "x", "LICENSE.txt": "x"}
    write(tmp_path, {**hidden, "a.txt": "x"})
    assert list(listed(tmp_path)) == ["a.txt"]


def test_a_file_of_another_kind_is_skipped_with_its_reason(tmp_path: Path, write) -> None:
    write(tmp_path, {"a.pptx": "x", "allein.toml": "x = 1"})
    for name in ("a.pptx", "allein.toml"):
        assert unread_in(tmp_path, name).skipped
        assert Path(name).suffix in unread_in(tmp_path, name).error.message("en")


def test_a_single_file_is_a_source(tmp_path: Path, write) -> None:
    write(tmp_path, {"a.txt": "x", "b.txt": "x", "a.toml": 'name = "Titel"'})
    assert list(listed(tmp_path / "a.txt")) == ["a.txt"]
    assert file_in(tmp_path / "a.txt").sidecar == {"name": "Titel"}


def test_a_path_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nirgends"):
        FolderSource(tmp_path / "nirgends", "public", MEGABYTE)


def test_too_large_a_file_is_refused_with_its_size(tmp_path: Path, write) -> None:
    write(tmp_path, {"a.txt": b"x" * (MEGABYTE + 1), "b.txt": b"x" * MEGABYTE})
    assert "2 MB" in unread_in(tmp_path, "a.txt").error.message("en")
    assert not unread_in(tmp_path, "a.txt").skipped
    file_in(tmp_path, "b.txt")


# Sidecars


def test_a_toml_file_beside_a_document_tells_about_it(tmp_path: Path, write) -> None:
    write(tmp_path, {"a.txt": "x", "a.toml": 'name = "Titel"\ndate = 2024-05-03\npublic = false', "b.txt": "x"})
    assert file_in(tmp_path).sidecar == {"name": "Titel", "date": "2024-05-03", "public": False}
    assert set(listed(tmp_path)) == {"a.txt", "b.txt"}
    assert file_in(tmp_path, "b.txt").sidecar == {}


def test_a_manifest_tells_about_the_files_of_its_own_folder(tmp_path: Path, write) -> None:
    lines = [json.dumps({"file": "a.txt", "name": "Titel", "reference": "1/24"}), "", json.dumps({"file": "fehlt.txt"})]
    write(tmp_path, {"s/a.txt": "x", "s/manifest.jsonl": "\n".join(lines), "a.txt": "x"})
    assert file_in(tmp_path, "s/a.txt").sidecar == {"name": "Titel", "reference": "1/24"}
    assert file_in(tmp_path, "a.txt").sidecar == {}


def test_the_toml_file_overrules_the_manifest(tmp_path: Path, write) -> None:
    write(tmp_path, {"a.txt": "x", "a.toml": 'name = "B"', "manifest.jsonl": '{"file": "a.txt", "name": "A", "reference": "1"}'})
    assert file_in(tmp_path).sidecar == {"name": "B", "reference": "1"}


@pytest.mark.parametrize("line", ["{", '{"name": "x"}', "[1]", '{"file": 3}', b"\xff"], ids=repr)
def test_a_broken_manifest_fails_the_files_of_its_folder_only(tmp_path: Path, write, line: str | bytes) -> None:
    write(tmp_path, {"s/a.txt": "x", "s/b.txt": "x", "s/manifest.jsonl": line, "c.txt": "x"})
    for name in ("s/a.txt", "s/b.txt"):
        unread = unread_in(tmp_path, name)
        assert not unread.skipped
        assert "manifest.jsonl" in unread.error.message("de")
    file_in(tmp_path, "c.txt")


@pytest.mark.parametrize("content", ["name = ", b"name = '\xff'"], ids=["no TOML", "no UTF-8"])
def test_a_broken_toml_file_fails_its_document_only(tmp_path: Path, write, content: str | bytes) -> None:
    write(tmp_path, {"a.txt": "x", "a.toml": content, "b.txt": "x"})
    assert "a.toml" in unread_in(tmp_path, "a.txt").error.message("de")
    file_in(tmp_path, "b.txt")


def test_the_fingerprint_changes_with_content_sidecar_and_access_only(tmp_path: Path, write) -> None:
    write(tmp_path, {"a.txt": "x"})
    first = file_in(tmp_path)
    os.utime(tmp_path / "a.txt", (1, 1))
    assert file_in(tmp_path) == first
    prints = {first.fingerprint, file_in(tmp_path, access="intern").fingerprint}
    for changed in ({"a.txt": "y"}, {"a.toml": "public = true"}, {"a.toml": "public = false"}):
        write(tmp_path, changed)
        prints.add(file_in(tmp_path).fingerprint)
    assert len(prints) == 5


# Bodies


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("Landkreis Musterbach/a.txt", "Landkreis Musterbach"),
        ("Landkreis Musterbach/2024/Sitzungen/a.txt", "Landkreis Musterbach"),
        ("Landkreis Musterbach/Stadt Beispielheim/a.txt", "Stadt Beispielheim"),
        ("Papiere 2024/a.txt", None),
        ("Haushalt Landkreis Musterbach/a.txt", None),
    ],
)
def test_the_deepest_folder_that_bears_a_body_s_name_names_it(tmp_path: Path, write, path: str, body: str | None) -> None:
    write(tmp_path, {f"papiere/{path}": "x"})
    assert file_in(tmp_path / "papiere", path).folder_body == body


def test_the_source_s_own_folder_may_name_the_body(tmp_path: Path, write) -> None:
    write(tmp_path, {"Landkreis Musterbach/a.txt": "x"})
    assert file_in(tmp_path / "Landkreis Musterbach").folder_body == "Landkreis Musterbach"


# What is hostile or out of reach


def test_links_out_of_the_folder_are_refused_links_inside_are_followed(tmp_path: Path, write) -> None:
    write(tmp_path, {"geheim.txt": "x", "s/a.txt": "x", "geheim/b.txt": "x"})
    (tmp_path / "s/hinaus.txt").symlink_to(tmp_path / "geheim.txt")
    (tmp_path / "s/ordner").symlink_to(tmp_path / "geheim")
    (tmp_path / "s/innen.txt").symlink_to("a.txt")
    (tmp_path / "s/tot.txt").symlink_to("nirgends.txt")
    found = listed(tmp_path / "s")
    assert {name for name, file in found.items() if isinstance(file, File)} == {"a.txt", "innen.txt"}
    assert {name for name, file in found.items() if isinstance(file, Unread)} == {"hinaus.txt", "tot.txt"}
    assert "link out of the folder" in unread_in(tmp_path / "s", "hinaus.txt").error.message("en")


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "ordner.txt").mkdir()
    assert list(listed(tmp_path)) == ["pipe.txt"]
    assert "not a regular file" in unread_in(tmp_path, "pipe.txt").error.message("en")


def closed(path: Path) -> None:
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user can read everything")


def test_an_unreadable_folder_is_reported(tmp_path: Path, write) -> None:
    write(tmp_path, {"a.txt": "x", "zu/b.txt": "x"})
    closed(tmp_path / "zu")
    try:
        unread = [file for file in listed(tmp_path).values() if isinstance(file, Unread)]
    finally:
        (tmp_path / "zu").chmod(0o755)
    assert len(unread) == 1
    assert not unread[0].skipped
    assert unread[0].name.endswith("zu")


def test_an_unreadable_file_is_reported(tmp_path: Path, write) -> None:
    write(tmp_path, {"a.txt": "x", "b.txt": "x"})
    closed(tmp_path / "a.txt")
    assert "permission" in unread_in(tmp_path, "a.txt").error.message("en").lower()
    file_in(tmp_path, "b.txt")


@pytest.mark.parametrize(
    "name",
    ["zwei\nZeilen.txt", "\u202efdp.txt", "🚲.txt", "n" * 250 + ".html", "'; DROP.txt", "-rf.txt"],
    ids=ascii,
)
def test_names_of_all_kinds_are_listed(tmp_path: Path, write, name: str) -> None:
    write(tmp_path, {name: "x"})
    assert file_in(tmp_path, name).path.read_text(encoding="utf-8") == "x"


def test_bytes_of_a_name_that_are_no_text_are_spelled_out(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"b\xfcro.txt")).write_text("x", encoding="utf-8")
    assert file_in(tmp_path, "b\\xfcro.txt").path.read_text(encoding="utf-8") == "x"


# What need not be read again


def test_a_file_is_hashed_again_only_if_something_about_it_changed(tmp_path: Path, write, monkeypatch) -> None:
    monkeypatch.setattr("indexer.sources.hashes._SETTLED", -(10**12))  # as if all files were old
    write(tmp_path, {"a.txt": "alt", "b.txt": "alt", "c.txt": "alt"})
    first = FolderSource(tmp_path, "public", MEGABYTE)
    before = {file.name: file for file in first.files()}
    known = {name: (stamp, "remembered") for name, (stamp, _) in first.hashes.found.items()}
    os.utime(tmp_path / "b.txt", ns=(1, 1))
    status = (tmp_path / "c.txt").stat()
    write(tmp_path, {"c.neu": "neu"})
    os.utime(tmp_path / "c.neu", ns=(status.st_atime_ns, status.st_mtime_ns))
    (tmp_path / "c.neu").rename(tmp_path / "c.txt")  # same size, same time of change
    again = {file.name: file for file in FolderSource(tmp_path, "public", MEGABYTE, hashes=Hashes(known)).files()}
    assert again["a.txt"].sha256 == "remembered"
    assert again["b.txt"] == before["b.txt"]
    assert again["c.txt"].sha256 == hashlib.sha256(b"neu").hexdigest()


def test_a_file_that_was_changed_a_moment_ago_is_hashed_the_next_time_too(tmp_path: Path, write) -> None:
    write(tmp_path, {"a.txt": "alt"})
    source = FolderSource(tmp_path, "public", MEGABYTE)
    assert [file.name for file in source.files()] == ["a.txt"]
    assert source.hashes.found == {}
