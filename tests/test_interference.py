"""Nobody notices papers that they may not see: not in an answer, a count, a rank, a prompt, a log line.

A sample; benchmarks/interference.py asks all roles and all requests of B1 to B4, and measures times.
"""

from __future__ import annotations

import pytest

from tests.conftest import read_here
from tests.interference import Pair, leaks, told_apart
from tests.secret_county import County

SEED = 20260304
REQUESTS = 220
ROLES = ("anonymous", "beide")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    made = County(tmp_path_factory.mktemp("county"), SEED, public=24, hidden=30)
    with pytest.MonkeyPatch.context() as patch:
        read_here(patch)
        for role in (*ROLES, None):
            made.index(role)
    return made


@pytest.mark.parametrize("role", ROLES)
def test_b1_the_index_that_a_role_asks_is_to_the_byte_as_if_nothing_else_were_there(county: County, role: str) -> None:
    alone, whole = county.files(role, county.alone(role)), county.files(role, county.whole)
    assert len(alone) > 10
    assert alone == whole


@pytest.mark.parametrize("role", ROLES)
def test_b1_b2_b4_every_route_answers_as_if_hidden_papers_were_not_there(county: County, role: str) -> None:
    with Pair(county, role) as pair:
        asking = pair.asking(SEED)
        asked, differences = [], {}
        for number, request in enumerate(asking.requests(REQUESTS)):
            answer, differs = pair.ask(number, request)
            asking.learn(request, answer)
            asked.append(request)
            if differs:
                differences[f"{number} {request.method} {request.path}"] = differs
        assert differences == {}
        assert asking.unanswered() == []
        prompts = [[prompt.body for prompt in side.model.requests] for side in (pair.alone, pair.whole)]
        assert prompts[0] == prompts[1]
        assert prompts[0]
        assert leaks(pair, asked) == {"prompts": 0, "logs": 0}
        assert told_apart(pair, county.ids(role, seen=False)[:2]) == []


def test_a_leak_would_be_seen(county: County) -> None:
    """The same with a reader who is taken for one who may see more."""
    with Pair(county, "anonymous") as pair:
        pair.whole.role = "beide"
        answers = [pair.ask(number, request) for number, request in enumerate(pair.asking(SEED).requests(REQUESTS))]
        assert sum(bool(differs) for _, differs in answers) > 20
        seen = [paper for paper in county.papers if paper.collection == "bauausschuss"]
        assert any(word in answer.text for answer, _ in answers for paper in seen for word in paper.canaries)
        assert told_apart(pair, [i for i in county.ids("anonymous", seen=False) if i in county.ids("beide", seen=True)][:1])
