"""Do the documents answer at all? Thin evidence is no answer.

Two signals tell an answered question from a near miss: how near the best unit comes in meaning, and which share of the
question's words, weighted by rarity, the best passage holds. Their weights are a logistic regression on XQuAD-de, the same
300 questions with and without their paragraph in the index (AUROC 0.94; English questions 0.86, where words tell little):
``benchmarks/calibrate_answerable.py`` makes them anew. No question of our own corpus was used.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexer.domain import Hit
from indexer.generation import Generation
from indexer.passages import searched_text
from service.evidence import Evidence, coverage
from service.questions import Language, Question

FITTED_TO = "multilingual-e5-small/"
_WORDS_ALONE = 0.35  # with another encoder: 92 % of the answered German questions of XQuAD-de reach it, 33 % of the near misses
# (meaning, words, constant); on XQuAD a sum above 0 is rather an answer than a near miss
WEIGHTS: dict[Language, tuple[float, float, float]] = {"de": (37.9, 6.6, -36.1), "en": (46.0, 2.2, -37.9)}
# A little below that we still answer: a wrong refusal hides what is there, a near miss shows words that the reader can judge.
_LENIENCE = 1.0
_PASSAGES = 3  # whose words count


def signals(generation: Generation, question: Question, found: Sequence[Evidence], hits: Sequence[Hit]) -> tuple[float, float]:
    """(highest cosine of a unit, highest coverage of a passage with its context)."""
    meaning = max((evidence.cosine for evidence in found), default=0.0)
    words = max((coverage(generation, question.terms, searched_text(h.passage)) for h in hits[:_PASSAGES]), default=0.0)
    return meaning, words


def answers_at_all(generation: Generation, question: Question, found: Sequence[Evidence], hits: Sequence[Hit]) -> bool:
    """Whether the evidence is an answer rather than a near miss."""
    if not found:
        return False
    meaning, words = signals(generation, question, found, hits)
    if not generation.manifest["encoder"].startswith(FITTED_TO):  # other models spread their cosines otherwise
        return words >= _WORDS_ALONE
    weights = WEIGHTS[question.asked_in]
    return weights[0] * meaning + weights[1] * words + weights[2] > -_LENIENCE
