"""Drucksachen numbers: find them in running text, and compare them however they are written.

Every body numbers its papers in a way of its own ("2022/200", "060-XVI./2019", "20-26 / V 02282"), and readers type
them with or without prefix, leading zeros and blanks, or with a dash for the slash. So the raw string is kept for
display and a key is compared. A key is not unique: two papers may share one, and two bodies often do.

Rule    a number counts where a prefix word stands before it ("Drucksache", "Vorlage Nr.", "DS"), or where its shape
        belongs to a family that nothing else in such texts has; see _FAMILIES.
Refused year ranges (2024/2025), EU law ((EU) 2016/679), file numbers (Az. 2022/200), telephone numbers, dates, sums.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_PREFIXES = re.compile(
    r"(?:(?:drucksachen?|drs|ds|vorl|\w{0,25}vorlagen?|antrags?|anfragen?)(?=[\W\d]|nummer|nr|$)|nummer|nrn?(?=\W|\d"
    r"|$))[\s.:/–-]*"
)
_COMPONENT = re.compile(r"\d+|[^\W\d_]+")

_YEAR = r"(?:19|20)\d\d"
_SLASH = r"[ \xa0]?/[ \xa0]?"
SUFFIX = r"(?:[ \xa0]\d{1,2}\.[ \xa0](?i:Ergänzung|Änderung|Fortschreibung|Neufassung|Nachtrag))?"
_FAMILIES = (
    rf"{_YEAR}(?:{_SLASH}\d{{3,5}}|-0\d{{2,4}}|-\d{{3}})(?:[/-]\d{{1,2}})?",  # 2022/200, 2022/1029/1
    rf"\d{{1,4}}-[IVXLC]{{1,7}}\.?/{_YEAR}",  # 060-XVI./2019
    rf"{_YEAR}-\d\d(?:\d\d)?/\d{{2,5}}(?:-\d{{1,2}})?",  # 2021-26/0257
    rf"\d{{1,5}}-{_YEAR}/[A-Z][A-Za-z]{{1,7}}",  # 2362-2019/DaDi
    rf"(?:{_YEAR}|\d\d)/[A-Z][A-Za-z]{{1,4}}/\d{{2,5}}(?:[/-]\d{{1,2}})?",  # 2018/StS/0529, 24/SVV/1293
    rf"\d\d-\d\d{_SLASH}[A-Z]{{1,3}}[ \xa0]?\d{{3,6}}",  # 20-26 / V 02282
    r"[A-Z]{1,3} \d\d/\d{3,4}/WP ?\d{1,2}",  # FB 01/0037/WP17
    rf"[A-Z]{{2,4}}/{_YEAR}/\d{{2,5}}(?:/\d{{1,2}})?",  # DHH/2023/5006
    rf"(?<!\d[ \xa0])(?:[ABDFIMV] \d{{2,4}}|(?:BV|MV|SV|AN|AF|KT) ?\d{{1,4}})/{_YEAR}(?:-\d{{1,2}})?",  # B 335/2025
    rf"(?<!Nr\.[ \xa0])\d{{3,4}}/{_YEAR}(?:[/-]\d{{1,2}})?",  # 335/2025
)
_BEFORE = r"(?<![\w/.,§€–-])"
_AFTER = r"(?![\w/])(?![.,–-]\d)(?![ \xa0]?(?:€|EUR|Euro|%|Prozent|Uhr|km|m²))"
_BARE = re.compile(rf"{_BEFORE}(?:{'|'.join(_FAMILIES)}){SUFFIX}{_AFTER}")

# After a prefix word the shape may be looser: anything of two or more components with three or more digits.
_LOOSE = (
    r"(?:[A-ZÄÖÜ]{1,4}[ /-]?)?\d{1,6}"
    rf"(?:{_SLASH}(?:\d{{1,6}}|[A-Z]{{1,3}} ?\d{{2,6}})|[/–-](?:\d{{1,6}}|[A-Za-z]{{1,6}}(?: ?\d{{1,6}}"
    rf"|\.(?=/))?)){{1,3}}"
)
_LABEL = (
    r"(?i:drucksachen?|drs\.?|vorl\.|[a-zäöüß]{0,25}vorlagen?|(?:antrag|anfrage)(?=[ -]?n(?:umme)?r))"
    r"(?i:[ \xa0-]{0,2}n(?:umme)?rn?\b\.?)?[\s:.]{0,12}"
)
_MARKED = re.compile(
    rf"(?<![\w-])(?:{_LABEL}|(?i:ds)-?(?i:nr)\.?[\s:]{{0,12}}|(?=(?i:ds)[ /-]?\d))"
    rf"((?:(?i:ds)[ /-]?)?{_LOOSE}{SUFFIX}){_AFTER}"
)
_SINGLE = re.compile(r"(?<![\w-])(?i:drucksachen?|vorlagen?)[ -]?(?i:n(?:umme)?r)\.?[\s:]{0,12}(\d{3,7})(?![\w/])(?![.,–-]\d)")
_NEXT = re.compile(rf"(?:,|;|\s{{1,3}}und|\s{{1,3}}sowie)\s{{1,3}}({_LOOSE}){_AFTER}")
_ALONE = re.compile(rf"\s{{0,9}}({_LOOSE})\s{{0,9}}[?.]?\s{{0,9}}")

OTHER_NUMBER_BEFORE = re.compile(
    r"(?:\((?:EU|EG|EWG|Euratom)\)|\b(?:EU|EG|[Rr]ichtlinie|RL|[Vv]erordnung|VO|A[zZ]|Aktenzeichen|Geschäftszeichen"
    r"|Zeichen|Urteil"
    r"|[A-Z]*G?[VO]*B[Ll]|ABl|Tel|Telefon|Telefax|Fax|Mobil|Handy|KW|Heft|Ausgabe|Konto|Rechnung|Bebauungsplan|IBAN"
    r"|Stand|Nr))"
    r"[.:]?[ \xa0]{0,3}(?:Nr\.?[ \xa0]?)?(?:I{1,3}[ \xa0])?$"
)
_LABELLED_NUMBER = re.compile(r"(?:^|[\n|])\W{0,6}Nr[.:]{0,2}[ \xa0]{0,3}$")  # "Nr.: 060-XVI./2019" heads a paper
_EU_LAW_AFTER = re.compile(r"/?(?:EU|EG|EWG)\b")
_OTHER_ABBREVIATION_BEFORE = re.compile(  # "2 BvR 335/2019", "DIN EN 1176/2017"
    r"(?:\d [A-Z]\w{0,3}|\b[A-Z]{2,4}|\b[A-Z][a-z]{0,2}[A-Z])[ \xa0]$"
)
_NO_QUERY = re.compile(rf"(?:WS|SS|KW|DIN|EN|ISO|EUR)\b|{_YEAR}[ /–-]{{1,3}}(?:{_YEAR}\b|\d\d$)|(?:\D*\d){{0,4}}\D*$")


@dataclass(frozen=True)
class Reference:
    """One number found: ``raw`` is ``text[start:end]``, ``key`` is what to compare."""

    raw: str
    key: str
    start: int
    end: int


def reference_key(raw: str) -> str:
    """The number reduced to what distinguishes papers: components in order, joined by "/".

    Dropped are prefix words (DS, Drs., Drucksache, Vorlage, Antrag, Anfrage, each with Nr.), every separator, leading
    zeros of a component, and case. Letters and digits are components of their own, so "V02282" equals "V 02282".
    Years are not completed: "22/200" and "2022/200" may be two papers.

    >>> [reference_key(raw) for raw in ("2022/200", "Drucksachen-Nr. 2022/200", "DS 2022-0200", "drs. 2022 / 200")]
    ['2022/200', '2022/200', '2022/200', '2022/200']
    >>> reference_key("DS 22/200"), reference_key("Vorlage Nr.: 060-XVI./2019"), reference_key("2021-26/0257")
    ('22/200', '60/xvi/2019', '2021/26/257')
    >>> reference_key("2362-2019/DaDi"), reference_key("2018/StS/0529"), reference_key("24/SVV/1293")
    ('2362/2019/dadi', '2018/sts/529', '24/svv/1293')
    >>> reference_key("DS/1246/V"), reference_key("DS 12/2019"), reference_key("Sitzungsvorlagen-Nr. 20-26 / V 02282")
    ('1246/v', '12/2019', '20/26/v/2282')
    >>> reference_key("FB 01/0037/WP17"), reference_key("253130-02"), reference_key("B 335/2025")
    ('fb/1/37/wp/17', '253130/2', 'b/335/2025')
    """
    plain = unicodedata.normalize("NFKC", raw).replace("\u00ad", "").casefold().strip()
    start = 0
    while (prefix := _PREFIXES.match(plain, start)) and prefix.end() < len(plain):
        start = prefix.end()
    components = _COMPONENT.findall(plain, start)
    return "/".join(part.lstrip("0") or "0" if part.isdigit() else part for part in components)


def find_references(text: str) -> list[Reference]:
    """Every Drucksachen number in the text, by position.

    >>> [found.raw for found in find_references("Siehe Vorlage 12/2019 und 13/2019 sowie 2021-26/0257, DS/1246/V.")]
    ['12/2019', '13/2019', '2021-26/0257', 'DS/1246/V']
    >>> find_references("Haushalt 2024/2025, Tel. 07621 410-5011, Verordnung (EU) 2016/679, am 12.07.2022")
    []
    """
    spans = _marked(text)
    rest: list[str] = []
    at = 0
    for start, end in spans:  # blanked, so that no family finds a part of them again
        rest += [text[at:start], "\0" * (end - max(start, at))]
        at = max(at, end)
    bare = _BARE.finditer("".join(rest) + text[at:])
    spans += [match.span() for match in bare if _is_bare_number(text, match)]
    if not spans and len(text) < 60 and (alone := _ALONE.fullmatch(text)) and not _NO_QUERY.match(alone[1]):
        spans.append(alone.span(1))  # a reader's query, which is a number and nothing else
    return [Reference(text[start:end], reference_key(text[start:end]), start, end) for start, end in sorted(spans)]


def _marked(text: str) -> list[tuple[int, int]]:
    """Spans of the numbers with a prefix word, and of those enumerated after one."""
    spans = [match.span(1) for match in _SINGLE.finditer(text)]
    for match in _MARKED.finditer(text):
        if not _digits(match[1]):
            continue
        following: re.Match[str] | None = match
        while following:
            spans.append(following.span(1))
            following = _NEXT.match(text, following.end(1))
    return sorted(set(spans))


def _digits(raw: str) -> bool:
    return sum(character.isdigit() for character in raw) >= 3


def _is_bare_number(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 40) : match.start()]
    if OTHER_NUMBER_BEFORE.search(before) and not _LABELLED_NUMBER.search(before):
        return False
    if match[0][:3].isdigit() and "/" in match[0][3:5] and _OTHER_ABBREVIATION_BEFORE.search(before):
        return False
    years = re.findall(r"\d+", match[0])
    is_range = len(years) < 4 and len(years[0]) == 4 and len(years[-1]) == 4 and 1900 <= int(years[-1]) <= 2100
    return not ((is_range and 1900 <= int(years[0]) <= 2100) or _EU_LAW_AFTER.match(text, match.end()))
