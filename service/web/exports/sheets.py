"""The sheet: all that a file, a copy or a shared page says of answers, in order, ready to be written in any format.

Every quotation is read anew from the live index. Where a document is gone or its words have changed, its footnote says so, and
the statements that rest on it are withheld, as are notices that may speak of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from indexer.domain import Document
from indexer.errors import printable
from indexer.generation import Generation
from service.api.views import document_url
from service.questions import Language
from service.texts import cut
from service.web.answering import place_name
from service.web.exports.records import Kind, Place, Record, Sentence, digest
from service.web.texts import Texts
from service.web.viewing import Element, Heading, Item, ItemList, Paragraph, Part, quote_view

_BEGINNING = 200  # characters of a quotation in the footnote of a statement that shows it in full
_SOURCES = re.compile(r"^(Quelle |Source )(\d+(?:, \d+)*:)")
_NUMBER = re.compile(r"\d+")
_NO_CHARACTERS = re.compile("[\ue000-\uf8ff\ufffe\uffff]")  # signs of one font only; what XML, and so Word, cannot hold


@dataclass(frozen=True)
class Line:
    text: str
    bullet: bool = False


@dataclass(frozen=True)
class Said:
    """A statement or a near miss. ``lines`` of kind "quoted" are the document's, all else is said by us or the model."""

    kind: Kind | Literal["withheld"]
    lead: str
    lines: tuple[Line, ...]
    marks: tuple[int, ...]


@dataclass(frozen=True)
class Note:
    """A footnote. ``address`` is that of the quoted words; "" where the source is gone."""

    number: int
    before: str
    address: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One question with its answer."""

    heading: str
    asked: str
    understood: str  # "" if it was understood as it was asked
    outcome: str
    said: tuple[Said, ...]
    notices: tuple[str, ...]
    near: tuple[Said, ...]
    scope: tuple[str, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Sheet:
    """``label``: the notice on AI. ``models``: names of the language models that worded something."""

    language: Language
    title: str
    label: str
    made: str
    entries: tuple[Entry, ...]
    generated: bool
    models: tuple[str, ...]
    moment: datetime

    @property
    def notes(self) -> list[Note]:
        return [note for entry in self.entries for note in entry.notes]


@dataclass(frozen=True)
class Frame:
    """What a sheet needs beside its records: where the service is, who runs it, how footnotes look, for whom it is."""

    address: str  # "https://rat.musterbach.example"
    operator: str | None
    style: str
    role: str = ""  # that sees what is not public


def sheet(records: Sequence[Record], generation: Generation, frame: Frame) -> Sheet:
    """Numbers of footnotes run through all answers."""
    first = records[0]
    t = Texts(first.language)
    entries: list[Entry] = []
    for number, record in enumerate(records, start=1):
        heading = t("kept_question_n", number=number) if len(records) > 1 else t("kept_question")
        before = sum(len(entry.notes) for entry in entries)
        entries.append(_Writing(record, generation, frame, before).entry(heading))
    generated = any(record.generated for record in records)
    moment = max(record.made for record in records)
    return Sheet(
        language=first.language,
        title=t("kept_title"),
        label=ai_label(generated, frame, t),
        made=t("kept_made", time=t.time(moment.isoformat()), address=frame.address),
        entries=tuple(entries),
        generated=generated,
        models=tuple(dict.fromkeys(clean(record.model) for record in records if record.model)),
        moment=moment,
    )


def ai_label(generated: bool, frame: Frame, t: Texts) -> str:
    """What every copy of an answer says of AI and of who runs the service, and that it may not be for everybody."""
    label = t("kept_label_generated" if generated else "kept_label", operator=clean(frame.operator or frame.address))
    return f"{t('kept_hidden', role=frame.role)} {label}" if frame.role else label


class _Writing:
    """One record against one generation. ``before``: footnotes of the answers before."""

    def __init__(self, record: Record, generation: Generation, frame: Frame, before: int) -> None:
        self._record = record
        self._frame = frame
        self._before = before
        self._t = Texts(record.language)
        self._found = {identifier: generation.find(identifier) for identifier in record.basis}

    def entry(self, heading: str) -> Entry:
        record, t = self._record, self._t
        said = tuple(self._said(sentence) for sentence in record.sentences)
        near = tuple(self._quoted(len(record.places) + n, place.reason) for n, place in enumerate(record.near, start=1))
        some_left = not said or any(one.kind != "withheld" for one in said)
        notices = record.notices
        if notices and (None in self._found.values() or notices == ("",)):
            notices = (t("kept_notices_withheld"),)
        return Entry(
            heading=heading,
            asked=clean(record.asked),
            understood=clean(record.question) if record.question != record.asked else "",
            outcome=t(f"outcome_{record.outcome}") if some_left else "",
            said=said,
            notices=tuple(_renumbered(clean(notice), self._before) for notice in notices),
            near=near,
            scope=tuple(clean(line) for line in record.scope),
            notes=tuple(self._note(n, place) for n, place in enumerate([*record.places, *record.near], start=1)),
        )

    def _said(self, sentence: Sentence) -> Said:
        if any(self._document(self._record.places[number - 1]) is None for number in sentence.places):
            return self._withheld(sentence.places)
        if sentence.kind == "quoted":
            return self._quoted(sentence.places[0], sentence.text, sentence.places)
        if not sentence.text:  # taken away since, see shares.py
            return self._withheld(sentence.places)
        return Said(sentence.kind, "", (Line(clean(sentence.text)),), self._marks(sentence.places))

    def _quoted(self, number: int, lead: str, numbers: Sequence[int] = ()) -> Said:
        place = [*self._record.places, *self._record.near][number - 1]
        document = self._document(place)
        if document is None:
            return self._withheld([number])
        elements = quote_view(document, place.start, place.end)
        heads = " | ".join(_columns(elements))
        columns = self._t("kept_columns", heads=heads) if heads else ""
        return Said("quoted", f"{clean(lead)} {columns}".strip(), _in_marks(_lines(elements)), self._marks(numbers or [number]))

    def _withheld(self, numbers: Sequence[int]) -> Said:
        """With its marks, so that the numbers of all footnotes stay."""
        return Said("withheld", "", (Line(self._t("kept_withheld")),), self._marks(numbers))

    def _marks(self, numbers: Sequence[int]) -> tuple[int, ...]:
        return tuple(self._before + number for number in numbers)

    def _note(self, number: int, place: Place) -> Note:
        document = self._document(place)
        shown = self._before + number
        if document is None:
            return Note(shown, self._t("kept_gone"), "", "")
        t, paper = self._t, document.paper
        lines = tuple(_lines(quote_view(document, place.start, place.end)))
        quote = " / ".join(line.text for line in lines)
        address = self._frame.address + document_url(document, place.start, place.end)
        known = {
            "paper": place_name(document, t),
            "paper_type": paper.paper_type or "",
            "body": paper.body or "",
            "date": t.date(paper.date) if paper.date else "",
            "page": t("page_n", page=document.page_at(place.start).label),
            "title": document.title,
            "quote": f"„{_beginning(quote) if self._shown_in_full(number) else quote}“",
        }
        before, after = styled(self._frame.style, {name: clean(value) for name, value in known.items()})
        return Note(shown, before, address, after)

    def _shown_in_full(self, number: int) -> bool:
        quoted = (sentence.places[0] for sentence in self._record.sentences if sentence.kind == "quoted")
        return number > len(self._record.places) or number in quoted

    def _document(self, place: Place) -> Document | None:
        return standing(place, self._found.get(place.document))


def standing(place: Place, document: Document | None) -> Document | None:
    """The document, if it holds these very words there."""
    if document is None or digest(document.text[place.start : place.end]) != place.words:
        return None
    return document


def styled(style: str, known: dict[str, str]) -> tuple[str, str]:
    """A footnote before and after its address. Parts between commas, before the first colon, fall away if they are not known.

    >>> styled("{paper}, {body}, {page}: {quote} <{address}>", {"paper": "2024/1", "body": "", "page": "S. 2", "quote": "„Ja“"})
    ('2024/1, S. 2: „Ja“ <', '>')
    """
    head, colon, rest = style.partition(": ")
    parts = (part.format_map({**known, "address": "\0"}) for part in head.split(", ") if _is_known(part, known))
    before, _, after = (", ".join(parts) + colon + rest.format_map({**known, "address": "\0"})).partition("\0")
    return before, after


def _is_known(part: str, known: dict[str, str]) -> bool:
    return all(value or f"{{{name}}}" not in part for name, value in known.items())


def clean(text: str) -> str:
    """One line without control characters and the like, which some formats cannot hold and which could turn words round."""
    return _NO_CHARACTERS.sub("\ufffd", printable(" ".join(text.split())))


def _renumbered(notice: str, before: int) -> str:
    """A notice of service/texts.py on sources that it names by their numbers."""
    return _SOURCES.sub(lambda found: found[1] + _NUMBER.sub(lambda number: str(int(number[0]) + before), found[2]), notice)


def _beginning(quote: str) -> str:
    return quote if len(quote) <= _BEGINNING else f"{cut(quote, _BEGINNING)} […]"


def _columns(elements: Sequence[Element]) -> list[str]:
    """The heads of the columns that stand above quoted rows."""
    if not elements or elements[0].kind != "table" or not elements[0].context:
        return []
    return [_text(cell) for cell in elements[0].heads[-1]]


def _lines(elements: Sequence[Element]) -> Iterator[Line]:
    for element in elements:
        if isinstance(element, Heading | Paragraph):
            yield Line(_text(element.parts))
        elif isinstance(element, ItemList):
            yield from _items(element.items)
        else:
            for row in [*([] if element.context else element.heads), *element.rows]:
                yield Line(" | ".join(_text(cell) for cell in row))


def _items(items: Sequence[Item]) -> Iterator[Line]:
    for item in items:
        yield Line(_text(item.parts), bullet=not item.numbered)
        yield from _items(item.items)


def _text(parts: Sequence[Part]) -> str:
    return clean("".join(part.text for part in parts))


def _in_marks(lines: Iterator[Line]) -> tuple[Line, ...]:
    """Quotation marks round all lines together."""
    found = list(lines)
    found[0] = Line(f"„{found[0].text}", found[0].bullet)
    found[-1] = Line(f"{found[-1].text}“", found[-1].bullet)
    return tuple(found)
