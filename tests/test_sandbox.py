"""A bad file costs itself only: the reading process is stopped at its limits, and the next file is read all the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import errors
from indexer.parsing import sandbox
from indexer.parsing.answers import laid_out
from indexer.parsing.sandbox import Reader

GOOD = "Ein Satz steht hier."


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "gut.txt"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Every reading process that is started."""
    children: list[subprocess.Popen[bytes]] = []

    class Popen(subprocess.Popen):
        def __init__(self, *args: object, **options: object) -> None:
            super().__init__(*args, **options)
            children.append(self)

    monkeypatch.setattr(sandbox.subprocess, "Popen", Popen)
    return children


def slow_pdf(path: Path) -> Path:
    """A small file that takes minutes: a hundred thousand times the same page of two thousand texts."""
    content = b"BT /F1 9 Tf " + b"(wort) Tj 0 -9 Td " * 2000 + b"ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 100000/Kids[" + b"3 0 R " * 100_000 + b"]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1"
        b"/BaseFont/Helvetica>>>>>>>>",
        b"<</Length %d>>stream\n" % len(content) + content + b"\nendstream",
    ]
    data = b"%PDF-1.4\n" + b"".join(b"%d 0 obj" % n + body + b"endobj\n" for n, body in enumerate(objects, start=1))
    path.write_bytes(data + b"trailer<</Root 1 0 R/Size 5>>\nstartxref\n0\n%%EOF")
    return path


def test_a_file_is_read_in_another_process(good: Path, started: list[subprocess.Popen[bytes]]) -> None:
    with Reader(60, 1024) as reader:
        assert [reader.read(good).text for _ in range(3)] == [GOOD] * 3
    (child,) = started
    assert child.returncode == -signal.SIGKILL


def test_a_file_that_takes_too_long_is_stopped_and_the_next_is_read(
    tmp_path: Path, good: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    with Reader(4, 1024) as reader:
        with pytest.raises(errors.ReaderStopped) as caught:
            reader.read(slow_pdf(tmp_path / "slow.pdf"))
        assert "too slow" in caught.value.message("en")
        assert "limit 4 s" in caught.value.message("en")
        assert started[0].returncode == -signal.SIGKILL
        assert reader.read(good).text == GOOD


def test_a_file_that_needs_too_much_memory_fails_and_the_next_is_read(tmp_path: Path, good: Path) -> None:
    (tmp_path / "big.txt").write_bytes(b"Ein Satz steht hier.\n" * 6_000_000)
    with Reader(60, 256) as reader:
        with pytest.raises(errors.ReadError):
            reader.read(tmp_path / "big.txt")
        assert reader.read(good).text == GOOD


def test_after_every_kind_of_failure_the_reader_goes_on(tmp_path: Path, good: Path, make_pdf) -> None:
    bad: dict[str, tuple[bytes, type[errors.ReadError]]] = {
        "leer.txt": (b"", errors.EmptyFile),
        "blank.md": (b"[a]: http://x\n", errors.NoText),
        "falsch.pdf": (b"Text", errors.MislabelledFile),
        "kaputt.docx": (b"PK\x03\x04", errors.BrokenFile),
        "fremd.doc": (b"x", errors.UnsupportedFormat),
        "scan.pdf": (make_pdf(tmp_path / "x.pdf", [[], []]).read_bytes(), errors.NoText),
    }
    with Reader(60, 1024) as reader:
        for name, (content, kind) in bad.items():
            (tmp_path / name).write_bytes(content)
            with pytest.raises(kind):
                reader.read(tmp_path / name)
            assert reader.read(good).text == GOOD
        with pytest.raises(errors.UnreadablePath):
            reader.read(tmp_path / "nirgends.txt")
        assert reader.read(good).text == GOOD


def test_a_name_of_any_kind_reaches_the_reading_process(tmp_path: Path) -> None:
    with Reader(60, 1024) as reader:
        for name in ("zwei\nZeilen.txt", "\u202etxt.txt", "🚲.txt", "x\udcff.txt", "n" * 251 + ".txt"):
            path = tmp_path / name
            path.write_text(GOOD, encoding="utf-8")
            assert reader.read(path).text == GOOD


def test_the_reading_process_can_write_nothing_even_where_the_kernel_locks_nothing(tmp_path: Path) -> None:
    """Not even to a file that is open already: the limit on written bytes holds on every system."""
    program = (
        "import os, indexer.parsing.lockdown as lockdown\n"
        "lockdown._can_filter = lockdown._landlock_version = lambda: 0\n"
        f"file = open({str(tmp_path / 'out')!r}, 'wb', buffering=0)\n"
        "lockdown.lock(1024, os.getppid())\n"
        "print(lockdown.missing())\n"
        "file.write(b'x')\n"
    )
    environment = {"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False)
    assert done.stdout == "['network', 'files']\n"
    assert "File too large" in done.stderr
    assert (tmp_path / "out").read_bytes() == b""


def fake_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    """A reading process taken over by a hostile file, which answers what it likes."""
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\nread question\ncat <<'END'\n{answer}\nEND\nread wait\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(sandbox.sys, "executable", str(program))


@pytest.mark.parametrize("span", [(0, 99), (-1, 2), (3, 1)])
@pytest.mark.parametrize("where", ["pages", "blocks"])
def test_spans_outside_the_text_are_refused(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, span: tuple[int, int]
) -> None:
    start, end = span
    page = {"number": 1, "label": "1", "start": 0, "end": 4}
    block = {"kind": "paragraph", "level": 0, "page": 1, "start": 0, "end": 4, "gap": False}
    (page if where == "pages" else block).update(start=start, end=end)
    fake_child(tmp_path, monkeypatch, json.dumps({"text": "Text", "pages": [page], "blocks": [block]}))
    with Reader(60, 1024) as reader, pytest.raises(errors.ReaderStopped):
        reader.read(good)


@pytest.mark.parametrize(
    "answer",
    ["5", "[]", "{}", '{"error": 5, "details": 5}', '{"error": "broken", "details": {}}', "", "no json", "\x80\x04N."],
    ids=["number", "list", "nothing", "no code", "no reason", "empty line", "no json", "a pickle"],
)
def test_an_answer_that_is_no_json_is_refused(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    fake_child(tmp_path, monkeypatch, answer)
    with Reader(60, 1024) as reader, pytest.raises(errors.ReaderStopped):
        reader.read(good)


def test_a_child_that_only_asks_for_more_time_is_stopped(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nwhile echo '{\"beat\": true}'; do :; done\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(sandbox.sys, "executable", str(program))
    monkeypatch.setattr(sandbox, "_LONGEST", 0.1)
    with Reader(5, 1024) as reader, pytest.raises(errors.ReaderStopped, match="too slow"):
        reader.read(good)


GOOD_ANSWER = {
    "text": "Text",
    "pages": [{"number": 1, "label": "1", "start": 0, "end": 4}],
    "blocks": [{"kind": "paragraph", "level": 0, "page": 1, "start": 0, "end": 4, "gap": False, "confidence": None}],
    "boxes": "",
    "notes": [],
}


def answer_with(change: dict[str, object], part: str | None = None) -> dict[str, object]:
    return GOOD_ANSWER | (change if part is None else {part: [GOOD_ANSWER[part][0] | change]})


@pytest.mark.parametrize(
    "answer",
    [
        answer_with({"number": 2}, "pages"),
        answer_with({"number": "x"}, "pages"),
        answer_with({"label": "\ud800"}, "pages"),
        answer_with({"kind": "script"}, "blocks"),
        answer_with({"page": 2}, "blocks"),
        answer_with({"level": -1}, "blocks"),
        answer_with({"confidence": float("nan")}, "blocks"),
        answer_with({"blocks": GOOD_ANSWER["blocks"] * 2}),
        answer_with({"text": "\ud800ext"}),
        answer_with({"boxes": "cccc"}),
        answer_with({"boxes": zlib.compress(bytes(50_000_000)).hex()}),
    ],
)
def test_an_answer_that_cannot_be_is_refused(answer: dict[str, object]) -> None:
    assert laid_out(GOOD_ANSWER).text == "Text"
    with pytest.raises((ValueError, zlib.error)):
        laid_out(answer)


def test_the_reader_outlives_boxes_that_are_none(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_child(tmp_path, monkeypatch, json.dumps(answer_with({"boxes": "cccc"})))
    with Reader(60, 1024) as reader, pytest.raises(errors.ReaderStopped):
        reader.read(good)
