"""The stream of the chat: pieces of the same page, made by the same templates, with one end (see tests/browser/test_chat.py)."""

from __future__ import annotations

import re
import threading

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

import service.library
import service.web.chatting
from indexer.build import build
from indexer.settings import Settings
from service.app import create_app
from service.errors import StillLoading
from service.headers import HEADERS
from service.settings import ServiceSettings
from tests.conftest import Built
from tests.test_asking import STREAM, parsed

QUESTION = "Wie oft fährt die Buslinie 7?"
GERMAN = {**STREAM, "Accept-Language": "de", "Origin": "http://testserver"}
HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>'


@pytest.fixture(scope="module")
def client(built: Built) -> TestClient:
    return TestClient(create_app(ServiceSettings(index=built.settings.index, encoder="hash")))


def streamed(client: TestClient, question: str, path: str = "/", **fields: object) -> list[tuple[str, dict[str, object]]]:
    response = client.post(path, data={"question": question, **fields}, headers=GERMAN)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
    return parsed(response.text)


def words(html: object) -> str:
    return " ".join(LexborHTMLParser(f"<body>{html}").body.text().split())  # type: ignore[union-attr]


def test_d1_sources_come_before_the_first_statement_and_the_end_is_the_answer_of_the_page(client: TestClient) -> None:
    events = streamed(client, QUESTION)
    names = [name for name, _ in events]
    assert names[:2] == ["interpretation", "sources"]
    assert names[2:] == ["statement"] * (len(names) - 3) + ["final"]
    assert "2023/101" in str(events[1][1]["html"])
    whole = LexborHTMLParser(client.post("/", data={"question": QUESTION}, headers={"Accept-Language": "de"}).text)
    answer = whole.css_first(".answer")
    assert words(events[-1][1]["html"]) == " ".join(answer.text().split())
    pieces = [words(fields["html"]) for name, fields in events if name == "statement"]
    assert pieces == [" ".join(item.text().split()) for item in answer.css("ol.statements:not(.near) > li")]


def test_the_end_brings_the_turns_for_the_next_question(client: TestClient) -> None:
    name, first = streamed(client, QUESTION)[-1]
    assert name == "final"
    carried = LexborHTMLParser(str(first["turns"])).css("input")
    turns = {str(one.attributes["name"]): [str(one.attributes["value"])] for one in carried}
    assert turns["turn_question"] == [QUESTION]
    interpretation = streamed(client, "Und wo hält sie?", **turns)[0][1]
    assert "Buslinie" in words(interpretation["html"])
    second = LexborHTMLParser(str(streamed(client, "Und wo hält sie?", **turns)[-1][1]["turns"]))
    assert len(second.css("input[name=turn_question]")) == 2


def test_what_is_announced_speaks_the_language_of_the_page(client: TestClient) -> None:
    german, english = (streamed(client, QUESTION, path)[-1][1] for path in ("/", "/?language=en"))
    assert str(german["said"]).startswith("Antwort vollständig, ")
    assert str(english["said"]).startswith("Answer complete, ")
    assert (german["language"], english["language"]) == ("de", "en")
    assert 'href="/dokumente/' in str(english["html"])
    assert "language=en" in str(english["html"])


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Guten Tag!", "Antwort vollständig."),
        ("Wie teuer ist der Flughafen auf dem Mond?", "Antwort vollständig. Das steht nicht in den Unterlagen."),
    ],
)
def test_an_answer_without_sources_is_not_announced_by_their_number(client: TestClient, question: str, said: str) -> None:
    assert streamed(client, question)[-1][1]["said"] == said


@pytest.mark.parametrize(("question", "message"), [(" ?! ", "Es wurde nichts eingegeben."), ("a" * 2001, "2001 Zeichen")])
def test_a_question_that_cannot_be_asked_is_refused_in_the_stream(client: TestClient, question: str, message: str) -> None:
    ((name, fields),) = streamed(client, question)
    assert (name, fields["refused"]) == ("error", True)
    assert message in words(fields["html"])
    assert 'role="alert"' in str(fields["html"])


@pytest.mark.parametrize(("error", "said"), [(StillLoading(), "startet noch"), (ZeroDivisionError(), "nicht vorgesehen")])
def test_d17_whatever_goes_wrong_the_stream_ends_with_what_to_do(
    client: TestClient, error: Exception, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(service.web.chatting, "_put", fails)
    ((name, fields),) = streamed(client, QUESTION)
    assert (name, fields["refused"]) == ("error", False)
    assert said in words(fields["html"])
    assert said in str(fields["said"])
    assert re.search(r"Fehlernummer: [0-9a-f]{8}\b", words(fields["html"]))


def test_b11_hostile_papers_and_questions_stay_text_in_every_piece(settings: Settings, tmp_path, write) -> None:
    papers = tmp_path / "papiere"
    paper = f"# Bau {HOSTILE} der Brücke\n\nDie Brücke {HOSTILE} wird 2025 erneuert.\n\n- Abbruch {HOSTILE}\n- Neubau\n"
    write(papers, {f"{HOSTILE.replace('/', '')}.md": paper})
    build(settings, [papers])
    client = TestClient(create_app(ServiceSettings(index=settings.index, encoder="hash")))
    for question in ("Wann wird die Brücke erneuert?", f"Wann wird die Brücke {HOSTILE} erneuert?"):
        events = streamed(client, question, body=HOSTILE * ("img" in question), turn_question=HOSTILE, turn_answer=HOSTILE)
        assert events[-1][0] == "final"
        for _, fields in events:
            tree = LexborHTMLParser(f"<body>{fields['html']}{fields.get('turns', '')}")
            assert not tree.css("img, script")
            assert not [node for node in tree.css("*") if any(name.startswith("on") for name in node.attributes)]


def test_turns_that_another_site_sends_are_not_read(client: TestClient) -> None:
    sent = {"question": "Und wo hält sie?", "turn_question": [QUESTION], "turn_answer": ["Das Rathaus ist verkauft."]}
    response = client.post("/", data=sent, headers={**GERMAN, "Origin": "http://boese.example"})
    assert "Rathaus" not in response.text


def test_the_start_page_does_not_wait_for_example_questions(built: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    found, asked = threading.Event(), []

    def slowly(_: object, language: str, __: object) -> tuple[str, ...]:
        asked.append(language)
        assert found.wait(30)
        return (QUESTION,)

    monkeypatch.setattr(service.library, "examples", slowly)
    app = create_app(ServiceSettings(index=built.settings.index, encoder="hash"))
    client = TestClient(app)
    assert not LexborHTMLParser(client.get("/?language=de").text).css(".example")
    found.set()
    app.state.runtime.public._background.submit(int).result(30)  # one after the other
    shown = [LexborHTMLParser(client.get("/?language=de").text).css(".example") for _ in range(2)]
    assert [[one.text() for one in buttons] for buttons in shown] == [[QUESTION]] * 2
    assert asked == ["de"]  # once for a generation


def test_a_page_without_examples_is_a_page(built: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(service.library, "examples", fails)
    client = TestClient(create_app(ServiceSettings(index=built.settings.index, encoder="hash")))
    assert client.get("/").status_code == client.get("/").status_code == 200
