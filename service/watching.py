"""``ratslotse index --watch``: one run after another, whenever files change, and now and then in any case.

Each round watches the folders first and runs then, so that nothing that changes during a run is missed. Where no events
arrive (network shares) the regular run finds what is new; WATCHFILES_FORCE_POLLING=true makes watchfiles look for itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event

import watchfiles

from indexer.errors import RatslotseError
from service.errors import CannotWatch

_REGULAR = 600.0  # seconds between two runs without a change
_FIRST_PAUSE = 30.0  # seconds until a file that may pass by itself is tried again; then twice as long each time
_QUIET = 500  # milliseconds without a change before a run: files are often copied in several steps
_LONGEST_QUIET = 10_000  # milliseconds that a run waits for it
_TICK = 1000  # milliseconds


def watch(
    paths: Sequence[Path], index: Path, run: Callable[[], bool], tell: Callable[[RatslotseError], None], stop: Event
) -> None:
    """Calls ``run`` until ``stop`` is set. It says whether something is to be tried again soon."""
    failed = 0
    while not stop.is_set():
        looks = changes([path.resolve() for path in paths], index.resolve(), tell, stop)
        next(looks, False)  # from here on changes are noticed
        if not stop.is_set():
            failed = failed + 1 if run() else 0
        due = time.monotonic() + pause(failed)
        for changed in looks:
            if changed or time.monotonic() >= due:
                break


def pause(failed: int) -> float:
    """Seconds until the next run, after so many in a row that left something to be tried again.

    >>> [pause(failed) for failed in (0, 1, 2, 3, 99)]
    [600.0, 30.0, 60.0, 120.0, 600.0]
    """
    return min(_FIRST_PAUSE * 2 ** min(failed - 1, 20), _REGULAR) if failed else _REGULAR


def changes(paths: Sequence[Path], index: Path, tell: Callable[[RatslotseError], None], stop: Event) -> Iterator[bool]:
    """Whether anything changed since the last look, about once a second; first of all False."""
    try:
        for changed in watchfiles.watch(
            *paths,
            watch_filter=lambda _, path: not Path(path).is_relative_to(index),
            debounce=_LONGEST_QUIET,
            step=_QUIET,
            rust_timeout=_TICK,
            yield_on_timeout=True,
            stop_event=stop,
        ):
            yield bool(changed)
    except (OSError, RuntimeError) as error:  # a share not mounted, or more folders than the system watches
        tell(CannotWatch(reason=error, minutes=f"{_REGULAR / 60:g}"))
        while not stop.wait(_TICK / 1000):
            yield False
