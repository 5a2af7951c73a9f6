"""Steps of a Beratungsfolge: the words each is made of, and those of a table with cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from indexer.dates import DATE, parse_date
from indexer.domain import Consultation
from indexer.papers.lines import EMPTY, LABEL_ORNAMENTS, Line
from indexer.papers.publicity import NOT_PUBLIC, strictest

COUNCIL = re.compile(
    r"[A-ZÄÖÜ][\w-]{0,40}"
    r"(?:ausschu(?:ss|ß)|beirat|rat|kommission|versammlung|vorstand|tag|vertretung|gremium|fraktion\w*)\b"
    r"|(?:Rat|Ausschuss|Ausschuß|Beirat|Kommission|Senat|Magistrat|AG)\b"
)
ROLE = re.compile(
    r"(?:Beratung und (?:Empfehlung|Beschlussfassung|Beschluss-)|Vorberatung|Entscheidung|Anhörung|Kenntnisnahme"
    r"|Beschlussfassung|Beschluss-|Empfehlung|Beratung|Information)(?!\w)"
)
RESULT = re.compile(
    r"(?:ein|mehr)(?:stimmig|heitlich)\w*(?:/ja|/nein| \w{4,20}(?:en|t)\b)?|\d{1,3}[ -]?(?:Ja|Nein)\b.{0,80}"
    r"|(?:zur )?Kenntnis(?: |ge)genommen|(?:un)?(?:ge|ver)ändert beschlossen|vorberaten|empfohlen|zugestimmt"
    r"|angenommen|abgelehnt|beschlossen|vertagt|zurückgestellt|zurückgezogen|abgesetzt|verwiesen|erledigt"
    r"|keine abstimmung",
    re.IGNORECASE,
)
STEP_MARK = re.compile(rf"(?P<not>{NOT_PUBLIC}|\bn\.?ö\.?(?!\w)|(?-i:\bN\b))|öffentlich|(?-i:\bÖ\b)", re.IGNORECASE)
ITEM = re.compile(r"(?:TOP )?(?:[ÖNöna] ?)?\d{1,3}(?:\.\d{1,3}){0,3}(?![\w.])")
_ITEM_CELL = re.compile(r"(?:TOP )?[ÖN] ?\d[\d.]*")  # with its letter; a bare number may be anything
_LONGEST_RESULT = 40  # characters of a result on a line of its own

_COLUMNS = {
    "organization": r"gremium|gremien|beratungsfolge|ausschuss",
    "date": r"termin|datum|sitzung\w*",
    "item": r"top|tagesordnungspunkt",
    "public": r"status|öffentlichkeit|ö/n|öffentlich/nicht\s?öffentlich",
    "ö": r"ö|öffentlich",
    "nö": r"nö|n|nicht\s?-?öffentlich",
    "role": r"zuständigkeit|beratungsart|stand|art|rolle|aktion|zweck",
    "result": r"ergebnis|abstimmung|abstimmungsergebnis|beratungsergebnis|beschluss",
    "Ja": r"ja",
    "Nein": r"nein",
    "Enthaltungen": r"enthalt\w*\.?",
}


def is_column(text: str) -> bool:
    """Whether a line is nothing but a column's head."""
    return _column(text) is not None


def is_rest_of_step(text: str) -> bool:
    """Whether a line is nothing but the role or the result of a step; never a mark, which may be the paper's own."""
    return bool(ROLE.fullmatch(text) or (len(text) <= _LONGEST_RESULT and RESULT.match(text)))


def steps_of_table(rows: Sequence[Line]) -> list[Consultation]:
    """A step for each row with a council; columns by their heads, and by what a cell holds where heads are missing."""
    columns: dict[int, str] = {}
    steps: list[Consultation] = []
    for row in rows:
        named = {at: column for at, cell in enumerate(row.cells) if (column := _column(cell))}
        if named and not DATE.search(row.text):
            columns |= named
        elif step := _step_of_row(row, columns):
            steps.append(step)
    return steps


def _column(cell: str) -> str | None:
    plain = cell.strip(LABEL_ORNAMENTS).casefold()
    return next((column for column, form in _COLUMNS.items() if re.fullmatch(form, plain)), None)


def _step_of_row(row: Line, columns: Mapping[int, str]) -> Consultation | None:
    cells = {columns.get(at, ""): cell for at, cell in enumerate(row.cells) if cell}
    rest = [cell for cell in row.cells if cell and not DATE.search(cell) and not _is_mark(cell)]
    organization = _organization(row, cells, rest)
    if organization is None:
        return None
    return Consultation(
        organization,
        parse_date(DATE.search(row.text)),
        _row_is_public(row, cells),
        role=cells.get("role") or next((cell for cell in rest if ROLE.match(cell)), None),
        result=_row_result(cells, [cell for cell in rest if cell != organization]),
        agenda_item=cells.get("item") or next((cell for cell in rest if _ITEM_CELL.fullmatch(cell)), None),
    )


def _organization(row: Line, cells: Mapping[str, str], rest: Sequence[str]) -> str | None:
    """A cell that reads like a council. In a dated row also what stands in its column, or else the first words."""
    if council := next((cell for cell in rest if COUNCIL.search(cell)), None):
        return council
    if len(row.cells) == 1 or not DATE.search(row.text):
        return None
    return cells.get("organization") or next((cell for cell in rest if len(cell) > 3 and not cell[0].isdigit()), None)


def _mark(cell: str) -> re.Match[str] | None:
    return STEP_MARK.fullmatch(cell.strip(" ()"))


def _is_mark(cell: str) -> bool:
    return _mark(cell) is not None or cell.casefold() == "x"


def _row_is_public(row: Line, cells: Mapping[str, str]) -> bool | None:
    """By a mark in any cell, or by a cross under "ö" or "nö"; contradictory is non-public."""
    marks = [not mark["not"] for cell in row.cells if (mark := _mark(cell))]
    marks += [said for column, said in (("ö", True), ("nö", False)) if cells.get(column)]
    return strictest(marks)


def _row_result(cells: Mapping[str, str], rest: Sequence[str]) -> str | None:
    """As printed; counted votes as "23 Ja, 2 Nein". An empty cell is no result."""
    if votes := _votes(cells):
        return votes
    printed = cells.get("result") or next((cell for cell in rest if RESULT.match(cell)), "")
    return None if EMPTY.match(printed) else printed


def _votes(cells: Mapping[str, str]) -> str:
    votes = (f"{cells[name]} {name}" for name in ("Ja", "Nein", "Enthaltungen") if re.fullmatch(r"\d{1,3}", cells.get(name, "")))
    return ", ".join(votes)


def counted_votes(heads: Line, row: Line) -> str:
    """The votes in a row of a table with such heads: "23 Ja, 2 Nein"; with the result if it has a column, "" if none."""
    cells = {_column(head) or "": cell for head, cell in zip(heads.cells, row.cells, strict=False)}
    votes, result = _votes(cells), cells.get("result", "")
    return f"{result} ({votes})" if votes and not EMPTY.match(result) else votes
