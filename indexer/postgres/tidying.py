"""Removes from the server what nobody asks any more. A killed run leaves nothing: what it did was one transaction.

A generation that was replaced is not opened any more, but lists that readers are walking through still take their order from it
for a while (service/walking.py). One that holds what was forgotten goes at once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from psycopg import errors, sql

from indexer.postgres import names
from indexer.postgres.connecting import Connection, alone

_KEPT = "15 minutes"
_PATIENCE = "5s"  # that readers of a table are waited for; then the next run drops it


def tidy(connection: Connection, forgotten: Collection[str] = ()) -> None:
    """``forgotten``: ids of documents; of them nothing stays in the tables nor, after that, in their files."""
    query = "SELECT index, number, schema, retired < now() - %s::interval FROM ratslotse.generations WHERE retired IS NOT NULL"
    touched: dict[str, bool] = {}
    for index, number, schema, is_old in connection.execute(query, [_KEPT]).fetchall():
        holds = bool(forgotten) and _holds(connection, schema, sorted(forgotten))
        if (is_old or holds) and _drop(connection, index, number, schema, patient=holds):
            touched[index] = touched.get(index, False) or holds
    for index, thoroughly in touched.items():
        with alone(connection):
            emptied = _drop_vectors(connection, index)
        for table in emptied if thoroughly else ():
            connection.execute(sql.SQL("VACUUM {}").format(table))


def remove(index: str, connection: Connection) -> None:
    """An index with all its generations."""
    with alone(connection):
        schemas = connection.execute("SELECT schema FROM ratslotse.generations WHERE index = %s", [index]).fetchall()
        connection.execute("DELETE FROM ratslotse.indexes WHERE name = %s", [index])
        for (schema,) in [*schemas, (names.index_schema(index),)]:
            _drop_schema(connection, schema)


def _holds(connection: Connection, schema: str, forgotten: Sequence[str]) -> bool:
    query = sql.SQL("SELECT FROM {} WHERE id = ANY(%s) LIMIT 1").format(sql.Identifier(schema, "documents"))
    return connection.execute(query, [forgotten]).fetchone() is not None


def _drop(connection: Connection, index: str, number: str, schema: str, patient: bool) -> bool:
    """``patient``: waits for readers as long as any statement may, rather than leaving it to the next run."""
    try:
        with alone(connection):
            if not patient:
                connection.execute(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
            connection.execute("DELETE FROM ratslotse.generations WHERE index = %s AND number = %s", [index, number])
            _drop_schema(connection, schema)
    except errors.LockNotAvailable:
        if patient:
            raise
        return False
    return True


def _drop_schema(connection: Connection, schema: str) -> None:
    connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))


def _drop_vectors(connection: Connection, index: str) -> list[sql.Identifier]:
    """Tables of vectors that no generation names, and vectors that no passage names. Returns the tables that lost some."""
    of_index = names.index_schema(index)
    held = connection.execute("SELECT schema, vectors FROM ratslotse.generations WHERE index = %s", [index]).fetchall()
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename ~ '^vectors_[0-9]+$'"
    emptied = []
    for (name,) in connection.execute(tables, [of_index]).fetchall():
        table = sql.Identifier(of_index, name)
        users = [sql.Identifier(schema, "passages") for schema, vectors in held if vectors == name]
        if not users:
            connection.execute(sql.SQL("DROP TABLE {}").format(table))
            continue
        named = sql.SQL(" UNION ALL ").join(sql.SQL("SELECT body, vector FROM {}").format(passages) for passages in users)
        orphans = sql.SQL("DELETE FROM {} v WHERE NOT EXISTS (SELECT FROM ({}) p WHERE p.body = v.body AND p.vector = v.id)")
        if connection.execute(orphans.format(table, named)).rowcount:
            emptied.append(table)
    return emptied
