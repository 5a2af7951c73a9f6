"""Hostile and broken files: each ends with a result of its own, and the sound ones beside it are found.

Full runs: tests/long/hostile_files.py.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from broken_files import (
    BOMBS,
    OTHER_DAMAGES,
    PDF_DAMAGES,
    TEXT,
    broken_other,
    broken_pdf,
    one_page,
    pdf,
    sound_docx,
    sound_pdf,
    stream,
)
from pypdf import PdfWriter
from reportlab.pdfgen.canvas import Canvas

from indexer.build import build
from indexer.encoders import HashEncoder
from indexer.errors import ReadError
from indexer.parsing.sandbox import Reader
from indexer.search import search
from indexer.settings import Settings
from indexer.sources import Unread
from indexer.sources.folder import FolderSource
from indexer.store import Collection


def test_broken_files_cost_only_themselves(tmp_path: Path) -> None:
    """A sample of the long run: each kind of damage once, sound files between them."""
    broken = [broken_pdf(seed) for seed in range(len(PDF_DAMAGES))] + [
        broken_other(seed) for seed in range(6 * len(OTHER_DAMAGES))
    ]
    source = tmp_path / "papiere"
    source.mkdir()
    for number, (damage, ending, data) in enumerate(broken):
        (source / f"{number:02}-{damage}{ending}").write_bytes(data)
        (source / f"{number:02}-sound.txt").write_text(f"Der Brunnen {number} liefert Wasser.", encoding="utf-8")
    settings = Settings(index=tmp_path / "index", encoder="hash", file_seconds=60)
    books = build(settings, [source]).books()
    assert books["found"] == 2 * len(broken) == sum(count for name, count in books.items() if name != "found")
    generation = Collection(settings.index, "public").open()
    for number in range(len(broken)):
        hits = search(generation, HashEncoder(), f"Brunnen {number}")
        assert any(f"Brunnen {number} " in hit.passage.text for hit in hits)


def encrypted(user: str, owner: str) -> bytes:
    writer = PdfWriter(io.BytesIO(sound_pdf(False)))
    writer.encrypt(user, owner, algorithm="AES-256")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def with_attachment() -> bytes:
    writer = PdfWriter(io.BytesIO(sound_pdf(False)))
    writer.add_attachment("anlage.txt", b"Anlage")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def ten_thousand_pages() -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, invariant=1)
    for number in range(10_000):
        letters = "".join(chr(ord("a") + number // 26**place % 26) for place in range(3))
        canvas.drawString(60, 700, f"Die Haushaltsstelle {letters} wird gestrichen.")
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def acting(entry: bytes) -> Callable[[], bytes]:
    return lambda: one_page(stream(TEXT), catalogue=entry)


# Name of the file, its bytes, and the result: "ok" or the code of an error.
NAMED: list[tuple[str, Callable[[], bytes], str]] = [
    ("zero_pages.pdf", lambda: pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>"), "no_text"),
    ("user_password.pdf", lambda: encrypted("geheim", "geheimer"), "encrypted"),
    ("owner_password.pdf", lambda: encrypted("", "geheim"), "ok"),
    ("javascript.pdf", acting(b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"), "ok"),
    ("launch.pdf", acting(b"/OpenAction<</S/Launch/F(/bin/sh)>>"), "ok"),
    ("uri.pdf", acting(b"/AA<</WC<</S/URI/URI(http://127.0.0.1:1/)>>>>"), "ok"),
    ("xfa.pdf", acting(b"/AcroForm<</XFA(<xdp/>)/Fields[]>>"), "ok"),
    ("portfolio.pdf", acting(b"/Collection<</View/D>>"), "ok"),
    ("attachment.pdf", with_attachment, "ok"),
    ("pdf_inside.docx", lambda: sound_pdf(False), "mislabelled"),
    ("word_inside.pdf", sound_docx, "mislabelled"),
    ("program.txt", lambda: b"\x7fELF" + bytes(100), "mislabelled"),
    ("nothing.pdf", lambda: b"", "empty"),
    ("nothing.txt", lambda: b"\n \n", "empty"),
    ("program.exe", lambda: b"MZ", "unsupported"),
    ("zwei\nZeilen.txt", lambda: b"Wasser", "ok"),
    ("\u202efdp.txt", lambda: b"Wasser", "ok"),
    ("🚲.txt", lambda: b"Wasser", "ok"),
    ("ä" * 125 + "n.txt", lambda: b"Wasser", "ok"),
]


def results(folder: Path, then: Callable[[], None] = lambda: None) -> dict[str, str]:
    """The result of each file; ``then`` happens after the files were listed and before they are read."""
    found: dict[str, str] = {}
    files = list(FolderSource(folder, "public", 100_000_000).files())
    then()
    with Reader(60, 1024) as reader:
        for file in files:
            try:
                found[file.name] = file.error.code if isinstance(file, Unread) else reader.read(file.path).text and "ok"
            except ReadError as error:
                found[file.name] = error.code
    return found


def test_named_files_end_as_they_should(tmp_path: Path) -> None:
    for name, content, _ in NAMED:
        (tmp_path / name).write_bytes(content())
    assert results(tmp_path) == {name: result for name, _, result in NAMED}


@pytest.mark.long
def test_ten_thousand_pages_are_read(tmp_path: Path) -> None:
    (tmp_path / "haushalt.pdf").write_bytes(ten_thousand_pages())
    assert results(tmp_path) == {"haushalt.pdf": "ok"}


def test_what_is_no_file_of_the_folder_is_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "papiere"
    folder.mkdir()
    (tmp_path / "geheim.txt").write_text("GEHEIM", encoding="utf-8")
    (folder / "out.txt").symlink_to(tmp_path / "geheim.txt")
    (folder / "device.txt").symlink_to("/dev/zero")
    (folder / "itself.txt").symlink_to("itself.txt")
    (folder / "gut.txt").write_text("Wasser", encoding="utf-8")
    (folder / "link.txt").symlink_to("gut.txt")
    os.mkfifo(folder / "pipe.txt")
    refused = dict.fromkeys(("out.txt", "device.txt", "itself.txt", "pipe.txt"), "path")
    assert results(folder) == refused | {"gut.txt": "ok", "link.txt": "ok"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_told(tmp_path: Path) -> None:
    (tmp_path / "zu.txt").write_text("Wasser", encoding="utf-8")
    (tmp_path / "zu.txt").chmod(0)
    assert results(tmp_path) == {"zu.txt": "path"}


def test_a_file_that_changes_while_it_is_read_does_no_harm(tmp_path: Path) -> None:
    for name in ("fort.txt", "pipe.txt", "leer.txt", "mehr.txt", "anders.txt"):
        (tmp_path / name).write_text("Wasser", encoding="utf-8")

    def change() -> None:
        (tmp_path / "fort.txt").unlink()
        (tmp_path / "pipe.txt").unlink()
        os.mkfifo(tmp_path / "pipe.txt")
        (tmp_path / "leer.txt").write_text("", encoding="utf-8")
        (tmp_path / "mehr.txt").write_text("Wasser\n" * 10_000, encoding="utf-8")
        (tmp_path / "anders.txt").write_bytes(b"\x7fELF")

    assert results(tmp_path, change) == {
        "fort.txt": "path",
        "pipe.txt": "path",
        "leer.txt": "empty",
        "mehr.txt": "ok",
        "anders.txt": "mislabelled",
    }


# What each bomb ends as. "ok": what would explode is never touched, the text beside it is read.
DEFUSED = {
    "ten_gigabytes.docx": ("too_much_inside",),
    "nested.docx": ("too_much_inside",),
    "overlapping.docx": ("too_much_inside",),
    "million_entries.docx": ("too_much_inside",),
    "lying_size.docx": ("broken",),
    "expansion.docx": ("broken",),
    "external.docx": ("broken",),
    "picture.png": ("too_many_pixels",),
    "picture_in.pdf": ("no_text", "no_recognition"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_do_not_go_off(tmp_path: Path, name: str) -> None:
    """Refused, and the process that did so has never had 200 MiB more than after a sound file."""
    (tmp_path / name).write_bytes(BOMBS[name]())
    (tmp_path / "gut.docx").write_bytes(sound_docx())
    (tmp_path / "gut.pdf").write_bytes(sound_pdf(True))
    with Reader(60, 2048) as reader:
        reader.read(tmp_path / "gut.docx")
        reader.read(tmp_path / "gut.pdf")
        child = reader._child
        before = most_memory(child.pid)
        try:
            result = reader.read(tmp_path / name).text and "ok"
        except ReadError as error:
            result = error.code
        assert result in DEFUSED[name]
        assert reader._child is child
        assert most_memory(child.pid) - before < 200


def most_memory(pid: int) -> int:
    """MiB a process has had at most; 0 where there is no /proc."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024
