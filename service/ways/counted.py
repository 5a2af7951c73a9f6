"""What a counting question counts: "Wie viele Anträge der SPD zum Thema Pflege seit 2021?" -> kind, topic, group, period.

Only questions whose head is a kind of paper in the plural are of this kind: "Wie viele Kitaplätze fehlen?" asks for a number
that stands inside a paper, "Welche Vorlage regelt …?" for one paper. What is not sure is left to other ways of answering.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from indexer.german import STOP_WORDS, fold, stem, words
from service.periods import Period, period_of
from service.questions import Language, Names, Question


@dataclass(frozen=True)
class Kind:
    """A kind of paper as asked for. ``ending``: what its names end with, "" for any kind; ``said``: (singular, plural)."""

    ending: str
    prefix: str
    said: dict[Language, tuple[str, str]]

    def names(self, known: Sequence[str]) -> list[str]:
        """The kinds of the index that are meant: "Vorlagen" are those of every sort, "Anträge" no Änderungsanträge."""
        ending = [name for name in known if fold(name).endswith(self.ending)]
        own = [name for name in ending if self.prefix and fold(name).startswith(self.prefix)]
        exact = [name for name in ending if fold(name) == self.ending]
        return own or exact or ending


@dataclass(frozen=True)
class Counted:
    """Which papers are counted: those of the kind, within the period, that hold every word of the topic."""

    kind: Kind
    topic: tuple[str, ...]  # words as typed
    groups: tuple[str, ...]  # Fraktionen, as typed
    period: Period | None
    organization: str | None
    dealt_with: bool  # the period is that of the sittings, not of the papers


_KINDS: tuple[tuple[str, str, str, str, str, str], ...] = (  # pattern, ending, singular and plural in German, in English
    (r"antr(?:ä|ae)gen?|motions", "antrag", "Antrag", "Anträge", "motion", "motions"),
    (r"vorlagen|proposals", "vorlage", "Vorlage", "Vorlagen", "proposal", "proposals"),
    (r"anfragen|inquiries|enquiries", "anfrage", "Anfrage", "Anfragen", "inquiry", "inquiries"),
    (r"niederschriften|protokollen?|minutes", "niederschrift", "Niederschrift", "Niederschriften", "minutes", "minutes"),
    (r"drucksachen|dokumenten?|unterlagen|papieren?|papers|documents", "", "Vorlage", "Vorlagen", "paper", "papers"),
)
_HEAD = "|".join(pattern for pattern, *_ in _KINDS)
_BETWEEN = r"(?P<between>(?:(?!(?:der|von|dieser|davon|of)\b)[\w|/*-]+\s+){0,2}?)"
_OPENING = re.compile(
    r"^(?:(?:bitte|please)\s+)?(?:"
    r"(?:(?:in|zu|aus|von|bei|mit|zu)\s+)?(?:wie\s?viele[nr]?|welche[nr]?|was für|how many|(?:in )?which|what)"
    r"|(?:(?:nenn|list|zeig|such|find)\w*|show|name|give|alle|sämtliche|all)"
    r"(?:\s+(?:sie|mir|uns|bitte|me|us|alle|sämtliche|all|the|die)\b){0,4}"
    r"|(?:gibt es|liegen|are there)(?:\s+(?:schon|auch|bereits|noch|weitere|any)\b)*"
    rf")\s+{_BETWEEN}(?P<kind>(?P<prefix>[\w|/-]*?)(?P<head>{_HEAD}))(?![\w-])",
    re.IGNORECASE,
)
_PARTICULAR = re.compile(  # what stands in one paper, or in the life of citizens
    r"\b(?:laut|gemäß|nach Angaben|according to|davon|dieser|dieses|früheren?|vorherigen?|bewillig\w*|eingegangen|gingen|ging"
    r"|bearbeitet\w*|genehmigt\w*|abgelehnt\w*|beschlossen\w*|angenommen\w*|zugestimmt|verabschiedet\w*|vertagt\w*"
    r"|zurückgestellt\w*|zurückgezogen\w*|adopted|rejected|approved|passed|granted"
    r"|brauch\w*|benötig\w*|muss|müssen|erforderlich|notwendig|need|needed|required|must)\b"
    r"|\b(?:im|in der|in dem|aus der|aus dem|zur|zum|zu der|zu dem|gehör\w*)\s+(?:[\w.-]+\s)?"
    r"[\w-]*(?:vorlage|niederschrift|bericht|antrag|anfrage|protokoll|dokument|beschluss|drucksache)\b",
    re.IGNORECASE,
)
_ON_APPLICATION = re.compile(r"anträgen? auf\b", re.IGNORECASE)  # "Wie viele Anträge auf Wohngeld": made by citizens
_MADE_BY_COUNCIL = re.compile(  # what stands before "anträge" in words for a motion; else they are citizens' (Bauanträge)
    r"^(?:(?:haushalts|änderungs|ergänzungs|fraktions|prüf|dringlichkeits|eil|sach|geschäftsordnungs|zusatz)?|[\w|/]+-)$", re.I
)
_GENERIC_BETWEEN = re.compile(r"^(?:neue|neuen|neuesten|letzten|aktuellen|aktuelle|öffentlichen|alle|die)$", re.IGNORECASE)
_YEAR_OF = re.compile(
    r"\b(?:von|aus(?: dem Jahre?)?|of|from)\s+(?P<year>(?:19|20)\d\d)(?![/\d.-])"
    r"|\b(?P<year2>(?:19|20)\d\d)(?=\s+(?:gestellt|eingebracht|eingereicht|vorgelegt|geschrieben|beraten|behandelt|erschien"
    r"|gab|wurden))",
    re.IGNORECASE,
)
_CONSULTED = re.compile(r"\b(?:beraten|behandelt|befasst|auf der Tagesordnung|dealt with|discussed)\b", re.IGNORECASE)
_PARTY = r"(?:CDU|CSU|SPD|FDP|AfD|FW|FWG|ÖDP|BSW|Volt|KAL|Piraten|Grüne[nr]?|GRÜNE[NR]?|Linke[nr]?|LINKE[NR]?|B90)"
_GROUP = re.compile(
    rf"\b(?:Bündnis ?'?90/)?(?:[Dd]ie |DIE )?(?P<party>{_PARTY}|Freie[nr]? Wähler)(?!\w)"
    r"(?:[-/ ]?(?:\w*[Ff]raktion(?:en)?|Gruppe))?"
    r"|\b[Ff]raktion(?:en)?\s+(?:der\s+|die\s+)?(?:„|\")?(?P<name>[A-ZÄÖÜ][\w|/-]*(?:\s+[A-ZÄÖÜ][\w|/-]*)*)"
    r"|\b(?P<before>[A-ZÄÖÜ][\w|/]*)-(?:\w*[Ff]raktion(?:en)?|Gruppe)\b"
)
_FRAMING = frozenset(
    """anzahl zahl thema themen themenfeld themenbereich stichwort bereich frage fragen nummer nummern titel datum fraktion
    fraktionen gruppe jahr jahre jahren vorlage vorlagen antrag anträge überhaupt insgesamt zurzeit derzeit
    betreffen betrifft drehen handeln beschäftigen befassen gestellt eingebracht eingereicht vorgelegt vorliegen vorhanden
    behandeln behandelt beraten existieren kommt kommen vorkommt vorkommen erwähnt erwähnen genannt nennen steht stehen rund
    bezüglich hinsichtlich betreffend sonst alles liegen fordern fordert verlangen wünschen
    topic topics subject about concerning regarding deal deals dealing mention mentions mentioning exist submitted tabled
    many all list show titles numbers related have were made filed brought forward group""".split()
)
_WORD = re.compile(r"[\w§][\w§*'’/.-]*[\w]|[\w§]")


def counted(question: Question, names: Names, today: date) -> Counted | None:
    """What the question counts, None if it is no counting question."""
    opening = _OPENING.search(question.text)
    if opening is None or question.references or _is_of_one_paper(question.text, opening):
        return None
    between = opening["between"].split()
    rest = " ".join([*between, _topical(opening["prefix"]), question.text[opening.end() :]])
    if any(word.islower() and not _GENERIC_BETWEEN.match(word) for word in between):
        return None
    rest, period = _without_period(rest, question, today)
    rest, groups = _without_groups(rest)
    for named in reversed(names.bodies.named(rest)):
        rest = f"{rest[: named.start]} {rest[named.end :]}"
    consulted = bool(_CONSULTED.search(question.text))
    organization = question.organizations[0] if len(question.organizations) == 1 else None
    apart = {stem(word) for word in words(organization or "")}
    topic = tuple(
        word
        for word in _topic(rest, cased=question.text != question.text.lower() and question.asked_in == "de")
        if not apart.issuperset(stem(one) for one in words(word))
    )
    kind = _kind(opening)
    if not (kind.ending or topic or groups or period or organization):
        return None
    return Counted(kind, topic, groups, period, organization, consulted and period is not None)


def _is_of_one_paper(text: str, opening: re.Match[str]) -> bool:
    """Whether what is asked stands in one paper or result, or is about applications of citizens."""
    citizens = opening["head"].lower().startswith("antr") and not _MADE_BY_COUNCIL.match(opening["prefix"])
    return citizens or bool(_PARTICULAR.search(text, opening.end()) or _ON_APPLICATION.search(text))


def _kind(opening: re.Match[str]) -> Kind:
    head, prefix = opening["head"].lower(), opening["prefix"]
    found = next(kind for kind in _KINDS if re.fullmatch(kind[0], head))
    _, ending, one, many, one_english, many_english = found
    if prefix and "-" not in prefix:  # "Haushaltsanträge"
        one, many = (f"{prefix.capitalize()}{word.lower()}" for word in (one, many))
    return Kind(ending, fold(prefix), {"de": (one, many), "en": (one_english, many_english)})


def _topical(prefix: str) -> str:
    """What stands before the kind within its word tells of the topic, unless it is a kind by itself: "Vergabe-vorlagen"."""
    if re.fullmatch(r"beschluss|mitteilungs|informations|berichts|sitzungs|änderungs|ergänzungs|fraktions", prefix, re.I):
        return ""
    return re.sub(r"s?-?$", "", prefix)


def _without_period(text: str, question: Question, today: date) -> tuple[str, Period | None]:
    if question.period is not None:
        return text.replace(question.period.said, " "), question.period
    if "period" not in question.ignored and (match := _YEAR_OF.search(text)):
        period = period_of(f"in {match['year'] or match['year2']}", today)
        return f"{text[: match.start()]} {text[match.end() :]}", period
    return text, None


def _without_groups(text: str) -> tuple[str, tuple[str, ...]]:
    found = [match["party"] or match["name"] or match["before"] for match in _GROUP.finditer(text)]
    return _GROUP.sub(" ", text), tuple(found)


def topic_of(text: str, asked_in: Language) -> tuple[str, ...]:
    """The words of a question, or of a part of it, that name its topic."""
    return tuple(_topic(text, cased=text != text.lower() and asked_in == "de"))


def _topic(text: str, cased: bool) -> Iterator[str]:
    """The words that name the topic. Who writes capitals writes nouns with one: other words are verbs, or tell of a noun
    ("zu barrierefreien Haltestellen").
    """
    tokens = _WORD.findall(text)
    for i, token in enumerate(tokens):
        if fold(token) in STOP_WORDS or fold(token) in _FRAMING or not any(map(str.isalnum, token)):
            continue
        if cased and token.islower():
            tells = re.search(r"e[nrms]?$", token) and tokens[i + 1 : i + 2] and tokens[i + 1][0].isupper()
            if not (tells and i > 0 and fold(tokens[i - 1]) in STOP_WORDS | _FRAMING):
                continue
        yield token
