"""How much of a PDF's text, tables and layout is read right: ``python -m benchmarks.text_quality --help``.

LibreOffice sets papers whose text is known (benchmarks/typeset); each reader's result is held against that text. Of the two sets,
"dev" may be looked at while a reader is made; "held-out" has other subjects, and fonts and measures drawn anew. With --peers,
pypdf, pdfplumber and markitdown read the same files: as they come, and again after the page headers and footers that the truth
knows were taken from their text. With --scans, held-out pages are also read as pictures, beside plain Tesseract.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2

from benchmarks.machine import machine
from benchmarks.report import on, table
from benchmarks.typeset.images import CLEAN, POOR, Scanner, scan
from benchmarks.typeset.make import SETS, make
from benchmarks.typeset.parts import Truth
from benchmarks.typeset.scores import Reading, Score, score, without_frames
from indexer.domain import CELL_SEPARATOR
from indexer.errors import ReadError
from indexer.parsing import parse

OURS = "Ratslotse"
BARS = {"text": 0.005, "cells": 0.98, "scan": 0.02}
PEER = Path(__file__).parent / "peers" / "pdf_text_peer.py"
_BAR = re.compile(rf"\s*{re.escape(CELL_SEPARATOR.strip())}\s*")
Readings = dict[str, Reading]  # by the name of the paper
Scores = dict[str, Score]
Results = dict[str, tuple[Scores, float]]  # by the reader: its scores, seconds


def ours(path: Path) -> Reading:
    """The one place that knows our reader."""
    try:
        laid_out = parse(path.read_bytes(), path.name)
    except ReadError as error:
        return Reading("", error=type(error).__name__)
    texts = [(block.kind, laid_out.text[block.start : block.end]) for block in laid_out.blocks]
    rows = [tuple(_BAR.split(text)) for kind, text in texts if kind.startswith("table")]
    return Reading(
        text="\n".join(_BAR.sub(" ", text) if kind.startswith("table") else text for kind, text in texts),
        rows=tuple(rows),
        headings=tuple(text for kind, text in texts if kind == "heading"),
        items=tuple(text for kind, text in texts if kind == "list_item"),
        heads=tuple(" ".join(_BAR.split(text)) for kind, text in texts if kind == "table_head"),
        labels=tuple(page.label for page in laid_out.pages),
    )


def read_all(folder: Path, truths: Sequence[Truth]) -> tuple[Readings, float]:
    start = time.perf_counter()
    readings = {truth.name: ours(folder / f"{truth.name}.pdf") for truth in truths}
    seconds = time.perf_counter() - start
    for name, reading in readings.items():
        if reading.error:
            print(f"\n{folder.name}/{name}.pdf was not read: {reading.error}")
    return readings, seconds


def peers(python: str, folder: Path) -> dict[str, tuple[Readings, float]]:
    ran = subprocess.run([python, str(PEER), str(folder)], capture_output=True, text=True, check=True)
    return {
        f"{name} {told['version']}": (
            {paper: Reading(got["text"], tuple(map(tuple, got["rows"]))) for paper, got in told["papers"].items()},
            told["seconds"],
        )
        for name, told in json.loads(ran.stdout).items()
    }


def scored(readings: Readings, truths: Sequence[Truth]) -> Scores:
    return {truth.name: score(truth, readings[truth.name]) for truth in truths}


def frameless(readings: Readings, truths: Sequence[Truth]) -> Readings:
    return {t.name: replace(readings[t.name], text=without_frames(readings[t.name].text, t)) for t in truths}


def pages_of(folder: Path, truths: Sequence[Truth]) -> int:
    count = 0
    for truth in truths:
        with pypdfium2.PdfDocument(folder / f"{truth.name}.pdf") as pdf:
            count += len(pdf)
    return count


def total(scores: Scores) -> Score:
    return sum(scores.values(), Score())


def percent(share: float | None, digits: int = 2) -> str:
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def summary(results: Results, pages: int) -> Iterator[str]:
    rows = []
    for name, (scores, seconds) in results.items():
        all_of = total(scores)
        pair = [
            f"{percent(all_of.share(f'{what} right', f'{what} said'), 1)} / {percent(all_of.share(f'{what} right', what), 1)}"
            if all_of.counts[f"{what} said"]
            else "–"
            for what in ("headings", "items", "heads")
        ]
        rows.append(
            (
                name,
                percent(all_of.share("text errors", "text chars")),
                percent(all_of.share("cells right", "cells"), 1),
                percent(all_of.share("table errors", "table chars")),
                all_of.counts["leaked"],
                percent(all_of.share("in order", "neighbours"), 1),
                *pair,
                f"{1000 * seconds / pages:.0f}" if seconds else "",
            )
        )
    heads = ["", "errors in text", "cells right", "errors in table text", "page frames in text", "columns in order"]
    yield from table([*heads, "headings: right of said / found", "list items: same", "table heads: same", "ms a page"], rows)


def by_paper(results: Results, truths: Sequence[Truth]) -> Iterator[str]:
    rows = []
    for truth in truths:
        shares = []
        for scores, _ in results.values():
            one = scores[truth.name]
            cells = one.share("cells right", "cells")
            shares.append(
                percent(one.share("text errors", "text chars")) + (f", {percent(cells, 0)}" if cells is not None else "")
            )
        rows.append((truth.what, *shares))
    yield from table(["errors in text, cells right", *results], rows)


def tesseract(truth: Truth, pages: Sequence[Any], folder: Path) -> Reading:
    """What plain Tesseract says, page by page."""
    texts = []
    for page in pages:
        page.save(folder / "page.png")
        run = ["tesseract", str(folder / "page.png"), "-", "-l", "deu"]
        texts.append(
            subprocess.run(run, capture_output=True, text=True, check=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"}).stdout
        )
    return Reading(without_frames("\n".join(texts), truth))


def scans(folder: Path, truths: Sequence[Truth], scanner: Scanner) -> Results:
    """The pages read as pictures. Page frames are no errors here: on a single page nothing tells them from text."""
    out = folder / f"scan-{scanner.dpi}"
    out.mkdir(exist_ok=True)
    pages = {truth.name: scan(folder / f"{truth.name}.pdf", out / f"{truth.name}.pdf", scanner) for truth in truths}
    found, seconds = read_all(out, truths)
    start = time.perf_counter()
    plain = {truth.name: tesseract(truth, pages[truth.name], out) for truth in truths}
    taken = time.perf_counter() - start
    return {
        OURS: (scored(frameless(found, truths), truths), seconds),
        "tesseract -l deu": (scored(plain, truths), taken),
    }


def verdict(own: Score) -> str:
    text, cells = own.share("text errors", "text chars") or 0.0, own.share("cells right", "cells") or 0.0
    return (
        f"Text: {percent(text)} errors ({_held(text <= BARS['text'])}: at most {percent(BARS['text'], 1)}). "
        f"Table cells: {percent(cells, 1)} right ({_held(cells >= BARS['cells'])}: at least {percent(BARS['cells'], 0)}). "
        f"Page labels: {own.counts['labels right']} of {own.counts['labels']} right."
    )


def scan_verdict(own: Score) -> str:
    share = own.share("text errors", "text chars") or 0.0
    tables = own.share("table errors", "table chars")
    kept = f"{_held(share <= BARS['scan'])}: at most {percent(BARS['scan'], 0)}"
    return f"Text of pictures: {percent(share)} errors ({kept}); text of their tables: {percent(tables)}."


def _held(kept: bool) -> str:
    return "kept" if kept else "NOT KEPT"


def told(title: str, opinion: str, results: Results, truths: Sequence[Truth], pages: int) -> None:
    print(f"\n## {title}: {len(truths)} papers, {pages} pages\n\n{opinion}\n")
    print("\n".join(summary(results, pages)), "\n", sep="")
    print("\n".join(by_paper(results, truths)), flush=True)


def counts(results: Results) -> dict[str, Any]:
    return {
        name: {"seconds": round(seconds, 2), "papers": {paper: dict(+one.counts) for paper, one in scores.items()}}
        for name, (scores, seconds) in results.items()
    }


def measure_set(folder: Path, truths: Sequence[Truth], python: str | None) -> Results:
    readings, seconds = read_all(folder, truths)
    results = {OURS: (scored(readings, truths), seconds)}
    for name, (found, taken) in (peers(python, folder) if python else {}).items():
        results[name] = (scored(found, truths), taken)
        results[f"{name}, page frames dropped"] = (scored(frameless(found, truths), truths), 0.0)
    return results


def measure_scans(folder: Path, truths: Sequence[Truth]) -> dict[str, Any]:
    """Reads the pictures of clean and of poor pages; prints and returns what came of it."""
    pages, report = pages_of(folder, truths), {}
    for scanner in (CLEAN, POOR):
        results = scans(folder, truths, scanner)
        opinion = scan_verdict(total(results[OURS][0])) if scanner == CLEAN else "For information."
        told(f"Pictures of pages, {scanner.name}", opinion, results, truths, pages)
        report[scanner.name] = counts(results)
    return report


def programs() -> str:
    """The versions of the programs that set and read pages."""
    said = [
        subprocess.run([name, "--version"], capture_output=True, text=True, check=True).stdout
        for name in ("soffice", "tesseract")
    ]
    return ", ".join(text.splitlines()[0].strip() for text in said)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--set", choices=list(SETS), action="append", dest="sets", help="default: both")
    parser.add_argument("--peers", metavar="PYTHON", help="of an environment with peers/requirements-pdf_text.txt")
    parser.add_argument("--scans", action="store_true", help="read held-out pages as pictures, too (minutes)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the PDFs and their truth there")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    report: dict[str, Any] = {"machine": machine(), "programs": programs(), "sets": {}, "scans": {}}
    print(f"# Text quality\n\n{on(report['machine'])}; {report['programs']}")
    if not options.peers:
        print("\nPeers were not measured: no --peers.")
    own = Score()
    with tempfile.TemporaryDirectory() as scratch:
        base = options.keep or Path(scratch)
        for name in options.sets or SETS:
            truths = make(base, name)
            results = measure_set(base / name, truths, options.peers)
            told(name, verdict(total(results[OURS][0])), results, truths, pages_of(base / name, truths))
            report["sets"][name] = counts(results)
            own += total(results[OURS][0])
            if options.scans and name == "held-out":
                report["scans"] = measure_scans(base / name, [truth for truth in truths if truth.scanned])
    print(f"\n## All\n\n{verdict(own)}")
    if options.json:
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
