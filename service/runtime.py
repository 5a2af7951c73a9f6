"""What the running service holds: a library for each reach of its readers, the models, the client of the language model."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Literal, get_args

from indexer.store import PUBLIC
from service.library import Library
from service.llm.generators import load_generator
from service.models import Models
from service.settings import ServiceSettings

State = Literal["ready", "degraded", "starting", "failed"]
STATES: tuple[State, ...] = get_args(State)


class Runtime:
    """``library`` is the only way to a paper; which one a reader gets says service/access."""

    def __init__(self, settings: ServiceSettings) -> None:
        """Opens the public index at once, so that a missing one is told at the start. Raises IndexMissing, SettingsError …"""
        self.settings = settings
        self.generator = load_generator(settings)
        self.unpacking = threading.Lock()  # one archive at a time: unpacking takes a process and its memory
        self._models = Models(settings, judging=self.generator is not None)
        self._libraries = {PUBLIC: self._opened(PUBLIC)}
        self._opening = threading.Lock()

    @property
    def public(self) -> Library:
        """What everybody may see."""
        return self._libraries[PUBLIC]

    def library(self, name: str) -> Library:
        """That of a physical index, opened when it is first asked for. Raises IndexMissing, IndexDamaged …"""
        found = self._libraries.get(name)
        if found is None:
            with self._opening:
                found = self._libraries.get(name) or self._opened(name)
                self._libraries[name] = found
        return found

    def opened(self) -> Mapping[str, Library]:
        """Those opened so far, by the names of their indexes."""
        return dict(self._libraries)

    @property
    def state(self) -> State:
        """Whether questions are answered without waiting; failed: the model or a new generation cannot be opened; degraded: they
        are answered from the generation before, because the live one is damaged."""
        if self.public.failed or self._models.failed:
            return "failed"
        if not self._models.loaded:
            return "starting"
        return "degraded" if any(library.degraded for library in self._libraries.values()) else "ready"

    async def aclose(self) -> None:
        """Ends the connections to the language model and what is done in the background."""
        for library in self._libraries.values():
            await library.aclose()
        if self.generator is not None:
            await self.generator.aclose()

    def _opened(self, name: str) -> Library:
        return Library(self.settings, name, self._models, self.generator)
