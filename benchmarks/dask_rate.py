"""How much faster two workers of Dask are than one: ``python -m benchmarks.dask_rate [--papers corpus] [--rounds 2]``.

The same papers are indexed by one worker, by two, and by the run itself without Dask, each with one thread, in turn; all on this
computer, over loopback. Models are loaded before the clock starts. Processor seconds are those of the workers or of the run
itself; beside the seconds of the clock they tell how much of a core each got, which on a busy computer is the bound.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil

from benchmarks.machine import machine
from benchmarks.report import on, table
from indexer import encoders
from indexer.build import build
from indexer.encoders import load_encoder
from indexer.hands import Hands, Here
from indexer.settings import Settings
from indexer.spreading.cluster import workers_at
from indexer.store import PUBLIC, Collection
from tests.dask_cluster import Cluster

_WHO = ("without Dask", "one worker", "two workers")
_WARM = "Landkreis Aurental\n\nVorlage {0}\n\nDer Kreistag berät über das Vorhaben {0}."


class _Warm(Here):
    """This process, with its model loaded once."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        encoder = load_encoder(settings)
        self.encode = lambda chunks, _: encoders.encode_here(lambda: encoder, chunks)  # type: ignore[method-assign]


def measure(papers: Path, root: Path, rounds: int) -> list[dict[str, Any]]:
    own = psutil.Process()
    here = _Warm(Settings())
    with Cluster(root) as cluster:
        found: list[dict[str, Any]] = []
        for number in range(rounds):
            for count in (1, 2):
                with cluster.workers(count) as workers, workers_at(cluster.address, Settings(index=root / "none")) as hands:
                    _warm(root / f"warm-{number}-{count}", hands)
                    processes = [psutil.Process(worker.pid) for worker in workers]
                    found.append({"who": _WHO[count]} | _timed(papers, root / f"{number}-{count}", hands, processes))
            found.append({"who": _WHO[0]} | _timed(papers, root / f"{number}-0", here, [own]))
    return found


def _warm(folder: Path, hands: Hands) -> None:
    """Small chunks, so that each worker gets one and loads its model."""
    usual, encoders.BATCH = encoders.BATCH, 1
    (folder / "papers").mkdir(parents=True)
    for number in range(32):
        (folder / "papers" / f"{number}.txt").write_text(_WARM.format(number), encoding="utf-8")
    build(Settings(index=folder / "index"), [folder / "papers"], hands=hands)
    encoders.BATCH = usual


def _timed(papers: Path, folder: Path, hands: Hands, processes: Sequence[psutil.Process]) -> dict[str, Any]:
    clock: dict[str, tuple[float, float]] = {}
    last: dict[str, tuple[float, float, int]] = {}

    def now() -> tuple[float, float]:
        return time.perf_counter(), sum(_seconds(process) for process in processes)

    def progress(stage: str, done: int, _: int) -> None:
        clock.setdefault(stage, begun if stage == "read" else now())
        last[stage] = *now(), done

    begun = now()
    load = os.getloadavg()[0]
    settings = Settings(index=folder / "index")
    build(settings, [papers], progress=progress, hands=hands)
    row: dict[str, Any] = {"load before": round(load, 1), "digest": Collection(settings.index, PUBLIC).open().manifest["digest"]}
    for stage in ("read", "encode"):
        seconds, cpu = (last[stage][i] - clock[stage][i] for i in (0, 1))
        row |= {stage: last[stage][2], f"{stage} s": round(seconds, 1), f"{stage} CPU s": round(cpu, 1)}
    return row | {"passages/s": round(last["encode"][2] / row["encode s"], 2)}


def _seconds(process: psutil.Process) -> float:
    """Of the processor, its children's included."""
    own = process.cpu_times()
    times = [own.user, own.system, own.children_user, own.children_system]
    for child in process.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            times += child.cpu_times()[:2]
    return float(sum(times))


def markdown(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield f"# Workers of Dask\n\n{on(machine())}\n"
    yield from table([name for name in rows[0] if name != "digest"], [[v for k, v in r.items() if k != "digest"] for r in rows])
    of = {who: [row for row in rows if row["who"] == who] for who in _WHO}
    yield f"\n{'One index' if len({row['digest'] for row in rows}) == 1 else 'DIFFERENT indexes'}: the digest of all runs.\n"
    for stage in ("read", "encode"):
        took = {who: statistics.median(row[f"{stage} s"] for row in found) for who, found in of.items()}
        cpu = {who: statistics.median(row[f"{stage} CPU s"] for row in found) for who, found in of.items()}
        yield (
            f"- {stage}: two workers {took['one worker'] / took['two workers']:.2f} times as fast as one; one "
            f"{took['without Dask'] / took['one worker']:.2f} times as fast as without Dask. Processor seconds: one "
            f"{cpu['one worker']:.1f}, two {cpu['two workers']:.1f}, without Dask {cpu['without Dask']:.1f}."
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--papers", type=Path, default=Path("corpus"))
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory() as root:
        rows = measure(options.papers, Path(root), options.rounds)
    print("\n".join(markdown(rows)))


if __name__ == "__main__":
    main()
