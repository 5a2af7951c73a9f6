"""From quotations to the answer that is shown, whatever the language model does (acceptance A20): at once and as a stream.

The writer of these tests makes a statement of every piece that the model sends; what a statement must stand is tested elsewhere.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractContextManager, aclosing, contextmanager
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

import service.library
from indexer.encoders import HashEncoder
from service import streaming
from service.answers import Answer, Answerer, Statement
from service.app import create_app
from service.asking import Event, Writer, answered, events
from service.errors import GeneratorSlow, TooLittleLeft
from service.headers import HEADERS
from service.llm.generators import Generator, Message
from service.settings import ServiceSettings
from service.texts import say
from tests.conftest import Built
from tests.llm_server import LlmServer, Reply, cut, finished, held, refusal, running, said

QUESTION = "Wie oft fährt die Buslinie 7?"
UNAVAILABLE, NOT_USED = say("model_unavailable", "de"), say("model_not_used", "de")
STREAM = {"Accept": "text/event-stream"}

Client = Callable[..., AbstractContextManager[TestClient]]


class Echo:
    """Every piece is a statement; a piece "?" means that too little is left."""

    def __init__(self, generation: object, generator: Generator, entailment: object = None) -> None:
        self._generator = generator

    async def write(self, answer: Answer) -> AsyncGenerator[Answer, None]:
        written = replace(answer, mode="generated", statements=())
        async with aclosing(self._generator.stream([Message("user", answer.question.text)])) as pieces:
            async for piece in pieces:
                if piece == "?":
                    raise TooLittleLeft
                written = replace(written, statements=(*written.statements, Statement(piece, (1,), "checked")))
                yield written


class Scripted:
    """Says these statements, then raises."""

    def __init__(self, *texts: str, error: Exception | None = None) -> None:
        self.texts, self.error, self.closed = texts, error, False

    async def write(self, answer: Answer) -> AsyncGenerator[Answer, None]:
        try:
            for count in range(1, len(self.texts) + 1):
                said = tuple(Statement(text, (1,), "checked") for text in self.texts[:count])
                yield replace(answer, mode="generated", statements=said)
            if self.error:
                raise self.error
        finally:
            self.closed = True


@pytest.fixture(scope="module")
def answerer(built: Built) -> Answerer:
    return Answerer(built.generation, HashEncoder())


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with running() as server:
        yield server


@pytest.fixture
def client(built: Built, monkeypatch: pytest.MonkeyPatch) -> Client:
    """``with client(llm_url=…) as …``: the interface over the small index, its generator closed in the end."""
    monkeypatch.setattr(service.library, "Writer", Echo)

    @contextmanager
    def made(**settings: object) -> Iterator[TestClient]:
        llm = {"llm_model": "muster-7b", "llm_seconds": 20} | settings
        with TestClient(create_app(ServiceSettings(index=built.settings.index, encoder="hash", **llm))) as client:
            yield client

    return made


def told(answer: Answer, writer: Writer | None) -> list[Event]:
    async def work() -> list[Event]:
        return [event async for event in events(answer, writer)]

    return finished(work())


def parsed(stream: str) -> list[tuple[str, dict[str, object]]]:
    """(name, data) of each event; comments are left out."""
    blocks = [block for block in stream.split("\n\n") if block and not block.startswith(":")]
    lines = [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]
    return [(line["event"], json.loads(line["data"])) for line in lines]


def comparable(answer: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in answer.items() if name not in ("id", "notice", "text")}


def test_without_a_model_the_quotations_come_as_statements(answerer: Answerer) -> None:
    answer = answerer.answer(QUESTION)
    found = told(answer, None)
    assert [event.name for event in found] == ["interpretation", "sources", *["statement"] * len(answer.statements), "final"]
    assert [event.statement for event in found if event.statement] == list(answer.statements)
    assert found[-1].answer is answer


def test_a_models_statements_take_the_place_of_quotations(answerer: Answerer) -> None:
    answer, writer = answerer.answer(QUESTION), Scripted("Alle 30 Minuten.", "So steht es dort.")
    found = told(answer, writer)
    assert [event.name for event in found] == ["interpretation", "sources", "statement", "statement", "final"]
    assert [event.statement.text for event in found if event.statement] == ["Alle 30 Minuten.", "So steht es dort."]
    final = found[-1].answer
    assert (final.mode, final.outcome, len(final.statements)) == ("generated", answer.outcome, 2)
    assert final.notices == (*answer.notices, say("generated", "de"))
    assert writer.closed


@pytest.mark.parametrize("texts", [(), ("Alle 30 Minuten.",)], ids=["before", "midway"])
@pytest.mark.parametrize(
    ("error", "notice"),
    [
        (GeneratorSlow(host="x", seconds="60"), UNAVAILABLE),
        (TooLittleLeft(), NOT_USED),
        (ZeroDivisionError(), UNAVAILABLE),
    ],
    ids=["fails", "too_little", "fault_of_ours"],
)
def test_a20_if_the_model_fails_the_quotations_stand_with_a_notice(
    answerer: Answerer, texts: tuple[str, ...], error: Exception, notice: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = answerer.answer(QUESTION)
    found = told(answer, Scripted(*texts, error=error))
    assert [event.name for event in found].count("final") == 1
    assert found[-1].answer == replace(answer, notices=(*answer.notices, notice))
    (line,) = caplog.records
    code = getattr(error, "code", "model_unexpected")
    assert line.getMessage().startswith(code)


def test_what_is_added_to_the_last_statement_is_no_statement_of_its_own(answerer: Answerer) -> None:
    class WithNotice(Scripted):
        async def write(self, answer: Answer) -> AsyncGenerator[Answer, None]:
            async for written in super().write(answer):
                yield written
            yield replace(written, notices=("Einer fehlt.",))

    found = told(answerer.answer(QUESTION), WithNotice("Eins.", "Zwei."))
    assert [event.name for event in found] == ["interpretation", "sources", "statement", "statement", "final"]
    assert found[-1].answer.notices == ("Einer fehlt.", say("generated", "de"))


def test_a_model_that_says_nothing_is_not_used(answerer: Answerer) -> None:
    assert NOT_USED in told(answerer.answer(QUESTION), Scripted())[-1].answer.notices


def test_a_model_is_not_asked_where_the_documents_say_nothing_or_code_has_found_out(answerer: Answerer) -> None:
    unused = Scripted("Erfunden.")
    silent = answerer.answer("Wie viele Einhörner gibt es?")
    assert silent.outcome == "not_in_documents"
    quoted = answerer.answer(QUESTION)
    worked_out = replace(quoted, statements=(Statement("Drei Vorlagen.", (1,), "checked"),), wordable=False)
    for answer in (silent, worked_out, replace(quoted, outcome="not_a_question")):
        assert told(answer, unused)[-1].answer is answer


def test_who_stops_listening_stops_the_writer(answerer: Answerer) -> None:
    writer = Scripted("Eins.", "Zwei.")

    async def leave() -> None:
        async with aclosing(events(answerer.answer(QUESTION), writer)) as told:
            async for event in told:
                if event.statement:
                    break
        assert writer.closed

    finished(leave())


def test_the_answer_at_once_is_the_final_one(answerer: Answerer) -> None:
    answer = answerer.answer(QUESTION)
    final = finished(answered(answer, Scripted("Alle 30 Minuten.")))
    assert (final.mode, final.statements[0].text) == ("generated", "Alle 30 Minuten.")


def test_the_stream_is_the_same_answer_as_without(client: Client, server: LlmServer) -> None:
    with client() as plain:
        whole = plain.post("/api/v1/ask", json={"question": QUESTION}).json()
        response = plain.post("/api/v1/ask", json={"question": QUESTION}, headers=STREAM)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert "content-length" not in response.headers
    assert (response.headers["x-accel-buffering"], response.headers["cache-control"]) == ("no", "no-store")
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    found = parsed(response.text)
    assert [name for name, _ in found] == ["interpretation", "sources", *["statement"] * len(whole["statements"]), "final"]
    interpretation, sources, statement, *_, final = (data for _, data in found)
    assert comparable(final) == comparable(whole)
    assert final["id"] == interpretation["id"]
    assert interpretation["interpretation"] == whole["interpretation"]
    assert {name: sources[name] for name in ("citations", "near_misses", "coverage")} == {
        name: whole[name] for name in ("citations", "near_misses", "coverage")
    }
    cited = [c for c in whole["citations"] if c["number"] in statement["citations"]]
    assert statement == whole["statements"][0] | {"sources": cited}


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html, */*", "application/json, text/event-stream-x"])
def test_who_does_not_ask_for_a_stream_gets_json(client: Client, accept: str) -> None:
    with client() as plain:
        response = plain.post("/api/v1/ask", json={"question": QUESTION}, headers={"Accept": accept})
    assert response.headers["content-type"] == "application/json"


def test_with_a_model_both_ways_give_its_statements(client: Client, server: LlmServer) -> None:
    server.otherwise = said("Die Linie fährt ", "alle 30 Minuten.")
    with client(llm_url=server.url) as modelled:
        whole = modelled.post("/api/v1/ask", json={"question": QUESTION}).json()
        found = parsed(modelled.post("/api/v1/ask", json={"question": QUESTION}, headers=STREAM).text)
        page = modelled.post("/", data={"question": QUESTION}).text
    assert (whole["mode"], [one["text"] for one in whole["statements"]]) == (
        "generated",
        ["Die Linie fährt ", "alle 30 Minuten."],
    )
    assert [name for name, _ in found] == ["interpretation", "sources", "statement", "statement", "final"]
    assert comparable(found[-1][1]) == comparable(whole)
    assert "alle 30 Minuten." in page
    assert say("generated", "de") in page
    assert all(request.prompt == QUESTION for request in server.requests)


def test_c10_pages_say_whether_a_model_words_answers(client: Client, server: LlmServer) -> None:
    for settings, words in (({}, "kein KI-Text"), ({"llm_url": server.url}, "Ein Sprachmodell formuliert")):
        with client(**settings) as asked:
            assert words in asked.get("/").text
            about = asked.get("/ueber").text
            assert ("erzeugt keine KI Text" in about) == (not settings)
            assert ("formuliert ein Sprachmodell (KI)" in about) == bool(settings)


FAULTS: dict[str, tuple[Reply, str]] = {
    "hangs": (held(), UNAVAILABLE),
    "hangs_midway": (held("Die Linie "), UNAVAILABLE),
    "unauthorized": (refusal(401), UNAVAILABLE),
    "broken": (refusal(500), UNAVAILABLE),
    "dies_midway": (cut(said("Die Linie ", "fährt "), 300), UNAVAILABLE),
    "empty": (said(), NOT_USED),
    "too_little": (said("Die Linie ", "?"), NOT_USED),
}


@pytest.mark.parametrize(("reply", "notice"), FAULTS.values(), ids=FAULTS)
def test_a20_every_fault_leaves_the_places_found_and_one_end(
    client: Client, server: LlmServer, reply: Reply, notice: str
) -> None:
    with client() as plain:
        quotations = plain.post("/api/v1/ask", json={"question": QUESTION}).json()
    server.otherwise = reply
    with client(llm_url=server.url, llm_seconds=0.5) as modelled:
        whole = modelled.post("/api/v1/ask", json={"question": QUESTION}).json()
        found = parsed(modelled.post("/api/v1/ask", json={"question": QUESTION}, headers=STREAM).text)
        page = modelled.post("/", data={"question": QUESTION})
    assert [name for name, _ in found if name in ("final", "error")] == ["final"]
    for answer in (whole, found[-1][1]):
        assert comparable(answer) == comparable(quotations)
        assert notice in answer["notice"]
    assert page.status_code == 200
    assert notice in page.text


def test_a22_while_the_model_is_down_nobody_waits_for_it(client: Client, server: LlmServer) -> None:
    server.otherwise = refusal(401)
    with client(llm_url=server.url) as modelled:
        notices = [modelled.post("/api/v1/ask", json={"question": QUESTION}).json()["notice"] for _ in range(6)]
    assert all(UNAVAILABLE in notice for notice in notices)
    assert len(server.requests) == 3


def test_errors_before_the_stream_are_problems(client: Client) -> None:
    with client() as plain:
        for question, status in (("", 422), ("?" * 3, 422), ("a" * 5_000, 422)):
            response = plain.post("/api/v1/ask", json={"question": question}, headers=STREAM)
            assert response.status_code == status
            assert response.headers["content-type"] == "application/problem+json"


def test_a_fault_of_ours_within_the_stream_is_its_one_end(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("service.api.views.statement_fields", lambda statement: 1 / 0)
    with client() as plain:
        response = plain.post("/api/v1/ask", json={"question": QUESTION}, headers=STREAM)
    found = parsed(response.text)
    assert [name for name, _ in found] == ["interpretation", "sources", "error"]
    assert (found[-1][1]["type"], found[-1][1]["status"]) == ("urn:ratslotse:problem:unexpected", 500)
    assert f"error {found[-1][1]['id']} unexpected" in caplog.text
    assert "ZeroDivisionError" not in response.text


def test_a21_a_silent_stream_shows_that_it_lives(client: Client, server: LlmServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "HEARTBEAT", 0.01)
    server.otherwise = held()
    with client(llm_url=server.url, llm_seconds=1) as modelled:
        text = modelled.post("/api/v1/ask", json={"question": QUESTION}, headers=STREAM).text
    assert "\n\n: \n\n" in text
    assert [name for name, _ in parsed(text)] == ["interpretation", "sources", "final"]


def test_the_description_of_the_interface_tells_of_the_stream(client: Client) -> None:
    with client() as plain:
        described = plain.get("/api/v1/openapi.json").json()["paths"]["/api/v1/ask"]["post"]["responses"]["200"]
    assert set(described["content"]) == {"application/json", "text/event-stream"}
    assert described["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/AnswerFields"}
    for name in ("interpretation", "sources", "statement", "final", "error"):
        assert f"`{name}`" in described["description"]
    parsed(described["content"]["text/event-stream"]["example"])


def test_no_key_and_no_question_reach_the_log(client: Client, server: LlmServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    server.otherwise = refusal(401, message="sk-geheim")
    with client(llm_url=server.url, llm_key="sk-geheim") as modelled:
        modelled.post("/api/v1/ask", json={"question": QUESTION})
    assert "model_refused" in caplog.text
    assert "sk-geheim" not in caplog.text
    assert "Buslinie" not in caplog.text
