"""Which language a page speaks, without a cookie: ``?language=`` decides, and every link of the page keeps it."""

from __future__ import annotations

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
    """``?language=``, else the first of German and English that Accept-Language names, else German."""
    if chosen := chosen_language(request):
        return chosen
    for part in request.headers.get("accept-language", "").split(","):
        code = part.strip()[:2].lower()
        if code in ("de", "en"):
            return "en" if code == "en" else "de"
    return "de"


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
