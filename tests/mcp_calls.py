"""Messages to /mcp as any program could send them, without the SDK's client: of every protocol version, whole and odd."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
from mcp_types.version import KNOWN_PROTOCOL_VERSIONS, MODERN_PROTOCOL_VERSIONS

_META = "io.modelcontextprotocol/"
ACCEPT = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
TOOLS = ("search", "fetch", "ask", "list_bodies")


@dataclass(frozen=True)
class Message:
    body: bytes
    headers: dict[str, str]


def message(method: str, params: dict[str, Any], version: str, number: object = 1) -> Message:
    """One request of that version, which needs no session."""
    headers = ACCEPT | {"MCP-Protocol-Version": version}
    if version in MODERN_PROTOCOL_VERSIONS:
        meta = {"protocolVersion": version, "clientInfo": {"name": "Test", "version": "1"}, "clientCapabilities": {}}
        params = {"_meta": {_META + key: value for key, value in meta.items()}} | params
        headers |= {"Mcp-Method": method} if _fits_a_header(method) else {}
        headers |= {"Mcp-Name": params["name"]} if _fits_a_header(params.get("name")) else {}
    body = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    return Message(json.dumps(body).encode(), headers)


def _fits_a_header(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable() and value == value.strip()


def call(tool: str, arguments: dict[str, Any], version: str = KNOWN_PROTOCOL_VERSIONS[-1]) -> Message:
    return message("tools/call", {"name": tool, "arguments": arguments}, version)


def answer(response: httpx.Response) -> dict[str, Any]:
    """The message that a response holds, as JSON or as the last event of a stream."""
    lines = [line.removeprefix("data: ") for line in response.text.splitlines() if line.startswith("data: ")]
    found: dict[str, Any] = json.loads(lines[-1] if lines else response.text)
    return found


def result(response: httpx.Response) -> dict[str, Any]:
    found: dict[str, Any] = answer(response)["result"]
    return found


_ODD_TEXTS = (
    *("", " ", "Kita", "2024/017", '"', "NICHT", '"Kita UND', "jahr:99999", "\x00", "\ud800", "ß" * 3_000, "a" * 90_000),
    *("../../etc/passwd", "' OR 1=1 --", "{{7*7}}", "🏛️", "\u202e", "null", "-1", "1e999", "[1, 2]", '{"a": 1}'),
)
_ODD_VALUES = (None, True, -1, 0, 51, 2**63, 10**400, 1.5, float("1e308"), [], {}, [[]], {"question": "Kita?"}, ["Kita"])
_FILTERS = ("body", "paper_type", "organization", "status", "date_from", "date_to")
_TAKEN: dict[str, tuple[str, ...]] = {
    "search": ("query", "sort", "limit", "offset", *_FILTERS),
    "fetch": ("id", "start"),
    "ask": ("question", "history", "language", *_FILTERS),
    "list_bodies": (),
}
_FIT = {"query": "Kita", "question": "Wie oft fährt die Buslinie 7?", "id": "0" * 12, "limit": 3, "start": 7, "offset": 1}
_METHODS = (
    *("tools/list", "initialize", "ping", "server/discover", "resources/list", "resources/read", "prompts/get", "tasks/get"),
    *(
        "notifications/initialized",
        "notifications/cancelled",
        "logging/setLevel",
        "completion/complete",
        "subscriptions/listen",
        "",
    ),
)


def odd_messages(seed: int) -> Iterator[Message]:
    """Without end: mostly calls of the tools with values that fit, nearly fit or do not, sometimes no message at all."""
    luck = random.Random(seed)

    def value(depth: int = 0) -> Any:
        kind = luck.random()
        if kind < 0.5:
            return luck.choice(_ODD_TEXTS)
        if kind < 0.9 or depth > 3:
            return luck.choice(_ODD_VALUES)
        return [value(depth + 1) for _ in range(3)] if kind < 0.95 else {luck.choice(_ODD_TEXTS[:9]): value(depth + 1)}

    def taken(tool: str) -> dict[str, Any]:
        """Some arguments of the tool, about half of them as they should be, now and then one that it does not know."""
        names = [name for name in _TAKEN[tool] if name in ("query", "question", "id") or luck.random() < 0.2]
        found = {name: _FIT[name] if name in _FIT and luck.random() < 0.6 else value() for name in names}
        return found | ({luck.choice(_ODD_TEXTS[:9]): value()} if luck.random() < 0.1 else {})

    while True:
        version = luck.choice(KNOWN_PROTOCOL_VERSIONS)
        kind = luck.random()
        if kind < 0.75:
            tool = luck.choice(TOOLS)
            name, arguments = (tool, taken(tool)) if kind < 0.7 else (value(), value())
            told = message("tools/call", {"name": name, "arguments": arguments}, version)
        elif kind < 0.9:
            method = luck.choice(_METHODS[:-2]) if kind < 0.88 else str(luck.choice(_ODD_TEXTS))
            told = message(
                method, {luck.choice(("_meta", "name", "cursor")): value()}, version, number=luck.choice([1, "a", *_ODD_VALUES])
            )
        else:
            told = call(luck.choice(TOOLS), {}, version)
            cut = luck.randrange(len(told.body))
            told = Message(
                luck.choice([told.body[:cut], b"[" + told.body + b"]", bytes(luck.randbytes(cut)), b"[" * 9_000]), told.headers
            )
        if luck.random() < 0.1:
            told = Message(told.body, told.headers | {"MCP-Protocol-Version": luck.choice(["", "1999-01-01", "2025-11-25", "x"])})
        if len(told.body) < 100_000:
            yield told
