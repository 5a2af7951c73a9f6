"""Lists of rows on disk, memory-mapped: for term i the rows starts[i] to starts[i + 1], ascending, with their weights if any.

terms.txt     the terms, one a line, sorted by their bytes; offsets.npy: where each begins
starts.npy    int64, terms + 1;  rows.npy  int32;  weights.npy  float32, only where rows differ in weight
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

Int32s = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Weigh = Callable[[npt.NDArray[np.float64], Int32s], Floats]  # counts and their rows to weights

_REMEMBERED = 50_000  # numbers of terms; a question asks for each several times
_BLOCK = 20_000  # rows that are turned into postings at a time


class Postings:
    def __init__(self, folder: Path) -> None:
        self._terms = (folder / "terms.txt").read_bytes()
        self._offsets = _mapped(folder / "offsets.npy")
        self._starts = _mapped(folder / "starts.npy")
        self._rows = _mapped(folder / "rows.npy")
        self._weights = _mapped(folder / "weights.npy") if (folder / "weights.npy").exists() else None
        # A function of the arrays, not of self: a cached method would keep a replaced generation alive.
        self._number = lru_cache(maxsize=_REMEMBERED)(partial(_number, self._terms, self._offsets))

    def find(self, term: str) -> tuple[Int32s, Floats | None] | None:
        """(rows, weights) of a term that any row holds; weights is None where none were written."""
        number = self._number(term)
        if number is None or self._starts[number] == self._starts[number + 1]:
            return None
        stretch = slice(int(self._starts[number]), int(self._starts[number + 1]))
        return self._rows[stretch], None if self._weights is None else self._weights[stretch]

    def holding(self, term: str) -> int | None:
        """How many rows hold a term, None if it is unknown; 0 for one whose rows were left out."""
        number = self._number(term)
        return None if number is None else int(self._starts[number + 1] - self._starts[number])

    def knows_beginning(self, letters: str) -> bool:
        """Whether any term begins so."""
        at = _first_from(self._terms, self._offsets, letters.encode())
        return at < len(self._offsets) - 1 and _term(self._terms, self._offsets, at).startswith(letters.encode())


def _number(terms: bytes, offsets: npt.NDArray[np.int64], term: str) -> int | None:
    """The place of a term, None if it is not there."""
    wanted = term.encode()
    at = _first_from(terms, offsets, wanted)
    return at if at < len(offsets) - 1 and _term(terms, offsets, at) == wanted else None


def _first_from(terms: bytes, offsets: npt.NDArray[np.int64], wanted: bytes) -> int:
    """The place of the first term that is not below this one, by bisection of the sorted bytes."""
    low, high = 0, len(offsets) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if _term(terms, offsets, middle) < wanted else (low, middle)
    return low


def _term(terms: bytes, offsets: npt.NDArray[np.int64], place: int) -> bytes:
    return terms[offsets[place] : offsets[place + 1] - 1]


def write_postings(
    folder: Path,
    terms: Sequence[str],
    counts: sparse.csr_array,
    parts: sparse.csr_array,
    weigh: Weigh | None = None,
    leave_out: Callable[[int], bool] = lambda _: False,
) -> None:
    """Writes the lists of all terms.

    ``counts`` (rows, words) says which words a row holds, ``parts`` (words, terms) which terms a word has; their product
    is made block by block, twice: once to count, once to write. ``leave_out`` tells by the number of rows that hold a term
    whether its list stays empty.
    """
    folder.mkdir()
    encoded = [term.encode() for term in terms]
    (folder / "terms.txt").write_bytes(b"".join(term + b"\n" for term in encoded))
    _save(folder / "offsets.npy", np.cumsum([0, *(len(term) + 1 for term in encoded)]))
    holding = np.zeros(len(terms), np.int64)
    for _, block in _blocks(counts, parts):
        holding += np.diff(block.indptr)
    kept = np.array([not leave_out(number) for number in holding.tolist()], bool)
    starts = np.concatenate(([0], np.cumsum(holding * kept)))
    _save(folder / "starts.npy", starts)
    rows = _created(folder / "rows.npy", np.int32, int(starts[-1]))
    weights = _created(folder / "weights.npy", np.float32, int(starts[-1])) if weigh else None
    filled = starts[:-1].copy()
    for first, block in _blocks(counts, parts):
        lengths = np.diff(block.indptr)
        wanted = np.repeat(kept, lengths)
        # Entry e of term t goes where the term's list has been filled to, plus e's place within the block's list.
        within = np.arange(len(wanted)) - np.repeat(block.indptr[:-1], lengths)
        places = (np.repeat(filled, lengths) + within)[wanted]
        found = (block.indices[wanted] + first).astype(np.int32)
        rows[places] = found
        if weigh and weights is not None:
            weights[places] = weigh(block.data[wanted], found)
        filled += lengths
    for written in (rows, weights):
        if isinstance(written, np.memmap):
            written.flush()


def _blocks(counts: sparse.csr_array, parts: sparse.csr_array) -> Iterator[tuple[int, sparse.csc_array]]:
    """(first row, table of a block's rows by terms, columns sorted)."""
    for first in range(0, counts.shape[0], _BLOCK):
        block = sparse.csc_array(counts[first : first + _BLOCK].astype(np.float64) @ parts)
        block.sort_indices()
        yield first, block


def _created(path: Path, kind: type[np.generic], length: int) -> npt.NDArray[Any]:
    if not length:  # an empty file cannot be mapped
        np.save(path, np.zeros(0, kind), allow_pickle=False)
        return np.zeros(0, kind)
    return np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=(length,))


def _save(path: Path, values: npt.NDArray[Any]) -> None:
    np.save(path, np.ascontiguousarray(values), allow_pickle=False)


def _mapped(path: Path) -> npt.NDArray[Any]:
    """As a plain array over the map: slices of numpy's own memmap class cost more than what is read through them."""
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
