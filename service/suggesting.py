"""Suggestions while typing, from the index alone: numbers and titles of papers, Gremien, headings, words.

Never from what others asked, and only from the public index, whoever types: no title of a paper that is not public appears before
somebody searched for it and the audit log tells so. Every word of a title begins an entry, so "kinder" finds "Ausbau der
Kindertagesstätten"; entries are sorted, and a beginning is found by bisection.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from indexer.generation import Generation
from indexer.german import STOP_WORDS, fold
from indexer.numbering import keys_of
from indexer.references import reference_key
from service.spelling import as_printed
from service.texts import cut

Kind = Literal["number", "organization", "paper", "heading", "word"]

MOST = 8
_OF_A_KIND: dict[Kind, int] = {"number": 5, "organization": 3, "paper": 4, "heading": 2, "word": 3}  # in the order shown
_LONGEST = 120  # characters of what is suggested, and of what is looked up
_SHORTENED = 1  # looseness of a number, see indexer/numbering.py
_SHORTEST = 2  # letters or digits
_LOOKED_AT = 400  # entries that begin alike; the best of them are shown
_HEADINGS = 50_000
_UNQUOTED = str.maketrans("", "", '"„“”»«')


@dataclass(frozen=True)
class Suggestion:
    """``weight``: papers, passages that bear it."""

    text: str
    kind: Kind
    weight: int


class Suggester:
    """The entries of one generation, made once."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        entries = [(key, one) for one in _entries(generation) for key in _beginnings(one)]
        entries.sort(key=lambda entry: entry[0])
        self._keys = [key for key, _ in entries]
        self._entries = [one for _, one in entries]
        self._words = sorted(generation.analyser.frequencies)

    def suggestions(self, typed: str) -> list[Suggestion]:
        """At most MOST, those of one kind together."""
        wanted = " ".join(fold(typed[:_LONGEST]).split())
        if sum(map(str.isalnum, wanted)) < _SHORTEST:
            return []
        found = dict.fromkeys([*self._numbered(wanted), *self._beginning(wanted), *self._completed(typed[:_LONGEST])])
        shown: list[Suggestion] = []
        for kind, most in _OF_A_KIND.items():
            shown += islice(sorted((one for one in found if one.kind == kind), key=_order), most)
        texts = {one.text.casefold(): one for one in reversed(shown) if fold(one.text) != wanted}
        return [one for one in shown if texts.get(one.text.casefold()) is one][:MOST]

    def _numbered(self, wanted: str) -> Iterator[Suggestion]:
        key = reference_key(wanted)
        if any(map(str.isdigit, key)) and wanted[0].isalnum():
            yield from (one for beginning in (key, wanted) for one in self._from(beginning) if one.kind == "number")

    def _beginning(self, wanted: str) -> Iterator[Suggestion]:
        return (one for one in self._from(wanted) if one.kind != "number")

    def _from(self, wanted: str) -> Iterator[Suggestion]:
        at = bisect_left(self._keys, wanted)
        for key, one in zip(islice(self._keys, at, at + _LOOKED_AT), islice(self._entries, at, None), strict=False):
            if not key.startswith(wanted):
                return
            yield one

    def _completed(self, typed: str) -> Iterator[Suggestion]:
        """What was typed with its last word completed by words of the index."""
        before, _, last = typed.rpartition(" ")
        beginning = fold(last)
        if len(beginning) < 2 or not beginning.isalpha():
            return
        frequencies = self._generation.analyser.frequencies
        at = bisect_left(self._words, beginning)
        words = [w for w in islice(self._words, at, at + _LOOKED_AT) if w.startswith(beginning) and w != beginning]
        for word in sorted(words, key=lambda word: -frequencies[word])[: _OF_A_KIND["word"]]:
            yield Suggestion(f"{before} {as_printed(self._generation, word)}".strip(), "word", frequencies[word])


def _order(one: Suggestion) -> tuple[int, int, str]:
    return -one.weight, len(one.text), one.text


def _entries(generation: Generation) -> Iterator[Suggestion]:
    papers = "SELECT DISTINCT json_extract(record, '$.paper.reference'), title FROM documents"
    for reference, title in generation.database.all(papers):
        if reference and len(reference) <= _LONGEST:
            yield Suggestion(reference, "number", 1)
        yield Suggestion(_cut(title), "paper", 1)
    consulted = "SELECT name, count(*) FROM organizations WHERE consulted GROUP BY name"
    yield from (Suggestion(_cut(name), "organization", papers) for name, papers in generation.database.all(consulted))
    counted: Counter[str] = Counter()
    for headings, passages in generation.database.all(
        "SELECT headings, count(*) FROM passages GROUP BY headings ORDER BY headings"
    ):
        for heading in json.loads(headings):
            counted[" ".join(heading.translate(_UNQUOTED).split())] += passages
    headings_shown = (one for one in counted.most_common(_HEADINGS) if 3 < len(one[0]) <= _LONGEST and "|" not in one[0])
    yield from (Suggestion(heading, "heading", passages) for heading, passages in headings_shown)


def _cut(text: str) -> str:
    """As much of a text as can be searched for, cut between words; without quotation marks, which would demand a phrase."""
    return cut(" ".join(text.translate(_UNQUOTED).split()), _LONGEST)


def _beginnings(one: Suggestion) -> Iterator[str]:
    """Of a number it as printed and its keys, shortened too; of a text what begins at each of its words that tells something."""
    if one.kind == "number":
        yield fold(one.text)
        yield from (key for key, looseness in keys_of(one.text) if looseness <= _SHORTENED)
        return
    folded = fold(one.text)
    at = 0
    for word in folded.split(" "):
        place = at + len(word) - len(word.lstrip("\"'„“”»«(-–"))
        if place == 0 or word not in STOP_WORDS:
            yield folded[place:]
        at += len(word) + 1
