"""Time, size, memory and recall as an index grows: ``python -m benchmarks.growth [10000 100000 1000000] [--json FILE]``.

For each size an index of synthetic papers is written by the ordinary code and asked 200 questions, warm, without a filter and
under filters that 50, 10, 1 and 0.1 % of the passages pass. Measured is a search from the question's vector to ten hits with
their passages and the facets; the encoder is left out, it takes the same time at every size. Exact is the score of every passage.
About 25 minutes and 12 GB for a million passages, nearly all of it for writing.

``--postgres``: the same index is published to a PostgreSQL server as well (see growth_postgres.py), and asked there.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import SecretStr

from benchmarks import growth_postgres
from benchmarks.machine import machine
from benchmarks.report import on, table
from benchmarks.synthetic import BODIES, Maker
from indexer.filters import ANY, Filters
from indexer.fusion import fused
from indexer.generation import Generation
from indexer.lexical import bag_of
from indexer.postgres.opening import PostgresIndex
from indexer.prepared import prepare
from indexer.queries import parsed
from indexer.search import DEPTH, folded, ranked, with_their_paper
from indexer.store import PUBLIC, Collection
from indexer.vectors import Matrix, Vector
from service.searching import found
from tests.pg_server import Server

QUESTIONS = 200
IN_STAGES = 50  # questions of which each stage is timed by itself
COMPARED = 40  # questions whose exact ranking is computed
FILTERS = {"all": ANY} | {f"{share:.1%}": Filters(body=(body,)) for body, share in BODIES.items()}
Best = list[tuple[list[int], list[int]]]  # of each question the rows nearest in meaning, and those of the best search
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


@dataclass(frozen=True)
class Clock:
    """``server``: the one that works for this process, if any."""

    server: growth_postgres.Watched | None

    def timed(self, search: Callable[..., Any], queries: Matrix, texts: list[str]) -> dict[str, float]:
        """Milliseconds: percentiles of what passed, and the mean of what processors worked."""
        taken, worked, served = [], time.process_time(), self.server_seconds()
        for query, text in zip(queries, texts, strict=True):
            start = time.perf_counter()
            search(query, text)
            taken.append(1000 * (time.perf_counter() - start))
        worked = 1000 * (time.process_time() - worked) / len(taken)
        served = 1000 * (self.server_seconds() - served) / len(taken)
        percentiles = {f"p{p}": round(float(np.percentile(taken, p)), 2) for p in (50, 95)}
        return percentiles | {"cpu": round(worked, 2), "server cpu": round(served, 2)}

    def server_seconds(self) -> float:
        return self.server.cpu_seconds() if self.server else 0.0


def ask(root: Path, url: str | None) -> dict[str, Any]:
    """In a process of its own, so that its memory is that of searching alone."""
    start = time.perf_counter()
    generation = Collection(root, PUBLIC).open() if url is None else PostgresIndex(SecretStr(url), PUBLIC).open()
    opened = time.perf_counter() - start
    texts = json.loads((root / "questions.json").read_text(encoding="utf-8"))
    queries = np.load(root / "queries.npy")
    clock = Clock(growth_postgres.Watched(url) if url else None)
    told: dict[str, Any] = {"open_seconds": round(opened, 2), "load": os.getloadavg()[0], "search": {}}
    for name, filters in FILTERS.items():
        for text, query in zip(texts[:30], queries[:30], strict=True):
            served(generation, query, text, filters)
        whole = clock.timed(lambda q, t, f=filters: served(generation, q, t, f), queries, texts)
        told["search"][name] = {"milliseconds": whole} | stages(clock, generation, queries, texts, filters)
    told["memory_megabytes"] = memory() | {"server": clock.server.megabytes() if clock.server else 0}
    exact = scored(root, queries[:COMPARED], texts[:COMPARED])
    for name, filters in FILTERS.items():
        told["search"][name] |= recall(generation, exact[name], queries[:COMPARED], texts[:COMPARED], filters)
    return told


def served(generation: Generation, query: Vector, text: str, filters: Filters) -> None:
    """What a page of results needs."""
    hits = folded(found(generation, query, parsed(text), filters))
    hits.hits(0, 10)
    generation.columns.facets(hits.all_rows())


def stages(clock: Clock, generation: Generation, queries: Matrix, texts: list[str], filters: Filters) -> dict[str, Any]:
    def lexical(_: Matrix, text: str) -> None:
        generation.lexical.nearest(bag_of(generation.analyser, text), DEPTH, allowed)

    def dense(query: Matrix, _: str) -> None:
        generation.vectors.nearest(query, DEPTH, allowed)

    queries, texts = queries[:IN_STAGES], texts[:IN_STAGES]
    allowed = None if filters == ANY else generation.columns.rows(filters)
    masked = clock.timed(lambda *_: filters == ANY or generation.columns.rows(filters), queries, texts)
    return {"filter": masked, "lexical": clock.timed(lexical, queries, texts), "dense": clock.timed(dense, queries, texts)}


def recall(generation: Generation, exact: Best, queries: Matrix, texts: list[str], filters: Filters) -> dict[str, float]:
    """Share of the exact ten nearest that the vector index finds, and of the exact ten best that a search finds."""
    allowed = None if filters == ANY else generation.columns.rows(filters)
    dense, best = [], []
    for (nearest, wanted), query, text in zip(exact, queries, texts, strict=False):  # none where no passage is left
        dense.append(overlap(nearest, [row for row, _ in generation.vectors.nearest(query, 10, allowed)]))
        best.append(overlap(wanted, ranked(generation, query, text, filters).rows[:10].tolist()))
    if not dense:
        return {}
    return {"recall@10 dense": round(float(np.mean(dense)), 4), "recall@10 fused": round(float(np.mean(best)), 4)}


def scored(root: Path, queries: Matrix, texts: list[str]) -> dict[str, Best]:
    """By the score of every passage; computed once for an index."""
    kept = root / "exact.json"
    if not kept.exists():
        generation = Collection(root, PUBLIC).open()
        vectors = np.load(root / "vectors.npy")
        found = {name: list(best_of(generation, vectors, queries, texts, filters)) for name, filters in FILTERS.items()}
        kept.write_text(json.dumps(found), encoding="utf-8")
    read: dict[str, Best] = json.loads(kept.read_text(encoding="utf-8"))
    return read


def best_of(
    generation: Generation, vectors: Matrix, queries: Matrix, texts: list[str], filters: Filters
) -> Iterator[tuple[list[int], list[int]]]:
    rows = np.arange(len(vectors)) if filters == ANY else np.flatnonzero(generation.columns.rows(filters))
    if not len(rows):
        return
    papers, among = generation.columns.papers_of(rows), vectors if filters == ANY else vectors[rows]
    for query, text in zip(queries, texts, strict=True):
        cosines = among @ query
        bag = bag_of(generation.analyser, text)
        share = generation.lexical.scores(bag, rows) / generation.lexical.bound(bag)
        scores = with_their_paper(fused(cosines.astype(np.float64), share), papers)
        yield rows[np.argsort(-cosines)[:10]].tolist(), rows[np.argsort(-scores)[:10]].tolist()


def overlap(wanted: list[int], found: list[int]) -> float:
    return len(set(wanted) & set(found)) / len(wanted)


def memory() -> dict[str, int]:
    """Of this process: all that is resident, and the part of it that is mapped files."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines())
    return {name: int(lines[key].split()[0]) // 1000 for name, key in (("resident", "VmRSS"), ("mapped", "RssFile"))}


def sides(size: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "folder", size
    if "postgres" in size:
        yield "PostgreSQL", size["postgres"]


def markdown(report: dict[str, Any]) -> Iterator[str]:
    yield f"# Growth\n\n{on(report['machine'])}\n"
    heads = ["passages", "kept in", "write s", "again s", "size MB", "open s", "resident MB (mapped)", "server MB", "load"]
    rows = [
        (
            f"{size['passages']:,}",
            where,
            side["write_seconds"],
            side["rewrite_seconds"],
            ", ".join(f"{name} {megabytes}" for name, megabytes in side["megabytes"].items()),
            side["open_seconds"],
            f"{side['memory_megabytes']['resident']} ({side['memory_megabytes']['mapped']})",
            side["memory_megabytes"]["server"] or "",
            f"{side['load']:.1f}",
        )
        for size in report["sizes"]
        for where, side in sides(size)
    ]
    yield from table(heads, rows)
    yield "\nAgain: a folder with one paper less, a server with one paper more; to the server goes what the folder holds."
    for size in report["sizes"]:
        for _, side in list(sides(size))[1:]:
            told = f"{side['wal_megabytes']:,} MB, again {side['again_wal_megabytes']:,} MB"
            yield f"Write-ahead log that standbys are sent at {size['passages']:,} passages: {told}."
    yield "\nA search, from the question's vector to ten hits with their texts and the facets of all; milliseconds, p50 / p95.\n"
    heads = ["passages", "kept in", "filter passes", "search", "CPU (of the server)", "filter", "lexical", "dense"]
    yield from table([*heads, "recall@10 dense", "recall@10 fused"], list(searches(report)))


def searches(report: dict[str, Any]) -> Iterator[list[object]]:
    for size in report["sizes"]:
        for where, side in sides(size):
            for name, one in side["search"].items():
                whole, *parts = (one[stage] for stage in ("milliseconds", "filter", "lexical", "dense"))
                cpu = f"{whole['cpu'] + whole['server cpu']:.1f} ({whole['server cpu']:.1f})"
                taken = [f"{part['p50']} / {part['p95']}" for part in (whole, *parts)]
                recalls = [one.get(f"recall@10 {kind}", "–") for kind in ("dense", "fused")]
                yield [f"{size['passages']:,}", where, name, taken[0], cpu, *taken[1:], *recalls]


def measured(root: Path, size: int, postgres: bool) -> dict[str, Any]:
    done = root / "written.json"
    if not done.exists():
        root.mkdir(parents=True)
        done.write_text(json.dumps(write(root, size)), encoding="utf-8")
    told: dict[str, Any] = json.loads(done.read_text(encoding="utf-8")) | asked(root)
    if postgres:
        server = Server(growth_postgres.SETTINGS)
        try:
            url = server.create()
            told["postgres"] = growth_postgres.publish(url, root) | asked(root, "--url", url)
        finally:
            server.stop()
    return told


def asked(root: Path, *more: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.growth", "--ask", str(root), *more]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL server as well")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path, help="folder where the indexes stay, and are taken from the next time")
    parser.add_argument("--ask", type=Path, help="internal: the index to ask")
    parser.add_argument("--url", help="internal: the server that has it")
    options = parser.parse_args()
    if options.ask:
        print(json.dumps(ask(options.ask, options.url)))
        return
    report: dict[str, Any] = {"machine": machine(), "sizes": []}
    with tempfile.TemporaryDirectory() as temporary:
        for size in options.sizes:
            report["sizes"].append(measured((options.keep or Path(temporary)) / str(size), size, options.postgres))
            print(f"<!-- {size} passages: done -->", file=sys.stderr, flush=True)
    print("\n".join(markdown(report)))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
