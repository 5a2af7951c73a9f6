"""Run by Alembic for each call of its commands; the connection, its transaction and its lock are those of migrating.py."""

from alembic import context

from indexer.postgres.names import SHARED

context.configure(connection=context.config.attributes["connection"], version_table="version", version_table_schema=SHARED)
context.run_migrations()
