"""A13 in full: some thousand broken files among sound ones are indexed; tells how each ended and what it cost.

    .venv/bin/python -m tests.long.hostile_files [--pdfs 1100] [--others 330] [--seconds 60]

Leaves with code 1 if the run ended early, a file was still "running", a process stayed behind or a sound file is not found.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import ClassVar

import indexer.reading
from indexer.build import build
from indexer.encoders import HashEncoder
from indexer.errors import ReadError
from indexer.parsing.layout import LaidOut
from indexer.parsing.sandbox import Reader
from indexer.search import search
from indexer.settings import Settings
from indexer.store import Collection
from tests.broken_files import broken_other, broken_pdf, sound_pdf

_SLOW = 5.0  # seconds; such files are listed


class Measured(Reader):
    """Tells for each file how it ended, in how many seconds, and the most memory its process ever had."""

    files: ClassVar[list[tuple[str, str, float]]] = []
    most_memory: ClassVar[int] = 0

    def read(self, path: Path, member: tuple[str, ...] = ()) -> LaidOut:
        start = time.monotonic()
        ending = "ok"
        try:
            return super().read(path, member)
        except ReadError as error:
            ending = f"{error.code}: {error.details.get('reason', '')}"
            raise
        finally:
            self.files.append((path.name, ending, time.monotonic() - start))
            self._note_memory()

    def _note_memory(self) -> None:
        try:
            status = Path(f"/proc/{self._child.pid}/status").read_text(encoding="utf-8") if self._child else ""
        except OSError:
            return
        most = [int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM")]
        Measured.most_memory = max([Measured.most_memory, *most])


def main() -> int:
    options = _options()
    indexer.reading.Reader = Measured
    with tempfile.TemporaryDirectory() as folder:
        source, settings = (
            Path(folder, "papiere"),
            Settings(index=Path(folder, "index"), encoder="hash", file_seconds=options.seconds),
        )
        source.mkdir()
        kinds, sound = _write_all(source, options.pdfs, options.others)
        start = time.monotonic()
        report = build(settings, [source])
        print(f"{len(kinds)} broken and {len(sound)} sound files, {time.monotonic() - start:.0f} s, books: {report.books()}")
        lost = _not_found(settings, sound)
    _print_endings(kinds)
    orphans = _processes_of_readers()
    print(f"largest process: {Measured.most_memory} MiB; orphans: {len(orphans)}; sound files not found: {lost}")
    return 1 if orphans or lost else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pdfs", type=int, default=1100)
    parser.add_argument("--others", type=int, default=330)
    parser.add_argument("--seconds", type=int, default=60)
    return parser.parse_args()


def _write_all(folder: Path, pdfs: int, others: int) -> tuple[dict[str, str], list[str]]:
    """The broken files' names with their damage, and the names of the sound ones, one after each ten broken ones."""
    kinds: dict[str, str] = {}
    sound: list[str] = []
    for number in range(pdfs + others):
        damage, ending, data = broken_pdf(number) if number < pdfs else broken_other(number - pdfs)
        name = f"{number:05}-{damage}{ending}"
        kinds[name] = f"{ending[1:]} {damage}"
        (folder / name).write_bytes(data)
        if number % 10 == 0:
            sound.append(f"{number:05}-z-sound.{'pdf' if number % 20 else 'txt'}")
            text = sound_pdf(False) if number % 20 else f"Der Brunnen {number} liefert Wasser.".encode()
            (folder / sound[-1]).write_bytes(text)
    return kinds, sound


def _not_found(settings: Settings, sound: list[str]) -> list[str]:
    generation = Collection(settings.index, "public").open()
    found = {document.file.name for document in generation.documents()}
    lost = [name for name in sound if name not in found]
    for name in sound[::2]:
        number = int(name[:5])
        hits = search(generation, HashEncoder(), f"Brunnen {number}")
        if not any(f"Brunnen {number} " in hit.passage.text for hit in hits):
            lost.append(f"{name} (search)")
    return lost


def _print_endings(kinds: dict[str, str]) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for name, ending, _ in Measured.files:
        if name in kinds:
            counts[kinds[name], ending.partition(":")[0]] += 1
    for (kind, ending), count in sorted(counts.items()):
        print(f"  {kind:24} {ending:16} {count}")
    for name, ending, seconds in sorted(Measured.files, key=lambda file: -file[2]):
        if seconds > _SLOW or ending.startswith("stopped"):
            print(f"  {seconds:6.1f} s  {name}  {ending}")
    print(f"slowest: {max(seconds for _, _, seconds in Measured.files):.1f} s")


def _processes_of_readers() -> list[int]:
    """Children of this process that are still there, and reading processes whose parent is gone."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if b"indexer.parsing.child" in entry.read_bytes() and str(os.getpid()).encode() in entry.read_bytes():
                found.append(int(entry.parent.name))
        except OSError:
            continue
    return found


if __name__ == "__main__":
    sys.exit(main())
