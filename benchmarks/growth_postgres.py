"""What growth.py asks of PostgreSQL: a server with settings as on a machine of its own, and what it takes up.

The server runs on the machine that asks it, so both share its cores. ``fsync`` is on.
"""

from __future__ import annotations

import contextlib
import os
import time
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from indexer.postgres.bringing import Server, publish_live
from indexer.store import PUBLIC, Collection

SETTINGS = {
    "shared_buffers": "2GB",
    "effective_cache_size": "6GB",
    "maintenance_work_mem": "2GB",  # holds the graph of a million vectors while it is built
    "work_mem": "64MB",
    "max_wal_size": "8GB",
    "random_page_cost": "1.1",
    "max_parallel_maintenance_workers": "2",
}
_LAST_PAPER = 10  # passages
_PARENT, _OF_OWN, _OF_ENDED = 0, slice(10, 12), slice(12, 14)  # of /proc/pid/stat, from the parent on
_SIZES = """
    SELECT CASE
        WHEN am.amname = 'hnsw' THEN 'HNSW'
        WHEN t.relname LIKE 'vectors%' AND c.relkind = 'r' THEN 'vectors'
        WHEN t.relname LIKE 'vectors%' THEN 'keys of vectors'
        WHEN t.relname IN ('lists', 'files') THEN t.relname
        ELSE 'texts and the rest'
    END AS part, round(sum(pg_relation_size(c.oid) + CASE WHEN c.relkind = 'r' THEN
        coalesce((SELECT pg_total_relation_size(toast.oid) FROM pg_class toast WHERE toast.oid = c.reltoastrelid), 0) ELSE 0 END
    ) / 1e6)::int
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname LIKE 'ratslotse%'
    LEFT JOIN pg_am am ON am.oid = c.relam
    LEFT JOIN pg_index i ON i.indexrelid = c.oid
    JOIN pg_class t ON t.oid = coalesce(i.indrelid, c.oid)
    WHERE c.relkind IN ('r', 'i') GROUP BY 1 ORDER BY 2 DESC
"""


def publish(url: str, root: Path) -> dict[str, Any]:
    """The index in a folder to an empty database; then as if its last paper were new, as in any run with little to do."""
    server, index = Server(url), Collection(root, PUBLIC)
    with psycopg.connect(url, autocommit=True) as connection:
        first, written = _publish(connection, server, index)
        sizes = dict(connection.execute(_SIZES).fetchall())
        _forget_last_paper(connection)
        again, rewritten = _publish(connection, server, index)
    wal = {"wal_megabytes": written, "again_wal_megabytes": rewritten}
    return {"write_seconds": first, "rewrite_seconds": again, "megabytes": sizes} | wal


def _publish(connection: psycopg.Connection[Any], server: Server, index: Collection) -> tuple[float, int]:
    """Seconds, and megabytes of the log that standbys are sent."""
    [(before,)] = connection.execute("SELECT pg_current_wal_lsn()").fetchall()
    start = time.perf_counter()
    server.run(partial(publish_live, index))
    seconds = time.perf_counter() - start
    [(written,)] = connection.execute("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), %s)", [before]).fetchall()
    return round(seconds, 1), round(int(written) / 1e6)


def _forget_last_paper(connection: psycopg.Connection[Any]) -> None:
    """Its vectors, and what the live generation was made from: the next publishing finds something to do."""
    query = "SELECT i.schema, g.schema, g.vectors FROM ratslotse.generations g JOIN ratslotse.indexes i ON i.name = g.index"
    [(of_index, of_generation, vectors)] = connection.execute(query).fetchall()
    connection.execute(
        sql.SQL(
            "DELETE FROM {vectors} v USING {passages} p WHERE v.body = p.body AND v.id = p.vector "
            "AND p.row > (SELECT max(row) FROM {passages}) - %s"
        ).format(vectors=sql.Identifier(of_index, vectors), passages=sql.Identifier(of_generation, "passages")),
        [_LAST_PAPER],
    )
    connection.execute("""UPDATE ratslotse.generations SET manifest = manifest::jsonb || '{"digest": ""}'""")


class Watched:
    """The processes of a server on this machine."""

    def __init__(self, url: str) -> None:
        with psycopg.connect(url) as connection:
            self._first = _numbers(Path(f"/proc/{connection.info.backend_pid}"))[_PARENT]

    def cpu_seconds(self) -> float:
        """Of all, those that ended too."""
        ended = sum(_numbers(Path(f"/proc/{self._first}"))[_OF_ENDED])
        return (ended + sum(sum(_numbers(process)[_OF_OWN]) for process in self._processes())) / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> int:
        """What processes share counts once. What the system caches of the files is not counted."""
        return sum(_share(process) for process in self._processes()) // 1000

    def _processes(self) -> list[Path]:
        first = Path(f"/proc/{self._first}")
        return [first, *(path for path in first.parent.glob("[0-9]*") if _numbers(path)[_PARENT] == self._first)]


def _numbers(process: Path) -> list[int]:
    """See proc(5), /proc/pid/stat, from the parent on; zeros of a process that has ended."""
    with contextlib.suppress(OSError):
        return [int(number) for number in (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1:]]
    return [0] * 20


def _share(process: Path) -> int:
    with contextlib.suppress(OSError):
        lines = (process / "smaps_rollup").read_text(encoding="utf-8").splitlines()[1:]
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return 0
