"""What became of a paper, and where that stands: rows of the Beratungsfolge, sentences of minutes, the section "Vorberatung".

Only these count. A Beschlussvorschlag or an Antrag decides nothing, however it is worded. What only the record of the council's
information system says (the file beside a paper) has no place in a text and is kept apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from indexer import links
from indexer.domain import Consultation, Document
from indexer.generation import Generation, paper_id
from indexer.papers.consultations import read_agenda
from indexer.papers.lines import Line, head_of, nominative, read_line
from indexer.papers.minutes import KINDS as MINUTES
from indexer.papers.minutes import RESOLVED, VOTE, Item, items_of, read_minutes, vote_rows
from indexer.papers.steps import RESULT
from indexer.references import reference_key
from indexer.sentences import sentence_spans
from indexer.status import outcome_of
from service.drafts import Citation
from service.ways.gremien import ASSEMBLY, same_gremium
from service.ways.spots import cited, has_day, holds_words

Kind = Literal["decided", "rejected", "noted", "recommended", "result"]  # result: whatever the words say

_OPENING = 60  # blocks that a paper's head may have
_SITTING = 14  # blocks that tell of a sitting
_LONGEST_RESULT = 240  # characters of a line that says how a vote went
_MOST_LINES = 4  # of the result of one item
_LONGEST_RESOLUTION = 90  # words of a resolution that are quoted
_REFUSED = re.compile(r"abgelehnt|ablehn|\blehnt\b|zurückgewiesen|\bnicht\b|\bkeine?\b", re.IGNORECASE)
_PREPARED = re.compile(r"vorberaten", re.IGNORECASE)
_PUT_OFF = re.compile(
    r"vertagt|zurückgestellt|zurückgezogen|abgesetzt|verwiesen|überwiesen|erledigt|keine abstimmung|zugesagt|prüfauftrag"
    r"|abweichend|geändert",
    re.IGNORECASE,
)
_DECIDED = re.compile(
    r"beschlossen|angenommen|zugestimmt|zustimmung|stimm\w* \w*\s?zu\b|beschließt|genehmigt|bewilligt|nimmt .{3,300} an\b"
    r"|^\W*einstimmig\W*(?:ja\W*)?$",
    re.IGNORECASE,
)
_PREPARES = re.compile(r"empfiehlt|Beschlussempfehlung|,? Vorberatung$")
_VOTES = re.compile(
    r"\d\s?(?:ja|nein)\b|ja-stimme|nein-stimme|\d+ (?:zu|gegen) \d+|stimmenthaltung|einstimmig|mehrheitlich", re.I
)
_TOLD = re.compile(  # a sentence of minutes that says what became of the item
    rf"(?:\b(?:wird|werden|wurde|wurden|ist|sind)\b.{{0,240}}\b(?:{RESULT.pattern}|gebilligt|bewilligt|genehmigt))"
    r"|\bnimmt\b.{3,240}\b(?:an|zur Kenntnis)\b|\bstimm(?:t|en)\b.{3,240}\bzu\b|\blehn(?:t|en)\b.{3,240}\bab\b"
    r"|\bempfiehlt\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Result:
    """What a Gremium did. ``places``: the words that say so, then those that name the sitting; empty: only the record does.

    ``resolution``: the words that were adopted, where minutes print them.
    """

    organization: str
    date: date | None
    kind: Kind
    words: str
    places: tuple[Citation, ...] = ()
    resolution: Citation | None = None


@dataclass(frozen=True)
class Section:
    """The part of minutes that is about one item; ``reference`` None: about no numbered paper."""

    document: Document
    item: Item
    reference: str | None

    @property
    def heading(self) -> str:
        block = self.document.blocks[self.item.start]
        return self.document.text[block.start : block.end]


def results(generation: Generation, documents: Sequence[Document]) -> list[Result]:
    """Of a paper and its versions, by date; one for each Gremium and day, from minutes rather than from the Beratungsfolge."""
    found: list[Result] = []
    for identifier in dict.fromkeys(map(paper_id, documents)):
        kept: list[Result] = []
        for result in _of_paper(generation, [d for d in documents if paper_id(d) == identifier]):
            if not any(_same(result, other) for other in kept):
                kept.append(result)
        places = {(r.places[0].passage.document.id, r.places[0].start) for r in found if r.places}
        found += [r for r in kept if not r.places or (r.places[0].passage.document.id, r.places[0].start) not in places]
    return sorted(found, key=lambda result: str(result.date or ""))


def steps_of(generation: Generation, documents: Sequence[Document]) -> list[Consultation]:
    """The Beratungsfolge of a paper and its versions, with the steps that a text prints and the record beside it leaves out."""
    found: list[Consultation] = []
    for identifier in dict.fromkeys(map(paper_id, documents)):
        own = [d for d in documents if paper_id(d) == identifier]
        read = [step for document in own for step in read_agenda(head_of(lines_of(document)[:_OPENING]))[0]]
        for step in (*links.consultations(generation, own), *read):
            if not any(step.date == other.date and same_gremium(step.organization, other.organization) for other in found):
                found.append(step)
    return sorted(found, key=lambda step: str(step.date or ""))


def _of_paper(generation: Generation, documents: Sequence[Document]) -> Iterator[Result]:
    steps = links.consultations(generation, documents)
    for section in sections(generation, documents):
        yield from of_section(generation, section, steps)
    for document in documents:
        if document.paper.paper_type not in MINUTES:
            yield from _of_head(generation, document, steps)
    for step in steps:
        if step.result:
            yield Result(step.organization, step.date, kind_of(step.result, _role(step, steps)), step.result)


def _role(step: Consultation, steps: Sequence[Consultation]) -> str:
    """As stated here or in another reading of the same step; a committee whose council sits later only prepares."""
    alike = [s for s in steps if s.date == step.date and same_gremium(s.organization, step.organization)]
    stated = next((s.role for s in (step, *alike) if s.role), "")
    goes_on = any(ASSEMBLY.match(s.organization) and str(s.date or "") >= str(step.date or "") for s in steps)
    return stated or ("Vorberatung" if goes_on and not ASSEMBLY.match(step.organization) else "")


def sections(generation: Generation, documents: Sequence[Document]) -> Iterator[Section]:
    """The parts of minutes and extracts that are about a paper."""
    key = reference_key(documents[0].paper.reference or "")
    naming = links.referenced_by(generation, documents) if key else []
    for document in dict.fromkeys(d.id for d in (*documents, *naming) if d.paper.paper_type in MINUTES):
        minutes = generation.find(document)
        items = items_of(lines_of(minutes)) if minutes else []
        own = [item for item in items if key in map(reference_key, item.references)]
        if minutes in documents and not own:
            own = items if len(items) == 1 else []  # an extract that prints another number, or none
        yield from (Section(minutes, item, documents[0].paper.reference) for item in own if minutes)


def lines_of(document: Document) -> list[Line]:
    """A line for each block."""
    return [read_line(document.text, block) for block in document.blocks]


def of_section(generation: Generation, section: Section, steps: Sequence[Consultation] = ()) -> Iterator[Result]:
    """What minutes say of one item: the vote under its label or in its table, else the sentences that tell the outcome."""
    document, item = section.document, section.item
    lines = lines_of(document)
    sitting = next(iter(read_minutes(lines, None).steps), None)
    if sitting is None:
        return
    spans = _votes(document, lines, section) or _told(document, lines, item)
    if not spans:
        return
    head = _sitting_place(generation, document, lines, sitting)
    words = " ".join(document.text[start:end] for start, end in spans)
    joint = len(set(map(reference_key, item.references))) > 1 or len(spans) > 1
    prepares = any(_PREPARES.search(line.text) for line in lines[item.start : item.end])
    kind: Kind = "result" if joint else kind_of(words, "Vorberatung" if prepares else _role(sitting, steps))
    resolution = _resolution(generation, document, lines, item) if kind in ("decided", "result") else None
    for start, end in spans[:_MOST_LINES]:
        place = cited(generation, document, start, end)
        yield Result(sitting.organization, sitting.date, kind, place.quote, (place, *head), resolution)


def _votes(document: Document, lines: Sequence[Line], section: Section) -> list[tuple[int, int]]:
    """Spans of the results below the label, or of the rows of a table of votes with the sentence behind them."""
    item, blocks = section.item, document.blocks
    for at in range(item.start, item.end):
        if lines[at].cells or not (label := VOTE.match(lines[at].text)):
            continue
        if label["said"]:
            return [(blocks[at].start, blocks[at].end)]
        below = at + 1
        while below < item.end and below <= at + _MOST_LINES and _is_result(lines[below], first=below == at + 1):
            below += 1
        if below > at + 1:
            return [(blocks[at + 1].start, blocks[below - 1].end)]
    numbered = {id(row): votes for row, votes in vote_rows(lines[item.start : item.end])}
    rows = [at for at in range(item.start, item.end) if id(lines[at]) in numbered]
    key = reference_key(section.reference or "")
    named = [at for at in rows if key and key in reference_key(lines[at].text)]
    rows = named or (rows if len(rows) == 1 else [])
    return [(blocks[at].start, blocks[_with_sentence(lines, at, item.end)].end) for at in rows]


def _is_result(line: Line, *, first: bool) -> bool:
    if line.cells or not line.text or len(line.text) > _LONGEST_RESULT or (not first and line.text.endswith(".")):
        return False
    told = any(pattern.search(line.text) for pattern in (RESULT, _DECIDED, _PUT_OFF))
    return told or (first and bool(_VOTES.search(line.text)))


def _with_sentence(lines: Sequence[Line], at: int, end: int) -> int:
    follows = at + 1 < end and not lines[at + 1].cells and len(lines[at + 1].text) <= 160 and RESULT.search(lines[at + 1].text)
    return at + 1 if follows else at


def _told(document: Document, lines: Sequence[Line], item: Item) -> list[tuple[int, int]]:
    found = []
    for block, line in zip(document.blocks[item.start : item.end], lines[item.start : item.end], strict=True):
        if line.cells or block.kind == "heading" or RESOLVED.match(line.text):
            continue
        for start, end in sentence_spans(document.text, block.start, block.end):
            if _TOLD.search(document.text[start:end]) and end - start <= 400:
                found.append((start, end))
    return found


def _resolution(generation: Generation, document: Document, lines: Sequence[Line], item: Item) -> Citation | None:
    """What stands behind "Beschluss:", up to the vote, if it is short."""
    for at in range(item.start, item.end):
        if lines[at].cells or not (label := RESOLVED.match(lines[at].text)):
            continue
        end = next((n for n in range(at + 1, item.end) if lines[n].cells or VOTE.match(lines[n].text)), at + 1)
        first = document.blocks[at] if label["said"] else document.blocks[min(at + 1, item.end - 1)]
        last = document.blocks[at] if label["said"] else document.blocks[end - 1]
        if last.end <= first.start or len(document.text[first.start : last.end].split()) > _LONGEST_RESOLUTION:
            return None
        return cited(generation, document, first.start, last.end)
    return None


def _sitting_place(
    generation: Generation, document: Document, lines: Sequence[Line], sitting: Consultation
) -> tuple[Citation, ...]:
    """The opening blocks that name the Gremium and the day."""
    name = sitting.organization.split()[0]
    named = next((n for n, line in enumerate(lines[:_SITTING]) if name in nominative(line.text) or name in line.text), None)
    dated = next((n for n, line in enumerate(lines[:_SITTING]) if has_day(line.text, sitting.date)), None)
    if named is None or dated is None:
        return ()
    first, last = sorted((named, dated))
    if last - first <= 1:
        return (cited(generation, document, document.blocks[first].start, document.blocks[last].end),)
    blocks = (document.blocks[first], document.blocks[last])
    return tuple(cited(generation, document, block.start, block.end) for block in blocks)


def _of_head(generation: Generation, document: Document, of_paper: Sequence[Consultation]) -> Iterator[Result]:
    """The results that a paper's own head reports: rows of its Beratungsfolge, sittings of a section "Vorberatung"."""
    lines = lines_of(document)[:_OPENING]
    head = head_of(lines)
    steps, agenda = read_agenda(head)
    for step in steps:
        if step.result and step.date and (span := _row(document, lines, step, agenda)):
            place = cited(generation, document, *span)
            yield Result(step.organization, step.date, kind_of(step.result, _role(step, of_paper)), step.result, (place,))
    for step in document.paper.consultations:
        for at, line in enumerate(lines[:-1]):
            told = lines[at + 1].text
            sat = (
                re.match(r"Sitzung\b", line.text) and step.organization in nominative(line.text) and has_day(line.text, step.date)
            )
            if sat and RESULT.match(told) and step.date:
                place = cited(generation, document, document.blocks[at].start, document.blocks[at + 1].end)
                yield Result(step.organization, step.date, kind_of(told, "Vorberatung"), told, (place,))


def _row(document: Document, lines: Sequence[Line], step: Consultation, agenda: range) -> tuple[int, int] | None:
    """The lines of the Beratungsfolge that hold a step's day, result and Gremium."""
    dated = [at for at in agenda if at < len(lines) and has_day(lines[at].text, step.date)]
    for before, after in ((0, 0), (1, 0), (0, 1), (1, 1)):
        for at in dated:
            inside = [n for n in range(at - before, at + after + 1) if n in agenda and n < len(lines)]
            text = " ".join(lines[n].text for n in inside)
            if holds_words(text, step.result or "") and holds_words(text, step.organization):
                return document.blocks[inside[0]].start, document.blocks[inside[-1]].end
    return None


def kind_of(words: str, role: str) -> Kind:
    """What the words of a result say that was done. Mixed and passed-on outcomes are not named by us; their words are shown.

    >>> kind_of("Mehrheitliche Zustimmung (41 JA-Stimmen, 2 Nein-Stimmen)", ""), kind_of("einstimmig", "Vorberatung")
    ('decided', 'recommended')
    >>> kind_of("verwiesen in Fachausschuss", "Entscheidung"), kind_of("nicht angenommen", ""), kind_of("vorberaten", "")
    ('result', 'rejected', 'recommended')
    """
    outcome = outcome_of(Consultation("", role=role or None, result=words.strip(" .")))
    if _PUT_OFF.search(words) or (outcome == "decided" and _REFUSED.search(words)):
        return "result"
    if outcome == "postponed" or outcome == "none":
        return "recommended" if _PREPARED.search(words) else "result"
    return outcome


def _same(one: Result, other: Result) -> bool:
    """Whether two results are of one Gremium and day, told in two places; those of one place are both kept."""
    if one.date != other.date or not one.date:
        return one.date == other.date and one.organization == other.organization
    if one.places and other.places and one.places[0].passage.document.id == other.places[0].passage.document.id:
        return one.places[0].start == other.places[0].start
    return same_gremium(one.organization, other.organization)
