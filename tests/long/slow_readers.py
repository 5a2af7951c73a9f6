"""A23: 64 files that may be open and 200 silent connections; 200 readers who hardly read; ten times the requests it can do.

    .venv/bin/python -m tests.long.slow_readers [--seconds 60] [--slow 200] [--times 10]

Tells what those get who ask meanwhile, the processor's and memory's part of it, and how soon all is as before. What is not done
is refused with 503 or 429 and Retry-After. Leaves with code 1 on a violation.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import socket
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx

from benchmarks.load import serving
from tests.long import phases

_FEW_FILES, _SILENT = 64, 200
_IDLE = 5.0  # seconds that the processor is watched
_SOON = 10.0  # seconds until it is as before
_MOST_MEMORY = 2_048  # MB
_BUSY = 0.5  # of one processor, for connections alone
_PAPERS = 60
_TICKS = os.sysconf("SC_CLK_TCK")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="of the overload")
    parser.add_argument("--slow", type=int, default=200, help="readers who hardly read")
    parser.add_argument("--times", type=float, default=10, help="as many requests as it does")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        source, index = Path(folder, "papiere"), Path(folder, "index")
        source.mkdir()
        phases.write_papers(source, range(_PAPERS), " Begründung." * 4_000)  # a text of 50 kB each
        assert phases.finish(phases.forked(lambda: phases.index_here(source, index))) == 0
        process, address = stack.enter_context(serving(index, {"encoder": "hash"}))
        trial = Trial(process, address)
        asyncio.run(trial.run(options))
    print("\n".join(trial.wrong) or "nothing amiss")
    return 1 if trial.wrong else 0


class Trial:
    def __init__(self, process: int, address: str) -> None:
        self.process, self.address = process, address
        self.wrong: list[str] = []
        self._last = 0  # the status of the last search

    async def run(self, options: argparse.Namespace) -> None:
        steady = await self._steady()
        await self._silent(steady)
        await self._slow(options.slow, steady)
        await self._overload(options.seconds, options.times, steady)

    def _cpu(self) -> float:
        fields = Path(f"/proc/{self.process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def _memory(self) -> int:
        status = Path(f"/proc/{self.process}/status").read_text(encoding="utf-8")
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024

    def _claim(self, holds: bool, told: str) -> None:
        print(("  " if holds else "! ") + told, flush=True)
        if not holds:
            self.wrong.append(told)

    async def _steady(self) -> float:
        """Seconds of a search when nothing else is done: the middle of fifty."""
        return sorted([await self._search() for _ in range(50)])[25]

    async def _search(self, patience: float = 60.0) -> float:
        """Seconds until there was an answer or patience ended."""
        started, self._last = time.monotonic(), 0
        with suppress(httpx.HTTPError):
            async with httpx.AsyncClient(timeout=patience, trust_env=False) as client:
                self._last = (await client.get(f"{self.address}/api/v1/search", params={"q": "Radweg"})).status_code
        return time.monotonic() - started

    async def _as_before(self, steady: float) -> float:
        """Seconds until ten searches in a row take at most twice what they took, or a quarter of a second."""
        started = time.monotonic()
        while time.monotonic() - started < 60:
            took = [await self._search() for _ in range(10)]
            if self._last == 200 and sorted(took)[5] <= max(2 * steady, 0.25):
                break
        return time.monotonic() - started

    async def _silent(self, steady: float) -> None:
        """They hold all the places there are: others are refused until they leave or are closed, and nothing spins meanwhile."""
        before = resource.prlimit(
            self.process, resource.RLIMIT_NOFILE, (_FEW_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
        )
        at, cpu, started = self._at(), self._cpu(), time.monotonic()
        idle = [socket.create_connection(at, timeout=60) for _ in range(_SILENT)]
        took = await self._search(patience=_SOON)
        got = self._last
        await asyncio.sleep(_IDLE)
        share = (self._cpu() - cpu) / (time.monotonic() - started)
        waited = f"a search behind them got {got or 'nothing'} after {took:.1f} s"
        told = f"{_SILENT} silent connections and {_FEW_FILES} files: {waited}, {100 * share:.0f} % of one processor"
        self._claim(share < _BUSY and got in (200, 503), told)
        for one in idle:
            one.close()
        resource.prlimit(self.process, resource.RLIMIT_NOFILE, before)
        again = await self._as_before(steady)
        self._claim(again <= _SOON, f"  as before after {again:.1f} s")

    async def _answer(self, path: str) -> tuple[str, bytes]:
        """Status and head, on a connection of its own: httpx is too slow a client for this many."""
        reader, writer = await asyncio.open_connection(*self._at())
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {urlsplit(self.address).netloc}\r\nConnection: close\r\n\r\n".encode())
            head, _, _ = (await reader.read()).partition(b"\r\n\r\n")
        finally:
            writer.close()
        return head[9:12].decode() or "nothing", head.lower()

    def _at(self) -> tuple[str, int]:
        at = urlsplit(self.address)
        return str(at.hostname), int(at.port or 0)

    async def _slow(self, number: int, steady: float) -> None:
        """They ask for a text with a buffer of 4 kB and take a hundred bytes now and then."""
        async with httpx.AsyncClient(base_url=self.address, timeout=60, trust_env=False) as client:
            listed = (await client.get("/api/v1/search", params={"q": "Radweg"})).json()["hits"][0]["document"]["id"]
            readers = [_slow_reader(self._at(), f"/api/v1/documents/{listed}/text") for _ in range(number)]
            took = []
            for turn in range(60):
                took.append(await self._search())
                if turn % 10 == 0:
                    for one in readers:
                        with suppress(OSError):
                            one.recv(100)
        took.sort()
        self._claim(
            took[58] < max(4 * steady, 1.0),
            f"{number} slow readers: others' searches p50 {1000 * took[30]:.0f} ms, p98 {1000 * took[58]:.0f} ms",
        )
        self._claim(self._memory() <= _MOST_MEMORY, f"  memory at most {self._memory()} MB")
        for one in readers:
            one.close()
        again = await self._as_before(steady)
        self._claim(again <= _SOON, f"  as before after {again:.1f} s")

    async def _overload(self, seconds: float, times: float, steady: float) -> None:
        rate = times / steady
        ended: Counter[str] = Counter()

        async def one(number: int) -> None:
            try:
                async with asyncio.timeout(30):
                    status, head = await self._answer(f"/api/v1/search?q={quote(phases.QUESTIONS[number % 50])}")
            except (OSError, TimeoutError) as error:
                ended[type(error).__name__] += 1
                return
            told = status == "200" or (status in ("429", "503") and b"retry-after:" in head)
            ended[status if told else f"{status} without a word"] += 1

        async with httpx.AsyncClient(base_url=self.address, timeout=30, trust_env=False) as client:
            begun, due = set(), time.monotonic()
            end = due + seconds
            while time.monotonic() < end:
                task = asyncio.create_task(one(len(begun)))
                begun.add(task)
                due += 1 / rate
                await asyncio.sleep(max(0.0, due - time.monotonic()))
            sent = len(begun) / seconds
            self._claim(
                await _alive(client), f"{sent:.0f} of {rate:.0f} requests a second for {seconds:.0f} s: still alive at the end"
            )
            await asyncio.gather(*begun)
        unexpected = {kind: count for kind, count in ended.items() if kind not in ("200", "429", "503")}
        self._claim(not unexpected, f"  ended as {dict(ended)}")
        self._claim(self._memory() <= _MOST_MEMORY, f"  memory at most {self._memory()} MB")
        again = await self._as_before(steady)
        self._claim(again <= _SOON, f"  as before after {again:.1f} s")


def _slow_reader(at: tuple[str, int], path: str) -> socket.socket:
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    one.connect(at)
    one.sendall(f"GET {path} HTTP/1.1\r\nHost: {at[0]}:{at[1]}\r\n\r\n".encode())
    one.setblocking(False)
    return one


async def _alive(client: httpx.AsyncClient) -> bool:
    return (await client.get("/health/live")).status_code == 200


if __name__ == "__main__":
    sys.exit(main())
