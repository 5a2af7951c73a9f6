"""Writes docs/openapi.json, the committed contract of /api/v1, and refuses what would break a program that relies on it.

.venv/bin/python scripts/openapi.py            renews the file
.venv/bin/python scripts/openapi.py --break    also with changes that break something: for a new version of the interface
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from service import api
from service.api.contract import describe, named_as_function

COMMITTED = Path(__file__).resolve().parents[1] / "docs" / "openapi.json"

Schema = Mapping[str, Any]
_BOUNDS = {"maxLength": 1, "maximum": 1, "maxItems": 1, "minLength": -1, "minimum": -1, "minItems": -1}  # 1: less is narrower


def current() -> dict[str, Any]:
    """The contract as the code tells it, without an index."""
    app = FastAPI(generate_unique_id_function=named_as_function)
    app.include_router(api.router)
    describe(app)
    return app.openapi()


def breaking(before: Schema, now: Schema) -> list[str]:
    """What a program written for the one contract would miss in the other; empty if nothing."""
    return list(_Comparison(before, now).found())


class _Comparison:
    def __init__(self, before: Schema, now: Schema) -> None:
        self._before, self._now = before, now

    def found(self) -> Iterator[str]:
        for path, item in self._before["paths"].items():
            for method, operation in item.items():
                name = f"{method.upper()} {path}"
                other = self._now["paths"].get(path, {}).get(method)
                if other is None:
                    yield f"{name}: removed"
                else:
                    yield from self._operation(name, operation, other)

    def _operation(self, name: str, before: Schema, now: Schema) -> Iterator[str]:
        if before["operationId"] != now["operationId"]:
            yield f"{name}: operationId changed"
        if {} in before.get("security", [{}]) and {} not in now.get("security", [{}]):
            yield f"{name}: needs a key now"
        yield from self._parameters(name, before, now)
        yield from self._bodies(name, before, now)
        for status, response in before["responses"].items():
            if not status.startswith("2"):
                continue
            content = now["responses"].get(status, {}).get("content", {})
            for kind, media in response.get("content", {}).items():
                if kind not in content:
                    yield f"{name}: no {status} as {kind} any more"
                else:
                    yield from self._schemas(f"{name} {status}", media.get("schema", {}), content[kind].get("schema", {}), False)

    def _parameters(self, name: str, before: Schema, now: Schema) -> Iterator[str]:
        old, new = ({(p["in"], p["name"]): p for p in one.get("parameters", [])} for one in (before, now))
        for key, parameter in old.items():
            if key not in new:
                yield f"{name}: parameter {key[1]} removed"
            else:
                yield from self._schemas(f"{name} {key[1]}", parameter["schema"], new[key]["schema"], True)
        for key, parameter in new.items():
            if parameter.get("required") and not old.get(key, {}).get("required"):
                yield f"{name}: parameter {key[1]} is required now"

    def _bodies(self, name: str, before: Schema, now: Schema) -> Iterator[str]:
        old, new = (one.get("requestBody", {}) for one in (before, now))
        if new.get("required") and not old.get("required"):
            yield f"{name}: a body is required now"
        for kind, media in old.get("content", {}).items():
            if kind not in new.get("content", {}):
                yield f"{name}: no {kind} taken any more"
            else:
                yield from self._schemas(f"{name} body", media["schema"], new["content"][kind]["schema"], True)

    def _schemas(self, where: str, before: Schema, now: Schema, sent: bool, seen: tuple[str, ...] = ()) -> Iterator[str]:
        """``sent``: by the client, who must not be narrowed; else to it, who must find what it found."""
        reference = before.get("$ref", "")
        if reference in seen:
            return
        seen = (*seen, reference) if reference else seen
        before, now = self._resolved(self._before, before), self._resolved(self._now, now)
        old, new = self._types(self._before, before), self._types(self._now, now)
        if lost := (old - new if sent else new - old):
            yield f"{where}: {', '.join(sorted(lost))} {'not taken any more' if sent else 'may come now'}"
        if sent and "enum" in now and (gone := set(before.get("enum", ["any"])) - set(now["enum"])):
            yield f"{where}: {', '.join(map(str, sorted(gone)))} not taken any more"
        for bound, sign in _BOUNDS.items() if sent else ():
            if bound in now and (bound not in before or sign * now[bound] < sign * before[bound]):
                yield f"{where}: {bound} is narrower"
        yield from self._fields(where, before, now, sent, seen)

    def _fields(self, where: str, before: Schema, now: Schema, sent: bool, seen: tuple[str, ...]) -> Iterator[str]:
        old, new = before.get("properties", {}), now.get("properties", {})
        for name, schema in old.items():
            if name not in new:
                yield f"{where}.{name}: removed"
            else:
                yield from self._schemas(f"{where}.{name}", schema, new[name], sent, seen)
        required, required_now = set(before.get("required", ())), set(now.get("required", ()))
        for name in sorted(required_now - required if sent else (required - required_now) & set(new)):
            yield f"{where}.{name}: {'required' if sent else 'may be missing'} now"
        if "items" in before and "items" in now:
            yield from self._schemas(f"{where}[]", before["items"], now["items"], sent, seen)
        for old_one, new_one in zip(before.get("anyOf", ()), now.get("anyOf", ()), strict=False):
            yield from self._schemas(where, old_one, new_one, sent, seen)

    def _types(self, document: Schema, schema: Schema) -> set[str]:
        parts = [self._resolved(document, part) for part in schema.get("anyOf", [schema])]
        return {str(part.get("format") or part.get("type", "any")) for part in parts}

    @staticmethod
    def _resolved(document: Schema, schema: Schema) -> Schema:
        while "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        return schema


def main() -> int:
    now = current()
    broken = breaking(json.loads(COMMITTED.read_text(encoding="utf-8")), now) if COMMITTED.exists() else []
    sys.stdout.writelines(f"{line}\n" for line in broken)
    if broken and "--break" not in sys.argv:
        return 1
    COMMITTED.write_text(json.dumps(now, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
