"""Nearest passages by pgvector. Candidates come from the HNSW index, or, where few are allowed, from looking at each of these;
their scores are those of the stored vectors in single precision, as in a folder.

What the filters allow goes along as a mask of bits. The index is walked until enough of them are found (iterative scan; the
settings are in pool.py): passages of other documents, of older generations too, are passed over.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from psycopg import sql

from indexer.database import Row
from indexer.postgres.pool import Connection, Server
from indexer.vectors import Mask, Matrix, Rows, RowScore, Vector, best

# Allowed passages that are all looked at. A passage the index comes across costs as much as 15 that are looked at by name, and
# of a share s it comes across limit / s: exact is cheaper below the root of 15 * oversampled limit * passages.
_EXACT_UP_TO, _DEARER = 20_000, 15
_LISTED, _SHARE_LISTED = 2_000, 0.02  # up to so many, or this share, rows are named; beyond a mask of all is shorter
_OVERSAMPLED = 2  # times the limit come from the HNSW index: it does not hand them over quite in order
_FEWEST, _MOST = 100, 1_000  # candidates that the walk keeps: what it takes to find the nearest one; what pgvector allows
_FEW_BODIES = 8  # up to here the partitions of others are not looked into
_HEAD_BYTES = 4  # of a vector as PostgreSQL sends it: dimension, 0; then the numbers, big-endian


class PostgresVectors:
    """Safe to use from many threads. Raises DatabaseUnusable."""

    def __init__(
        self,
        server: Server,
        passages: sql.Identifier,
        vectors: sql.Identifier,
        extension: str,
        bodies: tuple[Sequence[str], npt.NDArray[np.int32]],
        exact_up_to: int | None = None,
    ) -> None:
        """``extension``: the schema of pgvector. ``bodies``: their names, and for each passage the place of its own there.

        ``exact_up_to``: allowed passages that are all looked at; None: as many as that is cheaper for.
        """
        self._server = server
        self._bodies, self._body_of = bodies
        self._exact_up_to = exact_up_to
        self._names = {
            "passages": passages,
            "vectors": vectors,
            "vector": sql.Identifier(extension, "vector"),
            "halfvec": sql.Identifier(extension, "halfvec"),
            "product": sql.SQL("OPERATOR({}.<#>)").format(sql.Identifier(extension)),  # the negative one
        }
        self._scored = self._composed("-(v.embedding::{vector} {product} %s::{vector})")
        self._joined = self._composed("FROM {passages} p JOIN {vectors} v ON v.body = p.body AND v.id = p.vector")

    def nearest(self, query: Vector, limit: int, allowed: Mask | None = None) -> list[RowScore]:
        count = len(self._body_of) if allowed is None else int(np.count_nonzero(allowed))
        if not count:
            return []
        exact = self._compared if count <= self._most_compared(limit) else self._near
        found = exact(_as_text(query), limit, allowed)
        rows = np.array([row for row, _ in found], np.int64)
        return best(rows, np.array([score for _, score in found], np.float32), limit)

    def scores(self, query: Vector, rows: Rows) -> npt.NDArray[np.float32]:
        found: dict[int, float] = dict(self._rows_scored(_as_text(query), rows)) if len(rows) else {}
        return np.array([found[row] for row in rows.tolist()], np.float32)

    def of(self, rows: Rows) -> Matrix:
        query = f"SELECT p.row, v.embedding {self._joined} WHERE p.row = ANY(%s)"
        found: dict[int, bytes] = dict(self._all(query, [rows.tolist()])) if len(rows) else {}
        numbers = [np.frombuffer(found[row], ">f2", offset=_HEAD_BYTES) for row in rows.tolist()]
        return np.array(numbers, np.float32)

    def _rows_scored(self, asked: str, rows: Rows) -> list[Row]:
        query = f"SELECT p.row, {self._scored} {self._joined} WHERE p.row = ANY(%s)"
        return self._all(query, [asked, rows.tolist()])

    def _most_compared(self, limit: int) -> int:
        if self._exact_up_to is not None:
            return self._exact_up_to
        return max(_EXACT_UP_TO, math.isqrt(_DEARER * _OVERSAMPLED * limit * len(self._body_of)))

    def _compared(self, asked: str, limit: int, allowed: Mask | None) -> list[Row]:
        condition, values = self._among(allowed, "= 1")
        if allowed is not None and np.count_nonzero(allowed) <= max(_LISTED, _SHARE_LISTED * len(allowed)):
            condition, values = "WHERE p.row = ANY(%s)", [np.flatnonzero(allowed).tolist()]
        order = f"ORDER BY score DESC, p.row LIMIT {limit:d}"
        return self._all(f"SELECT p.row, {self._scored} AS score {self._joined} {condition} {order}", [asked, *values])

    def _near(self, asked: str, limit: int, allowed: Mask | None) -> list[Row]:
        condition, values = self._among(allowed, "<> 0")
        order = self._composed("ORDER BY v.embedding {product} %s::{halfvec} LIMIT %s")
        query = f"SELECT p.row, {self._scored} {self._joined} {condition} {order}"
        wanted = _OVERSAMPLED * limit
        return self._all(query, [asked, *values, asked, wanted], walked=min(max(_FEWEST, wanted), _MOST))

    def _among(self, allowed: Mask | None, is_set: str) -> tuple[str, list[object]]:
        """The condition that holds for allowed passages, and its values.

        ``is_set``: of "= 1" PostgreSQL expects that it holds for few and looks at each, of "<> 0" for all and walks the index.
        """
        if allowed is None:
            return "", []
        condition, values = f"WHERE get_bit(%s, p.row) {is_set}", [np.packbits(allowed, bitorder="little").tobytes()]
        touched = np.flatnonzero(np.bincount(self._body_of[allowed], minlength=len(self._bodies)))
        if len(touched) > _FEW_BODIES:
            return condition, [*values]
        names = [self._bodies[place] for place in touched.tolist()]
        return f"{condition} AND v.body IN ({', '.join(['%s'] * len(names))})", [*values, *names]

    def _composed(self, text: str) -> str:
        return sql.SQL(text).format(**self._names).as_string()

    def _all(self, query: str, values: Sequence[object], walked: int | None = None) -> list[Row]:
        """``walked``: see pool.Connection; None: the query does not walk the index."""

        def work(connection: Connection) -> list[Row]:
            if walked and connection.walked != walked:
                connection.execute(f"SET hnsw.ef_search = {walked:d}")
                connection.walked = walked
            return connection.execute(query, values, binary=True).fetchall()

        return self._server.read(work)


def _as_text(query: Vector) -> str:
    """As PostgreSQL reads it; nine digits are all that single precision has."""
    return f"[{','.join(f'{number:.9g}' for number in query.tolist())}]"
