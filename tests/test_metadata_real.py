"""How well the heads of real papers are read, against a gold file written by hand: benchmarks/metadata.py.

The papers are in COUNCIL_DATA or lie beside the project; without them the test is skipped. Half of the file served to make the
rules; the bars are those of the other half.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from benchmarks.metadata import GOLD, HALVES, measured

DATA = Path(os.environ.get("COUNCIL_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
BARS = {  # in percent
    "number": 95,
    "date": 95,
    "kind": 95,
    "body": 95,
    "Beratungsfolge row": 90,
    "outcome": 90,
    "outcome of a row": 90,
    "filing group": 90,
}


@pytest.mark.skipif(not (DATA / "oparl-karlsruhe-2023").is_dir(), reason=f"the real papers are not at {DATA}")
def test_heads_of_real_papers_are_read_right() -> None:
    scores = measured(DATA)
    shares = {(half, name): 100 * scores[half].share(name) for half in HALVES for name in BARS}
    for (half, name), share in shares.items():
        print(f"{half:12} {name:20} {share:5.1f} % (bar {BARS[name]} %)")  # noqa: T201 (pytest -s shows it)
    assert {key: share for key, share in shares.items() if share < BARS[key[1]]} == {}


def test_the_gold_file_holds_enough_of_every_body_in_both_halves() -> None:
    golds = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    assert len(golds) >= 80
    assert len({gold["file"] for gold in golds}) == len(golds)
    for half in HALVES:
        assert {gold["body"] for gold in golds if gold["half"] == half} >= {
            *("Stadt Karlsruhe", "Gemeinde Nordstemmen", "Landeshauptstadt München")
        }
