"""An e-mail as blocks, whatever its format: subject, who wrote to whom and when, the text. Shared by eml.py and msg.py."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from indexer.parsing import html, text
from indexer.parsing.layout import LaidOut, RawBlock, clean, lay_out

_QUOTED = re.compile(r"^(?:>\s?)+")


def letter(
    *,
    subject: str,
    sender: str,
    to: Sequence[str],
    copies: Sequence[str],
    sent: datetime | None,
    confidential: bool,
    plain: str,
    markup: str,
) -> LaidOut:
    """``plain`` is preferred to ``markup`` (HTML). What an answer quotes is kept, without its marks."""
    head = {
        "Von": sender,
        "An": "; ".join(filter(None, to)),
        "Kopie": "; ".join(filter(None, copies)),
        "Datum": f"{sent:%d.%m.%Y %H:%M}" if sent else "",
        "Status": "vertraulich" if confidential else "",
    }
    found = [RawBlock("heading", f"Betreff: {subject}", level=1)] if clean(subject) else []
    found += [RawBlock("paragraph", f"{label}: {value}") for label, value in head.items() if clean(value)]
    if clean(plain):
        found += text.blocks_of([_QUOTED.sub("", line) for line in plain.splitlines()])
    else:
        found += html.blocks_of(markup)
    return lay_out(found)
