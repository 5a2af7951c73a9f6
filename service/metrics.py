"""What is counted for Prometheus: requests, answers, errors. Counts only; no label tells who asked or what.

Labels have few values: the template of a route, never an address; a known method; codes of errors and outcomes as the program
names them. The page that shows them is the operator's, see api/metrics.py.
"""

from __future__ import annotations

import time
from contextvars import ContextVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_ABANDONED = 499  # nothing was sent: the reader left

# Of the request under way: what is counted deep inside need not be handed the metrics through everything in between.
_current: ContextVar[Metrics | None] = ContextVar("metrics", default=None)


class Metrics:
    """Of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "ratslotse_requests", "Requests by route template", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "ratslotse_request_seconds", "Until the end of the response", ["route"], buckets=_SECONDS, registry=self.registry
        )
        self.under_way = Gauge("ratslotse_requests_under_way", "Requests under way", registry=self.registry)
        self.answers = Counter("ratslotse_answers", "Answers by outcome", ["outcome", "mode"], registry=self.registry)
        self.errors = Counter("ratslotse_errors", "Errors by code (docs/errors.md)", ["code"], registry=self.registry)


class Measured:
    """Counts every request, whatever becomes of it. Plain ASGI, so that streams pass through unbuffered."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, started = _ABANDONED, time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        token = _current.set(self._metrics)
        self._metrics.under_way.inc()
        try:
            await self._app(scope, receive, noted)
        except Exception:
            status = 500  # as the handler outside will say
            raise
        finally:
            _current.reset(token)
            self._metrics.under_way.dec()
            route = getattr(scope.get("route"), "path", "other")  # HEAD and refused requests reach no route
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.requests.labels(method, route, str(status)).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - started)


def count_answer(outcome: str, mode: str) -> None:
    """A final answer; nothing on the command line."""
    if metrics := _current.get():
        metrics.answers.labels(outcome, mode).inc()


def count_error(code: str) -> None:
    if metrics := _current.get():
        metrics.errors.labels(code).inc()
