"""Contrast of the pages' colours (C4), computed from the custom properties of style.css as WCAG 2.2 defines it."""

from __future__ import annotations

import re

import pytest

from service.web.rendering import STATIC

TEXT, PARTS = 4.5, 3.0  # WCAG 1.4.3, 1.4.11
GROUNDS = ("back", "panel", "note")
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "quiet", "link") for ground in GROUNDS),
    *(("error", "back", TEXT), ("mark-ink", "mark", TEXT), ("on-accent", "accent", TEXT)),
    *(("field", "back", PARTS), ("field", "panel", PARTS), ("accent", "back", PARTS), ("note-line", "back", PARTS)),
]
THEMES = [
    dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", block))
    for block in re.findall(r":root \{(.*?)\}", (STATIC / "style.css").read_text(encoding="utf-8"), re.DOTALL)
    if "--back: #" in block and "--mark-ink" in block
]


def test_the_two_themes_name_the_same_colours() -> None:
    light, dark = THEMES
    assert light.keys() == dark.keys() >= {name for pair in PAIRS for name in pair[:2]}


@pytest.mark.parametrize("theme", THEMES, ids=["light", "dark"])
@pytest.mark.parametrize(("one", "other", "least"), PAIRS)
def test_c4_colours_keep_their_contrast(theme: dict[str, str], one: str, other: str, least: float) -> None:
    high, low = sorted((luminance(theme[one]), luminance(theme[other])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= least


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
