"""Lines outside the text that may say a paper is not public: page headers, footers, stamps.

They are no text of the paper, so readers leave them out; a mark among them must not be lost with them. Whether it is one is for
papers/publicity.py to say: kept here is whatever could be, ahead of the text, where marks are looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.parsing.layout import RawBlock, clean

_STAMP = re.compile(  # in a text without white space
    r"(?:nicht|non)\W{0,4}(?:fürdie|zur)?(?:ver)?\w{1,2}ffentlich|ausschlu(?:ss|ß)der\wffentlich|öffentlich(?:keit)?(?:\(.{1,12}\))?:"
    r"|vertraulich|geheim|verschlu(?:ss|ß)sache|gebrauch|status:|vs\W?nfd|^\W*n\.?ö\.?\W*$",
    re.IGNORECASE,
)


def may_be_stamp(text: str) -> bool:
    """Whether a line could mark its paper.

    >>> [may_be_stamp(text) for text in ("N i c h t öffentlich", "Streng vertraulich", "Landkreis Musterbach, Seite 3")]
    [True, True, False]
    """
    return bool(_STAMP.search("".join(text.split())) or re.search(r"\bintern\b", text, re.IGNORECASE))


def stamps_of(lines: Iterable[str]) -> list[RawBlock]:
    """The lines of page headers and footers that could be marks, each once."""
    return [RawBlock("paragraph", text) for text in dict.fromkeys(map(clean, lines)) if may_be_stamp(text)]
