"""Which parser reads which file. A parser is one function, bytes -> LaidOut; it runs in a child process (sandbox.py).

Parsers that may take long (text recognition) also take ``beat``, which they call for each page: it is given more time then.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

from indexer.errors import EmptyFile, MislabelledFile, UnsupportedFormat
from indexer.parsing.layout import LaidOut

VERSION = 3  # a file read by an older version is read again

MEDIA_TYPES = {
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
}
_MODULES = {
    "text/plain": "text",
    "text/markdown": "markdown",
    "text/html": "html",
    MEDIA_TYPES[".docx"]: "docx",
    "application/pdf": "pdf",
    "image/png": "pictures",
    "image/jpeg": "pictures",
    "image/tiff": "pictures",
}
_SLOW = ("application/pdf", "image/png", "image/jpeg", "image/tiff")
_PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
_MAGIC = {
    b"%PDF-": ".pdf",
    b"PK\x03\x04": ".docx",
    b"\xd0\xcf\x11\xe0": ".doc",
    b"\x89PNG": ".png",
    b"\xff\xd8\xff": ".jpg",
    b"II*\0": ".tif",
    b"MM\0*": ".tif",
    b"\x7fELF": "ELF",
}


def media_type(path: Path) -> str:
    """The media type by the file's ending. Raises UnsupportedFormat."""
    try:
        return MEDIA_TYPES[path.suffix.lower()]
    except KeyError:
        known = ", ".join(MEDIA_TYPES)
        raise UnsupportedFormat(ending=path.suffix or path.name, known=known) from None


def check_content(data: bytes, ending: str) -> None:
    """Raises EmptyFile or MislabelledFile if the first bytes are not of the kind that the ending says."""
    start = data[:1024]
    if not start.strip(b"\0\r\n\t \xef\xbb\xbf"):
        raise EmptyFile
    found = next((kind for magic, kind in _MAGIC.items() if start.lstrip().startswith(magic)), None)
    encrypted_word = ending == ".docx" and found == ".doc"
    if (ending == ".pdf" and b"%PDF-" not in start) or (ending == ".docx" and found not in (".docx", ".doc")):
        raise MislabelledFile(ending=ending, found=found or "anderer Art / other")
    picture = ending in _PICTURES and found is not None and found in _PICTURES  # a .jpg that is a PNG is read all the same
    if ending in _PICTURES and not picture:
        raise MislabelledFile(ending=ending, found=found or "anderer Art / other")
    if ending not in (".pdf", ".docx", *_PICTURES) and found is not None and not encrypted_word:
        raise MislabelledFile(ending=ending, found=found)


def parse(data: bytes, name: str, beat: Callable[[], None] = lambda: None) -> LaidOut:
    """The blocks of a file. Raises a ReadError. To be called in the child process only: files are hostile."""
    path = Path(name)
    kind = media_type(path)
    module = importlib.import_module(f"indexer.parsing.{_MODULES[kind]}")
    check_content(data, path.suffix.lower())
    read: Callable[..., LaidOut] = module.parse
    return read(data, beat) if kind in _SLOW else read(data)
