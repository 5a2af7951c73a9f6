"""Ratslotse beside its peers, on the same passages with the same vectors: ``python -m benchmarks.peers.compare --help``.

Tasks are XQuAD's paragraphs and sentences (German questions) and the passages of an index with gold questions. Each peer runs in
its own environment (``--peer NAME=PYTHON``, made with requirements-NAME.txt) and gets what we search: every passage with its
context, its vector, the questions' vectors. Latency is one search after another in a quiet process, without encoding the
question; ours ends with ten hits and their texts in hand.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import machine
from benchmarks.report import on, table
from indexer.encoders import Encoder, load_encoder
from indexer.evaluate import difference, encoded, indexed, mean, measured, read_task
from indexer.generation import Generation
from indexer.lexical import bag_of
from indexer.passages import searched_text
from indexer.search import DEPTH, folded, ranked
from indexer.settings import Settings
from indexer.store import PUBLIC, Collection
from indexer.vectors import Matrix
from service.gold import read_gold

Relevant = Mapping[str, Mapping[str, float]]
HERE = Path(__file__).parent


def xquad_task(folder: Path, root: Path, encoder: Encoder, cache: Path) -> tuple[Generation, dict[str, str], Matrix, Relevant]:
    task = read_task(folder)
    generation = indexed(task, encoder, cache, root, lambda *_: None)
    vectors = encoded(encoder, list(task.queries.values()), "query", cache, lambda *_: None)
    return generation, dict(task.queries), vectors, task.relevant


def council_task(index: Path, questions: Path, encoder: Encoder) -> tuple[Generation, dict[str, str], Matrix, Relevant]:
    generation = Collection(index, PUBLIC).open()
    passages = [generation.passage(row) for row in range(generation.passages)]
    texts, relevant = {}, {}
    for one in read_gold(questions):
        quotes = [place for place in one.places if place.quote]
        right = {str(row): 1.0 for row, passage in enumerate(passages) if any(place.stands_in(passage) for place in quotes)}
        if one.answerable and right and not one.follow_up:
            texts[one.id], relevant[one.id] = one.question, right
    return generation, texts, encoder.encode(list(texts.values()), "query"), relevant


def write_task(folder: Path, generation: Generation, texts: Mapping[str, str], vectors: Matrix) -> None:
    folder.mkdir()
    rows = range(generation.passages)
    lines(folder / "passages.jsonl", ({"id": str(row), "text": searched_text(generation.passage(row))} for row in rows))
    lines(folder / "queries.jsonl", ({"id": identifier, "text": text} for identifier, text in texts.items()))
    np.save(folder / "passages.npy", generation.vectors.of(np.arange(generation.passages)))
    np.save(folder / "queries.npy", vectors)


def lines(path: Path, entries: Iterator[dict[str, str]]) -> None:
    path.write_text("".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries), encoding="utf-8")


def ours(generation: Generation, texts: Mapping[str, str], vectors: Matrix) -> dict[str, Any]:
    """Our three rankings in the form in which peers report theirs."""
    kinds = {
        "lexical": lambda _, text: rows(generation.lexical.nearest(bag_of(generation.analyser, text), DEPTH)),
        "dense": lambda query, _: rows(generation.vectors.nearest(query, DEPTH)),
        "as searched": lambda query, text: searched(generation, query, text),
    }
    found = {}
    for name, search in kinds.items():
        for query, text in list(zip(vectors, texts.values(), strict=True))[:20]:
            search(query, text)
        run, taken = {}, []
        for (identifier, text), query in zip(texts.items(), vectors, strict=True):
            start = time.perf_counter()
            run[identifier] = search(query, text)
            taken.append(1000 * (time.perf_counter() - start))
        found[name] = {"latency_ms": {f"p{p}": float(np.percentile(taken, p)) for p in (50, 95)}, "run": run}
    return {"peer": "Ratslotse", "versions": {}, "configurations": found}


def rows(found: Sequence[tuple[int, float]]) -> list[str]:
    return [str(row) for row, _ in found[:10]]


def searched(generation: Generation, query: Any, text: str) -> list[str]:
    """The first ten rows as a reader reaches them: near-duplicates where they were folded in."""
    hits = folded(ranked(generation, query, text)).hits(0, 10)
    return [str(row) for hit in hits for row in (hit.row, *hit.alike)][:10]


def by_document(run: Mapping[str, Sequence[str]], names: Mapping[str, str]) -> dict[str, list[str]]:
    return {query: list(dict.fromkeys(names[row] for row in found)) for query, found in run.items()}


def compared(results: Sequence[dict[str, Any]], names: Mapping[str, str], relevant: Relevant) -> list[dict[str, Any]]:
    told = []
    scores = {}
    for result in results:
        for configuration, found in result["configurations"].items():
            run = by_document(found["run"], names)
            each = {query: measured(run.get(query, []), relevant[query]) for query in relevant}
            scores[result["peer"], configuration] = [score["ndcg@10"] for score in each.values()]
            averages = mean(each.values())
            told.append(
                {"peer": result["peer"], "versions": result["versions"], "configuration": configuration}
                | {metric: averages[metric] for metric in ("ndcg@10", "mrr@10", "recall@5")}
                | {name: round(value, 2) for name, value in found["latency_ms"].items()}
            )
    own = scores["Ratslotse", "as searched"]
    for line in told:
        if line["peer"] != "Ratslotse":
            line["ours - theirs"] = difference(own, scores[line["peer"], line["configuration"]])
    return told


def markdown(title: str, told: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield f"\n## {title}\n"
    rows = []
    for line in told:
        gap = line.get("ours - theirs")
        shown = f"{gap['mean']:+.3f} ({gap['low']:+.3f} … {gap['high']:+.3f})" if gap else ""
        metrics = [f"{line[m]:.3f}" for m in ("ndcg@10", "mrr@10", "recall@5")]
        rows.append((line["peer"], line["configuration"], *metrics, f"{line['p50']:.1f}", f"{line['p95']:.1f}", shown))
    heads = ["", "", "nDCG@10", "MRR@10", "recall@5", "p50 ms", "p95 ms", "ours - theirs, nDCG@10 (95 %)"]
    yield from table(heads, rows)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--xquad", type=Path, required=True)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=PYTHON")
    parser.add_argument("--cache", type=Path, default=Path("index/evaluation"))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    encoder = load_encoder(Settings())
    report: dict[str, Any] = {"machine": machine(), "tasks": {}}
    print(f"# Beside others\n\n{on(report['machine'])}")
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        command = [sys.executable, "-m", "benchmarks.xquad_sentences", str(options.xquad), str(base / "sentences")]
        subprocess.run(command, check=True)
        tasks = {
            "XQuAD paragraphs": lambda: xquad_task(options.xquad, base / "index-p", encoder, options.cache),
            "XQuAD sentences": lambda: xquad_task(base / "sentences", base / "index-s", encoder, options.cache),
            "council passages": lambda: council_task(options.index, options.questions, encoder),
        }
        for number, (title, make) in enumerate(tasks.items()):
            generation, texts, vectors, relevant = make()
            task = base / f"task-{number}"
            write_task(task, generation, texts, vectors)
            results = [ours(generation, texts, vectors)]
            for peer in options.peer:
                name, _, python = peer.partition("=")
                run = [python, str(HERE / f"{name}_peer.py"), str(task)]
                results.append(json.loads(subprocess.run(run, capture_output=True, text=True, check=True).stdout))
            in_documents = title.startswith("XQuAD")
            numbers = range(generation.passages)
            names = {str(row): generation.document_id(row) if in_documents else str(row) for row in numbers}
            report["tasks"][title] = compared(results, names, relevant)
            heading = f"{title}: {generation.passages} passages, {len(texts)} questions"
            print("\n".join(markdown(heading, report["tasks"][title])), flush=True)
    if options.json:
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
