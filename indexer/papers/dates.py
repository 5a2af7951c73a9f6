"""The paper's own date; never that of a sitting, of a receipt, or of a paper it refers to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain, pairwise

from indexer.dates import DATE, parse_date
from indexer.papers.kinds import WORKS
from indexer.papers.lines import Fields, Line, label_of, parts_of
from indexer.papers.people import is_signature

PLACE_AND_DATE = re.compile(
    rf"[A-ZÄÖÜ][\w()./ -]{{2,40}}, (?:den |der |am )?{DATE.pattern}\.?(?=$| gez\.| (?:nicht)?öffentlich$)"
)
_CLOSING = re.compile(rf".*[.!] [A-ZÄÖÜ][\w-]{{2,30}}, den {DATE.pattern}\.?$")  # run into the last paragraph
_OFFICE_AND_DATE = re.compile(
    r"(?:Dezernat|Amt|Fachbereich|Fachdienst|Stabsstelle|Telefon|Tel\.|Auskunft|Az|Aktenzeichen)"
    rf".{{0,120}}?\s{DATE.pattern}$"
)
_ISSUED = re.compile(rf"(?:Vom|(?:Meldung|\w*[Mm]itteilung|\w*[Bb]escheid) vom) {DATE.pattern}$")  # not "Beschluss vom"
_DATE_ALONE = re.compile(rf"{DATE.pattern}$")
_SIGNATURE_LINES = 8


def read_date(fields: Fields, top: Sequence[Line], tail: Sequence[Line], kind: str | None) -> date | None:
    """Labelled; or behind a place ("Darmstadt, den 27.02.2020"); or closing an office's line; or alone on a line.

    A plan or a Satzung, which is no numbered paper, also has the date of its "Stand".
    """
    first, last = parts_of(top), parts_of(tail[-_SIGNATURE_LINES:])
    labelled = [*fields["date"], *(fields["as_of"] if kind in WORKS else ())]
    printed = (
        pattern.match(part)
        for pattern, parts in (
            (PLACE_AND_DATE, first),
            (_ISSUED, first),
            (_OFFICE_AND_DATE, first),
            (_DATE_ALONE, list(_not_labelled(top))),
            (PLACE_AND_DATE, last),
            (_CLOSING, last),
            (_DATE_ALONE, list(_above_signature(tail[-_SIGNATURE_LINES:]))),
        )
        for part in parts
    )
    found = chain((DATE.search(value[:40]) for value in labelled), printed)
    return next((day for match in found if (day := parse_date(match))), None)


def _not_labelled(lines: Sequence[Line]) -> Iterator[str]:
    """Parts that are not the value of another label: of "Eingang", "Termin", "Stand"."""
    for before, part in pairwise(["", *parts_of(lines)]):
        if label_of(before) not in ("other", "as_of"):
            yield part


def _above_signature(tail: Sequence[Line]) -> Iterator[str]:
    """The last line, and those that a signature follows; a date elsewhere at the end may be a table's cell."""
    for line, following in pairwise([*tail, Line("")]):
        if not line.cells and (not following.text or is_signature(following.text)):
            yield line.text
