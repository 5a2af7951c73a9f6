"""A1: the indexer is killed at random moments of a first build, an increment, deletions and a full reindex.

    .venv/bin/python -m tests.long.kills [--kills 1000] [--seed 1] [--reader-every 10]

After each kill a fresh process opens the index: hashes and counts agree, fifty questions are answered as before or as after, and
the next run ends as an undisturbed one does. Leaves with code 1 on a violation, which it prints with the seed of its round.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import indexer.reading
from tests.long import phases
from tests.long.phases import Phase


def main() -> int:
    options = _options()
    started = time.monotonic()
    told: Counter[str] = Counter()
    wrong = killed = number = 0
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        made = [phases.make(Path(folder), name) for name in phases.NAMES]
        lasts: dict[tuple[str, bool], float] = {}  # seconds, measured when first needed
        while killed < options.kills:
            number += 1
            chance = random.Random(f"{options.seed}/{number}")
            phase, real = made[number % len(made)], number % options.reader_every == 0
            if (phase.name, real) not in lasts:
                lasts[phase.name, real] = _duration(phase, Path(folder), real)
            moment = chance.uniform(0, lasts[phase.name, real])
            index = phase.copy(Path(folder, "index"))
            in_time = _killed(phase, index, moment, real)
            found = phases.checked(phase, index)
            killed += in_time
            told[f"{phase.name}: {'killed' if in_time else 'was done before'}"] += 1
            wrong += bool(found)
            for line in found:
                print(f"seed {options.seed} round {number} ({phase.name}, {moment:.3f} s): {line}", flush=True)
    print(f"{killed} kills in {number} rounds, seed {options.seed}, {time.monotonic() - started:.0f} s: {wrong} with a violation")
    print("\n".join(f"  {name:28} {count}" for name, count in sorted(told.items())))
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reader-every", type=int, default=10, help="each so-many-th round reads in a process of its own")
    parser.add_argument("--folder", help="where the indexes are made")
    return parser.parse_args()


def _start(phase: Phase, index: Path, real: bool) -> int:
    def work() -> None:
        indexer.reading.Reader = phases.REAL_READER if real else phases.ReaderHere
        phase.run(index)

    return phases.forked(work)


def _duration(phase: Phase, folder: Path, real: bool) -> float:
    """Of the quickest of three undisturbed runs."""
    seconds = []
    for _ in range(3):
        index = phase.copy(folder / "timed")
        started = time.monotonic()
        assert phases.finish(_start(phase, index, real)) == 0
        seconds.append(time.monotonic() - started)
        assert not phases.checked(phase, index)
    return min(seconds)


def _killed(phase: Phase, index: Path, moment: float, real: bool) -> bool:
    """Whether the run was still under way."""
    child = _start(phase, index, real)
    time.sleep(moment)
    os.kill(child, signal.SIGKILL)
    return phases.finish(child) == -signal.SIGKILL


if __name__ == "__main__":
    sys.exit(main())
