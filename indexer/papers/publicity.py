"""Whether a paper is public. Read most carefully of all fields: whoever is wrong here publishes a secret.

One non-public mark anywhere makes a paper non-public. "öffentlich" counts only where it can be nothing but a mark.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from indexer.dates import DATE
from indexer.domain import Consultation
from indexer.papers.labelled import labelled_marks
from indexer.papers.lines import Line, parts_of, read_fields

# Also as text recognition misreads it, and as people mistype it.
NOT_PUBLIC = r"(?:nicht?(?:\s?[-–—\u2011/_]?\s?|\.)|non-)(?:ö|oe|[oóòôőéè06])ff?en?t?lich"
_NOUN = (
    r"(?:\w*sitzung\w*|\w*vorlagen?|\w*drucksachen?|\w*beratung|behandlung|teil|anlagen?|unterlagen?|\w*dokument\w*"
    r"|vorgang|niederschrift|protokoll|antrag|anfrage|tagesordnung\w*|fassung|mitteilung)"
)
_CONFIDENTIAL = (
    r"(?:streng |absolut |nur |rein |strictly )?(?:vertraulich|geheim|(?:verwaltungs|amts|dienst|rats|fraktions)?intern"
    r"|confidential|not public|verschlusssache|vs\s?[-–]\s?(?:nfd|vertraulich|geheim))"
)
_MEMBERS = r"(?:(?:rats|kreistags|gremien|ausschuss)mitglieder|mitglieder de[sr] (?:\w*(?:ausschusses|rate?s|tage?s)|verwaltung))"
_NOT_PUBLIC_MARK = re.compile(
    "|".join(
        (
            # At a line's end, before punctuation, a name or a number; not "nichtöffentlich geförderter Wohnungsbau".
            rf"\b{NOT_PUBLIC}(?=\W*$|\s?[.,;:)(/|–-]|\s(?-i:[A-ZÄÖÜ\d]))",
            # Declined at a line's end or before what is not public; not "nichtöffentliche Schulen".
            rf"\b{NOT_PUBLIC}e[rsnm]?(?:\W*$|\s{_NOUN}\b)",
            rf"(?:^|[(\[|]|\s[–-])\W*{_CONFIDENTIAL}(?=\W*$|\s?[)\]|–,:!-])",
            rf"\bvertrauliche[rsnm]?\s{_NOUN}\b",
            r"(?:^|:)\W*n[./]?\s?ö\.?\W*$",
            rf"\bn\.\s?ö\.\s{_NOUN}\b|\bn(?:icht|\.)[\s-]?öff(?:entl)?(?:\.|\b)(?:\W*$|\s{_NOUN}\b)",
            r"^\W*(?:halb|teil(?:s|weise)?|eingeschränkt|beschränkt|bedingt)[\s-]?öffentlich\W*$|^\W*öffentlich\s?\?\W*$",
            r"^\W*öffentlich\W{1,3}(?:teilweise|zum teil|eingeschränkt|mit (?:einschränkung|ausnahme)|bis auf|außer)\b.{0,60}$",
            r"\bnur für (?:den )?(?:internen |dienstlichen )?(?:dienst)?gebrauch|^\W*für den (?:internen |dienst)\s?gebrauch",
            rf"^\W*nur für (?:die )?{_MEMBERS}\b|^\W*(?:bitte )?nicht (?:zu )?veröffentlichen\W*$",
            r"^\W*(?:die )?öffentlichkeit (?:ist |wird )?ausgeschlossen\W*$",
            rf"\b(?:einstufung|vermerk)\s?:\s?{_CONFIDENTIAL}\W*$",
            r"\bnicht für die öffentlichkeit",
            r"\bunter ausschluss der öffentlichkeit",
            r"\bnicht zur veröffentlichung",
        )
    ),
    re.IGNORECASE,
)
_PUBLIC_MARK = re.compile(  # the whole line: "Ausschuss für öffentliche Einrichtungen" is no mark
    rf"\W*öffentlich[^\w:?]*$|\W*öffentliche[rs]? {_NOUN}\W*$|.*\bin öffentlicher sitzung\W*$|.*\b(?-i:Öffentliche Sitzung)$"
    r"|(?:\w*vorlage|antrag|anfrage|drucksache|niederschrift)\W{1,4}öffentlich\W*$"
    r"|(?:status|behandlung|sitzungsart) öffentlich\W*$|auszug\b.*[\s,]öffentlicher teil\W*$"
    rf"|[A-ZÄÖÜ][\w ]{{2,30}}, (?:den )?{DATE.pattern} öffentlich\W*$",
    re.IGNORECASE,
)
_NOT_PUBLIC_STATUS = re.compile(r"(?:n|nö\b.*|n\.\s?ö\.?|nein|nicht\b.*|nur\b.*|un(?:bekannt|klar|geklärt))\W*$", re.IGNORECASE)
_PUBLIC_WORD = re.compile("öffentlich", re.IGNORECASE)
_NOT_PUBLIC_WORD = re.compile(NOT_PUBLIC, re.IGNORECASE)
_ONLY_MARK = re.compile(rf"\W*(?:{NOT_PUBLIC}|{_CONFIDENTIAL})\W*", re.IGNORECASE)
_CONFIDENTIAL_WORD = re.compile(rf"(?:{_CONFIDENTIAL}|n\.|nur|unter)", re.IGNORECASE)
_MINUTES = ("Niederschrift", "Auszug")
_NOT_PUBLIC_ITEM = re.compile(r"\W{0,3}(?:TOP ?)?N ?\d{1,2}(?:\.\d{1,2})?[.:]?\s+[A-ZÄÖÜ]")  # "N 1 Grundstück", "TOP N 8 Verkauf"
_ANNOUNCEMENTS = ("Einladung", "Bekanntmachung")
_PART_NUMBER = r"\W{0,3}(?:(?:[IVX]{1,4}|[A-C]|\d{1,2})[.)]\s|Teil [A-C\dI]{1,3}\W{1,3})?"
_PUBLIC_PART = re.compile(
    rf"{_PART_NUMBER}(?i:öffentliche[rn]?) (?i:teil|sitzung|tagesordnung\w*|beratung\w*)|Ö ?\d"
    r"|.*\b(?i:zur öffentlichen (?:sitzung|und|sowie))\b"
)
_ITEMS_BEGIN = re.compile(rf"(?i:tagesordnung\b)|{_PART_NUMBER}(?i:(?:nicht)?öffentliche[rn]? teil\b)|(?:TOP ?)?[ÖN] ?\d|TOP ?\d")
_BOTH_PARTS = re.compile(rf"\böffentliche\w{{0,2}} (?:und|sowie) (?:\w{{1,20}} )?{NOT_PUBLIC}", re.IGNORECASE)
_LABELLED_MARK = re.compile(r"\W{0,3}(?:(?:\w{1,14}s)?status|vertraulichkeit|sitzungsart)\s?:", re.IGNORECASE)
_BOX = re.compile(r"([☒☑✓✔☐□❏]|\[[x ]?\]|\([x ]?\))", re.IGNORECASE)
_TICK = re.compile("[☒☑✓✔x]", re.IGNORECASE)
_ANSWER = re.compile(
    r"\W*(?P<not>nicht[ -]{0,3})?öffentlich(?:keit)?\s?(?:\([^)]{1,12}\))?\s?:?\s?\b(?P<said>ja|nein)\W*$", re.IGNORECASE
)
_SPACED = re.compile(r"\W*(?:\w ){5,40}\w\W*")
_RULES_TITLE = re.compile(r"\W{0,3}(?:\d{1,2}\. )?(?:\w{0,30}(?:satzung|ordnung)|Richtlinien?)\b(?!.*\bnicht)", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\W{0,3}§ ?\d{1,3}\s?[a-z]?\b")
_ONLY_PARAGRAPH = re.compile(rf"{_PARAGRAPH.pattern}\W*$")
_OF_AN_ENUMERATION = re.compile(r"\W{0,3}(?:\d{1,3}|[a-z])[.)]\s")
_FEWEST_PARAGRAPHS = 5  # of rules
_TITLE_LINES = 12
_LONGEST_PUBLIC_MARK = 160
_LONGEST_LONE_MARK = 40


def read_publicity(
    head: Sequence[Line], lines: Sequence[Line], agenda: range, steps: Sequence[Consultation], kind: str | None
) -> bool | None:
    """False if anything marks the paper non-public, True if a mark says public, None without a mark.

    Marks stand in the head; a line of text that is nothing but a non-public mark counts anywhere in the document. The
    steps of the Beratungsfolge, the lines ``agenda`` of the head, carry marks of their own: they speak for the paper only
    if all agree. The announcement of a sitting carries those of the items it lists; rules (Geschäftsordnung, Satzung) speak
    about non-public sittings. Minutes that hold a non-public item are not public as a whole.
    """
    by_step = {step.public for step in steps}
    free = [line for at, line in enumerate(head) if at not in agenda]
    if {True, False} <= by_step:
        lines = _without_marks_of_steps(lines, agenda)
    if kind in _ANNOUNCEMENTS and any(_PUBLIC_PART.match(part) for part in parts_of(lines)):
        free, lines = _of_itself(free), _of_itself(lines)
    if kind in (None, "Satzung") and _are_rules(lines):
        free, lines = _around_rules(free), _around_rules(lines)
    marks = [read_mark(part) for part in parts_of(free)]
    marks += [_status(value) for value in read_fields(free)["status"]]
    marks += labelled_marks(free)
    if any(_is_lone_mark(line) for line in lines):
        marks.append(False)
    if kind in _MINUTES and any(_NOT_PUBLIC_ITEM.match(line.text) for line in lines):
        marks.append(False)
    if len(by_step) == 1:
        marks += by_step
    return strictest(marks)


def _without_marks_of_steps(lines: Sequence[Line], agenda: range) -> list[Line]:
    """Without what stands in the rows of a Beratungsfolge that ran together: "17.02.2025 nichtöffentlich"."""
    first_row = next((at for at in agenda if DATE.search(lines[at].text)), agenda.stop)
    rows = range(first_row, agenda.stop)
    return [line for at, line in enumerate(lines) if at not in rows or not _is_mark_of_step(line)]


def _is_mark_of_step(line: Line) -> bool:
    return bool(_NOT_PUBLIC_WORD.search(line.text)) and not _LABELLED_MARK.match(line.text)


def _of_itself(lines: Sequence[Line]) -> list[Line]:
    """The lines of an announcement without its agenda, and without a line that says the sitting has both parts.

    A labelled status and a stamp ("Vertraulich") count wherever they stand.
    """
    start = next((at for at, line in enumerate(lines) if _ITEMS_BEGIN.match(line.text)), len(lines))
    behind = [line for line in lines[start:] if _LABELLED_MARK.match(line.text) or not _PUBLIC_WORD.search(line.text)]
    own = [*lines[:start], *behind]
    return [line for line in own if _LABELLED_MARK.match(line.text) or not _BOTH_PARTS.search(line.text)]


def _are_rules(lines: Sequence[Line]) -> bool:
    """Whether the title says so and paragraphs follow."""
    titled = any(_RULES_TITLE.match(line.text) for line in lines[:_TITLE_LINES])
    return titled and sum(bool(_PARAGRAPH.match(line.text)) for line in lines) >= _FEWEST_PARAGRAPHS


def _around_rules(lines: Sequence[Line]) -> list[Line]:
    """The lines above the first paragraph, and those among the paragraphs that can be nothing but a stamp.

    No stamp is what belongs to an enumeration, a paragraph's title, or the middle of a sentence.
    """
    start = next((at for at, line in enumerate(lines) if _PARAGRAPH.match(line.text)), len(lines))
    stamps = [line for above, line in pairwise(lines[max(start - 1, 0) :]) if _can_be_stamp(line, above)]
    return [*lines[:start], *stamps]


def _can_be_stamp(line: Line, above: Line) -> bool:
    if _LABELLED_MARK.match(line.text) or _ONLY_MARK.fullmatch(line.text):
        return True
    text = line.text.lstrip(" -–(*[|")
    is_title = _PARAGRAPH.match(text) or _ONLY_PARAGRAPH.match(above.text)
    within_sentence = text[:1].islower() and not _NOT_PUBLIC_WORD.match(text) and not _CONFIDENTIAL_WORD.match(text)
    return _is_lone_mark(line) and not (line.item or is_title or within_sentence or _OF_AN_ENUMERATION.match(line.text))


def strictest(marks: Collection[bool | None]) -> bool | None:
    """What several marks say together: one non-public mark outweighs all others.

    >>> strictest([True, None, False]), strictest([None, True]), strictest([None])
    (False, True, None)
    """
    if False in marks:
        return False
    return True if True in marks else None


def read_mark(part: str) -> bool | None:
    """What a line or cell says of itself: public (True), not public (False), or nothing (None).

    >>> [read_mark(part) for part in ("öffentlich", "Nicht-öffentliche Sitzung", "Ausschuss für öffentliche Ordnung")]
    [True, False, None]
    """
    if _SPACED.fullmatch(part):  # "n i c h t ö f f e n t l i c h"
        part = part.replace(" ", "")
    if answer := _ANSWER.match(part):
        agreed = answer["said"].casefold() == "ja"
        if answer["not"]:  # "nichtöffentlich: nein" is no promise that all of it is public
            return False if agreed else None
        return agreed
    if _BOX.search(part) and _PUBLIC_WORD.search(part):
        return _is_ticked_public(part)
    if _NOT_PUBLIC_MARK.search(part):
        return False
    return True if len(part) <= _LONGEST_PUBLIC_MARK and _PUBLIC_MARK.match(part) else None


def _is_lone_mark(line: Line) -> bool:
    return not line.cells and len(line.text) <= _LONGEST_LONE_MARK and read_mark(line.text) is False


def _is_ticked_public(part: str) -> bool:
    """A line of boxes; each stands before its word if the line begins with one, else behind it.

    Nothing ticked is not public.
    """
    pieces = [piece.strip() for piece in _BOX.split(part)]
    words, boxes = pieces[0::2] if pieces[0] else pieces[2::2], pieces[1::2]
    ticked = [word for word, box in zip(words, boxes, strict=False) if _PUBLIC_WORD.search(word) and _TICK.search(box)]
    return bool(ticked) and not any(_NOT_PUBLIC_WORD.search(word) for word in ticked)


def _status(value: str) -> bool | None:
    """The value behind "Status:", where single letters count as well.

    >>> [_status(value) for value in ("Ö", "N", "öffentlich", "nicht öffentlich", "nein", "in Bearbeitung")]
    [True, False, True, False, False, None]
    """
    if read_mark(value) is False or _NOT_PUBLIC_STATUS.match(value):
        return False
    said_public = re.match(r"(?:öffentlich(?:\b|e[rs]? )|(?:ö|ja)\W*$)", value, re.IGNORECASE)
    return True if said_public and not _NOT_PUBLIC_WORD.search(value) else None
