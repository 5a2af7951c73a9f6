"""How long an answer takes, and where the time goes: ``python -m benchmarks.answer_speed INDEX QUESTIONS``.

The question comes to a warm program and is encoded anew each time. Measured twice: on units of papers that nobody asked about
before (the first time their vectors are made), and on remembered ones, as in a service that has run for a while.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import machine
from benchmarks.report import on, table
from indexer.encoders import Encoder, Role, load_encoder
from indexer.settings import Settings
from indexer.store import PUBLIC, Collection
from indexer.vectors import Matrix
from service import answers
from service.answers import Answerer
from service.evidence import finder
from service.gold import read_gold


class Timed:
    """Milliseconds of each stage of one answer."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.spent[name] += 1000 * (time.perf_counter() - start)

    def watch(self, module: Any, function: str, name: str) -> None:
        """Counts what a function of a module takes to a stage."""
        original = getattr(module, function)

        def timed(*args: Any, **named: Any) -> Any:
            with self.stage(name):
                return original(*args, **named)

        setattr(module, function, timed)


class TimedEncoder:
    """An encoder whose time is told apart for questions and for units."""

    def __init__(self, encoder: Encoder, timed: Timed) -> None:
        self._encoder, self._timed = encoder, timed
        self.name, self.dimension = encoder.name, encoder.dimension

    def encode(self, texts: Sequence[str], role: Role) -> Matrix:
        with self._timed.stage("encode the question" if role == "query" else "encode units"):
            return self._encoder.encode(texts, role)


def answered(answerer: Answerer, questions: Sequence[str], timed: Timed) -> dict[str, list[float]]:
    """Milliseconds of each stage, by question."""
    found = defaultdict(list)
    for question in questions:
        timed.spent.clear()
        with timed.stage("whole answer"):
            answerer.answer(question)
        rest = timed.spent["whole answer"] - sum(ms for name, ms in timed.spent.items() if name != "whole answer")
        for name, milliseconds in (timed.spent | {"the rest: choice, refusal, checks": rest}).items():
            found[name].append(milliseconds)
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    options = parser.parse_args()
    timed = Timed()
    for module, function, name in (
        (answers, "understand", "understand the question"),
        (answers, "ranked", "ranking"),
        (finder, "units_of", "units"),
        (finder, "signs", "signs"),
    ):
        timed.watch(module, function, name)
    encoder = TimedEncoder(load_encoder(Settings()), timed)
    answerer = Answerer(Collection(options.index, PUBLIC).open(), encoder)
    questions = [one.question for one in read_gold(options.questions)]
    encoder.encode(questions[:8], "query")  # the model is warm
    print(on(machine()))
    for heading in ("vectors of units made as they are met", "vectors of units remembered"):
        found = answered(answerer, questions, timed)
        rows = [
            (name, *(f"{np.percentile([*ms, *[0] * (len(questions) - len(ms))], p):.1f}" for p in (50, 95)))
            for name, ms in found.items()
        ]
        print(f"\n{heading}, milliseconds of {len(questions)} answers\n")
        print("\n".join(table(["", "p50", "p95"], rows)))


if __name__ == "__main__":
    main()
