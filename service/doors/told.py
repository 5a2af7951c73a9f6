"""An answer as a chat program shows it: Markdown, with [1] marks, the sources below and the notice on AI.

Nothing that a document or a model says is markup here: no link, picture or HTML can arise from it. Only our own addresses are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.generation import Generation
from service.access.readers import Reader
from service.answers import Answer
from service.api.schemas import AnswerFields
from service.api.views import answer_fields, document_url
from service.drafts import Citation
from service.web.answering import place_name, shortened
from service.web.exports.markdown import escaped
from service.web.exports.sheets import Entry, Said, clean
from service.web.exports.tools import AnswerTools
from service.web.texts import TEXTS, Texts

RULE = "---"  # what stands above it was withdrawn
_QUOTE = 300  # characters of the quoted words below a sentence that a model wrote
_MARK = re.compile(r"(?<!\\)\[(\d+)\]")  # what a document says has a backslash before it
_ESCAPED = re.compile(r"\\([^\w\s])")
_MODELS_OWN = re.compile(rf" \*\((?:{'|'.join(TEXTS['kept_by_model'])})\)\*")


@dataclass(frozen=True)
class Mark:
    """A [1] in the text, where it stands there, and what it points to."""

    start: int
    end: int
    title: str
    address: str


@dataclass(frozen=True)
class Told:
    """``begun``: question as understood, outcome and statements; ``text`` begins with it and goes on to the end."""

    begun: str
    text: str
    marks: tuple[Mark, ...]


def told(answer: Answer, asked: str, generation: Generation, tools: AnswerTools, site: str, reader: Reader) -> Told:
    """``site``: the address of the service, "https://rat.example"."""
    t = Texts(answer.question.language)
    sheet = tools.sheet(answer, asked, generation, site, reader)
    entry = sheet.entries[0]
    begun = "\n\n".join(_beginning(entry, answer, t))
    said = "\n\n".join(filter(None, [begun, *_rest(entry, t)]))
    cited = [*answer.citations, *answer.near_misses]
    sources = [_source(number, one, answer, t, site) for number, one in enumerate(cited, start=1)]
    listed = [f"**{t('sources_title')}**", "\n".join(sources)] if sources else []
    return Told(begun, "\n\n".join([said, *listed, f"*{escaped(sheet.label)}*"]), tuple(_marks(said, cited, t, site)))


def answer_at(answer: Answer, site: str) -> AnswerFields:
    """The answer as the API gives it, with whole addresses."""
    fields = answer_fields(answer)
    for citation in (*fields.citations, *fields.near_misses):
        citation.url = site + citation.url
    return fields


def untold(text: str) -> str:
    """What an answer said, from its text as a client gives it back: without notice, sources, marks of quotation and backslashes.

    >>> untold("> „Es gibt 3 \\\\[drei\\\\]\\\\\\n> • Ziele“ [1]\\n\\n**Quellen**\\n\\n- [1] S. 2\\n\\n*KI*")
    'Es gibt 3 [drei]\\n• Ziele [1]'
    """
    paragraphs: list[str] = []
    for paragraph in text.rpartition(f"\n\n{RULE}\n\n")[2].split("\n\n"):
        if paragraph.startswith("**"):
            break
        if paragraph.startswith("*"):
            continue
        lines = [line.removesuffix("\\").removeprefix("> ") for line in _MODELS_OWN.sub("", paragraph).split("\n")]
        if paragraph.startswith("> „"):
            lines[0] = lines[0].removeprefix("„")
            lines[-1] = re.sub(r"“(?=(?: ?\[\d+\])*$)", "", lines[-1])
        paragraphs.append("\n".join(lines))
    return _ESCAPED.sub(r"\1", "\n".join(paragraphs))


def _beginning(entry: Entry, answer: Answer, t: Texts) -> Iterator[str]:
    if entry.understood:
        yield f"*{t('kept_understood')} {escaped(entry.understood)}*"
    if answer.outcome in ("partly_answered", "not_in_documents") and entry.outcome:
        yield escaped(entry.outcome)
    for said in entry.said:
        yield _said(said, t)


def _rest(entry: Entry, t: Texts) -> Iterator[str]:
    for notice in entry.notices:
        yield escaped(notice)
    if entry.near:
        yield f"**{t('near_title')}**\n{t('near_hint')}"
    for near in entry.near:
        yield _said(near, t)


def _said(said: Said, t: Texts) -> str:
    """Quotations as block quotes in quotation marks. A backslash at the end of a line keeps its break."""
    marks = "".join(f"[{number}]" for number in said.marks)
    lines = [f"• {escaped(line.text)}" if line.bullet else escaped(line.text) for line in said.lines]
    if said.kind == "quoted":
        quote = "> " + "\\\n> ".join(lines) + f" {marks}"
        return f"{escaped(said.lead)}\n\n{quote}" if said.lead else quote
    worded = f" *({t('kept_by_model')})*" if said.kind == "generated" else ""
    return ("\\\n".join(lines) + f"{worded} {marks}").rstrip()


def _source(number: int, citation: Citation, answer: Answer, t: Texts, site: str) -> str:
    """The quoted words too where the text above does not show them."""
    quote = f": „{shortened(clean(citation.quote), _QUOTE)}“" if answer.mode == "generated" else ""
    return f"- [{number}] {escaped(_title(citation, t) + quote)} <{_address(citation, site)}>"


def _title(citation: Citation, t: Texts) -> str:
    """ "Drucksache 2024/017, Ausbau der Kindertagesstätten, Landkreis Musterbach, Seite 2"."""
    document = citation.passage.document
    name, title, page = place_name(document, t), shortened(document.title), document.page_at(citation.start).label
    parts = dict.fromkeys([name, title, document.paper.body or "", t("page_n", page=page)])
    return clean(", ".join(filter(None, parts)))


def _address(citation: Citation, site: str) -> str:
    return site + document_url(citation.passage.document, citation.start, citation.end)


def _marks(text: str, cited: list[Citation], t: Texts, site: str) -> Iterator[Mark]:
    for found in _MARK.finditer(text):
        one = cited[int(found[1]) - 1]
        yield Mark(found.start(), found.end(), _title(one, t), _address(one, site))
