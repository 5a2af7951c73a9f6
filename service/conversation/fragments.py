"""A fragment such as "und in Grünau?" or "und für Kinder?", put into the question before in the place of what is like it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from indexer.german import fold, stem
from service.conversation.continuing import asks_across
from service.conversation.naming import Mentions, added, mentions, with_body, with_time, without
from service.conversation.phrases import Phrase, is_named_in, phrases
from service.questions import Names

_FILLER = re.compile(
    r"\b(?:in|im|am|bei|beim|für|aus|von|vom|zu|zum|zur|der|die|das|den|dem|des|Jahr|und|for|of|the|to)\b", re.IGNORECASE
)
_CLAUSE = re.compile(r"^(?:wenn|falls|sofern|ohne|if|unless|without)\b", re.IGNORECASE)
_PARTY = re.compile(r"(?:[A-ZÄÖÜ]{2,}\w*|AfD|Grünen?|Linken?|GRÜNEN?|LINKEN?|Freien? Wählern?)(?:-Fraktion)?(?:/\S+)?")
_COUNCIL = re.compile(r"(?:[\w-]+ (?:und|für) )*[\w-]*(?:[Aa]usschuss|[Rr]at|[Tt]ag|[Kk]ommission)(?:es|s)?")
_DESCRIBED = re.compile(r"[A-ZÄÖÜ][\w-]+er ([A-ZÄÖÜ][\w-]+)")
_SHORTEST_TAIL = 4  # letters that two compounds share at their ends


def sentence(text: str) -> str:
    """With a capital at the beginning."""
    text = text.strip(" ,;:–-")
    return text[:1].upper() + text[1:]


def filled_in(before: str, fragment: str, names: Names, today: date) -> str:
    """The question before with the fragment in it."""
    said, new = mentions(before, names, today), mentions(fragment, names, today)
    rest = without(fragment, new.spans)
    rest = rest if _FILLER.sub("", rest).strip(" ,") and not (new.spans and is_named_in(rest, before)) else ""
    if asks_across(fragment):
        return added(without(before, (span for span, _ in said.bodies)), f"– {fragment}")
    result = before
    for span in new.references[:1]:
        result = _with_reference(result, said, fragment[slice(*span)], rest)
        said, rest = mentions(result, names, today), ""
    if new.bodies:
        result = with_body(result, said, new.body_names[0], names) if len(new.body_names) == 1 else added(result, fragment)
        said = mentions(result, names, today)
    for start, end in new.times[:1]:
        result = with_time(result, said, fragment[start:end])
        said = mentions(result, names, today)
    return _with_phrase(result, said, rest) if rest else result


def _with_reference(text: str, said: Mentions, number: str, rest: str) -> str:
    if not said.references:
        return added(text, f"({rest} {number})" if rest else f"({number})")
    start, end = said.references[0]
    return f"{text[:start]}{number}{text[end:]}"


def _with_phrase(text: str, said: Mentions, fragment: str) -> str:
    if _CLAUSE.match(fragment):
        return added(text, f", {fragment}").replace(" ,", ",")
    new = next(phrases(fragment), None)
    if new and new.lead == ("in",) and said.bodies:  # a place that is no body of the index: nothing of another may answer
        (start, end), _ = said.bodies[0]
        if described := _DESCRIBED.match(text, start):  # "die Musterbacher Innenstadt"
            return f"{text[:start]}{described[1]} {fragment[new.start :]}{text[described.end() :]}"
        return f"{text[:start]}{fragment[new.core :]}{text[end:]}"
    old = list(_apart_from(phrases(text), said))
    if new is None or not old:
        return added(text, f"– {fragment}")
    place = _like(text, old, fragment, new)
    if place is None:
        return added(text, f"– {fragment}")
    place = _with_attribute(place, old, text, list(phrases(fragment)))
    if place.preposition and not new.preposition:  # "für die Brücke", "und die Schule?"
        return f"{text[: place.core]}{fragment[new.core :]}{text[place.end :]}"
    start, words = (place.start, fragment) if new.lead else (place.core, fragment[new.core :])
    return f"{text[:start]}{words}{text[place.end :]}"


def _with_attribute(place: Phrase, old: Sequence[Phrase], text: str, new: Sequence[Phrase]) -> Phrase:
    """With what follows it, where the fragment brings the same: "der Weg nach Grünau", "und der Weg nach Mühlbach?"."""
    for one in old:
        same = one.preposition and one.preposition in {other.preposition for other in new[1:]}
        if same and not text[place.end : one.start].strip():
            return replace(place, end=one.end)
    return place


def _apart_from(found: Iterable[Phrase], said: Mentions) -> Iterator[Phrase]:
    """The phrases without the bodies, times and numbers at their ends: "der Kreistag" of "der Kreistag Musterbach"."""
    for one in found:
        end = min((start for start, _ in said.spans if one.core < start < one.end), default=one.end + 1) - 1
        if not any(start <= one.core < stop for start, stop in said.spans):
            yield replace(one, end=end)


def _like(text: str, old: list[Phrase], fragment: str, new: Phrase) -> Phrase | None:
    """The phrase of the question before whose place the new one takes; None: not sure."""
    nouns = fragment[new.core : new.end]
    for one in old:
        if _kindred(text[one.core : one.end], nouns):
            return one
    if new.preposition:
        same = [one for one in old if one.preposition == new.preposition]
        return same[-1] if same else None
    free = [one for one in old if not one.preposition]
    if not new.lead and len(bare := [one for one in free if not one.lead]) == 1:  # a name: "Was bekam Grünau?", "und Mühlbach?"
        return bare[0]
    if not free:  # "für die Brücke" takes "die Schule", but not "der Steg"
        free = [one for one in old if one.lead[-1:] == new.lead[-1:]]
    return free[0] if len(free) == 1 else None


def _kindred(old: str, new: str) -> bool:
    """The same noun ("Fraktion A", "Fraktion B"), two parties or Gremien, compounds with one end ("Pflegeplan", "Schulplan")."""
    if any(kind.fullmatch(old) and kind.fullmatch(new) for kind in (_PARTY, _COUNCIL)):
        return True
    olds, news = ([stem(fold(word)) for word in re.findall(r"[A-ZÄÖÜa-zäöüß]{2,}", part)] for part in (old, new))
    if set(olds) & set(news):
        return True
    return any(_tail(a, b) >= _SHORTEST_TAIL and min(len(a), len(b)) > _SHORTEST_TAIL for a in olds[-1:] for b in news[-1:])


def _tail(one: str, other: str) -> int:
    """How many letters two words share at their ends."""
    count = 0
    for a, b in zip(reversed(one), reversed(other), strict=False):
        if a != b:
            break
        count += 1
    return count
