"""A second, dearer look at the best passages: any sentence-transformers CrossEncoder by name. Off by default.

No model of this kind comes without a hub, and rules without a model (share of the question's words, how close together they
stand) ranked no better than the first look: docs/retrieval.md.

Shapes  one question and n texts -> (n,) float64; higher fits better
Errors  UnknownReranker if the model cannot be loaded
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from indexer.errors import UnknownReranker
from indexer.passages import searched_text
from indexer.search import Ranking
from indexer.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_DEPTH = 50  # passages that are looked at again
_BATCH = 8


class Reranker(Protocol):
    def scores(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float64]: ...


class CrossEncoderReranker:
    def __init__(self, model: CrossEncoder) -> None:
        self._model = model

    def scores(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        pairs = [(question, text) for text in texts]
        return np.asarray(self._model.predict(pairs, batch_size=_BATCH, show_progress_bar=False), np.float64)


def load_reranker(settings: Settings) -> Reranker | None:
    """The reranker the settings name, None if they name none. Takes seconds; call it once and hand it down."""
    if settings.reranker is None:
        return None
    try:
        from sentence_transformers import CrossEncoder

        # safetensors only: pickled weights of a stranger's model would run as code. One score a pair: one label.
        model = CrossEncoder(settings.reranker, device="cpu", num_labels=1, model_kwargs={"use_safetensors": True})
        heads = model.config.architectures or ["SequenceClassification"]
        if not any(kind in head for head in heads for kind in ("SequenceClassification", "CausalLM")):
            raise ValueError(f"{heads[0]}: no CrossEncoder")  # its scores would be chance
        return CrossEncoderReranker(model)
    except Exception as error:  # a hub, a folder or a damaged file fail each in their own way
        raise UnknownReranker(name=settings.reranker, reason=error) from error


def reranked(ranking: Ranking, question: str, reranker: Reranker | None) -> Ranking:
    """The first passages in the reranker's order, those of a paper named by number still before the others.

    Scores stay those of the first look; the order is told by the ranks.
    """
    if reranker is None or len(ranking) < 2:
        return ranking
    scores = reranker.scores(question, [searched_text(hit.passage) for hit in ranking.hits(0, _DEPTH)])
    order = np.lexsort((np.arange(len(scores)), -scores, ~ranking.named[: len(scores)]))
    places = np.concatenate([order, np.arange(len(scores), len(ranking))])
    return ranking.chosen(places)
