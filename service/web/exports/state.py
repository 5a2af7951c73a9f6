"""The little that is stored for readers: shared answers and judgements, each until its day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from indexer import tombstones
from service.errors import AnswerUnknown
from service.kept.stores import Stores
from service.settings import ServiceSettings

Clock = Callable[[], datetime]


class State:
    """``tables``: where it is stored."""

    def __init__(self, settings: ServiceSettings, stores: Stores, clock: Clock) -> None:
        self._settings = settings
        self.tables = stores.readers
        self.clock = clock

    @property
    def now(self) -> int:
        return int(self.clock().timestamp())

    def refuse_forgotten(self, documents: Iterable[str]) -> None:
        """Nothing is stored of an answer that was made from documents which were forgotten since. Raises AnswerUnknown.

        To be called alone with the tables: whoever forgets notes it first and then deletes, alone as well.
        """
        if not tombstones.load(self._settings.state_folder).ids.isdisjoint(documents):
            raise AnswerUnknown
