"""Dates as German papers write them: 13.06.2022, 13. Juni 2022, 2022-06-13, and months: Juni 2022."""

from __future__ import annotations

import re
from datetime import date

MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
DATE = re.compile(
    rf"(?<![\d.])(?:(?P<d>\d{{1,2}})\.\s?(?:(?P<m>\d{{1,2}})\.|(?P<n>{'|'.join(MONTHS)}))\s?(?P<y>\d{{4}})"
    rf"|(?P<iso>\d{{4}}-\d\d-\d\d))(?!\d)"
)
MONTH = re.compile(rf"\b(?P<n>{'|'.join(MONTHS)})\s(?P<y>\d{{4}})(?!\d)")


def parse_date(found: re.Match[str] | None) -> date | None:
    """The date of a match of DATE; None for no match and for a day that no calendar has."""
    if found is None:
        return None
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        month = MONTHS.index(found["n"]) + 1 if found["n"] else int(found["m"])
        return date(int(found["y"]), month, int(found["d"]))
    except ValueError:  # 31.02.2022
        return None
