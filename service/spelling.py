""" "Meinten Sie …": another spelling of the words that no document holds, from the words of the index itself.

Only the public collection is asked, so a suggestion tells of no word that stands elsewhere. It is offered, never searched by
itself, and only where it would find something.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from indexer.filters import Filters
from indexer.generation import Generation
from indexer.german import can_be_part, fold, stem, words
from indexer.search import among
from service.questions import language_of

_WORD = re.compile(r"(?<![\w:-])[^\W\d_]{4,60}(?![\w:])")
_ONE, _TWO = 4, 8  # letters from which so many errors are forgiven
_RARE, _COMMON = 1, 20  # in one passage alone, beside a spelling in twenty: mistyped in the paper too
_LOOKED_AT = 5  # passages, for how a word is printed
_MOST = 8  # words that are looked at, and spellings of each


def respelled(generation: Generation, text: str, filters: Filters) -> str | None:
    """The text with its unknown words spelled as the documents spell them; None if there is nothing to mend."""
    if language_of(text) == "en":  # the documents are German: an English word is no mistake
        return None
    known = list(generation.analyser.frequencies)
    found = text
    for match in reversed(list(_WORD.finditer(text))[:_MOST]):
        word = fold(match.group())
        better = _better(generation, word, known, filters) if can_be_part(word) else None
        if better:
            found = found[: match.start()] + better + found[match.end() :]
    return found if found != text else None


def _better(generation: Generation, word: str, known: Sequence[str], filters: Filters) -> str | None:
    frequencies = generation.analyser.frequencies
    held = len(generation.lexical.rows(stem(word)))
    if held > _RARE or (not held and generation.analyser.split(word)):
        return None
    errors = 0 if len(word) < _ONE else 1 if len(word) < _TWO or held else 2
    near = process.extract(word, known, scorer=OSA.distance, score_cutoff=errors, limit=_MOST)
    order = sorted(near, key=lambda one: (one[1], one[0][0] != word[0], -frequencies[one[0]]))
    allowed = among(generation, filters)
    for spelling, _, _ in order:
        rows = generation.lexical.rows(stem(spelling))
        counted = rows if allowed is None else rows[allowed[rows]]
        if stem(spelling) != stem(word) and len(counted) >= (_COMMON if held else 1):
            return as_printed(generation, spelling)
    return None


def as_printed(generation: Generation, word: str) -> str:
    """A folded word in the spelling of the first passages that hold it: "strasse" is "Straße" there."""
    query = (
        'SELECT substr(text, start + 1, "end" - start) FROM passages JOIN documents ON number = document '
        "WHERE row IN ?s ORDER BY row"
    )
    rows = generation.lexical.rows(stem(word))[:_LOOKED_AT]
    for (text,) in generation.database.all(query, [rows.tolist()]):
        for match in re.finditer(r"[^\W\d_]+", text):
            if next(words(match.group()), "") == word and not match.group().isupper():
                return match.group()
    return word
