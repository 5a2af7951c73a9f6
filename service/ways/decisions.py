"""A way of answering: what was decided, by whom, when and with which votes; or that only a proposal is known.

question of procedure -> the paper meant -> its results, each with the words that say so -> else what is proposed, and that no
result is in the documents. Only a result, an extract or minutes count as a decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from indexer import links
from indexer.dates import DATE, MONTHS
from indexer.domain import Consultation, Document
from indexer.generation import paper_id
from indexer.papers.minutes import KINDS as MINUTES
from indexer.sentences import sentence_spans
from service.drafts import Asked, Draft, Said
from service.evidence.finder import coverage
from service.proposals import proposal_of, voice
from service.questions import Language
from service.texts import say
from service.ways.gremien import names_gremium, same_gremium
from service.ways.meant import Subject, documents_of, matter, subject
from service.ways.results import Result, of_section, results, steps_of
from service.ways.spots import cited, row_of

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
    r"|\bwas (?:hat|haben|wurde|ist)\b.*\b(?:beschlossen|entschieden|empfohlen|geworden)\b"
    r"|\bwas (?:wurde|wird|ist)\b.*\baus de[rmn]\b"
    rf"|^kam(?:en)?\b.*\bdurch\b"
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
_REPORTED = re.compile(
    r"\b(?:hat|haben|wurden?|hatte|ist|am)\b.*\b(?:beschlossene?n?|gefasst|zugestimmt|verabschiedet|genehmigt|abgelehnt|gebilligt)\b"
    r"|\bbeschloss\b|\bbeschlossene[nr]?\b",
    re.IGNORECASE | re.DOTALL,
)
_OF_PLACE = re.compile(
    r"\b(?:[Rr]at|\w+rat|Kreistag|Ausschuss|\w+ausschuss|[Cc]ouncil)(?:e?s)? "
    r"(?:in|von|der (?:Stadt|Gemeinde)|des (?:Land)?[Kk]reises|of) (?P<place>(?!Land|Kreis|Stadt|Gemeinde)[A-ZÄÖÜ][\w-]+)"
)
_ASK = ("proposed", "moved")  # voices that ask for a decision
_COUNT_ASKED = re.compile(r"\bwie ?viele?n?\b|\bhow many\b|\bwelche[rmn] (?:Stimmenverhältnis|Stimmenzahl)", re.IGNORECASE)
_COUNTED = re.compile(  # a date or the number of an item is no count
    r"\d\s?(?:Ja|Nein|Gegen|Enthalt|Stimmen)|\d+ (?:zu|gegen) \d|\d+ \| \d+|(?:Ja|Nein)\W{1,3}\d", re.IGNORECASE
)
_BY_GROUP = re.compile(  # how whom voted is hardly ever printed, and never in a result
    r"Fraktion\w* .*\b(?:ab)?gestimmt\b|stimmten die .*Fraktion|\bwer (?:hat|stimmte) .*\b(?:dagegen|dafür)\b"
    r"|\b(?:groups?|parties) .*vote",
    re.IGNORECASE,
)
_MATTER = 0.6  # share of what is asked about that a reported decision must hold
_LONGEST_TITLE = 90
_VOTES_ASKED = re.compile(r"abgestimmt|stimmen|stimmte|abstimmung|votum|mehrheit|votes?\b|voted", re.IGNORECASE)
_ENGLISH_MONTHS = "January February March April May June July August September October November December".split()


def decisions(asked: Asked) -> Draft | None:
    """A way of answering, see drafts.py."""
    question = asked.question
    if not _DECIDES.search(question.text) or _BY_GROUP.search(question.text) or _is_told(asked):
        return None
    wanted = list(dict.fromkeys((*question.organizations, *names_gremium(question.text))))
    meant = subject(
        asked, lambda documents: any(_fits(s.organization, s.date, wanted, asked) for s in steps_of(asked.generation, documents))
    )
    if meant is None or _is_elsewhere(question.text, meant):
        return None
    documents = meant.documents
    known = results(asked.generation, documents) if documents else []
    known += [result for section in meant.sections for result in of_section(asked.generation, section)]
    fitting = [r for r in known if _fits(r.organization, r.date, wanted, asked)]
    told = sorted((r for r in fitting if r.places), key=_weight, reverse=True)[:_MOST]
    recorded = [r for r in fitting if not r.places]
    named = "" if meant.surely else say("led_paper", question.language, title=_short(documents, meant))
    said = [one for result in told for one in _said(result, question.language)][:_MOST]
    if said and named:
        said[0] = replace(said[0], lead=f"{named} {said[0].lead}")
    missing = _missing(asked, documents, known, wanted) if documents else []
    notices = list(_recorded(recorded, question.language))
    uncounted = _COUNT_ASKED.search(question.text) and not any(_COUNTED.search(r.places[0].quote) for r in told)
    if said and not missing:
        notices += [say("no_count", question.language)] if uncounted else []
        return Draft("partly_answered" if uncounted else "answered", tuple(said), tuple(notices))
    if not documents:
        return None
    return _undecided(asked, documents, said, recorded, missing, [r for r in known if r.places and r not in told], named)


def of_proposals(asked: Asked, draft: Draft) -> Draft:
    """A draft of the common way, with each proposal called one, and with what became of the first of them."""
    language = asked.question.language
    said = [_voiced(one, language) for one in draft.said]
    proposed = next((one.citations[0] for one in said if one.text is None and one.citations[0].voice in _ASK), None)
    if proposed is None:
        return draft
    documents = documents_of(asked.generation, proposed.passage.document)
    known = [r for r in results(asked.generation, documents) if r.kind != "recommended"]
    cited_already = {(c.passage.document.id, c.start) for one in said for c in one.citations}
    told = [r for r in known if r.places and (r.places[0].passage.document.id, r.places[0].start) not in cited_already]
    outcome = [next(_said(result, language)) for result in sorted(told, key=_weight)[-1:]]
    recorded = [] if told else [r for r in known if not r.places]
    kept = said[: _MOST - len(outcome)]
    if proposed not in [one.citations[0] for one in kept]:  # no room: the proposal stays called one
        kept, outcome = said, []
    became = list(_recorded(recorded, language))
    if not known and say("lacks_result", language) not in draft.notices:
        became = [say("proposal_open", language)]
    return replace(draft, said=(*kept, *outcome), notices=(*draft.notices, *became))


def _voiced(one: Said, language: Language) -> Said:
    """With what a quotation is before it, if it only proposes."""
    found = one.citations[0].voice if one.text is None else None
    return replace(one, lead=f"{one.lead} {say(f'led_{found}', language)}".strip()) if found else one


def _is_told(asked: Asked) -> bool:
    """Whether a passage reports a dated decision on the very matter of a question for the day, which is then quoted."""
    if asked.question.wants != "date":
        return False
    terms = matter(asked)
    for hit in asked.hits:
        text = hit.passage.document.text
        for start, end in sentence_spans(text, hit.passage.start, hit.passage.end):
            sentence = text[start:end]
            if _REPORTED.search(sentence) and DATE.search(sentence) and coverage(asked.generation, terms, sentence) >= _MATTER:
                return True
    return False


def _is_elsewhere(text: str, meant: Subject) -> bool:
    """Whether the question speaks of the Gremium of a place that the paper is not of."""
    documents = [*meant.documents, *(section.document for section in meant.sections)]
    own = " ".join(
        (documents[0].paper.body or "", *(s.organization for d in documents for s in d.paper.consultations))
    ).casefold()
    return any(found["place"].casefold().rstrip("s")[:6] not in own for found in _OF_PLACE.finditer(text))


def _short(documents: Sequence[Document], meant: Subject) -> str:
    speaking = [d for d in documents if d.paper.paper_type not in (None, "Anlage", *MINUTES)] or documents
    title = links.main_document(speaking).title if documents else meant.sections[0].heading
    return title if len(title) <= _LONGEST_TITLE else f"{title[:_LONGEST_TITLE].rsplit(' ', 1)[0]} …"


def _fits(organization: str, day: date | None, wanted: Sequence[str], asked: Asked) -> bool:
    """Whether a step is of the Gremium and of the time that the question names, if it names them."""
    period = asked.question.period
    if period and day and ((period.start and day < period.start) or (period.end and day > period.end)):
        return False
    return not wanted or any(same_gremium(name, organization) for name in wanted)


def _weight(result: Result) -> tuple[bool, str]:
    """The deciding Gremium first, and of these the latest."""
    return result.kind in ("decided", "rejected"), str(result.date or "")


def _said(result: Result, language: Language) -> Iterator[Said]:
    where = _where(result.organization, result.date, language)
    yield Said(result.places, lead=say(f"led_{result.kind}", language, where=where))
    if result.resolution:
        yield Said((result.resolution,), lead=say("led_wording", language))


def _missing(asked: Asked, documents: Sequence[Document], known: Sequence[Result], wanted: Sequence[str]) -> list[Consultation]:
    """The sitting that is meant and has no result: of the Gremium that is named; else the last, if nothing is decided."""
    done = [r for r in known if not wanted or any(same_gremium(name, r.organization) for name in wanted)]
    if any(r.kind != "recommended" or wanted for r in done if _fits(r.organization, r.date, wanted, asked)):
        return []
    steps = [
        step
        for step in steps_of(asked.generation, documents)
        if not step.result and _fits(step.organization, step.date, wanted, asked)
    ]
    return steps[-1:]


def _undecided(
    asked: Asked,
    documents: Sequence[Document],
    said: Sequence[Said],
    recorded: Sequence[Result],
    missing: Sequence[Consultation],
    others: Sequence[Result],
    named: str,
) -> Draft | None:
    """What is known where the result that is asked for is not in the texts: the sitting's row, other results, the proposal."""
    language, generation = asked.question.language, asked.generation
    found: list[Said] = []
    main = links.main_document([d for d in documents if paper_id(d) == paper_id(documents[0])])
    for step in missing:
        row = row_of(generation, documents, step)
        if row and not recorded:
            empty = bool(_VOTES_ASKED.search(asked.question.text)) and bool(re.search(r"\|\s*\|\s*$", row.quote))
            key = "no_votes" if empty else "no_result_of"
            found.append(Said((row,), say(key, language, where=_where(step.organization, step.date, language).strip(" ()"))))
    found += said or [one for result in sorted(others, key=_weight, reverse=True)[:2] for one in _said(result, language)][:2]
    if proposal := _proposal(asked, main):
        found.append(proposal)
    if not found:
        return None
    if named and found[0].text is None and not found[0].lead.startswith(named):
        found[0] = replace(found[0], lead=f"{named} {found[0].lead}")
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
    return (
        f"{day.day}. {MONTHS[day.month - 1]} {day.year}"
        if language == "de"
        else f"{day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"
    )
