"""D22: sends odd messages to /mcp over loopback; none may be answered by a fault of ours.

    python -m tests.long.fuzz_mcp [--calls 10000] [--seed 1]

Exit code 1 and the message itself, if one was.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
from collections import Counter
from itertools import islice
from pathlib import Path

import httpx

from indexer.build import build
from indexer.settings import Settings
from service.settings import ServiceSettings
from tests.conftest import _papers
from tests.mcp_calls import answer, odd_messages
from tests.serving import serving


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.disable()  # a line for each that does not fit
    folder = Path(tempfile.mkdtemp())
    settings = Settings(index=folder / "index", encoder="hash")
    build(settings, [_papers(folder / "papiere")])
    ended: Counter[str] = Counter()
    unlimited = ServiceSettings(index=settings.index, encoder="hash", rates="ask=0,search=0,read=0")
    with serving(unlimited) as address, httpx.Client(trust_env=False) as client:
        for sent in islice(odd_messages(options.seed), options.calls):
            response = client.post(f"{address}/mcp", content=sent.body, headers=sent.headers, timeout=120)
            if response.status_code >= 500 or (response.status_code == 200 and _is_our_fault(answer(response))):
                print(response.status_code, response.text[:2_000], sent, sep="\n")
                return 1
            ended[f"{response.status_code} {_kind(response)}"] += 1
    for kind, count in sorted(ended.items()):
        print(f"{count:6} {kind}")
    return 0


def _is_our_fault(told: dict[str, object]) -> bool:
    return "(unexpected, " in str(told.get("result")) or "-32603" in str(told.get("error"))


def _kind(response: httpx.Response) -> str:
    if response.status_code != 200:
        return ""
    result = answer(response).get("result")
    if result is None:
        return "error of the protocol"
    return "error told in the result" if result.get("isError") else "result"


if __name__ == "__main__":
    raise SystemExit(main())
