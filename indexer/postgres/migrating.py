"""Brings the tables that all indexes share to what this version of the program needs; see migrations/.

Whoever writes does so first, by itself. Of several at once one does it and the others wait.
"""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from indexer.errors import IndexTooNew
from indexer.postgres.connecting import connect, shown
from indexer.postgres.names import SHARED

_LOCK = 0x72617473  # any number that all versions of the program agree on


def migrate(url: str) -> None:
    """In one transaction. Raises IndexTooNew: what a newer version made is left alone; psycopg.Error."""
    engine = create_engine("postgresql+psycopg://", creator=lambda: connect(url), poolclass=NullPool)
    try:
        with engine.begin() as connection:
            _migrate(connection, url)
    except DBAPIError as error:
        raise (error.orig or error) from error


def _migrate(connection: Connection, url: str) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    known = ScriptDirectory.from_config(_config(connection))
    found = MigrationContext.configure(connection, opts={"version_table": "version", "version_table_schema": SHARED})
    versions = {script.revision for script in known.walk_revisions()}
    at = found.get_current_revision()
    if at == known.get_current_head():
        return
    if at is not None and at not in versions:
        raise IndexTooNew(index=shown(url), found=at, known=known.get_current_head())
    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SHARED}"))
    command.upgrade(_config(connection), "head")


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "indexer.postgres:migrations")
    return config
