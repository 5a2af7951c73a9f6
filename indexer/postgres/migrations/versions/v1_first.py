"""The indexes and their generations; what was forgotten; what API hosts keep together.

Whoever may not use the schema of an index does not see its rows here either: names, counts and digests are part of it.
"""

from alembic import op

revision = "1"
down_revision = None

_TABLES = """
CREATE FUNCTION ratslotse.json_extract(document json, path text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN document #>> string_to_array(substr(path, 3), '.');
COMMENT ON FUNCTION ratslotse.json_extract IS 'As SQLite has it, for paths as $.paper.reference';

CREATE SEQUENCE ratslotse.numbers;  -- of generations, of all indexes: none is ever used twice
CREATE TABLE ratslotse.indexes (
    name text COLLATE "C" PRIMARY KEY,
    schema text NOT NULL UNIQUE,
    live text COLLATE "C"
);
CREATE TABLE ratslotse.generations (
    index text COLLATE "C" NOT NULL REFERENCES ratslotse.indexes (name) ON DELETE CASCADE,
    number text COLLATE "C" NOT NULL,
    schema text NOT NULL UNIQUE,
    vectors text NOT NULL,  -- the table of its vectors, in the schema of the index
    manifest text NOT NULL,
    published timestamptz NOT NULL,
    retired timestamptz,
    PRIMARY KEY (index, number)
);
ALTER TABLE ratslotse.indexes ADD FOREIGN KEY (name, live) REFERENCES ratslotse.generations (index, number)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ratslotse.indexes ENABLE ROW LEVEL SECURITY;
CREATE POLICY readers ON ratslotse.indexes FOR SELECT USING (
    EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = schema AND has_schema_privilege(oid, 'USAGE'))
);
ALTER TABLE ratslotse.generations ENABLE ROW LEVEL SECURITY;
CREATE POLICY readers ON ratslotse.generations FOR SELECT USING (
    EXISTS (SELECT FROM ratslotse.indexes WHERE name = index)
);
GRANT USAGE ON SCHEMA ratslotse TO PUBLIC;
GRANT SELECT ON ratslotse.indexes, ratslotse.generations TO PUBLIC;

CREATE TABLE ratslotse.tombstones (
    id text COLLATE "C" PRIMARY KEY,
    made text NOT NULL,
    names text[] NOT NULL,
    contents text[] NOT NULL,
    withheld text[] NOT NULL
);
CREATE TABLE ratslotse.kept (name text PRIMARY KEY, content text NOT NULL);
CREATE TABLE ratslotse.shares (
    id text COLLATE "C" PRIMARY KEY, secret text NOT NULL, records text NOT NULL, expires bigint NOT NULL
);
CREATE TABLE ratslotse.judgements (
    answer text COLLATE "C" PRIMARY KEY, made bigint NOT NULL, verdict text NOT NULL, reason text NOT NULL, words text NOT NULL,
    question text NOT NULL, outcome text NOT NULL, mode text NOT NULL
);
CREATE TABLE ratslotse.judged (
    answer text COLLATE "C" NOT NULL, document text COLLATE "C" NOT NULL, PRIMARY KEY (answer, document)
);
"""


def upgrade() -> None:
    op.execute(_TABLES)
