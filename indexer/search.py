"""From words to hits: both rankings within the filters, their scores summed on one scale.

A passage of the paper whose number the question names always comes before all others (+1 on a scale that ends near 1.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from indexer.domain import Hit
from indexer.encoders import Encoder
from indexer.fusion import fused
from indexer.references import find_references, reference_key
from indexer.store import Generation
from indexer.vectors import Rows, Vector

DEPTH = 200  # passages that each ranking hands to the fusion
_NAMED = 1.0  # added for passages of a paper that the question names by its number


@dataclass(frozen=True)
class Filters:
    """Conditions on a passage's document; None: any. ``organization`` is a Gremium of its Beratungsfolge or its author."""

    body: tuple[str, ...] = ()  # any of these
    paper_type: str | None = None
    organization: str | None = None
    status: str | None = None
    date_from: date | None = None
    date_to: date | None = None

    def where(self) -> tuple[str, list[str]]:
        """The condition in SQL with its values; ("", []) without filters."""
        conditions = {
            "body": f"body IN ({', '.join('?' * len(self.body))})",
            "paper_type": "paper_type = ?",
            "organization": "number IN (SELECT document FROM organizations WHERE name = ?)",
            "status": "status = ?",
            "date_from": "date >= ?",
            "date_to": "date <= ?",
        }
        given = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) not in (None, ())}
        values = [str(value) for name, value in given.items() for value in (self.body if name == "body" else (value,))]
        return " AND ".join(conditions[name] for name in given), list(values)


ANY = Filters()


def search(generation: Generation, encoder: Encoder, text: str, filters: Filters = ANY, limit: int = 10) -> list[Hit]:
    """The best passages, best first; equal scores in the order of rows. At most ``2 * DEPTH`` and ``limit``."""
    if not generation.passages:
        return []
    query = encoder.encode([text], "query")[0]
    return ranked(generation, query, text, filters, limit)


def ranked(generation: Generation, query: Vector, text: str, filters: Filters, limit: int) -> list[Hit]:
    """As ``search``, with the question's vector at hand."""
    where, values = filters.where()
    allowed = generation.rows(where, values) if where else None
    terms = generation.analyser.terms(text)
    named = _named_rows(generation, text, allowed)
    rows = _candidates(generation, query, terms, allowed, named)
    cosines = generation.vectors.scores(query, rows)
    bound = generation.lexical.bound(terms)
    shares = generation.lexical.scores(terms, rows) / bound if bound else np.zeros(len(rows))
    own = np.isin(rows, named)
    scores = [fused(float(c), float(s)) + _NAMED * bool(o) for c, s, o in zip(cosines, shares, own, strict=True)]
    order = sorted(range(len(rows)), key=lambda i: (-scores[i], rows[i]))[:limit]
    return [
        Hit(generation.passage(int(rows[i])), int(rows[i]), rank, scores[i], float(cosines[i]), float(shares[i]), bool(own[i]))
        for rank, i in enumerate(order, start=1)
    ]


def _candidates(generation: Generation, query: Vector, terms: Sequence[str], allowed: Rows | None, named: Rows) -> Rows:
    dense = [row for row, _ in generation.vectors.nearest(query, DEPTH, allowed)]
    lexical = [row for row, _ in generation.lexical.nearest(terms, DEPTH, allowed)]
    return np.unique(np.array([*dense, *lexical, *named.tolist()], dtype=np.int64))


def _named_rows(generation: Generation, text: str, allowed: Rows | None) -> Rows:
    """Rows of the papers whose number stands in the text, or whose number the whole text is."""
    keys = dict.fromkeys([*(reference.key for reference in find_references(text)), reference_key(text)])
    rows = [generation.rows("reference_key = ?", [key]) for key in keys if key]
    found = np.unique(np.concatenate(rows)) if rows else np.zeros(0, np.int64)
    return found if allowed is None else np.intersect1d(found, allowed)
