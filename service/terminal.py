"""How the command line shows things: progress bars, the books, answers, hits, documents."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Self

from tqdm import tqdm

from indexer.build import Report
from service.api.schemas import AnswerFields, CitationFields, HitFields

_STAGES = {
    "read": ("Lesen / reading", "Dateien"),
    "encode": ("Einbetten / encoding", "Passagen"),
    "list": ("Listen / lists", "Objekte"),
    "mirror": ("Spiegeln / mirroring", "Vorlagen, Sitzungen"),
}
_BOOKS = {
    "de": {
        "found": "gefunden",
        "ok": "gelesen",
        "partial": "teilweise gelesen",
        "failed": "nicht lesbar",
        "skipped": "übergangen",
        "unchanged": "unverändert",
    },
    "en": {name: name for name in ("found", "ok", "partial", "failed", "skipped", "unchanged")},
}


_NOT_PUBLIC = {
    "de": "nicht öffentlich: {count} Dokumente (in einem eigenen Index, werden nicht ausgeliefert)",
    "en": "not public: {count} documents (in an index of their own, not served)",
}
_NOTHING = {
    "de": "Hier liegen keine Dateien. Bitte den Ordner prüfen.",
    "en": "There are no files here. Please check the folder.",
}
_LISTED = 10  # files of one kind that a run prints; the others stand in the ledger


class Bars:
    """A progress bar a stage on standard error, with rate and remaining time."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None
        self._shown: tuple[str, int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close()

    def show(self, stage: str, done: int, total: int) -> None:
        """``total`` 0: not known."""
        if self._shown != (stage, total) or self._bar is None:
            self._close()
            label, unit = _STAGES[stage]
            self._bar = tqdm(total=total or None, desc=label, unit=f" {unit}", file=sys.stderr, dynamic_ncols=True)
            self._shown = (stage, total)
        self._bar.update(done - self._bar.n)
        if done == total:
            self._close()
            self._shown = None

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
        self._bar = None


def report_lines(report: Report, language: str) -> Iterator[str]:
    words = _BOOKS["en" if language == "en" else "de"]
    yield ", ".join(f"{words[name]}: {count}" for name, count in report.books().items())
    if not report.entries:
        yield _NOTHING["en" if language == "en" else "de"]
    if report.not_public:
        yield _NOT_PUBLIC["en" if language == "en" else "de"].format(count=report.not_public)
    for result in ("failed", "partial", "skipped"):
        entries = report.of(result)
        for entry in entries[:_LISTED]:
            yield f"{words[result]}: {entry['path']}: {entry['reason']}"
        if len(entries) > _LISTED:
            yield f"{words[result]}: + {len(entries) - _LISTED} (ratslotse inspect)"
    yield f"Generation {report.generation}"


def answer_lines(answer: AnswerFields) -> Iterator[str]:
    for statement in answer.statements:
        yield f"{statement.text} {''.join(f'[{number}]' for number in statement.citations)}"
    yield from answer.notice.split("\n") if answer.notice else ()
    yield ""
    for citation in [*answer.citations, *answer.near_misses]:
        yield source_line(citation)


def source_line(citation: CitationFields) -> str:
    paper = citation.paper
    facts = (
        paper.body,
        paper.paper_type,
        paper.reference,
        f"{paper.date:%d.%m.%Y}" if paper.date else None,
        citation.document.title,
    )
    quote = " ".join(citation.quote.split())
    shown = quote if len(quote) <= 100 else quote[:99] + "…"
    return f"[{citation.number}] {', '.join(fact for fact in facts if fact)}, S. {citation.page_label}: „{shown}“"


def hit_lines(hits: Sequence[HitFields], language: str) -> Iterator[str]:
    if not hits:
        yield "No hits." if language == "en" else "Keine Treffer."
    for hit in hits:
        paper = hit.paper
        facts = (paper.body, paper.paper_type, paper.reference, hit.document.title)
        yield f"{hit.rank:3}  {hit.score:.3f}  {', '.join(fact for fact in facts if fact)}, S. {hit.passage.page}"
        yield f"     {' '.join(hit.passage.text.split())[:160]}"


def index_lines(report: dict[str, Any]) -> Iterator[str]:
    for collection in report["collections"]:
        manifest = collection["manifest"]
        counts = f"{manifest['documents']} Dokumente, {manifest['passages']} Passagen"
        served = "" if collection["name"] == "public" else " (nicht öffentlich, wird nicht ausgeliefert)"
        yield f"{collection['generation']}{served}: {counts}, {manifest['encoder']}"
        for document in collection["documents"]:
            yield f"  {_document_line(document)}"
    for failure in report["failures"]:
        yield f"{_BOOKS['de'][failure['result']]}: {failure['path']}: {failure['reason']}"


def document_lines(report: dict[str, Any]) -> Iterator[str]:
    yield _document_line(report)
    for name, value in report["paper"].items():
        if name != "consultations" and value not in (None, []):
            yield f"  {name}: {', '.join(value) if isinstance(value, list) else value}"
    for step in report["paper"]["consultations"]:
        publicity = {True: "öffentlich", False: "nichtöffentlich", None: None}[step["public"]]
        facts = (step["date"], step["organization"], publicity, step["role"], step["result"] or "kein Ergebnis")
        yield f"  Beratung: {', '.join(fact for fact in facts if fact)}"
    for passage in report["passages"]:
        yield f"  --- {passage['id']}, S. {passage['page']}, {' > '.join(passage['headings'])}"
        yield from (f"      {line}" for line in passage["text"].splitlines())


def _document_line(document: dict[str, Any]) -> str:
    paper = document["paper"]
    facts = (paper["body"], paper["paper_type"], paper["reference"], paper["date"], document["title"])
    return f"{document['id']}  {', '.join(fact for fact in facts if fact)}  ({document['file']})"
