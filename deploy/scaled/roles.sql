-- Once, as superuser, in the new database: psql -d ratslotse -f roles.sql. Passwords afterwards: \password writer, \password reader
CREATE EXTENSION vector;

-- Indexes and publishes. What it makes belongs to it.
CREATE ROLE writer LOGIN;
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO writer', current_database()); END $$;

-- API hosts. Each index has a role of its own, and publishing gives it the right to read that index alone: an API host for
-- everybody gets no more than the public one, whatever happens to the program.
CREATE ROLE ratslotse_read_public;
CREATE ROLE ratslotse_serve; -- keys, logins, shared answers and judgements, which API hosts write
CREATE ROLE reader LOGIN IN ROLE ratslotse_read_public, ratslotse_serve;
