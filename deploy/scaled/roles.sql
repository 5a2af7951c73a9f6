-- Once, as superuser, in the new database: psql -d ratslotse -f roles.sql; passwords afterwards with \password NAME.
-- More roles, for what is not public: docs/postgres.md
CREATE EXTENSION vector;

CREATE ROLE ratslotse_index LOGIN; -- indexes and publishes; what it makes belongs to it
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO ratslotse_index', current_database()); END $$;

CREATE ROLE ratslotse_read_public; -- publishing gives it the index public, and no other
CREATE ROLE ratslotse_serve; -- keys, logins, shared answers and judgements
CREATE ROLE api_public LOGIN IN ROLE ratslotse_read_public, ratslotse_serve; -- API hosts
