"""Nearest passages by cosine similarity.

An index knows rows, never passages: row i is passage i of the generation, and only generation.py joins the two.

Shapes  vectors (rows, dimension) float32, every row of length 1; query (dimension,) alike; allowed: one bool a row
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
Mask = npt.NDArray[np.bool_]
RowScore = tuple[int, float]

# Every vector is scanned up to here: 100,000 take 4 ms (8 under a filter), a million 48 (92). See docs/retrieval.md.
EXACT_UP_TO = 100_000
_LISTS = 256  # of the sketch; all of them are scanned
_TRAINED_ON = 40_000
_OVERSAMPLED, _CANDIDATES = 5, 1_000  # times the limit, and at least so many, go from the sketch to the exact scores
_FOR_ONE = 50  # the same where only the nearest is wanted


class VectorIndex(Protocol):
    def nearest(self, query: Vector, limit: int, allowed: Mask | None = None) -> list[RowScore]: ...
    def scores(self, query: Vector, rows: Rows) -> npt.NDArray[np.float32]: ...
    def of(self, rows: Rows) -> Matrix:
        """The vectors of some rows."""


class ExactVectors:
    """The reference: every other index is tested against it."""

    def __init__(self, vectors: Matrix) -> None:
        self._vectors = vectors

    def nearest(self, query: Vector, limit: int, allowed: Mask | None = None) -> list[RowScore]:
        rows = np.arange(len(self._vectors)) if allowed is None else np.flatnonzero(allowed)
        scores = self._vectors[rows] @ query
        return best(rows, scores, limit)

    def scores(self, query: Vector, rows: Rows) -> npt.NDArray[np.float32]:
        return np.asarray(self._vectors[rows] @ query, dtype=np.float32)

    def of(self, rows: Rows) -> Matrix:
        return self._vectors[rows]


class FaissVectors:
    """Half-precision vectors, mapped from one file; above EXACT_UP_TO with a sketch of one bit a dimension in front.

    The sketch (RaBitQ, Gao & Long 2024, "RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical Error Bound") is
    scanned whole, so no question is lost to a list or a graph that was not looked into, and filters act inside the scan. It
    picks candidates; their scores are those of the vectors.
    """

    def __init__(self, vectors: faiss.Index, sketch: faiss.Index | None = None) -> None:
        self._vectors = vectors
        self._sketch = sketch

    @classmethod
    def build(cls, vectors: Matrix, exact_up_to: int = EXACT_UP_TO) -> FaissVectors:
        rows, dimension = vectors.shape
        vectors = np.ascontiguousarray(vectors)
        stored = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        stored.add(vectors)
        return cls(stored, _sketch(vectors) if rows > exact_up_to else None)

    @classmethod
    def open(cls, folder: Path) -> FaissVectors:
        """From files whose hashes were checked before: FAISS trusts what it reads."""
        sketch = folder / "sketch.faiss"
        return cls(_mapped(folder / "vectors.faiss"), _mapped(sketch) if sketch.exists() else None)

    def save(self, folder: Path) -> None:
        _save(self._vectors, folder / "vectors.faiss")
        if self._sketch is not None:
            _save(self._sketch, folder / "sketch.faiss")

    def nearest(self, query: Vector, limit: int, allowed: Mask | None = None) -> list[RowScore]:
        selector = None
        if allowed is not None:
            selector = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        if self._sketch is None:
            return best(*_searched(self._vectors, query, limit, faiss.SearchParameters(sel=selector)), limit)
        wanted = max(_CANDIDATES, _OVERSAMPLED * limit) if limit > 1 else _FOR_ONE
        if allowed is not None and np.count_nonzero(allowed) <= wanted:
            candidates = np.flatnonzero(allowed)
        else:
            whole = faiss.SearchParametersIVF(nprobe=_LISTS, sel=selector)
            candidates, _ = _searched(self._sketch, query, wanted, whole)
        return best(candidates, self.scores(query, candidates), limit)

    def scores(self, query: Vector, rows: Rows) -> npt.NDArray[np.float32]:
        if not len(rows):
            return np.zeros(0, np.float32)
        return np.asarray(self.of(rows) @ query, dtype=np.float32)

    def of(self, rows: Rows) -> Matrix:
        return np.asarray(self._vectors.reconstruct_batch(rows), np.float32)


def _sketch(vectors: Matrix) -> faiss.Index:
    coarse = faiss.IndexFlatL2(vectors.shape[1])
    sketch = faiss.IndexIVFRaBitQFastScan(coarse, vectors.shape[1], _LISTS, faiss.METRIC_INNER_PRODUCT)
    sketch.cp.niter = 5  # lists only have to be of one kind; they are all read
    sample = np.random.default_rng(0).permutation(len(vectors))[:_TRAINED_ON]
    sketch.train(vectors[np.sort(sample)])
    sketch.add(vectors)
    return sketch


def _save(index: faiss.Index, path: Path) -> None:
    """Given the path itself, FAISS would not notice a disk that is full at the last bytes."""
    with path.open("wb") as file:
        faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))


def _mapped(path: Path) -> faiss.Index:
    return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)


def _searched(
    index: faiss.Index, query: Vector, limit: int, parameters: faiss.SearchParameters
) -> tuple[Rows, npt.NDArray[np.float32]]:
    if not index.ntotal:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    # One question is one thread's work: a team of threads would only wait for each other, 16 ms on a busy machine.
    faiss.omp_set_num_threads(1)
    scores, rows = index.search(query[None, :], min(limit, index.ntotal), params=parameters)
    found = rows[0] >= 0  # -1: fewer rows than asked for
    return rows[0][found], scores[0][found]


def best(rows: Rows, scores: npt.NDArray[np.float32], limit: int) -> list[RowScore]:
    """The ``limit`` highest scores with their rows; ties in the order of rows."""
    if len(rows) > 4 * limit:
        threshold = np.partition(scores, -limit)[-limit]
        kept = scores >= threshold
        rows, scores = rows[kept], scores[kept]
    order = np.lexsort((rows, -scores))[:limit]
    return [(int(rows[i]), float(scores[i])) for i in order]
