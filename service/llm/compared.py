"""The two sides of a check: what a sentence claims, and a place it may rest on. Each is taken apart once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from indexer.german import Analyser
from service.llm.facts import Fact, facts_of, is_year
from service.llm.places import Place
from service.llm.wordmatch import Bag, Word
from service.proposals import MOTIONS
from service.questions import Language

_NUMBERED = re.compile(r"^\s*(?:§+\s*|TOP\s*|Anlage\s*|\()?\d[\d.]*[a-z]?\)?:?\s", re.MULTILINE)  # "4.1 Wohnen", "§ 3 Ermäßigung"


@dataclass(frozen=True)
class Claim:
    """A sentence and what it claims by words and figures."""

    text: str
    language: Language
    words: Sequence[Word]
    figures: Sequence[Fact]


class Source:
    """A place as it is compared."""

    def __init__(self, place: Place, analyser: Analyser) -> None:
        self.place = place
        self._analyser = analyser

    @cached_property
    def spoken(self) -> str:
        return f"{self.place.heading}\n{' '.join(self.place.columns)}\n{self.place.text}"

    @cached_property
    def bag(self) -> Bag:
        return Bag(f"{self.spoken}\n{self.place.context}", self._analyser)

    @cached_property
    def own(self) -> Bag:
        return Bag(self.spoken, self._analyser)

    @cached_property
    def quoted(self) -> Bag:
        """Of what is quoted alone, without what stands over it."""
        return Bag(self.place.text, self._analyser)

    @cached_property
    def facts(self) -> list[Fact]:
        return facts_of(self.place.text)

    @cached_property
    def said_around(self) -> list[Fact]:
        """Figures of what stands over the place; of its paper's head only years and numbers of papers."""
        heading = _NUMBERED.sub("", f"{self.place.heading}\n{' | '.join(self.place.columns)}")
        head = (fact for fact in facts_of(self.place.context) if fact.kind == "reference" or is_year(fact))
        return [*facts_of(heading), *head]

    def bag_of(self, text: str) -> Bag:
        return Bag(text, self._analyser)

    @cached_property
    def proposes(self) -> bool:
        """Also the title and the other words of a motion: only a row of its Beratungsfolge tells what became of it."""
        motion = self.place.passage.document.paper.paper_type in MOTIONS
        return self.place.citation.proposal or (motion and not self.place.columns)
