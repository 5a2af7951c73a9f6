"""From a source's files to documents: what is known and unchanged stays, the rest is read, by whatever hands the run has.

Each file has an entry in the books, whatever became of it; what was read is kept in a journal until it is published.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from indexer import tombstones
from indexer.domain import Document, File, Paper
from indexer.errors import ForgottenFile, ReadError
from indexer.hands import Hands, Outcome
from indexer.ledger import Entry, Ledger
from indexer.papers.sidecar import overruled
from indexer.parsing.sandbox import Reader
from indexer.prepared import Prepared, prepare
from indexer.reading_notes import pages_noted, problem_of, problems_of
from indexer.retrying import Conditions, attempts, is_due, with_end
from indexer.settings import Settings
from indexer.sources import Source, Unread
from indexer.sources.inside import by_container, files_inside, is_archive, is_container, unchanged_inside
from indexer.tombstones import Forgotten
from indexer.unfinished import Unfinished

Progress = Callable[[str, int, int], None]  # stage "read" or "encode", done, total; may raise RunStopped


@dataclass(frozen=True)
class Run:
    """What one run knows. ``before``: the documents of the live generations, by source and name."""

    settings: Settings
    ledger: Ledger
    unfinished: Unfinished
    conditions: Conditions
    before: dict[tuple[str, str], Prepared]
    progress: Progress
    forgotten: Forgotten
    hands: Hands


def read_source(run: Run, source: Source, marked: Set[str]) -> tuple[list[Prepared], list[Entry], list[Document]]:
    """The source's documents, its books, and without text those that cannot be read and that their sidecars mark as non-public.

    ``marked``: names of the files that are read again in any case.
    """
    past = run.ledger.entries(source.name) | run.unfinished.entries(source.name)
    with Reader(run.settings.file_seconds, run.settings.reader_megabytes) as reader:
        listed = list(_listed(run, reader, source, past))
        files = [file for file in listed if isinstance(file, File)]
        run.unfinished.keep_only(source.name, {file.name: file.fingerprint for file in files})
        known = {file.name: None if file.name in marked else _known(run, file, past.get(file.name)) for file in files}
        results = {one.name: _unread(source.name, one) for one in listed if isinstance(one, Unread)}
        results |= {name: found for name, found in known.items() if found is not None}
        results |= _read_files(run, reader, [file for file in files if file.name not in results], past)
    in_order = [results[one.name] for one in listed]
    withheld = [found for file in files if results[file.name][0] is None and (found := _marked_by_sidecar(file))]
    return [document for document, _ in in_order if document], [entry for _, entry in in_order], withheld


def _marked_by_sidecar(file: File) -> Document | None:
    with contextlib.suppress(ReadError):
        paper = overruled(Paper(), file.sidecar, file.name)
        return Document("", file, "", (), (), paper) if paper.public is False else None
    return None


def _listed(run: Run, reader: Reader, source: Source, past: Mapping[str, Entry]) -> Iterator[File | Unread]:
    """The source's files, and what containers among them hold; an archive itself is like a folder, it is no document."""
    inside = by_container({name: entry.result for name, entry in past.items()})
    for file in source.files():
        if not is_archive(file) or _is_forgotten(run, source, file):
            yield _remembered(run, source, file)
        if isinstance(file, File) and is_container(file) and not _is_forgotten(run, source, file):
            held = inside.get(file.name, {})
            due = any(is_due(past[name], run.conditions) for name, result in held.items() if result != "skipped")
            due = due or any(past[name].code == ForgottenFile.code for name in held)  # their names are not known any more
            documents = (run.before.get((file.source, name)) for name in (file.name, *held))
            unchanged = None if due else unchanged_inside(file, held, [one.document.file for one in documents if one])
            found = files_inside(reader, file) if unchanged is None else unchanged
            yield from (_remembered(run, source, one) for one in found)


def _is_forgotten(run: Run, source: Source, file: File | Unread) -> bool:
    return run.forgotten.covers(source.name, file.name, file.sha256 if isinstance(file, File) else "")


def _remembered(run: Run, source: Source, file: File | Unread) -> File | Unread:
    """The file, or that it was forgotten."""
    if _is_forgotten(run, source, file):
        return Unread(run.forgotten.nameless(source.name, file.name), ForgottenFile(), skipped=True)
    return file


_Read = tuple[Prepared | None, Entry]


def _unread(source: str, file: Unread) -> _Read:
    return None, Entry(source, file.name, "skipped" if file.skipped else "failed", (problem_of(file.error),))


def _known(run: Run, file: File, past: Entry | None) -> _Read | None:
    """What is known of a file that need not be read again."""
    if past is None or is_due(past, run.conditions):
        return None
    if past.result == "failed":
        return (None, past) if past.fingerprint == file.fingerprint else None
    unpublished = run.unfinished.document(file.source, file.name)
    known = prepare(unpublished) if unpublished else run.before.get((file.source, file.name))
    if known is None or known.document.file.fingerprint != file.fingerprint or known.document.file.path != file.path:
        return None
    return known, replace(_with_pages(past, known.document), result=past.result if unpublished else "unchanged")


def _read_files(run: Run, reader: Reader, files: Sequence[File], past: Mapping[str, Entry]) -> dict[str, _Read]:
    results: dict[str, _Read] = {}
    folder = run.settings.state_folder

    def told() -> None:
        run.progress("read", len(results), len(files))

    for outcome in run.hands.read(reader, files, told):
        file = outcome.file
        read, entry = results[file.name] = _booked(run, outcome, past.get(file.name))
        run.unfinished.put(entry, read.document if read else None)
        if tombstones.load(folder).covers_file(file):  # forgotten since the run began: it was not there to be removed then
            tombstones.remind(folder)
        told()
    return results


def _booked(run: Run, outcome: Outcome, past: Entry | None) -> _Read:
    file, found = outcome.file, outcome.found
    problems = (problem_of(found),) if isinstance(found, ReadError) else ()
    tries = attempts(past, file.fingerprint, run.conditions)
    entry = Entry(
        file.source,
        file.name,
        "failed",
        with_end(problems, tries),
        **asdict(run.conditions),
        size=file.size,
        sha256=file.sha256,
        fingerprint=file.fingerprint,
        read=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=round(outcome.seconds, 3),
        attempts=tries,
    )
    return (None, entry) if isinstance(found, ReadError) else (prepare(found), _with_pages(entry, found))


def _with_pages(entry: Entry, document: Document) -> Entry:
    """The entry of a file that was read, wholly or in part: what its document says of its pages."""
    file, pages = document.file, len(document.pages)
    problems = problems_of(document.notes, pages)
    return replace(
        entry,
        result="partial" if problems else "ok",
        problems=problems,
        pages=pages,
        without_text=pages_noted(document.notes, "pages_without_text", pages),
        recognised=pages_noted(document.notes, "ocr_pages", pages),
        size=file.size,
        sha256=file.sha256,
        fingerprint=file.fingerprint,
    )
