"""The language of a text, by its script and its most frequent words.

Words that several of the languages share count for none. What is short or mixed has no language: nothing is guessed.
"""

from __future__ import annotations

import re
from collections import Counter

_WORDS = {
    "de": "der die das und den dem des ein eine einer eines einem einen ist nicht mit von zu auf für im sich auch werden "
    "wird wurde als an nach bei aus durch über sowie oder zum zur vom sind dass sie "
    "wir ich haben hat kann können soll noch nur wenn",
    "en": "the of and to is that for with on was are this from have has be by not which were their been will would can it its "
    "or an they but more there you we he she",
    "fr": "le la les des et est une dans pour que qui sur pas avec au aux ce cette sont par du plus nous vous ont été",
    "es": "el los las del y es una en que por con para se su no lo como más fue son está pero sus al",
    "it": "il lo gli della di che è un una per con non sono del nel alla dei le si come più anche questo dal delle",
    "nl": "het een en van dat niet zijn voor met op aan door ook wordt worden bij naar maar deze dit heeft hebben uit",
    "pl": "na się nie jest że jak po za od przez dla oraz są tego być może",
    "tr": "ve bir bu için ile da de olarak olan daha gibi çok kadar sonra ancak değil olduğu veya her",
    "nds": "un dat de is nich mit för op een ok sünd wi ji hebbt dor wör vun över ick sien",
}
_OWNERS = Counter(word for words in _WORDS.values() for word in set(words.split()))
_LANGUAGES = {
    word: language for language, words in _WORDS.items() for word in words.split() if _OWNERS[word] == 1
}  # by the words that only one of them has
_SCRIPTS = {
    "ar": re.compile("[\u0620-\u06ff]"),
    "el": re.compile("[\u0370-\u03ff]"),
    "uk": re.compile("[іїєґІЇЄҐ]"),
    "ru": re.compile("[ыэъёЫЭЪЁ]"),
}
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_WORD = re.compile(r"[^\W\d_]+")
_READ = 20_000  # characters, from the beginning
_FEWEST = 5  # words that speak for a language
_LEAD = 2  # times as many as for the next
_DENSEST = 0.06  # of all words; a list of names in any language has fewer


def language_of(text: str) -> str | None:
    """The language (ISO 639) in which the text is written, None if it is too short, too mixed or unknown.

    >>> language_of("Der Kreistag beschließt den Plan für das Jahr und die Mittel, die im Haushalt nicht enthalten sind.")
    'de'
    """
    sample = text[:_READ]
    letters = sum(map(str.isalpha, sample))
    if len(_CYRILLIC.findall(sample)) > letters / 2:
        counts = {language: len(_SCRIPTS[language].findall(sample)) for language in ("uk", "ru")}
        best = max(counts, key=lambda language: counts[language])
        return best if counts[best] > _LEAD * min(counts.values()) else None
    for language in ("ar", "el"):
        if len(_SCRIPTS[language].findall(sample)) > letters / 2:
            return language
    words = [word.lower() for word in _WORD.findall(sample)]
    votes = Counter(_LANGUAGES[word] for word in words if word in _LANGUAGES).most_common(2)
    if not votes or votes[0][1] < max(_FEWEST, _DENSEST * len(words)):
        return None
    return votes[0][0] if len(votes) == 1 or votes[0][1] >= _LEAD * votes[1][1] else None
