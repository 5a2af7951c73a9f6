"""How the command line shows things: progress bars, the books, answers, hits, documents."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, Self

from tqdm import tqdm

from indexer.build import Report
from service.api.schemas import AnswerFields, CitationFields, HitFields

_STAGES = {
    "read": ("Lesen / reading", "Dateien"),
    "encode": ("Einbetten / encoding", "Passagen"),
    "upload": ("Übertragen / uploading", "Indexe"),
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


_RUN = {"de": "Lauf", "en": "Run"}
_OUTCOMES = {
    "done": ("beendet", "done"),
    "stopped": ("auf Wunsch beendet", "stopped as asked"),
    "failed": ("gescheitert", "failed"),
    "unfinished": (
        "läuft oder wurde abgebrochen (letztes Lebenszeichen {alive})",
        "running or killed (last sign of life {alive})",
    ),
}
_SOURCE = {
    "de": "{source}: {files} Dateien, {pages} Seiten, davon {recognised} mit Texterkennung ({share} %), {without_text} ohne Text",
    "en": "{source}: {files} files, {pages} pages, {recognised} by text recognition ({share} %), {without_text} without text",
}
_FACTS = {
    "de": "{code}, Seiten: {pages}, Parser {parser}, seit {since}, Versuche: {attempts}",
    "en": "{code}, pages: {pages}, parser {parser}, since {since}, attempts: {attempts}",
}
_MARKED = {"de": ", für den nächsten Lauf vorgemerkt", "en": ", marked for the next run"}
_NOT_PUBLIC = {
    "de": "nicht öffentlich: {count} Dokumente (in eigenen Indexen, nur für Rollen, die sie sehen dürfen)",
    "en": "not public: {count} documents (in indexes of their own, only for roles that may see them)",
}
_NOTHING = {
    "de": "Hier liegen keine Dateien. Bitte den Ordner prüfen.",
    "en": "There are no files here. Please check the folder.",
}
_LOCKS = {"network": "Netz", "files": "Dateien"}
_LISTED = 10  # files of one kind that a run prints; the others stand in the ledger
_LINE_SECONDS = 10.0  # between two lines of progress where there is no terminal


class Bars:
    """A progress bar a stage on standard error, with rate and remaining time; lines where that is no terminal (a log).

    The rate is that of the whole stage: files differ, and one of the last few would promise too much or too little.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._bar: tqdm[Any] | None = None
        self._shown: tuple[str, int] | None = None
        self._terminal = sys.stderr.isatty()
        self._clock = clock
        self._started = self._last = clock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close()

    def show(self, stage: str, done: int, total: int) -> None:
        """``total`` 0: not known."""
        if self._terminal:
            self._show_bar(stage, done, total)
        else:
            self._show_line(stage, done, total)

    def _show_line(self, stage: str, done: int, total: int) -> None:
        now = self._clock()
        if self._shown != (stage, total):
            self._shown, self._started = (stage, total), self._last if done else now
            self._last = now
        if done != total and now - self._last < _LINE_SECONDS:
            return
        self._last = now
        label, unit = _STAGES[stage]
        took = now - self._started
        speed = f", {done / took:.1f} {unit}/s" if took else ""
        left = f", noch/left {tqdm.format_interval((total - done) * took / done)}" if took and total and done else ""
        share = f"/{total} {unit} ({100 * done // total} %)" if total else f" {unit}"
        print(f"{label}: {done}{share}{speed}{left}", file=sys.stderr, flush=True)
        if done == total:
            self._shown = None

    def _show_bar(self, stage: str, done: int, total: int) -> None:
        if self._shown != (stage, total) or self._bar is None:
            self._close()
            label, unit = _STAGES[stage]
            self._bar = tqdm(total=total or None, desc=label, unit=f" {unit}", file=sys.stderr, dynamic_ncols=True, smoothing=0)
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
        entries = report.of(result, language)
        for entry in entries[:_LISTED]:
            yield f"{words[result]}: {entry['path']}: {entry['reason']}"
        if len(entries) > _LISTED:
            yield f"{words[result]}: + {len(entries) - _LISTED} (ratslotse inspect --failures)"
    yield f"Generation {report.generation}"


def answer_lines(answer: AnswerFields) -> Iterator[str]:
    for statement in answer.statements:
        marks = "".join(f"[{number}]" for number in statement.citations)
        yield from filter(None, f"{statement.text} {marks}".splitlines())
    yield from answer.notice.split("\n") if answer.notice else ()
    yield ""
    for citation in answer.citations:
        yield source_line(citation)
    for miss in answer.near_misses:
        yield source_line(miss) + (f"  → {miss.reason}" if miss.reason else "")


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


def index_lines(report: dict[str, Any], language: str) -> Iterator[str]:
    for index in (*report["collections"], *report["joint_indexes"]):
        manifest = index["manifest"]
        counts = f"{manifest['documents']} Dokumente, {manifest['passages']} Passagen"
        roles = ", ".join(index["roles"]) or "niemand"
        yield f"{index['generation']} (Rollen: {roles}): {counts}, {manifest['encoder']}"
        for document in index.get("documents", ()):
            yield f"  {_document_line(document)}"
    for run in report["runs"][:1]:
        yield run_line(run, language)
    for failure in report["failures"]:
        yield f"{_BOOKS[language][failure['result']]}: {failure['path']}: {failure['reason']}"
    locks = (f"{what}{' nicht' * (name in report['reader_lacks'])} gesperrt" for name, what in _LOCKS.items())
    yield f"Abschottung des Leseprozesses: {', '.join(locks)}"


def failure_lines(report: dict[str, Any], language: str) -> Iterator[str]:
    """The last runs, the reasons with their numbers, then every file that was not wholly read."""
    words = _BOOKS[language]
    for run in report["runs"]:
        yield run_line(run, language)
    for source in report["sources"]:
        yield _SOURCE[language].format(**source, share=f"{100 * source['recognised_share']:.0f}")
    yield ""
    for reason in report["reasons"]:
        yield f"{reason['files']:6}  {words[reason['result']]}: {reason['reason']}"
    for failure in report["failures"]:
        yield ""
        yield f"{words[failure['result']]}: {failure['path']}"
        yield f"    {failure['reason']}"
        yield "    " + _FACTS[language].format(**failure) + (_MARKED[language] if failure["marked"] else "")


def run_line(run: dict[str, Any], language: str) -> str:
    """One run: when, how it ended, its books or what went wrong."""
    ended = _OUTCOMES[run["outcome"] or "unfinished"][language == "en"].format(alive=run["alive"])
    books = ", ".join(f"{_BOOKS[language][name]}: {count}" for name, count in run["books"].items())
    return f"{_RUN[language]} {run['started']}, {ended}" + (f": {books or run['error']}" if books or run["error"] else "")


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
