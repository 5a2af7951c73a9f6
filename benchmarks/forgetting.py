"""How long forgetting takes: ``python -m benchmarks.forgetting [--documents 10000] [--passages 2]``.

Of a folder of synthetic papers one bears a word that stands nowhere else. It is forgotten; then every byte of the index and of
the state is searched for that word, and once more after the next run, which finds the original still in its folder.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.incremental import make
from benchmarks.machine import machine
from benchmarks.report import on, table
from indexer.build import build
from indexer.forgetting import forget, known_files, meant
from indexer.settings import Settings
from indexer.store import PUBLIC, Collection

_CANARY = "Kanarienvogelweide"


def measure(documents: int, passages: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as root:
        folder, settings = Path(root) / "papers", Settings(index=Path(root) / "index", encoder="hash")
        path = make(folder, documents, passages)[documents // 2]
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\nDie {_CANARY} in Aurental wird gesperrt.\n")
        steps: list[dict[str, Any]] = []

        def step(name: str, work: Callable[[], object]) -> None:
            start, cpu = time.perf_counter(), time.process_time()
            work()
            took = time.perf_counter() - start, time.process_time() - cpu
            traces = _traces(settings.index) + _traces(settings.state_folder)
            steps.append({"step": name, "seconds": round(took[0], 1), "CPU seconds": round(took[1], 1), "files with it": traces})

        step("first index", lambda: build(settings, [folder]))
        held = Collection(settings.index, PUBLIC).open().passages
        (target,) = meant(known_files(settings), path.name)
        step("forget", lambda: forget(settings, target, lambda: None))
        step("next index", lambda: build(settings, [folder]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
    return {"documents": documents, "passages": held, "peak memory, MB": peak, "steps": steps}


def _traces(folder: Path) -> int:
    return sum(_CANARY.lower().encode() in path.read_bytes().lower() for path in folder.rglob("*") if path.is_file())


def markdown(report: dict[str, Any]) -> Iterator[str]:
    measured = report["measured"]
    yield f"# Forgetting one document\n\n{on(report['machine'])}\n"
    yield f"{measured['documents']:,} documents, {measured['passages']:,} passages; {measured['peak memory, MB']} MB at most\n"
    yield from table(list(measured["steps"][0]), [tuple(step.values()) for step in measured["steps"]])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--passages", type=int, default=2, help="of a document, about")
    options = parser.parse_args()
    report = {"machine": machine(), "measured": measure(options.documents, options.passages)}
    print("\n".join(markdown(report)))


if __name__ == "__main__":
    main()
