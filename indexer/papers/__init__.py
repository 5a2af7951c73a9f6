"""What the head of a paper says: number, kind, date, body, publicity, Beratungsfolge.

Each field has a rule of its own; a field that no rule finds stays empty. Words and tables are those of German county
and town papers (Vorlage, Antrag, Niederschrift …), whatever software made them. The sidecar overrules the text, except
that it cannot lift a non-public mark.

    lines.py          what all rules share: lines and cells, the end of the head, its fields, dates
    kinds.py          the kind of a paper
    names.py          its name
    dates.py          its date
    heads.py          its number and agenda item
    publicity.py      public or not
    consultations.py  the Beratungsfolge; steps.py: of a table; running_steps.py: of a table that ran together
    people.py         originators, signatories
    minutes.py        minutes: the sitting, and what became of the papers on its agenda
    attached.py       an Anlage: the paper it belongs to
    attachments.py    attachments, other papers named
    sidecar.py        what the file beside a paper states
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from indexer.bodies import document_body
from indexer.domain import Block, Paper
from indexer.papers.attached import KIND as ANLAGE
from indexer.papers.attached import read_attached
from indexer.papers.attachments import read_attachments, read_related
from indexer.papers.consultations import read_agenda, with_results
from indexer.papers.dates import read_date
from indexer.papers.heads import read_agenda_item, read_reference
from indexer.papers.kinds import WORKS, read_kind
from indexer.papers.lines import Line, head_of, parts_of, read_fields, read_line
from indexer.papers.minutes import KINDS as MINUTES
from indexer.papers.minutes import read_minutes
from indexer.papers.names import read_name
from indexer.papers.people import read_originators, read_signatories
from indexer.papers.publicity import read_publicity
from indexer.papers.sidecar import overruled

__all__ = ["WORKS", "read_paper"]

_MOTIONS = ("Antrag", "Änderungsantrag", "Ergänzungsantrag", "Anfrage")
_HEAD_BLOCKS = 60
_LETTERHEAD_BLOCKS = 25
_TAIL_BLOCKS = 30


def read_paper(
    text: str,
    blocks: Sequence[Block],
    *,
    file_name: str,
    folder_body: str | None = None,
    sidecar: Mapping[str, object] = MappingProxyType({}),
) -> Paper:
    """The paper as its text says, overruled by the sidecar. Raises BadSidecar on a value of a wrong type."""
    paper = _read_text(text, blocks, folder_body, file_name)
    is_page = file_name.lower().endswith((".html", ".htm")) and not paper.reference and not paper.consultations
    if is_page and (paper.paper_type is None or paper.paper_type in WORKS):  # it tells of the plan
        paper = replace(paper, paper_type="Webseite")
    return overruled(paper, sidecar, file_name)


def _read_text(text: str, blocks: Sequence[Block], folder_body: str | None, file_name: str) -> Paper:
    lines = [read_line(text, block) for block in blocks]
    opening, tail = lines[:_HEAD_BLOCKS], lines[-_TAIL_BLOCKS:]
    head = head_of(opening)
    steps, agenda = read_agenda(head)
    free = [line for at, line in enumerate(head) if at not in agenda]
    fields = read_fields(free)
    kind = read_kind(opening, head, fields)
    consultations = with_results(steps, opening, head if kind in _MOTIONS else ())
    public = read_publicity(head, lines, agenda, consultations, kind)
    paper = Paper(
        name=read_name(fields, head, agenda, kind),
        paper_type=kind,
        body=document_body(parts_of(opening[:_LETTERHEAD_BLOCKS]), parts_of(tail), text, folder_body),
        public=public,
        originators=read_originators(fields, free, opening),
        signatories=read_signatories(tail),
        attachments=read_attachments(lines),
    )
    if kind in MINUTES:  # their head names the sitting: its date, its papers
        told = read_minutes(lines, public)
        paper = replace(
            paper,
            reference=told.reference,
            date=read_date(fields | {"date": []}, [], tail, kind),
            agenda_item=told.agenda_item,
            consultations=told.steps,
            resolutions=told.resolutions,
        )
    else:
        paper = replace(
            paper,
            reference=read_reference(fields, free, kind),
            date=read_date(fields, free, tail, kind),
            agenda_item=read_agenda_item(fields, free),
            consultations=consultations,
        )
    if kind not in MINUTES:
        paper = _with_its_vorlage(paper, lines, file_name)
    return replace(paper, related=read_related(text, paper.reference))


def _with_its_vorlage(paper: Paper, lines: Sequence[Line], file_name: str) -> Paper:
    """An Anlage bears the number of its Vorlage. A document with a number or a Beratungsfolge of its own is none."""
    if paper.reference or paper.consultations or paper.paper_type not in (None, *WORKS):
        return paper
    attached = read_attached(lines, file_name)
    if attached is None:
        return paper
    return replace(paper, paper_type=paper.paper_type or ANLAGE, reference=attached.reference, consultations=attached.steps)
