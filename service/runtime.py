"""What the running service holds: the live generation, followed as it changes; the encoder, loaded in the background; the
client of the language model, if there is one."""

from __future__ import annotations

import logging
import threading
from asyncio import to_thread
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Literal

from indexer.encoders import Encoder, encoder_name, load_encoder
from indexer.errors import RatslotseError
from indexer.generation import Generation
from indexer.rerankers import Reranker, load_reranker
from indexer.store import PUBLIC, Collection
from service.answers import Answerer
from service.errors import StillLoading
from service.examples import examples
from service.llm.entailment import Entailment, load_entailment
from service.llm.generators import Generator, load_generator
from service.llm.writing import Writer
from service.pageimages import PageImages
from service.questions import Language
from service.settings import ServiceSettings
from service.suggesting import Suggester

_PATIENCE = 60.0  # seconds a question waits for the encoder at start-up

logger = logging.getLogger("ratslotse")


class Runtime:
    """Readers get what is public; no other collection is opened."""

    def __init__(self, settings: ServiceSettings) -> None:
        """Opens the index at once, so that a missing one is told at the start. Raises IndexMissing, SettingsError …"""
        self.settings = settings
        self._generator = load_generator(settings)
        self._collection = Collection(settings.index, PUBLIC)
        self._current = self._collection.current()
        self._generation = self._collection.open(encoder_name(settings))
        self._answerer: Answerer | None = None
        self._entailment: Entailment | None = None
        self._writer: tuple[Generation, Writer] | None = None
        self._suggester: tuple[Generation, Suggester] | None = None
        self._background = ThreadPoolExecutor(1, "find-examples")  # waited for at the end: torch must not be cut off
        self._closing = threading.Event()
        self._examples: dict[Language, tuple[Generation, tuple[str, ...]]] = {}
        self._failure: RatslotseError | None = None
        self._lock = threading.Lock()
        self._suggesting = threading.Lock()  # of its own: questions need not wait
        self.unpacking = threading.Lock()  # one archive at a time: unpacking takes a process and its memory
        self.page_images = PageImages(settings.file_seconds, settings.reader_megabytes)
        self._models: Future[tuple[Encoder, Reranker | None]] = Future()
        threading.Thread(target=self._load, name="load-models", daemon=True).start()

    def _load(self) -> None:
        # torch takes seconds to import; pages and texts need no encoder and answer meanwhile.
        try:
            self._entailment = load_entailment(self.settings.entailment if self._generator else None)
            self._models.set_result((load_encoder(self.settings), load_reranker(self.settings)))
        except Exception as error:  # handed to whoever asks a question
            logger.exception("encoder")
            self._models.set_exception(error)

    @property
    def state(self) -> Literal["ready", "starting", "failed"]:
        """Whether questions are answered without waiting; failed: the model or a new generation cannot be opened."""
        if self._failure is not None or (self._models.done() and self._models.exception() is not None):
            return "failed"
        return "ready" if self._models.done() else "starting"

    def generation(self) -> Generation:
        """The live generation; a newly published one is opened on the first request after it. Requests under way keep theirs.

        If the new one cannot be opened, nothing is answered: the one before may hold papers that were withdrawn since.
        """
        current = self._collection.current()
        if current != self._current:
            with self._lock:
                if current != self._current:
                    self._switch(current)
        if self._failure is not None:
            raise self._failure.with_traceback(None)  # raised again and again, it would gather tracebacks
        return self._generation

    def _switch(self, current: str | None) -> None:
        self.page_images.forget()  # a paper that was withdrawn leaves nothing behind
        try:
            self._generation = self._collection.open(encoder_name(self.settings))
            self._answerer = None
            self._failure = None
        except RatslotseError as error:
            logger.exception("generation %s cannot be opened", current)
            self._failure = error
        self._current = current

    def models(self) -> tuple[Encoder, Reranker | None]:
        """Raises StillLoading if they take longer than a reader waits, UnknownEncoder or UnknownReranker if they do not load."""
        try:
            error = self._models.exception(_PATIENCE)
        except TimeoutError as late:
            raise StillLoading from late
        if error is not None:
            raise error.with_traceback(None)
        return self._models.result()

    def answerer(self) -> Answerer:
        """Answers from the live generation."""
        generation = self.generation()
        models = self.models()
        with self._lock:
            if self._answerer is None or self._answerer.generation is not generation:
                self._answerer = Answerer(generation, *models)
            return self._answerer

    @property
    def generator(self) -> Generator | None:
        """The language model that words answers, None if there is none."""
        return self._generator

    def writer(self, generation: Generation) -> Writer | None:
        """Words answers from that generation by the language model; None: there is none."""
        if self._generator is None:
            return None
        with self._lock:
            if self._writer is None or self._writer[0] is not generation:
                self._writer = (generation, Writer(generation, self._generator, self._entailment))
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
        """Ends the connections to the language model and what is done in the background."""
        self._closing.set()
        await to_thread(self._background.shutdown, cancel_futures=True)
        if self._generator is not None:
            await self._generator.aclose()
