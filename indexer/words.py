"""Which words each passage holds: read once, kept with the generation, and taken over for passages that stay.

From it the lexical index is made anew for every generation without looking at a text again: compounds are split by the
words of the whole index, so a new paper may change the terms of an old one.

Shapes  row i is passage i; its words are ids[starts[i]:starts[i + 1]], ascending, with their weighted counts
"""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from indexer import german, storage

Fields = Sequence[tuple[int, str]]  # texts of one passage, each with the weight of a word in it

_KEY_BYTES = 16
_HIGHEST = 65_535  # a count is 16 bits; BM25 is flat long before


class Words:
    """A table of word counts, passages by words. ``words`` is sorted; ``keys`` tell texts (and the analysis) apart.

    ``rounded``: in about how many passages each word occurs.
    """

    def __init__(self, words: Sequence[str], counts: sparse.csr_array, keys: npt.NDArray[np.void]) -> None:
        self.words = words
        self.counts = counts
        self.keys = keys
        self.rounded = _rounded(np.bincount(counts.indices, minlength=len(words)))

    @classmethod
    def open(cls, folder: Path) -> Words:
        def load(name: str) -> npt.NDArray[Any]:
            return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False))

        words = (folder / "words.txt").read_text(encoding="utf-8").split("\n")[:-1]
        starts, keys = load("starts"), load("keys")
        counts = sparse.csr_array((load("counts"), load("ids"), starts), shape=(len(keys), len(words)))
        return cls(words, counts, keys)

    def save(self, folder: Path) -> None:
        folder.mkdir()
        (folder / "words.txt").write_text("".join(f"{word}\n" for word in self.words), encoding="utf-8")
        for name, values in (
            ("starts", self.counts.indptr.astype(np.int64)),  # scipy chooses the width by size
            ("ids", self.counts.indices.astype(np.int32)),
            ("counts", self.counts.data),
            ("keys", self.keys),
        ):
            storage.save_array(folder / f"{name}.npy", values)

    def parts_of_compounds(self) -> dict[str, int]:
        """The words that can be a part of a compound, and in about how many passages each occurs."""
        pairs = zip(self.words, self.rounded.tolist(), strict=True)
        return {word: count for word, count in pairs if german.can_be_part(word)}


def read_words(passages: Iterable[Fields], known: Words | None = None) -> Words:
    """The words of all passages. What ``known`` holds of a passage with the same texts is taken over."""
    rows = {} if known is None else {key.tobytes(): row for row, key in enumerate(known.keys)}
    numbers: dict[str, int] = {} if known is None else {word: number for number, word in enumerate(known.words)}
    ids, counts, starts, keys = array("i"), array("H"), array("q", [0]), []
    for fields in passages:
        key = _key(fields)
        row = rows.get(key)
        if known is not None and row is not None:
            stretch = slice(int(known.counts.indptr[row]), int(known.counts.indptr[row + 1]))
            ids.frombytes(known.counts.indices[stretch].astype(np.int32).tobytes())  # scipy may hold them as int64
            counts.frombytes(known.counts.data[stretch].astype(np.uint16).tobytes())
        else:
            found = _counted(fields)
            ids.extend(numbers.setdefault(word, len(numbers)) for word in found)
            counts.extend(min(count, _HIGHEST) for count in found.values())
        starts.append(len(ids))
        keys.append(key)
    return _sorted(numbers, np.array(ids, np.int32), np.array(counts, np.uint16), np.array(starts, np.int64), keys)


def _counted(fields: Fields) -> Counter[str]:
    found: Counter[str] = Counter()
    for weight, text in fields:
        for word in (*german.words(text), *german.numbers(text)):
            found[word] += weight
    return found


def _sorted(
    numbers: dict[str, int],
    ids: npt.NDArray[np.int32],
    counts: npt.NDArray[np.uint16],
    starts: npt.NDArray[np.int64],
    keys: Sequence[bytes],
) -> Words:
    """With the words that occur, in the order of their bytes: the same passages give the same table."""
    used = np.bincount(ids, minlength=len(numbers)) > 0
    words = sorted((word for word, number in numbers.items() if used[number]), key=str.encode)
    place = np.zeros(len(numbers), np.int32)
    place[[numbers[word] for word in words]] = np.arange(len(words), dtype=np.int32)
    table = sparse.csr_array((counts, place[ids], starts), shape=(len(keys), len(words)))
    table.sort_indices()
    return Words(words, table, np.frombuffer(b"".join(keys), f"V{_KEY_BYTES}"))


def _rounded(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """To four binary digits: enough to split compounds by, and one paper more seldom changes it.

    >>> _rounded(np.array([0, 7, 15, 16, 17, 18, 1000])).tolist()
    [0, 7, 15, 16, 16, 18, 960]
    """
    _, digits = np.frexp(counts)
    shift = np.maximum(digits - 4, 0)
    return np.asarray(counts >> shift << shift)


def _key(fields: Fields) -> bytes:
    digest = hashlib.blake2b(f"{german.VERSION}".encode(), digest_size=_KEY_BYTES)
    for weight, text in fields:
        digest.update(f"\0{weight}\0{text}".encode())
    return digest.digest()
