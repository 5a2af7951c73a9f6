-- One generation of one index, as indexer/schema.sql has it. Row i of passages is row i of the lists; vector: in the table of
-- vectors of the index, together with body. Filled once, then never changed.
CREATE TABLE documents (
    number integer NOT NULL,
    id text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    fingerprint text COLLATE "C" NOT NULL,
    title text COLLATE "C" NOT NULL,
    body text COLLATE "C",
    paper_id text COLLATE "C" NOT NULL,
    paper_type text COLLATE "C",
    reference_key text COLLATE "C",
    date text COLLATE "C",
    status text COLLATE "C" NOT NULL,
    record json NOT NULL,
    text text COLLATE "C" NOT NULL,
    boxes bytea NOT NULL
);
CREATE TABLE reference_keys (key text COLLATE "C" NOT NULL, looseness integer NOT NULL, document integer NOT NULL);
CREATE TABLE mentions (key text COLLATE "C" NOT NULL, document integer NOT NULL);
CREATE TABLE organizations (
    document integer NOT NULL,
    name text COLLATE "C" NOT NULL,
    consulted boolean NOT NULL,
    date text COLLATE "C"
);
CREATE TABLE passages (
    row integer NOT NULL,
    document integer NOT NULL,
    start integer NOT NULL,
    "end" integer NOT NULL,
    headings text COLLATE "C" NOT NULL,
    body text COLLATE "C" NOT NULL,
    vector bigint NOT NULL
);
-- Posting lists by the place of their term in the sorted list of terms; kind 0: terms, 1: runs of letters, which have no weights.
-- int32 and float32, little-endian. A list of no rows is left out.
CREATE TABLE lists (
    kind smallint NOT NULL,
    number integer NOT NULL,
    rows bytea NOT NULL,
    weights bytea
);
ALTER TABLE lists ALTER rows SET STORAGE EXTERNAL, ALTER weights SET STORAGE EXTERNAL;
-- Small files of a generation as they lie in a folder, in parts.
CREATE TABLE files (name text COLLATE "C" NOT NULL, part integer NOT NULL, data bytea NOT NULL);
ALTER TABLE files ALTER data SET STORAGE EXTERNAL;
