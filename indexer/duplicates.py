"""Near-duplicates: passages of one form that differ in a number, a name, a date.

Each passage is sketched by the smallest hashes of its words, numbers left out (MinHash, Broder 1997, "On the Resemblance and
Containment of Documents"); passages whose sketches meet in a band are compared, and grouped if they share four fifths of
their words. Groups order results, they hide nothing: see search.py.
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from indexer.words import Words

_BANDS, _PER_BAND = 16, 4
_ALIKE = 0.8  # share of words
_SHORTEST = 20  # different words; shorter passages are alike by chance

Groups = npt.NDArray[np.int32]


def grouped(words: Words) -> Groups:
    """For each passage the first passage of its group; itself where it is alone."""
    rows, sketches = _sketches(words)
    links: list[npt.NDArray[np.int64]] = []
    for band in range(_BANDS):
        part = np.ascontiguousarray(sketches[:, band * _PER_BAND : (band + 1) * _PER_BAND])
        _, first, bucket = np.unique(part, axis=0, return_index=True, return_inverse=True)
        other = first[bucket.reshape(-1)]
        alike = (sketches == sketches[other]).mean(axis=1) >= _ALIKE
        links.append(np.stack([rows[alike], rows[other[alike]]]))
    total = len(words.keys)
    ends = np.concatenate(links, axis=1) if links else np.zeros((2, 0), np.int64)
    graph = sparse.coo_array((np.ones(ends.shape[1], bool), (ends[0], ends[1])), shape=(total, total))
    _, labels = connected_components(graph, directed=False)
    _, first, place = np.unique(labels, return_index=True, return_inverse=True)
    return first[place.reshape(-1)].astype(np.int32)


def _sketches(words: Words) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
    """The passages that are long enough, and their sketches, a line each."""
    told = np.array([word[0].isalpha() for word in words.words], bool)
    kept = told[words.counts.indices]
    ends = np.concatenate(([0], np.cumsum(kept)))[words.counts.indptr]
    rows = np.flatnonzero(np.diff(ends) >= _SHORTEST)
    sketches = np.zeros((len(rows), _BANDS * _PER_BAND), np.uint32)
    if not len(rows):
        return rows, sketches
    digests = [hashlib.blake2b(word.encode(), digest_size=8).digest() for word in words.words]
    hashes = np.frombuffer(b"".join(digests), np.uint64)[words.counts.indices[kept]]
    factors = np.random.default_rng(0).integers(0, 2**63, sketches.shape[1], np.uint64) | np.uint64(1)
    for column, factor in enumerate(factors):
        mixed = np.append(((hashes * factor) >> np.uint64(32)).astype(np.uint32), np.uint32(0))  # 0: where the last one ends
        sketches[:, column] = np.minimum.reduceat(mixed, np.stack([ends[rows], ends[rows + 1]], axis=1).reshape(-1))[::2]
    return rows, sketches
