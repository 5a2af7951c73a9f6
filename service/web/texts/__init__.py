"""Every word the pages say, in German ("Sie") and English, a module for each part of the site. Templates hold none; long
texts are in long_texts.py.
"""

from __future__ import annotations

from datetime import date, datetime

from service.questions import Language
from service.web.help_texts import HELP
from service.web.long_texts import ABOUT, NOTICE, Section
from service.web.texts import access, asking, documents, duties, embedding, frame, helping, operating, papers, searching, tools

_PARTS = (
    *(frame.TEXTS, asking.TEXTS, searching.TEXTS, documents.TEXTS, papers.TEXTS, duties.TEXTS, helping.TEXTS),
    *(tools.TEXTS, embedding.TEXTS, operating.TEXTS, access.TEXTS),
)
TEXTS: dict[str, tuple[str, str]] = {key: texts for part in _PARTS for key, texts in part.items()}  # German, English

_MONTHS = "January February March April May June July August September October November December".split()


class Texts:
    """The texts in one language; ``t("key", name=value)`` in templates. An unknown key is an error, not an empty space."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        text = TEXTS[key][self.language == "en"]
        return text.format(**values) if values else text

    def count(self, key: str, number: int) -> str:
        """ "1 Dokument", "1.234 Dokumente"."""
        return self(f"{key}_one" if number == 1 else key, n=self.number(number))

    def number(self, number: int) -> str:
        """ "1.234", "1,234"."""
        return f"{number:,}" if self.language == "en" else f"{number:,}".replace(",", ".")

    def date(self, day: date) -> str:
        """ "08.07.2022", "8 July 2022"."""
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if self.language == "en" else day.strftime("%d.%m.%Y")

    def moment(self, stamp: str) -> str:
        """The day of an ISO time stamp, as people write it."""
        return self.date(datetime.fromisoformat(stamp).date())

    def time(self, stamp: str) -> str:
        """Day and time of an ISO time stamp, on this machine's clock."""
        moment = datetime.fromisoformat(stamp).astimezone() if stamp else None
        return f"{self.date(moment.date())}, {moment:%H:%M}" if moment else ""

    def size(self, size: int) -> str:
        """ "12 KB", "3,4 MB"."""
        if size < 1_000_000:
            return f"{max(1, round(size / 1000))} KB"
        number = f"{size / 1_000_000:.1f} MB"
        return number if self.language == "en" else number.replace(".", ",")

    @property
    def help(self) -> tuple[Section, ...]:
        return HELP[self.language]

    def ai_notice(self, modelled: bool) -> Section:
        """``modelled``: whether a language model words answers."""
        return NOTICE[self.language][modelled]

    def about(self, modelled: bool) -> tuple[Section, ...]:
        operator, *others = ABOUT[self.language]
        return (operator, self.ai_notice(modelled), *others)
