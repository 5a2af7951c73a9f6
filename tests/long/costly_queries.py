"""1,000 queries made to cost much, at every door: seconds of computing each took, or that it was refused.

.venv/bin/python -m tests.long.costly_queries
"""

from __future__ import annotations

import logging
import statistics
import sys
import tempfile
from collections import Counter
from pathlib import Path

from fastapi.testclient import TestClient

from indexer.build import build
from service.app import create_app
from service.settings import ServiceSettings
from tests.hostile_queries import DOORS, costs

QUERIES = 1_000
MOST = 0.2  # seconds


def main() -> int:
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        settings = ServiceSettings(index=Path(folder, "index"), encoder="hash", state=Path(folder, "state"))
        build(settings, [Path("corpus")])
        client = TestClient(create_app(settings))
        for door in DOORS.values():
            door(client, "Pflege")  # what is made once
        found = list(costs(client, range(QUERIES)))
    for door in DOORS:
        seconds = [one for one, name, _, _ in found if name == door]
        print(f"{door}: median {statistics.median(seconds):.3f} s, most {max(seconds):.3f} s")
    slow = [(round(seconds, 3), door, number) for seconds, door, number, _ in found if seconds > MOST]
    print(f"{dict(Counter(status for *_, status in found))}, {len(slow)} above {MOST} s: {sorted(slow, reverse=True)[:5]}")
    return bool(slow)


if __name__ == "__main__":
    sys.exit(main())
