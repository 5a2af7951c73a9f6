"""What became of a paper, from the results of its Beratungsfolge alone: a Beschlussvorschlag is no decision.

outcome_of says it of one step, status_of of the whole paper. A result that says neither consent nor refusal ("erledigt",
"keine Abstimmung", "vorberaten") is none, for an answer must not say more than the paper does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from indexer.domain import Consultation, Paper

Outcome = Literal["decided", "rejected", "recommended", "noted", "postponed", "none"]
Status = Literal["decided", "recommended", "rejected", "postponed", "noted", "proposed", "open"]

_NOT = r"(?:nicht|keine[rn]?)\s(?:\w{1,20}\s)?"
_REFUSED = re.compile(
    rf"abgelehnt|ablehn|zurückgewiesen|keine mehrheit|{_NOT}(?:beschlossen|zugestimmt|zustimmung|angenommen|empfohlen|gefolgt)",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"vertag|zurückgestell|zurückgezogen|abgesetzt|verwiesen|überwiesen|nicht behandelt|nicht beraten|verschoben"
    r"|\bberatung im (?:fachgremium|arbeitskreis|\w*ausschu(?:ss|ß))|übergang zur tagesordnung",
    re.IGNORECASE,
)
_AGREED = re.compile(
    r"beschlossen|zugestimmt|zustimmung|angenommen|genehmigt|einverstanden|empfohlen|gefolgt|lt\. beschlussvorschlag"
    r"|laut beschlussvorschlag|gemäß beschlussvorschlag|wie vorgeschlagen",
    re.IGNORECASE,
)
_NOTED = re.compile(r"kenntnis", re.IGNORECASE)
_VOTED = re.compile(r"einstimmig|mehrheit", re.IGNORECASE)
_PREPARES = re.compile(r"vorberat|empfehl|empfohlen|anhörung|^beratung;", re.IGNORECASE)
_DISCUSSED = re.compile(r"(?:vor)?beraten\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"(?P<count>\d{1,3}|kein\w{0,2}|ein\w{0,2})[ :-]{0,2}(?P<vote>ja|nein)\b"
    r"|\b(?P<vote_before>ja|nein)[ :-]{1,3}(?P<behind>\d{1,3})\b",
    re.IGNORECASE,
)
_COUNCIL = re.compile(  # who decides in the end, not one of its committees
    r"(?!.*(?:ausschu(?:ss|ß)|beirat|ortsrat|ortschaftsrat))"
    r".*(?:kreistag|\brat\b|\w{3,20}rat\b|versammlung|vertretung|bürgerschaft|stadtparlament)",
    re.IGNORECASE,
)
_PROPOSALS = (
    *("Beschlussvorlage", "Entscheidungsvorlage", "Antragsvorlage"),
    *("Antrag", "Änderungsantrag", "Ergänzungsantrag"),
)


def outcome_of(step: Consultation) -> Outcome:
    """What a Gremium did. Consent that only prepares the decision of another is "recommended"; taking note is no consent.

    >>> outcome_of(Consultation("Kreistag", result="20 Ja-Stimmen, 5 Nein-Stimmen"))
    'decided'
    >>> outcome_of(Consultation("Sozialausschuss", role="Vorberatung", result="einstimmig"))
    'recommended'
    >>> outcome_of(Consultation("Kreistag", result="einstimmig zur Kenntnis genommen")), outcome_of(Consultation("Kreistag"))
    ('noted', 'none')
    """
    result, role = step.result or "", step.role or ""
    agreed = _AGREED.search(_REFUSED.sub("", result))  # of two motions one may be refused and the paper agreed to
    if not agreed and _REFUSED.search(result):
        return "rejected"
    if not agreed and _DELAYED.search(result):
        return "postponed"
    if not agreed and (_NOTED.search(result) or (_NOTED.search(role) and _VOTED.search(result))):
        return "noted"
    carried = _majority(result)
    if not agreed and carried is False:
        return "rejected"
    if not (agreed or carried or _VOTED.search(result)):
        return "none"
    return "recommended" if _PREPARES.search(f"{role}; {result}") else "decided"


def _majority(result: str) -> bool | None:
    """Whether the counted votes carry: "23 Ja, 2 Nein", "Ja: 23, Nein: 2"; a draw does not. None: nothing counted."""
    votes = {"ja": 0, "nein": 0}
    found = list(_COUNTED.finditer(result))
    for vote in found:
        count = (vote["count"] or vote["behind"]).casefold()
        number = int(count) if count.isdigit() else int(count.startswith("ein"))
        votes[(vote["vote"] or vote["vote_before"]).casefold()] += number
    return votes["ja"] > votes["nein"] if found else None


def status_of(paper: Paper) -> Status:
    """The state after the last step that has a result.

    Consent of a committee is "recommended" as long as the council behind it has said nothing. Without a result a paper that
    asks for a decision is "proposed", any other "open".
    """
    told = [step for step in paper.consultations if step.result]
    last = max(told, key=_day, default=None)
    if last is None or _DISCUSSED.match(last.result or ""):
        return "proposed" if paper.paper_type in _PROPOSALS else "open"
    outcome = outcome_of(last)
    if outcome == "none":  # dealt with, in a way that is neither consent nor refusal
        return "open"
    if outcome == "decided" and _council_is_awaited(paper.consultations, last):
        return "recommended"
    return outcome


def _council_is_awaited(steps: Sequence[Consultation], last: Consultation) -> bool:
    later = (step for step in steps if step.result is None and (step.date is None or _day(step) >= _day(last)))
    return not _COUNCIL.match(last.organization) and any(_COUNCIL.match(step.organization) for step in later)


def _day(step: Consultation) -> str:
    return str(step.date or "")
