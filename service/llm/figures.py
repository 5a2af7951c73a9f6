"""Whether the figures of a sentence are those of the place it cites, and belong there to the same things.

A number that the place holds may still be told of something else: "57 Frauen mit 63 Kindern" bears no "63 Frauen", and of two
clauses with two figures each no sentence takes one of each.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence

from indexer.domain import CELL_SEPARATOR
from indexer.german import STOP_WORDS, fold, stem
from service.llm.compared import Claim, Source
from service.llm.facts import Fact, facts_of, forms, is_year
from service.llm.stance import CLAUSE
from service.llm.wordmatch import Word, new_words, said
from service.questions import Language

_FOLLOWING = re.compile(r"[^\W\d_][\w-]*|[^\w\s]")
_AGAINST = re.compile(r"\s+(?:gegen|zu|to|against)\s+\d+", re.IGNORECASE)  # "29 gegen 11 Stimmen"
_PARTITIVE = re.compile(r"\s+(?:davon|hiervon|von ihnen|von denen)\b")  # "sieben Felder. Drei davon ..."
_NEAR = 3  # words behind a number among which the thing counted stands
_VOTES = {
    word: vote
    for vote, words in (
        ("ja", "ja dafür yes favour favor for"),
        ("nein", "nein dagegen gegenstimmen gegenstimme against no"),
        ("enthaltung", "enthaltung enthaltungen stimmenthaltungen enthalt enthielt enthielten abstention abstentions abstained"),
    )
    for word in words.split()
}
_LIMIT = re.compile(
    r"(?:(?P<least>mindestens|wenigstens|at least|mehr als|über|more than|over)|(?P<most>höchstens"
    r"|maximal|bis zu|at most|up to|weniger als|unter"
    r"|nicht mehr als|no more than|less than|fewer than|under)|(?P<until>bis(?: zum| spätestens)?|until"
    r"|by))\s+(?:(?:je|rund|etwa|the|EUR|€)\s+)?$",
    re.IGNORECASE,
)
_GOVERNED = re.compile(
    r"(?:verfüg\w*|berichtet\w*|stimm\w* \w*|zusätzlich|hinaus)\s*$", re.IGNORECASE
)  # "verfügt über 16 Plätze"


def figures_borne(claim: Claim, source: Source) -> bool:
    """Every figure of the sentence stands at the place or over it, of the same kind, and is bound to the same things."""
    bound = []
    for fact in claim.figures:
        matches = [own for own in source.facts if _equal(fact, own, source)]
        if matches:
            bound.append((fact, matches))
        elif not any(_equal(fact, own, source) for own in source.said_around):
            return False
    if any(len(matches) < _told(fact, claim) for fact, matches in bound if not is_year(fact)):
        return False
    if source.place.columns:
        return all(_in_its_column(claim.text, fact, matches, source) for fact, matches in bound)
    return (
        all(_counts_the_same(claim, fact, matches, source) for fact, matches in bound)
        and all(_limited_alike(claim.text, fact, matches, source) for fact, matches in bound)
        and all(_of_its_clause(claim, fact, source) for fact, _ in bound)
        and _in_one_clause(claim, bound, source)
    )


def _told(fact: Fact, claim: Claim) -> int:
    """How often a sentence tells a figure: of "1,5 Stellen, davon 1,2 besetzt" the 1,5 is not told twice."""
    return sum(other.kind == fact.kind and other.values == fact.values for other in claim.figures)


def _equal(ours: Fact, theirs: Fact, source: Source) -> bool:
    if ours.kind == theirs.kind or (is_year(ours) and theirs.kind == "date"):
        return bool(ours.values & forms(theirs))
    if ours.kind == "date" and is_year(theirs):
        return False
    kinds = {ours.kind, theirs.kind}
    if kinds == {"ordinal", "number"}:
        return bool(ours.values & theirs.values)
    if kinds == {"time", "number"}:  # "von 10 bis 16 Uhr"
        hours = {value.removesuffix(":00") for value in (*ours.values, *theirs.values)}
        return len(hours) == 1 and "Uhr" in source.place.text
    if theirs.kind == "number" and ours.kind in ("money", "percent"):  # the unit stands in the column's head
        unit = "€|euro|eur\\b" if ours.kind == "money" else "%|prozent"
        return bool(ours.values & theirs.values) and bool(re.search(unit, source.spoken, re.IGNORECASE))
    return False


def _counts_the_same(claim: Claim, fact: Fact, matches: Sequence[Fact], source: Source) -> bool:
    """Not another number of the place counts what the sentence says this one does."""
    if fact.kind != "number" or is_year(fact):
        return True
    told = counted(claim.text, fact, claim.language)
    text = source.place.text
    partitive = any(_PARTITIVE.match(text, own.end) and text[: own.start].endswith((". ", "\n")) for own in matches)
    if not told or partitive or any(_same_thing(told, counted(source.place.text, own), claim, source) for own in matches):
        return True
    others = (own for own in source.facts if own.kind == "number" and not own.values & fact.values)
    return not any(_same_thing(told, counted(source.place.text, other), claim, source) for other in others)


def counted(text: str, fact: Fact, language: Language = "de") -> str:
    """What a number counts: the first noun or vote behind it, "" if there is none.

    >>> text = "57 Frauen mit 63 Kindern, 29 gegen 11 Stimmen"
    >>> [counted(text, fact) for fact in facts_of(text)]
    ['Frauen', 'Kindern', 'Stimmen', 'Stimmen']
    """
    against = _AGAINST.match(text, fact.end)
    for number, match in enumerate(_FOLLOWING.finditer(text, against.end() if against else fact.end)):
        word = match.group()
        if (
            number == _NEAR
            or not word[0].isalpha()
            or re.search(r"\d", text[fact.end if not against else against.end() : match.start()])
        ):
            break
        if _vote(word) or (fold(word) not in STOP_WORDS and (word[0].isupper() or language == "en")):
            return word
        if fold(word) in STOP_WORDS:
            break
    return ""


def _vote(word: str) -> str | None:
    return _VOTES.get(fold(word)) or _VOTES.get(fold(word).split("-")[0])


def _same_thing(one: str, other: str, claim: Claim, source: Source) -> bool:
    if _vote(one) or _vote(other):
        return _vote(one) == _vote(other)
    if claim.language == "en" and one and other:
        return source.bag_of(other).holds_english(one)
    a, b = stem(fold(one)), stem(fold(other))
    return bool(one and other) and (
        a == b or (min(len(a), len(b)) > 3 and (a.endswith(b) or b.endswith(a) or a.startswith(b) or b.startswith(a)))
    )


def _limited_alike(sentence: str, fact: Fact, matches: Sequence[Fact], source: Source) -> bool:
    """ "höchstens 60" is neither "60" nor "mindestens 60"."""
    ours = _limit(sentence, fact)
    return any(_limit(source.place.text, own) == ours for own in matches)


def _limit(text: str, fact: Fact) -> str | None:
    found = _LIMIT.search(text[max(0, fact.start - 40) : fact.start])
    if found and _GOVERNED.search(text[: fact.start - len(found.group())]):
        return None
    limit = found.lastgroup if found else None
    return None if limit == "until" else limit


def _in_its_column(sentence: str, fact: Fact, matches: Sequence[Fact], source: Source) -> bool:
    """Of a table row: in the column that the sentence names next to the figure, among those with figures of the kind."""
    starts = list(_cell_starts(source.place.text))
    at = {bisect(starts, own.start) - 1 for own in matches}
    columns = {bisect(starts, own.start) - 1 for own in source.facts if own.kind == fact.kind} | at
    named = [(place, n) for place, n in _columns_named(sentence, source) if n in columns]
    ends = [match.end() for match in CLAUSE.finditer(sentence)]
    near = [(place, n) for place, n in named if bisect(ends, place) == bisect(ends, fact.start)] or named
    return not near or min(near, key=lambda name: abs(name[0] - fact.start))[1] in at


def _columns_named(sentence: str, source: Source) -> Iterator[tuple[int, int]]:
    """Where a sentence says a word of a column's head, and which column that is; the first names the row."""
    for number, head in enumerate(source.place.columns[1:], start=1):
        bag = source.bag_of(head)
        for match in re.finditer(r"[^\W\d_][\w-]*", sentence):
            word = match.group()
            vote = _vote(word)
            if (vote and vote == _vote(head.strip("."))) or (not vote and fold(word) not in STOP_WORDS and bag.holds(word)):
                yield match.start(), number


def _cell_starts(row: str) -> Iterator[int]:
    at = 0
    for cell in row.split(CELL_SEPARATOR):
        yield at
        at += len(cell) + len(CELL_SEPARATOR)


def _of_its_clause(claim: Claim, fact: Fact, source: Source) -> bool:
    """Not told of what another clause says of another figure: "in Altdorf neun Wochen, in Neudorf 21 Wochen"."""
    pieces = [piece for piece in CLAUSE.split(source.place.text) if piece.strip()]
    own = [piece for piece in pieces if any(forms(f) & fact.values for f in facts_of(piece))]
    rivals = [
        p for p in pieces if p not in own and any(_rivals(fact, f, p, source) and not forms(f) & fact.values for f in facts_of(p))
    ]
    elsewhere = [p for p in pieces if p not in own]
    ends = [match.end() for match in CLAUSE.finditer(claim.text)]
    number = bisect(ends, fact.start)
    clause = claim.text[([0, *ends])[number] : ([*ends, len(claim.text)])[number]]
    nouns = [word for word in said(clause, claim.language) if word.noun]
    for piece in own:
        here = source.bag_of(piece)
        strange = [
            word for word in new_words(nouns, here, claim.language) if any(source.bag_of(r).holds(word.text) for r in rivals)
        ]
        untold = [word for word in said(piece, "de") if word.noun and not source.bag_of(clause).holds(word.text)]
        located = _located(claim.text, new_words(nouns, here, claim.language)) if claim.language == "de" else []
        moved = _located(piece, untold) and any(source.bag_of(e).holds(word.text) for word in located for e in elsewhere)
        if not (strange and untold) and not moved:
            return True
    return not own


def _located(text: str, words: Sequence[Word]) -> list[Word]:
    """The words that a text names as a place: "in der Laubhöhe", "im Oberen Aurtal"."""
    return [
        word
        for word in words
        if re.search(rf"\b(?:in|im|am|bei|beim|aus|an)\s(?:de[rnm]\s)?(?:\w+\s)?{re.escape(word.text)}\b", text)
    ]


def _rivals(fact: Fact, other: Fact, piece: str, source: Source) -> bool:
    """Whether two figures of a place tell of things that could be taken for one another."""
    if other.kind != fact.kind:
        return False
    things = {counted(source.place.text, own) for own in source.facts if own.values & fact.values} - {""}
    rival = counted(piece, other)
    return not things or not rival or any(stem(fold(thing)) == stem(fold(rival)) for thing in things)


def _in_one_clause(claim: Claim, bound: Sequence[tuple[Fact, Sequence[Fact]]], source: Source) -> bool:
    """Figures of one clause stand in one clause of the place, or in several that hold no other figure in their stead."""
    ours = [match.end() for match in CLAUSE.finditer(claim.text)]
    kinds = [_group(fact) for fact, _ in bound]
    whole = len(set(kinds)) == len(kinds)  # "Im Jahr 2026, so der Plan, sind es 336.000 Euro": one statement
    told: dict[int, list[tuple[Fact, Sequence[Fact]]]] = {}
    for pair in bound:
        told.setdefault(0 if whole else bisect(ours, pair[0].start), []).append(pair)
    return all(_fits(claim, pairs, source) for pairs in told.values() if len(pairs) > 1)


def _fits(claim: Claim, pairs: Sequence[tuple[Fact, Sequence[Fact]]], source: Source) -> bool:
    ends = [match.end() for match in CLAUSE.finditer(source.place.text)]
    clause_of = {own: bisect(ends, own.start) for own in source.facts}
    held = [{clause_of[own] for own in matches} for _, matches in pairs]
    common = set.intersection(*held)
    if common:
        return any(_in_order(claim, pairs, clause, clause_of, source) for clause in common)
    for clause in set.union(*held):
        missing = {_group(fact) for (fact, _), clauses in zip(pairs, held, strict=True) if clause not in clauses}
        values = frozenset().union(*(forms(fact) for fact, _ in pairs))
        extra = {
            _group(own) for own, at in clause_of.items() if at == clause and not own.values & values and not forms(own) & values
        }
        if missing & extra:
            return False
    return True


def _in_order(
    claim: Claim, pairs: Sequence[tuple[Fact, Sequence[Fact]]], clause: int, clause_of: dict[Fact, int], source: Source
) -> bool:
    """Two figures of a kind may change places only with what they count: "29 gegen 11 Stimmen" is not "11 gegen 29"."""
    places = [(fact, next(own for own in matches if clause_of[own] == clause)) for fact, matches in pairs]
    for number, (fact, own) in enumerate(places):
        for other_fact, other in places[number + 1 :]:
            if _group(fact) == _group(other_fact) and own.start > other.start:
                told = [
                    (counted(claim.text, f, claim.language), counted(source.place.text, o))
                    for f, o in ((fact, own), (other_fact, other))
                ]
                told_apart = told[0][0] != told[1][0] and not _same_thing(told[0][1], told[1][1], claim, source)
                if not told_apart or not all(_same_thing(a, b, claim, source) or not (a or b) for a, b in told):
                    return False
    return True


def _group(fact: Fact) -> str:
    return "date" if is_year(fact) else fact.kind
