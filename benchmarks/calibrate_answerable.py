"""Fits service/evidence/weights.py: ``python -m benchmarks.calibrate_answerable --gold INDEX QUESTIONS [--xquad DIR] [--write]``.

Gold questions (as of ``ratslotse evaluate answers``) are put to an index of their papers: those that the papers answer and
those that they do not. Each answered one makes up to two near misses more: without the passages that hold its answer, and
without its whole paper. XQuAD's German and English questions with and without their paragraph count a little.

Printed are precision and recall of refusals over the gold questions, each judged by weights that were fitted without any
question about the same document (ten parts). The cut with the best lesser one of the two goes into the constant. Follow-ups
are left out. A question that answerable.py refuses by its kind alone is counted, but not fitted to. Ten to twenty minutes.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from indexer.domain import Hit
from indexer.encoders import Encoder, encoder_name, load_encoder
from indexer.evaluate import indexed, read_task
from indexer.generation import Generation, paper_id
from indexer.search import ranked
from indexer.settings import Settings
from indexer.store import PUBLIC, Collection
from service.answers import PASSAGES
from service.evidence.answerable import lacks_kind
from service.evidence.finder import EvidenceFinder
from service.evidence.signals import Signals, signals
from service.gold import Gold, holds, read_gold
from service.questions import Language, Names, Question, preferred, understand

SEED = 1
PARTS = 10
STRENGTH = 0.1  # of the fit (C); lower: weights nearer to 0
WEIGHTS = {"gold": 1.0, "removed": 0.1, "xquad": 0.02}  # of one question
XQUAD = 50  # questions of each language
LOOKED_INTO, DEEPEST = PASSAGES, 40  # passages
TARGET = Path(__file__).resolve().parents[1] / "service" / "evidence" / "weights.py"
HEAD = '''"""Weights of the signals and a constant, by language. Written by benchmarks/calibrate_answerable.py."""

from __future__ import annotations

from collections.abc import Mapping

from service.questions import Language

'''

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    source: str  # gold, removed or xquad
    name: str
    group: str  # the document
    language: Language
    answered: bool
    refused: bool  # by the kind of answer alone
    values: Signals


class Puts:
    """Puts questions to one index."""

    def __init__(self, generation: Generation, encoder: Encoder) -> None:
        self.generation = generation
        self.names = Names(generation)
        self._encoder = encoder
        self._finder = EvidenceFinder(encoder)

    def hits(self, question: Question) -> tuple[npt.NDArray[np.float32], list[Hit]]:
        query = self._encoder.encode([question.text], "query")[0]
        found = ranked(self.generation, query, question.text, question.filters, preferred(question, self.generation))
        return query, found.hits(0, DEEPEST)

    def case(self, source: str, name: str, group: str, answered: bool, question: Question, hits: Sequence[Hit]) -> Iterator[Case]:
        query = self._encoder.encode([question.text], "query")[0]
        reach = hits[:LOOKED_INTO]
        reach = [hit for hit in reach if hit.named] or list(reach)
        if found := self._finder.find(self.generation, question, query, reach):
            values = signals(self.generation, question, found, reach)
            refused = lacks_kind(question, found) is not None
            yield Case(source, name, group, question.asked_in, answered, refused, values)


def of_gold(puts: Puts, gold: Sequence[Gold]) -> Iterator[Case]:
    for one in gold:
        if one.follow_up:
            continue
        question = understand(one.question, puts.names)
        _, hits = puts.hits(question)
        group = one.places[0].document if one.places else one.id
        yield from puts.case("gold", one.id, group, one.answerable, question, hits)
        if not one.answerable:
            continue
        right = {paper_id(hit.passage.document) for hit in hits if any(place.is_of(hit.passage) for place in one.places)}
        elsewhere = [hit for hit in hits if paper_id(hit.passage.document) not in right]
        silent = [hit for hit in hits if not holds_answer(one, hit)]
        for rest in (silent, elsewhere):
            if len(rest) < len(hits):
                yield from puts.case("removed", one.id, group, False, question, rest)


def holds_answer(gold: Gold, hit: Hit) -> bool:
    facts = bool(gold.facts) and all(holds(hit.passage.text, fact) for fact in gold.facts)
    return facts or any(place.quote and place.stands_in(hit.passage) for place in gold.places)


def of_xquad(folder: Path, encoder: Encoder) -> Iterator[Case]:
    with tempfile.TemporaryDirectory() as root:
        generation = indexed(read_task(folder), encoder, Path(root) / "cache", Path(root), lambda *_: None)
        puts = Puts(generation, encoder)
        for language, queries in (("de", "queries.jsonl"), ("en", "queries.en.jsonl")):
            task = read_task(folder, queries)
            for identifier, text in random.Random(SEED).sample(list(task.queries.items()), XQUAD):
                question = replace(understand(text, puts.names), asked_in=language)
                _, hits = puts.hits(question)
                right = task.relevant[identifier]
                rest = [hit for hit in hits if hit.passage.document.id not in right]
                for answered, reach in ((True, hits), (False, rest)):
                    yield from puts.case("xquad", identifier, min(map(str, right)), answered, question, reach)


def fitted(cases: Sequence[Case]) -> Pipeline:
    used = [case for case in cases if not case.refused]
    model = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=5000))
    weights = [WEIGHTS[case.source] for case in used]
    return model.fit(table(used), [case.answered for case in used], logisticregression__sample_weight=weights)


def table(cases: Sequence[Case]) -> Floats:
    return np.array([case.values for case in cases], float)


def judged(cases: Sequence[Case]) -> Floats:
    """For each case how much it looks like an answer to weights that know none about its document; far below 0 if refused."""
    scores = np.zeros(len(cases))
    groups = [case.group for case in cases]
    for known, unknown in GroupKFold(PARTS, shuffle=True, random_state=SEED).split(groups, groups=groups):
        model = fitted([cases[i] for i in known])
        scores[unknown] = model.decision_function(table([cases[i] for i in unknown]))
    scores[[case.refused for case in cases]] = -100
    return scores


def rates(answered: npt.NDArray[np.bool_], refused: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """(precision, recall) of refusals."""
    rightly = int((refused & ~answered).sum())
    return rightly / max(1, int(refused.sum())), rightly / max(1, int((~answered).sum()))


def best_cut(answered: npt.NDArray[np.bool_], scores: Floats) -> float:
    cuts = np.linspace(-3, 3, 121)
    return float(max(cuts, key=lambda cut: min(rates(answered, scores < cut))))


def report(language: Language, cases: Sequence[Case]) -> tuple[dict[str, float], float]:
    """The weights and the constant."""
    scores = judged(cases)
    gold = np.array([case.source == "gold" for case in cases])
    answered = np.array([case.answered for case in cases])[gold]
    cut = best_cut(answered, scores[gold])
    precision, recall = rates(answered, scores[gold] < cut)
    by_kind = np.array([case.refused for case in cases])[gold]
    print(f"{language}: {len(answered)} gold questions, {int((~answered).sum())} not answered; AUROC", end=" ")
    print(f"{roc_auc_score(answered, scores[gold]):.3f}; refused {int((scores[gold] < cut).sum())}:", end=" ")
    print(f"precision {precision:.2f}, recall {recall:.2f}; by kind alone {int(by_kind.sum())}:", end=" ")
    print("precision {:.2f}, recall {:.2f}".format(*rates(answered, by_kind)))
    for case, score in zip((case for case in cases if case.source == "gold"), scores[gold].tolist(), strict=True):
        if (score < cut) == case.answered:
            print(f"  {'refused wrongly' if case.answered else 'not refused'}: {case.name}{' by kind' if case.refused else ''}")
    model = fitted(cases)
    scaler, regression = model[0], model[1]
    weights = regression.coef_[0] / scaler.scale_
    constant = regression.intercept_[0] - float(weights @ scaler.mean_) - cut
    return {name: round(float(value), 3) for name, value in zip(Signals._fields, weights, strict=True)}, round(constant, 3)


def written(weights: dict[Language, dict[str, float]], constants: dict[Language, float]) -> str:
    lines = [HEAD + "WEIGHTS: Mapping[Language, Mapping[str, float]] = {"]
    for language, values in weights.items():
        pairs = "\n".join(f'        "{name}": {value},' for name, value in values.items())
        lines.append(f'    "{language}": {{\n{pairs}\n    }},')
    lines.append("}\nCONSTANTS: Mapping[Language, float] = " + json.dumps(constants) + "\n")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", nargs=2, action="append", required=True, metavar=("INDEX", "QUESTIONS"))
    parser.add_argument("--xquad", type=Path)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    encoder = load_encoder(Settings())
    cases = list(of_xquad(args.xquad, encoder)) if args.xquad else []
    for index, questions in args.gold:
        generation = Collection(Path(index), PUBLIC).open(encoder_name(Settings()))
        cases += of_gold(Puts(generation, encoder), read_gold(Path(questions)))
    fit_and_print(cases, args.write)


def fit_and_print(cases: Sequence[Case], write: bool) -> None:
    weights: dict[Language, dict[str, float]] = {}
    constants: dict[Language, float] = {}
    for language in get_args(Language):
        weights[language], constants[language] = report(language, [case for case in cases if case.language == language])
    if write:
        TARGET.write_text(written(weights, constants), encoding="utf-8")


if __name__ == "__main__":
    main()
