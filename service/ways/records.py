"""A way of answering: number, kind, date, author, signatory, Gremien, next sitting, Anlagen and related papers of one paper.

What is asked for is known from the structured record. It is said only with the place in the text that holds it, in some
spelling; what no text of the paper holds is not said here, and the common way answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from indexer import links
from indexer.domain import CELL_SEPARATOR, Document
from indexer.german import fold
from indexer.papers.lines import head_of, read_fields
from indexer.papers.minutes import KINDS as MINUTES
from indexer.papers.people import read_originators
from indexer.references import find_references, reference_key
from service.drafts import Asked, Citation, Draft, Said
from service.questions import Language
from service.texts import say
from service.ways.decisions import spoken
from service.ways.meant import subject
from service.ways.results import lines_of, steps_of
from service.ways.spots import cited, has_day, row_of

_PAPER = r"(?:\w*vorlage|drucksache|papier|antrag\w*|anfrage|beschlussvorlage|paper|motion|document|dokument|antwort|bericht)"
_NOT_PROCEDURE = r"(?!.*\b(?:beschl|beraten|behandel|gestellt|einge|entsch|abgest|zugest|verabsch))"
_FIELDS: dict[str, re.Pattern[str]] = {
    field: re.compile("|".join(patterns), re.IGNORECASE)
    for field, patterns in {
        "reference": (
            r"\b(?:welche|unter welcher|wie lautet die|was ist die|wie ist die)\b.{0,20}\b(?:drucksachen-?|vorlagen-?)?nummer\b",
            r"\bwelche (?:drucksachen|vorlagen)nummer\b|\b(?:paper|reference|document) number\b|\bwhat number\b",
        ),
        "date": (
            rf"\b(?:von wann|wann)\b.{{0,40}}\b(?:ist|stammt|datiert)\b.{{0,40}}\b{_PAPER}\b{_NOT_PROCEDURE}",
            r"\b(?:welches|was ist das|und das) datum\b",
            rf"\b(?:what is|which) (?:the )?date\b.*\b{_PAPER}\b",
        ),
        "kind": (
            rf"\b(?:was für ein\w*|welche art(?: von)?|welcher art)\b.{{0,20}}\b{_PAPER}\b|\bwhat kind of (?:paper|document)\b",
        ),
        "signatories": (r"\b(?:unterschrieben|unterzeichnet|unterschrift)\b|\bwho signed\b",),
        "originators": (
            r"\b(?:von welche[rmn]|welche) (?:fraktion(?:en)?|amt|dezernat|dienststelle)\b.*"
            r"\b(?:kam|kommt|stammt|gestellt|eingereicht|verfasst|erstellt)\b",
            rf"\bwer hat\b.*\b{_PAPER}\b.*\b(?:gestellt|eingereicht|verfasst|erstellt)\b",
            rf"\b(?:which (?:group|office|department)|who)\b.*\b(?:submitted|filed|wrote)\b.*\b{_PAPER}\b",
        ),
        "next": (
            r"\b(?:nächste[rn]?|kommende[rn]?) (?:sitzung|beratung|termin)\b|\bwann\b.*\b(?:als nächstes|demnächst)\b",
            r"\bnext (?:sitting|meeting|session)\b",
        ),
        "steps": (
            r"\bwelche (?:gremien|ausschüsse)\b.*\b(?:beraten|befasst|behandel\w+|beteiligt|zuständig)\b|\bberatungsfolge\b",
            r"\bwhich (?:committees|bodies|councils)\b.*\b(?:deal|discuss|consider|debate)\w*",
        ),
        "attachments": (r"\bwelche anlagen?\b|\banlagen? (?:gehör\w+|hat|gibt)\b|\bwhich (?:attachments?|annex\w*)\b",),
        "related": (
            r"\b(?:welche|auf welche)\b.{0,30}\b(?:frühere[nr]?|ander\w+|vorangegangene[nr]?|weitere[nr]?)\b.{0,20}"
            r"\b(?:vorlagen|drucksachen|papiere)\b",
            r"\b(?:earlier|related|previous) papers\b",
        ),
    }.items()
}
_MOTIONS = ("Antrag", "Änderungsantrag", "Ergänzungsantrag", "Anfrage")
_MOST = 4
_LONGEST_TITLE = 90
_HEAD, _TAIL = 60, 40  # blocks

Place = Callable[[str], bool]


def records(asked: Asked) -> Draft | None:
    """A way of answering, see drafts.py."""
    wanted = [field for field, pattern in _FIELDS.items() if pattern.search(asked.question.text)]
    if not wanted:
        return None
    meant = subject(asked, lambda _: True)
    if meant is None or not meant.documents:
        return None
    group = _one_paper(asked, meant.documents)
    found = [list(_ANSWERS[field](asked, group))[:_MOST] for field in wanted]
    return Draft("answered", tuple(said for of_field in found for said in of_field)) if all(found) else None


def _one_paper(asked: Asked, documents: Sequence[Document]) -> list[Document]:
    """The documents of the version that the question found first, the one that speaks for it in front."""
    first = next((h.passage.document for h in asked.hits if h.passage.document.id in {d.id for d in documents}), documents[0])
    own = [d for d in documents if d.paper.reference == first.paper.reference and d.paper.body == first.paper.body]
    main = links.main_document(own)
    return [main, *(d for d in own if d.id != main.id)]


def _sought(asked: Asked, group: Sequence[Document], holds: Place, *, tail: bool = False) -> Citation | None:
    """The first block whose words hold a value: in the head, or at the end, of the document that speaks for the paper first."""
    for document in group:
        blocks = document.blocks[-_TAIL:] if tail else document.blocks[:_HEAD]
        for block in blocks:
            if block.end - block.start <= 600 and holds(document.text[block.start : block.end]):
                return cited(asked.generation, document, block.start, block.end)
    return None


def _with(asked: Asked, field: str, value: str, place: Citation | None, paper: str) -> Iterator[Said]:
    if place:
        yield Said((place,), say(f"record_{field}", asked.question.language, paper=paper, value=value))


def _named(group: Sequence[Document], language: Language) -> str:
    """How we call the paper: by its number, else by its name."""
    main = group[0]
    return f"{say('record_paper', language)} {main.paper.reference or f'„{_title(main)}“'}"


def _title(document: Document) -> str:
    return document.title if len(document.title) <= _LONGEST_TITLE else f"{document.title[:_LONGEST_TITLE].rsplit(' ', 1)[0]} …"


def _reference(asked: Asked, group: Sequence[Document]) -> Iterator[Said]:
    raw = group[0].paper.reference
    if raw:
        place = _sought(asked, group, partial(_numbers, reference_key(raw)))
        yield from _with(asked, "reference", raw, place, f"„{_title(group[0])}“")


def _date(asked: Asked, group: Sequence[Document]) -> Iterator[Said]:
    day = group[0].paper.date
    if day and group[0].paper.paper_type not in MINUTES:
        place = _sought(asked, group[:1], lambda text: has_day(text, day)) or _sought(
            asked, group[:1], lambda text: has_day(text, day), tail=True
        )
        yield from _with(asked, "date", spoken(day, asked.question.language), place, _named(group, asked.question.language))


def _kind(asked: Asked, group: Sequence[Document]) -> Iterator[Said]:
    kind = group[0].paper.paper_type
    if kind:
        place = _sought(asked, group[:1], partial(_holds, kind))
        yield from _with(asked, "kind", kind, place, _named(group, asked.question.language))


def _signatories(asked: Asked, group: Sequence[Document]) -> Iterator[Said]:
    """The lines that bear the names, with the post below them."""
    main = group[0]
    names = main.paper.signatories
    blocks = main.blocks[-_TAIL:]
    at = [n for n, b in enumerate(blocks) if any(name in main.text[b.start : b.end] for name in names) and b.end - b.start < 200]
    if not names or not at or not all(any(name in main.text[blocks[n].start : blocks[n].end] for n in at) for name in names):
        return
    first, last = min(at), max(at)
    if last - first <= 3 * len(names):
        place = cited(asked.generation, main, blocks[first].start, blocks[last].end)
        yield from _with(asked, "signatories", ", ".join(names), place, _named(group, asked.question.language))


def _originators(asked: Asked, group: Sequence[Document]) -> Iterator[Said]:
    """Also those that the head prints beside the office that the record names; only groups where one is asked for."""
    main = group[0]
    opening = lines_of(main)[:_HEAD]
    head = head_of(opening)
    names = dict.fromkeys((*main.paper.originators, *read_originators(read_fields(head), head, opening)))
    for name in names:
        if "raktion" in asked.question.text and "raktion" not in name and main.paper.paper_type not in _MOTIONS:
            continue
        place = _sought(asked, group[:1], partial(_holds, name))
        yield from _with(asked, "originators", name, place, _named(group, asked.question.language))


def _holds(value: str, text: str) -> bool:
    """Whether the value stands there as whole words: "Antrag" not in "Antragsteller", "Amt 1" not in "Amt 12"."""
    return re.search(rf"(?<!\w){re.escape(fold(value))}(?!\w)", fold(text)) is not None


def _numbers(key: str, text: str) -> bool:
    return key in (found.key for found in find_references(f"| {text}"))


def _steps(asked: Asked, group: Sequence[Document]) -> Iterator[Said]:
    language = asked.question.language
    for step in steps_of(asked.generation, group):
        if place := row_of(asked.generation, group, step):
            where = ", ".join(filter(None, (step.organization, spoken(step.date, language))))
            yield from _with(asked, "steps", where, place, _named(group, language))


def _next(asked: Asked, group: Sequence[Document]) -> Iterator[Said]:
    coming = [s for s in steps_of(asked.generation, group) if s.date and s.date >= asked.today]
    for step in coming[:1]:
        if place := row_of(asked.generation, group, step):
            where = ", ".join((step.organization, spoken(step.date, asked.question.language)))
            yield from _with(asked, "next", where, place, _named(group, asked.question.language))


def _attachments(asked: Asked, group: Sequence[Document]) -> Iterator[Said]:
    """The list as printed."""
    main = group[0]
    titles = main.paper.attachments
    blocks = [b for b in main.blocks if any(title in main.text[b.start : b.end] for title in titles)]
    blocks = [b for b in blocks if b.end - b.start <= 300 and b.start >= main.blocks[-min(_TAIL, len(main.blocks))].start]
    if titles and blocks:
        place = cited(asked.generation, main, blocks[0].start, blocks[-1].end)
        if all(title in place.quote for title in titles) and CELL_SEPARATOR not in place.quote:
            yield Said(
                (place,), lead=say("record_attachments", asked.question.language, paper=_named(group, asked.question.language))
            )


def _related(asked: Asked, group: Sequence[Document]) -> Iterator[Said]:
    for link in links.references(asked.generation, group):
        place = _sought(asked, group[:1], partial(_numbers, reference_key(link.number)))
        yield from _with(asked, "related", link.number, place, _named(group, asked.question.language))


_ANSWERS: dict[str, Callable[[Asked, Sequence[Document]], Iterator[Said]]] = {
    "reference": _reference,
    "date": _date,
    "kind": _kind,
    "signatories": _signatories,
    "originators": _originators,
    "next": _next,
    "steps": _steps,
    "attachments": _attachments,
    "related": _related,
}
