"""The little that is stored for readers: shared answers and judgements, each until its day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from service.errors import AnswerUnknown
from service.kept.stores import Stores
from service.kept.tables import Statements

Clock = Callable[[], datetime]


class State:
    """``tables``: where it is stored."""

    def __init__(self, stores: Stores, clock: Clock) -> None:
        self._stores = stores
        self.tables = stores.readers
        self.clock = clock

    @property
    def now(self) -> int:
        return int(self.clock().timestamp())

    def refuse_forgotten(self, tables: Statements, documents: Iterable[str]) -> None:
        """Nothing is stored of an answer that was made from documents which were forgotten since. Raises AnswerUnknown.

        ``tables``: alone with them, since whoever forgets notes it first and then deletes, alone as well.
        """
        if not self._stores.forgotten(tables).isdisjoint(documents):
            raise AnswerUnknown
