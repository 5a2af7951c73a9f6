"""A way of answering: which bodies have something, or how many: "Welche Landkreise haben eine Pflegestrukturplanung?".

Bodies whose papers hold the words of the topic -> of each the quotation that answers, judged by itself -> one item a body
"""

from __future__ import annotations

import re
from dataclasses import replace

from indexer.filters import Filters
from service.bodynames import is_county
from service.drafts import Asked, Draft, Said
from service.questions import bodies
from service.texts import say
from service.ways.counted import topic_of
from service.ways.parts import Answering, Ask, led
from service.ways.topics import Topic

_MOST = 12  # bodies that are looked into
_WHICH = re.compile(
    r"^(?:in\s+)?(?:welche[nr]?|wie viele[nr]?|which|how many)\s+(?:(?P<counties>landkreisen?|kreisen?|counties)"
    r"|(?P<towns>städten?|gemeinden?|towns|cities)|kommunen|(?:gebiets)?körperschaften|municipalities)\b(?!\s+(?:im|in|des)\b)",
    re.IGNORECASE,
)


def which_bodies(asked: Asked, ask: Ask, answering: Answering) -> Draft | None:
    question, generation = asked.question, asked.generation
    which = _WHICH.search(question.text)
    if which is None or question.bodies or question.references:
        return None
    typed = topic_of(question.text[which.end() :], question.asked_in)
    known = [body for body in question.filters.body or bodies(generation) if _is_asked_for(which, body)]
    if len(known) < 2 or not typed:
        return None
    topic = Topic(generation, typed)
    rows = topic.rows()
    holding = [body for body in known if generation.columns.rows(Filters(body=(body,)))[rows].any()]
    drafts = [(body, answering(_within(asked, body, ask))) for body in holding[:_MOST]]
    said = tuple(led(body, one) for body, draft in drafts if (one := _telling(topic, draft)))
    words = ", ".join(f"„{word}“" for word in typed)
    notice = say("which_bodies", question.language, count=len(said), searched=len(known), words=words)
    if said:
        return Draft("answered", said, (notice,))
    none = not holding and len(typed) == 1 and question.asked_in == "de"  # else it may lie in how the topic was understood
    return Draft("not_in_documents", (), (notice,)) if none else None


def _telling(topic: Topic, draft: Draft) -> Said | None:
    """The shortest statement that itself holds the words of the topic."""
    telling = [said for said in draft.said if topic.held_by(said.citations[0].quote)]
    return min(telling, key=lambda said: len(said.citations[0].quote), default=None)


def _within(asked: Asked, body: str, ask: Ask) -> Asked:
    """The question asked of one body; the hits are those of its papers."""
    return ask(asked, asked.question.text, replace(asked.question.filters, body=(body,)))


def _is_asked_for(which: re.Match[str], body: str) -> bool:
    if which["counties"]:
        return is_county(body)
    return not (which["towns"] and is_county(body))
