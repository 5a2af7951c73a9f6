"""Two services, one whose index was made without the papers that a role may not see, asked the same, byte for byte.

with Pair(county, "anonymous") as pair:
    asking = pair.asking(seed)
    for number, request in enumerate(asking.requests(500)):
        answer, differs = pair.ask(number, request)
        asking.learn(request, answer)
"""

from __future__ import annotations

import io
import itertools
import logging
import re
import tempfile
import time
import uuid
import zipfile
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from unittest import mock

import httpx
from fastapi.testclient import TestClient

from indexer.access import ANONYMOUS, reach
from indexer.domain import Document
from service.access.keys import Keys
from service.access.readers import SCOPES
from service.app import create_app
from service.kept.stores import open_stores
from service.settings import ServiceSettings
from service.web.exports.tools import AnswerTools
from tests.asking import NEVER, SAME_SITE, Address, Asking, Request, addresses
from tests.llm_server import LlmServer, Reply, running, said
from tests.llm_server import Request as Prompt
from tests.secret_county import NOW, ROLES, County, canaries

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_KNOWN_PARTS = {"number": "1", "kind": "csv", "name": "ratslotse"}


class Sameness:
    """What differs from run to run by design, ids and secrets drawn by chance, is drawn alike on both sides."""

    def __init__(self) -> None:
        self._drawn = itertools.count(1)

    def begin(self, request: int) -> None:
        self._drawn = itertools.count(1_000_000 * request + 1)

    def _identifier(self) -> uuid.UUID:
        return uuid.UUID(int=next(self._drawn))

    def patches(self) -> list[Any]:
        return [
            mock.patch("uuid.uuid4", self._identifier),
            mock.patch("service.doors.openai.time.time", return_value=NOW.timestamp()),
            mock.patch("secrets.token_hex", lambda size=32: f"{next(self._drawn):0{2 * size}x}"),
            mock.patch("secrets.token_urlsafe", lambda size=32: f"{next(self._drawn):0{size}d}"),
        ]


class Heard(logging.Handler):
    """Every line of every log, but for those of the client of these tests."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        if "http://testserver" not in line:
            self.lines.append(line)


def _obedient(prompt: Prompt) -> Reply:
    """A model that tells all it was given, or the first source as it should."""
    source = re.search(r"\[1\] .*\n(.*)", prompt.prompt)
    first = re.split(r"(?<=\w\.) ", source[1])[0] if source else "KEINE ANTWORT"
    return said(prompt.prompt) if len(prompt.prompt) % 3 == 0 else said(f"{first} [1]")


class Service:
    """A running service over an index, asked by a reader of one role."""

    def __init__(self, index: Path | str, state: Path, role: str, model: LlmServer) -> None:
        """``index``: a folder, or the address of a server."""
        model.otherwise = _obedient
        self.model = model
        settings = ServiceSettings(
            index=index,
            encoder="hash",
            state=state,
            roles=ROLES,
            share_days=7,
            feedback=True,
            operator_password="Schlüssel zum Rathaus",
            widget_origins="https://www.musterbach.example",
            llm_url=model.url,
            llm_model="scripted",
            rates="ask=0,search=0,suggest=0,read=0,export=0,share=0",  # what is left tells how many requests came before
            proxy_addresses="127.0.0.1",
            login_roles={name: name for name in ROLES},
        )
        self.app = create_app(settings)
        self.app.state.tools = AnswerTools(settings, open_stores(settings), lambda: NOW)
        self.client = TestClient(self.app, follow_redirects=False, raise_server_exceptions=False, client=("127.0.0.1", 50_000))
        self._library = self.app.state.runtime.library(reach(ROLES[role]))
        keys = Keys(open_stores(settings), lambda: int(time.time()))
        self._shown: dict[str, list[dict[str, str]]] = {ANONYMOUS: [{}]}
        for name in set(ROLES) - {ANONYMOUS}:
            _, key = keys.add(name, name, SCOPES, 1)
            self._shown[name] = [{"Authorization": f"Bearer {key}"}, {"X-Remote-User": "Erika Muster", "X-Remote-Groups": name}]
        self.role = role

    def shown(self, number: int) -> dict[str, str]:
        """By which the reader is known: by turns a key and a login."""
        return self._shown[self.role][number % len(self._shown[self.role])]

    @property
    def documents(self) -> list[Document]:
        return self._library.generation().documents()

    def settle(self) -> None:
        """Waits for what is found in the background, so that it is not seen on one side alone."""
        for language in ("de", "en"):
            self._library.examples(language)
        self._library._background.submit(lambda: None).result()
        self.app.state.runtime.public.suggester()


class Pair:
    """``alone``: the index was made from what the role sees; ``whole``: from everything. Or any other two ``indexes``."""

    def __init__(self, county: County, role: str, indexes: tuple[Path | str, Path | str] | None = None) -> None:
        self.county, self.role = county, role
        self._indexes = indexes or (county.alone(role), county.whole)
        self._asked: Counter[tuple[str, str]] = Counter()  # each route by each method: first by a key, which every door takes
        self.sameness = Sameness()
        self.heard = Heard()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            sides = []
            for patch in self.sameness.patches():
                stack.enter_context(patch)
            for index in self._indexes:
                self.sameness.begin(0)
                with mock.patch("secrets.token_bytes", lambda size=32: bytes(size)):
                    model = stack.enter_context(running())
                    side = Service(index, Path(tempfile.mkdtemp(dir=self.county.root)), self.role, model)
                stack.enter_context(side.client)
                side.settle()
                sides.append(side)
            self._stack = stack.pop_all()
        self.alone, self.whole = sides
        root = logging.getLogger()
        self._level = root.level
        root.setLevel(logging.DEBUG)
        root.addHandler(self.heard)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        logging.getLogger().removeHandler(self.heard)
        logging.getLogger().setLevel(self._level)
        self._stack.close()

    def asking(self, seed: int) -> Asking:
        return Asking(self.whole.app, self.county, self.role, self.whole.documents, seed)

    def ask(self, number: int, request: Request) -> tuple[httpx.Response, str]:
        """The answer of the service that holds everything, and in what the other's differs, "" if in nothing."""
        answers = []
        turn = self._asked[request.route, request.method]
        self._asked[request.route, request.method] += 1
        for side in (self.alone, self.whole):
            self.sameness.begin(number + 1)
            fields = request.fields()
            fields["headers"] |= side.shown(turn)
            answers.append(side.client.request(request.method, request.path, **fields))
        return answers[1], difference(*answers)


def difference(one: httpx.Response, other: httpx.Response) -> str:
    if one.status_code != other.status_code:
        return f"status {one.status_code} and {other.status_code}"
    headers = [[pair for pair in answer.headers.multi_items() if pair[0] != "date"] for answer in (one, other)]
    if headers[0] != headers[1]:
        return f"headers {set(headers[0]) ^ set(headers[1])}"
    contents = _content(one), _content(other)
    if contents[0] != contents[1]:
        at = next((i for i, (a, b) in enumerate(zip(*contents, strict=False)) if a != b), min(map(len, contents)))
        return " and ".join(str(content[max(0, at - 80) : at + 80]) for content in contents)
    return ""


def _content(answer: httpx.Response) -> bytes:
    """The body; of a Word or Excel file what it holds, as each member bears the second in which it was packed."""
    if not answer.content.startswith(b"PK"):
        return answer.content
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        return b"\n".join(name.encode() + b"\n" + packed.read(name) for name in packed.namelist())


def told_apart(pair: Pair, ids: Sequence[str]) -> list[str]:
    """Ways in which an id of a hidden paper is answered otherwise than one that never was: each id, route and method."""
    found = []
    for address in addresses(pair.whole.app):
        holes = re.findall(r"\{(\w+)", address.path)
        asked = [(hole, "") for hole in holes] + [("", name) for name in address.query if name in ("aehnlich", "cursor")]
        for hole, name in asked:
            for method in METHODS:
                never = {number: _with_id(pair, address, method, hole, name, NEVER[number]) for number in (False, True)}
                for identifier in ids:
                    answer, expected = _with_id(pair, address, method, hole, name, identifier), never[identifier.isdecimal()]
                    if answer != expected:
                        found.append(f"{method} {address.path} {hole or name}={identifier}: {answer[0]} and {expected[0]}")
    return found


def _with_id(pair: Pair, address: Address, method: str, hole: str, name: str, identifier: str) -> tuple[int, list[Any], bytes]:
    """Status, headers and body, the id itself taken out."""
    path = re.sub(
        r"\{(\w+)(?::\w+)?\}", lambda one: identifier if one[1] == hole else _KNOWN_PARTS.get(one[1], "x"), address.path
    )
    query = {name: identifier} if name else {"start": "0", "end": "9", "q": "Talsperre"} if "q" in address.query else {}
    pair.sameness.begin(0)
    headers = SAME_SITE | pair.whole.shown(METHODS.index(method))
    answer = pair.whole.client.request(method, path, params=query, headers=headers)
    told = [(one, value.replace(identifier, "")) for one, value in answer.headers.multi_items() if one != "date"]
    return answer.status_code, told, answer.content.replace(identifier.encode(), b"")


def leaks(pair: Pair, asked: list[Request]) -> dict[str, int]:
    """How many canaries reached the model unasked, and how many stand in the logs."""
    words = set(canaries(pair.county.unseen(pair.role)))
    told = " ".join(str(request.fields()) for request in asked)
    unasked = {word for word in words if word not in told}
    prompts = "\n".join(prompt.prompt for prompt in pair.whole.model.requests)
    logged = "\n".join(pair.heard.lines)
    return {
        "prompts": sum(word.casefold() in prompts.casefold() for word in unasked),
        "logs": sum(word.casefold() in logged.casefold() for word in words),
    }
