"""A real OParl server on loopback that serves plain objects, with the oddities and faults of real ones as switches.

Ids and addresses in the objects begin with ``origin``; the server puts its own address there. Quirks (``server.quirks``):

    404_for_empty       an empty list is answered with 404
    plus_in_next        ``next`` holds "+00:00" unencoded, and a filter that is no time is ignored
    filter_lost         ``next`` does not hold the filter
    no_next             pages are cut at the page size without ``next``; ``page`` works
    no_next_no_page     the same, and ``page`` is ignored
    modified_today      every object bears the time of the request, filters are ignored
    endless_pages       every page is the first one, with a ``next``
    auxiliary_as_object a list of one file is that file
    control_characters  strings hold raw control characters
    blank_strings       fields that are not there are "N/A" or blank
    double_slashes      addresses hold doubled slashes
    references          embedded objects are given by their address
    no_modified         no object has a ``modified``
    no_pagination       lists without ``pagination``
    parts_listed        the body lists consultations, agenda items and files of their own (OParl 1.1)
    bare_lists          lists give the addresses of their objects only
    bare_html           every object by its id is an HTML page with status 200
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KINDS = ("organization", "meeting", "paper")
PARTS = {"consultation": ("paper", "consultation"), "agendaItem": ("meeting", "agendaItem")}
_EMBEDDED = ("mainFile", "auxiliaryFile", "invitation", "resultsProtocol", "verbatimProtocol", "resolutionFile")
_EMBEDDED_LISTS = ("consultation", "agendaItem")
Answer = tuple[int, Mapping[str, str], bytes]


class OparlServer:
    """``lists``: objects by kind. ``files``: content by path. Everything may be changed while it runs."""

    def __init__(
        self,
        origin: str,
        lists: Mapping[str, Sequence[dict[str, Any]]],
        files: Mapping[str, bytes],
        *,
        body: str = "Landkreis Musterbach",
        page_size: int = 2,
    ) -> None:
        self.origin = origin
        self.lists: dict[str, dict[str, dict[str, Any]]] = {k: {o["id"]: o for o in lists.get(k, ())} for k in KINDS}
        self.stubs: dict[str, tuple[str, dict[str, Any]]] = {}  # id -> kind, deleted object
        self.files = dict(files)
        self.body = body
        self.page_size = page_size
        self.quirks: set[str] = set()
        self.faults: dict[str, list[Answer]] = {}  # by path: answers to be given first; an empty body with 200 breaks off
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.base = ""

    @property
    def url(self) -> str:
        return f"{self.base}/system"

    def counted(self, part: str) -> int:
        return sum(part in path for path, _ in self.requests)

    def delete(self, kind: str, identifier: str, modified: str) -> None:
        """The object becomes a stub that only lists with ``modified_since`` show."""
        gone = self.lists[kind].pop(identifier)
        self.stubs[identifier] = (kind, {"id": identifier, "type": gone.get("type"), "deleted": True, "modified": modified})

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        self.requests.append((target, dict(headers)))
        parts = urlsplit(target)
        path = re.sub("/{2,}", "/", parts.path)
        if self.faults.get(path):
            return self.faults[path].pop(0)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if path in self.files:
            return self._file(self.files[path], headers)
        name = path.rsplit("/", 1)[-1]
        if path == "/system":
            return self._json({"id": self.url, "type": "https://schema.oparl.org/1.1/System", "body": f"{self.base}/bodies"})
        if path == "/bodies":
            return self._json({"data": [self._body()], "pagination": {"totalElements": 1}, "links": {}})
        if path == "/body":
            return self._json(self._body())
        if path.startswith("/list/") and name in (*KINDS, *PARTS):
            return self._list(name, query)
        found = self._by_id().get(f"{self.origin}{path}")
        if found is None:
            return 404, {}, b"{}"
        if "bare_html" in self.quirks:
            return 200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><title>Wartung</title>"
        return self._json(found)

    def _file(self, content: bytes, headers: Mapping[str, str]) -> Answer:
        etag = f'"{hash(content)}"'
        if headers.get("If-None-Match") == etag:
            return 304, {"ETag": etag}, b""
        return 200, {"ETag": etag, "Content-Type": "text/plain"}, content

    def _body(self) -> dict[str, Any]:
        kinds = (*KINDS, *(PARTS if "parts_listed" in self.quirks else ()))
        lists = {kind: f"{self.base}/list/{kind}" for kind in kinds}
        return {"id": f"{self.base}/body", "type": "https://schema.oparl.org/1.1/Body", "name": self.body} | lists

    def _by_id(self) -> dict[str, dict[str, Any]]:
        found = {identifier: stub for identifier, (_, stub) in self.stubs.items()}
        for objects in self.lists.values():
            for one in objects.values():
                found.update({part["id"]: part for part in _parts(one)})
        return found

    def _listed(self, kind: str) -> list[dict[str, Any]]:
        if kind in PARTS:
            parent, name = PARTS[kind]
            return [part | {parent: one["id"]} for one in self.lists[parent].values() for part in one.get(name, ())]
        return list(self.lists[kind].values())

    def _list(self, kind: str, query: Mapping[str, str]) -> Answer:
        since = query.get("modified_since")
        objects = self._listed(kind)
        ignored = "modified_today" in self.quirks or (since is not None and _moment(since) is None)
        if since is not None and not ignored:
            objects += [stub for of, stub in self.stubs.values() if of == kind]
            objects = [one for one in objects if _later(one.get("modified"), since)]
        page = int(query.get("page", "1"))
        if self.quirks & {"endless_pages", "no_next_no_page"}:
            shown = objects[: self.page_size]
        else:
            shown = objects[(page - 1) * self.page_size : page * self.page_size]
        if not shown and "404_for_empty" in self.quirks:
            return 404, {}, b"{}"
        bare = "bare_lists" in self.quirks
        envelope: dict[str, Any] = {"data": [one["id"] if bare else self._dressed(one) for one in shown], "links": {}}
        if self.quirks & {"no_next", "no_next_no_page"}:
            envelope["pagination"] = {"elementsPerPage": self.page_size}
        else:
            if page * self.page_size < len(objects) or "endless_pages" in self.quirks:
                envelope["links"]["next"] = self._next(kind, page + 1, since)
            envelope["pagination"] = {"totalElements": len(objects), "elementsPerPage": self.page_size}
        if self.quirks & {"no_pagination", "endless_pages"}:
            del envelope["pagination"]
        return self._json(envelope)

    def _next(self, kind: str, page: int, since: str | None) -> str:
        address = f"{self.base}/list/{kind}?page={page}"
        if since is None or "filter_lost" in self.quirks:
            return address
        if "plus_in_next" in self.quirks:
            since = since.replace("Z", "+00:00")
        return f"{address}&modified_since={since}"

    def _dressed(self, one: dict[str, Any]) -> dict[str, Any]:
        """An object as the quirks would have it."""
        if "modified_today" in self.quirks:
            one = one | {"modified": datetime.now(UTC).isoformat()}
        if "no_modified" in self.quirks:
            one = {name: value for name, value in one.items() if name != "modified"}
        if "auxiliary_as_object" in self.quirks and len(one.get("auxiliaryFile", ())) == 1:
            one = one | {"auxiliaryFile": one["auxiliaryFile"][0]}
        if "blank_strings" in self.quirks:
            one = {"shortName": "", "paperType": "N/A", "reference": " ", "date": "N/A", "mainFile": "", "location": ""} | one
        if "references" in self.quirks:
            return {name: _referred(name, value) for name, value in one.items()}
        return one

    def _json(self, value: object) -> Answer:
        text = json.dumps(value, ensure_ascii=False).replace(self.origin, self.base)
        if "control_characters" in self.quirks:
            text = text.replace("Beratung", "Bera\x02tung\x0b").replace(" im Nordkreis", "\tim\nNordkreis")
        if "double_slashes" in self.quirks:
            text = text.replace(f"{self.base}/", f"{self.base}//")
        return 200, {"Content-Type": "application/json"}, text.encode()


def _parts(one: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield one
    for name in (*_EMBEDDED, *_EMBEDDED_LISTS):
        value = one.get(name)
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                yield from _parts(part)


def _referred(name: str, value: Any) -> Any:
    if name in (*_EMBEDDED, *_EMBEDDED_LISTS):
        return [part["id"] for part in value] if isinstance(value, list) else value["id"]
    return value


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


def _later(modified: str | None, since: str) -> bool:
    moment, limit = _moment(modified), _moment(since)
    return moment is None or limit is None or moment >= limit


@contextmanager
def running(server: OparlServer) -> Iterator[OparlServer]:
    """Serves on a free port of loopback until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet

        def do_GET(self) -> None:
            status, headers, body = server.answer(self.path, self.headers)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            broken = status == 200 and not body
            self.send_header("Content-Length", "1000" if broken else str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()
            self.close_connection = self.close_connection or broken

        def log_message(self, *_: object) -> None:
            """Nothing."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that goes away is no error."""

    with Quiet(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        server.base = f"http://127.0.0.1:{http.server_address[1]}"
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
