"""All kinds of papers that are measured, each drawn from a set's words with a look of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.typeset import table_kinds, text_kinds
from benchmarks.typeset.looks import look
from benchmarks.typeset.parts import Look, Paper
from benchmarks.typeset.words import Words

KINDS: tuple[Callable[[Words, Look], Paper], ...] = (
    table_kinds.vorlage,
    text_kinds.minutes,
    text_kinds.motion,
    text_kinds.plan,
    text_kinds.press,
    text_kinds.gazette,
    table_kinds.budget,
    table_kinds.budget_rows,
    table_kinds.multiline,
    table_kinds.long_table,
    table_kinds.plain_table,
    text_kinds.nested,
    text_kinds.statute,
    text_kinds.footnotes,
    text_kinds.hyphenated,
    text_kinds.framed,
    text_kinds.roman,
    table_kinds.landscape,
    text_kinds.headings,
    text_kinds.run_in,
    text_kinds.ligatures,
    text_kinds.letter,
    text_kinds.margin_notes,
    text_kinds.boxed,
    text_kinds.english,
    text_kinds.pictures,
    table_kinds.ticks,
    table_kinds.annex,
    text_kinds.leaflet,
)


def papers(words: Words) -> Iterator[Paper]:
    for at, make in enumerate(KINDS):
        yield make(words, look(words.random, at))
