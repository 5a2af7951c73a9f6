"""Which kinds of answer a question wants, and whether words hold one: "wann" wants a date, "wer und wann" a name and a date.

Patterns of German and English questions and of German papers; no question, place or document is known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = r"zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwanzig|dreißig|hundert|tausend"
_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"


@dataclass(frozen=True)
class Kind:
    name: str
    asked: re.Pattern[str]
    held: re.Pattern[str]


def _kind(name: str, asked: str, held: str) -> Kind:
    return Kind(name, re.compile(asked, re.IGNORECASE), re.compile(held))


KINDS = (
    _kind(
        "date",
        r"\b(?:wann|datum|termine?|fristen?|frist|(?:an|zu|bis zu|ab|für|in) welche[mnrs] (?:tag|jahr|monat|zeitpunkt|sitzung)\w*"
        r"|welche[nrs]? (?:tag|datum|termin|jahre?)|when|what date|which (?:year|day|date))\b",
        rf"\b\d{{1,2}}\.\s?(?:\d{{1,2}}\.|(?:{_MONTHS}))|\b(?:19|20)\d\d\b|\b(?:{_MONTHS})\b|Quartal|Halbjahr|Sommerpause|\bUhr\b"
        r"|\b(?:Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag|montags|dienstags|mittwochs|donnerstags|freitags)\b",
    ),
    _kind(
        "deadline",
        r"\b(?:bis wann|bis zu welche\w+|frist\w*|spätestens|until when|by when|deadline)\b",
        r"\b(?:[Bb]is (?:zum|zur|Ende|Anfang|Mitte|spätestens|\d)|[Ss]pätestens|[Ii]nnerhalb|[Ff]rist\w*)\b",
    ),
    _kind(
        "start",
        r"\b(?:seit wann|ab wann|ab welche\w+|seit welche\w+|since when)\b",
        r"\b(?:[Ss]eit|[Aa]b|vom)\b(?: dem| der)? \d"
        rf"|\b[Aa]b (?:{_MONTHS}|der|dem)|in Kraft|gilt",
    ),
    _kind(
        "amount",
        r"\b(?:kosten|kostet|gekostet|teuer|wie ?viel geld|betrag|summe|zuschuss\w*|gebühr\w*|preis|zahlen|zahlt"
        r"|ausgeben|ausgegeben|cost|costs|paid|pay|price|fee|fees|euros?|(?:how much))\b|€",
        r"\d\s?(?:€|Euro|EUR|Mio|Mill|T€|Tsd|Cent)|\d,\d\d\b",
    ),
    _kind(
        "number",
        r"\b(?:wie ?vie(?:l|le|len|ler)|wie hoch|wie groß|wie oft|anzahl|how (?:many|much|high|often|large))\b",
        rf"\d|\b(?i:{_NUMBER}|ein|eine|eines|einem|einen|keine?)\b",
    ),
    _kind("share", r"\b(?:prozent|anteil|quote|share|percent(?:age)?)\b|%", r"\d\s?(?:%|Prozent)|Drittel|Hälfte|Viertel"),
    _kind(
        "duration",
        r"\b(?:wie lange|dauer|how long|abstand|abständen)\b",
        rf"(?:\d|\b(?i:{_NUMBER}|ein|eine|einem|einen))\s?(?:\w+ )?(?:Minute|Stunde|Tag|Woche|Monat|Quartal|Jahr)",
    ),
    _kind(
        "person",
        r"\b(?:wer|wen|wem|wessen|who|whom|whose|welche[sr]? (?:gremium|ausschuss|firma|fraktion"
        r"|unternehmen|amt|abteilung|stelle))\b",
        r"\b(?:Frau|Herrn?|Dr\.|gez\.|[Ss]tadtr[aä]t\w*|\w*[Bb]ürgermeister\w*|[Ll]andr[aä]t\w*|Dezernent\w*|Vorsitzende\w*|Vorsitz"
        r"|\w*[Ss]precher\w*|\w*[Ll]eit(?:er|ung)\w*|\w*ausschuss\w*|\w*gruppe|Fraktion\w*|GmbH|AG|e\. ?V\.)(?!\w)",
    ),
    _kind(
        "author",
        r"\b(?:unterschrieben|unterzeichnet|gezeichnet|stamm(?:t|en)|gestellt|verfasst|bearbeitet|bearbeitung|auskunft|beantragt"
        r"|beantwortet|signed|author|wrote|written|submitted)\b",
        r"\bgez\.|[Uu]nterzeichnet|[Gg]ezeichnet|Initiative|[Bb]earbeit\w+|Verfasser\w*|Federführung|[Aa]ntragsteller\w*"
        r"|[Ff]ragesteller\w*|Auskunft erteilt|Mit freundlichen Grüßen",
    ),
    _kind(
        "vote",
        r"\b(?:abgestimmt|abstimmung\w*|stimmen|\w*stimmen|mehrheit|votum|votiert|vote[ds]?|voting)\b",
        r"(?i)\b(?:ja|nein|gegen)[- ]?stimmen?|enthaltung|einstimmig|mehrheitlich|zu \d+ stimmen|zustimmung|zugestimmt|abgelehnt"
        r"|\| \d+ \| \d+",
    ),
    _kind(
        "decision",
        r"\b(?:beschl\w+|entsch[ie]\w+|angenommen|abgelehnt|genehmigt|verabschiedet|zugestimmt|zustimmung|bewilligt|ausgegangen"
        r"|durchgekommen|geworden|ergebnis|umgegangen|empfohlen|befürwortet|decide[ds]?|decision|adopt(?:ed)?|approved?|reject(?:ed)?)\b",
        r"(?i)beschlossen|beschließ|abgelehnt|angenommen|zugestimmt|zustimmung|zur kenntnis|empf[aeio]hl|einstimmig|mehrheitlich"
        r"|vertagt|verwiesen|erledigt|zurückgezogen|genehmig|bewillig|\bnimmt\b.*\ban\b",
    ),
    _kind(
        "reason",
        r"\b(?:warum|weshalb|wieso|wozu|aus welche[mn] gr[uü]nde?n?|gr[uü]nde?|why)\b",
        r"(?i)\b(?:weil|da|denn|damit|wegen|aufgrund|auf grund|grund|gründe[n]?|daher|deshalb|deswegen|dadurch|somit|um)\b"
        r"|zurückzuführen|führt .* zurück|begründe",
    ),
    _kind(
        "place",
        r"\b(?:wo|wohin|woher|adressen?|an welche[mnr] (?:ort|stelle|adresse)n?|where)\b",
        r"(?:[Ss]traße|[Ss]tr\.|[Pp]latz|[Ww]eg|[Gg]asse|[Aa]llee|[Mm]arkt)\b|\b(?:in|im|am|bei|beim|an der|auf dem)\b",
    ),
    _kind(
        "several",
        r"\b(?:welche \w+|zu welchen|mit welchen|für welche|was .*alles|^nenne\w*|^liste\w*|auflist\w*|worum)\b|^(?:list|name)\b"
        r"|\b(?:which \w+s|what are)\b",
        r"\n|,[^,]+(?:,| und | sowie | oder )",
    ),
)


def wanted(question: str) -> tuple[Kind, ...]:
    """The kinds of answer that a question wants, none for bare keywords."""
    return tuple(kind for kind in KINDS if kind.asked.search(question))
