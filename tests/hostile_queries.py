"""Queries made to cost much: long, repeating, nested, full of operators, numbers and strange letters; each has a number."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

from fastapi.testclient import TestClient
from httpx import Response

LONGEST = 2_000  # characters, as much as is taken
_ALPHABETS = (
    *("a", "ab", "äöüß", "0123456789", "0123456789/", "-/. :,", "\"„“'", "()[]{}*+?\\^$|.", "\u0308\u0344\u0302\u0300"),
    *("\u202e\u200f\u200b", "🦆⚖", "一二三", "İıſK", "\t\n\r", "§"),
)
_PIECES = (
    *("UND", "ODER", "NICHT", "AND", "OR", "NOT", "-", '"', "„", "“", "jahr:", "vor:", "nach:", "nummer:", "titel:"),
    *("gremium:", "jahr:2024", "vor:1.1.2024", "2024/117", "DS 24/0466", "24/0466-1", "§ 8a", "1.000.000,00", "2024-05-01"),
    *("x:y", "::", "--", "Kita", "Kreistag", "Landkreis", "Haushalt", "wie viele", "wann", "wurde beschlossen", "im Jahr"),
    *("seit", "bis", "zwischen"),
)
_LONG_WORDS = ("Kreis", "tags", "ab", "geordneten", "un", "ver", "haus", "halts", "s", "en", "ung", "pflege", "2024")


def query(number: int) -> str:
    chance = random.Random(number)
    kind = number % 6
    if kind == 0:  # one alphabet
        letters = chance.choice(_ALPHABETS)
        text = "".join(chance.choice(letters) for _ in range(LONGEST))
    elif kind == 1:  # one piece again and again, which a pattern that looks back would look at squared
        text = (chance.choice(_PIECES) + chance.choice(("", " ", "  ", "\n", "/", '"'))) * LONGEST
    elif kind == 2:
        text = " ".join(chance.choice(_PIECES) for _ in range(LONGEST))
    elif kind == 3:  # compounds without end
        text = " ".join("".join(chance.choice(_LONG_WORDS) for _ in range(chance.choice((5, 50, 400)))) for _ in range(40))
    elif kind == 4:  # as many different words as fit
        text = " ".join(f"{chance.choice(_LONG_WORDS)}{n}" for n in range(LONGEST))
    else:  # a beginning that fits, and then not
        text = f"{chance.choice(_PIECES)} " + chance.choice(("1/", "a-", '" ', "NICHT ", "(a", "§", "1.", "– ")) * LONGEST + "!"
    return text[: chance.choice((LONGEST, LONGEST, 300))]


Door = Callable[[TestClient, str], Response]
DOORS: dict[str, Door] = {
    "search": lambda client, text: client.get("/api/v1/search", params={"q": text}),
    "suggest": lambda client, text: client.get("/api/v1/suggest", params={"q": text}),
    "ask": lambda client, text: client.post("/api/v1/ask", json={"question": text}),
    "papers": lambda client, text: client.get("/api/v1/papers", params={"reference": text[:100]}),
    "page": lambda client, text: client.get("/suche", params={"q": text}),
    "similar": lambda client, text: client.post("/suche", data={"text": text * 10}),
}


def costs(client: TestClient, numbers: range) -> Iterator[tuple[float, str, int, int]]:
    """Of each query, at one door after the other: seconds of computing, the door, its number, the status."""
    names = list(DOORS)
    for number in numbers:
        name = names[number // len(names) % len(names)]  # so that each kind of query comes to each door
        begun = time.process_time()
        response = DOORS[name](client, query(number))
        yield time.process_time() - begun, name, number, response.status_code
