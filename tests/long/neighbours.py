"""B21: what other readers notice while one address sends all it can: their p99 with and without it, in turns in one run.

    .venv/bin/python -m tests.long.neighbours [--seconds 20] [--rate 8] [--flood 100] [--index DIR]

Ten neighbours, each with an address of its own, search, ask and read within their allowance. Before and after each abuse they are
measured alone. Leaves with code 1 if a neighbour's request failed, or if p99 grew to more than twice what it was (below 50 ms
that is noise of the machine).
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import numpy as np

from benchmarks.load import serving
from tests.llm_server import Reply, Request, held, running, said
from tests.long import phases

_LIMITS = "ask=30,search=120,suggest=600,read=600,export=30"  # as they are by default
_MOST_GROWTH, _NOISE = 2.0, 0.05
_NEIGHBOURS = 10
_PAPERS = 400
_HOLD = "Halteverbot"  # a question with this word keeps the model busy for ever
_ABUSER = {"X-Forwarded-For": "203.0.113.9"}  # believed from this computer
_LONG = "Was kostet die Brücke am Mühlbach und warum? " * 44

Sending = Callable[[httpx.AsyncClient, int], "asyncio.Future[httpx.Response]"]


def _asking(question: str, **more: object) -> Sending:
    body = {"question": question, **more}
    return lambda client, number: client.post("/api/v1/ask", json=body | {"question": f"{question} {number}"})


def _getting(path: str, **headers: str) -> Sending:
    return lambda client, number: client.get(path.format(number=number), headers=headers)


ABUSES: dict[str, Sending] = {
    "searches": _getting("/api/v1/search?q=Kosten{number}+Haushalt"),
    "questions": _asking("Was kostet der Radweg?"),
    "long questions": _asking(_LONG, history=[{"question": "a " * 900, "answer": "b " * 4_000}] * 8),
    "questions whose answer never ends": _asking(_HOLD),
    "lists as files": _getting("/suche.xlsx?date_from=1900-01-01"),
    "texts to compare": lambda client, number: client.post("/suche", data={"text": f"{number} Brücke " * 1_500}),
    "suggestions": _getting("/api/v1/suggest?q=ko"),
    "pages": _getting("/suche?q=Haushalt&seite={number}"),
    "keys that are no good": _getting("/api/v1/search?q=Kosten", Authorization="Bearer rl_00000000_erfunden"),
    "bodies that are no JSON": lambda client, _: client.post("/api/v1/ask", content=b"[" * 90_000),
}
_UNREAD = "streams that are not read"


def main() -> int:
    options = _options()
    if options.abuse:
        asyncio.run(_abuse(options.abuse, options.address, options.flood))
        return 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        model = stack.enter_context(running())
        model.otherwise = _say
        index = options.index or _made(folder)
        settings = {"rates": _LIMITS, "answers_at_once": "32", "llm_url": model.url, "llm_model": "m", "state": str(folder / "s")}
        _, address = stack.enter_context(serving(index, settings | ({} if options.index else {"encoder": "hash"})))
        wrong = 0
        asyncio.run(_neighbours(address, 5, options.rate))  # to be warm
        for name in options.only or (*ABUSES, _UNREAD):
            wrong += _compared(name, address, options)
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20, help="of each abuse, and half before and after it")
    parser.add_argument("--rate", type=float, default=8, help="requests of all neighbours a second")
    parser.add_argument("--flood", type=float, default=100, help="requests of the abuser a second")
    parser.add_argument("--index", type=Path, help=f"default: {_PAPERS} small papers, without a real model")
    parser.add_argument("--only", nargs="+", choices=[*ABUSES, _UNREAD])
    parser.add_argument("--abuse", help=argparse.SUPPRESS)
    parser.add_argument("--address", help=argparse.SUPPRESS)
    return parser.parse_args()


def _made(folder: Path) -> Path:
    (folder / "papiere").mkdir()
    phases.write_papers(folder / "papiere", range(_PAPERS))
    assert phases.finish(phases.forked(lambda: phases.index_here(folder / "papiere", folder / "index"))) == 0
    return folder / "index"


def _say(request: Request) -> Reply:
    return held("Das ") if _HOLD in request.prompt else said("Das steht in den Unterlagen [1].")


def _compared(name: str, address: str, options: argparse.Namespace) -> bool:
    """Whether the neighbours suffered."""
    alone, _ = asyncio.run(_neighbours(address, options.seconds / 2, options.rate))
    command = [
        sys.executable,
        "-m",
        "tests.long.neighbours",
        "--abuse",
        name,
        "--address",
        address,
        "--flood",
        str(options.flood),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as abuser:
        assert abuser.stdout is not None
        abuser.stdout.readline()  # it has begun
        beside, failed = asyncio.run(_neighbours(address, options.seconds, options.rate))
        abuser.terminate()
    more, _ = asyncio.run(_neighbours(address, options.seconds / 2, options.rate))
    before, then = (float(np.percentile(seconds, 99)) for seconds in (alone + more, beside))
    medians = (float(np.median(seconds)) for seconds in (alone + more, beside))
    told = " -> ".join(f"{1000 * one:.0f}" for one in medians)
    print(
        f"{name:36} p50 {told} ms, p99 {1000 * before:.0f} -> {1000 * then:.0f} ms ({then / before:.2f} x), "
        f"{len(beside)} requests, {failed or 'none'} failed",
        flush=True,
    )
    return bool(failed) or then > max(_MOST_GROWTH * before, _NOISE)


async def _neighbours(address: str, seconds: float, rate: float) -> tuple[list[float], list[int | str]]:
    """Seconds of each request, and what was not 200."""
    took: list[float] = []
    failed: list[int | str] = []

    async def one(client: httpx.AsyncClient, number: int) -> None:
        question = phases.QUESTIONS[number % len(phases.QUESTIONS)]
        headers = {"X-Forwarded-For": f"198.51.100.{number // 5 % _NEIGHBOURS}"}
        started = time.monotonic()
        try:
            if number % 5 == 0:
                response = await client.post("/api/v1/ask", json={"question": question}, headers=headers)
            elif number % 5 == 1:
                response = await client.get("/api/v1/bodies", headers=headers)
            else:
                response = await client.get("/api/v1/search", params={"q": question}, headers=headers)
            if response.status_code != 200:
                failed.append(response.status_code)
        except httpx.HTTPError as error:
            failed.append(type(error).__name__)
        took.append(time.monotonic() - started)

    async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as client, asyncio.TaskGroup() as group:
        end = time.monotonic() + seconds
        for number in itertools.count():
            if time.monotonic() >= end:
                break
            group.create_task(one(client, number))
            await asyncio.sleep(1 / rate)
    return took, failed


async def _abuse(name: str, address: str, flood: float) -> None:
    """Until it is killed."""
    print("began", flush=True)
    if name == _UNREAD:
        await _unread(address)
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, headers=_ABUSER, timeout=60, trust_env=False, limits=limits) as client:

        async def one(number: int) -> None:
            with suppress(httpx.HTTPError):
                await ABUSES[name](client, number)

        async with asyncio.TaskGroup() as group:
            for number in itertools.count():
                group.create_task(one(number))
                await asyncio.sleep(1 / flood)


async def _unread(address: str) -> None:
    """Opens streams, ten a second, and reads none of them."""
    at = urlsplit(address)
    body = b'{"question": "Was kostet der Radweg?"}'
    head = f"POST /api/v1/ask HTTP/1.1\r\nHost: {at.netloc}\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"
    head += f"X-Forwarded-For: {_ABUSER['X-Forwarded-For']}\r\nContent-Length: {len(body)}\r\n\r\n"
    kept = []
    while True:
        with suppress(OSError):
            _, writer = await asyncio.open_connection(at.hostname, at.port, limit=1)
            writer.write(head.encode() + body)
            kept.append(writer)
        await asyncio.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
