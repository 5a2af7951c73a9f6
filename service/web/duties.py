"""The pages of duty as HTML, and robots.txt. Of the operator's Markdown words and links count: no HTML, no pictures."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from service import duties
from service.api.dependencies import RuntimeDep
from service.errors import NoSuchAddress
from service.questions import Language
from service.web.language import chosen_language, language_of_request, with_language
from service.web.rendering import page
from service.web.texts import Texts

router = APIRouter(include_in_schema=False)

_SCHEMES = ("http", "https", "mailto", "tel")
_LAST_HEADING = 6
_NOT_CRAWLED = ("/antwort/", "/api/", "/betrieb", "/geteilt/", "/suche")


def _show(name: str, request: Request, runtime: RuntimeDep) -> Response:
    t = Texts(language_of_request(request))
    duty = duties.duty(runtime.settings.pages, name, t.language)
    title, body = rendered(duty.text, chosen_language(request))
    notice = t.ai_notice(runtime.generator is not None) if name == "ki-hinweis" else None
    values = {"title": title or t(f"duty_{name}"), "body": body, "missing": duty.missing, "notice": notice}
    return page(request, "duty.html", values=values)


@router.get("/impressum")
def imprint(request: Request, runtime: RuntimeDep) -> Response:
    return _show("impressum", request, runtime)


@router.get("/datenschutz")
def privacy(request: Request, runtime: RuntimeDep) -> Response:
    return _show("datenschutz", request, runtime)


@router.get("/barrierefreiheit")
def accessibility(request: Request, runtime: RuntimeDep) -> Response:
    return _show("barrierefreiheit", request, runtime)


@router.get("/barriere-melden")
def report_barrier(request: Request, runtime: RuntimeDep) -> Response:
    return _show("barriere-melden", request, runtime)


@router.get("/.well-known/security.txt")
def security(request: Request, runtime: RuntimeDep) -> Response:
    """Whom to tell of a weakness (RFC 9116): the operator's file, else there is none."""
    text = duties.security(runtime.settings.pages)
    if not text:
        raise NoSuchAddress(path=request.url.path)
    return PlainTextResponse(text)


@router.get("/ki-hinweis")
def ai_notice(request: Request, runtime: RuntimeDep) -> Response:
    """What the program says of itself in the mode it runs in, then the operator's words."""
    return _show("ki-hinweis", request, runtime)


@router.get("/robots.txt")
def robots() -> Response:
    """Papers may be found; lists of hits, the interface and the operator's page need not be.

    Nor shared answers: a search engine that comes nevertheless is told again by header and page.
    """
    return PlainTextResponse("User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in _NOT_CRAWLED))


def rendered(text: str, language: Language | None = None) -> tuple[str, Markup]:
    """The first heading of the first level as the title, the rest as HTML whose headings begin at the second level.

    Links within the site keep the ``language`` that was chosen.

    >>> rendered("# Impressum\\n\\n#### Anschrift\\n\\n<b>Musterbach</b> [x](javascript:x)")[0]
    'Impressum'
    """
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    reader.validateLink = allowed  # type: ignore[method-assign, assignment]
    tokens, title = reader.parse(text), ""
    if len(tokens) > 2 and tokens[0].tag == "h1":
        title, tokens = tokens[1].content, tokens[3:]
    _fit_headings(tokens)
    for inline in (child for token in tokens for child in token.children or ()):
        if str(inline.attrs.get("href", "")).startswith("/"):
            inline.attrs["href"] = with_language(str(inline.attrs["href"]), language)
    return title, Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704 (escaped by the renderer)


def allowed(address: str) -> bool:
    """Links to the web, to mail and telephone, and within this site."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    return parts.scheme in _SCHEMES or (not parts.scheme and not parts.netloc)


def _fit_headings(tokens: list[Token]) -> None:
    """The page has its h1; below it no level is skipped."""
    level = 1
    for token in tokens:
        if token.type == "heading_open":
            level = min(max(int(token.tag[1]), 2), level + 1, _LAST_HEADING)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{level}"
