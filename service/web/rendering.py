"""Templates to responses. Autoescape is on for everything and no template switches it off."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.access.readers import reader_of
from service.questions import Language
from service.settings import ServiceSettings
from service.web.language import chosen_language, language_of_request, with_language
from service.web.texts import Texts

HERE = Path(__file__).parent
STATIC = HERE / "static"
_FORMS = ("/", "/suche")  # pages that are their own form
FOOTER = (  # one click from every page
    *(("/hilfe", "nav_help"), ("/ueber", "nav_about"), ("/ki-hinweis", "duty_ki-hinweis")),
    *(("/datenschutz", "duty_datenschutz"), ("/impressum", "duty_impressum")),
    *(("/barrierefreiheit", "duty_barrierefreiheit"), ("/barriere-melden", "duty_barriere-melden")),
)


@lru_cache(maxsize=1)
def environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=1)
def static_version() -> str:
    """Changes with any static file, so that browsers may keep them for good, modules that a script imports too."""
    digest = hashlib.sha256()
    for file in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(STATIC)}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:8]


def static_url(name: str) -> str:
    """The address of a static file: "/static/1a2b3c4d/style.css"."""
    return f"/static/{static_version()}/{name}"


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    private: bool = False,
    language: Language | None = None,
    values: Mapping[str, object],
) -> Response:
    """A template as a response.

    ``private``: for pages that hold a question. No cache on the way keeps a copy and none is shown unasked, but the browser
    may keep its own: with "no-store" the way back from a cited document to the answer would end in an error page.
    """
    language = language or language_of_request(request)
    html = (
        environment()
        .get_template(template)
        .render(
            _common(request),
            t=Texts(language),
            request_path=request.url.path,
            here=_here(request),
            other=with_language(_here(request), "de" if language == "en" else "en"),
            static_url=static_url,
            footer_pages=FOOTER,
            **values,
        )
    )
    headers = {"Cache-Control": "private, no-cache" if private else "no-cache", "Vary": "Accept-Language"}
    return HTMLResponse(html, status, headers | {"Content-Language": language})


def site_address(request: Request) -> str:
    """Where readers reach the service, as the operator says, else as it was asked: "https://rat.musterbach.example"."""
    settings: ServiceSettings = request.app.state.runtime.settings
    return settings.public_url or str(request.base_url).rstrip("/")


def piece(request: Request, template: str, t: Texts, values: Mapping[str, object]) -> str:
    """A part of a page, for a page that is open already."""
    return environment().get_template(template).render(_common(request), t=t, **values)


def _common(request: Request) -> dict[str, object]:
    chosen = chosen_language(request)
    return {
        "chosen": chosen,
        "link": partial(with_language, language=chosen),
        "modelled": request.app.state.runtime.generator is not None,
        "tools": request.app.state.tools,
        "site": site_address(request),
        "reader": reader_of(request),
        "login_offered": request.app.state.access.provider is not None,
    }


def _here(request: Request) -> str:
    """The address of this page within the site; "//host" and the like would lead out of it.

    What answers a form elsewhere than "/" and "/suche" has no address of its own: the start page stands in.
    """
    if request.method == "POST" and request.url.path not in _FORMS:
        return "/"
    path = "/" + request.url.path.lstrip("/\\")
    return f"{path}?{request.url.query}" if request.url.query else path
