"""The Model Context Protocol at /mcp (acceptance D22), asked by the official client over loopback and by bare messages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from fastapi.testclient import TestClient
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp.types import CallToolResult, TextContent
from mcp_types.version import KNOWN_PROTOCOL_VERSIONS

from indexer.build import build
from indexer.settings import Settings
from service.access.readers import Reader
from service.api import dependencies
from service.app import create_app
from service.settings import ServiceSettings
from service.texts import say
from tests.conftest import Built
from tests.llm_server import finished
from tests.mcp_calls import TOOLS, Message, answer, call, message, odd_messages, result
from tests.serving import serving

QUESTION = "Welche Orte hält die Buslinie 7?"
REFUSED = "Wie viele Straßenbahnen fahren in Musterbach?"
MODES = {"2025-11-25": "legacy", "2026-07-28": "2026-07-28", "negotiated": "auto"}


@pytest.fixture(scope="module")
def site(built: Built) -> Iterator[str]:
    with serving(ServiceSettings(index=built.settings.index, encoder="hash")) as address:
        yield address


@pytest.fixture(scope="module")
def plain(built: Built) -> Iterator[TestClient]:
    settings = ServiceSettings(index=built.settings.index, encoder="hash", public_url="https://rat.example")
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@asynccontextmanager
async def connected(site: str, mode: str = "auto", language: str = "") -> AsyncIterator[Client]:
    async with (
        httpx2.AsyncClient(headers={"Accept-Language": language}, trust_env=False, timeout=60) as http,
        Client(streamable_http_client(f"{site}/mcp", http_client=http), mode=mode) as client,
    ):
        yield client


def used(site: str, tool: str, arguments: dict[str, Any], mode: str = "auto", language: str = "") -> CallToolResult:
    async def work() -> CallToolResult:
        async with connected(site, mode, language) as client:
            return await client.call_tool(tool, arguments)

    return finished(work())


def data(site: str, tool: str, arguments: dict[str, Any], mode: str = "auto") -> dict[str, Any]:
    """What a tool gives; the client has checked it against the schema that the server told."""
    told = used(site, tool, arguments, mode)
    assert not told.is_error, told.content
    found: dict[str, Any] = told.structured_content
    return found


def text(told: CallToolResult) -> str:
    (only,) = told.content
    assert isinstance(only, TextContent)
    return only.text


def post(client: TestClient, sent: Message, **headers: str) -> httpx.Response:
    return client.post("/mcp", content=sent.body, headers=sent.headers | headers)


@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
def test_d22_the_official_client_finds_four_tools_that_only_read(site: str, mode: str) -> None:
    async def work() -> None:
        async with connected(site, mode) as client:
            tools = (await client.list_tools()).tools
            assert tuple(tool.name for tool in tools) == TOOLS
            for tool in tools:
                hints = tool.annotations
                assert hints is not None
                assert (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint) == (True, False, True)
                assert tool.output_schema is not None
                assert (tool.input_schema["type"], tool.output_schema["type"]) == ("object", "object")
                assert tool.input_schema["additionalProperties"] is False

    finished(work())


@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
def test_d22_search_leads_to_the_words_on_their_page_and_to_the_document(site: str, mode: str) -> None:
    found = data(site, "search", {"query": "Buslinie 7 Bahnhof"}, mode)["results"][0]
    fetched = data(site, "fetch", {"id": found["id"]}, mode)
    assert fetched["text"][found["start"] : found["end"]] == found["text"]
    assert found["page"] in [page["number"] for page in fetched["pages"]]
    assert found["paper"]["reference"] == "2023/101"
    for address in (found["url"], fetched["url"]):
        assert address.startswith(f"{site}/dokumente/{found['id']}")
        assert httpx.get(address, trust_env=False).status_code == 200


@pytest.mark.parametrize("question", [QUESTION, REFUSED, "Bist du ein Mensch?"])
def test_d22_ask_is_the_answer_of_the_api_with_whole_addresses(site: str, question: str) -> None:
    expected = httpx.post(f"{site}/api/v1/ask", json={"question": question}, trust_env=False).json()
    for one in (*expected["citations"], *expected["near_misses"]):
        one["url"] = site + one["url"]
    assert data(site, "ask", {"question": question}) | {"id": ""} == expected | {"id": ""}


def test_d22_search_ranks_as_the_api_does(site: str) -> None:
    asked = {"q": "Kita Plätze Kosten", "body": "Landkreis Musterbach"}
    hits = httpx.get(f"{site}/api/v1/search", params=asked, trust_env=False).json()["hits"]
    arguments = {"query": asked["q"], "body": asked["body"]}
    found = data(site, "search", arguments)["results"]
    assert [(one["id"], one["start"]) for one in found] == [(hit["document"]["id"], hit["passage"]["start"]) for hit in hits]
    rest = data(site, "search", arguments | {"offset": 1})["results"]
    assert rest == found[1:]


def test_c10_b17_the_session_and_every_answer_say_that_an_ai_answers(site: str) -> None:
    async def work() -> str | None:
        async with connected(site) as client:
            return client.instructions

    assert say("ai_quotes", "de") in str(finished(work()))
    told = used(site, "ask", {"question": QUESTION})
    assert "KI-Suche, kein Mensch" in text(told)
    assert told.structured_content["ai_notice"] == say("ai_answer_quotes", "de")
    assert data(site, "list_bodies", {})["ai_notice"] == say("ai_quotes", "de")


def test_a_paper_is_fetched_with_its_deliberation(site: str) -> None:
    found = data(site, "search", {"query": "2024/017"})["results"][0]
    fetched = data(site, "fetch", {"id": found["paper"]["id"]})
    assert fetched["id"] == found["id"]
    (step,) = fetched["paper"]["consultations"]
    assert (step["organization"], step["outcome"]) == ("Jugendhilfeausschuss", "decided")


def test_a_long_document_comes_in_pieces(tmp_path: Path, write: Callable[..., None]) -> None:
    words = "\n\n".join(f"Absatz {number} über den Haushalt des Landkreises Musterbach." for number in range(1_000))
    write(tmp_path / "papiere", {"Landkreis Musterbach/haushalt.txt": words})
    build(Settings(index=tmp_path / "index", encoder="hash"), [tmp_path / "papiere"])
    with TestClient(create_app(ServiceSettings(index=tmp_path / "index", encoder="hash"))) as client:
        (document,) = result(post(client, call("search", {"query": "Absatz 999", "limit": 1})))["structuredContent"]["results"]
        pieces, start = [], 0
        while start is not None:
            piece = result(post(client, call("fetch", {"id": document["id"], "start": start})))["structuredContent"]
            assert piece["start"] == start
            pieces.append(piece["text"])
            start = piece["next"]
        assert len(pieces) > 2
        assert "".join(pieces) == client.get(f"/api/v1/documents/{document['id']}/text").text
        beyond = result(post(client, call("fetch", {"id": document["id"], "start": 10**9})))["structuredContent"]
    assert (beyond["text"], beyond["next"]) == ("", None)


@pytest.mark.parametrize("version", KNOWN_PROTOCOL_VERSIONS)
def test_d22_every_version_that_the_sdk_knows(plain: TestClient, version: str) -> None:
    begin = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "Test", "version": "1"}}
    method = "server/discover" if version == "2026-07-28" else "initialize"
    begun = result(post(plain, message(method, begin if method == "initialize" else {}, version)))
    assert version in (begun.get("protocolVersion"), *begun.get("supportedVersions", []))
    assert set(begun["capabilities"]) <= {"tools", "experimental"}
    told = result(post(plain, call("ask", {"question": QUESTION}, version)))
    assert told["isError"] is False
    assert "Bahnhof" in told["content"][0]["text"]


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("search", {"query": "Kita", "limit": 99}, "„limit“ darf höchstens 50 sein"),
        ("search", {"query": "Kita", "gremium": "Kreistag"}, "„gremium“ ist nicht bekannt"),
        ("search", {"query": "Kita", "date_from": "bald"}, "„date_from“ muss ein Datum sein"),
        ("search", {}, "nichts eingegeben"),
        ("fetch", {"id": "nichts"}, "nichts ist in den Unterlagen nicht vorhanden"),
        ("ask", {"question": "Kita " * 500}, "möglich sind 2000"),
        ("list_bodies", {"body": "x"}, "„body“ ist nicht bekannt"),
    ],
)
def test_what_does_not_fit_is_told_in_the_result(site: str, tool: str, arguments: dict[str, Any], said: str) -> None:
    told = used(site, tool, arguments)
    assert told.is_error
    assert said in text(told)


def test_errors_titles_and_answers_speak_both_languages(site: str) -> None:
    assert "may be at most 50" in text(used(site, "search", {"query": "Kita", "limit": 99}, language="en"))
    assert "The documents do not say this" in text(used(site, "ask", {"question": REFUSED, "language": "en"}))

    async def titles(language: str) -> list[str | None]:
        async with connected(site, language=language) as client:
            return [tool.title for tool in (await client.list_tools()).tools]

    assert finished(titles("en"))[0] == "Search council documents"
    assert finished(titles("de"))[0] == "Ratsunterlagen durchsuchen"


def test_an_unknown_tool_is_an_error_of_the_protocol(site: str) -> None:
    async def work() -> None:
        async with connected(site) as client:
            with pytest.raises(MCPError, match="Unknown tool: delete"):
                await client.call_tool("delete", {})

    finished(work())


def test_b12_of_a_fault_of_ours_only_its_number_is_told(plain: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.doors.mcp_tools.find", lambda *_: 1 / 0)
    told = result(post(plain, call("search", {"query": "Kita"})))
    assert told["isError"] is True
    assert "unexpected" in told["content"][0]["text"]
    assert "division" not in told["content"][0]["text"]


def test_b22_pages_of_other_sites_are_refused(plain: TestClient) -> None:
    sent = call("list_bodies", {})
    assert post(plain, sent, Origin="https://rat.example").status_code == 200
    for origin, host in (
        ("https://evil.example", "rat.example"),
        ("http://evil.example", "evil.example"),
        ("null", "testserver"),
    ):
        refused = post(plain, sent, Origin=origin, Host=host)
        assert refused.status_code == 403
        assert refused.json()["type"] == "urn:ratslotse:problem:foreign_page"


def test_nothing_is_held_open_and_no_session_is_kept(plain: TestClient) -> None:
    assert plain.get("/mcp", headers={"Accept": "text/event-stream"}).status_code == 405
    assert plain.delete("/mcp", headers={"Mcp-Session-Id": "1"}).status_code == 405
    assert "mcp-session-id" not in post(plain, call("list_bodies", {}, "2025-11-25")).headers
    assert post(plain, Message(b"x" * 200_000, {})).status_code == 413


def test_b3_a_reader_gets_what_is_theirs_and_cannot_tell_the_rest_from_nothing(
    tmp_path: Path, write: Callable[..., None]
) -> None:
    settings = Settings(index=tmp_path / "index", encoder="hash")
    for access, words in (("public", "Die Kita wird erweitert."), ("internal", "Der Kaufpreis des Geländes ist geheim.")):
        write(tmp_path / access, {f"Landkreis Musterbach/{access}.txt": words})
        build(settings, [tmp_path / access], access=access)
    app = create_app(ServiceSettings(index=settings.index, encoder="hash"))

    def seen(client: TestClient, tool: str, **arguments: str) -> dict[str, Any]:
        return result(post(client, call(tool, arguments)))

    with TestClient(app) as client:
        app.dependency_overrides[dependencies._reader] = lambda: Reader("key", "Amt", "verwaltung", frozenset({"internal"}))
        (hidden,) = seen(client, "search", query="Kaufpreis")["structuredContent"]["results"]
        assert seen(client, "fetch", id=hidden["id"])["structuredContent"]["text"] == "Der Kaufpreis des Geländes ist geheim."
        app.dependency_overrides.clear()
        assert not [
            one for one in seen(client, "search", query="Kaufpreis")["structuredContent"]["results"] if "geheim" in one["text"]
        ]
        refused, unknown = (seen(client, "fetch", id=name)["content"][0]["text"] for name in (hidden["id"], "0" * 12))
    assert refused.replace(hidden["id"], "0" * 12).partition("(")[0] == unknown.partition("(")[0]


def test_before_the_service_has_started_it_says_so(built: Built) -> None:
    client = TestClient(create_app(ServiceSettings(index=built.settings.index, encoder="hash")))
    assert post(client, call("list_bodies", {})).status_code == 503


def test_d22_odd_messages_are_no_fault_of_the_server(plain: TestClient) -> None:
    for sent in islice(odd_messages(1), 150):
        response = post(plain, sent)
        assert response.status_code < 500, sent
        if response.status_code == 200:
            assert "result" in answer(response) or "error" in answer(response), sent
            assert "(unexpected, " not in response.text, sent


@pytest.mark.parametrize(
    ("tool", "arguments", "named"),
    [
        ("search", {"query": {"a": 1}}, "query"),
        ("search", {"body": {"a": 1}}, "body"),
        ("ask", {"question": []}, "question"),
        ("ask", {"question": "Kita?", "history": [{"answer": "Ja."}]}, "history.0.question"),
        ("ask", {}, "question"),
        ("fetch", {"id": "x", "start": "von vorn"}, "start"),
        ("list_bodies", {"year": 2024}, "year"),
    ],
)
def test_d22_an_argument_that_does_not_fit_is_named(plain: TestClient, tool: str, arguments: dict[str, Any], named: str) -> None:
    told = result(post(plain, call(tool, arguments)))
    assert told["isError"]
    assert f"„{named}“" in told["content"][0]["text"]
    assert "bad_parameter" in told["content"][0]["text"]
