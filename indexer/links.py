"""How the papers of a generation hang together: which name which, earlier and later versions, results told by minutes.

A paper is the documents that share its id; of links only one of them is shown, the one that speaks for it. A number means a
paper of the same body. A generation holds one collection, so a link never leads out of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from indexer.domain import Consultation, Document
from indexer.generation import Generation, paper_id
from indexer.numbering import keys_of
from indexer.papers import WORKS
from indexer.references import find_references, reference_key

OF_BODY = "coalesce(body, '') = coalesce(?, '')"  # also of none
_SECONDARY = frozenset(("Niederschrift", "Auszug", "Anlage", "Stellungnahme", "Antwort"))  # they come with a paper
_MOST = 200  # papers that are looked at for one link
_TURNED = 1  # looseness up to which a number in a text may mean a paper, see numbering.py
_PART = re.compile(r"(?P<stem>.+?)/(?P<part>\d{1,2})(?:/(?:ergänzung|änderung|fortschreibung|neufassung|nachtrag))?$")
_REPLACES = re.compile(
    r"(?:ersetzt (?:damit )?(?:die|den|das)?|(?:Neufassung|Fortschreibung|Aktualisierung|Ergänzung) (?:zu|zur|der|von|zum|des))"
    r" ?(?:bisherigen? |ursprünglichen? )?(?:\w*[Vv]orlage|Drucksache|Drs\.|DS|Antrags?)\b"
)
_HEAD = 3_000  # characters in which a paper says what it replaces
_YEAR = re.compile(r"(?:19|20)\d\d")
_WORD = re.compile(r"[^\W\d_]{4,}")
_VERSION_WORDS = re.compile(r"(?:fortschreib|fortgeschrieb|neufass|aktualis|entwurf|auszug)")


@dataclass(frozen=True)
class Link:
    """A number as a paper prints it. ``paper``: what it means, None if no paper of the body has it."""

    number: str
    paper: Document | None


@dataclass(frozen=True)
class Version:
    paper: Document
    newest: bool


def main_document(documents: Sequence[Document]) -> Document:
    """The one that speaks for the paper: not its minutes or Anlagen, and the one with the longest Beratungsfolge."""
    return max(documents, key=lambda d: (d.paper.paper_type not in _SECONDARY, len(d.paper.consultations)))


def references(generation: Generation, documents: Sequence[Document]) -> list[Link]:
    """The numbers that a paper names, in their order; each paper once."""
    own, body = paper_id(documents[0]), documents[0].paper.body
    numbers = {reference_key(raw): raw for document in documents for raw in document.paper.related}
    links: dict[str, Link] = {}
    for key, raw in numbers.items():
        paper = _meant(generation, key, body)
        links.setdefault(_id(paper) or key, Link(raw, paper))
    links.pop(own, None)
    return list(links.values())


def referenced_by(generation: Generation, documents: Sequence[Document]) -> list[Document]:
    """The papers that name this one, by date."""
    found = [d for d in _naming(generation, documents) if paper_id(d) != paper_id(documents[0])]
    return sorted(_one_per_paper(generation, found), key=_day)


def consultations(generation: Generation, documents: Sequence[Document]) -> list[Consultation]:
    """The Beratungsfolge of a paper by date: of the document that speaks for it, with what the others and minutes add."""
    key = reference_key(documents[0].paper.reference or "")
    minutes = (
        told for d in _naming(generation, documents) for told in d.paper.resolutions if reference_key(told.reference) == key
    )
    steps: dict[tuple[str, object], Consultation] = {}
    of_documents = [step for document in (main_document(documents), *documents) for step in document.paper.consultations]
    for step in (*of_documents, *(told.step for told in minutes)):
        known = steps.setdefault((step.organization, step.date), step)
        if step.result and not known.result:
            role, item = known.role or step.role, known.agenda_item or step.agenda_item
            steps[step.organization, step.date] = replace(known, result=step.result, role=role, agenda_item=item)
    return sorted(steps.values(), key=lambda step: str(step.date or ""))


def versions(generation: Generation, documents: Sequence[Document]) -> list[Version]:
    """All versions of a paper, this one too, oldest first; empty if there is but one.

    A version bears the same number with a part ("2022/200/1", "DS 4/2024 1. Ergänzung"), or says what it replaces, or is a
    plan or a Satzung of the same name. A Änderungsantrag bears such a number too and is none: it is of another kind.
    """
    one = main_document(documents)
    candidates = [*_of_one_stem(generation, one), *_replaced(generation, documents)]
    alike = [d for d in _one_per_paper(generation, candidates) if paper_id(d) != paper_id(one) and _kind(d) == _kind(one)]
    for plan in documents if not alike else ():  # which may be the Anlage of a Vorlage, and its versions those of others
        if of_name := {paper_id(d): d for d in _of_one_name(generation, plan) if paper_id(d) != paper_id(one)}:
            one, alike = plan, list(of_name.values())
            break
    found = sorted([one, *alike], key=_age)
    return [Version(d, newest=d is found[-1]) for d in found] if alike else []


def _meant(generation: Generation, key: str, body: str | None) -> Document | None:
    """The paper of a body with this number; one that is written otherwise only if there is no other."""
    query = (
        "SELECT DISTINCT number, looseness FROM reference_keys JOIN documents ON number = document "  # noqa: S608
        f"WHERE key = ? AND looseness <= ? AND {OF_BODY} ORDER BY number"
    )
    known = generation.database.all(query, [key, _TURNED, body])
    for looseness in range(_TURNED + 1):
        found = generation.documents_at([number for number, loose in known if loose == looseness])
        papers = {paper_id(document): document for document in found}
        if len(papers) == 1 or (papers and looseness == 0):
            return main_document(found)
    return None


def _naming(generation: Generation, documents: Sequence[Document]) -> list[Document]:
    """The documents of the same body that name this paper's number, however it is written."""
    reference, body = documents[0].paper.reference, documents[0].paper.body
    keys = [key for key, looseness in keys_of(reference or "") if looseness <= _TURNED]
    found = generation.documents(
        f"{OF_BODY} AND number IN (SELECT document FROM mentions WHERE key IN ?s ORDER BY document LIMIT ?)",  # noqa: S608
        [body, keys, _MOST],
    )
    own = paper_id(documents[0])
    exact = reference_key(reference or "")
    named = ({reference_key(raw) for raw in (*d.paper.related, *(r.reference for r in d.paper.resolutions))} for d in found)
    meant = {key: key == exact or own == _id(_meant(generation, key, body)) for key in keys}
    return [d for d, numbers in zip(found, named, strict=True) if any(meant.get(number) for number in numbers)]


def _id(document: Document | None) -> str | None:
    return paper_id(document) if document else None


def _one_per_paper(generation: Generation, documents: Iterable[Document]) -> Iterator[Document]:
    for identifier in dict.fromkeys(map(paper_id, documents)):
        yield main_document(generation.documents("paper_id = ?", [identifier]))


def _of_one_stem(generation: Generation, one: Document) -> list[Document]:
    key = reference_key(one.paper.reference or "")
    part = _PART.match(key)
    stem = part["stem"] if part and _has(generation, part["stem"], one.paper.body) else key
    if not stem:
        return []
    found = generation.documents(f"{OF_BODY} AND reference_key >= ? AND reference_key < ?", [one.paper.body, stem, f"{stem}0"])
    return [d for d in found if _is_part(reference_key(d.paper.reference or ""), stem)]


def _is_part(key: str, stem: str) -> bool:
    part = _PART.match(key)
    return key == stem or (part is not None and part["stem"] == stem)


def _has(generation: Generation, key: str, body: str | None) -> bool:
    return bool(generation.documents(f"{OF_BODY} AND reference_key = ?", [body, key]))


def _replaced(generation: Generation, documents: Sequence[Document]) -> Iterator[Document]:
    """The papers that this one says it replaces, and those that say so of this one."""
    body, own = documents[0].paper.body, paper_id(documents[0])
    for document in documents:
        for key in _replaced_by(document):
            if paper := _meant(generation, key, body):
                yield paper
    for later in _naming(generation, documents):
        if any(_id(_meant(generation, key, body)) == own for key in _replaced_by(later)):
            yield later


def _replaced_by(document: Document) -> Iterator[str]:
    head = document.text[:_HEAD]
    for found in _REPLACES.finditer(head):
        number = next(iter(find_references(head[found.start() : found.end() + 60])), None)
        if number:
            yield number.key


def _of_one_name(generation: Generation, one: Document) -> list[Document]:
    """Plans and rules of the same kind and name; the year, and that it was continued, set aside."""
    if one.paper.paper_type not in WORKS:
        return []
    works = f"SELECT number FROM documents WHERE {OF_BODY} AND paper_type IN ?s ORDER BY number LIMIT ?"  # noqa: S608
    found = generation.documents(f"number IN ({works})", [one.paper.body, sorted(WORKS), _MOST])
    return [d for d in found if _name_key(d) == _name_key(one)]


def _name_key(document: Document) -> frozenset[str]:
    words = (word.casefold() for word in _WORD.findall(document.title))
    return frozenset(re.sub(r"(?:e[nrsm]?|s)$", "", word) for word in words if not _VERSION_WORDS.match(word))


def _kind(document: Document) -> str:
    """The kind, for which the words differ from version to version."""
    kind = document.paper.paper_type or ""
    return next((common for common in ("vorlage", "planung") if kind.endswith(common)), kind)


def _day(document: Document) -> str:
    return str(document.paper.date or "")


def _age(document: Document) -> tuple[str, list[int]]:
    """By date, or by the year in the name; then by the parts of the number."""
    year = _YEAR.findall(document.title) if document.paper.date is None else []
    numbers = [int(part) for part in reference_key(document.paper.reference or "").split("/") if part.isdigit()]
    return (max(year) if year else _day(document), numbers)
