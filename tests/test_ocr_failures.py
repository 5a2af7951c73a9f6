"""Text recognition that is missing, fails or hangs, and pictures that are too large: each is told, and the rest is read."""

from __future__ import annotations

import io
import resource
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from drawing import Drawing, read
from PIL import Image, ImageDraw

from indexer import errors
from indexer.parsing import ocr, sandbox
from indexer.parsing.sandbox import Reader

needs_tesseract = pytest.mark.skipif(ocr.available() is None, reason="Tesseract or its German data is not installed")
SENTENCE = "Auf diesem Blatt steht ein Satz über die Radwege."
HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """What is known of the program is forgotten before and after: tests put others in its place."""
    ocr.available.cache_clear()
    yield
    ocr.available.cache_clear()


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a program of the name of Tesseract in its place, which answers a picture with what the shell commands say."""

    def put(commands: str) -> None:
        script = tmp_path / "bin" / "tesseract"
        script.parent.mkdir()
        script.write_text(
            "#!/bin/sh\n"
            'case "$1" in --version) echo "tesseract 5.0"; exit;; --list-langs) echo "deu"; exit;; esac\n'
            f"cat >/dev/null\n{commands}\n",
            encoding="utf-8",
        )
        script.chmod(0o755)
        monkeypatch.setenv("PATH", f"{script.parent}:/usr/bin:/bin")

    return put


def answering(rows: list[str]) -> str:
    return "cat <<'END'\n" + "\n".join([HEAD, *rows]) + "\nEND"


def scan() -> Image.Image:
    picture = Image.new("L", (600, 300), 255)
    ImageDraw.Draw(picture).rectangle((50, 50, 400, 80), 0)
    return picture


def mixed() -> bytes:
    """A page of text, a scanned one, and one of text with a picture."""
    drawing = Drawing().text(60, 80, SENTENCE).page()
    drawing.picture(scan(), 0, 0, 595, 842).page()
    drawing.text(60, 80, "Das dritte Blatt hat ein Bild mit einer Liste:").picture(scan(), 60, 120, 400, 300)
    return drawing.pdf()


def png(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


# Not installed


def without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def test_without_the_program_its_pages_are_noted_and_the_others_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without(monkeypatch, tmp_path)
    assert ocr.available() is None
    laid_out = read(mixed())
    assert SENTENCE in laid_out.text
    assert "Das dritte Blatt" in laid_out.text
    assert laid_out.notes == ("ocr_missing:2-3",)


def test_without_german_data_the_program_is_as_good_as_missing(program: Callable[[str], None], tmp_path: Path) -> None:
    program("exit 1")
    script = tmp_path / "bin" / "tesseract"
    script.write_text(script.read_text(encoding="utf-8").replace("deu", "eng"), encoding="utf-8")
    assert ocr.available() is None


def test_without_the_program_a_scan_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without(monkeypatch, tmp_path)
    with pytest.raises(errors.NoRecognition, match="apt-get install tesseract-ocr tesseract-ocr-deu"):
        read(png(scan()), "a.png")
    path = tmp_path / "scan.pdf"
    path.write_bytes(Drawing().picture(scan(), 0, 0, 595, 842).pdf())
    assert (read(path.read_bytes()).text, read(path.read_bytes()).notes) == ("", ("ocr_missing:1",))
    environment = {"LANG": "C.UTF-8", "PATH": str(tmp_path), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    monkeypatch.setattr(sandbox, "_ENVIRONMENT", environment)
    with Reader(60, 1024) as reader, pytest.raises(errors.NoRecognition):
        reader.read(path)


# Failing


@pytest.mark.parametrize(
    "commands",
    [
        "exit 1",
        "kill -9 $$",
        "echo no table at all",
        "head -c 3000 /dev/zero",
        answering(["5\t1\t1\t1\t1\t1\tnull\t0\t10\t10\t96\tWort"]),
        answering(["5\t1\t1"]),
        answering(["5\t1\t1\t1\t1\t1\t0\t0\t10\t10\tnan\tWort"]),
        answering(["5\t1\t1\t1\t1\t1\t0\t0\t10\t10\tinf\tWort"]),
        "yes x | head -c 200000 | tr -d '\\n'",
    ],
    ids=["code", "killed", "no table", "zeros", "no number", "short row", "not a number", "infinite", "one long line"],
)
def test_a_recognition_that_fails_is_noted_and_the_other_pages_are_read(program: Callable[[str], None], commands: str) -> None:
    program(commands)
    laid_out = read(mixed())
    assert SENTENCE in laid_out.text
    assert laid_out.notes == ("ocr_failed:2-3",)
    assert all(block.confidence is None for block in laid_out.blocks)


def test_a_recognition_that_hangs_is_ended(program: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_SECONDS", 0.2)
    program("exec sleep 1000")
    assert read(mixed()).notes == ("ocr_failed:2-3",)


def test_a_picture_file_that_cannot_be_recognised_is_noted(program: Callable[[str], None]) -> None:
    program("exit 1")
    laid_out = read(png(scan()), "a.png")
    assert (laid_out.text, laid_out.notes) == ("", ("ocr_failed:1",))


def test_words_that_nobody_can_have_seen_do_not_leave_their_page(program: Callable[[str], None]) -> None:
    program(answering(["5\t1\t1\t1\t1\t1\t-900000000\t99999999\t1000000000\t7\t96\tRadwegebauprogramm"]))
    laid_out = read(mixed())
    assert all(block.start < block.end for block in laid_out.blocks)


# Confidence


def row(word: int, confidence: float, text: str) -> str:
    return f"5\t1\t1\t1\t1\t{word}\t{100 * word}\t100\t90\t40\t{confidence}\t{text}"


@pytest.mark.parametrize(
    ("words", "confidence"),
    [
        ([(96, "Kosten"), (90, "betragen"), (41, "4750"), (95, "Euro")], 0.41),
        ([(96, "Kosten"), (90, "betragen"), (41, "viele"), (93, "Euro")], 0.8),
        ([(96, "Kosten"), (70, "2024"), (99, "4750"), (95, "Euro")], 0.7),
    ],
    ids=["a doubtful figure", "a doubtful word", "the least certain figure"],
)
def test_a_doubtful_figure_decides_for_its_block(
    program: Callable[[str], None], words: list[tuple[float, str]], confidence: float
) -> None:
    program(answering([row(number, sure, text) for number, (sure, text) in enumerate(words, start=1)]))
    (block,) = read(png(scan()), "a.png").blocks
    assert block.confidence == confidence


def test_specks_of_dirt_are_no_words(program: Callable[[str], None]) -> None:
    program(answering([row(1, 12, "~%"), row(2, 25, "ab"), row(3, 91, "Haushalt"), row(4, 92, "2024"), row(5, -1, " ")]))
    assert read(png(scan()), "a.png").text == "Haushalt 2024"


# Too large


def bomb(width: int, height: int) -> bytes:
    """A small PNG file of so many dots, all white."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    line = b"\0" * (1 + width // 8)
    packed = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def test_a_picture_of_billions_of_dots_is_refused_unopened(program: Callable[[str], None]) -> None:
    program("exit 1")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(errors.TooManyPixels) as caught:
        read(bomb(50_000, 50_000), "a.png")
    assert "50000" in caught.value.message("de")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes


# In the reading process


@needs_tesseract
def test_recognition_works_in_the_reading_process(tmp_path: Path) -> None:
    drawing = Drawing(300, 100)
    drawing.lines(20, 30, ("Haushalt des Kreises", "und seiner Gemeinden"), 14)
    with pdfium.PdfDocument(drawing.pdf()) as document:
        picture = document[0].render(scale=300 / 72, grayscale=True).to_pil()
    (tmp_path / "a.pdf").write_bytes(Drawing(300, 100).picture(picture, 0, 0, 300, 100).pdf())
    (tmp_path / "a.png").write_bytes(png(picture))
    with Reader(60, 1024) as reader:
        for name in ("a.pdf", "a.png"):
            laid_out = reader.read(tmp_path / name)
            assert " ".join(laid_out.text.split()) == "Haushalt des Kreises und seiner Gemeinden"
            assert laid_out.notes == ("ocr_pages:1",)
