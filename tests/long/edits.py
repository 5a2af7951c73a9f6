"""A11: after any edits the index is the one that is built anew, byte by byte: ``python -m tests.long.edits [--scripts 200]``."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given, settings

from indexer import reading
from tests.conftest import _Here
from tests.test_incremental import FIRST, SCRIPTS, Edit, compare


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scripts", type=int, default=200)
    options = parser.parse_args()
    reading.Reader = _Here  # type: ignore[misc,assignment]
    os.fsync = lambda _: None
    tried = 0

    @settings(deadline=None, max_examples=options.scripts, derandomize=True)
    @given(first=FIRST, script=SCRIPTS)
    def tried_out(first: Sequence[str], script: Sequence[Edit]) -> None:
        nonlocal tried
        tried += 1
        with tempfile.TemporaryDirectory() as root:
            compare(Path(root) / "office", first, script)

    tried_out()
    print(f"{tried} scripts of edits, 0 differences")


if __name__ == "__main__":
    main()
