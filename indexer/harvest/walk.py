"""From the server to the state: System, Body, and each body's lists of organizations, meetings and papers.

A full walk reads all of every list; what a complete list no longer names is gone. Between full walks only what changed since
the last run is asked for; where the server lists consultations, agenda items and files of their own (OParl 1.1), changes in
them are found too: servers change them without touching the paper.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import ValidationError

from indexer.errors import BadEndpoint, FetchError, Unavailable, Unusable
from indexer.harvest.client import Client
from indexer.harvest.lists import Listing
from indexer.harvest.naming import safe_name, unused
from indexer.harvest.objects import EMBEDDED, MODELS, Body, Kind, is_deleted, key_of, references
from indexer.harvest.state import State

_PARENTS: Mapping[str, tuple[Kind, ...]] = {"consultation": ("paper",), "agendaItem": ("meeting",), "file": ("paper", "meeting")}
_COMMIT_EVERY = 100  # objects
_Raw = Mapping[str, object]


@dataclass
class Notes:
    """What a run has to tell."""

    objects: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)
    failures: dict[str, FetchError] = field(default_factory=dict)  # by address or id
    missing: dict[str, str] = field(default_factory=dict)  # what is linked and not there: id -> reason

    def failed(self, identifier: str, error: FetchError) -> None:
        self.failures.setdefault(identifier, error)


class Walk:
    """One walk over an endpoint. ``since`` None: a full one. ``name``: that of the full walk, kept when it is taken up again.

    After ``run``, ``gone`` holds the ids of what is no longer published, each with the time stamp of its deletion, and
    ``broken`` says that a list could not be read to its end: what changed meanwhile is then to be asked for once more.
    """

    def __init__(
        self,
        client: Client,
        state: State,
        notes: Notes,
        *,
        now: datetime,
        since: datetime | None,
        name: str,
        progress: Callable[[int], None],
    ) -> None:
        self._client = client
        self._state = state
        self._notes = notes
        self._now = now.isoformat(timespec="seconds")
        self._since = since
        self._name = name
        self._progress = progress
        self._met: set[str] = set()
        self.gone: dict[str, str] = {}
        self.broken = False

    def run(self, url: str) -> None:
        """Raises BadEndpoint if there is no OParl at this address."""
        bodies, complete = self._bodies(url)
        for raw, body in bodies:
            for kind in MODELS:
                self._list(raw, body, kind)
            if self._since is not None:
                self._refresh(raw, body)
        if self._since is None and complete:
            known = {body.id for _, body in bodies}
            for kind in MODELS:
                orphans = [i for i in self._state.ids(kind) if self._state.where(i)[0] not in known]
                self.gone |= dict.fromkeys(orphans, self._now)
        self._notes.objects["seen"] = len(self._met)
        self._state.commit()

    def _bodies(self, url: str) -> tuple[list[tuple[_Raw, Body]], bool]:
        """The bodies, and whether those are all that the system has."""
        try:
            root = self._client.json(url)
        except FetchError as error:
            raise BadEndpoint(url=url, reason=error.details["reason"]) from error
        if not isinstance(root, Mapping):
            raise BadEndpoint(url=url, reason="kein OParl-Objekt / no OParl object")
        complete = True
        found: Iterable[object] = [root]
        if "paper" not in root and not str(root.get("type", "")).endswith("/Body"):
            found = references(root.get("body"))
            if isinstance(listed := root.get("body"), str):
                listing = Listing(self._client, listed)
                found = list(listing.items())
                complete = listing.complete
        bodies = []
        for item in found:
            try:
                raw = self._object(item)
                body = Body.model_validate(raw)
            except (FetchError, ValidationError) as error:
                complete = False
                self._notes.failed(str(_id(item)), error if isinstance(error, FetchError) else _without_id(item))
            else:
                if not is_deleted(raw):
                    self._keep_body(body)
                    bodies.append((raw, body))
        if not bodies:
            raise BadEndpoint(url=url, reason="keine Körperschaft / no Body")
        return bodies, complete

    def _keep_body(self, body: Body) -> None:
        known = self._state.body(body.id)
        name = body.name or body.shortName or "Körperschaft"
        folder = known[1] if known else unused(safe_name(name), body.id, self._state.body_folders())
        self._state.put_body(body.id, name, folder)
        self._state.commit()

    def _list(self, raw: _Raw, body: Body, kind: Kind) -> None:
        if not isinstance(url := raw.get(kind), str):
            self._notes.failed(f"{body.id} {kind}", Unusable(url=body.id, reason=f"ohne Liste / without list: {kind}"))
            return
        listing = Listing(self._client, url, self._since)
        for item in listing.items():
            self._take(item, body, kind)
        self._close(listing, body, kind)
        if self._since is not None:
            for url in self._state.failed(kind, body.id):
                self._take(url, body, kind)
            return
        for identifier in self._state.ids(kind, body.id):
            if identifier in self._met:
                continue
            if listing.complete:
                self.gone[identifier] = self._now
            else:  # the list may be cut short: each one is asked for
                self._take(self._state.where(identifier)[1], body, kind)

    def _refresh(self, raw: _Raw, body: Body) -> None:
        """Reads papers and meetings again of which a part changed without them."""
        for part, parents in _PARENTS.items():
            if not isinstance(url := raw.get(part), str):
                continue
            listing = Listing(self._client, url, self._since)
            for item in listing.items():
                for kind in parents:
                    for parent in references(item.get(kind) if isinstance(item, Mapping) else None):
                        if isinstance(parent, str) and self._state.buried(str(key_of(parent))) is None:
                            self._take(parent, body, kind)
            self._close(listing, body, part)

    def _close(self, listing: Listing, body: Body, name: str) -> None:
        self.broken |= listing.failed
        if listing.problem:
            self._notes.failed(f"{body.id} {name}", listing.problem)

    def _take(self, item: object, body: Body, kind: Kind) -> None:
        """One object into the state. Whatever is wrong with it costs itself only."""
        identifier = _id(item)
        if identifier is None:
            self._notes.failed(f"{body.id} {kind}", _without_id(item))
        elif identifier not in self._met:
            self._met.add(identifier)
            try:
                self._keep(identifier, item, body, kind)
            except Unavailable as error:
                if error.withdrawn and self._state.kind_of(identifier):
                    self.gone[identifier] = self._now
                elif error.withdrawn:
                    self._notes.missing[identifier] = error.details["reason"]
                else:
                    self._fail(identifier, error, item, body, kind)
            except FetchError as error:
                self._fail(identifier, error, item, body, kind)
            else:
                self._state.drop_failed(identifier)
            if len(self._met) % _COMMIT_EVERY == 0:
                self._state.commit()
            self._progress(len(self._met))

    def _fail(self, identifier: str, error: FetchError, item: object, body: Body, kind: Kind) -> None:
        url = item.get("id") if isinstance(item, Mapping) else item
        self._state.put_failed(identifier, kind, body.id, str(url))  # the next run asks for it, changed or not
        self._notes.failed(identifier, error)

    def _keep(self, identifier: str, item: object, body: Body, kind: Kind) -> None:
        if isinstance(item, str) and self._since is None and self._state.walk_of(identifier) == self._name:
            self._notes.objects["unchanged"] += 1  # fetched before this walk was interrupted
            return
        raw = self._object(item)
        if (stamp := self._state.buried(identifier)) is not None and not is_deleted(raw):
            if not _is_later(raw.get("modified"), stamp):
                if self._since is not None:
                    return  # an outdated list
                raw = self._object(raw.get("id"))
            if not is_deleted(raw):
                self._state.raise_up(identifier)
        if is_deleted(raw):
            self.gone[identifier] = str(raw.get("modified") or self._now)
            return
        try:
            value = MODELS[kind].model_validate(self._embedded(kind, raw))
        except ValidationError as error:
            raise Unusable(url=identifier, reason=error.errors()[0]["msg"]) from error
        change = self._state.put(kind, body.id, str(raw.get("id")), value, self._name)
        self._notes.objects[change] += 1

    def _embedded(self, kind: str, raw: _Raw) -> dict[str, object]:
        """The object with its parts inside, where the server only refers to them. A part that is withdrawn is left out."""
        whole = dict(raw)
        for name, part in EMBEDDED.get(kind, {}).items():
            parts = []
            for item in references(raw.get(name)):
                if not isinstance(item, Mapping) and key_of(item) is None:
                    continue
                try:
                    parts.append(self._embedded(part, self._object(item)))
                except Unavailable as error:
                    if not error.withdrawn:
                        raise
                    self._notes.missing[str(_id(item))] = error.details["reason"]
            whole[name] = parts
        return whole

    def _object(self, item: object) -> _Raw:
        """The object, fetched if only its address is given. Raises FetchError."""
        if isinstance(item, str):
            item = self._client.json(item)
        if not isinstance(item, Mapping):
            raise Unusable(url=str(item)[:200], reason="kein OParl-Objekt / no OParl object")
        return item


def _id(item: object) -> str | None:
    return key_of(item.get("id") if isinstance(item, Mapping) else item)


def _without_id(item: object) -> Unusable:
    return Unusable(url=str(item)[:200], reason="ohne id / without id")


def _is_later(modified: object, stamp: str) -> bool:
    try:
        return datetime.fromisoformat(str(modified)) > datetime.fromisoformat(stamp)
    except (ValueError, TypeError):  # no date, or one of the two without time zone
        return False
