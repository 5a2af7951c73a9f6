"""Brings every index to what it must hold: each collection, and a joint index for each set of collections that a role sees.

A joint index is what a single index over its collections would be; its vectors are those of the collections. It is made from
the documents of the run, never the other way round, so what a killed run left of it is put right by the next one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer import storage, tombstones
from indexer.access import PUBLIC, reach, reaches
from indexer.encoders import encode_missing, encoder_name
from indexer.passages import searched_text
from indexer.prepared import Prepared
from indexer.reading import Progress, Run
from indexer.settings import Settings
from indexer.space import check_space
from indexer.store import Collection, collections, joints
from indexer.vectors import Matrix
from indexer.writing import digest

_MARKER = ".publishing"

Contents = Mapping[str, Sequence[Prepared]]  # of the collections, in the order of sources and names


@dataclass(frozen=True)
class _Change:
    """An index that must hold something else than it does. ``readers``: how many roles ask it."""

    index: Collection
    parts: frozenset[str]
    documents: Sequence[Prepared]
    readers: int

    def order(self) -> tuple[bool, bool, int, str]:
        """What readers may see no longer goes first, where most read it before all else."""
        loses = not self.index.holds() <= {one.document.id for one in self.documents}
        return self.index.name != PUBLIC, not loses, -self.readers, self.index.name


def publish(run: Run, contents: Contents, digests: Mapping[str, str | None]) -> None:
    """``digests``: of the live generations of the collections, as far as they are known."""
    root, encoder = run.settings.index, encoder_name(run.settings)
    forgotten = tombstones.load(run.settings.state_folder)  # anew: some may have been forgotten since the run began
    contents = {name: [d for d in found if not forgotten.covers_file(d.document.file)] for name, found in contents.items()}
    readers = {parts: len(roles) for parts, roles in reaches(run.settings.roles).items()}
    for joint in joints(root):
        if joint.name not in map(reach, readers):
            joint.remove()
    for published in (*collections(root), *joints(root)):
        published.tidy()
    changed: list[_Change] = []
    for parts in {frozenset([name]) for name in contents} | set(readers):
        change = _Change(Collection(root, reach(parts)), parts, _union(contents, parts), readers.get(parts, 0))
        known = digests[change.index.name] if change.index.name in digests else change.index.digest()
        if known != digest(change.documents, encoder):
            changed.append(change)
    if not changed:
        (root / _MARKER).unlink(missing_ok=True)
        return
    check_space(root, {change.index.name: sum(len(one.passages) for one in change.documents) for change in changed})
    needed = sorted(set().union(*(change.parts for change in changed)) & set(contents))
    vectors = {name: _encoded(run, name, encoder, contents[name]) for name in needed}
    if tombstones.load(run.settings.state_folder).tombstones != forgotten.tombstones:  # while passages were encoded
        publish(run, contents, digests)
        return
    storage.write_atomically(root / _MARKER, "")
    for change in sorted(changed, key=_Change.order):
        change.index.publish(change.documents, _joined(change, contents, vectors), encoder)
    (root / _MARKER).unlink()


def prepare_server(settings: Settings) -> None:
    """Before a run: tells at once what is wrong with the server, if the settings name one, and learns what was forgotten."""
    if settings.database:
        from indexer.postgres import bringing  # not loaded where there is no server

        bringing.prepare(settings)


def bring_to_server(settings: Settings, progress: Progress = lambda *_: None) -> None:
    """The live generations, to the server that the settings name, if any."""
    if settings.database:
        from indexer.postgres import bringing

        bringing.bring(settings, progress)


def was_cut_short(root: Path) -> bool:
    """Whether a run died between two indexes: a document on its way from one to the other may be in neither."""
    return (root / _MARKER).exists()


def _union(contents: Contents, parts: frozenset[str]) -> Sequence[Prepared]:
    """A collection that does not exist holds nothing."""
    found = [one for name in parts for one in contents.get(name, ())]
    return sorted(found, key=lambda one: (one.document.file.source, one.document.file.name))


def _encoded(run: Run, collection: str, encoder: str, documents: Sequence[Prepared]) -> Matrix:
    texts = [searched_text(passage) for one in documents for passage in one.passages]
    with contextlib.closing(Collection(run.settings.index, collection).cache(encoder)) as cache:
        vectors = encode_missing(run.hands.encode, texts, cache, lambda done, total: run.progress("encode", done, total))
        cache.keep_only(texts)
    return vectors


def _joined(change: _Change, contents: Contents, vectors: Mapping[str, Matrix]) -> Matrix:
    """The rows of the collections in the order of the documents of all of them."""
    if change.index.name in vectors:
        return vectors[change.index.name]
    of_document: dict[str, Matrix] = {}
    for name in change.parts & set(vectors):
        start = 0
        for one in contents[name]:
            of_document[one.document.id] = vectors[name][start : start + len(one.passages)]
            start += len(one.passages)
    rows = [of_document[one.document.id] for one in change.documents if one.passages]
    return np.concatenate(rows) if rows else np.zeros((0, 1), np.float32)
