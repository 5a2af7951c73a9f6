"""``ratslotse migrate``: an index there and back again, without reading a file or encoding a word; a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from indexer import encoders, forgetting
from indexer.build import build
from indexer.postgres import moving
from indexer.settings import Settings
from indexer.store import Collection, collections, joints
from indexer.tombstones import load
from service import cli
from tests.conftest import Guarded
from tests.pg_server import Server

INDEXES = ["internal", "internal+public", "public", "public+sozialausschuss", "sozialausschuss"]


@pytest.fixture(autouse=True)
def _no_encoder(monkeypatch) -> None:
    """Whoever loads one fails. The settings name another encoder than that of the index."""

    def load_encoder(*_: object) -> None:
        raise AssertionError("an encoder is loaded")

    monkeypatch.setattr(encoders, "load_encoder", load_encoder)


@pytest.fixture
def urls(postgres: Server) -> Iterator[tuple[str, str]]:
    made = postgres.create(), postgres.create()
    yield made
    for url in made:
        postgres.drop(url)


def digests(root: Path) -> dict[str, str | None]:
    return {one.name: one.digest() for one in (*collections(root), *joints(root))}


def migrate(*arguments: object) -> int:
    return cli.main(["migrate", *map(str, arguments)])


def test_from_folder_to_server_to_server_to_folder(guarded: Guarded, urls, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("RATSLOTSE_STATE", str(tmp_path / "state"))
    first, second = urls
    assert migrate(guarded.index, first, "--json") == 0
    assert json.loads(capsys.readouterr().out)["digests"] == digests(guarded.index)
    assert migrate(first, second) == 0
    assert migrate(second, tmp_path / "back") == 0
    assert sorted(digests(tmp_path / "back")) == INDEXES
    assert digests(tmp_path / "back") == digests(guarded.index)
    for name in INDEXES:
        before, after = Collection(guarded.index, name).open(), Collection(tmp_path / "back", name).open()
        rows = np.arange(before.passages)
        assert np.array_equal(before.vectors.of(rows), after.vectors.of(rows))
        assert [before.passage(row) for row in rows.tolist()] == [after.passage(row) for row in rows.tolist()]
    assert not list((tmp_path / "back").glob(".moving-*"))


def test_what_was_moved_goes_on_without_encoding(guarded: Guarded, database_url: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("RATSLOTSE_STATE", str(tmp_path / "state"))
    assert migrate(guarded.index, database_url) == migrate(database_url, tmp_path / "back") == 0
    before = digests(tmp_path / "back")
    moved = Settings(index=tmp_path / "back", encoder="hash", roles=guarded.roles, state=tmp_path / "state")
    build(moved, [guarded.index.parent / "public"])
    assert digests(tmp_path / "back") == before


def test_another_index_is_replaced_only_if_that_is_said(
    guarded: Guarded, database_url: str, tmp_path: Path, capsys, monkeypatch
) -> None:
    monkeypatch.setenv("RATSLOTSE_STATE", str(tmp_path / "state"))
    (tmp_path / "amt").mkdir()
    (tmp_path / "amt" / "bus.md").write_text("# Buslinie 7\n\nDie Buslinie 7 hält am Klinikum.", encoding="utf-8")
    other = tmp_path / "other"
    build(Settings(index=other, encoder="hash", state=tmp_path / "state"), [tmp_path / "amt"])
    assert migrate(guarded.index, database_url) == 0
    assert migrate(guarded.index, database_url) == 0  # the same once more
    assert migrate(other, database_url) == 1
    told = capsys.readouterr().err
    assert "[index_taken]" in told
    assert "--replace" in told
    assert migrate(database_url, other) == 1
    assert migrate(other, database_url, "--replace") == 0
    assert migrate(database_url, tmp_path / "back") == 0
    assert digests(tmp_path / "back") == digests(other)


def test_a_move_that_was_interrupted_goes_on(guarded: Guarded, database_url: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("RATSLOTSE_STATE", str(tmp_path / "state"))
    take, taken = moving.ServerPlace.take, []

    def dying(place, index) -> None:
        if len(taken) == 2:
            taken.append("killed")
            raise KeyboardInterrupt
        taken.append(index.name)
        take(place, index)

    monkeypatch.setattr(moving.ServerPlace, "take", dying)
    assert migrate(guarded.index, database_url) == 1
    assert migrate(guarded.index, database_url) == 0
    assert taken[0] == "public"
    assert sorted(name for name in taken if name != "killed") == INDEXES


def test_what_was_forgotten_goes_along(database_url: str, tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.delenv("RATSLOTSE_STATE", raising=False)
    monkeypatch.chdir(tmp_path)  # where the log of this command goes
    (tmp_path / "amt").mkdir()
    for name in ("bus", "rad"):
        (tmp_path / "amt" / f"{name}.md").write_text(f"# {name}\n\nVon {name} steht hier ein Satz.", encoding="utf-8")
    settings = Settings(index=tmp_path / "a" / "index", encoder="hash")
    build(settings, [tmp_path / "amt"])
    (target,) = forgetting.meant(forgetting.known_files(settings), "amt/bus.md")
    forgetting.forget(settings, target, lambda: None)
    assert migrate(settings.index, database_url) == migrate(database_url, tmp_path / "b" / "index") == 0
    assert load(tmp_path / "b" / "state").ids == load(tmp_path / "a" / "state").ids != frozenset()


def test_what_cannot_be_moved_is_told(tmp_path: Path, database_url: str, capsys, monkeypatch) -> None:
    monkeypatch.setenv("RATSLOTSE_STATE", str(tmp_path / "state"))
    nowhere = "postgresql://clerk:geheim@127.0.0.1:1/council"
    for arguments, code in (
        ((tmp_path / "a", tmp_path / "b"), "settings"),
        ((tmp_path / "none", database_url), "index_missing"),
        ((database_url, tmp_path / "b"), "index_missing"),
        ((nowhere, tmp_path / "b"), "database_unusable"),
    ):
        assert migrate(*arguments) == 1
        told = capsys.readouterr()
        assert f"[{code}]" in told.err
        assert "geheim" not in told.err + told.out
