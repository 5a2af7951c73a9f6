"""ZIP containers (DOCX, ODT, XLSX, ZIP) of strangers: refused by their table of contents, before they are unpacked.

The bounds are those of Apache POI's ZipSecureFile (a part larger than 100 KiB may have been compressed to one hundredth, no
further) with 200 MB and 10,000 parts for the whole. Parts that lie on one another, by which a small file names the same bytes a
thousand times, are refused, too. Then every part is unpacked once, in small pieces, to see that it is as large as the table
says: zipfile would unpack a part that lies about its size as a whole before it cut it off.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence

from indexer.errors import BrokenFile, TooMuchInside

LARGEST = 200_000_000  # bytes unpacked
MOST_PARTS = 10_000
_RATIO = 100
_FREE = 100 * 1024  # bytes a part may have whatever its ratio
_HEADER = 30  # bytes before a part's name and content; https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.7
_ENCRYPTED = 1  # a flag of a part
_PIECE = 16 * 1024  # packed bytes; at most a thousand times as many unpacked
_ENTRY = b"PK\x01\x02"  # starts each entry of the table of contents


def opened(data: bytes) -> zipfile.ZipFile:
    """The archive, all of it safe to unpack. Raises TooMuchInside or BrokenFile."""
    archive = listed(data)
    for part in archive.infolist():
        check_part(data, part)
    return archive


def listed(data: bytes) -> zipfile.ZipFile:
    """The archive, each part of which is still to be checked before it is unpacked. Raises TooMuchInside or BrokenFile."""
    parts = data.count(_ENTRY)  # first of all: zipfile would make a million objects of a million entries
    if parts > MOST_PARTS:
        raise TooMuchInside(reason=f"{parts} Teile / parts, höchstens / at most {MOST_PARTS}")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BrokenFile(reason=type(error).__name__) from error
    _check(archive.infolist(), archive.start_dir)
    return archive


def check_part(data: bytes, part: zipfile.ZipInfo) -> None:
    """Raises TooMuchInside or BrokenFile if a part of the archive ``data`` is not safe to unpack."""
    if part.file_size > max(_FREE, _RATIO * part.compress_size):
        raise TooMuchInside(reason=f"1:{part.file_size // max(1, part.compress_size)} gepackt / packed, 1:{_RATIO}")
    if not _is_as_large_as_it_says(data, part):
        raise BrokenFile(reason="falsche Größe eines Teils / wrong size of a part")


def _check(parts: Sequence[zipfile.ZipInfo], end: int) -> None:
    """``end``: where the table of contents starts, hence where the last part ends."""
    unpacked = sum(part.file_size for part in parts)
    if unpacked > LARGEST:
        raise TooMuchInside(reason=f"{unpacked} Bytes entpackt / unpacked, höchstens / at most {LARGEST}")
    for part in sorted(parts, key=lambda part: part.header_offset, reverse=True):
        if part.header_offset + _HEADER + part.compress_size > end:
            raise TooMuchInside(reason="Teile überlappen sich / parts overlap")
        end = part.header_offset


def _is_as_large_as_it_says(data: bytes, part: zipfile.ZipInfo) -> bool:
    if part.flag_bits & _ENCRYPTED:
        return True  # it cannot be unpacked at all
    if part.compress_type == zipfile.ZIP_STORED:
        return part.compress_size == part.file_size
    if part.compress_type != zipfile.ZIP_DEFLATED:
        return False  # no office program packs otherwise
    try:
        name, extra = struct.unpack_from("<HH", data, part.header_offset + 26)
        start = part.header_offset + _HEADER + name + extra
        unpacker, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
        for at in range(start, start + part.compress_size, _PIECE):
            size += len(unpacker.decompress(data[at : min(at + _PIECE, start + part.compress_size)]))
            if size > part.file_size:
                return False
    except (struct.error, zlib.error):
        return False
    return unpacker.eof and size == part.file_size
