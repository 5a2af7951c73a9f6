"""Whether what is marked are the quoted words: ``python -m benchmarks.marks [--real DIR] > benchmarks/results/marks.md``.

The sample papers, made ones (typeset/marked.py) and, if given, a folder of real PDFs are indexed with the default encoder and
served. Citations are those of real answers to the sample's questions, and spans of random sentences of each kind of paper. A
browser opens each citation's own link. In the text the marked words are compared with the quoted ones. On the picture of a page
the frames are taken from the browser, and pdfium is asked which words the file has there; of a scan, the file it was made from;
of other scans, Tesseract what it reads in the piece that the frames cut out. Takes five minutes on a quiet machine.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import sys
import tempfile
import threading
import time
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import pypdfium2 as pdfium
import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.machine import machine
from benchmarks.report import on, table
from benchmarks.typeset.marked import papers
from indexer.build import build
from indexer.domain import Document
from indexer.encoders import load_encoder
from indexer.parsing import PAGED, ocr
from indexer.sentences import sentence_spans
from indexer.store import PUBLIC, Collection
from service.answers import Answerer
from service.api.views import document_url
from service.app import create_app
from service.gold import read_gold
from service.settings import ServiceSettings

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
SEED = 20261122
ENOUGH = 0.9  # of the letters of a quotation

_LETTERS = re.compile(r"[^\W_]+")
_FRAMES = """() => {
  const picture = document.querySelector('.sheet img').getBoundingClientRect();
  return [...document.querySelectorAll('.sheet rect:not(.found)')].map((rect) => {
    const box = rect.getBoundingClientRect();
    return [(box.left - picture.left) / picture.width, (box.top - picture.top) / picture.height,
            (box.right - picture.left) / picture.width, (box.bottom - picture.top) / picture.height];
  });
}"""

Frame = Sequence[float]  # left, top, right, bottom, as fractions of the page


@dataclass(frozen=True)
class Cited:
    document: Document
    start: int
    end: int
    answered: bool  # by a real answer; else a sentence drawn by lot

    @property
    def quote(self) -> str:
        return self.document.text[self.start : self.end]


@dataclass(frozen=True)
class Seen:
    """``page``: whether it was the right one. ``covered``: share of the letters quoted that are marked; ``more``: of others."""

    page: bool
    covered: float
    more: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=Path, help="folder of PDFs to measure as well")
    parser.add_argument("--questions", type=int, default=40, help="of the sample, drawn by lot")
    parser.add_argument("--each", type=int, default=12, help="sentences drawn by lot of each kind of paper")
    options = parser.parse_args()
    if options.real and not options.real.is_dir():
        sys.exit(f"{options.real}: no such folder, so real papers cannot be measured")
    made = papers(SEED)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "papiere")
        shutil.copytree(CORPUS / "sample", source / "sample")
        (source / "made").mkdir()
        for name, (data, _) in made.items():
            (source / "made" / name).write_bytes(data)
        if options.real:
            shutil.copytree(options.real, source / "real")
        settings = ServiceSettings(index=Path(folder, "index"))
        build(settings, [source])
        cited = _cited(settings, options.questions, options.each)
        seen = _measured(settings, cited, {name: twin for name, (_, twin) in made.items() if twin})
    _report(cited, seen)


def _cited(settings: ServiceSettings, questions: int, each: int) -> list[Cited]:
    chance = random.Random(SEED)
    generation = Collection(settings.index, PUBLIC).open()
    answerer = Answerer(generation, load_encoder(settings))
    gold = read_gold(CORPUS / "questions.jsonl")
    found: dict[tuple[str, int, int], Cited] = {}
    for one in chance.sample(gold, min(questions, len(gold))):
        for citation in answerer.answer(one.question).citations:
            document = citation.passage.document
            found[document.id, citation.start, citation.end] = Cited(document, citation.start, citation.end, True)
    by_kind: dict[str, list[Document]] = defaultdict(list)
    for document in generation.documents():
        by_kind[_kind(document)].append(document)
    for kind in sorted(by_kind):
        for _ in range(each):
            document = chance.choice(by_kind[kind])
            block = chance.choice([b for b in document.blocks if b.end - b.start > 20])
            start, end = chance.choice(list(sentence_spans(document.text, block.start, block.end)))
            found.setdefault((document.id, start, end), Cited(document, start, end, False))
    return list(found.values())


def _kind(document: Document) -> str:
    name, media_type = document.file.name, document.file.media_type
    if name.startswith("made/"):
        return f"made PDF, {name.removeprefix('made/').partition('-')[0]}"
    kind = "PDF" if media_type == "application/pdf" else Path(name).suffix.removeprefix(".").upper()
    recognised = ", scan" if document.recognition(0, len(document.text)) is not None else ""
    return f"{'real' if name.startswith('real/') else 'sample'} {kind}{recognised}"


def _measured(settings: ServiceSettings, cited: Sequence[Cited], twins: Mapping[str, bytes]) -> list[tuple[Seen, Seen | None]]:
    """What is seen of each citation in the text and, where there is one, on the picture of the page."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        sys.exit("no Chromium here: install it with 'apt-get install chromium'")
    with _served(settings) as address, sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900}, bypass_csp=True).new_page()
        seen = [(_in_text(page, one), _on_picture(page, one, twins)) for one in cited]
        browser.close()
    return seen


def _in_text(page: Page, one: Cited) -> Seen:
    page.goto(document_url(one.document, one.start, one.end).replace("?", "?ansicht=text&"))
    marks = page.locator("mark").all_inner_texts()
    first = page.locator("section.page:has(mark)").first.get_attribute("id") if marks else None
    # In the text a paragraph stands whole on the page on which it begins.
    block = next(b for b in one.document.blocks if b.end > one.start)
    return _compared(first == f"seite-{block.page}", one.quote, " ".join(marks))


def _on_picture(page: Page, one: Cited, twins: Mapping[str, bytes]) -> Seen | None:
    if one.document.file.media_type not in PAGED:
        return None
    link, text, right = document_url(one.document, one.start, one.end), "", True
    first, last = (one.document.page_at(at).number for at in (one.start, one.end - 1))
    for number in range(first, last + 1):
        page.goto(link if number == first else link.replace("?", f"?seite={number}&"))
        picture = page.locator(".sheet img")
        picture.evaluate("image => image.decode()")
        right &= f"/pages/{number}?" in str(picture.get_attribute("src"))
        frames: list[Frame] = page.evaluate(_FRAMES)
        text += " " + _words_in(one.document, number, frames, twins)
    truth = _on_any(one, first, last, twins)
    return _compared(right and truth, one.quote, text)


def _on_any(one: Cited, first: int, last: int, twins: Mapping[str, bytes]) -> bool:
    """Whether pdfium finds the words on these pages at all; those of pictures without a twin cannot be asked for."""
    twin = twins.get(Path(one.document.file.name).name)
    if twin is None and one.document.recognition(one.start, one.end) is not None:
        return True
    data = twin or one.document.file.path.read_bytes()
    with pdfium.PdfDocument(data) as document:
        text = " ".join(document[number - 1].get_textpage().get_text_bounded() for number in range(first, last + 1))
    return _compared(True, one.quote, text).covered >= ENOUGH


def _words_in(document: Document, number: int, frames: Sequence[Frame], twins: Mapping[str, bytes]) -> str:
    twin = twins.get(Path(document.file.name).name)
    if twin is None and document.recognition(0, len(document.text)) is not None:
        return _recognised(document, number, frames)
    with pdfium.PdfDocument(twin or document.file.path.read_bytes()) as opened:
        page = opened[number - 1]
        text = page.get_textpage()
        width, height = page.get_size()
        converter = pdfium.PdfPosConv(page, (0, 0, round(100 * width), round(100 * height), 0))
        found = []
        for left, top, right, bottom in frames:
            corners = [
                converter.to_page(round(100 * x * width), round(100 * y * height)) for x, y in ((left, top), (right, bottom))
            ]
            (x0, x1), (y0, y1) = (sorted(edge) for edge in zip(*corners, strict=True))
            found.append(text.get_text_bounded(x0, y0, x1, y1))
    return " ".join(found)


def _recognised(document: Document, number: int, frames: Sequence[Frame]) -> str:
    """What Tesseract reads in the pieces, one below the other on a white sheet."""
    with pdfium.PdfDocument(document.file.path.read_bytes()) as opened:
        picture = opened[number - 1].render(scale=300 / 72, grayscale=True).to_pil()
    pieces = [
        picture.crop((round(a * picture.width), round(b * picture.height), round(c * picture.width), round(d * picture.height)))
        for a, b, c, d in frames
    ]
    sheet = Image.new("L", (picture.width + 200, sum(piece.height + 20 for piece in pieces) + 400), 255)
    y = 200
    for piece in pieces:
        sheet.paste(piece, (100, y))
        y += piece.height + 20
    return " ".join(word.text for word in ocr.recognise(sheet, 72 / 300))


def _compared(page: bool, quote: str, marked: str) -> Seen:
    wanted, found = _letters(quote), _letters(marked)
    same = sum(block.size for block in SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks())
    return Seen(page, same / max(1, len(wanted)), (len(found) - same) / max(1, len(wanted)))


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(unicodedata.normalize("NFKC", text).casefold()))


@contextmanager
def _served(settings: ServiceSettings) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.1)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def _report(cited: Sequence[Cited], seen: Sequence[tuple[Seen, Seen | None]]) -> None:
    rows = [("in the text", _kind(one.document), one, text) for one, (text, _) in zip(cited, seen, strict=True)]
    rows += [
        ("on the picture", _kind(one.document), one, picture) for one, (_, picture) in zip(cited, seen, strict=True) if picture
    ]
    groups: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for view, kind, _, one_seen in rows:
        groups[view, kind].append(one_seen)
        groups[view, "all"].append(one_seen)
    print("# Marks: are the marked words the quoted ones?\n")
    answered = sum(one.answered for one in cited)
    print(f"{len(cited)} citations: {answered} of real answers, {len(cited) - answered} sentences drawn by lot (seed {SEED}).")
    print(f"Covered: at least {ENOUGH:.0%} of a quotation's letters are marked. {on(machine())}\n")
    heads = ("view", "papers", "citations", "right page", "covered", "letters marked", "other letters marked")
    print(*table(heads, [(*key, *_figures(groups[key])) for key in sorted(groups)]), sep="\n")
    missed = [(view, one, s) for view, _, one, s in rows if not s.page or s.covered < ENOUGH]
    print(f"\nMissed: {len(missed)}.")
    for view, one, s in missed:
        print(f"- {view}: {one.document.file.name}, {one.start}-{one.end}: page {s.page}, {s.covered:.0%} of “{one.quote[:80]}”")


def _figures(seen: Sequence[Seen]) -> tuple[str, ...]:
    count = len(seen)
    shares = (
        sum(s.page for s in seen),
        sum(s.covered >= ENOUGH for s in seen),
        sum(s.covered for s in seen),
        sum(s.more for s in seen),
    )
    return (str(count), *(f"{100 * share / count:.1f} %" for share in shares))


if __name__ == "__main__":
    main()
