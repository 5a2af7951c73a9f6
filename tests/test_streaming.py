"""Readers who leave (acceptance A21), against a real server on loopback: what was done for them ends, and nothing is left."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from test_asking import QUESTION, STREAM, Echo

import service.library
from service.app import create_app
from service.settings import ServiceSettings
from service.streaming import ReaderLeft, while_there
from tests.conftest import Built
from tests.llm_server import LlmServer, finished, held, running
from tests.mcp_calls import call

CHAT = {"model": "ratslotse", "messages": [{"role": "user", "content": QUESTION}]}
TASKS = 5  # the test, the server, its lifespan, what deletes expired answers and what holds the door of MCP open


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with running() as server:
        server.otherwise = held("Die Linie fährt ")
        yield server


@asynccontextmanager
async def serving(settings: ServiceSettings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service, which runs in this same loop, so that its tasks can be seen."""
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=0, log_level="error"))
    started = asyncio.Event()
    startup = server.startup

    async def told(sockets: object = None) -> None:
        await startup(sockets)  # type: ignore[arg-type]
        started.set()

    server.startup = told  # type: ignore[method-assign]
    task = asyncio.create_task(server.serve())
    await started.wait()
    address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    limits = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=address, limits=limits, trust_env=False, timeout=30) as client:
        yield client
    server.should_exit = True
    await task


async def leaves_the_stream(client: httpx.AsyncClient, server: LlmServer) -> None:
    async with client.stream("POST", "/api/v1/ask", json={"question": QUESTION}, headers=STREAM) as response:
        async for line in response.aiter_lines():
            if line == "event: statement":
                return
    raise AssertionError("no statement came")


async def leaves_before_the_first_word(client: httpx.AsyncClient, server: LlmServer) -> None:
    async with client.stream("POST", "/api/v1/ask", json={"question": QUESTION}, headers=STREAM):
        assert await asyncio.to_thread(server.arrived.acquire, timeout=10)


async def leaves_the_answer(client: httpx.AsyncClient, server: LlmServer) -> None:
    await _left(client.post("/api/v1/ask", json={"question": QUESTION}), server)


async def leaves_the_page(client: httpx.AsyncClient, server: LlmServer) -> None:
    await _left(client.post("/", data={"question": QUESTION}), server)


async def _left(asking: Awaitable[httpx.Response], server: LlmServer) -> None:
    task = asyncio.ensure_future(asking)
    assert await asyncio.to_thread(server.arrived.acquire, timeout=10)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def leaves_the_chat_program(client: httpx.AsyncClient, server: LlmServer) -> None:
    await _left(client.post("/v1/chat/completions", json=CHAT), server)


async def leaves_the_stream_of_the_chat_program(client: httpx.AsyncClient, server: LlmServer) -> None:
    async with client.stream("POST", "/v1/chat/completions", json=CHAT | {"stream": True}) as response:
        async for line in response.aiter_lines():
            if "Die Linie" in line:
                return
    raise AssertionError("no statement came")


async def leaves_a_tool(client: httpx.AsyncClient, server: LlmServer) -> None:
    for version in ("2025-11-25", "2026-07-28"):
        sent = call("ask", {"question": QUESTION}, version)
        await _left(client.post("/mcp", content=sent.body, headers=sent.headers), server)
        if version == "2025-11-25":
            assert await asyncio.to_thread(server.gone.acquire, timeout=10)


LEAVERS = [
    *(leaves_the_stream, leaves_before_the_first_word, leaves_the_answer, leaves_the_page),
    *(leaves_the_chat_program, leaves_the_stream_of_the_chat_program, leaves_a_tool),
]


@pytest.mark.parametrize("leave", LEAVERS, ids=lambda leave: leave.__name__)
def test_a21_who_leaves_ends_the_request_to_the_model_and_leaves_nothing_behind(
    built: Built, server: LlmServer, monkeypatch: pytest.MonkeyPatch, leave: Callable[..., Awaitable[None]]
) -> None:
    monkeypatch.setattr(service.library, "Writer", Echo)
    settings = ServiceSettings(index=built.settings.index, encoder="hash", llm_url=server.url, llm_model="m", llm_seconds=600)

    async def left(client: httpx.AsyncClient) -> None:
        await leave(client, server)
        assert await asyncio.to_thread(server.gone.acquire, timeout=10)
        await until(lambda: tasks() == TASKS)

    async def work() -> None:
        async with serving(settings) as client:
            await left(client)
            files = open_files()
            for _ in range(5):
                await left(client)
            await until(lambda: open_files() <= files)

    finished(work())


async def until(settled: Callable[[], bool]) -> None:
    """A few turns of the loop later."""
    async with asyncio.timeout(10):
        while not settled():
            await asyncio.sleep(0)


def tasks() -> int:
    """Without the one that the event streams of MCP leave to a loop for good."""
    return sum("_shutdown_watcher" not in str(task.get_coro()) for task in asyncio.all_tasks())


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_work_goes_on_while_the_reader_is_there_and_ends_when_not() -> None:
    async def still_there() -> dict[str, object]:
        return {"type": "http.disconnect"} if gone.is_set() else await wait()

    async def wait() -> dict[str, object]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def endless() -> None:
        try:
            gone.set()
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def soon() -> str:
        return "Antwort"

    async def failing() -> None:
        raise ZeroDivisionError

    async def work() -> None:
        assert await while_there(still_there, soon()) == "Antwort"
        with pytest.raises(ZeroDivisionError):
            await while_there(still_there, failing())
        with pytest.raises(ReaderLeft):
            await while_there(still_there, endless())
        assert ended.is_set()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    gone, ended = asyncio.Event(), asyncio.Event()
    finished(work())
