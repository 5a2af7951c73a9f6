"""E-mails of Outlook (.msg) by python-oxmsg: the letter as a document, and its attachments for archives.py."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime
from functools import partial

from oxmsg import Message
from oxmsg.attachment import Attachment

from indexer.errors import BrokenFile, UnsupportedFormat
from indexer.parsing.layout import LaidOut
from indexer.parsing.letters import letter

_DISPLAY_NAME, _METHOD, _CONTENT_ID = 0x3001, 0x3705, 0x3712  # properties of an attachment
_SENSITIVITY = 0x0036  # of a letter; 0: none
_EMBEDDED = 5  # a method


def parse(data: bytes) -> LaidOut:
    message = _message(data)
    try:
        heads = {name.lower(): _decoded(value) for name, value in message.message_headers.items()}
        recipients = [f"{one.name} <{one.email_address}>" if one.email_address else one.name for one in message.recipients]
        return letter(
            subject=message.subject or "",
            sender=_decoded(message.sender or ""),
            to=[heads["to"]] if heads.get("to") else recipients,
            copies=[heads.get("cc", "")],
            sent=parsedate_to_datetime(heads["date"]) if heads.get("date") else message.sent_date,
            confidential=bool(message.properties.int_prop_value(_SENSITIVITY)),
            plain=message.body or "",
            markup=message.html_body or "",
        )
    except Exception as error:  # the library checks little of what it reads
        raise BrokenFile(reason=type(error).__name__) from error


def contents(data: bytes) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The attachments by name; pictures that the letter shows in its text are none."""
    message = _message(data)
    try:
        attachments = [(_name(one), one) for one in message.attachments if not _is_shown(one)]
    except Exception as error:
        raise BrokenFile(reason=type(error).__name__) from error
    for number, (name, attachment) in enumerate(attachments, start=1):
        yield name or f"Anhang {number}", partial(_bytes, attachment)


def _decoded(head: str) -> str:
    return str(make_header(decode_header(head)))


def _name(attachment: Attachment) -> str:
    name = attachment.file_name or attachment.properties.str_prop_value(_DISPLAY_NAME) or ""
    return f"{name}.msg" if _is_object(attachment) else name


def _is_object(attachment: Attachment) -> bool:
    return bool(attachment.properties.int_prop_value(_METHOD) == _EMBEDDED)


def _is_shown(attachment: Attachment) -> bool:
    is_picture = (attachment.mime_type or "").startswith("image/")
    return is_picture and bool(attachment.properties.str_prop_value(_CONTENT_ID))


def _message(data: bytes) -> Message:
    try:
        return Message.load(io.BytesIO(data))
    except Exception as error:
        raise BrokenFile(reason=type(error).__name__) from error


def _bytes(attachment: Attachment) -> bytes:
    """Raises UnsupportedFormat for a letter attached as an object of Outlook: it has no bytes of its own."""
    try:
        if _is_object(attachment):
            raise UnsupportedFormat(ending="Outlook-Element / item", known=".msg als Datei / as a file")
        return attachment.file_bytes or b""
    except UnsupportedFormat:
        raise
    except Exception as error:
        raise BrokenFile(reason=type(error).__name__) from error
