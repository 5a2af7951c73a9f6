"""What holds for every route there is: security headers, errors as problems, and no way to a file outside."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from httpx import Response

from service.app import create_app
from service.headers import HEADERS
from service.settings import ServiceSettings

SECRET = "GEHEIM-8f31c0"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


@pytest.fixture(scope="module")
def app(built, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """A service with everything switched on, beside a file that nobody may read."""
    state = tmp_path_factory.mktemp("every") / "state"
    (state.parent / "geheim.txt").write_text(SECRET, encoding="utf-8")
    (built.settings.index.parent / "geheim.txt").write_text(SECRET, encoding="utf-8")
    on = {"share_days": 30, "feedback": True, "operator_password": "ein langes Kennwort", "state": state}
    return create_app(ServiceSettings(index=built.settings.index, encoder="hash", **on))


@pytest.fixture(scope="module")
def client(app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False, follow_redirects=False)


def paths(app: FastAPI) -> list[str]:
    """Every route with an id in the place of each parameter."""
    found = {re.sub(r"\{.*?\}", "1", route.path) for route in routes(app.routes)}
    return sorted({*found, "/api/v1/openapi.json", "/static/x/style.css", "/static/x/none.css", "/nirgends", "/api/v1/none"})


def routes(some: list[Any]) -> Iterator[APIRoute]:
    for one in some:
        if isinstance(one, APIRoute):
            yield one
        elif inner := getattr(one, "original_router", None) or getattr(one, "router", None):
            yield from routes(inner.routes)


def test_b13_every_response_of_every_route_has_the_security_headers(app: FastAPI, client: TestClient) -> None:
    asked = 0
    for path, method in itertools.product(paths(app), METHODS):
        response = client.request(method, path)
        wanted = {name: value for name, value in HEADERS.items() if name != "Referrer-Policy"}  # stricter on some pages
        if path in ("/einbetten", "/widget.js") or path.startswith("/static/"):
            wanted.pop("Cross-Origin-Resource-Policy")  # what other sites load; see test_widget.py
        assert {name: response.headers.get(name) for name in wanted} == wanted, (method, path)
        assert response.headers["referrer-policy"] in ("same-origin", "no-referrer")
        assert "server" not in response.headers
        asked += 1
    assert asked > 300


def is_problem(response: Response, language: str) -> bool:
    told = response.headers
    kind, spoken = told.get("content-type"), told.get("content-language")
    return (kind, spoken) == ("application/problem+json", language) and response.json()["status"] == response.status_code


def test_d20_every_error_of_the_interface_is_a_problem_in_the_reader_s_language(app: FastAPI, client: TestClient) -> None:
    found: dict[int, int] = {}
    for path in (path for path in paths(app) if path.startswith("/api/") and path != "/api/v1/openapi.json"):
        for method, language in itertools.product(METHODS, ("de", "en")):
            ways: list[dict[str, Any]] = [
                {},
                {"content": b"x" * 200_000},
                {"content": b"question=x", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
                {"content": b"\xff{", "headers": {"Content-Type": "application/json"}},
                {"headers": {"Authorization": "Bearer x"}},
                {"params": {"limit": "x", "start": "x", "language": "fr", "reference": ""}},
            ]
            for way in ways:
                headers = {"Accept-Language": language} | way.pop("headers", {})
                response = client.request(method, path, headers=headers, **way)
                if response.status_code >= 400 and method != "HEAD":
                    assert is_problem(response, language), (method, path, way, response.text)
                    found[response.status_code] = found.get(response.status_code, 0) + 1
    assert {400, 401, 404, 405, 413, 415, 422} <= set(found)
    assert max(found) < 500


def test_d20_a_method_that_is_not_there_is_told_with_those_that_are(client: TestClient) -> None:
    response = client.delete("/api/v1/search")
    assert (response.status_code, response.headers["allow"]) == (405, "GET")


def ways_out(targets: list[str]) -> Iterator[str]:
    """About 500 spellings of paths that lead out of a folder, to each target in turn."""
    target = itertools.cycle(targets)
    dots = ("..", "%2e%2e", "%2E%2E", ".%2e", "%252e%252e", "..%00", "%c0%ae%c0%ae", "%e0%80%ae%e0%80%ae", "．．", "..;", ". .")
    slashes = ("/", "%2f", "%2F", "%252f", "\\", "%5c", "%255c", "%c0%af", "/./", "//", "∕")
    for dot, slash, depth in itertools.product(dots, slashes, (1, 2, 5, 9)):
        yield f"{dot}{slash}" * depth + next(target)
    for start in (
        "/",
        "//",
        "///",
        "%2f",
        "file:///",
        "file://",
        "C:\\",
        "C:/",
        "\\\\host\\c$\\",
        "~/",
        "%00/",
        "a/../../",
        "./../",
    ):
        yield f"{start}{next(target)}"


FILE_ROUTES = (
    *("/static/{}", "/static/x/{}", "/api/v1/documents/{}/file", "/api/v1/documents/{}/text", "/api/v1/documents/{}/pages/1"),
    *("/dokumente/{}", "/vorlagen/{}", "/geteilt/{}", "/suche.{}", "/api/v1/papers/{}", "/{}"),
)


def test_b15_no_spelling_of_a_path_leads_to_a_file_outside(client: TestClient, built) -> None:
    known = [Path("/etc/passwd"), built.settings.index.parent / "geheim.txt", Path(__file__).resolve()]
    inside = [SECRET, "root:x:0", "no way to a file outside"]
    ways = list(ways_out([str(target).lstrip("/") for target in known]))
    assert len(ways) >= 490
    for number, way in enumerate(ways):  # each way at one route, each route with ways of all kinds
        for route in (FILE_ROUTES[number % len(FILE_ROUTES)], FILE_ROUTES[(number // len(FILE_ROUTES)) % len(FILE_ROUTES)]):
            response = client.get(route.format(way))
            assert response.status_code in (200, 307, 400, 404, 422), (route, way)
            assert not any(words in response.text for words in inside), (route, way)
