"""The metrics are those of the formulas, worked out by hand; a task that cannot be used says where and why."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from indexer.encoders import HashEncoder
from indexer.errors import BadTask
from indexer.evaluate import METRICS, difference, evaluate, mean, measured, read_task

LOG3 = math.log2(3)


@pytest.mark.parametrize(
    ("ranking", "relevant", "ndcg", "mrr", "recalls"),
    [
        ("a", {"a": 1}, 1, 1, (1, 1, 1)),
        ("x a", {"a": 1}, 1 / LOG3, 1 / 2, (0, 1, 1)),
        ("x y", {"a": 1}, 0, 0, (0, 0, 0)),
        ("", {"a": 1}, 0, 0, (0, 0, 0)),
        ("b a", {"a": 2, "b": 1}, (1 + 2 / LOG3) / (2 + 1 / LOG3), 1, (1 / 2, 1, 1)),
        ("x b y a", {"a": 3, "b": 1}, (1 / LOG3 + 3 / math.log2(5)) / (3 + 1 / LOG3), 1 / 2, (0, 1, 1)),
        ("a", {"a": 1, "b": 1}, 1 / (1 + 1 / LOG3), 1, (1 / 2, 1 / 2, 1 / 2)),
        ("x " * 9 + "a", {"a": 1}, 1 / math.log2(11), 1 / 10, (0, 0, 1)),
        ("x " * 10 + "a", {"a": 1}, 0, 0, (0, 0, 1)),
        ("x " * 20 + "a", {"a": 1}, 0, 0, (0, 0, 0)),
    ],
)
def test_metrics_of_one_query(
    ranking: str, relevant: Mapping[str, float], ndcg: float, mrr: float, recalls: Sequence[float]
) -> None:
    scores = measured([f"{d}{i}" if d == "x" else d for i, d in enumerate(ranking.split())], relevant)
    assert tuple(scores) == METRICS
    assert list(scores.values()) == pytest.approx([ndcg, mrr, *recalls])


def test_more_relevant_documents_than_ten_still_make_a_perfect_ndcg() -> None:
    relevant = {str(n): 1 for n in range(12)}
    assert measured(list(relevant), relevant)["ndcg@10"] == pytest.approx(1)
    assert measured(list(relevant), relevant)["recall@5"] == pytest.approx(5 / 12)


def test_the_mean_is_over_queries_to_four_digits() -> None:
    assert mean([{"mrr@10": 1.0}, {"mrr@10": 0.5}, {"mrr@10": 0.5}]) == {"mrr@10": 0.6667}
    assert mean([]) == {}


def test_the_interval_of_a_difference_has_the_sign_of_a_clear_one_and_holds_zero_for_chance() -> None:
    chance = np.random.default_rng(3)
    noise = chance.normal(0, 0.1, 200)
    base = chance.random(200)
    better, worse, same = (difference((base + shift + noise).tolist(), base.tolist()) for shift in (0.1, -0.1, 0))
    assert 0 < better["low"] < better["mean"] < better["high"]
    assert worse["low"] < worse["mean"] < worse["high"] < 0
    assert same["low"] < 0 < same["high"]
    assert better["mean"] == pytest.approx(float((0.1 + noise).mean()), abs=1e-4)
    # The interval of a mean of 200 values with deviation 0.1 is about 1.96 * 0.1 / sqrt(200) to either side.
    assert better["high"] - better["low"] == pytest.approx(2 * 1.96 * noise.std() / math.sqrt(200), rel=0.1)


def test_a_difference_is_the_same_each_time_and_of_equal_runs_none() -> None:
    first, second = np.random.default_rng(1).random((2, 50)).tolist()
    assert difference(first, second) == difference(first, second)
    assert difference(first, first) == {"mean": 0, "low": 0, "high": 0}


# A task on disk

CORPUS = {
    "bus": ("Buslinie 7", "Die Buslinie 7 fährt alle 30 Minuten."),
    "kita": ("", "Im Landkreis fehlen 140 Kitaplätze.\n\nDrei Kitas werden erweitert."),
    "pflege": ("Kurzzeitpflege", "Zwei Heime bieten Kurzzeitpflege an."),
}
QUERIES = {"q1": "Wie oft fährt der Bus?", "q2": "fehlende Kitaplätze", "q3": "Kurzzeitpflege", "unjudged": "Wald"}
QRELS = "query-id\tcorpus-id\tscore\nq1\tbus\t1\nq2\tkita\t2\nq2\tbus\t0\nq3\tpflege\t1\n\nq3\tkita\t-1\n"


@pytest.fixture
def task(tmp_path: Path) -> Path:
    corpus = [json.dumps({"_id": i, "title": title, "text": text}) for i, (title, text) in CORPUS.items()]
    queries = [json.dumps({"_id": i, "text": text}) for i, text in QUERIES.items()]
    (tmp_path / "corpus.jsonl").write_text("\n".join(corpus) + "\n\n", encoding="utf-8")
    (tmp_path / "queries.jsonl").write_text("\n".join(queries), encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text(QRELS, encoding="utf-8")
    return tmp_path


def test_a_task_holds_documents_and_the_queries_that_have_an_answer(task: Path) -> None:
    read = read_task(task)
    assert read.documents == CORPUS
    assert read.queries == {name: text for name, text in QUERIES.items() if name != "unjudged"}
    assert read.relevant == {"q1": {"bus": 1}, "q2": {"kita": 2}, "q3": {"pflege": 1}}


def test_judgements_may_lie_where_beir_puts_them_and_queries_bear_another_name(task: Path) -> None:
    expected = read_task(task)
    (task / "qrels").mkdir()
    (task / "qrels.tsv").rename(task / "qrels" / "test.tsv")
    (task / "queries.jsonl").rename(task / "queries.en.jsonl")
    assert read_task(task, "queries.en.jsonl") == expected


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_missing_file_is_named(task: Path, name: str) -> None:
    (task / name).unlink()
    with pytest.raises(BadTask) as caught:
        read_task(task)
    assert str(task / name) in caught.value.message("en")


@pytest.mark.parametrize(
    ("name", "line", "content"),
    [
        ("corpus.jsonl", 2, '{"_id": "bus"}'),
        ("corpus.jsonl", 3, '{"text": "Bus"}'),
        ("queries.jsonl", 1, '["q1", "Bus"]'),
        ("queries.jsonl", 4, "7"),
        ("qrels.tsv", 2, "q1 bus 1"),
        ("qrels.tsv", 3, "q1\tbus"),
        ("qrels.tsv", 4, "q1\tbus\tgut"),
        ("qrels.tsv", 5, "q1\tQ0\tbus\t1"),
    ],
)
def test_a_line_of_another_form_is_named(task: Path, name: str, line: int, content: str) -> None:
    lines = (task / name).read_text(encoding="utf-8").splitlines()
    lines[line - 1] = content
    (task / name).write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BadTask) as caught:
        read_task(task)
    assert f"{task / name}, line {line}:" in caught.value.message("en")
    assert f"{task / name}, Zeile {line}:" in caught.value.message("de")


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl"])
def test_a_file_that_is_no_json_is_named(task: Path, name: str) -> None:
    (task / name).write_text("{broken\n", encoding="utf-8")
    with pytest.raises(BadTask) as caught:
        read_task(task)
    assert str(task / name) in caught.value.message("en")


@pytest.mark.parametrize(
    ("name", "content"), [("corpus.jsonl", ""), ("queries.jsonl", "\n"), ("qrels.tsv", "head\nq1\tbus\t0\n")]
)
def test_a_task_that_asks_nothing_is_refused(task: Path, name: str, content: str) -> None:
    (task / name).write_text(content, encoding="utf-8")
    with pytest.raises(BadTask, match=str(task)):
        read_task(task)


def test_a_small_task_is_measured_from_end_to_end(task: Path) -> None:
    calls: list[tuple[str, int, int]] = []
    found = evaluate(read_task(task), HashEncoder(), task / "cache", progress=lambda *call: calls.append(call))
    assert list(found) == ["lexical", "dense", "fused"]
    assert all(set(of_query) == {"q1", "q2", "q3"} for of_query in found.values())
    assert mean(found["lexical"].values())["ndcg@10"] == 1
    assert mean(found["fused"].values())["recall@5"] == 1
    assert {role for role, *_ in calls} == {"passage", "query"}
    calls.clear()
    again = evaluate(read_task(task), HashEncoder(), task / "cache", progress=lambda *call: calls.append(call))
    assert again == found
    assert calls == []  # every vector was in the cache


@pytest.mark.parametrize("line", [1, 2])
def test_the_line_that_is_no_json_is_named(tmp_path, line):
    lines = ['{"_id": "a", "text": "x"}', '{"_id": "b", "text": "y"}']
    lines[line - 1] = "{broken"
    (tmp_path / "corpus.jsonl").write_text("\n".join(lines))
    with pytest.raises(BadTask) as caught:
        read_task(tmp_path)
    assert f"line {line}:" in caught.value.message("en")
