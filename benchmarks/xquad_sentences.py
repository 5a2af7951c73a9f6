"""XQuAD's sentences as documents of their own, in the layout of BEIR: ``python -m benchmarks.xquad_sentences XQUAD_DE INTO``.

Relevant is the sentence in which the answer begins. Without titles: every sentence of an article would bear the same.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from indexer.sentences import sentence_spans


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def main() -> None:
    source, into = map(Path, sys.argv[1:3])
    into.mkdir(parents=True)
    spans = {entry["_id"]: list(sentence_spans(entry["text"], 0, len(entry["text"]))) for entry in lines(source / "corpus.jsonl")}
    with (into / "corpus.jsonl").open("w", encoding="utf-8") as file:
        for entry in lines(source / "corpus.jsonl"):
            for number, (start, end) in enumerate(spans[entry["_id"]]):
                print(json.dumps({"_id": f"{entry['_id']}-{number}", "text": entry["text"][start:end]}), file=file)
    judged = (source / "qrels.tsv").read_text(encoding="utf-8").splitlines()
    paragraph = dict(line.split("\t")[:2] for line in judged[1:])
    with (into / "qrels.tsv").open("w", encoding="utf-8") as file:
        print(judged[0], file=file)
        for query in lines(source / "queries.jsonl"):
            at = query["metadata"]["answer_starts"][0]
            held = spans[paragraph[query["_id"]]]
            number = next((n for n, (start, end) in enumerate(held) if start <= at < end), 0)
            print(query["_id"], f"{paragraph[query['_id']]}-{number}", 1, sep="\t", file=file)
    for path in source.glob("queries*.jsonl"):
        shutil.copy(path, into)


if __name__ == "__main__":
    main()
