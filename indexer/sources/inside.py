"""The files inside a file of a source: attachments of an e-mail, members of a ZIP archive, each with a name and books of its own.

An archive is like a folder: it stands in the books only where it cannot be opened. An e-mail is a document as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from indexer.domain import File
from indexer.errors import BadSidecar, EmptyFile, ReadError, UnsupportedFormat
from indexer.parsing import CONTAINERS, ZIP, media_type, unsupported
from indexer.parsing.archives import INSIDE, Member
from indexer.parsing.sandbox import Reader
from indexer.sources import MANIFEST, Unread

_SIDECAR_INSIDE = "im Archiv; bitte entpacken / inside an archive; please unpack it"


def is_container(file: File) -> bool:
    return not file.member and file.media_type in CONTAINERS


def is_archive(file: File | Unread) -> bool:
    return isinstance(file, File) and not file.member and file.media_type == ZIP


def files_inside(reader: Reader, outer: File) -> list[File | Unread]:
    """What is found in a container, listed by the child process; an archive itself if nothing can be listed."""
    try:
        members = reader.members(outer.path)
        if not members and is_archive(outer):
            raise EmptyFile
    except ReadError as error:
        return [Unread(outer.name, error, skipped=False)] if is_archive(outer) else []  # an e-mail says so when it is read
    if any(member.way[-1].rpartition("/")[2].endswith((".toml", MANIFEST)) for member in members):
        # It may say that a paper is not public: what it says must not be lost.
        return [Unread(outer.name, BadSidecar(sidecar=outer.name, reason=_SIDECAR_INSIDE), skipped=False)]
    return [_unread(outer, member, member.error) if member.error else _file(outer, member) for member in members]


def by_container(results: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The results in the books of all files inside containers, by their container's name."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for name, result in results.items():
        outer, inside, _ = name.partition(INSIDE)
        if inside:
            found[outer][name] = result
    return found


def unchanged_inside(outer: File, results: Mapping[str, str], known: Iterable[File]) -> list[File | Unread] | None:
    """The files inside as they were, if the container is unchanged and nothing in it failed; None: it is to be listed.

    ``results``: what the books say of the files inside; ``known``: those that have a document, and the container's own.
    """
    current = {file.name: file for file in known if file.path == outer.path and file.fingerprint == outer.fingerprint}
    if not current or (outer.name not in current and not is_archive(outer)):
        return None
    if any(result != "skipped" and name not in current for name, result in results.items()):
        return None
    return [current.get(name) or Unread(name, unsupported(Path(name)), skipped=True) for name in sorted(results)]


def _name(outer: File, way: tuple[str, ...]) -> str:
    return INSIDE.join((outer.name, *way))


def _unread(outer: File, member: Member, error: ReadError) -> Unread:
    return Unread(_name(outer, member.way), error, skipped=isinstance(error, UnsupportedFormat))


def _file(outer: File, member: Member) -> File:
    return replace(
        outer,
        name=_name(outer, member.way),
        media_type=media_type(Path(member.way[-1])),
        sha256=member.sha256,
        size=member.size,
        member=member.way,
    )
