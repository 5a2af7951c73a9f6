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
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

TRICKS = Path(__file__).with_name("dask_tricks.py")
_PATIENCE = 60.0  # seconds for a process to start
# Two deaths condemn a batch: with Dask's own four the tests would take as much longer.
_CONFIGURED = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1", "OMP_NUM_THREADS": "1"}


@dataclass
class Cluster:
    """``with Cluster(folder) as cluster: with cluster.workers(3) as processes: …``"""

    folder: Path
    configuration: Mapping[str, str] = field(default_factory=dict)  # of Dask, as certificates
    options: tuple[str, ...] = ()  # of the scheduler

    def __enter__(self) -> Self:
        self._told = self.folder / "scheduler.json"
        self._process = self._start("scheduler", {}, "--port", "0", "--scheduler-file", str(self._told), *self.options)
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
    def _client(self) -> Iterator[Any]:
        import dask
        from distributed import Client

        with dask.config.set(self.configuration), Client(self.address, timeout=_PATIENCE, set_as_default=False) as client:
            yield client

    def _start(self, kind: str, environment: Mapping[str, str], *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", kind, *options, "--host", "127.0.0.1", "--no-dashboard"]
        configured = {f"DASK_{name.replace('.', '__').replace('-', '_').upper()}": v for name, v in self.configuration.items()}
        with (self.folder / "log.txt").open("ab") as log:
            return subprocess.Popen(
                command,
                env=os.environ | _CONFIGURED | configured | environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def wait_until(holds: Callable[[], object], process: subprocess.Popen[bytes] | None = None) -> None:
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


def certificates(folder: Path) -> dict[str, str]:
    """A key and a certificate that vouches for itself, as Dask's settings for all three parts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "musterbach")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    both = folder / "tls.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    both.write_bytes(certificate.public_bytes(Encoding.PEM) + private)
    parts = ("scheduler.cert", "scheduler.key", "worker.cert", "worker.key", "client.cert", "client.key", "ca-file")
    return {f"distributed.comm.tls.{part}": str(both) for part in parts}
