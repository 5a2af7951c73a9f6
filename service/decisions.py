"""A way of answering: what was decided, by whom, when and with which votes; or that only a proposal is known.

question of procedure -> the paper meant -> its results, each with the words that say so -> else what is proposed, and that no
result is in the documents. Only a result, an extract or minutes count as a decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from indexer import links
from indexer.dates import MONTHS
from indexer.domain import Consultation, Document
from indexer.generation import paper_id
from indexer.papers.minutes import KINDS as MINUTES
from service.drafts import Asked, Citation, Draft, Said
from service.meant import subject
from service.places import row_of
from service.proposals import proposal_of, voice
from service.questions import Language
from service.results import Result, cited, names_gremium, of_section, results, same_gremium
from service.texts import say

_MOST = 4
_DONE = (
    r"(?:be|ver)schlossen|beschieden|verabschiedet|gebilligt|genehmigt|bewilligt|zugestimmt|angenommen|abgelehnt|abgestimmt|gestimmt"
    r"|entschieden|befürwortet|empfohlen|vertagt|durchgekommen|abgesegnet|votiert|verblieben|umgegangen"
)
_DID = r"beschloss|verabschiedete|billigte|genehmigte|bewilligte|stimmten?|lehnten? .{3,200} ab|entschied(?:en)?|empfahl"
_DECIDES = re.compile(
    rf"^(?:hat|haben|wurden?|ist|sind|war|kam)\b.*\b(?:{_DONE})\b"
    rf"|\bwie (?:hat|haben|wurden?|ist|sind)\b.*\b(?:{_DONE})\b"
    rf"|\bwie (?:knapp |eindeutig |einig )?(?:stimmten?|entschied(?:en)?|fiel|ging|lief|endete|verlief|war|lautete?)\b"
    r".*(?:\b(?:Abstimmung|Votum|Entscheidung|Beschluss|Ergebnis)\b|\bstimmte|\bentschied)"
    rf"|^wie (?:stimmten?|entschied(?:en)?)\b"
    rf"|\bwas (?:hat|haben|wurde|ist)\b.*\b(?:beschlossen|entschieden|empfohlen|geworden)\b|\bwas wurde aus\b"
    rf"|\bwann (?:hat|haben|wurden?|ist)\b.*\b(?:{_DONE})\b|\bwann (?:{_DID})\b"
    rf"|\b(?:wer|welche[sr]? (?:Gremium|Ausschuss|Gremien)) (?:hat|haben)\b.*\b(?:{_DONE})\b"
    r"|\bmit (?:welche[rmn]|wie vielen|wieviel) (?:\w+ )?(?:Mehrheit|Stimmen|Ergebnis|Stimmenverhältnis|Stimmenzahl)\b"
    r"|\bwie ?viele (?:Ja-|Nein-|Gegen)?(?:Stimmen|Enthaltungen|Gegenstimmen|stimmten)\b"
    r"|^(?:did|has|have|was|were|is)\b.*\b(?:approved?|adopt(?:ed)?|reject(?:ed)?|accept(?:ed)?|decided?|vot(?:e|ed)|passed?)\b"
    r"|\bhow (?:did|has|was|were)\b.*\b(?:voted?|decided?|the vote)\b|\bwith how many votes\b|\bhow many votes\b"
    r"|\bwhat (?:did|was|has|became|happened)\b.*\b(?:decided?|become|of the (?:motion|proposal|paper)|adopt(?:ed)?)\b"
    r"|\bwhen (?:was|were|did)\b.*\b(?:approved?|adopt(?:ed)?|reject(?:ed)?|decided?|passed?)\b"
    r"|\b(?:who|which (?:committee|council|body)) (?:approved|adopted|rejected|decided)\b",
    re.IGNORECASE,
)
_VOTES_ASKED = re.compile(r"abgestimmt|stimmen|stimmte|abstimmung|votum|mehrheit|votes?\b|voted", re.IGNORECASE)
_ENGLISH_MONTHS = "January February March April May June July August September October November December".split()


def decisions(asked: Asked) -> Draft | None:
    """A way of answering, see drafts.py."""
    question = asked.question
    if not _DECIDES.search(question.text):
        return None
    meant = subject(asked)
    if meant is None:
        return None
    documents, parts = meant
    known = results(asked.generation, documents) if documents else []
    known += [result for part in parts for result in of_section(asked.generation, part)]
    wanted = [name for name in names_gremium(question.text) if name.casefold() != "ausschuss"]
    fitting = [r for r in known if _fits(r, wanted, asked)]
    told = sorted((r for r in fitting if r.places), key=_weight, reverse=True)[:_MOST]
    if not told and parts:
        return None
    open_steps = [] if parts else _open_steps(asked, documents, known, wanted)
    said = [one for result in told for one in _said(result, question.language)][:_MOST]
    recorded = [r for r in fitting if not r.places]
    if said and not open_steps:
        return Draft("answered", tuple(said), tuple(_recorded(recorded, question.language)))
    return _undecided(asked, documents, said, recorded, open_steps, [r for r in known if r.places and r not in told])


def _fits(result: Result, wanted: Sequence[str], asked: Asked) -> bool:
    """Whether a result is of the Gremium and of the time that the question names, if it names them."""
    period = asked.question.period
    if period and result.date:
        if (period.start and result.date < period.start) or (period.end and result.date > period.end):
            return False
    return not wanted or any(same_gremium(name, result.organization) for name in wanted)


def _weight(result: Result) -> tuple[bool, str]:
    """The deciding Gremium first, and of these the latest."""
    return result.kind in ("decided", "rejected"), str(result.date or "")


def _said(result: Result, language: Language) -> Iterator[Said]:
    where = _where(result.organization, result.date, language)
    yield Said(result.places, lead=say(f"led_{result.kind}", language, where=where))
    if result.resolution:
        yield Said((result.resolution,), lead=say("led_wording", language))


def _open_steps(
    asked: Asked, documents: Sequence[Document], known: Sequence[Result], wanted: Sequence[str]
) -> list[Consultation]:
    """Sittings that the question means and that have no result: those of the Gremium it names; else the last, if none decided."""
    groups = {paper_id(d): [e for e in documents if paper_id(e) == paper_id(d)] for d in documents}
    steps = [step for group in groups.values() for step in links.consultations(asked.generation, group)]
    open_ = [s for s in steps if not s.result and not any(r.date == s.date and same_gremium(r.organization, s.organization) for r in known)]
    if wanted:
        of_wanted = [s for s in open_ if any(same_gremium(name, s.organization) for name in wanted)]
        has_result = any(same_gremium(name, r.organization) for r in known for name in wanted)
        return [] if has_result else of_wanted[-1:]
    return [] if any(r.kind in ("decided", "rejected", "result", "noted") for r in known) else open_[-1:]


def _undecided(
    asked: Asked,
    documents: Sequence[Document],
    said: Sequence[Said],
    recorded: Sequence[Result],
    open_steps: Sequence[Consultation],
    others: Sequence[Result],
) -> Draft | None:
    """What is known where the result that is asked for is not in the texts: the sitting's row, other results, the proposal."""
    language, generation = asked.question.language, asked.generation
    found: list[Said] = []
    main = links.main_document([d for d in documents if paper_id(d) == paper_id(documents[0])])
    for step in open_steps:
        row = row_of(generation, documents, step)
        if row and not recorded:
            empty = bool(_VOTES_ASKED.search(asked.question.text)) and bool(re.search(r"\|\s*\|\s*$", row.quote))
            key = "no_votes" if empty else "no_result_of"
            found.append(Said((row,), say(key, language, where=_where(step.organization, step.date, language).strip(" ()"))))
    found += said or [one for result in sorted(others, key=_weight, reverse=True)[:2] for one in _said(result, language)][:2]
    proposal = _proposal(asked, main)
    if proposal:
        found.append(proposal)
    if not found:
        return None
    notices = list(_recorded(recorded, language))
    if not notices and not any(one.text for one in found):
        notices.append(say("no_result", language))
    return Draft("partly_answered", tuple(found[:_MOST]), tuple(notices))


def _proposal(asked: Asked, document: Document) -> Said | None:
    span = proposal_of(document)
    if span is None or document.paper.paper_type in MINUTES:
        return None
    key = voice(document, *span) or "proposed"
    return Said((cited(asked.generation, document, *span),), lead=say(f"led_{key}", asked.question.language))


def _recorded(recorded: Sequence[Result], language: Language) -> Iterator[str]:
    """What only the record says. It has no place in a text, so it is told apart from what is cited."""
    for result in recorded[-_MOST:]:
        where = _where(result.organization, result.date, language).strip(" ()")
        yield say("recorded", language, where=where, result=result.words)


def _where(organization: str, day: date | None, language: Language) -> str:
    return f" ({', '.join(filter(None, (organization, spoken(day, language))))})" if organization or day else ""


def spoken(day: date | None, language: Language) -> str:
    if day is None:
        return ""
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}" if language == "de" else f"{day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"
