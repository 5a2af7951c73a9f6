"""From the library's objects to those of the HTTP interface."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from urllib.parse import quote as percent_encoded

from pydantic import BaseModel

from indexer import links
from indexer.boxes import SCALE, Box
from indexer.domain import Consultation, Document, Hit, Passage
from indexer.generation import Generation, paper_id
from indexer.status import outcome_of, status_of
from service.access import shown
from service.answers import Answer, Statement
from service.api.schemas import (
    AlikeFields,
    AnswerFields,
    BoxFields,
    CitationFields,
    ConsultationFields,
    DocumentDetail,
    DocumentFields,
    FilterFields,
    HitFields,
    Interpretation,
    InterpretationEvent,
    LinkedPaper,
    LinkFields,
    NearMissFields,
    PageFields,
    PaperDetail,
    PaperFields,
    PassageFields,
    PeriodFields,
    Scope,
    SourcesEvent,
    StatementEvent,
    StatementFields,
    VersionFields,
)
from service.asking import Event
from service.drafts import Citation
from service.questions import Question
from service.spans import wording
from service.texts import say

ALIKE = 50  # near-duplicates of a hit that are listed


def document_url(document: Document, start: int | None = None, end: int | None = None) -> str:
    """The page of a document, with the words at start..end marked and in view; see spans.py.

    Wherever a document is shown, so is this link: here it is noted who was shown what is not public.
    """
    shown.note(document.id)
    url = f"/dokumente/{percent_encoded(document.id)}"
    if start is None or end is None:
        return url
    words = wording(document.text[start:end])
    return f"{url}?start={start}&end={end}{'&wording=' if words else ''}{words}#zitat"


def document_fields(document: Document) -> DocumentFields:
    shown.note(document.id)
    name = document.file.name.rsplit("/", 1)[-1]
    return DocumentFields(id=document.id, title=document.title, file_name=name, media_type=document.file.media_type)


def paper_fields(document: Document) -> PaperFields:
    paper = document.paper
    return PaperFields(
        id=paper_id(document),
        reference=paper.reference,
        paper_type=paper.paper_type,
        date=paper.date,
        body=paper.body,
        status=status_of(paper),
    )


def citation_fields(citation: Citation) -> CitationFields:
    document = citation.passage.document
    page = document.page_at(citation.start)
    return CitationFields(
        number=citation.number,
        passage_id=citation.passage.id,
        quote=citation.quote,
        start=citation.start,
        end=citation.end,
        page=page.number,
        page_label=page.label,
        document=document_fields(document),
        paper=paper_fields(document),
        url=document_url(document, citation.start, citation.end),
        recognition=citation.recognition,
        doubtful=citation.doubtful,
    )


def interpretation_fields(question: Question) -> Interpretation:
    filters, period = question.filters, question.period
    return Interpretation(
        question=question.text,
        filters=FilterFields(
            body=list(filters.body),
            paper_type=filters.paper_type,
            organization=filters.organization,
            status=filters.status,  # type: ignore[arg-type]
            date_from=filters.date_from,
            date_to=filters.date_to,
        ),
        terms_not_found=list(question.terms_not_found),
        references=list(question.references),
        bodies=list(question.bodies),
        period=PeriodFields(start=period.start, end=period.end, said=period.said) if period else None,
        paper_types=list(question.paper_types),
        organizations=list(question.organizations),
        wants=question.wants,
        ignored=list(question.ignored),
    )


def statement_fields(statement: Statement) -> StatementFields:
    return StatementFields(text=statement.text, citations=list(statement.citations), support=statement.support)


def answer_fields(answer: Answer) -> AnswerFields:
    question = answer.question
    return AnswerFields(
        id=answer.id,
        generation=answer.generation,
        outcome=answer.outcome,
        mode=answer.mode,
        language=question.language,
        interpretation=interpretation_fields(question),
        statements=[statement_fields(statement) for statement in answer.statements],
        text=answer.text,
        citations=[citation_fields(c) for c in answer.citations],
        near_misses=[NearMissFields(**dict(citation_fields(c)), reason=c.reason) for c in answer.near_misses],
        coverage=Scope(**answer.coverage),  # type: ignore[arg-type]
        notice="\n".join(answer.notices),
        ai_notice=say(f"ai_answer_{answer.mode}", question.language),
    )


def event_fields(event: Event) -> BaseModel:
    """What an event of the stream carries."""
    answer = event.answer
    if event.name == "interpretation":
        return InterpretationEvent(
            id=answer.id,
            generation=answer.generation,
            language=answer.question.language,
            interpretation=interpretation_fields(answer.question),
        )
    if event.name == "sources":
        return SourcesEvent(
            citations=[citation_fields(citation) for citation in answer.citations],
            near_misses=[citation_fields(citation) for citation in answer.near_misses],
            coverage=Scope(**answer.coverage),  # type: ignore[arg-type]
        )
    if event.statement is not None:
        cited = [citation for citation in answer.citations if citation.number in event.statement.citations]
        return StatementEvent(
            **statement_fields(event.statement).model_dump(), sources=[citation_fields(citation) for citation in cited]
        )
    return answer_fields(answer)


def passage_fields(passage: Passage) -> PassageFields:
    return PassageFields(
        id=passage.id,
        text=passage.text,
        page=passage.document.page_at(passage.start).number,
        start=passage.start,
        end=passage.end,
        headings=list(passage.headings),
        recognition=passage.document.recognition(passage.start, passage.end),
    )


def alike_fields(passage: Passage) -> AlikeFields:
    document = passage.document
    return AlikeFields(
        document=document_fields(document),
        paper=paper_fields(document),
        url=document_url(document, passage.start, passage.end),
    )


def hit_fields(generation: Generation, hit: Hit, highlights: list[tuple[int, int]]) -> HitFields:
    passage = hit.passage
    return HitFields(
        score=round(hit.score, 6),
        rank=hit.rank,
        passage=passage_fields(passage),
        highlights=highlights,
        document=document_fields(passage.document),
        paper=paper_fields(passage.document),
        url=document_url(passage.document, passage.start, passage.end),
        alike=[alike_fields(generation.passage(row)) for row in hit.alike[:ALIKE]],
        alike_total=len(hit.alike),
    )


def consultation_fields(step: Consultation) -> ConsultationFields:
    return ConsultationFields(**dataclasses.asdict(step), outcome=outcome_of(step))


def document_detail(document: Document) -> DocumentDetail:
    return DocumentDetail(
        **document_fields(document).model_dump(),
        paper=paper_fields(document),
        pages=[PageFields(number=p.number, label=p.label, start=p.start, end=p.end) for p in document.pages],
        notes=list(document.notes),
        language=document.language,
        size=document.file.size,
        sha256=document.file.sha256,
        url=document_url(document),
    )


def box_fields(box: Box) -> BoxFields:
    edges = {name: getattr(box, name) / SCALE for name in ("left", "top", "right", "bottom")}
    return BoxFields(start=box.start, end=box.end, page=box.page, **edges)


def paper_detail(generation: Generation, documents: list[Document]) -> PaperDetail:
    """One paper from its documents, with what minutes add and the papers it is linked to."""
    main = links.main_document(documents)
    steps = links.consultations(generation, documents)
    paper = replace(main.paper, consultations=tuple(steps))
    return PaperDetail(
        **paper_fields(replace(main, paper=paper)).model_dump(),
        name=main.title,
        originators=list(paper.originators),
        agenda_item=paper.agenda_item,
        consultations=[consultation_fields(step) for step in steps],
        signatories=list(paper.signatories),
        attachments=list(paper.attachments),
        related=list(paper.related),
        references=[_link_fields(link) for link in links.references(generation, documents)],
        referenced_by=[_linked(document) for document in links.referenced_by(generation, documents)],
        versions=[
            VersionFields(**_linked(version.paper).model_dump(), newest=version.newest)
            for version in links.versions(generation, documents)
        ],
        documents=[document_fields(document) for document in documents],
    )


def _linked(document: Document) -> LinkedPaper:
    return LinkedPaper(**paper_fields(document).model_dump(), name=document.title)


def _link_fields(link: links.Link) -> LinkFields:
    paper = link.paper
    return LinkFields(reference=link.number, paper=paper_fields(paper) if paper else None, name=paper.title if paper else None)
