"""``/anmelden`` and ``/abmelden``: to the provider and back. Only where a provider is configured."""

from __future__ import annotations

import logging
import re
from asyncio import to_thread

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from service.access.control import Access
from service.access.errors import LoginRefused, RoleMissing, TokenRefused
from service.access.oidc import Provider
from service.access.readers import ANONYMOUS
from service.access.sessions import cookies
from service.errors import NoSuchAddress
from service.operator import check_origin
from service.rates import counted
from service.web.rendering import page

router = APIRouter(include_in_schema=False)
logger = logging.getLogger("ratslotse")

_TICKET = "ratslotse_anmeldung"
_NOT_KEPT = {"Cache-Control": "no-store"}
_WITHIN = re.compile(r"/(?![/\\])[^\\\x00-\x20]{0,1000}")  # "//host" and "/\host" would lead out of the site


@router.get("/anmelden", dependencies=[counted("read", None)])
async def login(request: Request, zurueck: str = "/") -> Response:
    """To the provider's page. The ticket that stays in the browser ties its answer to this very browser."""
    access, provider = _of(request)
    url, ticket = await provider.begin(zurueck if _WITHIN.fullmatch(zurueck) else "/")
    response = RedirectResponse(url, 303, _NOT_KEPT)
    response.headers.append("Set-Cookie", f"{_TICKET}={ticket}; Max-Age=600{_attributes(access)}")
    return response


@router.get("/anmelden/zurueck", dependencies=[counted("read", None)])
async def back(request: Request) -> Response:
    """From the provider's page, with a code that is worth a login once."""
    access, provider = _of(request)
    given = cookies(request.headers, _TICKET)
    try:
        pairs = request.query_params.multi_items()
        if len(given) != 1 or len(dict(pairs)) < len(pairs):
            raise LoginRefused(reason="no single ticket, or a parameter twice")
        person, target = await provider.finish(given[0], dict(pairs))
    except (LoginRefused, RoleMissing) as error:
        logger.warning("login refused: %s", error.details.get("reason", "no role"))
        if isinstance(error, TokenRefused | RoleMissing):  # before that it may be anybody, as often as they like
            await to_thread(access.audit, "login_refused", error.details.get("name", ""))
        raise
    await to_thread(access.audit, "login", person.name)
    for old in access.sessions.given(request.headers):
        await to_thread(access.sessions.end, old)
    session = await to_thread(access.sessions.begin, person.name, person.role, person.proof)
    response = RedirectResponse(target, 303, _NOT_KEPT)
    response.headers.append("Set-Cookie", session)
    response.headers.append("Set-Cookie", f"{_TICKET}=; Max-Age=0{_attributes(access)}")
    return response


@router.post("/abmelden", dependencies=[Depends(check_origin)])
async def logout(request: Request) -> Response:
    """Ends the login here, at once, and offers to end it at the provider's, too.

    By a link: the policy of our pages lets no form lead to another server.
    """
    access, provider = _of(request)
    there = None
    if session := await to_thread(access.session, request):
        await to_thread(access.sessions.end, *access.sessions.given(request.headers))
        await to_thread(access.audit, "logout", session.name)
        there = await provider.farewell(session.proof)
    request.state.reader = ANONYMOUS
    response = page(request, "logged_out.html", values={"there": there})
    response.headers.update({**_NOT_KEPT, "Clear-Site-Data": '"cache"'})
    response.headers.append("Set-Cookie", access.sessions.forget)
    return response


def _of(request: Request) -> tuple[Access, Provider]:
    access: Access = request.app.state.access
    if access.provider is None:
        raise NoSuchAddress(path=request.url.path)
    return access, access.provider


def _attributes(access: Access) -> str:
    return f"; Path=/anmelden; HttpOnly; SameSite=Lax{'; Secure' if access.sessions.secure else ''}"
