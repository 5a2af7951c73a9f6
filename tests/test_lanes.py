"""Requests of one reader wait for each other and for nobody else's."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.errors import TooMany
from service.lanes import Lanes, Work
from service.settings import ServiceSettings
from tests.conftest import Built
from tests.mcp_calls import call

ONE, NEIGHBOUR = "203.0.113.9", "203.0.113.10"
QUESTION = "Wie oft fährt die Buslinie 7?"


def test_b21_one_reader_waits_for_itself_and_a_neighbour_does_not() -> None:
    async def run() -> list[str]:
        lanes, told = Lanes(), []

        async def work(name: str, who: str) -> None:
            async with lanes.place(who, "look"):
                told.append(name)

        async with asyncio.TaskGroup() as group, lanes.place(ONE, "look"):
            waiting = [group.create_task(work(f"one {number}", ONE)) for number in range(3)]
            await group.create_task(work("neighbour", NEIGHBOUR))
            await group.create_task(work("nobody", ""))
            waiting[1].cancel()  # it left
            told.append("done")
        assert not lanes._lanes
        return told

    assert asyncio.run(run()) == ["neighbour", "nobody", "done", "one 0", "one 2"]


@pytest.mark.parametrize(
    ("on_server", "few"), [(False, {"answer": 1, "file": 1, "look": 2}), (True, {"answer": 4, "file": 4, "look": 8})]
)
def test_a19_a_search_waits_for_no_answer_and_few_are_worked_on_at_once(on_server: bool, few: dict[str, int]) -> None:
    async def run() -> None:
        lanes, worked_on, most = Lanes(on_server=on_server), Counter[str](), Counter[str]()
        end = asyncio.Event()

        async def work(number: int, kind: Work) -> None:
            async with lanes.place("" if number % 2 else f"203.0.113.{number}", kind):
                worked_on[kind] += 1
                most[kind] = max(most[kind], worked_on[kind])
                await end.wait()
                worked_on[kind] -= 1

        kinds: tuple[Work, ...] = ("answer", "file", "look")
        async with asyncio.TaskGroup() as group:
            for number in range(30):
                group.create_task(work(number, kinds[number % 3]))
            for _ in range(5):
                await asyncio.sleep(0)
            assert worked_on == few
            end.set()
        assert most == few
        assert not any(worked_on.values())

    asyncio.run(run())


def test_b21_no_more_wait_than_a_lane_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.lanes._MOST", 3)

    async def run() -> None:
        lanes = Lanes()
        async with AsyncExitStack() as first:
            await first.enter_async_context(lanes.place(ONE, "look"))
            waiting = [asyncio.create_task(first.enter_async_context(lanes.place(ONE, "look"))) for _ in range(2)]
            await asyncio.sleep(0)
            with pytest.raises(TooMany):
                async with lanes.place(ONE, "look"):
                    pass
            async with lanes.place(NEIGHBOUR, "look"):
                pass
            for one in waiting:
                one.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    asyncio.run(run())


@pytest.fixture
def entered(built: Built, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[TestClient, list[tuple[str, Work]]]]:
    """A reader's program, and which lanes its requests waited in."""
    found: list[tuple[str, Work]] = []
    real = Lanes.place

    @asynccontextmanager
    async def place(self: Lanes, who: str, work: Work) -> AsyncIterator[None]:
        found.append((who, work))
        async with real(self, who, work):
            yield

    monkeypatch.setattr(Lanes, "place", place)
    with TestClient(create_app(ServiceSettings(index=built.settings.index, encoder="hash")), client=(ONE, 1)) as client:
        yield client, found


@pytest.mark.parametrize(
    ("method", "path", "sent", "work"),
    [
        ("GET", "/api/v1/search?q=Kita", {}, "look"),
        ("GET", "/suche?q=Kita", {}, "look"),
        ("POST", "/suche", {"data": {"text": "Die Buslinie fährt zum Bahnhof."}}, "look"),
        ("GET", "/suche.xlsx?q=Kita", {}, "file"),
        ("GET", "/api/v1/documents/{document}/file", {}, "apart"),
        ("GET", "/api/v1/bodies", {}, "look"),
        ("POST", "/api/v1/ask", {"json": {"question": QUESTION}}, "answer"),
        ("POST", "/", {"data": {"question": QUESTION}, "headers": {"Accept": "text/event-stream"}}, "answer"),
        ("POST", "/mcp", {"content": call("search", {"query": "Kita"}).body, "headers": call("search", {}).headers}, "look"),
        ("POST", "/mcp", {"content": call("ask", {"question": QUESTION}).body, "headers": call("ask", {}).headers}, "answer"),
    ],
)
def test_b21_what_is_worked_on_waits_in_its_readers_lane(
    entered: tuple[TestClient, list[tuple[str, Work]]], method: str, path: str, sent: dict[str, object], work: Work
) -> None:
    client, found = entered
    document = client.get("/api/v1/search?q=Kita").json()["hits"][0]["document"]["id"]
    found.clear()
    assert client.request(method, path.format(document=document), **sent).status_code == 200  # type: ignore[arg-type]
    assert found == [(ONE, work)]


def test_b21_a_reader_whose_picture_is_being_drawn_may_search() -> None:
    async def run() -> None:
        lanes = Lanes()
        async with lanes.place(ONE, "apart"), lanes.place(ONE, "look"), lanes.place(ONE, "answer"):
            pass

    asyncio.run(asyncio.wait_for(run(), 60))
