"""Which paper a question is about: the one it names by number, else the one whose name holds what is asked about.

Cautious: where two papers fit alike, or none well, no paper is meant, and the common way answers from passages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer import links
from indexer.domain import Document
from indexer.generation import Generation, paper_id
from indexer.papers.minutes import KINDS as MINUTES
from indexer.papers.minutes import items_of
from indexer.references import find_references
from service.drafts import Asked
from service.evidence import coverage
from service.results import Section, lines_of

Subject = tuple[list[Document], list[Section]]  # the documents of a paper and its versions; else an item of minutes

_WELL = 0.62  # share of what is asked about that a name must hold
_CLEARLY = 0.12  # by which it must hold more than the next
_PROCEDURE = re.compile(  # words of procedure, which say nothing of the matter
    r"\b(?:(?:ab)?gestimmt|(?:ab)?stimm(?:t|te|ten|en)|abstimmung\w*|zu(?:gestimmt|stimmung)|beschl\w+|beschied\w*|entsch(?:ied|eid)\w*"
    r"|verabschiedet|gebilligt|genehmigt|bewilligt|angenommen|abgelehnt|empf(?:ohlen|iehlt|ahl)|befürwortet|vertagt|verwiesen"
    r"|votum|votiert|mehrheit\w*|einstimmig|knapp|ausgegangen|ausging|aus|ging|fiel|verblieben|umgegangen|geworden|ende|stimmen?"
    r"|ja-stimmen|nein-stimmen|enthaltungen|ergebnis|gremium|gremien|ausschuss|ausschüsse|kreistag\w*|gemeinderat\w*|stadtrat\w*|rat|rates"
    r"|hauptausschuss\w*|fachausschuss\w*|\w+ausschuss\w*|ortsrat\w*|ortschaftsrat\w*|ratssitzung|sitzung\w*|drucksache\w*"
    r"|(?:\w+)?vorlagen?|anträge?n?|antrags?|änderungsantrag\w*|anfragen?|fraktion(?:en)?|nummer|datum|unterschrieben|unterzeichnet"
    r"|gestellt|eingereicht|beantragt|anlagen?|gehör(?:t|en)|beraten|beratungsfolge|behandelt|verantwortlich|zuständig|landkreis\w*|stadt|gemeinde"
    r"|approved?|adopt(?:ed)?|reject(?:ed)?|accept(?:ed)?|decided?|decision|vot(?:e|es|ed)|council|committee|motion|paper|signed"
    r"|district|county|passed?|result|submitted|attachments?|number|date|(?:19|20)\d\d"
    r"|januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)\b",
    re.IGNORECASE,
)


def subject(asked: Asked) -> Subject | None:
    """What the question is about, if that is clear."""
    if asked.question.references:
        named = [hit.passage.document for hit in asked.hits if hit.named]
        papers = {paper_id(document): document for document in named}
        return (_with_versions(asked.generation, documents_of(asked.generation, named[0])), []) if len(papers) == 1 else None
    return _by_name(asked)


def matter(asked: Asked) -> list[str]:
    """The terms of the question that tell the matter: without words of procedure, times, and names of bodies."""
    kept = set(asked.generation.analyser.terms(_PROCEDURE.sub(" ", asked.question.text)))
    return [term for term in asked.question.terms if term in kept and not term[:1].isdigit() and term[:1] not in "@#"]


def documents_of(generation: Generation, document: Document) -> list[Document]:
    return generation.documents("paper_id = ?", [paper_id(document)])


def _by_name(asked: Asked) -> Subject | None:
    generation, terms = asked.generation, matter(asked)
    if not terms:
        return None
    candidates: dict[str, tuple[float, Subject]] = {}
    for hit in asked.hits:
        for key, names, found in _candidates(generation, hit.passage.document, hit.passage.start):
            share = max((coverage(generation, terms, name) for name in names), default=0.0)
            if key not in candidates or share > candidates[key][0]:
                candidates[key] = (share, found)
    ranked = sorted(candidates.items(), key=lambda item: -item[1][0])
    if not ranked or ranked[0][1][0] < _WELL:
        return None
    best, (share, (documents, parts)) = ranked[0]
    if not documents:
        rivals = [found for key, found in ranked[1:] if found[0] > share - _CLEARLY]
        return None if rivals else ([], parts)
    versions = _with_versions(generation, documents)
    same = {paper_id(document) for document in versions}
    rivals = [found for key, found in ranked[1:] if key not in same and found[0] > share - _CLEARLY]
    return None if rivals else (versions, parts)


def _candidates(generation: Generation, document: Document, offset: int) -> list[tuple[str, list[str], Subject]]:
    """(key, names, subject) of what a passage is about: its paper, or an item of the minutes it stands in."""
    if document.paper.paper_type not in MINUTES or document.paper.reference:
        group = documents_of(generation, document)
        return [(paper_id(document), [d.title for d in group if d.paper.paper_type not in MINUTES] or [document.title], (group, []))]
    found = []
    for number, item in enumerate(items_of(lines_of(document))):
        start, end = document.blocks[item.start].start, document.blocks[item.end - 1].end
        if not start <= offset < end:
            continue
        section = Section(document, item, None)
        name = " ".join(document.text[b.start : b.end] for b in document.blocks[item.start : min(item.start + 2, item.end)])
        if len(item.references) == 1 and (paper := _numbered(generation, document, item.references[0])):
            found.append((paper_id(paper), [name, paper.title], (documents_of(generation, paper), [])))
        else:
            found.append((f"{document.id} {number}", [name], ([], [section])))
    return found


def _numbered(generation: Generation, minutes: Document, raw: str) -> Document | None:
    key = find_references(f"| {raw}")
    known = generation.documents("body IS ? AND reference_key = ?", [minutes.paper.body, key[0].key]) if key else []
    return links.main_document(known) if known else None


def _with_versions(generation: Generation, documents: Sequence[Document]) -> list[Document]:
    """With the documents of its earlier and later versions: the result may be that of another."""
    versions = [d for version in links.versions(generation, documents) for d in documents_of(generation, version.paper)]
    return list({d.id: d for d in (*documents, *versions)}.values())
