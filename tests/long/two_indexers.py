"""A9: two indexers at once. One wins, the other leaves within 2 s and says so; a lock left by a killed one holds nobody up.

.venv/bin/python -m tests.long.two_indexers [--tries 100]
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from service import cli, indexing
from tests.long import phases
from tests.long.phases import Phase

assert indexing  # imported here once, not in every round
_SOON = 2.0  # seconds of the processor's time; on a busy machine the clock on the wall says nothing


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=100)
    options = parser.parse_args()
    os.environ["RATSLOTSE_ENCODER"] = "hash"
    endings: Counter[str] = Counter()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        phase = phases.make(Path(folder), "increment")
        for number in range(options.tries):
            index = phase.copy(Path(folder, "index"))
            killed = number % 4 == 3
            found, ending = _killed_first(phase, index) if killed else _at_once(phase, index)
            found += phases.checked(phase, index)
            endings[ending] += 1
            wrong += bool(found)
            for line in found:
                print(f"try {number}: {line}", flush=True)
    told = ", ".join(f"{ending} {count}" for ending, count in sorted(endings.items()))
    print(f"{options.tries} tries: {told}; {wrong} with a violation")
    return 1 if wrong else 0


def _start(phase: Phase, index: Path, told: Path) -> int:
    def work() -> int:
        os.dup2(os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return cli.main(["--index", str(index), "index", str(phase.source)])

    return phases.forked(work)


def _at_once(phase: Phase, index: Path) -> tuple[list[str], str]:
    told = [index.with_suffix(f".{number}") for number in range(2)]
    children = [_start(phase, index, path) for path in told]
    ended = [os.wait4(child, 0) for child in children]
    codes = [os.waitstatus_to_exitcode(status) for _, status, _ in ended]
    if codes == [0, 0]:
        return [], "one after the other"
    found = [] if sorted(codes) == [0, 1] else [f"exit codes {codes}"]
    loser = codes.index(1) if 1 in codes else 0
    if "[index_busy]" not in told[loser].read_text(encoding="utf-8"):
        found.append(f"said {told[loser].read_text(encoding='utf-8')!r}")
    used = ended[loser][2].ru_utime + ended[loser][2].ru_stime
    return found + ([f"took {used:.1f} s"] if used > _SOON else []), "refused"


def _killed_first(phase: Phase, index: Path) -> tuple[list[str], str]:
    child = _start(phase, index, index.with_suffix(".0"))
    while not (index / ".lock").exists():
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    phases.finish(child)
    code = phases.finish(_start(phase, index, index.with_suffix(".1")))
    return [f"after a kill: exit code {code}"] if code else [], "taken over"


if __name__ == "__main__":
    sys.exit(main())
