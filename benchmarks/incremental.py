"""What a change costs: ``python -m benchmarks.incremental [--documents 10000] [--passages 2] [--json FILE]``.

A folder of synthetic papers is indexed, indexed again without a change, then with one paper changed, with the hash encoder (a
better one takes its time for the passages of that paper, whatever the size of the folder). Seconds of two runs compare only
if nothing else ran beside them; the shares of the first run compare always.
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
    """Seconds until a stage begins, in order: listing, reading, encoding, writing."""
    marks: dict[str, list[float]] = {}
    encoded = 0

    def progress(stage: str, _: int, total: int) -> None:
        nonlocal encoded
        marks.setdefault(stage, []).append(time.perf_counter())
        encoded = max(encoded, total if stage == "encode" else 0)

    start = time.perf_counter()
    report = build(settings, [folder], progress=progress)
    end = time.perf_counter()
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
    return {"read files": books["ok"] + books["partial"], "encoded passages": encoded, "seconds": seconds}


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
    yield f"{measured['documents']:,} documents, {measured['passages']:,} passages; {measured['peak memory, MB']} MB at most\n"
    whole = measured["runs"]["first"]["seconds"]["all"]
    yield from table(
        [
            "run",
            "files read",
            "passages encoded",
            *(f"{stage}, s" for stage in measured["runs"]["first"]["seconds"]),
            "of the first",
        ],
        [
            (
                name,
                found["read files"],
                found["encoded passages"],
                *(round(seconds, 1) for seconds in found["seconds"].values()),
                f"{found['seconds']['all'] / whole:.1%}",
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
