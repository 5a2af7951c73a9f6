"""Language models that write answers: the plug point, and its one implementation, any OpenAI-compatible HTTP endpoint.

Bounded  the time to connect, to the first piece, between pieces, of the whole; the size of a line, of the body, of the text
Patient  asked again if it cannot be reached or answers 429 or 5xx, but only before the first piece and within its time
Spared   after failures in a row the model rests (breaker.py), and the request fails at once
Closed   only loopback and hosts that the operator named, TLS verified, no redirect, no proxy; the key stands in no message
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal, Protocol, TypeVar

import httpx

from service.errors import (
    GeneratorFailed,
    GeneratorGarbled,
    GeneratorRefused,
    GeneratorResting,
    GeneratorSlow,
    GeneratorUnreachable,
)
from service.llm.breaker import Breaker
from service.llm.endpoints import Endpoint, endpoint
from service.llm.eventlines import EVENT_STREAM, Lines, Malformed, piece
from service.settings import ServiceSettings

Result = TypeVar("Result")

_ATTEMPTS = 3
_FIRST_WAIT = 0.3  # seconds between two attempts; doubled each time
_CONNECTIONS = 8
_TOKENS = 1_000  # an answer has about 120 words


@dataclass(frozen=True)
class Message:
    role: Literal["system", "user", "assistant"]
    content: str


class Generator(Protocol):
    """``stream``: the model's text in pieces, as they come. Raises GeneratorFailed. Who stops listening early closes it."""

    def stream(self, messages: Sequence[Message]) -> AsyncGenerator[str, None]: ...


class Clock:
    """Time, as the client needs it; tests bring their own."""

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class Limits:
    """In seconds and characters. The whole time is the operator's, and half of it must bring the first piece."""

    total: float
    connect: float = 3.0
    between: float = 10.0
    text: int = 20_000

    @property
    def first(self) -> float:
        return self.total / 2


class OpenAiGenerator:
    """A model behind an OpenAI-compatible endpoint: Ollama, llama.cpp, vLLM, LM Studio, or one that is hosted."""

    def __init__(self, endpoint: Endpoint, limits: Limits, clock: Clock | None = None) -> None:
        self._endpoint = endpoint
        self._limits = limits
        self._clock = clock or Clock()
        self._breaker = Breaker(self._clock.monotonic)
        self._http = httpx.AsyncClient(
            verify=endpoint.trusted(),
            timeout=httpx.Timeout(None, connect=limits.connect),
            limits=httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=0),  # none that the server has closed
            headers=endpoint.headers() | {"Accept": EVENT_STREAM, "Accept-Encoding": "identity"},
            trust_env=False,
        )

    async def aclose(self) -> None:
        await self._http.aclose()

    async def stream(self, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        if not self._breaker.permits():
            raise GeneratorResting(host=self._endpoint.host)
        try:
            async with aclosing(self._pieces(messages)) as pieces:
                async for text in pieces:
                    yield text
        except GeneratorFailed:
            self._breaker.failed()
            raise
        except GeneratorExit:  # the listener has heard enough: the model did speak
            self._breaker.succeeded()
            raise
        self._breaker.succeeded()

    async def _pieces(self, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        start = self._clock.monotonic()
        end, latest = start + self._limits.total, start + self._limits.first
        response = await self._response(messages, latest)
        try:
            lines, chunks, length = Lines(), response.aiter_raw(), 0
            while (chunk := await self._in_time(latest, anext(chunks, None))) is not None:
                for line in lines.fed(chunk):
                    said = piece(line)
                    length += len(said.text)
                    if length > self._limits.text:
                        raise self._garbled(f"mehr als {self._limits.text} Zeichen / more than {self._limits.text} characters")
                    if said.text:
                        yield said.text
                        latest = min(self._clock.monotonic() + self._limits.between, end)
                    if said.last:
                        return
            raise self._garbled("bricht mittendrin ab / breaks off in the middle")
        except (httpx.HTTPError, Malformed) as error:
            reason = str(error) if isinstance(error, Malformed) else f"bricht ab / breaks off: {type(error).__name__}"
            raise self._garbled(reason) from error
        finally:
            await response.aclose()

    async def _response(self, messages: Sequence[Message], latest: float) -> httpx.Response:
        """A response that begins to speak, after as many attempts as it takes, may take, and fit in the time."""
        wait = _FIRST_WAIT
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._attempt(self._request(messages), latest)
            except _Again as again:
                wait = max(wait, again.after)
                if attempt == _ATTEMPTS or self._clock.monotonic() + wait >= latest:
                    raise again.error from again
                await self._clock.sleep(wait)
                wait *= 2
        raise AssertionError("the last attempt returns or raises")

    def _request(self, messages: Sequence[Message]) -> httpx.Request:
        said = [{"role": message.role, "content": message.content} for message in messages]
        body = {"model": self._endpoint.model, "messages": said, "stream": True, "temperature": 0, "max_tokens": _TOKENS}
        return self._http.build_request("POST", self._endpoint.url, json=body)

    async def _attempt(self, request: httpx.Request, latest: float) -> httpx.Response:
        try:
            response = await self._in_time(latest, self._http.send(request, stream=True))
        except httpx.HTTPError as error:
            failure = GeneratorUnreachable(host=self._endpoint.host, reason=f"{type(error).__name__}: {error}")
            if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
                raise _Again(failure) from error
            raise failure from error
        try:
            self._check(response)
        except (GeneratorFailed, _Again):
            await response.aclose()
            raise
        return response

    def _check(self, response: httpx.Response) -> None:
        """Its head. The body of a refusal is not read: it may repeat what was sent."""
        status = response.status_code
        if status != httpx.codes.OK:
            refused = GeneratorRefused(host=self._endpoint.host, status=status)
            if status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
                raise _Again(refused, self._asked_to_wait(response.headers.get("retry-after", "")))
            raise refused
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != EVENT_STREAM or response.headers.get("content-encoding", "identity") != "identity":
            raise self._garbled(f"kein Ereignisstrom / no event stream: {kind}")

    def _asked_to_wait(self, value: str) -> float:
        if value.strip().isdecimal():
            return float(value)
        try:
            then = parsedate_to_datetime(value)
        except ValueError:
            return 0.0
        return (then.replace(tzinfo=then.tzinfo or UTC) - self._clock.now()).total_seconds()

    async def _in_time(self, latest: float, what: Awaitable[Result]) -> Result:
        try:
            async with asyncio.timeout(latest - self._clock.monotonic()):
                return await what
        except TimeoutError as late:
            raise GeneratorSlow(host=self._endpoint.host, seconds=f"{self._limits.total:g}") from late

    def _garbled(self, reason: str) -> GeneratorGarbled:
        return GeneratorGarbled(host=self._endpoint.host, reason=reason)


class _Again(Exception):
    """Worth another attempt, after at least so many seconds."""

    def __init__(self, error: GeneratorFailed, after: float = 0.0) -> None:
        super().__init__(error)
        self.error = error
        self.after = after


def load_generator(settings: ServiceSettings) -> OpenAiGenerator | None:
    """None: no model is set, the default. Raises SettingsError if one is set that cannot or must not be asked."""
    found = endpoint(settings)
    return None if found is None else OpenAiGenerator(found, Limits(settings.llm_seconds))
