"""What speaks for and against a unit as an answer to a question: named numbers that a weighted sum makes into one score.

Most are shares in [0, 1] or marks that are 0 or 1, so that weights can be compared. ``benchmarks/fit_evidence.py`` makes the
weights; docs/answers.md says what they mean.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from indexer.generation import Generation
from indexer.german import fold, stem, words
from service.evidence.units import Unit
from service.evidence.wanted import wanted
from service.questions import Question

_STEM = 6  # letters that kindred words begin with, at least
_KINDRED = 0.5  # and their share of the longer word
_GRAM = 4
_NEAR = 3  # words between a number and what it counts
_COUNTED = re.compile(r"\b(?:wie ?vie(?:le|len|ler|l)|how many|how much)\s+(\w{3,})(?:\s+([A-ZÄÖÜ]\w{2,}))?", re.IGNORECASE)
LEANS = re.compile(  # a sentence that begins so leans on the one before
    r"(?:Er|Sie|Es|Ihm|Ihr|Dies\w*|Dabei|Dazu|Dafür|Damit|Daher|Deshalb|Deswegen|Darin|Darüber|Davon|Dort|Hier\w*|Danach|Dann|Das|Zudem"
    r"|Außerdem|Allerdings|Jedoch|Auch|So|Somit|Diese)\b"
)
_FORM = re.compile(r"[☐☒☑□]|\[ ?\]|\.{5}|_{4}")
_ADDRESS = re.compile(r"@|https?:|www\.|\bTel(?:efon)?\b|\bFax\b|\b\d{5} [A-ZÄÖÜ]")
_PROPOSES = re.compile(r"^(?:Beschluss(?:vorschlag|empfehlung|entwurf)|Antrag)", re.IGNORECASE)
_PLAN = re.compile(r"\b(?:soll|sollen|geplant|vorgesehen|beantrag\w+|schlägt|schlagen|Vorschlag)\b")
_KIND_MARKS = ("list", "item", "table", "row", "lines", "line", "heading")


class Sought:
    """A question, made ready to look for its answer in many units."""

    def __init__(self, generation: Generation, question: Question) -> None:
        self.generation = generation
        self.question = question
        self.weights = {term: generation.lexical.idf(term) for term in question.terms}
        self.total = sum(self.weights.values())
        self.rarest = max(self.weights, key=lambda t: self.weights[t], default="")
        self.grams = _grams(words(question.text))
        self.numbers = {word for word in words(question.text) if word[0].isdigit()}
        self.kinds = wanted(question.text)
        self.wants_several = any(kind.name == "several" for kind in self.kinds)
        match = _COUNTED.search(question.text)
        self.counted = [stem(fold(word)) for word in match.groups() if word] if match else []
        self._held: dict[str, frozenset[str]] = {}

    def held(self, text: str) -> frozenset[str]:
        """The terms of a text."""
        if text not in self._held:
            self._held[text] = frozenset(self.generation.analyser.terms(text))
        return self._held[text]

    def kinships(self, held: frozenset[str]) -> dict[str, float]:
        """For each term of the question how well a text that holds these terms holds it."""
        return {term: kinship(term, held) for term in self.weights}

    def coverage(self, kinships: Mapping[str, float]) -> float:
        """The rarity-weighted share of the question's terms that a text holds; unknown terms weigh most.

        A term counts in part where the text holds a kindred word that the stemmer keeps apart ("priorisiert", "Priorität").
        """
        return sum(weight * kinships[term] for term, weight in self.weights.items()) / self.total if self.total else 0.0

    def held_kinds(self, unit: Unit) -> frozenset[str]:
        """Of the kinds of answer that the question wants, those that the unit holds; many lines at once hold several things."""
        held = frozenset(kind.name for kind in self.kinds if kind.held.search(unit.text))
        return held & {"several", "author"} if unit.kind in ("table", "lines") else held


def kinship(term: str, held: frozenset[str]) -> float:
    """1 for a term that is held, else the share of letters that the nearest held term begins with, if it is half or more."""
    if term in held:
        return 1.0
    if len(term) < _STEM or not term.isalpha():
        return 0.0
    kindred = (other for other in held if other[:_STEM] == term[:_STEM])
    share = max((_common(term, other) / max(len(term), len(other)) for other in kindred), default=0.0)
    return share if share >= _KINDRED else 0.0


def _common(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def signs(sought: Sought, units: Sequence[Unit], best: float) -> list[dict[str, float]]:
    """The signs of units that need no vector. ``best``: the score of the best passage."""
    spoken = [sought.kinships(sought.held(unit.text) | sought.held(unit.heading)) for unit in units]
    everywhere = _telling(sought, spoken, range(len(units)))
    within: dict[str, list[int]] = {}
    for place, unit in enumerate(units):
        within.setdefault(unit.hit.passage.document.id, []).append(place)
    found: list[dict[str, float]] = [{}] * len(units)
    for places in within.values():
        title = sought.held(units[places[0]].hit.passage.document.title)
        about = sought.kinships(title.union(*(sought.held(units[i].text) | sought.held(units[i].heading) for i in places)))
        here = _telling(sought, spoken, places)
        document = sought.coverage(about)
        for i in places:
            found[i] = _signs(sought, units[i], best, spoken[i]) | {
                "telling words": _share(everywhere, spoken[i]),
                "telling in document": _share(here, spoken[i]),
                "words of document": document,
            }
    return found


def _telling(sought: Sought, spoken: Sequence[Mapping[str, float]], places: Sequence[int]) -> dict[str, float]:
    """The terms' weights among some units: a word that most of them hold, such as their subject, tells none of them apart."""
    return {
        term: weight * math.log1p(len(places) / (1 + sum(spoken[i][term] for i in places)))
        for term, weight in sought.weights.items()
    }


def _share(weights: Mapping[str, float], kinships: Mapping[str, float]) -> float:
    total = sum(weights.values())
    return sum(weight * kinships[term] for term, weight in weights.items()) / total if total else 0.0


def _signs(sought: Sought, unit: Unit, best: float, spoken: Mapping[str, float]) -> dict[str, float]:
    text = unit.text
    held = sought.held(text)
    own = sought.coverage(sought.kinships(held))
    with_heading = sought.coverage(spoken)
    above = sought.held(unit.before) | held | sought.held(unit.heading)
    around = sought.coverage(sought.kinships(above)) if unit.before else with_heading
    found = list(words(text))
    passage = unit.hit.passage
    found_signs = {
        "passage": 10 * (unit.hit.score - best),
        "first passage": float(unit.hit.rank == 1),
        "words": own,
        "words of heading": (with_heading - own) * (unit.kind != "row"),
        "words of columns": (with_heading - own) * (unit.kind == "row"),
        "words before": around - with_heading,
        "rarest word": spoken.get(sought.rarest, 0.0),
        "letters": len(sought.grams & _grams(found)) / max(1, len(sought.grams)),
        "numbers": len(sought.numbers & set(found)) / max(1, len(sought.numbers)),
        "length": math.log1p(len(found)) / 5,
        "says little new": 1 / (1 + len(held - sought.weights.keys())),
        "figures": min(5, len(re.findall(r"\d+", text))) / 5,
        "position": unit.start / max(1, len(passage.document.text)),
        "leans": float(unit.kind == "sentence" and bool(LEANS.match(text))),
        "unfinished": float(text[-1] in ":,;-"),
        "form": float(bool(_FORM.search(text))),
        "address": float(bool(_ADDRESS.search(text))),
        "proposal": float(bool(_PROPOSES.match(unit.heading))),
        "answers": float(unit.heading.endswith("?")),
        "plan": float(bool(_PLAN.search(text))),
    }
    found_signs |= {kind: float(unit.kind == kind) for kind in _KIND_MARKS}
    if sought.kinds:
        held_kinds = sought.held_kinds(unit)
        found_signs["wanted"] = len(held_kinds) / len(sought.kinds)
        found_signs |= {f"wanted {kind}": 1.0 for kind in held_kinds}
        found_signs["bare"] = float(unit.kind in ("lines", "line", "heading") and not held_kinds)
    if sought.wants_several:
        found_signs["wanted list"] = float(unit.kind in ("list", "table"))
    if sought.counted:
        found_signs["counted"] = float(_counts(found, sought.counted))
    if sought.question.asked_in == "en":
        found_signs["words, English"] = own
    return found_signs


def _counts(found: Sequence[str], counted: Sequence[str]) -> bool:
    """Whether a number stands just before what the question counts."""
    stems = [stem(word) for word in found]
    return any(stems[i] in counted and any(_is_number(word) for word in found[max(0, i - _NEAR) : i]) for i in range(len(found)))


def _is_number(word: str) -> bool:
    return word[0].isdigit() or word in _NUMERALS


_NUMERALS = frozenset("ein eine einen zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreissig".split())


def _grams(found: Iterable[str]) -> set[str]:
    return {word[i : i + _GRAM] for word in found if len(word) >= _GRAM for i in range(len(word) - _GRAM + 1)}
