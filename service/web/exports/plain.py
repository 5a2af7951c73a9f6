"""A sheet as plain text."""

from __future__ import annotations

from collections.abc import Iterator

from service.web.exports.sheets import Entry, Line, Said, Sheet
from service.web.texts import Texts


def plain(sheet: Sheet) -> str:
    t = Texts(sheet.language)
    parts = [_underlined(sheet.title, "="), f"{t('kept_ai')} {sheet.label}"]
    for entry in sheet.entries:
        parts += _entry(entry, t)
    if sheet.notes:
        notes = (f"[{note.number}] {note.before}{note.address}{note.after}" for note in sheet.notes)
        parts += [_underlined(t("sources_title"), "-"), "\n".join(notes)]
    return "\n\n".join([*parts, sheet.made]) + "\n"


def _entry(entry: Entry, t: Texts) -> Iterator[str]:
    yield _underlined(entry.heading, "-")
    yield entry.asked
    if entry.understood:
        yield f"{t('kept_understood')} {entry.understood}"
    yield _underlined(t("kept_answer"), "-")
    if entry.outcome:
        yield entry.outcome
    yield from (_said(said, t) for said in entry.said)
    if entry.notices:
        yield "\n".join([t("notices_title"), *(f"- {notice}" for notice in entry.notices)])
    if entry.near:
        yield f"{t('near_title')}\n{t('near_hint')}"
        yield from (_said(said, t) for said in entry.near)
    yield "\n".join([t("kept_scope"), *(f"- {line}" for line in entry.scope)])


def _said(said: Said, t: Texts) -> str:
    lines = [_line(line) for line in said.lines]
    if said.kind == "generated":
        lines[-1] += f" ({t('kept_by_model')})"
    lines[-1] += "".join(f" [{number}]" for number in said.marks)
    return "\n".join([said.lead, *lines] if said.lead else lines)


def _line(line: Line) -> str:
    return f"• {line.text}" if line.bullet else line.text


def _underlined(title: str, character: str) -> str:
    return f"{title}\n{character * len(title)}"
