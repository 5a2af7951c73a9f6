"""A running service under load: ``python -m benchmarks.load --index DIR --questions FILE [--minutes 10]``.

Starts ``ratslotse serve`` as its own process and asks it from here: so many searches a second, whether earlier ones have ended or
not, and so many chats, each asking its next question when the answer before is there, as a stream. Prints latencies, errors, and
every ten seconds memory, threads and open files of the service. The questions are those of a JSONL file ("question").
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from pathlib import Path

import httpx
import numpy as np

from benchmarks.machine import machine
from benchmarks.report import on, table

_SAMPLED = 10.0  # seconds between two looks at the process
_PATIENCE = 120.0  # seconds that a request may take
UNLIMITED = {"rates": "ask=0,search=0,read=0,suggest=0", "answers_at_once": "200"}  # all come from one address


@contextmanager
def serving(index: Path | str, settings: dict[str, str]) -> Iterator[tuple[int, str]]:
    """The process id and the address of a service that is ready. ``index``: a folder, or the address of a database."""
    chosen = UNLIMITED | {"index": str(index)} | settings
    environment = {**os.environ, **{f"RATSLOTSE_{name.upper()}": value for name, value in chosen.items()}}
    command = [sys.executable, "-m", "service", "serve", "--port", "0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101
        address = process.stdout.readline().split()[1].rstrip("/")
        while httpx.get(f"{address}/health/ready").status_code != 200:
            time.sleep(0.2)
        try:
            yield process.pid, address
        finally:
            process.terminate()


class Load:
    """What is asked, what came of it, and how the process fared."""

    def __init__(self, process: int, address: str, seconds: float) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.failures: Counter[str] = Counter()
        self.samples: list[tuple[float, int, int, int]] = []  # second, MB, threads, open files
        self._process = process
        self._end = time.monotonic() + seconds
        self._start = time.monotonic()
        self.client = httpx.AsyncClient(base_url=address, timeout=_PATIENCE, limits=httpx.Limits(max_connections=None))

    def end(self) -> None:
        self._end = time.monotonic()

    @property
    def over(self) -> bool:
        return time.monotonic() >= self._end

    async def ask(self, kind: str, send: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response | None:
        """One request, timed. What is not 200 is counted as a failure."""
        started = time.monotonic()
        try:
            response = await send()
        except httpx.HTTPError as error:
            self.failures[f"{kind}: {type(error).__name__}"] += 1
            return None
        self.seconds[kind].append(time.monotonic() - started)
        if response.status_code != 200:
            self.failures[f"{kind}: {response.status_code}"] += 1
            return None
        return response

    async def at_rate(self, rate: float, work: Callable[[int], Awaitable[object]]) -> None:
        """Begins so many a second, however long each takes."""
        begun: set[asyncio.Task[object]] = set()
        number, due = 0, time.monotonic()
        while not self.over:
            task = asyncio.ensure_future(work(number))
            begun.add(task)
            task.add_done_callback(begun.discard)
            number, due = number + 1, due + 1 / rate
            await asyncio.sleep(max(0.0, due - time.monotonic()))
        await asyncio.gather(*begun)

    async def in_turn(self, work: Callable[[], Awaitable[object]]) -> None:
        while not self.over:
            await work()

    async def look(self) -> None:
        """Notes memory, threads and open files until the end."""
        while not self.over:
            self.sample()
            with suppress(TimeoutError):
                await asyncio.sleep(min(_SAMPLED, max(0.1, self._end - time.monotonic())))
        self.sample()

    def sample(self) -> None:
        status = Path(f"/proc/{self._process}/status").read_text(encoding="utf-8")
        fields = dict(line.split(":", 1) for line in status.splitlines())
        megabytes, threads = int(fields["VmRSS"].split()[0]) // 1024, int(fields["Threads"])
        files = len(os.listdir(f"/proc/{self._process}/fd"))
        self.samples.append((time.monotonic() - self._start, megabytes, threads, files))

    def latencies(self) -> list[list[object]]:
        rows = []
        for kind, seconds in sorted(self.seconds.items()):
            p50, p95, p99 = (round(1000 * float(np.percentile(seconds, share))) for share in (50, 95, 99))
            rows.append([kind, len(seconds), p50, p95, p99, round(1000 * max(seconds))])
        return rows


async def run(load: Load, questions: list[str], searches: float, chats: int) -> None:
    turns = cycle(questions)

    async def search(_: int) -> None:
        question = next(turns)
        await load.ask("search", lambda: load.client.get("/api/v1/search", params={"q": question}))

    async def chat() -> None:
        question = next(turns)
        stream = {"Accept": "text/event-stream"}
        got = await load.ask("chat", lambda: load.client.post("/api/v1/ask", json={"question": question}, headers=stream))
        if got is not None and got.text.count("event: final") != 1:
            load.failures["chat: no final event"] += 1

    async with load.client:
        await asyncio.gather(load.look(), load.at_rate(searches, search), *(load.in_turn(chat) for _ in range(chats)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--searches", type=float, default=20, help="a second")
    parser.add_argument("--chats", type=int, default=5, help="at once")
    parser.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE", help="of the service")
    options = parser.parse_args()
    lines = options.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines if line.strip()]
    settings = dict(setting.split("=", 1) for setting in options.setting)
    with serving(options.index, settings) as (process, address):
        load = Load(process, address, options.minutes * 60)
        asyncio.run(run(load, questions, options.searches, options.chats))
    load_was = f"{options.searches:g} searches a second and {options.chats} chats at once for {options.minutes:g} minutes"
    print(f"{load_was}, {on(machine())}\n")
    print("\n".join(table(["request", "number", "p50 ms", "p95 ms", "p99 ms", "most ms"], load.latencies())))
    print(f"\nErrors: {dict(load.failures) or 'none'}\n")
    print("\n".join(table(["second", "MB", "threads", "open files"], [[round(row[0]), *row[1:]] for row in load.samples])))


if __name__ == "__main__":
    main()
