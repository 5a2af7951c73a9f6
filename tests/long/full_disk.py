"""A5: the disk fills up. A small tmpfs, filled so that more or less room is left; needs root.

    .venv/bin/python -m tests.long.full_disk [--levels 60]

At each level ``ratslotse index`` runs into it while a service answers from the same disk: no request fails, the live generation
stays, the command says why and leaves with code 1 (or gets by). Then there is room again, and the next run ends as ever.
Leaves with code 1 on a violation, with 77 without root.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from fastapi.testclient import TestClient

from service import cli, indexing
from service.app import create_app
from service.settings import ServiceSettings
from tests.long import phases
from tests.long.phases import Phase

assert indexing  # imported here once, not in every round
NO_ROOT = 77
_SIZE = 8_000_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--levels", type=int, default=60)
    options = parser.parse_args()
    if os.geteuid():
        print("needs root, to mount a tmpfs")
        return NO_ROOT
    os.environ["RATSLOTSE_ENCODER"] = "hash"
    wrong, endings = 0, Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        phase = phases.make(Path(folder), "increment")
        disk = Path(folder, "disk")
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(disk)], check=True)
        try:
            for level in range(options.levels):
                ending, found = _level(phase, disk, int(1_000_000 * level / options.levels))
                endings[ending] += 1
                wrong += bool(found)
                for line in found:
                    print(f"level {level}: {line}", flush=True)
        finally:
            subprocess.run(["umount", "-l", str(disk)], check=True)
    print(f"{options.levels} levels: {dict(endings)}; {wrong} with a violation")
    return 1 if wrong else 0


def _level(phase: Phase, disk: Path, left: int) -> tuple[str, list[str]]:
    index, told = phase.copy(disk / "index"), disk.parent / "told.txt"
    filler = disk / "filler"
    filler.write_bytes(bytes(max(0, shutil.disk_usage(disk).free - left)))
    code = phases.finish(phases.forked(lambda: _index(phase, index, told)))
    said = told.read_text(encoding="utf-8").splitlines()[-1:] or [""]
    served = phases.finish(phases.forked(lambda: _served(index, disk)))
    filler.unlink()
    found = [] if code in (0, 1) and said[0].count("Traceback") == 0 else [f"exit code {code}, said {said}"]
    if code == 1 and not said[0].endswith("]"):
        found.append(f"no code in {said}")
    if served:
        found.append("a request failed")
    ending = said[0].rpartition("[")[2].rstrip("]") if code else "done"
    return ending, found + phases.checked(phase, index)


def _index(phase: Phase, index: Path, told: Path) -> int:
    os.dup2(os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return cli.main(["--index", str(index), "index", str(phase.source)])


def _served(index: Path, disk: Path) -> int:
    """The number of requests that fail while the disk is full, judging an answer (which is stored) aside."""
    settings = ServiceSettings(index=index, encoder="hash", feedback=True, state=disk / "state")
    with TestClient(create_app(settings)) as client:
        found = [
            client.get("/api/v1/search", params={"q": "Brücke"}),
            client.post("/api/v1/ask", json={"question": phases.QUESTIONS[0]}),
            client.get("/", params={"frage": phases.QUESTIONS[0]}),
            client.get("/health/ready"),
        ]
    return sum(response.status_code != 200 for response in found)


if __name__ == "__main__":
    sys.exit(main())
