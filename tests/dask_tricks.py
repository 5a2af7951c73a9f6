"""Loaded by a worker of Dask when it starts (a preload), to make it behave as workers sometimes do. TRICK says how:

dies:NAME    is killed whenever it is to read a file of this name
waits:PATH   reads nothing until there is a file at PATH
other        has another version of Ratslotse
weak         has too little memory for the model
turns        says so only when it works, as one that joins a run under way
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from indexer.spreading import tasks

_trick, _, _what = os.environ["TRICK"].partition(":")
_read = getattr(tasks, "_read_untricked", tasks._read)  # it may be loaded twice
tasks._read_untricked = _read
_made = {**tasks._installed(), "ratslotse": "0.0.1"}


def _dies(reader, file, name, data):
    if file.name == _what:
        os.kill(os.getpid(), signal.SIGKILL)
    return _read(reader, file, name, data)


def _waits(reader, file, name, data):
    while not Path(_what).exists():
        time.sleep(0.02)
    return _read(reader, file, name, data)


def _weak(terms):
    raise MemoryError


if _trick == "dies":
    tasks._read = _dies
elif _trick == "waits":
    tasks._read = _waits
elif _trick == "weak":
    tasks._encoder = _weak
elif _trick == "other":
    tasks._installed = lambda: _made
elif _trick == "turns":
    tasks._mine = lambda terms: {**tasks.made_of(terms), **_made}
