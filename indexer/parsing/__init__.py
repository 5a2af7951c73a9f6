"""Which parser reads which file. A parser is one function, bytes -> LaidOut; it runs in a child process (sandbox.py).

Parsers that may take long (text recognition) also take ``beat``, which they call for each page: it is given more time then.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

from indexer.errors import EmptyFile, EncryptedFile, MislabelledFile, UnsupportedFormat
from indexer.parsing.layout import LaidOut

VERSION = 7  # a file read by an older version is read again

ZIP = "application/zip"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
MEDIA_TYPES = {
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".docm": "application/vnd.ms-word.document.macroenabled.12",
    ".odt": f"{_OPEN}.text",
    ".fodt": f"{_OPEN}.text-flat-xml",
    ".rtf": "application/rtf",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroenabled.12",
    ".xls": "application/vnd.ms-excel",
    ".ods": f"{_OPEN}.spreadsheet",
    ".csv": "text/csv",
    ".eml": "message/rfc822",
    ".msg": "application/vnd.ms-outlook",
    ".zip": ZIP,
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
    MEDIA_TYPES[".docm"]: "docx",
    MEDIA_TYPES[".odt"]: "odt",
    MEDIA_TYPES[".fodt"]: "odt",
    "application/rtf": "rtf",
    MEDIA_TYPES[".xlsx"]: "sheets",
    MEDIA_TYPES[".xlsm"]: "sheets",
    MEDIA_TYPES[".xls"]: "sheets",
    MEDIA_TYPES[".ods"]: "sheets",
    "text/csv": "csv",
    "message/rfc822": "eml",
    MEDIA_TYPES[".msg"]: "msg",
    "application/pdf": "pdf",
    "image/png": "pictures",
    "image/jpeg": "pictures",
    "image/tiff": "pictures",
}
CONTAINERS = {ZIP: "zip", "message/rfc822": "eml", MEDIA_TYPES[".msg"]: "msg"}  # what holds files: archives.py
PAGED = ("application/pdf", "image/png", "image/jpeg", "image/tiff")  # slow to read; pageimage.py draws their pages
_PICTURES = (".png", ".jpg", ".tif")  # a .jpg that is a PNG is read all the same
_MAGIC = {
    b"%PDF-": ".pdf",
    b"PK\x03\x04": ".zip",
    b"PK\x05\x06": ".zip",  # an empty one
    b"\xd0\xcf\x11\xe0": ".doc",
    b"{\\rtf": ".rtf",
    b"\x89PNG": ".png",
    b"\xff\xd8\xff": ".jpg",
    b"II*\0": ".tif",
    b"MM\0*": ".tif",
    b"\x7fELF": "ELF",
}
_LOCKED = "verschlüsselt / encrypted"
_INSIDE = {  # what tells the kinds of ZIP and of OLE files apart: names of their parts
    ".zip": {
        b"word/document.xml": ".docx",
        b"xl/workbook.": ".xlsx",
        b"ppt/presentation.xml": ".pptx",
        b"mimetypeapplication/vnd.oasis.opendocument.text": ".odt",
        b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet": ".ods",
        b"mimetypeapplication/vnd.oasis.opendocument.presentation": ".odp",
    },
    ".doc": {
        "EncryptedPackage".encode("utf-16-le"): _LOCKED,
        "__properties_version1.0".encode("utf-16-le"): ".msg",
        "Workbook".encode("utf-16-le"): ".xls",
        "Book\0".encode("utf-16-le"): ".xls",
        "PowerPoint Document".encode("utf-16-le"): ".ppt",
    },
}
_CONTENT = {  # what the bytes of each kind may look like; all others are text
    ".pdf": (".pdf",),
    ".docx": (".docx", ".zip"),
    ".docm": (".docx", ".zip"),
    ".odt": (".odt", ".zip"),
    ".rtf": (".rtf",),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff"), _PICTURES),
    ".xlsx": (".xlsx", ".zip"),
    ".xlsm": (".xlsx", ".zip"),
    ".xls": (".xls",),
    ".ods": (".ods", ".zip"),
    ".msg": (".msg",),
    ".zip": (".zip", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp"),  # an archive may hold such a file unpacked
}
_ENCRYPTED_AS = (".docx", ".docm", ".xlsx", ".xlsm")  # an encrypted one is no ZIP but an OLE file


def media_type(path: Path) -> str:
    """The media type by the file's ending. Raises UnsupportedFormat."""
    kind = MEDIA_TYPES.get(path.suffix.lower())
    if kind is None:
        raise unsupported(path)
    return kind


def unsupported(path: Path) -> UnsupportedFormat:
    return UnsupportedFormat(ending=path.suffix or path.name, known=", ".join(MEDIA_TYPES))


def check_content(data: bytes, ending: str) -> None:
    """Raises EmptyFile, EncryptedFile, or MislabelledFile if the bytes are not of the kind that the ending says."""
    if not data[:1024].strip(b"\0\r\n\t \xef\xbb\xbf"):
        raise EmptyFile
    found = _kinds_of(data)
    if ending == ".pdf" and b"%PDF-" in data[:1024]:
        return
    if not set(found) & set(_CONTENT.get(ending, ("",))):
        if found[0] in (".doc", _LOCKED) and ending in _ENCRYPTED_AS:
            raise EncryptedFile
        raise MislabelledFile(ending=ending, found=found[0] or "anderer Art / other")


def _kinds_of(data: bytes) -> list[str]:
    """The kind by the first bytes; where several kinds begin alike, by the names of their parts. [""]: text, perhaps."""
    start = data[:1024].lstrip()
    kind = next((kind for magic, kind in _MAGIC.items() if start.startswith(magic)), "")
    return [inner for name, inner in _INSIDE.get(kind, {}).items() if name in data] or [kind]


def parse(data: bytes, name: str, beat: Callable[[], None] = lambda: None) -> LaidOut:
    """The blocks of a file. Raises a ReadError. To be called in the child process only: files are hostile."""
    path = Path(name)
    kind = media_type(path)
    check_content(data, path.suffix.lower())
    if kind == ZIP:  # no document, see archives.py
        raise unsupported(path)
    read: Callable[..., LaidOut] = importlib.import_module(f"indexer.parsing.{_MODULES[kind]}").parse
    return read(data, beat) if kind in PAGED else read(data)
