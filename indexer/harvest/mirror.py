"""From the state to the folder that ``index`` reads.

Each paper and each meeting has a folder, such as ``Landkreis Musterbach/Vorlagen/2024/2024_17-3f…/``. In it lie
the record, the files, and ``manifest.jsonl`` with the notes on them. Whatever moment a run dies at:

- notes are written before the file they are about, so no file is ever without its mark of publicity;
- a file appears by one rename, complete; a folder disappears by one rename, whole;
- the state knows a name before it is used, so nothing is left lying that nobody knows.

What is deleted on the server is collected first and deleted at the end, so that too much of it can be refused.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from indexer.errors import FetchError, IndexBusy, MirrorBusy, MirrorUnusable, NoMirror, Unavailable, Unusable
from indexer.harvest.client import Client, Stamps
from indexer.harvest.naming import ending_of, is_error_page, marked, safe_name
from indexer.harvest.objects import File
from indexer.harvest.records import Links
from indexer.harvest.state import Held, State, as_line
from indexer.harvest.walk import Notes
from indexer.harvest.wanted import Wanted, wanted_of_meeting, wanted_of_paper
from indexer.sources import MANIFEST
from indexer.storage import sync_folder, write_atomically, writer_lock

_STATE, _LOCK, _WORK = ".oparl.sqlite", ".lock", ".work"


@contextmanager
def opened(root: Path, url: str) -> Iterator[State]:
    """The state of the mirror in a folder, made if the folder is new or empty. Raises NoMirror, MirrorBusy, MirrorUnusable."""
    if (
        root.exists()
        and not (root / _STATE).is_file()
        and (not root.is_dir() or {p.name for p in root.iterdir()} - {_LOCK, _WORK})
    ):
        raise NoMirror(path=root, reason_de="ist kein Spiegel und nicht leer", reason_en="is no mirror and not empty")
    try:
        with writer_lock(root):
            shutil.rmtree(root / _WORK, ignore_errors=True)
            (root / _WORK).mkdir()
            state = State(root / _STATE)
            try:
                if (known := state.fact("url") or url) != url:
                    raise NoMirror(path=root, reason_de=f"ist der Spiegel von {known}", reason_en=f"is the mirror of {known}")
                state.note("url", url)
                state.commit()
                yield state
            finally:
                state.close()
                shutil.rmtree(root / _WORK, ignore_errors=True)
    except IndexBusy as error:
        raise MirrorBusy(path=root) from error
    except (OSError, sqlite3.Error) as error:
        raise MirrorUnusable(path=root, reason=error) from error


class Mirror:
    """The folder of one mirror. ``again``: every file is asked for again (a full run), not only those that changed."""

    def __init__(self, root: Path, state: State, client: Client, notes: Notes, largest: int, *, again: bool) -> None:
        self._root = root
        self._state = state
        self._client = client
        self._notes = notes
        self._largest = largest
        self._again = again
        self.doomed: list[Held] = []

    def update(self, progress: Callable[[int, int], None]) -> None:
        """Brings every folder up to date. What is to be deleted is in ``doomed`` afterwards."""
        wanted = list(self._wanted())
        for done, one in enumerate(wanted, start=1):
            self._keep(one)
            progress(done, len(wanted))

    def remove_objects(self, gone: dict[str, str]) -> None:
        """Removes what was published and no longer is; of what was never here, too, the id is kept."""
        for identifier, stamp in gone.items():
            if self._state.kind_of(identifier):
                self._notes.objects["deleted"] += 1
                folder = self._state.where(identifier)[2]
                if folder and (self._root / folder).exists():
                    self._notes.files["deleted"] += sum(1 for file in self._state.files(identifier) if file.stamp)
                    self._remove(self._root / folder)
            self._state.bury(identifier, stamp)
        self._state.commit()

    def remove_files(self) -> None:
        for file in self.doomed:
            folder = self._root / str(self._state.where(file.owner)[2])
            (folder / file.name).unlink(missing_ok=True)
            self._state.drop_file(file)
            self._state.commit()
            self._write_manifest(folder, self._state.files(file.owner))
            self._notes.files["deleted"] += 1

    def _wanted(self) -> Iterator[Wanted]:
        links = Links(self._state.organizations())
        meetings, papers = list(self._state.meetings()), list(self._state.papers())
        for meeting in meetings:
            links.add_meeting(meeting)
        for paper in papers:
            links.add_paper(paper)
            for consultation in paper.consultation:
                for link in (consultation.meeting, consultation.agendaItem):
                    if link and link not in links.meetings and link not in links.items:
                        self._notes.missing.setdefault(link, "nicht in den Listen / not in the lists")
        for meeting in meetings:
            yield wanted_of_meeting(meeting, self._body(meeting.id), links)
        for paper in papers:
            yield wanted_of_paper(paper, self._body(paper.id), links)

    def _body(self, identifier: str) -> str:
        body = self._state.body(self._state.where(identifier)[0])
        return body[0] if body else ""

    def _keep(self, one: Wanted) -> None:
        """Brings one folder up to date."""
        folder = self._folder(one)
        listed = {file.id for file, _ in one.files}
        held = {file.id: file for file in self._state.files(one.owner)}
        self.doomed += [file for file in held.values() if file.id != one.owner and file.id not in listed]
        held[one.owner] = Held(one.owner, one.owner, one.record_name, as_line({"file": one.record_name} | one.record_notes))
        for file, notes in one.files:
            if file.id in held:
                held[file.id] = held[file.id].with_notes(as_line({"file": held[file.id].name} | notes))
        self._settle(folder, held)  # marks first: what became non-public must not wait for a download
        write_if_changed(folder / one.record_name, one.record)
        missing = self._state.missing(one.owner)
        got: list[tuple[Path, Held]] = []
        for file, notes in one.files:
            self._notes.files["seen"] += 1
            known = held.get(file.id)
            if not self._again and missing.get(file.id) == _stamp(file):
                self._miss(one.owner, file, "schon im letzten Lauf / as in the last run")
            elif self._again or known is None or known.stamp != _stamp(file) or not (folder / known.name).is_file():
                got += self._fetched(folder, one.owner, file, notes, known)
            else:
                self._notes.files["unchanged"] += 1
        if got:
            for _, new in got:
                if (old := held.get(new.id)) and old.name != new.name:  # another kind of file now
                    (folder / old.name).unlink(missing_ok=True)
                held[new.id] = new
            self._settle(folder, held)
            for work, new in got:
                self._place(work, folder / new.name)

    def _fetched(
        self, folder: Path, owner: str, file: File, notes: dict[str, object], known: Held | None
    ) -> list[tuple[Path, Held]]:
        """The file as downloaded, if it is another than the one held."""
        work = self._root / _WORK / marked("", file.id)
        try:
            new = self._download(folder, work, owner, file, notes, known)
        except Unavailable as error:
            if not error.withdrawn:
                self._failed(file, error)
            elif known is not None:
                self.doomed.append(known)
            else:
                self._miss(owner, file, error.details["reason"])
            return []
        except FetchError as error:
            self._failed(file, error)
            return []
        if new is None and known is not None:
            self._state.put_files([replace(known, stamp=_stamp(file))])
            self._notes.files["unchanged"] += 1
        return [(work, new)] if new else []

    def _download(
        self, folder: Path, work: Path, owner: str, file: File, notes: dict[str, object], known: Held | None
    ) -> Held | None:
        """None: the server says that the file held is still the same. Raises FetchError."""
        url, stamp = file.downloadUrl or file.accessUrl, _stamp(file)
        if url is None:
            raise Unusable(url=file.id, reason="ohne downloadUrl / without downloadUrl")
        here = known is not None and known.stamp.endswith(f" {url}") and (folder / known.name).is_file()
        got = self._client.download(url, work, self._largest, known.stamps() if known and here else Stamps())
        if got is None:
            return None
        with work.open("rb") as downloaded:
            start = downloaded.read(1024)
        if is_error_page(file, start):
            raise Unusable(url=url, reason="HTML statt der Datei / HTML instead of the file")
        ending = ending_of(file, got.content_type, start)
        name = f"{marked(file.name or 'Datei', file.id)}.{ending}"
        if known and known.name.endswith(f".{ending}"):
            name = known.name
        line = as_line({"file": name} | notes)
        return Held(owner, file.id, name, line, stamp, got.stamps.etag, got.stamps.last_modified)

    def _failed(self, file: File, error: FetchError) -> None:
        self._notes.files["failed"] += 1
        self._notes.failed(file.id, error)

    def _miss(self, owner: str, file: File, reason: str) -> None:
        self._state.put_missing(owner, file.id, _stamp(file))
        self._notes.files["missing"] += 1
        self._notes.missing[file.id] = reason

    def _place(self, work: Path, path: Path) -> None:
        """Puts a download into its place. If the same bytes are there already, they stay, with their time."""
        here = path.is_file()
        if here and _digest(path) == _digest(work):
            work.unlink()
            self._notes.files["unchanged"] += 1
            return
        work.replace(path)
        sync_folder(path.parent)
        self._notes.files["changed" if here else "new"] += 1

    def _folder(self, one: Wanted) -> Path:
        """The folder of a paper or meeting: named when it is first seen and never renamed, as its path is its documents' id."""
        body, _, folder = self._state.where(one.owner)
        if folder is None:
            known = self._state.body(body)
            kind, year, name = one.folder
            folder = f"{known[1] if known else safe_name(body)}/{kind}/{year}/{marked(name, one.owner)}"
            self._state.put_folder(one.owner, folder)
        path = self._root / folder
        path.mkdir(parents=True, exist_ok=True)
        return path

    def _settle(self, folder: Path, held: dict[str, Held]) -> None:
        """State and manifest, before the files they name."""
        known = set(self._state.files(next(iter(held.values())).owner))
        if new := [file for file in held.values() if file not in known]:
            self._state.put_files(new)
            self._state.commit()
        self._write_manifest(folder, list(held.values()))

    def _write_manifest(self, folder: Path, files: list[Held]) -> None:
        lines = sorted((file.name, file.notes) for file in files)
        write_if_changed(folder / MANIFEST, "".join(f"{notes}\n" for _, notes in lines))

    def _remove(self, folder: Path) -> None:
        aside = self._root / _WORK / "removed"
        folder.rename(aside)
        sync_folder(folder.parent)
        shutil.rmtree(aside)
        for parent in folder.parents:
            if parent == self._root or any(parent.iterdir()):
                break
            parent.rmdir()


def write_if_changed(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        write_atomically(path, text)


def _stamp(file: File) -> str:
    """The version of a file as its owner states it."""
    return f"{file.modified} {file.downloadUrl or file.accessUrl}"


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
