"""The pages of duty from the operator's files: Impressum, Datenschutz, Barrierefreiheit, Barriere melden, KI-Hinweis.

``RATSLOTSE_PAGES`` names a folder with a Markdown file for each page and language ("impressum.de.md"). What is not there is
shown from the template that comes with the program; its placeholders ([[…]]) are told at the start and on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from service.questions import Language

NAMES = ("impressum", "datenschutz", "barrierefreiheit", "barriere-melden", "ki-hinweis")
TEMPLATES = Path(__file__).parent / "web" / "duties"

_LARGEST = 200_000  # bytes
_PLACEHOLDER = re.compile(r"\[\[(.{1,200}?)\]\]")


@dataclass(frozen=True)
class Duty:
    """One page in one language. ``own``: from the operator's file, else from the template."""

    name: str
    language: Language
    text: str
    own: bool

    @property
    def missing(self) -> list[str]:
        """What the placeholders ask for, each once."""
        return list(dict.fromkeys(_PLACEHOLDER.findall(self.text)))


def duty(folder: Path | None, name: str, language: Language) -> Duty:
    """A page as it is now: a changed file counts at once."""
    file_name = f"{name}.{language}.md"
    if folder is not None and (text := _text(folder / file_name)):
        return Duty(name, language, text, own=True)
    return Duty(name, language, (TEMPLATES / file_name).read_text(encoding="utf-8"), own=False)


def security(folder: Path | None) -> str:
    """The operator's security.txt, empty if there is none."""
    return _text(folder / "security.txt") if folder is not None else ""


def _text(path: Path) -> str:
    """Empty if the file is not there or is no text of reasonable size."""
    try:
        return path.read_text(encoding="utf-8") if path.is_file() and path.stat().st_size <= _LARGEST else ""
    except (OSError, UnicodeDecodeError):
        return ""


def incomplete(folder: Path | None) -> list[Duty]:
    """The pages that still need the operator."""
    pages = (duty(folder, name, language) for name in NAMES for language in get_args(Language))
    return [page for page in pages if page.missing or not page.own]


def warnings(folder: Path | None, language: str) -> Iterator[str]:
    """A line for each page that needs the operator, with what to do."""
    for page in incomplete(folder):
        file_name = f"{page.name}.{page.language}.md"
        count = len(page.missing)
        if language == "en":
            gap = f"{count} entries are open" if page.own else "the file is missing"
            yield f"Page /{page.name} ({page.language}): {gap}. Please fill in {file_name} in the folder RATSLOTSE_PAGES."
        else:
            gap = f"{count} Angaben sind offen" if page.own else "die Datei fehlt"
            yield f"Seite /{page.name} ({page.language}): {gap}. Bitte {file_name} im Ordner RATSLOTSE_PAGES ausfüllen."
