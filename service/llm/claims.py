"""Is a sentence of a language model borne by the place it cites? Everything it claims must stand there.

figures    numbers, sums, shares, dates, times and numbers of papers, in any spelling, and in the same clause as there
names      nouns and names that the place, its heading or its paper's head do not hold
denial     what is denied there is denied here, and the other way round; opposites are not exchanged
plans      what is only planned or proposed is told as such; a decision only where a result tells it, and of the same kind
bodies     a sentence about one county does not cite another's paper

Verbs and adjectives may be other ones, within limits. Who did what to whom inside one clause is not understood here: that is
what the optional entailment check is for (entailment.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from indexer.domain import Passage
from indexer.german import Analyser
from service.bodynames import BodyNames
from service.llm.compared import Claim, Source
from service.llm.facts import Fact, facts_of, forms
from service.llm.figures import figures_borne
from service.llm.places import Place, places_of, refers_back
from service.llm.stance import (
    clauses,
    decisions,
    denials,
    denies,
    foretold,
    intends,
    is_denial,
    plans,
    taken,
    told_as_decided,
    told_as_plan,
)
from service.llm.wordmatch import Word, contradicts, new_words, said
from service.questions import Language

Fault = Literal["figure", "name", "words", "denial", "plan", "decision", "body", "nothing"]

_NEW = 0.25  # share of a sentence's words that its source need not hold: other verbs, other adjectives
_NEW_ENGLISH = 0.34  # of an English sentence: the glossary is small
_JOINT = re.compile(r";\s|,?\s(?:und|während|aber|and|while|but|whereas)\s", re.IGNORECASE)
_FINITE = re.compile(
    r"\b(?:ist|sind|war|waren|wird|werden|wurden?|hat|haben|hatten?|soll(?:en)?|kann|können|gibt|gilt|\w{2,}(?:tet|test|gt|lt|rt|nt|bt|ßt|st|ft|cht|te|ten)"
    r"|nahm|fand|stieg|lag|is|are|was|were|has|have|had|will|should|costs?|\w{3,}ed)\b"
)
_LEANS = re.compile(
    r"^(?:alle|keine[rs]?|einige|viele|manche|jede[rs]?|all|none|some|each|\w+t|\w+te|ist|sind|war|wird|wurden?|hat|soll|is|are|was|has|will|should|costs?|\w+ed)\b|\b(?:er|sie|es|ihn|ihm|dort|da|it|they|he|she|there)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Borne:
    """The places that bear a sentence: one, or one for each half of it."""

    places: tuple[Place, ...]


class Checker:
    """Checks sentences against the passages they cite."""

    def __init__(self, analyser: Analyser, bodies: BodyNames) -> None:
        self._analyser = analyser
        self._bodies = bodies

    def sources(self, passage: Passage) -> list[Source]:
        """The places of a passage, to be asked for many sentences."""
        return [Source(place, self._analyser) for place in places_of(passage)]

    def borne(self, sentence: str, language: Language, sources: Sequence[Source], asked: Sequence[str]) -> Borne | Fault:
        """The best places that bear the sentence, else what is wrong with it at the place where it fares best.

        ``asked``: the bodies that the question names, which a sentence that names none is about.
        """
        fitting = [s for s in sources if self._of_its_body(sentence, s.place, asked)]
        if not fitting:
            return "body" if sources else "nothing"
        whole = self._best(sentence, language, fitting)
        if isinstance(whole, Place):
            return Borne((whole,))
        for halves in _halves(sentence):
            found = [self._best(half, language, fitting) for half in halves]
            borne = tuple(place for place in found if isinstance(place, Place))
            if len(borne) == len(found):
                return Borne(tuple({(place.passage.id, place.start): place for place in borne}.values()))
        return whole

    def _best(self, sentence: str, language: Language, sources: Sequence[Source]) -> Place | Fault:
        claimed = said(sentence, language)
        figures = facts_of(sentence)
        nameless = language == "de" and not any(word.noun for word in claimed)
        if nameless or not claimed or len(claimed) + len(figures) + denies(sentence) < 2:
            return "nothing"
        fault: Fault = "words"
        fits: list[tuple[float, Place]] = []
        for source in sources:
            missing = new_words(claimed, source.bag, language)
            wrong = _wrong(Claim(sentence, language, claimed, figures), missing, source)
            if wrong is None and _mixed(missing, source, sources, language):
                wrong = "words"
            held = _held_by_quotation(claimed, figures, language, source) if wrong is None else 0
            if held:
                fits.append((held - len(source.place.text.split()) / 100, source.place))
            elif len(missing) * 2 <= len(claimed):
                fault = wrong or fault
        return max(fits, key=lambda fit: fit[0])[1] if fits else fault

    def _of_its_body(self, sentence: str, place: Place, asked: Sequence[str]) -> bool:
        body = place.passage.document.paper.body
        if body is None:
            return True
        named = [one.bodies for one in self._bodies.named(sentence)]
        if not named:
            return not asked or body in asked
        told = {b for one in self._bodies.named(f"{place.heading}\n{place.text}") for b in one.bodies} | {body}
        return all(told & set(bodies) for bodies in named)


def _wrong(claim: Claim, missing: Sequence[Word], source: Source) -> Fault | None:
    if any(word.noun for word in missing):
        return "name"
    share = _NEW if claim.language == "de" else _NEW_ENGLISH
    if len(missing) > (0 if source.place.columns else max(len(claim.words) > 2, share * len(claim.words))):
        return "words"
    if len(new_words(claim.words, source.own, claim.language)) == len(claim.words):
        return "words"  # what it says stands in the paper's head alone
    if not all(_half_held(said(clause, claim.language), source, claim.language) for clause in clauses(claim.text)):
        return "words"
    if source.place.columns and not _says_of_the_row(claim, source):
        return "words"
    if not figures_borne(claim, source):
        return "figure"
    if contradicts(claim.text, source.spoken) or not _denied_alike(claim, source):
        return "denial"
    if not _decided_alike(claim.text, source):
        return "decision"
    return None if _planned_alike(claim, source) else "plan"


def _held_by_quotation(claimed: Sequence[Word], figures: Sequence[Fact], language: Language, source: Source) -> int:
    """How many words and figures of a sentence a reader finds in the quotation itself.

    What an introduction says, it bears, not the items below it, though they are read with it.
    """
    values = frozenset().union(*(forms(fact) for fact in source.facts))
    held = len(claimed) - len(new_words(claimed, source.quoted, language))
    return held + sum(bool(fact.values & values) for fact in figures)


def _half_held(words: Sequence[Word], source: Source, language: Language) -> bool:
    """No clause of a sentence is all new: "..., and the mayor resigned over it"."""
    return len(words) < 2 or len(new_words(words, source.bag, language)) * 2 <= len(words)


def _mixed(missing: Sequence[Word], source: Source, sources: Sequence[Source], language: Language) -> bool:
    """Whether another place of the passage says what this one does not: a sentence made of two."""
    others = [other for other in sources if other.place.passage is source.place.passage and other is not source]
    return any(not new_words([word], other.own, language) for word in missing for other in others)


def _says_of_the_row(claim: Claim, source: Source) -> bool:
    """Whether a sentence tells anything of a table row but its name and what the columns are called."""
    cells = source.bag_of("\n".join(source.place.cells[1:]))
    values = frozenset().union(*(forms(fact) for fact in source.facts))
    return any(fact.values & values for fact in claim.figures) or len(new_words(claim.words, cells, claim.language)) < len(
        claim.words
    )


def _denied_alike(claim: Claim, source: Source) -> bool:
    """What one denies, the other denies: clause by clause, since a sentence may deny one thing and tell another."""
    theirs = [clause for clause in clauses(source.place.text) if is_denial(clause)]
    ours = [clause for clause in clauses(claim.text) if denies(clause)]
    if not all(any(_denies_this(clause, their, claim, source) for their in theirs) for clause in ours):
        return False
    return bool(ours) or not any(_concerned(claim, clause, source) for clause in theirs)


def _denies_this(clause: str, their: str, claim: Claim, source: Source) -> bool:
    """Whether a clause of the source denies what one of the sentence does, and not what another clause tells."""
    if denials(clause) % 2 != denials(their) % 2:
        return False
    told = said(clause, claim.language)
    new = new_words(told, source.bag_of(their), claim.language)
    if refers_back(their):  # "Auffällig ist das Obere Aurtal: Dort gibt es keinen Platz."
        return len(new) * 2 <= len(told)
    others = source.bag_of("\n".join(c for c in clauses(source.place.text) if c != their))
    strange = [word for word in new if word.noun and word not in new_words(new, others, claim.language)]
    return not strange and len(new) * 2 <= len(told)


def _decided_alike(sentence: str, source: Source) -> bool:
    ours = decisions(sentence)
    if not ours:
        return True
    if not told_as_decided(sentence):
        return source.proposes or ours <= decisions(source.spoken, table_row=bool(source.place.columns))
    if source.place.columns:
        return not source.proposes and ours <= decisions(source.spoken, table_row=True)
    return not source.proposes and ours <= {kind for clause in clauses(source.spoken) for kind in taken(clause)}


def _planned_alike(claim: Claim, source: Source) -> bool:
    if source.proposes:
        return plans(claim.text)
    if foretold(claim.text, source.place.text):
        return False
    intended = [clause for clause in clauses(source.place.text) if intends(clause)]
    if not intended or told_as_plan(claim.text):
        return True
    # A verb of the sentence's own makes a fact of an intention: "empfiehlt zwei Büros", "hat ein Büro eröffnet".
    return not new_words(claim.words, source.bag, claim.language) and not any(_concerned(claim, c, source) for c in intended)


def _concerned(claim: Claim, clause: str, source: Source) -> bool:
    """Whether a sentence tells what this clause of its source tells: more than half of its words and figures."""
    if claim.language == "en":  # the other way round: German words cannot be looked up in English ones
        return len(new_words(claim.words, source.bag_of(clause), "en")) * 2 < len(claim.words)
    told, figures = said(clause, "de"), facts_of(clause)
    held = len(told) - len(new_words(told, source.bag_of(claim.text), "de"))
    ours = frozenset().union(*(forms(fact) for fact in claim.figures))
    held += sum(bool(forms(fact) & ours) for fact in figures)
    return held * 2 > len(told) + len(figures)


def _halves(sentence: str) -> Iterator[tuple[str, str]]:
    """A sentence of two main clauses, cut in two; not where the second leans on the first ("und kostet ...")."""
    for match in _JOINT.finditer(sentence):
        first, second = sentence[: match.start()], sentence[match.end() :]
        if _FINITE.search(first) and _FINITE.search(second) and not _LEANS.search(second):
            yield f"{first}.", second[0].upper() + second[1:]
