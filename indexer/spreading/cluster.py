"""Hands that are the workers of a Dask cluster.

A batch that is lost with its worker is given to another one by Dask's scheduler, a few times; whose results are whose is known by
the file and the text, so nothing is booked twice. Papers travel as bytes: a worker needs no folder of ours, and what it reads are
the bytes that were hashed here. No more is under way than keeps the workers busy.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

import numpy as np

from indexer import records
from indexer.domain import Document, File
from indexer.encoders import Encoded
from indexer.errors import DaskMissing, ReadError, ReaderStopped, SchedulerMissing, WorkersDiffer, WorkersFailed, WorkersMissing
from indexer.hands import Outcome, Waiting
from indexer.parsing.answers import error_of
from indexer.parsing.sandbox import Reader, contents
from indexer.settings import Settings
from indexer.spreading import tasks
from indexer.spreading.tasks import Answer, Made, Read, Sent

_CONNECTING = 10.0  # seconds until a scheduler counts as not there; the same for a first worker
_PATIENCE = 60.0  # seconds without any worker until a run gives up: one that was killed starts anew within some
_LOOK = 5.0  # seconds between two looks at who is there
_TICK = 1.0  # seconds until a run that waits says so
_FETCHING = 300.0  # seconds that a finished result may take to arrive
_FILES, _BYTES = 16, 4_000_000  # of a batch: what a killed worker costs
_UNDER_WAY = 256_000_000  # bytes: the scheduler holds them
_DIED = "Worker wiederholt ausgefallen / workers died repeatedly"

_T = TypeVar("_T")


@dataclass(frozen=True)
class _Parcel(Generic[_T]):
    """``sent`` to a worker; ``what`` stays here."""

    what: _T
    sent: Sequence[object]
    size: int  # bytes, about


@dataclass(frozen=True)
class _Batch:
    files: Sequence[File]
    unread: Sequence[Outcome]  # could not be opened, or not be taken out of an archive


@contextlib.contextmanager
def workers_at(address: str, settings: Settings) -> Iterator[Workers]:
    """Connects, and checks that the workers are as this computer. TLS and its certificates are as Dask's own configuration says.

    Raises DaskMissing, SchedulerMissing, WorkersMissing, WorkersDiffer.
    """
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise DaskMissing from error
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TiB"}):  # a paper may have 200 MB
        try:
            client = Client(address, timeout=_CONNECTING, set_as_default=False)
        except Exception as error:  # each kind of address and certificate fails in its own way
            raise SchedulerMissing(address=address, reason=error) from error
        with client:
            workers = Workers(client, address, settings)
            with contextlib.suppress(TimeoutError):
                client.wait_for_workers(1, timeout=_CONNECTING)
            workers.check()
            yield workers


class Workers:
    """Implements Hands. Raises SchedulerMissing, WorkersMissing, WorkersDiffer whenever it is so; WorkersFailed."""

    def __init__(self, client: Any, address: str, settings: Settings) -> None:
        self._client, self._address, self._settings = client, address, settings
        self._terms = tasks.terms_of(settings)
        self._made = tasks.made_of(self._terms)
        self._threads = 1
        self._seen = self._looked = time.monotonic()

    def check(self) -> None:
        found = self._asked(lambda: self._client.run(tasks.made_of, self._terms, on_error="return"))
        if not found:
            raise WorkersMissing(address=self._address)
        for worker, made in found.items():
            self._refuse_unlike(worker, made)
        self._look()

    def read(self, reader: Reader, files: Sequence[File], waiting: Waiting) -> Iterator[Outcome]:
        suspects: list[File] = []
        at_once = max(1, min(_FILES, len(files) // (4 * self._threads)))  # so that the last batches are not waited for
        for batch, result in self._spread(tasks.read, self._batches(reader, files, at_once), waiting):
            if isinstance(result, str):
                suspects += batch.files
            yield from (*batch.unread, *(() if isinstance(result, str) else _outcomes(batch.files, result)))
        for file in suspects:  # each alone: what is under way when a worker dies is counted against all of it
            for batch, result in self._spread(tasks.read, self._batches(reader, [file], 1), waiting):
                stopped = ReaderStopped(reason=result, seconds=f"{self._settings.file_seconds:g}")
                alone = [Outcome(file, stopped, 0.0)] if isinstance(result, str) else _outcomes(batch.files, result)
                yield from (*batch.unread, *alone)

    def encode(self, chunks: Sequence[Sequence[str]], waiting: Waiting) -> Encoded:
        parcels = (_Parcel(chunk, chunk, sum(map(len, chunk))) for chunk in chunks)
        for chunk, result in self._spread(tasks.encode, parcels, waiting):
            if isinstance(result, str):
                raise WorkersFailed(address=self._address, reason=result)
            yield chunk, np.frombuffer(result, np.float32).reshape(len(chunk), -1)

    def _batches(self, reader: Reader, files: Sequence[File], at_once: int) -> Iterator[_Parcel[_Batch]]:
        sent: list[Sent] = []
        unread: list[Outcome] = []
        for number, file in enumerate(files, start=1):
            try:
                data = reader.extract(file.path, file.member) if file.member else contents(file.path)
                sent.append((file, file.member[-1] if file.member else file.path.name, data))
            except ReadError as error:
                unread.append(Outcome(file, error, 0.0))
            size = sum(len(data) for _, _, data in sent)
            if len(sent) == at_once or size >= _BYTES or number == len(files):
                yield _Parcel(_Batch([file for file, _, _ in sent], unread), sent, size)
                sent, unread = [], []

    def _spread(self, work: Callable[..., Answer], parcels: Iterator[_Parcel[_T]], waiting: Waiting) -> Iterator[tuple[_T, Any]]:
        """Each with the result of the work, or as a string why there is none, as they come."""
        done: SimpleQueue[Any] = SimpleQueue()
        away: dict[str, tuple[Any, _Parcel[_T]]] = {}
        while True:
            while len(away) < 2 * self._threads and sum(parcel.size for _, parcel in away.values()) < _UNDER_WAY:
                if (parcel := next(parcels, None)) is None:
                    break
                future = self._client.submit(work, self._terms, self._made, parcel.sent, pure=False)
                away[future.key] = future, parcel
                future.add_done_callback(done.put)
            if not away:
                return
            if time.monotonic() - self._looked > _LOOK:
                self._look()
            try:
                finished = done.get(timeout=_TICK)
            except Empty:
                waiting()
                continue
            _, parcel = away.pop(finished.key)
            yield parcel.what, self._result(finished)

    def _result(self, future: Any) -> list[Read] | bytes | str:
        from distributed import KilledWorker

        try:
            made, result, wrong = self._asked(lambda: future.result(timeout=_FETCHING))
        except KilledWorker:
            return _DIED
        except SchedulerMissing:
            raise
        except Exception as error:  # of Dask's: our tasks raise nothing
            self.check()  # a worker of another version need not know the task
            return f"{type(error).__name__}: {error}"
        self._refuse_unlike("", made)
        checked: list[Read] | bytes | None = result
        return str(wrong) if checked is None else checked

    def _look(self) -> None:
        self._looked = time.monotonic()
        if threads := sum(self._asked(self._client.nthreads).values()):
            self._threads, self._seen = threads, self._looked
        elif self._looked - self._seen > _PATIENCE:
            raise WorkersMissing(address=self._address)

    def _asked(self, question: Callable[[], Any]) -> Any:
        """The answer of the scheduler. Raises SchedulerMissing."""
        from distributed import CancelledError

        try:
            return question()
        except (OSError, CancelledError) as error:  # its tasks are cancelled when the connection is lost
            raise SchedulerMissing(address=self._address, reason=error) from error

    def _refuse_unlike(self, worker: str, made: Made | BaseException) -> None:
        if isinstance(made, BaseException):
            raise WorkersDiffer(worker=worker, differences=f"{type(made).__name__}: {made}")
        if made != self._made:
            names = sorted(name for name in made.keys() | self._made if made.get(name) != self._made.get(name))
            told = (f"{name} {made.get(name, '-')} (hier / here: {self._made.get(name, '-')})" for name in names)
            raise WorkersDiffer(worker=worker or self._address, differences=", ".join(told))


def _outcomes(files: Sequence[File], results: Sequence[Read]) -> Iterator[Outcome]:
    for file, (found, seconds) in zip(files, results, strict=True):
        yield Outcome(file, _found(file, found), seconds)


def _found(file: File, found: tuple[str, str, str, bytes] | tuple[str, dict[str, str]]) -> Document | ReadError:
    if len(found) == 2:
        return error_of({"error": found[0], "details": found[1]})
    return replace(records.loads(*found), file=file)
