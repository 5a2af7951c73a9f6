"""Which paper a question is about: the one it names by number, else the one whose name holds what is asked about.

Cautious: where two papers fit alike, or none well, no paper is meant, and the common way answers from passages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from indexer import links
from indexer.domain import Document, Hit, Passage
from indexer.generation import Generation, paper_id
from indexer.papers.minutes import KINDS as MINUTES
from indexer.papers.minutes import items_of
from indexer.passages import searched_text
from indexer.references import find_references, reference_key
from service.drafts import Asked
from service.evidence.finder import coverage
from service.ways.results import Section, lines_of

_WELL = 0.6  # share of what is asked about that a name must hold
_CLEARLY = 0.12  # by which it must hold more than the next
_HELD = 0.5  # share that a passage must hold of a paper that fills the best hits
_PROCEDURE = re.compile(  # words of procedure, which say nothing of the matter
    r"\b(?:vielen?|gab|neue[nrsm]?|(?:ab)?gestimmt|(?:ab)?stimm(?:t|te|ten|en)|abstimmung\w*|zu(?:gestimmt|stimmung)|beschl\w+"
    r"|beschied\w*|entsch(?:ied|eid)\w*|verabschiedet|gebilligt|genehmigt|bewilligt|angenommen|abgelehnt|empf(?:ohlen|iehlt|ahl)"
    r"|befürwortet|vertagt|verwiesen"
    r"|votum|votiert|mehrheit\w*|einstimmig|knapp|ausgegangen|ausging|aus|ging|fiel|verblieben|umgegangen|geworden|ende|stimmen?"
    r"|ja-stimmen|nein-stimmen|enthaltungen|ergebnis|gremium|gremien|ausschuss|ausschüsse|kreistag\w*|gemeinderat\w*|stadtrat\w*|rat|rates"
    r"|hauptausschuss\w*|fachausschuss\w*|\w+ausschuss\w*|ortsrat\w*|ortschaftsrat\w*|ratssitzung|sitzung\w*|drucksache\w*"
    r"|(?:\w+)?vorlagen?|anträge?n?|antrags?|änderungsantrag\w*|anfragen?|fraktion(?:en)?|nummer|datum|unterschrieben|unterzeichnet"
    r"|gestellt|eingereicht|beantragt|anlagen?|gehör(?:t|en)|beraten|beratungsfolge|behandelt|verantwortlich|zuständig|landkreis\w*|stadt|gemeinde"
    r"|approved?|adopt(?:ed)?|reject(?:ed)?|accept(?:ed)?|decided?|decision|vot(?:e|es|ed)|council|committee|motion|paper|signed"
    r"|district|county|passed?|amendments?|proposals?|result|submitted|attachments?|number|date|(?:19|20)\d\d"
    r"|januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Subject:
    """The documents of a paper and its versions; else an item of minutes without a paper.

    ``surely``: its name says so; False: only its passages do, and the answer has to name the paper.
    """

    documents: list[Document]
    sections: tuple[Section, ...] = ()
    surely: bool = True


@dataclass(frozen=True)
class _Candidate:
    key: str
    subject: Subject
    named: float  # share of what is asked about that its names hold
    held: float  # that its best passage holds
    rank: int
    hits: int = 1

    def joined(self, other: _Candidate) -> _Candidate:
        """The same paper met in another hit."""
        return replace(self, named=max(self.named, other.named), held=max(self.held, other.held), hits=self.hits + other.hits)


def subject(asked: Asked, deals: Callable[[list[Document]], bool]) -> Subject | None:
    """What the question is about, if that is clear. ``deals``: whether a paper can be; preferred to those that cannot."""
    if asked.question.references:
        named = [hit.passage.document for hit in asked.hits if hit.named]
        papers = {paper_id(document): document for document in named}
        return Subject(_with_versions(asked.generation, documents_of(asked.generation, named[0]))) if len(papers) == 1 else None
    return _by_name(asked, deals)


def matter(asked: Asked) -> list[str]:
    """The terms of the question that tell the matter: without words of procedure, times, and names of bodies."""
    kept = set(asked.generation.analyser.terms(_PROCEDURE.sub(" ", asked.question.text)))
    times = set(asked.generation.analyser.terms(asked.question.period.said)) if asked.question.period else set()
    return [
        term
        for term in asked.question.terms
        if term in kept - times and term[:1] not in "@#" and not (term.isdigit() and len(term) < 4)
    ]


def documents_of(generation: Generation, document: Document) -> list[Document]:
    return generation.documents("paper_id = ?", [paper_id(document)])


def _by_name(asked: Asked, deals: Callable[[list[Document]], bool]) -> Subject | None:
    """The paper whose name holds what is asked about; else the one that nearly all the best passages are of."""
    terms = matter(asked)
    found: dict[str, _Candidate] = {}
    for hit in asked.hits if terms else ():
        for one in _candidates(asked.generation, terms, hit):
            found[one.key] = found[one.key].joined(one) if one.key in found else one
    able = [one for one in found.values() if one.subject.sections or deals(one.subject.documents)] or list(found.values())
    if not able:
        return None
    best = max(able, key=lambda one: one.named + one.held)
    versions = _with_versions(asked.generation, best.subject.documents)
    same = {best.key, *map(paper_id, versions)}
    family = [one for one in able if one.key not in same and _akin(one.subject, best.subject)]  # a motion and its amendments
    versions += [d for one in family for d in one.subject.documents]
    others = [one for one in able if one.key not in same and one not in family]
    if best.named >= _WELL and not any(one.named > best.named - _CLEARLY for one in others):
        return Subject(versions, best.subject.sections)
    fills = best.held >= _HELD and 2 * best.hits >= len(asked.hits) and best.rank <= 2
    if fills and not any(one.named + one.held > best.named + best.held - 2 * _CLEARLY for one in others):
        return Subject(versions, best.subject.sections, surely=False)
    return None


def _akin(one: Subject, other: Subject) -> bool:
    """Whether the number of one paper begins with that of the other."""
    if not (one.documents and other.documents):
        return False
    first, second = sorted(reference_key(s.documents[0].paper.reference or "") for s in (one, other))
    return bool(first) and second.startswith(f"{first}/") and one.documents[0].paper.body == other.documents[0].paper.body


def _candidates(generation: Generation, terms: Sequence[str], hit: Hit) -> Iterator[_Candidate]:
    held = coverage(generation, terms, searched_text(hit.passage))
    for key, names, subject in _subjects(generation, hit.passage):
        named = max((coverage(generation, terms, name) for name in names), default=0.0)
        yield _Candidate(key, subject, named, held, hit.rank)


def _subjects(generation: Generation, passage: Passage) -> Iterator[tuple[str, list[str], Subject]]:
    """(key, names, subject) of what a passage is about: its paper, or the items of minutes that it holds."""
    document = passage.document
    if document.paper.paper_type not in MINUTES or document.paper.reference:
        group = documents_of(generation, document)
        yield (
            paper_id(document),
            [d.title for d in group if d.paper.paper_type not in MINUTES] or [document.title],
            Subject(group),
        )
        return
    for number, item in enumerate(items_of(lines_of(document))):
        start, end = document.blocks[item.start].start, document.blocks[item.end - 1].end
        if start >= passage.end or end <= passage.start:
            continue
        section = Section(document, item, None)
        name = " ".join(document.text[b.start : b.end] for b in document.blocks[item.start : min(item.start + 2, item.end)])
        if len(item.references) == 1 and (paper := _numbered(generation, document, item.references[0])):
            yield paper_id(paper), [name, paper.title], Subject(documents_of(generation, paper))
        else:
            yield f"{document.id} {number}", [name], Subject([], (section,))


def _numbered(generation: Generation, minutes: Document, raw: str) -> Document | None:
    key = find_references(f"| {raw}")
    known = generation.documents(f"{links.OF_BODY} AND reference_key = ?", [minutes.paper.body, key[0].key]) if key else []
    return links.main_document(known) if known else None


def _with_versions(generation: Generation, documents: Sequence[Document]) -> list[Document]:
    """With the documents of its earlier and later versions: the result may be that of another."""
    if not documents:
        return []
    versions = [d for version in links.versions(generation, documents) for d in documents_of(generation, version.paper)]
    return list({d.id: d for d in (*documents, *versions)}.values())
