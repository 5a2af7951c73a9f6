"""How good the answers are, by kind of question: ``python -m benchmarks.answer_quality INDEX QUESTIONS.jsonl [...]``.

Markdown: a table for each file of gold questions (columns as in service/evaluation.py), and with --failures every question that
was not answered or refused as it should be, with what was said.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from benchmarks.report import on, table
from service import measuring
from service.gold import Gold, read_gold
from service.settings import ServiceSettings

_COLUMNS = {
    "questions": "questions",
    "facts_short": "facts, <= 120 words, right document",
    "facts_complete": "all facts",
    "document": "document",
    "page": "page of cited",
    "refusal_precision": "refusal precision",
    "refusal_recall": "recall",
    "refused_wrongly": "refused wrongly",
    "foreign": "foreign body",
    "as_decided": "proposal as decision",
    "passage@10": "passage@10",
    "readings": "readings",
}


def rows(report: Mapping[str, Any]) -> Iterator[list[str]]:
    for name, rates in {"all that stand alone": report, **report["by_type"], "follow-ups": report.get("follow_ups")}.items():
        if rates:
            yield [name, *(_shown(rates.get(column)) for column in _COLUMNS)]


def _shown(value: object) -> str:
    return "" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)


def wrong(row: Mapping[str, Any]) -> str | None:
    """What is wrong with an answer, None if nothing is."""
    if row["foreign"]:
        return "foreign body"
    if row["as_decided"]:
        return "proposal as decision"
    if not row["answerable"]:
        return None if row["refused"] else "answered, though the documents are silent"
    if row["refused"]:
        return "refused"
    if row["reading"] is False:
        return "read wrongly"
    if row["short"] is False:
        return "facts missing" if row["facts"] < 1 else "too long or another document"
    return None


def failures(gold: Mapping[str, Gold], found: list[dict[str, Any]]) -> Iterator[str]:
    for row in found:
        if problem := wrong(row):
            one = gold[row["id"]]
            read = f" (read as: {row['understood']})" if row["follow_up"] else ""
            wanted = "; ".join("|".join(fact) for fact in one.facts)
            yield f"- **{row['id']}** {row['kind']}, {problem}: {row['question']}{read}\n  wanted: {wanted or '–'}\n"
            yield f"  said: {' / '.join(row['said'].split(chr(10)))[:400] or '–'}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("pairs", nargs="+", type=Path, metavar="INDEX QUESTIONS.jsonl")
    parser.add_argument("--failures", action="store_true")
    options = parser.parse_args()
    print(f"# Answers without a language model\n\n{on(machine())}")
    for index, path in zip(options.pairs[::2], options.pairs[1::2], strict=True):
        report, found = measuring.answers(ServiceSettings(index=index), path, {})
        print(f"\n## {path.parent.name}/{path.name}\n")
        print("\n".join(table(["", *_COLUMNS.values()], list(rows(report)))))
        if options.failures:
            print("\n".join(["", *failures({one.id: one for one in read_gold(path)}, found)]))


if __name__ == "__main__":
    main()
