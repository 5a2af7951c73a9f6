"""One run of the harvester: walk, refuse suspicious deletions, bring the mirror up to date, keep the books.

The first run and then one every few days reads everything; the others ask for what changed since the last that succeeded, with
a day's overlap, as clocks and time zones of servers are not to be trusted. A run that dies or is stopped leaves a mirror that
can be indexed, and the next one goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from indexer.errors import BadEndpoint, FetchError, TooManyDeletions
from indexer.harvest.addresses import Hosts, Resolve, resolve
from indexer.harvest.client import Client, Clock
from indexer.harvest.mirror import Mirror, opened
from indexer.harvest.objects import MODELS
from indexer.harvest.state import State
from indexer.harvest.walk import Notes, Walk
from indexer.settings import Settings

Progress = Callable[[str, int, int], None]  # stage "list" (total 0: unknown) or "mirror", done, total

_OVERLAP = timedelta(days=1)
_WALK_AGES = timedelta(days=2)  # an interrupted full walk older than this starts anew
_HANDFUL = 5  # deletions that never alarm
_SUSPICIOUS = 0.2  # share of all


@dataclass(frozen=True)
class Order:
    """What the operator asked for."""

    url: str
    into: Path
    full: bool = False
    allow_hosts: Sequence[str] = ()
    allow_deletions: bool = False


@dataclass(frozen=True)
class HarvestReport:
    """The outcome of a run. seen = new + changed + unchanged + what failed, was deleted or is missing."""

    full: bool
    requests: int
    notes: Notes

    def failures(self, language: str) -> list[dict[str, str]]:
        return [{"id": name, "reason": error.message(language)} for name, error in self.notes.failures.items()]


def harvest(
    settings: Settings,
    order: Order,
    progress: Progress = lambda *_: None,
    clock: Clock | None = None,
    resolved: Resolve = resolve,
) -> HarvestReport:
    """Raises HarvestError; what cannot be fetched alone is in the report."""
    clock = clock or Clock()
    hosts = _hosts(order, resolved)
    with (
        opened(order.into, order.url) as state,
        Client(
            hosts, rate=settings.harvest_rate, contact=settings.harvest_contact, hours=settings.harvest_hours, clock=clock
        ) as client,
    ):
        _refuse_moved_inside(state, hosts, order.url)
        now, notes = clock.now(), Notes()
        since = None if order.full else _since(state, now, settings.harvest_full_days)
        name = _walk_name(state, now) if since is None else now.isoformat()
        walk = Walk(client, state, notes, now=now, since=since, name=name, progress=lambda done: progress("list", done, 0))
        walk.run(order.url)
        _brake(order, _known(state, walk.gone), _count(state), "Objekten", "objects")
        largest = settings.file_megabytes * 1_000_000
        mirror = Mirror(order.into, state, client, notes, largest, again=since is None)
        mirror.remove_objects(walk.gone)
        mirror.update(lambda done, total: progress("mirror", done, total))
        _brake(order, len(mirror.doomed), state.count_files(), "Dateien", "files")
        mirror.remove_files()
        if not walk.broken:
            state.note("success", now.isoformat())
            if since is None:
                state.note("full", now.isoformat())
                state.unnote("walk")
        state.commit()
        return HarvestReport(since is None, client.requests, notes)


def _hosts(order: Order, resolved: Resolve) -> Hosts:
    try:
        url = httpx.URL(order.url)
        if url.scheme not in ("http", "https") or not url.host or url.userinfo:
            raise BadEndpoint(url=order.url, reason="keine http-Adresse / no http address")
        return Hosts(url, order.allow_hosts, resolved)
    except (httpx.InvalidURL, FetchError) as error:
        reason = error.details["reason"] if isinstance(error, FetchError) else error
        raise BadEndpoint(url=order.url, reason=reason) from error


def _refuse_moved_inside(state: State, hosts: Hosts, url: str) -> None:
    """A name that once led to the internet and now leads inside our network was changed by somebody else."""
    if hosts.inside and state.fact("network") == "internet":
        raise BadEndpoint(url=url, reason="führt jetzt ins eigene Netz / now leads into the own network")
    state.note("network", "inside" if hosts.inside else "internet")


def _since(state: State, now: datetime, full_days: float) -> datetime | None:
    """When to ask for changes from; None: everything is to be read."""
    success, full = state.fact("success"), state.fact("full")
    if success is None or full is None or now - datetime.fromisoformat(full) >= timedelta(days=full_days):
        return None
    return datetime.fromisoformat(success) - _OVERLAP


def _walk_name(state: State, now: datetime) -> str:
    """That of the full walk to take up again, or of a new one: when it began."""
    begun = state.fact("walk")
    if begun is None or now - datetime.fromisoformat(begun) > _WALK_AGES:
        begun = now.isoformat()
        state.note("walk", begun)
        state.commit()
    return begun


def _known(state: State, gone: dict[str, str]) -> int:
    return sum(1 for identifier in gone if state.kind_of(identifier))


def _count(state: State) -> int:
    return sum(len(state.ids(kind)) for kind in MODELS)


def _brake(order: Order, doomed: int, count: int, what_de: str, what_en: str) -> None:
    if doomed > _HANDFUL and doomed > _SUSPICIOUS * count and not order.allow_deletions:
        raise TooManyDeletions(doomed=doomed, all=count, what_de=what_de, what_en=what_en)
