"""Brings the tables that all indexes share to what this version of the program needs; see migrations/.

Whoever writes does so first, by itself. Of several at once one does it and the others wait.
"""

from __future__ import annotations

import re
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import errors
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from indexer.errors import DatabaseUnfit, IndexTooNew
from indexer.postgres import connecting
from indexer.postgres.names import SHARED

_LOCK = 0x72617473  # any number that all versions of the program agree on
_OLDEST_SERVER, _OLDEST_EXTENSION = 16, (0, 8)


def migrate(url: str) -> None:
    """In one transaction. Raises IndexTooNew: what a newer version made is left alone; DatabaseUnfit, DatabaseUnusable."""

    def connect() -> connecting.Connection:
        connection = connecting.connect(url)
        connection.autocommit = False
        return connection

    engine = create_engine("postgresql+psycopg://", creator=connect, poolclass=NullPool)
    with connecting.telling(url):
        try:
            with engine.begin() as connection:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                _check(connection.connection.driver_connection, url)
                _migrate(connection, url)
        except DBAPIError as error:
            raise (error.orig or error) from error


def _check(connection: Any, url: str) -> None:
    version = connection.info.server_version // 10_000
    if version < _OLDEST_SERVER or connection.info.parameter_status("server_encoding") != "UTF8":
        raise DatabaseUnfit(
            index=connecting.shown(url),
            problem_de=f"PostgreSQL {version}, Zeichensatz {connection.info.parameter_status('server_encoding')}",
            problem_en=f"PostgreSQL {version}, encoding {connection.info.parameter_status('server_encoding')}",
            remedy_de=f"Gebraucht wird PostgreSQL {_OLDEST_SERVER} oder neuer und eine Datenbank in UTF8.",
            remedy_en=f"Needed is PostgreSQL {_OLDEST_SERVER} or newer and a database in UTF8.",
        )
    query = "SELECT extversion FROM pg_extension WHERE extname = 'vector'"
    if not (found := connection.execute(query).fetchone()):
        try:
            connection.execute("CREATE EXTENSION vector")
        except (errors.InsufficientPrivilege, errors.FeatureNotSupported, errors.UndefinedFile) as error:
            raise _unfit_extension(url, "–") from error
        found = connection.execute(query).fetchone()
    if tuple(map(int, re.findall(r"\d+", found[0])[:2])) < _OLDEST_EXTENSION:
        raise _unfit_extension(url, found[0])


def _unfit_extension(url: str, found: str) -> DatabaseUnfit:
    return DatabaseUnfit(
        index=connecting.shown(url),
        problem_de=f"Gebraucht wird die Erweiterung vector (pgvector) ab 0.8, gefunden: {found}",
        problem_en=f"Needed is the extension vector (pgvector) 0.8 or newer, found: {found}",
        remedy_de="Bitte pgvector installieren und in dieser Datenbank «CREATE EXTENSION vector» oder "
        "«ALTER EXTENSION vector UPDATE» ausführen.",
        remedy_en="Please install pgvector and run 'CREATE EXTENSION vector' or 'ALTER EXTENSION vector UPDATE' in it.",
    )


def _migrate(connection: Connection, url: str) -> None:
    known = ScriptDirectory.from_config(_config(connection))
    found = MigrationContext.configure(connection, opts={"version_table": "version", "version_table_schema": SHARED})
    at = found.get_current_revision()
    if at == known.get_current_head():
        return
    if at is not None and at not in {script.revision for script in known.walk_revisions()}:
        raise IndexTooNew(index=connecting.shown(url), found=at, known=known.get_current_head())
    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SHARED}"))
    command.upgrade(_config(connection), "head")


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "indexer.postgres:migrations")
    return config
