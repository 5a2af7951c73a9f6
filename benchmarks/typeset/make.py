"""Papers to PDFs with their truth beside them: ``python -m benchmarks.typeset.make DIR``."""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle

from benchmarks.typeset.flat_odt import flat_odt
from benchmarks.typeset.kinds import papers
from benchmarks.typeset.parts import Paper, Piece, Truth, truth_of
from benchmarks.typeset.words import Words

SETS = {"dev": (0, 11), "held-out": (1, 4711)}  # which subjects, and the seed of everything else


def make(folder: Path, name: str) -> list[Truth]:
    """The PDFs of a set and ``truth.json`` in a folder of its name."""
    share, seed = SETS[name]
    out = folder / name
    out.mkdir(parents=True, exist_ok=True)
    drawn = list(papers(Words(seed, share)))
    for tagged in (False, True):
        convert([paper for paper in drawn if paper.look.tagged == tagged], out, tagged)
    truths = [labelled(truth_of(paper), out / f"{paper.name}.pdf") for paper in drawn]
    told = json.dumps([asdict(truth) for truth in truths], ensure_ascii=False, indent=1)
    (out / "truth.json").write_text(told + "\n", encoding="utf-8")
    return truths


def convert(drawn: Sequence[Paper], out: Path, tagged: bool) -> None:
    """One call of LibreOffice with a profile of its own for all."""
    options = json.dumps({"UseTaggedPDF": {"type": "boolean", "value": str(tagged).lower()}})
    for paper in drawn:
        (out / f"{paper.name}.pdf").unlink(missing_ok=True)  # or an older one would hide that none was made
    with tempfile.TemporaryDirectory() as scratch:
        sources = [Path(scratch, f"{paper.name}.fodt") for paper in drawn]
        for paper, source in zip(drawn, sources, strict=True):
            source.write_text(flat_odt(paper), encoding="utf-8")
        profile = f"-env:UserInstallation={Path(scratch, 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", f"pdf:writer_pdf_Export:{options}", "--outdir", str(out)]
        subprocess.run([*command, *map(str, sources)], check=True, capture_output=True, timeout=600)
    missing = [paper.name for paper in drawn if not (out / f"{paper.name}.pdf").is_file()]
    if missing:
        raise SystemExit(f"LibreOffice made no PDF of: {', '.join(missing)}")


def labelled(truth: Truth, path: Path) -> Truth:
    """LibreOffice writes no page labels: roman ones, up to the page that says it is 1, are added."""
    if not truth.labels:
        return truth
    reader = PdfReader(path)
    numbers = [page.extract_text().split()[-1] for page in reader.pages]
    first = numbers.index("1")
    writer = PdfWriter(clone_from=reader)
    writer.set_page_label(0, first - 1, PageLabelStyle.LOWERCASE_ROMAN)
    writer.set_page_label(first, len(numbers) - 1, PageLabelStyle.DECIMAL)
    writer.write(path)
    return replace(truth, labels=tuple(numbers))


def read_truth(path: Path) -> list[Truth]:
    with path.open(encoding="utf-8") as file:
        return [_truth(entry) for entry in json.load(file)]


def _truth(entry: dict[str, object]) -> Truth:
    lists = {key: tuple(value) for key, value in entry.items() if isinstance(value, list)}
    pieces = tuple(Piece(**{**piece, "rows": tuple(map(tuple, piece["rows"]))}) for piece in lists["pieces"])
    return Truth(**{**entry, **lists, "pieces": pieces})  # type: ignore[arg-type]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    for name in SETS:
        for truth in make(folder, name):
            print(f"{name}/{truth.name}.pdf: {truth.what}")


if __name__ == "__main__":
    main()
