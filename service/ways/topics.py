"""Which passages and titles hold the words of a topic: in any inflection, as a part of a compound, or by another usual word.

A word is held where its stem is, or all parts of it if it is a compound ("Pflegeplanung": "Planung der Pflege").
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import reduce

import numpy as np

from indexer.generation import Generation
from indexer.german import stem, words
from indexer.vectors import Rows

# What German administrations call the same thing by, as usual in one place as in the other.
_ALIKE = tuple(
    tuple(map(stem, group.split()))
    for group in (
        "kita kindertagesstätte kindertageseinrichtung kindergarten kindergärten",
        "öpnv nahverkehr",
        "photovoltaik pv solar",
        "grüne grünen b90",
        "fahrrad rad",
        "haushalt doppelhaushalt",
    )
)


class Topic:
    """Words that must all be held."""

    def __init__(self, generation: Generation, typed: Sequence[str]) -> None:
        self._generation = generation
        self.typed = tuple(typed)
        self._forms = [forms for word in typed for forms in self._forms_of(word)]

    def rows(self) -> Rows:
        """The passages that hold all words, themselves or in the title and headings above them, ascending."""
        found = [reduce(np.union1d, (self._together(form) for form in forms)) for forms in self._forms]
        return reduce(np.intersect1d, found) if self._forms else np.zeros(0, np.int64)

    def held_by(self, text: str) -> bool:
        """Whether a text holds all words."""
        return self.share(text) == 1

    def share(self, text: str) -> float:
        """The share of the words that a text holds."""
        terms = set(self._generation.analyser.terms(text))
        held = [any(terms.issuperset(form) for form in forms) for forms in self._forms]
        return sum(held) / len(held) if held else 1.0

    def _forms_of(self, typed: str) -> Iterator[list[tuple[str, ...]]]:
        """For each word within what was typed ("Kita-Gebühren") the sets of terms any one of which will do."""
        for word in words(typed):
            whole, *parts = self._generation.analyser.terms_of(word) or (None,)
            if whole is None:
                continue
            yield [*((other,) for other in _others(whole)), *(_alternatives(parts) if parts else ())]

    def _together(self, form: Collection[str]) -> Rows:
        return reduce(np.intersect1d, (self._generation.lexical.rows(term) for term in form))


def _others(term: str) -> Sequence[str]:
    """The term and what else its thing is called."""
    return next((group for group in _ALIKE if term in group), (term,))


def _alternatives(parts: Sequence[str]) -> Iterator[tuple[str, ...]]:
    if not parts:
        yield ()
        return
    for first in _others(parts[0]):
        for rest in _alternatives(parts[1:]):
            yield (first, *rest)
