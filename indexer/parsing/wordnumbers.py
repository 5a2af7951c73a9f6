"""The numbers that Word shows before headings and list items: they are counted when a document is shown, not written in it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST = 9  # levels of a list in Word
_ROMAN = tuple(
    zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "m cm d cd c xc l xl x ix v iv i".split(), strict=True)
)


@dataclass(frozen=True)
class _Level:
    shape: str = "decimal"  # decimal, lowerLetter, upperRoman, bullet …
    text: str = ""  # "%1.%2"
    start: int = 1


class Numbering:
    """Counts through a document: ``label`` is asked once for each numbered paragraph, in their order."""

    def __init__(self, root: Any | None) -> None:
        self._abstract: dict[str, str] = {}  # list -> its definition, of which several lists may count on
        self._levels: dict[str, dict[int, _Level]] = defaultdict(dict)
        self._restarts: dict[str, dict[int, int]] = defaultdict(dict)
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        for definition in root.iter(f"{W}abstractNum") if root is not None else ():
            levels = self._levels[definition.get(f"{W}abstractNumId", "")]
            levels.update({_number(level.get(f"{W}ilvl")): _level(level) for level in definition.iter(f"{W}lvl")})
        for number in root.iter(f"{W}num") if root is not None else ():
            name = number.get(f"{W}numId", "")
            self._abstract[name] = value(number, "abstractNumId")
            for override in number.iter(f"{W}lvlOverride"):
                if start := value(override, "startOverride"):
                    self._restarts[name][_number(override.get(f"{W}ilvl"))] = _number(start)

    def label(self, name: str, depth: int) -> str:
        """What stands before the next paragraph of this list at this depth, from 0; "" for a bullet."""
        definition = self._abstract.get(name)
        if definition is None or not 0 <= depth < _DEEPEST:
            return ""
        counts, levels = self._counts[definition], self._levels[definition]
        restart = self._restarts[name].pop(depth, None)
        level = levels.get(depth, _Level())
        counts[depth] = counts[depth] + 1 if depth in counts and restart is None else level.start if restart is None else restart
        for deeper in [at for at in counts if at > depth]:
            del counts[deeper]
        if level.shape in ("bullet", "none"):
            return ""

        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            above = levels.get(at, _Level())
            return _written(counts.setdefault(at, above.start), "decimal" if above.shape == "bullet" else above.shape)

        return re.sub(r"%([1-9])", number, level.text)


def _level(level: Any) -> _Level:
    return _Level(value(level, "numFmt") or "decimal", value(level, "lvlText"), _number(value(level, "start") or "1"))


def value(parent: Any, name: str) -> str:
    """The value of a child element such as <w:start w:val="1"/>, "" without."""
    child = parent.find(f"{W}{name}") if parent is not None else None
    return child.get(f"{W}val", "") if child is not None else ""


def _number(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else 0


def _written(number: int, shape: str) -> str:
    """
    >>> [_written(28, shape) for shape in ("decimal", "lowerLetter", "upperRoman", "decimalZero")]
    ['28', 'bb', 'XXVIII', '28']
    """
    if shape.endswith("Letter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number < 1000 else str(number)
        return letter.upper() if shape.startswith("upper") else letter
    if shape.endswith("Roman"):
        rest, roman = min(number, 3999), ""
        for figure, letters in _ROMAN:
            roman += letters * (rest // figure)
            rest %= figure
        return roman.upper() if shape.startswith("upper") else roman
    return f"{number:02}" if shape == "decimalZero" else str(number)
