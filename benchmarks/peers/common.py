"""What every peer shares: the task, the clock and the answer (see any ``*_peer.py``).

TASK_DIR holds passages.jsonl and queries.jsonl ({"id", "text"} a line), passages.npy and queries.npy (float32, unit length,
row i = line i). A peer's module says how an index is built; here it is timed, asked and printed as one JSON object.
"""

from __future__ import annotations

import contextlib
import json
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
TOP = 10
WARM_UP = 20  # queries asked before the clock counts


class Query(NamedTuple):
    id: str
    text: str
    vector: list[float]


class Task(NamedTuple):
    ids: list[str]
    texts: list[str]
    vectors: Matrix
    queries: list[Query]

    @property
    def top(self) -> int:
        return min(TOP, len(self.ids))


Search = Callable[[Query], list[str]]  # ids of passages, best first
Build = Callable[[Task], Search]


def read_task(folder: Path) -> Task:
    passages, vectors = _read(folder, "passages")
    queries, query_vectors = _read(folder, "queries")
    rows = zip(queries, query_vectors.tolist(), strict=True)
    asked = [Query(query["id"], query["text"], vector) for query, vector in rows]
    return Task([p["id"] for p in passages], [p["text"] for p in passages], vectors, asked)


def _read(folder: Path, name: str) -> tuple[list[dict[str, str]], Matrix]:
    with (folder / f"{name}.jsonl").open(encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    vectors: Matrix = np.load(folder / f"{name}.npy")
    if len(lines) != len(vectors):
        raise SystemExit(f"{name}: {len(lines)} lines, but {len(vectors)} vectors")
    return lines, vectors


def measure(build: Build, task: Task) -> dict[str, Any]:
    """Builds, warms up, asks. Only the library's own call (and picking the ids out of its answer) is timed."""
    start = time.perf_counter()
    search = build(task)
    index_seconds = time.perf_counter() - start
    for query in task.queries[:WARM_UP]:
        search(query)
    run, latencies = {}, []
    for query in task.queries:
        start = time.perf_counter()
        found = search(query)
        latencies.append(1000 * (time.perf_counter() - start))
        run[query.id] = found
    p50, p95 = np.percentile(latencies, [50, 95])
    latency = {"p50": round(float(p50), 3), "p95": round(float(p95), 3)}
    return {"index_seconds": round(index_seconds, 3), "latency_ms": latency, "run": run}


def main(peer: str, packages: Sequence[str], configurations: Mapping[str, Build]) -> None:
    if len(sys.argv) != 2:
        raise SystemExit(f"usage: {sys.argv[0]} TASK_DIR")
    task = read_task(Path(sys.argv[1]))
    with contextlib.redirect_stdout(sys.stderr):  # whatever a library has to say: stdout is for the JSON object
        measured = {name: measure(build, task) for name, build in configurations.items()}
    versions = {"python": platform.python_version()} | {package: version(package) for package in packages}
    print(json.dumps({"peer": peer, "versions": versions, "configurations": measured}, ensure_ascii=False))
