"""Lists of rows on disk, memory-mapped: for term i the rows starts[i] to starts[i + 1], ascending, with their weights if any.

terms.txt     the terms, one a line, sorted by their bytes; offsets.npy: where each begins
starts.npy    int64, terms + 1;  rows.npy  int32;  weights.npy  float32, only where rows differ in weight
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from scipy import sparse

from indexer.storage import save_array

Int32s = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Weigh = Callable[[Int32s, Int32s], Floats]  # counts and their rows to weights

_REMEMBERED = 50_000  # numbers of terms; a question asks for each several times
_BLOCK = 1_000_000  # entries of the product that are made at a time: what the processor's caches hold is made fastest


List = tuple[Int32s, Floats | None]  # rows, ascending, and their weights; None where none were written


class Lists(Protocol):
    """Where the lists themselves are kept: at most some of them are wanted at a time."""

    def read(self, numbers: Sequence[int]) -> list[List]:
        """Those of some terms, which are known by their place in the sorted list of terms."""


class Postings:
    def __init__(self, terms: bytes, offsets: npt.NDArray[np.int64], starts: npt.NDArray[np.int64], lists: Lists) -> None:
        """``terms``, ``offsets``, ``starts``: what the files of these names hold."""
        self._terms = terms
        self._offsets = offsets
        self._starts = starts
        self._lists = lists
        # A function of the arrays, not of self: a cached method would keep a replaced generation alive.
        self._number = lru_cache(maxsize=_REMEMBERED)(partial(_number, terms, offsets))

    @classmethod
    def open(cls, folder: Path) -> Postings:
        starts = _mapped(folder / "starts.npy")
        weights = _mapped(folder / "weights.npy") if (folder / "weights.npy").exists() else None
        lists = _MappedLists(starts, _mapped(folder / "rows.npy"), weights)
        return cls((folder / "terms.txt").read_bytes(), _mapped(folder / "offsets.npy"), starts, lists)

    def find(self, terms: Iterable[str]) -> dict[str, List]:
        """The lists of the terms that any row holds, in the order of the terms."""
        numbers = {term: number for term in terms if (number := self._number(term)) is not None and self._length(number)}
        return dict(zip(numbers, self._lists.read(list(numbers.values())), strict=True))

    def holding(self, term: str) -> int | None:
        """How many rows hold a term, None if it is unknown; 0 for one whose rows were left out."""
        number = self._number(term)
        return None if number is None else self._length(number)

    def knows_beginning(self, letters: str) -> bool:
        """Whether any term begins so."""
        at = _first_from(self._terms, self._offsets, letters.encode())
        return at < len(self._offsets) - 1 and _term(self._terms, self._offsets, at).startswith(letters.encode())

    def _length(self, number: int) -> int:
        return int(self._starts[number + 1] - self._starts[number])


class _MappedLists:
    def __init__(self, starts: npt.NDArray[np.int64], rows: Int32s, weights: Floats | None) -> None:
        self._starts = starts
        self._rows = rows
        self._weights = weights

    def read(self, numbers: Sequence[int]) -> list[List]:
        stretches = [slice(int(self._starts[number]), int(self._starts[number + 1])) for number in numbers]
        return [(self._rows[one], None if self._weights is None else self._weights[one]) for one in stretches]


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
    is made some terms at a time. ``leave_out`` tells by the number of rows that hold a term whether its list stays empty.
    """
    folder.mkdir()
    encoded = [term.encode() for term in terms]
    (folder / "terms.txt").write_bytes(b"".join(term + b"\n" for term in encoded))
    save_array(folder / "offsets.npy", np.cumsum([0, *(len(term) + 1 for term in encoded)]))
    lengths = [np.zeros(1, np.int64)]
    with contextlib.ExitStack() as files:
        rows = files.enter_context(_growing(folder / "rows.npy", np.int32))
        weights = files.enter_context(_growing(folder / "weights.npy", np.float32)) if weigh else None
        for block in _blocks(counts, parts):
            holding = np.diff(block.indptr)
            kept = np.array([not leave_out(number) for number in holding.tolist()], bool)
            lengths.append(holding * kept)
            wanted = np.repeat(kept, holding)
            found = block.indices[wanted].astype(np.int32)
            rows(found)
            if weigh and weights:
                weights(weigh(block.data[wanted], found))
    save_array(folder / "starts.npy", np.cumsum(np.concatenate(lengths), dtype=np.int64))


def _blocks(counts: sparse.csr_array, parts: sparse.csr_array) -> Iterator[sparse.csr_array]:
    """Tables of some terms by all rows, rows ascending; one after the other they hold every term."""
    of_words = sparse.csr_array(counts.T).astype(np.int32)
    of_terms = sparse.csr_array(parts.T)
    work = np.cumsum(of_terms.astype(bool) @ np.diff(of_words.indptr))
    first = 0
    while first < len(work):
        done = work[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(work, done + _BLOCK, "right")))
        block = sparse.csc_array(of_terms[first:last] @ of_words)
        yield sparse.csr_array(block)  # turned over twice, its rows ascend: faster than sorting them
        first = last


@contextlib.contextmanager
def _growing(path: Path, kind: type[np.generic]) -> Iterator[Callable[[npt.NDArray[Any]], None]]:
    """An array written piece by piece. Its length is written last: numpy's header has room for any."""
    length = 0

    def write_head() -> None:
        form = {"descr": np.lib.format.dtype_to_descr(np.dtype(kind)), "fortran_order": False, "shape": (length,)}
        np.lib.format.write_array_header_1_0(file, form)

    def append(values: npt.NDArray[Any]) -> None:
        nonlocal length
        length += len(values)
        file.write(np.ascontiguousarray(values, kind).data)

    with path.open("wb") as file:
        write_head()
        yield append
        file.seek(0)
        write_head()


def _mapped(path: Path) -> npt.NDArray[Any]:
    """As a plain array over the map: slices of numpy's own memmap class cost more than what is read through them."""
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
