"""The parts of office files and archives, and the XML in them. The limits on what is unpacked: zips.py."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from typing import Any

from lxml import etree

from indexer.errors import BrokenFile, EncryptedFile
from indexer.parsing import zips

_ENCRYPTED = 0x1
_BAD = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, NotImplementedError, RuntimeError)


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of an entry. Raises EncryptedFile or BrokenFile."""
    if entry.flag_bits & _ENCRYPTED:
        raise EncryptedFile
    try:
        with archive.open(entry) as packed:
            return packed.read(entry.file_size)  # never more than it says
    except _BAD as error:
        raise BrokenFile(reason=type(error).__name__) from error


def check(data: bytes) -> None:
    """Checks an archive that a library will unpack. Raises as ``opened`` and ``unpacked`` do."""
    with zips.opened(data) as archive:
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
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BrokenFile(reason="XML") from error
    if root.getroottree().docinfo.doctype:  # forbidden in office files; what its entities hide would be missing
        raise BrokenFile(reason="DOCTYPE")
    return root
