"""Who may read what: group roles, to which the operator gives the logins of API hosts. They are his; none is made here.

ratslotse_read_public   the index public; of each index alike (names.reading_role)
ratslotse_serve         what API hosts share: keys, logins, shared answers, judgements; to see what was forgotten, and the
                        secrets that all sign with
"""

from __future__ import annotations

from typing import LiteralString

from psycopg import sql

from indexer.postgres import names
from indexer.postgres.connecting import Connection

_MAINTAINING = 170_000  # the first version where others than the owner may be allowed to vacuum
_SERVING = "ratslotse_serve"
_ONLY_SEEN = ("tombstones", "secrets")
_NOT_SHARED = ["indexes", "generations", "version"]


def grant(connection: Connection) -> None:
    """What the roles that exist lack. Nothing is written if they lack nothing."""
    query = (
        "SELECT name, i.schema, g.schema FROM ratslotse.indexes i JOIN ratslotse.generations g ON (index, number) = (name, live)"
    )
    for index, *schemas in connection.execute(query).fetchall():
        role = names.reading_role(index)
        if _exists(connection, role):
            for schema in schemas:
                _grant_schema(connection, schema, role)
    if _exists(connection, _SERVING):
        rights: LiteralString = "SELECT, INSERT, UPDATE, DELETE"
        if connection.info.server_version >= _MAINTAINING:  # so that no byte of what was deleted stays in a file
            rights += ", MAINTAIN"
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename <> ALL(%s)"
        for (table,) in connection.execute(tables, [names.SHARED, _NOT_SHARED]).fetchall():
            _grant_table(connection, names.SHARED, table, "SELECT" if table in _ONLY_SEEN else rights, _SERVING)


def _exists(connection: Connection, role: str) -> bool:
    return connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone() is not None


def _grant_schema(connection: Connection, schema: str, role: str) -> None:
    query = "SELECT has_schema_privilege(%s, oid, 'USAGE') FROM pg_namespace WHERE nspname = %s"
    if connection.execute(query, [role, schema]).fetchone() == (False,):
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(sql.Identifier(schema), sql.Identifier(role)))
    for (table,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema]).fetchall():
        _grant_table(connection, schema, table, "SELECT", role)


def _grant_table(connection: Connection, schema: str, table: str, rights: LiteralString, role: str) -> None:
    identifier = sql.Identifier(schema, table)
    # Of several rights this asks whether there is any of them; all are given together.
    given = connection.execute("SELECT has_table_privilege(%s, %s, %s)", [role, identifier.as_string(connection), rights])
    if given.fetchone() == (False,):
        connection.execute(sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(rights), identifier, sql.Identifier(role)))
