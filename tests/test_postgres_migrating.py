"""The tables that all indexes share: made by whoever writes first, brought up to date, left alone when they are newer."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory

from indexer.errors import DatabaseUnfit, DatabaseUnusable, IndexTooNew
from indexer.postgres import migrating
from indexer.postgres.migrating import migrate


def ask(url: str, query: str) -> list[tuple]:
    with psycopg.connect(url, autocommit=True) as connection:
        done = connection.execute(query.encode())
        return done.fetchall() if done.description else []


def test_several_hosts_may_begin_at_once(database_url: str) -> None:
    with ThreadPoolExecutor(4) as hosts:
        list(hosts.map(migrate, [database_url] * 4))
    assert ask(database_url, "SELECT count(*) FROM ratslotse.version") == [(1,)]
    assert ask(database_url, "SELECT count(*) FROM ratslotse.indexes") == [(0,)]


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The migrations of a later version of the program, which has one more."""
    folder = Path(shutil.copytree(Path(migrating.__file__).parent / "migrations", tmp_path / "migrations"))
    last = ScriptDirectory(str(folder)).get_current_head()
    head = f"from alembic import op\nrevision, down_revision = 'later', {last!r}\n"
    work = "CREATE TABLE ratslotse.later (name text); INSERT INTO ratslotse.later VALUES ('kept')"
    (folder / "versions" / "later.py").write_text(f"{head}def upgrade(): op.execute({work!r})\n")
    return folder


def test_an_older_database_is_brought_up_and_a_newer_one_is_left_alone(database_url: str, later: Path, monkeypatch) -> None:
    migrate(database_url)
    ask(database_url, "INSERT INTO ratslotse.tombstones VALUES ('a', 'b', '{}', '{}', '{}')")
    with monkeypatch.context() as patch:
        patch.setattr(migrating, "_SCRIPTS", str(later))
        migrate(database_url)
    found = "SELECT version_num, l.name, id FROM ratslotse.version, ratslotse.later l, ratslotse.tombstones"
    assert ask(database_url, found) == [("later", "kept", "a")]
    with pytest.raises(IndexTooNew, match="later"):
        migrate(database_url)
    assert ask(database_url, found) == [("later", "kept", "a")]


def test_a_migration_that_fails_changes_nothing(database_url: str, later: Path, monkeypatch) -> None:
    script = later / "versions" / "later.py"
    script.write_text(script.read_text().replace("'kept'", "missing"))
    monkeypatch.setattr(migrating, "_SCRIPTS", str(later))
    with pytest.raises(DatabaseUnusable, match="missing"):
        migrate(database_url)
    assert ask(database_url, "SELECT count(*) FROM pg_namespace WHERE nspname = 'ratslotse'") == [(0,)]


def test_what_the_server_lacks_is_told_with_the_remedy(database_url: str, monkeypatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(migrating, "_OLDEST_SERVER", 99)
        assert "PostgreSQL 99" in refusal(database_url)
    with monkeypatch.context() as patch:
        patch.setattr(migrating, "_OLDEST_EXTENSION", (99, 0))
        assert "ALTER EXTENSION vector UPDATE" in refusal(database_url)
    ask(database_url, "DO $$ BEGIN CREATE ROLE clerk LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
    clerk = database_url.replace("postgres@", "clerk@")
    assert "CREATE auf der Datenbank" in refusal(clerk)
    ask(database_url, "DROP EXTENSION vector")
    assert "CREATE EXTENSION vector" in refusal(clerk)


def refusal(url: str) -> str:
    with pytest.raises(DatabaseUnfit) as caught:
        migrate(url)
    assert caught.value.message("en") != caught.value.message("de")
    return caught.value.message("de")
