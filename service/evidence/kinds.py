"""The kind of answer that a question asks for, and whether words hold one of that kind.

A number is none that only dates, times or counts papers; a result is none that is only proposed, or that is of another sitting;
votes need figures, or unanimity; names need a list; a box that nobody ticked says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from indexer.german import fold, numbers, stem
from indexer.passages import searched_text
from service.drafts import Citation
from service.evidence.finder import Evidence
from service.questions import Question

Kind = Literal["number", "amount", "share", "date", "firm", "person", "result", "votes", "names"]

_YEAR = re.compile(
    r"(?<![\d/.-])(?:19|20)\d\d(?![\d-]|/\d{3})|(?<=\d\.\d\d\.)(?:19|20)\d\d(?!\d)|(?<=\d\.\d\.)(?:19|20)\d\d(?!\d)"
)
_COUNTS = r"\b(?:wie ?viele[nrs]?|how many)\b"
_MONEY = (
    r"\w*(?:kosten|preise?|beträge?|betrages|gebühr(?:en)?|zuschuss(?:es)?|zuschüsse|ausgaben|einnahmen|erträge?|budget|mittel|entschädigung(?:en)?"
    r"|umlage|miete|entgelte?|beitrag|beiträge|fördersumme|förderung|kredite?|erlöse?|schulden|volumen|cost|costs|price|fees?|grants?|budget)"
)
_ASKS: tuple[tuple[Kind, str], ...] = (  # in this order
    (
        "votes",
        r"\b(?:wie ?viele[nr]?|how many)\s+(?:\w+\s+)?(?:(?:ja-?|nein-?|gegen)?stimmen|enthaltungen|votes|abstentions)\b",
    ),
    ("names", r"^(?:wie heißen|nenne\w*|liste\w*|what are the names|name the)\b"),
    (
        "share",
        r"\b(?:welche[rnms]? (?:prozentuale\w* )?(?:anteil|prozentsatz)|wie ?viele? prozent|what (?:percentage|share))\b",
    ),
    ("amount", rf"{_COUNTS}\s+(?:euro|einnahmen|ausgaben|kosten|fördermittel|mittel|schulden)\b"),
    ("number", _COUNTS),
    (
        "amount",
        r"\b(?:was|wie ?viel|what|how much)\b.*\b(?:(?:ge)?koste\w*|zahl(?:t|en|te|ten)|(?:be|ge)zahlt|bezahl\w+|ausgegeben"
        r"|ausgeben|cost|pay|paid|spen[dt])\b",
    ),
    ("amount", rf"\bwie (?:viel|hoch|teuer|groß)\b.{{0,60}}?\b{_MONEY}\b"),
    ("amount", r"\bwie teuer\b|\bwie ?viel (?:geld|euro)\b|\bhow much (?:money|euros?)\b|\bhow expensive\b"),
    ("amount", rf"\b(?:welche[rnms]?|which|what)\s+(?:\w+\s+)?{_MONEY}\b"),
    (
        "firm",
        r"\b(?:welche[rnms]?|which|what)\s+(?:\w+\s+)?(?:\w*firma|\w*firmen|\w*unternehmen|\w*büro|company|firm|contractor)\b",
    ),
)
_ASKED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _ASKS)
_ASKS_RESULT = re.compile(
    r"\b(?:abgestimmt|abstimmung\w*|beschlossen|zugestimmt|stimmten?|gestimmt|entschieden|entscheidung|angenommen|abgelehnt|empfohlen"
    r"|genehmigt|verblieben|ausgegangen|adopted|approved|rejected|voted?|decided?)\b|^wie ging\b.*\baus\b|^kam\b.*\bdurch\b",
    re.I,
)

_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_DAY = rf"\b\d{{1,2}}\.\s?(?:\d{{1,2}}\.(?:\s?\d{{2,4}})?|(?:{_MONTHS})(?:\s\d{{4}})?)"
_UNCOUNTED = re.compile(  # figures that count nothing: days, years, hours, numbers of papers, laws, items and telephones
    rf"{_DAY}|\b(?:19|20)\d\d(?:[/-]\d+)*\b|\b\d{{1,2}}(?:[.:]\d\d)?\s*(?:bis|-|–)?\s*(?:\d{{1,2}}(?:[.:]\d\d)?\s*)?Uhr"
    r"|\b0\d{2,}[\d /-]*"
    r"|(?:(?<!§)§+|Abs\.|Nr\.|Ziffer|Anlage|Seite|TOP|Punkt|Absatz|Artikel|Ziff\.)\s*\d+\w*|^\s*\d+[.)]|\b\d+/\d+(?:/\d+)*\b",
    re.M,
)
_NUMBER = re.compile(
    r"\d|\b(?:zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwanzig|dreißig|hundert|tausend|halb\w*"
    r"|kein\w*)\b",
    re.I,
)
_SHARE = re.compile(r"\d\s*(?:%|Prozent|v\. ?H\.)|\b(?:Hälfte|Drittel|Viertel|Fünftel|Zehntel)\b|\bjede[rsn]?\s+\w+te\b", re.I)
_AMOUNT = re.compile(
    r"€|\b(?:Euro|EUR|TEUR|T€|Mio|Mrd|Cent)\b|\d\s*(?:%|Prozent)|kostenlos|kostenfrei|unentgeltlich|gebührenfrei|kostenneutral"
    r"|entfällt|keine (?:zusätzlichen )?(?:Kosten|finanziell\w+)",
    re.I,
)
_DATE = re.compile(
    rf"{_DAY}|\b(?:19|20)\d\d\b|\b(?:{_MONTHS}|Frühjahr|Frühling|Sommer\w*|Herbst\w*|Winter|Quartal\w*|Halbjahr\w*|Jahresende|Jahreswechsel"
    r"|Montags?|Dienstags?|Mittwochs?|Donnerstags?|Freitags?|Samstags?|Sonntags?|sofort|umgehend|täglich|wöchentlich|monatlich|jährlich|Uhr)\b"
    r"|\b(?:\d+|eine[mr]?|zwei|drei|vier|fünf|sechs|zehn) (?:Tage?n?|Wochen?|Monate?n?|Jahre?n?)\b",
    re.I,
)
_PERSON = re.compile(
    r"\b(?:Herrn?|Frau|Dr\.|Prof\.|GmbH|AG|KG|SPD|CDU|CSU|FDP|GRÜNE\w*|Grüne\w*|Linke|AfD|Dezernat\w*|Stabsstelle|Land|Bund|Diakonie|Caritas"
    r"|AWO|DRK|Büro|Firma|Institut|Universität|Personen|Vorsitzende[rn]?|\w*[Ff]raktion\w*|\w*[Aa]mt(?:es)?|\w*[Aa]usschuss\w*|\w*[Rr]at"
    r"|\w*[Vv]erwaltung|\w*[Kk]reis\w*|\w*[Ss]tadt\w*|\w*[Gg]emeinde|\w*meister(?:in)?|\w*[Vv]erein\w*|\w*[Ss]chule\w*|\w*[Ll]eiter(?:in)?"
    r"|\w*[Gg]esellschaft|Eltern\w*|\w*[Tt]räger\w*|\w*[Dd]irektor(?:in)?|\w*[Bb]eirat|\w*[Mm]inister\w*|\w*werke)\b"
    r"|[A-ZÄÖÜ]\w+ [A-ZÄÖÜ]\w+"
)
_FIRM = re.compile(
    r"\b(?:GmbH|AG|KG|SE|mbB|e\. ?V\.|e\. ?K\.|OHG|PartG\w*|Firma \S+|\w*[Bb]üro [A-ZÄÖÜ]\w+|\w*werke|\w+gesellschaft)"
    r"(?!\w)"
)
_RESULT = re.compile(
    r"\b(?:einstimmig\w*|mehrheitlich\w*|zugestimmt|Zustimmung|beschlossen\w*|beschließt|beschloss|abgelehnt|Ablehnung|angenommen"
    r"|vertagt|zurückgestellt|zurückgezogen|verwiesen|empfohlen|empfiehlt|empfahl|stimmten?|Kenntnis\w*|Ja-?Stimmen|Nein-?Stimmen"
    r"|Enthaltung(?:en)?|Gegenstimmen?|genehmigt|erledigt|bewilligt|gewählt|verabschiedet)\b",
    re.I,
)
_FIGURES = r"(?:\d+|ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|ohne|keine)(?:e?r?n?)"
_VOTES = re.compile(
    rf"einstimmig|\b{_FIGURES}\s+(?:\w+\s+)?(?:Ja|Nein|Ja-\w+|Nein-\w+|\w*stimmen?|enthaltung\w*|dafür|dagegen|zu\s+\d+|gegen\s+\d+)\b"
    r"|\b(?:Ja|Nein|\w*Stimmen|Enthaltung\w*)\W{1,4}\d",
    re.I,
)
_VOTE_COLUMNS = re.compile(r"\b(?:Ja|dafür)\b.*\b(?:Nein|dagegen)\b", re.I)
_ENUMERATION = re.compile(r",\s+[A-ZÄÖÜ„]|\s(?:und|sowie|oder)\s+[A-ZÄÖÜ„]")
_COUNCIL = re.compile(
    r"\b(\w*(?:ausschuss(?:es)?|beirat(?:e?s)?|kreistag(?:e?s)?|gemeinderat(?:e?s)?|stadtrat(?:e?s)?|ortsrat(?:e?s)?|Rat(?:e?s)?))\b",
    re.I,
)
_HEAD = 600  # characters in which minutes name their Gremium
_UNTICKED, _TICKED = re.compile(r"[☐□◻]|\[ \]"), re.compile(r"[☒☑✘✗✓✔]|\[[xX]\]")
_UNKNOWN = re.compile(
    r"\bnicht (?:weiter |exakt |genau )?(?:bekannt|bezifferbar|beziffert|benannt|ermittelt|quantifizier\w+|konkretisiert)"
    r"|\bnicht (?:weiter |exakt |genau )?(?:vorhergesagt|abschätzbar)"
    r"|\b(?:liegen|liegt|lagen|gibt es)\b.{0,90}\bkeine?[nr]?\b.{0,60}"
    r"\b(?:Zahlen|\w*daten\w*|Angaben|Erkenntnisse|Informationen|Statistik\w*)"
    r"|\bkeine\b.{0,40}\b(?:Zahlen|Daten|Angaben|Erkenntnisse|Informationen|Statistik)\b.{0,60}\bvor\b"
    r"|\bohne\b.{0,60}\bbestimmen zu können|\bin Ermangelung",
    re.I,
)
# A noun with its number, the name of one among several: "Priorität 1", "Bauabschnitt II"; not "Punkt 4.2", "Vorlage 060-XVI".
_LABEL = re.compile(
    r"(?<![\w-])(?P<noun>[A-ZÄÖÜ][a-zäöüß]{3,}|[A-ZÄÖÜ]{1,3})[ -](?P<number>\d{1,3}|[IVX]{1,4})"
    r"(?![.,:/-]?\d|[/-]\w|\.\s|\s?(?:Uhr|Euro|€|%|Prozent|Jahre|Mio|Mrd))(?!\w)"
)
_LABEL_STEM = 5  # letters of its noun that must agree


def missing_label(question: Question, texts: Iterable[str]) -> str | None:
    """A noun with its number that the question names and none of the texts does."""
    known = list(texts)
    for match in _LABEL.finditer(question.text):
        if not any(re.search(_written(match["noun"], match["number"]), text) for text in known):
            return match.group()
    return None


def _written(noun: str, number: str) -> str:
    return rf"{re.escape(noun[:_LABEL_STEM])}\w*[\s:-]*(?:[\w.]+(?:,| und| bis)? )?{number}(?!\w)"


def kind_of(question: Question) -> Kind | None:
    """What must stand in the answer; None: nothing that could be looked for."""
    text = question.text
    found = next((kind for kind, pattern in _ASKED if pattern.search(text)), None)
    if found is None and question.wants in (None, "yes_no", "decision") and _ASKS_RESULT.search(text):
        return "result"
    if found is None and question.wants in ("number", "date", "person"):
        return question.wants
    return found


def meets(question: Question, kind: Kind, evidence: Evidence) -> bool:
    """Whether a unit holds what is asked for."""
    unit = evidence.unit
    text = unit.text
    if unticked(text) or (kind in ("number", "amount", "share") and _of_other_years(question, evidence)):
        return False
    match kind:
        case "number":
            return bool(counted(text))
        case "amount":
            return bool(_AMOUNT.search(text if unit.kind != "row" else unit.spoken))
        case "share":
            return bool(_SHARE.search(text))
        case "date":
            return bool(_DATE.search(text))
        case "person":
            return bool(_PERSON.search(text))
        case "firm":
            return bool(_FIRM.search(text))
        case "names":
            return unit.kind == "list" or len(_ENUMERATION.findall(text)) >= 2
        case "result" | "votes":
            said = _votes(evidence) or (kind == "result" and _RESULT.search(text))
            return bool(said) and not proposed(evidence) and _of_that_sitting(question, evidence)


def counted(text: str) -> list[re.Match[str]]:
    """The numbers of a text that count something."""
    return list(_NUMBER.finditer(_UNCOUNTED.sub(lambda match: " " * len(match.group()), text)))


def years_of(text: str) -> set[str]:
    """Years that stand alone: not those in numbers of papers."""
    return set(_YEAR.findall(text))


def _of_other_years(question: Question, evidence: Evidence) -> bool:
    """Whether a unit names years, and none that the question names."""
    asked, found = years_of(question.text), years_of(evidence.unit.spoken)
    return bool(asked and found and not asked & found)


def _votes(evidence: Evidence) -> bool:
    """Figures of a vote, also in the columns of a table."""
    text = evidence.unit.text
    in_columns = evidence.unit.kind == "row" and _VOTE_COLUMNS.search(evidence.unit.heading)
    return bool(_VOTES.search(text) or (in_columns and re.search(r"\|\s*\d+\s*(?:\||$)", text)))


def _of_that_sitting(question: Question, evidence: Evidence) -> bool:
    """Not of another day or Gremium than the question names."""
    unit = evidence.unit
    days, found = _days(question.text), _days(unit.text)
    if days and found and not days & found:
        return False
    asked, named = _councils(question.text), _councils(unit.text)
    if not asked or asked & named:
        return True
    document = unit.hit.passage.document
    around = f"{searched_text(unit.hit.passage)}\n{document.title}\n{document.text[:_HEAD]}"
    return not named - {"ausschuss", "rat"} and bool(asked & _councils(around))


def _days(text: str) -> set[str]:
    return {token for token in numbers(text) if token.startswith("@") and token.count("-") == 2}


def _councils(text: str) -> set[str]:
    return {stem(fold(match[1])) for match in _COUNCIL.finditer(text)}


def proposed(evidence: Evidence) -> bool:
    """Whether the words stand in a proposal or motion."""
    unit = evidence.unit
    return Citation(0, unit.hit.passage, unit.start, unit.end).proposal


def unticked(text: str) -> bool:
    """A form's line of which no box is ticked."""
    return bool(_UNTICKED.search(text)) and not _TICKED.search(text)


def says_unknown(text: str) -> bool:
    """Whether a paper itself says that it does not know."""
    return bool(_UNKNOWN.search(text))
