-- One generation of one collection. Row i of passages is row i of the vector and the lexical index.
CREATE TABLE documents (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT,
    paper_id TEXT NOT NULL,
    paper_type TEXT,
    reference_key TEXT,
    date TEXT,
    status TEXT NOT NULL,
    record TEXT NOT NULL,
    text TEXT NOT NULL,
    boxes BLOB NOT NULL
);
CREATE INDEX documents_by_reference ON documents (reference_key);
CREATE INDEX documents_by_paper ON documents (paper_id);
-- The numbers under which a paper is found; see numbering.py.
CREATE TABLE reference_keys (key TEXT NOT NULL, looseness INTEGER NOT NULL, document INTEGER NOT NULL REFERENCES documents (number));
CREATE INDEX reference_keys_by_key ON reference_keys (key, looseness);
-- The numbers that a document names.
CREATE TABLE mentions (key TEXT NOT NULL, document INTEGER NOT NULL REFERENCES documents (number));
CREATE INDEX mentions_by_key ON mentions (key);
-- consulted: 1 for a Gremium of the Beratungsfolge, with the day of its sitting if that is known; 0 for the author.
CREATE TABLE organizations (
    document INTEGER NOT NULL REFERENCES documents (number),
    name TEXT NOT NULL,
    consulted INTEGER NOT NULL,
    date TEXT
);
CREATE INDEX organizations_by_name ON organizations (name);
CREATE INDEX organizations_by_date ON organizations (date);
CREATE INDEX organizations_by_document ON organizations (document);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents (number),
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    headings TEXT NOT NULL
);
CREATE INDEX passages_by_document ON passages (document);
