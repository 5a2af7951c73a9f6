"""A24: the wall clock is wrong, or jumps between two runs: 400 days ahead, a day back, summer time, 2038.

    .venv/bin/python -m tests.long.clock [--moments 6]

At each moment a changed paper is indexed, a question is asked, the books are read: no command fails, no run ends before it began,
nothing takes negative time. Leaves with code 1 on a violation, with 77 if there is no faketime.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.long import phases

NO_FAKETIME = 77
_MOMENTS = ("+400d", "-1d", "2038-01-19 03:14:06", "2026-10-25 02:59:58", "2027-03-28 01:59:58", "1970-01-02 00:00:00")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=len(_MOMENTS))
    options = parser.parse_args()
    if not shutil.which("faketime"):
        print("faketime is not installed")
        return NO_FAKETIME
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        source, index = Path(folder, "papiere"), Path(folder, "index")
        source.mkdir()
        for number, moment in enumerate(_MOMENTS[: options.moments]):
            phases.write_papers(source, range(5), f" Stand {number}.")
            found = _violations(moment, source, index, number)
            wrong += len(found)
            for line in found:
                print(f"{moment}: {line}", flush=True)
    print(f"{options.moments} moments: {wrong} violations")
    return 1 if wrong else 0


def _violations(moment: str, source: Path, index: Path, number: int) -> list[str]:
    answers = {}
    for command in (("index", str(source)), ("ask", phases.QUESTIONS[0]), ("inspect", "--failures")):
        done = _run(moment, index, *command, "--json")
        if done.returncode:
            return [f"{command[0]}: exit code {done.returncode}, {done.stderr[-300:]!r}"]
        answers[command[0]] = json.loads(done.stdout)
    found = []
    if answers["index"]["generation"] != f"{number + 1:06d}":
        found.append(f"generation {answers['index']['generation']}")
    last = max(answers["inspect"]["runs"], key=lambda run: run["number"])
    if last["finished"] < last["started"]:
        found.append(f"began at {last['started']}, ended at {last['finished']}")
    return found


def _run(moment: str, index: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"RATSLOTSE_ENCODER": "hash", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    arguments = ["faketime", "-f", moment if moment[0] in "+-" else f"@{moment}", sys.executable, "-m", "service"]
    arguments += ["--index", str(index), *command]
    return subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
