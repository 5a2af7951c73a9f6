"""What stays is taken over from run to run, and the index is at every moment the one that a full rebuild gives."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from indexer import hands, reading
from indexer.build import build
from indexer.encoders import HashEncoder, Matrix, Role
from indexer.errors import IndexMissing
from indexer.forgetting import forget, known_files
from indexer.generation import Generation
from indexer.settings import Settings
from indexer.store import Collection, collections, joints

_FILLER = " ".join(f"Die Verwaltung berichtet im {n}. Quartal über die Umsetzung der Maßnahme." for n in range(2, 24))
PARTS = st.sampled_from(
    [
        "Landkreis Musterbach\n\nDrucksachen-Nr.: 2024/017",
        "Nichtöffentliche Beschlussvorlage\n\nDrucksachen-Nr.: 2024/017",
        "## Kosten",
        "## Sachverhalt",
        "Die Talsperrenaufsicht prüft die Staumauer.",
        "Eine Aufsicht über zwei Talsperren kostet 4.500 Euro.",
        "- Kita am Mühlbach\n- Kita Sonnenhang",
        f"Die Schulwegsicherung geht weiter. {_FILLER}",
        f"Der Schulweg braucht eine Sicherung. {_FILLER}",
    ]
)
PAPERS = st.tuples(st.sampled_from(["# Talsperren", "# Wege zur Schule"]), st.lists(PARTS, max_size=6))
TEXTS = PAPERS.map(lambda paper: "\n\n".join([paper[0], *paper[1]]) if paper[1] else "")  # "" cannot be read
SOURCES = st.sampled_from(["amt", "archiv"])
NAMES = st.sampled_from(["a.md", "b.md", "c/d.txt", "e.txt"])
ACCESS = st.sampled_from([None, "public", "fraktion"])
ROLES = st.dictionaries(
    st.sampled_from(["a", "b"]), st.frozensets(st.sampled_from(["public", "internal", "fraktion"]), min_size=1)
)

Edit = Callable[["Office"], object]


class Office:
    """Two folders of papers and their index."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.index = root / "index"
        self.access: dict[str, str] = {}
        self.roles: dict[str, frozenset[str]] = {}
        for source in ("amt", "archiv"):
            (root / source).mkdir(parents=True)

    def write(self, source: str, name: str, text: str) -> None:
        path = self.root / source / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def mark(self, source: str, name: str, public: str) -> None:
        self.write(source, str(Path(name).with_suffix(".toml")), f"public = {public}")

    def delete(self, source: str, name: str) -> None:
        (self.root / source / name).unlink(missing_ok=True)

    def rename(self, source: str, name: str, other: str) -> None:
        path = self.root / source / name
        if path.exists():
            (self.root / source / other).parent.mkdir(exist_ok=True)
            path.rename(self.root / source / other)

    def run(self, source: str, access: str | None) -> None:
        """One source is indexed, the other stays as it was then."""
        self.access[source] = access or self.access.get(source, "public")
        build(Settings(index=self.index, encoder="hash", roles=self.roles), [self.root / source], access)

    def forget(self, source: str, name: str) -> None:
        """If it is known by now."""
        settings = Settings(index=self.index, encoder="hash", roles=self.roles)
        with contextlib.suppress(IndexMissing):
            if (source, name) in {(one.source, one.name) for one in known_files(settings)}:
                forget(settings, (source, name), lambda: None)

    def give(self, roles: dict[str, frozenset[str]]) -> None:
        """For the next run."""
        self.roles = roles

    def rebuilt(self) -> Path:
        """Another index, made at once from what is there."""
        index = self.root / "anew"
        for source, access in self.access.items():
            build(Settings(index=index, encoder="hash", roles=self.roles), [self.root / source], access)
        return index


EDITS: st.SearchStrategy[Edit] = st.one_of(
    st.tuples(SOURCES, NAMES, TEXTS).map(lambda edit: lambda office: office.write(*edit)),
    st.tuples(SOURCES, NAMES, st.sampled_from(["true", "false"])).map(lambda edit: lambda office: office.mark(*edit)),
    st.tuples(SOURCES, NAMES).map(lambda edit: lambda office: office.delete(*edit)),
    st.tuples(SOURCES, NAMES, NAMES).map(lambda edit: lambda office: office.rename(*edit)),
    st.tuples(SOURCES, ACCESS).map(lambda edit: lambda office: office.run(*edit)),
    st.tuples(SOURCES, NAMES).map(lambda edit: lambda office: office.forget(*edit)),
    ROLES.map(lambda roles: lambda office: office.give(roles)),
)


FIRST = st.lists(TEXTS, min_size=1, max_size=3)
SCRIPTS = st.lists(EDITS, min_size=3, max_size=14)


def live(index: Path) -> dict[str, dict[str, bytes]]:
    """The bytes of all files of the live generations, by index; an empty one is as good as none."""
    opened = {one.name: one.open() for one in (*collections(index), *joints(index))}
    return {name: contents(generation) for name, generation in opened.items() if generation.passages}


def contents(generation: Generation) -> dict[str, bytes]:
    folder = generation.where
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("quick")
@hypothesis_settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=FIRST, script=SCRIPTS)
def test_a11_whatever_was_edited_the_index_is_as_if_built_anew(
    first: Sequence[str], script: Sequence[Edit], tmp_path_factory: pytest.TempPathFactory
) -> None:
    compare(tmp_path_factory.mktemp("office"), first, script)


def compare(root: Path, first: Sequence[str], script: Sequence[Edit]) -> None:
    """After the edits the index is the one that is built anew."""
    office = Office(root)
    for number, text in enumerate(first):
        office.write("amt", f"{number}.md", text)
        office.write("archiv", f"{number}.txt", text)
    office.run("amt", None)
    for edit in script:
        edit(office)
    for source in ("amt", "archiv"):
        office.run(source, None)
    assert live(office.index) == live(office.rebuilt())
    shutil.rmtree(office.root)


class Counting(HashEncoder):
    """Keeps what it was given."""

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str], role: Role) -> Matrix:
        self.encoded += texts
        return super().encode(texts, role)


@pytest.mark.usefixtures("quick")
def test_only_the_passages_of_a_changed_paper_are_cut_and_encoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(tmp_path)
    for number in range(30):
        office.write(
            "amt", f"{number}.md", f"# Vorlage {number}\n\n{_FILLER}\n\n## Kosten\n\nSie kostet {number} Euro. {_FILLER}"
        )
    office.run("amt", None)
    passages = Collection(office.index, "public").open().passages
    cut: list[str] = []
    encoder, cut_one = Counting(), reading.prepare
    monkeypatch.setattr(hands, "load_encoder", lambda _: encoder)
    monkeypatch.setattr(reading, "prepare", lambda document: cut.append(document.file.name) or cut_one(document))
    office.write("amt", "7.md", f"# Vorlage 7\n\n{_FILLER}\n\n## Kosten\n\nSie kostet nun 99 Euro. {_FILLER}")
    office.run("amt", None)
    assert cut == ["7.md"]
    assert len(encoder.encoded) == 1 < passages / 30
    assert "99 Euro" in encoder.encoded[0]
