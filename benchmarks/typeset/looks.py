"""What papers of several kinds have in common: how they look, bodies, letterheads, small tables."""

from __future__ import annotations

import random

from benchmarks.typeset.parts import Heading, Look, Para, Part
from benchmarks.typeset.words import Words

_FONTS = (
    ("Liberation Serif", 11.5, "Liberation Sans"),
    ("Liberation Sans", 11, "Liberation Sans"),
    ("DejaVu Serif", 10, "DejaVu Serif"),
    ("DejaVu Sans Condensed", 10, "DejaVu Sans Condensed"),
    ("Liberation Sans Narrow", 12, "Liberation Sans Narrow"),
    ("Liberation Sans", 10, "Liberation Serif"),
)


def look(draw: random.Random, at: int) -> Look:
    font, size, heading_font = _FONTS[(at + draw.randrange(len(_FONTS))) % len(_FONTS)]
    size += draw.choice((-0.5, 0, 0.5))
    largest = size + draw.choice((4, 6, 8))
    return Look(
        font=font,
        size=size,
        heading_font=heading_font,
        heading_sizes=(largest, (largest + size) / 2 + 0.5, size + 1),
        margin=draw.choice((1.8, 2.2, 2.5)),
        leading=draw.choice((100, 110, 130)),
        space=draw.choice((4, 6, 9)),
        indent=draw.choice((0.5, 0.7, 1.0)),
        padding=draw.choice((0.06, 0.1, 0.18)),
        gutter=draw.choice((0.6, 0.8, 1.1)),
        justified=draw.random() < 0.5,
        hyphenated=draw.random() < 0.4,
        tagged=draw.random() < 0.5,
    )


def body_of(words: Words, paragraphs: int, level: int = 2, sentences: int = 4) -> list[Part]:
    """Headings with a few paragraphs each."""
    parts: list[Part] = []
    for _ in range(paragraphs):
        title, lines = words.subject(2 * sentences)
        half = len(lines) // 2
        parts += [Heading(title, level), Para(" ".join(lines[:half])), Para(" ".join(lines[half:]))]
    return parts


def letterhead(words: Words) -> list[Part]:
    place = words.place()
    return [
        Para(f"Landkreis {place}", "letterhead"),
        Para(f"{words.street()} 4 · {place} · Telefon 0{words.random.randint(2000, 8999)} 71-0 · post@kreis.example", "small"),
    ]


def offices(words: Words, count: int) -> tuple[tuple[str, ...], ...]:
    rows = [
        (words.office(), words.person(), f"{words.random.randint(1, 9)},{words.random.randint(10, 99)}") for _ in range(count)
    ]
    return (("Amt", "Leitung", "Stellen"), *rows)
