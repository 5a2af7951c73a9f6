"""Generated calls of every operation by three roles, sound and broken, checked against the contract.

.venv/bin/python -m tests.long.contract_calls [CALLS]
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections import Counter
from pathlib import Path

from indexer.build import build
from service.app import create_app
from service.settings import ServiceSettings
from tests.conftest import _papers
from tests.test_contract_calls import UNLIMITED, call, modes, operations, roles

CALLS = 50_000
_AT_ONCE = 25  # at most: generated cases of an operation in one go, so that seeds differ soon


def main() -> int:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else CALLS
    logging.disable(logging.CRITICAL)
    statuses: Counter[int] = Counter()
    finds: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        settings = ServiceSettings(index=Path(folder, "index"), encoder="hash", state=Path(folder, "state"), rates=UNLIMITED)
        build(settings, [_papers(Path(folder, "papiere"))])
        app = create_app(settings)
        known, readers = list(operations(app)), roles(app)
        start = 0
        while statuses.total() < wanted:
            start += 1
            for operation in known:
                for mode in modes(operation):
                    try:
                        statuses += call(operation, readers, mode, min(_AT_ONCE, 1 + wanted // 60), start)
                    except Exception as find:
                        finds.append(f"{operation.label} {mode} {start}: {find}")
                        print(finds[-1], flush=True)
            if start % 10 == 0:
                print(f"{statuses.total()} calls, {len(finds)} finds", flush=True)
    print(f"{statuses.total()} calls by {len(readers)} roles: {dict(sorted(statuses.items()))}, {len(finds)} finds")
    return bool(finds)


if __name__ == "__main__":
    sys.exit(main())
