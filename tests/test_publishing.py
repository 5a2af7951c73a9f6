"""Joint indexes: what a role sees of several collections is one index, as if these were one, kept right by every run."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer import hands
from indexer.access import reach
from indexer.build import build
from indexer.encoders import HashEncoder
from indexer.errors import SourceEmptied
from indexer.passages import searched_text
from indexer.settings import Settings
from indexer.store import Collection, collections, joints
from service.inspection import index_report
from service.terminal import index_lines
from tests.test_incremental import Counting, contents

pytestmark = pytest.mark.usefixtures("quick")

ROLES = {
    "verwaltung": frozenset({"public", "internal"}),
    "sozialausschuss": frozenset({"public", "sozialausschuss"}),
    "kreistag": frozenset({"public", "internal", "sozialausschuss"}),
}
JOINTS = {"internal+public", "public+sozialausschuss", "internal+public+sozialausschuss"}
ALL = reach(ROLES["kreistag"])
_INDEXES = ("collections", "joint_indexes")  # of the report


class County:
    """A folder of papers, one of a committee, and their index."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.papers, self.committee = root / "amt", root / "sozial"
        self.index = root / "index"
        for folder in (self.papers, self.committee):
            folder.mkdir(parents=True)
        (self.papers / "bus.md").write_text("# Buslinie 7\n\nDie Buslinie 7 hält am Klinikum.", encoding="utf-8")
        self.write_road("Die Straße wird saniert.")
        (self.papers / "kauf.md").write_text("Status: nichtöffentlich\n\nDer Ankauf des Grundstücks.", encoding="utf-8")
        (self.committee / "hilfe.md").write_text("# Hilfe zur Pflege\n\nSieben Anträge sind offen.", encoding="utf-8")

    def write_road(self, text: str) -> None:
        (self.papers / "strasse.md").write_text(f"# Kreisstraße 12\n\n{text}", encoding="utf-8")

    def settings(self, roles: dict[str, frozenset[str]] | None = None) -> Settings:
        return Settings(index=self.index, encoder="hash", roles=ROLES if roles is None else roles)

    def run(self, roles: dict[str, frozenset[str]] | None = None) -> None:
        build(self.settings(roles), [self.papers])

    def run_all(self, roles: dict[str, frozenset[str]] | None = None) -> None:
        build(self.settings(roles), [self.committee], "sozialausschuss")
        self.run(roles)

    def names(self, index: str) -> set[str]:
        return {document.file.name for document in Collection(self.index, index).open().documents()}

    def numbers(self) -> dict[str, str | None]:
        return {one.name: one.current() for one in (*collections(self.index), *joints(self.index))}


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path / "kreis")


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the indexes in the order in which they are published."""
    told: list[str] = []
    publish = Collection.publish

    def noting(self: Collection, *arguments: object) -> str:
        told.append(self.name)
        return publish(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Collection, "publish", noting)
    return told


def test_each_set_of_collections_has_one_index_of_all_their_documents(county: County) -> None:
    county.run_all()
    assert set(county.numbers()) == {"public", "internal", "sozialausschuss"} | JOINTS
    assert county.names("public") == {"bus.md", "strasse.md"}
    assert county.names("internal+public") == {"bus.md", "strasse.md", "kauf.md"}
    assert county.names("public+sozialausschuss") == {"bus.md", "strasse.md", "hilfe.md"}
    assert county.names(ALL) == {"bus.md", "strasse.md", "kauf.md", "hilfe.md"}


def test_a_joint_index_is_to_the_byte_what_one_index_over_its_documents_is(county: County, tmp_path: Path) -> None:
    county.run_all()
    held = [one for collection in collections(county.index) for one in collection.documents()[0]]
    documents = sorted(held, key=lambda one: (one.document.file.source, one.document.file.name))
    texts = [searched_text(passage) for one in documents for passage in one.passages]
    single = Collection(tmp_path, "alles")
    single.publish(documents, HashEncoder().encode(texts, "passage"), HashEncoder.name)
    assert contents(Collection(county.index, ALL).open()) == contents(single.open())


def test_a_joint_index_is_no_source_of_documents(county: County) -> None:
    county.run_all()
    assert {one.name for one in collections(county.index)} == {"public", "internal", "sozialausschuss"}
    for name in ("strasse.md", "bus.md"):
        (county.papers / name).unlink()
    county.run()
    assert county.names(ALL) == {"kauf.md", "hilfe.md"}


def test_no_text_is_encoded_twice(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = Counting()
    monkeypatch.setattr(hands, "load_encoder", lambda _: encoder)
    county.run_all()
    assert len(encoder.encoded) == len(set(encoder.encoded)) == Collection(county.index, ALL).open().passages
    county.run({**ROLES, "presse": frozenset({"internal", "sozialausschuss"})})
    assert county.names("internal+sozialausschuss") == {"kauf.md", "hilfe.md"}
    assert len(encoder.encoded) == len(set(encoder.encoded))


def test_the_table_of_roles_counts_though_no_file_changed(county: County) -> None:
    county.run_all({})
    assert not joints(county.index)
    county.run()
    assert {one.name for one in joints(county.index)} == JOINTS
    before = county.numbers()
    county.run()
    assert county.numbers() == before
    county.run({"verwaltung": ROLES["verwaltung"]})
    assert county.numbers() == {name: number for name, number in before.items() if name not in JOINTS - {"internal+public"}}


def test_what_is_left_of_a_joint_index_that_nobody_needs_is_removed(county: County) -> None:
    county.run_all()
    (county.index / ALL / "CURRENT").unlink()
    county.run({})
    assert {path.name for path in county.index.iterdir() if path.is_dir()} == {"public", "internal", "sozialausschuss"}


def test_only_what_holds_a_changed_paper_is_published_again(county: County) -> None:
    county.run_all()
    before = county.numbers()
    (county.committee / "hilfe.md").write_text("# Hilfe zur Pflege\n\nAcht Anträge sind offen.", encoding="utf-8")
    build(county.settings(), [county.committee])
    changed = {name for name, number in county.numbers().items() if number != before[name]}
    assert changed == {"sozialausschuss", "public+sozialausschuss", ALL}


def test_a_collection_that_does_not_exist_is_empty(county: County) -> None:
    roles = {"bau": frozenset({"public", "bauausschuss"}), "jugend": frozenset({"jugendausschuss"})}
    county.run(roles)
    assert county.names("bauausschuss+public") == county.names("public")
    assert county.names("jugendausschuss") == set()
    before = county.numbers()
    county.run(roles)
    assert county.numbers() == before


def test_a_damaged_joint_index_is_made_anew(county: County) -> None:
    county.run_all()
    damaged = Collection(county.index, ALL).open().where / "documents.npy"
    damaged.chmod(0o644)
    damaged.write_bytes(b"x")
    county.run()
    assert county.names(ALL) == {"bus.md", "strasse.md", "kauf.md", "hilfe.md"}


def hide_road(county: County) -> None:
    (county.papers / "strasse.toml").write_text("public = false", encoding="utf-8")


def test_b5_a_withdrawn_paper_leaves_what_most_read_first(county: County, order: list[str]) -> None:
    county.run_all()
    order.clear()
    hide_road(county)
    county.run()
    assert order[:2] == ["public", "public+sozialausschuss"]
    assert county.names("public") == {"bus.md"}
    assert county.names("public+sozialausschuss") == {"bus.md", "hilfe.md"}
    assert county.names("internal+public") == {"bus.md", "strasse.md", "kauf.md"}


def test_b5_a_paper_that_only_few_may_see_any_more_leaves_the_others_first(county: County, order: list[str]) -> None:
    county.run_all()
    build(county.settings(), [county.papers], "internal")
    order.clear()
    build(county.settings(), [county.papers], "sozialausschuss")
    assert order[:2] == ["internal+public", "internal"]
    assert county.names("internal+public") == county.names("internal") == set()


@pytest.mark.parametrize("killed_at", range(5))
def test_a2_a_run_killed_between_two_indexes_is_put_right_by_the_next(
    county: County, killed_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The paper of another source that leaves with the one marked is not lost, though that source is not read again."""
    head = "Landkreis Musterbach\n\nVorlage Nr. 2024/090\n\n"
    annex = county.root / "archiv"
    annex.mkdir()
    (annex / "anlage.md").write_text(f"{head}Anlage 1\n\nDer Lageplan.", encoding="utf-8")
    (county.papers / "strasse.md").write_text(f"{head}Die Straße wird saniert.", encoding="utf-8")
    county.run_all()
    build(county.settings(), [annex])
    hide_road(county)
    count, publish = 0, Collection.publish

    def killed(self: Collection, *arguments: object) -> str:
        nonlocal count
        count += 1
        if count > killed_at:
            raise KeyboardInterrupt
        return publish(self, *arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Collection, "publish", killed)
        with pytest.raises(KeyboardInterrupt):
            county.run()
    county.run()
    assert county.names("public") == {"bus.md"}
    assert county.names("public+sozialausschuss") == {"bus.md", "hilfe.md"}
    assert county.names("internal") == {"kauf.md", "strasse.md", "anlage.md"}
    assert county.names("internal+public") == {"bus.md", "kauf.md", "strasse.md", "anlage.md"}
    assert county.names(ALL) == {"bus.md", "kauf.md", "strasse.md", "anlage.md", "hilfe.md"}
    before = county.numbers()
    county.run()
    assert county.numbers() == before


def test_what_a_run_killed_at_its_very_end_left_is_tidied_by_the_next(county: County) -> None:
    county.run_all()
    marker = county.index / ".publishing"
    assert not marker.exists()
    marker.write_text("", encoding="utf-8")
    county.run()
    assert not marker.exists()


def test_a_run_that_was_not_cut_short_reads_no_source_that_it_was_not_given(county: County) -> None:
    county.run_all()
    (county.committee / "hilfe.md").unlink()  # would be refused: a source without any file
    county.run()
    with pytest.raises(SourceEmptied):
        build(county.settings(), [county.committee])


def test_inspect_names_every_index_with_its_counts_and_roles(county: County) -> None:
    county.run_all()
    report = index_report(Settings(index=county.index, encoder="hash", language="de", roles=ROLES))
    found = [(one["name"], one["manifest"]["documents"], one["roles"]) for key in _INDEXES for one in report[key]]
    assert found == [
        ("internal", 1, []),
        ("public", 2, ["anonymous"]),
        ("sozialausschuss", 1, []),
        ("internal+public", 3, ["verwaltung"]),
        (ALL, 4, ["kreistag"]),
        ("public+sozialausschuss", 3, ["sozialausschuss"]),
    ]
    lines = list(index_lines(report, "de"))
    assert any(line.startswith("internal+public/000002 (Rollen: verwaltung): 3 Dokumente") for line in lines)
    assert any(line.startswith("internal/000001 (Rollen: niemand): 1 Dokumente") for line in lines)
