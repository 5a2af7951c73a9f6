"""ZIP archives and the XML inside, under limits: hostile ones unpack to a multiple of themselves or name entities."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from typing import Any

from lxml import etree

from indexer.errors import BrokenFile, EncryptedFile, UnpacksTooLarge

LARGEST = 200_000_000  # bytes unpacked, all entries together
_MOST_ENTRIES = 10_000
_RATIO = 100  # an entry unpacks to at most so many times its size …
_SMALL = 100_000  # … or to these bytes, which are as many as Apache POI lets pass
_LONGEST_LISTING = 10_000_000  # bytes of the directory; a million entries would take minutes to list
_ENCRYPTED = 0x1
_BAD = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, NotImplementedError, RuntimeError)


def opened(data: bytes) -> zipfile.ZipFile:
    """The archive, its limits checked against what it says of itself. Raises BrokenFile or UnpacksTooLarge."""
    end = data.rfind(b"PK\x05\x06", -65_557)
    if 0 <= end <= len(data) - 22 and struct.unpack_from("<I", data, end + 12)[0] > _LONGEST_LISTING:
        raise UnpacksTooLarge(reason=f"Verzeichnis / directory > {_LONGEST_LISTING // 1_000_000} MB")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (*_BAD, struct.error) as error:
        raise BrokenFile(reason=type(error).__name__) from error
    entries = archive.infolist()
    if len(entries) > _MOST_ENTRIES:
        raise UnpacksTooLarge(reason=f"{len(entries)} Teile / parts > {_MOST_ENTRIES}")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > LARGEST:
        raise UnpacksTooLarge(reason=f"entpackt / unpacked {unpacked // 1_000_000} MB > {LARGEST // 1_000_000} MB")
    return archive


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of an entry. Raises EncryptedFile, BrokenFile or UnpacksTooLarge."""
    if entry.flag_bits & _ENCRYPTED:
        raise EncryptedFile
    if entry.file_size > _SMALL and entry.file_size > _RATIO * entry.compress_size:
        raise UnpacksTooLarge(reason=f"entpackt / unpacked {entry.file_size} Bytes > {_RATIO} × {entry.compress_size}")
    try:
        with archive.open(entry) as packed:
            return packed.read(entry.file_size)  # never more than it says
    except _BAD as error:
        raise BrokenFile(reason=type(error).__name__) from error


def check(data: bytes) -> None:
    """Checks an archive that a library will unpack. Raises as ``opened`` and ``unpacked`` do."""
    with opened(data) as archive:
        for entry in archive.infolist():
            unpacked(archive, entry)


def part(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """The bytes of the entry of that name, None if there is none."""
    try:
        return unpacked(archive, archive.getinfo(name))
    except KeyError:
        return None


def xml(data: bytes) -> Any:
    """The root element. Entities are not expanded, nothing is fetched. Raises BrokenFile."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BrokenFile(reason="XML") from error
