"""A25: the service is replaced again and again while it is asked, behind a proxy that sends new connections to the newer one.

    .venv/bin/python -m tests.long.restarts [--restarts 100] [--rate 4] [--streams 3]

The new process is asked whether it is ready, then the old one gets SIGTERM. No request fails, every stream ends with its answer,
and the old process is gone within half a minute. Leaves with code 1 on a violation.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from benchmarks.load import serving
from tests.llm_server import END, LlmServer, Reply, piece, running
from tests.long import phases

_DRAINED = 30.0  # seconds
_SWITCHED = 0.2  # seconds from the last connection to the old process to its SIGTERM, as a proxy leaves
_PAPERS = 12


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--restarts", type=int, default=100)
    parser.add_argument("--rate", type=float, default=4, help="searches a second")
    parser.add_argument("--streams", type=int, default=3, help="at once, each as long as a model writes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running() as model:
        model.otherwise = lambda _: Reply(_slowly(model))
        source, index = Path(folder, "papiere"), Path(folder, "index")
        source.mkdir()
        phases.write_papers(source, range(_PAPERS))
        assert phases.finish(phases.forked(lambda: phases.index_here(source, index))) == 0
        settings = {"encoder": "hash", "llm_url": model.url, "llm_model": "m"}
        return asyncio.run(Restarting(index, settings, options).run())


def _slowly(model: LlmServer) -> Iterator[bytes]:
    """An answer that takes two seconds."""
    for words in ("Die Maßnahme ", "kostet ", "4.000 Euro. [1]"):
        model.closing.wait(0.7)
        yield piece(words)
    yield from END


class Restarting:
    def __init__(self, index: Path, settings: dict[str, str], options: argparse.Namespace) -> None:
        self.index, self.settings, self.options = index, settings, options
        self.backend = ("", 0)
        self.ended: Counter[str] = Counter()
        self.over = False
        self.ready: list[float] = []
        self.drained: list[float] = []

    async def run(self) -> int:
        server = await asyncio.start_server(self._forward, "127.0.0.1", 0)
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        process = await self._started()
        async with server, httpx.AsyncClient(
            base_url=address, timeout=120, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0, max_connections=None)
        ) as client, asyncio.TaskGroup() as group:  # fmt: skip
            group.create_task(self._searches(client))
            for number in range(self.options.streams):
                group.create_task(self._streams(client, number))
            for _ in range(self.options.restarts):
                newer = await self._started()
                await asyncio.sleep(_SWITCHED)
                await self._stopped(process)
                process = newer
            self.over = True
        await self._stopped(process)
        return self._report()

    async def _started(self) -> ExitStack:
        """A service that is ready; new connections go there from now on."""
        started, stack = time.monotonic(), ExitStack()
        _, address = await asyncio.to_thread(stack.enter_context, serving(self.index, self.settings))
        self.ready.append(time.monotonic() - started)
        at = urlsplit(address)
        self.backend = (str(at.hostname), int(at.port or 0))
        return stack

    async def _stopped(self, process: ExitStack) -> None:
        started = time.monotonic()
        await asyncio.to_thread(process.close)
        self.drained.append(time.monotonic() - started)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A connection to the newest process, both ways, until either side ends it."""
        back_reader, back_writer = await asyncio.open_connection(*self.backend)

        async def copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            with suppress(OSError):
                while data := await source.read(65_536):
                    sink.write(data)
                    await sink.drain()
            sink.close()

        await asyncio.gather(copy(reader, back_writer), copy(back_reader, writer))

    async def _searches(self, client: httpx.AsyncClient) -> None:
        async def one(number: int) -> None:
            await self._sent("search", client.get("/api/v1/search", params={"q": phases.QUESTIONS[number % 50]}))

        async with asyncio.TaskGroup() as group:
            for number in itertools.takewhile(lambda _: not self.over, itertools.count()):
                group.create_task(one(number))
                await asyncio.sleep(1 / self.options.rate)

    async def _streams(self, client: httpx.AsyncClient, number: int) -> None:
        for turn in itertools.takewhile(lambda _: not self.over, itertools.count(number)):
            asked = {"question": phases.QUESTIONS[turn % 50]}
            await self._sent("stream", client.post("/api/v1/ask", json=asked, headers={"Accept": "text/event-stream"}))

    async def _sent(self, kind: str, sending: object) -> None:
        try:
            response: httpx.Response = await sending  # type: ignore[misc]
        except httpx.HTTPError as error:
            self.ended[f"{kind}: {type(error).__name__}"] += 1
            return
        whole = response.status_code == 200 and (kind == "search" or response.text.count("event: final") == 1)
        self.ended[kind if whole else f"{kind}: {response.status_code}, {len(response.text)} characters"] += 1

    def _report(self) -> int:
        bad = {kind: count for kind, count in self.ended.items() if ":" in kind}
        print(f"{self.options.restarts} restarts under {self.ended['search']} searches and {self.ended['stream']} streams")
        print(f"  cut or refused: {bad or 'none'}")
        print(f"  seconds until ready: {sorted(self.ready)[len(self.ready) // 2]:.1f}, most {max(self.ready):.1f}")
        print(
            f"  seconds from SIGTERM to the end: {sorted(self.drained)[len(self.drained) // 2]:.1f}, most {max(self.drained):.1f}"
        )
        return 1 if bad or max(self.drained) > _DRAINED + 5 else 0


if __name__ == "__main__":
    sys.exit(main())
