"""Whether the heads of real papers are read right: ``python -m benchmarks.metadata DATA [--wrong]``.

The gold file, tests/golden/metadata_real.jsonl, was written by reading each document, not by looking at what the program says
of it. Half of it served to make the rules, the other half only to measure them; a seed drew the halves. Nothing but the text
and the folder's name is used: what OParl says of a paper is not read. ``--wrong`` lists the mistakes of the development half.

A row of the Beratungsfolge is right if its council, its date and its result are; a row too many counts as a wrong one.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import council_papers
from benchmarks.report import table
from indexer.bodies import body_key
from indexer.domain import Consultation, File, Paper
from indexer.papers import read_paper
from indexer.parsing import parse
from indexer.references import reference_key
from indexer.sources.folder import FolderSource
from indexer.status import outcome_of, status_of

GOLD = Path(__file__).parents[1] / "tests" / "golden" / "metadata_real.jsonl"
HALVES = ("development", "held-out")
_PROPOSED = ("open", "proposed")

Gold = Mapping[str, Any]


@dataclass
class Score:
    """Right ones of all, by field, and the wrong ones: (file, field, wanted, found)."""

    right: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, str, object, object]] = field(default_factory=list)

    def count(self, gold: Gold, name: str, is_right: bool, wanted: object, found: object) -> None:
        self.total[name] += 1
        self.right[name] += is_right
        if not is_right:
            self.wrong.append((gold["file"], name, wanted, found))

    def share(self, name: str) -> float:
        return self.right[name] / self.total[name]


def measured(data: Path) -> dict[str, Score]:
    """The scores of both halves. ``data``: the folder that council_papers reads, with munich-html."""
    golds = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    scores = {half: Score() for half in HALVES}
    with tempfile.TemporaryDirectory() as folder:
        files = _files(data, Path(folder) / "papers")
        for gold in golds:
            file = files[gold["file"]]
            if file.sha256 != gold["sha256"]:
                raise SystemExit(f"{gold['file']}: not the document that was read for the gold file")
            read = parse(file.path.read_bytes(), file.path.name)
            name = f"paper{file.path.suffix}"  # the file's own name may give away the number
            paper = read_paper(read.text, read.blocks, file_name=name, folder_body=file.folder_body)
            alone = read_paper(read.text, read.blocks, file_name=name)
            _compare(scores[gold["half"]], gold, paper, alone)
    return scores


def _files(data: Path, into: Path) -> dict[str, File]:
    council_papers.write(data, into)
    for page in (data / "munich-html").glob("*.html"):
        shutil.copy(page, into / "Landeshauptstadt München")
    return {file.name: file for file in FolderSource(into, "public", 10**9).files() if isinstance(file, File)}


def _compare(score: Score, gold: Gold, paper: Paper, alone: Paper) -> None:
    """``alone``: the paper read without its folder's name."""
    score.count(gold, "number", _key(paper.reference) == _key(gold["reference"]), gold["reference"], paper.reference)
    day = str(paper.date) if paper.date else None
    score.count(gold, "date", day == gold["date"], gold["date"], day)
    score.count(gold, "kind", paper.paper_type == gold["paper_type"], gold["paper_type"], paper.paper_type)
    score.count(gold, "body", _body(paper.body) == _body(gold["body"]), gold["body"], paper.body)
    if gold["body_stated"]:
        score.count(gold, "body, from the text alone", _body(alone.body) == _body(gold["body"]), gold["body"], alone.body)
    if "groups" in gold:
        is_right = all(any(group in name for name in paper.originators) for group in gold["groups"])
        score.count(gold, "filing group", is_right, gold["groups"], paper.originators)
    score.count(gold, "outcome", _status(paper) == gold["outcome"], gold["outcome"], _status(paper))
    if gold["consultations"] is not None:
        _compare_rows(score, gold, paper.consultations)


def _compare_rows(score: Score, gold: Gold, steps: Sequence[Consultation]) -> None:
    left = list(steps)
    for row in gold["consultations"]:
        same = [step for step in left if (_plain(step.organization), _day(step)) == (_plain(row["organization"]), row["date"])]
        step = same[0] if same else None
        if step:
            left.remove(step)
        result_is_right = step is not None and _same_result(row["result"], step.result)
        score.count(gold, "Beratungsfolge row", result_is_right, row, step)
        score.count(gold, "outcome of a row", step is not None and outcome_of(step) == row["outcome"], row, step)
    for step in left:
        score.count(gold, "Beratungsfolge row", False, None, step)


def _key(reference: str | None) -> str:
    return reference_key(reference or "")


def _body(body: str | None) -> str:
    return body_key(body or "")


def _day(step: Consultation) -> str | None:
    return str(step.date) if step.date else None


def _plain(text: str | None) -> str:
    return "".join(re.findall(r"\w+", (text or "").casefold()))


def _same_result(wanted: str | None, found: str | None) -> bool:
    """The program may print a part of what the document prints, or more than that, never something else."""
    one, other = _plain(wanted), _plain(found)
    return one == other or bool(one and other and (one in other or other in one))


def _status(paper: Paper) -> str:
    status = status_of(paper)
    return "none" if status == "open" else status


def _rows(scores: Mapping[str, Score]) -> Iterator[list[str]]:
    for name in scores[HALVES[0]].total:
        told = (f"{s.right[name]}/{s.total[name]} = {100 * s.share(name):.1f} %" for s in scores.values())
        yield [name, *told]


def main() -> None:
    scores = measured(Path(sys.argv[1]))
    print("\n".join(table(["field", *HALVES], list(_rows(scores)))))
    if "--wrong" in sys.argv:
        for file, name, wanted, found in scores["development"].wrong:
            print(f"\n{file}: {name}\n  wanted {wanted}\n  found  {found}")


if __name__ == "__main__":
    main()
