"""From ranked passages to the sentences, lists and table rows that answer: whole, and never cut.

A unit's score is its own relevance plus its passage's: each the cosine to the question plus a share of the question's words,
weighted by their rarity. The passage counts as much as the unit (weights from 0 to 1 were tried on 300 questions of XQuAD-de:
the answer stands in the first unit for 77 % instead of 75 % of the German and 76 % instead of 71 % of the English ones).
The heading above a unit speaks for it ("Vorberatung: Zur Kenntnis genommen.").
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from indexer.domain import Block, Document, Hit
from indexer.encoders import Encoder
from indexer.fusion import fused
from indexer.generation import Generation
from indexer.sentences import sentence_spans
from indexer.vectors import Vector
from service.questions import Question, Wanted

UnitKind = Literal["sentence", "list", "item", "row"]

_CONSIDERED = 32  # units that are compared by meaning; the rest lost on words and on its passage's rank
_LONGEST_LIST = 120  # words; of a longer list the beginning is quoted
_REMEMBERED = 20_000  # vectors of units, ~30 MB
_FITS = 0.05  # for a unit that holds what the question asks for: a number, a date
_WANTED: dict[Wanted, re.Pattern[str]] = {
    "number": re.compile(
        r"\d|\b(?:zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwanzig|dreißig|hundert|tausend)\b", re.IGNORECASE
    ),
    "date": re.compile(r"\b(?:\d{1,2}\.\s?(?:\d{1,2}\.|[A-ZÄ]\w+)|(?:19|20)\d\d)\b"),
}
_STEM = 6  # letters that kindred words begin with, at least
_KINDRED = 0.5  # and their share of the longer word
_SHORTEST = 8  # words of a line without full stop or colon that can answer: shorter ones are names, places, dates


@dataclass(frozen=True)
class Unit:
    """A quotable piece of a passage: ``hit.passage.document.text[start:end]``."""

    hit: Hit
    kind: UnitKind
    start: int
    end: int
    heading: str
    continues: bool = False  # a list of which only the beginning is quoted

    @property
    def text(self) -> str:
        return self.hit.passage.document.text[self.start : self.end]

    def spoken(self) -> str:
        """The unit with what stands above it: what it is compared by in meaning."""
        return f"{self.heading.rstrip(':')}: {self.text}" if self.heading else self.text


@dataclass(frozen=True)
class Evidence:
    """A unit and how well it answers. ``coverage`` in [0, 1]: rarity-weighted share of the question's terms."""

    unit: Unit
    score: float
    cosine: float
    coverage: float


class EvidenceFinder:
    """Finds evidence; remembers the vectors of units it has seen, since the same passages answer many questions."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: OrderedDict[str, Vector] = OrderedDict()  # the least lately used first
        self._lock = threading.Lock()

    def find(self, generation: Generation, question: Question, query: Vector, hits: Sequence[Hit]) -> list[Evidence]:
        """The best units of the hits, best first."""
        units = [u for hit in hits for u in units_of(hit) if hit.passage.start <= u.start and u.end <= hit.passage.end]
        coverages = [_coverage(generation, question, unit) for unit in units]
        order = sorted(range(len(units)), key=lambda i: -fused(units[i].hit.score, coverages[i]))[:_CONSIDERED]
        vectors = self._encoded([units[i].spoken() for i in order])
        found = [
            _evidence(units[i], float(vector @ query), coverages[i], question) for i, vector in zip(order, vectors, strict=True)
        ]
        return sorted(found, key=lambda e: (-e.score, e.unit.hit.rank, e.unit.start))

    def _encoded(self, texts: Sequence[str]) -> list[Vector]:
        with self._lock:
            known = {text: self._vectors[text] for text in texts if text in self._vectors}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:  # outside the lock: others may look up meanwhile
            known.update(zip(missing, self._encoder.encode(missing, "passage"), strict=True))
        with self._lock:
            for text in texts:
                self._vectors[text] = known[text]
                self._vectors.move_to_end(text)
            while len(self._vectors) > _REMEMBERED:
                self._vectors.popitem(last=False)
        return [known[text] for text in texts]


def _evidence(unit: Unit, cosine: float, covered: float, question: Question) -> Evidence:
    pattern = _WANTED.get(question.wants) if question.wants else None
    wanted = pattern is not None and bool(pattern.search(unit.text))
    return Evidence(unit, fused(cosine, covered) + unit.hit.score + _FITS * wanted, cosine, covered)


def _coverage(generation: Generation, question: Question, unit: Unit) -> float:
    """A unit's own words count whole, those that only its heading holds half; a list's introduction is the list's own."""
    own = coverage(generation, question.terms, unit.text)
    return own if unit.kind == "item" else (own + max(own, coverage(generation, question.terms, unit.spoken()))) / 2


def coverage(generation: Generation, terms: Sequence[str], text: str) -> float:
    """The rarity-weighted share of the question's terms that a text holds; unknown terms weigh most.

    A term counts in part where the text holds a kindred word that the stemmer keeps apart ("priorisiert", "Priorität").
    """
    held = set(generation.analyser.terms(text))
    weights = {term: generation.lexical.idf(term) for term in terms}
    total = sum(weights.values())
    return sum(weight * _kinship(term, held) for term, weight in weights.items()) / total if total else 0.0


def _kinship(term: str, held: set[str]) -> float:
    """1 for a term that is held, else the share of letters that the nearest held term begins with, if it is half or more."""
    if term in held:
        return 1.0
    if len(term) < _STEM or not term.isalpha():
        return 0.0
    kindred = (other for other in held if other[:_STEM] == term[:_STEM])
    share = max((_common(term, other) / max(len(term), len(other)) for other in kindred), default=0.0)
    return share if share >= _KINDRED else 0.0


def _common(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def units_of(hit: Hit) -> Iterator[Unit]:
    """The units of a passage in reading order: sentences, lists with their introduction, table rows."""
    document = hit.passage.document
    blocks = [b for b in document.blocks if b.start < hit.passage.end and b.end > hit.passage.start]
    heading = hit.passage.headings[-1] if hit.passage.headings else ""
    columns = ""
    i = 0
    while i < len(blocks):
        block = blocks[i]
        run = _list_run(blocks, i)
        if block.kind == "heading":
            heading = document.text[block.start : block.end]
        elif len(run) > 1:
            yield from _list_units(hit, document, run, heading)
            i += len(run)
            continue
        elif block.kind == "table_head":
            columns = document.text[block.start : block.end]
        elif block.kind == "table_row":
            yield Unit(hit, "row", block.start, block.end, columns or heading)
        else:
            columns = ""
            yield from _sentences(hit, document, block, heading)
            heading = _asked(hit, document, block) or heading
        i += 1


def _list_run(blocks: Sequence[Block], i: int) -> Sequence[Block]:
    """The list that starts at i, with the paragraph that introduces it if there is one."""
    j = i + 1
    if blocks[i].kind in ("paragraph", "list_item"):
        while j < len(blocks) and blocks[j].kind == "list_item":
            j += 1
    return blocks[i:j]


def _list_units(hit: Hit, document: Document, run: Sequence[Block], heading: str) -> Iterator[Unit]:
    start = run[0].start
    if run[0].kind == "paragraph":  # only its last sentence introduces the list
        *before, (start, _) = sentence_spans(document.text, run[0].start, run[0].end)
        for span in before:
            yield Unit(hit, "sentence", *span, heading)
    items = [b for b in run if b.kind == "list_item"]
    if sum(document.text[b.end - 1] == "?" for b in items) > len(items) / 2:  # the questions of an Anfrage
        return
    introduction = document.text[start : run[0].end] if run[0].kind == "paragraph" else heading
    fitting = [b for b in run if len(document.text[start : b.end].split()) <= _LONGEST_LIST]
    if fitting and fitting[-1].kind == "list_item":
        yield Unit(hit, "list", start, fitting[-1].end, heading, continues=fitting[-1] is not run[-1])
    for item in items:
        if document.text[item.end - 1] != "?":
            yield Unit(hit, "item", item.start, item.end, introduction[:160])


def _sentences(hit: Hit, document: Document, block: Block, heading: str) -> Iterator[Unit]:
    """The block's sentences; a question among them stands over what follows it, as in the answer to an Anfrage."""
    for start, end in sentence_spans(document.text, *_within(hit, block)):
        if document.text[end - 1] == "?":
            heading = document.text[start:end]
        elif _can_answer(document.text[start:end]):
            yield Unit(hit, "sentence", start, end, heading)


def _within(hit: Hit, block: Block) -> tuple[int, int]:
    """The part of a block that belongs to the passage: a long block is cut into several."""
    return max(block.start, hit.passage.start), min(block.end, hit.passage.end)


def _asked(hit: Hit, document: Document, block: Block) -> str:
    """The question that a block ends with, "" if it does not."""
    *_, (start, end) = sentence_spans(document.text, *_within(hit, block))
    return document.text[start:end] if document.text[end - 1] == "?" else ""


def _can_answer(sentence: str) -> bool:
    """Not the rest of a sentence, not the announcement of something else, not a bare name or date."""
    if sentence[:1].islower() or sentence.endswith(":"):
        return False
    return sentence[-1] in ".!…" or ":" in sentence or len(sentence.split()) >= _SHORTEST
