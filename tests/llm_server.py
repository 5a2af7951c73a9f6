"""A scripted OpenAI-compatible server on loopback: a real HTTP server that says, or does wrong, what a test lays down.

    with running() as server:
        server.replies += [refusal(503), said("Der Zuschuss beträgt ", "4.000 Euro [1].")]

Each request takes the next reply of the queue; when it is empty, ``server.otherwise`` is given. A reply is made of steps: bytes
to send, or HOLD, which sends nothing until the client is gone. Nothing here sleeps: a slow server is one that holds.
"""

from __future__ import annotations

import asyncio
import json
import select
import ssl
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

Result = TypeVar("Result")

HOLD = b""  # as a step of a reply
_EVENTS = {"Content-Type": "text/event-stream"}


@dataclass(frozen=True)
class Reply:
    """``framed``: sent in chunks with an end, as real servers do; else the end of the connection is the end of the reply.

    ``head``: False sends nothing before the steps, not even a status. ``breaks``: the connection ends without a last chunk.
    """

    steps: Iterable[bytes]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: _EVENTS)
    framed: bool = True
    head: bool = True
    breaks: bool = False


@dataclass(frozen=True)
class Request:
    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]  # as the model would get it

    @property
    def prompt(self) -> str:
        """All that the model is given to read."""
        return "\n".join(message["content"] for message in self.body["messages"])


Script = Reply | Callable[[Request], Reply]  # the second: a model that reads what it is asked


def event(value: object) -> bytes:
    return b"data: " + (value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()) + b"\n\n"


def piece(text: str | None, finish: str | None = None) -> bytes:
    delta = {} if text is None else {"content": text}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return event({"id": "1", "object": "chat.completion.chunk", "model": "scripted", "choices": [choice]})


END = (piece(None, "stop"), event(b"[DONE]"))


def said(*pieces: str) -> Reply:
    """A streamed answer, whole and in order."""
    return Reply([*(piece(text) for text in pieces), *END])


def held(*pieces: str) -> Reply:
    """The same, but after these pieces nothing more comes."""
    return Reply([*(piece(text) for text in pieces), HOLD])


def cut(reply: Reply, at: int, framed: bool = True) -> Reply:
    """The reply, but the connection ends after so many bytes of its body."""
    return Reply([b"".join(reply.steps)[:at]], reply.status, reply.headers, framed, breaks=True)


def refusal(status: int, retry_after: str | None = None, message: str = "no") -> Reply:
    headers = {"Content-Type": "application/json"} | ({"Retry-After": retry_after} if retry_after else {})
    return Reply([json.dumps({"error": {"message": message}}).encode()], status, headers)


class LlmServer:
    """``requests``: those that came, oldest first. ``arrived``, ``gone``: released once for each, and for each client that left
    before its reply had ended."""

    def __init__(self) -> None:
        self.url = ""  # as in RATSLOTSE_LLM_URL
        self.replies: deque[Script] = deque()
        self.otherwise: Script = said("Dazu sage ich nichts.")
        self.requests: list[Request] = []
        self.gone = threading.Semaphore(0)
        self.arrived = threading.Semaphore(0)
        self.closing = threading.Event()

    def reply(self, request: Request) -> Reply:
        self.requests.append(request)
        self.arrived.release()
        script = self.replies.popleft() if self.replies else self.otherwise
        return script if isinstance(script, Reply) else script(request)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        reply = self.server.script.reply(Request(self.path, dict(self.headers), body))
        chunked = reply.framed and reply.head
        self.close_connection = self.close_connection or reply.breaks or not chunked
        try:
            if reply.head:
                self._head(reply)
            for step in reply.steps:
                if step == HOLD:
                    self._hold()
                else:
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(step), step) if chunked else step)
            if chunked and not reply.breaks:
                self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True
            self.server.script.gone.release()

    def _head(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.framed:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _hold(self) -> None:
        """Until the client is gone: the connection can be read then, and what is read is its end."""
        while not self.server.script.closing.is_set():
            if select.select([self.connection], [], [], 0.02)[0]:
                raise ConnectionAbortedError

    def log_message(self, *_: object) -> None:
        """Nothing."""


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, script: LlmServer, tls: ssl.SSLContext | None, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.script = script
        self._tls = tls

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self._tls is not None:  # not in the thread that accepts: a client that does not shake hands holds up nobody
            request = self._tls.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def handle_error(self, *_: object) -> None:
        """A client that goes away, or one that does not trust us, is no error."""


@contextmanager
def running(tls: ssl.SSLContext | None = None, port: int = 0) -> Iterator[LlmServer]:
    """Serves on a port of loopback, a free one by default, until the block ends."""
    script = LlmServer()
    with _Http(script, tls, port) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        script.url = f"http{'s' if tls else ''}://127.0.0.1:{http.server_address[1]}/v1"
        try:
            yield script
        finally:
            script.closing.set()
            http.shutdown()
            thread.join()


def finished(work: Coroutine[Any, Any, Result]) -> Result:
    """What asynchronous work comes to, in a thread of its own: the browser tests leave a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
