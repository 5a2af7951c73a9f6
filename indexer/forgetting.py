"""Removes documents from everything that is kept of them, at once and for good.

No file is read and no passage encoded anew: each new generation is made from the live one with its vectors. What was forgotten
is noted first (tombstones.py). From then on no run publishes it, and whatever interrupts the rest, doing it again finishes it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from indexer import passages, tombstones
from indexer.access import PUBLIC, is_joint
from indexer.books import open_books
from indexer.build import withheld_of
from indexer.domain import Document
from indexer.encoders import encode_texts, encoder_name, load_encoder
from indexer.errors import IndexBusy, IndexMissing, IndexTooOld
from indexer.generation import Generation
from indexer.ledger import Ledger
from indexer.passages import searched_text
from indexer.prepared import Prepared
from indexer.publishing import bring_to_server, taken_back_from_server
from indexer.settings import Settings
from indexer.storage import waiting_lock, writer_lock
from indexer.store import Collection, Known, collections, joints
from indexer.tombstones import Forgotten, Tombstone, digest, name_digest, ways
from indexer.unfinished import Unfinished
from indexer.vectors import Matrix, Rows


@dataclass
class Removed:
    """What was removed where: documents by index, and files from the books, from what was not published, vectors."""

    indexes: dict[str, int] = field(default_factory=dict)
    books: int = 0
    unfinished: int = 0
    vectors: int = 0


def known_files(settings: Settings) -> list[Known]:
    """Every file of which the index or its books hold anything, in the order of sources and names."""
    found: dict[tuple[str, str], Known] = {}
    with contextlib.suppress(IndexMissing, IndexTooOld), open_books(settings.index) as books:
        found |= {(source, name): Known(source, name, sha256) for source, name, sha256 in books.files()}
    for collection in (*collections(settings.index), *joints(settings.index)):
        found |= {(one.source, one.name): one for one in collection.files()}
    if not found:
        raise IndexMissing(index=settings.index)
    return [found[key] for key in sorted(found)]


def meant(known: Iterable[Known], wanted: str) -> list[tuple[str, str]]:
    """(source, name) of what is meant by an id or by (the end of) a file's name, of containers too: "archiv.zip"."""
    found: dict[tuple[str, str], None] = {}
    for one in known:
        for way in ways(one.name):
            if name_digest(one.source, way)[:12] == wanted or f"/{one.source}/{way}".endswith(f"/{wanted}"):
                found[one.source, way] = None
                break  # what lies inside goes with it
    return list(found)


def forget(settings: Settings, target: tuple[str, str], waiting: Callable[[], None]) -> tuple[list[Known], Removed]:
    """Forgets a file, what lies inside it and every file of the same bytes; returns them, and what was removed.

    ``waiting`` is called if another run writes to the index: it heeds the tombstone (see Heeding), and this one goes on after it.
    """
    files = known_files(settings)
    inside = [one for one in files if one.source == target[0] and target[1] in ways(one.name)]
    contents = {one.sha256 for one in inside} - {""}
    gone = [one for one in files if one in inside or one.sha256 in contents]
    names = {name_digest(*target)} | {name_digest(one.source, one.name) for one in gone}
    covered = Forgotten([Tombstone("", "", frozenset(names), frozenset(contents))])
    withheld = {digest(key) for key in withheld_of(_held(settings, covered))}
    stone = Tombstone(name_digest(*target)[:12], _now(), frozenset(names), frozenset(contents), frozenset(withheld))
    tombstones.add(settings.state_folder, [stone])
    return gone, enforce(settings, waiting)


def enforce(settings: Settings, waiting: Callable[[], None] = lambda: None) -> Removed:
    """Removes from an index whatever is forgotten; once more does no harm."""
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(writer_lock(settings.index))
        except IndexBusy:
            waiting()
            held.enter_context(waiting_lock(settings.index / ".lock"))
        return _enforce(settings, tombstones.load(settings.state_folder))


def take_back(settings: Settings, identifier: str) -> bool:
    """Whether this was forgotten. The next run reads its files again."""
    there = taken_back_from_server(settings, identifier)
    return tombstones.take_back(settings.state_folder, identifier) or there


class Heeding:
    """Called now and then by a run under way, which holds the lock: readers need not wait for its end."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._file = settings.state_folder / tombstones.FILE
        self._known = self._stamp()

    def __call__(self) -> None:
        if (stamp := self._stamp()) != self._known:
            self._known = stamp
            _enforce(self._settings, tombstones.load(self._settings.state_folder))

    def _stamp(self) -> tuple[int, int] | None:
        with contextlib.suppress(FileNotFoundError):
            status = self._file.stat()
            return status.st_ino, status.st_mtime_ns
        return None


def _enforce(settings: Settings, forgotten: Forgotten) -> Removed:
    removed = Removed()
    root = settings.index
    with contextlib.closing(Unfinished(root / "unfinished.sqlite")) as unfinished:
        read = unfinished.forget(forgotten)
    _keep_marks(settings, read)
    removed.unfinished = len(read)
    texts = [searched_text(passage) for document in read for passage in passages.passages_of(document)]
    for index in (*sorted(collections(root), key=lambda one: one.name != PUBLIC), *joints(root)):  # where most read it first
        index.tidy()
        if texts or _holds(index, forgotten):
            gone, vectors = _published_without(settings, index, forgotten, texts)
            removed.indexes |= {index.name: gone} if gone else {}
            removed.vectors += vectors
    if (root / "ledger.sqlite").exists():
        with contextlib.closing(Ledger(root / "ledger.sqlite")) as ledger:
            removed.books = len(ledger.forget(forgotten))
    bring_to_server(settings)
    return removed


def _keep_marks(settings: Settings, read: Iterable[Document]) -> None:
    """What no collection held yet may have been marked as not public; the papers it belongs to stay so."""
    for one in read:
        if marks := withheld_of([one]):
            names = frozenset({name_digest(one.file.source, one.file.name)})
            stone = Tombstone(one.id, _now(), names, withheld=frozenset(map(digest, marks)))
            tombstones.add(settings.state_folder, [stone])


def _published_without(settings: Settings, index: Collection, forgotten: Forgotten, unread: list[str]) -> tuple[int, int]:
    """Publishes the index without what is forgotten. The numbers of documents and of kept vectors that went.

    ``unread``: texts of forgotten passages that no index holds yet.
    """
    documents, _ = index.documents()
    kept = [one for one in documents if not forgotten.covers_file(one.document.file)]
    staying = {one.document.id for one in kept}
    gone = [one for one in documents if one.document.id not in staying]
    generation = _current(index)
    encoder = str(generation.manifest["encoder"]) if generation else encoder_name(settings)
    if gone and generation:
        mask = [one.document.id in staying for one in documents for _ in one.passages]
        index.publish(kept, _vectors(settings.index, generation, np.flatnonzero(mask), _texts(kept)), encoder)
    elif gone and is_joint(index.name):  # made anew by the next run
        index.remove()
    elif gone:
        with contextlib.closing(index.cache(encoder)) as cache:
            vectors = encode_texts(lambda: load_encoder(settings), _texts(kept), cache, lambda *_: None)
        index.publish(kept, vectors, encoder)
    if is_joint(index.name):
        return len(gone), 0
    return len(gone), _forget_vectors(index, {encoder, encoder_name(settings)}, [*_texts(gone), *unread], set(_texts(kept)))


def _forget_vectors(index: Collection, encoders: Iterable[str], texts: Iterable[str], used: Set[str]) -> int:
    forgettable = [text for text in dict.fromkeys(texts) if text not in used]
    removed = 0
    for encoder in encoders:
        with contextlib.closing(index.cache(encoder)) as cache:
            removed += cache.forget(forgettable)
    return removed


def _current(collection: Collection) -> Generation | None:
    """The live generation; None if the program was updated and has not indexed since: it would cut other passages now."""
    with contextlib.suppress(IndexTooOld):
        generation = collection.open()
        return generation if generation.manifest["cutting"] == passages.VERSION else None
    return None


def _texts(documents: Iterable[Prepared]) -> list[str]:
    return [searched_text(passage) for one in documents for passage in one.passages]


def _vectors(root: Path, generation: Generation, rows: Rows, texts: Sequence[str]) -> Matrix:
    """Of the passages that stay: as they were encoded, or else as the live generation has them, in half precision."""
    if not texts:
        return np.zeros((0, 1), np.float32)
    vectors = generation.vectors.of(rows).copy()
    for collection in collections(root):
        with contextlib.closing(collection.cache(str(generation.manifest["encoder"]))) as cache:
            for row, vector in cache.get(texts).items():
                vectors[row] = vector
    return vectors


def _holds(index: Collection, forgotten: Forgotten) -> bool:
    return any(forgotten.covers(one.source, one.name, one.sha256) for one in index.files())


def _held(settings: Settings, forgotten: Forgotten) -> Iterator[Document]:
    for collection in collections(settings.index):
        documents, _ = collection.documents()
        yield from (one.document for one in documents if forgotten.covers_file(one.document.file))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
