"""ZIP containers (DOCX, ODT, XLSX, ZIP) of strangers: refused by their table of contents, before anything is unpacked.

The bounds are those of Apache POI's ZipSecureFile (a part larger than 100 KiB may have been compressed to one hundredth, no
further) with 200 MB and 10,000 parts for the whole. What the table of contents says is binding: zipfile reads no byte more of
a part than is written there. Parts that lie on one another, by which a small file names the same bytes a thousand times, are
refused, too.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from indexer.errors import BrokenFile, TooMuchInside

LARGEST = 200_000_000  # bytes unpacked
MOST_PARTS = 10_000
_RATIO = 100
_FREE = 100 * 1024  # bytes a part may have whatever its ratio
_HEADER = 30  # bytes before a part's name and content; https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.7
_ENTRY = b"PK\x01\x02"  # starts each entry of the table of contents


def opened(data: bytes) -> zipfile.ZipFile:
    """The archive, safe to unpack. Raises TooMuchInside or BrokenFile."""
    parts = data.count(_ENTRY)  # first of all: zipfile would make a million objects of a million entries
    if parts > MOST_PARTS:
        raise TooMuchInside(reason=f"{parts} Teile / parts, höchstens / at most {MOST_PARTS}")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BrokenFile(reason=type(error).__name__) from error
    _check(archive.infolist(), archive.start_dir)
    return archive


def _check(parts: Sequence[zipfile.ZipInfo], end: int) -> None:
    """``end``: where the table of contents starts, hence where the last part ends."""
    unpacked = sum(part.file_size for part in parts)
    if unpacked > LARGEST:
        raise TooMuchInside(reason=f"{unpacked} Bytes entpackt / unpacked, höchstens / at most {LARGEST}")
    for part in parts:
        if part.file_size > max(_FREE, _RATIO * part.compress_size):
            raise TooMuchInside(reason=f"1:{part.file_size // max(1, part.compress_size)} gepackt / packed, 1:{_RATIO}")
    for part in sorted(parts, key=lambda part: part.header_offset, reverse=True):
        if part.header_offset + _HEADER + part.compress_size > end:
            raise TooMuchInside(reason="Teile überlappen sich / parts overlap")
        end = part.header_offset
