"""Fields that speak of publicity by their name: "Öffentlichkeit: eingeschränkt". What such a field says and nobody understands
is not public; a general "Status:" may speak of anything and is read in publicity.py."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from indexer.papers.lines import Line, label_of

_LABEL = re.compile(
    r"\W{0,3}(?:öffentlich(?:keit(?:s(?:status|grad|stufe))?)?|(?P<secret>(?:vertraulich|geheimhaltung)(?:keit)?(?:s(?:grad|stufe))?))"
    r"\s?(?P<colon>:?)\s?(?P<value>.*)",
    re.IGNORECASE,
)
_PUBLIC = re.compile(r"\W*(?:öffentlich(?:e[rs]? \w+)?|ö|ja|true|yes|hergestellt|uneingeschränkt|[☒☑✓✔])\W*", re.IGNORECASE)
_NO_SECRET = re.compile(r"\W*(?:nein|keine?|ohne|öffentlich|offen|normal|no|false|nicht vertraulich)\W*", re.IGNORECASE)
_PEOPLE = re.compile(r"\d+ [A-ZÄÖÜ]")  # "Öffentlichkeit: 12 Zuhörer"
_LONGEST = 40  # characters of a value; beyond it is a sentence


def labelled_marks(head: Iterable[Line]) -> Iterator[bool]:
    """False for each field with a value that is not known to be harmless."""
    for line in head:
        beside = line.cells[1] if len(line.cells) == 2 else ""
        for part in line.parts:
            if (found := _LABEL.fullmatch(part)) and _is_doubtful(found, beside):
                yield False


def _is_doubtful(found: re.Match[str], beside: str) -> bool:
    value = found["value"] if found["colon"] else "" if found["value"] else beside
    value = value or beside
    if not value or len(value) > _LONGEST or label_of(value) or _PEOPLE.match(value):
        return False
    return not (_NO_SECRET if found["secret"] else _PUBLIC).fullmatch(value)
