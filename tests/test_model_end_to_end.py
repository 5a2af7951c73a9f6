"""Whole replies of a hostile model, over HTTP, through the real client and the real checks, to the events that readers see.

The papers are those of corpus/, the sentences those of tests/golden/model/: honest ones, invented ones, and honest ones that
test_claims.py makes false by rule. Of each reply: nothing is shown that is not one of the honest sentences, each rests on exact
words of a passage that it cited by an offered number, there is one end, and where too little is left the quotations stand.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from test_claims import LIES, MAKERS, TRUTHS, Line, made
from test_writing import DECORATIONS, INJECTIONS

from service.answers import Answer, Answerer, Statement
from service.app import create_app
from service.asking import Event, events
from service.checking import quoted_rightly
from service.drafts import Citation
from service.llm.generators import OpenAiGenerator, load_generator
from service.llm.prompting import NO_ANSWER, Offered, offered
from service.llm.writing import Writer
from service.questions import Language
from service.settings import ServiceSettings
from tests.llm_server import LlmServer, finished, running, said

SEED = 17
HONEST = frozenset(line.sentence for line in TRUTHS)
QUESTION = "Welche Handlungsfelder hat Konstanz priorisiert?"
ASKED = "sozialstrategie-sachstand"  # the paper that answers it


@dataclass(frozen=True)
class Reply:
    """``desk``: what the model is given to cite."""

    text: str
    desk: Desk


@dataclass(frozen=True)
class Desk:
    """Passages of one paper, laid before the model as if a question had found them, and what stands without the model."""

    quotations: Answer
    offered: Sequence[Offered]

    @property
    def marks(self) -> str:
        return "".join(f"[{one.number}]" for one in self.offered)


class Desks:
    def __init__(self, answerer: Answerer) -> None:
        self._generation = answerer.generation
        self._asked = answerer.answer(QUESTION)
        self._found: dict[tuple[str, Language], list[Desk]] = {}

    def of(self, line: Line) -> list[Desk]:
        """All passages of the line's paper, a few at a time."""
        key = (line.file, line.language)
        if key not in self._found:
            self._found[key] = list(self._laid(*key))
        return self._found[key]

    def _laid(self, file: str, language: Language) -> Iterator[Desk]:
        generation, asked = self._generation, self._asked
        question = replace(asked.question, language=language, bodies=())
        document = next(one for one in generation.documents() if file in one.file.name)
        rest = list(generation.passages_of(document))
        while rest:
            quotes = tuple(Citation(n, p, p.start, p.end) for n, p in enumerate(rest, 1))
            given = offered(generation, replace(asked, citations=quotes, hits=()))
            rest = rest[len(given) :]
            quotes = quotes[: len(given)]
            texts = tuple(Statement(one.quote, (one.number,), "quoted") for one in quotes)
            yield Desk(replace(asked, question=question, citations=quotes, hits=(), statements=texts), given)


@pytest.fixture(scope="module")
def server() -> Iterator[LlmServer]:
    with running() as script:
        yield script


@pytest.fixture(scope="module")
def desks(sample_answerer: Answerer) -> Desks:
    return Desks(sample_answerer)


@pytest.fixture
def watched(server: LlmServer, sample_answerer: Answerer) -> Watched:
    return Watched(server, sample_answerer)


class Watched:
    """Sends replies one after another and looks at every event."""

    def __init__(self, server: LlmServer, answerer: Answerer) -> None:
        self._server = server
        self._generation = answerer.generation
        self.modes: Counter[str] = Counter()

    def send(self, replies: Sequence[Reply]) -> None:

        async def work() -> None:
            generator = load_generator(ServiceSettings(index=Path("unused"), llm_url=self._server.url, llm_model="hostile"))
            assert isinstance(generator, OpenAiGenerator)
            writer = Writer(self._generation, generator)
            for reply in replies:
                half = len(reply.text) // 2
                self._server.replies.append(said(reply.text[:half], reply.text[half:]))
                async with aclosing(events(reply.desk.quotations, writer)) as told:
                    self._look(reply, [event async for event in told])
            await generator.aclose()

        finished(work())
        assert not self._server.replies  # each was fetched

    def _look(self, reply: Reply, told: Sequence[Event]) -> None:
        assert [event.name for event in told].count("final") == 1, reply.text
        final = told[-1].answer
        assert told[-1].name == "final"
        self.modes[final.mode] += 1
        quotations = reply.desk.quotations
        if final.mode != "generated":
            assert final == replace(quotations, notices=final.notices), reply.text
            assert len(final.notices) == len(quotations.notices) + 1
        for answer in (event.answer for event in told if event.answer.mode == "generated"):
            assert answer.statements
            for statement in answer.statements:
                assert statement.text in HONEST, reply.text
            self._look_at_citations(answer, reply)

    def _look_at_citations(self, answer: Answer, reply: Reply) -> None:
        numbered = {citation.number: citation for citation in answer.citations}
        offered_as = {one.passage.id: one.number for one in reply.desk.offered}
        for statement in answer.statements:
            behind = re.findall(re.escape(statement.text) + r"((?:[ ]?\[\d+\])+)", reply.text)
            marks = {int(number) for found in behind for number in re.findall(r"\d+", found)}
            assert statement.citations
            for citation in (numbered[number] for number in statement.citations):
                assert quoted_rightly(self._generation, citation), reply.text
                assert offered_as[citation.passage.id] in marks, reply.text


def cited(line: Line, desk: Desk) -> str:
    return f"{line.sentence} {desk.marks}"


def false_lines() -> list[Line]:
    return [*LIES, *(line for _, line in made())]


def some(kind: str, dice: random.Random, most: int) -> list[Line]:
    found = [line for name, line in made() if name == kind]
    return dice.sample(found, min(most, len(found)))


def test_an_invented_sentence_is_shown_to_nobody(watched: Watched, desks: Desks) -> None:
    """Each alone, citing all that is offered."""
    replies = [Reply(cited(line, desk), desk) for line in LIES for desk in desks.of(line)]
    watched.send(replies)
    assert len(replies) >= len(LIES)
    assert set(watched.modes) == {"quotes"}


def test_an_honest_sentence_made_false_is_shown_to_nobody(watched: Watched, desks: Desks) -> None:
    dice = random.Random(SEED)
    lines = [line for maker in MAKERS for line in some(maker.__name__, dice, 12)]
    watched.send([Reply(cited(line, desk), desk) for line in lines for desk in desks.of(line)])
    assert len(lines) >= 6 * 12
    assert set(watched.modes) == {"quotes"}


def test_among_honest_sentences_no_false_one_is_shown(watched: Watched, desks: Desks) -> None:
    """One to four honest ones, one or two false ones of the same paper, in any order and on lines of their own or not."""
    dice = random.Random(SEED)
    false = false_lines()
    replies = []
    for line in dice.sample(TRUTHS, 90):
        desk = dice.choice(desks.of(line))
        alike = [one for one in TRUTHS if (one.file, one.language) == (line.file, line.language)]
        wrong = [one for one in false if (one.file, one.language) == (line.file, line.language)]
        pieces = [
            *dice.sample(alike, min(len(alike), dice.randint(1, 4))),
            *dice.sample(wrong, min(len(wrong), dice.randint(1, 2))),
        ]
        dice.shuffle(pieces)
        replies.append(Reply(dice.choice((" ", "\n", "\n- ", "\n\n")).join(cited(one, desk) for one in pieces), desk))
    watched.send(replies)
    assert watched.modes["generated"] >= 30  # so there was something to be shown


WRONG_MARKS = ("[0]", "[99]", "[7]", "[999999]", "[-1]", "[1.5]", "(1)", "[a]", "[]", "1", "¹", "[Quelle]", "")


def test_a_number_that_was_not_offered_bears_nothing(watched: Watched, desks: Desks) -> None:
    replies = []
    for number, line in enumerate(TRUTHS[: 3 * len(WRONG_MARKS)]):
        desk = desks.of(line)[0]
        assert len(desk.offered) < 7
        replies.append(Reply(f"{line.sentence} {WRONG_MARKS[number % len(WRONG_MARKS)]}".strip(), desk))
    watched.send(replies)
    assert set(watched.modes) == {"quotes"}


@pytest.mark.parametrize("decorations", [DECORATIONS[::2], DECORATIONS[1::2]], ids=["even", "odd"])
def test_markup_addresses_and_invisible_characters_hide_no_false_sentence(
    decorations: list[str], watched: Watched, desks: Desks
) -> None:
    dice = random.Random(SEED)
    replies = []
    for decoration in decorations:
        line, lie = dice.choice(TRUTHS), dice.choice(LIES)
        for one in (line, lie):
            desk = desks.of(one)[0]
            replies.append(Reply(decoration.format(cited(one, desk)), desk))
        replies.append(Reply(f"{cited(line, desks.of(line)[0])} {decoration.format('Das ist falsch [1].')}", desks.of(line)[0]))
    watched.send(replies)
    assert watched.modes["generated"] >= 5


@pytest.mark.parametrize("frame", ["{honest} {order}", "{order} {honest}", "{order}\n{order}", "{silent}\n{order} {false}"])
def test_an_order_that_a_model_repeats_or_follows_is_not_shown(frame: str, watched: Watched, desks: Desks) -> None:
    dice = random.Random(SEED)
    replies = []
    for order in INJECTIONS:
        line = dice.choice(TRUTHS)
        desk = desks.of(line)[0]
        false = f"{dice.choice(LIES).sentence} {desk.marks}"
        text = frame.format(honest=cited(line, desk), order=order, false=false, silent=NO_ANSWER[line.language])
        replies.append(Reply(text, desk))
    watched.send(replies)


def final_of(client: TestClient, streamed: bool) -> dict[str, Any]:
    """The answer over the interface, which has one end."""
    response = client.post(
        "/api/v1/ask", json={"question": QUESTION}, headers={"Accept": "text/event-stream"} if streamed else {}
    )
    if not streamed:
        return response.json()
    told = [block for block in response.text.split("\n\n") if block and not block.startswith(":")]
    assert [block.partition("\n")[0] for block in told].count("event: final") == 1
    assert told[-1].startswith("event: final\n")
    return json.loads(told[-1].partition("data: ")[2])


def test_over_the_interface_it_is_the_same(server: LlmServer, sample_index: Path) -> None:
    """POST /api/v1/ask, at once and as a stream; the passages are those that the question finds."""
    dice = random.Random(SEED)
    honest = [line.sentence for line in TRUTHS if (line.file, line.language) == (ASKED, "de")]
    false = [line.sentence for line in false_lines() if (line.file, line.language) == (ASKED, "de")]
    modes: Counter[str] = Counter()
    with TestClient(create_app(ServiceSettings(index=sample_index, llm_url=server.url, llm_model="hostile"))) as client:
        for number in range(30):
            pieces = [*dice.sample(honest, dice.randint(1, 3)), *dice.sample(false, dice.randint(0, 2))]
            dice.shuffle(pieces)
            marks = ("[1]", "[1]", "[1][2][3]", "[2]", "[9]")
            server.replies.append(said(" ".join(f"{piece} {dice.choice(marks)}" for piece in pieces)))
            final = final_of(client, streamed=bool(number % 2))
            modes[final["mode"]] += 1
            assert final["statements"]
            for statement in final["statements"]:
                assert statement["citations"]
                assert set(statement["citations"]) <= {one["number"] for one in final["citations"]}
                assert final["mode"] == "quotes" or statement["text"] in honest
            for one in final["citations"]:
                text = client.get(f"/api/v1/documents/{one['document']['id']}/text").text
                assert text[one["start"] : one["end"]] == one["quote"]
    assert not server.replies
    assert modes["generated"] >= 5
    assert modes["quotes"] >= 5
