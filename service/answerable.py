"""Do the documents answer at all? Thin evidence is no answer."""

from __future__ import annotations

from collections.abc import Sequence

from service.evidence import Evidence
from service.questions import Question

_STRONG_WORDS = 0.35
_STRONG_MEANING = 0.85


def answers_at_all(question: Question, found: Sequence[Evidence]) -> bool:
    best = max(found, key=lambda e: e.coverage)
    return best.coverage >= _STRONG_WORDS or found[0].cosine >= _STRONG_MEANING
