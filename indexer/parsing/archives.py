"""Files inside files: what a ZIP archive or an e-mail holds, each a document of its own.

A kind of container is a module with ``contents(data)``, which lists (name, read) without unpacking more than it must; the
names are as the file spells them, hostile or twice the same. Here they become harmless and different, and are never paths.
"""

from __future__ import annotations

import hashlib
import importlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from indexer.errors import NestedTooDeep, ReadError, TooMuchInside, UnreadablePath, UnsupportedFormat, printable
from indexer.parsing import CONTAINERS, ZIP, check_content, media_type
from indexer.parsing.zips import LARGEST

DEEPEST = 2  # an archive in an archive
INSIDE = "!/"  # between the names on the way to a member
_MOST = 10_000  # members at all depths
_LONGEST_NAME = 200  # characters
_HIDDEN = re.compile(r"(?:^|/)(?:\.[^./]|__MACOSX/)|/$|(?:^|/)(?:Thumbs\.db|desktop\.ini)$")

Contents = Mapping[str, Callable[[], bytes]]


@dataclass(frozen=True)
class Handed:
    """The file that was handed over. ``stamp``: what tells it apart from others of its name."""

    name: str
    stamp: tuple[int, ...]
    read: Callable[[], bytes] = field(compare=False)


@dataclass(frozen=True)
class Member:
    """A file inside another. ``way``: the names that lead to it; ``error``: why it cannot be read, None if it can be tried."""

    way: tuple[str, ...]
    size: int = 0
    sha256: str = ""
    error: ReadError | None = None


class Unpacker:
    """Lists and extracts what lies inside a file. The way to the last member stays open, so that the next is at hand."""

    def __init__(self) -> None:
        self._outer: Handed | None = None
        self._open: dict[tuple[str, ...], Contents] = {}

    def members(self, outer: Handed) -> list[Member]:
        """All members at all depths, each unpacked once to see its size and hash. Raises a ReadError."""
        found: list[Member] = []
        size = 0
        for member in self._members(outer, ()):
            found.append(member)
            size += member.size
            if size > LARGEST or len(found) > _MOST:
                raise TooMuchInside(reason=f"> {LARGEST // 1_000_000} MB / {_MOST} Dateien / files")
        return found

    def extract(self, outer: Handed, way: tuple[str, ...]) -> bytes:
        """The bytes of a member. Raises a ReadError."""
        try:
            return self._contents(outer, way[:-1])[way[-1]]()
        except KeyError:
            raise UnreadablePath(reason="nicht im Archiv / not in the archive") from None

    def forget(self) -> None:
        """What is held open costs memory that the next file may need."""
        self._outer = None
        self._open.clear()

    def _members(self, outer: Handed, way: tuple[str, ...]) -> Iterator[Member]:
        for name, read in self._contents(outer, way).items():
            member = Member((*way, name))
            try:
                kind = media_type(Path(name))
                if kind in CONTAINERS and len(way) + 1 >= DEEPEST + (kind != ZIP):  # an e-mail is a document, too
                    raise NestedTooDeep(limit=DEEPEST)
                data = read()
            except ReadError as error:
                yield replace(member, error=error)
                continue
            known = replace(member, size=len(data), sha256=hashlib.sha256(data).hexdigest())
            if kind != ZIP:
                yield known
            if kind in CONTAINERS:
                yield from self._inner(outer, known, data, kind)

    def _inner(self, outer: Handed, member: Member, data: bytes, kind: str) -> Iterator[Member]:
        try:
            self._open[member.way] = _opened(data, kind, member.way[-1])
            yield from self._members(outer, member.way)
        except ReadError as error:
            if kind == ZIP:  # an e-mail that cannot be read says so itself
                yield replace(member, error=error)
        finally:
            self._open.pop(member.way, None)

    def _contents(self, outer: Handed, way: tuple[str, ...]) -> Contents:
        if outer != self._outer:
            self.forget()
            self._outer = outer
        if way not in self._open:
            name = way[-1] if way else outer.name
            data = self.extract(outer, way) if way else outer.read()
            self._open = {known: held for known, held in self._open.items() if known == way[: len(known)]}
            self._open[way] = _opened(data, media_type(Path(name)), name)
        return self._open[way]


def _opened(data: bytes, kind: str, name: str) -> Contents:
    if kind not in CONTAINERS:
        raise UnsupportedFormat(ending=name, known=", ".join(CONTAINERS))
    check_content(data, Path(name).suffix.lower())
    module = importlib.import_module(f"indexer.parsing.{CONTAINERS[kind]}")
    return _distinct(module.contents(data))


def _distinct(listed: Iterable[tuple[str, Callable[[], bytes]]]) -> Contents:
    """By harmless names; where two are alike, the later ones bear a number."""
    found: dict[str, Callable[[], bytes]] = {}
    numbers: Counter[str] = Counter()
    for name, read in listed:
        if _HIDDEN.search(name.replace("\\", "/")):
            continue
        plain = shown = harmless_name(name)
        while shown in found:
            numbers[plain] += 1
            stem, dot, ending = plain.rpartition(".")
            shown = f"{stem or ending} ({numbers[plain] + 1}){dot if stem else ''}{ending if stem else ''}"
        found[shown] = read
    return found


def harmless_name(name: str) -> str:
    """A name for people: no way out of a folder, no drive, no control or direction characters, not too long.

    >>> harmless_name("..\\\\C:\\\\Vorlagen/\\u202eAnlage 1.pdf")
    'Vorlagen/Anlage 1.pdf'
    """
    parts = [printable(part).replace("\ufffd", "").strip() for part in re.split(r"[/\\]", name)]
    kept = [re.sub(r"!$", "_", part) for part in parts if part.strip(".") and not re.fullmatch(r"[A-Za-z]:", part)]
    joined = "/".join(kept)
    if len(joined) > _LONGEST_NAME:
        ending = PurePosixPath(joined).suffix[:10]
        joined = joined[: _LONGEST_NAME - len(ending)].rstrip("/ ") + ending
    return joined or "ohne Namen"
