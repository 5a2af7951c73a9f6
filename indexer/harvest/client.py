"""Requests to one OParl server: polite, patient, bounded.

Polite   a pause between requests, Retry-After obeyed, User-Agent with contact
Patient  tried again after 429, 5xx and broken connections, later each time; gives up when the server does not answer at all
Bounded  size and time of each response, number of redirects, time of the whole run
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from pathlib import Path
from typing import Self, TypeVar

import httpx

from indexer.errors import FetchError, OutOfTime, ServerGone, Unavailable, Unusable
from indexer.harvest.addresses import Hosts, PinnedTransport

Result = TypeVar("Result")

_ATTEMPTS = 4
_FIRST_WAIT = 1.0  # seconds; doubled each time
_LONGEST_WAIT = 600.0  # seconds that a server may ask us to wait
_FAILED_IN_A_ROW = 5  # requests, each with all its attempts
_REDIRECTS = 5
_SMALL = 65_536  # bytes
_LARGEST_JSON = 50_000_000  # bytes
_LONGEST_RESPONSE = 600.0  # seconds
_TIMEOUT = httpx.Timeout(30, connect=10)


class Clock:
    """Time, as the client and the run need it; tests bring their own."""

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class Stamps:
    """What a server says of a file's version, to be sent back with the next request for it."""

    etag: str | None = None
    last_modified: str | None = None

    def conditions(self) -> dict[str, str]:
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True)
class Download:
    """A file that was fetched. ``content_type``: as the server says, "" if it does not."""

    stamps: Stamps
    content_type: str


class _Again(Exception):
    """Worth another attempt, after so many seconds if the server said so."""

    def __init__(self, error: FetchError, after: float | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.after = after


class Client:
    """Fetches from the allowed hosts. Methods raise FetchError for one address, ServerGone or OutOfTime for the run."""

    def __init__(self, hosts: Hosts, *, rate: float, contact: str | None, hours: float, clock: Clock) -> None:
        self._hosts = hosts
        self._clock = clock
        self._interval = 1 / rate
        self._next = clock.monotonic()
        self._hours = hours
        self._deadline = clock.monotonic() + hours * 3600
        self._failed = 0
        self.requests = 0
        self._http = httpx.Client(
            transport=PinnedTransport(hosts),
            timeout=_TIMEOUT,
            headers={"User-Agent": _user_agent(contact)},
            trust_env=False,  # a proxy from the environment would do the look-up that is checked here
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def json(self, url: str) -> object:
        """The JSON at an address. Control characters inside strings are let pass: real servers send them."""

        def read(response: httpx.Response) -> object:
            body = b"".join(self._chunks(response, _LARGEST_JSON))
            try:
                return json.loads(body.decode("utf-8-sig", "replace"), strict=False)
            except (ValueError, RecursionError) as error:  # an error page with status 200 may be gone the next time
                found = "HTML" if body.lstrip()[:1] == b"<" else type(error).__name__
                raise _Again(Unusable(url=url, reason=f"kein JSON / no JSON: {found}")) from error

        return self._patiently(url, {"Accept": "application/json"}, read)

    def download(self, url: str, into: Path, largest: int, known: Stamps) -> Download | None:
        """Writes the file at an address; None if it is still the known one."""

        def read(response: httpx.Response) -> Download | None:
            if response.status_code == 304:
                return None
            with into.open("wb") as file:
                for chunk in self._chunks(response, largest):
                    file.write(chunk)
            stamps = Stamps(response.headers.get("etag"), response.headers.get("last-modified"))
            return Download(stamps, response.headers.get("content-type", "").partition(";")[0].strip().lower())

        return self._patiently(url, known.conditions() | {"Accept-Encoding": "identity"}, read)

    def _patiently(self, url: str, headers: Mapping[str, str], read: Callable[[httpx.Response], Result]) -> Result:
        wait = _FIRST_WAIT
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                result = self._follow(url, headers, read)
            except _Again as again:
                asked = again.after or 0.0
                if attempt == _ATTEMPTS or asked > _LONGEST_WAIT:
                    self._count_failure(again.error)
                    raise again.error from again
                self._sleep(max(wait, asked))
                wait *= 2
            else:
                self._failed = 0
                return result
        raise AssertionError("the last attempt returns or raises")

    def _count_failure(self, error: FetchError) -> None:
        self._failed += 1
        if self._failed >= _FAILED_IN_A_ROW:
            raise ServerGone(url=error.details["url"], count=self._failed, reason=error.details["reason"]) from error

    def _follow(self, url: str, headers: Mapping[str, str], read: Callable[[httpx.Response], Result]) -> Result:
        target = self._hosts.checked(url)
        for _ in range(_REDIRECTS + 1):
            self._pause()
            self.requests += 1
            try:
                with self._http.stream("GET", target, headers=dict(headers)) as response:
                    if not response.has_redirect_location:
                        self._check(url, response)
                        return read(response)
                    target = self._hosts.checked(response.headers["location"], target)
            except httpx.HTTPError as error:
                raise _Again(Unavailable(url, f"{type(error).__name__}: {error}")) from error
            except Unavailable as error:
                if error.status:
                    raise
                raise _Again(error) from error  # its name was not found
        raise Unusable(url=url, reason=f"> {_REDIRECTS} Weiterleitungen / redirects")

    def _check(self, url: str, response: httpx.Response) -> None:
        status = response.status_code
        if status in (200, 304):
            return
        if int(response.headers.get("content-length", _SMALL + 1)) <= _SMALL:
            response.read()  # so that the connection can be used again
        error = Unavailable(url, f"HTTP {status}", status)
        if status == 429 or status >= 500:
            raise _Again(error, self._asked_to_wait(response.headers.get("retry-after")))
        self._failed = 0  # a plain no is an answer, too
        raise error

    def _asked_to_wait(self, value: str | None) -> float | None:
        if value is None:
            return None
        if value.strip().isdecimal():
            return float(value)
        try:
            then = parsedate_to_datetime(value)
        except ValueError:
            return None
        return max(0.0, (then.replace(tzinfo=then.tzinfo or UTC) - self._clock.now()).total_seconds())

    def _chunks(self, response: httpx.Response, largest: int) -> Iterator[bytes]:
        """The body in parts. Raises Unusable beyond the largest size or the longest time."""
        size = 0
        latest = self._clock.monotonic() + _LONGEST_RESPONSE
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > largest:
                raise Unusable(url=response.request.url, reason=f"> {largest // 1_000_000} MB")
            if self._clock.monotonic() > latest:
                raise Unusable(url=response.request.url, reason=f"> {_LONGEST_RESPONSE:.0f} s")
            yield chunk

    def _pause(self) -> None:
        self._sleep(self._next - self._clock.monotonic())
        self._next = self._clock.monotonic() + self._interval

    def _sleep(self, seconds: float) -> None:
        if self._clock.monotonic() + max(seconds, 0) > self._deadline:
            raise OutOfTime(hours=f"{self._hours:g}")
        if seconds > 0:
            self._clock.sleep(seconds)


def _user_agent(contact: str | None) -> str:
    """
    >>> _user_agent("rats-edv@musterbach.example").partition(" ")[2]
    '(+rats-edv@musterbach.example)'
    """
    shown = "".join(sign for sign in contact or "" if sign.isascii() and sign.isprintable())
    return f"Ratslotse/{version('ratslotse')}" + (f" (+{shown})" if shown else "")
