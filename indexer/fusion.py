"""Two rankings to one, on an absolute scale."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

LEXICAL_WEIGHT = 0.2  # measured on four tasks, German and English questions: 0.1-0.2 help and never hurt


Number = TypeVar("Number", float, npt.NDArray[np.float64])


def fused(cosine: Number, lexical: Number) -> Number:
    """cosine + 0.2 * BM25 / bound. ``lexical`` is that share in [0, 1].

    A question in another language than the papers has a small share by itself and is ranked by meaning alone, where rank
    fusion and min-max sums hand the useless ranking full weight.

    >>> round(fused(0.85, 0.5), 2)
    0.95
    """
    return cosine + LEXICAL_WEIGHT * lexical
