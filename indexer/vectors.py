"""Nearest passages by cosine similarity.

An index knows rows, never passages: row i is passage i of the generation, and only store.py joins the two.

Shapes  vectors (rows, dimension) float32, every row of length 1; query (dimension,) alike; allowed: sorted row numbers
Units   scores are cosine similarities in [-1, 1]; higher is nearer; equal scores in the order of rows
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import faiss
import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Vector = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
RowScore = tuple[int, float]

_FEW = 0.1  # below this share of the rows a filter is faster by gathering them


class VectorIndex(Protocol):
    def nearest(self, query: Vector, limit: int, allowed: Rows | None = None) -> list[RowScore]: ...
    def scores(self, query: Vector, rows: Rows) -> npt.NDArray[np.float32]: ...


class ExactVectors:
    """The reference: every other index is tested against it."""

    def __init__(self, vectors: Matrix) -> None:
        self._vectors = vectors

    def nearest(self, query: Vector, limit: int, allowed: Rows | None = None) -> list[RowScore]:
        rows = np.arange(len(self._vectors)) if allowed is None else allowed
        scores = self._vectors[rows] @ query
        return best(rows, scores, limit)

    def scores(self, query: Vector, rows: Rows) -> npt.NDArray[np.float32]:
        return np.asarray(self._vectors[rows] @ query, dtype=np.float32)


class FaissVectors:
    """FAISS' flat inner product: exact, written to and read from one file without pickle."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Matrix) -> FaissVectors:
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    @classmethod
    def open(cls, path: Path) -> FaissVectors:
        """Read from a file whose hash was checked before: FAISS trusts what it reads."""
        return cls(faiss.read_index(str(path)))

    def save(self, path: Path) -> None:
        faiss.write_index(self._index, str(path))

    def nearest(self, query: Vector, limit: int, allowed: Rows | None = None) -> list[RowScore]:
        total = self._index.ntotal
        if not total:
            return []
        if allowed is not None and len(allowed) <= _FEW * total:
            return best(allowed, self.scores(query, allowed), limit)
        parameters = None
        if allowed is not None:
            bitmap = np.zeros(total, bool)
            bitmap[allowed] = True
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(np.packbits(bitmap, bitorder="little")))
        scores, rows = self._index.search(query[None, :], min(limit, total), params=parameters)
        found = rows[0] >= 0  # -1: fewer rows than asked for
        return best(rows[0][found], scores[0][found], limit)

    def scores(self, query: Vector, rows: Rows) -> npt.NDArray[np.float32]:
        if not len(rows):
            return np.zeros(0, np.float32)
        return np.asarray(self._index.reconstruct_batch(rows) @ query, dtype=np.float32)


def best(rows: Rows, scores: npt.NDArray[np.float32], limit: int) -> list[RowScore]:
    """The ``limit`` highest scores with their rows; ties in the order of rows."""
    if len(rows) > 4 * limit:
        threshold = np.partition(scores, -limit)[-limit]
        kept = scores >= threshold
        rows, scores = rows[kept], scores[kept]
    order = np.lexsort((rows, -scores))[:limit]
    return [(int(rows[i]), float(scores[i])) for i in order]
