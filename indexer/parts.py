"""Which terms, or runs of letters, each word is indexed by: found once, kept with the generation, taken over for words that stay.

A compound is split by how frequent its parts are in the whole index. These counts are rounded (words.py), so that few of them
change with a paper; only words in which one of those few occurs are split anew.

Shapes  word i has the parts ids[starts[i]:starts[i + 1]], in order, each as often as the word has it
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

from indexer import german, storage
from indexer.words import Words

_FEW = 2_000  # words; looking for more of them in all others takes longer than splitting all anew

Int64s = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Parts:
    """The parts of a table of words, sorted by their bytes."""

    names: Sequence[str]
    starts: Int64s
    ids: npt.NDArray[np.int32]

    @classmethod
    def open(cls, folder: Path) -> Parts:
        """From the folder of the postings, which hold the names."""
        names = (folder / "terms.txt").read_text(encoding="utf-8").split("\n")[:-1]
        starts, ids = (np.load(folder / name, allow_pickle=False) for name in ("part_starts.npy", "part_ids.npy"))
        return cls(names, starts, ids)

    def save(self, folder: Path) -> None:
        storage.save_array(folder / "part_starts.npy", self.starts)
        storage.save_array(folder / "part_ids.npy", self.ids)

    def table(self) -> sparse.csr_array:
        """Words by parts: how often each word has which."""
        shape = (len(self.starts) - 1, len(self.names))
        found = sparse.csr_array((np.ones(len(self.ids), np.int32), self.ids.copy(), self.starts), shape=shape)
        found.sum_duplicates()
        return found


def kept_rows(words: Words, before: Words) -> Int64s:
    """For each word its row in the table before; -1 where it is new, or may be split otherwise than then."""
    places = {word: row for row, word in enumerate(before.words)}
    rows = np.array([places.get(word, -1) for word in words.words], np.int64)
    stays = rows >= 0
    stays[stays] = words.rounded[stays] == before.rounded[rows[stays]]
    gone = np.ones(len(before.words), bool)
    gone[rows[rows >= 0]] = False
    other = [words.words[i] for i in np.flatnonzero(~stays).tolist()] + [before.words[i] for i in np.flatnonzero(gone).tolist()]
    changed = [word for word in other if german.can_be_part(word)]
    if len(changed) > _FEW:
        return np.full(len(rows), -1)
    rows[_holding(words.words, changed)] = -1
    return rows


def _holding(words: Sequence[str], sought: Sequence[str]) -> Int64s:
    """The numbers of the words in which one of those sought occurs."""
    encoded = [word.encode() for word in words]
    text = b"\n".join(encoded)
    starts = np.cumsum([0, *(len(word) + 1 for word in encoded)])
    found: list[int] = []
    for word in map(str.encode, sought):
        at = text.find(word)
        while at >= 0:
            found.append(at)
            at = text.find(word, at + 1)
    return np.unique(np.searchsorted(starts, np.array(found, np.int64), "right") - 1)


def find_parts(words: Sequence[str], parts_of: german.Parts, before: Parts | None = None, rows: Int64s | None = None) -> Parts:
    """The parts of all words; those with a row (see kept_rows) have the ones they had ``before``."""
    if before is None or rows is None:
        before, rows = Parts((), np.zeros(1, np.int64), np.zeros(0, np.int32)), np.full(len(words), -1)
    kept, anew = np.flatnonzero(rows >= 0), np.flatnonzero(rows < 0)
    found = [parts_of(words[i]) for i in anew.tolist()]
    numbers = {name: number for number, name in enumerate(before.names)}
    for name in chain.from_iterable(found):
        numbers.setdefault(name, len(numbers))
    lengths = np.zeros(len(words), np.int64)
    lengths[kept] = np.diff(before.starts)[rows[kept]]
    lengths[anew] = [len(of_word) for of_word in found]
    starts = np.concatenate(([0], np.cumsum(lengths)))
    ids = np.zeros(int(starts[-1]), np.int32)
    ids[stretches(starts, kept)] = before.ids[stretches(before.starts, rows[kept])]
    ids[stretches(starts, anew)] = np.fromiter((numbers[name] for name in chain.from_iterable(found)), np.int32)
    used = np.bincount(ids, minlength=len(numbers)) > 0
    names = sorted((name for name, number in numbers.items() if used[number]), key=str.encode)
    place = np.zeros(len(numbers), np.int32)
    place[[numbers[name] for name in names]] = np.arange(len(names), dtype=np.int32)
    return Parts(names, starts, place[ids])


def stretches(starts: Int64s, rows: Int64s) -> Int64s:
    """All places from starts[row] to starts[row + 1], row after row.

    >>> stretches(np.array([0, 2, 2, 5]), np.array([2, 0])).tolist()
    [2, 3, 4, 0, 1]
    """
    lengths = np.diff(starts)[rows]
    before = np.cumsum(lengths) - lengths
    return np.asarray(np.repeat(starts[rows] - before, lengths) + np.arange(int(lengths.sum())))
