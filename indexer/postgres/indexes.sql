-- The indexes of a generation, made when its tables are filled.
ALTER TABLE documents ADD PRIMARY KEY (number), ADD UNIQUE (id);
CREATE INDEX documents_by_reference ON documents (reference_key);
CREATE INDEX documents_by_paper ON documents (paper_id);
CREATE INDEX reference_keys_by_key ON reference_keys (key, looseness);
CREATE INDEX mentions_by_key ON mentions (key);
CREATE INDEX organizations_by_name ON organizations (name);
CREATE INDEX organizations_by_date ON organizations (date);
CREATE INDEX organizations_by_document ON organizations (document);
ALTER TABLE passages ADD PRIMARY KEY (row);
CREATE INDEX passages_by_document ON passages (document);
CREATE INDEX passages_by_vector ON passages (vector);
ALTER TABLE lists ADD PRIMARY KEY (kind, number);
ALTER TABLE files ADD PRIMARY KEY (name, part);
ANALYZE documents, reference_keys, mentions, organizations, passages, lists, files;
