"""The models of the running service, loaded in the background: pages and texts need none and are answered meanwhile."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future

from indexer.encoders import Encoder, load_encoder
from indexer.rerankers import Reranker, load_reranker
from service.errors import StillLoading
from service.llm.entailment import Entailment, load_entailment
from service.settings import ServiceSettings

_PATIENCE = 60.0  # seconds a question waits for the encoder at start-up

logger = logging.getLogger("ratslotse")


class Models:
    """``entailment``: judges a language model's sentences, None if nothing is to judge or it is still being loaded."""

    def __init__(self, settings: ServiceSettings, *, judging: bool) -> None:
        """``judging``: whether a language model words answers."""
        self.entailment: Entailment | None = None
        self._settings = settings
        self._judging = judging
        self._loaded: Future[tuple[Encoder, Reranker | None]] = Future()
        threading.Thread(target=self._load, name="load-models", daemon=True).start()

    def _load(self) -> None:
        # torch takes seconds to import.
        try:
            self.entailment = load_entailment(self._settings.entailment if self._judging else None)
            self._loaded.set_result((load_encoder(self._settings), load_reranker(self._settings)))
        except Exception as error:  # handed to whoever asks a question
            logger.exception("encoder")
            self._loaded.set_exception(error)

    @property
    def loaded(self) -> bool:
        return self._loaded.done()

    @property
    def failed(self) -> bool:
        return self._loaded.done() and self._loaded.exception() is not None

    def both(self) -> tuple[Encoder, Reranker | None]:
        """Raises StillLoading if they take longer than a reader waits, UnknownEncoder or UnknownReranker if they do not load."""
        try:
            error = self._loaded.exception(_PATIENCE)
        except TimeoutError as late:
            raise StillLoading from late
        if error is not None:
            raise error.with_traceback(None)
        return self._loaded.result()
