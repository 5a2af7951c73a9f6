"""Gold questions: what is asked, and how a right answer is known.

A line of the file: {"id", "question", "answerable": true, "answer_facts": [words that the answer must hold, or a list of
wordings of which it must hold one], "document": file name (its end is enough), "page", "quote", "type", "language",
"body": [bodies that may be cited], "decided": what the papers say became of the matter, "proposed" for nothing, "previous": id
of the question before, or [{"question", "answer"}]}; instead of document and quote "passages": [{"document", "quote", "page"}]
where the answer stands in several places; for a follow-up "standalone": {"body", "reference", "terms", "not_terms"} of a right
reading. Only id and question are needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.domain import Passage
from indexer.errors import BadTask, SourceError
from service.conversation.turns import Turn
from service.errors import QuestionEmpty, QuestionTooLong
from service.questions import checked


@dataclass(frozen=True)
class Place:
    """Where an answer stands. ``page`` None: any; ``quote`` "": anywhere in the document."""

    document: str
    quote: str = ""
    page: int | None = None

    def is_of(self, passage: Passage) -> bool:
        name = passage.document.file.name
        return name == self.document or name.endswith(f"/{self.document}") or self.document.endswith(f"/{name}")

    def stands_in(self, passage: Passage) -> bool:
        """Whether a passage holds the quotation, wherever its lines end."""
        return self.is_of(passage) and plain(self.quote) in plain(passage.text)


@dataclass(frozen=True)
class Reading:
    """What the stand-alone question of a follow-up must name, as words or filters, and what it must not."""

    bodies: tuple[str, ...] = ()
    reference: str | None = None
    terms: tuple[str, ...] = ()
    not_terms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gold:
    id: str
    question: str
    kind: str
    answerable: bool
    facts: tuple[tuple[str, ...], ...]  # the wordings of each
    places: tuple[Place, ...]
    bodies: tuple[str, ...] = ()  # () any
    decided: str | None = None
    previous: str | None = None  # the question before in the same file, whose turns go before this one's
    turns: tuple[Turn, ...] = ()  # or these
    reading: Reading | None = None

    @property
    def follow_up(self) -> bool:
        return self.previous is not None or bool(self.turns)


def read_gold(path: Path) -> list[Gold]:
    """Raises SourceError if there is no such file, BadTask with the line that cannot be used."""
    found: list[Gold] = []
    number = 0
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        for number in range(1, len(lines) + 1):
            if lines[number - 1].strip():
                found.append(_gold(json.loads(lines[number - 1]), {one.id for one in found}))
    except OSError as error:
        raise SourceError(path=path) from error
    except (ValueError, KeyError, TypeError, AttributeError, QuestionEmpty, QuestionTooLong) as error:
        wanted = f"{{id, question, …}} ({type(error).__name__}: {error})"
        raise BadTask(path=path, line=number, wanted=wanted) from error
    if len({one.id for one in found}) < len(found):
        raise BadTask(path=path, line=number, wanted="an id of its own for every question")
    if not found:
        raise BadTask(path=path, line=0, wanted="{id, question, …}")
    return found


def _gold(entry: Mapping[str, Any], before: Collection[str]) -> Gold:
    places = [_place(place) for place in (*entry.get("passages", []), *([entry] if entry.get("document") else []))]
    facts = entry.get("answer_facts") or []
    if not isinstance(facts, list):
        raise TypeError("answer_facts is no list")
    previous = entry.get("previous") or None
    turns = tuple(Turn(str(t["question"]), str(t["answer"])) for t in previous) if isinstance(previous, list) else ()
    if previous and not turns and str(previous) not in before:
        raise ValueError("no such question before")
    reading = entry.get("standalone")
    return Gold(
        id=str(entry["id"]),
        question=checked(str(entry["question"])),
        kind=str(entry.get("type") or entry.get("kind") or ""),
        answerable=bool(entry.get("answerable", True)),
        facts=tuple(tuple(map(str, fact)) if isinstance(fact, list) else (str(fact),) for fact in facts),
        places=tuple(places),
        bodies=tuple(map(str, entry.get("body") or ())),
        decided=entry.get("decided"),
        previous=str(previous) if previous and not turns else None,
        turns=turns,
        reading=_reading(reading) if reading else None,
    )


def _place(entry: Mapping[str, Any]) -> Place:
    page = entry.get("page")
    return Place(str(entry["document"]), str(entry.get("quote") or ""), None if page is None else int(page))


def _reading(entry: Mapping[str, Any]) -> Reading:
    names = {name: tuple(map(str, entry.get(name) or ())) for name in ("terms", "not_terms")}
    return Reading(tuple(map(str, entry.get("body") or ())), entry.get("reference"), **names)


def plain(text: str) -> str:
    """Letters, digits and signs in lower case: spaces and hyphens stand wherever a line happened to end."""
    return re.sub(r"[\s\u00ad\u2010-]+", "", text.lower())


def holds(said: str, wordings: Sequence[str]) -> bool:
    """Whether a text holds a fact in one of its wordings, whose figures are not part of greater ones."""
    return any(re.search(_pattern(plain(wording)), said, re.IGNORECASE) for wording in wordings)


def _pattern(fact: str) -> str:
    before, behind = (r"(?<!\d)" if fact[:1].isdigit() else ""), (r"(?!\d)" if fact[-1:].isdigit() else "")
    return before + r"[\s\u00ad\u2010-]*".join(map(re.escape, fact)) + behind
