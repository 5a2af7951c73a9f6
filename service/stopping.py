"""Ctrl-C and SIGTERM while something long is under way: the first asks it to end in order, the second ends it at once."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType, TracebackType
from typing import Self

from indexer.errors import RunStopped

_SAID = {
    "de": "\nWird nach der laufenden Datei beendet. Noch einmal Strg+C: sofort.\n",
    "en": "\nStopping after the file under way. Ctrl+C once more: at once.\n",
}
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopper:
    """``with Stopper(language) as stopper: … stopper.check() …``. To be used in the main thread."""

    def __init__(self, language: str) -> None:
        self.asked = threading.Event()
        self._said = _SAID[language].encode()

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._handle) for number in _SIGNALS}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def check(self) -> None:
        """Raises RunStopped if it was asked to end."""
        if self.asked.is_set():
            raise RunStopped

    def _handle(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        if self.asked.is_set():
            raise KeyboardInterrupt
        self.asked.set()
        os.write(2, self._said)  # not print: the signal may have come in the middle of one
