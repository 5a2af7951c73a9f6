"""The sum of the two rankings."""

from __future__ import annotations

import pytest

from indexer.fusion import LEXICAL_WEIGHT, fused


@pytest.mark.parametrize(
    ("cosine", "share", "expected"), [(0.8, 0.0, 0.8), (0.8, 1.0, 1.0), (-1.0, 0.5, -0.9), (0.0, 0.25, 0.05)]
)
def test_the_score_is_the_cosine_plus_a_fifth_of_the_lexical_share(cosine: float, share: float, expected: float) -> None:
    assert fused(cosine, share) == pytest.approx(expected)


def test_words_alone_lift_a_passage_by_no_more_than_their_weight() -> None:
    assert fused(0.7, 1.0) - fused(0.7, 0.0) == pytest.approx(LEXICAL_WEIGHT)
