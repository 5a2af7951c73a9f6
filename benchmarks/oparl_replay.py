"""Both real OParl slices replayed as servers in full: harvest, harvest again, index, and what it cost. Takes a few minutes.

    RATSLOTSE_ENCODER=hash python -m benchmarks.oparl_replay FOLDER [QUIRK...]

FOLDER keeps the mirrors and the index. Quirks are those of tests/oparl_server.py.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from indexer.build import build
from indexer.harvest.run import Order, harvest
from indexer.settings import Settings, load
from service.harvesting import as_json

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from oparl_server import running
from oparl_shared import karlsruhe, nordstemmen


def main(root: Path, quirks: set[str]) -> None:
    settings = load(Settings).model_copy(update={"index": root / "index", "harvest_rate": 100.0})
    for name, served in (("karlsruhe", karlsruhe()), ("nordstemmen", nordstemmen())):
        with running(served) as server:
            server.quirks |= quirks
            for full in (False, False, True):
                begun = time.monotonic()
                report = as_json(harvest(settings, Order(server.url, root / name, full=full)), "en")
                counts = {what: value for what, value in report.items() if what not in ("failures", "missing")}
                print(json.dumps({"server": name, "seconds": round(time.monotonic() - begun, 1)} | counts), flush=True)
                for failure in report["failures"][:5]:
                    print(json.dumps(failure), flush=True)
    begun = time.monotonic()
    books = build(settings, [root / "karlsruhe", root / "nordstemmen"])
    print(json.dumps({"index": books.books(), "not_public": books.not_public, "seconds": round(time.monotonic() - begun, 1)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), set(sys.argv[2:]))
