"""An index in a folder and the same on a PostgreSQL server, side by side: ranks, milliseconds, round trips.

python -m benchmarks.postgres INDEX corpus/questions.jsonl

INDEX: the folder of an index made from corpus/ with the default encoder. The server is the one of the tests, on this machine:
its times are those of a server without a network between. Questions are asked of both by turns, so that what else the machine
does meanwhile counts for both; compare the ratio. Prints Markdown.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from benchmarks.machine import machine
from benchmarks.report import on, table
from indexer.encoders import load_encoder
from indexer.evaluate import measured
from indexer.generation import Generation
from indexer.postgres import pool
from indexer.postgres.opening import PostgresIndex
from indexer.search import folded, ranked
from indexer.settings import Settings
from indexer.store import PUBLIC, Collection
from indexer.vectors import Vector
from service.answers import Answerer
from service.gold import Gold, read_gold
from tests.pg_server import Server
from tests.postgres_index import published

_ANSWERED = 10  # every tenth question is answered, too


class Trips:
    """Counts the queries that are sent."""

    def __init__(self) -> None:
        self.sent = 0
        execute = pool.Connection.execute

        def counted(connection: pool.Connection, *given: Any, **named: Any) -> Any:
            self.sent += 1
            return execute(connection, *given, **named)

        pool.Connection.execute = counted  # type: ignore[method-assign]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    options = parser.parse_args()
    encoder, gold = load_encoder(Settings()), read_gold(options.questions)
    vectors = encoder.encode([one.question for one in gold], "query")
    folder, server = Collection(options.index, PUBLIC), Server()
    try:
        url = server.create()
        published(url, folder)
        trips = Trips()
        local = folder.open(encoder.name)
        remote = PostgresIndex(SecretStr(url), PUBLIC).open(encoder.name)
        graph = PostgresIndex(SecretStr(url), PUBLIC, exact_up_to=0).open(encoder.name)
        lines = [*_ranks(gold, vectors, local, remote, graph), "", *_times(gold, vectors, trips, local, remote)]
        answerers = [Answerer(generation, encoder) for generation in (local, remote)]
        lines += _answers(gold[::_ANSWERED], trips, answerers)
        sys.stdout.write("\n".join([f"# Folder and PostgreSQL\n\n{on(machine())}\n", *lines, ""]))
    finally:
        server.stop()


def _order(generation: Generation, one: Gold, vector: Vector) -> list[int]:
    return folded(ranked(generation, vector, one.question)).rows.tolist()


def _ranks(gold: Sequence[Gold], vectors: Sequence[Vector], local: Generation, *others: Generation) -> list[str]:
    rows = []
    expected = [_order(local, one, vector) for one, vector in zip(gold, vectors, strict=True)]
    for name, generation in zip(("every vector looked at", "HNSW for every question"), others, strict=True):
        orders = [_order(generation, one, vector) for one, vector in zip(gold, vectors, strict=True)]
        top = [len(set(a[:5]) & set(b[:5])) / max(1, len(a[:5])) for a, b in zip(expected, orders, strict=True)]
        gained = [_ndcg(gold, local, found) for found in (expected, orders)]
        same = sum(a == b for a, b in zip(expected, orders, strict=True))
        rows.append([name, f"{same} of {len(gold)}", f"{statistics.mean(top):.4f}", f"{gained[0]:.4f}", f"{gained[1]:.4f}"])
    return [*table(["", "same ranking to the last", "top-5 overlap", "nDCG@10 folder", "nDCG@10 server"], rows)]


def _ndcg(gold: Sequence[Gold], generation: Generation, orders: Sequence[list[int]]) -> float:
    """Over the questions with a place; a passage counts that holds it."""
    found = []
    for one, order in zip(gold, orders, strict=True):
        passages = generation.passages_at(range(generation.passages))
        grades = {str(row): 1.0 for row, passage in enumerate(passages) if any(p.stands_in(passage) for p in one.places)}
        if grades:
            found.append(measured([str(row) for row in order], grades)["ndcg@10"])
    return statistics.mean(found)


def _times(gold: Sequence[Gold], vectors: Sequence[Vector], trips: Trips, *both: Generation) -> list[str]:
    def searched(generation: Generation, number: int) -> None:
        folded(ranked(generation, vectors[number], gold[number].question)).hits(0, 10)

    return _compared("search, 10 hits, vector at hand", len(gold), trips, [lambda n, g=g: searched(g, n) for g in both])


def _answers(gold: Sequence[Gold], trips: Trips, both: Sequence[Answerer]) -> list[str]:
    work = [lambda n, a=a: a.answer(gold[n].question) for a in both]
    return _compared("answer, with the encoder", len(gold), trips, work)[2:]


def _compared(what: str, count: int, trips: Trips, work: Sequence[Callable[[int], object]]) -> list[str]:
    spent: list[list[float]] = [[], []]
    sent: list[int] = []
    for number in range(count):
        for side, asked in enumerate(work):
            before, start = trips.sent, time.perf_counter()
            asked(number)
            spent[side].append(1000 * (time.perf_counter() - start))
        sent.append(trips.sent - before)
    rows = []
    for name, place in (("p50", 0.5), ("p95", 0.95)):
        here, there = (sorted(times)[int(place * (count - 1))] for times in spent)
        trip = sorted(sent)[int(place * (count - 1))]
        rows.append([f"{what}, {name}", f"{here:.1f}", f"{there:.1f}", f"{there / here:.1f}", str(trip)])
    return [*table(["", "folder, ms", "server, ms", "ratio", "queries sent"], rows)]


if __name__ == "__main__":
    main()
