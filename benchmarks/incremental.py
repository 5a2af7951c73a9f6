"""What a change costs: ``python -m benchmarks.incremental [--documents 10000] [--passages 2] [--json FILE]``.

A folder of synthetic papers is indexed, indexed again without a change, then with one paper changed, with the hash encoder (a
better one takes its time for the passages of that paper, whatever the size of the folder). CPU seconds are those of the
indexer itself, without the child process that reads files; unlike those of the clock they compare also on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.growth import CORPUS
from benchmarks.machine import machine
from benchmarks.report import on, table
from benchmarks.synthetic import PER_DOCUMENT, Maker
from indexer.build import build
from indexer.settings import Settings
from indexer.store import PUBLIC, Collection

_SENTENCE = 13  # words


def make(folder: Path, documents: int, passages: int) -> list[Path]:
    """Markdown files with heads, a thousand to a folder."""
    made = []
    for document in Maker(CORPUS, documents * PER_DOCUMENT).documents():
        paper = document.paper
        head = f"{paper.body}\n\n{paper.paper_type}\n\nDrucksachen-Nr.: {paper.reference}\n\n# {paper.name}\n\n## Sachverhalt\n\n"
        texts = [document.text[block.start : block.end] for block in document.blocks[:passages]]
        path = folder / document.id[:-3] / f"{document.id}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head + "\n\n".join(map(sentences, texts)) + "\n", encoding="utf-8")
        made.append(path)
    return made


def sentences(text: str) -> str:
    words = text.split()
    parts = (words[start : start + _SENTENCE] for start in range(0, len(words), _SENTENCE))
    return " ".join(f"{' '.join(part).capitalize()}." for part in parts)


def run(settings: Settings, folder: Path) -> dict[str, Any]:
    """Seconds of each stage, by the clock and of the processor."""
    marks: dict[str, list[npt.NDArray[np.float64]]] = {}
    encoded = 0

    def progress(stage: str, _: int, total: int) -> None:
        nonlocal encoded
        marks.setdefault(stage, []).append(_now())
        encoded = max(encoded, total if stage == "encode" else 0)

    start = _now()
    report = build(settings, [folder], progress=progress)
    end = _now()
    read, encode = marks["read"], marks.get("encode", [end, end])
    seconds = {
        "list": read[0] - start,
        "read": read[-1] - read[0],
        "compare and cut": encode[0] - read[-1],
        "encode": encode[-1] - encode[0],
        "write": end - encode[-1],
        "all": end - start,
    }
    books = report.books()
    return {
        "read files": books["ok"] + books["partial"],
        "encoded passages": encoded,
        "seconds": {stage: round(float(clock), 2) for stage, (clock, _) in seconds.items()},
        "CPU seconds": {stage: round(float(cpu), 2) for stage, (_, cpu) in seconds.items()},
    }


def _now() -> npt.NDArray[np.float64]:
    return np.array([time.perf_counter(), time.process_time()])


def measure(documents: int, passages: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as root:
        folder, settings = Path(root) / "papers", Settings(index=Path(root) / "index", encoder="hash")
        paths = make(folder, documents, passages)
        runs = {"first": run(settings, folder)}
        time.sleep(2.1)  # files changed a moment ago are hashed once more
        run(settings, folder)
        runs["no change"] = run(settings, folder)
        with paths[documents // 2].open("a", encoding="utf-8") as file:
            file.write("\nDie Sporthalle in Aurental wird saniert.\n")
        runs["one change"] = run(settings, folder)
        found = Collection(settings.index, PUBLIC).open().passages
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
    return {"documents": documents, "passages": found, "peak memory, MB": peak, "runs": runs}


def markdown(report: dict[str, Any]) -> Iterator[str]:
    measured = report["measured"]
    yield f"# One change\n\n{on(report['machine'])}\n"
    yield f"{measured['documents']:,} documents, {measured['passages']:,} passages; {measured['peak memory, MB']} MB at most"
    stages = measured["runs"]["first"]["seconds"]
    for kind in ("seconds", "CPU seconds"):
        whole = measured["runs"]["first"][kind]["all"]
        yield f"\n## {kind[0].upper()}{kind[1:]}\n"
        yield from table(
            ["run", "files read", "passages encoded", *stages, "of the first"],
            [
                (
                    name,
                    found["read files"],
                    found["encoded passages"],
                    *(round(seconds, 1) for seconds in found[kind].values()),
                    f"{found[kind]['all'] / whole:.1%}",
                )
                for name, found in measured["runs"].items()
            ],
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--passages", type=int, default=2, help="of a document, about")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    report = {"machine": machine(), "measured": measure(options.documents, options.passages)}
    print("\n".join(markdown(report)))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
