"""Names of counties and towns: find them in running text, and say which one a document belongs to.

A body is named in the letterhead, in a signature or only in passing; a paper also names its neighbours and its parent
county. So places are tried by their weight, and a town's paper is not given to the county that checks its books.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_WORD = r"[A-ZÄÖÜ][a-zäöüß]{1,30}"
_LANDSCAPE = (  # rivers and regions that tell towns of one name apart; "im Haushaltsjahr" must not join a name
    r"(?:Main|Rhein|Neckar|Inn|Lech|See|Bodensee|Harz|Kocher|Donau|Ruhr|Elbe|Saale|Oder|Weser|Weinstraße|Havel|Spree"
    r"|Fils|Brenz|Aller|Isar|Ilm"
    r"|Aisch|Oberpfalz|OPf|Breisgau|Allgäu|Schwarzwald|Höhe|Tauber|Wald|Teck|Leine|Lahn|Sieg|Glan|Mosel|Nahe|Sand"
    r"|Heide|Taunus|Odenwald|Rübenberge)"
)
_NAME = (
    r"(?:(?:Bad|St\.|Sankt|Schwäbisch|Herzogtum|Grafschaft|Groß|Klein|Alt|Neu|Markt|Hohen) )?"
    rf"(?:[A-ZÄÖÜ][a-zäöüß]{{2,20}}(?:ische|er) (?:Land|Seenplatte|Kreis|Schweiz(?:-{_WORD})?)"
    rf"|{_WORD}(?:[-/]{_WORD}){{0,3}})"
    rf"(?: \({_WORD}\)| (?:an der|in der|vor der|ob der|am|im|a\. ?d\.|i\. ?d\.) {_LANDSCAPE}\b)?"
)
_KEYWORDS = (  # longer ones first: "Kreisstadt" begins with "Kreis"
    "Landkreis Landeshauptstadt Hansestadt Universitätsstadt Kreisstadt Kreis Städteregion Stadt Samtgemeinde "
    "Verbandsgemeinde "
    "Gemeinde Markt Regionalverband Region"
).split()
_OFFICES = ("Kreistag", "Landratsamt", "Kreisverwaltung")
_NAMED = re.compile(rf"(?<![\w-])(?P<keyword>{'|'.join((*_OFFICES, *_KEYWORDS))})(?:e?s|e)?\s(?P<name>{_NAME})")
_COMPOUND = re.compile(  # counties called -kreis; unhyphenated only those that exist, for there is "Arbeitskreis"
    r"(?<![\w-])(?P<name>(?:[A-ZÄÖÜ][a-zäöüß]{1,20}-){1,3}Kreis|(?:Ortenau|Bodensee|Enz|Zollernalb|Ostalb|Hohenlohe"
    r"|Hochtaunus|Vogelsberg|Wetterau"
    r"|Odenwald|Hochsauerland|Salzland|Burgenland|Saale|Erzgebirgs|Vogtland|Heide|Wartburg|Kyffhäuser|Westerwald"
    r"|Donnersberg)kreis"
    r"|Märkische[rn]? Kreis)(?:es|s)?(?!\w)"
)
_NO_NAME = frozenset(  # nouns met after "Stadt", "Kreis", "Region", "Gemeinde" that name nothing
    "Der Die Das Den Dem Des Ein Eine Und Oder Für Mit Von Zur Zum Im In Am An Auf Aus Bei Als Wenn Dass Sehr Frau "
    "Herr Herrn Land Bund "
    "Kreis Kreise Landkreis Landkreise Gemeinde Gemeinden Stadt Städte Region Verwaltung Amt Dezernat Fachbereich "
    "Abteilung Haushalt "
    "Kommune Kommunen Wohnungen Sozialamt Jugendamt Gesundheitsamt Ordnungsamt Bauamt Betreff Datum Anlage Telefon "
    "Postfach Rathaus Drucksache "
    "Vorlage Eigenbetrieb Rat Kreistag Kreisausschuss Landrat Bürgermeister Beschluss Antrag Anfrage Mitte Nord Süd "
    "Ost West "
    "Gremium Termin Sitzung Ja Nein Status Seite Entwurf Stand Nr Dienstleister Träger Partner Bürger Einwohner".split()
)
_NO_SUFFIX = re.compile(
    r" \((?:Anlage|Entwurf|Stand|Amt|Dezernat|Fachbereich|Kreis|Land|Stadt|Seite|Siehe|Antrag|Vorlage|Mehrheit)\w*\)$"
)
_OWN_VOICE = re.compile(
    r"(?:tag|[Rr]at|[Rr]ates|ausschuss|Verwaltung|verwaltung|Landrat|Landrätin|[Bb]ürgermeister|[Bb]ürgermeisterin)"
    r"(?:e?s)? (?:des|der|von)?\s?$"
)
_COUNTY = re.compile(r"\b(?:Kreistag|Kreisausschuss|Landrat|Landrätin|Landratsamt|Kreisverwaltung|Kreisrat)")
_TOWN = re.compile(
    r"\b(?:Gemeinderat|Stadtrat|Ortsrat|Ortschaftsrat|Bezirksausschuss|[Bb]ürgermeister|Stadtverordnete|Gemeindevertretung|Rat\b)"
)
_SENDER = re.compile(r"(?:(?:Der|Die) )?(?:Landrat|Landrätin|(?:Ober)?[Bb]ürgermeister(?:in)?)(?: de[sr])? |Verwaltung de[sr] ")
_AFTER_LETTERHEAD = re.compile(r"\s*(?:$|[-–|,:/]|(?:Der|Die) \w|Amt|Dezernat|Fachbereich|Fachdienst|Referat|Stabsstelle)")
_ONLY_LETTERHEAD = re.compile(
    r"[\s|–,·-]*(?:$|(?:Der|Die) (?:Land|Kreis|Ober|Bürger)\w+|\w{0,20}(?:[Aa]mt|fraktion)\b|Dezernat|Fachbereich|Fachdienst"
    r"|Referat|Stabsstelle|Kreistag\b|Stadtrat\b|Gemeinderat\b)"
)
_CLEAR = 3  # weight of the mentions that tell
_LONGEST = 200_000  # characters read for mentions; who a document belongs to is told earlier


@dataclass(frozen=True)
class BodyName:
    """A body's name in the nominative, as found at ``start``..``end``."""

    name: str
    start: int
    end: int


def body_names(text: str) -> list[BodyName]:
    """Candidate names of bodies, by position. An office names its body: "Kreistag Ober-Unterland".

    >>> [found.name for found in body_names("Kreistag des Landkreises Altmoor (Leine), Stadt Neustadt am Rübenberge")]
    ['Landkreis Altmoor (Leine)', 'Stadt Neustadt am Rübenberge']
    >>> [found.name for found in body_names("Kreistag Ober-Unterland, im Rhein-Sieg-Kreis, im Arbeitskreis Pflege")]
    ['Landkreis Ober-Unterland', 'Rhein-Sieg-Kreis']
    """
    found = [BodyName(re.sub("Märkische[rn]?", "Märkischer", match["name"]), *match.span()) for match in _COMPOUND.finditer(text)]
    for match in _NAMED.finditer(text):
        name = _NO_SUFFIX.sub("", match["name"])
        first = re.split(r"[\s/-]", name, maxsplit=1)[0]
        if first not in _NO_NAME and not first.endswith(("ung", "heit", "keit", "tion", "tionen")):
            keyword = "Landkreis" if match["keyword"] in _OFFICES else match["keyword"]
            found.append(BodyName(f"{keyword} {name}", match.start(), match.start("name") + len(name)))
    return sorted(found, key=lambda body: body.start)


def body_key(name: str) -> str:
    """What two names of one body share: "Kreis X" and "Landkreis X" are one, "Stadt X" is another.

    >>> body_key("Landkreis Musterbach") == body_key("kreis musterbach") != body_key("Stadt Musterbach")
    True
    """
    return " ".join(name.casefold().split()).removeprefix("land")


def document_body(head: Sequence[str], tail: Sequence[str], text: str, folder_body: str | None) -> str | None:
    """The body a document belongs to, by its text and folder; None if they leave it open.

    First the folder, if the text names that body too: a town alone on a line may be a table's row. Then the letterhead,
    the folder, the signature, a clear majority of the mentions, and the only body of the right level. Mentions say nothing
    against a folder: a paper on joining a neighbour's school names the neighbour more often than itself.
    """
    if folder_body and any(body_key(folder_body) == body_key(found.name) for found in body_names(text[:_LONGEST])):
        return folder_body
    if named := _letterhead(head) or folder_body or _letterhead(tail):
        return named
    ranking = _mentions(text[:_LONGEST]).most_common(2)
    if ranking and ranking[0][1] >= _CLEAR and (len(ranking) == 1 or ranking[0][1] >= 2 * ranking[1][1]):
        return ranking[0][0]
    return ranking[0][0] if len(ranking) == 1 else None


def _letterhead(lines: Sequence[str]) -> str | None:
    """A line that is a body's name, alone or followed by an office: "Landkreis Musterbach - Stabsstelle Steuerung"."""
    for line, following in zip(lines, [*lines[1:], ""], strict=False):
        joined = f"{line} {following}" if line in _KEYWORDS else line.title() if line.isupper() else line
        opening = _SENDER.match(joined)
        start = opening.end() if opening else 0
        body = next(iter(body_names(joined[:120])), None)
        if body and body.start == start and _AFTER_LETTERHEAD.match(joined, body.end):
            return body.name
    return None


def without_letterhead(line: str) -> str:
    """The line without the body's name before a title in capitals: "LANDKREIS X BEKANNTMACHUNG"; "" if it is but a letterhead.

    >>> without_letterhead("LANDKREIS ADORF BEKANNTMACHUNG"), without_letterhead("Kreis Adorf | Fachbereich 4")
    ('BEKANNTMACHUNG', '')
    >>> without_letterhead("Landkreis Adorf baut"), without_letterhead("Radwege im Landkreis Adorf")
    ('Landkreis Adorf baut', 'Radwege im Landkreis Adorf')
    """
    name = line.title() if line.isupper() else line
    body = next(iter(body_names(name[:120])), None)
    if body is None or body.start > 0:
        return line
    if _ONLY_LETTERHEAD.match(name, body.end):
        return ""
    return line[body.end :].strip() if line.isupper() else line


def _mentions(text: str) -> Counter[str]:
    """Names with their weight: one for a mention, three where the body's own council or head is meant.

    Only bodies of the paper's own level count: a paper of a Gemeinderat does not belong to the county it mentions.
    """
    bodies = body_names(text)
    counties, towns = len(_COUNTY.findall(text)), len(_TOWN.findall(text))
    forms: dict[str, str] = {}
    weights: Counter[str] = Counter()
    for body in bodies:
        is_county = "kreis" in body.name.casefold().split("stadt")[0] or body.name.startswith("Region")
        if counties != towns and is_county != (counties > towns):
            continue
        key = body_key(body.name)
        forms[key] = body.name if text.startswith(body.name.split(" ")[0], body.start) else forms.get(key, body.name)
        weights[key] += 3 if _OWN_VOICE.search(text, max(0, body.start - 40), body.start) else 1
    return Counter({forms[key]: weight for key, weight in weights.items()})
