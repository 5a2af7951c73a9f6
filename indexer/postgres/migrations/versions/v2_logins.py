"""What API hosts need to be one service: logins, the logins under way, and the secrets that they sign with."""

import secrets

from alembic import op
from sqlalchemy import text

from indexer.postgres.names import SERVING_ROLE

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
_GRANTS = f"""
DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{SERVING_ROLE}') THEN
    GRANT SELECT ON ratslotse.secrets, ratslotse.tombstones TO {SERVING_ROLE};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ratslotse.kept, ratslotse.sessions, ratslotse.begun,
        ratslotse.shares, ratslotse.judgements, ratslotse.judged TO {SERVING_ROLE};
    IF current_setting('server_version_num')::int >= 170000 THEN
        GRANT MAINTAIN ON ratslotse.shares, ratslotse.judgements, ratslotse.judged TO {SERVING_ROLE};
    END IF;
END IF; END $$
"""


def upgrade() -> None:
    op.execute(_TABLES)
    for name in _SECRETS:
        insert = text("INSERT INTO ratslotse.secrets VALUES (:name, :value)")
        op.execute(insert.bindparams(name=name, value=secrets.token_bytes(32)))
    op.execute(_GRANTS)
