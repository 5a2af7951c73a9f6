"""The client of a language model, against a real server that does what such servers do wrong (acceptance A20, A22)."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import logging
import random
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing, closing, suppress
from pathlib import Path
from socket import create_server

import llm_server
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import SettingsError
from service.errors import (
    GeneratorFailed,
    GeneratorGarbled,
    GeneratorRefused,
    GeneratorResting,
    GeneratorSlow,
    GeneratorUnreachable,
)
from service.llm.breaker import Breaker
from service.llm.endpoints import endpoint
from service.llm.eventlines import LONGEST_LINE, Lines, Malformed, piece
from service.llm.generators import Clock, Limits, Message, OpenAiGenerator, load_generator
from service.settings import ServiceSettings
from tests.llm_server import END, HOLD, LlmServer, Reply, cut, event, finished, held, refusal, running, said

KEY = "sk-geheim-0815"
MESSAGES = [Message("system", "Antworten Sie kurz."), Message("user", "Wie hoch ist der Zuschuss?")]
WHOLE = said("Der Zuschuss ", "beträgt 4.000 €", " [1].")
TEXT = "Der Zuschuss beträgt 4.000 € [1]."
SHORT = Limits(total=0.4, between=0.1)
AMPLE = Limits(total=20)


class FakeClock(Clock):
    """Its sleep only moves the hands."""

    def __init__(self) -> None:
        self.seconds = 1_000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def now(self) -> dt.datetime:
        return dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with running() as server:
        yield server


def generator(url: str, limits: Limits = AMPLE, clock: Clock | None = None) -> OpenAiGenerator:
    found = endpoint(ServiceSettings(llm_url=url, llm_model="muster-7b", llm_key=KEY))
    assert found
    return OpenAiGenerator(found, limits, clock)


async def text_of(model: OpenAiGenerator) -> str:
    async with aclosing(model.stream(MESSAGES)) as pieces:
        return "".join([piece async for piece in pieces])


def run(url: str, limits: Limits = AMPLE, clock: Clock | None = None) -> str:
    """The text of one answer. No task is left behind."""

    async def work() -> str:
        model = generator(url, limits, clock)
        try:
            return await text_of(model)
        finally:
            await model.aclose()
            await alone()

    return finished(work())


async def alone() -> None:
    """Until no other task is left, soon and by themselves: the event loop closes the iterators that the HTTP library nests, which
    nobody but their owner can reach, in short tasks, each of which drops the next iterator."""
    async with asyncio.timeout(10):
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others)


def test_the_model_gets_the_messages_and_its_text_comes_in_pieces(server: LlmServer) -> None:
    server.replies.append(WHOLE)
    assert run(server.url) == TEXT
    (request,) = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert (request.body["model"], request.body["stream"]) == ("muster-7b", True)
    assert request.body["messages"] == [
        {"role": "system", "content": "Antworten Sie kurz."},
        {"role": "user", "content": "Wie hoch ist der Zuschuss?"},
    ]


@pytest.mark.parametrize(
    "reply",
    [
        Reply([b": ping\n\n", b"\xef\xbb\xbf" + b"".join(WHOLE.steps)]),
        Reply([b"".join(WHOLE.steps).replace(b"\n", b"\r\n")]),
        Reply([bytes([byte]) for byte in b"".join(WHOLE.steps)]),
        Reply(list(WHOLE.steps)[:-1]),
        Reply([*list(WHOLE.steps)[:-2], event(b"[DONE]")]),
        Reply(list(WHOLE.steps), framed=False),
        Reply([event({"choices": [], "prompt_filter_results": []}), *WHOLE.steps]),
        Reply([*list(WHOLE.steps)[:-2], event({"choices": [{"index": 0, "finish_reason": "eos_token"}]})]),
        Reply([event({"choices": [{"delta": {"role": "assistant", "content": None, "reasoning": "Hm."}}]}), *WHOLE.steps]),
        Reply(WHOLE.steps, headers={"Content-Type": "text/event-stream; charset=utf-8"}),
    ],
    ids="comment_and_bom crlf bytewise no_done no_finish unframed filter_results other_finish reasoning charset".split(),
)
def test_servers_that_differ_in_form_are_understood(server: LlmServer, reply: Reply) -> None:
    server.replies.append(reply)
    assert run(server.url) == TEXT


GARBLED = {
    "invalid_utf8": Reply([event(b'{"choices": [{"delta": {"content": "\xff"}}]}'), *END]),
    "broken_json": Reply([event(b'{"choices": [{"delta": '), *END]),
    "deep_json": Reply([event(b"[" * 20_000), *END]),
    "other_json": Reply([event({"hello": "world"})]),
    "no_object": Reply([event(7)]),
    "content_no_text": Reply([event({"choices": [{"delta": {"content": 7}}]})]),
    "half_a_surrogate": Reply([event(b'{"choices": [{"delta": {"content": "\\ud800"}}]}')]),
    "error_inside": Reply([llm_server.piece("Der"), event({"error": {"message": KEY}})]),
    "empty_body": Reply([]),
    "closed_at_once": Reply([], framed=False),
    "page": Reply([b"<!DOCTYPE html>"], headers={"Content-Type": "text/html"}),
    "no_type": Reply([b"data: [DONE]\n\n"], headers={}),
    "packed": Reply([b"x"], headers={"Content-Type": "text/event-stream", "Content-Encoding": "gzip"}),
    "endless_text": Reply(itertools.repeat(llm_server.piece("bla " * 100))),
    "endless_comments": Reply(itertools.repeat(b": ping\n" * 5_000)),
    "endless_line": Reply(itertools.chain([b"data: "], itertools.repeat(b"x" * 50_000))),
    "ten_megabyte_line": Reply([b"data: " + b"x" * 10_000_000 + b"\n\n", *END]),
    "cut_short": Reply([llm_server.piece("Der Zuschuss"), llm_server.piece(None, "length")]),
}


@pytest.mark.parametrize("reply", GARBLED.values(), ids=GARBLED)
def test_a20_what_is_no_answer_fails_at_once_and_is_not_asked_again(server: LlmServer, reply: Reply) -> None:
    server.replies.append(reply)
    with pytest.raises(GeneratorGarbled) as caught:
        run(server.url)
    assert len(server.requests) == 1
    assert KEY not in caught.value.message("de") + repr(caught.value)


@pytest.mark.parametrize("framed", [True, False])
def test_a20_a_connection_that_dies_at_any_byte_is_no_answer(server: LlmServer, framed: bool) -> None:
    body = b"".join(WHOLE.steps)
    end = body.index(b"\n", body.index(b'"stop"'))  # from here on the model has said that it ended
    for at in sorted(random.Random(20).sample(range(end), 15)):
        server.replies.append(cut(WHOLE, at, framed))
        with pytest.raises(GeneratorGarbled):
            run(server.url)


def test_a20_a_server_that_dies_before_it_answers_is_unreachable(server: LlmServer) -> None:
    for steps in ([], [b"HTTP/1.1 200"], [b"SSH-2.0-OpenSSH_9.6\r\n"]):
        server.replies.append(Reply(steps, head=False))
        with pytest.raises(GeneratorUnreachable):
            run(server.url)


@pytest.mark.parametrize(
    "reply",
    [Reply([HOLD], head=False), Reply([HOLD]), held("Der "), Reply([b": ping\n\n", HOLD])],
    ids=["hangs", "slow_first_piece", "slow_pieces", "only_comments"],
)
def test_a20_what_takes_too_long_is_given_up_and_the_server_is_left(server: LlmServer, reply: Reply) -> None:
    server.replies.append(reply)
    with pytest.raises(GeneratorSlow):
        run(server.url, SHORT)
    assert server.gone.acquire(timeout=5)


def test_the_whole_time_counts_also_while_pieces_come(server: LlmServer) -> None:
    server.replies.append(held("Der ", "Zuschuss "))
    with pytest.raises(GeneratorSlow):
        run(server.url, Limits(total=0.2, between=60))


def test_a20_nobody_listens(server: LlmServer) -> None:
    with closing(create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    clock = FakeClock()
    with pytest.raises(GeneratorUnreachable, match=f"127.0.0.1:{port}"):
        run(f"http://127.0.0.1:{port}/v1", clock=clock)
    assert clock.slept == [0.3, 0.6]


def test_a20_plain_http_where_tls_is_expected(server: LlmServer) -> None:
    with pytest.raises(GeneratorUnreachable, match="SSL"):
        run(server.url.replace("http:", "https:"), clock=FakeClock())


def test_a20_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with running(self_signed(tmp_path)) as server:
        with pytest.raises(GeneratorUnreachable, match="certificate"):
            run(server.url, clock=FakeClock())
        assert server.requests == []


def self_signed(folder: Path) -> ssl.SSLContext:
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + certificate.public_bytes(serialization.Encoding.PEM)
    (folder / "own.pem").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "own.pem")
    return context


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a20_a_server_in_trouble_is_asked_again(server: LlmServer, status: int) -> None:
    clock = FakeClock()
    server.replies += [refusal(status), refusal(status), WHOLE]
    assert run(server.url, clock=clock) == TEXT
    assert clock.slept == [0.3, 0.6]
    server.replies += [refusal(status)] * 4
    with pytest.raises(GeneratorRefused, match=str(status)):
        run(server.url, clock=clock)
    assert len(server.requests) == 6


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404, 204])
def test_a20_a_plain_no_is_not_asked_again_and_no_redirect_is_followed(server: LlmServer, status: int) -> None:
    server.replies.append(Reply([], status, {"Location": "/v1/other", "Content-Type": "text/event-stream"}, framed=status != 204))
    with pytest.raises(GeneratorRefused, match=str(status)):
        run(server.url)
    assert len(server.requests) == 1


@pytest.mark.parametrize(("asked", "waited"), [("4", 4.0), ("Sun, 01 Mar 2026 12:00:07 GMT", 7.0), ("soon", 0.3)])
def test_retry_after_is_obeyed(server: LlmServer, asked: str, waited: float) -> None:
    clock = FakeClock()
    server.replies += [refusal(429, asked), WHOLE]
    assert run(server.url, clock=clock) == TEXT
    assert clock.slept == [waited]


def test_a_server_that_asks_for_more_time_than_there_is_is_not_waited_for(server: LlmServer) -> None:
    clock = FakeClock()
    server.replies += [refusal(503, "3600"), WHOLE]
    with pytest.raises(GeneratorRefused):
        run(server.url, clock=clock)
    assert clock.slept == []


def test_nothing_is_asked_again_once_the_model_speaks(server: LlmServer) -> None:
    server.replies += [cut(WHOLE, 200), WHOLE]
    with pytest.raises(GeneratorGarbled):
        run(server.url)
    assert len(server.requests) == 1


def test_a21_a_reader_who_leaves_closes_the_connection(server: LlmServer) -> None:
    server.otherwise = held("Der Zuschuss ")

    async def leave(how: Callable[[OpenAiGenerator], Awaitable[None]]) -> None:
        model = generator(server.url)
        await how(model)
        assert await asyncio.to_thread(server.gone.acquire, timeout=10)
        await alone()
        await model.aclose()

    async def stop_listening(model: OpenAiGenerator) -> None:
        async with aclosing(model.stream(MESSAGES)) as pieces:
            assert await anext(pieces) == "Der Zuschuss "

    async def cancelled(model: OpenAiGenerator) -> None:
        task = asyncio.create_task(text_of(model))
        assert await asyncio.to_thread(server.arrived.acquire, timeout=5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    for _ in range(5):
        finished(leave(stop_listening))
        server.arrived.acquire(timeout=5)
        finished(leave(cancelled))


def test_a22_a_server_that_is_down_is_spared_and_soon_used_again(server: LlmServer) -> None:
    async def work() -> None:
        clock = FakeClock()
        model = generator(server.url, clock=clock)
        server.otherwise = refusal(401)
        for _ in range(3):
            with pytest.raises(GeneratorRefused):
                await text_of(model)
        for _ in range(900):  # a question a second for a quarter of an hour
            clock.seconds += 1
            with pytest.raises((GeneratorResting, GeneratorRefused)):
                await text_of(model)
        assert len(server.requests) <= 3 + 90
        server.otherwise, back = WHOLE, clock.seconds
        while True:
            clock.seconds += 1
            try:
                assert await text_of(model) == TEXT
                break
            except GeneratorResting:
                assert clock.seconds - back <= 30
        assert await text_of(model) == TEXT
        await model.aclose()

    finished(work())


def test_a22_one_attempt_that_hangs_does_not_keep_others_from_trying() -> None:
    now = 0.0
    breaker = Breaker(lambda: now)
    for _ in range(3):
        assert breaker.permits()
        breaker.failed()
    assert not breaker.permits()
    now = 10.0
    assert breaker.permits()  # this one hangs
    assert not breaker.permits()
    now = 20.0
    assert breaker.permits()
    breaker.succeeded()
    breaker.failed()  # the one that hung
    assert breaker.permits()


def test_a22_who_has_heard_enough_of_a_model_counts_for_it(server: LlmServer) -> None:
    async def work() -> None:
        model = generator(server.url, clock=FakeClock())
        for reply in (refusal(401), refusal(401), held("Der Zuschuss "), refusal(401), WHOLE):
            server.replies.append(reply)
            with suppress(GeneratorRefused):
                async with aclosing(model.stream(MESSAGES)) as pieces:
                    await anext(pieces)
        await model.aclose()

    finished(work())
    assert len(server.requests) == 5


def test_the_key_stands_in_no_message_and_no_log(server: LlmServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.otherwise = refusal(401, message=KEY)
    with pytest.raises(GeneratorFailed) as caught:
        run(server.url)
    settings = ServiceSettings(llm_url=server.url, llm_model="m", llm_key=KEY)
    model = load_generator(settings)
    shown = f"{caught.value!r} {caught.value} {settings!r} {model!r} {model and vars(model)} {caplog.text}"
    assert KEY not in shown


@given(st.lists(st.binary(max_size=200) | st.just(b"".join(WHOLE.steps)), max_size=5))
def test_a16_any_bytes_are_read_or_refused(chunks: list[bytes]) -> None:
    lines = Lines()
    with suppress(Malformed):
        for chunk in chunks:
            for line in lines.fed(chunk):
                piece(line)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["choices", "delta", "content", "finish_reason", "error"]), inner)
        ),
    )
)
def test_a16_any_json_is_read_or_refused(value: object) -> None:
    with suppress(Malformed):
        piece(event(value).decode().strip())


def test_a_line_that_never_ends_is_not_kept() -> None:
    lines = Lines()
    assert list(lines.fed(b"x" * LONGEST_LINE)) == []
    with pytest.raises(Malformed):
        list(lines.fed(b"x"))


@pytest.mark.parametrize("url", ["http://localhost:11434/v1", "http://127.0.0.7/v1", "http://[::1]:8080/v1/"])
def test_this_computer_may_be_asked_without_further_ado(url: str) -> None:
    found = endpoint(ServiceSettings(llm_url=url, llm_model="m"))
    assert found
    assert str(found.url) == url.rstrip("/") + "/chat/completions"
    assert found.headers() == {}


@pytest.mark.parametrize(
    "url", ["https://ki.musterbach.example/v1", "http://10.0.0.7:8000/v1", "http://localhost.evil.example/v1"]
)
def test_c21_another_computer_must_be_named(url: str) -> None:
    with pytest.raises(SettingsError, match=r"RATSLOTSE_LLM_HOSTS=\S+\.$"):
        endpoint(ServiceSettings(llm_url=url, llm_model="m", llm_hosts="ki.beispielheim.example"))
    host = url.split("/")[2].partition(":")[0]
    assert endpoint(ServiceSettings(llm_url=url, llm_model="m", llm_hosts=f"andere.example, {host.upper()}"))


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"llm_url": "http://localhost/v1"}, "LLM_MODEL"),
        ({"llm_url": "ftp://localhost/v1", "llm_model": "m"}, "LLM_URL"),
        ({"llm_url": "localhost:11434", "llm_model": "m"}, "LLM_URL"),
        ({"llm_url": f"http://user:{KEY}@localhost/v1", "llm_model": "m"}, "LLM_URL"),
        ({"llm_url": "http://localhost/v1", "llm_model": "m", "llm_key": f"{KEY}\nX: y"}, "LLM_KEY"),
        ({"llm_url": "http://localhost/v1", "llm_model": "m", "llm_key": f"{KEY}ü"}, "LLM_KEY"),
        ({"llm_url": "http://localhost/v1", "llm_model": "m", "llm_key_file": "fehlt"}, "LLM_KEY_FILE"),
        ({"llm_url": "http://localhost/v1", "llm_model": "m", "llm_key_file": "x", "llm_key": KEY}, "LLM_KEY_FILE"),
    ],
)
def test_settings_that_do_not_fit_are_told_before_anything_is_asked(settings: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_generator(ServiceSettings(**settings))
    for language in ("de", "en"):
        assert f"RATSLOTSE_{named}:" in caught.value.message(language)
        assert KEY not in caught.value.message(language)


def test_the_key_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    found = endpoint(ServiceSettings(llm_url="http://localhost/v1", llm_model="m", llm_key_file=tmp_path / "key"))
    assert found
    assert found.headers() == {"Authorization": f"Bearer {KEY}"}
    (tmp_path / "key").write_text("")
    with pytest.raises(SettingsError, match="LLM_KEY_FILE"):
        endpoint(ServiceSettings(llm_url="http://localhost/v1", llm_model="m", llm_key_file=tmp_path / "key"))


def test_without_an_address_there_is_no_model() -> None:
    assert load_generator(ServiceSettings()) is None
    assert load_generator(ServiceSettings(llm_url="", llm_model="", llm_key="")) is None
