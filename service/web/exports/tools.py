"""What readers can do with an answer, as the settings say: the signature of records, the frame of sheets, what is stored."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from itsdangerous import BadData, URLSafeSerializer
from pydantic import ValidationError

from indexer.access import PUBLIC
from indexer.errors import RatslotseError
from indexer.generation import Generation
from service.access.readers import Reader
from service.answers import Answer
from service.api.views import document_url
from service.errors import AnswerUnknown
from service.kept.stores import Stores
from service.runtime import Runtime
from service.settings import ServiceSettings
from service.web.answering import AnswerView, answer_view, place_name
from service.web.exports.judgements import Judgements
from service.web.exports.records import Record, record_of
from service.web.exports.shares import Shares
from service.web.exports.sheets import Frame, Sheet, ai_label, sheet
from service.web.exports.state import Clock, State
from service.web.texts import Texts

LONGEST = 24_000  # characters of a signed record; four such fit into the largest request. Most have about a thousand
_HIDDEN = "~"  # before the record of an answer to readers who see what is not public
_SWEEPING = 3600.0  # seconds between two looks at what has expired

logger = logging.getLogger("ratslotse")


def _now() -> datetime:
    return datetime.now(UTC)


class AnswerTools:
    """Lives as long as the service. ``shares`` and ``judgements`` are None where the operator has not switched them on."""

    def __init__(self, settings: ServiceSettings, stores: Stores, clock: Clock = _now) -> None:
        self._settings = settings
        self._stores = stores
        self._clock = clock
        self._signature = URLSafeSerializer(stores.secret("answers"))
        state = State(stores, clock)
        self._stored = Shares(state, settings.share_days), Judgements(state, settings.feedback_days)
        self.shares = self._stored[0] if settings.share_days else None
        self.judgements = self._stored[1] if settings.feedback else None
        self.share_days = settings.share_days
        self.feedback_days = settings.feedback_days

    def token(self, view: AnswerView, asked: str, reach: str) -> str:
        """The record for a hidden field of the page, signed for readers of this reach. "": nothing to keep, or too long."""
        if view.outcome == "not_a_question":
            return ""
        record = record_of(view, asked, self._settings.llm_model, self._clock())
        signed = str(self._signature.dumps(record.model_dump(mode="json"), salt=reach))
        if reach != PUBLIC:
            signed = _HIDDEN + signed
        return signed if len(signed) <= LONGEST else ""

    def opened(self, token: str, reach: str) -> Record:
        """Raises AnswerUnknown if it was not signed, with the secret of the stores, for readers of this reach."""
        try:
            return Record.model_validate(self._signature.loads(token.removeprefix(_HIDDEN), salt=reach))
        except (BadData, ValidationError) as error:
            raise AnswerUnknown from error

    def fits(self, token: str, reach: str) -> bool:
        """Whether readers of this reach may go on from there: what is not public goes on only as it was signed for them."""
        if not token.startswith(_HIDDEN):
            return True
        try:
            self.opened(token, reach)
        except AnswerUnknown:
            return False
        return True

    def frame(self, site: str, reader: Reader) -> Frame:
        settings = self._settings
        return Frame(site, settings.operator_name, settings.citation_style, reader.role if reader.sees_hidden else "")

    def sheet(self, answer: Answer, asked: str, generation: Generation, site: str, reader: Reader) -> Sheet:
        """An answer just given, for programs that take it as a text."""
        view = answer_view(answer, generation, Texts(answer.question.language))
        return sheet([record_of(view, asked, self._settings.llm_model, self._clock())], generation, self.frame(site, reader))

    def label(self, view: AnswerView, t: Texts, site: str, reader: Reader) -> str:
        """The notice that a printed page bears."""
        return ai_label(view.answer.mode == "generated", self.frame(site, reader), t)

    def addresses(self, view: AnswerView, t: Texts, site: str) -> list[str]:
        """Of the sources in full, for a printed page, where links lead nowhere."""
        cited = [(f"[{citation.number}]", citation) for citation in view.answer.citations]
        near = [(f"{place_name(miss.passage.document, t)}:", miss) for miss in view.answer.near_misses]
        return [f"{name} {site}{document_url(one.passage.document, one.start, one.end)}" for name, one in [*cited, *near]]

    async def sweep_hourly(self, runtime: Runtime) -> None:
        """Deletes what has expired, also where nobody asks for it, and after sharing or judging was switched off."""
        while True:
            try:
                await asyncio.to_thread(self._sweep, runtime)
            except RatslotseError as error:
                logger.warning("sweep: %s", error.message("en"))
            await asyncio.sleep(_SWEEPING)

    def _sweep(self, runtime: Runtime) -> None:
        shares, judgements = self._stored
        shares.sweep(runtime.public.generation())
        judgements.sweep()
        self._stores.tidy()
