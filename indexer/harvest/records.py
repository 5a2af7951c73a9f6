"""What the Ratsinformationssystem states of papers and meetings, as plain Markdown: agenda, Beratungsfolge, results.

So they are found and cited like any text, also where no file was published. Non-public agenda items, and what belongs to
them, are left out; a non-public step of a Beratungsfolge stays as a hole: who and when. No time of retrieval is written, as a
record whose content is the same has to stay the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from indexer.harvest.objects import AgendaItem, Consultation, Meeting, Paper
from indexer.papers.publicity import NOT_PUBLIC, read_mark, strictest

RECORD_OF_PAPER, RECORD_OF_MEETING = "00-angaben.md", "00-sitzung.md"

_ORIGIN = "Angaben aus dem Ratsinformationssystem (OParl)"
_NON_PUBLIC_NUMBER = re.compile(r"n(?:ö|oe)?[ .]*\d", re.IGNORECASE)
_PRIVATE_PART = re.compile(rf"\W*(?:\w{{1,4}}[.)] )?{NOT_PUBLIC}\w{{0,2}} (?:teil|sitzung|tagesordnung\w*)\W*", re.IGNORECASE)
_PUBLIC_PART = re.compile(r"\W*(?:\w{1,4}[.)] )?öffentliche\w{0,2} (?:teil|sitzung|tagesordnung\w*)\W*", re.IGNORECASE)
_BOTH_PARTS = re.compile(rf"\s*\(?\böffentlich\w*\s*(?:/|und|sowie|,)\s*{NOT_PUBLIC}\w*\)?", re.IGNORECASE)
_SPECIAL = re.compile(r"([\\`*_\[\]<>&|#~])")
_AT_LINE_START = re.compile(r"^(\d{1,9})([.)])|^([-+=])")


@dataclass(frozen=True)
class Step:
    """One step of a Beratungsfolge, put together from Consultation, AgendaItem and Meeting."""

    organization: str
    date: date | None
    public: bool | None
    role: str | None = None
    result: str | None = None
    agenda_item: str | None = None

    def as_notes(self) -> dict[str, object]:
        """In the words of a sidecar."""
        notes = {
            "organization": self.organization,
            "date": self.date and self.date.isoformat(),
            "public": self.public,
            "role": self.role,
            "result": self.result,
            "agendaItem": self.agenda_item,
        }
        return {name: value for name, value in notes.items() if value is not None}


@dataclass
class Links:
    """How the objects of a body hang together: servers link consultation and agenda item in one direction or the other."""

    organizations: Mapping[str, str]
    meetings: dict[str, Meeting] = field(default_factory=dict)
    items: dict[str, tuple[Meeting, AgendaItem, bool | None]] = field(default_factory=dict)  # by their own id
    by_consultation: dict[str, str] = field(default_factory=dict)  # the agenda item's id
    papers: dict[str, Paper] = field(default_factory=dict)  # public ones, by the agenda item's id

    def add_meeting(self, meeting: Meeting) -> None:
        self.meetings[meeting.id] = meeting
        for item, public in items_of(meeting):
            self.items[item.id] = (meeting, item, public)
            if item.consultation:
                self.by_consultation[item.consultation] = item.id

    def add_paper(self, paper: Paper) -> None:
        if self.is_public(paper) is not False:
            for consultation in paper.consultation:
                if (found := self.item_of(consultation)) is not None:
                    self.papers[found[1].id] = paper

    def item_of(self, consultation: Consultation) -> tuple[Meeting, AgendaItem, bool | None] | None:
        named = self.items.get(consultation.agendaItem or "")
        return named or self.items.get(self.by_consultation.get(consultation.id, ""))

    def names(self, organizations: Iterable[str]) -> list[str]:
        return [self.organizations[identifier] for identifier in organizations if identifier in self.organizations]

    def council(self, meeting: Meeting) -> str:
        """The Gremium that meets; where the server does not name it, as the meeting is called."""
        return ", ".join(self.names(meeting.organization)) or re.sub(r"\s*\([^()]*\)\s*$", "", title_of(meeting))

    def steps(self, paper: Paper) -> list[Step]:
        return sorted((self._step(c) for c in paper.consultation), key=lambda step: str(step.date or "9999"))

    def _step(self, consultation: Consultation) -> Step:
        found = self.item_of(consultation)
        meeting = found[0] if found else self.meetings.get(consultation.meeting or "")
        organization = ", ".join(self.names(consultation.organization)) or (self.council(meeting) if meeting else "")
        day = meeting.start.date() if meeting and meeting.start else None
        public = strictest([found[2] if found else None, is_public_meeting(meeting) if meeting else None])
        if public is False:
            return Step(organization, day, public)
        if found is None:
            return Step(organization, day, public, consultation.role)
        return Step(organization, day, public, consultation.role, found[1].result, found[1].number)

    def is_public(self, paper: Paper) -> bool | None:
        """A paper that is only on non-public agenda items is not public; a step without a sitting is no promise of another."""
        held = [one for one in paper.consultation if self.item_of(one) or one.meeting in self.meetings]
        steps = {self._step(consultation).public for consultation in held}
        return strictest([paper.public, False if steps == {False} else None])


def items_of(meeting: Meeting) -> list[tuple[AgendaItem, bool | None]]:
    """The agenda in its order, each item with its publicity: marked, numbered "N 3", or below "nichtöffentlicher Teil"."""
    found: list[tuple[AgendaItem, bool | None]] = []
    private = is_public_meeting(meeting) is False
    part = False
    for item in sorted(meeting.agendaItem, key=lambda item: item.order):
        name = item.name or ""
        part = bool(_PRIVATE_PART.fullmatch(name)) or (part and not _PUBLIC_PART.fullmatch(name))
        hidden = private or part or _NON_PUBLIC_NUMBER.match(item.number or "")
        found.append((item, strictest([item.public, False if hidden else None])))
    return found


def is_public_meeting(meeting: Meeting) -> bool | None:
    said = read_mark(_BOTH_PARTS.sub("", meeting.name or ""))
    return strictest([meeting.public, False if said is False else None])


def title_of(meeting: Meeting) -> str:
    """The meeting's name, without the note that it has a public and a non-public part."""
    return _BOTH_PARTS.sub("", meeting.name or "").strip() or "Sitzung"


def meeting_title(meeting: Meeting) -> str:
    day = f" am {meeting.start:%d.%m.%Y}" if meeting.start else ""
    title = title_of(meeting)
    return f"{title}{day}" if "sitzung" in title.casefold() else f"{title}, Sitzung{day}"


def meeting_record(meeting: Meeting, body: str, links: Links) -> str:
    public = [item for item, mark in items_of(meeting) if mark is not False]
    facts = [
        ("Körperschaft", body),
        ("Gremium", links.council(meeting)),
        ("Beginn", f"{meeting.start:%d.%m.%Y, %H:%M} Uhr" if meeting.start else None),
        ("Ort", meeting.location.description if meeting.location else None),
        ("Hinweis", "Die Sitzung ist abgesagt." if meeting.cancelled else None),
    ]
    rows = [(item.number, _subject(item, links), item.result) for item in public]
    parts = [f"# {_escaped(meeting_title(meeting))}", _facts(facts)]
    if rows:
        parts += ["## Öffentliche Tagesordnung", _table(("TOP", "Gegenstand", "Ergebnis"), rows)]
    for item in public:
        if item.resolutionText:
            heading = " ".join(part for part in (item.number and f"TOP {item.number}:", item.name) if part)
            parts += [f"## Beschluss zu {_escaped(heading)}", *map(_paragraph, item.resolutionText.split("\n"))]
    return "\n\n".join(parts) + "\n"


def paper_record(paper: Paper, body: str, links: Links) -> str:
    facts = [
        ("Körperschaft", body),
        ("Vorlage", paper.reference),
        ("Art", paper.paperType),
        ("Datum", f"{paper.date:%d.%m.%Y}" if paper.date else None),
        ("Von", ", ".join(originators(paper, links)) or None),
    ]
    rows = [
        (
            step.organization,
            f"{step.date:%d.%m.%Y}" if step.date else None,
            step.agenda_item,
            {True: "öffentlich", False: "nichtöffentlich", None: None}[step.public],
            step.role,
            step.result,
        )
        for step in links.steps(paper)
    ]
    parts = [f"# {_escaped(paper.name or paper.reference or 'Vorlage')}", _facts(facts)]
    if rows:
        parts += ["## Beratungsfolge", _table(("Gremium", "Termin", "TOP", "Status", "Art der Beratung", "Ergebnis"), rows)]
    return "\n\n".join(parts) + "\n"


def originators(paper: Paper, links: Links) -> list[str]:
    return links.names(paper.originatorOrganization) or links.names(paper.underDirectionOf)


def _subject(item: AgendaItem, links: Links) -> str | None:
    """The item's name with its paper's number, which must not stand alone: it would pass for the number of the sitting."""
    paper = links.papers.get(item.id)
    if paper is None or not paper.reference:
        return item.name
    return f"{item.name} (Vorlage {paper.reference})" if item.name else f"zu {paper.reference}"


def _facts(facts: Sequence[tuple[str, str | None]]) -> str:
    lines = [f"- {label}: {_escaped(value)}" for label, value in facts if value]
    return "\n".join([f"{_ORIGIN}:", "", *lines])


def _table(head: Sequence[str], rows: Sequence[Sequence[str | None]]) -> str:
    """Columns that are empty in every row are left out."""
    used = [at for at in range(len(head)) if any(row[at] for row in rows)] or [0]
    lines = [[head[at] for at in used], ["---"] * len(used), *([_escaped(row[at] or "") for at in used] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _paragraph(text: str) -> str:
    return _AT_LINE_START.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", _escaped(text))


def _escaped(text: str) -> str:
    """Text of a server as text of Markdown, on one line.

    >>> _escaped("<b> 5*3 | [x](y)")
    '\\\\<b\\\\> 5\\\\*3 \\\\| \\\\[x\\\\](y)'
    """
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
