"""Generated calls of every operation, sound and broken: no fault of ours, no code and no answer that the contract does not tell.

A sample of tests/long/contract_calls.py.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from service.access.readers import SCOPES

UNLIMITED = "ask=0,search=0,suggest=0,read=0,export=0,share=0"
Roles = Mapping[str, Mapping[str, str]]


def roles(app: Any) -> Roles:
    _, key = app.state.access.keys.add("Kreisarchiv", "anonymous", SCOPES, 1)
    return {
        "anonymous": {},
        "key": {"Authorization": f"Bearer {key}"},
        "no such key": {"Authorization": f"Bearer rl_00000000_{'0' * 43}"},
    }


CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.ignored_auth,
    checks.unsupported_method,
]


def operations(app: Any) -> Iterator[Any]:
    for found in schemathesis.openapi.from_asgi("/api/v1/openapi.json", app).get_all_operations():
        yield found.ok()


def modes(operation: Any) -> list[GenerationMode]:
    """Every text is an id, so that calls can be wrong only where more than an id is sent."""
    more = list(operation.query) or list(operation.body)
    return [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if more else [])]


def call(operation: Any, roles: Roles, mode: GenerationMode, number: int, start: int) -> Counter[int]:
    """That many generated calls by each role, checked; how often each status came."""
    statuses: Counter[int] = Counter()

    @seed(start)
    @settings(max_examples=number, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        for headers in roles.values():
            statuses[case.call_and_validate(headers=dict(headers), checks=CHECKS).status_code] += 1

    run()
    return statuses


def test_b23_every_operation_stands_generated_calls() -> None:
    """In a process of its own: with other threads about, CPython 3.11 may fail in ``ast``, which Hypothesis uses."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.long.contract_calls", "250"]
    run = subprocess.run(command, cwd=Path(__file__).resolve().parents[1], capture_output=True, text=True, timeout=600)
    assert run.returncode == 0, run.stdout + run.stderr
    assert all(f"{status}: " in run.stdout for status in (200, 401, 404, 422))
