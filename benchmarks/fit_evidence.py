"""Fits the weights of service/evidence/finder.py: ``python -m benchmarks.fit_evidence --questions INDEX FILE [… --xquad DIR]``.

Each question that the papers answer is a choice: which of the units of its best passages holds the asked facts? A conditional
logistic regression (softmax over a question's units, L2) makes the units that do likely. Two sets of weights: without meaning,
over all units; with meaning, over those that the first set puts in front. Gold: the facts and quotations of FILE (layout of
corpus/questions.jsonl, also with "passages"), the sentence of the answer's span in XQuAD-de. What is fitted on is a development
set: its figures are printed by cross-validation over documents, and are still no test.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from indexer.domain import Hit
from indexer.encoders import Encoder, load_encoder
from indexer.evaluate import indexed, read_task
from indexer.search import ranked
from indexer.settings import Settings
from indexer.store import PUBLIC, Collection
from service.answers import PASSAGES
from service.evidence.finder import COMPARED, WEIGHTS, Evidence, EvidenceFinder, compared, weighed
from service.evidence.signs import Sought, signs
from service.evidence.units import Unit, units_of
from service.gold import holds, plain
from service.questions import Language, Names, Question, understand
from service.ways.quoting import chosen

FOLDS = 5
STRENGTH = 1.0  # of L2, on signs of standard deviation 1
XQUAD: dict[Language, tuple[str, int]] = {"de": ("queries.jsonl", 200), "en": ("queries.en.jsonl", 60)}
XQUAD_COUNTS = 0.3  # of a question on council papers: an encyclopaedia is not one
SHORT = 30  # words; a unit so long counts half
AROUND = 15  # characters beside an answer's span that tell it from the same words elsewhere
Floats = npt.NDArray[np.float64]
Weights = Mapping[str, float]


@dataclass(frozen=True)
class Choice:
    """A question with the units to choose from: how well each answers (0 to 1), and by which signs."""

    name: str
    kind: str
    document: str
    facts: tuple[tuple[str, ...], ...]
    counts: float
    question: Question
    units: list[Unit]
    found: list[dict[str, float]]
    cosines: list[float]
    right: Floats


def choice(
    finder: EvidenceFinder,
    query: npt.NDArray[np.float32],
    sought: Sought,
    hits: Sequence[Hit],
    right: Callable[[Unit], float],
    **about: Any,
) -> Choice:
    units = [unit for hit in hits for unit in units_of(hit)]
    short = [1.0 if sought.wants_several else SHORT / (SHORT + len(unit.text.split())) for unit in units]
    cosines = [float(vector @ query) for vector in finder.vectors(units)]
    found = signs(sought, units, max((hit.score for hit in hits), default=0.0))
    return Choice(
        question=sought.question,
        units=units,
        found=found,
        cosines=cosines,
        right=np.array([right(u) * s for u, s in zip(units, short, strict=True)]),
        **about,
    )


def of_papers(index: Path, questions: Path, encoder: Encoder) -> Iterator[Choice]:
    """Follow-ups and questions without facts are left out."""
    generation = Collection(index, PUBLIC).open()
    finder, names = EvidenceFinder(encoder), Names(generation)
    for line in questions.read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        facts = tuple((fact,) if isinstance(fact, str) else tuple(fact) for fact in gold.get("answer_facts") or [])
        if not gold["answerable"] or not facts or gold.get("previous"):
            continue
        places = gold.get("passages") or [{"document": gold["document"], "quote": gold.get("quote")}]
        question = understand(gold["question"], names)
        query = encoder.encode([question.text], "query")[0]
        hits = ranked(generation, query, question.text, question.filters).hits(0, PASSAGES)
        yield choice(
            finder,
            query,
            Sought(generation, question),
            [hit for hit in hits if hit.named] or hits,
            lambda unit, facts=facts, places=places: rightness(unit, facts, places),
            name=gold["id"],
            kind=gold.get("type", ""),
            document=gold.get("paper") or places[0]["document"],
            facts=facts,
            counts=1.0,
        )


def rightness(unit: Unit, facts: Sequence[Sequence[str]], places: Sequence[Mapping[str, str]]) -> float:
    """The share of the facts that a unit holds; less outside the gold quotation, little in another document."""
    share = float(np.mean(held(facts, unit.text)))
    own, name = plain(unit.text), unit.hit.passage.document.file.name
    of_document = [plain(p["quote"] or "") for p in places if name.endswith(p["document"].rsplit("/", 1)[-1])]
    if any(quote and (quote in own or own in quote) for quote in of_document):
        return share
    return share / 2 if of_document else share / 5 * (share == 1)


def held(facts: Sequence[Sequence[str]], text: str) -> list[bool]:
    return [holds(text, fact) for fact in facts]


def of_xquad(folder: Path, encoder: Encoder) -> Iterator[Choice]:
    entries = [json.loads(line) for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()]
    spans = {e["_id"]: (e["metadata"]["answer_starts"][0], e["metadata"]["answers"][0]) for e in entries}
    with tempfile.TemporaryDirectory() as root:
        task = read_task(folder)
        generation = indexed(task, encoder, Path(root) / "cache", Path(root), lambda *_: None)
        finder, names = EvidenceFinder(encoder), Names(generation)
        for language, (queries, count) in XQUAD.items():
            asked = sorted(read_task(folder, queries).queries.items())
            for identifier, text in random.Random(1).sample(asked, count):
                question = understand(text, names, language=language)
                query = encoder.encode([text], "query")[0]
                (document,) = task.relevant[identifier]
                start, answer = spans[identifier]
                around = plain(task.documents[document][1][max(0, start - AROUND) : start + len(answer) + AROUND])
                yield choice(
                    finder,
                    query,
                    Sought(generation, question),
                    ranked(generation, query, text).hits(0, PASSAGES // 2),
                    lambda unit, document=document, around=around: float(
                        unit.hit.passage.document.id == document and around in plain(unit.text)
                    ),
                    name=identifier,
                    kind=f"XQuAD {language}",
                    document=document,
                    facts=(),
                    counts=XQUAD_COUNTS,
                )


def fitted(choices: Sequence[Choice]) -> dict[str, dict[str, float]]:
    by_words = regression([(c.found, c.right, c.counts) for c in choices])
    narrowed = [(with_meaning(c, likeliest(c, by_words)), c.right[likeliest(c, by_words)], c.counts) for c in choices]
    return {"words": by_words, "meaning": regression(narrowed)}


def likeliest(one: Choice, by_words: Weights) -> list[int]:
    return sorted(range(len(one.units)), key=lambda i: -weighed(one.found[i], by_words))[:COMPARED]


def with_meaning(one: Choice, places: Sequence[int]) -> list[dict[str, float]]:
    meaning = compared([one.cosines[i] for i in places])
    return [one.found[i] | sign for i, sign in zip(places, meaning, strict=True)]


def regression(samples: Sequence[tuple[Sequence[Weights], Floats, float]]) -> dict[str, float]:
    """The weights that make the right units of the questions likely among all of each."""
    usable = [sample for sample in samples if sample[1].any()]
    names = sorted({name for found, _, _ in usable for one in found for name in one})
    signs_of = np.array([[one.get(name, 0.0) for name in names] for found, _, _ in usable for one in found])
    spread = signs_of.std(axis=0)
    spread[spread == 0] = 1.0
    scaled = signs_of / spread
    right = np.concatenate([sample[1] for sample in usable])
    sizes = [len(sample[1]) for sample in usable]
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    question = np.repeat(np.arange(len(usable)), sizes)
    counts = np.array([sample[2] for sample in usable])

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = scaled @ weights
        likely = np.exp(scores - np.maximum.reduceat(scores, first)[question])
        all_of_it, right_of_it = np.add.reduceat(likely, first), np.add.reduceat(likely * right, first)
        slope = scaled.T @ (counts[question] * (likely / all_of_it[question] - likely * right / right_of_it[question]))
        value = (counts * (np.log(all_of_it) - np.log(right_of_it))).sum() + STRENGTH * weights @ weights
        return float(value), slope + 2 * STRENGTH * weights

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x / spread
    return {name: round(float(weight), 3) for name, weight in zip(names, found, strict=True)}


def quality(choices: Sequence[Choice], weights_for: Callable[[Choice], Mapping[str, Weights]]) -> Iterator[str]:
    """By type: whether the first statement, and whether all statements together, hold all facts; words of an answer."""
    results: dict[str, list[tuple[bool, bool, int]]] = defaultdict(list)
    for one in choices:
        if not one.facts:
            continue
        weights = weights_for(one)
        places = likeliest(one, weights["words"])
        scores = [weighed(signs_of, weights["meaning"]) for signs_of in with_meaning(one, places)]
        found = [Evidence(one.units[i], score, 0.0, 0.0) for i, score in zip(places, scores, strict=True)]
        said = [citation.quote for citation in chosen(sorted(found, key=lambda e: -e.score), one.question)]
        text = "\n".join(said)
        result = (all(held(one.facts, said[0] if said else "")), all(held(one.facts, text)), len(text.split()))
        results[one.kind].append(result)
        results["all"].append(result)
    for kind, measured in sorted(results.items()):
        first, complete, length = np.mean(np.array(measured, float), axis=0)
        yield f"{kind:14} {len(measured):4} questions, first {first:.2f}, complete {complete:.2f}, {length:.0f} words"


def fold(one: Choice) -> int:
    return int(hashlib.sha256(one.document.encode()).hexdigest(), 16) % FOLDS


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--questions", type=Path, nargs=2, action="append", required=True, metavar=("INDEX", "FILE"))
    parser.add_argument("--xquad", type=Path)
    options = parser.parse_args()
    encoder = load_encoder(Settings())
    choices = [one for index, file in options.questions for one in of_papers(index, file, encoder)]
    choices += of_xquad(options.xquad, encoder) if options.xquad else []
    folds = [fitted([one for one in choices if fold(one) != number]) for number in range(FOLDS)]
    weights = fitted(choices)
    print("cross-validated over documents:", *quality(choices, lambda one: folds[fold(one)]), sep="\n")
    print("fitted and measured on the same:", *quality(choices, lambda _: weights), sep="\n")
    WEIGHTS.write_text(json.dumps(weights, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
