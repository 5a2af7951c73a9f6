"""An answer as the page shows it: statements with their quotations, sources, and how the question was understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.domain import Document
from indexer.generation import Generation, paper_id
from indexer.status import status_of
from service.answers import Answer, Statement
from service.api.views import document_url
from service.drafts import Citation
from service.periods import Period
from service.questions import Question, Understood
from service.texts import cut
from service.web.texts import Texts
from service.web.viewing import Element, quote_view

_CARD_WORDS = 160  # characters of a quotation that its card shows


@dataclass(frozen=True)
class Source:
    """What is known of a document, ready for a page."""

    title: str  # in lists: not longer than a line or two
    reference: str | None
    number: str  # the reference with the word that it needs: "Drucksache 2022/200", "DS 24/0457"
    paper_type: str | None
    date: str
    body: str | None
    status: str  # "" if the document names no consultation: a letter or web page is not "open"
    url: str
    paper_url: str


@dataclass(frozen=True)
class QuoteView:
    """A citation: the quoted words, where they stand, and the link that shows them there."""

    number: int
    quote: list[Element]
    page: str
    url: str
    place: str  # "Drucksache 2022/200, Seite 1"
    source: Source
    recognised: bool  # read from a picture
    words: str  # the first of the quoted ones


@dataclass(frozen=True)
class StatementView:
    """``text``: a sentence of ours, "" where the first quotation is the statement; ``lead`` stands before that.

    ``marks``: the citations of that sentence. ``quotes``: those whose words the page does not show already, in the sentence or
    in another statement.
    """

    text: str
    lead: str
    marks: list[QuoteView]
    quotes: list[QuoteView]


@dataclass(frozen=True)
class CitedDocument:
    """A document and the numbers of the citations that come from it: "1, 3"."""

    source: Source
    numbers: str
    pages: str


@dataclass(frozen=True)
class NearMissView:
    quote: QuoteView
    reason: str


@dataclass(frozen=True)
class Undoable:
    name: Understood
    text: str
    ignored: list[Understood]  # what is taken away once this is too


@dataclass(frozen=True)
class Narrower:
    """A choice of documents by which the same question can be asked again."""

    name: str  # of the form's field
    value: str


@dataclass(frozen=True)
class AnswerView:
    outcome: str
    generated: bool  # worded by a language model
    question: str  # as it stands alone
    statements: list[StatementView]
    near_misses: list[NearMissView]
    sources: list[CitedDocument]
    notices: list[str]
    bodies: list[str]  # searched because the question or the reader named them; empty: all
    undoable: list[Undoable]  # what the question names and the reader can take away
    ignored: list[Understood]  # what the reader took away
    narrower: list[Narrower]  # kinds and Gremien that the question names
    wants: str | None
    terms_not_found: list[str]
    documents: int
    updated: str
    scope: list[str]  # how the question was understood and what was searched, in sentences
    answer: Answer


def source(document: Document, t: Texts) -> Source:
    paper = document.paper
    return Source(
        title=shortened(document.title),
        reference=paper.reference,
        number=_number(paper.reference, t) if paper.reference else "",
        paper_type=paper.paper_type,
        date=t.date(paper.date) if paper.date else "",
        body=paper.body,
        status=t(f"status_{status_of(paper)}") if paper.consultations else "",
        url=document_url(document),
        paper_url=f"/vorlagen/{paper_id(document)}",
    )


def answer_view(answer: Answer, generation: Generation, t: Texts) -> AnswerView:
    question = answer.question
    terms = question.terms_not_found
    told = any(", ".join(terms) in notice for notice in answer.notices)
    quotes = [_quote(citation, t) for citation in answer.citations]
    return AnswerView(
        outcome=answer.outcome,
        generated=answer.mode == "generated",
        question=question.text,
        statements=[_statement(s, answer, quotes) for s in answer.statements],
        sources=_cited_documents(quotes),
        near_misses=[NearMissView(_quote(miss, t), miss.reason) for miss in answer.near_misses],
        notices=[notice for notice in answer.notices if notice != t(f"outcome_{answer.outcome}")],
        bodies=list(question.filters.body),
        undoable=_undoable(question, t),
        ignored=list(question.ignored),
        narrower=_narrower(question),
        wants=question.wants,
        terms_not_found=[] if told else list(terms),
        documents=int(str(answer.coverage["documents"])),
        updated=t.moment(generation.published),
        scope=_scope(answer, generation, t),
        answer=answer,
    )


def _scope(answer: Answer, generation: Generation, t: Texts) -> list[str]:
    question = answer.question
    filters = question.filters
    chosen = [body for body in filters.body if body not in question.bodies]
    chosen += [value for value in (filters.paper_type, filters.organization) if value]
    return [
        *(undoable.text for undoable in _undoable(question, t)),
        *(t("understood_only", value=value) for value in chosen),
        t(
            "understood_scope",
            documents=t.count("documents", int(str(answer.coverage["documents"]))),
            updated=t.moment(generation.published),
        ),
    ]


def _statement(statement: Statement, answer: Answer, quotes: Sequence[QuoteView]) -> StatementView:
    cited = [quotes[number - 1] for number in statement.citations]
    if statement.support == "quoted":
        return StatementView("", statement.lead, [], cited)
    elsewhere = {number for other in answer.statements if other is not statement for number in other.citations}
    if len(cited) > 1 and elsewhere.issuperset(statement.citations):
        return StatementView(statement.text, statement.lead, cited, [])
    untold = [q for q in cited if " ".join(answer.citations[q.number - 1].quote.split()) not in statement.text]
    return StatementView(statement.text, statement.lead, cited, untold)


def _undoable(question: Question, t: Texts) -> list[Undoable]:
    named: list[tuple[Understood, str]] = []
    if question.bodies:
        named.append(("body", t("understood_bodies", bodies=", ".join(question.bodies))))
    if question.period:
        named.append(("period", _period(question.period, t)))
    if question.references:
        named.append(("reference", t("understood_references", references=", ".join(question.references))))
    return [Undoable(name, text, [*question.ignored, name]) for name, text in named]


def _period(period: Period, t: Texts) -> str:
    start, end = (t.date(day) if day else "…" for day in (period.start, period.end))
    days = start if start == end else f"{start} – {end}"
    return t("understood_period", said=period.said, days=days)


def _narrower(question: Question) -> list[Narrower]:
    """Those by which the reader has not narrowed yet."""
    kinds = [] if question.filters.paper_type else [Narrower("paper_type", name) for name in question.paper_types]
    councils = [] if question.filters.organization else [Narrower("organization", name) for name in question.organizations]
    return kinds + councils


def _cited_documents(quotes: Sequence[QuoteView]) -> list[CitedDocument]:
    by_document: dict[str, list[QuoteView]] = {}
    for quote in quotes:
        by_document.setdefault(quote.source.url, []).append(quote)
    return [
        CitedDocument(
            group[0].source,
            ", ".join(str(quote.number) for quote in group),
            ", ".join(dict.fromkeys(quote.page for quote in group)),
        )
        for group in by_document.values()
    ]


def _quote(citation: Citation, t: Texts) -> QuoteView:
    document = citation.passage.document
    page = document.page_at(citation.start).label
    place = t("place", document=place_name(document, t), page=page)
    return QuoteView(
        number=citation.number,
        quote=quote_view(document, citation.start, citation.end),
        page=page,
        url=document_url(document, citation.start, citation.end),
        place=place,
        source=source(document, t),
        recognised=citation.recognition is not None,
        words=shortened(" ".join(citation.quote.split()), _CARD_WORDS),
    )


def place_name(document: Document, t: Texts) -> str:
    """How a reader would name the document: by its number, else by its title."""
    reference = document.paper.reference
    return _number(reference, t) if reference else shortened(document.title)


def _number(reference: str, t: Texts) -> str:
    return reference if reference[0].isalpha() else t("paper_number", number=reference)


def shortened(title: str, length: int = 120) -> str:
    """A title cut between words.

    >>> shortened("Sozialplanung für den Landkreis", 20)
    'Sozialplanung für …'
    """
    return title if len(title) <= length else cut(title, length - 1) + " …"
