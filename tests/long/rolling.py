"""Three hosts behind the proxy of deploy/scaled are exchanged one after the other while readers ask it.

    .venv/bin/python -m tests.long.rolling [--rounds 3] [--rate 20]

The proxy's own configuration is used, with other addresses; needs haproxy and openssl. No request fails: code 1 if one does.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import httpx

from benchmarks.load import UNLIMITED, Load
from benchmarks.machine import machine
from benchmarks.report import on, table
from tests.long import phases
from tests.pg_server import free_port

ROOT = Path(__file__).resolve().parents[2]
_HOSTS = ("api1", "api2", "api3")
_TAKEN_BACK = 6.0  # seconds after which the proxy has seen twice that a host is ready
_PAPERS = 12


class Hosts:
    def __init__(self, index: Path) -> None:
        self.ports = {name: free_port() for name in _HOSTS}
        self._index = index
        self._processes: dict[str, subprocess.Popen[str]] = {}

    def start(self, name: str) -> None:
        chosen = {**UNLIMITED, "index": str(self._index), "encoder": "hash"}
        environment = {**os.environ, **{f"RATSLOTSE_{key.upper()}": value for key, value in chosen.items()}}
        command = [sys.executable, "-m", "service", "serve", "--port", str(self.ports[name])]
        self._processes[name] = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert self._processes[name].stdout.readline()
        while httpx.get(f"http://127.0.0.1:{self.ports[name]}/health/ready").status_code != 200:
            time.sleep(0.1)

    def stop(self, name: str) -> None:
        self._processes[name].terminate()
        self._processes[name].wait()

    def stop_all(self) -> None:
        for name in self._processes:
            self.stop(name)


def _configuration(folder: Path, port: int, hosts: Hosts) -> Path:
    """The proxy's, on loopback and with a certificate of its own."""
    made = ["-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "public.pem", "-days", "1", "-subj", "/CN=localhost"]
    subprocess.run(["openssl", "req", "-x509", *made], cwd=folder, check=True, capture_output=True)
    certificate = folder / "certificate.pem"
    certificate.write_text((folder / "public.pem").read_text() + (folder / "key.pem").read_text())
    text = (ROOT / "deploy" / "scaled" / "haproxy.cfg").read_text(encoding="utf-8")
    changes = {"bind :8443": f"bind 127.0.0.1:{port}", "/run/secrets/certificate": str(certificate)}
    changes |= {f"{name}:8000": f"127.0.0.1:{hosts.ports[name]}" for name in _HOSTS}
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    path = folder / "haproxy.cfg"
    path.write_text(text, encoding="utf-8")
    return path


async def _asked(load: Load, hosts: Hosts, rounds: int, rate: float) -> None:
    client = load.client
    found = (await client.get("/api/v1/search", params={"q": "Maßnahme", "limit": 50})).json()["hits"]
    documents = [hit["document"]["id"] for hit in found]

    async def one(number: int) -> None:
        question = phases.QUESTIONS[number % len(phases.QUESTIONS)]
        document = documents[number % len(documents)]
        kind, send = [
            ("ask", lambda: client.post("/api/v1/ask", json={"question": question})),
            ("search", lambda: client.get("/api/v1/search", params={"q": question})),
            ("document", lambda: client.get(f"/api/v1/documents/{document}/text")),
            ("page", lambda: client.get("/suche", params={"q": question})),
        ][number % 4]
        await load.ask(kind, send)

    asking = asyncio.create_task(load.at_rate(rate, one))
    for _ in range(rounds):
        for name in _HOSTS:
            await asyncio.to_thread(hosts.stop, name)
            await asyncio.to_thread(hosts.start, name)
            await asyncio.sleep(_TAKEN_BACK)
    load.end()
    await asking
    await client.aclose()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rate", type=float, default=20, help="reads a second")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        source, index = folder / "papiere", folder / "index"
        source.mkdir()
        phases.write_papers(source, range(_PAPERS))
        phases.finish(phases.forked(lambda: phases.index_here(source, index)))
        hosts = Hosts(index)
        stack.callback(hosts.stop_all)
        for name in _HOSTS:
            hosts.start(name)
        port = free_port()
        proxy = subprocess.Popen(["haproxy", "-db", "-f", str(_configuration(folder, port, hosts))])
        stack.callback(proxy.wait)
        stack.callback(proxy.terminate)
        time.sleep(_TAKEN_BACK)
        load = Load(proxy.pid, f"https://127.0.0.1:{port}", 86_400)
        load.client = httpx.AsyncClient(base_url=f"https://127.0.0.1:{port}", timeout=60, verify=False)  # noqa: S501
        asyncio.run(_asked(load, hosts, options.rounds, options.rate))
    print(f"{options.rounds * len(_HOSTS)} hosts exchanged at {options.rate:g} reads a second, {on(machine())}\n")
    print("\n".join(table(["request", "number", "p50 ms", "p95 ms", "p99 ms", "most ms"], load.latencies())))
    print(f"\nErrors: {dict(load.failures) or 'none'}")
    return 1 if load.failures else 0


if __name__ == "__main__":
    sys.exit(main())
