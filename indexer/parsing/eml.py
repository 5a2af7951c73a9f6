"""E-mails (.eml) by the standard library: the letter as a document, and its attachments for archives.py."""

from __future__ import annotations

import email.policy
import mimetypes
from collections.abc import Callable, Iterator
from datetime import datetime
from email.message import EmailMessage, MIMEPart
from functools import partial

from indexer.errors import BrokenFile, MislabelledFile
from indexer.parsing import MEDIA_TYPES
from indexer.parsing.layout import LaidOut
from indexer.parsing.letters import letter

_CONFIDENTIAL = ("personal", "private", "company-confidential")  # RFC 2156
_MOST_PARTS = 10_000
_ENDINGS = {kind: ending for ending, kind in reversed(MEDIA_TYPES.items())}


def parse(data: bytes) -> LaidOut:
    message = _message(data)
    return letter(
        subject=_head(message, "Subject"),
        sender=_head(message, "From"),
        to=[_head(message, "To")],
        copies=[_head(message, "Cc")],
        sent=_sent(message),
        confidential=_head(message, "Sensitivity").strip().lower() in _CONFIDENTIAL,
        plain=_text(message, "plain"),
        markup=_text(message, "html"),
    )


def contents(data: bytes) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The attachments by name; pictures that the letter shows in its text are none."""
    for number, part in enumerate(_attachments(_message(data)), start=1):
        yield _name(part, number), partial(_bytes, part)


def _message(data: bytes) -> EmailMessage:
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
    except (ValueError, LookupError, AttributeError, IndexError, RecursionError) as error:
        raise BrokenFile(reason=type(error).__name__) from error
    if not message.keys():
        raise MislabelledFile(ending=".eml", found="Text")
    return message


def _head(message: EmailMessage, name: str) -> str:
    """A field of the head, "" if it is missing or beyond understanding."""
    try:
        return str(message.get(name, ""))
    except (ValueError, LookupError, AttributeError, IndexError, TypeError):  # the standard library stumbles over some
        return ""


def _sent(message: EmailMessage) -> datetime | None:
    """By the clock of the sender."""
    try:
        return getattr(message["Date"], "datetime", None)
    except (ValueError, LookupError, AttributeError, IndexError, TypeError):
        return None


def _text(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else _decoded(part)


def _decoded(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError, AttributeError):  # a character set nobody knows
        return part.get_payload(decode=True).decode("cp1252", "replace")  # type: ignore[union-attr]


def _attachments(message: EmailMessage) -> Iterator[EmailMessage]:
    bodies = [message.get_body((kind,)) for kind in ("plain", "html")]
    pending = [message]
    for _ in range(_MOST_PARTS):
        if not pending:
            return
        part = pending.pop(0)
        if part.get_content_maintype() == "multipart":
            pending = [inner for inner in part.iter_parts() if isinstance(inner, EmailMessage)] + pending
        elif part not in bodies and not _is_shown(part):
            yield part


def _is_shown(part: EmailMessage) -> bool:
    """Whether it is a picture in the text, or the text once more in another form."""
    if part.get_content_disposition() == "attachment":
        return False
    return part.get_content_maintype() == "image" or (part.get_content_maintype() == "text" and not part.get_filename())


def _name(part: EmailMessage, number: int) -> str:
    """The attachment's name, with an ending that tells its kind."""
    kind = part.get_content_type()
    name = part.get_filename() or (_head(_inner(part), "Subject") if kind == "message/rfc822" else "") or f"Anhang {number}"
    ending = _ENDINGS.get(kind) or mimetypes.guess_extension(kind) or ""
    has_ending = "." in name[-6:] and not (kind in _ENDINGS and kind == "message/rfc822" and not name.lower().endswith(".eml"))
    return name if has_ending else name + ending


def _inner(part: EmailMessage) -> EmailMessage:
    inner = part.get_payload(0) if part.is_multipart() else part
    return inner if isinstance(inner, EmailMessage) else part


def _bytes(part: EmailMessage) -> bytes:
    if part.get_content_type() == "message/rfc822":
        return _inner(part).as_bytes()
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
