"""``ratslotse evaluate``: what is measured as one report, the same with other settings beside it, and both as lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from indexer import evaluate
from indexer.encoders import encoder_name, load_encoder
from indexer.live import live_index
from indexer.rerankers import load_reranker
from indexer.settings import changed
from indexer.store import PUBLIC
from service import evaluation
from service.answers import Answerer
from service.gold import read_gold
from service.settings import ServiceSettings

Report = dict[str, Any]
PerQuery = list[dict[str, Any]]

_TOLD = ("ndcg@10", "mrr@10")  # differences that are reported
_CACHE = "evaluation"  # folder below the index that keeps vectors for the next time


def retrieval(
    settings: ServiceSettings, folder: Path, queries: str, changes: Mapping[str, str], progress: evaluate.Progress
) -> tuple[Report, PerQuery]:
    """Metrics by ranker, differences between rankers, and with ``changes`` the same under other settings beside it.

    Raises BadTask, SettingsError, UnknownEncoder, UnknownReranker.
    """
    task = evaluate.read_task(folder, queries)

    def run(chosen: ServiceSettings) -> dict[str, dict[str, evaluate.Scores]]:
        cache = settings.index / _CACHE
        return evaluate.evaluate(task, load_encoder(chosen), cache, load_reranker(chosen), progress)

    other = changed(settings, changes)  # an unknown setting is told at once
    first = run(settings)
    report: Report = {name: evaluate.mean(scores.values()) for name, scores in first.items()}
    report |= {"queries": len(task.queries), "documents": len(task.documents), "encoder": encoder_name(settings)}
    best = list(first)[-1]
    report["differences"] = {f"{best} - {name}": _differences(first[best], first[name]) for name in first if name != best}
    if changes:
        second = run(other)
        report["compared"] = {"settings": dict(changes)} | {n: evaluate.mean(scores.values()) for n, scores in second.items()}
        report["compared"]["differences"] = {n: _differences(second[n], first[n]) for n in second if n in first}
    return report, [
        {"id": identifier, "text": text} | {name: scores[identifier] for name, scores in first.items()}
        for identifier, text in task.queries.items()
    ]


def _differences(first: Mapping[str, evaluate.Scores], second: Mapping[str, evaluate.Scores]) -> Report:
    return {
        metric: evaluate.difference([first[query][metric] for query in first], [second[query][metric] for query in first])
        for metric in _TOLD
    }


def answers(settings: ServiceSettings, path: Path, changes: Mapping[str, str]) -> tuple[Report, PerQuery]:
    """Rates over the gold questions, and with ``changes`` the same under other settings beside it.

    Raises BadTask, SettingsError, IndexMissing, EncoderMismatch, UnknownEncoder, UnknownReranker.
    """
    gold = read_gold(path)

    def run(chosen: ServiceSettings) -> list[evaluation.Outcome]:
        generation = live_index(chosen, PUBLIC).open(encoder_name(chosen))
        return list(evaluation.evaluate(Answerer(generation, load_encoder(chosen), load_reranker(chosen)), gold))

    other = changed(settings, changes)
    first = run(settings)
    report = evaluation.summary(first) | {"encoder": encoder_name(settings)}
    if changes:
        second = run(other)
        report["compared"] = {"settings": dict(changes)} | evaluation.summary(second)
        before, after = evaluation.comparable(first), evaluation.comparable(second)
        report["compared"]["differences"] = {
            metric: evaluate.difference(list(after[metric].values()), list(before[metric].values())) for metric in before
        }
    return report, [asdict(outcome) for outcome in first]


def retrieval_lines(report: Report) -> Iterator[str]:
    """A table of rankers by metrics, then the differences."""
    yield f"{report['queries']} Fragen, {report['documents']} Dokumente, {report['encoder']}"
    yield from _table(report)
    yield from _difference_lines(report["differences"])
    if compared := report.get("compared"):
        yield ""
        yield _changes(compared)
        yield from _table(compared)
        yield from _difference_lines(compared["differences"])


def answers_lines(report: Report) -> Iterator[str]:
    """All rates, one line each, then those by type."""
    compared = report.get("compared", {})
    if compared:
        yield f"{'':20} {'':>9}  {_changes(compared)}"
    for name, value in report.items():
        if not isinstance(value, dict):
            other = f"  {_shown(compared[name]):>9}" if name in compared else ""
            yield f"{name:20} {_shown(value):>9}{other}"
    for kind, found in (report["by_type"] | {name: report[name] for name in ("follow_ups",) if name in report}).items():
        told = {name: value for name, value in found.items() if value is not None}
        yield f"{kind}: " + ", ".join(f"{name} {_shown(value)}" for name, value in told.items())
    for metric, gap in compared.get("differences", {}).items():
        yield f"{metric}: {_gap(gap)}"


def _table(report: Report) -> Iterator[str]:
    yield f"{'':10}" + "".join(f"{metric:>10}" for metric in evaluate.METRICS)
    for name in ("lexical", "dense", "fused", "reranked"):
        if name in report:
            yield f"{name:10}" + "".join(f"{report[name][metric]:10.4f}" for metric in evaluate.METRICS)


def _difference_lines(differences: Mapping[str, Report]) -> Iterator[str]:
    for name, metrics in differences.items():
        yield f"{name}: " + ", ".join(f"{metric} {_gap(gap)}" for metric, gap in metrics.items())


def _gap(gap: Mapping[str, float]) -> str:
    return f"{gap['mean']:+.4f} (95 %: {gap['low']:+.4f} … {gap['high']:+.4f})"


def _changes(compared: Report) -> str:
    return ", ".join(f"{name}={value}" for name, value in compared["settings"].items()) + ":"


def _shown(value: object) -> str:
    return "–" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)
