"""A county whose papers not everybody may see, made from a seed: for the proof that nobody notices them (interference.py).

Hidden papers are near copies of public ones, and full of canaries: words that stand nowhere else.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from indexer.access import ANONYMOUS, INTERNAL, PUBLIC, reach
from indexer.build import build
from indexer.generation import paper_id
from indexer.settings import Settings
from indexer.store import Collection, collections

ROLES = {
    ANONYMOUS: frozenset({PUBLIC}),
    "verwaltung": frozenset({PUBLIC, INTERNAL}),
    "soziales": frozenset({PUBLIC, "sozialausschuss"}),
    "bauen": frozenset({PUBLIC, "bauausschuss"}),
    "beide": frozenset({PUBLIC, "sozialausschuss", "bauausschuss"}),
}
NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
TYPES = ("Beschlussvorlage", "Mitteilungsvorlage", "Antrag", "Anfrage")
BODIES = ("Landkreis Musterbach", "Landkreis Beispielheim")
COUNCILS = ("Kreistag", "Kreisausschuss", "Jugendhilfeausschuss", "Ausschuss für Soziales", "Bauausschuss")

_FOLDERS = {"intern": INTERNAL, "sozial": "sozialausschuss", "bau": "bauausschuss", "amt": PUBLIC}
_WAYS = ("marked", "sidecar", *list(_FOLDERS)[:3])  # in which a paper is hidden; the first two stand among the public ones
_WORKS = ("Ausbau", "Sanierung", "Neubau", "Betrieb", "Verkauf", "Prüfung", "Förderung", "Verlegung")
_THINGS = (
    "Kindertagesstätte",
    "Kreisstraße",
    "Talsperre",
    "Talsperrenaufsicht",
    "Sporthalle",
    "Buslinie",
    "Feuerwache",
    "Schule",
)
_PLACES = ("Adorf", "Bedorf", "Aurental", "Mühlbach", "Weiher", "Sonnenhang", "Nordkreis", "Altstadt")
_SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]


def made_up(chance: random.Random) -> str:
    """A word of no language."""
    return "".join(chance.choices(_SYLLABLES, k=5)).capitalize() + "x"


@dataclass(frozen=True)
class Paper:
    """``canaries``: words that stand in no other paper; none if it is public."""

    folder: str
    name: str
    collection: str
    body: str
    head: str
    number: str
    title: str
    text: str
    sidecar: str = ""
    canaries: tuple[str, ...] = ()


class County:
    """The papers of a seed, and the indexes made from them."""

    def __init__(self, root: Path, seed: int, public: int, hidden: int) -> None:
        chance = random.Random(seed)
        self.root = root
        self.papers = [_public(chance, number) for number in range(public)]
        self.papers += [_hidden(chance, chance.choice(self.papers[:public]), number) for number in range(hidden)]
        self.whole = root / "index-whole"

    def alone(self, role: str) -> Path:
        return self.root / f"index-{role}"

    def unseen(self, role: str) -> list[Paper]:
        return [paper for paper in self.papers if paper.collection not in ROLES[role]]

    def index(self, role: str | None) -> None:
        """From the papers that a role sees, or from all: these last, as files are served from where they lie."""
        kreis = self.root / "kreis"
        shutil.rmtree(kreis, ignore_errors=True)
        for folder in _FOLDERS:
            (kreis / folder).mkdir(parents=True)
        for paper in self.papers:
            if role is None or paper.collection in ROLES[role]:
                _write(kreis / paper.folder, paper)
        settings = Settings(index=self.alone(role) if role else self.whole, encoder="hash", roles=ROLES)
        for folder, collection in _FOLDERS.items():
            build(settings, [kreis / folder], collection)
        for manifest in settings.index.glob("*/generations/*/manifest.json"):  # pages tell when it was published
            os.utime(manifest, (NOW.timestamp(), NOW.timestamp()))

    def ids(self, role: str, *, seen: bool) -> list[str]:
        """Of the documents and papers that the role may see, or may not."""
        opened = [one.open() for one in collections(self.whole) if (one.name in ROLES[role]) is seen]
        return sorted({i for one in opened for document in one.documents() for i in (document.id, paper_id(document))})

    def files(self, role: str, index: Path) -> dict[str, bytes]:
        """The bytes of the index that the role asks."""
        folder = Collection(index, reach(ROLES[role])).open().where
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _public(chance: random.Random, number: int) -> Paper:
    thing, place = chance.choice(_THINGS), chance.choice(_PLACES)
    title = f"{chance.choice(_WORKS)} der {thing} in {place}"
    costs, year = chance.randrange(40, 900) * 1_000, chance.randrange(2024, 2030)
    text = (
        f"Die {thing} in {place} wird bis {year} erneuert. Die Kosten betragen {costs:,} Euro.\n\n"
        f"Der Kreis trägt {chance.randrange(10, 90)} Prozent, den Rest zahlt das Land. "
        f"Der {chance.choice(COUNCILS)} hat um einen Bericht zur {chance.choice(_THINGS)} gebeten."
    ).replace(",", ".")
    day = f"{chance.randrange(1, 28):02d}.{chance.randrange(1, 13):02d}.2023"
    head = (
        f"{chance.choice(TYPES)}\n\nDatum: {day}\n\nBeratungsfolge\n\n"
        f"| Gremium | Termin |\n|---|---|\n| {chance.choice(COUNCILS)} | {day} |"
    )
    suffix = "pdf" if number % 12 == 5 else "md"
    return Paper("amt", f"{number:04d}.{suffix}", PUBLIC, chance.choice(BODIES), head, f"2023/{number + 1:03d}", title, text)


def _hidden(chance: random.Random, model: Paper, number: int) -> Paper:
    """Like the public one but for some numbers and canaries: in the title, the text, as Gremium, now and then as Körperschaft."""
    way = _WAYS[number % len(_WAYS)]
    words = tuple(made_up(chance) for _ in range(5))
    text = model.text.replace("Euro", f"Euro an {words[0]}", 1).replace(
        "Der Kreis", f"Der {words[1]}weg, die Talsperre und der Kreis"
    )
    copy = replace(
        model,
        folder=way if way in _FOLDERS else "amt",
        name=f"{model.name[:4]}-{number}.{model.name.rpartition('.')[2]}",
        collection=_FOLDERS.get(way, INTERNAL),
        body=f"Landkreis {words[4]}" if number % 7 == 0 else model.body,
        head=model.head.replace("| Kreis", f"| {words[3]}-Kreis"),
        number=f"2023/{900 + number}",
        title=f"{model.title} – {words[2]}",
        text=f"{text}\n\nDer Ausschuss für {words[3]} stimmt zu.",
        canaries=words,
    )
    if way == "marked":
        return replace(copy, head=f"Status: nichtöffentlich\n\n{copy.head}")
    return replace(copy, sidecar="public = false\n") if way == "sidecar" else copy


def _write(folder: Path, paper: Paper) -> None:
    path = folder / paper.body / paper.name
    path.parent.mkdir(exist_ok=True)
    if paper.sidecar:
        path.with_suffix(".toml").write_text(paper.sidecar, encoding="utf-8")
    head = f"{paper.body}\n\nDrucksachen-Nr.: {paper.number}\n\n{paper.head}\n\n# {paper.title}\n\n## Sachverhalt\n\n"
    if path.suffix == ".md":
        path.write_text(f"{head}{paper.text}\n", encoding="utf-8")
        return
    canvas = Canvas(str(path), invariant=1)
    canvas.setFont("Helvetica", 9)
    for at, line in enumerate(f"{head}{paper.text}".replace(". ", ".\n").split("\n")):
        canvas.drawString(50, 790 - 14 * at, line)
    canvas.save()


def canaries(papers: list[Paper]) -> Iterator[str]:
    for paper in papers:
        yield from paper.canaries
