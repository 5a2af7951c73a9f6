"""Whether a question that does not lean on the one before by its words goes on with its topic, as the papers have it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from indexer.filters import Filters
from indexer.german import fold, stem
from indexer.lexical import Bag
from indexer.passages import searched_text
from service.conversation.phrases import phrases, words
from service.evidence.finder import coverage
from service.questions import Names

_PASSAGES = 6  # that are looked into
_TOGETHER = 0.5  # share of the topic's words that a passage holds which is about it
_HOLDING = 50  # passages that hold a word
_AS_GOOD = 0.75  # how well a passage on the topic must hold the question's words, against any other
# What papers of any topic speak of, as their stems: these words tell no topic of their own.
_OF_ANY_PAPER = frozenset(
    stem(word)
    for word in """
    stimmen ja nein gegenstimmen enthaltungen abstimmung beschluss ergebnis sitzung termin datum frist kosten
    folgekosten zuschuss finanzierung begründung grund anlage anlagen antragsteller verfasser gremium ausschuss
    verwaltung zuständig umsetzung laufzeit nächste nächsten letzte letzten erste neue neuen weitere votes reason
    meeting deadline result responsible next last
    """.split()
)
# What councils do and have: with "der", "die", "das" it is the one that was spoken of.
_OF_ANY_COUNCIL = frozenset(
    stem(word)
    for word in """
    antrag anfrage vorlage verfahren initiative vertrag geld mittel rat gemeinderat kreistag stadtrat ortsrat ortschaftsrat
    bürgermeister landrat fraktion maßnahme projekt vorhaben planung studie gutachten konzept entscheidung vergabe auftrag
    """.split()
)
_DEFINITE = frozenset("der die das den dem des im am zum zur vom beim".split())
_ACROSS = re.compile(
    r"\b(?:(?:welche[nr]?|alle[nr]?|andere[nr]?|anderen|jede[rmns]?|beide[nr]?|mehrere[nr]?|viele[nr]?|which|all|other|every)\s+"
    r"(?:\w+\s+)?(?:(?:Land)?kreise?n?|Städten?|Stadt|Gemeinden?|Kommunen?|Körperschaft(?:en)?|counties|county|towns?|cities|bodies)"
    r"|überall|anderswo|insgesamt alle|everywhere|elsewhere)\b",
    re.IGNORECASE,
)


def asks_across(text: str) -> bool:
    """Whether it asks of all bodies: "Welche Landkreise haben …?"."""
    return bool(_ACROSS.search(text))


def held_by(text: str, bodies: Sequence[str], names: Names) -> bool:
    """Whether the papers of these bodies hold the words of a text, as far as any paper holds them."""
    generation = names.generation
    allowed = generation.columns.rows(Filters(body=tuple(bodies)))
    if len(generation.named(text)) and not len(generation.named(text, allowed)):  # the number of another body's paper
        return False
    for word in words(text):
        known = [term for term in generation.analyser.terms(word) if generation.lexical.knows(term)]
        if known and not generation.lexical.nearest(Bag(Counter(known)), 1, allowed):
            return False
    return True


def only_body(text: str, names: Names) -> str | None:
    """The one body in whose papers alone words of a text stand: it may name a part of a town, or a matter of that town."""
    generation = names.generation
    found: set[str | None] = set()
    for word in words(text):
        rows = generation.lexical.nearest(Bag(Counter(generation.analyser.terms(word)[:1])), _HOLDING)
        holding = {generation.passage(row).document.paper.body for row, _ in rows}
        found |= holding if len(holding) == 1 else set()
    return found.pop() if len(found) == 1 else None


def continues(text: str, topic: str, names: Names) -> bool:
    """Whether some passage on the topic holds the question's words nearly as well as any passage does."""
    generation = names.generation
    asked = [term for word in words(text) for term in generation.analyser.terms(word)]
    about = [term for word in words(topic) for term in generation.analyser.terms(word)]
    if not about:
        return False
    if all(stem(fold(part)) in _OF_ANY_PAPER for word in words(text) for part in word.split("-")) or _of_no_topic(text):
        return True
    rows = {row for terms in (asked, asked + about) for row, _ in generation.lexical.nearest(Bag(Counter(terms)), _PASSAGES)}
    texts = [searched_text(generation.passage(row)) for row in rows]
    held = [(coverage(generation, asked, one), coverage(generation, about, one)) for one in texts]
    best = max((own for own, _ in held), default=0.0)
    together = max((own for own, both in held if both >= _TOGETHER), default=0.0)
    return together >= _AS_GOOD * best > 0


def _of_no_topic(text: str) -> bool:
    """Whether it speaks only of what every council has, and of one that is known: "Wer hat den Antrag unterschrieben?"."""
    found = list(phrases(text))
    heads = [stem(fold(text[one.core : one.end].split()[-1])) for one in found]
    known = any(_DEFINITE.intersection(one.lead) for one in found)
    return bool(heads) and known and _OF_ANY_COUNCIL.union(_OF_ANY_PAPER).issuperset(heads)
