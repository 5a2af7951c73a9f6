"""What readers of one reach are answered from: the live generation of one physical index, followed as it changes, and all that
is made from it. No reach shares anything of it with another, no cache either: what readers may not see cannot show anywhere."""

from __future__ import annotations

import logging
import threading
import time
from asyncio import to_thread
from concurrent.futures import ThreadPoolExecutor

from indexer.encoders import Encoder, encoder_name
from indexer.errors import IndexForgotten, RatslotseError
from indexer.generation import Generation
from indexer.live import forgotten, live_index
from indexer.rerankers import Reranker
from service.answers import Answerer
from service.examples import examples
from service.llm.generators import Generator
from service.llm.writing import Writer
from service.models import Models
from service.pageimages import PageImages
from service.questions import Language
from service.settings import ServiceSettings
from service.suggesting import Suggester

_PAUSE = 10.0  # seconds after which a generation that could not be opened is tried again

logger = logging.getLogger("ratslotse")

_WALKS = 900.0  # seconds that a list can be walked through after its generation was replaced
_MOST_REPLACED = 4  # generations: they are mapped files, not memory


class Library:
    """Safe to use from many threads. ``generator``: the language model that words answers, None if there is none."""

    def __init__(self, settings: ServiceSettings, name: str, models: Models, generator: Generator | None) -> None:
        """``name``: of the physical index. Opens it at once. Raises IndexMissing, IndexDamaged …"""
        self.name = name
        self.generator = generator
        self._encoder = encoder_name(settings)
        self._settings = settings
        self._models = models
        self._index = live_index(settings, name)
        self._current = self._index.current()
        self._generation = self._open()
        self._replaced: list[tuple[float, Generation]] = []  # until when they are kept; the last one first
        self._answerer: Answerer | None = None
        self._writer: tuple[Generation, Writer] | None = None
        self._suggester: tuple[Generation, Suggester] | None = None
        self._background = ThreadPoolExecutor(1, "find-examples")  # waited for at the end: torch must not be cut off
        self._closing = threading.Event()
        self._examples: dict[Language, tuple[Generation, tuple[str, ...]]] = {}
        self._failure: RatslotseError | None = None
        self._again = 0.0  # when opening is tried again after a failure
        self._lock = threading.Lock()
        self._suggesting = threading.Lock()  # of its own: questions need not wait
        self.page_images = PageImages(settings.file_seconds, settings.reader_megabytes)

    @property
    def failed(self) -> bool:
        """Whether a new generation could not be opened."""
        return self._failure is not None

    @property
    def opened(self) -> Generation:
        """The generation that was opened last, for the operator; readers are answered from ``generation``."""
        return self._generation

    @property
    def degraded(self) -> bool:
        """Whether the live generation is damaged, and the one before is served in its place."""
        return not self.failed and self._generation.number != self._current

    def generation(self) -> Generation:
        """The live generation; a newly published one is opened on the first request after it. Requests under way keep theirs.

        If the new one cannot be opened, nothing is answered: the one before may hold papers that were withdrawn since. It is
        tried again now and then: what the system was short of may be there again.
        """
        self._drop_replaced()
        current = self._index.current()
        if current != self._current or self._is_due():
            with self._lock:
                if current != self._current or self._is_due():
                    self._switch(current)
        if self._failure is not None:
            raise self._failure.with_traceback(None)  # raised again and again, it would gather tracebacks
        return self._generation

    def _open(self) -> Generation:
        """Raises IndexForgotten if the index was put back by hand as it was before a document was forgotten, too."""
        generation = self._index.open(self._encoder)
        if forgotten(self._settings).held_in(generation.database):
            raise IndexForgotten(index=generation.where)
        return generation

    def _is_due(self) -> bool:
        return self._failure is not None and time.monotonic() >= self._again

    def _switch(self, current: str | None) -> None:
        self.page_images.forget()  # a paper that was withdrawn leaves nothing behind
        self._answerer = self._writer = self._suggester = None  # nor do its files stay open longer than requests on them last
        self._examples.clear()
        try:
            opened = self._open()
            self._replaced = [(time.monotonic() + _WALKS, self._generation), *self._replaced][:_MOST_REPLACED]
            self._generation = opened
            self._failure = None
        except RatslotseError as error:
            logger.exception("generation %s cannot be opened", current)
            self._failure = error
            self._again = time.monotonic() + _PAUSE
        self._current = current

    def holds(self, identifier: str) -> bool:
        """Whether there is a document with this id."""
        return self.generation().holds(identifier)

    def replaced(self, identifier: str) -> Generation | None:
        """A generation that was live a short while ago, for the order of a list that is being walked through (see walking.py).

        Nothing of it may be shown: papers may have been withdrawn since.
        """
        self._drop_replaced()
        return next((generation for _, generation in self._replaced if generation.id == identifier), None)

    def _drop_replaced(self) -> None:
        now = time.monotonic()
        if self._replaced and self._replaced[-1][0] < now:
            self._replaced = [(until, generation) for until, generation in self._replaced if until >= now]

    def models(self) -> tuple[Encoder, Reranker | None]:
        """Raises StillLoading, UnknownEncoder, UnknownReranker."""
        return self._models.both()

    def answerer(self) -> Answerer:
        """Answers from the live generation."""
        generation = self.generation()
        models = self.models()
        with self._lock:
            if self._answerer is None or self._answerer.generation is not generation:
                self._answerer = Answerer(generation, *models)
            return self._answerer

    def writer(self, generation: Generation) -> Writer | None:
        """Words answers from that generation by the language model; None: there is none."""
        if self.generator is None:
            return None
        with self._lock:
            if self._writer is None or self._writer[0] is not generation:
                self._writer = (generation, Writer(generation, self.generator, self._models.entailment))
            return self._writer[1]

    def suggester(self) -> Suggester | None:
        """Completes what a reader types from the live generation. None while another request makes it, which may take long."""
        generation = self.generation()
        made_from, suggester = self._suggester or (None, None)
        if made_from is generation or not self._suggesting.acquire(blocking=False):
            return suggester if made_from is generation else None
        try:
            suggester = Suggester(generation)
            self._suggester = (generation, suggester)
            return suggester
        finally:
            self._suggesting.release()

    def examples(self, language: Language) -> tuple[str, ...]:
        """Example questions of the live generation. Finding them takes seconds: until they are found there are none."""
        generation = self.generation()
        with self._lock:
            made_from, found = self._examples.get(language, (None, ()))
            if made_from is not generation:
                found = ()
                self._examples[language] = (generation, found)
                self._background.submit(self._find_examples, language)
        return found

    def _find_examples(self, language: Language) -> None:
        try:
            answerer = self.answerer()
            self._examples[language] = (answerer.generation, examples(answerer, language, lambda: not self._closing.is_set()))
        except Exception:  # the page does without
            logger.exception("examples")

    async def aclose(self) -> None:
        """Ends what is done in the background."""
        self._closing.set()
        await to_thread(self._background.shutdown, cancel_futures=True)
