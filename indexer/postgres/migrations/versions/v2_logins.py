"""What API hosts need to be one service: logins, the logins under way, and the secrets that they sign with."""

import secrets

from alembic import op
from sqlalchemy import text

revision = "2"
down_revision = "1"

_TABLES = """
ALTER TABLE ratslotse.kept ADD mark text NOT NULL;  -- another one with each change
CREATE TABLE ratslotse.sessions (
    id text COLLATE "C" PRIMARY KEY, name text NOT NULL, role text NOT NULL, proof text NOT NULL,
    everybody text NOT NULL, own text NOT NULL, began double precision NOT NULL, seen double precision NOT NULL
);
CREATE TABLE ratslotse.begun (
    ticket text COLLATE "C" PRIMARY KEY, state text NOT NULL, nonce text NOT NULL, verifier text NOT NULL, target text NOT NULL,
    began double precision NOT NULL
);
CREATE TABLE ratslotse.secrets (name text PRIMARY KEY, value bytea NOT NULL);
"""
_SECRETS = ("answers", "sessions")


def upgrade() -> None:
    op.execute(_TABLES)
    for name in _SECRETS:
        insert = text("INSERT INTO ratslotse.secrets VALUES (:name, :value)")
        op.execute(insert.bindparams(name=name, value=secrets.token_bytes(32)))
