"""How good the answers are, on any file of gold questions.

A line of the file: {"id", "question", "answerable": true, "answer_facts": [words that the quotations must hold], "document":
file name (its end is enough), "page", "quote", "type", "language", "previous": id of the question before}; instead of document
and quote "passages": [{"document", "quote"}] where the answer stands in several places. Only id and question are needed.

facts      share of a question's facts that stand in the quotations of its answer; complete: all of them
document   whether the answer cites a right document; page: the right page of it
passage@k  whether one of the k best passages holds the gold quotation
refusal    of "not_in_documents": precision = right refusals / refusals, recall = right refusals / unanswerable questions
Follow-up questions are asked alone and counted apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.domain import Passage
from indexer.errors import BadTask, SourceError
from service.answers import Answer, Answerer
from service.errors import QuestionEmpty, QuestionTooLong
from service.questions import checked

_DEEPEST = 10  # rank to which a gold quotation is looked for


@dataclass(frozen=True)
class Place:
    """Where an answer stands. ``page`` None: any; ``quote`` "": anywhere in the document."""

    document: str
    quote: str = ""
    page: int | None = None

    def is_of(self, passage: Passage) -> bool:
        name = passage.document.file.name
        return name == self.document or name.endswith(f"/{self.document}") or self.document.endswith(f"/{name}")

    def stands_in(self, passage: Passage) -> bool:
        """Whether a passage holds the quotation, wherever its lines end."""
        return self.is_of(passage) and plain(self.quote) in plain(passage.text)


@dataclass(frozen=True)
class Gold:
    id: str
    question: str
    kind: str
    answerable: bool
    facts: tuple[str, ...]
    places: tuple[Place, ...]
    follow_up: bool


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


def read_gold(path: Path) -> list[Gold]:
    """Raises SourceError if there is no such file, BadTask with the line that cannot be used."""
    found: list[Gold] = []
    number = 0
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        for number in range(1, len(lines) + 1):
            found += [_gold(json.loads(lines[number - 1]))] if lines[number - 1].strip() else []
    except OSError as error:
        raise SourceError(path=path) from error
    except (ValueError, KeyError, TypeError, AttributeError, QuestionEmpty, QuestionTooLong) as error:
        wanted = f"{{id, question, …}} ({type(error).__name__}: {error})"
        raise BadTask(path=path, line=number, wanted=wanted) from error
    if len({one.id for one in found}) < len(found):
        raise BadTask(path=path, line=number, wanted="an id of its own for every question")
    if not found:
        raise BadTask(path=path, line=0, wanted="{id, question, …}")
    return found


def _gold(entry: Mapping[str, Any]) -> Gold:
    places = [Place(str(place["document"]), str(place.get("quote") or "")) for place in entry.get("passages", [])]
    if entry.get("document"):
        page = entry.get("page")
        places.append(Place(str(entry["document"]), str(entry.get("quote") or ""), None if page is None else int(page)))
    facts = entry.get("answer_facts") or []
    if not isinstance(facts, list):
        raise TypeError("answer_facts is no list")
    return Gold(
        id=str(entry["id"]),
        question=checked(str(entry["question"])),
        kind=str(entry.get("type") or entry.get("kind") or ""),
        answerable=bool(entry.get("answerable", True)),
        facts=tuple(map(str, facts)),
        places=tuple(places),
        follow_up=bool(entry.get("previous")),
    )


def evaluate(answerer: Answerer, gold: Iterable[Gold]) -> Iterator[Outcome]:
    """One outcome a question, in order."""
    for one in gold:
        answer = answerer.answer(one.question)
        quotes = [place for place in one.places if place.quote]
        yield Outcome(
            id=one.id,
            kind=one.kind,
            question=one.question,
            answerable=one.answerable,
            outcome=answer.outcome,
            facts=_facts(one, answer) if one.answerable and one.facts else None,
            document=_cites(one.places, answer) if one.answerable and one.places else None,
            page=_cites_page(one.places, answer) if one.answerable and any(p.page for p in one.places) else None,
            rank=first_rank(quotes, answerer.ranking(one.question).hits(0, _DEEPEST)) if one.answerable and quotes else None,
            has_quote=one.answerable and bool(quotes),
            follow_up=one.follow_up,
        )


def _facts(gold: Gold, answer: Answer) -> float:
    said = plain(" ".join(citation.quote for citation in answer.citations))
    return sum(plain(fact) in said for fact in gold.facts) / len(gold.facts)


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


def plain(text: str) -> str:
    """Letters, digits and signs in lower case: spaces and hyphens stand wherever a line happened to end."""
    return re.sub(r"[\s\u00ad\u2010-]+", "", text.lower())


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Rates over all questions but follow-ups, to four digits, and by type; None where there was nothing to measure."""
    alone = [outcome for outcome in outcomes if not outcome.follow_up]
    kinds = [kind for kind in dict.fromkeys(outcome.kind for outcome in alone) if kind]
    report = rates(alone) | {"by_type": {kind: rates([o for o in alone if o.kind == kind]) for kind in kinds}}
    follow_ups = [outcome for outcome in outcomes if outcome.follow_up]
    return report | ({"follow_ups": rates(follow_ups)} if follow_ups else {})


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
    refused = [o for o in outcomes if o.outcome == "not_in_documents"]
    unanswerable = [o for o in outcomes if not o.answerable]
    rightly = [o for o in refused if not o.answerable]
    facts = [o.facts for o in outcomes if o.facts is not None]
    return {
        "questions": len(outcomes),
        "answerable": len(outcomes) - len(unanswerable),
        "facts": _share(facts),
        "facts_complete": _share([fact == 1 for fact in facts]),
        "document": _share([o.document for o in outcomes if o.document is not None]),
        "page": _share([o.page for o in outcomes if o.page is not None]),
        **{f"passage@{k}": _share([o.rank is not None and o.rank <= k for o in quoted]) for k in (1, 5, 10)},
        "refusal_precision": _share([not o.answerable for o in refused]),
        "refusal_recall": round(len(rightly) / len(unanswerable), 4) if unanswerable else None,
        "refused_wrongly": len(refused) - len(rightly),
    }


def _share(values: Sequence[float | bool]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None
