"""Whether a text holds what another one says, in other words: stems, parts of compounds, kindred and equal words.

Strict with nouns, which in German bear the names: one that the source does not hold is a claim of its own. Verbs and adjectives
may differ, opposites may not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.german import STOP_WORDS, Analyser, fold, stem, words
from service.llm.facts import facts_of
from service.llm.glossary import GLOSSARY
from service.llm.wording import GENERIC, LIGHT, OPPOSITES, SAME
from service.questions import Language

_WORD = re.compile(r"[^\W\d_][\w'’]*(?:[-/][^\W_]\w*)*")
_ENDINGS = frozenset(
    """e n s t er en et st ung ier iert isier at itat lich ig isch keit heit schaft in innen erin end bar ion ator or
    nis sam al haft los lo eri erei te ten ter ling tum ungs s es ens elt eit ern rn ein ler ner""".split()
) | {""}
_SHORTEST = 4  # letters that kindred words share
_LINKED = re.compile(r"(?:ge|zu)(?=\w{4})")
_PREFIXED = re.compile(r"(ab|an|auf|aus|bei|dar|ein|fort|heraus|hin|mit|nach|um|vor|weiter|zu|zurück|zusammen)(?:ge|zu)(\w{3,})")
_PARTICIPLE = re.compile(r"(?:ge|be|ver|er|ent|zer|vor|ein|auf|aus|an|ab|nach|zu|um)\w+(?:t|en)$")
_AUXILIARY = re.compile(r"\s+(?:ist|sind|war|waren|wird|werden|wurden?|hat|haben|sollen?|sei|kann|können)\b")


@dataclass(frozen=True)
class Word:
    """A word that says something. ``noun``: a noun or name, which must not be new."""

    text: str
    noun: bool


class Bag:
    """The words of a source, to be asked whether they hold another."""

    def __init__(self, text: str, analyser: Analyser) -> None:
        self._analyser = analyser
        self._folded = {word for word in words(text) if word not in STOP_WORDS} | {
            fold(part) for match in _WORD.finditer(text) for part in re.split(r"[-/]", match.group())
        }
        self._stems = {form for word in self._folded for form in _forms(word)}
        self._stems |= {stem(part) for word in self._folded for part in analyser.split(word)}
        self._same = set().union(*(SAME[one] for one in self._stems if one in SAME)) if self._stems else set()

    def holds(self, word: str) -> bool:
        """Whether the source says this word: the same, a kindred or an equal one, or all parts of a compound.

        >>> bag = Bag("Die Schuldnerberatung im Landkreis wurde geprüft.", Analyser({"schuldner": 2, "beratung": 2}))
        >>> [bag.holds(word) for word in ("Beratung", "Prüfung", "Schuldner", "Pflege")]
        [True, True, True, False]
        """
        if any(self._holds(fold(word), form) for form in _forms(fold(word))):
            return True
        parts = self._analyser.split(fold(word)) or [part for part in re.split(r"[-/]", fold(word)) if part]
        return len(parts) > 1 and all(part in STOP_WORDS or self.holds(part) for part in parts)

    def holds_english(self, word: str) -> bool:
        """The same of an English word: by a German counterpart, or because both languages write it nearly alike."""
        alike = _alike(fold(word))
        return self.holds_name(word) or (len(alike) > 4 and any(_alike(one)[:5] == alike[:5] for one in self._folded))

    def holds_name(self, word: str) -> bool:
        """The same of a word that an English sentence writes with a capital: "Council", "Kreistag"."""
        folded = fold(word).replace("’", "'").removesuffix("'s")
        german = GLOSSARY.get(folded) or GLOSSARY.get(folded.removesuffix("s")) or frozenset()
        if german & self._stems or any(
            one[: len(g)] == g or one.endswith(g) for g in german if len(g) > 4 for one in self._stems
        ):
            return True
        return self.holds(word)

    def _holds(self, word: str, form: str) -> bool:
        if form in self._stems or form in self._same or any(_kindred(form, own) for own in self._stems):
            return True
        # "Beratung" in "Schuldnerberatung", where the index cannot split it.
        return len(form) > 4 and any(len(own) >= len(word) + 3 and own.endswith((word, form)) for own in self._folded)


def _forms(word: str) -> set[str]:
    """The stem of a folded word, also without the middle of a participle: eingerichtet, einzurichten -> einricht."""
    found = {stem(word)}
    if match := _PREFIXED.fullmatch(word):
        found.add(stem(match[1] + match[2]))
    elif match := _LINKED.match(word):
        found.add(stem(word[match.end() :]))
    return found


def _kindred(one: str, other: str) -> bool:
    """Whether two stems begin alike and differ only in how words are derived: priorisier, prioritat."""
    common = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return common >= _SHORTEST and one[common:] in _ENDINGS and other[common:] in _ENDINGS


def _alike(word: str) -> str:
    """Spelled as both languages could: strategy, Strategie; social, Sozial; action, Aktion."""
    for old, new in (("sz", "z"), ("ci", "zi"), ("c", "k"), ("ph", "f"), ("y", "i"), ("ä", "a"), ("ö", "o"), ("ü", "u")):
        word = word.replace(old, new)
    return word


def said(text: str, language: Language) -> list[Word]:
    """The words of a sentence that say something, figures apart."""
    found = []
    figures = [(fact.start, fact.end) for fact in facts_of(text)]
    for match in _WORD.finditer(text):
        word = match.group().strip("'’")
        if any(start <= match.start() < end for start, end in figures):
            continue
        folded = fold(word)
        if folded in STOP_WORDS or len(folded) < 2 or stem(folded) in LIGHT:
            continue
        first = not text[: match.start()].strip(" „“\"'(")
        # What begins an English sentence is a name if it is no word that council papers need.
        common = language == "en" and (folded in GLOSSARY or folded.removesuffix("s") in GLOSSARY or stem(folded) in GENERIC)
        verb = first and (common or bool(language == "de" and _PARTICIPLE.match(folded) and _AUXILIARY.match(text, match.end())))
        noun = word[0].isupper() and not verb
        if not (noun and stem(folded) in GENERIC) and not (language == "en" and stem(folded) in GENERIC):
            found.append(Word(word, noun))
    return found


def new_words(claimed: Sequence[Word], bag: Bag, language: Language) -> list[Word]:
    """The words of a sentence that its source does not hold."""
    if language == "de":
        return [word for word in claimed if not bag.holds(word.text)]
    return [word for word in claimed if not (bag.holds_name(word.text) if word.noun else bag.holds_english(word.text))]


def contradicts(claimed: str, source: str) -> bool:
    """Whether a sentence uses one side of a pair of opposites and its source only the other, or neither.

    >>> contradicts("Die Kosten sinken.", "Die Kosten steigen."), contradicts("Die Kosten steigen.", "Es gab einen Anstieg.")
    (True, False)
    """
    ours, theirs = _all_stems(claimed), _all_stems(source)
    for one, other in OPPOSITES:
        for side, opposite in ((one, other), (other, one)):
            if ours & side and not theirs & side and (theirs & opposite):
                return True
    return any(_without_un(one, other) for one, other in ((ours, theirs), (theirs, ours)))


def _without_un(one: set[str], other: set[str]) -> bool:
    """Whether one text says "zufrieden" and the other only "unzufrieden"."""
    return any(len(word) > 5 and f"un{word}" in other and word not in other and f"un{word}" not in one for word in one)


def _all_stems(text: str) -> set[str]:
    return {form for word in words(text) for form in _forms(word)}
