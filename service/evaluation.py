"""How good the answers are, on any file of gold questions (gold.py).

facts      share of a question's facts that stand in its answer; complete: all of them; short: all of them, in at most 120 quoted
           words, and a right document cited
document   whether the answer cites a right document; page: whether it then cites the right page of it
passage@k  whether one of the k best passages holds the gold quotation
refusal    of "not_in_documents": precision = right refusals / refusals, recall = right refusals / unanswerable questions. Asked
           what became of a proposal, an answer that says the result is missing ("partly_answered") is a right refusal as well
foreign    answers that cite another body than may be; as_decided: answers that report as decided what was only proposed
readings   share of follow-ups whose stand-alone question is right. They are asked with the turns before, and counted apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from service.answers import Answer, Answerer, Statement
from service.conversation.turns import Turn
from service.gold import Gold, Place, Reading, holds, plain

_DEEPEST = 10  # rank to which a gold quotation is looked for
_SHORT = 120  # words
_REFUSALS = ("not_in_documents", "not_a_question")
_UNDECIDED = ("proposed", "noted", "recommended")
_MADE = re.compile(r"\b(?:beschlossen|genehmigt|angenommen|abgelehnt|decided|adopted|approved|passed|rejected)\b", re.IGNORECASE)
_MADE_QUOTED = re.compile(r"\b(?:beschließt|beschloss|beschlossen|genehmigt|stimmte?n? (?:\w+ ){0,6}zu)\b", re.IGNORECASE)
_UNMADE = re.compile(  # what takes a decision back, or does not claim one
    r"\b(?:vorgeschlagen|beantragt|empfohlen|kenntnis|ob|nicht|kein\w*|noch|proposed|moved|recommended|whether|not|no|yet)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Outcome:
    """One question's result. None: nothing to compare with, or the question has no answer."""

    id: str
    kind: str
    question: str
    answerable: bool
    outcome: str
    facts: float | None
    document: bool | None
    page: bool | None
    rank: int | None  # of the first passage with the gold quotation, None beyond the tenth
    has_quote: bool
    follow_up: bool
    short: bool | None = None
    refused: bool = False  # also by telling that the result of a proposal is missing
    foreign: bool = False
    as_decided: bool = False
    reading: bool | None = None
    understood: str = ""  # the stand-alone question
    said: str = ""


def evaluate(answerer: Answerer, gold: Iterable[Gold]) -> Iterator[Outcome]:
    """One outcome a question, in order."""
    turns: dict[str, tuple[Turn, ...]] = {}  # question id -> the conversation up to and with it
    for one in gold:
        before = turns.get(one.previous or "", one.turns)
        answer = answerer.answer(one.question, history=before)
        turns[one.id] = (*before, Turn(one.question, answer.text))
        yield _outcome(one, answer, answerer)


def _outcome(one: Gold, answer: Answer, answerer: Answerer) -> Outcome:
    quotes = [place for place in one.places if place.quote]
    said = "\n".join([*(statement.text for statement in answer.statements), *(citation.quote for citation in answer.citations)])
    facts = _facts(one, said) if one.answerable and one.facts else None
    document = _cites(one.places, answer) if one.answerable and one.places else None
    words = sum(len(citation.quote.split()) for citation in answer.citations)
    ranked = answerer.ranking(answer.question.text).hits(0, _DEEPEST) if one.answerable and quotes else []
    return Outcome(
        id=one.id,
        kind=one.kind,
        question=one.question,
        answerable=one.answerable,
        outcome=answer.outcome,
        facts=facts,
        document=document,
        page=_cites_page(one.places, answer) if document and any(place.page for place in one.places) else None,
        rank=first_rank(quotes, ranked),
        has_quote=one.answerable and bool(quotes),
        follow_up=one.follow_up,
        short=None if facts is None else facts == 1 and words <= _SHORT and document is not False,
        refused=answer.outcome in _REFUSALS
        or (not one.answerable and answer.outcome == "partly_answered" and one.decided == "proposed"),
        foreign=bool(one.bodies) and any(c.passage.document.paper.body not in one.bodies for c in answer.citations),
        as_decided=one.decided in _UNDECIDED and any(map(_reports_decision, answer.statements)),
        reading=_read_rightly(one.reading, answer) if one.reading else None,
        understood=answer.question.text,
        said=said,
    )


def _facts(gold: Gold, said: str) -> float:
    return sum(holds(said, wordings) for wordings in gold.facts) / len(gold.facts)


def _reports_decision(statement: Statement) -> bool:
    """Whether a statement says that something was decided, in our words or in quoted ones that nothing marks as a proposal."""
    own = statement.lead if statement.support == "quoted" else statement.text
    if _UNMADE.search(own):
        return False
    return bool(_MADE.search(own) or (not own and _MADE_QUOTED.search(statement.text)))


def _read_rightly(reading: Reading, answer: Answer) -> bool:
    question = answer.question
    text = plain(question.text)
    named = all(body in question.filters.body or plain(body) in text for body in reading.bodies)
    numbered = reading.reference is None or plain(reading.reference) in text or reading.reference in question.references
    return (
        named
        and numbered
        and all(plain(term) in text for term in reading.terms)
        and not any(plain(term) in text for term in reading.not_terms)
    )


def _cites(places: Sequence[Place], answer: Answer) -> bool:
    return any(place.is_of(citation.passage) for place in places for citation in answer.citations)


def _cites_page(places: Sequence[Place], answer: Answer) -> bool:
    return any(
        place.is_of(citation.passage) and citation.passage.document.page_at(citation.start).number == place.page
        for place in places
        for citation in answer.citations
    )


def first_rank(places: Sequence[Place], hits: Sequence[Any]) -> int | None:
    for hit in hits:
        if any(place.stands_in(hit.passage) for place in places):
            return int(hit.rank)
    return None


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Rates over all questions but follow-ups, to four digits, and by type; None where there was nothing to measure."""
    alone = [outcome for outcome in outcomes if not outcome.follow_up]
    kinds = [kind for kind in dict.fromkeys(outcome.kind for outcome in alone) if kind]
    report = rates(alone) | {"by_type": {kind: rates([o for o in alone if o.kind == kind]) for kind in kinds}}
    follow_ups = [outcome for outcome in outcomes if outcome.follow_up]
    readings = {"readings": _share([o.reading for o in follow_ups if o.reading is not None])}
    return report | ({"follow_ups": rates(follow_ups) | readings} if follow_ups else {})


def comparable(outcomes: Sequence[Outcome]) -> dict[str, dict[str, float]]:
    """Metric -> question id -> value: what two runs are compared by, question by question; without follow-ups."""
    found: dict[str, dict[str, float]] = {name: {} for name in ("facts", "document", "passage@1", "passage@5", "passage@10")}
    for one in outcomes:
        if one.follow_up:
            continue
        if one.facts is not None:
            found["facts"][one.id] = one.facts
        if one.document is not None:
            found["document"][one.id] = float(one.document)
        for k in (1, 5, 10) if one.has_quote else ():
            found[f"passage@{k}"][one.id] = float(one.rank is not None and one.rank <= k)
    return {name: values for name, values in found.items() if values}


def rates(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    quoted = [o for o in outcomes if o.has_quote]
    refused = [o for o in outcomes if o.refused]
    unanswerable = [o for o in outcomes if not o.answerable]
    rightly = [o for o in refused if not o.answerable]
    facts = [o.facts for o in outcomes if o.facts is not None]
    return {
        "questions": len(outcomes),
        "answerable": len(outcomes) - len(unanswerable),
        "facts": _share(facts),
        "facts_complete": _share([fact == 1 for fact in facts]),
        "facts_short": _share([o.short for o in outcomes if o.short is not None]),
        "document": _share([o.document for o in outcomes if o.document is not None]),
        "page": _share([o.page for o in outcomes if o.page is not None]),
        **{f"passage@{k}": _share([o.rank is not None and o.rank <= k for o in quoted]) for k in (1, 5, 10)},
        "refusal_precision": _share([not o.answerable for o in refused]),
        "refusal_recall": round(len(rightly) / len(unanswerable), 4) if unanswerable else None,
        "refused_wrongly": len(refused) - len(rightly),
        "foreign": sum(o.foreign for o in outcomes),
        "as_decided": sum(o.as_decided for o in outcomes),
    }


def _share(values: Sequence[float | bool]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None
