"""What a service keeps besides the index: keys, logins, shared answers, judgements; and where.

tables.py    small tables, in SQL that SQLite and PostgreSQL both understand
records.py   small records of JSON, read at each use
folder.py    for one host: files in the folder of the settings, logins in memory
server.py    for several hosts: all of it on the PostgreSQL server that holds the index
stores.py    which of the two

The audit log is not among it: it stays a file of each host (audit.py).
"""
