"""The index on a PostgreSQL server, beside or instead of a folder: written by whoever indexes, read by any number of API hosts.

names.py        what schemas, tables and roles are called
migrating.py    brings the tables that all indexes share to what this version needs; migrations/
bringing.py     what changed in the folder of an indexing host -> the server, index by index
publishing.py   one generation of a folder -> the server, in one transaction; connecting.py, copying.py
tidying.py      what nobody asks any more goes; forgotten.py: what was forgotten, on both sides
granting.py     who may read what
moving.py       a whole index from one place to another; fetching.py: a generation of the server -> a folder
opening.py      the live generation, for readers; pool.py, database.py, lists.py, vectors.py

schema ratslotse                   indexes, generations, and what API hosts share
schema "ratslotse/public"          the vectors of one index, shared by its generations
schema "ratslotse/public/000042"   one generation: see generation.sql
"""
