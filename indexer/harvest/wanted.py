"""What the mirror should hold of a paper or meeting: its record, its files, and what is noted beside each of them.

The notes are a sidecar's, with OParl's names: they overrule what a file says of itself, except that nothing lifts a
non-public mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from indexer.harvest.objects import AgendaItem, File, Meeting, Paper
from indexer.harvest.records import (
    RECORD_OF_MEETING,
    RECORD_OF_PAPER,
    Links,
    Step,
    is_public_meeting,
    items_of,
    meeting_record,
    meeting_title,
    originators,
    paper_record,
)
from indexer.papers.publicity import strictest

Notes = dict[str, object]


@dataclass(frozen=True)
class Wanted:
    """One paper's or meeting's part of the mirror. ``folder``: where in the body's folder, as a path of readable names."""

    owner: str
    folder: tuple[str, str, str]  # kind, year, own name
    record_name: str
    record: str
    record_notes: Notes
    files: tuple[tuple[File, Notes], ...]


def wanted_of_paper(paper: Paper, body: str, links: Links) -> Wanted:
    common: Notes = {
        "reference": paper.reference,
        "body": body,
        "public": links.is_public(paper),
        "originatorOrganization": originators(paper, links),
        "consultation": [step.as_notes() for step in links.steps(paper)],
    }
    own = _stated(common | {"name": paper.name, "paperType": paper.paperType, "date": paper.date})
    files = []
    if paper.mainFile is not None:
        files.append((paper.mainFile, _with_mark(own, paper.mainFile)))
    for file in paper.auxiliaryFile:
        if paper.mainFile is None or file.id != paper.mainFile.id:
            notes = common | {"name": _joined(paper.name, file.name), "date": file.date or paper.date}
            files.append((file, _with_mark(notes, file)))
    year = f"{paper.date:%Y}" if paper.date else "ohne Datum"
    folder = ("Vorlagen", year, paper.reference or paper.name or "Vorlage")
    return Wanted(paper.id, folder, RECORD_OF_PAPER, paper_record(paper, body, links), own, tuple(files))


def wanted_of_meeting(meeting: Meeting, body: str, links: Links) -> Wanted:
    title, day = meeting_title(meeting), meeting.start.date() if meeting.start else None
    public = is_public_meeting(meeting)
    sitting = Step(links.council(meeting), day, public)
    common: Notes = {"body": body, "date": day, "public": public, "consultation": [sitting.as_notes()]}
    own = _stated(common | {"name": title, "paperType": "Sitzung"})
    files: dict[str, tuple[File, Notes]] = {}
    for file, kind in _files_of_meeting(meeting):
        notes = common | {"name": _joined(file.name or kind, title), "paperType": kind}
        files.setdefault(file.id, (file, _with_mark(notes, file)))
    for item, mark in items_of(meeting):
        for file in (*((item.resolutionFile,) if item.resolutionFile else ()), *item.auxiliaryFile):
            step = Step(sitting.organization, day, mark, None, item.result, item.number)
            notes = common | {"name": _joined(file.name, _item_title(item), title), "public": mark}
            notes["consultation"] = [step.as_notes()]
            known = files.get(file.id)
            if known is None or mark is False:  # a file on several items bears the strictest mark
                files[file.id] = (file, _with_mark(notes, file))
    year, name = (f"{day:%Y}", f"{day} {title.partition(',')[0]}") if day else ("ohne Datum", title)
    record = meeting_record(meeting, body, links)
    return Wanted(meeting.id, ("Sitzungen", year, name), RECORD_OF_MEETING, record, own, tuple(files.values()))


def _files_of_meeting(meeting: Meeting) -> Iterator[tuple[File, str | None]]:
    for file, kind in (
        (meeting.invitation, "Einladung"),
        (meeting.resultsProtocol, "Niederschrift"),
        (meeting.verbatimProtocol, "Niederschrift"),
    ):
        if file is not None:
            yield file, kind
    for file in meeting.auxiliaryFile:
        yield file, None


def _item_title(item: AgendaItem) -> str | None:
    return " ".join(part for part in (item.number and f"TOP {item.number}", item.name) if part) or None


def _joined(*parts: str | None) -> str:
    return " – ".join(dict.fromkeys(part for part in parts if part))


def _with_mark(notes: Notes, file: File) -> Notes:
    mark = notes.get("public")
    return _stated(notes | {"public": strictest([mark if isinstance(mark, bool) else None, file.public])})


def _stated(notes: Notes) -> Notes:
    return {name: value for name, value in notes.items() if value not in (None, "", [])}
