"""Time, size, memory and recall as an index grows: ``python benchmarks/growth.py [10000 100000 1000000] [--json FILE]``.

For each size an index of synthetic papers is written by the ordinary code and asked 200 questions, warm, without a filter and
under filters that 50, 10, 1 and 0.1 % of the passages pass. Measured is a search from the question's vector to ten hits with
their passages and the facets; the encoder is left out, it takes the same time at every size. Exact is the score of every passage.
About 25 minutes and 12 GB for a million passages, nearly all of it for writing.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import machine
from benchmarks.report import on, table
from benchmarks.synthetic import BODIES, Maker
from indexer.filters import ANY, Filters
from indexer.fusion import fused
from indexer.generation import Generation
from indexer.lexical import bag_of
from indexer.prepared import prepare
from indexer.queries import parsed
from indexer.search import DEPTH, folded, ranked, with_their_paper
from indexer.store import PUBLIC, Collection
from indexer.vectors import Matrix, Rows, Vector
from service.searching import found

QUESTIONS = 200
COMPARED = 40  # questions whose exact ranking is computed
FILTERS = {"all": ANY} | {f"{share:.1%}": Filters(body=(body,)) for body, share in BODIES.items()}
CORPUS = Path(__file__).resolve().parents[1] / "corpus"


def write(root: Path, size: int) -> dict[str, Any]:
    maker = Maker(CORPUS, size)
    documents = [prepare(document) for document in maker.documents()]
    passages, last = sum(len(document.passages) for document in documents), len(documents[-1].passages)
    vectors = maker.vectors()
    vectors = np.concatenate([vectors, vectors[: passages - len(vectors)]])  # a few long texts make two passages
    start = time.perf_counter()
    Collection(root, PUBLIC).publish(documents, vectors, "synthetic")
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    Collection(root, PUBLIC).publish(documents[:-1], vectors[:-last], "synthetic")
    again = time.perf_counter() - start
    vectors = vectors[:-last]
    np.save(root / "vectors.npy", vectors)
    texts, queries = maker.questions(QUESTIONS)
    np.save(root / "queries.npy", queries)
    (root / "questions.json").write_text(json.dumps(texts), encoding="utf-8")
    numbers = sorted(path.name for path in (root / PUBLIC / "generations").iterdir())
    files = {path.relative_to(root).as_posix(): path.stat().st_size for path in root.rglob("*") if path.is_file()}
    parts = ("passages.sqlite", "vectors.faiss", "sketch.faiss", "lexical/", "words/")
    sizes = {part: round(sum(n for name, n in files.items() if f"{numbers[-1]}/{part}" in name) / 1e6) for part in parts}
    seconds, again = round(seconds, 1), round(again, 1)
    return {"passages": passages, "write_seconds": seconds, "rewrite_seconds": again, "megabytes": sizes}


def ask(root: Path) -> dict[str, Any]:
    """In a process of its own, so that its memory is that of searching alone."""
    start = time.perf_counter()
    generation = Collection(root, PUBLIC).open()
    opened = time.perf_counter() - start
    texts = json.loads((root / "questions.json").read_text(encoding="utf-8"))
    queries = np.load(root / "queries.npy")
    told: dict[str, Any] = {"open_seconds": round(opened, 2), "search": {}}
    for name, filters in FILTERS.items():
        for text, query in zip(texts[:30], queries[:30], strict=True):
            served(generation, query, text, filters)
        whole = timed(lambda q, t, f=filters: served(generation, q, t, f), queries, texts)
        told["search"][name] = {"milliseconds": whole} | stages(generation, queries, texts, filters)
    told["memory_megabytes"] = memory()
    vectors = np.load(root / "vectors.npy", mmap_mode="r")
    for name, filters in FILTERS.items():
        told["search"][name] |= recall(generation, np.asarray(vectors), queries[:COMPARED], texts[:COMPARED], filters)
    return told


def served(generation: Generation, query: Vector, text: str, filters: Filters) -> None:
    """What a page of results needs."""
    hits = folded(found(generation, query, parsed(text), filters))
    hits.hits(0, 10)
    generation.columns.facets(hits.all_rows())


def timed(search: Callable[..., Any], queries: Matrix, texts: list[str]) -> dict[str, float]:
    taken = []
    for query, text in zip(queries, texts, strict=True):
        start = time.perf_counter()
        search(query, text)
        taken.append(1000 * (time.perf_counter() - start))
    return {f"p{p}": round(float(np.percentile(taken, p)), 2) for p in (50, 95)}


def stages(generation: Generation, queries: Matrix, texts: list[str], filters: Filters) -> dict[str, Any]:
    def lexical(_: Matrix, text: str) -> None:
        generation.lexical.nearest(bag_of(generation.analyser, text), DEPTH, allowed)

    def dense(query: Matrix, _: str) -> None:
        generation.vectors.nearest(query, DEPTH, allowed)

    allowed = None if filters == ANY else generation.columns.rows(filters)
    masked = timed(lambda *_: generation.columns.rows(filters), queries, texts) if filters != ANY else {"p50": 0.0, "p95": 0.0}
    return {"filter": masked, "lexical": timed(lexical, queries, texts), "dense": timed(dense, queries, texts)}


def recall(generation: Generation, vectors: Matrix, queries: Matrix, texts: list[str], filters: Filters) -> dict[str, float]:
    """Share of the exact ten nearest that the vector index finds, and of the exact ten best that a search finds."""
    rows = np.arange(len(vectors)) if filters == ANY else np.flatnonzero(generation.columns.rows(filters))
    allowed = None if filters == ANY else generation.columns.rows(filters)
    if not len(rows):
        return {}
    dense, best = [], []
    for query, text in zip(queries, texts, strict=True):
        cosines = vectors[rows] @ query
        bag = bag_of(generation.analyser, text)
        share = generation.lexical.scores(bag, rows) / generation.lexical.bound(bag)
        nearest = [row for row, _ in generation.vectors.nearest(query, 10, allowed)]
        dense.append(overlap(rows[np.argsort(-cosines)[:10]], nearest))
        scores = fused(cosines.astype(np.float64), share)
        wanted = rows[np.argsort(-lifted(generation, rows, scores))[:10]]
        best.append(overlap(wanted, ranked(generation, query, text, filters).rows[:10].tolist()))
    return {"recall@10 dense": round(float(np.mean(dense)), 4), "recall@10 fused": round(float(np.mean(best)), 4)}


def lifted(generation: Generation, rows: Rows, scores: np.ndarray) -> np.ndarray:
    return with_their_paper(scores, generation.columns.papers_of(rows))


def overlap(wanted: Rows, found: list[int]) -> float:
    return len(set(wanted.tolist()) & set(found)) / max(1, min(10, len(wanted)))


def memory() -> dict[str, int]:
    """Of this process: all that is resident, and the part of it that is mapped files."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines())
    return {name: int(lines[key].split()[0]) // 1000 for name, key in (("resident", "VmRSS"), ("mapped", "RssFile"))}


def markdown(report: dict[str, Any]) -> Iterator[str]:
    yield f"# Growth\n\n{on(report['machine'])}\n"
    heads = ["passages", "write s", "one paper less, s", *report["sizes"][0]["megabytes"], "open s", "resident MB (mapped)"]
    yield from table(
        heads,
        [
            (
                f"{s['passages']:,}",
                s["write_seconds"],
                s["rewrite_seconds"],
                *(f"{n} MB" for n in s["megabytes"].values()),
                s["open_seconds"],
                f"{s['memory_megabytes']['resident']} ({s['memory_megabytes']['mapped']})",
            )
            for s in report["sizes"]
        ],
    )
    yield "\nA search, from the question's vector to ten hits with their texts and the facets of all; milliseconds, p50 / p95.\n"
    heads = ["passages", "filter passes", "search", "filter", "lexical", "dense", "recall@10 dense", "recall@10 fused"]
    yield from table(
        heads,
        [
            (
                f"{s['passages']:,}",
                name,
                *(f"{found[stage]['p50']} / {found[stage]['p95']}" for stage in ("milliseconds", "filter", "lexical", "dense")),
                *(found.get(f"recall@10 {kind}", "–") for kind in ("dense", "fused")),
            )
            for s in report["sizes"]
            for name, found in s["search"].items()
        ],
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path, help="folder where the indexes stay, and are taken from the next time")
    parser.add_argument("--ask", type=Path, help="internal: the index to ask")
    options = parser.parse_args()
    if options.ask:
        print(json.dumps(ask(options.ask)))
        return
    report: dict[str, Any] = {"machine": machine(), "sizes": []}
    with tempfile.TemporaryDirectory() as temporary:
        for size in options.sizes:
            root = (options.keep or Path(temporary)) / str(size)
            done = root / "written.json"
            if not done.exists():
                root.mkdir(parents=True)
                done.write_text(json.dumps(write(root, size)), encoding="utf-8")
            written = json.loads(done.read_text(encoding="utf-8"))
            command = [sys.executable, "-m", "benchmarks.growth", "--ask", str(root)]
            asked = subprocess.run(command, capture_output=True, text=True, check=True)
            report["sizes"].append(written | json.loads(asked.stdout))
            print(f"<!-- {size} passages: done -->", file=sys.stderr, flush=True)
    print("\n".join(markdown(report)))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
