"""ZIP archives: what they hold. The archive itself is no document; see archives.py."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from functools import partial

from indexer.parsing import packages, zips

_UTF8 = 0x800


def contents(data: bytes) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The entries by name, unpacked when they are read. Raises a ReadError."""
    archive = zips.listed(data)
    for entry in archive.infolist():
        yield _name(entry), partial(_unpacked, data, archive, entry)


def _unpacked(data: bytes, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    zips.check_part(data, entry)  # one that is not safe costs itself only
    return packages.unpacked(archive, entry)


def _name(entry: zipfile.ZipInfo) -> str:
    """Names without mark are in code page 437, which has the umlauts; some programs write UTF-8 without saying so."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename
