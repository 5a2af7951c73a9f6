"""An index with all its collections: from a folder to a server, from a server to a folder, or from one server to another.

Nothing is read or encoded. What one side knows of forgotten documents the other knows afterwards. A move that was interrupted
goes on where it stopped when it is called again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Protocol

from indexer import storage, tombstones
from indexer.access import PUBLIC
from indexer.errors import IndexForgotten, IndexMissing, IndexTaken
from indexer.postgres import bringing, forgotten
from indexer.postgres.bringing import Server
from indexer.postgres.connecting import shown
from indexer.postgres.fetching import fetch
from indexer.postgres.tidying import remove
from indexer.reading import Progress
from indexer.storage import writer_lock
from indexer.store import Collection
from indexer.tombstones import Forgotten

_SCRATCH = ".moving-"


class Place(Protocol):
    """Where indexes are. ``name``: as messages show it; ``scratch``: where a folder is made that it takes; None: anywhere."""

    @property
    def name(self) -> str: ...

    @property
    def scratch(self) -> Path | None: ...

    def held(self) -> AbstractContextManager[None]:
        """Meanwhile no run changes it."""

    def digests(self) -> Mapping[str, str]:
        """What each index was made from, by its name."""

    def forgotten(self) -> Forgotten: ...

    def heed(self, known: Forgotten) -> None:
        """Takes over what was forgotten."""

    def local(self, index: str, scratch: Path) -> Collection:
        """The index in a folder, made in ``scratch`` if need be."""

    def take(self, index: Collection) -> None: ...

    def remove(self, index: str) -> None: ...


class FolderPlace:
    def __init__(self, root: Path, state: Path) -> None:
        self.name = str(root)
        self.scratch = root
        self._state = state

    @contextmanager
    def held(self) -> Iterator[None]:
        with writer_lock(self.scratch):
            for left in self.scratch.glob(f"{_SCRATCH}*"):  # by a move that was killed
                storage.remove(left)
            yield

    def digests(self) -> Mapping[str, str]:
        return {one.name: bringing.local_digest(one) for one in bringing.local_indexes(self.scratch)}

    def forgotten(self) -> Forgotten:
        return tombstones.load(self._state)

    def heed(self, known: Forgotten) -> None:
        if set(known.tombstones) - set(self.forgotten().tombstones):
            tombstones.add(self._state, known.tombstones)

    def local(self, index: str, scratch: Path) -> Collection:  # noqa: ARG002
        return Collection(self.scratch, index)

    def take(self, index: Collection) -> None:
        self.remove(index.name)
        index.folder.rename(self.scratch / index.name)

    def remove(self, index: str) -> None:
        Collection(self.scratch, index).remove()


class ServerPlace:
    scratch = None

    def __init__(self, url: str) -> None:
        self.name = shown(url)
        self._server = Server(url)

    def held(self) -> AbstractContextManager[None]:
        return nullcontext()  # each index is written, and read, as of one moment

    def digests(self) -> Mapping[str, str]:
        return self._server.run(bringing.live_digests)

    def forgotten(self) -> Forgotten:
        return self._server.run(forgotten.load)

    def heed(self, known: Forgotten) -> None:
        self._server.run(partial(forgotten.add, known))

    def local(self, index: str, scratch: Path) -> Collection:
        into = Collection(scratch, index)

        self._server.run(partial(fetch, into))
        return into

    def take(self, index: Collection) -> None:
        self._server.run(partial(bringing.publish_live, index))

    def remove(self, index: str) -> None:
        self._server.run(partial(remove, index))


def move(origin: Place, target: Place, replace: bool, progress: Progress) -> dict[str, str]:
    """The digests of what is there afterwards. ``replace``: other indexes there are replaced or removed.

    ``progress`` is called after each index. Raises IndexMissing, IndexTaken, IndexForgotten.
    """
    if not origin.digests():
        raise IndexMissing(index=origin.name)
    with origin.held(), target.held():
        wanted, there = origin.digests(), target.digests()
        others = sorted(name for name, digest in there.items() if wanted.get(name) != digest)
        if others and not replace:
            raise IndexTaken(index=target.name, found=", ".join(others))
        known = Forgotten([*origin.forgotten().tombstones, *target.forgotten().tombstones])
        target.heed(known)
        missing = sorted((name for name in wanted if there.get(name) != wanted[name]), key=lambda name: (name != PUBLIC, name))
        for done, name in enumerate(missing, start=1):
            with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=target.scratch) as scratch:
                local = origin.local(name, Path(scratch))
                if not known.ids.isdisjoint(local.holds()):
                    raise IndexForgotten(index=origin.name)
                target.take(local)
            progress("upload", done, len(missing))
        for name in others:
            if name not in wanted:
                target.remove(name)
        return dict(target.digests())
