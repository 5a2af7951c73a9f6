"""Where things are kept: on the server that holds the index, for all hosts that ask it, or else in the folder of the settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from service.kept.folder import FolderStores
from service.kept.records import Kept
from service.kept.tables import Statements, Tables
from service.settings import ServiceSettings


class Stores(Protocol):
    """``clock``: seconds, by which all who use the same logins agree. ``readers``: shares, judgements. ``logins``: sessions."""

    @property
    def clock(self) -> Callable[[], float]: ...

    @property
    def readers(self) -> Tables: ...

    @property
    def logins(self) -> Tables: ...

    def kept(self, name: str) -> Kept:
        """A record of JSON."""

    def secret(self, name: str) -> bytes:
        """To sign with: the same for all who must accept the signature. Raises StateUnusable."""

    def forgotten(self, tables: Statements) -> frozenset[str]:
        """Ids of documents, as they are known inside a transaction of ``readers``. Raises IndexUnusable."""

    def tidy(self) -> None:
        """What was deleted leaves the disk, too."""


def open_stores(settings: ServiceSettings) -> Stores:
    if settings.database:
        from service.kept.server import ServerStores  # not loaded where there is no server

        return ServerStores(settings.database)
    return FolderStores(settings.state_folder)
