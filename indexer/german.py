"""German words for lexical search: folding, stop words, stems, parts of compounds, numbers, runs of letters.

The whole word always stays a term; the parts of a compound are added to it. A word is split where its parts are words of
the index itself (Koehn & Knight 2003, "Empirical Methods for Compound Splitting"), so no dictionary is needed. Runs of four
letters (McNamee & Mayfield 2004, "Character N-Gram Tokenization for European Language Text Retrieval") reach what stems do
not: typing errors, split or oddly joined compounds, kindred words of another language.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

import Stemmer

from indexer.dates import DATE, MONTH, MONTHS, parse_date
from indexer.references import find_references

VERSION = 3  # of the analysis: an index analysed otherwise is analysed anew

STOP_WORDS = frozenset(
    """ab aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes auch auf aus bei beim
    bereits bin bis bist bzw da dabei dadurch dafür dagegen daher damit dann daran darauf daraus darin darüber das dass davon
    dazu dein dem den denen denn der deren des dessen die dies diese diesem diesen dieser dieses doch dort du durch ein eine
    einem einen einer eines einige er es etwa etwas für gab ganz gegen gehabt gewesen gibt hab habe haben hat hatte hatten
    hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in indem ins ist ja je jede jedem jeden jeder jedes
    jedoch jene kann kein keine können könnte man manche mehr mein mich mir mit muss müssen nach neben nein nicht nichts noch
    nun nur ob oder ohne sehr sein seine seinem seinen seiner seines seit sich sie sind so solche soll sollen sollte sondern
    sowie trotz über um und uns unser unter viel vom von vor wann war waren warum was weil welche welchem welchen welcher
    welches wenn wer werden weshalb wie wieder wieso wieviel will wir wird wo wobei wofür woher wohin worden worin wurde wurden
    würde würden zu zum zur zwar zwischen bitte
    a an and are as at be been by did do does for from had has have how i if in into is it its of on or shall should than that
    the their them there these they this those to was were what when where which who whom whose why will with would you your
    please""".split()
)

Parts = Callable[[str], Sequence[str]]  # a word to what it is indexed by

_STEMMER = Stemmer.Stemmer("german")
_TOKEN = re.compile(r"(?<!§)§+\s*\d+[a-z]?|\d+(?:[.,:/\-]\d+)+|\w+", re.IGNORECASE)
_PART = re.compile(r"\d+")
_PARAGRAPH = re.compile(r"(?<!§)§+\s*(\d+[a-z]?)\s*(?:Abs\.|Absatz|\()\s*(\d+)", re.IGNORECASE)
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?![\d.])(?:,\d+)?")
_GRAM = 4  # letters
_SPELLED_OUT = re.compile(r"ae|oe|(?<!q)ue")
_BASE_LETTERS = str.maketrans("äöü", "aou")
_LINKS = {"s": ("s", "es", "ens"), "n": ("n", "en"), "r": ("er",), "e": ("e",)}  # Fugenelemente, by their last letter
_SHORTEST_PART = 4
_REMEMBERED = 500_000  # words whose terms are kept at hand; what readers type must not fill the memory
_LONGEST_COMPOUND = 60  # beyond it a "word" is no word, and splitting would take long
_FOLD = str.maketrans({"ß": "ss", "\u00ad": None, "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-"})


def fold(text: str) -> str:
    """Lower case, NFKC, ß as ss, no soft hyphens, one kind of dash. Umlauts stay: the stemmer folds ä, ae and a.

    >>> fold("Stra\u00adßen–Größe")
    'strassen-grösse'
    """
    return unicodedata.normalize("NFKC", text).translate(_FOLD).lower()


def words(text: str) -> Iterator[str]:
    """The folded words and numbers of a text, in order. Joined numbers stay whole: dates, amounts, Drucksachen numbers.

    >>> list(words("§ 5 Abs. 2: 1.250,00 € am 13.06.2022"))
    ['§5', 'abs', '2', '1.250,00', 'am', '13.06.2022']
    """
    for match in _TOKEN.finditer(fold(text)):
        word = match.group()
        yield "".join(word.split()) if word[0] == "§" else word


def numbers(text: str) -> list[str]:
    """Tokens for what a text numbers, equal however it is written: Drucksachen numbers, days and months, paragraphs of laws.

    >>> numbers("Vorlage 2022-0200, 13. Juni 2022, § 5 Abs. 2")
    ['#2022/200', '@2022-06-13', '@2022-06', '§5/2']
    """
    found = [f"#{reference.key}" for reference in find_references(text)]
    for match in DATE.finditer(text):
        if day := parse_date(match):
            found += [f"@{day}", f"@{day:%Y-%m}"]
    days = {match.start("n") for match in DATE.finditer(text) if match["n"]}
    months = (match for match in MONTH.finditer(text) if match.start() not in days)
    found += [f"@{match['y']}-{MONTHS.index(match['n']) + 1:02}" for match in months]
    return found + [f"§{match[1].lower()}/{match[2]}" for match in _PARAGRAPH.finditer(text)]


def grams(word: str) -> list[str]:
    """Runs of four letters of a folded word, its ends marked; none of numbers and of stop words.

    >>> grams("kitas")
    ['_kit', 'kita', 'itas', 'tas_']
    """
    if word in STOP_WORDS or not word[0].isalpha():
        return []
    padded = f"_{_SPELLED_OUT.sub(lambda m: m.group()[0], word).translate(_BASE_LETTERS)}_"
    return [padded[i : i + _GRAM] for i in range(max(1, len(padded) - _GRAM + 1))]


def stem(word: str) -> str:
    """The Snowball stem; of a plural like Kitas and Büros also without the s, which Snowball keeps."""
    return _stem(word) if len(word) <= _LONGEST_COMPOUND else word


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    stemmed = str(_STEMMER.stemWord(word))
    return stemmed[:-1] if len(stemmed) > 4 and stemmed.endswith(("as", "os")) else stemmed


def _terms(word: str) -> list[str]:
    """The index terms of one folded word: its stem; of a joined number also its parts, of a sum its plain figure."""
    if word[0] == "§" or word[0].isdigit():
        if _THOUSANDS.fullmatch(word):
            return [word, word.split(",")[0].replace(".", "")]
        parts = _PART.findall(word)
        return [word, *parts] if len(parts) > 1 else [word]
    return [stem(word)]


def analyse_plain(text: str) -> list[str]:
    """Terms of a text without compound parts: what can be done without knowing the index."""
    return [term for word in words(text) if word not in STOP_WORDS for term in _terms(word)]


def can_be_part(word: str) -> bool:
    """Whether a word can be a part of a compound: letters only, four or more, and no stop word."""
    return word.isalpha() and len(word) >= _SHORTEST_PART and word not in STOP_WORDS


class Analyser:
    """Text to terms, with the compounds of one index split by that index's own vocabulary."""

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        """``frequencies``: in how many passages each word occurs that can be a part."""
        self.frequencies = frequencies
        self._known: dict[str, tuple[str, ...]] = {}

    def terms(self, text: str) -> list[str]:
        """Terms in order of appearance, repeated as often as they occur; behind them the tokens of numbers."""
        return [term for word in words(text) for term in self.terms_of(word)] + numbers(text)

    def terms_of(self, word: str) -> tuple[str, ...]:
        """The terms of one folded word: its stem and those of its parts; none of a stop word."""
        terms = self._known.get(word)
        if terms is None:
            if word in STOP_WORDS:
                return ()
            if word[0] in "#@" or (word[0] == "§" and "/" in word):  # already a token
                return (word,)
            terms = (*_terms(word), *(stem(part) for part in self.split(word)))
            if len(self._known) < _REMEMBERED and len(word) <= _LONGEST_COMPOUND:
                self._known[word] = terms
        return terms

    def split(self, word: str) -> tuple[str, ...]:
        """The parts of a folded compound, or () if it is none: the split with the highest geometric mean of frequencies.

        >>> Analyser({"jugend": 9, "hilfe": 9, "ausschuss": 9}).split("jugendhilfeausschuss")
        ('jugend', 'hilfe', 'ausschuss')
        >>> Analyser({"auflage": 9, "lage": 3}).split("auflage")
        ()
        """
        if not 2 * _SHORTEST_PART <= len(word) <= _LONGEST_COMPOUND or not word.isalpha():
            return ()
        best: tuple[str, ...] = ()
        best_mean = float(self.frequencies.get(word, 0))
        for parts in self._splits(word, 3):
            mean = math.exp(sum(math.log(self.frequencies[part]) for part in parts) / len(parts))
            if mean > best_mean:
                best, best_mean = parts, mean
        return best

    def _splits(self, word: str, most: int) -> Iterator[tuple[str, ...]]:
        known = self.frequencies
        for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            head = word[:cut]
            base = head if head in known else self._without_link(head)
            if base is None:
                continue
            tail = word[cut:]
            if tail in known:
                yield (base, tail)
            if most > 2 and len(tail) >= 2 * _SHORTEST_PART:
                for rest in self._splits(tail, most - 1):
                    yield (base, *rest)

    def _without_link(self, head: str) -> str | None:
        """The word of the index behind a head that carries a linking element: "arbeits" -> "arbeit"."""
        for link in _LINKS.get(head[-1], ()):
            base = head.removesuffix(link)
            if base != head and len(base) >= _SHORTEST_PART and base in self.frequencies:
                return base
        return None
