"""A sheet as Markdown (CommonMark with footnotes). Whatever a document or a reader wrote stays text: no link, picture or HTML
can arise from it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from service.web.exports.sheets import Entry, Said, Sheet
from service.web.texts import Texts

_MARKUP = re.compile(r"([\\`*_{}\[\]<>~|$^@&!])")
_ADDRESS = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)  # what many readers of Markdown turn into a link by themselves
_OPENING = re.compile(r"^([-+=#:]|\d+(?=[.)]))")  # at the beginning of a line


def markdown(sheet: Sheet) -> str:
    t = Texts(sheet.language)
    parts = [_head(sheet), f"# {escaped(sheet.title)}", f"**{t('kept_ai')}** {escaped(sheet.label)}"]
    for entry in sheet.entries:
        parts += _entry(entry, t)
    if sheet.notes:
        parts.append(f"## {t('sources_title')}")
    for note in sheet.notes:
        before, after = escaped(note.before.removesuffix("<")), escaped(note.after.removeprefix(">"))
        parts.append(f"[^{note.number}]: {before}" + (f"<{note.address}>{after}" if note.address else ""))
    return "\n\n".join([*parts, escaped(sheet.made)]) + "\n"


def _head(sheet: Sheet) -> str:
    """Machine-readable, as Pandoc and others know it. JSON strings are YAML strings."""
    facts = {"title": sheet.title, "lang": sheet.language, "date": sheet.moment.date().isoformat(), "generator": "Ratslotse"}
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in facts.items()]
    lines.append(f"ai_generated: {json.dumps(sheet.generated)}")
    if sheet.models:
        lines.append(f"ai_models: {json.dumps(sheet.models, ensure_ascii=False)}")
    return "\n".join(["---", *lines, "---"])


def _entry(entry: Entry, t: Texts) -> Iterator[str]:
    yield f"## {entry.heading}"
    yield escaped(entry.asked)
    if entry.understood:
        yield f"{t('kept_understood')} {escaped(entry.understood)}"
    yield f"### {t('kept_answer')}"
    if entry.outcome:
        yield f"**{escaped(entry.outcome)}**"
    yield from (_said(said, t) for said in entry.said)
    if entry.notices:
        yield f"### {t('notices_title')}"
        yield "\n".join(f"- {escaped(notice)}" for notice in entry.notices)
    if entry.near:
        yield f"### {t('near_title')}"
        yield escaped(t("near_hint"))
        yield from (_said(said, t) for said in entry.near)
    yield f"### {t('kept_scope')}"
    yield "\n".join(f"- {escaped(line)}" for line in entry.scope)


def _said(said: Said, t: Texts) -> str:
    """Quotations as block quotes. A backslash at the end of a line keeps its break."""
    marks = "".join(f"[^{number}]" for number in said.marks)
    lines = [f"• {escaped(line.text)}" if line.bullet else escaped(line.text) for line in said.lines]
    lead = escaped(said.lead)
    if said.kind == "quoted":
        quote = "> " + "\\\n> ".join(lines) + marks
        return f"{lead}\n\n{quote}" if lead else quote
    worded = f" *({t('kept_by_model')})*" if said.kind == "generated" else ""
    return "\\\n".join(lines) + worded + marks


def escaped(text: str) -> str:
    """Text in which nothing is markup.

    >>> escaped("1. [klick](https://böse.example) <b>")
    '1\\\\. \\\\[klick\\\\](https\\\\://böse.example) \\\\<b\\\\>'
    """
    text = _ADDRESS.sub(r"\\\g<0>", _MARKUP.sub(r"\\\1", text))
    opening = _OPENING.match(text)
    if opening is None:
        return text
    return f"{opening[0]}\\{text[opening.end() :]}" if opening[0].isdigit() else f"\\{text}"
