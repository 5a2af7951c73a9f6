"""Where the time goes: ``python -m benchmarks.speed --index DIR --questions FILE --papers FOLDER [--json FILE]``.

Asking: every stage of a search and of an answer over the questions, warm, p50 and p95 in milliseconds, and as a share of a whole
search. Indexing: a folder read, encoded and written into a new index; passages a second of each stage. Numbers of two runs
compare only if nothing else ran beside them; the shares compare always.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.growth import served
from benchmarks.machine import machine
from benchmarks.report import on, table
from indexer.build import build
from indexer.encoders import Encoder, load_encoder
from indexer.filters import ANY
from indexer.lexical import bag_of
from indexer.search import DEPTH, ranked
from indexer.settings import Settings
from indexer.store import PUBLIC, Collection
from service.answers import Answerer
from service.gold import read_gold


def asking(index: Path, questions: Sequence[str], encoder: Encoder) -> dict[str, Any]:
    generation = Collection(index, PUBLIC).open()
    answerer = Answerer(generation, encoder)
    queries = {text: encoder.encode([text], "query")[0] for text in questions}
    stages: dict[str, Callable[[str], object]] = {
        "encode the question": lambda text: encoder.encode([text], "query"),
        "words of the question": lambda text: bag_of(generation.analyser, text),
        "lexical": lambda text: generation.lexical.nearest(bag_of(generation.analyser, text), DEPTH),
        "dense": lambda text: generation.vectors.nearest(queries[text], DEPTH),
        "ranking": lambda text: ranked(generation, queries[text], text),
        "search with ten hits, without encoding": lambda text: served(generation, queries[text], text, ANY),
        "answer, all of it": lambda text: answerer.answer(text),
    }
    found = {name: timed(stage, questions) for name, stage in stages.items()}
    whole = found["search with ten hits, without encoding"]["p50"]
    return {name: values | {"share of a search": round(values["p50"] / whole, 2)} for name, values in found.items()}


def timed(stage: Callable[[str], object], questions: Sequence[str]) -> dict[str, float]:
    for text in questions[:20]:
        stage(text)
    taken = []
    for text in questions:
        start = time.perf_counter()
        stage(text)
        taken.append(1000 * (time.perf_counter() - start))
    return {f"p{p}": round(float(np.percentile(taken, p)), 2) for p in (50, 95)}


def indexing(papers: Path) -> dict[str, Any]:
    """A first run by stages, and a second one without changes."""
    with tempfile.TemporaryDirectory() as root:
        settings = Settings(index=Path(root) / "index")
        marks: dict[str, list[float]] = {}

        def progress(stage: str, *_: int) -> None:
            marks.setdefault(stage, []).append(time.perf_counter())

        start = time.perf_counter()
        build(settings, [papers], progress=progress)
        end = time.perf_counter()
        generation = Collection(settings.index, PUBLIC).open()
        passages = generation.passages
        read, encode = marks["read"], marks["encode"]
        again = time.perf_counter()
        build(settings, [papers])
        return {
            "files": len(read),
            "passages": passages,
            "read, files a second": round(len(read) / (read[-1] - start), 1),
            "encode, passages a second": round(passages / (encode[-1] - encode[0]), 1),
            "write, passages a second": round(passages / (end - encode[-1]), 1),
            "whole run, seconds": round(end - start, 1),
            "run without changes, seconds": round(time.perf_counter() - again, 2),
            "peak memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000,
        }


def markdown(report: dict[str, Any]) -> Iterator[str]:
    yield f"# Speed\n\n{on(report['machine'])}\n\n## Indexing\n"
    yield from table(["", ""], list(report["indexing"].items()))
    yield "\n## Asking, milliseconds\n"
    yield from table(
        ["", "p50", "p95", "share of a search"], [(name, *found.values()) for name, found in report["asking"].items()]
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--papers", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    questions = [one.question for one in read_gold(options.questions)]
    report = {"machine": machine(), "indexing": indexing(options.papers)}
    report["asking"] = asking(options.index, questions, load_encoder(Settings()))
    print("\n".join(markdown(report)))
    if options.json:
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
