"""Near-duplicates: passages of one form that differ in a number, a name, a date.

Each passage is sketched by the smallest hashes of its words, numbers left out (MinHash, Broder 1997, "On the Resemblance and
Containment of Documents"). Passages of different documents whose sketches meet in a band are compared word by word, and belong
together if they share four fifths of their words with the first of their group. Groups order results, they hide nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy import sparse

from indexer.words import Words

_BANDS, _PER_BAND = 16, 4
_ALIKE = 0.8  # share of words (Jaccard)
_SHORTEST = 20  # different words; shorter passages are alike by chance
_AT_ONCE = 50_000  # pairs that are compared at a time

Groups = npt.NDArray[np.int32]
Pairs = npt.NDArray[np.int64]


def grouped(words: Words, documents: npt.NDArray[np.int32]) -> Groups:
    """For each passage the first passage of its group; itself where it is alone. ``documents``: of each passage."""
    told = np.array([word[0].isalpha() for word in words.words], np.int32)
    kept = sparse.csr_array(words.counts.astype(bool).astype(np.int32) @ sparse.diags_array(told, dtype=np.int32))
    kept.eliminate_zeros()
    groups = np.arange(len(words.keys), dtype=np.int32)
    for first, other in _alike(kept, _candidates(kept, words, documents)).tolist():
        if groups[first] == first and groups[other] == other:  # an own group's first, and not yet in one
            groups[other] = first
    return groups


def _alike(kept: sparse.csr_array, pairs: Pairs) -> Pairs:
    """The pairs that share enough of their words, by the later passage, then by the earlier."""
    sizes = np.diff(kept.indptr)
    shared = [
        np.asarray(kept[part[:, 0]].multiply(kept[part[:, 1]]).sum(axis=1)).reshape(-1)
        for part in (pairs[start : start + _AT_ONCE] for start in range(0, len(pairs), _AT_ONCE))
    ]
    common = np.concatenate(shared) if shared else np.zeros(0)
    united = sizes[pairs[:, 0]] + sizes[pairs[:, 1]] - common
    return np.asarray(pairs[common >= _ALIKE * united])


def _candidates(kept: sparse.csr_array, words: Words, documents: npt.NDArray[np.int32]) -> Pairs:
    """(earlier, later) passages of different documents whose sketches agree in a band with the first of their bucket."""
    rows, sketches = _sketches(kept, words)
    found = [np.zeros((0, 2), np.int64)]
    for first, other in _buckets(sketches):
        pairs = np.stack([rows[first], rows[other]], axis=1)
        found.append(pairs[documents[pairs[:, 0]] != documents[pairs[:, 1]]])
    unique = np.unique(np.concatenate(found), axis=0)
    return unique[np.lexsort((unique[:, 0], unique[:, 1]))]


def _buckets(sketches: npt.NDArray[np.uint32]) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    for band in range(_BANDS):
        part = np.ascontiguousarray(sketches[:, band * _PER_BAND : (band + 1) * _PER_BAND])
        _, first, bucket = np.unique(part, axis=0, return_index=True, return_inverse=True)
        firsts = first[bucket.reshape(-1)]
        other = np.flatnonzero(firsts != np.arange(len(firsts)))
        yield firsts[other], other


def _sketches(kept: sparse.csr_array, words: Words) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
    """The passages that are long enough, and their sketches, a line each."""
    ends = kept.indptr.astype(np.int64)
    rows = np.flatnonzero(np.diff(ends) >= _SHORTEST)
    sketches = np.zeros((len(rows), _BANDS * _PER_BAND), np.uint32)
    if not len(rows):
        return rows, sketches
    digests = [hashlib.blake2b(word.encode(), digest_size=8).digest() for word in words.words]
    hashes = np.frombuffer(b"".join(digests), np.uint64)[kept.indices]
    factors = np.random.default_rng(0).integers(0, 2**63, sketches.shape[1], np.uint64) | np.uint64(1)
    stretches = np.stack([ends[rows], ends[rows + 1]], axis=1).reshape(-1)
    for column, factor in enumerate(factors):
        mixed = np.append(((hashes * factor) >> np.uint64(32)).astype(np.uint32), np.uint32(0))  # 0: where the last one ends
        sketches[:, column] = np.minimum.reduceat(mixed, stretches)[::2]
    return rows, sketches
