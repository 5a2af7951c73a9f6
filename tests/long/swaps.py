"""A8: generations are swapped one after the other while the service is asked.

    .venv/bin/python -m tests.long.swaps [--swaps 200] [--rate 50]

Searches, questions, pages and documents, fifty a second. No request fails; every answer is of one generation: each paper says in
its text which it belongs to. Memory and open files come back to where they were. Leaves with code 1 on a violation.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks.load import Load, serving
from tests.long import phases

_LEAST = 0.1  # seconds between two swaps
_MORE_MEMORY = 1.05  # times what it was after the first tenth of the swaps
_PAPERS = 12


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--swaps", type=int, default=200)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--steady", type=float, default=5, help="seconds of load before the first swap")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source, index = Path(folder, "papiere"), Path(folder, "index")
        source.mkdir()
        phases.finish(_publish(source, index, 0))
        with serving(index, {"encoder": "hash"}) as (process, address):
            swapping = Swapping(Load(process, address, 86_400), source, index, options.swaps)
            asyncio.run(swapping.run(options.rate, options.steady))
    return swapping.report()


def _publish(source: Path, index: Path, number: int) -> int:
    """A child that writes the papers of that number and publishes them."""

    def work() -> None:
        phases.write_papers(source, range(_PAPERS), f" Ausgabe{number}.")
        phases.index_here(source, index)

    return phases.forked(work)


class Swapping:
    def __init__(self, load: Load, source: Path, index: Path, swaps: int) -> None:
        self.load = load
        self.swaps = swaps
        self.mixed: list[str] = []
        self.generations: set[str] = set()
        self._source, self._index = source, index
        self._documents: list[str] = []
        self._steady: dict[str, list[float]] = {}

    async def run(self, rate: float, steady: float) -> None:
        async with self.load.client:
            found = (await self.load.client.get("/api/v1/search", params={"q": "Maßnahme", "limit": 50})).json()["hits"]
            self._documents = [hit["document"]["id"] for hit in found]
            asking = asyncio.create_task(self.load.at_rate(rate, self._one))
            await asyncio.sleep(steady)
            self._steady = {kind: list(seconds) for kind, seconds in self.load.seconds.items()}
            self.load.seconds.clear()
            for number in range(1, self.swaps + 1):
                child = _publish(self._source, self._index, number)
                if await asyncio.to_thread(phases.finish, child):
                    self.mixed.append(f"publishing {number} failed")
                self.load.sample()
                await asyncio.sleep(_LEAST)
            self.load.end()
            await asking

    async def _one(self, number: int) -> None:
        question = phases.QUESTIONS[number % len(phases.QUESTIONS)]
        client = self.load.client
        if number % 4 == 0:
            self._check(await self.load.ask("ask", lambda: client.post("/api/v1/ask", json={"question": question})))
        elif number % 4 == 1:
            self._check(await self.load.ask("search", lambda: client.get("/api/v1/search", params={"q": question})))
        elif number % 4 == 2:
            identifier = self._documents[number // 4 % len(self._documents)]
            await self.load.ask("document", lambda: client.get(f"/api/v1/documents/{identifier}/text"))
        else:
            await self.load.ask("page", lambda: client.get("/suche", params={"q": question}))

    def _check(self, response: httpx.Response | None) -> None:
        if response is None:
            return
        answer = response.json()
        self.generations.add(answer["generation"])
        editions = set(re.findall(r"Ausgabe\d+", response.text))
        if len(editions) > 1:
            self.mixed.append(f"{answer['generation']}: {sorted(editions)}")

    def report(self) -> int:
        print(f"{self.swaps} swaps, {len(self.generations)} generations seen; {dict(self.load.failures) or 'no'} failures")
        print(f"answers that mix generations: {self.mixed or 'none'}")
        for kind, count, p50, p95, p99, most in self.load.latencies():
            steady = sorted(self._steady.get(str(kind), []))
            before = f"steady {1000 * steady[int(0.99 * (len(steady) - 1))]:.0f}" if steady else "steady: too short"
            print(f"  {kind}: {count}, p50 {p50}, p95 {p95}, p99 {p99} ({before}), most {most} ms")
        first, last = self.load.samples[len(self.load.samples) // 10], self.load.samples[-1]
        print(f"  MB, threads, files: {first[1:]} after a tenth, {last[1:]} at the end; {time.strftime('%H:%M')}")
        grown = last[1] > first[1] * _MORE_MEMORY + 5 or last[3] > first[3] * _MORE_MEMORY + 5
        return 1 if self.load.failures or self.mixed or grown else 0


if __name__ == "__main__":
    sys.exit(main())
