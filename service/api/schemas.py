"""The objects of the HTTP interface, and how they are made from the library's. Field names are the interface contract."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from urllib.parse import quote as percent_encoded

from pydantic import BaseModel, ConfigDict, Field

from indexer.domain import Consultation, Document, Hit, Passage
from indexer.search import Filters
from indexer.status import Status, status_of
from indexer.store import paper_id
from service.answers import Answer, Citation
from service.questions import LONGEST, Language

Text = Annotated[str, Field(max_length=300)]  # a bound also refuses lone surrogates, which JSON can spell


class FilterFields(BaseModel):
    """Conditions on documents; all given ones must hold. ``organization``: a Gremium of the Beratungsfolge or the author."""

    model_config = ConfigDict(extra="forbid")

    body: Annotated[list[Text], Field(max_length=100)] | Text | None = None
    paper_type: Text | None = None
    organization: Text | None = None
    status: Status | None = None
    date_from: date | None = None
    date_to: date | None = None

    def filters(self) -> Filters:
        bodies = [self.body] if isinstance(self.body, str) else self.body or []
        return Filters(tuple(bodies), self.paper_type, self.organization, self.status, self.date_from, self.date_to)


class Turn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: str = Field(max_length=LONGEST)
    answer: str = Field(max_length=10_000)


class AskRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: str = Field(description=f"at most {LONGEST} characters")
    history: list[Turn] = Field([], max_length=20, description="earlier turns; not used yet, and the notice says so")
    filters: FilterFields = FilterFields()
    language: Language | None = Field(None, description="of the answer's own words; default: the question's")


class DocumentFields(BaseModel):
    id: str
    title: str
    file_name: str
    media_type: str


class PaperFields(BaseModel):
    id: str
    reference: str | None
    paper_type: str | None
    date: date | None
    body: str | None
    status: Status


class CitationFields(BaseModel):
    """``start`` and ``end`` are offsets into the document's text (``/api/v1/documents/{id}/text``)."""

    number: int
    passage_id: str
    quote: str
    start: int
    end: int
    page: int
    page_label: str
    document: DocumentFields
    paper: PaperFields
    url: str


class StatementFields(BaseModel):
    text: str
    citations: list[int]
    support: Literal["quoted", "checked", "unsupported"]


class Interpretation(BaseModel):
    question: str
    filters: FilterFields
    terms_not_found: list[str]


class Scope(BaseModel):
    documents: int
    bodies: list[str]
    updated: str


class AnswerFields(BaseModel):
    id: str
    generation: str
    outcome: Literal["answered", "partly_answered", "not_in_documents", "not_a_question"]
    mode: Literal["quotes", "generated"]
    language: Language
    interpretation: Interpretation
    statements: list[StatementFields]
    text: str
    citations: list[CitationFields]
    near_misses: list[CitationFields]
    coverage: Scope
    notice: str


class PassageFields(BaseModel):
    id: str
    text: str
    page: int
    start: int
    end: int
    headings: list[str]


class HitFields(BaseModel):
    score: float
    rank: int
    passage: PassageFields
    highlights: list[tuple[int, int]] = Field(description="spans in the passage's text that hold words of the query")
    document: DocumentFields
    paper: PaperFields
    url: str


class FacetValue(BaseModel):
    value: str
    count: int


class SearchResponse(BaseModel):
    generation: str
    total: int = Field(description="passages found; each ranking contributes its best 200")
    hits: list[HitFields]
    facets: dict[str, list[FacetValue]]
    next: str | None


class ConsultationFields(BaseModel):
    organization: str
    date: date | None
    public: bool | None
    role: str | None
    result: str | None
    agenda_item: str | None


class PageFields(BaseModel):
    number: int
    label: str
    start: int
    end: int


class PaperDetail(PaperFields):
    name: str
    originators: list[str]
    agenda_item: str | None
    consultations: list[ConsultationFields]
    signatories: list[str]
    attachments: list[str]
    related: list[str]
    documents: list[DocumentFields]


class DocumentDetail(DocumentFields):
    paper: PaperFields
    pages: list[PageFields]
    notes: list[str]
    size: int
    sha256: str
    url: str


class BodyFields(BaseModel):
    name: str
    documents: int


def document_url(document: Document, start: int | None = None, end: int | None = None) -> str:
    """The page of a document, with the words at start..end marked and in view."""
    url = f"/dokumente/{percent_encoded(document.id)}"
    return url if start is None else f"{url}?start={start}&end={end}#zitat"


def document_fields(document: Document) -> DocumentFields:
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
    )


def answer_fields(answer: Answer) -> AnswerFields:
    question = answer.question
    filters = question.filters
    return AnswerFields(
        id=answer.id,
        generation=answer.generation,
        outcome=answer.outcome,
        mode="quotes",
        language=question.language,
        interpretation=Interpretation(
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
        ),
        statements=[StatementFields(text=s.text, citations=list(s.citations), support=s.support) for s in answer.statements],
        text=answer.text,
        citations=[citation_fields(c) for c in answer.citations],
        near_misses=[citation_fields(c) for c in answer.near_misses],
        coverage=Scope(**answer.coverage),  # type: ignore[arg-type]
        notice="\n".join(answer.notices),
    )


def passage_fields(passage: Passage) -> PassageFields:
    return PassageFields(
        id=passage.id,
        text=passage.text,
        page=passage.document.page_at(passage.start).number,
        start=passage.start,
        end=passage.end,
        headings=list(passage.headings),
    )


def hit_fields(hit: Hit, highlights: list[tuple[int, int]]) -> HitFields:
    passage = hit.passage
    return HitFields(
        score=round(hit.score, 6),
        rank=hit.rank,
        passage=passage_fields(passage),
        highlights=highlights,
        document=document_fields(passage.document),
        paper=paper_fields(passage.document),
        url=document_url(passage.document, passage.start, passage.end),
    )


def consultation_fields(step: Consultation) -> ConsultationFields:
    return ConsultationFields(**{name: getattr(step, name) for name in ConsultationFields.model_fields})


def document_detail(document: Document) -> DocumentDetail:
    return DocumentDetail(
        **document_fields(document).model_dump(),
        paper=paper_fields(document),
        pages=[PageFields(number=p.number, label=p.label, start=p.start, end=p.end) for p in document.pages],
        notes=list(document.notes),
        size=document.file.size,
        sha256=document.file.sha256,
        url=document_url(document),
    )


def paper_detail(documents: list[Document]) -> PaperDetail:
    """One paper from its documents: the first with a Beratungsfolge speaks for it, results of the others are added."""
    main = max(documents, key=lambda d: len(d.paper.consultations))
    steps: dict[tuple[str, date | None], Consultation] = {}
    for document in [main, *documents]:
        for step in document.paper.consultations:
            known = steps.get((step.organization, step.date))
            if known is None or (step.result and not known.result):
                steps[step.organization, step.date] = step
    paper = main.paper
    return PaperDetail(
        **paper_fields(main).model_dump(),
        name=main.title,
        originators=list(paper.originators),
        agenda_item=paper.agenda_item,
        consultations=[consultation_fields(step) for step in sorted(steps.values(), key=lambda s: str(s.date or ""))],
        signatories=list(paper.signatories),
        attachments=list(paper.attachments),
        related=list(paper.related),
        documents=[document_fields(document) for document in documents],
    )
