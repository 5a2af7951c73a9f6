"""A scheduler and workers of Dask as processes of their own on loopback, at ports that the system chooses.

A worker can be given a trick, see dask_tricks.py.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

TRICKS = Path(__file__).with_name("dask_tricks.py")
_PATIENCE = 60.0  # seconds for a process to start
# Two deaths condemn a batch: with Dask's own four the tests would take as much longer.
_CONFIGURED = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1", "OMP_NUM_THREADS": "1"}


@dataclass
class Cluster:
    """``with Cluster(folder) as cluster: with cluster.workers(3) as processes: …``"""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)  # as certificates
    options: tuple[str, ...] = ()  # of the scheduler

    def __enter__(self) -> Self:
        self._told = self.folder / "scheduler.json"
        self._process = self._start("scheduler", {}, "--scheduler-file", str(self._told), *self.options)
        wait_until(lambda: self._told.exists() and bool(self._told.read_text(encoding="utf-8").strip()), self._process)
        self.address = str(json.loads(self._told.read_text(encoding="utf-8"))["address"])
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        _stop(self._process)

    @contextlib.contextmanager
    def workers(self, count: int, trick: str = "", nanny: bool = False) -> Iterator[list[subprocess.Popen[bytes]]]:
        """Registered when it begins, gone from the scheduler when it ends. ``nanny``: one that dies is started anew."""
        more = ("--nanny" if nanny else "--no-nanny", "--nthreads", "1", "--local-directory", str(self.folder))
        tricks = {"TRICK": trick, "DASK_DISTRIBUTED__WORKER__PRELOAD": str(TRICKS)} if trick else {}
        processes = [self._start("worker", tricks, self.address, *more) for _ in range(count)]
        try:
            with self._client() as client:
                client.wait_for_workers(count, timeout=_PATIENCE)
            yield processes
        finally:
            for process in processes:
                _stop(process)
            if self._process.poll() is None:
                with self._client() as client:
                    wait_until(lambda: not client.nthreads(), self._process)

    @contextlib.contextmanager
    def _client(self) -> Iterator[object]:
        import dask
        from distributed import Client
        from distributed.security import Security

        with dask.config.set(dask.config.collect_env(self.environment)):
            security = Security()
        with Client(self.address, timeout=_PATIENCE, set_as_default=False, security=security) as client:
            yield client

    def _start(self, kind: str, environment: Mapping[str, str], *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", kind, *options, "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
        if kind == "worker":
            command = [part for part in command if part not in ("--port", "0")]
        with (self.folder / "log.txt").open("ab") as log:
            return subprocess.Popen(
                command,
                env=os.environ | _CONFIGURED | self.environment | environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def wait_until(holds: object, process: subprocess.Popen[bytes] | None = None) -> None:
    """Until it holds, or the process has ended, or time is up."""
    end = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < end, "took too long"
        assert process is None or process.poll() is None, "ended"
        time.sleep(0.02)


def _stop(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
