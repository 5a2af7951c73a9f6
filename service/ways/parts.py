"""A way of answering: questions that name several bodies or papers get one part for each.

Evidence for a part is looked for in its body or paper alone, and judged by itself: one without evidence is named as such.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from indexer.filters import Filters
from indexer.references import find_references, reference_key
from service.drafts import Asked, Draft, Said
from service.texts import say

Ask = Callable[[Asked, str, Filters], Asked]  # the same question with other words and filters
Answering = Callable[[Asked], Draft]

_STATEMENTS = 4  # of all parts together
_MOST = 8  # parts
_NEAR_MISSES_EACH = 1
_JOINT = r"(?:\s|,|;|/|–|und|oder|sowie|bzw\.?|mit|and|or|with|versus|vs\.?|in|im|der|dem|den|die|des|vom|von|bei|of|the|Nr\.?)"
_KIND_OF_BODY = (
    r"(?:Land|Stadt)?(?:kreis(?:e|es|en)?)|LK|Stadt|Gemeinde|Landeshauptstadt|Vorlagen?|Drucksachen?|DS|county|district"
)
_JOINED = re.compile(rf"(?:{_JOINT}|{_KIND_OF_BODY})+", re.IGNORECASE)
_BEFORE = re.compile(
    rf"(?:\s*(?:,|und|oder|sowie|mit|als|zu|gegenüber|im Vergleich (?:zu|mit)|and|or|than|with|{_JOINT}|{_KIND_OF_BODY}))+$"
)
_PAPERS = re.compile(
    r"(?:(?:den|der|die|the)\s+)?(?:Vorlagen|Drucksachen|Anträgen?|Anfragen|papers)\s+(?:Nr\.\s+)?$", re.IGNORECASE
)
_COMPARES = (  # asked of one alone: what is compared
    (re.compile(r"^(?:wie|worin|inwiefern) unterscheide[nt] sich\b", re.IGNORECASE), "Was sind"),
    (re.compile(r"^was (?:ist|sind) (?:der|die) unterschiede? (?:zwischen|in|bei|von)\b", re.IGNORECASE), "Was sind"),
    (re.compile(r"^vergleich(?:e|en sie)?\b", re.IGNORECASE), "Was sind"),
    (re.compile(r"^how do (.*) differ\b", re.IGNORECASE), r"What are \1"),
    (re.compile(r"^(?:compare|what (?:is|are) the differences? (?:between|in))\b", re.IGNORECASE), "What are"),
)
_RELATION = re.compile(r"\b(?:zwischen|between)\b", re.IGNORECASE)  # "die Buslinie zwischen A und B" is one thing


@dataclass(frozen=True)
class _Part:
    """One of several things a question names: at text[start:end]. ``body`` empty: a paper."""

    name: str
    start: int
    end: int
    body: tuple[str, ...] = ()


def in_parts(asked: Asked, ask: Ask, answering: Answering) -> Draft | None:
    parts = next((found for found in (_named_papers(asked), _named_bodies(asked)) if 2 <= len(found) <= _MOST), None)
    if parts is None:
        return None
    drafts = [_answered(asked, part, parts, ask, answering) for part in parts]
    return _joined(asked, list(zip([part.name for part in parts], drafts, strict=True)))


def _named_bodies(asked: Asked) -> list[_Part]:
    question = asked.question
    if not question.bodies:
        return []
    compared = any(pattern.search(question.text) for pattern, _ in _COMPARES)
    if _RELATION.search(question.text) and not compared:
        return []
    found = {named.bodies: named for named in reversed(asked.names.bodies.named(question.text))}
    return sorted((_Part(" / ".join(n.bodies), n.start, n.end, n.bodies) for n in found.values()), key=lambda part: part.start)


def _named_papers(asked: Asked) -> list[_Part]:
    """Numbers in a row, of which one at least is a paper's; else one may only tell of the other."""
    question = asked.question
    found = list(find_references(question.text)) if question.references else []
    parts = list({reference.key: _Part(reference.raw, reference.start, reference.end) for reference in found}.values())
    between = [question.text[one.end : other.start] for one, other in pairwise(parts)]
    return parts if all(map(_JOINED.fullmatch, between)) else []


def _answered(asked: Asked, part: _Part, parts: Sequence[_Part], ask: Ask, answering: Answering) -> Draft:
    """The draft for one part alone; without statements if the paper is not in the index."""
    text = _alone(asked.question.text, part, parts)
    filters = replace(asked.question.filters, body=part.body) if part.body else asked.question.filters
    of_part = ask(asked, text, filters)
    if not part.body:
        key = reference_key(part.name)
        hits = [hit for hit in of_part.hits if hit.named]
        if not hits:
            return Draft("not_in_documents", (), (say("no_such_paper", asked.question.language, number=part.name),))
        exact = [hit for hit in hits if reference_key(hit.passage.document.paper.reference or "") == key]
        number = set(asked.generation.analyser.terms(part.name))  # which every passage of the paper has above it
        terms = tuple(term for term in of_part.question.terms if term not in number)
        question = replace(of_part.question, terms=terms or of_part.question.terms)
        of_part = replace(of_part, question=question, hits=exact or hits)
    return answering(of_part)


def _alone(text: str, part: _Part, parts: Sequence[_Part]) -> str:
    """The question as if it named this part only."""
    first, last = parts[0], parts[-1]
    own = text[part.start : part.end]
    between = [text[one.end : other.start] for one, other in pairwise(parts)]
    if all(map(_JOINED.fullmatch, between)):
        text = _PAPERS.sub("", text[: first.start]) + own + text[last.end :]
    else:
        for other in reversed(parts):
            if other is not part:
                text = _BEFORE.sub("", text[: other.start]) + text[other.end :]
    for pattern, plain in _COMPARES:
        text = pattern.sub(plain, text)
    return text


def _joined(asked: Asked, drafts: Sequence[tuple[str, Draft]]) -> Draft:
    """The parts one after the other, each statement led by the name of its part."""
    answered = [(name, draft) for name, draft in drafts if draft.said]
    most = max(1, _STATEMENTS // len(drafts))
    said = tuple(led(name, one) for name, draft in answered for one in draft.said[:most])
    notices = [notice for _, draft in drafts for notice in draft.notices]
    silent = [say("part_silent", asked.question.language, part=name) for name, draft in drafts if not draft.said]
    told = tuple(dict.fromkeys([*silent, *notices]))
    if not answered:
        near = [citation for _, draft in drafts for citation in draft.near[:_NEAR_MISSES_EACH]]
        return Draft("not_in_documents", (), tuple(dict.fromkeys(notices)), tuple(near))
    whole = not silent and all(draft.outcome == "answered" for _, draft in answered)
    return Draft("answered" if whole else "partly_answered", said, told)


def led(name: str, said: Said) -> Said:
    """The statement with a name before it."""
    lead = f"{name}: {said.lead}".strip()
    return replace(said, lead=lead, text=said.text and f"{name}: {said.text}")
