"""Facts of several bodies are never mixed in silence: a question that names none gets the one meant, or each with its name.

The body of the best statement is meant where a word of the question stands in its documents and in none of the others that
would be quoted (the name of a place, of an office); else nothing tells which is meant, and every statement says whose it is.
"""

from __future__ import annotations

from dataclasses import replace

from indexer.filters import Filters
from service.drafts import Asked, Draft, Said
from service.ways.parts import led


def told_apart(asked: Asked, draft: Draft) -> Draft:
    bodies = list(dict.fromkeys(_body(said) for said in draft.said))
    if len(bodies) < 2 or any(said.lead for said in draft.said):
        return draft
    if any(_stands_only_in(asked, term, bodies[0], bodies[1:]) for term in asked.question.terms):
        return replace(draft, said=tuple(said for said in draft.said if _body(said) == bodies[0]))
    return replace(draft, said=tuple(led(body, said) if (body := _body(said)) else said for said in draft.said))


def _body(said: Said) -> str | None:
    return said.citations[0].passage.document.paper.body


def _stands_only_in(asked: Asked, term: str, body: str | None, others: list[str | None]) -> bool:
    rows = asked.generation.lexical.rows(term)

    def held(bodies: list[str | None]) -> bool:
        named = tuple(name for name in bodies if name)
        return bool(named) and bool(asked.generation.columns.rows(Filters(body=named))[rows].any())

    return held([body]) and not held(others)
