"""The primary of PostgreSQL dies again and again while three hosts answer and one publishes.

    .venv/bin/python -m tests.long.failover [--rounds 10] [--rate 20]

A cluster under Patroni (tests/cluster.py), three processes of the service over it, and a writer that publishes edition after
edition: each paper says in its text which it belongs to. Each round kills the primary with all its processes, waits until an
edition that was begun afterwards is acknowledged, and takes the dead node back in. Reads go on (errors below 1 %), what was
acknowledged is there, no answer mixes editions or goes back to one that was replaced. Leaves with code 1 on a violation.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import httpx
import psycopg
from psycopg import sql

import indexer.reading
from benchmarks.load import Load, serving
from benchmarks.machine import machine
from benchmarks.report import on, table
from indexer.access import ANONYMOUS
from indexer.build import build
from indexer.errors import RatslotseError
from indexer.settings import Settings
from service.access.clock import Now
from service.access.errors import KeyNameTaken
from service.access.keys import Keys
from service.access.readers import SCOPES
from service.errors import StateUnusable
from service.kept.stores import open_stores
from service.settings import ServiceSettings
from tests.cluster import Cluster
from tests.long import phases

_ROLES = Path(__file__).resolve().parents[2] / "deploy" / "scaled" / "roles.sql"
DATABASE = "ratslotse"
_HOSTS = 3
_PAPERS = 12
_PAUSE = 1.0  # seconds between two publications
_STEADY = 5.0  # seconds of load before each kill
_PATIENCE = 180.0  # seconds until writes must be back
_OLD = 30.0  # seconds after which a replaced edition is too old to be read
_KEPT = 600.0  # seconds for which a replaced generation is certainly still there
_ERRORS = 0.01  # most of the reads


T = TypeVar("T")


@dataclass(frozen=True)
class Publication:
    edition: int
    begun: float
    ended: float


class Writer:
    """Publishes edition after edition, whatever happens, and notes what was acknowledged. Its process is started once."""

    def __init__(self, folder: Path, url: str) -> None:
        self.acknowledged: list[Publication] = []
        self.refused: Counter[str] = Counter()
        self.keys: list[str] = []
        (folder / "papiere").mkdir()
        self._folder, self._url = folder, url
        self._process = ProcessPoolExecutor(1, get_context("spawn"))
        self._over = threading.Event()
        self._edition = 0

    def publish(self) -> bool:
        self._edition += 1
        begun = time.monotonic()
        refused = self._process.submit(_publish, self._folder, self._url, self._edition).result()
        if refused:
            self.refused[refused] += 1
        else:
            self.acknowledged.append(Publication(self._edition, begun, time.monotonic()))
        return not refused

    def add_key(self, name: str) -> None:
        with suppress(KeyNameTaken):  # the first time it was told as failed, and had come through
            patiently(lambda: self._all_keys().add(name, ANONYMOUS, SCOPES, 1))
        self.keys.append(name)

    def lost_keys(self) -> list[str]:
        held = {key.name for key in patiently(lambda: self._all_keys().all())}
        return [f"key {name} was acknowledged and is lost" for name in self.keys if name not in held]

    def _all_keys(self) -> Keys:
        return Keys(open_stores(ServiceSettings(**_settings(self._folder, self._url))), Now())

    @contextmanager
    def publishing(self) -> Iterator[None]:
        thread = threading.Thread(target=self._go_on)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()
            self._process.shutdown()

    def _go_on(self) -> None:
        while not self._over.wait(_PAUSE):
            self.publish()

    def since(self, second: float, patience: float = _PATIENCE) -> float:
        """Seconds until a publication that was begun after ``second`` was acknowledged."""
        while not (later := [one.ended for one in self.acknowledged if one.begun > second]):
            if time.monotonic() > second + patience:
                raise AssertionError(f"no publication within {patience:.0f} seconds: {dict(self.refused)}")
            time.sleep(0.1)
        return later[0] - second


def _publish(folder: Path, url: str, edition: int) -> str:
    """In the writer's process. Why it was not published; empty: it was."""
    indexer.reading.Reader = phases.ReaderHere
    phases.write_papers(folder / "papiere", range(_PAPERS), f" Ausgabe{edition}.")
    try:
        build(Settings(**_settings(folder, url)), [folder / "papiere"])
    except RatslotseError as error:
        return error.code
    return ""


def patiently(work: Callable[[], T]) -> T:
    """Hosts give up early on what they share, so that readers need not wait; here it is asked again."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return work()
        except StateUnusable:
            if time.monotonic() > end:
                raise


def _settings(folder: Path, url: str) -> dict[str, object]:
    return {"index": folder / "index", "state": folder / "state", "database": url, "encoder": "hash"}


class Readers:
    """Searches, questions, documents and pages, put to the hosts in turn; what is wrong with the answers."""

    def __init__(self, loads: Sequence[Load], writer: Writer) -> None:
        self.wrong: list[str] = []
        self.loads = loads
        self._writer = writer
        self._documents: list[str] = []
        self._newest = dict.fromkeys(loads, (0, 0.0))  # the newest edition a host told, and when it had told it
        self._editions: dict[str, int] = {}  # of each generation

    def counted(self) -> tuple[int, int]:
        """Reads, and those of them that failed."""
        told = [sum(map(len, load.seconds.values())) for load in self.loads]
        lost = [sum(load.failures.values()) for load in self.loads]
        unanswered = [sum(count for name, count in load.failures.items() if not name[-3:].isdigit()) for load in self.loads]
        return sum(told) + sum(unanswered), sum(lost)

    @contextmanager
    def reading(self, rate: float) -> Iterator[None]:
        thread = threading.Thread(target=lambda: asyncio.run(self._read(rate)))
        thread.start()
        try:
            yield
        finally:
            for load in self.loads:
                load.end()
            thread.join()

    async def _read(self, rate: float) -> None:
        found = await self.loads[0].client.get("/api/v1/search", params={"q": "Maßnahme", "limit": 50})
        self._documents = [hit["document"]["id"] for hit in found.json()["hits"]]
        await asyncio.gather(*(load.at_rate(rate / len(self.loads), partial(self._one, load)) for load in self.loads))
        await asyncio.gather(*(load.client.aclose() for load in self.loads))

    async def _one(self, load: Load, number: int) -> None:
        question = phases.QUESTIONS[number % len(phases.QUESTIONS)]
        begun = time.monotonic()
        kind, send = [
            ("ask", lambda: load.client.post("/api/v1/ask", json={"question": question})),
            ("search", lambda: load.client.get("/api/v1/search", params={"q": question})),
            ("document", lambda: load.client.get(f"/api/v1/documents/{self._documents[number % len(self._documents)]}/text")),
            ("page", lambda: load.client.get("/suche", params={"q": question})),
        ][number % 4]
        response = await load.ask(kind, send)
        if response is not None:
            self._check(load, kind, response, begun)

    def _check(self, load: Load, kind: str, response: httpx.Response, begun: float) -> None:
        told = sorted({int(number) for number in re.findall(r"Ausgabe(\d+)", response.text)})
        if len(told) > 1:
            self.wrong.append(f"{kind}: editions {told} in one answer")
        if not told:
            return
        if kind in ("ask", "search") and self._editions.setdefault(response.json()["generation"], told[0]) != told[0]:
            self.wrong.append(f"{kind}: generation {response.json()['generation']} told edition {told[0]} and another")
        newest, ended = self._newest[load]
        if told[0] < newest and begun > ended:
            self.wrong.append(f"{kind}: edition {told[0]}, {begun - ended:.1f} seconds after {newest} was told by that host")
        if told[0] > newest:
            self._newest[load] = told[0], time.monotonic()
        old = [one.edition for one in self._writer.acknowledged if one.edition > told[0] and one.ended < begun - _OLD]
        if old:
            self.wrong.append(f"{kind}: edition {told[0]}, {_OLD:.0f} seconds after {old[-1]} was acknowledged")


@dataclass
class Trial:
    """What the rounds showed."""

    cluster: Cluster
    writer: Writer
    readers: Readers
    rows: list[list[object]]
    lost: list[str]

    def round(self, number: int, steady: float, rejoin: bool = True) -> None:
        self.cluster.wait_ready()
        self.writer.since(time.monotonic())
        time.sleep(steady)
        self.writer.add_key(f"Runde {number}")
        before, acknowledged = self.readers.counted(), list(self.writer.acknowledged)
        name = self.cluster.kill_leader()
        killed = time.monotonic()
        primary = _primary(self.cluster.url()) - killed
        back = self.writer.since(killed)
        outage = self.readers.counted()
        self.lost += _missing(self.cluster.url(database=DATABASE), acknowledged)
        self.lost += self.writer.lost_keys()
        whole = 0.0
        if rejoin:
            self.cluster.rejoin(name)
            self.cluster.wait_ready()
            whole = time.monotonic() - killed
        reads, errors = (now - then for now, then in zip(outage, before, strict=True))
        seconds = [f"{span:.1f}" for span in (primary, back, whole)]
        self.rows.append([number, name, reads, errors, *seconds, len(acknowledged), len(self.lost)])

    def violations(self) -> list[str]:
        reads, errors = self.readers.counted()
        many = [f"{errors} of {reads} reads failed"] if errors >= _ERRORS * reads else []
        return many + self.lost + self.readers.wrong


def _primary(url: str) -> float:
    """The second at which a server takes writes."""
    while True:
        try:
            psycopg.connect(url, target_session_attrs="read-write", connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return time.monotonic()


def _missing(url: str, acknowledged: Sequence[Publication]) -> list[str]:
    """Editions that were acknowledged of late and are in none of the generations that the primary has."""
    held = set()
    with psycopg.connect(url, target_session_attrs="read-write", autocommit=True) as connection:
        for (schema,) in connection.execute("SELECT schema FROM ratslotse.generations WHERE index = 'public'").fetchall():
            with suppress(psycopg.errors.UndefinedTable):  # dropped in between
                query = sql.SQL("SELECT text FROM {} LIMIT 1").format(sql.Identifier(schema, "documents"))
                held |= {int(number) for row in connection.execute(query) for number in re.findall(r"Ausgabe(\d+)", row[0])}
    late = [one.edition for one in acknowledged if one.ended > time.monotonic() - _KEPT]
    return [f"edition {edition} was acknowledged and is lost" for edition in late if edition not in held]


@contextmanager
def trial(hosts: int = _HOSTS, rate: float = 20) -> Iterator[Trial]:
    """A cluster, a first edition in it, the hosts over it, and all of them at work."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        cluster = Cluster()
        stack.callback(cluster.stop)
        cluster.wait_ready()
        with psycopg.connect(cluster.url(), target_session_attrs="read-write", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        with psycopg.connect(cluster.url(database=DATABASE), target_session_attrs="read-write") as connection:
            connection.execute(_ROLES.read_text(encoding="utf-8"))
        writer = Writer(folder, cluster.url("ratslotse_index", DATABASE))
        if not writer.publish():
            raise AssertionError(f"nothing could be published: {dict(writer.refused)}")
        address = cluster.url("api_public", DATABASE)
        states = [{"encoder": "hash", "state": str(folder / f"state{number}")} for number in range(hosts)]
        readers = Readers([Load(*stack.enter_context(serving(address, state)), 86_400) for state in states], writer)
        stack.enter_context(readers.reading(rate))
        stack.enter_context(writer.publishing())
        yield Trial(cluster, writer, readers, [], [])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--rate", type=float, default=20, help="reads a second, over all hosts")
    options = parser.parse_args()
    with trial(rate=options.rate) as running:
        try:
            for number in range(1, options.rounds + 1):
                running.round(number, _STEADY)
                print(running.rows[-1], dict(running.writer.refused), flush=True)
        finally:
            _tell(running, options.rate)
    return 1 if running.violations() else 0


def _tell(done: Trial, rate: float) -> None:
    reads, errors = done.readers.counted()
    print(f"\n{len(done.rows)} rounds, {rate:g} reads a second, {on(machine())}\n")
    heads = ["round", "killed", "reads till published", "errors", "primary s", "published s", "whole s", "acknowledged", "lost"]
    print("\n".join(table(heads, done.rows)))
    print(
        f"\n{reads} reads, {errors} errors ({100 * errors / reads:.2f} %):", *(dict(one.failures) for one in done.readers.loads)
    )
    print(f"{len(done.writer.acknowledged)} publications acknowledged, refused: {dict(done.writer.refused) or 'none'}")
    for load in done.readers.loads:
        print("\n".join(table(["request", "number", "p50 ms", "p95 ms", "p99 ms", "most ms"], load.latencies())))
    violations = done.violations()
    print(f"violations: {len(violations)}", *violations[:20], sep="\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
