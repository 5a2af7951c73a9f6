"""A way of answering: counting and listing questions, by a query over all documents instead of the best passages.

question -> what is counted (counted.py) -> documents that hold its words (topics.py), of the kind, time, body and Fraktion
asked for -> papers, each once -> their number, and the first of them, each with the head of the paper as quotation

What was counted is told, so that the number can be checked: words are counted, not subjects.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from indexer.domain import Document
from indexer.filters import Filters
from indexer.generation import Generation
from indexer.links import main_document
from indexer.vectors import Mask
from service.drafts import Asked, Draft, NearMiss, Said
from service.periods import Period
from service.questions import Question
from service.texts import say
from service.ways.counted import Counted, counted
from service.ways.heads import head_of, line_with
from service.ways.topics import Topic

_SHOWN = 10  # papers
_WORDS = 120  # of them together, about
_NEAR_MISSES = 3
_SURE_WORDS = 2  # of a topic: that none is found may lie in how a longer one was understood
_HEAD = 600  # characters in which a paper says who brought it forward


@dataclass(frozen=True)
class _Paper:
    """A paper that is counted, by its documents. ``titled``: whether the topic stands in a title."""

    documents: tuple[int, ...]
    titled: bool
    day: str


def counting(asked: Asked) -> Draft | None:
    question, generation = asked.question, asked.generation
    wish = counted(question, asked.names, asked.today)
    if wish is None or not wish.kind.names(generation.columns.names("paper_type")):
        return None
    if question.asked_in == "en" and not all(len(Topic(generation, [word]).rows()) for word in wish.topic):
        return None  # English words rarely stand in German papers
    papers = _papers(generation, question, wish)
    if not papers:
        return _none(asked, wish)
    shown = tuple(_shown(generation, papers, wish))
    total = Said(tuple(item.citations[0] for item in shown), _total(question, wish, papers))
    notices = list(_scope(asked, wish, "counted_scope"))
    if len(shown) < len(papers):
        notices.append(say("counted_more", question.language, shown=len(shown)))
    return Draft("answered", (total, *shown), tuple(notices))


def _none(asked: Asked, wish: Counted) -> Draft | None:
    """That there is none can be said only where papers of the kind are known, and of a topic that is surely understood."""
    question, generation = asked.question, asked.generation
    of_kind = _papers(generation, question, replace(wish, topic=(), groups=(), period=None))
    if len(wish.topic) > _SURE_WORDS or not of_kind:
        return None
    anything = replace(wish, groups=(), period=None, kind=replace(wish.kind, ending=""))
    near = _papers(generation, question, anything)[:_NEAR_MISSES] if wish.topic else []
    cited = tuple(NearMiss(**vars(head_of(generation, _spoken_for(generation, paper))[0])) for paper in near)
    return Draft("not_in_documents", (), tuple(_scope(asked, wish, "counted_none")), cited)


def _papers(generation: Generation, question: Question, wish: Counted) -> list[_Paper]:
    """Those with the topic in their title first, then the newest."""
    kinds = wish.kind.names(generation.columns.names("paper_type")) if wish.kind.ending else []
    topic = Topic(generation, wish.topic)
    mask = generation.columns.matching(_filters(question, wish))
    if wish.topic:
        holding = np.zeros_like(mask)
        holding[generation.columns.documents_of(topic.rows())] = True
        mask &= holding
    if wish.dealt_with and wish.period:
        mask &= _dealt_with(generation, wish.period, wish.organization, len(mask))
    query = (
        "SELECT paper_id, number, title, coalesce(date, '') FROM documents WHERE number IN ?s"
        " AND (? OR paper_type IN ?s) ORDER BY number"
    )
    for group in wish.groups:
        mask &= _may_name(generation, group, len(mask))
    numbers = np.flatnonzero(mask).tolist()
    found: dict[str, list[tuple[int, bool, str]]] = {}
    for paper, number, title, day in generation.database.all(query, [numbers, not kinds, kinds]):
        if all(_brought_by(generation, number, group) for group in wish.groups):
            found.setdefault(paper, []).append((number, bool(wish.topic) and topic.held_by(title), day))
    papers = [
        _Paper(tuple(n for n, _, _ in of_one), any(t for _, t, _ in of_one), max(d for _, _, d in of_one))
        for of_one in found.values()
    ]
    newest = sorted(papers, key=lambda paper: paper.day, reverse=True)
    return sorted(newest, key=lambda paper: not paper.titled)


def _filters(question: Question, wish: Counted) -> Filters:
    """Those of the question, narrowed by what it names itself."""
    filters = question.filters
    if wish.organization and filters.organization is None:
        filters = replace(filters, organization=wish.organization)
    if wish.period is None or wish.dealt_with:
        return filters
    start = max(filter(None, (filters.date_from, wish.period.start)), default=None)
    end = min(filter(None, (filters.date_to, wish.period.end)), default=None)
    return replace(filters, date_from=start, date_to=end)


def _dealt_with(generation: Generation, period: Period, organization: str | None, documents: int) -> Mask:
    """Which documents were on the agenda of a sitting then: of that Gremium, if one is named."""
    query = "SELECT document FROM organizations WHERE date BETWEEN ? AND ? AND name = coalesce(?, name)"
    days = (str(period.start or date.min), str(period.end or date.max))
    found = generation.database.all(query, [*days, organization])
    return np.isin(np.arange(documents), [number for (number,) in found])


def _may_name(generation: Generation, group: str, documents: int) -> Mask:
    """Which documents name a Fraktion at all, in their text or in their record: only these need to be opened."""
    topic = Topic(generation, [group])
    query = "SELECT number, json_extract(record, '$.paper.originators') FROM documents"
    recorded = [number for number, names in generation.database.all(query) if names and topic.held_by(names)]
    return np.isin(np.arange(documents), [*generation.columns.documents_of(topic.rows()).tolist(), *recorded])


def _brought_by(generation: Generation, number: int, group: str) -> bool:
    """Whether the paper names the Fraktion as its author, in its head or in its title."""
    document = generation.document(number)
    head = (document.title, *document.paper.originators, document.text[:_HEAD])
    return Topic(generation, [group]).held_by("\n".join(head))


def _shown(generation: Generation, papers: Sequence[_Paper], wish: Counted) -> Iterator[Said]:
    topic = Topic(generation, wish.topic)
    words = 0
    for paper in papers[:_SHOWN]:
        document = _spoken_for(generation, paper)
        head = head_of(generation, document)
        words += sum(len(citation.quote.split()) for citation in head)
        if words > _WORDS:
            return
        other = [line_with(generation, document, Topic(generation, [group]), _HEAD) for group in wish.groups]
        other += [line_with(generation, document, topic)] if wish.topic and not paper.titled else []
        other += [line_with(generation, document, Topic(generation, [wish.organization]))] if wish.organization else []
        citations = {citation.start: citation for citation in (*head, *filter(None, other))}
        yield Said(tuple(citations.values()), ": ".join(" ".join(citation.quote.split()) for citation in head))


def _spoken_for(generation: Generation, paper: _Paper) -> Document:
    return main_document([generation.document(number) for number in paper.documents])


def _total(question: Question, wish: Counted, papers: Sequence[_Paper]) -> str:
    """The number, told apart by where the topic stands."""
    titled = sum(paper.titled for paper in papers)
    where = "counted" if not wish.topic else "counted_text"
    if titled:
        where = "counted_titled" if titled == len(papers) else "counted_apart"
    said = wish.kind.said[question.language][len(papers) != 1]
    rest = len(papers) - titled
    return say(where, question.language, count=len(papers), kind=said, words=_quoted(wish.topic), titled=titled, rest=rest)


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"„{word}“" for word in words)


def _scope(asked: Asked, wish: Counted, key: str) -> Iterator[str]:
    """What was counted, in how many documents, and how."""
    question = asked.question
    language = question.language
    filters = _filters(question, wish)
    said = [wish.kind.said[language][1]]
    said += [f"Fraktion „{group}“" if language == "de" else f"group “{group}”" for group in wish.groups]
    said += [name for name in (*filters.body, filters.organization) if name]
    said += [wish.period.said] if wish.period else []
    said += [_quoted(wish.topic)] if wish.topic else []
    searched = replace(question.filters, body=filters.body)
    count = int(asked.generation.columns.matching(searched).sum())
    documents = say("scope_one" if count == 1 else "scope", language, count=count)
    yield say(key, language, what=" · ".join(said), documents=documents)
    if wish.topic:
        yield say("counted_words", language)
