"""Which kind of FAISS index at which size: ``python -m benchmarks.vector_kinds [100000 1000000] [--json FILE]``.

Synthetic vectors of the spread that multilingual-e5-small has on council papers, with questions that lie off to one side of the
passages, as real ones do: that is what lists and graphs lose hits on. One thread; the nearest 200 are asked for, as a search
does. About 6 minutes and 8 GB for a million.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from benchmarks.growth import CORPUS
from benchmarks.machine import machine
from benchmarks.report import on, table
from benchmarks.synthetic import DIMENSION, Maker
from indexer.vectors import FaissVectors, Mask, Matrix, Rows, Vector

QUESTIONS, NEAREST = 60, 200
SHARES = (1.0, 0.5, 0.1, 0.01, 0.001)
SHOWN = [f"{share:.1%}" for share in SHARES]
Search = Callable[[Vector, Mask | None], Rows]


def kinds(vectors: Matrix) -> Iterator[tuple[str, float, Search]]:
    """(name, seconds to build, search)"""
    inner = faiss.METRIC_INNER_PRODUCT
    half = faiss.ScalarQuantizer.QT_fp16

    def built(name: str, index: faiss.Index, parameters: Callable[[Any], Any]) -> tuple[str, float, Search]:
        start = time.perf_counter()
        index.train(vectors[:: max(1, len(vectors) // 80_000)])
        index.add(vectors)
        return name, time.perf_counter() - start, lambda query, allowed: found(index, query, parameters(selector(allowed)))

    yield built("flat, 32 bit", faiss.IndexFlatIP(DIMENSION), lambda sel: faiss.SearchParameters(sel=sel))
    flat = faiss.IndexScalarQuantizer(DIMENSION, half, inner)
    yield built("flat, 16 bit", flat, lambda sel: faiss.SearchParameters(sel=sel))
    lists = int(4 * len(vectors) ** 0.5)
    for share in (0.02, 0.08):
        ivf = faiss.IndexIVFScalarQuantizer(faiss.IndexFlatIP(DIMENSION), DIMENSION, lists, half, inner, False)
        read = max(1, int(share * lists))
        name = f"IVF, 16 bit, {read} of {lists} lists"
        yield built(name, ivf, lambda sel, read=read: faiss.SearchParametersIVF(nprobe=read, sel=sel))
    hnsw = faiss.IndexHNSWSQ(DIMENSION, half, 32, inner)
    hnsw.hnsw.efConstruction = 80
    yield built("HNSW 32, 16 bit, efSearch 500", hnsw, lambda sel: faiss.SearchParametersHNSW(efSearch=500, sel=sel))
    start = time.perf_counter()
    ours = FaissVectors.build(vectors, exact_up_to=0)
    seconds = time.perf_counter() - start
    yield (
        "sketch of 1 bit, then 16 bit (ours)",
        seconds,
        lambda query, allowed: np.array([row for row, _ in ours.nearest(query, NEAREST, allowed)], np.int64),
    )


def selector(allowed: Mask | None) -> Any:
    return None if allowed is None else faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))


def found(index: faiss.Index, query: Vector, parameters: Any) -> Rows:
    rows = index.search(query[None, :], NEAREST, params=parameters)[1][0]
    return rows[rows >= 0]


def measured(search: Search, vectors: Matrix, queries: Matrix, allowed: Mask | None) -> dict[str, float]:
    taken, ten, all_of_them = [], [], []
    for query in queries:
        scores = vectors @ query
        if allowed is not None:
            scores[~allowed] = -np.inf
        exact = np.argsort(-scores)[:NEAREST]
        exact = exact[np.isfinite(scores[exact])]
        start = time.perf_counter()
        rows = search(query, allowed)
        taken.append(1000 * (time.perf_counter() - start))
        ten.append(len(set(exact[:10]) & set(rows[:10])) / max(1, len(exact[:10])))
        all_of_them.append(len(set(exact) & set(rows)) / max(1, len(exact)))
    values = {"p50": np.percentile(taken, 50), "p95": np.percentile(taken, 95), "recall@10": np.mean(ten)}
    return {name: round(float(value), 4) for name, value in (values | {"recall@200": np.mean(all_of_them)}).items()}


def markdown(report: dict[str, Any]) -> Iterator[str]:
    yield f"# Kinds of vector index\n\n{on(report['machine'])}\n"
    yield "p50 / p95 in milliseconds; recall of the exact ten and of the exact 200 nearest, by the share that passes a filter.\n"
    for size, found in report["sizes"].items():
        yield f"\n## {int(size):,} vectors\n"
        rows = []
        for name, told in found.items():
            cells = [
                f"{told[s]['p50']:.1f} / {told[s]['p95']:.1f}, {told[s]['recall@10']:.3f}, {told[s]['recall@200']:.3f}"
                for s in SHOWN
            ]
            rows.append((name, told["build_seconds"], *cells))
        yield from table(["", "build s", *SHOWN], rows)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=[100_000, 1_000_000])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    faiss.omp_set_num_threads(2)
    report: dict[str, Any] = {"machine": machine(), "sizes": {}}
    for size in options.sizes:
        maker = Maker(CORPUS, size)
        vectors = maker.vectors()
        _, queries = maker.questions(QUESTIONS)
        chance = np.random.default_rng(1)
        masks = {share: None if share == 1 else chance.random(size) < share for share in SHARES}
        for name, seconds, search in kinds(vectors):
            search(queries[0], None)
            told = {f"{share:.1%}": measured(search, vectors, queries, mask) for share, mask in masks.items()}
            report["sizes"].setdefault(str(size), {})[name] = {"build_seconds": round(seconds, 1)} | told
            print(f"<!-- {size} {name}: done -->", file=sys.stderr, flush=True)
    print("\n".join(markdown(report)))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
