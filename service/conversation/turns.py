"""Follow-up questions become questions that stand alone, without a model, from the turns before.

    "Welche Handlungsfelder hat Musterbach?"  "und in Grünau?"         -> "Welche Handlungsfelder hat Grünau?"
    "Was kostet die Brücke in Musterbach?"    "Wann wird das gebaut?"  -> "Wann wird das gebaut (Brücke, Musterbach)?"

A fragment is put into the question before, in the place of what is of its kind (fragments.py); a question that leans on the
one before gets its topic in brackets; a new topic drops the old. Turns come from the client: of their questions only words
are taken, of their answers only items of lists and numbers of papers, and of both only what a paper holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from indexer.german import fold, stem
from indexer.references import find_references
from service.conversation.continuing import asks_across, continues, held_by, only_body
from service.conversation.fragments import filled_in, sentence
from service.conversation.naming import Mentions, called, mentions, with_year, without
from service.conversation.phrases import is_named_in, phrases, topic
from service.conversation.referring import after_new_topic, fragment_of, is_bare, is_fragment, lead_of, refers, without_courtesy
from service.conversation.smalltalk import small_talk
from service.errors import QuestionEmpty, QuestionTooLong
from service.questions import LONGEST, Names, checked

_TURNS = 20  # that are looked at, the last ones
_CHARACTERS = 2 * LONGEST  # of their questions: a talk of long ones is looked at as far as one of many short ones
_SHORT = 2  # noun phrases of a question in which "es" or "das" still means what was said before
_LONGEST_ITEM = 12  # words
_OF_THEM = re.compile(
    r"\b(wie viele|welche[rs]?|how many|which)\s+(?:davon|von (?:denen|ihnen|diesen)|of (?:them|these|those))\b", re.IGNORECASE
)
_COUNTED = re.compile(r"^(?:wie viele|welche[rs]?|nennen? (?:sie )?(?:alle |die )*|how many|which|what)\s", re.IGNORECASE)
_THIS_PAPER = re.compile(
    r"\b(?:die(?:se[rsmn]?)?|der|den|dem|this|that)\s+(?:vorlage|drucksache|antrag|anfrage|beschlussvorlage|mitteilungsvorlage|paper"
    r"|motion|proposal)\b(?!\s+[\w-]*\d)",
    re.IGNORECASE,
)
_ORDINALS = "erste zweite dritte vierte fünfte sechste siebte achte neunte zehnte".split()
_ENGLISH_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_ORDINAL = re.compile(
    rf"\b(?:de[rnms]|die|das|zum|beim|the)\s+(?:(?P<de>{'|'.join(_ORDINALS)}|letzte)[nrsm]?|(?P<en>{'|'.join(_ENGLISH_ORDINALS)}|last))\b"
    r"(?:\s+(?P<noun>[A-ZÄÖÜ]\w+|point|item|one|measure))?"
)
_GENERIC = frozenset("punkt punkte position nummer ziffer eintrag point item one".split())
_BULLET = re.compile(r"^\s*(?:[-–•*·]|\(?\d{1,2}[.)]|\(?[a-z]\))\s*")
_MARKS = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Turn:
    """A question and its answer as plain text, as the client gives them back."""

    question: str
    answer: str


def stand_alone(text: str, history: Sequence[Turn], names: Names, today: date, *, chosen: bool = False) -> str:
    """The question as it would be asked without the turns before it; each of them is read in the light of those before.

    ``chosen``: the reader has chosen the bodies, so none is taken from the talk.
    """
    before, answer = "", ""
    for turn in _looked_at(history):
        try:
            asked = checked(turn.question)
        except (QuestionEmpty, QuestionTooLong):
            continue
        if small_talk(asked, names) is None:
            before, answer = _resolved(asked, before, answer, names, today, chosen), turn.answer
    return _resolved(text, before, answer, names, today, chosen)


def _looked_at(history: Sequence[Turn]) -> list[Turn]:
    last = history[-_TURNS:]
    lengths = accumulate(len(turn.question) for turn in reversed(last))
    return list(last[len(last) - sum(length <= _CHARACTERS for length in lengths) :])


def _resolved(text: str, before: str, answer: str, names: Names, today: date, chosen: bool) -> str:
    polite = without_courtesy(text)
    if not before:
        return text if polite == text else sentence(polite)
    if rest := after_new_topic(polite):
        return sentence(rest)
    bare = polite
    while lead := lead_of(bare):
        bare = bare[len(lead) :]
    found = mentions(bare, names, today)
    alone = bare == polite and found.references and not re.search(r"\w", _nothing_but(bare, found))
    if alone and not mentions(before, names, today).references:  # the number of a paper, where none was spoken of before
        return text
    if is_fragment(bare) and _leans(bare, polite, found):
        resolved = filled_in(before, fragment_of(bare), names, today)
    else:
        resolved = _with_topic(bare, bare != polite, found, before, answer, names, today, chosen)
    return resolved if len(resolved) <= LONGEST else text


def _leans(bare: str, polite: str, found: Mentions) -> bool:
    """Whether a fragment is meant as one: "und Grünau?", "2023?", "für Kinder?", but not "Hundesteuer Satzung"."""
    first = next(phrases(bare), None)
    return (
        bare != polite
        or not re.search(r"\w", _nothing_but(bare, found))
        or bool(first and first.start == 0 and first.preposition)
    )


def _nothing_but(text: str, found: Mentions) -> str:
    return re.sub(r"\b(?:in|im|bei|für|aus|der|die|das)\b", "", without(text, found.spans), flags=re.IGNORECASE)


def _with_topic(bare: str, led: bool, found: Mentions, before: str, answer: str, names: Names, today: date, chosen: bool) -> str:
    earlier = mentions(before, names, today)
    bare = with_year(bare, found, before, earlier)
    about = [one for one in _topic(before, earlier, found) if not is_named_in(one, bare)]
    own = topic(without(bare, found.spans))
    leans = led or is_bare(bare) or refers(bare, long=len(own) > _SHORT)
    if (compound := _with_compound(bare, before)) != bare:
        bare, leans = compound, True
    meant = list(_from_answer(bare, before, answer, names))
    if found.references:
        leans = False
    elif meant:
        leans = True
    elif not leans and not (found.bodies and set(found.body_names) != set(earlier.body_names)):
        leans = continues(without(bare, found.spans), " ".join(about), names)
    if leans and (counted := _counted(before)):
        bare = _OF_THEM.sub(lambda match: f"{match[1]} {counted}", bare)
        about = [one for one in about if not is_named_in(one, bare)]
    parts = [*about, *meant] if leans else []
    parts += [] if found.bodies or chosen else _bodies(bare, leans, about, earlier, names)
    return _in_brackets(sentence(bare), list(dict.fromkeys(parts)))


def _topic(before: str, earlier: Mentions, found: Mentions) -> list[str]:
    """What the question before was about, its bodies apart; its time only where the new question names none."""
    parted = without(before, [*(span for span, _ in earlier.bodies), *earlier.times], "|")
    return [*topic(parted), *([] if found.times else (before[start:end] for start, end in earlier.times))]


def _bodies(bare: str, leans: bool, about: Sequence[str], earlier: Mentions, names: Names) -> Iterator[str]:
    """Those of the question before: the talk stays there, unless all are asked for or their papers do not hold the words."""
    if asks_across(bare):
        return
    if earlier.bodies and (leans or held_by(bare, earlier.body_names, names)):
        for _, named in earlier.bodies:
            yield from (called(body, names) for body in named.bodies)
    elif not earlier.bodies and about:
        body = only_body(" ".join(about), names)
        if body and (leans or held_by(bare, [body], names)):
            yield called(body, names)


def _counted(before: str) -> str:
    """The noun that a list or count was asked for, with its adjectives: "Handlungsfelder"."""
    match = _COUNTED.match(before)
    first = next(phrases(before), None) if match else None
    return before[first.core : first.end] if match and first and first.core == match.end() else ""


def _with_compound(bare: str, before: str) -> str:
    """ "die Gebühr" as the compound it was before: "die Schmutzwassergebühr"."""
    for one in phrases(bare):
        word = bare[one.core : one.end].split()[-1]
        definite = bool(one.lead) and one.lead[-1] in ("der", "die", "das", "den", "dem", "des")
        counted = re.match(r"(?:zweite|dritte|weitere|andere)[rsn]?\s", bare[one.core :])
        if word.isalpha() and len(word) > 3 and (definite or counted):
            for known in re.findall(r"[A-ZÄÖÜ][\wäöüß]+", before):
                for at in range(3, len(known) - 3):
                    if stem(fold(known[at:])) == stem(fold(word)) and one.end <= len(bare):
                        return f"{bare[: one.end - len(word)]}{known[:at]}{word.lower()}{bare[one.end :]}"
    return bare


def _from_answer(bare: str, before: str, answer: str, names: Names) -> Iterator[str]:
    """The number of the paper or the item of the list that the question means; only what the index holds."""
    lines = [_MARKS.sub("", line).strip() for line in answer.splitlines()]
    if _THIS_PAPER.search(bare) and not find_references(before):
        numbers = {one.key: one.raw for one in find_references("\n".join(lines))}
        if len(numbers) == 1 and len(names.generation.named(next(iter(numbers.values())))):
            yield next(iter(numbers.values()))
    if (match := _ORDINAL.search(bare)) and _of_list(match["noun"], before):
        items = list(_items(lines))
        said = match["de"] or match["en"]
        place = -1 if said in ("letzte", "last") else (_ORDINALS if match["de"] else _ENGLISH_ORDINALS).index(said)
        if items and place < len(items) and _known(items[place], names):
            yield items[place]


def _of_list(noun: str | None, before: str) -> bool:
    return noun is None or noun.lower() in _GENERIC or is_named_in(noun, before)


def _items(lines: Sequence[str]) -> Iterator[str]:
    """The items of the first list: lines with bullets, or all that follow a line which ends in a colon."""
    begun = False
    for line in lines:
        if begun or _BULLET.match(line):
            if not line:
                return
            yield " ".join(_BULLET.sub("", line).rstrip(".,;").split()[:_LONGEST_ITEM])
        begun = begun or line.endswith(":")


def _known(item: str, names: Names) -> bool:
    """Whether every word stands in some paper: what a client makes up is not taken over."""
    generation = names.generation
    terms = [generation.analyser.terms_of(fold(word))[:1] for word in re.findall(r"\w+", item)]
    return bool(item) and all(generation.lexical.knows(term) for of_word in terms for term in of_word)


def _in_brackets(text: str, parts: Sequence[str]) -> str:
    """The question with its topic before the question mark."""
    if not parts:
        return text
    mark = text[-1] if text[-1:] in "?!." else "?"
    return f"{text.rstrip(' ?!.')} ({', '.join(parts)}){mark}"
