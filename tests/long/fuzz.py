"""A16: feeds every boundary that takes what strangers wrote with what coverage-guided fuzzing (atheris) makes up.

    pip install atheris                                       # in an environment of its own that also sees Ratslotse's packages
    python -m tests.long.fuzz TARGET [--seconds 20] [--corpus DIR]   # TARGET: one of those in TARGETS, or "all"

An exception other than the one a target declares ends the run with code 77 and leaves the input in ``crash-…``; each such find
becomes a test. The corpus of earlier runs is taken up again from DIR/TARGET.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["indexer", "service", "docx"]):
    from indexer.boxes import boxes_of
    from indexer.build import build
    from indexer.domain import Document, File, Paper
    from indexer.encoders import HashEncoder
    from indexer.errors import ReadError, SettingsError
    from indexer.filters import ANY
    from indexer.generation import Generation
    from indexer.papers.sidecar import overruled
    from indexer.parsing import parse
    from indexer.parsing.answers import laid_out as checked_answer
    from indexer.parsing.layout import LaidOut, RawBlock, lay_out
    from indexer.settings import Settings, load
    from indexer.sources.folder import _manifest
    from indexer.store import Collection
    from service.answers import Answerer
    from service.errors import ServiceError
    from service.llm.eventlines import Lines, Malformed, piece
    from service.questions import Names, checked, understand
    from service.searching import find, highlights
    from service.settings import ServiceSettings
    from service.spans import place
    from service.web.viewing import page_views

from tests.broken_files import SOUND_EML, SOUND_HTML, main_part_made, sound_docx, sound_odt, sound_pdf

TEXT = """# Haushalt

Der Landkreis Musterbach plant 40 Plätze für 1.000 Euro, siehe 2024/017.

- Kita

| a | b |
|---|---|
| 1 | 2 |
"""


def reads(ending: str) -> Callable[[bytes], None]:
    def target(data: bytes) -> None:
        with suppress(ReadError):
            _hold(parse(data, f"a{ending}"))

    return target


def reads_part(sound: Callable[[], bytes], ending: str) -> Callable[[bytes], None]:
    """The fuzzer writes the main part of a container; its checksums are right."""

    def target(data: bytes) -> None:
        with suppress(ReadError):
            _hold(parse(main_part_made(sound(), lambda _: data), f"a{ending}"))

    return target


def _hold(laid_out: LaidOut) -> None:
    """What the parent demands of an answer."""
    length = len(laid_out.text)
    assert laid_out.pages, "no pages"
    for span in (*laid_out.pages, *laid_out.blocks):
        assert 0 <= span.start <= span.end <= length, "a span outside the text"
    list(boxes_of(laid_out.boxes, 0, length + 1))
    laid_out.text.encode()


def reader_answer(data: bytes) -> None:
    try:
        _hold(checked_answer(json.loads(data)))
    except Exception as error:  # sandbox.Reader expects any; but an answer that passes must hold
        if isinstance(error, AssertionError):
            raise


@cache
def _generation() -> Generation:
    folder = tempfile.mkdtemp()
    source = Path(folder, "Landkreis Musterbach")
    source.mkdir()
    (source / "haushalt.md").write_text(TEXT, encoding="utf-8")
    settings = Settings(index=Path(folder, "index"), encoder="hash")
    build(settings, [source])
    return Collection(settings.index, "public").open()


@cache
def _names() -> Names:
    return Names(_generation())


@cache
def _answerer() -> Answerer:
    return Answerer(_generation(), HashEncoder())


def question(data: bytes) -> None:
    with suppress(ServiceError):
        text = checked(data.decode("utf-8", "surrogateescape"))
        understand(text, _names(), today=date(2025, 1, 1))
        _answerer().answer(text)


def search_words(data: bytes) -> None:
    with suppress(ServiceError):
        text = checked(data.decode("utf-8", "surrogateescape"))
        for hit in find(_generation(), HashEncoder(), text, ANY).hits(0, 5):
            for start, end in highlights(_generation(), text, hit.passage.text):
                assert 0 <= start <= end <= len(hit.passage.text)


@cache
def _document() -> Document:
    laid_out = lay_out(
        [RawBlock("heading", "Haushalt", level=1), RawBlock("table_row", "a | b"), RawBlock("paragraph", "Ein Satz.")]
    )
    file = File("papiere", "a.txt", Path("a.txt"), "text/plain", "", "a", 1, "public")
    return Document("d", file, laid_out.text, laid_out.pages, laid_out.blocks, Paper())


def offsets(data: bytes) -> None:
    start, _, end = data.decode("utf-8", "surrogateescape").partition("&")
    end, _, worded = end.partition("&")
    span = place(_document().text, start, end, worded).span
    page_views(_document(), span)
    assert span is None or 0 <= span[0] < span[1] <= len(_document().text)


def settings(data: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".toml") as file:
        file.write(data)
        file.flush()
        with suppress(SettingsError):
            load(ServiceSettings, {"RATSLOTSE_CONFIG": file.name})


def settings_environment(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape").replace("\0", "")
    with suppress(SettingsError):
        load(ServiceSettings, dict(pair.partition("=")[::2] for pair in text.split("\n")))


def sidecar(data: bytes) -> None:
    with suppress(ValueError, RecursionError):
        values = tomllib.loads(data.decode()) if data.startswith(b"#") else json.loads(data)
        if isinstance(values, dict):
            with suppress(ReadError):
                overruled(Paper(), values, "a.toml")


def manifest(data: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        with suppress(ReadError):
            _manifest(Path(file.name))


def model_stream(data: bytes) -> None:
    lines = Lines()
    with suppress(Malformed):
        for line in lines.fed(data):
            piece(line).text.encode()


_SIDECAR = b"""{"name": "a", "reference": "2024/1", "date": "2024-01-02", "public": true, "consultation": [{"organization": "x",
"date": "2024-01-02", "result": "y", "role": "z", "agendaItem": "1"}], "originatorOrganization": ["a"]}"""
_ANSWER = b"""{"text": "abc", "pages": [{"number": 1, "label": "1", "start": 0, "end": 3}], "boxes": "", "notes": [],
"blocks": [{"kind": "paragraph", "level": 0, "page": 1, "start": 0, "end": 3, "gap": false}]}"""
WORD_TEXT = b"""<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:pPr><w:pStyle
w:val="Heading1"/><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr><w:r><w:t>Kita</w:t><w:tab/><w:br/><w:drawing/></w:r></w:p><w:sdt>
<w:sdtContent><w:p/></w:sdtContent></w:sdt><w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:trPr><w:gridBefore
w:val="1"/></w:trPr><w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr></w:tbl></w:body></w:document>
"""
TARGETS: dict[str, tuple[Callable[[bytes], None], bytes]] = {
    "text": (reads(".txt"), TEXT.encode()),
    "markdown": (reads(".md"), TEXT.encode()),
    "html": (reads(".html"), SOUND_HTML),
    "docx": (reads(".docx"), sound_docx()),
    "docx_part": (reads_part(sound_docx, ".docx"), WORD_TEXT),
    "odt_part": (reads_part(sound_odt, ".odt"), b"<office:document-content/>"),
    "eml": (reads(".eml"), SOUND_EML),
    "pdf": (lambda data: reads(".pdf")(b"%PDF-1.4\n" + data), sound_pdf(False)),
    "reader_answer": (reader_answer, _ANSWER),
    "question": (question, b"Was kostet die Kita im Landkreis Musterbach seit 2021?"),
    "search_words": (search_words, "Kitaplätze 2024/017".encode()),
    "offsets": (offsets, b"3&9"),
    "settings": (settings, b'index = "x"\nfile_seconds = 3\n'),
    "settings_environment": (settings_environment, b"RATSLOTSE_FILE_SECONDS=3\nRATSLOTSE_LANGUAGE=en"),
    "sidecar": (sidecar, _SIDECAR),
    "model_stream": (
        model_stream,
        b'data: {"choices": [{"delta": {"content": "a"}, "finish_reason": null}]}\n\ndata: [DONE]\n\n',
    ),
    "manifest": (manifest, b'{"file": "a.pdf", "name": "x"}\n'),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=[*TARGETS, "all"])
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--corpus", type=Path, default=Path("build/fuzz"))
    options = parser.parse_args()
    if options.target == "all":  # a process each: the fuzzer leaves by exit
        command = [sys.executable, "-m", "tests.long.fuzz", "--seconds", str(options.seconds), "--corpus", str(options.corpus)]
        return max(subprocess.run([*command, target], check=False).returncode for target in TARGETS)
    target, seed = TARGETS[options.target]
    corpus = options.corpus / options.target
    corpus.mkdir(parents=True, exist_ok=True)
    (corpus / "seed").write_bytes(seed)
    limits = [f"-max_total_time={options.seconds}", "-timeout=20", "-rss_limit_mb=3000", "-max_len=20000"]
    atheris.Setup([sys.argv[0], str(corpus), f"-artifact_prefix={corpus.parent}/{options.target}-", *limits], target)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
