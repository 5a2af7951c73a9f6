"""Do the documents answer at all? Thin evidence is no answer, and evidence of another kind is none either.

First what needs no weighing: a question for a result, for votes, names, a number … is not answered where no unit holds one
(kinds.py), nor one about "Priorität 1" where no passage names that. Then a logistic regression on what signals.py measures, one
for each language asked in; its weights are in weights.py, which ``benchmarks/calibrate_answerable.py`` writes. With another
encoder than the one they were fitted to, whose cosines spread otherwise, words alone decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from indexer.domain import Hit
from indexer.generation import Generation
from indexer.passages import searched_text
from service.evidence.finder import Evidence
from service.evidence.kinds import Kind, kind_of, meets, missing_label
from service.evidence.signals import signals
from service.evidence.weights import CONSTANTS, WEIGHTS
from service.questions import Question

Lack = Kind | Literal["label", "evidence"]

FITTED_TO = "multilingual-e5-small/"
_WORDS_ALONE = 0.35  # with another encoder: 92 % of the answered German questions of XQuAD-de reach it, 33 % of the near misses
NEEDED = ("result", "votes", "names", "number", "amount", "share", "firm")  # which words tell surely enough
_LOOKED_INTO = 8  # units: one of a lower rank hardly answers


def lacking(generation: Generation, question: Question, found: Sequence[Evidence], hits: Sequence[Hit]) -> Lack | None:
    """What keeps the evidence from being an answer; None: it is one."""
    if not found:
        return "evidence"
    if missing_label(question, (searched_text(hit.passage) for hit in hits)):
        return "label"
    return lacks_kind(question, found) or (None if weighed(generation, question, found, hits) > 0 else "evidence")


def lacks_kind(question: Question, found: Sequence[Evidence]) -> Kind | None:
    """The kind of answer that is asked for, if the evidence holds none."""
    kind = kind_of(question)
    if kind not in NEEDED or any(meets(question, kind, evidence) for evidence in found[:_LOOKED_INTO]):
        return None
    return kind


def weighed(generation: Generation, question: Question, found: Sequence[Evidence], hits: Sequence[Hit]) -> float:
    """Above 0 where the evidence is rather an answer than a near miss."""
    measured = signals(generation, question, found, hits)
    if not generation.manifest["encoder"].startswith(FITTED_TO):
        return measured.passage - _WORDS_ALONE
    weights = WEIGHTS[question.asked_in]
    return CONSTANTS[question.asked_in] + sum(weights[name] * float(value) for name, value in measured._asdict().items())
