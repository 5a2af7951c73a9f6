"""A2, A3: the indexer dies, or the system fails it, at every call of one run that changes the disk.

    .venv/bin/python -m tests.long.calls kill  [--phases increment] [--part 1/1]
    .venv/bin/python -m tests.long.calls error [--phases increment] [--part 1/1] [--errors ENOSPC EIO EDQUOT EMFILE]

A first run under strace lists the calls (open to write, write, sync, rename, delete …); then one run for each, in which exactly
that call kills the process by SIGKILL, or fails. After a kill: as in tests.long.kills. After an error moreover: exit code 1 with
one line that says why, or 0 if the run could do without; no traceback. ``--part 3/20``: each twentieth call, from the third on.
Leaves with code 1 on a violation, with 77 if there is no strace.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from service import cli, indexing
from tests.long import phases
from tests.long.phases import Phase

assert indexing  # imported here once, not in every round

CALLS = "openat rename renameat renameat2 fsync fdatasync unlink unlinkat rmdir mkdir write pwrite64 ftruncate chmod fchmodat"
NO_STRACE = 77
Point = tuple[str, int]  # the k-th call of that name


def main() -> int:
    options = _options()
    if not shutil.which("strace"):
        print("strace is not installed")
        return NO_STRACE
    wrong = 0
    os.environ["RATSLOTSE_ENCODER"] = "hash"
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for name in options.phases:
            phase = phases.make(Path(folder), name)
            for fault in ("SIGKILL",) if options.what == "kill" else options.errors:
                wrong += _phase(phase, Path(folder), fault, options.part)
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("kill", "error"))
    parser.add_argument("--phases", nargs="+", default=["increment"], choices=phases.NAMES)
    parser.add_argument("--part", default="1/1")
    parser.add_argument("--errors", nargs="+", default=["ENOSPC", "EIO", "EDQUOT", "EMFILE"])
    parser.add_argument("--folder", help="where the indexes are made")
    return parser.parse_args()


def _phase(phase: Phase, folder: Path, fault: str, part: str) -> int:
    """The number of violations; prints them and a line of figures."""
    started = time.monotonic()
    first, each = map(int, part.split("/"))
    points = list(_points(phase, folder, fault))[first - 1 :: each]
    endings: Counter[str] = Counter()
    wrong = 0
    for call, k in points:
        index = phase.copy(folder / "index")
        how = f"signal={fault}" if fault == "SIGKILL" else f"error={fault}"
        code, said = _traced(phase, index, f"inject={call}:{how}:when={k}")
        found = _ending(code, said)
        found += phases.checked(phase, index)
        endings["killed" if code == -signal.SIGKILL else f"exit {code}"] += 1  # 0 also if the call did not come again
        wrong += bool(found)
        for line in found:
            print(f"{phase.name} {fault} at {call} {k}: {line}", flush=True)
    counts = ", ".join(f"{ending} {count}" for ending, count in sorted(endings.items()))
    calls = Counter(call for call, _ in points)
    took = time.monotonic() - started
    print(f"{phase.name} {fault}: {len(points)} points in {took:.0f} s ({counts}), {wrong} with a violation")
    print("  " + ", ".join(f"{call} {count}" for call, count in sorted(calls.items())), flush=True)
    return wrong


def _ending(code: int, said: str) -> list[str]:
    good = code in (0, -signal.SIGKILL) or (code == cli.FAILED and len(said.splitlines()) == 1)
    return [] if good and "Traceback" not in said else [f"exit code {code}, said {said!r}"]


def _points(phase: Phase, folder: Path, fault: str) -> Iterator[Point]:
    """The calls of an undisturbed run that change something below the index; opening to read only if files may run out."""
    index = phase.copy(folder / "index")
    code, said = _traced(phase, index, f"trace={','.join(CALLS.split())}", log := folder / "calls.txt")
    assert code == 0, said
    shutil.rmtree(index)
    numbers: Counter[str] = Counter()
    opened: dict[str, bool] = {}  # descriptor: whether it is of the index
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if not (made := re.match(r"\d+ +(\w+)\((.*)\) += (-?\d+)", line)):
            continue
        call, arguments, result = made.groups()
        numbers[call] += 1
        ours = str(index) in arguments
        if call == "openat":
            opened[result] = ours
            ours = ours and (fault == "EMFILE" or "O_CREAT" in arguments)
        elif call in ("write", "pwrite64", "fsync", "fdatasync", "ftruncate"):
            ours = opened.get(arguments.split(",")[0], False)
        if ours and (fault != "EMFILE" or call == "openat"):
            yield call, numbers[call]


def _traced(phase: Phase, index: Path, expression: str, log: Path = Path(os.devnull)) -> tuple[int, str]:
    """One ``ratslotse index`` under strace: its exit code and what it said to standard error."""
    told = index.with_suffix(".err")

    def work() -> int:
        os.dup2(os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.kill(os.getpid(), signal.SIGSTOP)  # until strace is there
        return cli.main(["--index", str(index), "index", str(phase.source)])

    child = phases.forked(work)
    os.waitpid(child, os.WUNTRACED)
    which = expression.split("=")[1].partition(":")[0]
    command = ["strace", "-f", "-qq", "-s", "256", "-o", str(log), "-e", f"trace={which}", "-e", expression, "-p", str(child)]
    tracer = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while "TracerPid:\t0" in Path(f"/proc/{child}/status").read_text(encoding="utf-8"):
        assert tracer.poll() is None, "strace cannot attach"
        time.sleep(0.001)
    os.kill(child, signal.SIGCONT)
    code = phases.finish(child)
    tracer.wait()
    said = told.read_text(encoding="utf-8", errors="replace").splitlines()
    return code, "\n".join(line for line in said if " / reading: " not in line and " / encoding: " not in line)  # progress


if __name__ == "__main__":
    sys.exit(main())
