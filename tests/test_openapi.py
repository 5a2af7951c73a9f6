"""The contract of the API: the committed one is the code's, its examples work, its errors are the real ones."""

from __future__ import annotations

import copy
import json
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest
import uvicorn
from fastapi.testclient import TestClient
from httpx import Response

from scripts.openapi import COMMITTED, breaking, current
from service.app import create_app
from service.errors import ServiceError
from service.quotas import RATES
from service.settings import ServiceSettings

PAGE = (COMMITTED.parent / "api.md").read_text(encoding="utf-8")
SCHEMA = json.loads(COMMITTED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def client(sample_index: Path) -> TestClient:
    app = create_app(ServiceSettings(index=sample_index))
    app.state.runtime.public.models()  # loaded: /health/ready says so
    return TestClient(app)


def operations(schema: dict[str, Any] = SCHEMA) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


each_operation = pytest.mark.parametrize(
    ("method", "path", "operation"), [pytest.param(*one, id=one[2]["operationId"]) for one in operations()]
)


def validator(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({**schema, "components": SCHEMA["components"]})


def example(parameter: dict[str, Any]) -> Any:
    return parameter["schema"]["examples"][0]


def call_examples(client: TestClient, method: str, path: str, operation: dict[str, Any]) -> Response:
    """As the contract's own examples say; ``cursor``, which nobody can make up, is left out."""
    given = [one for one in operation.get("parameters", ()) if "examples" in one["schema"]]
    for one in given:
        path = path.replace(f"{{{one['name']}}}", quote(str(example(one))))
    query = {one["name"]: example(one) for one in given if one["in"] == "query"}
    body = None
    if "requestBody" in operation:
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        fields = SCHEMA["components"]["schemas"][reference.rsplit("/", 1)[-1]]["properties"]
        body = {name: field["examples"][0] for name, field in fields.items() if "examples" in field}
    return client.request(method, path, params=query or None, json=body)


def test_d20_the_committed_contract_is_that_of_the_code(client: TestClient) -> None:
    told = client.get("/api/v1/openapi.json").json()
    broken = breaking(SCHEMA, current())
    assert broken == [], "programs rely on these: keep them, or see scripts/openapi.py --break"
    assert told == current() == SCHEMA, "renew it: .venv/bin/python scripts/openapi.py"
    assert told["openapi"].startswith("3.1.")


@each_operation
def test_d20_the_examples_work_and_their_answers_are_as_described(
    method: str, path: str, operation: dict[str, Any], client: TestClient
) -> None:
    response = call_examples(client, method, path, operation)
    assert response.status_code == 200, response.text
    kind = response.headers["content-type"].partition(";")[0]
    told = operation["responses"]["200"]["content"]
    if kind == "application/json":
        validator(told[kind]["schema"]).validate(response.json())
        assert response.json() not in ([], {}), "an example that finds nothing explains nothing"
    else:
        assert kind in told or path.endswith("/file")
        assert response.content


@each_operation
def test_d20_every_operation_is_explained(method: str, path: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"]
    assert re.fullmatch("[a-z][a-z_]*", operation["operationId"])
    assert set(operation["tags"]) <= {tag["name"] for tag in SCHEMA["tags"]}
    assert all(parameter["description"] for parameter in operation.get("parameters", ()))


def test_d20_every_error_is_a_problem_of_a_known_code() -> None:
    known = {(kind.code, kind.status) for kind in all_kinds(ServiceError)} | {("index_missing", 503)}
    problem = validator({"$ref": "#/components/schemas/Problem"})
    seen = set()
    for method, path, operation in operations():
        for status, response in operation["responses"].items():
            if status < "400" or path == "/health/ready":
                continue
            (kind,) = response["content"]
            assert kind == "application/problem+json", (method, path, status)
            for code, told in response["content"][kind]["examples"].items():
                problem.validate(told["value"])
                assert told["value"]["type"] == f"urn:ratslotse:problem:{code}"
                assert (code, int(status)) in known
                seen.add(code)
    assert {"not_found", "bad_parameter", "cursor_expired", "too_large", "unsupported_type"} <= seen


@pytest.fixture(scope="module")
def address(client: TestClient) -> Iterator[str]:
    """Of a real server."""
    call_examples(client, "POST", "/api/v1/ask", SCHEMA["paths"]["/api/v1/ask"]["post"])  # waits until the model is loaded
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(client.app, log_level="critical", access_log=False, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


CLIENTS = {"sh": ["bash", "-ec"], "python": [sys.executable, "-c"], "js": ["node", "--input-type=module", "-e"]}


@pytest.mark.parametrize("language", CLIENTS)
def test_d21_the_programs_of_the_documentation_run(language: str, address: str) -> None:
    needed = {"sh": "curl", "js": "node"}.get(language, sys.executable)
    if shutil.which(needed) is None:
        pytest.skip(f"{needed} is not installed")
    (program,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert "http://127.0.0.1:8000" in program
    program = program.replace("http://127.0.0.1:8000", address)
    run = subprocess.run([*CLIENTS[language], program], capture_output=True, text=True, timeout=120)
    assert (run.returncode, run.stderr) == (0, "")
    assert "[1]" in run.stdout


def test_the_documentation_names_the_limits_and_addresses_that_there_are() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) an? (\w+) \|", PAGE, re.MULTILINE)
    assert {kind: int(number) for kind, number, _ in rows} == RATES
    assert {kind for kind, _, unit in rows if unit == "hour"} == {"share"}
    last = {path.partition("{")[0].rstrip("/").rsplit("/", 1)[-1] for path in SCHEMA["paths"] if path.startswith("/api/")}
    assert not [name for name in last if f"/{name}" not in PAGE]


def all_kinds(kind: type[ServiceError]) -> Iterator[type[ServiceError]]:
    for one in kind.__subclasses__():
        yield one
        yield from all_kinds(one)


def changed(*way: str | int) -> Callable[[Any], Callable[[dict[str, Any]], None]]:
    def to(value: Any) -> Callable[[dict[str, Any]], None]:
        def change(schema: dict[str, Any]) -> None:
            *before, last = way
            place: Any = schema
            for step in before:
                place = place[step]
            if value is None:
                del place[last]
            else:
                place[last] = value

        return change

    return to


SEARCH = ("paths", "/api/v1/search", "get")
HIT = ("components", "schemas", "HitFields")
ASK = ("components", "schemas", "AskRequest")
BREAKING = {
    "path": changed("paths", "/api/v1/bodies")(None),
    "operationId": changed(*SEARCH, "operationId")("find"),
    "key needed": changed(*SEARCH, "security")([{"key": []}]),
    "parameter gone": changed(*SEARCH, "parameters", 0)(None),
    "parameter renamed": changed(*SEARCH, "parameters", 0, "name")("query"),
    "parameter required": changed(*SEARCH, "parameters", 0, "required")(True),
    "parameter of another type": changed(*SEARCH, "parameters", 0, "schema", "type")("integer"),
    "smaller limit": changed(*SEARCH, "parameters", 8, "schema", "maximum")(20),
    "value gone": changed(*SEARCH, "parameters", 7, "schema", "enum")(["relevance"]),
    "field gone": changed(*HIT, "properties", "score")(None),
    "field of another type": changed(*HIT, "properties", "score", "type")("string"),
    "field may be null": changed(*HIT, "properties", "rank")({"anyOf": [{"type": "integer"}, {"type": "null"}]}),
    "field may be missing": changed(*HIT, "required")(["score"]),
    "field required": changed(*ASK, "required")(["question", "language"]),
    "shorter text": changed("components", "schemas", "Turn", "properties", "question", "maxLength")(10),
    "answer of another kind": changed("paths", "/api/v1/bodies", "get", "responses", "200", "content")({"text/csv": {}}),
}
HARMLESS = {
    "new path": changed("paths", "/api/v1/new")({"get": {"operationId": "new", "responses": {}}}),
    "new field": changed(*HIT, "properties", "new")({"type": "string"}),
    "new parameter": changed(*SEARCH, "parameters", 0, "description")("other words"),
    "larger limit": changed(*SEARCH, "parameters", 8, "schema", "maximum")(200),
    "optional now": changed(*ASK, "required")([]),
}


@pytest.mark.parametrize("name", BREAKING)
def test_d20_a_change_that_breaks_programs_is_found(name: str) -> None:
    now = copy.deepcopy(SCHEMA)
    BREAKING[name](now)
    assert breaking(SCHEMA, now)


@pytest.mark.parametrize("name", HARMLESS)
def test_d20_an_addition_breaks_nothing(name: str) -> None:
    now = copy.deepcopy(SCHEMA)
    HARMLESS[name](now)
    assert now != SCHEMA
    assert breaking(SCHEMA, now) == []
