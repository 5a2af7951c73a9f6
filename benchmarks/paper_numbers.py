"""Whether a Drucksachen number leads to its paper however it is typed: ``python -m benchmarks.paper_numbers INDEX_DIR``.

50 numbers are drawn from the index (seed 0), each in four spellings drawn from those people use; short forms only where they
mean one paper. Right is a search whose first hit is a passage of a paper with that number. Wrong ones are listed.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from indexer.encoders import load_encoder
from indexer.generation import paper_id
from indexer.numbering import keys_of
from indexer.references import reference_key
from indexer.search import search
from indexer.settings import Settings
from indexer.store import PUBLIC, Collection

PAPERS, SPELLINGS = 50, 4


def spellings(number: str, unique: set[str]) -> Iterator[str]:
    """Ways of typing a number. ``unique``: keys that only this paper is found under."""
    plain = re.sub(r"^(?:DS|Drs\.?)[ /]", "", number)
    yield number
    yield number.lower()
    yield plain
    yield f"DS {plain}"
    yield f"Drucksache {plain}"
    yield f"Vorlage Nr. {plain}"
    yield f"Was steht in der Vorlage {plain}?"
    yield f"  {plain} "
    yield plain.replace("/", " / ")
    yield plain.replace("/", "-")
    yield f"DS {plain.replace('/', '-')}"
    yield re.sub(r"(?<=/)(\d{1,3})$", lambda match: match[1].zfill(4), plain)
    yield re.sub(r"(?<=/)0+(?=\d)", "", plain)
    if match := re.fullmatch(r"(20\d\d)/(\d+)", plain):
        year, running = match.groups()
        if f"{year[2:]}/{int(running)}" in unique:
            yield f"DS {year[2:]}/{running}"
        if f"{int(running)}/{year}" in unique:
            yield f"{running}/{year}"
        if str(int(running)) in unique:
            yield f"Vorlage {running}"
    if (match := re.fullmatch(r"(\d+)/(20\d\d)", plain)) and f"{int(match[1])}/{match[2][2:]}" in unique:
        yield f"DS {match[1]}/{match[2][2:]}"


def main() -> None:
    generation = Collection(Path(sys.argv[1]), PUBLIC).open()
    encoder = load_encoder(Settings())
    papers: dict[str, str] = {}
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for document in generation.documents("reference_key IS NOT NULL"):
        reference = str(document.paper.reference)
        papers[paper_id(document)] = reference
        for key, _ in keys_of(reference):
            holders[key].add(paper_id(document))
    chance = random.Random(0)
    counts: Counter[bool] = Counter()
    wrong = []
    for paper in chance.sample(sorted(papers), min(PAPERS, len(papers))):
        unique = {key for key, _ in keys_of(papers[paper]) if len(holders[key]) == 1}
        ways = sorted(set(spellings(papers[paper], unique)))
        for way in chance.sample(ways, min(SPELLINGS, len(ways))):
            first = search(generation, encoder, way, limit=1)[0]
            right = reference_key(first.passage.document.paper.reference or "") == reference_key(papers[paper])
            counts[right] += 1
            if not right:
                wrong.append({"typed": way, "wanted": papers[paper], "first": first.passage.document.paper.reference})
    print(json.dumps({"spellings": counts.total(), "right": counts[True], "wrong": wrong}, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
