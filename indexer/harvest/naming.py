"""Names of folders and files in the mirror. What a server calls something is hostile: it is only ever a part of a name.

Every name ends with a piece of the hash of the object's id, so two never collide and none is that of a sidecar.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from indexer.harvest.objects import File

_ENDINGS = frozenset(
    "pdf docx doc odt rtf txt md html htm xlsx xls ods csv pptx ppt odp eml msg zip jpg jpeg png tif tiff gif".split()
)
_BY_TYPE = {
    "application/pdf": "pdf",
    "application/msword": "doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/rtf": "rtf",
    "application/zip": "zip",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
    "message/rfc822": "eml",
    "text/csv": "csv",
    "text/html": "html",
    "text/plain": "txt",
}
_LONGEST = 60  # characters


def safe_name(text: str) -> str:
    """Letters, digits, blanks and hyphens of a text: no separator, no dot at either end, never empty.

    >>> safe_name("../../etc/passwd"), safe_name("Landkreis Musterbach"), safe_name("...")
    ('etc_passwd', 'Landkreis Musterbach', '_')
    """
    plain = unicodedata.normalize("NFC", text)
    return re.sub(r"[^\w() -]+", "_", plain)[:_LONGEST].strip(" _-") or "_"


def marked(text: str, identifier: str) -> str:
    """A readable name that no other id has."""
    return f"{safe_name(text).replace(' ', '_')}-{hashlib.sha256(identifier.encode()).hexdigest()[:10]}"


def unused(name: str, identifier: str, taken: Collection[str]) -> str:
    """The bare name if it is free: a folder named like its body tells whose papers are in it."""
    return name if name.casefold() not in {other.casefold() for other in taken} else marked(name, identifier)


def ending_of(file: File, content_type: str, start: bytes) -> str:
    """By the first bytes of the content, what the owner says, what the server says; "bin" if none is known."""
    if b"%PDF-" in start[:1024]:
        return "pdf"
    named = [*_named_endings(file), _BY_TYPE.get(content_type, "")]
    if "txt" in named[-1:] and "pdf" in named:  # it says PDF and is none, the server says text
        return "txt"
    return next((ending for ending in named if ending in _ENDINGS), "bin")


def is_error_page(file: File, start: bytes) -> bool:
    """Whether a page came where another kind of file was announced: servers send errors and log-ins with status 200."""
    expected = [ending for ending in _named_endings(file) if ending in _ENDINGS]
    is_page = start.lstrip(b"\xef\xbb\xbf \t\r\n")[:14].lower().startswith((b"<!doctype html", b"<html"))
    return is_page and bool(expected) and expected[0] not in ("html", "htm", "txt", "md")


def _named_endings(file: File) -> list[str]:
    names = [file.fileName or "", unquote(urlsplit(file.downloadUrl or file.accessUrl or "").path)]
    endings = [PurePosixPath(name).suffix.lower().lstrip(".") for name in names]
    return [_BY_TYPE.get((file.mimeType or "").lower(), ""), *endings]
