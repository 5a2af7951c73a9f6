"""The documents of a generation by their numbers. Those asked for last are kept; the others are read, several in one query."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence

from indexer import records
from indexer.database import Database
from indexer.domain import Document

_KEPT = 512


class Documents:
    """Safe to use from many threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: OrderedDict[int, Document] = OrderedDict()
        self._lock = threading.Lock()

    def those(self, numbers: Sequence[int]) -> list[Document]:
        """In the order of the numbers, which come from the index itself."""
        with self._lock:
            found = {number: self._kept[number] for number in numbers if number in self._kept}
            for number in found:
                self._kept.move_to_end(number)
        if missing := [number for number in dict.fromkeys(numbers) if number not in found]:
            found |= self._read(missing)
        return [found[number] for number in numbers]

    def _read(self, numbers: Iterable[int]) -> dict[int, Document]:
        query = "SELECT number, id, record, text, boxes FROM documents WHERE number IN ?s"
        found = {number: records.loads(*rest) for number, *rest in self._database.all(query, [list(numbers)])}
        with self._lock:
            self._kept |= found
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found
