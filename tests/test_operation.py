"""What the operator relies on: metrics, logs, readiness, limits on what is done at once, an orderly stop."""

from __future__ import annotations

import asyncio
import base64
import gc
import http.client
import io
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Literal

import pytest
import uvicorn
from fastapi.testclient import TestClient
from uvicorn.server import ServerState

from indexer.build import build
from indexer.errors import IndexUnusable
from indexer.generation import Generation
from indexer.settings import Settings
from indexer.store import Collection
from service import logs, overload
from service.app import create_app
from service.settings import ServiceSettings
from tests.llm_server import END, Reply, finished, piece, running

PASSWORD = "kein-echtes-kennwort"
OPERATOR = {"Authorization": "Basic " + base64.b64encode(f"x:{PASSWORD}".encode()).decode()}
CANARY = "Kranichwiesenkanarienvogel"
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def client(built) -> TestClient:
    settings = ServiceSettings(index=built.settings.index, encoder="hash", operator_password=PASSWORD)
    return TestClient(create_app(settings), raise_server_exceptions=False)


@pytest.fixture
def index(built, tmp_path: Path) -> Path:
    """A copy with two generations of the same papers, to be damaged."""
    shutil.copytree(built.source, source := tmp_path / "papiere")
    settings = Settings(index=tmp_path / "index", encoder="hash")
    build(settings, [source])
    (source / "Landkreis Musterbach" / "pflege.txt").write_text("Landkreis Musterbach\n\nNun ist es anders.", encoding="utf-8")
    build(settings, [source])
    return settings.index


def damage(index: Path) -> Path:
    path = index / "public" / "generations" / "000002" / "vectors.faiss"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1])
    return path


def measured(client: TestClient) -> dict[str, float]:
    response = client.get("/metrics", headers=OPERATOR)
    assert response.status_code == 200
    lines = [line for line in response.text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


# Metrics


def test_metrics_count_requests_answers_and_errors(client: TestClient) -> None:
    before = measured(client)
    client.get("/api/v1/search", params={"q": "Kitaplätze"})
    client.get("/api/v1/documents/gibt-es-nicht")
    client.post("/api/v1/ask", json={"question": "Wie viele Kitaplätze fehlen?"})
    after = measured(client)
    new = {name for name, value in after.items() if value > before.get(name, 0)}
    assert new >= {
        'ratslotse_requests_total{method="GET",route="/api/v1/search",status="200"}',
        'ratslotse_requests_total{method="GET",route="/api/v1/documents/{identifier}",status="404"}',
        'ratslotse_requests_total{method="POST",route="/api/v1/ask",status="200"}',
        'ratslotse_request_seconds_count{route="/api/v1/search"}',
        'ratslotse_answers_total{mode="quotes",outcome="answered"}',
        'ratslotse_errors_total{code="not_found"}',
    }
    assert after['ratslotse_state{state="ready"}'] == 1
    assert after['ratslotse_generation{index="public"}'] == 1
    assert after['ratslotse_documents{index="public"}'] == 5


def test_b25_metrics_hold_nothing_that_was_asked_and_no_label_grows_with_what_is(client: TestClient) -> None:
    for number in range(3):
        client.get("/api/v1/search", params={"q": f"{CANARY} {number}"})
        client.get(f"/{CANARY}/{number}")
        client.request(f"{CANARY.upper()}", "/hilfe")
        client.head(f"/suche?q={CANARY}")
    first = measured(client)
    client.get(f"/{CANARY}/noch/einer")
    assert first.keys() == measured(client).keys()
    assert CANARY.lower() not in client.get("/metrics", headers=OPERATOR).text.lower()


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic eDp4"}])
def test_metrics_are_the_operators(headers: dict[str, str], client: TestClient, built) -> None:
    assert client.get("/metrics", headers=headers).status_code == 401
    without = TestClient(create_app(ServiceSettings(index=built.settings.index, encoder="hash")))
    assert without.get("/metrics", headers=OPERATOR).status_code == 404


# Logs


@pytest.fixture(params=["text", "json"])
def lines(request: pytest.FixtureRequest) -> Iterator[Callable[[], list[str]]]:
    """The lines of the log as serve writes them."""
    with written(request.param) as log:
        yield lambda: log.getvalue().splitlines()


@contextmanager
def written(form: Literal["text", "json"]) -> Iterator[io.StringIO]:
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(logs.formatter(form))
    logging.getLogger().addHandler(handler)
    yield handler.stream
    logging.getLogger().removeHandler(handler)


def test_b25_no_log_line_tells_what_was_asked_by_whom(
    client: TestClient, lines: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise KeyError(f"{CANARY}\nerror 12345678 forged 500 GET /")

    private = {"Cookie": f"a={CANARY}", "X-Forwarded-For": "203.0.113.7"}
    assert client.get("/suche", headers={"Authorization": f"Bearer {CANARY}"}).status_code == 401
    client.get("/api/v1/search", params={"q": CANARY, "limit": "viele"}, headers=private)
    client.get(f"/nirgends?q={CANARY}", headers=private)
    monkeypatch.setattr("service.answers.Answerer.answer", fails)
    assert client.post("/api/v1/ask", json={"question": CANARY}, headers=private).status_code == 500
    told = lines()
    assert sum("bad_parameter" in line for line in told) == 1, told
    assert any("builtins.KeyError" in line for line in told)  # what and where, not its words
    assert any("test_operation.py" in line for line in told)
    for secret in (CANARY, "203.0.113.7", "forged"):
        assert not [line for line in told if secret in line]


def test_b25_what_somebody_sends_begins_no_line_and_moves_no_cursor(lines: Callable[[], list[str]]) -> None:
    logging.getLogger("ratslotse").warning("a\nerror 12345678 \x1b[31m \u202e %s", "b\r\nc")
    try:
        raise IndexUnusable(index="x\ny", reason="\x1b]0;title")
    except IndexUnusable:
        logging.getLogger("ratslotse").exception("d")
    told = lines()
    assert not [line for line in told if "\x1b" in line or "\u202e" in line]
    starts = [line for line in told if not line.startswith("    ")]
    assert len(starts) == 2


def test_json_lines_have_fields(client: TestClient) -> None:
    with written("json") as log:
        client.get("/nirgends")
    (line,) = map(json.loads, log.getvalue().splitlines())
    assert (line["level"], line["code"], line["status"], line["where"]) == ("warning", "not_found", 404, "GET /nirgends")
    assert line["id"] in line["message"]


# Readiness


def test_a6_a_start_over_a_damaged_generation_serves_the_one_before_and_says_degraded(index: Path) -> None:
    damage(index)
    client = TestClient(create_app(ServiceSettings(index=index, encoder="hash", operator_password=PASSWORD)))
    client.post("/api/v1/ask", json={"question": "Wie viele Kitaplätze fehlen?"})  # waits for the models
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.json()["status"], ready.json()["generation"]) == (200, "degraded", "public/000001")
    assert client.get("/api/v1/search", params={"q": "Kurzzeitpflege"}).json()["generation"] == "public/000001"
    assert measured(client)['ratslotse_degraded{index="public"}'] == 1


def test_a23_what_could_not_be_opened_for_want_of_something_is_opened_when_it_is_there(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (index / "public" / "CURRENT").write_text("000001\n", encoding="utf-8")
    client = TestClient(create_app(ServiceSettings(index=index, encoder="hash")))
    assert client.get("/api/v1/search", params={"q": "Kita"}).status_code == 200
    (index / "public" / "CURRENT").write_text("000002\n", encoding="utf-8")

    def short(self: Collection, encoder: str | None = None) -> Generation:
        raise IndexUnusable(index=self.root, reason="Too many open files")

    with monkeypatch.context() as few:
        few.setattr(Collection, "open", short)
        assert client.get("/api/v1/search", params={"q": "Kita"}).status_code == 503
    assert client.get("/health/ready").json() == {"status": "failed"}
    assert client.get("/api/v1/search", params={"q": "Kita"}).status_code == 503  # not at every request
    monkeypatch.setattr(client.app.state.runtime.public, "_again", 0.0)  # ten seconds later
    assert client.get("/api/v1/search", params={"q": "Kita"}).json()["generation"] == "public/000002"


def test_a8_a_generation_that_was_replaced_is_let_go_without_waiting_for_a_collector(index: Path) -> None:
    (index / "public" / "CURRENT").write_text("000001\n", encoding="utf-8")
    client = TestClient(create_app(ServiceSettings(index=index, encoder="hash")))

    def used() -> weakref.ref[Generation]:
        client.post("/api/v1/ask", json={"question": "Wie viele Kitaplätze fehlen?"})
        client.get("/api/v1/suggest", params={"q": "Kita"})
        return weakref.ref(client.app.state.runtime.public.generation())

    before = used()
    gc.collect()
    gc.disable()
    try:
        (index / "public" / "CURRENT").write_text("000002\n", encoding="utf-8")
        assert used()().number == "000002"
        client.app.state.runtime.public._replaced.clear()  # a quarter of an hour later: lists were walked through to their end
        assert before() is None
    finally:
        gc.enable()


# More than can be done


def test_a23_more_requests_than_can_be_worked_on_are_refused_at_once_and_health_is_not() -> None:
    async def run() -> list[int]:
        told: list[int] = []
        release = asyncio.Event()

        async def slow(scope, receive, send) -> None:
            await release.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})

        async def send(message) -> None:
            if message["type"] == "http.response.start":
                told.append(message["status"])
                if message["status"] == 503:
                    assert (b"retry-after", b"5") in message["headers"]

        async def receive() -> dict[str, object]:
            return {"type": "http.request"}

        app = overload.Overload(slow)
        scope = {"type": "http", "method": "GET", "path": "/api/v1/search", "headers": [], "query_string": b""}
        first = [asyncio.create_task(app(scope, receive, send)) for _ in range(overload.MOST)]
        await asyncio.sleep(0)
        await app(scope, receive, send)
        assert told == [503]
        watching = asyncio.create_task(app(scope | {"path": "/health/live"}, receive, send))
        release.set()
        await asyncio.gather(*first, watching)
        await app(scope, receive, send)
        return told

    assert finished(run()) == [503] + [200] * (overload.MOST + 2)


def test_a23_a_body_that_does_not_come_counts_as_a_reader_who_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overload, "_PATIENCE", 0.01)

    async def run() -> list[str]:
        told = []

        async def reading(scope, receive, send) -> None:
            told.extend([(await receive())["type"], (await receive())["type"]])

        messages = iter([{"type": "http.request", "more_body": True}])

        async def receive() -> dict[str, object]:
            for message in messages:
                return message
            return await asyncio.Future()

        await overload.Overload(reading)({"type": "http", "path": "/"}, receive, lambda _: None)
        return told

    assert finished(run()) == ["http.request", "http.disconnect"]


def test_a23_a_connection_on_which_nothing_is_asked_is_closed(monkeypatch: pytest.MonkeyPatch, built) -> None:
    monkeypatch.setattr(overload, "_PATIENCE", 0.05)

    async def run() -> tuple[bytes, bytes]:
        config = uvicorn.Config(create_app(ServiceSettings(index=built.settings.index, encoder="hash")), log_config=None)
        made = lambda: overload.Connection(config, ServerState(), {})  # noqa: E731
        server = await asyncio.get_running_loop().create_server(made, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            silent, one = await asyncio.open_connection("127.0.0.1", port)
            begun, other = await asyncio.open_connection("127.0.0.1", port)
            other.write(b"GET /health/live HT")  # and no more of it
            told = await silent.read(), await begun.read()
            for writer in (one, other):
                writer.close()
                await writer.wait_closed()
        return told

    assert finished(asyncio.wait_for(run(), 60)) == (b"", b"")


def test_a23_more_connections_than_there_are_files_for_are_refused(monkeypatch: pytest.MonkeyPatch, built) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _: (9, 9))  # three connections

    async def run() -> tuple[list[bytes], bytes]:
        config = uvicorn.Config(create_app(ServiceSettings(index=built.settings.index, encoder="hash")), log_config=None)
        state = ServerState()
        made = lambda: overload.Connection(config, state, {})  # noqa: E731
        server = await asyncio.get_running_loop().create_server(made, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
            refused = [await reader.read() for reader, _ in opened[3:]]
            opened[2][1].close()
            while len(state.connections) > 2:
                await asyncio.sleep(0)
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            answered = await reader.read()
            for _, one in (*opened, (reader, writer)):
                one.close()
        return refused, answered

    refused, answered = finished(asyncio.wait_for(run(), 60))
    assert all(one.startswith(b"HTTP/1.1 503 ") and b"Retry-After: 5\r\n" in one for one in refused)
    assert answered.startswith(b"HTTP/1.1 200 ")


# The running process


@contextmanager
def serving(index: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The process and its port. What it says of its errors is in ``process.stderr``."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RATSLOTSE_")}
    environment |= {f"RATSLOTSE_{name}": value for name, value in {"ENCODER": "hash", **settings}.items()}
    command = [sys.executable, "-m", "service", "--index", str(index), "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, int(process.stdout.readline().split()[1].rstrip("/").rpartition(":")[2])
        finally:
            process.kill()


def test_a25_a_stop_lets_open_streams_end(built) -> None:
    release = threading.Event()

    def slowly() -> Iterator[bytes]:
        yield piece("Im Landkreis Musterbach fehlen ")
        release.wait(60)
        yield from (piece("140 Kitaplätze. [1]"), *END)

    with ExitStack() as stack:
        model = stack.enter_context(running())
        process, port = stack.enter_context(serving(built.settings.index, LLM_URL=model.url, LLM_MODEL="m"))
        model.replies.append(Reply(slowly()))
        reader = stack.enter_context(closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)))
        body = json.dumps({"question": "Wie viele Kitaplätze fehlen im Landkreis Musterbach?"})
        reader.request("POST", "/api/v1/ask", body, {"Content-Type": "application/json", "Accept": "text/event-stream"})
        response = reader.getresponse()
        assert response.status == 200
        while not (line := response.readline()).startswith(b"event: sources"):
            assert line
        process.send_signal(signal.SIGTERM)
        while _listens(port):  # nobody new is let in
            pass
        release.set()
        rest = response.read().decode()
        assert rest.count("event: final") == 1
        assert "140 Kitaplätze" in rest
        assert process.wait(40) in (0, -signal.SIGTERM)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


# Long runs, in small


@pytest.mark.parametrize(
    "command",
    [
        ("kills", "--kills", "10", "--seed", "7"),
        ("calls", "kill", "--part", "5/60"),
        ("calls", "error", "--part", "7/60", "--errors", "ENOSPC"),
        ("torn_files", "--mutations", "100"),
        ("two_indexers", "--tries", "4"),
        ("full_disk", "--levels", "3"),
        ("clock", "--moments", "2"),
        ("swaps", "--swaps", "4", "--rate", "10", "--steady", "0.5"),
    ],
    ids=lambda command: "-".join(command[:2]),
)
def test_a1_a2_a3_a5_a6_a8_a9_a24_samples_of_the_long_runs(command: tuple[str, ...]) -> None:
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    arguments = [sys.executable, "-m", f"tests.long.{command[0]}", *command[1:]]
    done = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode == 77:
        pytest.skip(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
