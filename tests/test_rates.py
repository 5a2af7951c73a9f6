"""What scripts are refused, that their neighbours notice nothing, and that a council at work never meets a limit."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from mcp_types.version import KNOWN_PROTOCOL_VERSIONS

from indexer.errors import SettingsError
from indexer.german import numbers, words
from indexer.settings import load
from service.access.readers import SCOPES
from service.app import create_app
from service.errors import AllBusy, TooMany
from service.quotas import Rates, quotas
from service.settings import ServiceSettings
from tests.conftest import Built
from tests.hostile_queries import costs
from tests.mcp_calls import message

ONE, NEIGHBOUR = "203.0.113.9", "203.0.113.10"
QUESTION = "Wo bieten Pflegeheime Kurzzeitpflege an?"
FEW = "ask=3,search=3,suggest=3,read=3,export=3,share=3"
STREAM = {"Accept": "text/event-stream"}
JSON, FORM = {"Content-Type": "application/json"}, {"Content-Type": "application/x-www-form-urlencoded"}

Abuse = Callable[[TestClient, dict[str, str], int], Response]


@pytest.fixture(scope="module")
def app(built, tmp_path_factory: pytest.TempPathFactory) -> Any:
    state = tmp_path_factory.mktemp("state")
    return create_app(
        ServiceSettings(index=built.settings.index, encoder="hash", rates=FEW, share_days=30, feedback=True, state=state)
    )


@pytest.fixture(scope="module")
def known(app: Any) -> dict[str, str]:
    """An address of each kind, and the token of an answer, fetched from this computer, which is not counted."""
    client = TestClient(app)
    hit = client.get("/api/v1/search", params={"q": "Kitaplätze"}).json()["hits"][0]
    page = client.post("/", data={"question": QUESTION}).text
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    return {"document": hit["document"]["id"], "paper": hit["paper"]["id"], "token": token[1], "host": "testserver"}


def get(path: str, **headers: str) -> Abuse:
    return lambda client, known, number: client.get(path.format(**known, number=number), headers=headers)


def post(path: str, **fields: object) -> Abuse:
    def send(client: TestClient, known: dict[str, str], number: int) -> Response:
        data = {name: str(value).format(**known, number=number) for name, value in fields.items()}
        return client.post(path, data=data, headers={"Origin": "http://testserver"})

    return send


def ask(**headers: str) -> Abuse:
    return lambda client, known, number: client.post("/api/v1/ask", json={"question": f"{QUESTION} {number}"}, headers=headers)


ABUSES: dict[str, Abuse] = {
    "questions": ask(),
    "questions as streams": ask(Accept="text/event-stream"),
    "questions of other sites' programs": ask(**{"User-Agent": "x" * 5_000}),
    "questions by the form": post("/", question=QUESTION),
    "questions with much before": lambda client, known, number: client.post(
        "/api/v1/ask", json={"question": QUESTION, "history": [{"question": "a " * 900, "answer": "b " * 4_000}] * 8}
    ),
    "questions that are none": lambda client, known, number: client.post("/api/v1/ask", json={"question": 7}),
    "bodies that are no JSON": lambda client, known, number: client.post("/api/v1/ask", content=b"{" * 9_000),
    "bodies that are broken JSON": lambda client, known, number: client.post("/api/v1/ask", content=b"{" * 9_000, headers=JSON),
    "broken JSON as an OpenAI client": lambda client, known, number: client.post(
        "/v1/chat/completions", content=b"[" * 9_000, headers=JSON
    ),
    "forms of too many fields": lambda client, known, number: client.post("/suche", content=b"a=&" * 9_000, headers=FORM),
    "searches": get("/api/v1/search?q=Pflege"),
    "other words each time": get("/api/v1/search?q=Wort{number}"),
    "wrong parameters": get("/api/v1/search?q=x&limit={number}000"),
    "walking through everything": get("/api/v1/search?date_from=1900-01-01&limit=50"),
    "searches for their headers": lambda client, known, number: client.head("/api/v1/search?q=Pflege"),
    "searches with a tag": get("/api/v1/search?q=Pflege", **{"If-None-Match": "*"}),
    "pages of searches": get("/suche?q=Pflege&seite={number}"),
    "texts to compare": post("/suche", text="Kurzzeitpflege im Landkreis " * 700),
    "feeds": get("/suche.atom?q=Pflege"),
    "lists as CSV": get("/suche.csv?q=Pflege"),
    "lists as XLSX": get("/suche.xlsx?date_from=1900-01-01"),
    "lists as BibTeX": get("/suche.bib?q=Pflege"),
    "lists as JSON": get("/suche.json?q=Pflege"),
    "suggestions": get("/api/v1/suggest?q=Pf"),
    "suggestions of the browser": get("/suche/vorschlaege?q=Pf"),
    "documents": get("/api/v1/documents/{document}"),
    "guessing documents": get("/api/v1/documents/{number:012}"),
    "texts": get("/api/v1/documents/{document}/text"),
    "originals": get("/api/v1/documents/{document}/file"),
    "pictures of pages": get("/api/v1/documents/{document}/pages/1?width=1800"),
    "boxes": get("/api/v1/documents/{document}/boxes?start=0&end=99999999"),
    "papers": get("/api/v1/papers/{paper}"),
    "trying numbers": get("/api/v1/papers?reference=2024/{number}"),
    "pages of documents": get("/dokumente/{document}?q=Kita"),
    "single pages": get("/dokumente/{document}/seite/1"),
    "pages of papers": get("/vorlagen/{paper}"),
    "names of bodies": get("/api/v1/bodies"),
    "start pages": get("/"),
    "pages of help": get("/hilfe"),
    "frames": get("/einbetten"),
    "models": get("/v1/models"),
    "guessing models": get("/v1/models/{number}"),
    "guessing how to revoke links": get("/geteilt/x/widerrufen/{number:022}"),
    "answers as files": post("/antwort/export", token="{token}", format="pdf"),
    "filling the store of links": post("/antwort/teilen", token="{token}"),
    "filling the store of judgements": post("/antwort/urteil", token="{token}", verdict="good"),
    "guessing links": get("/geteilt/{number:022}"),
}


@pytest.mark.parametrize("name", ABUSES)
def test_b21_a_script_is_refused_and_its_neighbour_is_not(name: str, app: Any, known: dict[str, str]) -> None:
    app.state.rates._empty.clear()
    script, neighbour = (TestClient(app, client=(address, 50_000)) for address in (ONE, NEIGHBOUR))
    answers = [ABUSES[name](script, known, number) for number in range(4)]
    assert [answer.status_code == 429 for answer in answers] == [False] * 3 + [True]
    refused = answers[3]
    assert int(refused.headers["retry-after"]) > 0
    assert ";r=0;t=" in refused.headers["ratelimit"]
    assert all(answer.status_code < 500 for answer in answers)
    assert ABUSES[name](neighbour, known, 0).status_code == answers[0].status_code


def test_b21_messages_of_mcp_that_use_no_tool_count_as_reading(built: Built) -> None:
    listed = message("tools/list", {}, KNOWN_PROTOCOL_VERSIONS[-1])
    app = create_app(ServiceSettings(index=built.settings.index, encoder="hash", rates=FEW))
    with TestClient(app, client=(ONE, 1)) as client:
        found = [client.post("/mcp", content=listed.body, headers=listed.headers).status_code for _ in range(4)]
    assert found == [200] * 3 + [429]


@pytest.mark.parametrize(
    ("addresses", "stopped"),
    [
        ([f"2001:db8:1:2::{n}" for n in range(1, 5)], True),  # one office's network
        ([f"2001:db8:1:{n}::1" for n in range(1, 5)], False),
        ([f"203.0.113.{n}" for n in range(1, 5)], False),
        (["203.0.113.9", "::ffff:203.0.113.9", "203.0.113.9", "::ffff:203.0.113.9"], True),
        (["127.0.0.1"] * 4, False),
        (["::1"] * 4, False),
    ],
)
def test_b21_whom_a_request_counts_for(addresses: list[str], stopped: bool, app: Any) -> None:
    app.state.rates._empty.clear()
    found = [TestClient(app, client=(one, 1)).get("/api/v1/bodies").status_code for one in addresses]
    assert found == [200] * 3 + [429 if stopped else 200]


def test_b21_a_key_has_an_allowance_of_its_own_wherever_it_is_used(app: Any) -> None:
    app.state.rates._empty.clear()
    keys = [app.state.access.keys.add(name, "anonymous", SCOPES, 1)[1] for name in ("Kreisarchiv", "Fachverfahren")]
    addresses = (ONE, NEIGHBOUR, "127.0.0.1", "198.51.100.1")
    clients = [TestClient(app, client=(address, 1)) for address in addresses]
    found = [client.get("/api/v1/bodies", headers={"Authorization": f"Bearer {keys[0]}"}).status_code for client in clients]
    assert found == [200, 200, 200, 429]
    assert clients[0].get("/api/v1/bodies", headers={"Authorization": f"Bearer {keys[1]}"}).status_code == 200
    assert clients[0].get("/api/v1/bodies").status_code == 200


def test_b21_keys_that_are_no_good_count_for_the_address_that_tries_them(app: Any) -> None:
    """The key itself goes on working there, and nobody learns from a refusal whether there ever was such a key."""
    keys = app.state.access.keys
    (_, good), (old, revoked) = (keys.add(name, "anonymous", SCOPES, 1) for name in ("Stadtarchiv", "Altverfahren"))
    keys.revoke(old.id)
    told = set()
    for bad in ("rl_00000000_erfunden", revoked, f"{good}x"):
        app.state.rates._empty.clear()
        script, neighbour = (TestClient(app, client=(address, 1)) for address in (ONE, NEIGHBOUR))
        refused = [script.get("/api/v1/bodies", headers={"Authorization": f"Bearer {bad}"}) for _ in range(5)]
        assert [answer.status_code for answer in refused] == [401] * 3 + [429] * 2
        assert int(refused[3].headers["retry-after"]) > 0
        assert script.get("/api/v1/bodies").status_code == 429
        assert script.get("/api/v1/bodies", headers={"Authorization": f"Bearer {good}"}).status_code == 200
        assert neighbour.get("/api/v1/bodies", headers={"Authorization": f"Bearer {bad}"}).status_code == 401
        told.add(tuple(answer.json()["type"] for answer in refused))
    assert len(told) == 1


def test_b21_a_password_is_not_guessed_for_long(built: Built) -> None:
    password = "Schlüssel zum Rathaus"
    app = create_app(ServiceSettings(index=built.settings.index, encoder="hash", rates=FEW, operator_password=password))
    guesses, operator = (TestClient(app, client=(address, 1)) for address in (ONE, NEIGHBOUR))
    for path in ("/betrieb", "/metrics", "/api/v1/operator/books"):
        app.state.rates._empty.clear()
        found = [guesses.get(path, auth=("betrieb", f"Geraten {number}")).status_code for number in range(4)]
        assert found == [401] * 3 + [429]
        assert [operator.get(path, auth=("betrieb", password)).status_code for _ in range(5)] == [200] * 5


def test_b21_an_address_that_a_request_names_itself_is_not_believed(app: Any) -> None:
    app.state.rates._empty.clear()
    client = TestClient(app, client=(ONE, 1))
    names = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP")
    found = [
        client.get("/api/v1/bodies", headers=dict.fromkeys(names, f"198.51.100.{number}")).status_code for number in range(4)
    ]
    assert found == [200, 200, 200, 429]


def test_b21_a_refusal_is_a_problem_and_its_address_in_no_log(app: Any, caplog: pytest.LogCaptureFixture) -> None:
    app.state.rates._empty.clear()
    client = TestClient(app, client=(ONE, 1))
    for language in ("de", "en"):
        refused = [client.get("/api/v1/bodies", headers={"Accept-Language": language}) for _ in range(4)][-1]
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["type"] == "urn:ratslotse:problem:too_many"
    page = [client.get("/vorlagen/x") for _ in range(4)][-1]
    assert (page.status_code, page.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert "too_many 429" in caplog.text
    assert ONE not in caplog.text


def test_d20_the_headers_tell_the_allowance_and_what_is_left_of_it(app: Any) -> None:
    app.state.rates._empty.clear()
    client = TestClient(app, client=(ONE, 1))
    found = [client.get("/api/v1/bodies") for _ in range(3)]
    assert {one.headers["ratelimit-policy"] for one in found} == {'"read";q=3;w=60'}
    assert [one.headers["ratelimit"].partition(";t=")[0] for one in found] == [f'"read";r={left}' for left in (2, 1, 0)]


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_b21_a_council_at_work_meets_no_limit_and_a_script_does() -> None:
    clock = Clock()
    rates = Rates(quotas(None), 32, clock)

    def council() -> Iterator[tuple[str, float]]:
        """An hour behind one address: 25 people, each with a question in two minutes, a search and 20 letters typed in one."""
        return itertools.chain(
            (("ask", 120 / 25) for _ in range(750)), (("search", 60 / 25) for _ in range(1_500)), (("suggest", 0.12),) * 30_000
        )

    for kind, after in council():
        clock.now += after
        allowance = rates.take(kind, ONE)  # type: ignore[arg-type]
        assert allowance
        assert not allowance.wait
    refused = 0
    for _ in range(600):  # ten a second
        clock.now += 0.1
        allowance = rates.take("ask", "198.51.100.1")
        refused += bool(allowance and allowance.wait)
    assert refused == 600 - 30 - 29


def test_what_was_refused_is_allowed_after_the_time_that_was_told() -> None:
    clock = Clock()
    rates = Rates(quotas("ask=2"), 32, clock)
    waits = []
    for _ in range(3):
        allowance = rates.take("ask", ONE)
        assert allowance
        waits.append(allowance.wait)
    assert waits == [0, 0, 30]
    clock.now += waits[2]
    allowance = rates.take("ask", ONE)
    assert allowance
    assert (allowance.wait, allowance.left) == (0, 0)


def test_b21_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.quotas._MOST_READERS", 100)
    rates = Rates(quotas(None), 32)
    for number in range(1_000):
        rates.take("read", str(number))
    assert len(rates._empty) == 100


def test_b21_one_reader_has_at_most_half_of_the_answers_made_at_once() -> None:
    rates = Rates(quotas(None), 4)
    for who in (ONE, ONE):
        rates.begin(who)
    with pytest.raises(TooMany):
        rates.begin(ONE)
    for who in (NEIGHBOUR, NEIGHBOUR):
        rates.begin(who)
    with pytest.raises(AllBusy):
        rates.begin("198.51.100.1")
    rates.end(ONE)
    rates.begin("198.51.100.1")


@pytest.mark.parametrize("question", [QUESTION, "", "x" * 5_000])
@pytest.mark.parametrize("headers", [{}, STREAM], ids=["whole", "stream"])
def test_b21_every_answer_that_began_has_ended(question: str, headers: dict[str, str], app: Any) -> None:
    client = TestClient(app)
    client.post("/api/v1/ask", json={"question": question}, headers=headers)
    client.post("/", data={"question": question}, headers=headers)
    assert not app.state.rates._running


def test_when_all_are_busy_the_next_is_told_when_to_come_back(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.state.rates, "_at_once", 0)
    refused = TestClient(app).post("/api/v1/ask", json={"question": QUESTION})
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:ratslotse:problem:all_busy")
    assert refused.headers["retry-after"] == "5"


def test_b21_queries_made_to_cost_much_are_answered_or_refused(app: Any) -> None:
    """What they cost: tests/long/costly_queries.py."""
    statuses = {status for *_, status in costs(TestClient(app), range(72))}
    assert statuses <= {200, 413, 422}
    assert 200 in statuses


@pytest.mark.parametrize("text", ["§" * 300_000, "§ " * 150_000, "– " * 150_000], ids=["§§", "§ §", "– –"])
def test_b21_no_run_of_signs_is_looked_at_again_and_again(text: str) -> None:
    """If it were, this would take an hour."""
    assert list(words(text)) == list(numbers(text)) == []


@pytest.mark.parametrize("value", ["ask", "ask=", "ask=-1", "ask=1.5", "asks=3", "ask=9999999", "=3", "ask=3;search=2"])
def test_a_rate_that_is_none_stops_the_start(value: str) -> None:
    with pytest.raises(SettingsError, match="RATSLOTSE_RATES"):
        load(ServiceSettings, {"RATSLOTSE_RATES": value})


def test_zero_is_any_number() -> None:
    assert Rates(quotas("ask=0"), 32).take("ask", ONE) is None
