"""What a search demands beyond its words: phrases, AND, OR, NOT, fields. Pure: text to a Query; conditions.py looks it up.

"…"            the words must stand there so, one behind the other
UND, AND       every word must occur: as soon as one AND stands in a search, none of its words is optional
ODER, OR       one of the two neighbours must occur; binds closer than AND
NICHT, NOT, -  what follows must not occur
name:value     a condition on the document, see FIELDS; nummer:2022/200, gremium:"Ausschuss für Umwelt"

Operators are capitals: "Kita und Hort" is a question like any other. Whatever does not fit this is read as words: a quotation
mark that is not closed, an operator without something on either side, an unknown name before a colon, a year that is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from typing import Literal

from indexer.german import STOP_WORDS, fold
from indexer.german import words as words_of

Field = Literal["number", "title", "organization", "body", "paper_type", "year", "before", "after"]
Kind = Literal["word", "phrase"] | Field

FIELDS: dict[str, Field] = {
    **dict.fromkeys(("nummer", "drucksache", "vorlage", "number"), "number"),
    **dict.fromkeys(("titel", "betreff", "title"), "title"),
    **dict.fromkeys(("gremium", "committee"), "organization"),
    **dict.fromkeys(("koerperschaft", "körperschaft", "body"), "body"),
    **dict.fromkeys(("art", "type"), "paper_type"),
    **dict.fromkeys(("jahr", "year"), "year"),
    **dict.fromkeys(("vor", "before"), "before"),
    **dict.fromkeys(("nach", "after"), "after"),
}
_RANKED = ("word", "phrase", "title", "number")  # kinds of terms that the hits are ranked by
_MOST = 30  # demands, and exclusions; those beyond are words
_OPERATORS = {"UND": "and", "AND": "and", "ODER": "or", "OR": "or", "NICHT": "not", "NOT": "not"}
_QUOTED = r"[\"„“”»«](?P<{0}>[^\"„“”»«]*)[\"“”«»]"
_TOKEN = re.compile(
    rf"(?<!\S)(?P<minus>-(?=[^\W\d_]|[\"„“»«]))?(?:(?P<name>[^\W\d_]+):(?:{_QUOTED.format('value_quoted')}|(?P<value>[^\s\"„“”»«]+))"
    rf"|{_QUOTED.format('phrase')})(?!\w)|(?P<minus_word>(?<!\S)-(?=[^\W\d_]))?(?P<word>\S+)"
)
_FIRST_YEAR, _LAST_YEAR = 1000, 2999
_DAY = re.compile(
    r"(?:(?P<y>\d{4})(?:-(?P<m>\d{1,2})(?:-(?P<d>\d{1,2}))?)?|(?:(?P<gd>\d{1,2})\.)?(?P<gm>\d{1,2})\.(?P<gy>\d{4}))"
)


@dataclass(frozen=True)
class Term:
    """Something that occurs in a passage or holds for its document. ``text`` is as typed, without quotation marks."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Query:
    """``demanded``: of each group at least one must hold. ``words`` is what the hits are ranked by."""

    words: str
    demanded: tuple[tuple[Term, ...], ...] = ()
    excluded: tuple[Term, ...] = ()
    preferred: tuple[str, ...] = ()  # words that count for the ranking alone, where others are demanded
    as_words: tuple[str, ...] = ()  # what looks like an operator, a phrase or a field and is none

    @property
    def plain(self) -> bool:
        """Whether there is nothing to it but words."""
        return not (self.demanded or self.excluded)

    @property
    def listed(self) -> bool:
        """Whether every passage that meets the demands is a hit; else words beside fields must tell something too."""
        textual = any(term.kind in ("word", "phrase") for group in self.demanded for term in group)
        return textual or bool(self.demanded and not self.preferred)

    @property
    def phrases(self) -> list[str]:
        return [term.text for group in self.demanded for term in group if term.kind == "phrase"]


@dataclass
class _Item:
    """A piece of the text; ``operator`` is "" for what is none."""

    typed: str
    operator: str = ""
    term: Term | None = None
    excluded: bool = False
    group: list[Term] = field(default_factory=list)


def parsed(text: str) -> Query:
    """Any text has a reading.

    >>> parsed('"frühe Hilfen" Kosten -Berlin').demanded
    ((Term(kind='phrase', text='frühe Hilfen'),),)
    >>> parsed("Kita und Hort").plain, parsed('die "Kita').as_words
    (True, ('"',))
    """
    as_words: list[str] = []
    items = _without_danglers(list(_items(text, as_words)), as_words)
    every = any(item.operator == "and" for item in items)
    terms = _joined(items)
    if not any(len(item.group) > 1 or item.excluded or item.group[0].kind != "word" for item in terms) and not every:
        return Query(text, as_words=tuple(dict.fromkeys(as_words)))
    demanded: list[tuple[Term, ...]] = []
    preferred: list[str] = []
    for item in terms:
        if item.excluded or not all(map(says_something, item.group)):
            continue
        if every or len(item.group) > 1 or item.group[0].kind != "word":
            demanded.append(tuple(item.group))
        else:
            preferred.append(item.group[0].text)
    ranked_by = [term.text for item in terms if not item.excluded for term in item.group if term.kind in _RANKED]
    excluded = [term for item in terms if item.excluded for term in item.group]
    demanded, excluded = list(dict.fromkeys(demanded)), list(dict.fromkeys(excluded))
    as_words += [term.text for term in [*chain.from_iterable(demanded[_MOST:]), *excluded[_MOST:]]]
    return Query(
        " ".join(ranked_by), tuple(demanded[:_MOST]), tuple(excluded[:_MOST]), tuple(preferred), tuple(dict.fromkeys(as_words))
    )


def _items(text: str, as_words: list[str]) -> Iterator[_Item]:
    for match in _TOKEN.finditer(text):
        excluded = bool(match["minus"] or match["minus_word"])
        word = match["word"]
        if word is None:
            yield from _marked(match, excluded, as_words)
        elif word in _OPERATORS:
            yield _Item(word, _OPERATORS[word])
        else:
            as_words += dict.fromkeys(re.findall('["„“”»«]', word))
            if one := word.strip('"„“”»«'):
                term = Term("word", one)
                yield _Item(one, term=term, excluded=excluded and says_something(term))


def _marked(match: re.Match[str], excluded: bool, as_words: list[str]) -> Iterator[_Item]:
    """A phrase or a field; words where it says nothing."""
    typed = match.group()
    if match["name"] is None:
        kind: Kind | None = "phrase"
        value = match["phrase"]
    else:
        value = match["value_quoted"] or match["value"] or ""
        kind = FIELDS.get(fold(match["name"]))
        if kind in ("year", "before", "after") and period(value) is None:
            kind = None
            as_words.append(typed)
    if kind and any(map(str.isalnum, value)):
        yield _Item(typed, term=Term(kind, " ".join(value.split())), excluded=excluded)
    else:
        words = typed.replace(":", " ") if match["name"] in FIELDS else re.sub('["„“”»«]', " ", typed)
        yield from (_Item(word, term=Term("word", word)) for word in words.split())


def _without_danglers(items: list[_Item], as_words: list[str]) -> list[_Item]:
    """Operators that have what they need; the others are words. A NOT goes into what it excludes."""
    found: list[_Item] = []
    for place, item in enumerate(items):
        following = items[place + 1] if place + 1 < len(items) else None
        if not item.operator:
            found.append(item)
        elif item.operator == "not" and following and following.term and says_something(following.term):
            following.excluded = True
        elif _fits(item, found, items[place + 1 : place + 3]):
            found.append(item)
        else:
            as_words.append(item.typed)
            found.append(_Item(item.typed, term=Term("word", item.typed)))
    return found


def _fits(operator: _Item, before: Sequence[_Item], after: Sequence[_Item]) -> bool:
    """Whether AND or OR stands between two operands; AND may stand before NOT, OR may not."""
    if not before or not before[-1].term or not after:
        return False
    if operator.operator == "and":
        return bool(after[0].term or (after[0].operator == "not" and len(after) > 1 and after[1].term))
    return operator.operator == "or" and bool(after[0].term) and not (before[-1].excluded or after[0].excluded)


def _joined(items: Sequence[_Item]) -> list[_Item]:
    """The operands, those around an OR in one group."""
    found: list[_Item] = []
    either = False
    for item in items:
        if item.operator:
            either = item.operator == "or"
        elif item.term:
            if either:
                found[-1].group.append(item.term)
            else:
                item.group = [item.term]
                found.append(item)
            either = False
    return found


def says_something(term: Term) -> bool:
    """Whether a word is more than stop words and signs; fields and phrases are.

    >>> says_something(Term("word", "und")), says_something(Term("word", "Kita,"))
    (False, True)
    """
    return term.kind != "word" or any(word not in STOP_WORDS for word in words_of(term.text))


def period(text: str) -> tuple[date, date] | None:
    """First and last day of a year, month or day, written either way.

    >>> period("2024"), period("1.5.2024"), period("2024-02")[1], period("bald")
    ((datetime.date(2024, 1, 1), datetime.date(2024, 12, 31)), (datetime.date(2024, 5, 1), datetime.date(2024, 5, 1)), \
datetime.date(2024, 2, 29), None)
    """
    match = _DAY.fullmatch(text.strip())
    if not match:
        return None
    parts = (match["y"] or match["gy"], match["m"] or match["gm"], match["d"] or match["gd"])
    year, month, day = (int(found) if found else None for found in parts)
    if year is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        first = date(year, month or 1, day or 1)
        after = date(first.year + (not month or month == 12), 1 if not month or month == 12 else month + 1, 1)
        return (first, first) if day else (first, after - timedelta(days=1))
    except ValueError:
        return None
