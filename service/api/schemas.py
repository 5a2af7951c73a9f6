"""The objects of the HTTP interface; how they are made from the library's stands in views.py. Names are the contract."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from indexer.filters import Filters
from indexer.status import Outcome, Status
from service.questions import LONGEST, Language, Understood, Wanted

Text = Annotated[str, Field(max_length=300)]  # a bound also refuses lone surrogates, which JSON can spell


class Problem(BaseModel):
    """An error, as RFC 9457 words it."""

    type: str = Field(description="`urn:ratslotse:problem:` and the code, which docs/errors.md explains; stable")
    title: str
    status: int
    detail: str = Field(description="what went wrong and what to do, in the reader's language")
    id: str = Field(description="stands in the operator's log")


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
    """``answer``: its ``text``."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(max_length=LONGEST)
    answer: str = Field(max_length=10_000)


class AskRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: str = Field(
        description=f"at most {LONGEST} characters", examples=["Wie viel Zuschuss bekommt das Frauenhaus Brookhude im Jahr 2025?"]
    )
    history: list[Turn] = Field([], max_length=20, description="the turns before, oldest first: the question may lean on them")
    filters: FilterFields = FilterFields()
    language: Language | None = Field(None, description="of the answer's own words; default: the question's")
    ignore: list[Understood] = Field([], max_length=10, description="what the question names and the search is to disregard")


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
    """``start`` and ``end`` are offsets into the document's text (``/api/v1/documents/{id}/text``).

    ``recognition``: the confidence, 0 to 1, with which text recognition (OCR) read the words from a picture; null: the file's
    own text. ``doubtful``: they hold a figure that may be misread.
    """

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
    recognition: float | None
    doubtful: bool


class NearMissFields(CitationFields):
    """A place that does not answer. ``reason``: why it may fit after all, and what it lacks; may be empty."""

    reason: str


class StatementFields(BaseModel):
    text: str
    citations: list[int]
    support: Literal["quoted", "checked", "unsupported"]


class PeriodFields(BaseModel):
    """Both ends are included; null: open. ``said``: the words of the question that name it."""

    start: date | None
    end: date | None
    said: str


class Interpretation(BaseModel):
    """What was understood. ``question`` stands alone: what it leaves to the turns before is filled in.

    ``bodies`` narrow the search and ``period`` puts papers of that time in front, unless ignored;
    ``paper_types`` and ``organizations`` are recognised and change nothing: use them as filters.
    """

    question: str
    filters: FilterFields
    terms_not_found: list[str]
    references: list[str]
    bodies: list[str]
    period: PeriodFields | None
    paper_types: list[str]
    organizations: list[str]
    wants: Wanted | None = Field(description="kind of answer")
    ignored: list[Understood]


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
    near_misses: list[NearMissFields]
    coverage: Scope
    notice: str
    ai_notice: str = Field(description="that and how an AI made the answer; show it with every answer")


class ServiceFields(BaseModel):
    """What to know before the first question."""

    ai_notice: str = Field(description="that an AI answers, and how; show it before the first input")
    coverage: Scope
    longest_question: int = Field(description="characters")


class InterpretationEvent(BaseModel):
    """The first event of a stream: how the question was understood."""

    id: str
    generation: str
    language: Language
    interpretation: Interpretation


class SourcesEvent(BaseModel):
    """The second: the places found, with the numbers they have as quotations."""

    citations: list[CitationFields]
    near_misses: list[CitationFields]
    coverage: Scope


class StatementEvent(StatementFields):
    """One checked statement with the places it cites; the numbers are those of ``sources`` here."""

    sources: list[CitationFields]


class PassageFields(BaseModel):
    """``recognition``: as of a citation, of the least certain part."""

    id: str
    text: str
    page: int
    start: int
    end: int
    headings: list[str]
    recognition: float | None


class AlikeFields(BaseModel):
    """A near-duplicate: the same form with another number, name or date."""

    document: DocumentFields
    paper: PaperFields
    url: str


class HitFields(BaseModel):
    score: float
    rank: int
    passage: PassageFields
    highlights: list[tuple[int, int]] = Field(description="spans in the passage's text that hold words of the query")
    document: DocumentFields
    paper: PaperFields
    url: str
    alike: list[AlikeFields] = Field(description="near-duplicates that this hit stands for, best first, at most 50")
    alike_total: int


class FacetValue(BaseModel):
    value: str
    count: int


class SearchResponse(BaseModel):
    generation: str
    total: int = Field(description="passages found; each ranking contributes its best 1,000")
    hits: list[HitFields]
    facets: dict[str, list[FacetValue]]
    next: str | None
    as_words: list[str] = Field(description="what looks like an operator, a phrase or a field and was read as words")
    did_you_mean: str | None = Field(description="the query with unknown words in another spelling that finds something")


class SuggestionFields(BaseModel):
    text: str
    kind: Literal["number", "organization", "paper", "heading", "word"]


class SuggestResponse(BaseModel):
    suggestions: list[SuggestionFields]


class ConsultationFields(BaseModel):
    organization: str
    date: date | None
    public: bool | None
    role: str | None
    result: str | None
    agenda_item: str | None
    outcome: Outcome = Field(description="what the result says; none: no result, or one that neither consents nor refuses")


class PageFields(BaseModel):
    number: int
    label: str
    start: int
    end: int


class BoxFields(BaseModel):
    """A stretch of a line. Edges are fractions of the page's width and height as it is shown, from its upper left corner."""

    start: int
    end: int
    page: int
    left: float
    top: float
    right: float
    bottom: float


class LinkFields(BaseModel):
    """A number that a paper names; ``paper``: null if no paper of the body has it."""

    reference: str
    paper: PaperFields | None
    name: str | None


class LinkedPaper(PaperFields):
    name: str


class VersionFields(LinkedPaper):
    newest: bool


class PaperDetail(PaperFields):
    """``related``: the numbers that the paper names, as printed; ``references``: the same with the papers they mean.

    ``versions``: all of them, this one too, oldest first; empty if there is but one.
    """

    name: str
    originators: list[str]
    agenda_item: str | None
    consultations: list[ConsultationFields]
    signatories: list[str]
    attachments: list[str]
    related: list[str]
    references: list[LinkFields]
    referenced_by: list[LinkedPaper]
    versions: list[VersionFields]
    documents: list[DocumentFields]


class DocumentDetail(DocumentFields):
    paper: PaperFields
    pages: list[PageFields]
    notes: list[str]
    language: str | None = Field(description="of the text, ISO 639; null: not sure")
    size: int
    sha256: str
    url: str


class BodyFields(BaseModel):
    name: str
    documents: int
