"""An optional last check of a model's sentence: does its source entail it? Any sentence-transformers CrossEncoder by name.

Rules see figures, names, denials and decisions; who did what to whom they do not. Off by default: no such model comes without a
hub.

Errors  UnknownEntailment if the model cannot be loaded
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from service.errors import UnknownEntailment

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_SURE = 0.5  # of a model with a single score between 0 and 1


class Entailment(Protocol):
    def entails(self, source: str, sentence: str) -> bool: ...


class CrossEncoderEntailment:
    """Of a model with labels such as contradiction, entailment, neutral the likeliest counts."""

    def __init__(self, model: CrossEncoder) -> None:
        self._model = model
        labels = {str(label).lower(): number for number, label in (getattr(model.config, "id2label", None) or {}).items()}
        self._label = next((number for label, number in labels.items() if label.startswith("entail")), None)
        if self._label is None and len(labels) > 1:
            raise ValueError(f"no label 'entailment' among {', '.join(labels)}")

    def entails(self, source: str, sentence: str) -> bool:
        scores = np.atleast_1d(np.asarray(self._model.predict([(source, sentence)], show_progress_bar=False))[0])
        return bool(scores[0] >= _SURE) if self._label is None else int(scores.argmax()) == self._label


def load_entailment(name: str | None) -> Entailment | None:
    """The model of that name, None without one. Takes seconds; call it once and hand it down."""
    if name is None:
        return None
    try:
        from sentence_transformers import CrossEncoder

        # safetensors only: pickled weights of a stranger's model would run as code.
        return CrossEncoderEntailment(CrossEncoder(name, device="cpu", model_kwargs={"use_safetensors": True}))
    except Exception as error:  # a hub, a folder or a damaged file fail each in their own way
        raise UnknownEntailment(name=name, reason=error) from error
