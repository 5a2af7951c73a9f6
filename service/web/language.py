"""Which language a page speaks, without a cookie: ``?language=`` decides, and every link of the page keeps it."""

from __future__ import annotations

import re
from typing import get_args
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from fastapi import Request

from service.questions import Language


def chosen_language(request: Request) -> Language | None:
    """The language named by ``?language=``."""
    asked = request.query_params.get("language")
    if asked == "en":
        return "en"
    return "de" if asked == "de" else None


def language_of_request(request: Request) -> Language:
    """``?language=``, else the one of German and English that the browser likes better, else German."""
    return chosen_language(request) or preferred(request.headers.get("accept-language", ""))


def preferred(accepted: str) -> Language:
    """German or English, by the weights of an Accept-Language header, the first of equal ones; German if neither is named.

    >>> preferred("fr, en;q=0.8, de-AT;q=0.3"), preferred("en;q=0, *"), preferred("de-CH, en-GB")
    ('en', 'de', 'de')
    """
    best: tuple[float, Language] = (0.0, "de")
    for part in accepted.split(","):
        code, _, parameter = part.strip().lower().partition(";")
        for language in get_args(Language):
            if code.strip().partition("-")[0] == language and _weight(parameter) > best[0]:
                best = (_weight(parameter), language)
    return best[1]


def _weight(parameter: str) -> float:
    """Of "q=0.8"; 1 if there is none, 0 if it cannot be read."""
    if not parameter.strip():
        return 1.0
    found = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", parameter)
    return float(found[1]) if found else 0.0


def with_language(url: str, language: Language | None) -> str:
    """A link within the site that keeps the language chosen; None leaves the link as it is.

    >>> with_language("/dokumente/ab?start=1&end=2#zitat", "en")
    '/dokumente/ab?start=1&end=2&language=en#zitat'
    """
    if language is None:
        return url
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "language"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("language", language)])))
