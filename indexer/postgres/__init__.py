"""The index on a PostgreSQL server, beside or instead of a folder: written by whoever indexes, read by any number of API hosts.

names.py       what schemas, tables and roles are called
migrating.py   brings the tables that all indexes share to what this version needs
publishing.py  a generation of a folder -> the server, in one transaction
tidying.py     what is no longer asked

schema ratslotse                   indexes, generations, and what API hosts share
schema "ratslotse/public"          the vectors of one index, shared by its generations
schema "ratslotse/public/000042"   one generation: see generation.sql
"""
