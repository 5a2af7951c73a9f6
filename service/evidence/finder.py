"""From ranked passages to the units that answer, best first.

passages -> units -> signs -> the likeliest by words alone -> compared by meaning -> best first

A unit's score is a weighted sum of its signs (signs.py), in log-odds: one more is e times as likely to hold the answer. The
weights are a conditional logistic regression, made by ``benchmarks/fit_evidence.py``. Encoding is what takes time, so only the
likeliest units are compared by meaning, by standard scores among themselves, which mean the same with any encoder.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.domain import Hit
from indexer.encoders import Encoder
from indexer.generation import Generation
from indexer.vectors import Vector
from service.evidence.signs import Sought, kinship, signs
from service.evidence.units import Unit, units_of
from service.questions import Question

Weights = Mapping[str, float]

COMPARED = 24  # units that are compared by meaning; the rest lost on words and on its passage's rank
_SPOKEN = 400  # characters of a unit that are compared: the beginning tells, and time grows with length
_REMEMBERED = 20_000  # vectors of units, ~30 MB
WEIGHTS = Path(__file__).with_name("weights.json")
_FITTED: Mapping[str, Weights] = json.loads(WEIGHTS.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Evidence:
    """A unit and how well it answers. ``coverage`` in [0, 1]: rarity-weighted share of the question's terms."""

    unit: Unit
    score: float
    cosine: float
    coverage: float
    kinds: frozenset[str] = frozenset()  # of the kinds of answer that the question wants, those that the unit holds


class EvidenceFinder:
    """Finds evidence; remembers the vectors of units it has seen, since the same passages answer many questions."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: OrderedDict[str, Vector] = OrderedDict()  # the least lately used first
        self._lock = threading.Lock()

    def find(self, generation: Generation, question: Question, query: Vector, hits: Sequence[Hit]) -> list[Evidence]:
        """The best units of the hits, best first."""
        sought = Sought(generation, question)
        best = max((hit.score for hit in hits), default=0.0)
        units = [unit for hit in hits for unit in units_of(hit)]
        likeliest = sorted(
            zip(units, signs(sought, units, best), strict=True), key=lambda one: -weighed(one[1], _FITTED["words"])
        )[:COMPARED]
        cosines = [float(vector @ query) for vector in self.vectors([unit for unit, _ in likeliest])]
        found = [
            Evidence(unit, weighed(found | meaning, _FITTED["meaning"]), cosine, found["words"], sought.held_kinds(unit))
            for (unit, found), cosine, meaning in zip(likeliest, cosines, compared(cosines), strict=True)
        ]
        return sorted(found, key=lambda e: (-e.score, e.unit.hit.rank, e.unit.start))

    def vectors(self, units: Sequence[Unit]) -> list[Vector]:
        """What the units are compared by in meaning."""
        return self._encoded([unit.spoken[:_SPOKEN] for unit in units])

    def _encoded(self, texts: Sequence[str]) -> list[Vector]:
        with self._lock:
            known = {text: self._vectors[text] for text in texts if text in self._vectors}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:  # outside the lock: others may look up meanwhile
            known.update(zip(missing, self._encoder.encode(missing, "passage"), strict=True))
        with self._lock:
            for text in texts:
                self._vectors[text] = known[text]
                self._vectors.move_to_end(text)
            while len(self._vectors) > _REMEMBERED:
                self._vectors.popitem(last=False)
        return [known[text] for text in texts]


def compared(cosines: Sequence[float]) -> list[dict[str, float]]:
    """The sign of meaning of each unit: its cosine as a standard score among those it is compared with."""
    spread = float(np.std(cosines)) if cosines else 0.0
    mean = float(np.mean(cosines)) if cosines else 0.0
    return [{"meaning": (cosine - mean) / spread if spread else 0.0} for cosine in cosines]


def weighed(found: Weights, weights: Weights) -> float:
    """The weighted sum of signs; one without a weight counts nothing."""
    return sum(weights.get(name, 0.0) * value for name, value in found.items())


def coverage(generation: Generation, terms: Sequence[str], text: str) -> float:
    """The rarity-weighted share of the question's terms that a text holds; see Sought.coverage."""
    held = frozenset(generation.analyser.terms(text))
    weights = {term: generation.lexical.idf(term) for term in terms}
    total = sum(weights.values())
    return sum(weight * kinship(term, held) for term, weight in weights.items()) / total if total else 0.0
